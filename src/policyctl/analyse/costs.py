"""Whether one more violation, or a fine that is not paid, can leave somebody better off.

Two lives of one account are gone through together: in one of them a ticket more is taken at some instant, all else is
the same. What each life costs is counted as it is imposed: the hours of each sanction, the money of each fine, closure.
One is better off where nothing costs more and something costs less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, NamedTuple

from policyctl.analyse.case import Case
from policyctl.analyse.explore import EVENT, Budget, Search
from policyctl.analyse.labels import FOR_GOOD, Labels
from policyctl.analyse.machine import Machine
from policyctl.analyse.outside import Outside
from policyctl.analyse.state import CLOSED, Action, Fired, State
from policyctl.analyse.story import Story, Untold
from policyctl.policy.form import Open, Part, Version, records
from policyctl.replay.answer import Answer

Paying = Literal["eager", "never", "free", "unpaid"]
"""Every fine is paid at once, none is, or as is best; `unpaid`: no ticket more, but the first life pays none of its
fines and the second each at once."""

TRIES = 40

FEW = 2_000
"""States that are looked at where nothing can be proved."""


class Cost(NamedTuple):
    """What was imposed: hours of sanctions (a closure is for good), and money."""

    hours: float = 0
    money: float = 0

    def less(self, other: Cost) -> Cost:
        """The difference."""
        return Cost(self.hours - other.hours, self.money - other.money)

    def more(self, other: Cost) -> Cost:
        """The sum."""
        return Cost(self.hours + other.hours, self.money + other.money)

    @property
    def better(self) -> bool:
        """Whether such a difference is an advantage."""
        return self.hours <= 0 and self.money <= 0 and (self.hours < 0 or self.money < 0)


class Lives(NamedTuple):
    """Both lives; `extra` is the ticket that only the first has (None: not yet)."""

    more: State
    less: State
    extra: Action | None = None
    ahead: Cost = Cost()


class Lived(NamedTuple):
    """What happens in both; with `extra` only in the first."""

    action: Action
    extra: bool


@dataclass
class Incentive:
    """`worse` is the history with the ticket more, which costs less than `better` does without it. `proved`: there is
    none. Else none with at most `bound` events, as far as the machine tells."""

    worse: Story | None = None
    better: Story | None = None
    costs: tuple[Cost, Cost] = (Cost(), Cost())
    proved: bool = False
    states: int = 0
    bound: int = 0
    why: str = ""
    outside: list[Outside] = field(default_factory=list)
    windowed: bool = False


def incentive(case: Case, paying: Paying, budget: Budget) -> Incentive:
    """Look for a violation that pays."""
    machine = Machine(case.looked, [rule.name for rule in case.looked.rules], (), case.bare)
    labels = Labels(case.looked)
    outside = [*machine.outside, *_for_good(case.looked)]
    if outside:
        budget.most = min(budget.most, FEW)  # nothing is proved by going on
    found = Incentive(outside=outside, windowed=machine.windowed())
    start = Lives(machine.start(), machine.start(), Action("unpaid", "") if paying == "unpaid" else None)
    search: Search[Lives, Lived] = Search(
        start, lambda lives: ((one, EVENT, after) for one, after in _moves(machine, labels, lives, paying)), budget
    )
    tried = 0
    for before, move, after in search:
        if after.extra is None or not after.ahead.better:
            continue
        path = [*search.path(before), move]
        stories = _stories(case, path, paying)
        # what the life without the ticket would best pay is not known: only where it has nothing to pay
        if stories is not None and (paying != "free" or not stories[1].fines(stories[1].clock)):
            more, less = (_cost(story.answer(), case.identity) for story in stories)
            if more.less(less).better:
                found.worse, found.better, found.costs, found.states = *stories, (more, less), budget.states
                return found
        tried += 1
        if tried >= TRIES:
            break
    found.states = budget.states
    exact = not outside
    choice = paying == "free" and any(effect.clears for effect in records(case.looked.rules, Open))
    found.proved = exact and search.complete and not tried and not machine.sizes and not choice
    if not found.proved:
        found.why = "outside" if not exact else "no-history" if tried else "budget"
        if found.why == "budget" and search.complete:
            found.why = "points" if machine.sizes else "free"
    found.bound = 0 if tried or not exact or choice or machine.sizes else max(0, (search.sure - 1) // EVENT)
    return found


def _for_good(version: Version) -> Iterator[Outside]:
    """Sanctions without an end: twice of them is no more than once, and the hours of others count beside them."""
    for rule in version.rules:
        if any(part.permanent for part in records(rule.effects, Part)):
            yield Outside("Part.permanent", rule.name)


def _moves(machine: Machine, labels: Labels, lives: Lives, paying: Paying) -> Iterator[tuple[Lived, Lives]]:
    """Everything that can happen to both lives, and one ticket more in the first."""
    if lives.more == lives.less and lives.extra is not None and paying != "unpaid":
        return  # from here on both cost the same
    ways: tuple[Paying, Paying] = ("never", "eager") if paying == "unpaid" else (paying, paying)
    if lives.extra is None and lives.more.flags & CLOSED:
        return
    for action in (one for one, _ in machine.tickets):
        for state, cost in _after(machine, labels, lives.more, action, ways[0]):
            if state.flags & CLOSED:
                continue  # nobody is better off whose business has ended
            if lives.extra is None:
                after = Lives(state, lives.less, action, cost)
                yield Lived(action, True), after
                yield Lived(action, False), Lives(state, state)
                continue
            for other, less in _after(machine, labels, lives.less, action, ways[1]):
                yield Lived(action, False), Lives(state, other, lives.extra, lives.ahead.more(cost).less(less))
    for units in machine.turning:
        action = Action("turn", min(units))
        ones = [move for move in machine.moves(lives.more) if move.action.sort == "turn"]
        others = [move for move in machine.moves(lives.less) if move.action.sort == "turn"]
        for one in ones:
            for another in others:
                if one.action == another.action and one.action.name.split("+")[0] == action.name:
                    yield (
                        Lived(one.action, False),
                        Lives(one.state, another.state if lives.extra else one.state, lives.extra, lives.ahead),
                    )


def _after(
    machine: Machine, labels: Labels, state: State, action: Action, paying: Paying
) -> Iterator[tuple[State, Cost]]:
    """What comes of a ticket, fines paid as they are."""
    for move in machine.moves(state):
        if move.action != action or move.state.open:
            continue
        cost = _of_fired(labels, move.fired)
        yield from ((after, cost) for after in _paid(machine, move.state, paying))
        return
    yield state, Cost()


def _paid(machine: Machine, state: State, paying: Paying) -> Iterator[State]:
    """The states that open fines are left in: paid at once, or not; `free` is both."""
    if paying in ("never", "free"):
        yield state._replace(fines=())
    if paying in ("eager", "free") and (state.fines or paying == "eager"):
        gone = {ledger for fine, _ in state.fines for ledger in fine}
        yield machine.cleared(state._replace(fines=()), gone)


def _of_fired(labels: Labels, fired: tuple[Fired, ...]) -> Cost:
    hours = money = 0.0
    for one in fired:
        for effect in labels.rules[one.rule].effects:
            if effect.line == one.line and isinstance(effect, Open):
                label = labels.label(effect, one.times)
                if label is not None and effect.sort in ("sanction", "close"):
                    hours += label.weight
                elif label is not None and effect.sort == "fine":
                    money += float((effect.amount or Fraction(0)) * (one.times if effect.each else 1))
    return Cost(hours, money)


def _stories(case: Case, path: list[Lived], paying: Paying) -> tuple[Story, Story] | None:
    """Both lives as histories, with the same days."""
    one = Story(case.policy, case.version, case.identity)
    other = Story(case.policy, case.version, case.identity)
    try:
        for step in path:
            one.tell([step.action])
            if step.extra:
                other.wait(one)
            else:
                other.tell([step.action])
            if paying == "eager":
                one.pay_all()
            if paying in ("eager", "unpaid"):
                other.pay_all()
            one.clock = other.clock = max(one.clock, other.clock)
    except Untold:
        return None
    return one, other


def _cost(answer: Answer, identity: str) -> Cost:
    """What an answer imposes in all."""
    hours = money = 0.0
    for decision in answer.decisions:
        if decision.identity != identity:
            continue
        for outcome in decision.outcomes:
            if outcome.amount is not None and isinstance(outcome.effect, Open) and outcome.effect.sort == "fine":
                money += float(outcome.amount)
            elif isinstance(outcome.effect, Open) and outcome.effect.sort in ("sanction", "close"):
                forever = outcome.permanent or outcome.until is None or outcome.effect.sort == "close"
                assert forever or outcome.until is not None
                hours += (
                    FOR_GOOD
                    if outcome.until is None or forever
                    else (outcome.until - outcome.start).total_seconds() / 3600
                )
    return Cost(hours, money)
