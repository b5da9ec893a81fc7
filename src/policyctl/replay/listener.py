"""A rule made ready for replaying: what it reads and hears, found out once; and how far it has risen in a state.

Nothing here ever changes while accounts are replayed.
"""

from __future__ import annotations

import msgspec

from policyctl.instants import Calendar
from policyctl.policy.form import (
    Every,
    Rule,
    Version,
)
from policyctl.replay.conditions import Compared, Test, behind, lacking, why_not
from policyctl.replay.measures import Formula, Seen, Sight
from policyctl.replay.reason import SilentPart, SilentReason
from policyctl.replay.units import Units


class Listener(msgspec.Struct, frozen=True, eq=False):
    """A rule of a version, and what it reads: the ledgers behind its measures; of these the ones by balance or `this
    period`; whether it reads `this year`; and from `outside` acts and metrics, by sort and name. `place` orders the
    rules of all versions, those of newer versions first. `counted` is the comparison of which `every` counts the
    multiples, `lines` are those of a rule of several. `by_units` are the other calendar units that it reads; it is
    `restless` where something that is no entry, or the passing of time, may change what it reads, and looks `at_ticket`
    where it asks of each ticket by itself, `by_ticket` where nothing can be counted without one."""

    place: int
    version: Version
    rule: Rule
    test: Test
    every: Units | None
    counted: Compared | None
    lines: tuple[Test, ...]
    ledgers: tuple[str, ...]
    by_period: tuple[str, ...]
    by_year: bool
    by_units: tuple[Calendar, ...] = ()
    restless: bool = False
    at_ticket: bool = False
    by_ticket: bool = False
    outside: frozenset[tuple[str, str]] = frozenset()

    def level(self, sight: Sight, seen: Seen) -> int:
        """How far the rule has risen: 0 or 1, or how many whole times `every` fits into its measure."""
        if self.every is None:
            return int(self.test.holds(sight, seen))
        if self.test is not self.counted and not self.test.holds(sight, seen):
            return 0
        value = self._measure().value(sight, seen)
        return 0 if value is None else max(0, value // self.every)

    def begins(self, level: int) -> int:
        """What a new latch has counted where the level is that. On a schedule each calendar unit that is read is looked
        at when it is over: what was true from its start on has counted for nothing."""
        return 0 if isinstance(self.rule.occasion, Every) and (self.by_year or self.by_units) else level

    def line(self, sight: Sight, seen: Seen) -> int:
        """The first of its lines that holds: what it says happens."""
        return next((place for place, line in enumerate(self.lines) if line.holds(sight, seen)), 0)

    def deciding(self, sight: Sight, seen: Seen) -> Test:
        """What makes it fire: the first of its lines that holds, or all of its condition."""
        return self.lines[self.line(sight, seen)] if self.lines else self.test

    def lacks(self, level: int, counted: int, sight: Sight, seen: Seen) -> SilentReason | None:
        """What keeps the rule from rising further, `counted` multiples having been counted; None where it holds."""
        if self.every is not None and (level or self.test is self.counted):
            if level > counted:
                return None
            return "below_threshold" if self._measure().value(sight, seen) is not None else "unknown_metric"
        return None if level else why_not(self.test, sight, seen)

    def failing(self, counted: int, sight: Sight, seen: Seen) -> tuple[SilentPart, ...]:
        """The same, part by part, with what each is short of."""
        if self.every is not None and (self.test is self.counted or self.test.holds(sight, seen)):
            part = lacking(self._measure(), ">=", self.every * (counted + 1), sight, seen)
            return () if part.gap is not None and part.gap <= 0 else (part,)
        if self.test.holds(sight, seen):
            return ()
        return tuple(atom.part(sight, seen, not held) for atom, held in behind(self.test, sight, seen, wanted=False))

    def _measure(self) -> Formula:
        """The measure of which multiples are counted."""
        assert self.counted is not None
        return self.counted.formula
