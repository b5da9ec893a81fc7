"""Where one identity stands while it is replayed: books, entries, flags, fines, latches, and what can be read of them.

Knows what a policy's measures, periods and flags mean, and nothing of the order in which things happen.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

import msgspec

from policyctl.history.events import Problem
from policyctl.instants import Calendar, Zone
from policyctl.policy.form import (
    EntryKind,
    FlagKind,
    Measure,
    Open,
    Policy,
    Read,
    Rule,
    Version,
    measures_of,
)
from policyctl.replay.agenda import Agenda
from policyctl.replay.answer import Decision, Ended, Judgement, LedgerEvent, PaymentPart
from policyctl.replay.books import Book, Books, EndReason, Entry, Tally
from policyctl.replay.conditions import Seen

FlagLife = tuple[tuple[str, Book | None], ...]
"""The books by ledger that must all be running still for a flag of one period to stay up; empty: for good."""


LatchKey = tuple[str, tuple[Book | int | None, ...]]
"""A latch belongs to a rule's name and the period that the rule reads."""


class Latch(msgspec.Struct):
    """How far a rule has been counted in one period, and what it decided there."""

    counted: int | None = None
    fired: list[Decision] = msgspec.field(default_factory=list)
    outranked: bool = False


class Reading(msgspec.Struct, frozen=True):
    """What a rule reads: its measures; the ledgers behind them; of these the ones by balance or `this period`; and
    whether it reads `this year`."""

    measures: tuple[str, ...]
    ledgers: tuple[str, ...]
    by_period: tuple[str, ...]
    by_year: bool


class FineRecord(msgspec.Struct):
    """A fine, with the books that were running when it was opened."""

    decision: Decision
    effect: Open
    amount: Fraction
    books: dict[str, Book]
    served_at: datetime | None
    paid: Fraction = Fraction(0)
    payments: list[PaymentPart] = msgspec.field(default_factory=list)
    paid_at: datetime | None = None
    cleared_at: datetime | None = None
    cleared: list[tuple[str, Fraction]] = msgspec.field(default_factory=list)
    dropped: datetime | None = None

    @property
    def open(self) -> Fraction:
        """What is left to pay."""
        return Fraction(0) if self.dropped is not None else self.amount - self.paid


