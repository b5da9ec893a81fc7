"""Which events take part in a replay, and what is said of the others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from policyctl.history.events import Act, Appeal, Decided, Event, Metric, Override, Payment, Ticket
from policyctl.instants import Zone
from policyctl.policy.currencies import finer
from policyctl.policy.form import ActKind, MetricKind, Policy, Posting, Version
from tests.second_reader.facts import Anomaly, Judged, Told, entry_kinds, sanction_kinds, ticket_kinds


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
    if ticket.ledger is not None and ticket.points is not None:
        return (Posting(ticket.ledger, ticket.points),)
    assert ticket.offence is not None
    return ticket_kinds(version)[ticket.offence].posts


def takes_effect(version: Version, ticket: Ticket) -> datetime | None:
    """When a ticket takes effect; None where it has to be final first and is not."""
    if not version.settings.wait_for_final:
        return ticket.effective
    return None if ticket.final is None else max(ticket.effective, ticket.final)


ODD = ("before-opened", "before-first-version", "unknown-act", "unknown-metric", "unknown-ticket", "unknown-decision")
"""What is said of an event only once it has happened. Everything else is an error, whatever the instant."""


def _identity(names: list[str], event: Event, known: dict[str, Event], whose: dict[str, str]) -> tuple[str | None, str]:
    """The identity that an event says, or that of what it names, or the only one there is; and what is wrong with it. A
    ticket that was left out itself is asked only where nothing else says it."""
    given = [event.identity] if event.identity is not None else []
    decided = event.decision.rpartition("@")[2].partition("/")[0] if event.decision is not None else None
    for about in (event.ticket, decided):
        named = known.get(about) if about is not None else None
        if named is not None and named.id in whose:
            given.append(whose[named.id])
        elif isinstance(named, Ticket) and not given and named.identity in names:
            given.append(str(named.identity))
    if not given:
        given = names if len(names) == 1 else []
    if not given:
        return None, _nobody(event, known)
    if not set(given) <= set(names):
        return next(name for name in given if name not in names), "unknown-identity"
    return given[0], "identity-differs" if len(set(given)) > 1 else ""


def _nobody(event: Event, known: dict[str, Event]) -> str:
    """What is wrong where nothing says whom an event concerns."""
    if event.ticket is not None and not isinstance(known.get(event.ticket), Ticket):
        return "unknown-ticket"
    if event.decision is None:
        return "missing-identity"
    about = known.get(event.decision.rpartition("@")[2].partition("/")[0])
    return "missing-identity" if isinstance(about, Ticket) else "unknown-decision"


def identities(policy: Policy) -> list[str]:
    """The identities of a policy."""
    return sorted({name for version in policy.versions for name in version.settings.identities})


def _declared(policy: Policy, name: str, kinds: type[ActKind | MetricKind]) -> bool:
    return any(isinstance(f, kinds) and f.name == name for version in policy.versions for f in version.facts)


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


def _wrong_appeal(appeal: Appeal, taken: dict[str, Judged]) -> str:
    """What is wrong with an appeal; empty where nothing is."""
    assert appeal.ticket is not None
    if appeal.ticket not in taken:
        return "unknown-ticket"
    if appeal.points is None:
        return ""
    said = posts(taken[appeal.ticket].version, taken[appeal.ticket].ticket)
    if len(said) > 1:
        return "reduced-two-ledgers"
    return "reduced-not-less" if appeal.points > said[0].points else ""


def _wrong_override(version: Version, override: Override) -> str:
    """What is wrong with an override; empty where nothing is."""
    if override.action != "impose":
        return ""
    if override.name == "fine":
        return "fine-without-amount" if override.amount is None else ""
    known = override.name == "close_identity" or override.name in sanction_kinds(version)
    return "" if known else "unknown-sanction"


def _first_things_first(event: Event) -> int:
    """Others may take their identity from tickets, and from what people imposed."""
    return 0 if isinstance(event, Ticket) else 1 if isinstance(event, Override) and event.action == "impose" else 2


def admit(
    policy: Policy, events: Iterable[Event], opened: datetime | None, at: datetime, anomalies: list[Anomaly]
) -> dict[str, Told]:
    """The events of each identity that take part up to `at` (tickets: were issued by then; corrections of the record:
    all); what does not is added to the anomalies. `events` has one revision of each."""
    known = {event.id: event for event in events}
    whose: dict[str, str] = {}
    taken: dict[str, Judged] = {}
    names = identities(policy)
    told = {name: Told() for name in names}
    for event in sorted(known.values(), key=_first_things_first):
        if not isinstance(event, Ticket | Payment | Act | Metric | Appeal | Override | Decided):
            continue
        amount: Fraction | None = event.amount if isinstance(event, Payment) else None
        instant = event.effective if isinstance(event, Ticket) else event.at
        seen = (event.issued if isinstance(event, Ticket) else instant) <= at
        identity, wrong = _identity(names, event, known, whose)
        if isinstance(event, Appeal) and not isinstance(known.get(event.ticket or ""), Ticket):
            identity, wrong = event.identity, "unknown-ticket"
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
        kinds = ActKind if isinstance(event, Act) else MetricKind
        if not wrong and isinstance(event, Act | Metric) and not _declared(policy, event.name, kinds):
            wrong = f"unknown-{event.kind}"
        named = known.get(event.ticket or "")
        if not wrong and isinstance(event, Act | Metric) and event.ticket is not None and not isinstance(named, Ticket):
            anomalies += [Anomaly("unknown-ticket", event.id, identity)] if seen else []
        if not wrong and isinstance(event, Appeal):
            wrong = _wrong_appeal(event, taken)
        if not wrong and version is not None and isinstance(event, Override):
            wrong = _wrong_override(version, event)
        if wrong and (seen or wrong not in ODD):
            anomalies.append(Anomaly(wrong, event.id, identity, amount))
        if wrong or identity is None or version is None:
            continue
        whose[event.id] = identity
        plain = isinstance(event, Ticket) or (isinstance(event, Appeal) and event.outcome == "repealed")
        if (plain or event.revision > 1) and seen and instant < event.recorded <= at:
            anomalies.append(Anomaly("recorded-after-effective", event.id, identity))
        own = told[identity]
        if isinstance(event, Ticket):
            taken[event.id] = Judged(event, version, takes_effect(version, event))
        if isinstance(event, Appeal) and event.outcome in ("annulled", "reduced"):
            own.corrections.append(event)
        elif seen and isinstance(event, Ticket):
            own.tickets.append(taken[event.id])
        elif seen and isinstance(event, Act):
            own.acts.append(event)
        elif seen and isinstance(event, Metric):
            own.metrics.append(event)
        elif seen and isinstance(event, Payment):
            own.payments.append(event)
        elif seen and isinstance(event, Appeal):
            own.appeals.append(event)
        elif seen and isinstance(event, Override):
            own.overrides.append(event)
    return told
