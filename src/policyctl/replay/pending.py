"""What is not decided yet at the instant asked about: tickets that have no effect yet, with what they will bring, and
appeals that nothing has answered; and what is to be done.

Assumes that the replay is over up to that instant, and goes on with copies of its state. Where a correction lies ahead,
what comes before it stands only if it stood without the correction: then everything is replayed once more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from policyctl.instants import NEVER, Length
from policyctl.policy.form import Condition, EntryKind
from policyctl.replay.admit import Docket
from policyctl.replay.answer import Decision, OpenAppeal, Outcome, Pending, ToDo
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.corrections import replay_corrected
from policyctl.replay.measures import Seen
from policyctl.replay.occasions import Required
from policyctl.replay.rounds import acts_since, is_done
from policyctl.replay.run import Case, advance, due
from policyctl.replay.sanctions import FOR_GOOD
from policyctl.replay.state import State
from policyctl.replay.tickets import Judged


def pending(case: Case, state: State, tickets: Iterable[Judged], at: datetime) -> tuple[Pending, ...]:
    """What is issued by an instant and not yet effective, with the decisions that it will bring, and while what it may
    have to wait. `tickets` are those of the case by what they count now."""
    parked = {judged.ticket.id for judged in state.parked}
    waiting = [
        judged
        for judged in tickets
        if not judged.annulled
        and judged.ticket.issued <= at
        and (judged.takes_effect is None or judged.takes_effect > at or judged.ticket.id in parked)
        and judged.ticket.id not in state.repealed
    ]
    to_come = _to_come(case, state, at) if waiting else []
    found = []
    for judged in waiting:
        brought = to_come if judged.takes_effect is not None else _if_final(case, state, judged, at)
        triggers = tuple(decision.id for decision in brought if judged.ticket.id in decision.tickets)
        for post in judged.posts:
            effective = None if judged.ticket.id in parked else judged.takes_effect
            found.append(Pending(judged.ticket.id, effective, post.ledger, post.points, triggers, _waits(judged)))
    return tuple(sorted(found, key=lambda p: (p.effective or FOR_GOOD, p.ticket, p.ledger)))


def _waits(judged: Judged) -> tuple[Condition, ...]:
    """While what a ticket may have to wait, once it has a date to take effect."""
    ledgers = {post.ledger for post in judged.posts} if judged.takes_effect is not None else set()
    kinds = (fact for fact in judged.version.facts if isinstance(fact, EntryKind) and fact.name in ledgers)
    return tuple(dict.fromkeys(fact.waits for fact in kinds if fact.waits is not None))


def _to_come(case: Case, state: State, at: datetime) -> list[Decision]:
    """The decisions that stand if nothing else happens than what is on record."""
    if _corrected_later(state, at):
        return replay_corrected(case, case.last).state.decisions
    ahead = state.copy()
    advance(ahead, case.last)
    return ahead.decisions


def _if_final(case: Case, state: State, judged: Judged, at: datetime) -> list[Decision]:
    """The decisions that stand if a ticket which waits to be final is final at once; before the first version is in
    force, nothing can be."""
    if state.version is None:
        return []
    now = at + JUST_AFTER
    if _corrected_later(state, at):
        id = judged.ticket.id
        tickets = [replace(one, takes_effect=now) if one.ticket.id == id else one for one in case.tickets]
        return replay_corrected(replace(case, tickets=tuple(tickets)), now).state.decisions
    ahead = state.copy()
    ahead.agenda.add(*due(replace(judged, takes_effect=now), now))
    advance(ahead, now)
    return ahead.decisions


def _corrected_later(state: State, at: datetime) -> bool:
    """Whether a correction lies behind an instant: what stood before it is in memory only up to the instant."""
    return any(instant > at for instant in state.memory.instants.values())


def open_appeals(docket: Docket, at: datetime) -> tuple[OpenAppeal, ...]:
    """Appeals filed that nothing has answered since, by an instant; of one ticket the last."""
    last: dict[str | None, datetime] = {}
    for one in (*docket.appeals, *docket.corrections):
        if one.outcome != "filed" and one.at <= at:
            last[one.ticket] = max(one.at, last.get(one.ticket, one.at))
    filed = {
        one.ticket: one
        for one in sorted(docket.appeals, key=lambda one: (one.at, one.id))
        if one.outcome == "filed" and (one.ticket not in last or last[one.ticket] < one.at)
    }
    return tuple(OpenAppeal(one.id, ticket, one.at) for ticket, one in sorted(filed.items()) if ticket is not None)


def to_do(state: State, decisions: Iterable[Decision], at: datetime) -> tuple[ToDo, ...]:
    """What is required within a time that runs, and that is not done, by date. Of a closed identity nothing comes."""
    found = [
        ToDo(one.effect.name, one.until, decision.id, left)
        for decision in decisions
        for one in decision.outcomes
        if one.effect.sort == "require" and one.opened.due is not None
        for left in [_left(state, one, at)]
        if left is not None or (one.until is not None and one.until > at)
        if not is_done(state, Required(one.effect.name, one.start, decision.tickets))
    ]
    return () if state.closed else tuple(sorted(found, key=lambda one: (one.until or NEVER, one.decision, one.act)))


def _left(state: State, one: Outcome, at: datetime) -> Length | None:
    """Within how many more acts something is required; None where it is a time, or they are over."""
    due = one.opened.due
    if due is None or due.act is None:
        return None
    left = due.count - acts_since(state, due.act, one.start, Seen(at, at))
    return Length(left, "act", act=due.act) if left > 0 else None
