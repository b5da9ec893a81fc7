"""Through all states of a machine, the nearest first, within a budget."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, TypeVar

S = TypeVar("S", bound=Hashable)
M = TypeVar("M")

EVENT = 8
"""What a move costs that stands in a history; others cost 1, so that of two ways with as many events the one on which
less is left open comes first."""


@dataclass
class Budget:
    """How many states may be found, and how long it may take. `states` is what was spent so far, `ended` which of the
    two ran out."""

    most: int = 200_000
    seconds: float = 60.0
    states: int = 0
    ended: str = ""
    _until: float = 0.0

    def __post_init__(self) -> None:
        self._until = monotonic() + self.seconds

    def part(self, states: int) -> Budget:
        """A small part of it, for a first look."""
        return Budget(min(states, max(0, self.most - self.states)), max(0.0, self._until - monotonic()))

    def limit(self, states: int, seconds: float) -> None:
        """Allow no more than so much from now on."""
        self.most = min(self.most, self.states + states)
        self._until = min(self._until, monotonic() + seconds)

    def spent(self) -> bool:
        """Whether it is used up."""
        if not self.ended:
            self.ended = "states" if self.states > self.most else "seconds" if monotonic() > self._until else ""
        return bool(self.ended)


@dataclass
class Search(Generic[S, M]):
    """A search from `start` by `moves`, each with what it costs and the state that it leads to. `ahead` is what it
    costs at least from a state to what is looked for, 0 if nothing better is known; states are looked at in the order
    of the costs behind them and ahead. `complete`: all that can be reached was; `sure`: all that costs less was."""

    start: S
    moves: Callable[[S], Iterable[tuple[M, int, S]]]
    budget: Budget
    ahead: Callable[[S], int] = lambda state: 0
    complete: bool = False
    sure: int = 0
    behind: dict[S, int] = field(default_factory=dict)
    """What it costs at least to come to a state, as far as is known."""
    _from: dict[S, tuple[S, M] | None] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[S, M, S]]:
        """Every move from every state that can be reached; moves from states on a shortest way come in their order."""
        self._from = {self.start: None}
        behind = self.behind = {self.start: 0}
        buckets: dict[int, list[S]] = {self.ahead(self.start): [self.start]}
        done: set[S] = set()
        looked = 0
        while buckets:
            first = min(buckets)
            self.sure = first
            states = buckets[first]
            state = states.pop()
            if not states:
                del buckets[first]
            if state in done:
                continue
            done.add(state)
            so_far = behind[state]
            for move, cost, after in self.moves(state):
                if after not in behind or so_far + cost < behind[after]:
                    self.budget.states += after not in behind
                    behind[after] = so_far + cost
                    self._from[after] = (state, move)
                    buckets.setdefault(max(first, so_far + cost + self.ahead(after)), []).append(after)
                    done.discard(after)
                yield state, move, after
            looked += 1
            if (self.budget.states > self.budget.most or looked % 32 == 0) and self.budget.spent():
                return
        self.complete = True

    def path(self, state: S) -> list[M]:
        """A shortest way to a state that was found."""
        found: list[M] = []
        while (step := self._from[state]) is not None:
            state, move = step
            found.append(move)
        return found[::-1]
