"""Small histories written by hand: a line per event, times in Shanghai."""

from __future__ import annotations

import json
from typing import Any

from policyctl.explain.as_json import as_json
from policyctl.history.read import read_account
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.replay.replay import replay, zone_of

CARD = "general >= 20 -> suspend 3d, fine 2000 clears\nyear_total >= 100 -> close_identity, no_reset\n"
SERVED = CARD.replace("clears", "clears when served")
STAYS = "policy stays\n  use standard\n  annulment stays cleared\n" + CARD


def told(
    policy: str,
    *events: dict[str, Any],
    at: str,
    known: str | None = None,
    opened: str | None = None,
    attributes: dict[str, Any] | None = None,
) -> Any:
    """What `policyctl explain --format json` says of these events under a policy text."""
    from pathlib import Path

    [compiled] = compile_texts([PolicyText("story.policy", Path("story.policy"), policy.encode())]).policies.values()
    assert compiled is not None
    zone = zone_of(compiled)
    said = {"merchant": "m-1", "opened": opened, "attributes": attributes, "events": events}
    account = read_account(json.dumps(said), zone, "story.json")
    answer = replay(compiled, account, zone.read(at), None if known is None else zone.read(known))
    return json.loads(json.dumps(as_json(answer)))


def ticket(id: str, ledger: str, points: str, effective: str, **more: Any) -> dict[str, Any]:
    """A ticket that carries its ledger and points."""
    return {
        "event": "ticket",
        "id": id,
        "identity": "promoter",
        "ledger": ledger,
        "points": points,
        "effective": effective,
        **more,
    }


def payment(id: str, amount: str, at: str, **more: Any) -> dict[str, Any]:
    """Money that names no decision, unless `more` does."""
    return {"event": "payment", "id": id, "identity": "promoter", "amount": amount, "at": at, **more}


def appeal(id: str, of: str, outcome: str, at: str, **more: Any) -> dict[str, Any]:
    """An appeal against a ticket."""
    return {"event": "appeal", "id": id, "ticket": of, "outcome": outcome, "at": at, **more}


def override(id: str, action: str, at: str, **more: Any) -> dict[str, Any]:
    """What a person decided."""
    return {"event": "override", "id": id, "action": action, "at": at, "by": "Lin", "why": "agreed", **more}


def ids(answer: Any) -> list[str]:
    """The decisions that stand."""
    return [decision["id"] for decision in answer["decisions"]]


def promoter(answer: Any) -> Any:
    """Where the promoter stands."""
    return answer["status"]["promoter"]


def codes(answer: Any) -> list[str]:
    """What is odd or wrong."""
    return [anomaly["code"] for anomaly in answer["anomalies"]]
