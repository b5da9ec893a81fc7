"""Measures made ready for reading: the sums of the normal form, with every name in them looked up once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

import msgspec

from policyctl.policy.form import Measure, Read
from policyctl.replay.units import Units, units, whole


class Seen(NamedTuple):
    """Where a measure is read: at an instant, from a booking date (the same but for resets and late facts)."""

    at: datetime
    booked: datetime


class Sight(Protocol):
    """What a measure or a condition can see."""

    def balance(self, ledger: str, booked: datetime) -> Units:
        """The balance of a ledger in the book that a booking date lies in."""

    def total(self, tally: int, booked: datetime) -> Units:
        """A running sum or count, by its number, seen from a booking date."""

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


class Formula(msgspec.Struct, frozen=True, eq=False):
    """A measure: a constant, and so many times each number that it reads."""

    measure: Measure
    plus: Units
    terms: tuple[tuple[Units, BalanceOf | SumOf], ...]

    def alone(self) -> Formula | BalanceOf | SumOf:
        """What to read for its value: the one number that it is, where it is just that."""
        (times, read), *more = self.terms or ((0, self),)
        return read if times == 1 and not more and not self.plus else self

    @staticmethod
    def of(measure: Measure, numbers: Mapping[Read, int]) -> Formula:
        """A measure, `numbers` being those of the tallies."""
        terms = tuple(
            (whole(t.times), BalanceOf(t.read.names[0]) if t.read.of == "balance" else SumOf(numbers[t.read]))
            for t in measure.terms
        )
        return Formula(measure, units(measure.plus), terms)

    def value(self, sight: Sight, seen: Seen) -> Units:
        """The number now."""
        total = self.plus
        for times, read in self.terms:
            total += times * read.value(sight, seen)
        return total
