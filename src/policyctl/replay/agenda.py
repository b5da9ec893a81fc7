"""What will happen when: a queue of instants, and the order of one instant, written in one place."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import IntEnum


class Phase(IntEnum):
    """The order of one instant."""

    EVALUATIONS = 0  # rules that look on a schedule: they see the state just before
    ENDS = 1  # an entry leaves a window; a paid fine that waited for its sanction clears; a due date; a sanction ends
    RESETS = 2
    VERSIONS = 3
    STREAKS = 4  # so long nothing has happened
    PEOPLE = 5  # tickets repealed, and what people override
    PAYMENTS = 6
    METRICS = 7
    ACTS = 8
    TICKETS = 9
    WAITING_PAYMENTS = 10  # payments for a decision of this very instant


Due = tuple[datetime, Phase, str, object]
"""Something due: when, its tie with others of that phase, and what."""

Coming = tuple[datetime, Phase, str, int, object]
"""The same for what comes of other things, with the order in which it was added before what it is."""


class Plan:
    """What is due whatever happens, in its order."""

    def __init__(self, due: Iterable[Due]) -> None:
        self.due = sorted(due, key=_order)

    def changed(self, due: Due) -> Plan:
        """The same plan with one thing due in another way: what stands at its place is replaced."""
        twin = Plan(())
        twin.due = self.due.copy()
        twin.due[bisect_left(twin.due, _order(due), key=_order)] = due
        return twin

    def rest(self, after: datetime) -> Plan:
        """What of it is due after an instant."""
        twin = Plan(())
        twin.due = self.due[bisect_right(self.due, after, key=lambda due: due[0]) :]
        return twin

    def with_more(self, more: Iterable[Due]) -> Plan:
        """The same plan with more things due."""
        twin = Plan(())
        twin.due = self.due.copy()
        for due in more:
            insort(twin.due, due, key=_order)
        return twin


def _order(due: Due) -> tuple[datetime, Phase, str]:
    return due[:3]


class Agenda:
    """Hands out what is due phase by phase; ties go by their text, then as they came. What is due whatever happens is
    planned from the beginning, and put in order once; `add` is for what comes of it, in phases that nothing planned
    shares."""

    def __init__(self, plan: Plan) -> None:
        self._planned = plan.due
        self._place = 0
        self._coming: list[Coming] = []
        self._added = 0

    def copy(self) -> Agenda:
        """An agenda that goes its own way from here."""
        twin = Agenda(_EMPTY)
        twin._planned, twin._place = self._planned, self._place
        twin._coming, twin._added = self._coming.copy(), self._added
        return twin

    def follow(self, plan: Plan, after: datetime) -> None:
        """Another plan from now on; what it has up to and including the instant `after` is over."""
        self._planned = plan.due
        self._place = bisect_right(plan.due, after, key=lambda due: due[0])

    def add(self, instant: datetime, phase: Phase, tie: str, what: object) -> None:
        """Something is due; it may be at the present instant, in a later phase."""
        self._added += 1
        heapq.heappush(self._coming, (instant, phase, tie, self._added, what))

    def expects(self, instant: datetime, phase: Phase) -> bool:
        """Whether the next of what was planned is due in a phase of an instant."""
        return self._place < len(self._planned) and self._planned[self._place][:2] == (instant, phase)

    def awaits(self, instant: datetime, phase: Phase) -> bool:
        """Whether anything that was planned is due in a later phase of an instant, whatever comes before it."""
        return any(due[1] == phase for due in self.ahead(instant) if due[0] == instant)

    def ahead(self, until: datetime) -> list[Due]:
        """What is planned from here on up to and including an instant."""
        end = bisect_right(self._planned, until, self._place, key=lambda due: due[0])
        return self._planned[self._place : end]

    def comes_by(self, until: datetime) -> bool:
        """Whether anything is due up to and including an instant."""
        first = self._first()
        return first is not None and first[0] <= until

    def plans(self, ahead: list[Due], until: datetime) -> bool:
        """Whether just that is planned up to and including an instant."""
        end = self._place + len(ahead)
        return self._planned[self._place : end] == ahead and (
            end == len(self._planned) or self._planned[end][0] > until
        )

    def come(self, until: datetime) -> list[Coming]:
        """What came of other things and is due up to and including an instant, in its order."""
        found = self._pop(until)
        for one in found:
            heapq.heappush(self._coming, one)
        return found

    @property
    def last(self) -> datetime | None:
        """When the last of what came of other things is due."""
        return max((one[0] for one in self._coming), default=None)

    @property
    def added(self) -> int:
        """How many things were ever added."""
        return self._added

    def added_since(self, count: int) -> list[Coming]:
        """What was added since there were so many, and is still to come, in the order in which it was added."""
        return sorted((one for one in self._coming if one[3] > count), key=lambda one: one[3])

    def pass_over(self, planned: int, until: datetime) -> None:
        """So many things that were planned, and all that came of others up to an instant, are over."""
        self._place += planned
        self._pop(until)

    def _pop(self, until: datetime) -> list[Coming]:
        found = []
        while self._coming and self._coming[0][0] <= until:
            found.append(heapq.heappop(self._coming))
        return found

    def phases(self, last: datetime) -> Iterator[tuple[datetime, Phase, list[object]]]:
        """Each phase of each instant up to and including `last`, with all that is due in it."""
        while (first := self._first()) is not None and first[0] <= last:
            batch = []
            while self.expects(*first):
                batch.append(self._planned[self._place][-1])
                self._place += 1
            while self._coming and self._coming[0][:2] == first:
                batch.append(heapq.heappop(self._coming)[-1])
            yield *first, batch

    def _first(self) -> tuple[datetime, Phase] | None:
        """The next phase in which anything is due."""
        planned = self._planned[self._place][:2] if self._place < len(self._planned) else None
        coming = self._coming[0][:2] if self._coming else None
        if planned is None or coming is None:
            return planned or coming
        return min(planned, coming)


_EMPTY = Plan(())
