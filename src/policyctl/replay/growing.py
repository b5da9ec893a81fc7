"""Answers for one instant while the record grows: each goes on from the last state that nothing new can have changed.

A shorter way to the same state: two plans that are the same up to an instant bring the same states up to there. With
corrections of the record there is no shorter way here; those are replayed from the beginning.
"""

from __future__ import annotations

from datetime import datetime

from policyctl.instants import Zone
from policyctl.policy.form import Policy
from policyctl.replay.admit import Judged
from policyctl.replay.agenda import Due, Plan
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.law import Law
from policyctl.replay.run import Case, advance, begin
from policyctl.replay.state import State

MOST_MARKS, LATEST = 40, 12
"""States that are kept of an identity, and how many of the latest are kept in any case."""


class Marks:
    """States of one identity on its way through a plan, each with the instant up to which it went."""

    def __init__(self) -> None:
        self._start: datetime | None = None
        self._plan = Plan(())
        self._marks: list[tuple[datetime, State]] = []

    def reach(self, case: Case, plan: Plan, at: datetime) -> State:
        """The state of a case at an instant; a mark is left just before the first thing that is new in its plan."""
        first = _first_difference(self._plan.due, plan.due) if case.start == self._start else case.start
        self._start, self._plan = case.start, plan
        self._marks = [] if first is None or case.start >= first else [one for one in self._marks if one[0] < first]
        if first is None or first > at:
            first = at
        state = self.before(case, first)
        self._marks.append((first - JUST_AFTER, state.copy()))
        if len(self._marks) > MOST_MARKS:
            del self._marks[1:-LATEST:2]
        advance(state, at)
        return state

    def before(self, case: Case, instant: datetime) -> State:
        """The state just before an instant."""
        reached, state = next(
            ((reached, state.copy()) for reached, state in reversed(self._marks) if reached < instant),
            (case.start - JUST_AFTER, None),
        )
        if state is None:
            state = begin(case, self._plan)
        else:
            state.agenda.follow(self._plan, reached)
        advance(state, instant - JUST_AFTER)
        return state


class Growing:
    """What answers of one account share while its record grows. All are for one policy and one instant."""

    def __init__(self, policy: Policy, zone: Zone) -> None:
        self.law = Law(policy, zone)
        self._marks: dict[str, Marks] = {}

    def marks(self, identity: str) -> Marks:
        """The marks of an identity."""
        return self._marks.setdefault(identity, Marks())


def _first_difference(old: list[Due], new: list[Due]) -> datetime | None:
    """The first instant at which two plans have different things; None where they are the same."""
    for one, other in zip(old, new, strict=False):
        if one[:3] != other[:3] or not _same(one[3], other[3]):
            return min(one[0], other[0])
    if len(old) == len(new):
        return None
    return (old if len(old) > len(new) else new)[min(len(old), len(new))][0]


def _same(one: object, other: object) -> bool:
    """Whether two plans have the same thing: what a ticket posts follows from the ticket."""
    if isinstance(one, Judged) and isinstance(other, Judged):
        return one.ticket is other.ticket
    return one is other or (isinstance(one, str) and one == other)
