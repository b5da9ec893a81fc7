"""A policy made ready for replaying: everything that follows from it alone, found out once.

Nothing here ever changes while accounts are replayed, so that all of them, and all copies of a state, share it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

from msgspec.structs import replace

from policyctl.calendar import Repeats, instants
from policyctl.history.events import Act
from policyctl.instants import Zone
from policyctl.policy.form import (
    ActKind,
    Between,
    Comparison,
    Every,
    Open,
    Policy,
    Read,
    Version,
    atoms,
    records,
)
from policyctl.replay.anchors import Anchors
from policyctl.replay.books import tallied
from policyctl.replay.proved import unproved
from policyctl.replay.rules import Rules, units_of
from policyctl.replay.versions import Versions


class Law:
    """A whole policy made ready. `reads` are the sums and counts of all its versions. `in_full` is the id of the
    decision whose reasons list every entry that counts, those listed with an earlier decision among them."""

    def __init__(self, policy: Policy, zone: Zone, in_full: str | None = None) -> None:
        self.policy, self.zone, self.in_full = policy, zone, in_full
        self.versions = Versions(policy, zone)
        measured = [term.read for v in policy.versions for measure in v.measures for term in measure.terms]
        self.reads = tuple(dict.fromkeys(read for read in measured if tallied(read)))
        untold = ("balance", "constant", "attribute", "measure")
        self.scans = tuple(
            dict.fromkeys(r for r in measured if r.of != "balance" and r.sort not in untold and not tallied(r))
        )
        self._numbers = {read: number for number, read in enumerate(self.reads)}
        self.from_first_ticket = {
            period.ledger
            for version in policy.versions
            for period in version.periods
            if isinstance(period.every, Repeats) and period.every.since == "ticket"
        }
        self.units = {unit for read in measured for unit in units_of(read)}
        self.by_year = "year" in self.units
        occasions = [rule.occasion for version in policy.versions for rule in version.rules]
        self.evaluations = tuple(dict.fromkeys(one.schedule for one in occasions if isinstance(one, Every)))
        self.listens = False
        self._rules: dict[str | None, Rules] = {}
        place = 0
        for version in reversed(policy.versions):
            self._rules[version.since] = Rules(version, self._numbers, place, zone)
            place += len(version.rules)
            self.listens = self.listens or bool(self._rules[version.since].listening)
        effects = [effect for version in policy.versions for rule in version.rules for effect in rule.effects]
        self.elections = any(isinstance(effect, Open) and effect.elected is not None for effect in effects)
        self.due_by_acts = any(
            isinstance(one, Open) and one.due is not None and one.due.act is not None for one in effects
        )
        self.waits = any(rules.waits for rules in self._rules.values())
        self._wider: dict[str, set[str]] = defaultdict(set)
        for kind in (fact for version in policy.versions for fact in version.facts if isinstance(fact, ActKind)):
            for name in kind.any_of:
                self._wider[name].add(kind.name)
        self.frosts = tuple(lasting for rules in self._rules.values() for lasting in rules.frosts)

    def by_its_names(self, act: Act) -> Iterator[Act]:
        """An act by its own name, and by those that stand for it among others."""
        yield act
        for name in sorted(self._wider.get(act.name, set()) - {act.name}):
            yield replace(act, name=name)

    @cached_property
    def unproved(self) -> str | None:
        """What of the policy keeps its replays from being noted in stretches: the first thing in it that these are not
        proved for. None where there is nothing."""
        return unproved(self.policy)

    @cached_property
    def resets_read(self) -> bool:
        """Whether resets ask for a number, and for more than flags."""
        blocks = (period.unless for version in self.policy.versions for period in version.periods)
        return any(isinstance(atom, Comparison) for one in blocks if one is not None for atom in atoms(one))

    def dates(self, start: datetime, last: datetime) -> Iterator[datetime]:
        """The instants at which a constant, or a condition with a date, changes by itself, and those of every year from
        one instant to another at which a condition does."""
        years = range(self.zone.local(start).year, self.zone.local(last).year + 1)
        for rules in self._rules.values():
            for values in rules.constants.values():
                yield from (since for since, _, _ in values if since is not None)
            for one in records(rules.version, Between):
                if one.days and one.dated == "now":
                    yield from instants("day", start, last, self.zone)
                for date in (one.since, one.until):
                    if date is not None and len(date) == len("12-01"):
                        yield from (self.zone.read(f"{year}-{date}") for year in years)
                    elif date is not None:
                        yield self.zone.read(date)

    def ages(self, anchors: Anchors) -> Iterator[datetime]:
        """The instants at which a condition changes by itself for one account, so long after one of its dates."""
        for one in records(self.policy.versions, Between):
            if one.length is not None and one.anchor is not None:
                yield from anchors.ends(one.length, one.anchor)

    def number(self, read: Read) -> int:
        """The number of the tally for a sum or count."""
        return self._numbers[read]

    def rules(self, version: Version) -> Rules:
        """The rules of one of its versions."""
        return self._rules[version.since]
