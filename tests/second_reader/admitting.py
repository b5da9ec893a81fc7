"""Which events take part in a replay, and what is said of the others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from policyctl.history.events import Act, Event, Metric, Payment, Ticket
from policyctl.instants import Zone
from policyctl.policy.form import Policy, Posting, Version
from tests.second_reader.facts import Anomaly, Told, entry_kinds, ticket_kinds


def since(version: Version) -> datetime | None:
    """When a version comes into force; None: it always was."""
    return None if version.since is None else Zone(version.settings.timezone).read(version.since)


def in_force(policy: Policy, instant: datetime) -> Version | None:
    """The version in force at an instant."""
    found = None
    for version in policy.versions:
        begins = since(version)
        if begins is None or begins <= instant:
            found = version
    return found


def judging(policy: Policy, ticket: Ticket) -> Version | None:
    """The version that judges a ticket."""
    now = in_force(policy, ticket.effective)
    if now is None:
        return None
    return in_force(policy, getattr(ticket, now.settings.judge_by or "effective"))


def posts(version: Version, ticket: Ticket) -> tuple[Posting, ...]:
    """What a ticket posts in a version that judges it."""
    if ticket.offence is not None:
        return ticket_kinds(version)[ticket.offence].posts
    assert ticket.ledger is not None and ticket.points is not None
    return (Posting(ticket.ledger, ticket.points),)


def _identity(policy: Policy, event: Event, known: dict[str, Event]) -> tuple[str | None, str | None]:
    """The identity that an event says, or that of the ticket whose decision it names, or the only one there is; and
    what is wrong with it."""
    names = identities(policy)
    said = [event.identity]
    if event.decision is not None:
        about = known.get(event.decision.rpartition("@")[2])
        if isinstance(about, Ticket):
            said.append(about.identity or (names[0] if len(names) == 1 else None))
    given = [name for name in said if name is not None] or names[: 1 if len(names) == 1 else 0]
    if not given:
        return None, "missing-identity"
    if not set(given) <= set(names):
        return given[0], "unknown-identity"
    return given[0], "identity-differs" if len(set(given)) > 1 else None


def identities(policy: Policy) -> list[str]:
    """The identities of a policy."""
    return sorted({name for version in policy.versions for name in version.settings.identities})


def _wrong(version: Version, ticket: Ticket) -> str | None:
    """What is wrong with a ticket, in the version that judges it."""
    if ticket.ledger is not None and ticket.ledger not in entry_kinds(version):
        return "unknown-ledger"
    if ticket.offence is not None and ticket.offence not in ticket_kinds(version):
        return "unknown-offence"
    if ticket.offence is not None and ticket.ledger is not None and ticket.points is not None:
        said = (Posting(ticket.ledger, ticket.points),)
        return "offence-differs" if said != ticket_kinds(version)[ticket.offence].posts else None
    return None


def admit(
    policy: Policy, events: Iterable[Event], opened: datetime | None, at: datetime, anomalies: list[Anomaly]
) -> dict[str, Told]:
    """The tickets and payments of each identity that take part; what does not is added to the anomalies, unless it
    lies after `at` (a ticket: was issued after it)."""
    known = {event.id: event for event in events}
    told = {name: Told([], []) for name in identities(policy)}
    for event in known.values():
        if not isinstance(event, Ticket | Payment | Act | Metric):
            continue
        amount: Fraction | None = event.amount if isinstance(event, Payment) else None
        instant = event.effective if isinstance(event, Ticket) else event.at
        if (event.issued if isinstance(event, Ticket) else instant) > at:
            continue
        identity, wrong = _identity(policy, event, known)
        version = judging(policy, event) if isinstance(event, Ticket) else in_force(policy, instant)
        if wrong is None and opened is not None and instant < opened:
            wrong = "before-opened"
        if wrong is None and version is None:
            wrong = "before-first-version"
        if wrong is None and version is not None and isinstance(event, Ticket):
            wrong = _wrong(version, event)
        if wrong is None and isinstance(event, Act | Metric):
            wrong = f"unknown-{event.kind}"
        if wrong is not None:
            anomalies.append(Anomaly(wrong, event.id, identity, amount))
        elif identity is not None and version is not None and isinstance(event, Ticket):
            told[identity].tickets.append((event, version))
        elif identity is not None and isinstance(event, Payment):
            told[identity].payments.append(event)
    return told
