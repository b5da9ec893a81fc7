"""Resets of the past are decided again in the second reader, after a step with late postings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.second_reader.admitting import in_force
from tests.second_reader.facts import Book, Key, Latch, LedgerTold, PastReset, periods, unit_of
from tests.second_reader.measures import Moment

if TYPE_CHECKING:
    from tests.second_reader.interpreter import Replay

TICK = timedelta(microseconds=1)


def reach_back(one: Replay, date: datetime) -> None:
    """Books before the first ones, from the calendar unit of a booking date on, closed and empty."""
    version = in_force(one.policy, date)
    for ledger, period in periods(version).items() if version is not None else ():
        first = one.ground.books[ledger][0] if one.ground.books.get(ledger) else None
        every = unit_of(period)
        if version is None or every is None or first is None or first.start is None or date >= first.start:
            continue
        kind, added, start = one.kinds(version)[ledger], list[Book](), one.zone.start_of(every, date)
        while start < first.start:
            end = min(one.zone.next_start(every, start), first.start)
            name = one.zone.name_of(every, start)
            added.append(Book(ledger, name, start, added[-1].closed if added else None, end, kind))
            before = in_force(one.policy, end - TICK)
            if before is not None and ledger in periods(before):
                one.past.append(PastReset(end, ledger, before, True))
            start = end
        if added:
            first.reset = added[-1].closed
            one.ground.books[ledger] = [*added, *one.ground.books[ledger]]


def decide_again(one: Replay, earliest: datetime) -> None:
    """Every reset date after the earliest late booking date, in the order of time."""
    for at in sorted({past.at for past in one.past if past.at > earliest}):
        found = [past for past in one.past if past.at == at]
        moment = Moment(at, one.zone.local(at - TICK).year, at - TICK, at)
        for past, blocked in [(past, _blocks(one, past, moment)) for past in found]:
            if blocked and past.happened:
                _join(one, past)
            elif not blocked and not past.happened:
                _cut(one, past)
            past.happened = not blocked


def _blocks(one: Replay, past: PastReset, moment: Moment) -> bool:
    unless = periods(past.version)[past.ledger].unless
    return unless is not None and one.ground.holds(past.version, one.kinds(past.version), unless, moment)


def _join(one: Replay, past: PastReset) -> None:
    """Blocked now, happened then: the book that was closed and the next one become one."""
    ground, books = one.ground, one.ground.books[past.ledger]
    place = next(number for number, book in enumerate(books) if book.reset == past.at)
    first, second = books[place - 1], books.pop(place)
    back = sum((e.points for e in ground.entries if e.book is first and e.with_book and not e.dropped), Fraction(0))
    first.closed, first.kind = second.closed, second.kind
    for entry in ground.entries:
        if entry.book is second:
            entry.book = first
    for fine in one.fines:
        fine.books = tuple(first if book is second else book for book in fine.books)
    for flag in ground.flags:
        flag.books = {ledger: first if book is second else book for ledger, book in flag.books.items()}

    def joined(key: Key) -> Key:
        return tuple(first if part is second else part for part in key)

    old, one.latches = one.latches, {}
    for (rule, key), latch in old.items():
        held = one.latches.get((rule, joined(key)))
        if held is not None:
            whys = ("outranked", "for_review")
            why = next((why for why in whys if why in (held.why, latch.why)), latch.why)
            latch = Latch(held.counted + latch.counted, why)
        one.latches[rule, joined(key)] = latch
    for decision in [*one.decisions, *(review.decision for review in one.reviews if review.confirmed is None)]:
        decision.key = joined(decision.key)
    for entry in [e for e in ground.entries if e.book is first and e.with_book and not e.dropped]:
        if first.closed is not None:
            entry.ended_at = first.closed
        else:
            entry.with_book, entry.copied = False, True
            copy = replace(entry, live=True, ended_at=None, copied=False, copy_of=entry)
            ground.entries.append(copy)
    ground.told.append(LedgerTold(one.now, past.ledger, "reset_undone", back, first.name))


def _cut(one: Replay, past: PastReset) -> None:
    """Happened now, blocked then: the book is cut at the date."""
    ground, every = one.ground, unit_of(periods(past.version)[past.ledger])
    book = ground.book(past.ledger, past.at - TICK)
    assert book is not None and every is not None
    new = Book(past.ledger, one.zone.name_of(every, past.at), past.at, past.at, book.closed, book.kind)
    books = ground.books[past.ledger]
    books.insert(books.index(book) + 1, new)
    book.closed, book.kind = past.at, one.kinds(past.version)[past.ledger]
    ended = Fraction(0)
    for entry in (e for e in ground.entries if e.book is book):
        if entry.dates["booking"] >= past.at:
            entry.book = new
        elif entry.live:
            entry.end(one.now, with_book=True)
        if entry.book is book and entry.with_book and not entry.dropped:
            ended += entry.points
    ground.told.append(LedgerTold(one.now, past.ledger, "reset_made", ended, book.name))
