"""Payments that are aimed at fines which a history really opens: most payments at random would find none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from policyctl.exact import plain
from policyctl.policy.form import Policy
from policyctl.replay.answer import FineStatus
from policyctl.replay.replay import replay
from tests.worlds.choices import Choices
from tests.worlds.instants import LAST, Instants
from tests.worlds.read import account

MOST = 3


def aimed(choices: Choices, policy: Policy, history: dict[str, Any], instants: Instants) -> list[dict[str, Any]]:
    """Up to three payments for fines that the tickets of a history open: whole or in parts, named or not, at once or at
    an end."""
    answer = replay(policy, account(history, policy), LAST)
    decisions = {decision.id: decision for decision in answer.decisions}
    fines = [(status.identity, fine) for status in answer.status for fine in status.fines]
    found: list[dict[str, Any]] = []
    while fines and len(found) < MOST:
        identity, fine = choices.pick(fines)
        at = _at(choices, instants, fine)
        payment = {
            "event": "payment",
            "id": f"{choices.pick(('Q', 'a', 'B'))}{len(found)}",
            "at": instants.zone.show(at),
        }
        if at == fine.opened or choices.chance(0.4):
            decision = decisions[fine.decision]
            payment["decision"] = f"{decision.rule.name}@{choices.pick(decision.tickets)}"
        if "decision" not in payment or choices.chance(0.5):
            payment["identity"] = identity
        share = choices.pick((fine.amount, fine.amount, fine.amount, fine.amount / 2, fine.amount * 2))
        found.append({**payment, "amount": plain(share)})
        if choices.chance(0.4):
            break
    return found


def _at(choices: Choices, instants: Instants, fine: FineStatus) -> datetime:
    """At once, some days later, when the fine's sanction is served, at a boundary, or with another event."""
    form = choices.integer(0, 9)
    if form < 2:
        at = fine.opened
    elif form < 5:
        at = fine.opened + timedelta(days=choices.integer(0, 20), hours=choices.integer(0, 23))
    elif form < 7 and fine.served_at is not None:
        at = instants.beside(fine.served_at)
    elif form < 8:
        at = instants.beside(instants.boundary(fine.opened))
    else:
        at = choices.pick(instants.drawn)
    return instants.keep(min(max(at, fine.opened), LAST))
