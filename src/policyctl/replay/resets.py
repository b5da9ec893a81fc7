"""Past resets, decided again: what a ticket for a closed period changes about the periods themselves.

The days in between stay as they were; only what runs now changes. Assumes that the step with the late tickets is over.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property

from msgspec.structs import replace

from policyctl.instants import Length
from policyctl.policy.form import Read
from policyctl.replay.answer import LedgerEvent
from policyctl.replay.books import JUST_AFTER, Book, Entry
from policyctl.replay.facts import Fact
from policyctl.replay.keeping import take_back, take_over_again, taken_over
from policyctl.replay.measures import Seen
from policyctl.replay.posting import carry
from policyctl.replay.records import Kept, Turn
from policyctl.replay.scan import scanned
from policyctl.replay.state import State
from policyctl.replay.units import Units, number


def decide_again(state: State, instant: datetime, booked: datetime) -> None:
    """Read every `unless` again of the resets that came after a booking date, in the order of time; where the outcome
    is another one now, the periods change, and what runs now with them."""
    for place, turn in enumerate(state.turns):
        if turn.at <= booked or not turn.due & (turn.rules.blocks.keys() | turn.rules.keeping):
            continue
        sight, seen = _Past(state, turn), Seen(turn.at, turn.at - JUST_AFTER)
        tests = ((ledger, turn.rules.blocks.get(ledger)) for ledger in turn.due)
        blocked = frozenset(ledger for ledger, test in tests if test is not None and test.holds(sight, seen))
        for ledger in sorted(blocked - turn.blocked):
            if (old := turn.kept_of(ledger)) is not None:
                take_back(state, instant, old, {copy for _, copy, _ in old.entries})
            _join(state, instant, ledger, turn.at)
        for ledger in sorted(turn.blocked - blocked):
            _cut(state, instant, ledger, turn)
        again = sorted((turn.due - blocked) & turn.rules.keeping)
        kept = [one for ledger in again if (one := _take_over(state, instant, ledger, turn)) is not None]
        state.turns[place] = replace(turn, blocked=blocked, kept=tuple(kept))
        if blocked != turn.blocked:
            state.unusual += 1
            state.lower_flags()
            state.turned()


def _take_over(state: State, instant: datetime, ledger: str, turn: Turn) -> Kept | None:
    """What a past reset takes over of a ledger, by the books as they are now."""
    parted = state.books.parted(ledger, turn.at)
    old = turn.kept_of(ledger)
    if parted is None:
        return old
    closed, opened = parted
    sight = _Past(state, turn)
    wanted = taken_over(state, turn.rules, turn.rules.periods[ledger], sight.live_of(closed), sight, turn.at)
    return take_over_again(state, instant, opened, wanted, old, turn.at)


def _join(state: State, instant: datetime, ledger: str, turned: datetime) -> None:
    """The reset did not happen after all: two periods are one, and what it ended comes back, behind what is live."""
    parted = state.books.parted(ledger, turned)
    if parted is None:
        return
    book, part = parted
    runs = state.books.next(part) is None
    back = [*state.live_entries(part), *state.live_entries(book)]
    points = book.points
    _leave_live(state, back, instant, _closed(state.books.next(part), instant))
    _rebook(state, lambda entry: entry.book == part.number, book.number)
    state.books.take_away(part)
    whole = replace(book, first_live=state.posted)
    live = [carry(state, entry, whole, instant, live=runs) for entry in back]
    state.books.fold(whole, part.bounds, live)
    _join_latches(state, part.number, book.number)
    state.flags.joined(part, book)
    state.fines = [
        replace(fine, books={name: book.number if n == part.number else n for name, n in fine.books.items()})
        for fine in state.fines
    ]
    state.last_end.pop(ledger, None)
    state.ledger_events.append(
        LedgerEvent(instant, state.identity, ledger, "reset_undone", number(points), book.name, None)
    )


def _cut(state: State, instant: datetime, ledger: str, turn: Turn) -> None:
    """The reset happened after all: the period is cut there, and what was booked before it ends now."""
    book = state.books.seen_from(ledger, turn.at - JUST_AFTER)
    if book is None:
        return
    following = state.books.next(book)
    runs = following is None
    name, start = state.anchors.period(turn.rules.periods[ledger].every, turn.at)
    new = state.books.open(ledger, book.bounds, name, start, before=following)
    live = state.live_entries(book)
    ended = [entry for entry in live if entry.booked < turn.at]
    kept = [entry for entry in live if entry.booked >= turn.at]
    _leave_live(state, live, instant, _closed(following, instant))
    _rebook(state, lambda entry: entry.book == book.number and entry.booked >= turn.at, new.number)
    closed = replace(book, first_live=state.posted)
    state.books.fold(closed, book.bounds, [carry(state, entry, closed, instant, live=False) for entry in ended])
    running = replace(new, first_live=state.posted)
    state.books.fold(running, book.bounds, [carry(state, entry, running, instant, live=runs) for entry in kept])
    points = number(sum(entry.points for entry in ended))
    state.ledger_events.append(LedgerEvent(instant, state.identity, ledger, "reset_made", points, book.name, None))


def _closed(following: Book | None, instant: datetime) -> datetime:
    """When a book was closed, by the one that follows it; one that runs: now."""
    return instant if following is None else following.start or instant


def _leave_live(state: State, entries: Sequence[Entry], instant: datetime, ended: datetime) -> None:
    """What is carried on stands in new entries; the old ones are live no more. At the resets that are still to be
    decided again those count that stood there before: they end with the book in which they lie by now."""
    state.ended.update((number, ended) for entry in entries for number in (entry.number, entry.before(instant)))
    for tally in (tally for tally in state.tallies if tally.read.standing == "live"):
        for entry in entries:
            if tally.takes(entry):
                tally.remove(entry)


def _rebook(state: State, moves: Callable[[Entry], bool], book: int) -> None:
    """Entries stand in another book from now on."""
    for place, entry in enumerate(state.entries):
        if moves(entry):
            moved = state.entries[place] = replace(entry, book=book)
            for tally in state.tallies:
                tally.rebook(entry, moved)


def _join_latches(state: State, part: int, whole: int) -> None:
    """The latches of two periods are one: what was counted in either was counted."""
    latches, state.latches = state.latches, {}
    for (rule, period), latch in latches.items():
        key = (rule, tuple(whole if book == part else book for book in period))
        held = state.latches.get(key)
        state.latches[key] = latch if held is None else held.joined(latch)


class _Past:
    """What an `unless` saw just before a reset, by the books as they are now. It sees what was booked before, late
    entries too, unless that had ended by then; what a reset ended that is undone now had not."""

    def __init__(self, state: State, turn: Turn) -> None:
        self._state, self._turn = state, turn

    @cached_property
    def _entries(self) -> list[Entry]:
        """Found out where an `unless` reads a number at all."""
        self._state.unusual += 1
        turn = self._turn
        return [
            entry
            for entry in self._state.entries
            if entry.booked < turn.at and not entry.superseded and not (entry.carried and entry.posted >= turn.at)
        ]

    def balance(self, ledger: str, booked: datetime) -> Units:
        """The balance of a ledger in the book that a booking date lies in."""
        book = self._state.books.seen_from(ledger, booked)
        opened = self._turn.at if book is None else book.start or self._turn.at
        bounds = self._state.bounds(self._turn.rules, ledger, opened)
        balance = bounds.start
        for entry in self._entries:
            if book is not None and entry.book == book.number and self._live(entry):
                balance = bounds.keep(balance + bounds.direction * entry.points)
        return balance

    def total(self, tally: int, booked: datetime) -> Units:
        """A running sum or count, by its number, seen from a booking date."""
        sums = self._state.tallies[tally]
        scopes = sums.scopes(self._state.books, booked)
        return sum(
            sums.worth(entry)
            for entry in self._entries
            if sums.takes(entry)
            and sums.scope_of(entry) in scopes
            and sums.within(entry, self._turn.at)
            and (self._live(entry) if sums.read.standing == "live" else not entry.carried)
        )

    def scan(self, read: Read, seen: Seen) -> Units | None:
        """A number that no running sum has, by what there was before the reset."""
        return scanned(self._state, read, seen, past=True)

    def says(self, field: str, ticket: Fact | None = None) -> frozenset[str]:
        """What a ticket that is looked at says of itself; else the account."""
        return self._state.says(field, ticket)

    def within(self, length: Length, anchor: str | datetime, at: datetime) -> bool:
        """Whether an instant is not so long after a date of the account."""
        return self._state.within(length, anchor, at)

    def flag_up(self, name: str, seen: Seen) -> bool:
        """Whether a flag was up."""
        return self._state.flags.held(name, self._turn.at, self._state.books)

    def live_of(self, book: Book) -> list[Entry]:
        """The entries of a book that were live just before the reset."""
        return [entry for entry in self._entries if entry.book == book.number and self._live(entry)]

    def _live(self, entry: Entry) -> bool:
        ended = self._state.ended.get(entry.number)
        return ended is None or ended >= self._turn.at
