"""What is not decided yet at the instant asked about: tickets that have no effect yet, with what they will bring, and
appeals that nothing has answered.

Assumes that the replay is over up to that instant, and goes on with copies of its state alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from policyctl.replay.admit import Docket
from policyctl.replay.answer import Decision, OpenAppeal, Pending
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.run import advance, due
from policyctl.replay.sanctions import FOR_GOOD
from policyctl.replay.state import State
from policyctl.replay.tickets import Judged


def pending(state: State, tickets: Iterable[Judged], at: datetime, last: datetime) -> tuple[Pending, ...]:
    """What is issued by an instant and not yet effective, with the decisions that it will bring; nothing is on record
    after `last`."""
    waiting = [
        judged
        for judged in tickets
        if not judged.annulled
        and judged.ticket.issued <= at
        and (judged.takes_effect is None or judged.takes_effect > at)
        and judged.ticket.id not in state.repealed
    ]
    to_come = _to_come(state, last) if waiting else []
    found = []
    for judged in waiting:
        brought = to_come if judged.takes_effect is not None else _if_final(state, judged, at)
        triggers = tuple(decision.id for decision in brought if judged.ticket.id in decision.tickets)
        for post in judged.posts:
            found.append(Pending(judged.ticket.id, judged.takes_effect, post.ledger, post.points, triggers))
    return tuple(sorted(found, key=lambda p: (p.effective or FOR_GOOD, p.ticket, p.ledger)))


def _to_come(state: State, last: datetime) -> list[Decision]:
    """The decisions to come if nothing else happens than what is on record."""
    ahead = state.copy()
    advance(ahead, last)
    return ahead.decisions[len(state.decisions) :]


def _if_final(state: State, judged: Judged, at: datetime) -> list[Decision]:
    """The decisions that a ticket which waits to be final would bring if it were final at once."""
    ahead, now = state.copy(), at + JUST_AFTER
    ahead.agenda.add(*due(replace(judged, takes_effect=now), now))
    advance(ahead, now)
    return ahead.decisions[len(state.decisions) :]


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
