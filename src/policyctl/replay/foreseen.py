"""When a sanction ends that waits for points to fall or for another to end, or whose time stands still, and when a
ticket that waits takes effect, if nothing else happens.

Found by going on with the replay until the last of the points have expired, or a year behind all that is known to come,
so that what schedules, streaks and resets do on the way is in it. Where no points expire, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from policyctl.instants import Length
from policyctl.policy.form import Read, measures_of, reads_of
from policyctl.replay.answer import Decision, Pending, Running
from policyctl.replay.ending import overlap_of
from policyctl.replay.expiry import last_lapse
from policyctl.replay.state import State

A_YEAR = Length(1, "year")


class Later(NamedTuple):
    """How it is with an identity at a later instant."""

    state: State
    decisions: Sequence[Decision]


def as_it_waits(
    state: State, found: tuple[Pending, ...], at: datetime, ahead: Callable[[datetime], Later]
) -> tuple[Pending, ...]:
    """What is pending at an instant, with when it takes effect and what it brings where it has to wait; `ahead` tells
    how it is later, if nothing else happens."""
    if not any(one.waits for one in found):
        return found
    known = [one.effective for one in found if one.effective is not None]
    then = ahead(state.zone.after(max([at, *known, *_known(state)]), A_YEAR))
    parked = {judged.ticket.id for judged in then.state.parked}
    posted = {entry.ticket.id: entry.posted for entry in reversed(then.state.entries)}
    return tuple(_as_it_waits(one, one.ticket in parked, posted.get(one.ticket), then.decisions) for one in found)


def _as_it_waits(one: Pending, parked: bool, posted: datetime | None, decisions: Sequence[Decision]) -> Pending:
    """`posted`: when it takes effect."""
    if not one.waits or parked:
        return replace(one, effective=None) if one.waits else one
    if posted is None or posted == one.effective:
        return one if one.effective is None else replace(one, waits=())
    triggers = tuple(decision.id for decision in decisions if one.ticket in decision.tickets)
    return replace(one, effective=posted, triggers=triggers)


def with_expected(
    state: State, sanctions: tuple[Running, ...], at: datetime, ahead: Callable[[datetime], Later]
) -> tuple[Running, ...]:
    """Sanctions that run at an instant, with the ends that are known if nothing else happens; `ahead` tells how
    it is later, if that is so."""
    sanctions = tuple(_by_time(state, one) for one in sanctions)
    frozen = {one.name for one in sanctions if _may_stand_still(state, one) or _waits_for_another(state, one)}
    asked = {one.name: _balances(state, one) for one in sanctions if one.until is None and not one.permanent}
    lasts = [end for name in set().union(*asked.values()) if (end := last_lapse(state, name, at))]
    if frozen:
        known = [one.until for one in sanctions if one.until is not None]
        lasts.append(state.zone.after(max([at, *known, *_known(state)]), A_YEAR))
    if not lasts:
        return sanctions
    ends = {
        (decision.id, one.effect.name): one.until
        for decision in ahead(max(lasts)).decisions
        for one in decision.outcomes
        if one.effect.sort == "sanction"
    }
    return tuple(
        replace(one, expected=end)
        if (asked.get(one.name) or one.name in frozen) and (end := _latest(one, ends)) != one.until
        else one
        for one in sanctions
    )


def _by_time(state: State, running: Running) -> Running:
    """A sanction of one decision for which only time is missing, with the end of that, or that has a limit."""
    decision = state.named.get(running.decision)
    if running.until is not None or running.permanent or running.also or decision is None:
        return running
    for own in decision.outcomes:
        if (own.effect.sort, own.effect.name) == ("sanction", running.name):
            return replace(running, expected=own.least if running.open_until == ("length",) else own.latest)
    return running


def _known(state: State) -> list[datetime]:
    """The last instant at which something is known to come, if there is one."""
    return [] if state.agenda.last is None else [state.agenda.last]


def _may_stand_still(state: State, running: Running) -> bool:
    """Whether the time of a sanction can stand still, so that it ends later than now known; of those that others of
    their kind move nothing is foreseen."""
    if running.permanent or overlap_of(state.version, running.name) != "later":
        return False
    imposed = {running.decision, *running.also}
    return any(
        one.effect.sort == "sanction" and one.effect.name == running.name and one.opened.frozen is not None
        for decision in state.decisions
        if decision.id in imposed
        for one in decision.outcomes
    )


def _latest(running: Running, ends: dict[tuple[str, str], datetime | None]) -> datetime | None:
    """The end of all decisions that impose it; None where one of them has none."""
    found = [ends.get((decision, running.name)) for decision in (running.decision, *running.also)]
    known = [end for end in found if end is not None]
    return max(known) if len(known) == len(found) else None


def _balances(state: State, running: Running) -> set[str]:
    """The ledgers whose balance a sanction waits for."""
    return {read.names[0] for read in _waited_for(state, running) if read.of == "balance"}


def _waits_for_another(state: State, running: Running) -> bool:
    """Whether its end is open, and that of another sanction is waited for."""
    return running.until is None and any(read.sort == "sanction" for read in _waited_for(state, running))


def _waited_for(state: State, running: Running) -> Iterator[Read]:
    """What is read by that which a sanction waits for."""
    decision = state.named.get(running.decision)
    if decision is None:
        return
    rules = state.law.rules(decision.version)
    measures = {measure.name: measure for measure in decision.version.measures}
    for one in decision.outcomes:
        if one.effect.sort == "sanction" and one.effect.name == running.name and one.opened.until is not None:
            for name in measures_of(one.opened.until):
                yield from reads_of(rules.formulas[name].measure, measures)
