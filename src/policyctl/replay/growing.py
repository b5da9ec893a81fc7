"""Answers for one instant while the record grows: each goes on from the last state that nothing new can have changed.

A shorter way to the same state: two plans that are the same up to an instant bring the same states up to there. And
new corrections come on record behind all others: where nothing else that is new comes before the last of those, they
have led to what they led to, and only the new ones are taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from msgspec import Struct

from policyctl.history.events import Appeal
from policyctl.instants import Zone
from policyctl.policy.form import Policy
from policyctl.replay.agenda import Due, Plan
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.corrections import NEVER, Begun, Corrected, corrected_by, go_on, taken_by, that_matter
from policyctl.replay.law import Law
from policyctl.replay.memory import NOTHING_BEFORE, Kept
from policyctl.replay.run import Case, begin, due, plan
from policyctl.replay.state import State
from policyctl.replay.stretches import Stretches
from policyctl.replay.taken import Reached, Taken, taken_back
from policyctl.replay.tickets import Judged

MOST_MARKS, LATEST = 40, 12
"""States that are kept of an identity, and how many of the latest are kept in any case."""


Mark = tuple[datetime, State]
"""A state, and the instant up to and including which it went."""


class _Fewer(Struct):
    """Marks of a replay with fewer corrections, and what is kept in it beside its plan."""

    kept: list[Due]
    marks: list[Mark]


class Marks:
    """States of one identity on the way of its last replay, each with the instant up to which it went. `most` is how
    many corrections are taken (None: all)."""

    def __init__(self, stretches: Stretches, most: int | None = None) -> None:
        self._stretches, self._most = stretches, most
        self._with_fewer: dict[int, _Fewer] = {}
        self._start: datetime | None = None
        self._plan, self._memory = Plan(()), NOTHING_BEFORE
        self._first: datetime | None = None
        self._case: Case | None = None
        self._of_case: tuple[Plan, dict[str, Judged]] = Plan(()), {}
        self._corrections: tuple[Appeal, ...] = ()
        self._noted: tuple[Taken, ...] = ()
        self._before: Reached | None = None
        self._acted: Mapping[str, str] = {}
        self._marks: list[Mark] = []

    def without(self, case: Case, at: datetime, taken: Taken) -> State:
        """The state without the correction that took a decision back, and those that came on record later."""
        fewer = self._with_fewer.get(taken.corrected)
        if fewer is None or not fewer.marks:
            return Marks(self._stretches, taken.corrected).corrected(case, at).state
        reached, state = fewer.marks[-1][0], fewer.marks[-1][1].copy()
        planned, _ = self._planned(case, self._corrections[: taken.corrected], reached)
        state.agenda.follow(planned.with_more(fewer.kept), reached)
        state.anchors = case.anchors
        if self._first is not None and reached < self._first - JUST_AFTER < at:
            self._stretches.go_on(state, reached, self._first - JUST_AFTER)
            reached = self._first - JUST_AFTER
            fewer.marks[:] = [*fewer.marks[-1:], (reached, state.copy())]
        self._stretches.go_on(state, reached, at)
        return state

    def corrected(self, case: Case, at: datetime) -> Corrected:
        """What `replay_corrected` says. Where the corrections of the last time are the first ones now, and all else
        that is new comes at the last of them or later, their replays are over by then: only the last one goes on, and
        new corrections after it."""
        corrections = tuple(that_matter(case.docket.corrections))[: self._most]
        planned, tickets = self._planned(case, self._corrections)
        followed = planned.with_more(_kept(self._plan))
        first = _first_difference(self._plan.due, followed.due)
        known = len(self._corrections)
        cut = max((appeal.at for appeal in self._corrections), default=None)
        if (
            case.start != self._start
            or corrections[:known] != self._corrections
            or (first is not None and cut is not None and first < cut)
        ):
            self._forget()
            followed, tickets = planned, _ = self._planned(case, ())
            # A ticket may be repealed before the start.
            known, cut, first = 0, None, min([case.start, *(one[0] for one in followed.due[:1])])
        if corrections and self._most is None:
            self._stretches.cut(case, followed)
        new = corrections[known:]
        until = at if not new else min(at, max(new[0].at, cut or new[0].at) - JUST_AFTER)
        state = self._reach(case, followed, first, until)
        self._start, self._corrections = case.start, corrections
        if not new:
            noted = (*self._noted, *taken_by(state, known, self._before))
            taken = taken_back(noted, state.decisions)
            return Corrected(state, taken, tickets, followed, self._noted, self._before, self._acted)
        reached, back = Reached(state, until, followed), partial(self.before, case)
        begun = Begun(tickets, planned, reached, back, known, cut, self._noted, self._before, self._acted)
        found = go_on(case, at, new, begun, self._stretches)
        for one in found.taken if self._most is None else ():
            if one.corrected >= known and one.corrected not in self._with_fewer:
                mark = (one.before.until, one.before.state.copy())
                self._with_fewer[one.corrected] = _Fewer(_kept(one.before.plan), [mark])
        self._plan, self._memory, self._acted = found.plan, found.state.memory, found.acted
        self._noted, self._before = found.noted, found.before
        touched = {appeal.ticket for appeal in new}
        effects = [judged.takes_effect for judged in tickets if judged.ticket.id in touched]
        same = min((instant for instant in effects if instant is not None), default=until)
        self._marks = [one for one in self._marks if one[0] < same]
        return found

    def _forget(self) -> None:
        """Nothing of the last time holds any more."""
        self._plan, self._memory, self._corrections = Plan(()), NOTHING_BEFORE, ()
        self._noted, self._before, self._acted, self._marks = (), None, {}, []
        self._with_fewer.clear()

    def _planned(
        self, case: Case, corrections: Sequence[Appeal], after: datetime | None = None
    ) -> tuple[Plan, tuple[Judged, ...]]:
        """The plan with corrections (what comes `after` an instant alone), and the tickets, by what they count then."""
        base, tickets = self._base(case)
        planned = base if after is None else base.rest(after)
        corrected = dict[str, Judged]()
        for appeal in corrections:
            judged = corrected.get(appeal.ticket or "") or tickets.get(appeal.ticket or "")
            if judged is not None:
                judged = corrected[judged.ticket.id] = corrected_by(judged, appeal)
                if judged.takes_effect is not None and (after is None or judged.takes_effect > after):
                    planned = planned.changed(due(judged, judged.takes_effect))
        return planned, tuple((tickets | corrected).values())

    def _base(self, case: Case) -> tuple[Plan, dict[str, Judged]]:
        """The plan as the record has it, and the tickets by their ids; made once for a case."""
        if self._case is not case:
            self._case, self._of_case = case, (plan(case), {judged.ticket.id: judged for judged in case.tickets})
        return self._of_case

    def _reach(self, case: Case, followed: Plan, first: datetime | None, until: datetime) -> State:
        """The state at an instant; a mark is left just before the first thing that is new in the plan."""
        self._plan = followed
        if first is not None:
            self._first = first
            for fewer in self._with_fewer.values():
                fewer.marks[:] = [one for one in fewer.marks if one[0] < first]
        if first is None or first > until:
            first = until
        self._marks = [one for one in self._marks if one[0] < first]
        state = self.before(case, first)
        self._marks.append((first - JUST_AFTER, state.copy()))
        if len(self._marks) > MOST_MARKS:
            del self._marks[1:-LATEST:2]
        self._stretches.go_on(state, first - JUST_AFTER, until)
        return state

    def before(self, case: Case, instant: datetime, latest: Mark | None = None) -> State:
        """The state just before an instant; `latest` is a state on the same way that nobody else needs."""
        mark = next((mark for mark in reversed(self._marks) if mark[0] < instant), None)
        if latest is not None and latest[0] < instant and (mark is None or mark[0] <= latest[0]):
            reached, state = latest
        elif mark is not None:
            reached, state = mark[0], mark[1].copy()
            state.agenda.follow(self._plan, reached)
            state.anchors = case.anchors
        else:
            reached, state = NEVER, begin(case, self._plan)
        state.memory = self._memory
        self._stretches.go_on(state, reached, instant - JUST_AFTER)
        return state


class Growing:
    """What answers of one account share while its record grows. All are for one policy and one instant."""

    def __init__(self, policy: Policy, zone: Zone) -> None:
        self.law = Law(policy, zone)
        self._marks: dict[str, Marks] = {}

    def marks(self, identity: str) -> Marks:
        """The marks of an identity."""
        return self._marks.setdefault(identity, Marks(Stretches()))


def _kept(planned: Plan) -> list[Due]:
    """What it keeps of the replay before the last correction."""
    return [one for one in planned.due if isinstance(one[-1], Kept)]


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
    return one is other or one == other
