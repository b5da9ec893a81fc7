"""An answer as the fixed JSON object: exact decimals as text, instants in the policy's offset.

Fields may be added, never changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from typing import Any

from policyctl.compare.record import Comparison
from policyctl.exact import plain
from policyctl.explain.compare_json import compare_json
from policyctl.history.events import Problem
from policyctl.instants import tzdata_version
from policyctl.policy.form import Chosen, condition_text
from policyctl.policy.readings import Readings
from policyctl.replay.answer import (
    Answer,
    ByPerson,
    CameBack,
    Decision,
    FineStatus,
    ForReview,
    KnownAppeal,
    Lapse,
    LatePosting,
    LedgerEvent,
    Outcome,
    PartOutcome,
    Rescinded,
    Running,
    Silent,
    Status,
    ToDo,
)
from policyctl.replay.reason import Because, Ended

SCHEMA = "policyctl/explanation/1"

Instant = Callable[[datetime | None], str | None]


def as_json(
    answer: Answer,
    identity: str | None = None,
    decision: str | None = None,
    comparison: Comparison | None = None,
) -> dict[str, Any]:
    """The object; with `identity` or `decision` only what concerns it. `comparison` is with what the platform recorded,
    of the same part of the answer."""

    readings = Readings(answer.policy)
    shown: dict[datetime | None, str | None] = {None: None}

    def instant(at: datetime | None) -> str | None:
        # Most instants stand in an answer several times.
        if at not in shown:
            shown[at] = None if at is None else answer.zone.show(at)
        return shown[at]

    def told(one: Decision) -> bool:
        return wanted(one.identity) and decision in (None, one.id)

    def wanted(one: str | None) -> bool:
        return identity is None or one is None or one == identity

    return {
        "schema": SCHEMA,
        "merchant": answer.merchant,
        "at": instant(answer.at),
        "known_at": instant(answer.known),
        "policy": {
            "name": answer.policy.name,
            "version": answer.version.since if answer.version is not None else None,
            "digest": answer.policy.digest(),
            "text_digest": answer.policy.text_digest(),
            "tzdata": tzdata_version(),
        },
        "incomplete": answer.incomplete,
        "decisions": [_decision(d, answer, readings, instant) for d in answer.decisions if told(d)],
        "status": {s.identity: _status(s, instant) for s in answer.status if wanted(s.identity)},
        "silent": [_silent(s, instant) for s in answer.silent if wanted(s.identity)],
        "rescinded": [_rescinded(r, instant) for r in answer.rescinded if told(r.decision) and not r.excess],
        "lighter": [_lighter(r, instant) for r in answer.rescinded if told(r.decision) and r.excess],
        "for_review": [_for_review(r, answer, readings, instant) for r in answer.for_review if told(r.decision)],
        "anomalies": [_anomaly(p) for p in answer.anomalies if wanted(p.identity)],
        "appeals": [_appeal(a, s, instant) for s in answer.status if wanted(s.identity) for a in s.known_appeals],
        "overrides": [_by_person(o, s, instant) for s in answer.status if wanted(s.identity) for o in s.by_people],
        "late": [_late(late, s, instant) for s in answer.status if wanted(s.identity) for late in s.late],
        "ledger_events": [_ledger_event(e, instant) for e in answer.ledger_events if wanted(e.identity)],
        "compared": compare_json(comparison, instant),
        "readings": [reading_as_json(one) for one in readings.of(answer.version)],
    }


def reading_as_json(one: Chosen) -> dict[str, Any]:
    """How an open clause was read, and why."""
    source = {"file": one.file, "line": one.line}
    return {"name": one.name, "clause": one.clause, "because": one.because, "source": source}


def _number(number: Fraction | None) -> str | None:
    return None if number is None else plain(number)


def _decision(decision: Decision, answer: Answer, readings: Readings, instant: Instant) -> dict[str, Any]:
    said = answer.policy.clause(decision.version, decision.rule, decision.line)
    exceptions = [
        {"when": one.text, "cite": one.cite} for one in answer.policy.exceptions(decision.version, decision.rule)
    ]
    return {
        "id": decision.id,
        "at": instant(decision.at),
        "identity": decision.identity,
        "rule": decision.rule.name,
        "period": decision.period,
        "effects": [effect_as_json(outcome, instant) for outcome in decision.outcomes],
        "because": [_because(because, instant) for because in decision.because],
        "flags": [{"flag": flag, "up": up} for flag, up in decision.flags],
        "cite": said.cite if said else None,
        "source": {"file": said.file, "line": said.line} if said else None,
        "readings": [one.name for one in readings.behind(decision.version, decision.rule.name)],
        "version": decision.version.since,
        "tickets": list(decision.tickets),
        **({"events": list(decision.events)} if decision.events else {}),
        **({"exceptions": exceptions} if exceptions else {}),
        **({"confirmed": decision.confirmed} if decision.confirmed is not None else {}),
    }


def _rescinded(rescinded: Rescinded, instant: Instant) -> dict[str, Any]:
    decision = rescinded.decision
    shown: dict[str, Any] = {
        "decision": decision.id,
        "owed_back": {"amount": _number(rescinded.owed), "payments": [part.payment for part in rescinded.payments]},
        "served": [{"from": instant(start), "until": instant(end)} for start, end in rescinded.served],
        "identity": decision.identity,
        "rule": decision.rule.name,
        "period": decision.period,
        "at": instant(decision.at),
        "effects": [effect_as_json(outcome, instant) for outcome in decision.outcomes],
        "appeal": rescinded.appeal,
        "parts": [{"event": part.payment, "amount": _number(part.amount)} for part in rescinded.payments],
        "paid_then": paid_then_as_json(rescinded),
        "fills_now": fills_now_as_json(rescinded),
    }
    if rescinded.kept:
        shown["kept"] = [{"payment": part.payment, "amount": _number(part.amount)} for part in rescinded.kept]
    return shown


def paid_then_as_json(rescinded: Rescinded) -> list[dict[str, str | None]]:
    """What had filled the fine of a decision before the appeal."""
    return [{"payment": part.payment, "amount": _number(part.amount)} for part in rescinded.paid]


def fills_now_as_json(rescinded: Rescinded) -> list[dict[str, str | None]]:
    """The fines that these payments fill now."""
    return [
        {"payment": part.payment, "decision": decision, "amount": _number(part.amount)}
        for decision, part in rescinded.fills
    ]


def _lighter(rescinded: Rescinded, instant: Instant) -> dict[str, Any]:
    """The same for a decision of which only some times were taken back. It is in a list of its own, for what is
    rescinded does not stand."""
    return {**_rescinded(rescinded, instant), "times": times_as_json(rescinded)}


def times_as_json(rescinded: Rescinded) -> dict[str, int]:
    """How many times a decision had, and how many it was left with."""
    return {"before": rescinded.times, "after": rescinded.left}


def _for_review(review: ForReview, answer: Answer, readings: Readings, instant: Instant) -> dict[str, Any]:
    decision = _decision(review.decision, answer, readings, instant)
    return {**decision, "appeal": review.appeal, "excess": review.excess}


def effect_as_json(outcome: Outcome, instant: Instant) -> dict[str, Any]:
    """An effect as it turned out."""
    shown = {
        "kind": outcome.effect.sort,
        "name": outcome.effect.name,
        "from": None if outcome.awaits_start else instant(outcome.start),
        "until": instant(outcome.until),
        "permanent": outcome.permanent,
        "open_until": list(outcome.open_until),
        "amount": _number(outcome.amount),
        "times": outcome.times,
        "parts": [_part(part, instant) for part in outcome.parts],
    }
    if outcome.dropped is not None:
        shown["dropped"] = instant(outcome.dropped)
    if outcome.lifted is not None:
        shown["lifted"] = instant(outcome.lifted)
    if outcome.ended:
        shown["ended"] = [{"name": name, "points": _number(points)} for name, points in outcome.ended]
    return shown


def _part(part: PartOutcome, instant: Instant) -> dict[str, Any]:
    return {"name": part.name, "until": instant(part.until), **({"permanent": True} if part.permanent else {})}


def _because(because: Because, instant: Instant) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "measure": because.measure,
        "before": _number(because.before),
        "after": _number(because.after),
        "compare": because.compare,
        "threshold": _number(because.threshold),
        "entries": [
            {
                "event": entry.event,
                "ledger": entry.ledger,
                "amount": _number(entry.amount),
                "effective": instant(entry.effective),
                "balance": _number(entry.balance),
            }
            for entry in because.entries
        ],
    }
    if because.facts:
        shown["facts"] = [
            {
                "event": fact.event,
                "kind": fact.kind,
                "name": fact.name,
                "at": instant(fact.at),
                "amount": _number(fact.amount),
            }
            for fact in because.facts
        ]
    if not because.holds:
        shown["holds"] = False
    if because.earlier is not None:
        earlier = because.earlier
        shown["earlier"] = {
            "decision": earlier.decision,
            "entries": earlier.entries,
            "balance": _number(earlier.balance),
        }
    if because.ended:
        shown["ended"] = [_ended(ended, instant) for ended in because.ended]
    return shown


def _ended(ended: Ended, instant: Instant) -> dict[str, Any]:
    return {
        "ledger": ended.ledger,
        "why": ended.why,
        "at": instant(ended.at),
        "points": _number(ended.points),
        "event": ended.event,
    }


def _status(status: Status, instant: Instant) -> dict[str, Any]:
    return {
        "ledgers": {name: _number(value) for name, value in status.ledgers},
        "measures": {name: _number(value) for name, value in status.measures},
        "flags": list(status.flags),
        "closed": status.closed,
        "sanctions": [_running(running, instant) for running in status.sanctions],
        "waiting": [_running(waiting, instant) for waiting in status.waiting],
        "fines": [_fine(fine, instant) for fine in status.fines],
        "pending": [
            {
                "ticket": pending.ticket,
                "effective": instant(pending.effective),
                "ledger": pending.ledger,
                "points": _number(pending.points),
                "triggers": list(pending.triggers),
                **({"waits": [condition_text(one) for one in pending.waits]} if pending.waits else {}),
            }
            for pending in status.pending
        ],
        "appeals": [{"event": a.appeal, "ticket": a.ticket, "at": instant(a.at)} for a in status.appeals],
        **({"lapses": [_lapse(one, instant) for one in status.lapses]} if status.lapses else {}),
        **(
            {"spared": [{"ticket": one.ticket, "at": instant(one.at)} for one in status.spared]}
            if status.spared
            else {}
        ),
        **({"to_do": [_to_do(one, instant) for one in status.to_do]} if status.to_do else {}),
    }


def _to_do(one: ToDo, instant: Instant) -> dict[str, Any]:
    shown = {"act": one.act, "until": instant(one.until), "decision": one.decision}
    return shown if one.within is None else {**shown, "within": {"act": one.within.act, "count": one.within.count}}


def _lapse(one: Lapse, instant: Instant) -> dict[str, Any]:
    return {"ledger": one.ledger, "at": instant(one.at), "points": _number(one.points)}


def _appeal(appeal: KnownAppeal, status: Status, instant: Instant) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "event": appeal.event,
        "identity": status.identity,
        "ticket": appeal.ticket,
        "outcome": appeal.outcome,
        "at": instant(appeal.at),
        "recorded": instant(appeal.recorded),
        "gone_by": appeal.gone_by,
    }
    if appeal.points is not None:
        numbers = {"points": appeal.points, "before": appeal.before, "issued": appeal.issued}
        shown |= {name: _number(number) for name, number in numbers.items()}
    back = [one for one in status.came_back if one.appeal == appeal.event]
    if back:
        shown["points_back"] = [points_back_as_json(one, instant) for one in back]
    return shown


def points_back_as_json(one: CameBack, instant: Instant) -> dict[str, Any]:
    """Points that are there again by an appeal."""
    return {
        "ledger": one.ledger,
        "points": _number(one.points),
        "payment": one.payment,
        "cleared_at": instant(one.cleared_at),
        "decision": one.decision,
    }


def _by_person(one: ByPerson, status: Status, instant: Instant) -> dict[str, Any]:
    return {
        "event": one.event,
        "identity": status.identity,
        "action": one.action,
        "at": instant(one.at),
        "recorded": instant(one.recorded),
        "by": one.by,
        "why": one.why,
        "decision": one.decision,
        "acted": one.acted,
    }


def _late(late: LatePosting, status: Status, instant: Instant) -> dict[str, Any]:
    return {
        "ticket": late.ticket,
        "identity": status.identity,
        "effective": instant(late.at),
        "ledger": late.ledger,
        "points": _number(late.points),
        "period": late.period,
    }


def _running(running: Running, instant: Instant) -> dict[str, Any]:
    return {
        "name": running.name,
        "from": None if running.awaits_start else instant(running.start),
        "until": instant(running.until),
        "permanent": running.permanent,
        "open_until": list(running.open_until),
        "decision": running.decision,
        "parts": [_part(part, instant) for part in running.parts],
        "also": list(running.also),
        **({"expected": instant(running.expected)} if running.expected else {}),
    }


def _fine(fine: FineStatus, instant: Instant) -> dict[str, Any]:
    return {
        "decision": fine.decision,
        "amount": _number(fine.amount),
        "paid": _number(fine.paid),
        "open": _number(fine.open),
        "due": instant(fine.due),
        "clears": list(fine.clears),
        "would_clear": [{"ledger": name, "points": _number(points)} for name, points in fine.ends],
        "cleared": [{"ledger": name, "points": _number(points)} for name, points in fine.cleared],
        "cleared_at": instant(fine.cleared_at),
        "served_at": instant(fine.served_at),
        "waived": _number(fine.waived),
        "payments": [
            {"event": part.payment, "at": instant(part.at), "amount": _number(part.amount)} for part in fine.payments
        ],
    }


def _silent(silent: Silent, instant: Instant) -> dict[str, Any]:
    return {
        "rule": silent.rule.name,
        "identity": silent.identity,
        "reason": silent.reason,
        "gap": _number(silent.gap),
        **({"due": instant(silent.due)} if silent.due is not None else {}),
        "parts": [
            {
                "reason": part.reason,
                "measure": part.measure,
                "value": _number(part.value),
                "compare": part.compare,
                "threshold": _number(part.threshold),
                "gap": _number(part.gap),
            }
            for part in silent.parts
        ],
    }


def _anomaly(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "event": problem.event,
        "identity": problem.identity,
        "amount": _number(problem.amount),
        "message": problem.message,
        "help": problem.help,
        "error": problem.error,
        "events": problem.events,
    }


def _ledger_event(event: LedgerEvent, instant: Instant) -> dict[str, Any]:
    return {
        "at": instant(event.at),
        "identity": event.identity,
        "ledger": event.ledger,
        "kind": event.kind,
        "points": _number(event.points),
        "period": event.period,
        "cause": event.cause,
    }
