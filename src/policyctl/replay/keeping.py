"""What a reset takes over into the new period: entries that are kept, or so many points that are carried.

What is taken over stands in new entries, carried: they count in the balance and in no sum of what was incurred. When a
late ticket changes a past period, what its reset took over is found again, and the difference takes effect now.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from policyctl.policy.form import Carrying, LedgerMoves, Period
from policyctl.replay.answer import LedgerEvent
from policyctl.replay.books import JUST_AFTER, Book, Entry
from policyctl.replay.facts import of_entry
from policyctl.replay.leaving import end_entries, end_some
from policyctl.replay.measures import Seen, Sight
from policyctl.replay.posting import carry
from policyctl.replay.records import Kept
from policyctl.replay.rules import Rules
from policyctl.replay.scan import holds
from policyctl.replay.state import State
from policyctl.replay.units import Units, number, units


def taken_over(
    state: State, rules: Rules, period: Period, live: Sequence[Entry], sight: Sight, at: datetime
) -> list[Entry]:
    """What a reset at an instant takes over of the live entries of the closing period, in their order; of one that is
    parted the part. All is read from inside that period."""
    if period.keeping is None:
        return []
    if not isinstance(period.keeping, Carrying):
        return [entry for entry in live if holds(state, period.keeping, of_entry(state, entry), None)]
    carrying, seen = rules.carrying[period.ledger], Seen(at, at - JUST_AFTER)
    if carrying.when is not None and not carrying.when.holds(sight, seen):
        return []
    return newest(live, carrying.points.value(sight, seen) or 0)


def newest(live: Sequence[Entry], left: Units) -> list[Entry]:
    """So many points of some entries, in their order. Points taken off come from the oldest, so what stays is the
    newest; of one that is parted the part."""
    kept: list[Entry] = []
    for entry in reversed(live):
        part = min(left, entry.points)
        if part <= 0:
            break
        left -= part
        kept.append(entry if part == entry.points else replace(entry, points=part))
    return kept[::-1]


def take_over(
    state: State, instant: datetime, book: Book, entries: Sequence[Entry], at: datetime, undone: str | None = None
) -> Kept | None:
    """Post to the period that a reset `at` opened what it takes over, now. In a period that is closed by now it counts
    as it would have. What comes back because a decision was `undone` is told as that."""
    if not entries:
        return None
    runs = state.books.now(book.ledger) is book
    following = state.books.next(book)
    posted = instant if runs else at
    made = []
    for entry in entries:
        back = carry(state, entry, book, posted, live=runs)
        if not runs and following is not None:
            state.ended[back.number] = following.start or instant
        made.append(back)
    state.fold(book)
    points = number(sum(entry.points for entry in entries))
    kind: Literal["carried", "came_back"] = "carried" if undone is None else "came_back"
    state.ledger_events.append(LedgerEvent(instant, state.identity, book.ledger, kind, points, book.name, undone))
    state.touch_all()
    return Kept(
        book.ledger, tuple((entry.number, back.number, entry.points) for entry, back in zip(entries, made, strict=True))
    )


def take_back(state: State, instant: datetime, kept: Kept, numbers: set[int]) -> None:
    """Some of what a reset took over was not to be: as far as it is still live, it ends now."""
    copies = [entry for entry in state.entries if entry.number in numbers and entry.number not in state.gone]
    for place in dict.fromkeys(entry.book for entry in copies):
        book = state.books.numbered(place)
        if book is state.books.now(book.ledger):
            end_some(state, instant, [entry for entry in copies if entry.book == place], "carried_back", instant)
        else:
            state.gone.update(entry.number for entry in copies if entry.book == place)
            state.fold(book)


def take_over_again(
    state: State, instant: datetime, book: Book, wanted: Sequence[Entry], old: Kept | None, at: datetime
) -> Kept | None:
    """What a past reset took over is found again: the difference takes effect now."""
    before = {} if old is None else {source: (copy, points) for source, copy, points in old.entries}
    same = {entry.number for entry in wanted if before.get(entry.number, (0, None))[1] == entry.points}
    if old is not None:
        take_back(state, instant, old, {copy for source, (copy, _) in before.items() if source not in same})
    more = take_over(state, instant, book, [entry for entry in wanted if entry.number not in same], at)
    stay = tuple((source, copy, points) for source, (copy, points) in before.items() if source in same)
    return Kept(book.ledger, (*stay, *(() if more is None else more.entries)))


def convert(state: State, instant: datetime, move: LedgerMoves) -> None:
    """A balance becomes another one, by a table; one that no line of it names stays as it is. The newest points stay,
    as carried entries; where it becomes more, the newest of them has what is missing."""
    book, into = state.books.now(move.ledger), state.books.now(move.into or move.ledger)
    if book is None or into is None or not (live := state.live_entries(book)):
        return
    balance = number(book.balance)
    row = next((r for r in move.table if r.lower <= balance and (r.upper is None or balance <= r.upper)), None)
    if row is None and into is book:
        return
    wanted = book.points if row is None else into.bounds.direction * (units(row.becomes) - into.bounds.start)
    kept = newest(live, wanted)
    if (missing := wanted - sum(entry.points for entry in kept)) > 0:
        kept = [*kept[:-1], replace(kept[-1], points=kept[-1].points + missing)]
    end_entries(state, instant, book, "version", state.version.since if state.version is not None else None)
    after = state.books.numbered(into.number)
    take_over(state, instant, after, [replace(entry, ledger=into.ledger) for entry in kept], instant)
