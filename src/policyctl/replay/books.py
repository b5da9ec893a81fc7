"""Entries, the books that hold them (one per ledger and period), and running sums over them.

A book keeps the balance of its live entries; a `Tally` keeps one sum or count that the policy reads. Both change by one
entry at a time, so that a replay is linear in the history; the tests hold them to the plain definition.

An entry and a book never change: what happens to a book puts a new one in its place. Which entries are live follows
from their numbers where all of a book end; those that ended one by one are kept by the state. So to copy the containers
is to copy it all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import msgspec

from policyctl.history.events import Ticket
from policyctl.instants import Length, Zone
from policyctl.policy.form import Condition, EntryKind, Read, Same, atoms
from policyctl.replay.units import ONE, Units, units

if TYPE_CHECKING:
    from policyctl.replay.expiry import Lasting

JUST_AFTER = timedelta(microseconds=1)
"""The smallest step of time: instants are kept to the microsecond."""

Scope = int | None
"""What a sum is kept apart by: the number of a book, or a year."""


EVERYTHING: list[Scope] = [None]
"""The one scope of a sum over a window, or over all time."""


class Entry(msgspec.Struct, frozen=True, eq=False):
    """Points of a ticket in a book. Entries are numbered as they are posted. `booked` is the date it counts by,
    `points` positive, `book` a number; `posted` is when it was posted. `stands_for_ticket` marks the one entry that a
    count of tickets counts. A `carried` one stands for one that came back, and counts only among the live; its `origin`
    is the number of the one that stood there before its instant. `life`: when it ends by itself. A `superseded` one
    counts as a ticket and in no sum of points: another one of its group counts. What a rule posted at tickets is
    `posted_at` these: it bears what the first of them says of itself, and leaves with the last."""

    number: int
    ticket: Ticket
    ledger: str
    points: Units
    booked: datetime
    posted: datetime
    book: int
    stands_for_ticket: bool
    carried: bool = False
    origin: int | None = None
    life: Lasting | None = None
    superseded: bool = False
    posted_at: tuple[str, ...] = ()

    @property
    def by_rule(self) -> bool:
        """Whether a rule posted it: it bears the id of a decision, and no ticket's id holds an `@`."""
        return "@" in self.ticket.id

    def before(self, instant: datetime) -> int:
        """The number of the entry that stood for these points before an instant."""
        return self.origin if self.origin is not None and self.posted >= instant else self.number


class Bounds(msgspec.Struct, frozen=True):
    """How a ledger moves: where its balance starts, which way points move it, and what keeps it."""

    start: Units
    direction: Literal[1, -1]
    floor: Units | None
    ceiling: Units | None

    @staticmethod
    def of(kind: EntryKind) -> Bounds:
        """The bounds of a ledger."""
        floor, ceiling = (None if bound is None else units(bound) for bound in (kind.floor, kind.ceiling))
        return Bounds(units(kind.start), kind.direction, floor, ceiling)

    def keep(self, balance: Units) -> Units:
        """A balance, kept within floor and ceiling."""
        if self.floor is not None and balance < self.floor:
            balance = self.floor
        if self.ceiling is not None and balance > self.ceiling:
            balance = self.ceiling
        return balance


class Book(msgspec.Struct, frozen=True, eq=False):
    """One period of one ledger, as it stands. `start` is None for a ledger whose time is all one period. `live` entries
    make up the balance: those of the book whose number is at least `first_live`; they have so many `points`."""

    number: int
    ledger: str
    name: str | None
    start: datetime | None
    bounds: Bounds
    balance: Units
    live: int = 0
    points: Units = 0
    first_live: int = 0

    def holds(self, entry: Entry) -> bool:
        """Whether an entry is one of its live ones."""
        return entry.book == self.number and entry.number >= self.first_live


