"""A timeline as one JSON object: exact decimals as text, instants in the policy's offset. Fields may be added, never
changed; `docs/timeline.md` lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from fractions import Fraction
from typing import Any

from policyctl.exact import plain
from policyctl.explain.as_json import (
    effect_as_json,
    fills_now_as_json,
    paid_then_as_json,
    points_back_as_json,
    times_as_json,
)
from policyctl.history.events import Decided, Event, Override, Problem, Ticket
from policyctl.instants import tzdata_version
from policyctl.replay.answer import Decision, LedgerEvent
from policyctl.replay.course import Moved
from policyctl.timeline.rows import (
    DecisionRow,
    EventRow,
    FlagRow,
    LedgerRow,
    RescindedRow,
    ReviewRow,
    Row,
    SanctionRow,
    StandingRow,
    Timeline,
    VersionRow,
)

SCHEMA = "policyctl/timeline/1"

Instant = Callable[[datetime | None], str | None]
Object = dict[str, Any]


def as_json(timeline: Timeline, identity: str | None = None) -> Object:
    """The object; with `identity` only the rows that concern it, and those of which nobody can tell whom they
    concern."""
    answer = timeline.answer

    def instant(at: datetime | None) -> str | None:
        return None if at is None else answer.zone.show(at)

    return {
        "schema": SCHEMA,
        "merchant": answer.merchant,
        "at": instant(answer.at),
        "known_at": instant(answer.known),
        "order": timeline.order,
        "policy": {
            "name": answer.policy.name,
            "version": answer.version.since if answer.version is not None else None,
            "digest": answer.policy.digest(),
            "text_digest": answer.policy.text_digest(),
            "tzdata": tzdata_version(),
        },
        "incomplete": answer.incomplete,
        "taken_together": timeline.grouped,
        "entries": [
            _row(row, instant) for row in timeline.rows if identity is None or row.identity in (None, identity)
        ],
    }


def _row(row: Row, instant: Instant) -> Object:
    shown: Object = {"at": instant(row.at), "recorded": instant(row.recorded), "identity": row.identity}
    if row.change is not None:
        shown["change"] = row.change
    return {**shown, **_said(row, instant)}


def _said(row: Row, instant: Instant) -> Object:
    match row:
        case EventRow():
            return _event(row, instant)
        case DecisionRow():
            return {"kind": "decision", **_decision(row.decision, instant), "balances": _moves(row.moved)}
        case ReviewRow():
            review = row.review
            return {
                "kind": "for_review",
                **_decision(review.decision, instant),
                "appeal": review.appeal,
                "excess": review.excess,
            }
        case RescindedRow():
            return {"kind": "rescinded", **_rescinded(row, instant)}
        case LedgerRow():
            stays = {"stays": True} if row.stays else {}
            return {"kind": row.event.kind, **_ledger(row.event), "balances": _moves(row.moved), **stays}
        case VersionRow():
            return {
                "kind": "version",
                "version": row.version.since,
                "balances": _moves(row.moved),
                "ended": [_ledger(event) for event in row.ended],
                "fines_dropped": [{"decision": id, "open": plain(open)} for id, open in row.dropped],
                "sanctions_dropped": list(row.sanctions_dropped),
            }
        case SanctionRow():
            return {
                "kind": f"sanction_{row.what}",
                "name": row.sanction,
                "decision": row.decision,
                "parts": [part.name for part in row.parts],
                "runs_on_by": row.by,
            }
        case FlagRow():
            return {"kind": "flag", "flag": row.flag, "up": row.up}
        case StandingRow():
            return {
                "kind": "standing",
                "balances": _moves(row.moved),
                "measures": [
                    {"measure": name, "before": _plain(before), "after": _plain(after)}
                    for name, before, after in row.measures
                ],
                "flags_up": list(row.raised),
                "flags_down": list(row.lowered),
                "closed": row.closed,
                "fines": [
                    {
                        "decision": one.decision,
                        "paid": {"before": plain(one.paid_before), "after": plain(one.paid)},
                        "open": {"before": _number(one.open_before), "after": plain(one.open)},
                        "payments": [{"event": part.payment, "amount": plain(part.amount)} for part in one.payments],
                    }
                    for one in row.fines
                ],
            }
    raise AssertionError(row)


# --- events -----------------------------------------------------------------------------------------------------------


def _event(row: EventRow, instant: Instant) -> Object:
    return {
        "kind": row.kind or "unreadable",
        "event": row.id,
        "revision": row.revision,
        "state": row.state,
        **({} if row.event is None else _content(row.event, instant)),
        "balances": _moves((*row.posted, *row.moved)),
        "ended": [_ledger(event) for event in row.ended],
        "filled": [
            {"decision": one.decision, "amount": plain(one.part.amount), "open": plain(one.open), "kept": one.kept}
            for one in row.filled
        ],
        "left_over": _number(row.left_over or None),
        "owed_back": [
            {"decision": one.decision, "appeal": one.appeal, "amount": plain(one.amount), "excess": one.excess}
            for one in row.owed_back
        ],
        "waived": [{"decision": id, "amount": plain(amount)} for id, amount in row.waived],
        "lifted": list(row.lifted),
        "reopened": row.reopened,
        "undone": row.undone,
        "corrected": [
            {"appeal": one.appeal, "outcome": one.outcome, "points": _number(one.points)} for one in row.corrected
        ],
        "decisions": list(row.brings),
        "for_review": list(row.reviews),
        "rescinded": list(row.takes_back),
        "lighter": list(row.lightens),
        "points_back": [points_back_as_json(one, instant) for one in row.came_back],
        "brought": [{"decision": decision, "appeal": appeal} for decision, appeal in row.brought],
        "anomalies": [_problem(problem) for problem in row.problems],
    }


def _content(event: Event, instant: Instant) -> Object:
    """What the file says of an event, by the names of its fields there; what it leaves out is left out."""
    if isinstance(event, Ticket):
        dates = {name: instant(getattr(event, name)) for name in ("occurred", "issued", "effective", "final")}
        said: Object = {"offence": event.offence, "ledger": event.ledger, "points": _number(event.points), **dates}
    else:
        names = ("ticket", "decision", "outcome", "action", "name", "by", "why", "amount", "points", "value")
        said = {name: getattr(event, name, None) for name in names}
        if isinstance(event, Override | Decided):
            said["until"] = instant(event.until)
        if isinstance(event, Decided):
            said["from"] = instant(event.start)
    return {
        name: plain(value) if isinstance(value, Fraction) else value
        for name, value in said.items()
        if value is not None
    }


def _problem(problem: Problem) -> Object:
    return {
        "code": problem.code,
        "amount": _number(problem.amount),
        "message": problem.message,
        "help": problem.help,
        "error": problem.error,
    }


# --- decisions --------------------------------------------------------------------------------------------------------


def _decision(decision: Decision, instant: Instant) -> Object:
    return {
        "decision": decision.id,
        "decided": instant(decision.at),
        "rule": decision.rule.name,
        "period": decision.period,
        "version": decision.version.since,
        "tickets": list(decision.tickets),
        "confirmed": decision.confirmed,
        "effects": [effect_as_json(outcome, instant) for outcome in decision.outcomes],
        "because": [
            {
                "measure": one.measure,
                "before": _plain(one.before),
                "after": _plain(one.after),
                "compare": one.compare,
                "threshold": plain(one.threshold),
                "holds": one.holds,
            }
            for one in decision.because
        ],
        "flags": [{"flag": flag, "up": up} for flag, up in decision.flags],
    }


def _rescinded(row: RescindedRow, instant: Instant) -> Object:
    rescinded = row.rescinded
    decision = rescinded.decision
    return {
        "decision": decision.id,
        "decided": instant(decision.at),
        "rule": decision.rule.name,
        "period": decision.period,
        "appeal": rescinded.appeal,
        "effects": [effect_as_json(outcome, instant) for outcome in decision.outcomes],
        "owed_back": {
            "amount": plain(rescinded.owed),
            "payments": [{"event": part.payment, "amount": plain(part.amount)} for part in rescinded.payments],
        },
        "served": [{"from": instant(start), "until": instant(end)} for start, end in rescinded.served],
        "paid_then": paid_then_as_json(rescinded),
        "fills_now": fills_now_as_json(rescinded),
        "excess": rescinded.excess,
        **({"times": times_as_json(rescinded)} if rescinded.excess else {}),
    }


# --- ledgers ----------------------------------------------------------------------------------------------------------


def _ledger(event: LedgerEvent) -> Object:
    return {
        "ledger": event.ledger,
        "period": event.period,
        "points": plain(event.points),
        "why": event.kind,
        "cause": event.cause,
    }


def _moves(moved: Iterable[Moved]) -> list[Object]:
    return [
        {
            "ledger": one.ledger,
            "period": one.period,
            "late": one.late,
            "before": plain(one.before),
            "after": plain(one.after),
        }
        for one in moved
    ]


def _number(number: Fraction | None) -> str | None:
    return None if number is None else plain(number)


def _plain(number: Fraction | None) -> str | None:
    """A number as text; None where nobody knows it."""
    return None if number is None else plain(number)
