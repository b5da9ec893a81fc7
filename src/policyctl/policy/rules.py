"""Rules and ladders: conditions, effects, and the names that unnamed rules and steps get."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from policyctl.exact import plain
from policyctl.policy.beginning import holds_at_first, way_of
from policyctl.policy.conditions import same
from policyctl.policy.draft import Draft
from policyctl.policy.form import (
    Comparison,
    Condition,
    EntryKind,
    FlagKind,
    FlagUp,
    Ladder,
    Period,
    Rule,
    atoms,
)
from policyctl.source import tree
from policyctl.source.brackets import without_brackets
from policyctl.source.printer import case_text, expression_text, occasion_text
from policyctl.source.text import Span

_FLIPPED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "=", "!=": "!="}


def rules(draft: Draft, ledgers: Iterable[EntryKind]) -> tuple[list[Rule], list[Ladder]]:
    """Every rule, steps of ladders included, and the ladders themselves."""
    return _Rules(draft, {ledger.name: ledger for ledger in ledgers}).run()


def flags_in_use(draft: Draft, found: Iterable[Rule], periods: Iterable[Period]) -> list[FlagKind]:
    """Every declared flag, and `no_reset` where a rule raises it or a condition asks for it."""
    found = list(found)
    conditions = [rule.condition for rule in found] + [p.unless for p in periods if p.unless is not None]
    asked = {atom.flag for condition in conditions for atom in atoms(condition) if isinstance(atom, FlagUp)}
    raised = {effect.name for rule in found for effect in rule.effects if effect.sort == "flag"}
    return [kind for name, kind in draft.effects.flags.items() if name != "no_reset" or name in asked | raised]


def check_no_reset(draft: Draft, found: Iterable[Rule], periods: Iterable[Period]) -> None:
    """`no_reset` blocks only the resets that ask for it."""
    resets = [period for period in periods if period.every is not None]
    asked = {a.flag for p in resets if p.unless is not None for a in atoms(p.unless) if isinstance(a, FlagUp)}
    raised = any(effect.name == "no_reset" for rule in found for effect in rule.effects)
    if not raised or not resets or "no_reset" in asked:
        return
    effects = (e for s in draft.of(tree.RuleStatement) for case in s.cases for e in case.effects)
    steps = (e for s in draft.of(tree.LadderStatement) for step in s.steps for e in step.effects)
    for effect in (*effects, *steps):
        if isinstance(effect, tree.Impose) and effect.name.text == "no_reset":
            first = resets[0]
            draft.warn(
                "no-reset-asked-nowhere",
                effect.span,
                "`no_reset` changes nothing here: no ledger says `unless no_reset`",
                f"write `ledger {first.ledger} … resets every {first.every} unless no_reset`",
            )
            return


@dataclass(slots=True)
class _Rules:
    """Resolves rules and ladders. `ledgers` are those of this version, by name."""

    draft: Draft
    ledgers: dict[str, EntryKind]

    def run(self) -> tuple[list[Rule], list[Ladder]]:
        found: dict[str, Rule] = {}
        unnamed: dict[str, tuple[str, Span]] = {}
        for statement in self.draft.of(tree.RuleStatement):
            rule = self._rule(statement)
            if rule is None:
                continue
            if statement.name is None:
                meant = f"{rule.every} {same(rule.condition, self.draft.numbers.measures)}"
                if meant in unnamed:
                    self._say_twice(statement, rule.name, *unnamed[meant])
                    continue
                unnamed[meant] = rule.name, statement.span
            found[rule.name] = rule
        ladders = []
        for ladder in self.draft.of(tree.LadderStatement):
            steps = self._ladder(ladder)
            found.update({step.name: step for step in steps})
            takes: Literal["highest", "all"] = "highest"
            if ladder.takes is not None and ladder.takes.word == "all":
                takes = "all"
            ladders.append(Ladder(ladder.name.name.text, tuple(step.name for step in steps), takes))
        return list(found.values()), ladders

    # --- rules ---

    def _say_twice(self, statement: tree.RuleStatement, name: str, first: str, place: Span) -> None:
        """Two rules without a name that could not be told apart, or only by how their condition was written."""
        message = f"two rules without a name have the condition `{name}`"
        if name != first:
            message = f"`{name}` and `{first}` are one condition, and neither rule has a name"
        self.draft.findings.error(
            "same-condition-twice",
            statement.cases[0].condition.span,
            message,
            "put their effects into one rule, or give each a name: `rule NAME: …`",
            other=(place, "the first is here"),
        )

    def _rule(self, statement: tree.RuleStatement) -> Rule | None:
        for extra in statement.cases[1:]:
            self.draft.findings.error(
                "one-rule-one-case",
                extra.condition.span,
                "a rule has one condition, and this is a second",
                f"make it a rule of its own, at the left margin: `rule NAME: {occasion_text(extra)} -> …`",
            )
        case = statement.cases[0]
        condition, every = self._condition(case)
        effects = self.draft.effects.of(case.effects, condition, case.every is not None)
        if condition is None:
            return None
        self._check_condition(condition, case)
        if not effects:
            return None
        plain_case = replace(case, condition=without_brackets(case.condition))
        name = statement.name.name.text if statement.name else occasion_text(plain_case, self.draft.numbers.spell)
        self._say(name, case, statement.span, statement.name.label if statement.name else None, statement.cite)
        return Rule(name, "ticket", condition, effects, every)

    def _say(self, name: str, case: tree.Case, span: Span, label: tree.Text | None, cite: tree.Text | None) -> None:
        self.draft.say("rule", name, case_text(case, self.draft.numbers.spell), span, label, cite or case.cite)
        for effect in case.effects:
            if isinstance(effect, tree.Warn):
                warning = effect.name.text if effect.name else "warn"
                self.draft.say("notice", f"{name}.{warning}", warning, effect.span, effect.label)

    def _condition(self, case: tree.Case) -> tuple[Condition | None, Fraction | None]:
        """The condition of a case, and its `every`."""
        if case.every is None:
            return self.draft.conditions.condition(case.condition), None
        every = case.every.value
        measure = self.draft.numbers.kept(
            case.condition, f"name the number alone: `every {plain(every)} of {self._ledger()} -> …`"
        )
        if every <= 0:
            self.draft.findings.error(
                "every-not-positive",
                case.every.span,
                "`every` counts the multiples of a number above 0",
                f"write how many, such as `every 12 of {expression_text(case.condition)} -> …`",
            )
            return None, None
        return (None, None) if measure is None else (Comparison(measure, ">=", every), every)

    def _check_condition(self, condition: Condition, case: tree.Case) -> bool:
        """Reports a condition that tickets cannot change, or need not; True where it did."""
        expression, written = case.condition, occasion_text(case)
        if all(isinstance(atom, FlagUp) for atom in atoms(condition)):
            self.draft.findings.error(
                "never-judged",
                expression.span,
                f"`{written}` looks at no points and no tickets, so no ticket can make it true",
                f"add what the tickets must reach: `{self._ledger()} >= 20 and {written} -> …`"
                if not isinstance(expression, tree.Joined) or expression.word == "and"
                else f"add what the tickets must reach: `{self._ledger()} >= 20 and ({written}) -> …`",
            )
            return True
        if holds_at_first(condition, self.draft.numbers.measures, self.ledgers):
            self.draft.warn(
                "holds-from-the-start",
                expression.span,
                f"`{written}` holds before any ticket, and a rule fires only when its condition becomes true",
                self._turned(condition, case),
            )
            return True
        return False

    def _turned(self, condition: Condition, case: tree.Case) -> str:
        """The way out where a condition holds from the start: mostly the comparison looks the wrong way."""
        expression = case.condition
        if case.every is not None:
            return (
                f"count what tickets add: `every {plain(case.every.value)} of incurred({self._ledger()}) this period`"
            )
        if isinstance(condition, Comparison) and isinstance(expression, tree.Compared):
            way = way_of(self.draft.numbers.measures[condition.measure], self.ledgers)
            if way is not None and condition.compare in (("<=", "<") if way > 0 else (">=", ">")):
                left, right = expression_text(expression.left), expression_text(expression.right)
                flipped = _FLIPPED[expression.compare]
                return f"tickets make `{left}` go {'up' if way > 0 else 'down'}: write `{left} {flipped} {right}`"
            return "compare with a number that only tickets reach"
        return "ask for something that only tickets bring about"

    def _ledger(self) -> str:
        return self.draft.names.example("ledger", "general")

    # --- ladders ---

    def _ladder(self, statement: tree.LadderStatement) -> list[Rule]:
        name, spell = statement.name.name.text, self.draft.numbers.spell
        on = f"on {expression_text(statement.on, spell)}"
        self.draft.say("ladder", name, on, statement.span, statement.name.label, statement.cite)
        measure = self.draft.numbers.kept(
            statement.on, f"name the number alone, `ladder {name} on {self._ledger()}:`, and compare it in the steps"
        )
        steps = self._one_way(statement, measure)
        found: dict[Fraction, Rule] = {}
        places: dict[Fraction, Span] = {}
        warned = False
        for step in steps:
            value = step.threshold.value
            if value in places:
                self.draft.findings.error(
                    "step-twice",
                    _comparison(step),
                    f"the ladder `{name}` has two steps at {plain(value)}",
                    "put their effects into one step, or correct a number",
                    other=(places[value], "the first is here"),
                )
                continue
            places[value] = _comparison(step)
            condition = None if measure is None else Comparison(measure, step.compare, value)
            effects = self.draft.effects.of(step.effects, condition, every=False)
            if condition is None or not effects:
                continue
            compared = tree.Compared(step.compare, statement.on, step.threshold, _comparison(step))
            case = tree.Case(compared, None, step.effects, step.cite, step.span)
            if not warned:
                # One step that looks the wrong way is seldom alone.
                warned = self._check_condition(condition, case)
            full = f"{name}[{step.compare} {plain(value)}]"
            self._say(full, case, step.span, step.label or statement.name.label, step.cite or statement.cite)
            found[value] = Rule(full, "ticket", condition, effects)
        falling = bool(steps) and steps[0].compare in ("<=", "<")
        return [found[value] for value in sorted(found, reverse=falling)]

    def _one_way(self, statement: tree.LadderStatement, measure: str | None) -> list[tree.Step]:
        """The steps that are reached from one side, the side that tickets come from where that is known."""
        sided = []
        for step in statement.steps:
            if step.compare in ("=", "!="):
                self.draft.findings.error(
                    "step-without-direction",
                    _comparison(step),
                    f"a step is reached from one side, and `{step.compare}` has none",
                    f"write `>= {plain(step.threshold.value)} -> …`, or `<=` for points that count down",
                )
            else:
                sided.append(step)
        if not sided:
            return []
        way = None if measure is None else way_of(self.draft.numbers.measures[measure], self.ledgers)
        right = sided[0].compare[0] if way is None else (">" if way > 0 else "<")
        if all(step.compare[0] != right for step in sided):
            # All of them look the way that tickets do not go: their conditions say so.
            return sided
        good = [step for step in sided if step.compare[0] == right]
        for step in sided:
            if step.compare[0] != right:
                self.draft.findings.error(
                    "steps-both-ways",
                    _comparison(step),
                    "the steps of one ladder go both up and down",
                    f"write `{_flipped(step)} -> …`, or use one ladder for each way",
                    other=(_comparison(good[0]), "this one goes the other way"),
                )
        return good


def _comparison(step: tree.Step) -> Span:
    """The front of a step, up to its number."""
    return Span(step.span.source, step.span.start, step.threshold.span.end)


def _flipped(step: tree.Step) -> str:
    return f"{_FLIPPED[step.compare]} {plain(step.threshold.value)}"
