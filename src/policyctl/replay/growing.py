"""Answers for one instant while the record grows: each goes on from the last state that nothing new can have changed.

A shorter way to the same state: two plans that are the same up to an instant bring the same states up to there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from policyctl.history.events import Appeal
from policyctl.instants import Zone
from policyctl.policy.form import Policy
from policyctl.replay.admit import Judged
from policyctl.replay.agenda import Due, Plan
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.corrections import Corrected, corrected_by, replay_corrected, that_matter
from policyctl.replay.law import Law
from policyctl.replay.memory import NOTHING_BEFORE, KeptFine
from policyctl.replay.run import Case, advance, begin, due, plan
from policyctl.replay.state import State
from policyctl.replay.stretches import Stretches
from policyctl.replay.taken import Taken, taken_back

MOST_MARKS, LATEST = 40, 12
"""States that are kept of an identity, and how many of the latest are kept in any case."""


class Marks:
    """States of one identity on the way of its last replay, each with the instant up to which it went. `most` is how
    many corrections are taken (None: all)."""

    def __init__(self, most: int | None = None) -> None:
        self._most, self._with_fewer = most, dict[int, Marks]()
        self._start: datetime | None = None
        self._plan, self._memory = Plan(()), NOTHING_BEFORE
        self._corrections: tuple[Appeal, ...] = ()
        self._noted: tuple[Taken, ...] = ()
        self._acted: Mapping[str, str] = {}
        self._marks: list[tuple[datetime, State]] = []

    def with_fewer(self, corrections: int) -> Marks:
        """The marks of the replay with the first so many corrections."""
        return self._with_fewer.setdefault(corrections, Marks(corrections))

    def corrected(self, case: Case, at: datetime) -> Corrected:
        """What `replay_corrected` says. Where corrections are the same as the last time, and all that is new comes
        at the last of them or later, only the last replay has to go on; all before it are over by then."""
        corrections = tuple(that_matter(case.docket.corrections))[: self._most]
        planned, tickets = self._planned(case, corrections)
        first = _first_difference(self._plan.due, planned.due)
        over = max((appeal.at for appeal in corrections), default=case.start)
        same = case.start == self._start and corrections == self._corrections and (first is None or first >= over)
        if corrections and not same:
            found = replay_corrected(case, at, self._most)
            self._start, self._corrections, self._noted = case.start, corrections, found.noted
            self._acted = found.acted
            self._plan, self._memory, self._marks = found.plan, found.state.memory, []
            return found
        if corrections != self._corrections or case.start != self._start:
            self._marks, self._memory, self._noted, self._acted = [], NOTHING_BEFORE, (), {}
        self._start, self._corrections = case.start, corrections
        state = self._reach(case, planned, first, at)
        taken, stretches = taken_back(self._noted, state.decisions), Stretches(case, planned, ())
        return Corrected(state, taken, tickets, planned, stretches, self._noted, self._acted)

    def _planned(self, case: Case, corrections: Sequence[Appeal]) -> tuple[Plan, tuple[Judged, ...]]:
        """The plan of the last replay, and the tickets, by what they count then."""
        planned, tickets = plan(case), {judged.ticket.id: judged for judged in case.tickets}
        for appeal in corrections:
            judged = tickets.get(appeal.ticket or "")
            if judged is not None:
                judged = tickets[judged.ticket.id] = corrected_by(judged, appeal)
                if judged.takes_effect is not None:
                    planned = planned.changed(due(judged, judged.takes_effect))
        kept = [one for one in self._plan.due if isinstance(one[-1], KeptFine)] if corrections else []
        return planned.with_more(kept), tuple(tickets.values())

    def _reach(self, case: Case, planned: Plan, first: datetime | None, at: datetime) -> State:
        """The state at an instant; a mark is left just before the first thing that is new in the plan."""
        self._plan = planned
        if first is None or first > at:
            first = at
        self._marks = [one for one in self._marks if one[0] < first]
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
            state.memory = self._memory
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
    """Whether two plans have the same thing: all else about a ticket follows from it."""
    if isinstance(one, Judged) and isinstance(other, Judged):
        return one.ticket is other.ticket and one.annulled == other.annulled and one.posts == other.posts
    return one is other or (isinstance(one, str) and one == other)
