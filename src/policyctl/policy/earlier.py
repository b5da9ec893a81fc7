"""Rules that count earlier decisions: such as nothing could begin, and steps that the next ticket reaches.

Assumes the rules of one version, resolved. What people impose is not known here, nor what an older version decided: a
test that imposes a sanction shows the first, and of a version that takes over from another nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from policyctl.policy.draft import Draft
from policyctl.policy.form import (
    AllOf,
    Comparison,
    Condition,
    End,
    Ladder,
    Measure,
    Open,
    Prevails,
    Previous,
    Read,
    Rule,
    When,
    key,
)
from policyctl.source import tree
from policyctl.source.stories import OverrideLine
from policyctl.source.text import Span


def check_earlier(draft: Draft, found: Sequence[Rule], choices: Iterable[Ladder | Prevails]) -> None:
    """Warns of both."""
    if draft.findings.failed or draft.of(tree.TransitionStatement):
        return
    ladders = [choice for choice in choices if isinstance(choice, Ladder)]
    earlier = _Earlier({rule.name: rule for rule in found}, ladders, draft.numbers.measures, _by_people(draft))
    places = places_of(draft)
    for rule, name in earlier.never_begun():
        if (span := places.get(draft.said[key(draft.head.since, "rule", rule.name)].line)) is not None:
            draft.warn(
                "counts-only-itself",
                span,
                f"only rules that ask for an earlier `{name}` bring one, so there is never a first",
                "write what brings the first one: a step or a rule that does not ask for it, or one for which there was"
                " none yet (`= 0`)",
            )
            return
    for step, before, name in earlier.at_next_ticket():
        if (span := places.get(draft.said[key(draft.head.since, "rule", step.name)].line)) is not None:
            first = draft.said[key(draft.head.since, "rule", before.name)].line
            draft.warn(
                "step-at-next-ticket",
                span,
                f"the very next ticket reaches this step: `{name}` counts from its beginning, and nothing else is asked"
                " for anew",
                f"end the points of the step before with it (`clear`, `consume`, `lower`){_or_over(before, name)}",
                (places[first], "the step before") if first in places else None,
            )
            return


def _or_over(before: Rule, name: str) -> str:
    """What else helps where a sanction is counted."""
    imposes = any(isinstance(effect, Open) and effect.name == name for effect in before.effects)
    return f", or ask that it is over: `and not {name} is running`" if imposes else ""


def _by_people(draft: Draft) -> frozenset[str]:
    """What tests show that people impose."""
    lines = (line for test in draft.of(tree.TestStatement) for line in test.lines)
    return frozenset(line.name.text for line in lines if isinstance(line, OverrideLine) and line.name is not None)


def places_of(draft: Draft) -> dict[int, Span]:
    """Where rules and steps stand, by their lines."""
    steps = {step.span.line: step.span for one in draft.of(tree.LadderStatement) for step in one.steps}
    rules = {one.span.line: one.cases[0].condition.span for one in draft.of(tree.RuleStatement)}
    return rules | steps


@dataclass(frozen=True, slots=True)
class _Earlier:
    rules: dict[str, Rule]
    ladders: Sequence[Ladder]
    measures: dict[str, Measure]
    by_people: frozenset[str]

    def never_begun(self) -> Iterator[tuple[Rule, str]]:
        """Rules that ask for an earlier sanction or decision which only rules like them bring."""
        begun: set[str] = set()
        asked = {name: self._must_have_been(rule) for name, rule in self.rules.items()}
        while True:
            more = {name for name in self.rules.keys() - begun if all(self._brought(of, begun) for of in asked[name])}
            if not more:
                break
            begun |= more
        for name in sorted(self.rules.keys() - begun):
            missing = next(of for of in asked[name] if not self._brought(of, begun))
            yield self.rules[name], missing[0]

    def _must_have_been(self, rule: Rule) -> list[tuple[str, ...]]:
        """Of which there must have been one, wherever its condition holds: any of the names."""
        return [
            read.names
            for part in _parts(rule.condition)
            if isinstance(part, Comparison) and (read := self._counted(part)) is not None and not _holds_at(part, 0)
        ]

    def _counted(self, part: Comparison) -> Read | None:
        """What a comparison counts, if that is earlier sanctions or decisions alone."""
        measure = self.measures[part.measure]
        if len(measure.terms) != 1 or measure.plus or measure.terms[0].times != 1:
            return None
        read = measure.terms[0].read
        return read if read.of == "count" and read.sort in ("sanction", "decision") and read.names else None

    def _brought(self, names: Iterable[str], by: Iterable[str]) -> bool:
        """Whether one of these rules brings one of them, or a person, as where no rule does."""
        named = frozenset(names)
        rules = {rule.name for rule in self.rules.values() if named & self._brings(rule)}
        return not rules or bool(named & self.by_people) or not rules.isdisjoint(by)

    def _brings(self, rule: Rule) -> frozenset[str]:
        """What there is one more of when a rule is decided."""
        effects = {effect.name for effect in rule.effects if isinstance(effect, Open)}
        instead = {effect.instead for effect in rule.effects if isinstance(effect, Open) and effect.instead}
        return frozenset({rule.name, *effects, *instead, *(one.name for one in self.ladders if rule.name in one.steps)})

    def at_next_ticket(self) -> Iterator[tuple[Rule, Rule, str]]:
        """Steps that hold as soon as another step of their ladder was decided, as nothing ends what that compared."""
        for one in self.ladders:
            steps = [self.rules[name] for name in one.steps if name in self.rules]
            for before in steps:
                for step in steps:
                    name = None if step is before or self._ends(before) else self._next(step, before)
                    if name is not None:
                        yield step, before, name

    def _ends(self, rule: Rule) -> bool:
        """Whether points end with it, or with what begins by it."""
        listening = [
            one
            for one in self.rules.values()
            if isinstance(one.occasion, When)
            and one.occasion.at == "start"
            and not self._brings(rule).isdisjoint(one.occasion.names)
        ]
        return any(isinstance(effect, End) for one in (rule, *listening) for effect in one.effects)

    def _next(self, step: Rule, before: Rule) -> str | None:
        """What `step` counts, if one more of it is all that it asks besides what `before` asks."""
        asked = list(_parts(before.condition))
        counted = None
        for part in _parts(step.condition):
            if not isinstance(part, Comparison):
                return None
            read = self._counted(part)
            if read is None:
                if not any(isinstance(one, Comparison) and _follows(part, one) for one in asked):
                    return None
                continue
            own = sorted(self._brings(before) & frozenset(read.names))
            of_before = [one for one in asked if isinstance(one, Comparison) and one.measure == part.measure]
            if not own or isinstance(read.back, Previous) or read.anchor != "now" or read.where is not None:
                return None
            if not any(
                _holds_at(part, many) and all(_holds_at(one, many - 1) for one in of_before)
                for many in range(1, int(part.threshold) + 2)
            ):
                return None
            counted = own[0]
        return counted


def _parts(condition: Condition) -> Iterator[Condition]:
    """What must hold all together."""
    if isinstance(condition, AllOf):
        for part in condition.parts:
            yield from _parts(part)
    else:
        yield condition


def _holds_at(part: Comparison, number: int | Fraction) -> bool:
    return {
        ">=": number >= part.threshold,
        ">": number > part.threshold,
        "<=": number <= part.threshold,
        "<": number < part.threshold,
        "=": number == part.threshold,
        "!=": number != part.threshold,
    }[part.compare]


def _follows(part: Comparison, of: Comparison) -> bool:
    """Whether one comparison holds wherever another one does."""
    if part.measure != of.measure or part.compare[0] != of.compare[0] or part.compare[0] not in "<>":
        return part == of
    return _holds_at(part, of.threshold) or part == of
