"""Going over the same days again: stretches that a replay has gone through are taken over where a state fits them.

Several of them are a chapter, which is a stretch in its turn: where it fits, none of its own is looked at. The slow
way, going through everything, is what this must come to: `advance` of `run.py`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from policyctl.history.events import Payment
from policyctl.replay.agenda import Plan
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.depends import Around, Number, Sides, sides_of
from policyctl.replay.noting import Before, go_through
from policyctl.replay.run import Case, advance, turns
from policyctl.replay.state import State
from policyctl.replay.stretch import Stretch
from policyctl.replay.tickets import Judged

LENGTH: int | None = 50
"""About so many instants make a stretch, if nothing unusual lies between. None: all is gone through. Counted with
`benchmarks/corrections.py` (10,000 events, 100 appeals all at the end), steps gone through and stretches compared:
without chapters 15,600 and 43,100 with 12, 16,900 and 21,200 with 25, 18,800 and 11,300 with 50, 20,800 and 7,100 with
100. To compare and take over a stretch takes about half as long as a step. Short ones are compared and noted too often,
long ones fit too seldom."""

KEPT = 2
"""How many courses of the same stretch are kept, the newest ones. Counted with 5,000 events and 100 appeals at any
time: 854 courses are gone through if 1 is kept, 703 with 2, 653 with 4 or more. It takes the same time (4.1 to 5.0 s),
so few are kept: each needs memory."""

CHAPTER = 8
"""So many stretches make a chapter, which is noted over them and compared first, as one stretch. Counted in the same
way with stretches of 50: 3,500 are compared and 3,000 taken over where it was 11,300 and 12,700 without chapters."""


class Stretches:
    """All that is noted of one identity's replays. Until a plan is cut nothing is noted, and all is gone through. So it
    is with a policy in which there is anything that stretches are not proved for."""

    def __init__(self) -> None:
        self._bounds: list[datetime] = []
        self._alone: set[datetime] = set()
        self._rests: list[datetime] = []
        self._noted: dict[tuple[datetime, datetime], list[Stretch]] = {}
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
        self._rests = list(self._chapters())

    def _chapters(self) -> Iterator[datetime]:
        """Where chapters begin: what stands for itself is in none of them."""
        so_far = 0
        for bound in self._bounds:
            if so_far % CHAPTER == 0 or bound in self._alone or bound + JUST_AFTER in self._alone:
                yield bound
                so_far = 0
            so_far += 1

    def rest(self, instant: datetime) -> datetime:
        """Where the last chapter begins up to an instant; the instant, where there is none."""
        place = bisect_right(self._rests, instant)
        return self._rests[place - 1] if place else instant

    def go_on(self, state: State, after: datetime, until: datetime) -> list[Stretch] | None:
        """Go on from one instant up to and including another. The stretches that it took, where that is all; None where
        something was gone through that is not noted."""
        path: list[Stretch] | None = []
        while after < until:
            place = bisect_left(self._rests, after)
            whole = place + 1 < len(self._rests) and self._rests[place] == after and self._rests[place + 1] <= until
            if whole:
                end = self._rests[place + 1]
                taken = self._chapter(state, after, end)
            else:
                end, taken = self._stretch(state, after, until)
            path = None if path is None or taken is None else [*path, *taken]
            after = end
        return path

    def _chapter(self, state: State, after: datetime, until: datetime) -> list[Stretch] | None:
        """Go through a chapter as through one stretch, or through its stretches, one after the other."""
        if not state.agenda.comes_by(until):
            return []
        begin, found = after, self._fitting(state, after, until)
        if found is not None:
            return [found]
        around = None if until in self._alone else Around.of(state, until)
        before = None if around is None else Before(state, around, until)
        path: list[Stretch] | None = []
        while after < until:
            after, taken = self._stretch(state, after, until)
            path = None if path is None or taken is None else [*path, *taken]
            if path is None:
                before = None
            elif before is not None and taken:
                before.look_over(path[-1], state)
        if before is not None and path is not None and len(path) > 1:
            self._note(begin, before.stretch(state))
        return path

    def _stretch(self, state: State, after: datetime, until: datetime) -> tuple[datetime, list[Stretch] | None]:
        """Go on for a stretch at most: up to where, and what it took."""
        place = bisect_right(self._bounds, after)
        end = self._bounds[place] if place < len(self._bounds) else until
        whole = end <= until and place > 0 and self._bounds[place - 1] == after and end not in self._alone
        end = min(end, until)
        if not state.agenda.comes_by(end):
            return end, []
        if not whole:
            advance(state, end)
            return end, None
        found = self._fitting(state, after, end)
        if found is None:
            found, unusual = go_through(state, end)
            if unusual:
                self._set_apart(unusual)
            self._note(after, found)
        return end, None if found is None else [found]

    def _fitting(self, state: State, after: datetime, until: datetime) -> Stretch | None:
        """A stretch that was noted, taken over where the state fits it."""
        sides = self._sides_of(state)
        for one in reversed(self._noted.get((after, until), ())):
            if one.fits(state, sides):
                one.take_over(state)
                return one
        return None

    def _note(self, after: datetime, found: Stretch | None) -> None:
        if found is not None:
            noted = self._noted.setdefault((after, found.until), [])
            noted.append(found)
            del noted[:-KEPT]

    def _set_apart(self, unusual: Collection[datetime], cuts: Iterable[datetime] = ()) -> None:
        """What happens at these instants stands for itself."""
        self._alone.update(unusual)
        before = (instant - JUST_AFTER for instant in unusual)
        self._bounds = sorted({*self._bounds, *cuts, *unusual, *before})
        self._rests = list(self._chapters())

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
