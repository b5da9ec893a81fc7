"""The instants of a replay of the second reader: all at which anything can happen. One too many changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from policyctl.history.events import Changing
from policyctl.instants import Length
from policyctl.policy.form import ConstantKind
from tests.second_reader.admitting import since
from tests.second_reader.facts import unit_of
from tests.second_reader.lives import ends

if TYPE_CHECKING:
    from tests.second_reader.interpreter import Replay

TICK = timedelta(microseconds=1)


def instants(one: Replay) -> Iterator[datetime]:
    """Instants that may be still to come."""
    told, zone = one.told, one.zone
    yield from (payment.at for payment in told.payments)
    yield from (override.at for override in told.overrides)
    yield from (act.at for act in told.acts)
    yield from (metric.at for metric in told.metrics)
    yield from (appeal.at for appeal in told.appeals if appeal.outcome == "repealed")
    yield from (j.takes_effect for j in (*told.tickets, *told.annulled) if j.takes_effect is not None)
    yield from (instant for _, fine in one.record.kept for instant in (fine.at, fine.cleared_at) if instant)
    yield from (begins for v in one.policy.versions if (begins := since(v)) is not None)
    units = {unit_of(period) or "year" for version in one.policy.versions for period in version.periods}
    units |= one.of.units
    yield from (zone.next_start(unit, one.now) for unit in (*units, "year"))
    yield from (instant for fine in one.fines for instant in (fine.served, fine.due) if instant is not None)
    for read in one.of.windows:
        assert isinstance(read.within, Length)
        for date in _dates(one, read.dated):
            end = zone.after(date, read.within)
            yield from (end, end + TICK)
    yield from ends(one)
    yield from _of_sanctions(one)
    yield from _of_conditions(one)


def _dates(one: Replay, dated: str) -> Iterator[datetime]:
    yield from (entry.dates[dated] for entry in one.ground.entries)
    yield from (act.at for act in one.acts)
    yield from (metric.at for metric in one.metrics)
    yield from (decision.at for decision in one.decisions)
    yield from (fine.at for fine in one.fines)
    yield from (flag.at for flag in one.ground.flags)
    yield from (sanction.start for sanction in one.sanctions)


def _of_sanctions(one: Replay) -> Iterator[datetime]:
    from tests.second_reader.scan import ran_until

    for name in {sanction.name for sanction in one.sanctions}:
        for run in ran_until(one.ground, name):
            yield run.start
            yield from (end for end in (run.until, *(end for _, end in run.parts)) if end is not None)


def _of_conditions(one: Replay) -> Iterator[datetime]:
    """The dates of constants, attributes and conditions."""
    zone = one.zone
    for version in one.policy.versions:
        for constant in (fact for fact in version.facts if isinstance(fact, ConstantKind)):
            yield from (zone.read(value.since) for value in constant.values if value.since is not None)
    for atom in one.of.betweens:
        for date in (atom.since, atom.until):
            if date is not None:
                yield from (zone.dated(date, one.now), zone.next_dated(date, one.now))
        if atom.days and atom.dated == "now":
            yield zone.next_start("day", one.now)
        if atom.length is not None:
            anchors = [one.opened, *(act.at for act in one.acts)]
            anchors += [zone.read(v) for v in one.attributes.values() if isinstance(v, str) and v[:2] == "20"]
            anchors += [e.dates[name] for e in one.ground.entries for name in ("occurred", "issued", "effective")]
            yield from (zone.after(anchor, atom.length) for anchor in anchors if anchor is not None)
            yield from (anchor for anchor in anchors if anchor is not None)
    for value in one.attributes.values():
        if isinstance(value, Changing):
            yield from (instant for instant, _ in value.values if instant is not None)
