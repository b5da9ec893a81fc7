"""Where one identity stands while it is replayed: books, entries, flags, fines, latches, and what can be read of them.

Knows what a policy's measures, periods and flags mean, and nothing of the order in which things happen.

A rule is looked at again only when something that it reads may have changed. Posting an entry, or an entry's leaving a
window, touches the rules that read a sum of it; everything rarer (a reset, a clear, a flag, a version, the turn of the
year) touches every rule. `tests/replay` holds this to looking at every rule at every moment.

All containers hold values that never change, so that `copy` takes little more than the time to copy lists.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from datetime import datetime
from fractions import Fraction
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from policyctl.history.events import Act, Metric, Problem
from policyctl.instants import Length
from policyctl.policy.form import Read, Version
from policyctl.replay.agenda import Agenda, Phase
from policyctl.replay.anchors import Anchors
from policyctl.replay.answer import Decision, Judgement, LedgerEvent
from policyctl.replay.books import Book, Books, Bounds, Entry, Scope, Tally
from policyctl.replay.conditions import Test
from policyctl.replay.expiry import Frost
from policyctl.replay.facts import Fact, of_account, of_entry, words
from policyctl.replay.fines import FineRecord
from policyctl.replay.flags import FlagLife, Flags, Raising
from policyctl.replay.law import Law
from policyctl.replay.listener import Listener
from policyctl.replay.measures import Seen
from policyctl.replay.memory import NOTHING_BEFORE, Key, Review, key_of
from policyctl.replay.occasions import Happening, Streak
from policyctl.replay.reason import Ended, SilentReason
from policyctl.replay.records import NEW, Latch, LatchKey, LeftOver, Passing, Posted, Turn
from policyctl.replay.rules import Rules
from policyctl.replay.scan import ActsOf, passing, scanned
from policyctl.replay.units import Units, number

if TYPE_CHECKING:
    from policyctl.replay.tickets import Judged

_PLACE, _NUMBER, _AT = attrgetter("place"), attrgetter("number"), attrgetter("at")


class State:
    """One identity. `version` is the one in force now, None before the first."""

    def __init__(self, law: Law, identity: str, version: Version | None, agenda: Agenda, anchors: Anchors) -> None:
        self.law, self.identity, self.version, self.agenda = law, identity, version, agenda
        self.policy, self.zone, self.anchors = law.policy, law.zone, anchors
        self.first_posted: dict[str, datetime] = {}
        self.books = Books()
        self.tallies = [Tally(read, law.zone) for read in law.reads]
        self.entries: list[Entry] = []
        self.posted = 0
        self.postings: list[Posted] = []
        self.decisions: list[Decision] = []
        self.named: dict[str, Decision] = {}
        self.meant: dict[str, Decision] = {}
        self.fines: list[FineRecord] = []
        self.fine_of: dict[Key, tuple[int, ...]] = {}
        self.first_due = 0
        self.sanctions_dropped: list[datetime] = []
        self.lifted: dict[tuple[str, int], datetime] = {}
        """When a person ended an outcome, by its decision and its place there."""
        self.flags = Flags()
        self.lowered: list[tuple[datetime, str]] = []
        """Flags that decisions lowered, each with when."""
        self.ended: dict[int, datetime] = {}
        self.gone: set[int] = set()
        self.expired: set[int] = set()
        self.counted: dict[int, Units] = {}
        """Points of its group that had counted and were taken off, by the number of an entry that adds to them."""
        self.cut: dict[int, Units] = {}
        self.begun: list[Entry] = []
        self.changed: datetime | None = None
        self.parked: tuple[Judged, ...] = ()
        self.overdue: tuple[Entry, ...] = ()
        self.frosts: dict[Test, Frost] = {}
        self.repealed: set[str] = set()
        self.turns: list[Turn] = []
        self.left_over: list[LeftOver] = []
        self.memory = NOTHING_BEFORE
        self.reviews: list[Review] = []
        self.happened: list[Happening] = []
        self.last: dict[Happening, datetime] = {}
        self.streaks: dict[str, Streak] = {}
        self.stopped: tuple[Streak, ...] = ()
        self.kept_streaks: list[tuple[Streak, datetime]] = []
        """Streaks that were kept, each with when that was."""
        self.taken_off: dict[str, tuple[Entry, ...]] = {}
        """What a decision took off of live entries, by its id."""
        self.serving: frozenset[str] = frozenset()
        self.open_lives = False
        self.rule_posted = False
        self.metrics: list[Metric] = []
        self.acts: list[Act] = []
        self.acts_of: dict[tuple[Read, datetime | None], ActsOf] = {}
        self.problems: list[Problem] = []
        self.ledger_events: list[LedgerEvent] = []
        self.judgements: list[Judgement] = []
        self.last_end: dict[str, Ended] = {}
        self.latches: dict[LatchKey, Latch] = {}
        self.listed: dict[tuple[str, Read, Scope], int] = {}
        self.lister: dict[tuple[str, str], str] = {}
        self.last_reason: dict[Listener, SilentReason | None] = {}
        self.unsettled: set[Listener] = set()
        self.unjudged: set[Listener] = set()
        self.restless: list[Listener] = []
        self.levels: dict[Listener, int] = {}
        self.running: dict[Listener, Latch] = {}
        self.attributes: Mapping[str, object] = {}
        self.foreseen: dict[Read, int] = {}
        self.expected: set[tuple[datetime, Phase]] = set()
        self.rules: Rules | None = None
        self.unusual = 0
        """How often something happened so far that only the whole state can tell the outcome of (see `stretch`)."""
        self.judging: tuple[Rules, ...] = ()
        self.come_into_force(version)

    def copy(self) -> State:
        """A state that goes its own way from here."""
        twin = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, list | dict | set | Agenda | Books | Flags):
                setattr(twin, name, value.copy())
        twin.tallies = [tally.copy() for tally in self.tallies]
        twin.acts_of = {key: one.copy() for key, one in self.acts_of.items()}
        return twin

    def bounds(self, rules: Rules, ledger: str, at: datetime) -> Bounds:
        """How a ledger moves in a book that opens then."""
        bounds = rules.bounds[ledger]
        start = next((start for start, test in rules.starts.get(ledger, ()) if test.holds(self, Seen(at, at))), None)
        return bounds if start is None else replace(bounds, start=start)

    # --- what can be read ---

    def measure(self, version: Version, name: str, seen: Seen) -> Fraction | None:
        """The value of a measure; None where it is unknown."""
        value = self.law.rules(version).formulas[name].value(self, seen)
        return None if value is None else number(value)

    def balance(self, ledger: str, booked: datetime) -> Units:
        """The balance of a ledger in the book that a booking date lies in."""
        book = self.books.seen_from(ledger, booked)
        assert book is not None
        return book.balance

    def total(self, tally: int, booked: datetime) -> Units:
        """A running sum or count, by its number, seen from a booking date."""
        return self.tallies[tally].value(self.books, booked)

    def scan(self, read: Read, seen: Seen) -> Units | None:
        """A number that no running sum has; None where it is unknown."""
        return scanned(self, read, seen)

    def says(self, field: str, ticket: Fact | None = None) -> frozenset[str]:
        """What a ticket that is looked at says of itself; else the account."""
        return of_account(self, field) if ticket is None else words(self, ticket, field)

    def within(self, length: Length, anchor: str | datetime, at: datetime) -> bool:
        """Whether an instant is not so long after a date of the account."""
        return self.anchors.within(length, anchor, at)

    def last_ticket(self) -> Fact | None:
        """The ticket that was posted last."""
        last = next((entry for entry in reversed(self.entries) if entry.stands_for_ticket), None)
        return None if last is None else of_entry(self, last, "ticket")

    def foresee(self, now: datetime) -> None:
        """Put on the agenda when passing time will change what is read, as far as that is known by now."""
        for read in self.law.scans:
            for coming in passing(self, read):
                if coming[0] > now and coming not in self.expected:
                    self.expected.add(coming)
                    self.agenda.add(*coming, "", Passing())

    def flag_up(self, name: str, seen: Seen) -> bool:
        """Whether a flag is up."""
        return self.flags.holds(name, seen, self.books)

    def entries_from(self, first: int) -> Iterator[Entry]:
        """The entries that count anywhere, from the one with that number on, in the order of posting."""
        start = bisect_left(self.entries, first, key=_NUMBER)
        return (self.entries[place] for place in range(start, len(self.entries)))

    def first(self, entry: Entry) -> Entry:
        """What was posted at first of an entry that came back, moved on, or is what is left of it."""
        while entry.origin is not None:
            place = bisect_left(self.entries, entry.origin, key=_NUMBER)
            if place == len(self.entries) or self.entries[place].number != entry.origin:
                return entry  # that one was repealed or dropped
            entry = self.entries[place]
        return entry

    def acts_after(self, instant: datetime, name: str | None) -> Iterator[Act]:
        """The acts of a name after an instant, in their order."""
        places = range(bisect_right(self.acts, instant, key=_AT), len(self.acts))
        return (self.acts[place] for place in places if self.acts[place].name == name)

    def live_entries(self, book: Book) -> list[Entry]:
        """The entries that make up a balance, in the order of posting."""
        return self.holding(book) if book.live else []

    def holding(self, book: Book) -> list[Entry]:
        """The entries that a book holds, whether its balance is of them already or not."""
        start, number, gone = bisect_left(self.entries, book.first_live, key=_NUMBER), book.number, self.gone
        held = [entry for entry in self.entries[start:] if entry.book == number]
        return [entry for entry in held if entry.number not in gone] if gone else held

    def is_live_in(self, book: Book, entry: Entry) -> bool:
        """Whether an entry is one of the live ones of a book."""
        return book.holds(entry) and entry.number not in self.gone

    def is_over(self, entry: Entry) -> bool:
        """Whether an entry has ended, or was dropped."""
        return entry.number in self.ended or entry.number in self.gone

    def late(self, ledger: str, booked: datetime) -> Book | None:
        """The closed book that a posting booked then belongs to; None where its book runs."""
        book = self.books.seen_from(ledger, booked)
        return None if book is None or book is self.books.now(ledger) else book

    def fold(self, book: Book) -> None:
        """The balance of a book is that of the entries which it holds by now."""
        now = self.books.numbered(book.number)
        self.books.fold(now, now.bounds, self.holding(now))

    def fines_of(self, decision: Decision) -> list[FineRecord]:
        """The fines that a decision opened."""
        return [self.fines[place] for place in self.fine_places(decision)]

    def fine_places(self, decision: Decision) -> tuple[int, ...]:
        """The places of its fines. (By its id alone they would be those of another period, too, of which only the
        clearing is left.)"""
        return self.fine_of.get(key_of(decision), ())

    def add_fine(self, fine: FineRecord) -> None:
        """One more fine."""
        self.fine_of[key_of(fine.decision)] = (*self.fine_places(fine.decision), len(self.fines))
        self.fines.append(fine)

    def room(self, place: int) -> Fraction:
        """How much money the fine at a place still takes: no more than was not waived or dropped of it before a
        correction."""
        fine = self.fines[place]
        if not self.memory.waived:
            return fine.open
        number = self.fine_places(fine.decision).index(place)
        most = self.memory.waived.get((key_of(fine.decision), number), fine.amount)
        return min(fine.open, most - fine.paid)

    def decision_named(self, name: str) -> Decision | None:
        """The decision that an id names, by any ticket of its step; by a ticket that belongs to it also with or without
        its period, where that is no other decision's id."""
        if name in self.named:
            return self.named[name]
        plain, slash, period = name.rpartition("/")
        if not (slash and "@" in plain):
            return self.meant.get(name)
        decision = self.named.get(plain)
        return decision if decision is not None and decision.period == period else None

    # --- which rules have to be looked at ---

    def come_into_force(self, version: Version | None) -> None:
        """From now on a version is in force. Older ones, by which a ticket may still be judged, keep their latches."""
        self.version = version
        if version is not None:
            versions = self.policy.versions
            waits = any(one.settings.wait_for_final is not False for one in versions)
            by_date = waits or version.settings.judge_by not in (None, "effective")
            judging = versions[versions.index(version) :: -1] if by_date else (version,)
            self.judging = tuple(self.law.rules(one) for one in judging)
            self.rules = self.judging[0]
            self.restless = [one for one in self.listeners() if one.restless]
        self.unsettled.clear()
        self.unjudged.clear()
        self.turned()

    def touch(self, listeners: Iterable[Listener]) -> None:
        """Something changed that these rules read. Where several versions judge, their rules share latches, and none is
        passed over."""
        if len(self.judging) > 1:
            listeners = self.listeners()
        self.levels.clear()
        self.unsettled.update(listeners)
        self.unjudged.update(listeners)

    def touch_all(self) -> None:
        """Something changed that any rule may read."""
        self.touch(self.listeners())

    def turned(self) -> None:
        """A period began, or the year turned: no latch of before may be used again."""
        self.running.clear()
        self.touch_all()

    def listeners(self) -> list[Listener]:
        """Every rule that has a latch, those of newer versions first."""
        return [listener for rules in self.judging for listener in rules.listeners]

    def take_unsettled(self, booked: datetime) -> list[Listener]:
        """The rules touched since the last moment. Of rules that share a latch, that of the newest version keeps it."""
        self.unsettled.update(self.restless)
        # What looks at tickets, one by one, has no level between them.
        taken = sorted((one for one in self.unsettled if not one.at_ticket), key=_PLACE)
        self.unsettled.clear()
        if len(self.judging) == 1:
            return taken
        return list({self.latch_key(listener, booked): listener for listener in reversed(taken)}.values())

    def take_unjudged(self, rules: Rules) -> list[Listener]:
        """The rules of a version touched since they were last judged, in their order, and those that act each time."""
        self.unjudged.update(self.restless)
        own = (listener for listener in self.unjudged if listener.version is rules.version)
        taken = {listener for listener in own if listener.rule.occasion == "ticket"}
        self.unjudged -= taken
        return sorted(taken.union(rules.each_time), key=_PLACE)

    def look_again(self, listener: Listener) -> None:
        """A rule that could have fired, and did not yet, is judged at the next step whatever happens till then."""
        self.unjudged.add(listener)

    def level(self, listener: Listener, seen: Seen) -> int:
        """How far a rule has risen; found out once while nothing changes."""
        if listener.restless:
            return listener.level(self, seen)
        known = self.levels.get(listener)
        if known is None:
            known = self.levels[listener] = listener.level(self, seen)
        return known

    def say(self, at: datetime, listener: Listener, decision: str | None, reason: SilentReason | None) -> None:
        """Note that a rule fired, or why it is silent where that is another reason than the last time."""
        if decision is None and self.last_reason.get(listener) == reason:
            return
        if decision is not None:
            self.unjudged.add(listener)  # at the next step it is silent, for having fired
        self.last_reason[listener] = reason
        self.judgements.append(
            Judgement(at, self.identity, listener.version.since, listener.rule.name, decision, reason)
        )

    # --- periods and latches ---

    def latch_key(self, listener: Listener, booked: datetime) -> LatchKey:
        """The rule's name and its period: the running book of each ledger read by balance or over `this period`, and
        the calendar year where it reads `this year`."""
        books = (self.books.now(name) for name in listener.by_period)
        return self._key(listener, books, booked)

    def key_seen_from(self, listener: Listener, booked: datetime) -> LatchKey:
        """The same, seen from a booking date: the period may be closed."""
        books = (self.books.seen_from(name, booked) for name in listener.by_period)
        return self._key(listener, books, booked)

    def _key(self, listener: Listener, books: Iterable[Book | None], booked: datetime) -> LatchKey:
        period: list[int | str | None] = [None if book is None else book.number for book in books]
        if listener.by_year:
            period.append(str(self.zone.local(booked).year))
        period += [self.zone.name_of(unit, booked) for unit in listener.by_units]
        return listener.rule.name, tuple(period)

    def latch(self, listener: Listener, booked: datetime) -> Latch:
        """The latch of a rule in the running period; a new one where the period is new."""
        latch = None if listener.by_units else self.running.get(listener)
        if latch is None:
            latch = self.running[listener] = self.latches.get(self.latch_key(listener, booked), NEW)
        return latch

    def set_latch(self, listener: Listener, booked: datetime, latch: Latch) -> None:
        """Put another latch in its place. Where several versions judge, rules of one name may share it."""
        self.latches[self.latch_key(listener, booked)] = latch
        if len(self.judging) > 1:
            self.running.clear()
        self.running[listener] = latch

    def period_name(self, listener: Listener, booked: datetime) -> str | None:
        """The name of the period seen from a date: of several that a rule reads, the one that began last."""
        books = [book for name in listener.by_period if (book := self.books.seen_from(name, booked)) is not None]
        begun = [(book.start, book.name) for book in books if book.start is not None and book.name is not None]
        if listener.by_year:
            begun.append((self.zone.start_of("year", booked), str(self.zone.local(booked).year)))
        zone = self.zone
        begun += [(zone.start_of(unit, booked), zone.name_of(unit, booked)) for unit in listener.by_units]
        return max(begun, key=lambda one: (one[0], _fineness(one[1])))[1] if begun else None

    # --- flags ---

    @property
    def closed(self) -> bool:
        """Whether the identity is closed."""
        return self.flags.closed

    def raise_flag(self, name: str, life: FlagLife, booked: datetime, decision: str) -> None:
        """Raise a flag, or close the identity."""
        self.unusual += 1
        self.flags.up(Raising(name, booked, life, decision), self.books)
        self.touch_all()

    def flag_period(self, listener: Listener, booked: datetime) -> FlagLife:
        """How long a flag of one period stays up: while no ledger that its rule reads (or, if it reads none, no ledger
        at all) begins a new period."""
        names = listener.ledgers or tuple(period.ledger for period in listener.version.periods)
        books = ((name, self.books.seen_from(name, booked)) for name in names)
        return tuple((name, None if book is None else book.number) for name, book in books)

    def lower_flags(self) -> None:
        """Lower the flags of one period whose period is over."""
        self.flags.look(self.books)
        self.touch_all()

    # --- what happens ---

    def happens(self, one: Happening) -> None:
        """Something happens that rules may listen to; they do so when its phase is over."""
        if self.law.listens:
            self.happened.append(one)


def _fineness(name: str) -> int:
    """Of periods that begin together the shortest ends first: a day, a week, a month, a quarter, a year."""
    if name.count("-") > 1:
        return 4
    return 0 if len(name) == 4 else 1 if "Q" in name else 3 if "W" in name else 2
