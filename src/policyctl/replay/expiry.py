"""The lives of entries: they end one by one, so long after a date of their ticket.

An entry whose time is over stays while what spares it holds, and ends at the first moment at which that no longer does.
Time does not run while what freezes it holds; the intervals in which it held are noted at the moments of a replay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from policyctl.history.events import Act
from policyctl.instants import NEVER, Zone
from policyctl.policy.form import Life
from policyctl.replay.agenda import Phase
from policyctl.replay.books import DATES, JUST_AFTER
from policyctl.replay.conditions import Test, ready
from policyctl.replay.leaving import end_some
from policyctl.replay.measures import Formula, Seen

if TYPE_CHECKING:
    from policyctl.replay.books import Entry
    from policyctl.replay.state import State
    from policyctl.replay.units import Units


class Lasting(msgspec.Struct, frozen=True, eq=False):
    """A life made ready: its conditions with their measures looked up."""

    life: Life
    unless: Test | None
    frozen: Test | None

    @staticmethod
    def of(life: Life, formulas: Mapping[str, Formula], zone: Zone) -> Lasting:
        """The life of a version's entries."""
        unless, frozen = (None if c is None else ready(c, formulas, zone) for c in (life.unless, life.frozen))
        return Lasting(life, unless, frozen)

    def start(self, state: State, entry: Entry) -> datetime | None:
        """The date from which an entry's time runs; None: it does not run yet."""
        dated, act = self.life.dated, self.life.act
        if act is not None:
            return next((one.at for one in state.acts_after(entry.posted, act) if is_at(one, entry)), None)
        if dated == "paid":
            return _paid(state, entry)
        if dated == "booking":
            return entry.booked
        return (entry.ticket.final or entry.ticket.effective) if dated == "final" else DATES[dated](entry.ticket)

    def over(self, state: State, entry: Entry, start: datetime, instant: datetime) -> datetime:
        """When the time of an entry is over, if nothing freezes it; where acts are counted, now or never."""
        length = self.life.length
        if length.act is not None:
            done = sum(1 for _ in islice(state.acts_after(start, length.act), length.count))
            return instant if done == length.count else NEVER
        end = state.zone.after(start, length)
        return end + JUST_AFTER if self.life.far_edge else end


def is_at(act: Act, entry: Entry) -> bool:
    """Whether an act concerns the ticket of an entry: it names that one, or none."""
    return act.ticket is None or act.ticket == entry.ticket.id


def _paid(state: State, entry: Entry) -> datetime | None:
    """When the last fine was paid (or owed no more) that a decision about the ticket of an entry opened; None while one
    is open. Where there is none, the date by which it counts."""
    fines = [one for one in state.fines if not one.ghost and entry.ticket.id in one.decision.tickets]
    if any(one.is_open for one in fines):
        return None
    return max((one.paid_at or one.waived_at or one.dropped or one.opened for one in fines), default=entry.booked)


class Expiring(msgspec.Struct, frozen=True):
    """To come: the time of an entry is over."""

    entry: Entry


