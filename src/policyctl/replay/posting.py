"""Entries come into books: of tickets, by rules, and carried over from a book that was closed.

What an entry touches is looked at again: the rules that read a sum of it.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from msgspec.structs import replace

from policyctl.calendar import Recurring
from policyctl.history.events import Ticket
from policyctl.replay.agenda import Phase
from policyctl.replay.answer import LedgerEvent
from policyctl.replay.books import Book, Bounds, Entry
from policyctl.replay.expiry import begin_life
from policyctl.replay.leaving import end_some
from policyctl.replay.reason import Ended, EndReason
from policyctl.replay.records import Leaving, Posted
from policyctl.replay.state import State
from policyctl.replay.units import number

NO_LEDGER = ""
"""Where the entries stand that stand for tickets which cost nothing."""


def open_book(state: State, ledger: str, bounds: Bounds, every: Recurring | None, instant: datetime) -> None:
    """A new period of a ledger begins."""
    name, start = state.anchors.period(every, instant)
    book = state.books.open(ledger, bounds, name, start)
    state.books.put(replace(book, first_live=state.posted))
    state.turned()


def stand_for(state: State, ticket: Ticket, booked: datetime, instant: datetime) -> None:
    """Let an entry without points, in no ledger, stand for a ticket that costs nothing."""
    book = state.books.now(NO_LEDGER) or state.books.open(NO_LEDGER, Bounds(0, 1, None, None), None, None)
    post_to_book(state, Entry(state.posted, ticket, NO_LEDGER, 0, booked, instant, book.number, True), instant)


def post_entry(state: State, entry: Entry, instant: datetime) -> None:
    """Post an entry to the running book that it names, or to that book as it was closed; from then on it lives."""
    book = state.books.numbered(entry.book)
    late = None if book is state.books.now(entry.ledger) else book
    post_to_book(state, entry, instant, late)
    if late is None and not entry.superseded:
        begin_life(state, entry, instant)


def supersede(state: State, entry: Entry, instant: datetime) -> None:
    """An entry counts no more, neither in a balance nor in a sum of points; its ticket is a ticket still."""
    book = state.books.numbered(entry.book)
    if book is state.books.now(entry.ledger):
        end_some(state, instant, (entry,), "superseded", instant)
    elif not state.is_over(entry) or state.is_live_in(book, entry):
        state.gone.add(entry.number)
        state.fold(book)
        state.changed = min(entry.booked, state.changed or entry.booked)
    for tally in state.tallies:
        if tally.read.sort == "entry" and tally.takes(entry):
            tally.remove(entry)
    place = next(n for n, one in enumerate(state.entries) if one.number == entry.number)
    state.entries[place] = replace(entry, superseded=True)
    state.ended.setdefault(entry.number, instant)
    state.gone.add(entry.number)
    state.touch_all()


def post_to_book(state: State, entry: Entry, instant: datetime, late: Book | None = None) -> None:
    """Post an entry to its book. One for a `late` book is live nowhere but there: it ended with that book."""
    assert state.rules is not None
    state.entries.append(entry)
    state.posted += 1
    before = state.books.numbered(entry.book)
    if entry.superseded:
        state.gone.add(entry.number)
        state.ended[entry.number] = instant
        why: EndReason = "superseded"
        lost, cause = number(entry.points), entry.ticket.id
        state.ledger_events.append(LedgerEvent(instant, state.identity, entry.ledger, why, lost, before.name, cause))
    else:
        state.books.post(entry)
    after = state.books.numbered(entry.book).balance
    if entry.ledger != NO_LEDGER:
        moved = (entry.points, before.balance, after)
        state.postings.append(Posted(entry.ticket.id, entry.ledger, before.name, late is not None, *moved))
    touched = state.rules.posted(entry.ledger, entry.ticket.offence, entry.stands_for_ticket)
    state.touch(touched.listeners)
    if late is not None and not entry.superseded:
        following = state.books.next(late)
        assert following is not None
        state.ended[entry.number] = following.start or instant
    for place in touched.tallies:
        read = state.tallies[place].read
        if entry.superseded and read.sort == "entry":
            continue
        if not late or read.standing != "live" or read.within == "period":
            _count(state, place, entry, instant)


def _count(state: State, tally: int, entry: Entry, instant: datetime) -> None:
    leaves = state.tallies[tally].post(entry, instant)
    if leaves is not None:
        state.agenda.add(leaves, Phase.ENDS, entry.ticket.id, Leaving(tally, entry))


def carry(state: State, entry: Entry, book: Book, instant: datetime, live: bool) -> Entry:
    """A new entry for one that comes back, in a book; it counts among the live (not `live`: of that book alone)."""
    back = replace(
        entry,
        number=state.posted,
        book=book.number,
        posted=instant,
        stands_for_ticket=False,
        carried=True,
        origin=entry.before(instant),
    )
    state.entries.append(back)
    state.posted += 1
    if not live:
        state.ended[back.number] = instant
    for place, tally in enumerate(state.tallies):
        if tally.takes(back) and (live or tally.read.within == "period"):
            _count(state, place, back, instant)
    if live:
        state.begun.append(back)
    return back


def rebuild(
    state: State, book: Book, instant: datetime, live: list[Entry], kept: list[Entry], why: EndReason, cause: str
) -> Fraction:
    """Part of what is `live` in a running book ends; what is `kept` (whole, or in part) stands in new entries, in
    the order that it had. Returns the points that ended."""
    stays = {entry.number: entry.points for entry in kept}
    parts = ((entry, entry.points - stays.get(entry.number, 0)) for entry in live)
    state.taken_off[cause] = (
        *state.taken_off.get(cause, ()),
        *(replace(entry, points=points) for entry, points in parts if points),
    )
    stand_again(state, book, instant, live, kept)
    points = number(sum(entry.points for entry in live) - sum(entry.points for entry in kept))
    state.last_end[book.ledger] = Ended(book.ledger, why, instant, points, cause)
    state.ledger_events.append(LedgerEvent(instant, state.identity, book.ledger, why, points, book.name, cause))
    state.touch_all()
    return points


def stand_again(state: State, book: Book, instant: datetime, live: list[Entry], kept: list[Entry]) -> None:
    """What is `live` in a running book stands in new entries from now on, as far as it is `kept`."""
    state.ended.update((entry.number, instant) for entry in live)
    for tally in (tally for tally in state.tallies if tally.read.standing == "live"):
        for entry in live:
            if tally.takes(entry):
                tally.remove(entry)
    whole = replace(state.books.numbered(book.number), first_live=state.posted)
    carried = [carry(state, entry, whole, instant, live=True) for entry in kept]
    state.books.fold(whole, state.books.numbered(book.number).bounds, carried)
    state.touch_all()
