"""Laws of corrections, on random worlds: a correction never makes a merchant worse in the past, and what it took is
told; what is recorded later is not known before; money is never lost; stretches that are taken over change nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policyctl.explain.as_json import as_json
from policyctl.history.events import Account, Appeal, Payment, Ticket
from policyctl.policy.form import Policy
from policyctl.replay.answer import Decision
from policyctl.replay.memory import Key, key_of
from policyctl.replay.replay import replay, replayed
from policyctl.replay.taken import times_of
from tests.corrections.both_ways import growing_differs, world_differs
from tests.worlds.read import compiled
from tests.worlds.strategies import worlds
from tests.worlds.world import World


def with_appeals(account: Account, draw: st.DataObject) -> tuple[Account, list[Appeal]]:
    """The account with some of its tickets annulled, each some days after it took effect."""
    tickets = [event for event in account.events if isinstance(event, Ticket)]
    chosen = draw.draw(st.lists(st.sampled_from(tickets), max_size=3, unique_by=lambda t: t.id)) if tickets else []
    appeals = []
    for number, ticket in enumerate(chosen):
        at = ticket.effective + timedelta(days=draw.draw(st.sampled_from([0, 1, 10, 100, 400])))
        recorded = at + timedelta(days=draw.draw(st.sampled_from([0, 0, 30])))
        appeals.append(Appeal(id=f"A-{number}", ticket=ticket.id, at=at, recorded=recorded, outcome="annulled"))
    return Account(merchant=account.merchant, opened=account.opened, events=(*account.events, *appeals)), appeals


def weight(decision: Decision) -> list[tuple[str, object, object]]:
    """What a decision imposes at most: ends of sanctions, and money."""
    return [(o.effect.name, o.until if o.effect.sort == "sanction" else None, o.amount) for o in decision.outcomes]


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(worlds(), st.data())
def test_laws_of_annulments(world: World, data: st.DataObject) -> None:
    """To draw a world takes longer than to try all laws on it."""
    policy = compiled(world.texts)
    plain, asked = world.account(policy), world.instants(policy)
    account, appeals = with_appeals(plain, data)
    never_worse_in_the_past(policy, plain, account, appeals, asked)
    money_is_never_lost(policy, account, asked)
    what_is_recorded_later_is_not_known(policy, account, data.draw(st.sampled_from(asked)), asked)


def never_worse_in_the_past(
    policy: Policy, plain: Account, corrected: Account, appeals: Sequence[Appeal], asked: Sequence[datetime]
) -> None:
    if not appeals:
        return
    first = min(appeal.at for appeal in appeals)
    for at in asked:
        before = {(d.identity, key_of(d)): d for d in replay(policy, plain, at).decisions}
        after = replay(policy, corrected, at)
        taken = {(r.decision.identity, key_of(r.decision)) for r in after.rescinded if not r.excess}
        for decision in (one for one in after.decisions if one.at < first):
            held = before.get((decision.identity, key_of(decision)))
            assert held is not None, "a correction added a decision before the appeal"
            assert all(o.times <= max(h.times for h in held.outcomes) for o in decision.outcomes)
        stands = {(d.identity, key_of(d)) for d in after.decisions}
        for key in before:
            if key[1][1] < first:
                assert (key in stands) != (key in taken), "neither standing nor taken back, or both"


def money_is_never_lost(policy: Policy, account: Account, asked: Sequence[datetime]) -> None:
    for at in asked:
        answer = replay(policy, account, at)
        filled = sum((fine.paid for status in answer.status for fine in status.fines), Fraction(0))
        owed = sum((one.owed for one in answer.rescinded), Fraction(0))
        odd = sum((one.amount for one in answer.anomalies if one.amount is not None), Fraction(0))
        ids = {one.event for one in answer.anomalies if one.error}
        paid = sum((e.amount for e in account.events if isinstance(e, Payment) and e.at <= at), Fraction(0))
        kept = policy.versions[-1].settings.annulment == "stays_cleared" and bool(answer.rescinded)
        left_out = any(e.id in ids for e in account.events if isinstance(e, Payment))
        if not left_out:
            assert filled + owed + odd == paid or (kept and filled + owed + odd <= paid)


def what_is_recorded_later_is_not_known(
    policy: Policy, account: Account, known: datetime, asked: Sequence[datetime]
) -> None:
    early = Account(
        merchant=account.merchant,
        opened=account.opened,
        events=tuple(event for event in account.events if event.recorded <= known),
    )
    for at in asked:
        assert said(policy, account, at, known) == said(policy, early, at, known)


def said(policy: Policy, account: Account, at: datetime, known: datetime) -> str:
    """The whole answer, as text."""
    return json.dumps(as_json(replay(policy, account, at, known)))


@settings(deadline=None, max_examples=50, suppress_health_check=list(HealthCheck))
@given(worlds(corrected=True))
def test_laws_of_corrections(world: World) -> None:
    """Whatever is annulled, reduced, repealed, revised, or decided by people."""
    policy = compiled(world.texts)
    account, asked = world.account(policy), world.instants(policy)
    money_is_never_lost_nor_told_twice(policy, account, asked)
    appeals = [e for e in account.events if isinstance(e, Appeal) and e.outcome in ("annulled", "reduced")]
    if appeals:
        last = max(appeals, key=lambda appeal: (appeal.recorded, appeal.at, appeal.id))
        events = tuple(event for event in account.events if event.id != last.id)
        without = Account(merchant=account.merchant, opened=account.opened, events=events)
        the_last_correction_makes_nothing_worse(policy, without, account, last, asked)
        what_the_last_correction_took_is_told(policy, without, account, last)
    differs, _ = world_differs(world, (2,), ordered=False)
    assert differs is None, differs
    assert growing_differs(policy, account, asked[-1], 1) is None


def money_is_never_lost_nor_told_twice(policy: Policy, account: Account, asked: Sequence[datetime]) -> None:
    """What fills fines (those too that go on for their clearing), what is owed back and what is left over make what was
    paid."""
    for at in asked:
        found = replayed(policy, account, at)
        filled = sum((fine.paid for part in found.identities for fine in part.state.fines), Fraction(0))
        owed = sum((one.owed for one in found.answer.rescinded), Fraction(0))
        taken = [e for docket in found.admitted.dockets.values() for e in docket.payments if e.at <= at]
        ids = {payment.id for payment in taken}
        odd = sum((one.amount or Fraction(0) for one in found.answer.anomalies if one.event in ids), Fraction(0))
        assert filled + owed + odd == sum((payment.amount for payment in taken), Fraction(0))


def the_last_correction_makes_nothing_worse(
    policy: Policy, without: Account, account: Account, last: Appeal, asked: Sequence[datetime]
) -> None:
    """Before the instant of the correction that came on record last there is no decision more, no sanction or fine that
    is heavier, no closure and no flag more."""
    for at in sorted({*asked, last.at - timedelta(microseconds=1)}):
        before, after = replay(policy, without, at), replay(policy, account, at)
        held = {(d.identity, key_of(d), d.confirmed): d for d in before.decisions}
        for decision in (one for one in after.decisions if one.at < last.at):
            if decision.confirmed is not None and all(o.start >= last.at for o in decision.outcomes):
                continue  # a person confirmed it since
            old = held.get((decision.identity, key_of(decision), decision.confirmed))
            assert old is not None, decision.id
            assert heaviest(decision) <= heaviest(old), decision.id
        if at < last.at:
            for one, other in zip(before.status, after.status, strict=True):
                assert other.closed <= one.closed and set(other.flags) <= set(one.flags)


def heaviest(decision: Decision) -> int:
    """The times that a decision counts."""
    return max((outcome.times for outcome in decision.outcomes), default=0)


def what_the_last_correction_took_is_told(policy: Policy, without: Account, account: Account, last: Appeal) -> None:
    """Of every decision before it, the times that stand and those that are told as taken back are as many as they were
    before that correction came on record."""
    at = last.at - timedelta(microseconds=1)
    assert times(policy, account, at) == times(policy, without, at)


def times(policy: Policy, account: Account, at: datetime) -> dict[tuple[str, Key], int]:
    """How many times decisions stand or were taken back."""
    answer, found = replay(policy, account, at), dict[tuple[str, Key], int]()
    for decision in answer.decisions:
        found[decision.identity, key_of(decision)] = times_of(decision)
    for one in answer.rescinded:
        key = one.decision.identity, key_of(one.decision)
        found[key] = found.get(key, 0) + one.times - one.left
        assert one.excess == (one.left > 0)
    return found
