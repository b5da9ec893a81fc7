"""Going over the same days again: stretches that a replay has gone through are taken over where a state fits them.

The slow way, going through everything, is what this must come to: `advance` of `run.py`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from policyctl.history.events import Payment
from policyctl.replay.agenda import Plan
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.depends import Number, Sides, sides_of
from policyctl.replay.noting import go_through
from policyctl.replay.run import Case, advance, turns
from policyctl.replay.state import State
from policyctl.replay.stretch import Stretch
from policyctl.replay.tickets import Judged

LENGTH: int | None = 50
"""About so many instants make a stretch, if nothing unusual lies between. None: all is gone through. Counted with
`benchmarks/corrections.py` (10,000 events, 100 appeals all at the end), steps gone through and stretches compared:
15,600 and 43,100 with 12, 16,900 and 21,200 with 25, 18,800 and 11,300 with 50, 20,800 and 7,100 with 100. To compare
and take over a stretch takes about half as long as a step. Short ones are compared too often, long ones fit too
seldom."""

KEPT = 2
"""How many courses of the same stretch are kept, the newest ones. Counted with 5,000 events and 100 appeals at any
time: 854 courses are gone through if 1 is kept, 703 with 2, 653 with 4 or more. It takes the same time (4.1 to 5.0 s),
so few are kept: each needs memory."""


class Stretches:
    """All that is noted of one identity's replays. Until a plan is cut nothing is noted, and all is gone through. So it
    is with a policy in which there is anything that stretches are not proved for."""

    def __init__(self) -> None:
        self._bounds: list[datetime] = []
        self._alone: set[datetime] = set()
        self._noted: dict[datetime, list[Stretch]] = {}
        self._sides: dict[str | None, dict[Number, Sides]] = {}

    def cut(self, case: Case, planned: Plan, cuts: Iterable[datetime] = ()) -> None:
        """Cut the time of a plan, which may have grown since the last one; `cuts` are instants from which replays go
        on, or up to which they go."""
        if LENGTH is None or case.law.unproved is not None:
            return
        instants = sorted({due[0] for due in planned.due})
        self._set_apart(set(_unusual(case, planned)), (*cuts, *(first - JUST_AFTER for first in instants[:1])))
        places = [bisect_left(instants, bound) for bound in self._bounds]
        for begin, end in pairwise((*places, len(instants))):
            self._bounds += (instants[place] for place in range(begin + LENGTH, end - LENGTH // 2, LENGTH))
        self._bounds.sort()

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
        for one in reversed(noted):
            if one.until == until and one.fits(state, sides):
                one.take_over(state)
                return one
        found, unusual = go_through(state, until)
        if unusual:
            self._set_apart(unusual)
        if found is not None:
            noted.append(found)
            del noted[:-KEPT]
        return found

    def _set_apart(self, unusual: Collection[datetime], cuts: Iterable[datetime] = ()) -> None:
        """What happens at these instants stands for itself."""
        self._alone.update(unusual)
        before = (instant - JUST_AFTER for instant in unusual)
        self._bounds = sorted({*self._bounds, *cuts, *unusual, *before})

    def _sides_of(self, state: State) -> dict[Number, Sides]:
        if state.rules is None:
            return {}
        since = state.rules.version.since
        if since not in self._sides:
            self._sides[since] = sides_of(state.rules)
        return self._sides[since]


def _unusual(case: Case, planned: Plan) -> Iterator[datetime]:
    """The instants at which something is planned that cannot be noted; of tickets those that may be late, where past
    resets ask for a number."""
    units = [every for every in turns(case.law) if isinstance(every, str)] if case.law.resets_read else []
    start_of = case.law.zone.start_of
    for instant, _, _, what in planned.due:
        match what:
            case Judged():
                odd = what.booked < instant and any(what.booked < start_of(unit, instant) for unit in units)
            case Payment():
                odd = what.decision is not None
            case _:
                odd = True
        if odd:
            yield instant
