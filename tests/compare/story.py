"""Small histories with what the platform recorded, compared; times in Shanghai."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from policyctl.compare.compare import compare
from policyctl.compare.record import Comparison
from policyctl.explain.as_json import as_json
from policyctl.history.events import Account
from policyctl.history.read import read_account
from policyctl.policy.form import Policy
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay, zone_of

NODE = "rule node: general >= 20 -> suspend 3d, fine 2000 clears\n"
CLOSURE = "rule closure: year_total >= 100 -> close_identity, no_reset\n"
RULES = "policy shop\n  use standard\n" + NODE + CLOSURE


def policy(*texts: str) -> Policy:
    """The policy of one file, or of one for each version."""
    files = [PolicyText(f"{n}.policy", Path(f"{n}.policy"), text.encode()) for n, text in enumerate(texts)]
    result = compile_texts(files)
    [found] = result.policies.values()
    assert found is not None, [(one.code, one.message) for one in result.findings]
    return found


def account(of: Policy, *events: dict[str, Any]) -> Account:
    """An account with these events."""
    return read_account(json.dumps({"merchant": "m-1", "events": events}), zone_of(of), "story.json")


def answered(of: Policy, one: Account, at: str, known: str | None = None) -> Answer:
    """The replay of an account."""
    zone = zone_of(of)
    return replay(of, one, zone.read(at), None if known is None else zone.read(known))


def compared(of: Policy, *events: dict[str, Any], at: str, known: str | None = None) -> Comparison:
    """The comparison with causes; there has to be one."""
    one = account(of, *events)
    found = compare(of, one, answered(of, one, at, known))
    assert found is not None
    return found


def told(of: Policy, *events: dict[str, Any], at: str, known: str | None = None) -> Any:
    """The field `compared` of the JSON object."""
    one = account(of, *events)
    answer = answered(of, one, at, known)
    return json.loads(json.dumps(as_json(answer, comparison=compare(of, one, answer))))["compared"]


def verdicts(found: Comparison) -> list[str]:
    """Event (or what lacks one): verdicts; cause, with what it names."""
    lines = []
    for pair in found.pairs:
        assert pair.actual is not None or pair.expected is not None
        who = pair.actual.id if pair.actual is not None else ""
        if pair.expected is not None:
            who = f"{who} {pair.expected.decision.id} {pair.expected.name}".strip()
        line = f"{who}: {' '.join(pair.verdicts)}"
        if (cause := pair.cause) is not None:
            parts = [cause.kind, *cause.events, cause.decision, cause.version, cause.instead]
            line += f"; {' '.join(part for part in parts if part is not None)}"
        lines.append(line)
    return lines


def ticket(id: str, points: int, effective: str, ledger: str = "general", **more: Any) -> dict[str, Any]:
    """A ticket of the promoter."""
    named = {"event": "ticket", "id": id, "identity": "promoter", "ledger": ledger, "points": str(points)}
    return {**named, "effective": effective, **more}


def suspended(id: str, start: str, until: str | None, **more: Any) -> dict[str, Any]:
    """The platform suspended the promoter."""
    return {**decided(id, "suspend", start), "from": start, "until": until, **more}


def fined(id: str, amount: str, at: str, **more: Any) -> dict[str, Any]:
    """The platform fined the promoter."""
    return decided(id, "fine", at, amount=amount, **more)


def decided(id: str, name: str, at: str, **more: Any) -> dict[str, Any]:
    """Something that the platform recorded."""
    return {"event": "decided", "id": id, "identity": "promoter", "name": name, "at": at, **more}


def override(id: str, action: str, at: str, **more: Any) -> dict[str, Any]:
    """What a person decided."""
    return {"event": "override", "id": id, "action": action, "at": at, "by": "Lin", "why": "agreed", **more}


def appeal(id: str, of: str, outcome: str, at: str, **more: Any) -> dict[str, Any]:
    """An appeal against a ticket."""
    return {"event": "appeal", "id": id, "ticket": of, "outcome": outcome, "at": at, **more}
