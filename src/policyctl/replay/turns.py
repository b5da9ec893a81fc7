"""Turns of time: resets, and changes of version."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime

from msgspec.structs import replace

from policyctl.calendar import Repeats, following, latest, name_of
from policyctl.policy.form import ZERO, LedgerMoves, Period, Posting, TicketKind, Version
from policyctl.replay.agenda import Phase
from policyctl.replay.anchors import FromTicket
from policyctl.replay.answer import LedgerEvent
from policyctl.replay.books import JUST_AFTER, Entry
from policyctl.replay.expiry import Lasting
from policyctl.replay.keeping import convert, take_over, taken_over
from policyctl.replay.leaving import end_entries, follow_bounds, forget
from policyctl.replay.measures import Seen
from policyctl.replay.occasions import Happening
from policyctl.replay.posting import open_book, stand_again
from policyctl.replay.records import Latch, Turn
from policyctl.replay.rules import Rules
from policyctl.replay.state import State
from policyctl.replay.units import number


def reset(state: State, instant: datetime, turns: list[object]) -> None:
    """Decide every reset of this instant from inside the closing periods, on one state; then apply them."""
    rules = state.rules
    if rules is None:
        return
    seen = Seen(instant, instant - JUST_AFTER)
    due = [period for period in rules.periods.values() if _is_due(period, turns)]
    blocks = ((period.ledger, rules.blocks.get(period.ledger)) for period in due)
    blocked = {ledger for ledger, test in blocks if test is not None and test.holds(state, seen)}
    keeps = {
        period.ledger: taken_over(state, rules, period, state.live_entries(book), state, instant)
        for period in due
        if period.ledger not in blocked
        and period.keeping is not None
        and (book := state.books.now(period.ledger)) is not None
    }
    kept = []
    for period in due:
        book = state.books.now(period.ledger)
        assert book is not None
        if period.ledger in blocked:
            stays = LedgerEvent(instant, state.identity, period.ledger, "blocked", number(book.points), book.name)
            state.ledger_events.append(stays)
        else:
            end_entries(state, instant, book, "reset", None)
            state.happens(Happening("ledger", period.ledger))
            open_book(state, period.ledger, state.bounds(rules, period.ledger, instant), period.every, instant)
            opened = state.books.now(period.ledger)
            assert opened is not None
            kept.append(take_over(state, instant, opened, keeps.get(period.ledger, ()), instant))
        turn_from_ticket(state, period, instant)
    names = frozenset(period.ledger for period in due)
    state.turns.append(Turn(instant, rules, names, frozenset(blocked), tuple(one for one in kept if one is not None)))
    state.lower_flags()
    state.turned()


def _is_due(period: Period, turns: list[object]) -> bool:
    """Whether a period is among those that turn."""
    every = period.every
    if isinstance(every, Repeats) and every.since == "ticket":
        return FromTicket(period.ledger, every) in turns
    return every is not None and every in turns


def turn_from_ticket(state: State, period: Period, instant: datetime) -> None:
    """Where a period is counted from the first ticket of its ledger: put its next turn on the agenda."""
    every, first = period.every, state.first_posted.get(period.ledger)
    if isinstance(every, Repeats) and every.since == "ticket" and first is not None:
        turn = state.anchors.next_turn(every, instant, first)
        assert turn is not None
        state.agenda.add(turn, Phase.RESETS, period.ledger, FromTicket(period.ledger, every))


def first_ticket(state: State, ledger: str, booked: datetime, instant: datetime) -> None:
    """The first ticket of a ledger: its first period, if that is counted from there, takes its name from it."""
    state.first_posted[ledger] = booked
    period = state.rules.periods.get(ledger) if state.rules is not None else None
    if period is None or not isinstance(period.every, Repeats) or period.every.since != "ticket":
        return
    book = state.books.now(ledger)
    assert book is not None
    start = latest(period.every, booked, state.zone, booked)
    assert start is not None
    state.books.put(replace(book, name=name_of(period.every, start, state.zone), start=start))
    turn_from_ticket(state, period, instant)


def change_version(state: State, instant: datetime, version: Version) -> None:
    """The transition: what it says of entries, fines and sanctions; then the new version is in force."""
    transition, old, new = version.transition, state.version, state.law.rules(version)
    state.come_into_force(version)
    if old is not None and transition is not None:
        before = Seen(instant, instant - JUST_AFTER)
        spared = {ledger for ledger, test in new.spared.items() if test.holds(state, before)}
        for move in transition.ledgers:
            _move_entries(state, instant, new, replace(move, entries="carry") if move.ledger in spared else move)
        if transition.fines == "drop":
            state.fines = [replace(fine, dropped=instant) if fine.open else fine for fine in state.fines]
        if transition.sanctions == "drop":
            state.sanctions_dropped.append(instant)
    if old is None:
        first_books(state, instant)
    else:
        _open_books(state, instant, new, but={period.ledger for period in old.periods})
    for move in transition.ledgers if old is not None and transition is not None else ():
        if move.entries == "convert":
            convert(state, instant, move)
    for period in new.periods.values():
        turn_from_ticket(state, period, instant)
    state.lower_flags()
    if transition is not None:
        for listener in new.listeners:
            level = state.level(listener, Seen(instant, instant))
            latch = state.latch(listener, instant)
            counted = listener.begins(level) if transition.reached == "as_reached" else 0
            # Why the version before had counted it is so still; what only the change counts is true from its start.
            same = counted == latch.counted
            state.set_latch(
                listener, instant, Latch(counted, latch.fired, latch.outranked and same, latch.reviewed and same)
            )


def first_books(state: State, instant: datetime) -> None:
    """Open the first book of each ledger of the version in force, and of those of older versions: a ticket may still be
    judged by one that was over before the replay began."""
    versions, opened = state.policy.versions, set[str]()
    for version in versions[versions.index(state.version) :: -1] if state.version is not None else ():
        rules = state.law.rules(version)
        _open_books(state, instant, rules, but=opened)
        opened |= rules.periods.keys()


def _open_books(state: State, instant: datetime, rules: Rules, but: set[str]) -> None:
    """Open a book for each ledger of a version, but for those that have one. What came into the book of a ledger that
    comes again, while no version in force had that ledger, ends."""
    for period in rules.periods.values():
        if period.ledger not in but:
            old = state.books.now(period.ledger)
            if old is not None and old.live:
                end_entries(state, instant, old, "version", rules.version.since)
            open_book(state, period.ledger, state.bounds(rules, period.ledger, instant), period.every, instant)


def _move_entries(state: State, instant: datetime, new: Rules, move: LedgerMoves) -> None:
    """What a transition says of the entries of one ledger. The new version may not have that ledger any more."""
    book = state.books.now(move.ledger)
    if book is None:
        return
    if move.entries not in ("carry", "carry_as_here", "convert"):
        end_entries(state, instant, book, "version", new.version.since)
    bounds = state.bounds(new, move.ledger, instant) if move.ledger in new.bounds else None
    if move.entries == "drop":
        forget(state, lambda entry: entry.ledger == move.ledger)
        state.books.empty(move.ledger)
        every = new.periods[move.ledger].every if move.ledger in new.periods else None
        open_book(state, move.ledger, bounds or book.bounds, every, instant)
    elif bounds is not None:
        follow_bounds(state, move.ledger, bounds)
        if move.entries == "carry_as_here":
            book = state.books.numbered(book.number)
            live = state.live_entries(book)
            stand_again(state, book, instant, live, [replace(entry, life=_life_in(new, entry)) for entry in live])


def _life_in(rules: Rules, entry: Entry) -> Lasting | None:
    """How long an entry would be live if a version judged its ticket."""
    kinds = (fact for fact in rules.version.facts if isinstance(fact, TicketKind) and fact.name == entry.ticket.offence)
    own = (posting for kind in kinds for posting in kind.posts if posting.ledger == entry.ledger)
    return rules.life(next(own, Posting(entry.ledger, ZERO)))


def reach_back(state: State, booked: datetime) -> None:
    """Open, closed and empty, the books of the periods from a booking date up to the first books that there are, as if
    the replay had begun then. So what is booked late moves nothing that happened before it took effect. Periods that
    turn with what happened are all known; what is booked before them belongs to the first."""
    version = state.law.versions.in_force(booked)
    for period in version.periods if version is not None else ():
        first, every = state.books.first(period.ledger), period.every
        if version is None or every is None or first is None or first.start is None:
            continue
        start = latest(every, booked, state.zone, state.anchors.fixed(every, booked))
        rules = state.law.rules(version)
        while start is not None and start < first.start:
            bounds = state.bounds(rules, period.ledger, start)
            state.books.open(period.ledger, bounds, name_of(every, start, state.zone), start, before=first)
            start = following(every, start, state.zone, state.anchors.fixed(every, start))
            _note_turn(state, first.start if start is None else min(start, first.start), period.ledger)


def _note_turn(state: State, instant: datetime, ledger: str) -> None:
    """A reset of a ledger happened before the replay began."""
    place = bisect_left(state.turns, instant, key=lambda turn: turn.at)
    if place < len(state.turns) and state.turns[place].at == instant:
        state.turns[place] = replace(state.turns[place], due=state.turns[place].due | {ledger})
        return
    version = state.law.versions.in_force(instant - JUST_AFTER)
    if version is not None:
        turn = Turn(instant, state.law.rules(version), frozenset({ledger}), frozenset())
        state.turns.insert(place, turn)
