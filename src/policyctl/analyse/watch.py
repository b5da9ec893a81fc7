"""Conditions about an account, read off what the interpreter answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed

import msgspec

from policyctl.analyse.case import Case, for_identity
from policyctl.policy.form import AllOf, AnyOf, Comparison, Condition, FlagUp, Measure, Not, Version
from policyctl.replay.answer import Status

_HOLDS = {
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def watching(case: Case, measures: Sequence[Measure]) -> Case:
    """A case whose answers tell of all its measures, and of these."""

    def told(version: Version) -> Version:
        own = [msgspec.structs.replace(one, declared=True) for one in (*version.measures, *measures)]
        return msgspec.structs.replace(version, measures=tuple(sorted(own, key=lambda one: one.name)))

    policy = msgspec.structs.replace(case.policy, versions=tuple(told(one) for one in case.policy.versions))
    with_measures = tuple(sorted((*case.looked.measures, *measures), key=lambda one: one.name))
    looked = msgspec.structs.replace(case.looked, measures=with_measures)
    return changed(case, policy=policy, looked=looked)


def holds(condition: Condition, status: Status, identity: str) -> bool | None:
    """Whether a condition holds where an identity stands; None where the answer does not tell."""
    return _holds(for_identity(condition, identity), status)


def _holds(condition: Condition, status: Status) -> bool | None:
    match condition:
        case AllOf(parts):
            found = [_holds(part, status) for part in parts]
            return False if False in found else None if None in found else True
        case AnyOf(parts):
            found = [_holds(part, status) for part in parts]
            return True if True in found else None if None in found else False
        case Not(part):
            inner = _holds(part, status)
            return None if inner is None else not inner
        case Comparison(measure, compare, threshold):
            values = dict(status.measures)
            if measure not in values:
                return None
            value = values[measure]
            return False if value is None else _HOLDS[compare](value, threshold)
        case FlagUp("closed"):
            return status.closed
        case FlagUp(flag):
            return flag in status.flags
        case _:
            return None
