"""Entries leave: they end, leave a window, are repealed or dropped, and every balance and sum follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from policyctl.replay.answer import LedgerEvent
from policyctl.replay.books import Book, Bounds, Entry
from policyctl.replay.reason import Ended, EndReason
from policyctl.replay.units import Units, number

if TYPE_CHECKING:
    from policyctl.replay.state import State


def leave(state: State, tally: int, entry: Entry) -> None:
    """An entry leaves the window of a tally."""
    if state.tallies[tally].remove(entry) and state.rules is not None:
        state.touch(state.rules.hearing(tally))


def end_entries(
    state: State, instant: datetime, book: Book, why: EndReason, cause: str | None, ended: datetime | None = None
) -> Fraction:
    """End every live entry of a book; returns their points. (A book that a reset closes stays as it stood.) `ended`
    is just before the instant, where a reset at the same instant comes after it."""
    points = number(book.points)
    live = state.live_entries(book)
    state.ended.update(dict.fromkeys([entry.number for entry in live], ended or instant))
    for tally in (tally for tally in state.tallies if tally.read.standing == "live"):
        if why != "reset" or tally.read.within != "period":
            for entry in live:
                tally.remove(entry)
    if why != "reset":
        state.books.end_all(book, state.posted)
    state.last_end[book.ledger] = Ended(book.ledger, why, instant, points, cause)
    if book.live:
        state.ledger_events.append(LedgerEvent(instant, state.identity, book.ledger, why, points, book.name, cause))
    state.touch_all()
    return points


def end_some(state: State, instant: datetime, entries: Sequence[Entry], why: EndReason, ended: datetime) -> None:
    """End some live entries of running books; the others stay. `ended` as for all of a book."""
    for place in dict.fromkeys(entry.book for entry in entries):
        book = state.books.numbered(place)
        if book is not state.books.now(book.ledger):
            continue
        some = [entry for entry in entries if entry.book == place and not state.is_over(entry)]
        if not some:
            continue
        state.gone.update(entry.number for entry in some)
        if why == "expired":
            state.expired.update(entry.number for entry in some)
        state.ended.update((entry.number, ended) for entry in some)
        for tally in (tally for tally in state.tallies if tally.read.standing == "live"):
            for entry in some:
                if tally.takes(entry):
                    tally.remove(entry)
        state.fold(book)
        points, cause = number(sum(entry.points for entry in some)), some[0].ticket.id
        state.last_end[book.ledger] = Ended(book.ledger, why, instant, points, cause)
        state.ledger_events.append(LedgerEvent(instant, state.identity, book.ledger, why, points, book.name, cause))
        state.touch_all()


def repeal_entries(state: State, ticket: str) -> list[tuple[Book, Units]]:
    """A ticket leaves every measure and balance from now on, with what rules posted at it; returns the books whose
    balance it moved, with its points there."""
    state.repealed.add(ticket)

    def leaves(entry: Entry) -> bool:
        return entry.ticket.id == ticket or (ticket in entry.posted_at and state.repealed.issuperset(entry.posted_at))

    moved = []
    for place in sorted({entry.book for entry in forget(state, leaves)}):
        book = state.books.numbered(place)
        state.books.fold(book, book.bounds, state.live_entries(book))
        points = book.points - state.books.numbered(place).points
        if points:
            moved.append((book, points))
    return moved


def forget(state: State, gone: Callable[[Entry], bool]) -> list[Entry]:
    """Drop entries from every measure; returns them."""
    dropped = [entry for entry in state.entries if gone(entry)]
    for entry in dropped:
        for tally in state.tallies:
            if tally.takes(entry):
                tally.remove(entry)
    state.entries = [entry for entry in state.entries if not gone(entry)]
    state.gone.update(entry.number for entry in dropped)
    state.touch_all()
    return dropped


def follow_bounds(state: State, ledger: str, bounds: Bounds) -> None:
    """From now on the running book of a ledger follows other bounds, from the same entries."""
    book = state.books.now(ledger)
    if book is not None and book.bounds != bounds:
        state.books.fold(book, bounds, state.live_entries(book))
        state.touch_all()
