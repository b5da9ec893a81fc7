"""From where a rule looks, and what it has counted there.

Assumes that its period is open or closed as the state says.
"""

from __future__ import annotations

from msgspec import Struct

from policyctl.replay.listener import Listener
from policyctl.replay.measures import Seen
from policyctl.replay.records import NEW, Latch, LatchKey
from policyctl.replay.state import State


class Look(Struct, frozen=True):
    """A rule looks at a period, seen from where, with the tickets of the step that belong to it, or the other `events`
    that it listens to; `about` are the tickets that they name. `closed` is the key of its latch in a closed period,
    None in the running one. A rule that looks at one ticket by itself has what its level was `before` the step, seen
    from there. `heard` says how many things that its occasion names happened, `each` how it sees these where that
    differs."""

    listener: Listener
    closed: LatchKey | None
    seen: Seen
    tickets: tuple[str, ...]
    before: int | None = None
    events: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    heard: int = 0
    each: tuple[Seen, ...] = ()

    def level(self, state: State) -> int:
        """How far the rule has risen."""
        return state.level(self.listener, self.seen) if self.closed is None else self.listener.level(state, self.seen)

    def latch(self, state: State) -> Latch:
        """Its latch."""
        if self.closed is None:
            return state.latch(self.listener, self.seen.booked)
        return state.latches.get(self.closed, NEW)

    def set_latch(self, state: State, latch: Latch) -> None:
        """Put another latch in its place."""
        if self.closed is None:
            state.set_latch(self.listener, self.seen.booked, latch)
        else:
            state.latches[self.closed] = latch
