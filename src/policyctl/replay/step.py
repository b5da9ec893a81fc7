"""A step: all tickets of one instant are posted together, then every rule that listens is judged on that one state.

A ticket whose period is closed already is posted to that closed book, and the rules that read it look at that period
too, with the latch that it had.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from policyctl.history.events import Problem
from policyctl.policy.form import Posting, When
from policyctl.replay.agenda import Phase
from policyctl.replay.books import Book, Entry
from policyctl.replay.expiry import over_already
from policyctl.replay.facts import at_hand
from policyctl.replay.facts import tickets as tickets_of
from policyctl.replay.groups import post_in_groups
from policyctl.replay.judge import judge
from policyctl.replay.listener import Listener
from policyctl.replay.look import Look
from policyctl.replay.measures import Seen
from policyctl.replay.occasions import Happening, hears
from policyctl.replay.posting import post_entry, stand_for
from policyctl.replay.records import LatchKey
from policyctl.replay.resets import decide_again
from policyctl.replay.rounds import go_on
from policyctl.replay.rules import Rules
from policyctl.replay.scan import holds
from policyctl.replay.state import State
from policyctl.replay.tickets import Judged
from policyctl.replay.turns import first_ticket, reach_back
from policyctl.replay.units import Units, units, whole


def step(state: State, instant: datetime, batch: list[Judged]) -> None:
    """Post all tickets of one instant together, then judge every rule once, on that one state."""
    batch = sorted(batch, key=lambda one: one.ticket.id)
    for judged in batch:
        if not state.books.begun(judged.booked):
            state.unusual += 1
            reach_back(state, judged.booked)
    counting = [judged for judged in batch if _counts(state, judged, instant)]
    waiting = [judged for judged in counting if must_wait(state, judged, instant)] if state.law.waits else []
    state.parked = (*state.parked, *waiting)
    taken = [judged for judged in counting if judged not in waiting] if waiting else counting
    if not taken:
        state.posted += sum(judged.withdrawn for judged in batch)
        return
    version = max((judged.version for judged in taken), key=state.law.policy.versions.index)
    rules = state.law.rules(version)
    begun = state.books.last_start()
    back = any(
        (begun is not None and judged.booked < begun) or _in_past_year(state, judged, instant) for judged in taken
    )
    if rules is not state.rules:
        state.unusual += 1
    closed = _closed_periods(state, rules, taken, instant) if back else []
    for looks in closed:
        for look in looks:
            if not look.listener.at_ticket:
                _settle(state, look)
    settle_units(state, rules, instant)
    before = _before(state, rules, taken, instant)
    first = state.posted
    if state.law.from_first_ticket:
        _note_first_tickets(state, taken, instant)
    costs = {id(one): _costs(state, one, instant) for one in taken}
    for judged in batch:
        if judged.annulled:
            state.posted += judged.withdrawn
        elif id(judged) in costs:
            _post(state, judged, instant, costs[id(judged)])
    if state.overdue:
        over_already(state, instant, first)
    seen, tickets = Seen(instant, instant), tuple(judged.ticket.id for judged in taken)
    running = [
        Look(listener, None, seen, _running_tickets(state, listener, instant, taken) if back else tickets)
        for listener in state.take_unjudged(rules)
    ]
    happened = _happened(state, taken, first) if rules.listening else []
    for listener in rules.listening:
        heard = _heard(state, listener, happened)
        if heard and listener.rule.occasion != "ticket":
            running.append(Look(listener, None, seen, heard))
    for one in happened:
        state.happens(one)
    looked = [running, *([own for look in looks if (own := _asked(state, look, happened))] for looks in closed)]
    if rules.at_ticket:
        looked = [[_at_ticket(state, look, taken, before) for look in looks] for looks in looked]
    fired = judge(state, rules, looked, first, batch)
    go_on(state, rules, seen, fired, first, taken, lambda look: _at_ticket(state, look, taken, before))
    # A first ticket may have opened books; else no ticket is late that is not from before those that run.
    may_be_late = back or bool(state.law.from_first_ticket)
    if state.changed is not None or (may_be_late and any(_late_books(state, judged) for judged in taken)):
        changed, state.changed = state.changed, None
        booked = [judged.booked for judged in taken]
        decide_again(state, instant, min(booked if changed is None else [changed, *booked]))


def _note_first_tickets(state: State, taken: Sequence[Judged], instant: datetime) -> None:
    """Note from when on the ledgers have tickets, whose periods are counted from there."""
    for judged in sorted(taken, key=lambda judged: judged.booked):
        for posting in judged.posts:
            if posting.ledger in state.law.from_first_ticket and posting.ledger not in state.first_posted:
                first_ticket(state, posting.ledger, judged.booked, instant)


def _counts(state: State, judged: Judged, instant: datetime) -> bool:
    """Whether a ticket is posted at all."""
    return not judged.annulled and judged.ticket.id not in state.repealed and _in_time(state, judged, instant)


# --- tickets for a closed period --------------------------------------------------------------------------------------


def _late_books(state: State, judged: Judged) -> list[Book]:
    """The closed books that a ticket posts to."""
    books = (state.late(posting.ledger, judged.booked) for posting in judged.posts)
    return [book for book in books if book is not None]


def _in_past_year(state: State, judged: Judged, instant: datetime) -> bool:
    """Whether a rule that reads `this year`, or another calendar unit, would look at one that is over."""
    return any(judged.booked < state.zone.start_of(unit, instant) for unit in state.law.units)


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
    named = [_named(judged) for judged in taken]
    hearing = [listener for listener in rules.listeners if _heard(state, listener, named)]
    for booked in sorted({judged.booked for judged in taken}):
        looks = []
        for listener in hearing:
            key = state.key_seen_from(listener, booked)
            if key != state.latch_key(listener, instant) and key not in done:
                own = [judged for judged in taken if state.key_seen_from(listener, judged.booked) == key]
                if any(_concerns(state, listener, judged, instant) for judged in own):
                    done.add(key)
                    ids = tuple(judged.ticket.id for judged in own)
                    looks.append(Look(listener, key, Seen(instant, booked), ids))
        periods.append(looks)
    return periods


def _heard(state: State, listener: Listener, happened: Sequence[Happening]) -> tuple[str, ...]:
    """The tickets of a step in which a rule has its occasion."""
    return tuple(one.event for one in happened if one.event is not None and hears(state, listener, one))


def _named(judged: Judged) -> Happening:
    """A ticket of which nobody knows yet what it posts."""
    return Happening("ticket", judged.ticket.offence or "", event=judged.ticket.id)


def _happened(state: State, taken: Sequence[Judged], first: int) -> list[Happening]:
    """The tickets of a step, with the points that they posted."""
    facts = {fact.event: fact for fact in tickets_of(state, first)}
    return [replace(one, fact=facts.get(one.event or "")) for one in map(_named, taken)]


def _asked(state: State, look: Look, happened: Sequence[Happening]) -> Look | None:
    """A look at a closed period, with those of its tickets in which its rule has its occasion."""
    if not isinstance(look.listener.rule.occasion, When):
        return look
    heard = _heard(state, look.listener, happened)
    own = tuple(ticket for ticket in look.tickets if ticket in heard)
    return replace(look, tickets=own) if own else None


def _concerns(state: State, listener: Listener, judged: Judged, instant: datetime) -> bool:
    """Whether a ticket belongs to a closed period that a rule reads."""
    units = (*listener.by_units, "year") if listener.by_year else listener.by_units
    if any(judged.booked < state.zone.start_of(unit, instant) for unit in units):
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


# --- rules that look at each ticket by itself -------------------------------------------------------------------------


Levels = Mapping[tuple[Listener, str, datetime], int]
"""Levels of rules, seen from tickets and booking dates."""


def _before(state: State, rules: Rules, taken: Sequence[Judged], at: datetime) -> Levels:
    """Of every rule that looks at tickets by themselves, its level just before the step, seen from each of them."""
    return {
        (listener, judged.ticket.id, booked): listener.level(state, _from(judged, at, booked))
        for listener in rules.at_ticket
        for judged in taken
        for booked in {at, judged.booked}
    }


def _at_ticket(state: State, look: Look, taken: Sequence[Judged], before: Levels) -> Look:
    """The look of such a rule, from the ticket from which it rose most (one that acts each time: is highest); of equal
    ones from the first."""
    listener, (at, booked, _) = look.listener, look.seen
    if not listener.at_ticket:
        return look
    rises = []
    for judged in sorted(taken, key=lambda one: one.ticket.id):
        if judged.ticket.id in look.tickets:
            seen, old = _from(judged, at, booked), before[listener, judged.ticket.id, booked]
            counted = 0 if listener.rule.mode == "each" else old
            rises.append((listener.level(state, seen) - counted, seen, old))
    _, seen, old = max(rises, key=lambda rise: rise[0])
    return replace(look, seen=seen, before=old)


def _from(judged: Judged, at: datetime, booked: datetime) -> Seen:
    return Seen(at, booked, at_hand(judged.ticket, judged.booked))


def settle_units(state: State, rules: Rules, instant: datetime) -> None:
    """The moment just before a step, an act or a metric, for rules whose latch is new with a unit of the calendar."""
    for listener in rules.by_units:
        _settle(state, Look(listener, None, Seen(instant, instant), ()))


def _settle(state: State, look: Look) -> None:
    """The moment just before the postings: the latch of a closed period falls with the level of its rule."""
    latch, level = look.latch(state), look.level(state)
    if latch.counted is None or level < latch.counted:
        look.set_latch(state, latch.fallen(look.listener.begins(level) if latch.counted is None else level))


# --- posting ----------------------------------------------------------------------------------------------------------


def must_wait(state: State, judged: Judged, instant: datetime) -> bool:
    """Whether a ticket waits: in one of its ledgers what it waits for has not come yet."""
    waits = state.law.rules(judged.version).waits
    return any(waits[name].holds(state, _from(judged, instant, instant)) for name in _ledgers(judged) if name in waits)


def go_on_with(state: State, instant: datetime) -> None:
    """The tickets that wait no longer take effect now: that is the date from which they are effective."""
    waiting, state.parked = state.parked, ()
    for judged in waiting:
        if must_wait(state, judged, instant):
            state.parked = (*state.parked, judged)
        else:
            of_effect = judged.version.settings.count_by == "effective"
            ticket = replace(judged.ticket, effective=instant)
            taken = replace(judged, ticket=ticket, booked=instant if of_effect else judged.booked)
            state.agenda.add(instant, Phase.TICKETS, ticket.id, taken)


def _ledgers(judged: Judged) -> list[str]:
    return [posting.ledger for posting in judged.posts]


def _times(state: State, judged: Judged, ledger: str, instant: datetime) -> Units:
    """How many times as much the points of a ticket count in a ledger, seen from it and read before anything of the
    step is posted."""
    times: Units = 1
    for multiplied, test in state.law.rules(judged.version).multiplied.get(ledger, ()):
        if test is not None and not test.holds(state, _from(judged, instant, instant)):
            continue
        if holds(state, multiplied.where, at_hand(judged.ticket, judged.booked), None):
            times *= whole(multiplied.times)
    return times


def _costs(state: State, judged: Judged, instant: datetime) -> list[tuple[Posting, Units]]:
    """What a ticket costs, without what an exception spares, and how many times as much each of it counts; read before
    anything of the step is posted."""
    tests = state.law.rules(judged.version).exempt
    return [
        (one, _times(state, judged, one.ledger, instant))
        for one in judged.posts
        if one.unless is None or not tests[one.unless].holds(state, _from(judged, instant, instant))
    ]


def _post(state: State, judged: Judged, instant: datetime, costs: Sequence[tuple[Posting, Units]]) -> None:
    """Post the entries of a ticket; the first stands for it where tickets are counted. One that costs nothing has an
    entry that stands for it, in no ledger."""
    if not costs:
        stand_for(state, judged.ticket, judged.booked, instant)
    rules = state.law.rules(judged.version)
    for place, (posting, times) in enumerate(costs):
        late = state.late(posting.ledger, judged.booked)
        book = late or state.books.now(posting.ledger)
        assert book is not None
        entry = Entry(
            number=state.posted,
            ticket=judged.ticket,
            ledger=posting.ledger,
            points=units(posting.points) * times,
            booked=judged.booked,
            posted=instant,
            book=book.number,
            stands_for_ticket=place == 0,
            life=rules.life(posting),
        )
        period = rules.periods[posting.ledger]
        if period.groups:
            post_in_groups(state, period, entry, instant)
        else:
            post_entry(state, entry, instant)
