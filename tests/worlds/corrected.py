"""What happens in a random world with corrections: one name for each thing that ought to happen often enough for a
comparison of interpreters to mean something. As in `statistics`, what was reached, never what is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import msgspec

from policyctl.history.events import Account, Appeal, Override, Ticket
from policyctl.history.known import known_at
from policyctl.policy.form import Policy
from policyctl.replay.admit import admit
from policyctl.replay.answer import Answer, Decision
from policyctl.replay.corrections import replay_corrected
from policyctl.replay.law import Law
from policyctl.replay.replay import replay, zone_of
from policyctl.replay.run import case
from tests.worlds.world import World

CORRECTED = (
    "decision rescinded",
    "money owed back",
    "money owed back that named its decision",
    "time served for nothing",
    "times taken off a decision that stands or stood",
    "money owed back for times taken off",
    "decision for review",
    "excess for review",
    "decision confirmed",
    "closure moved",
    "past reset decided otherwise by an annulment",
    "a clear stays although its fine was taken back",
    "ticket repealed",
    "ticket reduced",
    "sanction lifted",
    "fine waived",
    "sanction, fine or closure imposed",
    "something not on record yet",
    "an older revision counts",
    "ticket waits to be final",
    "late ticket out of time",
    "several corrections",
    "corrections recorded in another order",
    "appeal before its ticket takes effect",
    "several appeals on one ticket",
    "late ticket appealed",
    "ticket counts in a closed period",
    "decision about a closed period",
    "decision about a closed period rescinded or for review",
    "past reset undone or made",
    "decisions rescinded by several appeals",
    "money owed back that named no decision",
    "money owed to no one, for it paid another fine after all",
    "appeal filed and rejected",
    "appeal while its ticket waits to be final",
    "appeal on a ticket of a period that was closed since",
    *(f"{did} {when} a correction" for did in ("lift", "waive", "confirm", "impose") for when in ("before", "after")),
    "decision confirmed and then rescinded",
)


def corrected(policy: Policy, world: World) -> set[str]:
    """The things of `CORRECTED` that happen in a world, whatever it is asked."""
    account = world.account(policy)
    found: set[str] = set()
    for at, known in world.questions(policy):
        answer = replay(policy, account, at, known)
        on_record = known_at(account, known)
        found.update(_of_the_answer(answer))
        found.update(_of_the_late(answer))
        found.update(_of_people(answer))
        found.update(_of_the_record(account, on_record, known))
        found.update(_of_the_state(policy, on_record, at))
        found.update(_of_the_resets(policy, account, answer, known))
    return found


def _of_the_answer(answer: Answer) -> Iterator[str]:
    for taken in answer.rescinded:
        yield "decision rescinded"
        if taken.payments:
            yield "money owed back"
        if taken.served:
            yield "time served for nothing"
        if taken.excess:
            yield "times taken off a decision that stands or stood"
            if taken.payments:
                yield "money owed back for times taken off"
    for review in answer.for_review:
        yield "excess for review" if review.excess else "decision for review"
    effects = [(decision, outcome) for decision in answer.decisions for outcome in decision.outcomes]
    if any(decision.confirmed is not None and decision.rule.name != "impose" for decision, _ in effects):
        yield "decision confirmed"
    if any(decision.rule.name == "impose" for decision, _ in effects):
        yield "sanction, fine or closure imposed"
    if any(outcome.lifted is not None for _, outcome in effects):
        yield "sanction lifted"
    if any(fine.waived for status in answer.status for fine in status.fines):
        yield "fine waived"
    if any(event.kind == "repealed" for event in answer.ledger_events):
        yield "ticket repealed"
    if any(pending.effective is None for status in answer.status for pending in status.pending):
        yield "ticket waits to be final"
    codes = {problem.code for problem in answer.anomalies}
    if "closure-moved" in codes:
        yield "closure moved"
    if "late-ticket-out-of-time" in codes:
        yield "late ticket out of time"


def _of_the_late(answer: Answer) -> Iterator[str]:
    def closed(decision: Decision) -> bool:
        return "/" in decision.id.rpartition("@")[2]

    if any(status.late for status in answer.status):
        yield "ticket counts in a closed period"
    if any(closed(decision) for decision in answer.decisions):
        yield "decision about a closed period"
    corrected = [*(r.decision for r in answer.rescinded), *(r.decision for r in answer.for_review)]
    if any(closed(decision) for decision in corrected):
        yield "decision about a closed period rescinded or for review"
    if any(event.kind in ("reset_undone", "reset_made") for event in answer.ledger_events):
        yield "past reset undone or made"
    resets = [(event.identity, event.at) for event in answer.ledger_events if event.kind == "reset"]
    for taken in answer.rescinded:
        if any(taken.decision.identity == identity and taken.decision.at < at <= taken.at for identity, at in resets):
            yield "appeal on a ticket of a period that was closed since"


def _of_people(answer: Answer) -> Iterator[str]:
    if len({taken.appeal for taken in answer.rescinded}) > 1:
        yield "decisions rescinded by several appeals"
    if any(taken.decision.confirmed is not None and taken.decision.rule.name != "impose" for taken in answer.rescinded):
        yield "decision confirmed and then rescinded"
    for status in answer.status:
        appeals = status.known_appeals
        corrections = [appeal for appeal in appeals if appeal.outcome in ("annulled", "reduced")]
        for did in (did for did in status.by_people if did.acted):
            for correction in corrections:
                yield f"{did.action} {'before' if did.at < correction.at else 'after'} a correction"
        filed = {appeal.ticket for appeal in appeals if appeal.outcome == "filed"}
        if any(appeal.outcome == "rejected" and appeal.ticket in filed for appeal in appeals):
            yield "appeal filed and rejected"


def _of_the_record(account: Account, on_record: Account, known: datetime | None) -> Iterator[str]:
    seen = {event.id: event.revision for event in on_record.events}
    if known is not None and len(seen) < len({event.id for event in account.events}):
        yield "something not on record yet"
    if any(event.revision > seen.get(event.id, event.revision) for event in account.events):
        yield "an older revision counts"
    tickets = {event.id: event for event in on_record.events if isinstance(event, Ticket)}
    appeals = [e for e in on_record.events if isinstance(e, Appeal) and e.ticket in tickets]
    if any(number > 1 for number in Counter(appeal.ticket for appeal in appeals).values()):
        yield "several appeals on one ticket"
    for appeal in appeals:
        ticket = tickets[appeal.ticket or ""]
        if appeal.outcome != "filed" and appeal.at < ticket.effective:
            yield "appeal before its ticket takes effect"
        if appeal.outcome == "annulled" and ticket.issued.year < ticket.effective.year:
            yield "late ticket appealed"
        if ticket.final is not None and ticket.effective < appeal.at < ticket.final:
            yield "appeal while its ticket waits to be final"


def _of_the_state(policy: Policy, on_record: Account, at: datetime) -> Iterator[str]:
    zone = zone_of(policy)
    admitted, law = admit(policy, zone, on_record, at), Law(policy, zone)
    payments = {p.id: p for docket in admitted.dockets.values() for p in docket.payments}
    for identity, docket in admitted.dockets.items():
        corrections = docket.corrections
        if len(corrections) > 1:
            yield "several corrections"
        if sorted(corrections, key=lambda c: (c.at, c.id)) != corrections:
            yield "corrections recorded in another order"
        if any(appeal.outcome == "reduced" for appeal in corrections):
            yield "ticket reduced"
        state = replay_corrected(case(law, identity, docket, on_record, at), at).state
        if any(fine.ghost and fine.cleared for fine in state.fines):
            yield "a clear stays although its fine was taken back"
    for taken in replay(policy, on_record, at).rescinded:
        if any(payments[part.payment].decision is not None for part in taken.payments):
            yield "money owed back that named its decision"
        if any(payments[part.payment].decision is None for part in taken.payments):
            yield "money owed back that named no decision"
        paid = [o.amount for o in taken.decision.outcomes if o.amount is not None and o.until and not o.dropped]
        if paid and taken.owed < paid[0]:
            yield "money owed to no one, for it paid another fine after all"


def _of_the_resets(policy: Policy, account: Account, answer: Answer, known: datetime | None) -> Iterator[str]:
    """Past resets that would have been decided otherwise without annulments and without what people overrode."""
    kept = [e for e in account.events if not isinstance(e, Override) and getattr(e, "outcome", "") != "annulled"]
    plain = replay(policy, msgspec.structs.replace(account, events=tuple(kept), said=()), answer.at, known)
    blocked, before = (
        {(e.identity, e.at, e.ledger) for e in one.ledger_events if e.kind == "blocked"} for one in (answer, plain)
    )
    if blocked != before:
        yield "past reset decided otherwise by an annulment"
