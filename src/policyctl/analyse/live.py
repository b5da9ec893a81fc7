"""Which rules can ever fire, and the shortest history in which each does."""

from __future__ import annotations

from policyctl.analyse.ahead import ahead
from policyctl.analyse.case import Case
from policyctl.analyse.explore import Budget
from policyctl.analyse.hunt import Goal, Hunted, hunt
from policyctl.analyse.machine import Machine
from policyctl.analyse.story import Story, fires
from policyctl.policy.form import Rule


def can_fire(case: Case, rule: Rule, budget: Budget | None = None) -> Hunted:
    """Whether a rule can ever fire."""

    def goal(machine: Machine) -> Goal:
        ready = next(one for one in machine.rules if one.rule.name == rule.name)
        near = ahead(machine, ready.rule.condition)
        least = 1 if ready.at_tickets and not ready.rough else 0
        return Goal(
            lambda before, move: any(fired.rule == rule.name for fired in move.fired),
            lambda state: max(least if state.instant is None else 0, near.least(state)),
        )

    return hunt(case, {rule.name}, goal, lambda story: _fires(story, rule.name), budget=budget)


def _fires(story: Story, rule: str) -> bool:
    return fires(story.answer(), rule, story.clock)
