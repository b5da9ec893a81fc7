"""Which events a policy can take: identities, offences and ledgers resolved, everything else reported.

Nothing is dropped in silence: an event either is handed on, or has a `Problem`. Problems of events that lie after the
instant asked about are not reported, for the answer does not depend on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

import msgspec

from policyctl.exact import plain
from policyctl.history.events import (
    Account,
    Act,
    Appeal,
    Decided,
    Event,
    Metric,
    Override,
    Payment,
    Problem,
    Ticket,
)
from policyctl.instants import Zone
from policyctl.policy.currencies import finer, said_finer
from policyctl.policy.form import ActKind, MetricKind, Policy, SanctionKind
from policyctl.replay.anchors import Anchors
from policyctl.replay.books import DATES
from policyctl.replay.refused import (
    Refused,
    nearest,
    of_version,
    problem,
    said_points,
    ticket_of,
    unknown_decision,
    unknown_ticket,
)
from policyctl.replay.tickets import Judged, Tickets
from policyctl.replay.unlisted import listed, unlisted
from policyctl.replay.versions import Versions


class Docket(msgspec.Struct):
    """What the policy takes of one identity: `tickets` as they were first known, `corrections` of the record (annulled
    and reduced) in the order in which they were recorded, and all that happens at its own instant."""

    tickets: list[Judged] = msgspec.field(default_factory=list)
    payments: list[Payment] = msgspec.field(default_factory=list)
    corrections: list[Appeal] = msgspec.field(default_factory=list)
    appeals: list[Appeal] = msgspec.field(default_factory=list)
    overrides: list[Override] = msgspec.field(default_factory=list)
    metrics: list[Metric] = msgspec.field(default_factory=list)
    acts: list[Act] = msgspec.field(default_factory=list)
    decided: list[Decided] = msgspec.field(default_factory=list)


class Admitted(msgspec.Struct):
    """What the policy takes from an account, by identity, and what it does not. `whose` has the identity of every
    event for which it could be told; `refused` are the events that are left out, or would be at a later instant."""

    dockets: dict[str, Docket] = msgspec.field(default_factory=dict)
    problems: list[Problem] = msgspec.field(default_factory=list)
    whose: dict[str, str] = msgspec.field(default_factory=dict)
    refused: set[str] = msgspec.field(default_factory=set)


def admit(policy: Policy, zone: Zone, account: Account, at: datetime) -> Admitted:
    """Sort the events of an account by identity and kind; report what the policy cannot take."""
    return _Admission(policy, zone, account, at).run()


class _Admission:
    def __init__(self, policy: Policy, zone: Zone, account: Account, at: datetime) -> None:
        self._policy, self._zone, self._account, self._at = policy, zone, account, at
        self._versions = Versions(policy, zone)
        self._tickets = {e.id: e for e in account.events if isinstance(e, Ticket)}
        self._admitted: dict[str, Judged] = {}
        self._whose: dict[str, str] = {}
        self._identities = tuple(dict.fromkeys(i for v in policy.versions for i in v.settings.identities))
        # What happened outside is no matter of one version: a rule may look at acts from before it.
        facts = [fact for version in policy.versions for fact in version.facts]
        self._acts = {fact.name for fact in facts if isinstance(fact, ActKind)}
        self._metrics = {fact.name for fact in facts if isinstance(fact, MetricKind)}
        self._lists = listed(policy)
        self._judging = Tickets(policy, zone, self._versions, account.attributes)

    def run(self) -> Admitted:
        out = Admitted({identity: Docket() for identity in self._identities})
        out.problems.extend(self._account.problems)
        anchors = Anchors.of(self._zone, self._account.opened, self._account.attributes, ())
        out.problems.extend(anchors.missing(self._policy))
        out.problems.extend(unlisted(self._lists, self._account.attributes))
        # Other events may take their identity from tickets, and from what a person imposed.
        for event in sorted(self._account.events, key=_sources_first):
            seen = self._known_from(event) <= self._at
            identity = event.identity
            try:
                if isinstance(event, Appeal) and event.ticket not in self._tickets:
                    raise unknown_ticket(event)
                identity = out.whose[event.id] = self._identity(event)
                self._check_time(event)
                self._take(event, identity, out.dockets[identity], seen)
                self._whose[event.id] = identity
                if seen:
                    out.problems.extend(self._notes(event, identity))
            except Refused as refused:
                out.refused.add(event.id)
                # What is wrong with an event is wrong at any instant; what is odd about it only once it has happened.
                if refused.error or seen:
                    out.problems.append(problem(event, identity, refused))
        for docket in out.dockets.values():
            docket.corrections.sort(key=lambda appeal: (appeal.recorded, appeal.at, appeal.id))
        return out

    def _take(self, event: Event, whose: str, docket: Docket, seen: bool) -> None:
        """Enter an event in the docket of its identity."""
        match event:
            case Ticket():
                judged = self._admitted[event.id] = self._judging.judged(event, whose)
                if seen:
                    docket.tickets.append(judged)
            case Payment():
                self._check_money(event, event.amount)
                if seen:
                    docket.payments.append(event)
            case Appeal():
                self._check_appeal(event)
                # What was annulled or reduced never counted otherwise, also before the appeal.
                if event.outcome in ("annulled", "reduced"):
                    docket.corrections.append(event)
                elif seen:
                    docket.appeals.append(event)
            case Override():
                self._check_override(event)
                if seen:
                    docket.overrides.append(event)
            case Decided():
                if seen:
                    docket.decided.append(event)
            case Act():
                self._check_known(event, event.name, self._acts)
                if seen:
                    docket.acts.append(event)
            case Metric():
                self._check_known(event, event.name, self._metrics)
                if seen:
                    docket.metrics.append(event)
            case _:
                raise AssertionError(event)

    def _notes(self, event: Event, identity: str) -> Iterator[Problem]:
        """What is odd about an event that counts all the same."""
        if event.ticket is not None and event.ticket not in self._tickets:
            yield problem(event, identity, unknown_ticket(event))
        if isinstance(event, Ticket):
            yield from unlisted(self._lists, event.attributes, event)
        repeal = isinstance(event, Appeal) and event.outcome == "repealed"
        if isinstance(event, Ticket) or repeal or event.revision > 1:
            yield from self._recorded_late(event, identity)

    def _recorded_late(self, event: Event, identity: str) -> Iterator[Problem]:
        if when(event) < event.recorded <= self._at:
            which = f"revision {event.revision} of " if event.revision > 1 else ""
            yield Problem(
                code="recorded-after-effective",
                message=f"{which}{event.kind} {event.id} came on record only after it had taken effect",
                event=event.id,
                identity=identity,
                help="it counts from when it took effect; an answer given before it was recorded may have differed",
                error=False,
            )

    def _check_appeal(self, appeal: Appeal) -> None:
        assert appeal.ticket is not None
        if appeal.ticket not in self._admitted:
            raise Refused(
                "unknown-ticket",
                f"appeal {appeal.id} is against ticket {appeal.ticket}, which was left out",
                "correct the ticket first",
                error=False,
                named=appeal.ticket,
            )
        self._check_in_time(appeal, self._admitted[appeal.ticket])
        if appeal.points is None:
            return
        judged = self._admitted[appeal.ticket]
        if len(judged.posts) > 1:
            raise Refused(
                "reduced-two-ledgers",
                f"appeal {appeal.id} reduces ticket {appeal.ticket}, which posts to {len(judged.posts)} ledgers, and"
                " does not say which of them",
                "annul the ticket, and issue one for each ledger",
                named=appeal.ticket,
            )
        before = judged.posts[0].points if judged.posts else Fraction(0)
        if appeal.points > before:
            raise Refused(
                "reduced-not-less",
                f"appeal {appeal.id} reduces ticket {appeal.ticket} to {said_points(appeal.points)}, and it has only"
                f" {plain(before)}",
                "write the points that are left after the reduction",
                named=appeal.ticket,
            )

    def _check_in_time(self, appeal: Appeal, judged: Judged) -> None:
        """One that is filed too late is not heard. What was decided all the same counts: people decide."""
        bound = judged.version.settings.appeals
        if bound is None or appeal.outcome != "filed":
            return
        last = self._zone.after(DATES[bound.dated](judged.ticket), bound.length)
        if appeal.at > last:
            raise Refused(
                "appeal-too-late",
                f"appeal {appeal.id} was filed later than the policy allows, and is not heard; it could be filed until"
                f" {self._zone.show(last)}",
                "the policy says how long in `no appeals more than`",
                error=False,
            )

    def _check_money(self, event: Payment | Override, amount: Fraction) -> None:
        """Nobody pays a part of the smallest unit of a currency, so there is a slip in the amount."""
        version = self._versions.in_force(event.at)
        currency = version.settings.currency if version is not None else None
        if currency is not None and finer(amount, currency):
            raise Refused(
                "amount-finer-than-currency",
                f"{event.kind} {event.id} has the amount {plain(amount)}, which nobody can pay: {said_finer(currency)}",
                "write the amount that was paid, or is to be paid",
            )

    def _check_override(self, override: Override) -> None:
        if override.action != "impose":
            return
        if override.amount is not None:
            self._check_money(override, override.amount)
        version = self._versions.in_force(override.at)
        assert version is not None and override.name is not None
        names = {fact.name for fact in version.facts if isinstance(fact, SanctionKind)}
        if override.name == "fine" and override.amount is None:
            raise Refused(
                "fine-without-amount",
                f"override {override.id} imposes a fine and does not say how much",
                "add `amount`",
            )
        if override.name not in {*names, "fine", "close_identity"}:
            raise Refused(
                "unknown-sanction",
                f"override {override.id} imposes `{override.name}`, which {of_version(version)} does not have",
                nearest(override.name, {*names, "fine", "close_identity"}),
                named=override.name,
            )

    def _known_from(self, event: Event) -> datetime:
        """From when on an answer can depend on the event: a ticket already when it is issued (pending)."""
        return event.issued if isinstance(event, Ticket) else when(event)

    def _identity(self, event: Event) -> str:
        named = [event.identity] if event.identity is not None else []
        for ticket in (event.ticket, ticket_of(event.decision) if event.decision is not None else None):
            if ticket is not None and (found := self._identity_of(ticket, certain=bool(named))) is not None:
                named.append(found)
        if not named and len(self._identities) == 1:
            return self._identities[0]
        if not named and event.ticket is not None and event.ticket not in self._tickets:
            raise unknown_ticket(event)
        if not named and event.decision is not None and ticket_of(event.decision) not in self._tickets:
            raise unknown_decision(event)
        if not named:
            raise Refused(
                "missing-identity",
                f"{event.kind} {event.id} does not say which identity it concerns",
                f"add `identity`: one of {', '.join(self._identities)}",
            )
        for name in named:
            if name not in self._identities:
                raise Refused(
                    "unknown-identity",
                    f"{event.kind} {event.id} has the identity `{name}`, which the policy does not know",
                    nearest(name, self._identities),
                    named=name,
                )
        if len(set(named)) > 1:
            raise Refused(
                "identity-differs",
                f"{event.kind} {event.id} says identity `{named[0]}` and concerns something of `{named[1]}`",
                "leave `identity` out: it is taken from the ticket or decision that the event names",
            )
        return named[0]

    def _identity_of(self, ticket: str, certain: bool) -> str | None:
        """The identity of a ticket that an event names; that of one that was itself left out only where nothing else
        (not `certain`) says whom the event concerns."""
        admitted = self._whose.get(ticket)
        if admitted is not None or certain or ticket not in self._tickets:
            return admitted
        said = self._tickets[ticket].identity
        return said if said in self._identities else None

    def _check_time(self, event: Event) -> None:
        opened = self._account.opened
        if opened is not None and when(event) < opened:
            raise Refused(
                "before-opened",
                f"{event.kind} {event.id} lies before the account was opened and is left out",
                "check the date of the event and `opened` of the account",
                error=False,
            )
        if self._versions.in_force(when(event)) is None:
            raise Refused(
                "before-first-version",
                f"{event.kind} {event.id} lies before the first version of the policy and is left out",
                f"the first version is in force from {self._policy.versions[0].since}",
                error=False,
            )

    def _check_known(self, event: Act | Metric, name: str, known: set[str]) -> None:
        if name in known:
            return
        raise Refused(
            "unknown-act" if isinstance(event, Act) else "unknown-metric",
            f"{event.kind} {event.id}: the policy knows no {event.kind} `{name}`, so it changes nothing",
            nearest(name, known) if known else None,
            error=False,
            named=name,
        )


def _sources_first(event: Event) -> int:
    if isinstance(event, Ticket):
        return 0
    return 1 if isinstance(event, Override) and event.action == "impose" else 2


def when(event: Event) -> datetime:
    """The instant at which an event takes effect."""
    if isinstance(event, Ticket):
        return event.effective
    assert isinstance(event, (Payment, Appeal, Act, Metric, Override, Decided))
    return event.at
