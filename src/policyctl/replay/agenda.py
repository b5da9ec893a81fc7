"""What will happen when: a queue of instants, and the order of one instant, written in one place."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime
from enum import IntEnum
from itertools import count


class Phase(IntEnum):
    """The order of one instant."""

    ENDS = 1  # an entry leaves a window; a paid fine that waited for its sanction clears
    RESETS = 2
    VERSIONS = 3
    PAYMENTS = 4
    TICKETS = 5
    WAITING_PAYMENTS = 6  # payments for a decision of this very instant


class Agenda:
    """Takes what is due at an instant, and hands it out phase by phase; ties go by their text, then as they came."""

    def __init__(self) -> None:
        self._queue: list[tuple[datetime, Phase, str, int, object]] = []
        self._serial = count()

    def add(self, instant: datetime, phase: Phase, tie: str, what: object) -> None:
        """Something is due; it may be at the present instant, in a later phase."""
        heapq.heappush(self._queue, (instant, phase, tie, next(self._serial), what))

    def phases(self, last: datetime) -> Iterator[tuple[datetime, Phase, list[object]]]:
        """Each phase of each instant up to and including `last`, with all that is due in it."""
        while self._queue and self._queue[0][0] <= last:
            instant, phase = self._queue[0][:2]
            batch = []
            while self._queue and self._queue[0][:2] == (instant, phase):
                batch.append(heapq.heappop(self._queue)[-1])
            yield instant, phase, batch
