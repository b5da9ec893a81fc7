"""A history as the JSON that `policyctl explain` reads."""

from __future__ import annotations

from typing import Any

from policyctl.exact import plain
from policyctl.history.events import Account, Act, Event, Payment, Ticket
from policyctl.instants import Zone


def written(account: Account, zone: Zone) -> dict[str, Any]:
    """An account made of tickets, payments and acts, as one object of a history file."""
    return {"merchant": account.merchant, "events": [_event(one, zone) for one in account.events]}


def _event(event: Event, zone: Zone) -> dict[str, Any]:
    found: dict[str, Any] = {"event": event.kind, "id": event.id, "identity": event.identity}
    match event:
        case Ticket():
            if event.offence is not None:
                found["offence"] = event.offence
            if event.ledger is not None and event.points is not None:
                found |= {"ledger": event.ledger, "points": plain(event.points)}
            found["effective"] = zone.show(event.effective)
        case Payment():
            found |= {"at": zone.show(event.at), "amount": plain(event.amount)}
            if event.decision is not None:
                found["decision"] = event.decision
        case Act():
            found |= {"at": zone.show(event.at), "name": event.name}
        case _:
            raise TypeError(f"no story has a {event.kind}")
    return found