class State:
    """One identity. `version` is the one in force now, None before the first."""

    def __init__(self, policy: Policy, zone: Zone, identity: str, version: Version | None) -> None:
        self.policy, self.zone, self.identity, self.version = policy, zone, identity, version
        self.agenda = Agenda()
        self.books = Books()
        self.entries: list[Entry] = []
        self.decisions: list[Decision] = []
        self.named: dict[str, Decision] = {}
        self.fines: list[FineRecord] = []
        self.fine_of: dict[str, FineRecord] = {}
        self.first_due = 0
        self.sanctions_dropped: list[datetime] = []
        self.closed = False
        self.problems: list[Problem] = []
        self.ledger_events: list[LedgerEvent] = []
        self.judgements: list[Judgement] = []
        self.last_end: dict[str, Ended] = {}
        self.latches: dict[LatchKey, Latch] = {}
        self.tallies = {
            term.read: Tally(term.read, zone)
            for v in policy.versions
            for m in v.measures
            for term in m.terms
            if term.read.of != "balance"
        }
        self._measures = {v.since: {m.name: m for m in v.measures} for v in policy.versions}
        # Ledgers of versions that were over before the start never have a book; their rules may still judge.
        older = policy.versions[: policy.versions.index(version)] if version is not None else ()
        self._never_opened = {kind.name: kind.start for v in older for kind in ledger_kinds(v).values()}
        self._flags: dict[str, list[FlagLife]] = {}
        self._values: dict[tuple[str | None, str], Fraction] = {}
        self._keys: dict[tuple[str | None, str], LatchKey] = {}
        self._readings: dict[tuple[str | None, str], Reading] = {}

    # --- what can be read ---

    def changed(self) -> None:
        """Entries changed: no value that was read before may be used again."""
        self._values.clear()

    def turned(self) -> None:
        """A period began, or the year turned: neither values nor latches of before may be used again."""
        self._values.clear()
        self._keys.clear()

    def measure(self, version: Version, name: str, seen: Seen) -> Fraction:
        """The value of a measure."""
        if seen.booked != seen.at:
            return self._measure(version, name, seen)
        value = self._values.get((version.since, name))
        if value is None:
            value = self._values[version.since, name] = self._measure(version, name, seen)
        return value

    def _measure(self, version: Version, name: str, seen: Seen) -> Fraction:
        measure = self._measures[version.since][name]
        if len(measure.terms) == 1 and measure.terms[0].times == 1 and not measure.plus:
            return self._read(measure.terms[0].read, seen)
        return measure.plus + sum((t.times * self._read(t.read, seen) for t in measure.terms), Fraction(0))

    def measure_form(self, version: Version, name: str) -> Measure:
        """The measure's record in the normal form."""
        return self._measures[version.since][name]

    def tally(self, read: Read) -> Tally:
        """The running sum that belongs to a read."""
        return self.tallies[read]

    def _read(self, read: Read, seen: Seen) -> Fraction:
        if read.of != "balance":
            return self.tallies[read].value(self.books, seen.booked)
        book = self.books.seen_from(read.names[0], seen.booked)
        return self._never_opened[read.names[0]] if book is None else book.balance

    def flag_up(self, name: str) -> bool:
        """Whether a flag is up."""
        return self.closed if name == "closed" else name in self._flags

    def flags(self) -> list[str]:
        """The flags that are up, by name."""
        return sorted(self._flags)

    # --- periods and latches ---

    def reading(self, rule: Rule, version: Version) -> Reading:
        """What a rule's condition reads; found out once."""
        known = self._readings.get((version.since, rule.name))
        if known is None:
            names = dict.fromkeys(measures_of(rule.condition))
            reads = [term.read for name in names for term in self._measures[version.since][name].terms]
            entries = [read for read in reads if read.sort == "entry"]
            known = self._readings[version.since, rule.name] = Reading(
                measures=tuple(names),
                ledgers=_sorted_names(entries),
                by_period=_sorted_names([r for r in entries if r.of == "balance" or r.within == "period"]),
                by_year=any(read.within == "year" for read in reads),
            )
        return known

    def latch_key(self, rule: Rule, version: Version, booked: datetime) -> LatchKey:
        """The rule's name and its period: the running book of each ledger read by balance or over `this period`, and
        the calendar year where it reads `this year`."""
        key = self._keys.get((version.since, rule.name))
        if key is None:
            reading = self.reading(rule, version)
            books: list[Book | int | None] = [self.books.now(name) for name in reading.by_period]
            if reading.by_year:
                books.append(self.zone.local(booked).year)
            key = self._keys[version.since, rule.name] = (rule.name, tuple(books))
        return key

    def latch(self, rule: Rule, version: Version, booked: datetime) -> Latch:
        """The latch of a rule in the running period; a new one where the period is new."""
        key = self.latch_key(rule, version, booked)
        held = self.latches.get(key)
        if held is None:
            held = self.latches[key] = Latch()
        return held

    def period_name(self, rule: Rule, version: Version, instant: datetime) -> str | None:
        """The period's name: of several that a rule reads, the one that began last."""
        reading = self.reading(rule, version)
        books = [book for name in reading.by_period if (book := self.books.now(name)) is not None]
        begun = [(book.start, book.name) for book in books if book.start is not None and book.name is not None]
        if reading.by_year:
            begun.append((self.zone.start_of("year", instant), str(self.zone.local(instant).year)))
        return max(begun, key=lambda one: (one[0], _fineness(one[1])))[1] if begun else None

    # --- flags ---

    def raise_flag(self, name: str, life: FlagLife) -> None:
        """Raise a flag; it may be up for several reasons at once."""
        self._flags.setdefault(name, []).append(life)

    def flag_period(self, rule: Rule, version: Version) -> FlagLife:
        """How long a flag of one period stays up: while no ledger that its rule reads (or, if it reads none, no ledger
        at all) begins a new period."""
        names = self.reading(rule, version).ledgers or tuple(period.ledger for period in version.periods)
        return tuple((name, self.books.now(name)) for name in names)

    def lower_flags(self) -> None:
        """Lower the flags of one period whose period is over."""
        for name, ups in list(self._flags.items()):
            kept = [up for up in ups if all(self.books.now(ledger) is book for ledger, book in up)]
            if kept:
                self._flags[name] = kept
            else:
                del self._flags[name]

    # --- books and entries ---

    def open_books(self, version: Version, instant: datetime, before: Version | None = None) -> None:
        """Open a book for each ledger that the version `before` did not have."""
        old = set() if before is None else {period.ledger for period in before.periods}
        kinds = ledger_kinds(version)
        for period in version.periods:
            if period.ledger not in old:
                self.open_book(kinds[period.ledger], period.every, instant)

    def open_book(self, kind: EntryKind, every: Calendar | None, instant: datetime) -> None:
        """A new period of a ledger begins."""
        self.turned()
        start = None if every is None else self.zone.start_of(every, instant)
        self.books.open(Book(kind, _period_label(self.zone, every, instant), start))

    def end_entries(self, instant: datetime, book: Book, why: EndReason, cause: str | None) -> Fraction:
        """End every live entry of a book; returns their points."""
        self.changed()
        points = book.live_points()
        ended = book.end_all(why)
        for entry in ended:
            self._uncount(entry, live_only=True)
        name = book.kind.name
        self.last_end[name] = Ended(name, why, instant, points, cause)
        if ended:
            self.ledger_events.append(LedgerEvent(instant, self.identity, name, why, points, book.name, cause))
        return points

    def forget(self, ledger: str) -> None:
        """Drop every entry of a ledger from every measure."""
        self.changed()
        for entry in (e for e in self.entries if e.ledger == ledger):
            entry.counts = False
            self._uncount(entry, live_only=False)

    def _uncount(self, entry: Entry, live_only: bool) -> None:
        for tally in self.tallies.values():
            if tally.takes(entry) and (not live_only or tally.read.standing == "live"):
                tally.remove(entry)


def ledger_kinds(version: Version) -> dict[str, EntryKind]:
    """The ledgers of a version by name."""
    return {fact.name: fact for fact in version.facts if isinstance(fact, EntryKind)}


def per_period(version: Version, flag: str) -> bool:
    """Whether a flag lasts only for a period."""
    return any(isinstance(fact, FlagKind) and fact.name == flag and fact.per_period for fact in version.facts)


def _sorted_names(reads: Iterable[Read]) -> tuple[str, ...]:
    return tuple(sorted({name for read in reads for name in read.names}))


def _fineness(name: str) -> int:
    """Of periods that begin together the shortest ends first: a month before a quarter before a year."""
    return 0 if len(name) == 4 else 1 if "Q" in name else 2


def _period_label(zone: Zone, every: Calendar | None, instant: datetime) -> str | None:
    local = zone.local(instant)
    if every is None:
        return None
    return {
        "year": f"{local.year}",
        "quarter": f"{local.year}-Q{(local.month + 2) // 3}",
        "month": f"{local.year}-{local.month:02d}",
    }[every]
