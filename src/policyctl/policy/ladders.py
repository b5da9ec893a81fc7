"""Ladders: the steps that one number climbs, each a rule, and which of them takes effect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, cast

from policyctl.exact import plain
from policyctl.policy.beginning import way_of
from policyctl.policy.form import AllOf, Comparison, Condition, Ladder, Rule, When, Without
from policyctl.policy.joining import joined
from policyctl.policy.lines import FLIPPED, Lines
from policyctl.policy.occasions import occasion
from policyctl.policy.ranges import check_ranges
from policyctl.source import tree
from policyctl.source.printer import expression_text, step_text
from policyctl.source.text import Span


def ladder(lines: Lines, statement: tree.LadderStatement) -> tuple[Ladder, list[Rule]]:
    """A ladder and its steps."""
    rungs = _Ladder(lines).rungs(statement)
    takes = cast(Any, "highest" if statement.takes is None or _with_below(statement) else statement.takes.word)
    names = tuple(tuple(step.name for step in rung) for rung in rungs)
    return Ladder(statement.name.name.text, names, takes), [step for rung in rungs for step in rung]


@dataclass(slots=True)
class _Ladder:
    lines: Lines

    def rungs(self, statement: tree.LadderStatement) -> list[list[Rule]]:
        """The steps, lowest first; those at one number stand on one rung, and what lies beyond it on the next."""
        name, spell = statement.name.name.text, self.lines.draft.numbers.spell
        on = f"on {expression_text(statement.on, spell)}"
        self.lines.draft.say("ladder", name, on, statement.span, statement.name.label, statement.cite)
        measure = self.lines.draft.numbers.kept(
            statement.on,
            f"name the number alone, `ladder {name} on {self.lines.ledger()}:`, and compare it in the steps",
        )
        whose = self.lines.whose(statement.whose)
        when = occasion(self.lines.draft, statement.occasion)
        steps = self._one_way(statement, measure)
        if _with_below(statement):
            steps = [self._with_those_below(step, steps) for step in steps]
        found: dict[tuple[Fraction, bool], list[Rule]] = {}
        places: dict[str, Span] = {}
        warned = False
        for step in steps:
            value, front = step.threshold.value, step_text(step, spell)
            if not self._stands_alone(statement, step, places):
                continue
            condition = None if measure is None else self._reached(step, measure)
            effects = self.lines.draft.effects.of(step.effects, condition, every=False)
            check_ranges(step.effects, when, self.lines.draft.findings)
            only = None if step.only is None else self.lines.draft.conditions.condition(step.only)
            condition = self.lines.limited(condition, whose, step.exempt)
            if condition is None or not effects or when is None or (only is None and step.only is not None):
                continue
            condition = condition if only is None else joined("and", (condition, only))
            compared = tree.Compared(step.compare, statement.on, step.threshold, _comparison(step))
            case = tree.Case(compared, None, step.effects, step.cite, step.span, step.exempt)
            if not warned and when == "ticket":
                # One step that looks the wrong way is seldom alone.
                warned = self.lines.check_condition(condition, case)
            full = f"{name}[{front}]"
            said = replace(case, condition=_whole(statement, step))
            self.lines.say(full, (said,), step.span, step.label or statement.name.label, step.cite or statement.cite)
            self.lines.say_line(full, case, 0, several=False)
            # Going down, the higher number comes first; and `at` always before `beyond`.
            beyond = step.compare in (">", "<")
            found.setdefault((value if step.compare[0] == ">" else -value, beyond), []).append(
                Rule(full, when, condition, effects, mode="each" if isinstance(when, When | Without) else "rise")
            )
        return [sorted(found[rung], key=lambda rule: rule.name) for rung in sorted(found)]

    def _reached(self, step: tree.Step, measure: str) -> Condition:
        """What the number of a ladder is at a step."""
        reached = Comparison(measure, step.compare, step.threshold.value)
        return reached if step.to is None else AllOf((reached, Comparison(measure, "<=", step.to.value)))

    def _with_those_below(self, step: tree.Step, steps: list[tree.Step]) -> tree.Step:
        """A step with the measures of all steps below it, but for those that it says itself."""
        if step.to is not None or step.only is not None or step.exempt:
            self.lines.draft.findings.error(
                "step-below-in-part",
                step.span,
                f"`{step_text(step)}` is a step for a part only, and the steps above it are to have its measures",
                "leave out `takes highest with those below`, and write the measures in each step",
            )
            return step
        below = sorted((one for one in steps if _height(one) < _height(step)), key=_height)
        groups: dict[tuple[str, ...], list[tree.Effect]] = {}
        for one in (*below, step):
            groups |= {_about(group): group for group in _groups(one.effects)}
        return replace(step, effects=tuple(effect for group in groups.values() for effect in group))

    def _stands_alone(self, statement: tree.LadderStatement, step: tree.Step, places: dict[str, Span]) -> bool:
        """Reports a step that stands there already, or a band that holds nothing; True where there is neither."""
        value, findings = step.threshold.value, self.lines.draft.findings
        special = step.to or step.only or step.compare in (">", "<")
        front = step_text(step, self.lines.draft.numbers.spell) if special else plain(value)
        if step.to is not None and step.to.value < value:
            findings.error(
                "band-upside-down",
                _comparison(step),
                f"no number is at least {plain(value)} and at most {plain(step.to.value)}",
                f"write `{plain(step.to.value)} to {plain(value)} -> …`",
            )
            return False
        if front in places:
            findings.error(
                "step-twice",
                _comparison(step),
                f"the ladder `{statement.name.name.text}` has two steps at {front}",
                "put their effects into one step, or correct a number",
                other=(places[front], "the first is here"),
            )
            return False
        places[front] = _comparison(step)
        return True

    def _one_way(self, statement: tree.LadderStatement, measure: str | None) -> list[tree.Step]:
        """The steps that are reached from one side, the side that tickets come from where that is known."""
        sided = []
        for step in statement.steps:
            if step.compare in ("=", "!="):
                self.lines.draft.findings.error(
                    "step-without-direction",
                    _comparison(step),
                    f"a step is reached from one side, and `{step.compare}` has none",
                    f"write `>= {plain(step.threshold.value)} -> …`, or `<=` for points that count down; for that"
                    f" number alone `{plain(step.threshold.value)} to {plain(step.threshold.value)} -> …`",
                )
            else:
                sided.append(step)
        if not sided:
            return []
        way = None if measure is None else way_of(self.lines.draft.numbers.measures[measure], self.lines.ledgers)
        right = sided[0].compare[0] if way is None else (">" if way > 0 else "<")
        if all(step.compare[0] != right for step in sided):
            # All of them look the way that tickets do not go: their conditions say so.
            return sided
        good = [step for step in sided if step.compare[0] == right]
        for step in sided:
            if step.compare[0] != right:
                self.lines.draft.findings.error(
                    "steps-both-ways",
                    _comparison(step),
                    "the steps of one ladder go both up and down",
                    f"write `{_flipped(step)} -> …`, or use one ladder for each way",
                    other=(_comparison(good[0]), "this one goes the other way"),
                )
        return good


def _with_below(statement: tree.LadderStatement) -> bool:
    return statement.takes is not None and statement.takes.word == "with_below"


def _height(step: tree.Step) -> tuple[Fraction, bool]:
    """How high a step stands, from the side that it is reached from; `> 15` stands above `>= 15`."""
    value = step.threshold.value
    return (value if step.compare[0] == ">" else -value), step.compare in (">", "<")


def _groups(effects: tuple[tree.Effect, ...]) -> list[list[tree.Effect]]:
    """Effects, each with what stands in its place."""
    found: list[list[tree.Effect]] = []
    for effect in effects:
        if isinstance(effect, tree.Instead) and found:
            found[-1].append(effect)
        else:
            found.append([effect])
    return found


def _about(group: list[tree.Effect]) -> tuple[str, ...]:
    """What effects are about: of two about the same a step says which."""
    match group[0]:
        case tree.Impose(name) | tree.Warn(tree.Name() as name):
            return (name.text,)
        case tree.Post(ledger):
            return ("+", ledger.text)
        case tree.Ends(verb, names):
            return (verb, *(name.text for name in names))
        case tree.Moves(verb, name) | tree.Tell(verb, name):
            return (verb, name.text)
        case other:
            return (type(other).__name__,)


def _whole(statement: tree.LadderStatement, step: tree.Step) -> tree.Expression:
    """All that makes a step, as one condition: both ends of a band, and its `while`."""
    parts: list[tree.Expression] = [tree.Compared(step.compare, statement.on, step.threshold, step.span, step.to)]
    if step.only is not None:
        either = isinstance(step.only, tree.Joined) and step.only.word == "or"
        parts.append(tree.Bracketed(step.only, step.span) if either else step.only)
    return parts[0] if len(parts) == 1 else tree.Joined("and", tuple(parts), step.span)


def _comparison(step: tree.Step) -> Span:
    """The front of a step, up to its number."""
    return Span(step.span.source, step.span.start, (step.to or step.threshold).span.end)


def _flipped(step: tree.Step) -> str:
    return f"{FLIPPED[step.compare]} {plain(step.threshold.value)}"
