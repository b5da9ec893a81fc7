"""Which events take part in a replay, and what is said of the others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from policyctl.history.events import Act, Event, Metric, Payment, Ticket
from policyctl.instants import Zone
from policyctl.policy.currencies import finer
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


ODD = ("before-opened", "before-first-version", "unknown-act", "unknown-metric", "unknown-decision")
"""What is said of an event only once it has happened. Everything else is an error, whatever the instant."""


def _identity(names: list[str], event: Event, known: dict[str, Event], taken: dict[str, str]) -> tuple[str | None, str]:
    """The identity that an event says, or that of the ticket whose decision it names, or the only one there is; and
    what is wrong with it. A ticket that was left out itself is asked only where nothing else says it."""
    given = [event.identity] if event.identity is not None else []
    about = known.get(event.decision.rpartition("@")[2].partition("/")[0]) if event.decision is not None else None
    if isinstance(about, Ticket):
        if about.id in taken:
            given.append(taken[about.id])
        elif not given and about.identity in names:
            given.append(str(about.identity))
    if not given:
        given = names if len(names) == 1 else []
    if not given:
        return None, "missing-identity" if event.decision is None or isinstance(about, Ticket) else "unknown-decision"
    if not set(given) <= set(names):
        return given[0], "unknown-identity"
    return given[0], "identity-differs" if len(set(given)) > 1 else ""


def identities(policy: Policy) -> list[str]:
    """The identities of a policy."""
    return sorted({name for version in policy.versions for name in version.settings.identities})


def _wrong(version: Version, ticket: Ticket) -> str:
    """What is wrong with a ticket, in the version that judges it; empty where nothing is."""
    if ticket.ledger is not None and ticket.ledger not in entry_kinds(version):
        return "unknown-ledger"
    if ticket.offence is not None and ticket.offence not in ticket_kinds(version):
        return "unknown-offence"
    if ticket.offence is not None and ticket.ledger is not None and ticket.points is not None:
        said = (Posting(ticket.ledger, ticket.points),)
        return "offence-differs" if said != ticket_kinds(version)[ticket.offence].posts else ""
    return ""


def admit(
    policy: Policy, events: Iterable[Event], opened: datetime | None, at: datetime, anomalies: list[Anomaly]
) -> dict[str, Told]:
    """The tickets and payments of each identity that take part up to `at` (tickets: were issued by then); what does not
    is added to the anomalies."""
    known = {event.id: event for event in events}
    taken: dict[str, str] = {}
    names = identities(policy)
    told = {name: Told([], []) for name in names}
    for event in sorted(known.values(), key=lambda event: not isinstance(event, Ticket)):
        if not isinstance(event, Ticket | Payment | Act | Metric):
            continue
        amount: Fraction | None = event.amount if isinstance(event, Payment) else None
        instant = event.effective if isinstance(event, Ticket) else event.at
        seen = (event.issued if isinstance(event, Ticket) else instant) <= at
        identity, wrong = _identity(names, event, known, taken)
        version = judging(policy, event) if isinstance(event, Ticket) else in_force(policy, instant)
        if not wrong and opened is not None and instant < opened:
            wrong = "before-opened"
        if not wrong and version is None:
            wrong = "before-first-version"
        if not wrong and version is not None and isinstance(event, Ticket):
            wrong = _wrong(version, event)
        currency = version.settings.currency if version is not None else None
        if not wrong and amount is not None and currency is not None and finer(amount, currency):
            wrong = "amount-finer-than-currency"
        if not wrong and isinstance(event, Act | Metric):
            wrong = f"unknown-{event.kind}"
        if wrong and (seen or wrong not in ODD):
            anomalies.append(Anomaly(wrong, event.id, identity, amount))
        if wrong or identity is None or version is None:
            continue
        if isinstance(event, Ticket):
            taken[event.id] = identity
            if event.effective < event.recorded <= at:
                anomalies.append(Anomaly("recorded-after-effective", event.id, identity))
        if seen and isinstance(event, Ticket):
            told[identity].tickets.append((event, version))
        elif seen and isinstance(event, Payment):
            told[identity].payments.append(event)
    return told
