"""Properties of a policy, proved for all histories, or refuted by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from policyctl.analyse.ahead import ahead
from policyctl.analyse.case import Case, cases, for_identity
from policyctl.analyse.costs import Incentive, Paying, incentive
from policyctl.analyse.explore import Budget
from policyctl.analyse.hunt import Goal, Hunted, hunt
from policyctl.analyse.live import can_fire
from policyctl.analyse.machine import Machine
from policyctl.analyse.ready import MANY_TIMES
from policyctl.analyse.same import Verdict, compare
from policyctl.analyse.state import Move, State
from policyctl.analyse.story import Story
from policyctl.analyse.verdicts import Reasons, Word, undecided
from policyctl.analyse.watch import holds, watching
from policyctl.instants import Length
from policyctl.policy.form import (
    AllOf,
    Comparison,
    Condition,
    Effect,
    Ladder,
    Measure,
    Not,
    Open,
    Part,
    Policy,
    Read,
    Rule,
    Term,
)
from policyctl.policy.properties import Property

GRAVITY: dict[Word, int] = {"proved": 0, "refuted": 1, "bounded": 3, "unknown": 4}
"""The exit status of each verdict; the gravest counts."""


@dataclass
class Proved:
    """What was found out of a property, for one identity. `story` refutes it, or shows what was asked for; `other` is
    the story, or the policy, that it is held against."""

    stated: Property
    case: Case
    word: Word
    reasons: Reasons
    story: Story | None = None
    other: Story | None = None
    against: Case | None = None
    rule: str | None = None
    incentive: Incentive | None = None
    paying: str = ""


def prove(
    policy: Policy, stated: Property, states: int, seconds: float, bare: bool = False, identity: str | None = None
) -> list[Proved]:
    """What is so of a property, for an identity, or for each that is treated in a way of its own."""
    found = []
    for case in cases(policy, stated.since, identity, bare):
        found += _templates[stated.template](policy, case, stated, Budget(states, seconds))
    return found


def _said(hunted: Hunted, case: Case) -> Reasons:
    return Reasons(hunted.bound, hunted.plain, hunted.why, hunted.states, hunted.outside, hunted.windowed, case.bare)


def _unless_found(case: Case, stated: Property, hunted: Hunted) -> Proved:
    """Of what must not be: refuted by a story, proved where there is none."""
    word: Word = "refuted" if hunted.story else "proved" if hunted.proved else undecided(hunted.bound)
    return Proved(stated, case, word, _said(hunted, case), hunted.story)


# --- always, never ---------------------------------------------------------------------------------------------------


def _always(policy: Policy, case: Case, stated: Property, budget: Budget) -> list[Proved]:
    """`always C implies D` is never (C and not D); `always C` is never not C."""
    assert stated.condition is not None
    wrong: Condition = stated.condition
    if stated.template == "always":
        wrong = Not(wrong) if stated.implied is None else AllOf((wrong, Not(stated.implied)))
    return [_unless_found(case, stated, never(case, wrong, stated.measures, budget))]


def never(case: Case, wrong: Condition, measures: Iterable[Measure], budget: Budget) -> Hunted:
    """Whether a condition never holds, after any event."""
    told = watching(case, tuple(measures))
    looked = for_identity(wrong, case.identity)

    def goal(machine: Machine) -> Goal:
        test = machine.making.holds(looked)
        near = ahead(machine, looked)

        def hits(before: State, move: Move) -> bool:
            after = move.state
            return after.instant is None and not after.open and test(after.values, after.flags) is not False

        start = machine.start()
        return Goal(hits, near.least, closed=True, at_start=test(start.values, start.flags) is not False)

    def shown(story: Story) -> bool:
        [status] = [one for one in story.answer().status if one.identity == case.identity]
        return holds(wrong, status, case.identity) is True

    return hunt(told, set(), goal, shown, [looked], budget)


# --- payments and lengths --------------------------------------------------------------------------------------------


def _never_cleared(policy: Policy, case: Case, stated: Property, budget: Budget) -> list[Proved]:
    """No payment ever ends points of the ledger."""
    ledger = stated.name
    assert ledger is not None
    clearing = {
        rule.name
        for rule in case.looked.rules
        for effect in rule.effects
        if isinstance(effect, Open) and ledger in effect.clears
    }
    if not clearing:
        return [Proved(stated, case, "proved", Reasons(bare=case.bare))]
    points = Measure("points there are", (Term(Fraction(1), Read("sum", "entry", (ledger,), "live", "ever")),))
    some = Comparison(points.name, ">", Fraction(0))
    told = watching(case, (points,))

    def goal(machine: Machine) -> Goal:
        there = machine.making.holds(some)

        def hits(before: State, move: Move) -> bool:
            paid = move.action.sort == "payment" and ledger in move.action.name.replace("|", "+").split("+")
            return paid and there(before.values, before.flags) is not False

        return Goal(hits, lambda state: 1, closed=True)

    def shown(story: Story) -> bool:
        fines = story.fines(story.clock)
        return any(name == ledger and number for fine in fines for name, number in fine.cleared)

    return [_unless_found(case, stated, hunt(told, clearing, goal, shown, [some], budget))]


def _never_longer(policy: Policy, case: Case, stated: Property, budget: Budget) -> list[Proved]:
    """No decision imposes the sanction (any, if none is named) for longer, or without an end."""
    length = stated.length
    assert length is not None

    def too_long(effect: Effect, times: int) -> bool:
        """Whether an effect may be longer."""
        if not isinstance(effect, Open) or effect.sort != "sanction" or stated.name not in (None, effect.name):
            return False
        if effect.until is not None or effect.formula is not None or (effect.each and times >= MANY_TIMES):
            return True
        many = times if effect.each else 1
        return any(_may_be_longer(part, many, length) for part in effect.parts)

    rules = {
        rule.name: rule for rule in case.looked.rules if any(too_long(effect, MANY_TIMES) for effect in rule.effects)
    }

    def goal(machine: Machine) -> Goal:
        def hits(before: State, move: Move) -> bool:
            return any(
                too_long(effect, one.times)
                for one in move.fired
                if one.rule in rules
                for effect in rules[one.rule].effects
                if effect.line == one.line
            )

        return Goal(hits, lambda state: state.instant is None)

    def shown(story: Story) -> bool:
        zone = story.zone
        for decision in story.answer().decisions:
            for outcome in decision.outcomes:
                effect = outcome.effect
                if decision.at != story.clock or not isinstance(effect, Open) or effect.sort != "sanction":
                    continue
                if stated.name in (None, effect.name) and (
                    outcome.until is None or outcome.until > zone.after(outcome.start, length)
                ):
                    return True
        return False

    if not rules:
        return [Proved(stated, case, "proved", Reasons(bare=case.bare))]
    return [_unless_found(case, stated, hunt(case, set(rules), goal, shown, budget=budget))]


def _may_be_longer(part: Part, times: int, length: Length) -> bool:
    """Whether a part of a sanction may last longer than that: months and days are compared roughly."""
    if part.permanent or part.time is None or part.highest is not None:
        return True
    if part.time.unit == length.unit and not part.time.rolled:
        return part.time.count * times > length.count
    if part.time.unit in _EXACT and length.unit in _EXACT:
        return _EXACT[part.time.unit] * part.time.count * times > _EXACT[length.unit] * length.count
    return part.time.longest() * times > length.longest() * 0.7


_EXACT = {"minute": 1, "hour": 60, "day": 1440, "week": 10080}
"""Units that always have as many minutes."""


# --- rules -----------------------------------------------------------------------------------------------------------


def _can_fire(policy: Policy, case: Case, stated: Property, budget: Budget) -> list[Proved]:
    """A rule, each step of a ladder, or every rule can fire; or never can."""
    found = []
    for rule in _meant(case, stated.name):
        hunted = can_fire(case, rule, Budget(budget.most, budget.seconds))
        word: Word
        if stated.word == "can":
            word = "proved" if hunted.story else "refuted" if hunted.proved else undecided(hunted.bound)
        else:
            word = "refuted" if hunted.story else "proved" if hunted.proved else undecided(hunted.bound)
        found.append(Proved(stated, case, word, _said(hunted, case), hunted.story, rule=rule.name))
    return found


def _meant(case: Case, name: str | None) -> list[Rule]:
    steps = {one.name: one.steps for one in case.looked.choices if isinstance(one, Ladder)}
    names = None if name is None else steps.get(name, (name,))
    return [rule for rule in case.looked.rules if names is None or rule.name in names]


# --- other versions, and money ---------------------------------------------------------------------------------------


def _as_before(policy: Policy, case: Case, stated: Property, budget: Budget) -> list[Proved]:
    """The same decisions as another version, or none that are milder, or stricter."""
    [old] = cases(policy, stated.date, case.identity, case.bare)
    wrong = ("stricter", "milder", "other") if stated.word == "same" else (stated.word, "other")
    verdict = compare(old, case, budget=budget, classes=wrong)
    story = verdict.first_of(wrong)
    word: Word = "refuted" if story else "proved" if verdict.proved else undecided(verdict.bound)
    return [Proved(stated, case, word, _of_verdict(verdict, case), story, against=old)]


def _of_verdict(verdict: Verdict, case: Case) -> Reasons:
    return Reasons(
        verdict.bound, verdict.plain, verdict.why, verdict.states, verdict.outside, verdict.windowed, case.bare
    )


def _never_less(policy: Policy, case: Case, stated: Property, budget: Budget) -> list[Proved]:
    """One violation more never leaves anybody better off."""
    ways: tuple[Paying, ...] = ("eager", "never")
    paying: tuple[Paying, ...] = {"eager": ways[:1], "never": ways[1:], "free": ("free",)}.get(stated.word, ways)
    found = []
    for way in paying:
        one = incentive(case, way, Budget(min(budget.most, 40_000), min(budget.seconds, 10.0) / len(paying)))
        word: Word = "refuted" if one.worse else "proved" if one.proved else undecided(one.bound)
        reasons = Reasons(one.bound, False, one.why, one.states, one.outside, one.windowed, case.bare)
        found.append(Proved(stated, case, word, reasons, one.worse, one.better, incentive=one, paying=way))
    return found


_templates: dict[str, Callable[[Policy, Case, Property, Budget], list[Proved]]] = {
    "always": _always,
    "never": _always,
    "never_cleared": _never_cleared,
    "never_longer": _never_longer,
    "can_fire": _can_fire,
    "never_less": _never_less,
    "as_before": _as_before,
}
