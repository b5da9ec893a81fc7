"""Conditions made ready for reading, read at an instant and seen from a booking date; and why one does not hold."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from policyctl.policy.form import AllOf, AnyOf, Compare, Comparison, Condition, FlagUp, Not
from policyctl.replay.answer import SilentPart, SilentReason
from policyctl.replay.measures import Formula, Seen, Sight
from policyctl.replay.units import Units, number, units

HOLDS: Mapping[Compare, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
    "!=": operator.ne,
}
OPPOSITE: Mapping[Compare, Compare] = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "=": "!=", "!=": "="}

_LACKS: Mapping[Compare, SilentReason] = {
    ">=": "below_threshold",
    ">": "below_threshold",
    "<=": "above_threshold",
    "<": "above_threshold",
    "=": "not_equal",
    "!=": "not_equal",
}
"""What it is called when a comparison that should hold does not."""


class Compared(msgspec.Struct, frozen=True, eq=False):
    """A measure against a constant."""

    atom: Comparison
    formula: Formula
    compares: Callable[[Any, Any], bool]
    threshold: Units

    def holds(self, sight: Sight, seen: Seen) -> bool:
        """Whether it holds."""
        return self.compares(self.formula.value(sight, seen), self.threshold)

    def atoms(self, sight: Sight, seen: Seen, wanted: bool) -> Iterator[tuple[Atom, bool]]:
        """Itself, where that is what it comes to."""
        if self.holds(sight, seen) == wanted:
            yield self, wanted

    def lacks(self, should: bool) -> SilentReason:
        """Why it does not hold (or, under `not`, fail) as it should."""
        return _LACKS[self.atom.compare if should else OPPOSITE[self.atom.compare]]

    def part(self, sight: Sight, seen: Seen, should: bool) -> SilentPart:
        """The same with what it is short of."""
        compare = self.atom.compare if should else OPPOSITE[self.atom.compare]
        return lacking(self.formula, compare, self.threshold, sight, seen)


class Raised(msgspec.Struct, frozen=True, eq=False):
    """A flag that is up."""

    atom: FlagUp

    def holds(self, sight: Sight, seen: Seen) -> bool:
        """Whether it holds."""
        return sight.flag_up(self.atom.flag)

    def atoms(self, sight: Sight, seen: Seen, wanted: bool) -> Iterator[tuple[Atom, bool]]:
        """Itself, where that is what it comes to."""
        if self.holds(sight, seen) == wanted:
            yield self, wanted

    def lacks(self, should: bool) -> SilentReason:
        """Why it is not up (or, under `not`, down) as it should be."""
        return "flag_not_up" if should else "flag_up"

    def part(self, sight: Sight, seen: Seen, should: bool) -> SilentPart:
        """The same as a part of a condition."""
        return SilentPart(self.lacks(should), self.atom.flag, None, None, None, None)


class Joined(msgspec.Struct, frozen=True, eq=False):
    """All of some parts, or any of them."""

    parts: tuple[Test, ...]
    every: bool

    def holds(self, sight: Sight, seen: Seen) -> bool:
        """Whether it holds."""
        return (all if self.every else any)(part.holds(sight, seen) for part in self.parts)

    def atoms(self, sight: Sight, seen: Seen, wanted: bool) -> Iterator[tuple[Atom, bool]]:
        """The comparisons and flags behind the parts that come to the same."""
        for part in self.parts:
            if part.holds(sight, seen) == wanted:
                yield from part.atoms(sight, seen, wanted)


class Denied(msgspec.Struct, frozen=True, eq=False):
    """A part that must not hold."""

    test: Test

    def holds(self, sight: Sight, seen: Seen) -> bool:
        """Whether it holds."""
        return not self.test.holds(sight, seen)

    def atoms(self, sight: Sight, seen: Seen, wanted: bool) -> Iterator[tuple[Atom, bool]]:
        """The comparisons and flags behind it."""
        return self.test.atoms(sight, seen, not wanted)


Atom = Compared | Raised
Test = Compared | Raised | Joined | Denied


def ready(condition: Condition, formulas: Mapping[str, Formula]) -> Test:
    """A condition with its measures looked up."""
    match condition:
        case Comparison(measure, compare, threshold):
            return Compared(condition, formulas[measure], HOLDS[compare], units(threshold))
        case FlagUp():
            return Raised(condition)
        case AllOf(parts):
            return Joined(tuple(ready(part, formulas) for part in parts), every=True)
        case AnyOf(parts):
            return Joined(tuple(ready(part, formulas) for part in parts), every=False)
        case Not(part):
            return Denied(ready(part, formulas))


def behind(test: Test, sight: Sight, seen: Seen, wanted: bool) -> list[tuple[Atom, bool]]:
    """The comparisons and flags that make a condition hold (or, not `wanted`, fail), each once, with whether it
    holds."""
    if isinstance(test, Compared | Raised):
        return list(test.atoms(sight, seen, wanted))
    return list({(atom.atom, held): (atom, held) for atom, held in test.atoms(sight, seen, wanted)}.values())


def lacking(formula: Formula, compare: Compare, threshold: Units, sight: Sight, seen: Seen) -> SilentPart:
    """A comparison that should hold and does not, with what it is short of."""
    value = formula.value(sight, seen)
    reason, gap = _LACKS[compare], value - threshold
    if reason == "below_threshold" or (reason == "not_equal" and gap < 0):
        gap = -gap
    return SilentPart(reason, formula.measure.name, number(value), compare, number(threshold), number(gap))
