"""Sanctions of one kind that run one after the other, or add up: each as it in fact runs.

A decision keeps its own end in every case; the overlap rule of the version in force decides what runs. Where that
differs from what the decision says by itself, the page tells both.
"""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from policyctl.policy.form import Overlap
from policyctl.replay.answer import Answer, Decision, Outcome, Running

Moves = Literal["consecutive", "extends"]
"""The overlap rules by which a sanction moves the end of another of its kind."""


class AsItRuns:
    """The sanctions that run or wait at the instant asked about, where others of their kind move their ends."""

    def __init__(self, answer: Answer) -> None:
        self._runs: dict[tuple[str, str], tuple[Moves, Running]] = {}
        choices = answer.version.choices if answer.version is not None else ()
        rules = {choice.sanction: choice.rule for choice in choices if isinstance(choice, Overlap)}
        for one in (one for status in answer.status for one in (*status.sanctions, *status.waiting)):
            match rules.get(one.name):
                case "consecutive":
                    self._runs[one.decision, one.name] = "consecutive", one
                case "extends":
                    for decision in (one.decision, *one.also):
                        self._runs[decision, one.name] = "extends", one

    def outcome(self, decision: Decision, outcome: Outcome) -> Outcome:
        """A sanction with its start, end and parts beside the others; as it is where nothing moves it."""
        rule, runs = self._runs.get((decision.id, outcome.effect.name), (None, None))
        if runs is None or outcome.effect.sort != "sanction" or outcome.dropped is not None:
            return outcome
        start = runs.start if rule == "consecutive" else outcome.start
        return replace(outcome, start=start, until=runs.until, permanent=runs.permanent, parts=runs.parts)

    def moved(self, decision: Decision, outcome: Outcome) -> Moves | None:
        """By which rule a sanction does not run as its decision says by itself, if it does not."""
        runs = self.outcome(decision, outcome)
        if (outcome.start, outcome.until, outcome.permanent) == (runs.start, runs.until, runs.permanent):
            return None
        return self._runs[decision.id, outcome.effect.name][0]