class Frost(msgspec.Struct, frozen=True):
    """When time stood still, while a condition held: intervals that are over, and since when it does now."""

    intervals: tuple[tuple[datetime, datetime], ...] = ()
    since: datetime | None = None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How long it stood still in between."""
        found = timedelta(0)
        for begins, ends in (*self.intervals, *([] if self.since is None else [(self.since, end)])):
            found += max(timedelta(0), min(ends, end) - max(begins, start))
        return found


NO_FROST = Frost()


def begin_life(state: State, entry: Entry, instant: datetime) -> None:
    """An entry is live in a running book from now on; whether one counts whose time is over already is seen when all
    tickets of its step are posted (`over_already`), or at the end of the phase."""
    if entry.life is None:
        return
    end = _end(state, entry, entry.life, instant)
    if end == NEVER or entry.life.life.dated == "paid":
        # Nobody knows when; its fine is opened only when the rules have looked.
        state.overdue = (*state.overdue, entry)
    elif end <= instant:
        state.overdue = (*state.overdue, entry)
    else:
        _wait(state, entry, end)


def _wait(state: State, entry: Entry, end: datetime) -> None:
    state.agenda.add(end, Phase.ENDS, entry.ticket.id, Expiring(entry))


def expire(state: State, instant: datetime, entries: Iterable[Entry]) -> None:
    """The time of entries is over; those that are still live end, all together."""
    over = []
    for entry in entries:
        if entry.life is None or state.is_over(entry):
            continue
        end = _end(state, entry, entry.life, instant)
        if end == NEVER or _stays(state, entry.life, Seen(instant, instant - JUST_AFTER)):
            state.overdue = (*state.overdue, entry)
        elif end > instant:
            _wait(state, entry, end)
        else:
            over.append(entry)
    end_some(state, instant, over, "expired", instant - JUST_AFTER)


def over_already(state: State, instant: datetime, first: int) -> None:
    """The tickets of a step are posted, the entries from the number `first` on: what is over already, and what nothing
    spares, ends before any rule looks."""
    new = [one for one in state.overdue if one.number >= first and one.life is not None and not state.is_over(one)]
    seen = Seen(instant, instant)
    ended = [
        one
        for one in new
        if one.life is not None and _end(state, one, one.life, instant) <= instant and not _stays(state, one.life, seen)
    ]
    state.overdue = tuple(one for one in state.overdue if one not in ended)
    end_some(state, instant, ended, "expired", instant)


def look(state: State, now: Seen) -> None:
    """A moment: note where time stands still from now on, and end what is not spared any more."""
    instant = now.at
    for frozen in state.law.frosts:
        frost, holds = state.frosts.get(frozen, NO_FROST), frozen.holds(state, now)
        if holds and frost.since is None:
            state.frosts[frozen] = Frost(frost.intervals, instant)
        elif not holds and frost.since is not None:
            state.frosts[frozen] = Frost((*frost.intervals, (frost.since, instant)))
    if not state.overdue:
        return
    waiting, ended = [], []
    for entry in state.overdue:
        if entry.life is None or state.is_over(entry):
            continue
        if (end := _end(state, entry, entry.life, instant)) == NEVER or _stays(state, entry.life, now):
            waiting.append(entry)
        elif end > instant:
            _wait(state, entry, end)
        else:
            ended.append((end, entry))
    state.overdue = tuple(waiting)
    ended.sort(key=lambda one: (one[0], one[1].ticket.id))
    end_some(state, instant, [entry for _, entry in ended], "expired", instant)


def next_lapse(state: State, ledger: str, instant: datetime) -> tuple[datetime, Units] | None:
    """When entries of a running book expire next, if what spares them or freezes their time stays as it is, and how
    many points; None where none does."""
    ends = _lapses(state, ledger, instant)
    first = min(ends, default=None)
    return None if first is None else (first, ends[first])


def last_lapse(state: State, ledger: str, instant: datetime) -> datetime | None:
    """When the last of them expire."""
    return max(_lapses(state, ledger, instant), default=None)


def _lapses(state: State, ledger: str, instant: datetime) -> dict[datetime, Units]:
    book = state.books.now(ledger)
    ends: dict[datetime, Units] = {}
    for entry in state.live_entries(book) if book is not None else ():
        if entry.life is not None and not _stays(state, entry.life, Seen(instant, instant)):
            end = _end(state, entry, entry.life, instant)
            if instant < end < NEVER:
                ends[end] = ends.get(end, 0) + entry.points
    return ends


def _end(state: State, entry: Entry, lasting: Lasting, instant: datetime) -> datetime:
    """When an entry ends, as far as is known: later by all the time for which it stood still."""
    start = lasting.start(state, entry)
    if start is None:
        return NEVER
    over = lasting.over(state, entry, start, instant)
    if lasting.frozen is None:
        return over
    return over + state.frosts.get(lasting.frozen, NO_FROST).between(start, instant)


def _stays(state: State, lasting: Lasting, seen: Seen) -> bool:
    """Whether something spares an entry whose time is over, or its time stands still."""
    if lasting.frozen is not None and state.frosts.get(lasting.frozen, NO_FROST).since is not None:
        return True
    return lasting.unless is not None and lasting.unless.holds(state, seen)
