"""Conditions, read at an instant and seen from a booking date; and why one does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple, Protocol

from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    FlagUp,
    Not,
    Rule,
    Version,
)
from policyctl.replay.answer import SilentPart

HOLDS: Mapping[Compare, Callable[[Fraction, Fraction], bool]] = {
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
OPPOSITE: Mapping[Compare, Compare] = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "=": "!=", "!=": "="}


class Seen(NamedTuple):
    """Where a measure is read: at an instant, from a booking date (the same but for resets and late facts)."""

    at: datetime
    booked: datetime


class State(Protocol):
    """What a condition can see."""

    def measure(self, version: Version, name: str, seen: Seen) -> Fraction:
        """The value of a measure of that version."""

    def flag_up(self, name: str) -> bool:
        """Whether a flag is up; `closed` asks for the closure."""


def holds(condition: Condition, version: Version, state: State, seen: Seen) -> bool:
    """Whether a condition holds."""
    match condition:
        case Comparison(measure, compare, threshold):
            return HOLDS[compare](state.measure(version, measure, seen), threshold)
        case FlagUp(flag):
            return state.flag_up(flag)
        case AllOf(parts):
            return all(holds(part, version, state, seen) for part in parts)
        case AnyOf(parts):
            return any(holds(part, version, state, seen) for part in parts)
        case Not(part):
            return not holds(part, version, state, seen)


def level(rule: Rule, version: Version, state: State, seen: Seen) -> int:
    """How far a rule has risen: 0 or 1, or how many whole times `every` fits into its measure."""
    if rule.every is None:
        return int(holds(rule.condition, version, state, seen))
    assert isinstance(rule.condition, Comparison)
    return max(0, state.measure(version, rule.condition.measure, seen) // rule.every)


def supporting(
    condition: Condition, version: Version, state: State, seen: Seen, wanted: bool = True
) -> Iterator[tuple[Comparison | FlagUp, bool]]:
    """The comparisons and flags that make a condition hold (or, not `wanted`, fail), each with whether it holds."""
    match condition:
        case Comparison() | FlagUp():
            if holds(condition, version, state, seen) == wanted:
                yield condition, wanted
        case Not(part):
            yield from supporting(part, version, state, seen, not wanted)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                if holds(part, version, state, seen) == wanted:
                    yield from supporting(part, version, state, seen, wanted)


def failing(rule: Rule, counted: int, version: Version, state: State, seen: Seen) -> tuple[SilentPart, ...]:
    """The parts that keep a rule from rising; empty where it holds. `counted` multiples have been counted before."""
    if rule.every is not None:
        assert isinstance(rule.condition, Comparison)
        value = state.measure(version, rule.condition.measure, seen)
        wanted = rule.every * (counted + 1)
        return () if value >= wanted else (_part(Comparison(rule.condition.measure, ">=", wanted), True, value),)
    if holds(rule.condition, version, state, seen):
        return ()
    found = dict.fromkeys(supporting(rule.condition, version, state, seen, wanted=False))
    return tuple(
        SilentPart("flag_up" if up else "flag_not_up", atom.flag, None, None, None, None)
        if isinstance(atom, FlagUp)
        else _part(atom, not up, state.measure(version, atom.measure, seen))
        for atom, up in found
    )


def _part(comparison: Comparison, wanted: bool, value: Fraction) -> SilentPart:
    """A comparison that should hold (or, under `not`, fail) and does not."""
    compare = comparison.compare if wanted else OPPOSITE[comparison.compare]
    threshold = comparison.threshold
    if compare in (">=", ">"):
        return SilentPart("below_threshold", comparison.measure, value, compare, threshold, threshold - value)
    if compare in ("<=", "<"):
        return SilentPart("above_threshold", comparison.measure, value, compare, threshold, value - threshold)
    return SilentPart("not_equal", comparison.measure, value, compare, threshold, abs(threshold - value))
