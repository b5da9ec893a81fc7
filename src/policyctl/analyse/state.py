"""What a machine is in, and what takes it from there to somewhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from policyctl.analyse.ready import Fine, Flags, Values

CLOSED: Flags = 1
"""The flag of the closure of the identity."""

MANY = 2
"""So many open fines of one sort are as good as more: as many as are kept apart."""

UNSURE = -1000
"""What a latch has counted, where that is not known."""

Fines = tuple[tuple[Fine, int], ...]


class State(NamedTuple):
    """What the future depends on. `counted` are the latches of rules that need one of their own; `instant` those of all
    rules, where more tickets of the same instant may come, and at last (a bit each) the rules for tickets like one of
    these, and the tickets of which more may come (None: the step was judged). `open`: more comes of the step by rules
    that were left out, before anybody looks."""

    values: Values
    flags: Flags
    fines: Fines
    counted: tuple[int, ...]
    instant: tuple[int, ...] | None = None
    open: bool = False


class Action(NamedTuple):
    """Something that happens: a `ticket` of an offence, or of so many points of a ledger (and `more` of the same
    instant to come), a `payment` of a fine that clears some ledgers (of several of one instant: with `|` between;
    `more`: what comes behind it does not wait until all is served), the `turn` of a unit of the calendar; that tickets
    of one instant are `judged`; or something of which the machine does not know why: a counter `falls`, a rule that was
    left out has its `effect`, one that looks at another `occasion` has come to it."""

    sort: str
    name: str
    points: int = 0
    more: bool = False

    @property
    def happens(self) -> bool:
        """Whether it stands in a history."""
        return self.sort in ("ticket", "payment", "turn")


JUDGED = Action("judged", "")


def happened(path: Iterable[Action]) -> list[Action]:
    """What of a path stands in a history, or takes its time; after the last ticket of an instant no more come."""
    found: list[Action] = []
    for action in path:
        if action.happens or action.sort == "falls":
            found.append(action)
        elif action == JUDGED:
            found[-1] = found[-1]._replace(more=False)
    return found


class Fired(NamedTuple):
    """A rule that fired: so many `times`, with the effects of that line."""

    rule: str
    times: int
    line: int


class Move(NamedTuple):
    """What comes of an action: the rules that fire, the state, the fines that it opened (they are in the state, too),
    the ledgers that it reset, and the rules that rose and had no effect."""

    action: Action
    fired: tuple[Fired, ...]
    state: State
    opened: tuple[Fine, ...] = ()
    reset: frozenset[str] = frozenset()
    outranked: tuple[str, ...] = ()


def opening(fines: Fines, opened: Iterable[Fine]) -> Fines:
    """Open fines, with some more."""
    found = dict(fines)
    for fine in opened:
        found[fine] = min(MANY, found.get(fine, 0) + 1)
    return tuple(sorted(found.items()))


def closing(fines: Fines, ledgers: frozenset[str]) -> Fines:
    """Open fines, when the books of some ledgers are over: what they would clear there is gone."""
    found: dict[Fine, int] = {}
    for fine, count in fines:
        left = tuple(ledger for ledger in fine if ledger not in ledgers)
        if left:
            found[left] = min(MANY, found.get(left, 0) + count)
    return tuple(sorted(found.items()))


def fewer(count: int) -> tuple[int, ...]:
    """How many fines of a sort are left of so many, when one is paid: of many, many may be."""
    return (MANY - 1, MANY) if count >= MANY else (count - 1,)


def together(count: int) -> Iterator[tuple[int, ...]]:
    """Some of so many things, two at least."""
    for size in range(2, count + 1):
        yield from combinations(range(count), size)


def counted_by(before: int, level: int) -> int:
    """What a latch has counted after a moment: no more than its level."""
    if before == 0 or level == 0:
        return 0
    return UNSURE if UNSURE in (before, level) else min(before, level)
