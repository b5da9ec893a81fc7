"""What the state of an identity is made of besides books: latches, what is to come, and what is remembered.

Plain records that never change; what they do to each other is for the rooms that use them.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import msgspec

from policyctl.history.events import Payment
from policyctl.replay.books import Entry
from policyctl.replay.rules import Rules
from policyctl.replay.units import Units

LatchKey = tuple[str, tuple[int | str | None, ...]]
"""A latch belongs to a rule's name and the period that the rule reads: numbers of books, and a year in digits."""


class Latch(msgspec.Struct, frozen=True):
    """How far a rule has been counted in one period (None: it has not been looked at), and whether it fired there, was
    outranked, or fired for review."""

    counted: int | None = None
    fired: bool = False
    outranked: bool = False
    reviewed: bool = False

    def fallen(self, level: int) -> Latch:
        """The latch after its rule was seen to have fallen to a level. Why it is counted is so still, while it is."""
        return Latch(level, self.fired, self.outranked and level > 0, self.reviewed and level > 0)

    def joined(self, other: Latch) -> Latch:
        """One latch for two periods that are one."""
        counted = [latch.counted for latch in (self, other) if latch.counted is not None]
        return Latch(
            sum(counted) if counted else None,
            self.fired or other.fired,
            self.outranked or other.outranked,
            self.reviewed or other.reviewed,
        )


NEW = Latch()
"""A latch before its rule is looked at."""


class Leaving(msgspec.Struct, frozen=True):
    """To come: an entry leaves the window of a tally."""

    tally: int
    entry: Entry


class SanctionOver(msgspec.Struct, frozen=True):
    """To come: the sanction that a paid fine waits for is over. `fine` is its place among the fines."""

    fine: int


class Passing(msgspec.Struct, frozen=True):
    """To come: nothing happens, but what rules read may be another number by then."""


class Kept(msgspec.Struct, frozen=True):
    """What a reset took over into the new period of a ledger: the numbers of the old and the new entries, and their
    points."""

    ledger: str
    entries: tuple[tuple[int, int, Units], ...]


class Turn(msgspec.Struct, frozen=True):
    """A date of resets that is past: the version in force, the ledgers that were due, those that ran on, and what was
    taken over into new periods."""

    at: datetime
    rules: Rules
    due: frozenset[str]
    blocked: frozenset[str]
    kept: tuple[Kept, ...] = ()

    def kept_of(self, ledger: str) -> Kept | None:
        """What it took over of a ledger."""
        return next((one for one in self.kept if one.ledger == ledger), None)


class Posted(msgspec.Struct, frozen=True):
    """What a posting moved: the balance of its book before and after it. `late`: of a book that was closed."""

    ticket: str
    ledger: str
    period: str | None
    late: bool
    points: Units
    before: Units
    after: Units


class LeftOver(msgspec.Struct, frozen=True):
    """Money that filled no fine. `exceeds` is the decision named, where there was one."""

    payment: Payment
    amount: Fraction
    exceeds: str | None = None
