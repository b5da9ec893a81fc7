"""Where one identity stands while it is replayed: books, entries, flags, fines, latches, and what can be read of them.

Knows what a policy's measures, periods and flags mean, and nothing of the order in which things happen.

A rule is looked at again only when something that it reads may have changed. Posting an entry, or an entry's leaving a
window, touches the rules that read a sum of it; everything rarer (a reset, a clear, a flag, a version, the turn of the
year) touches every rule. `tests/replay` holds this to looking at every rule at every moment.

All containers hold values that never change, so that `copy` takes little more than the time to copy lists.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from copy import copy
from datetime import datetime
from fractions import Fraction
from operator import attrgetter

import msgspec

from policyctl.history.events import Problem
from policyctl.instants import Calendar, Zone
from policyctl.policy.form import Open, Read, Version
from policyctl.replay.agenda import Agenda
from policyctl.replay.answer import Decision, Ended, Judgement, LedgerEvent, PaymentPart, SilentReason
from policyctl.replay.books import Book, Books, Bounds, EndReason, Entry, Scope, Tally
from policyctl.replay.law import Law, Listener, Rules
from policyctl.replay.measures import Seen
from policyctl.replay.units import Units, number

FlagLife = tuple[tuple[str, int | None], ...]
"""The books (by ledger, and number) that must all be running still for a flag of one period to stay up; empty: for
good."""

LatchKey = tuple[str, tuple[int | None, ...]]
"""A latch belongs to a rule's name and the period that the rule reads: numbers of books, and a year."""


class Latch(msgspec.Struct, frozen=True):
    """How far a rule has been counted in one period (None: it has not been looked at), and whether it fired there."""

    counted: int | None = None
    fired: bool = False
    outranked: bool = False


class FineRecord(msgspec.Struct, frozen=True):
    """A fine as it stands, with the numbers of the books that were running when it was opened."""

    decision: Decision
    effect: Open
    amount: Fraction
    books: dict[str, int]
    served_at: datetime | None
    paid: Fraction = Fraction(0)
    payments: tuple[PaymentPart, ...] = ()
    paid_at: datetime | None = None
    cleared_at: datetime | None = None
    cleared: tuple[tuple[str, Fraction], ...] = ()
    dropped: datetime | None = None

    @property
    def open(self) -> Fraction:
        """What is left to pay."""
        return Fraction(0) if self.dropped is not None else self.amount - self.paid


class Leaving(msgspec.Struct, frozen=True):
    """To come: an entry leaves the window of a tally."""

    tally: int
    entry: Entry


class Served(msgspec.Struct, frozen=True):
    """To come: the sanction that a paid fine waits for is over. `fine` is its place among the fines."""

    fine: int


_PLACE = attrgetter("place")


