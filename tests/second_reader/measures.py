"""Measures and conditions, by definition: every number is added up anew from all entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from policyctl.history.events import Ticket
from policyctl.instants import Calendar, Length, Zone
from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Between,
    Comparison,
    Condition,
    EntryKind,
    FlagUp,
    Is,
    Lately,
    Not,
    Previous,
    Read,
    Rule,
    Version,
)
from policyctl.policy.form import measures_of as measures_in
from policyctl.policy.form import reads_of as reads_in
from tests.second_reader.facts import Atom, Book, Entry, Key, LedgerTold, Raised, entry_kinds, measure
from tests.second_reader.scan import UNITS, scan
from tests.second_reader.words import HOLDS, account_is, between

if TYPE_CHECKING:
    from tests.second_reader.interpreter import Replay


@dataclass(frozen=True)
class Moment:
    """Now, the calendar year that is running, and the booking date from which one looks. `before`: a reset date of the
    past is read again, by what was booked before it and had not ended before it."""

    now: datetime
    year: int
    seen_from: datetime
    before: datetime | None = None
    ticket: Ticket | None = None
    """The ticket that is looked at."""


class Ground:
    """The state of one identity, as far as measures and conditions read it."""

    tick = timedelta(microseconds=1)

    def __init__(self, zone: Zone, one: Replay) -> None:
        self.zone, self.one = zone, one
        self.books: dict[str, list[Book]] = {}
        self.entries: list[Entry] = []
        self.flags: list[Raised] = []
        self.closures: list[datetime] = []
        """For each closure, the date from which the judgement that closed was seen."""
        self.told: list[LedgerTold] = []
        self._asked: dict[tuple[str | None, str], tuple[list[str], list[Calendar]]] = {}

    @property
    def closed(self) -> bool:
        """Whether the identity is closed."""
        return bool(self.closures)

    def key(self, version: Version, rule: Rule, year: int, seen_from: datetime | None = None) -> Key:
        """The tuple that tells the latches of a rule apart; in the running period, or as seen from a date."""
        ledgers, units = self.asked(version, rule)
        books: list[object] = [
            self.running(ledger) if seen_from is None else self.book(ledger, seen_from) for ledger in ledgers
        ]
        date = seen_from or self.one.seen().seen_from
        others = ((unit, self.zone.start_of(unit, date)) for unit in units if unit != "year")
        return (*books, *([year] if "year" in units else []), *others)

    def asked(self, version: Version, rule: Rule) -> tuple[list[str], list[Calendar]]:
        """The ledgers and the units of the calendar that make the period of a rule."""
        name = version.since, rule.name
        if name not in self._asked:
            self._asked[name] = period_ledgers(version, rule), units_read(version, rule)
        return self._asked[name]

    def starts_late(self, version: Version, rule: Rule) -> bool:
        """Whether the latches of a rule start just before the first step: it reads a unit shorter than the year."""
        return any(unit != "year" for unit in self.asked(version, rule)[1])

    def book(self, ledger: str, seen_from: datetime) -> Book | None:
        """The newest book of a ledger that started by the date, else the oldest."""
        books = self.books.get(ledger, [])
        started = [b for b in books if b.start is None or b.start <= seen_from]
        found = started[-1:] or books[:1]
        return found[0] if found else None

    def running(self, ledger: str) -> Book | None:
        """The last book of a ledger; none where it belongs to a version that was over before the replay began."""
        return self.books[ledger][-1] if ledger in self.books else None

    def balance(self, kind: EntryKind, book: Book | None, before: datetime | None = None) -> Fraction:
        """The fold of the live entries of a book, in the order in which they were posted."""
        if book is not None and book.kind is not None and before is None:
            kind = book.kind
        value = kind.start
        for entry in (e for e in self.entries if e.book is book and self.is_live(e, before, inside=True)):
            value += kind.direction * entry.points
            if kind.floor is not None:
                value = max(value, kind.floor)
            if kind.ceiling is not None:
                value = min(value, kind.ceiling)
        return value

    @staticmethod
    def is_live(entry: Entry, before: datetime | None, *, inside: bool) -> bool:
        """Whether an entry is live: now, and seen from inside of its book or from elsewhere; or just before a date."""
        if entry.dropped:
            return False
        if before is None:
            return entry.live or (inside and entry.with_book)
        if entry.copied or entry.dates["booking"] >= before:
            return False
        return entry.live or entry.ended_at is None or entry.ended_at >= before

    def first_postings(self) -> Iterator[Entry]:
        """For each ticket, its first posting in the order of ledger names."""
        originals = [e for e in self.entries if e.copy_of is None and not e.by_rule]
        tickets: dict[str, Ticket] = {e.ticket.id: e.ticket for e in originals}
        for id in tickets:
            yield min((e for e in originals if e.ticket.id == id), key=lambda e: e.ledger)

    def is_first(self, entry: Entry) -> bool:
        """Whether an entry stands for its ticket."""
        return any(first is entry for first in self.first_postings())

    def points_of(self, ticket: Ticket) -> Fraction:
        """What a ticket posted in all."""
        return sum((e.points for e in self.entries if e.copy_of is None and e.ticket.id == ticket.id), Fraction(0))

    def chosen(self, read: Read, moment: Moment) -> Iterator[Entry]:
        """The entries, or one for each ticket, of the names that are read."""
        if read.sort == "ticket":
            for entry in self.first_postings():
                offence = entry.ticket.offence
                if not read.names or (
                    offence is not None and any(offence == n or offence.startswith(n + ".") for n in read.names)
                ):
                    yield entry
        else:
            for entry in (e for e in self.entries if e.ledger in read.names):
                if read.standing == "posted":
                    if entry.copy_of is None:
                        yield entry
                elif self.is_live(entry, moment.before, inside=read.within == "period"):
                    yield entry

    def _within(self, entry: Entry, read: Read, moment: Moment) -> bool:
        if entry.dropped:
            return False
        if moment.before is not None and entry.dates["booking"] >= moment.before:
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

    def read(self, version: Version, read: Read, kinds: dict[str, EntryKind], moment: Moment) -> Fraction | None:
        """One number; None where nobody knows it."""
        if read.of == "balance":
            (ledger,) = read.names
            return self.balance(kinds[ledger], self.book(ledger, moment.seen_from), moment.before)
        if not _plain(read):
            return scan(self, version, read, moment)
        counted = [e for e in self.chosen(read, moment) if self._within(e, read, moment)]
        return sum((e.points for e in counted), Fraction(0)) if read.of == "sum" else Fraction(len(counted))

    def measure(self, version: Version, kinds: dict[str, EntryKind], name: str, moment: Moment) -> Fraction | None:
        """A measure of a version; None where any part of it is unknown."""
        found = measure(version, name)
        total = found.plus
        for term in found.terms:
            number = self.read(version, term.read, kinds, moment)
            if number is None:
                return None
            total += term.times * number
        return total

    def up(self, flag: str, moment: Moment) -> bool:
        """Whether a flag is up: for good as it is now (or was, as far as judgements from before a date raised it), for
        one period as it is for the books that one looks from."""
        until = moment.before
        if flag == "closed":
            return any(until is None or seen_from < until for seen_from in self.closures)
        return any(self.is_up(found, moment) for found in self.flags if found.name == flag)

    def is_up(self, found: Raised, moment: Moment) -> bool:
        """Whether a flag that was raised is up still."""
        if found.lowered is not None and (moment.before is None or found.lowered < moment.before):
            return False
        if found.books:
            return all(self.book(ledger, moment.seen_from) is book for ledger, book in found.books.items())
        return moment.before is None or found.seen_from < moment.before

    def holds(self, version: Version, kinds: dict[str, EntryKind], condition: Condition, moment: Moment) -> bool:
        """Whether a condition of a version holds."""
        match condition:
            case Comparison(name, compare, threshold):
                number = self.measure(version, kinds, name, moment)
                return number is not None and bool(HOLDS[compare](number, threshold))
            case Is():
                return account_is(self, condition, moment)
            case Between():
                return between(self, condition, moment, moment.ticket)
            case FlagUp(flag):
                return self.up(flag, moment)
            case AllOf(parts):
                return all(self.holds(version, kinds, part, moment) for part in parts)
            case AnyOf(parts):
                return any(self.holds(version, kinds, part, moment) for part in parts)
            case Not(part):
                return not self.holds(version, kinds, part, moment)
        raise AssertionError(f"random worlds do not ask for {condition}")

    def to_blame(
        self, version: Version, kinds: dict[str, EntryKind], condition: Condition, holds: bool, moment: Moment
    ) -> list[tuple[Atom, bool]]:
        """The comparisons and flags because of which a condition holds, or does not, each with whether it holds."""
        if self.holds(version, kinds, condition, moment) != holds:
            return []
        match condition:
            case Not(part):
                return self.to_blame(version, kinds, part, not holds, moment)
            case AllOf(parts) | AnyOf(parts):
                blamed = [found for part in parts for found in self.to_blame(version, kinds, part, holds, moment)]
                return list(dict.fromkeys(blamed))
            case Comparison() | FlagUp() | Is() | Between():
                return [(condition, holds)]
        raise AssertionError(f"random worlds do not ask for {condition}")

    def level(self, version: Version, kinds: dict[str, EntryKind], rule: Rule, moment: Moment) -> int:
        """How often the condition of a rule holds."""
        if rule.every is None:
            return int(self.holds(version, kinds, rule.condition, moment))
        if not self.holds(version, kinds, _without_counted(rule.condition), moment):
            return 0
        name = next(measures_in(rule.condition))
        number = self.measure(version, kinds, name, moment)
        return 0 if number is None else max(0, number // rule.every)


def _plain(read: Read) -> bool:
    """Whether a read is one of those that entries alone answer."""
    kinds = read.sort in ("entry", "ticket") and read.of in ("sum", "count")
    return (
        kinds and read.back is None and read.where is None and read.different is None and read.within not in UNITS[:-1]
    )


def _without_counted(condition: Condition) -> Condition:
    """What must hold besides the comparison whose multiples are counted, which stands first."""
    return AllOf(condition.parts[1:]) if isinstance(condition, AllOf) else AllOf(())


def reads_of(version: Version, rule: Rule) -> list[Read]:
    """Every number that the condition of a rule reads."""
    measures = {found.name: found for found in version.measures}
    return [read for name in measures_in(rule.condition) for read in reads_in(measures[name], measures)]


def period_ledgers(version: Version, rule: Rule) -> list[str]:
    """The ledgers whose running books are the period of a rule. A count of tickets in the running period depends on
    the books of all ledgers, since a ticket may have its first posting in any of them."""
    found: set[str] = set()
    for read in reads_of(version, rule):
        if read.of == "balance" or read.within == "period" or _in_books(read):
            own = read.names if read.sort == "entry" else [read.ledger] if read.ledger else entry_kinds(version)
            found |= set(own)
    return sorted(found)


def _in_books(read: Read) -> bool:
    """Whether it looks at the periods before, too."""
    return isinstance(read.back, Lately) or (isinstance(read.back, Previous) and read.back.unit == "period")


def units_read(version: Version, rule: Rule) -> list[Calendar]:
    """The units of the calendar that a rule reads."""
    found = {read.within for read in reads_of(version, rule) if read.within in UNITS}
    found |= {r.back.unit for r in reads_of(version, rule) if isinstance(r.back, Previous) and r.back.unit in UNITS}
    return [unit for unit in UNITS if unit in found]


def reads_year(version: Version, rule: Rule) -> bool:
    """Whether a rule reads the calendar year."""
    return "year" in units_read(version, rule)


def ledgers_in_any_way(version: Version, rule: Rule) -> frozenset[str]:
    """The ledgers that a rule reads at all; all of the version where it reads none."""
    found = frozenset(n for read in reads_of(version, rule) if read.sort == "entry" for n in read.names)
    return found or frozenset(entry_kinds(version))
