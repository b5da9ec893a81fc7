"""Entries, the books that hold them (one per ledger and period), and running sums over them.

A book keeps the balance of its live entries; a `Tally` keeps one sum or count that the policy reads. Both change by one
entry at a time, so that a replay is linear in the history; the tests hold them to the plain definition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

import msgspec

from policyctl.history.events import Ticket
from policyctl.instants import Length, Zone
from policyctl.policy.form import EntryKind, Read

NOTHING = Fraction(0)

JUST_AFTER = timedelta(microseconds=1)
"""The smallest step of time: instants are kept to the microsecond."""

EndReason = Literal["cleared", "reset", "version"]


class Entry(msgspec.Struct, eq=False):
    """Points of a ticket in a book. `booked` is the date it counts by, `points` positive, `moved` what the balance in
    fact moved (less than the points at a floor or ceiling). `counts` is False once a change of version has dropped it
    from every measure. `stands_for_ticket` marks the one entry that a count of tickets counts."""

    ticket: Ticket
    ledger: str
    points: Fraction
    booked: datetime
    book: Book
    stands_for_ticket: bool
    moved: Fraction = Fraction(0)
    ended: EndReason | None = None
    counts: bool = True

    @property
    def posted(self) -> datetime:
        """When it was posted: when its ticket took effect."""
        return self.ticket.effective


class Book(msgspec.Struct, eq=False):
    """One period of one ledger. `start` is None for a ledger whose time is all one period."""

    kind: EntryKind
    name: str | None
    start: datetime | None
    entries: list[Entry] = msgspec.field(default_factory=list)
    balance: Fraction = Fraction(0)
    live: int = 0
    first_live: int = 0

    def __post_init__(self) -> None:
        self.balance = self.kind.start

    def post(self, entry: Entry) -> None:
        """Add an entry and move the balance, kept within floor and ceiling."""
        self.entries.append(entry)
        self.live += 1
        self._move(entry)

    def _move(self, entry: Entry) -> None:
        entry.moved = entry.points if self.kind.direction == 1 else -entry.points
        to = self.balance + entry.moved
        if self.kind.floor is not None and to < self.kind.floor:
            to = self.kind.floor
            entry.moved = to - self.balance
        if self.kind.ceiling is not None and to > self.kind.ceiling:
            to = self.kind.ceiling
            entry.moved = to - self.balance
        self.balance = to

    def live_entries(self) -> Iterator[Entry]:
        """The entries that make up the balance, in posting order."""
        return (entry for entry in self.entries[self.first_live :] if entry.ended is None)

    def live_points(self) -> Fraction:
        """The points of the live entries: what a clear would end."""
        return sum((entry.points for entry in self.live_entries()), NOTHING)

    def end_all(self, reason: EndReason) -> list[Entry]:
        """End every live entry; the balance is that of an empty book again."""
        ended = list(self.live_entries())
        for entry in ended:
            entry.ended = reason
        self.live, self.first_live, self.balance = 0, len(self.entries), self.kind.start
        return ended

    def under(self, kind: EntryKind) -> None:
        """From now on the book follows another version's definition: its start and bounds, from the same entries."""
        self.kind = kind
        self.balance = kind.start
        for entry in self.live_entries():
            self._move(entry)


class Books:
    """The books of every ledger, newest last."""

    def __init__(self) -> None:
        self._of: dict[str, list[Book]] = {}

    def open(self, book: Book) -> None:
        """A new period begins."""
        self._of.setdefault(book.kind.name, []).append(book)

    def seen_from(self, ledger: str, booked: datetime) -> Book | None:
        """The book that a booking date belongs to: the newest that had begun by then, else the oldest."""
        books = self._of.get(ledger)
        if not books:
            return None
        for book in reversed(books):
            if book.start is None or book.start <= booked:
                return book
        return books[0]

    def now(self, ledger: str) -> Book | None:
        """The running book."""
        books = self._of.get(ledger)
        return books[-1] if books else None


class Tally:
    """A running sum or count over entries, by the scope that `read.within` names: the book, the year, or everything."""

    def __init__(self, read: Read, zone: Zone) -> None:
        self.read, self._zone = read, zone
        self._totals: dict[Hashable, Fraction] = defaultdict(Fraction)
        self._sizes: dict[Hashable, int] = defaultdict(int)
        self._members: dict[Hashable, list[Entry]] = defaultdict(list)
        self._counted: set[Entry] = set()

    def takes(self, entry: Entry) -> bool:
        """Whether this measure looks at such an entry at all."""
        if self.read.sort == "ticket":
            return entry.stands_for_ticket and (not self.read.names or _is_for(entry.ticket, self.read.names))
        return entry.ledger in self.read.names

    def post(self, entry: Entry, now: datetime) -> datetime | None:
        """Count a posted entry; returns when it will leave the window, if there is one."""
        leaves = self._leaves(entry)
        if leaves is not None and leaves <= now:
            return None
        scope = self._scope(entry)
        self._totals[scope] += self.worth(entry)
        self._sizes[scope] += 1
        self._members[scope].append(entry)
        self._counted.add(entry)
        return leaves

    def remove(self, entry: Entry) -> None:
        """Stop counting an entry: it left the window, ended (where only live ones count), or was dropped."""
        if entry in self._counted:
            self._counted.remove(entry)
            scope = self._scope(entry)
            self._totals[scope] -= self.worth(entry)
            self._sizes[scope] -= 1

    def worth(self, entry: Entry) -> Fraction:
        """What one entry adds."""
        return Fraction(1) if self.read.of == "count" else entry.points

    def value(self, books: Books, booked: datetime) -> Fraction:
        """The number, seen from a booking date."""
        found = [self._totals[scope] for scope in self.scopes(books, booked) if scope in self._totals]
        return sum(found[1:], found[0]) if found else NOTHING

    def size_of(self, scope: Hashable) -> int:
        """How many entries count in a scope."""
        return self._sizes.get(scope, 0)

    def scopes(self, books: Books, booked: datetime) -> list[Hashable]:
        """The scopes that make up the number, seen from a booking date."""
        if self.read.within == "period":
            return [book for name in self.read.names if (book := books.seen_from(name, booked)) is not None]
        if self.read.within == "year":
            return [self._zone.local(booked).year]
        return [None]

    def members(self, scope: Hashable, first: int) -> Iterator[Entry]:
        """The entries that count in a scope, in posting order, from the `first`-th ever counted."""
        return (entry for entry in self._members.get(scope, [])[first:] if entry in self._counted)

    def seen(self, scope: Hashable) -> int:
        """How many entries a scope has ever counted: a mark for `members`."""
        return len(self._members.get(scope, []))

    def _scope(self, entry: Entry) -> Hashable:
        if self.read.within == "period":
            return entry.book
        if self.read.within == "year":
            return self._zone.local(self._date(entry)).year
        return None

    def _date(self, entry: Entry) -> datetime:
        return entry.booked if self.read.dated == "booking" else dates(entry.ticket)[self.read.dated]

    def _leaves(self, entry: Entry) -> datetime | None:
        if not isinstance(self.read.within, Length):
            return None
        end = self._zone.after(self._date(entry), self.read.within)
        return end + JUST_AFTER if self.read.far_edge else end


def dates(ticket: Ticket) -> dict[str, datetime]:
    """The dates of a ticket by the names that a policy uses."""
    return {"effective": ticket.effective, "issued": ticket.issued, "occurred": ticket.occurred}


def _is_for(ticket: Ticket, offences: tuple[str, ...]) -> bool:
    name = ticket.offence
    return name is not None and any(name == offence or name.startswith(offence + ".") for offence in offences)
