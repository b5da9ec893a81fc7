"""Flags of one identity, and its closure: what raised them, and whether they are up, seen from a booking date.

Everything in here is immutable or a tuple of that, so that a copy is as cheap as it can be.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from policyctl.replay.books import JUST_AFTER, Book, Books
from policyctl.replay.measures import Seen

CLOSED = "closed"
"""The name by which a condition asks for the closure."""

FlagLife = tuple[tuple[str, int | None], ...]
"""The books (by ledger, and number) that must all be the ones seen for a flag of one period to be up; empty: it is up
for good."""


class Raising(Struct, frozen=True):
    """A decision raised a flag. `since` is from when that can be seen: its own instant, or the booking date in a closed
    period. What was `lowered`, at some instant, is up no more from then on, and was raised all the same."""

    name: str
    since: datetime
    life: FlagLife
    decision: str
    lowered: datetime | None = None


class Flags:
    """All flags that were ever raised, and which of them are up now."""

    def __init__(self) -> None:
        self._raised: tuple[Raising, ...] = ()
        self._up: frozenset[str] = frozenset()

    def copy(self) -> Flags:
        """Flags that go their own way from here."""
        twin = Flags()
        twin._raised, twin._up = self._raised, self._up
        return twin

    def raised(self) -> tuple[Raising, ...]:
        """Every time that a flag was raised, in order."""
        return self._raised

    def names(self) -> list[str]:
        """The flags that are up now; the closure is not among them."""
        return sorted(self._up - {CLOSED})

    def shown(self) -> tuple[frozenset[str], frozenset[tuple[str, FlagLife]]]:
        """All that rules can see of them, but in past resets: what is up, and in which periods what was."""
        return self._up, frozenset((one.name, one.life) for one in self._raised if one.lowered is None)

    @property
    def closed(self) -> bool:
        """Whether the identity is closed."""
        return CLOSED in self._up

    def holds(self, name: str, seen: Seen, books: Books) -> bool:
        """Whether a flag is up: one for good as it is now, one of a period for the period seen."""
        if seen.booked == seen.at:
            return name in self._up
        return any(one.name == name and _lives(one, books, seen.booked) for one in self._raised)

    def held(self, name: str, before: datetime, books: Books) -> bool:
        """Whether a flag was up in a period that ended at an instant; one for good, if that was seen from before it."""
        seen = [one for one in self._raised if one.name == name and (one.life or one.since < before)]
        up = (one for one in seen if one.lowered is None or one.lowered >= before)
        return any(_runs(one, books, before - JUST_AFTER) for one in up)

    def up(self, raising: Raising, books: Books) -> None:
        """Raise a flag; it may be up for several reasons at once, and each of them may end before the others."""
        self._raised = (*self._raised, raising)
        if is_up(raising, books):
            self._up |= {raising.name}

    def down(self, name: str, decision: str, books: Books, at: datetime) -> None:
        """What a decision raised is up no more from an instant on."""
        self._lower(books, at, lambda one: (one.name, one.decision) == (name, decision))

    def lower(self, name: str, books: Books, at: datetime, but: Container[str] = ()) -> bool:
        """Lower a flag at an instant, whoever raised it, but for some decisions; whether it was up."""
        up = name in self._up
        self._lower(books, at, lambda one: one.name == name and one.decision not in but)
        return up

    def _lower(self, books: Books, at: datetime, which: Callable[[Raising], bool]) -> None:
        self._raised = tuple(
            replace(one, lowered=at) if which(one) and is_up(one, books) else one for one in self._raised
        )
        self.look(books)

    def joined(self, part: Book, whole: Book) -> None:
        """One book of a ledger became part of another."""
        old, new = (part.ledger, part.number), (whole.ledger, whole.number)
        self._raised = tuple(
            replace(one, life=tuple(new if book == old else book for book in one.life)) for one in self._raised
        )

    def look(self, books: Books) -> None:
        """See which are up now, those of a period while no ledger behind it has begun a new one."""
        self._up = frozenset(one.name for one in self._raised if is_up(one, books))


def is_up(raising: Raising, books: Books) -> bool:
    """Whether what a decision raised is up now."""
    now = all(_number(books.now(ledger)) == number for ledger, number in raising.life)
    return now and raising.lowered is None


def _lives(raising: Raising, books: Books, booked: datetime) -> bool:
    return raising.lowered is None and _runs(raising, books, booked)


def _runs(raising: Raising, books: Books, booked: datetime) -> bool:
    """Whether the books that it was raised in are those seen from a booking date."""
    return all(_number(books.seen_from(ledger, booked)) == number for ledger, number in raising.life)


def _number(book: Book | None) -> int | None:
    return None if book is None else book.number
