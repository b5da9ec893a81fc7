"""The search for a history in which something happens, and the proof that there is none.

The machine looks at few rules first. Where its path has no history, the rules that stood in the way are looked at, too:
so what is found is short, and what is not found does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple

from policyctl.analyse.case import Case, companions
from policyctl.analyse.explore import EVENT, Budget, Search
from policyctl.analyse.machine import Machine
from policyctl.analyse.outside import Outside
from policyctl.analyse.short import short_histories
from policyctl.analyse.state import JUDGED, Action, Move, State, happened
from policyctl.analyse.story import Story, Untold
from policyctl.analyse.waits import fall
from policyctl.policy.form import Condition

TRIES = 20
"""So many paths without a history are looked at before the search gives up."""

FEW = 2_000
"""States of a first look, without several tickets of one instant."""


class Goal(NamedTuple):
    """What is looked for in a machine: a move that `hits`, at least `ahead` events from a state. `closed`: also where
    the identity is closed, so that no rule fires any more."""

    hits: Callable[[State, Move], bool]
    ahead: Callable[[State], int]
    closed: bool = False
    at_start: bool = False
    """Whether it may be so before anything has happened."""


@dataclass
class Hunted:
    """`story` is the history that was found. `proved`: there is none. Else none was found that has at most `bound`
    events (`plain`: of histories in which one thing happens a day), and `why` says what stands in the way of more: a
    `budget`, paths of the machine that have `no-history`, or what is `outside` of what it knows."""

    story: Story | None
    proved: bool
    states: int
    bound: int = 0
    plain: bool = False
    why: str = ""
    outside: list[Outside] = field(default_factory=list)
    windowed: bool = False


class _Round(NamedTuple):
    """What came of one search: a `story`, with what its path costs; or the rules to be looked at besides."""

    story: Story | None
    cost: int
    blamed: set[str]
    search: Search[State, Move]
    tried: int


def hunt(
    case: Case,
    rules: set[str],
    goal: Callable[[Machine], Goal],
    shown: Callable[[Story], bool],
    watched: Iterable[Condition] = (),
    budget: Budget | None = None,
) -> Hunted:
    """Look for a history that is `shown` to do what is asked, by the machine for some `rules`."""
    budget = budget or Budget()
    rules = companions(case.looked, rules)
    watched = list(watched)
    while True:
        machine = Machine(case.looked, rules, watched, case.bare).with_free_fines()
        asked = goal(machine)
        if not all(one.roughly for one in machine.outside):
            budget.most = min(budget.most, budget.states + FEW)  # nothing is proved by going on
        empty = Story(case.policy, case.version, case.identity)
        if asked.at_start and shown(empty):
            return _answer(Hunted(empty, False, budget.states), machine)
        least = EVENT * max(1, asked.ahead(machine.start()))
        glance = budget.part(FEW)
        first = _round(case, machine, asked, shown, glance, False, None)
        budget.states += glance.states
        best = first
        if not first.blamed and (first.story is None or first.cost > least):
            # several tickets of one instant may do it, or do it with fewer
            limit = None if first.story is None else first.cost
            second = _round(case, machine, asked, shown, budget, True, limit)
            best = second if second.story is not None or first.story is None else first
        if best.story is not None:
            return _answer(Hunted(best.story, False, budget.states), machine)
        if best.blamed and not budget.spent():
            rules = companions(case.looked, rules | best.blamed)
            continue
        return _not_found(case, machine, best, shown, budget)


def _answer(found: Hunted, machine: Machine) -> Hunted:
    found.outside, found.windowed = machine.outside, machine.windowed()
    return found


def _not_found(case: Case, machine: Machine, last: _Round, shown: Callable[[Story], bool], budget: Budget) -> Hunted:
    """What follows from a search that found nothing."""
    found = _answer(Hunted(None, False, budget.states), machine)
    exact = all(one.roughly for one in machine.outside)
    if exact and last.search.complete and not last.tried:
        found.proved = True
        return found
    found.why = "outside" if not exact else "no-history" if last.tried else "budget"
    cheap = machine.elsewhere or any(counter.falls for counter in machine.numbers.counters)
    if exact and not cheap and not last.tried and not machine.sizes:
        found.bound = max(0, (last.search.sure - 1) // (EVENT + 1))
    story, depth = short_histories(case, shown)
    if story is not None:
        return _answer(Hunted(story, False, budget.states), machine)
    if depth > found.bound:
        found.bound, found.plain = depth, True
    return found


def _round(
    case: Case,
    machine: Machine,
    goal: Goal,
    shown: Callable[[Story], bool],
    budget: Budget,
    more: bool,
    below: int | None,
) -> _Round:
    search: Search[State, Move] = Search(
        machine.start(),
        lambda state: (
            (move, cost(state, move.action), move.state)
            for move in machine.moves(state, machine.loud(state) if more else None)
        ),
        budget,
        lambda state: EVENT * goal.ahead(state),
    )
    blamed: set[str] = set()
    tried = 0
    for spent, path in _cheapest(search, goal):
        if below is not None and spent >= below:
            break
        story, others = told(case, machine, path, shown)
        if story is not None:
            return _Round(story, spent, set(), search, tried)
        paid = {tuple(action.name.split("+")) for action in path if action.sort == "payment"}
        others |= {machine.free[fine] for fine in paid if fine in machine.free}
        blamed |= ({action.name for action in path if action.sort == "effect"} | others) & machine.concern
        tried += 1
        if blamed or tried >= TRIES:
            break
    return _Round(None, 0, blamed, search, tried)


def _cheapest(search: Search[State, Move], goal: Goal) -> Iterator[tuple[int, list[Action]]]:
    """The ways to what is looked for, each with what it costs, the cheapest first."""
    waiting: list[tuple[int, int, State, Move]] = []
    found = 0
    for before, move, _ in search:
        while waiting and waiting[0][0] <= search.sure:
            yield _way(search, heappop(waiting))
        if goal.hits(before, move):
            found += 1
            heappush(waiting, (search.behind[before] + cost(before, move.action), found, before, move))
    # what is left costs more than all that was gone through, or a budget ended that
    while waiting:
        yield _way(search, heappop(waiting))


def _way(search: Search[State, Move], found: tuple[int, int, State, Move]) -> tuple[int, list[Action]]:
    spent, _, before, move = found
    return spent, [step.action for step in [*search.path(before), move]]


def cost(state: State, action: Action) -> int:
    """What a move costs; a ticket more of an instant a little more, so that these come last among equals."""
    if action.happens:
        return EVENT + (state.instant is not None)
    return 0 if action == JUDGED else 1


def told(
    case: Case, machine: Machine, path: list[Action], shown: Callable[[Story], bool]
) -> tuple[Story | None, set[str]]:
    """The story of a path that is shown to do what is asked; None where it does not, replayed, and the rules that fired
    on the way instead."""
    story = Story(case.policy, case.version, case.identity)
    try:
        for action in happened(path):
            if action.sort == "falls":
                fall(story, [machine], action)
            else:
                story.tell([action])
    except Untold:
        return None, set()
    if not story.events:
        return None, set()
    if shown(story):
        return story, set()
    return None, {decision.rule.name for decision in story.answer().decisions}
