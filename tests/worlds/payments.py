"""Payments that are aimed at fines which a history really opens: most payments at random would find none."""

from __future__ import annotations

from typing import Any

from policyctl.exact import plain
from policyctl.replay.fines import FineRecord
from tests.worlds.choices import Choices
from tests.worlds.outlook import Outlook


def aimed(choices: Choices, outlook: Outlook, id: str) -> dict[str, Any]:
    """A payment for an open fine: whole, in parts or too much; named by any ticket of its step, or not named."""
    fines = outlook.fines()
    # A fine of this very instant is most often paid by name: only then does the payment wait for it.
    fresh = [(identity, fine) for identity, fine in fines if fine.decision.at == outlook.now]
    waiting = [(identity, fine) for identity, fine in fines if fine.served_at and outlook.now < fine.served_at]
    identity, fine = choices.pick((fresh or waiting or fines) if choices.chance(0.7) else fines)
    payment: dict[str, Any] = {"event": "payment", "id": id, "at": outlook.zone.show(outlook.now)}
    if choices.chance(0.7 if fine.decision.at == outlook.now else 0.3):
        tickets = fine.decision.tickets
        payment["decision"] = f"{fine.decision.rule.name}@{choices.pick(tickets)}" if tickets else fine.decision.id
        if fine.decision.period is not None and choices.chance(0.15):
            payment["decision"] += f"/{fine.decision.period if choices.chance(0.8) else '1999'}"
    if "decision" not in payment or choices.chance(0.5):
        payment["identity"] = identity
    return {**payment, "amount": _amount(choices, fine)}


def _amount(choices: Choices, fine: FineRecord) -> str:
    left = fine.open
    shares = (left, left, left, left, left / 2, left / 2, left / 4, left * 2, left + 1)
    decimal = [share for share in shares if "/" not in plain(share)]
    return plain(choices.pick(decimal))
