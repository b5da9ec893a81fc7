"""Measures made ready for reading: the sums of the normal form, with every name in them looked up once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

import msgspec

from policyctl.instants import Length
from policyctl.policy.form import Measure, Read
from policyctl.replay.units import ONE, Units, number, units, whole

if TYPE_CHECKING:
    from policyctl.replay.facts import Fact


class Seen(NamedTuple):
    """Where a measure is read: at an instant, from a booking date (the same but for resets and late facts); `ticket` is
    the one that a rule looks at, where it looks at one, or the act that it heard, where that names none."""

    at: datetime
    booked: datetime
    ticket: Fact | None = None


class Sight(Protocol):
    """What a measure or a condition can see."""

    def balance(self, ledger: str, booked: datetime) -> Units:
        """The balance of a ledger in the book that a booking date lies in."""

    def total(self, tally: int, booked: datetime) -> Units:
        """A running sum or count, by its number, seen from a booking date."""

    def scan(self, read: Read, seen: Seen) -> Units | None:
        """A number that no running sum has; None where it is unknown."""

    def says(self, field: str, ticket: Fact | None = None) -> frozenset[str]:
        """What a ticket that is looked at says of itself; else the account."""

    def within(self, length: Length, anchor: str | datetime, at: datetime) -> bool:
        """Whether an instant is not so long after a date of the account."""

    def flag_up(self, name: str, seen: Seen) -> bool:
        """Whether a flag is up; `closed` asks for the closure."""


class BalanceOf(msgspec.Struct, frozen=True):
    """The balance of a ledger."""

    ledger: str

    def value(self, sight: Sight, seen: Seen) -> Units:
        """The number now."""
        return sight.balance(self.ledger, seen.booked)


class SumOf(msgspec.Struct, frozen=True):
    """A running sum or count, by its number."""

    tally: int

    def value(self, sight: Sight, seen: Seen) -> Units:
        """The number now."""
        return sight.total(self.tally, seen.booked)


class ScanOf(msgspec.Struct, frozen=True):
    """A number for which the facts are looked at one by one."""

    read: Read

    def value(self, sight: Sight, seen: Seen) -> Units | None:
        """The number now; None where it is unknown."""
        return sight.scan(self.read, seen)


class PickOf(msgspec.Struct, frozen=True):
    """The highest or the lowest of several measures, one rounded down, or two multiplied; unknown where one of them
    is."""

    which: Literal["max", "min", "whole", "product"]
    of: tuple[Formula, ...]

    def value(self, sight: Sight, seen: Seen) -> Units | None:
        """The number now; None where it is unknown."""
        values = [one.value(sight, seen) for one in self.of]
        known = [value for value in values if value is not None]
        return self.pick(known) if len(known) == len(values) else None

    def pick(self, values: Sequence[Units]) -> Units:
        """The one of these that it is."""
        if self.which == "whole":
            return values[0] // ONE * ONE
        if self.which == "product":
            return units(number(values[0]) * number(values[1]))
        return max(values) if self.which == "max" else min(values)


Number = BalanceOf | SumOf | ScanOf | PickOf


class Formula(msgspec.Struct, frozen=True, eq=False):
    """A measure: a constant, and so many times each number that it reads."""

    measure: Measure
    plus: Units
    terms: tuple[tuple[Units, Number], ...]

    def alone(self) -> Formula | Number:
        """What to read for its value: the one number that it is, where it is just that."""
        (times, read), *more = self.terms or ((0, self),)
        return read if times == 1 and not more and not self.plus else self

    @staticmethod
    def of(measure: Measure, numbers: Mapping[Read, int], measures: Mapping[str, Measure]) -> Formula:
        """A measure, `numbers` being those of the tallies; `measures` are all of its version."""

        def made(read: Read) -> Number:
            if read.of == "balance":
                return BalanceOf(read.names[0])
            if read.of in ("max", "min", "whole", "product"):
                return PickOf(read.of, tuple(Formula.of(measures[name], numbers, measures) for name in read.names))
            return SumOf(numbers[read]) if read in numbers else ScanOf(read)

        terms = tuple((whole(term.times), made(term.read)) for term in measure.terms)
        return Formula(measure, units(measure.plus), terms)

    def value(self, sight: Sight, seen: Seen) -> Units | None:
        """The number now; None where a part of it is unknown."""
        total = self.plus
        for times, read in self.terms:
            value = read.value(sight, seen)
            if value is None:
                return None
            total += times * value
        return total
