"""Sanctions of one kind that run one after the other, add up or absorb each other: each as it in fact runs.

A decision keeps its own end in every case; the overlap rule of the version in force decides what runs. Where that
differs from what the decision says by itself, the page tells both.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from policyctl.policy.form import Overlap
from policyctl.replay.answer import Answer, Decision, Outcome, PartOutcome, Running
from policyctl.replay.sanctions import GaveWay, gave_way

Moves = Literal["consecutive", "extends", "heaviest"]
"""The overlap rules by which a sanction moves the end of another of its kind."""


class AsItRuns:
    """The sanctions that run or wait at the instant asked about, where others of their kind move their ends, and those
    that gave way to a heavier one."""

    def __init__(self, answer: Answer) -> None:
        self._runs: dict[tuple[str, str], tuple[Moves, Running]] = {}
        choices = answer.version.choices if answer.version is not None else ()
        rules = {choice.sanction: choice.rule for choice in choices if isinstance(choice, Overlap)}
        heaviest = [name for name, rule in rules.items() if rule == "heaviest"]
        self._gave_way = {(one.decision, name): one for name in heaviest for one in _gave_way(answer, name)}
        for one in (one for status in answer.status for one in (*status.sanctions, *status.waiting)):
            match rules.get(one.name):
                case "consecutive":
                    self._runs[one.decision, one.name] = "consecutive", one
                case "extends":
                    for decision in (one.decision, *one.also):
                        self._runs[decision, one.name] = "extends", one

    def outcome(self, decision: Decision, outcome: Outcome) -> Outcome:
        """A sanction with its start, end and parts beside the others; as it is where nothing moves it."""
        gave = self.gave_way(decision, outcome)
        if gave is not None:
            until = outcome.start if gave.at is None else gave.at
            parts = () if gave.at is None else tuple(_cut(part, until) for part in outcome.parts)
            return replace(outcome, until=until, permanent=False, parts=parts, dropped=None)
        rule, runs = self._runs.get((decision.id, outcome.effect.name), (None, None))
        if runs is None or outcome.effect.sort != "sanction" or outcome.dropped is not None:
            return outcome
        start = runs.start if rule == "consecutive" else outcome.start
        return replace(outcome, start=start, until=runs.until, permanent=runs.permanent, parts=runs.parts)

    def moved(self, decision: Decision, outcome: Outcome) -> Moves | None:
        """By which rule a sanction does not run as its decision says by itself, if it does not."""
        if self.gave_way(decision, outcome) is not None:
            return "heaviest"
        runs = self.outcome(decision, outcome)
        if (outcome.start, outcome.until, outcome.permanent) == (runs.start, runs.until, runs.permanent):
            return None
        return self._runs[decision.id, outcome.effect.name][0]

    def gave_way(self, decision: Decision, outcome: Outcome) -> GaveWay | None:
        """To which other decision a sanction gave way, being no heavier, if it did."""
        return self._gave_way.get((decision.id, outcome.effect.name)) if outcome.effect.sort == "sanction" else None


def _gave_way(answer: Answer, name: str) -> Iterator[GaveWay]:
    for status in answer.status:
        yield from gave_way(name, [one for one in answer.decisions if one.identity == status.identity])


def _cut(part: PartOutcome, end: datetime) -> PartOutcome:
    return part if part.until is not None and part.until < end else PartOutcome(part.name, end)