class Books:
    """The books of every ledger; of a ledger the newest is the last. A closed one stays as it stood just before.
    `order` are their numbers in the order of time; `less` is what entries moved a balance that a floor or ceiling
    kept."""

    def __init__(self) -> None:
        self._books: list[Book] = []
        self.order: dict[str, tuple[int, ...]] = {}
        self.less: dict[int, Units] = {}

    def copy(self) -> Books:
        """Books that go their own way from here."""
        twin = Books()
        twin._books, twin.order, twin.less = self._books.copy(), self.order.copy(), self.less.copy()
        return twin

    def open(
        self, ledger: str, bounds: Bounds, name: str | None, start: datetime | None, before: Book | None = None
    ) -> Book:
        """A new period begins; as the running one, or closed already `before` another."""
        book = Book(len(self._books), ledger, name, start, bounds, bounds.start)
        self._books.append(book)
        numbers = self.order.get(ledger, ())
        place = len(numbers) if before is None else numbers.index(before.number)
        self.order[ledger] = (*numbers[:place], book.number, *numbers[place:])
        return book

    def first(self, ledger: str) -> Book | None:
        """The oldest book."""
        numbers = self.order.get(ledger)
        return self._books[numbers[0]] if numbers else None

    def parted(self, ledger: str, turned: datetime) -> tuple[Book, Book] | None:
        """The book that a reset closed, and the one that it opened. (A book that a change of version opened later may
        have begun with an earlier unit.)"""
        books = [self._books[number] for number in self.order.get(ledger, ())]
        return next((pair for pair in pairwise(books) if pair[1].start == turned), None)

    def next(self, book: Book) -> Book | None:
        """The period that followed."""
        numbers = self.order[book.ledger]
        place = numbers.index(book.number) + 1
        return self._books[numbers[place]] if place < len(numbers) else None

    def before(self, book: Book) -> Book | None:
        """The period that came before."""
        numbers = self.order[book.ledger]
        place = numbers.index(book.number)
        return self._books[numbers[place - 1]] if place else None

    def put(self, book: Book) -> None:
        """A book as it stands from now on."""
        self._books[book.number] = book

    def take_away(self, book: Book) -> None:
        """A book is one no more: it became part of the one before."""
        self.order[book.ledger] = tuple(number for number in self.order[book.ledger] if number != book.number)

    def numbered(self, number: int) -> Book:
        """The book of that number."""
        return self._books[number]

    def all(self) -> tuple[Book, ...]:
        """Every book that there ever was, by its number, as it stands."""
        return tuple(self._books)

    def running(self) -> dict[str, Book]:
        """The running book of every ledger."""
        return {ledger: self._books[numbers[-1]] for ledger, numbers in self.order.items()}

    def now(self, ledger: str) -> Book | None:
        """The running book."""
        numbers = self.order.get(ledger)
        return self._books[numbers[-1]] if numbers else None

    def begun(self, booked: datetime) -> bool:
        """Whether every ledger had a book by then."""
        for numbers in self.order.values():
            start = self._books[numbers[0]].start
            if start is not None and start > booked:
                return False
        return True

    def last_start(self) -> datetime | None:
        """Since when every book that runs has run; None where they always have."""
        last = None
        for numbers in self.order.values():
            start = self._books[numbers[-1]].start
            if start is not None and (last is None or start > last):
                last = start
        return last

    def seen_from(self, ledger: str, booked: datetime) -> Book | None:
        """The book that a booking date belongs to: the newest that had begun by then, else the oldest."""
        numbers = self.order.get(ledger, ())
        for number in reversed(numbers):
            book = self._books[number]
            if book.start is None or book.start <= booked:
                return book
        return self._books[numbers[0]] if numbers else None

    def post(self, entry: Entry) -> None:
        """Add an entry to its book and move the balance."""
        book = self._books[entry.book]
        self._books[book.number] = msgspec.structs.replace(
            book,
            balance=self._move(book.bounds, book.balance, entry),
            live=book.live + 1,
            points=book.points + entry.points,
        )

    def _move(self, bounds: Bounds, balance: Units, entry: Entry) -> Units:
        free = balance + bounds.direction * entry.points
        kept = bounds.keep(free)
        if kept != free:
            self.less[entry.number] = kept - balance
        return kept

    def moved(self, entry: Entry) -> Units:
        """What the balance in fact moved with an entry: less than its points at a floor or ceiling."""
        kept = self.less.get(entry.number)
        return self.direction(entry) * entry.points if kept is None else kept

    def direction(self, entry: Entry) -> int:
        """Which way an entry's points move the balance."""
        return self._books[entry.book].bounds.direction

    def end_all(self, book: Book, posted: int) -> None:
        """End every live entry, `posted` being how many were ever posted; the balance is that of an empty book."""
        self._books[book.number] = msgspec.structs.replace(
            book, balance=book.bounds.start, live=0, points=0, first_live=posted
        )

    def empty(self, ledger: str) -> None:
        """The entries of a ledger count no more, in none of its books."""
        for number in self.order.get(ledger, ()):
            self.fold(self._books[number], self._books[number].bounds, [])

    def fold(self, book: Book, bounds: Bounds, live: list[Entry]) -> None:
        """From now on the book has these live entries, and follows these bounds."""
        balance = bounds.start
        for entry in live:
            self.less.pop(entry.number, None)
            balance = self._move(bounds, balance, entry)
        points: Units = sum(entry.points for entry in live)
        self._books[book.number] = msgspec.structs.replace(
            book, bounds=bounds, balance=balance, live=len(live), points=points
        )


