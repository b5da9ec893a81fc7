"""Measures and conditions, by definition: every number is added up anew from all entries."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from policyctl.history.events import Ticket
from policyctl.instants import Length, Zone
from policyctl.policy.form import AllOf, AnyOf, Comparison, Condition, EntryKind, FlagUp, Not, Read, Rule, Version
from policyctl.policy.form import measures_of as measures_in
from tests.second_reader.facts import Book, Entry, Key, LedgerTold, Raised, entry_kinds, measure

HOLDS = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True)
class Moment:
    """Now, the calendar year that is running, and the booking date from which one looks."""

    now: datetime
    year: int
    seen_from: datetime


class Ground:
    """The state of one identity, as far as measures and conditions read it."""

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.books: dict[str, list[Book]] = {}
        self.entries: list[Entry] = []
        self.flags: list[Raised] = []
        self.closed = False
        self.told: list[LedgerTold] = []
        self._asked: dict[tuple[str | None, str], tuple[list[str], bool]] = {}

    def key(self, version: Version, rule: Rule, year: int) -> Key:
        """The tuple that tells the latches of a rule apart."""
        name = version.since, rule.name
        if name not in self._asked:
            self._asked[name] = period_ledgers(version, rule), reads_year(version, rule)
        ledgers, yearly = self._asked[name]
        books: list[object] = [self.running(ledger) for ledger in ledgers]
        return tuple([*books, year] if yearly else books)

    def book(self, ledger: str, seen_from: datetime) -> Book | None:
        """The newest book of a ledger that started by the date."""
        started = [b for b in self.books.get(ledger, []) if b.start is None or b.start <= seen_from]
        return started[-1] if started else None

    def running(self, ledger: str) -> Book | None:
        """The last book of a ledger; none where it belongs to a version that was over before the replay began."""
        return self.books[ledger][-1] if ledger in self.books else None

    def balance(self, kind: EntryKind, book: Book | None) -> Fraction:
        """The fold of the live entries of a book."""
        live = [e for e in self.entries if e.book is book and e.live]
        live.sort(key=lambda e: (e.ticket.effective, e.ticket.id))
        value = kind.start
        for entry in live:
            value += kind.direction * entry.points
            if kind.floor is not None:
                value = max(value, kind.floor)
            if kind.ceiling is not None:
                value = min(value, kind.ceiling)
        return value

    def first_postings(self) -> Iterator[Entry]:
        """For each ticket, its first posting in the order of ledger names."""
        tickets: dict[str, Ticket] = {e.ticket.id: e.ticket for e in self.entries}
        for id in tickets:
            yield min((e for e in self.entries if e.ticket.id == id), key=lambda e: e.ledger)

    def _chosen(self, read: Read) -> Iterator[Entry]:
        if read.sort == "ticket":
            for entry in self.first_postings():
                offence = entry.ticket.offence
                if not read.names or (
                    offence is not None and any(offence == n or offence.startswith(n + ".") for n in read.names)
                ):
                    yield entry
        else:
            yield from (e for e in self.entries if e.ledger in read.names and (e.live or read.standing == "posted"))

    def _within(self, entry: Entry, read: Read, moment: Moment) -> bool:
        if entry.dropped:
            return False
        date = entry.dates[read.dated]
        if read.within == "ever":
            return True
        if read.within == "period":
            return entry.book is self.book(entry.ledger, moment.seen_from)
        if read.within == "year":
            return self.zone.local(date).year == moment.year
        assert isinstance(read.within, Length)
        end = self.zone.after(date, read.within)
        return date <= moment.now and (moment.now < end or (read.far_edge and moment.now == end))

    def read(self, read: Read, kinds: dict[str, EntryKind], moment: Moment) -> Fraction:
        """One number."""
        if read.of == "balance":
            (ledger,) = read.names
            return self.balance(kinds[ledger], self.book(ledger, moment.seen_from))
        counted = [e for e in self._chosen(read) if self._within(e, read, moment)]
        return sum((e.points for e in counted), Fraction(0)) if read.of == "sum" else Fraction(len(counted))

    def measure(self, version: Version, kinds: dict[str, EntryKind], name: str, moment: Moment) -> Fraction:
        """A measure of a version."""
        found = measure(version, name)
        return found.plus + sum((t.times * self.read(t.read, kinds, moment) for t in found.terms), Fraction(0))

    def up(self, flag: str) -> bool:
        """Whether a flag is up."""
        return self.closed if flag == "closed" else any(f.up and f.name == flag for f in self.flags)

    def holds(self, version: Version, kinds: dict[str, EntryKind], condition: Condition, moment: Moment) -> bool:
        """Whether a condition of a version holds."""
        match condition:
            case Comparison(name, compare, threshold):
                return bool(HOLDS[compare](self.measure(version, kinds, name, moment), threshold))
            case FlagUp(flag):
                return self.up(flag)
            case AllOf(parts):
                return all(self.holds(version, kinds, part, moment) for part in parts)
            case AnyOf(parts):
                return any(self.holds(version, kinds, part, moment) for part in parts)
            case Not(part):
                return not self.holds(version, kinds, part, moment)

    def to_blame(
        self, version: Version, kinds: dict[str, EntryKind], condition: Condition, holds: bool, moment: Moment
    ) -> list[tuple[Comparison | FlagUp, bool]]:
        """The comparisons and flags because of which a condition holds, or does not, each with whether it holds."""
        if self.holds(version, kinds, condition, moment) != holds:
            return []
        match condition:
            case Not(part):
                return self.to_blame(version, kinds, part, not holds, moment)
            case AllOf(parts) | AnyOf(parts):
                blamed = [found for part in parts for found in self.to_blame(version, kinds, part, holds, moment)]
                return list(dict.fromkeys(blamed))
            case Comparison() | FlagUp():
                return [(condition, holds)]

    def level(self, version: Version, kinds: dict[str, EntryKind], rule: Rule, moment: Moment) -> int:
        """How often the condition of a rule holds."""
        if rule.every is None:
            return int(self.holds(version, kinds, rule.condition, moment))
        (name,) = set(measures_in(rule.condition))
        return max(0, self.measure(version, kinds, name, moment) // rule.every)


def reads_of(version: Version, rule: Rule) -> list[Read]:
    """Every number that the condition of a rule reads."""
    return [term.read for name in measures_in(rule.condition) for term in measure(version, name).terms]


def period_ledgers(version: Version, rule: Rule) -> list[str]:
    """The ledgers whose running books are the period of a rule. A count of tickets in the running period depends on
    the books of all ledgers, since a ticket may have its first posting in any of them."""
    found: set[str] = set()
    for read in reads_of(version, rule):
        if read.of == "balance" or read.within == "period":
            found |= set(read.names) if read.sort == "entry" else set(entry_kinds(version))
    return sorted(found)


def reads_year(version: Version, rule: Rule) -> bool:
    """Whether a rule reads the calendar year."""
    return any(read.within == "year" for read in reads_of(version, rule))


def ledgers_in_any_way(version: Version, rule: Rule) -> frozenset[str]:
    """The ledgers that a rule reads at all; all of the version where it reads none."""
    found = frozenset(n for read in reads_of(version, rule) if read.sort == "entry" for n in read.names)
    return found or frozenset(entry_kinds(version))