class State:
    """One identity. `version` is the one in force now, None before the first."""

    def __init__(self, law: Law, identity: str, version: Version | None, agenda: Agenda) -> None:
        self.law, self.identity, self.version, self.agenda = law, identity, version, agenda
        self.policy, self.zone = law.policy, law.zone
        self.books = Books()
        self.tallies = [Tally(read, law.zone) for read in law.reads]
        self.entries: list[Entry] = []
        self.posted = 0
        self.decisions: list[Decision] = []
        self.named: dict[str, Decision] = {}
        self.fines: list[FineRecord] = []
        self.fine_of: dict[str, int] = {}
        self.first_due = 0
        self.sanctions_dropped: list[datetime] = []
        self.closed = False
        self.problems: list[Problem] = []
        self.ledger_events: list[LedgerEvent] = []
        self.judgements: list[Judgement] = []
        self.last_end: dict[str, Ended] = {}
        self.latches: dict[LatchKey, Latch] = {}
        self.listed: dict[tuple[str, Read, Scope], int] = {}
        self.lister: dict[tuple[str, str], str] = {}
        # Ledgers of versions that were over before the start never have a book; their rules may still judge.
        versions = self.policy.versions
        older = versions[: versions.index(version)] if version is not None else ()
        self._never_opened = {name: bounds.start for v in older for name, bounds in law.rules(v).bounds.items()}
        self._flags: dict[str, tuple[FlagLife, ...]] = {}
        self._last_reason: dict[Listener, SilentReason | None] = {}
        self._unsettled: set[Listener] = set()
        self._unjudged: set[Listener] = set()
        self._levels: dict[Listener, int] = {}
        self._running: dict[Listener, Latch] = {}
        self.rules: Rules | None = None
        self._judging: tuple[Rules, ...] = ()
        self.come_into_force(version)

    def copy(self) -> State:
        """A state that goes its own way from here."""
        twin = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, list | dict | set | Agenda | Books):
                setattr(twin, name, value.copy())
        twin.tallies = [tally.copy() for tally in self.tallies]
        return twin

    # --- what can be read ---

    def measure(self, version: Version, name: str, seen: Seen) -> Fraction:
        """The value of a measure."""
        return number(self.law.rules(version).formulas[name].value(self, seen))

    def never_opened(self, ledger: str) -> Units:
        """The balance of a ledger that never had a book."""
        return self._never_opened[ledger]

    def flag_up(self, name: str) -> bool:
        """Whether a flag is up."""
        return self.closed if name == "closed" else name in self._flags

    def flags(self) -> list[str]:
        """The flags that are up, by name."""
        return sorted(self._flags)

    def entries_from(self, first: int) -> Iterator[Entry]:
        """The entries that count anywhere, from the one with that number on, in the order of posting."""
        start = bisect_left(self.entries, first, key=lambda entry: entry.number)
        return (self.entries[place] for place in range(start, len(self.entries)))

    def live_entries(self, book: Book) -> list[Entry]:
        """The entries that make up a balance, in the order of posting."""
        return [entry for entry in self.entries_from(book.first_live) if book.holds(entry)] if book.live else []

    # --- which rules have to be looked at ---

    def come_into_force(self, version: Version | None) -> None:
        """From now on a version is in force. Older ones, by which a ticket may still be judged, keep their latches."""
        self.version = version
        if version is not None:
            versions, by_date = self.policy.versions, version.settings.judge_by not in (None, "effective")
            judging = versions[versions.index(version) :: -1] if by_date else (version,)
            self._judging = tuple(self.law.rules(one) for one in judging)
            self.rules = self._judging[0]
        self._unsettled.clear()
        self._unjudged.clear()
        self.turned()

    def touch(self, listeners: Iterable[Listener]) -> None:
        """Something changed that these rules read. Where several versions judge, their rules share latches, and none is
        passed over."""
        if len(self._judging) > 1:
            listeners = self.listeners()
        self._levels.clear()
        self._unsettled.update(listeners)
        self._unjudged.update(listeners)

    def touch_all(self) -> None:
        """Something changed that any rule may read."""
        self.touch(self.listeners())

    def turned(self) -> None:
        """A period began, or the year turned: no latch of before may be used again."""
        self._running.clear()
        self.touch_all()

    def listeners(self) -> list[Listener]:
        """Every rule that has a latch, those of newer versions first."""
        return [listener for rules in self._judging for listener in rules.listeners]

    def take_unsettled(self, booked: datetime) -> list[Listener]:
        """The rules touched since the last moment. Of rules that share a latch, that of the newest version keeps it."""
        taken, self._unsettled = sorted(self._unsettled, key=_PLACE), set()
        if len(self._judging) == 1:
            return taken
        return list({self.latch_key(listener, booked): listener for listener in reversed(taken)}.values())

    def take_unjudged(self, rules: Rules) -> list[Listener]:
        """The rules of a version touched since they were last judged, in their order."""
        taken = [listener for listener in self._unjudged if listener.version is rules.version]
        self._unjudged.difference_update(taken)
        return sorted(taken, key=_PLACE)

    def level(self, listener: Listener, seen: Seen) -> int:
        """How far a rule has risen; found out once while nothing changes."""
        known = self._levels.get(listener)
        if known is None:
            known = self._levels[listener] = listener.level(self, seen)
        return known

    def say(self, at: datetime, listener: Listener, decision: str | None, reason: SilentReason | None) -> None:
        """Note that a rule fired, or why it is silent where that is another reason than the last time."""
        if decision is None and self._last_reason.get(listener) == reason:
            return
        if decision is not None:
            self._unjudged.add(listener)  # at the next step it is silent, for having fired
        self._last_reason[listener] = reason
        self.judgements.append(
            Judgement(at, self.identity, listener.version.since, listener.rule.name, decision, reason)
        )

    # --- periods and latches ---

    def latch_key(self, listener: Listener, booked: datetime) -> LatchKey:
        """The rule's name and its period: the running book of each ledger read by balance or over `this period`, and
        the calendar year where it reads `this year`."""
        books = (self.books.now(name) for name in listener.by_period)
        period = [None if book is None else book.number for book in books]
        if listener.by_year:
            period.append(self.zone.local(booked).year)
        return listener.rule.name, tuple(period)

    def latch(self, listener: Listener, booked: datetime) -> Latch:
        """The latch of a rule in the running period; a new one where the period is new."""
        latch = self._running.get(listener)
        if latch is None:
            latch = self._running[listener] = self.latches.get(self.latch_key(listener, booked), NEW)
        return latch

    def set_latch(self, listener: Listener, booked: datetime, latch: Latch) -> None:
        """Put another latch in its place. Where several versions judge, rules of one name may share it."""
        self.latches[self.latch_key(listener, booked)] = latch
        if len(self._judging) > 1:
            self._running.clear()
        self._running[listener] = latch

    def period_name(self, listener: Listener, instant: datetime) -> str | None:
        """The period's name: of several that a rule reads, the one that began last."""
        books = [book for name in listener.by_period if (book := self.books.now(name)) is not None]
        begun = [(book.start, book.name) for book in books if book.start is not None and book.name is not None]
        if listener.by_year:
            begun.append((self.zone.start_of("year", instant), str(self.zone.local(instant).year)))
        return max(begun, key=lambda one: (one[0], _fineness(one[1])))[1] if begun else None

    # --- flags ---

    def close(self) -> None:
        """Close the identity for good."""
        self.closed = True
        self.touch_all()

    def raise_flag(self, name: str, life: FlagLife) -> None:
        """Raise a flag; it may be up for several reasons at once."""
        lives = self._flags.get(name, ())
        if life not in lives:
            self._flags[name] = (*lives, life)
            self.touch_all()

    def flag_period(self, listener: Listener) -> FlagLife:
        """How long a flag of one period stays up: while no ledger that its rule reads (or, if it reads none, no ledger
        at all) begins a new period."""
        names = listener.ledgers or tuple(period.ledger for period in listener.version.periods)
        return tuple((name, self._number(name)) for name in names)

    def lower_flags(self) -> None:
        """Lower the flags of one period whose period is over."""
        for name, lives in list(self._flags.items()):
            kept = tuple(life for life in lives if all(self._number(ledger) == book for ledger, book in life))
            if kept:
                self._flags[name] = kept
            else:
                del self._flags[name]
        self.touch_all()

    def _number(self, ledger: str) -> int | None:
        book = self.books.now(ledger)
        return None if book is None else book.number

    # --- books and entries ---

    def open_book(self, ledger: str, bounds: Bounds, every: Calendar | None, instant: datetime) -> None:
        """A new period of a ledger begins."""
        if every is None:
            self.books.open(ledger, bounds, None, None)
        else:
            name, start = _period_label(self.zone, every, instant), self.zone.start_of(every, instant)
            self.books.open(ledger, bounds, name, start)
        self.turned()

    def running_book(self, ledger: str) -> Book | None:
        """The running book of a ledger of the version in force; None where that version has no such ledger."""
        return None if self.rules is None or ledger not in self.rules.periods else self.books.now(ledger)

    def post(self, entry: Entry, instant: datetime) -> list[tuple[datetime, int]]:
        """Post an entry; returns when it will leave the windows of which tallies."""
        assert self.rules is not None
        self.entries.append(entry)
        self.posted += 1
        self.books.post(entry)
        touched = self.rules.posted(entry.ledger, entry.ticket.offence, entry.stands_for_ticket)
        self.touch(touched.listeners)
        leaving = ((self.tallies[tally].post(entry, instant), tally) for tally in touched.tallies)
        return [(leaves, tally) for leaves, tally in leaving if leaves is not None]

    def leave(self, tally: int, entry: Entry) -> None:
        """An entry leaves the window of a tally."""
        if self.tallies[tally].remove(entry) and self.rules is not None:
            self.touch(self.rules.hearing(tally))

    def end_entries(self, instant: datetime, book: Book, why: EndReason, cause: str | None) -> Fraction:
        """End every live entry of a book; returns their points. (A book that a reset closes stays as it stood.)"""
        points = number(book.points)
        for tally in (tally for tally in self.tallies if tally.read.standing == "live"):
            for entry in self.live_entries(book):
                tally.remove(entry)
        if why != "reset":
            self.books.end_all(book, self.posted)
        self.last_end[book.ledger] = Ended(book.ledger, why, instant, points, cause)
        if book.live:
            self.ledger_events.append(LedgerEvent(instant, self.identity, book.ledger, why, points, book.name, cause))
        self.touch_all()
        return points

    def follow(self, ledger: str, bounds: Bounds) -> None:
        """From now on the running book of a ledger follows other bounds, from the same entries."""
        book = self.books.now(ledger)
        if book is not None and book.bounds != bounds:
            self.books.under(book, bounds, self.live_entries(book))
            self.touch_all()

    def forget(self, ledger: str) -> None:
        """Drop every entry of a ledger from every measure."""
        for entry in (entry for entry in self.entries if entry.ledger == ledger):
            for tally in self.tallies:
                if tally.takes(entry):
                    tally.remove(entry)
        self.entries = [entry for entry in self.entries if entry.ledger != ledger]
        self.touch_all()


NEW = Latch()


def _fineness(name: str) -> int:
    """Of periods that begin together the shortest ends first: a month before a quarter before a year."""
    return 0 if len(name) == 4 else 1 if "Q" in name else 2


def _period_label(zone: Zone, every: Calendar, instant: datetime) -> str:
    local = zone.local(instant)
    return {
        "year": f"{local.year}",
        "quarter": f"{local.year}-Q{(local.month + 2) // 3}",
        "month": f"{local.year}-{local.month:02d}",
    }[every]
