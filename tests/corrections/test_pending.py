"""A law of pending tickets, on random worlds with corrections: what one is said to trigger is what will stand."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from policyctl.history.events import Account, Appeal, Event, Ticket
from policyctl.replay.admit import when
from policyctl.replay.replay import replay, replayed
from tests.worlds.world import seeded

SEEDS, HISTORIES = (2, 4, 5, 6), 6
ENOUGH = 3
"""Tickets of a seed that trigger something."""


def is_known(event: Event, at: datetime) -> bool:
    """Whether an event matters to an answer at an instant: what was annulled or reduced does at any."""
    if isinstance(event, Ticket):
        return event.issued <= at
    if isinstance(event, Appeal) and event.outcome in ("annulled", "reduced"):
        return True
    return when(event) <= at


def corrected(account: Account) -> bool:
    """Whether a ticket is annulled or reduced."""
    return any(isinstance(one, Appeal) and one.outcome in ("annulled", "reduced") for one in account.events)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pending_ticket_triggers_what_will_stand(seed: int) -> None:
    """Just before a ticket takes effect: if nothing happens but what is known then, the decisions about it that stand
    once all pending tickets have taken effect."""
    policy, worlds = seeded(seed, HISTORIES, corrected=True)
    triggering = 0
    for account in filter(corrected, (world.account(policy) for world in worlds)):
        for ticket in (one for one in account.events if isinstance(one, Ticket) and one.issued < one.effective):
            at = ticket.effective - timedelta(microseconds=1)
            asked = replayed(policy, account, at)
            known = replace(account, events=tuple(one for one in account.events if is_known(one, at)))
            for status in asked.answer.status:
                judged = asked.admitted.dockets[status.identity].tickets
                last = max((one.takes_effect for one in judged if one.takes_effect is not None), default=at)
                pending = [one for one in status.pending if one.effective is not None]
                stand = [one for one in replay(policy, known, last).decisions if one.identity == status.identity]
                for one in pending:
                    expected = {decision.id for decision in stand if one.ticket in decision.tickets}
                    assert set(one.triggers) == expected
                    triggering += bool(expected)
    assert triggering >= ENOUGH
