"""Going over the same days again: stretches that a replay has gone through are taken over where a state fits them.

The slow way, going through everything, is what this must come to: `advance` of `run.py`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from datetime import datetime

from policyctl.history.events import Payment
from policyctl.replay.admit import Judged
from policyctl.replay.agenda import Plan
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.depends import Number, Sides, sides_of
from policyctl.replay.noting import go_through
from policyctl.replay.run import Case, advance, turns
from policyctl.replay.state import State
from policyctl.replay.stretch import Stretch

LENGTH: int | None = 100
"""Instants of a stretch, if nothing unusual lies between. None: nothing is noted, and all is gone through."""

KEPT = 2
"""How many courses of the same stretch are kept, the newest ones."""


class Stretches:
    """All that is noted of one identity's replays. `cuts` are the instants from which replays go on, or up to which
    they go; without any, nothing is noted, and all is gone through. So it is with a policy in which there is anything
    that stretches are not proved for."""

    def __init__(self, case: Case, planned: Plan, cuts: Sequence[datetime]) -> None:
        self._length = LENGTH if cuts and case.law.unproved is None else None
        self._bounds: list[datetime] = []
        self._alone: set[datetime] = set()
        self._noted: dict[datetime, list[Stretch]] = {}
        self._sides: dict[str | None, dict[Number, Sides]] = {}
        if self._length is not None:
            alone, instants = _unusual(case, planned), sorted({due[0] for due in planned.due})
            before = (instant - JUST_AFTER for instant in alone)
            self._bounds = sorted({*cuts, *instants[:: self._length], *alone, *before})
            self._alone = alone

    def go_on(self, state: State, after: datetime, until: datetime) -> list[Stretch] | None:
        """Go on from one instant up to and including another. The stretches that it took, where that is all; None where
        something was gone through that is not noted."""
        path: list[Stretch] | None = []
        while after < until:
            place = bisect_right(self._bounds, after)
            end = self._bounds[place] if place < len(self._bounds) else until
            whole = end <= until and place > 0 and self._bounds[place - 1] == after and end not in self._alone
            end = min(end, until)
            if whole and state.agenda.comes_by(end):
                taken = self._take(state, after, end)
                path = None if path is None or taken is None else [*path, taken]
            elif state.agenda.comes_by(end):
                advance(state, end)
                path = None
            after = end
        return path

    def _take(self, state: State, after: datetime, until: datetime) -> Stretch | None:
        noted = self._noted.setdefault(after, [])
        sides = self._sides_of(state)
        for place in range(len(noted) - 1, -1, -1):
            if noted[place].until == until and noted[place].fits(state, sides):
                noted[place].take_over(state)
                return noted[place]
        found, unusual = go_through(state, until)
        for instant in unusual:
            self._alone.add(instant)
            for bound in (instant - JUST_AFTER, instant):
                if self._bounds[bisect_left(self._bounds, bound) :][:1] != [bound]:
                    insort(self._bounds, bound)
        if found is not None:
            noted.append(found)
            del noted[:-KEPT]
        return found

    def _sides_of(self, state: State) -> dict[Number, Sides]:
        if state.rules is None:
            return {}
        since = state.rules.version.since
        if since not in self._sides:
            self._sides[since] = sides_of(state.rules)
        return self._sides[since]


def _unusual(case: Case, planned: Plan) -> set[datetime]:
    """The instants at which something is planned that cannot be noted; of tickets those that may be late."""
    units = [every for every in turns(case.law) if isinstance(every, str)]
    start_of = case.law.zone.start_of
    found: set[datetime] = set()
    for instant, _, _, what in planned.due:
        match what:
            case Judged():
                odd = any(what.booked < start_of(unit, instant) for unit in units)
            case Payment():
                odd = what.decision is not None
            case _:
                odd = True
        if odd:
            found.add(instant)
    return found
