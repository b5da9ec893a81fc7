"""Policy + history -> answer: every identity replayed on its own, then where each stands and which rules are silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from msgspec.structs import replace

from policyctl.history.events import Account, Problem
from policyctl.instants import Zone
from policyctl.policy.form import Overlap, Policy, Version
from policyctl.replay.admit import Admitted, admit
from policyctl.replay.answer import (
    Answer,
    Decision,
    FineStatus,
    Outcome,
    Pending,
    PeriodNow,
    Running,
    Silent,
    Status,
)
from policyctl.replay.law import Law
from policyctl.replay.measures import Seen
from policyctl.replay.run import run
from policyctl.replay.sanctions import standing
from policyctl.replay.state import FineRecord, State
from policyctl.replay.step import silent_reason
from policyctl.replay.units import number


def zone_of(policy: Policy) -> Zone:
    """The policy's time zone, the same in all its versions."""
    return Zone(policy.versions[0].settings.timezone)


def replay(policy: Policy, account: Account, at: datetime) -> Answer:
    """Replay an account up to and including the instant `at` (aware), everything on record being known."""
    zone = zone_of(policy)
    admitted = admit(policy, zone, account, at)
    law = Law(policy, zone)
    states = [
        run(law, identity, tickets, admitted.payments[identity], account.opened, at)
        for identity, tickets in admitted.tickets.items()
    ]
    version = law.versions.in_force(at)
    decisions = [decision for state in states for decision in _settled(state)]
    problems = [*admitted.problems, *(problem for state in states for problem in state.problems)]
    silent = [s for state in states if version is not None for s in _silent(state, version, at)]
    return Answer(
        policy=policy,
        zone=zone,
        merchant=account.merchant,
        at=at,
        version=version,
        incomplete=any(problem.error for problem in problems),
        decisions=tuple(sorted(decisions, key=lambda d: (d.at, d.id, d.identity))),
        status=tuple(_status(state, version, admitted, at) for state in states),
        silent=tuple(sorted(silent, key=lambda s: (s.rule.name, s.identity))),
        anomalies=tuple(sorted(problems, key=_problem_order)),
        ledger_events=tuple(event for state in states for event in state.ledger_events),
        judgements=tuple(judgement for state in states for judgement in state.judgements),
    )


def _settled(state: State) -> Iterator[Decision]:
    """The decisions with what became of them: the end of fines that are paid or dropped, and of sanctions dropped."""
    fines = {fine.decision.id: fine for fine in state.fines}
    for decision in state.decisions:
        fine = fines.get(decision.id)
        if fine is not None or state.sanctions_dropped:
            outcomes = tuple(_ended(outcome, fine, state.sanctions_dropped) for outcome in decision.outcomes)
            yield replace(decision, outcomes=outcomes)
        else:
            yield decision


def _ended(outcome: Outcome, fine: FineRecord | None, drops: Sequence[datetime]) -> Outcome:
    if outcome.effect.sort == "sanction":
        # What a step imposes at the very instant of a change of version is imposed after it.
        drop = next((drop for drop in drops if drop > outcome.start), None)
        over = drop is None or (outcome.until is not None and outcome.until <= drop)
        return outcome if over else replace(outcome, dropped=drop)
    if outcome.effect.sort != "fine" or fine is None:
        return outcome
    if fine.dropped is not None:
        return replace(outcome, until=fine.dropped, open_until=(), dropped=fine.dropped)
    return outcome if fine.paid_at is None else replace(outcome, until=fine.paid_at, open_until=())


def _problem_order(problem: Problem) -> tuple[str, str, str, str]:
    return (problem.event or "", problem.code, problem.identity or "", problem.message)


def _status(state: State, version: Version | None, admitted: Admitted, at: datetime) -> Status:
    seen = Seen(at, at)
    periods = sorted(version.periods, key=lambda p: p.ledger) if version is not None else []
    measures = [m for m in version.measures if m.declared] if version is not None else []
    cleared = {name for fine in state.fines for name in fine.books}
    sanctions = [_sanctions(state, version, at, name) for name in _sanctions_imposed(state)]
    live = {book.number: number(book.points) for name in cleared if (book := state.books.now(name)) is not None}
    return Status(
        identity=state.identity,
        ledgers=tuple(
            (p.ledger, number(book.balance)) for p in periods if (book := state.books.now(p.ledger)) is not None
        ),
        measures=tuple((m.name, state.measure(version, m.name, seen)) for m in measures if version is not None),
        flags=tuple(state.flags()),
        closed=state.closed,
        sanctions=tuple(one for running, _ in sanctions for one in running),
        waiting=tuple(one for _, waiting in sanctions for one in waiting),
        fines=tuple(_fine(fine, live, at) for fine in state.fines),
        pending=tuple(_pending(state, admitted, at)),
        periods=tuple(
            PeriodNow(
                p.ledger,
                book.name,
                book.start,
                None if p.every is None else state.zone.next_start(p.every, at),
            )
            for p in periods
            if (book := state.books.now(p.ledger)) is not None
        ),
    )


def _sanctions_imposed(state: State) -> list[str]:
    return sorted({o.effect.name for d in state.decisions for o in d.outcomes if o.effect.sort == "sanction"})


def _sanctions(state: State, version: Version | None, at: datetime, name: str) -> tuple[list[Running], list[Running]]:
    """What runs and what waits of one kind of sanction; the overlap rule is that of the version in force."""
    rules = {c.sanction: c.rule for c in version.choices if isinstance(c, Overlap)} if version is not None else {}
    return standing(name, rules.get(name, "later"), state.decisions, state.sanctions_dropped, at, state.zone)


def _fine(fine: FineRecord, live: Mapping[int, Fraction], at: datetime) -> FineStatus:
    """`live` has the points of the running books, by number of the book. A fine that is paid and waits for nothing more
    has ended what it could, even if that was nothing: what is posted afterwards is not its business."""
    settled = fine.paid_at is not None and (fine.served_at is None or fine.served_at <= at)
    pending = not settled and fine.dropped is None
    would_end = tuple((name, live[book]) for name, book in sorted(fine.books.items()) if pending and live.get(book))
    return FineStatus(
        decision=fine.decision.id,
        opened=fine.decision.at,
        amount=fine.amount,
        paid=fine.paid,
        open=fine.open,
        clears=fine.effect.clears,
        ends=would_end,
        payments=fine.payments,
        cleared_at=fine.cleared_at,
        cleared=fine.cleared,
        served_at=fine.served_at,
        dropped=fine.dropped,
    )


def _pending(state: State, admitted: Admitted, at: datetime) -> list[Pending]:
    """What is issued by the instant asked about, and not yet effective."""
    waiting = [j for j in admitted.tickets[state.identity] if j.ticket.issued <= at < j.ticket.effective]
    found = [Pending(j.ticket.id, j.ticket.effective, post.ledger, post.points) for j in waiting for post in j.posts]
    return sorted(found, key=lambda p: (p.effective, p.ticket, p.ledger))


def _silent(state: State, version: Version, at: datetime) -> Iterator[Silent]:
    """The rules in force without a standing decision in their running period."""
    seen = Seen(at, at)
    for listener in state.law.rules(version).listeners:
        latch = state.latch(listener, at)
        if not latch.fired:
            parts = listener.failing(latch.counted or 0, state, seen)
            reason = silent_reason(state, listener, latch, state.level(listener, seen), seen)
            gap = parts[0].gap if len(parts) == 1 else None
            yield Silent(listener.rule, state.identity, reason, gap, parts)