class Tally:
    """A running sum or count over entries, by the scope that `read.within` names: the book, the year, or everything.
    `inside` are the numbers of those that count, where one may cease to."""

    def __init__(self, read: Read, zone: Zone) -> None:
        self.read, self._zone = read, zone
        self.window = read.within if isinstance(read.within, Length) else None
        self._loses = self.window is not None or read.standing == "live"
        self.totals: dict[Scope, Units] = {}
        self.sizes: dict[Scope, int] = {}
        self.inside: set[int] = set()

    def copy(self) -> Tally:
        """A tally that goes its own way from here."""
        twin = Tally(self.read, self._zone)
        twin.totals, twin.sizes, twin.inside = self.totals.copy(), self.sizes.copy(), self.inside.copy()
        return twin

    def post(self, entry: Entry, now: datetime) -> datetime | None:
        """Count a posted entry; returns when it will leave the window, if there is one."""
        leaves = self._leaves(entry)
        if leaves is not None and leaves <= now:
            return None
        if self._loses:
            self.inside.add(entry.number)
        self._add(entry, 1)
        return leaves

    def within(self, entry: Entry, instant: datetime) -> bool:
        """Whether an entry lies in the window that ends at an instant; there may be none."""
        leaves = self._leaves(entry)
        return leaves is None or self._date(entry) <= instant < leaves

    def _leaves(self, entry: Entry) -> datetime | None:
        if self.window is None:
            return None
        leaves = self._zone.after(self._date(entry), self.window)
        return leaves + JUST_AFTER if self.read.far_edge else leaves

    def remove(self, entry: Entry) -> bool:
        """Stop counting an entry: it left the window, ended (where only live ones count), or was dropped. Whether it
        counted till now."""
        if not self.counts(entry):
            return False
        self.inside.discard(entry.number)
        self._add(entry, -1)
        return True

    def rebook(self, old: Entry, new: Entry) -> None:
        """The same entry stands in another book from now on."""
        if self.read.within == "period" and self.takes(old) and self.counts(old):
            self._add(old, -1)
            self._add(new, 1)

    def _add(self, entry: Entry, times: Literal[1, -1]) -> None:
        scope = self.scope_of(entry)
        self.totals[scope] = self.totals.get(scope, 0) + times * self.worth(entry)
        self.sizes[scope] = self.sizes.get(scope, 0) + times

    def takes(self, entry: Entry) -> bool:
        """Whether this measure looks at such an entry at all."""
        if (entry.carried and self.read.standing != "live") or (entry.superseded and self.read.sort == "entry"):
            return False
        return takes(self.read, entry.ledger, entry.ticket.offence, entry.stands_for_ticket)

    def counts(self, entry: Entry) -> bool:
        """Whether an entry that this measure takes, and that was not dropped, counts now."""
        return not self._loses or entry.number in self.inside

    def worth(self, entry: Entry) -> Units:
        """What one entry adds."""
        return ONE if self.read.of == "count" else entry.points

    def value(self, books: Books, booked: datetime) -> Units:
        """The number, seen from a booking date."""
        return self.total(self.scopes(books, booked))

    def total(self, scopes: Iterable[Scope]) -> Units:
        """The number in some scopes."""
        total: Units = 0
        for scope in scopes:
            total += self.totals.get(scope, 0)
        return total

    def size_of(self, scope: Scope) -> int:
        """How many entries count in a scope."""
        return self.sizes.get(scope, 0)

    def scopes(self, books: Books, booked: datetime) -> list[Scope]:
        """The scopes that make up the number, seen from a booking date."""
        if self.read.within == "period":
            return [book.number for name in self.read.names if (book := books.seen_from(name, booked)) is not None]
        return [self._zone.local(booked).year] if self.read.within == "year" else EVERYTHING

    def scope_of(self, entry: Entry) -> Scope:
        """The scope in which an entry counts."""
        if self.read.within == "period":
            return entry.book
        return self._zone.local(self._date(entry)).year if self.read.within == "year" else None

    def _date(self, entry: Entry) -> datetime:
        return entry.booked if self.read.dated == "booking" else DATES[self.read.dated](entry.ticket)


DATES: dict[str, Callable[[Ticket], datetime]] = {
    "effective": lambda ticket: ticket.effective,
    "issued": lambda ticket: ticket.issued,
    "occurred": lambda ticket: ticket.occurred,
}
"""The dates of a ticket by the names that a policy uses."""


def tallied(read: Read) -> bool:
    """Whether a running sum can answer a read."""
    plain = (
        read.back is None
        and read.where is None
        and read.different is None
        and read.anchor == "now"
        and read.ledger is None
    )
    scope = isinstance(read.within, Length) or read.within in ("period", "year", "ever")
    return read.of in ("sum", "count") and read.sort in ("entry", "ticket") and plain and scope


def at_ticket(read: Read) -> bool:
    """Whether a read looks at one ticket: its time ends there, or it asks for what is the same there."""
    return read.anchor != "now" or asks_same(read.where)


def asks_same(where: Condition | None) -> bool:
    """Whether a condition asks for what is the same at the ticket looked at."""
    return where is not None and any(isinstance(atom, Same) for atom in atoms(where))


def takes(read: Read, ledger: str, offence: str | None, stands_for_ticket: bool) -> bool:
    """Whether a sum or count looks at such entries at all."""
    if read.sort == "entry":
        return not read.names or ledger in read.names
    if not stands_for_ticket or not read.names:
        return stands_for_ticket
    return offence is not None and any(offence == name or offence.startswith(name + ".") for name in read.names)
