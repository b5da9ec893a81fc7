"""What a policy says before the first ticket: whether a condition holds then, and which way tickets move a number."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Between,
    Comparison,
    Condition,
    EntryKind,
    FlagUp,
    Has,
    Is,
    Measure,
    Not,
    Read,
    Same,
)

_COMPARE: Mapping[str, Any] = {">=": ge, ">": gt, "<=": le, "<": lt, "=": eq, "!=": ne}


def holds_at_first(condition: Condition, measures: Mapping[str, Measure], ledgers: Mapping[str, EntryKind]) -> bool:
    """Whether a condition holds where nothing has happened yet: balances at their start, nothing counted, no flag."""
    match condition:
        case Comparison(name, compare, threshold):
            value = _at_first(measures[name], ledgers)
            return value is not None and bool(_COMPARE[compare](value, threshold))
        case FlagUp() | Is() | Has() | Same() | Between():
            return False
        case AllOf(parts):
            return all(holds_at_first(part, measures, ledgers) for part in parts)
        case AnyOf(parts):
            return any(holds_at_first(part, measures, ledgers) for part in parts)
        case Not(part):
            return not holds_at_first(part, measures, ledgers)


def way_of(measure: Measure, ledgers: Mapping[str, EntryKind]) -> int | None:
    """Which way tickets move a measure: 1 up, -1 down, None both ways (or nobody knows)."""
    ways = set()
    for term in measure.terms:
        if term.read.of not in ("balance", "sum", "count"):
            return None
        way = 1 if term.times > 0 else -1
        if term.read.of == "balance":
            way *= ledgers[term.read.names[0]].direction
        ways.add(way)
    return ways.pop() if len(ways) == 1 else None


def _at_first(measure: Measure, ledgers: Mapping[str, EntryKind]) -> Fraction | None:
    if any(_unknown_at_first(term.read) for term in measure.terms):
        return None
    balances = (term for term in measure.terms if term.read.of == "balance")
    return measure.plus + sum((term.times * ledgers[term.read.names[0]].start for term in balances), Fraction(0))


def _unknown_at_first(read: Read) -> bool:
    """Whether nothing is known of a number before anything has happened."""
    return read.of not in ("balance", "sum", "count")
