"""What exploring a policy finds that is hardly meant: rules that never fire, parts that never matter, and the like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from policyctl.analyse.case import Case, joined
from policyctl.analyse.costs import Incentive, incentive
from policyctl.analyse.explore import Budget
from policyctl.analyse.hunt import Goal, Hunted, hunt
from policyctl.analyse.labels import FOR_GOOD, Labels
from policyctl.analyse.live import can_fire
from policyctl.analyse.machine import Machine
from policyctl.analyse.outside import Outside
from policyctl.analyse.same import Verdict, compare
from policyctl.analyse.state import Move, State
from policyctl.analyse.story import Story, fires
from policyctl.analyse.verdicts import Word, undecided
from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Condition,
    Ladder,
    Open,
    Rule,
    Version,
    condition_text,
)

Kind = Literal["dead", "outranked", "open", "part", "clear", "together", "incentive", "unpaid", "cliff", "for_good"]

STEEP = 10
"""A step of a ladder is a cliff if its sanction is so many times as long as that of the step below."""


SHORT = 0.3
"""Seconds for short histories in which a part of a rule matters, where nothing can be proved."""


@dataclass
class Finding:
    """Something that is hardly meant: of a `rule`, with what `else` it is about. `story` shows it; where `decided` is
    False nobody knows, and `hunted` says why."""

    kind: Kind
    rule: str
    about: str = ""
    story: Story | None = None
    other: Story | None = None
    decided: bool = True
    hunted: Hunted | None = None
    incentive: Incentive | None = None
    bound: int = 0

    @property
    def word(self) -> Word:
        """What is said of one that is not decided."""
        bounds = [one.bound for one in (self.hunted, self.incentive) if one is not None]
        return undecided(max(bounds, default=self.bound))


@dataclass
class Found:
    """What was found of one case; `alive` is the history in which each rule fires, `states` how many were looked at."""

    case: Case
    alive: dict[str, Story] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    states: int = 0
    outside: set[Outside] = field(default_factory=set)
    unsure: dict[str, Verdict] = field(default_factory=dict)
    """Rules of which it is not known whether each part matters, and why."""


def findings(case: Case, states: int, seconds: float, deep: bool = True) -> Found:
    """All findings of a case; without `deep` only which rules can fire."""
    found = Found(case)
    for rule in case.looked.rules:
        hunted = can_fire(case, rule, Budget(states, seconds))
        found.states += hunted.states
        found.outside |= set(hunted.outside)
        if hunted.story is not None:
            found.alive[rule.name] = hunted.story
        elif hunted.proved:
            found.findings.append(_dead(case, rule, states, seconds))
        else:
            found.findings.append(Finding("open", rule.name, decided=False, hunted=hunted))
    if deep:
        for finding in (
            *_parts(case, found, states, seconds),
            *_clears(case, found, states, seconds),
            *_together(case, found, states, seconds),
            *_cliffs(case, found),
            *_for_good(case, found),
            *_incentives(case, states, seconds),
        ):
            found.findings.append(finding)
        if found.unsure:
            bound = min(one.bound for one in found.unsure.values())
            found.findings.append(Finding("part", ", ".join(sorted(found.unsure)), decided=False, bound=bound))
    return found


def _dead(case: Case, rule: Rule, states: int, seconds: float) -> Finding:
    """A rule that never fires: whether it rises, and something else always takes its place."""

    def goal(machine: Machine) -> Goal:
        def hits(before: State, move: Move) -> bool:
            return rule.name in move.outranked

        return Goal(hits, lambda state: state.instant is None)

    def shown(story: Story) -> bool:
        answer = story.answer()
        return any(one.at == story.clock for one in answer.decisions) and not fires(answer, rule.name, story.clock)

    hunted = hunt(case, {rule.name}, goal, shown, budget=Budget(states, seconds))
    return Finding("dead" if hunted.story is None else "outranked", rule.name, story=hunted.story)


# --- parts and clears that make no difference ------------------------------------------------------------------------


def _without(case: Case, rule: Rule, other: Rule) -> Case:
    """The same case with another rule in the place of one."""

    def changed(version: Version, whole: bool) -> Version:
        mine = {one.name: one for one in version.rules}
        mine[rule.name] = other if not whole else _as_written(mine[rule.name], rule, other)
        return msgspec.structs.replace(version, rules=tuple(mine[one.name] for one in version.rules))

    policy = msgspec.structs.replace(case.policy, versions=(changed(case.version, True),))
    return Case(policy, case.identity, changed(case.looked, False), case.bare)


def _as_written(written: Rule, looked: Rule, other: Rule) -> Rule:
    """The change of a rule as one identity meets it, made to the rule as it is replayed."""
    if written == looked:
        return other
    return msgspec.structs.replace(written, effects=other.effects, condition=other.condition, lines=other.lines)


def _makes_no_difference(case: Case, found: Found, rule: Rule, other: Rule, states: int, seconds: float) -> bool:
    """Whether the same is decided with another rule in the place of one; where that is not known, it is noted."""
    verdict = compare(case, _without(case, rule, other), budget=Budget(states, seconds), short=SHORT)
    if not verdict.proved and not verdict.witnesses:
        found.unsure[rule.name] = verdict
    return verdict.proved and not verdict.witnesses


def _parts(case: Case, found: Found, states: int, seconds: float) -> Iterator[Finding]:
    """Parts of conditions without which the same is decided."""
    for rule in case.looked.rules:
        condition = rule.condition
        if rule.name not in found.alive or rule.lines or not isinstance(condition, AllOf | AnyOf):
            continue
        for place, part in enumerate(condition.parts):
            left = [one for number, one in enumerate(condition.parts) if number != place]
            if rule.every is not None and place == 0:
                continue
            other = msgspec.structs.replace(rule, condition=joined(type(condition), left))
            if _makes_no_difference(case, found, rule, other, states, seconds):
                yield Finding("part", rule.name, _said(part), found.alive[rule.name])


def _said(condition: Condition) -> str:
    return condition_text(condition)


def _clears(case: Case, found: Found, states: int, seconds: float) -> Iterator[Finding]:
    """Fines whose payment clears points, and the same is decided without that."""
    for rule in case.looked.rules:
        if rule.name not in found.alive:
            continue
        for place, effect in enumerate(rule.effects):
            if isinstance(effect, Open) and effect.clears:
                bare = msgspec.structs.replace(effect, clears=(), clears_when=None)
                effects = (*rule.effects[:place], bare, *rule.effects[place + 1 :])
                other = msgspec.structs.replace(rule, effects=effects)
                if _makes_no_difference(case, found, rule, other, states, seconds):
                    yield Finding("clear", rule.name, " and ".join(effect.clears), found.alive[rule.name])


# --- rules that belong together, cliffs, and what nobody leaves ------------------------------------------------------


def _together(case: Case, found: Found, states: int, seconds: float) -> Iterator[Finding]:
    """Pairs of rules, of different clauses, of which neither ever fires without the other."""
    ladder = {step: one.name for one in case.looked.choices if isinstance(one, Ladder) for step in one.steps}
    rules = [rule for rule in case.looked.rules if rule.name in found.alive]
    for number, rule in enumerate(rules):
        for other in rules[number + 1 :]:
            if ladder.get(rule.name, rule.name) == ladder.get(other.name, other.name):
                continue
            if not all(
                fires(found.alive[one.name].answer(), another.name, found.alive[one.name].clock)
                for one, another in ((rule, other), (other, rule))
            ):
                continue
            if _never_apart(case, rule, other, states, seconds):
                yield Finding("together", rule.name, other.name, found.alive[rule.name])


def _never_apart(case: Case, rule: Rule, other: Rule, states: int, seconds: float) -> bool:
    def goal(machine: Machine) -> Goal:
        def hits(before: State, move: Move) -> bool:
            names = {fired.rule for fired in move.fired}
            return (rule.name in names) != (other.name in names)

        return Goal(hits, lambda state: state.instant is None)

    def shown(story: Story) -> bool:
        answer = story.answer()
        return fires(answer, rule.name, story.clock) != fires(answer, other.name, story.clock)

    return hunt(case, {rule.name, other.name}, goal, shown, budget=Budget(states, seconds)).proved


def _cliffs(case: Case, found: Found) -> Iterator[Finding]:
    """Steps of a ladder that weigh many times as much as the one below."""
    labels = Labels(case.looked)

    def weight(rule: Rule) -> float:
        shown = [labels.label(effect, 1) for effect in rule.effects if isinstance(effect, Open)]
        return max((one.weight for one in shown if one is not None and one.sort in ("sanction", "close")), default=0)

    rules = {rule.name: rule for rule in case.looked.rules}
    for ladder in case.looked.choices:
        if not isinstance(ladder, Ladder):
            continue
        for below, above in zip(ladder.steps, ladder.steps[1:], strict=False):
            low, high = weight(rules[below]), weight(rules[above])
            if above in found.alive and low and high >= STEEP * low:
                yield Finding("cliff", above, below, found.alive[above])


def _for_good(case: Case, found: Found) -> Iterator[Finding]:
    """What nobody leaves: sanctions without an end, and closures."""
    labels = Labels(case.looked)
    for rule in case.looked.rules:
        for effect in rule.effects:
            label = labels.label(effect, 1)
            if rule.name in found.alive and label is not None and label.weight >= FOR_GOOD:
                yield Finding("for_good", rule.name, effect.name, found.alive[rule.name])
                break


def _incentives(case: Case, states: int, seconds: float) -> Iterator[Finding]:
    """One violation more, or an unpaid fine, that leaves somebody better off."""
    for paying in ("eager", "never"):
        one = incentive(case, paying, Budget(min(states, 20_000), min(seconds, 5.0)))
        if one.worse is not None:
            yield Finding("incentive", "", paying, one.worse, one.better, incentive=one)
        elif not one.proved:
            yield Finding("incentive", "", paying, decided=False, incentive=one)
    one = incentive(case, "unpaid", Budget(min(states, 20_000), min(seconds, 5.0)))
    if one.worse is not None:
        yield Finding("unpaid", "", "", one.worse, one.better, incentive=one)
    elif not one.proved:
        yield Finding("unpaid", "", "", decided=False, incentive=one)
