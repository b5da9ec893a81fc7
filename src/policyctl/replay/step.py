"""A step: all tickets of one instant are posted together, then every rule that listens is judged on that one state."""

from __future__ import annotations

from datetime import datetime

from policyctl.history.events import Problem
from policyctl.policy.form import Open, Posting
from policyctl.replay.admit import Judged
from policyctl.replay.agenda import Phase
from policyctl.replay.answer import Decision, Outcome, SilentReason
from policyctl.replay.because import reasons
from policyctl.replay.books import Entry
from policyctl.replay.law import Listener, Rules
from policyctl.replay.measures import Seen
from policyctl.replay.sanctions import impose, served_at
from policyctl.replay.state import FineRecord, Latch, Leaving, State
from policyctl.replay.units import units


def step(state: State, instant: datetime, batch: list[Judged]) -> None:
    """Post all tickets of one instant together, then judge every rule once, on that one state."""
    taken = [judged for judged in batch if not _late(state, judged)]
    if not taken:
        return
    first = state.posted
    for judged in taken:
        for place, posting in enumerate(judged.posts):
            _post(state, judged, posting, place == 0, instant)
    version = max((judged.version for judged in taken), key=state.policy.versions.index)
    tickets = tuple(judged.ticket.id for judged in taken)
    _judge(state, Seen(instant, instant), state.law.rules(version), tickets, first)


def _late(state: State, judged: Judged) -> bool:
    """Report a ticket whose period is closed already."""
    for post in judged.posts:
        book = state.running_book(post.ledger)
        if book is None or (book.start is not None and judged.booked < book.start):
            state.problems.append(
                Problem(
                    code="late-ticket-not-supported",
                    message=f"ticket {judged.ticket.id} counts for a period of `{post.ledger}` that was closed before"
                    " it took effect; such tickets are not supported yet, so this answer leaves it out",
                    event=judged.ticket.id,
                    identity=state.identity,
                    help="the answer is what the policy says without this ticket",
                )
            )
            return True
    return False


def _post(state: State, judged: Judged, posting: Posting, first: bool, instant: datetime) -> None:
    """Post one entry; of a ticket's entries the `first` stands for it where tickets are counted."""
    book = state.books.now(posting.ledger)
    assert book is not None
    entry = Entry(
        number=state.posted,
        ticket=judged.ticket,
        ledger=posting.ledger,
        points=units(posting.points),
        booked=judged.booked,
        book=book.number,
        stands_for_ticket=first,
    )
    for leaves, tally in state.post(entry, instant):
        state.agenda.add(leaves, Phase.ENDS, judged.ticket.id, Leaving(tally, entry))


def _judge(state: State, seen: Seen, rules: Rules, tickets: tuple[str, ...], first: int) -> None:
    """Judge every rule once, on the one state after all tickets were posted; then let the ladders choose. `first` is
    the number of the first entry posted."""
    risen: dict[str, tuple[Listener, int]] = {}
    silent: list[tuple[Listener, SilentReason]] = []
    for listener in state.take_unjudged(rules):
        latch, now = state.latch(listener, seen.at), state.level(listener, seen)
        counted = latch.counted or 0
        if now > counted and not state.closed:
            risen[listener.rule.name] = (listener, now - counted)
            state.set_latch(listener, seen.at, Latch(now, latch.fired, latch.outranked))
        else:
            silent.append((listener, silent_reason(state, listener, latch, now, seen)))
    for name in _outranked(rules, risen):
        listener, _ = risen.pop(name)
        latch = state.latch(listener, seen.at)
        state.set_latch(listener, seen.at, Latch(latch.counted, latch.fired, outranked=True))
        silent.append((listener, "outranked"))
    fired = [(listener, _decide(state, listener, times, seen, tickets, first)) for listener, times in risen.values()]
    for listener, reason in silent:
        state.say(seen.at, listener, None, reason)
    for listener, decision in fired:
        state.say(seen.at, listener, decision.id, None)
    # In the order of their ids, so that fines stand in the order in which payments fill them.
    for listener, decision in sorted(fired, key=lambda one: one[1].id):
        _apply(state, listener, rules, decision, seen.at)


def _outranked(rules: Rules, risen: dict[str, tuple[Listener, int]]) -> list[str]:
    """The steps that a higher step of their ladder, reached at the same moment, keeps from taking effect."""
    lower: list[str] = []
    for ladder in rules.ladders if risen else ():
        reached = [step for step in ladder.steps if step in risen]
        if ladder.takes == "highest":
            lower += reached[:-1]
    return lower


def silent_reason(state: State, listener: Listener, latch: Latch, level: int, seen: Seen) -> SilentReason:
    """Why a rule does not fire at this moment."""
    if state.closed:
        return "identity_closed"
    counted = latch.counted or 0
    lacks = listener.lacks(level, counted, state, seen)
    if lacks is not None and not (listener.every is not None and latch.fired):
        return lacks
    if level > counted:
        return "awaits_ticket"
    if latch.outranked:
        return "outranked"
    return "already_fired" if latch.fired else "true_from_start"


def _decide(state: State, listener: Listener, times: int, seen: Seen, tickets: tuple[str, ...], first: int) -> Decision:
    id = f"{listener.rule.name}@{tickets[0]}"
    because, flags = reasons(state, id, listener, seen, first)
    return Decision(
        id=id,
        at=seen.at,
        identity=state.identity,
        rule=listener.rule,
        version=listener.version,
        period=state.period_name(listener, seen.at),
        tickets=tickets,
        outcomes=tuple(_outcome(state, effect, times, seen.at, listener) for effect in listener.rule.effects),
        because=because,
        flags=flags,
    )


def _outcome(state: State, effect: Open, times: int, at: datetime, listener: Listener) -> Outcome:
    if effect.sort == "sanction":
        return impose(effect, at, times, state.zone)
    if effect.sort == "fine":
        assert effect.amount is not None
        amount = effect.amount * times if effect.each else effect.amount
        return Outcome(effect, at, None, open_until=("paid",), amount=amount, times=times)
    if effect.sort == "notice":
        return Outcome(effect, at, at, times=times)
    if effect.sort == "flag" and state.law.rules(listener.version).per_period(effect.name):
        return Outcome(effect, at, None, open_until=("period_end",), times=times)
    return Outcome(effect, at, None, permanent=True, times=times)


def _apply(state: State, listener: Listener, rules: Rules, decision: Decision, instant: datetime) -> None:
    """Open what the decision opens. No effect ends or moves anything yet, so their order does not matter."""
    state.decisions.append(decision)
    latch = state.latch(listener, instant)
    state.set_latch(listener, instant, Latch(latch.counted, True, latch.outranked))
    for ticket in decision.tickets:
        state.named[f"{decision.rule.name}@{ticket}"] = decision
    for outcome in decision.outcomes:
        effect = outcome.effect
        if effect.sort == "fine":
            assert outcome.amount is not None
            books = {name: book.number for name in effect.clears if (book := state.books.now(name)) is not None}
            until = served_at(decision.outcomes) if effect.clears_when == "served" else None
            state.fine_of[decision.id] = len(state.fines)
            state.fines.append(FineRecord(decision, effect, outcome.amount, books, until))
        elif effect.sort == "close":
            state.close()
        elif effect.sort == "flag":
            lasts = state.flag_period(listener) if rules.per_period(effect.name) else ()
            state.raise_flag(effect.name, lasts)
