"""A comparison as JSON: the field `compared` of an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from policyctl.compare.record import Cause, Comparison, Expected, Pair
from policyctl.exact import plain
from policyctl.history.events import Decided

Instant = Callable[[datetime | None], str | None]


def compare_json(comparison: Comparison | None, instant: Instant) -> dict[str, Any] | None:
    """The object; null where the history records nothing that the platform imposed. Each entry has its `cause` only
    where causes were looked for."""
    if comparison is None:
        return None
    return {
        "same": comparison.same,
        "different": comparison.different,
        "entries": [_pair(pair, comparison.sought, instant) for pair in comparison.pairs],
        **({"without_search": comparison.given_up} if comparison.sought else {}),
    }


def _pair(pair: Pair, sought: bool, instant: Instant) -> dict[str, Any]:
    return {
        "verdicts": list(pair.verdicts),
        "identity": pair.identity,
        "expected": None if pair.expected is None else _expected(pair.expected, instant),
        "actual": None if pair.actual is None else _actual(pair.actual, instant),
        **(_causes(pair, instant) if sought else {}),
    }


def _causes(pair: Pair, instant: Instant) -> dict[str, Any]:
    return {
        "cause": None if pair.cause is None else _cause(pair.cause, instant),
        "partly": [{"verdict": verdict, **_cause(cause, instant)} for verdict, cause in pair.partly],
    }


def _expected(expected: Expected, instant: Instant) -> dict[str, Any]:
    return {
        "decision": expected.decision.id,
        "kind": expected.sort,
        "name": expected.name,
        "part_of": expected.part_of,
        "from": instant(expected.start),
        "until": instant(expected.until),
        "also_until": instant(expected.also_until),
        "amount": None if expected.amount is None else plain(expected.amount),
    }


def _actual(actual: Decided, instant: Instant) -> dict[str, Any]:
    return {
        "event": actual.id,
        "at": instant(actual.at),
        "name": actual.name,
        "from": instant(actual.start),
        "until": instant(actual.until),
        "amount": None if actual.amount is None else plain(actual.amount),
        "decision": actual.decision,
        "ticket": actual.ticket,
    }


def _cause(cause: Cause, instant: Instant) -> dict[str, Any]:
    return {
        "kind": cause.kind,
        "events": list(cause.events),
        "decision": cause.decision,
        "version": cause.version,
        "known_at": instant(cause.known),
        "came_at": instant(cause.came),
        "instead": cause.instead,
        "rule_only": cause.rule_only,
    }
