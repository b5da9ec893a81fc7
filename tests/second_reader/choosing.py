"""Choices of the second reader: which of the rules that rise together take effect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from policyctl.policy.form import Ladder, Prevails, Rule, Version


class Risen(NamedTuple):
    """What became of the rules that rose: those that take effect, those that are spent, those that wait."""

    fire: list[str]
    outranked: list[str]
    wait: list[str]


def choose(version: Version, rose: Iterable[str]) -> Risen:
    """Of the steps of one ladder one rung; of two rules of which one prevails, that one."""
    rose = list(rose)
    wait: list[str] = []
    for ladder in _ladders(version, "next"):
        rungs = [rung for rung in ladder.rungs if any(step in rose for step in rung)]
        wait += [step for rung in rungs[1:] for step in rung if step in rose]
    rose = [name for name in rose if name not in wait]
    outranked: list[str] = []
    for ladder in _ladders(version, "highest"):
        rungs = [rung for rung in ladder.rungs if any(step in rose for step in rung)]
        outranked += [step for rung in rungs[:-1] for step in rung if step in rose]
    for choice in version.choices:
        if isinstance(choice, Prevails) and _among(version, choice.over, rose):
            outranked += _among(version, choice.under, rose)
    return Risen([name for name in rose if name not in outranked], outranked, wait)


def _ladders(version: Version, takes: str) -> list[Ladder]:
    return [choice for choice in version.choices if isinstance(choice, Ladder) and choice.takes == takes]


def _among(version: Version, name: str, rose: list[str]) -> list[str]:
    """The rule of a name, or the steps of the ladder of that name, that rose."""
    steps = [step for c in version.choices if isinstance(c, Ladder) and c.name == name for step in c.steps]
    return [one for one in rose if one == name or one in steps]


def line_that_holds(rule: Rule, holds: list[bool]) -> int | None:
    """The first line of a rule of several that holds."""
    return next((number for number, one in enumerate(holds) if one), None) if rule.lines else None
