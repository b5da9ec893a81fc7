"""A step: all tickets of one instant are posted together, then every rule that listens is judged on that one state.

A ticket whose period is closed already is posted to that closed book, and the rules that read it look at that period
too, with the latch that it had.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from policyctl.history.events import Problem
from policyctl.replay.admit import Judged
from policyctl.replay.books import Book, Entry
from policyctl.replay.judge import Look, judge
from policyctl.replay.law import Listener, Rules
from policyctl.replay.measures import Seen
from policyctl.replay.records import LatchKey
from policyctl.replay.resets import decide_again
from policyctl.replay.state import State
from policyctl.replay.turns import reach_back
from policyctl.replay.units import units


def step(state: State, instant: datetime, batch: list[Judged]) -> None:
    """Post all tickets of one instant together, then judge every rule once, on that one state."""
    for judged in batch:
        if not state.books.begun(judged.booked):
            state.unusual += 1
            reach_back(state, judged.booked)
    taken = [judged for judged in batch if _counts(state, judged, instant)]
    if not taken:
        state.posted += sum(judged.withdrawn for judged in batch)
        return
    version = max((judged.version for judged in taken), key=state.law.policy.versions.index)
    rules = state.law.rules(version)
    begun = state.books.last_start()
    back = any(
        (begun is not None and judged.booked < begun) or _in_past_year(state, judged, instant) for judged in taken
    )
    if back or rules is not state.rules:
        state.unusual += 1
    closed = _closed_periods(state, rules, taken, instant) if back else []
    for looks in closed:
        for look in looks:
            _settle(state, look)
    first = state.posted
    for judged in batch:
        if judged.annulled:
            state.posted += judged.withdrawn
        elif judged in taken:
            _post(state, judged, instant)
    seen, tickets = Seen(instant, instant), tuple(judged.ticket.id for judged in taken)
    running = [
        Look(listener, None, seen, _running_tickets(state, listener, instant, taken) if back else tickets)
        for listener in state.take_unjudged(rules)
    ]
    judge(state, rules, [running, *closed], first, batch)
    if back and any(_late_books(state, judged) for judged in taken):
        decide_again(state, instant, min(judged.booked for judged in taken))


def _counts(state: State, judged: Judged, instant: datetime) -> bool:
    """Whether a ticket is posted at all."""
    return not judged.annulled and judged.ticket.id not in state.repealed and _in_time(state, judged, instant)


# --- tickets for a closed period --------------------------------------------------------------------------------------


def _late_books(state: State, judged: Judged) -> list[Book]:
    """The closed books that a ticket posts to."""
    books = (state.late(posting.ledger, judged.booked) for posting in judged.posts)
    return [book for book in books if book is not None]


def _in_past_year(state: State, judged: Judged, instant: datetime) -> bool:
    """Whether a rule that reads `this year` would look at a year that is over."""
    local = state.zone.local
    return state.law.by_year and local(judged.booked).year < local(instant).year


def _in_time(state: State, judged: Judged, instant: datetime) -> bool:
    """Whether a ticket may still be posted: one for a period that was closed too long ago is reported."""
    bound = judged.version.settings.late_until
    if bound is None:
        return True
    for book in _late_books(state, judged):
        ended = state.books.next(book)
        assert ended is not None and ended.start is not None
        last = state.zone.after(ended.start, bound)
        if instant >= last:
            state.problems.append(
                Problem(
                    code="late-ticket-out-of-time",
                    message=f"ticket {judged.ticket.id} counts for the period {book.name} of `{book.ledger}`, for which"
                    f" tickets were taken until {state.zone.show(last)}; it took effect too late and does not count",
                    event=judged.ticket.id,
                    identity=state.identity,
                    help="the policy says how long in `late tickets until`",
                    error=False,
                )
            )
            return False
    return True


def _closed_periods(state: State, rules: Rules, taken: Sequence[Judged], instant: datetime) -> list[list[Look]]:
    """For every date on which a ticket is booked: the rules that look at a closed period seen from there."""
    periods: list[list[Look]] = []
    done: set[LatchKey] = set()
    for booked in sorted({judged.booked for judged in taken}):
        looks = []
        for listener in rules.listeners:
            key = state.key_seen_from(listener, booked)
            if key != state.latch_key(listener, instant) and key not in done:
                own = [judged for judged in taken if state.key_seen_from(listener, judged.booked) == key]
                if any(_concerns(state, listener, judged, instant) for judged in own):
                    done.add(key)
                    ids = tuple(judged.ticket.id for judged in own)
                    looks.append(Look(listener, key, Seen(instant, booked), ids))
        periods.append(looks)
    return periods


def _concerns(state: State, listener: Listener, judged: Judged, instant: datetime) -> bool:
    """Whether a ticket belongs to a closed period that a rule reads."""
    if listener.by_year and _in_past_year(state, judged, instant):
        return True
    return any(book.ledger in listener.by_period for book in _late_books(state, judged))


def _running_tickets(state: State, listener: Listener, at: datetime, taken: Sequence[Judged]) -> tuple[str, ...]:
    """The tickets of a step that belong to the running period of a rule; all, where none does."""
    if len(taken) == 1:
        return (taken[0].ticket.id,)
    key = state.latch_key(listener, at)
    own = tuple(
        judged.ticket.id
        for judged in taken
        if state.key_seen_from(listener, judged.booked) == key or _adds_to_running(state, listener, judged)
    )
    return own or tuple(judged.ticket.id for judged in taken)


def _adds_to_running(state: State, listener: Listener, judged: Judged) -> bool:
    """Whether a ticket posts to a running book that is part of the period of a rule."""
    late = {book.ledger for book in _late_books(state, judged)}
    return any(posting.ledger in listener.by_period and posting.ledger not in late for posting in judged.posts)


def _settle(state: State, look: Look) -> None:
    """The moment just before the postings: the latch of a closed period falls with the level of its rule."""
    latch, level = look.latch(state), look.level(state)
    if latch.counted is None or level < latch.counted:
        look.set_latch(state, latch.fallen(level))


# --- posting ----------------------------------------------------------------------------------------------------------


def _post(state: State, judged: Judged, instant: datetime) -> None:
    """Post the entries of a ticket; the first stands for it where tickets are counted."""
    for place, posting in enumerate(judged.posts):
        late = state.late(posting.ledger, judged.booked)
        book = late or state.books.now(posting.ledger)
        assert book is not None
        entry = Entry(
            number=state.posted,
            ticket=judged.ticket,
            ledger=posting.ledger,
            points=units(posting.points),
            booked=judged.booked,
            posted=instant,
            book=book.number,
            stands_for_ticket=place == 0,
        )
        state.post(entry, instant, late)
