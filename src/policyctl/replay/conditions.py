"""Conditions made ready for reading, read at an instant and seen from a booking date; and why one does not hold."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from policyctl.instants import Zone
from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Atomic,
    Between,
    Compare,
    Comparison,
    Condition,
    FlagUp,
    Is,
    Not,
    Occasion,
    Read,
    When,
    atom_text,
)
from policyctl.replay.measures import Formula, Number, Seen, Sight
from policyctl.replay.reason import SilentPart, SilentReason
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
    read: Formula | Number
    compares: Callable[[Any, Any], bool]
    threshold: Units

    def holds(self, sight: Sight, seen: Seen) -> bool:
        """Whether it holds."""
        value = self.read.value(sight, seen)
        return value is not None and self.compares(value, self.threshold)

    def atoms(self, sight: Sight, seen: Seen, comes_to: bool) -> Iterator[tuple[Atom, bool]]:
        """Itself."""
        yield self, comes_to

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
        return sight.flag_up(self.atom.flag, seen)

    def atoms(self, sight: Sight, seen: Seen, comes_to: bool) -> Iterator[tuple[Atom, bool]]:
        """Itself."""
        yield self, comes_to

    def lacks(self, should: bool) -> SilentReason:
        """Why it is not up (or, under `not`, down) as it should be."""
        return "flag_not_up" if should else "flag_up"

    def part(self, sight: Sight, seen: Seen, should: bool) -> SilentPart:
        """The same as a part of a condition."""
        return SilentPart(self.lacks(should), self.atom.flag, None, None, None, None)


class Worded(msgspec.Struct, frozen=True, eq=False):
    """A word about the account, or a time between dates."""

    atom: Is | Between
    since: datetime | None = None
    until: datetime | None = None
    yearly: Zone | None = None
    """The zone, where its days return, every year or every week."""

    def holds(self, sight: Sight, seen: Seen) -> bool:
        """Whether it holds."""
        if isinstance(self.atom, Is):
            return not sight.says(self.atom.field, seen.ticket).isdisjoint(self.atom.values)
        at = seen.booked
        ticket = None if seen.ticket is None or seen.ticket.ticket is None else seen.ticket
        if self.atom.dated != "now":
            if ticket is None:
                return False
            dated = ticket.date_or_none(self.atom.dated)
            if dated is None:
                return False
            at = dated
        if self.atom.length is not None:
            own = None if self.atom.of is None or ticket is None else ticket.date_or_none(self.atom.of)
            anchor = own or self.atom.anchor
            return anchor is not None and sight.within(self.atom.length, anchor, at)
        if self.yearly is not None and self.atom.days:
            return any(self.yearly.is_on(day, at) for day in self.atom.days)
        if self.yearly is not None:
            since, until = self.atom.since, self.atom.until
            return (since is None or self.yearly.dated(since, at) <= at) and (
                until is None or at < self.yearly.dated(until, at)
            )
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    def atoms(self, sight: Sight, seen: Seen, comes_to: bool) -> Iterator[tuple[Atom, bool]]:
        """Itself."""
        yield self, comes_to

    @property
    def text(self) -> str:
        """It as it is written."""
        return atom_text(self.atom)

    def lacks(self, should: bool) -> SilentReason:
        """Why it does not hold (or, under `not`, fail) as it should."""
        return "condition_fails" if should else "condition_holds"

    def part(self, sight: Sight, seen: Seen, should: bool) -> SilentPart:
        """The same as a part of a condition."""
        return SilentPart(self.lacks(should), self.text, None, None, None, None)


def of_ticket(read: Read, occasion: Occasion) -> bool:
    """Whether a number is that of the ticket looked at: an attribute, at an occasion that is a ticket, or an act, which
    may name one."""
    return read.sort == "attribute" and isinstance(occasion, When) and occasion.sort in ("ticket", "act")


def asks_ticket(atom: object, occasion: Occasion) -> bool:
    """Whether a condition asks for a date of the ticket looked at; or for an attribute, at an occasion that is a
    ticket, or an act, which may name one."""
    if isinstance(atom, Is):
        return isinstance(occasion, When) and occasion.sort in ("ticket", "act") and atom.field != "identity"
    return isinstance(atom, Between) and (atom.dated != "now" or atom.of is not None)


class Joined(msgspec.Struct, frozen=True, eq=False):
    """All of some parts, or any of them."""

    parts: tuple[Test, ...]
    every: bool

    def holds(self, sight: Sight, seen: Seen) -> bool:
        """Whether it holds."""
        return (all if self.every else any)(part.holds(sight, seen) for part in self.parts)

    def atoms(self, sight: Sight, seen: Seen, comes_to: bool) -> Iterator[tuple[Atom, bool]]:
        """The comparisons and flags behind the parts that come to the same."""
        for part in self.parts:
            if part.holds(sight, seen) == comes_to:
                yield from part.atoms(sight, seen, comes_to)


class Denied(msgspec.Struct, frozen=True, eq=False):
    """A part that must not hold."""

    test: Test

    def holds(self, sight: Sight, seen: Seen) -> bool:
        """Whether it holds."""
        return not self.test.holds(sight, seen)

    def atoms(self, sight: Sight, seen: Seen, comes_to: bool) -> Iterator[tuple[Atom, bool]]:
        """The comparisons and flags behind it."""
        return self.test.atoms(sight, seen, not comes_to)


Atom = Compared | Raised | Worded
Test = Compared | Raised | Worded | Joined | Denied


def ready(condition: Condition, formulas: Mapping[str, Formula], zone: Zone) -> Test:
    """A condition with its measures looked up. Equal comparisons in it become one."""
    atoms: dict[Atomic, Atom] = {}

    def made(condition: Condition) -> Test:
        match condition:
            case Comparison(measure, compare, threshold):
                formula = formulas[measure]
                found = Compared(condition, formula, formula.alone(), HOLDS[compare], units(threshold))
                return atoms.setdefault(condition, found)
            case FlagUp():
                return atoms.setdefault(condition, Raised(condition))
            case Is():
                return atoms.setdefault(condition, Worded(condition))
            case Between(since=since, until=until, days=days):
                if days or any(len(date) == len("12-01") for date in (since, until) if date is not None):
                    return atoms.setdefault(condition, Worded(condition, yearly=zone))
                since_at, until_at = (None if date is None else zone.read(date) for date in (since, until))
                return atoms.setdefault(condition, Worded(condition, since_at, until_at))
            case AllOf(parts):
                return Joined(tuple(made(part) for part in parts), every=True)
            case AnyOf(parts):
                return Joined(tuple(made(part) for part in parts), every=False)
            case Not(part):
                return Denied(made(part))
        raise AssertionError(f"{condition} is about a fact, not about an account")

    return made(condition)


def behind(test: Test, sight: Sight, seen: Seen, wanted: bool) -> list[tuple[Atom, bool]]:
    """The comparisons and flags that make a condition hold (or, not `wanted`, fail), each once, with whether it
    holds."""
    return list(dict.fromkeys(test.atoms(sight, seen, wanted))) if test.holds(sight, seen) == wanted else []


def why_not(test: Test, sight: Sight, seen: Seen) -> SilentReason:
    """Why a condition does not hold, in a word."""
    if isinstance(test, Compared | Raised | Worded):
        return _reason(test, True, sight, seen)
    atoms = behind(test, sight, seen, wanted=False)
    return _reason(atoms[0][0], not atoms[0][1], sight, seen) if len(atoms) == 1 else "several_parts"


def _reason(atom: Atom, should: bool, sight: Sight, seen: Seen) -> SilentReason:
    """Why an atom is not as it should be; the same as that of its `part`, without what it is short of."""
    unknown = isinstance(atom, Compared) and atom.read.value(sight, seen) is None
    return "unknown_metric" if unknown else atom.lacks(should)


def lacking(formula: Formula, compare: Compare, threshold: Units, sight: Sight, seen: Seen) -> SilentPart:
    """A comparison that should hold and does not, with what it is short of."""
    value = formula.value(sight, seen)
    if value is None:
        return SilentPart("unknown_metric", formula.measure.name, None, compare, number(threshold), None)
    reason, gap = _LACKS[compare], value - threshold
    if reason == "below_threshold" or (reason == "not_equal" and gap < 0):
        gap = -gap
    return SilentPart(reason, formula.measure.name, number(value), compare, number(threshold), number(gap))
