"""How many tickets it takes at least until a condition can hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from policyctl.analyse.machine import Machine
from policyctl.analyse.state import Action, State
from policyctl.policy.form import AllOf, AnyOf, Comparison, Condition, FlagUp


class Ahead(NamedTuple):
    """The least number of tickets, of a state; never too many. `by` are the tickets that bring it nearer."""

    least: Callable[[State], int]
    by: frozenset[Action]


NOTHING = Ahead(lambda state: 0, frozenset())


def ahead(machine: Machine, condition: Condition, flags: frozenset[str] = frozenset()) -> Ahead:
    """What it takes until a condition can hold. `flags` are those for which that is being asked already."""
    match condition:
        case AllOf(parts):
            return _together([ahead(machine, part, flags) for part in parts])
        case AnyOf(parts):
            return _one_of([ahead(machine, part, flags) for part in parts])
        case Comparison():
            return _compared(machine, condition)
        case FlagUp(flag) if flag not in flags:
            bit = machine.making.bits[flag]
            if any(does.raises & bit for _, does in machine.elsewhere):
                return NOTHING
            raising = [one.rule for one in machine.rules if any(does.raises & bit for does in one.does)]
            if not raising:
                return NOTHING
            first = _one_of([ahead(machine, rule.condition, flags | {flag}) for rule in raising])
            return Ahead(lambda state: 0 if state.flags & bit else first.least(state), first.by)
        case _:
            return NOTHING


def _together(parts: list[Ahead]) -> Ahead:
    """Of parts that are brought nearer by different tickets, the sum; of others the most."""
    known = [part for part in parts if part.by]
    if not known:
        return NOTHING
    first, *others = known
    for other in others:
        first = _both(first, other)
    return first


def _both(one: Ahead, other: Ahead) -> Ahead:
    by = one.by | other.by
    if one.by & other.by:
        return Ahead(lambda state: max(one.least(state), other.least(state)), by)
    return Ahead(lambda state: one.least(state) + other.least(state), by)


def _one_of(parts: list[Ahead]) -> Ahead:
    if not parts or any(not part.by for part in parts):
        return NOTHING
    by = frozenset(action for part in parts for action in part.by)
    return Ahead(lambda state: min(part.least(state) for part in parts), by)


def _compared(machine: Machine, comparison: Comparison) -> Ahead:
    test = machine.numbers.tests.get(comparison)
    if test is None or test.compare != ">=":
        return NOTHING
    counters = machine.numbers.counters
    if any(counters[i].read.sort not in ("entry", "ticket") for i, _ in test.terms):
        return NOTHING
    adds = {action: sum(t * by.get(i, 0) for i, t in test.terms) for action, by in machine.tickets}
    by = frozenset(action for action, more in adds.items() if more)
    if not by:
        return NOTHING
    most, bound, terms = max(adds.values()), test.bound, test.terms
    return Ahead(lambda state: max(0, -(-(bound - sum(t * state.values[i] for i, t in terms)) // most)), by)
