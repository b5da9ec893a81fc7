"""Rules and ladders: conditions, effects, and the names that unnamed rules and steps get."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from msgspec.structs import replace as replace_record

from policyctl.calendar import CALENDAR, Recurring
from policyctl.policy.conditions import same
from policyctl.policy.draft import Draft
from policyctl.policy.form import (
    Condition,
    Effect,
    EntryKind,
    Every,
    FlagKind,
    FlagUp,
    Ladder,
    Period,
    Prevails,
    Previous,
    Rule,
    When,
    Without,
    atoms,
    measures_of,
    reads_of,
)
from policyctl.policy.joining import joined
from policyctl.policy.ladders import ladder
from policyctl.policy.lines import Lines
from policyctl.policy.occasions import occasion
from policyctl.policy.offences import as_rules
from policyctl.policy.ranges import check_ranges
from policyctl.source import tree
from policyctl.source.brackets import without_brackets
from policyctl.source.nearest import nearest
from policyctl.source.printer import expression_text, moment_text, occasion_text
from policyctl.source.text import Span

_SEVERAL = ("ticket", "act", "fine", "require", "decision")
"""What may happen several times at one instant."""


def rules(draft: Draft, ledgers: Iterable[EntryKind]) -> tuple[list[Rule], list[Ladder | Prevails]]:
    """Every rule, steps of ladders included, and what chooses between them."""
    lines = Lines(draft, {ledger.name: ledger for ledger in ledgers})
    found, choices = _Rules(lines).run()
    _check_quoted(draft, {rule.name for rule in found})
    return found, choices


def _check_quoted(draft: Draft, called: Collection[str]) -> None:
    """What is asked for in quotation marks is a rule without a name, or the step of a ladder, as it is called."""
    if draft.findings.failed:
        return
    for name in dict.fromkeys(draft.names.quoted):
        if name.text not in called:
            near = nearest(name.text, sorted(called))
            draft.findings.error(
                "undeclared-name",
                name.span,
                f"no rule or step of a ladder is called `{name.text}`",
                f"did you mean `{near}`?"
                if near
                else "write it as its decisions are called: `general >= 20`, `LADDER[>= 40]`",
            )


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
                f"write `ledger {first.ledger} … resets {_said(first.every)} unless no_reset`",
            )
            return


def _said(every: Recurring | None) -> str:
    return f"every {every}" if isinstance(every, str) else "…"


@dataclass(slots=True)
class _Rules:
    lines: Lines

    def run(self) -> tuple[list[Rule], list[Ladder | Prevails]]:
        found: dict[str, Rule] = {}
        unnamed: dict[str, tuple[str, Span]] = {}
        for statement in (*self.lines.draft.of(tree.RuleStatement), *as_rules(self.lines.draft)):
            rule = self._rule(statement)
            if rule is None:
                continue
            if statement.name is None:
                meant = f"{rule.mode} {rule.every} {same(rule.condition, self.lines.draft.numbers.measures)}"
                if meant in unnamed:
                    self._say_twice(statement, rule.name, *unnamed[meant])
                    continue
                unnamed[meant] = rule.name, statement.span
            found[rule.name] = rule
        choices: list[Ladder | Prevails] = []
        for one in self.lines.draft.of(tree.LadderStatement):
            choice, steps = ladder(self.lines, one)
            found.update({step.name: step for step in steps})
            choices.append(choice)
        return list(found.values()), [*choices, *self._prevailing(found.values())]

    def _say_twice(self, statement: tree.RuleStatement, name: str, first: str, place: Span) -> None:
        """Two rules without a name that could not be told apart, or only by how their condition was written."""
        message = f"two rules without a name have the condition `{name}`"
        if name != first:
            message = f"`{name}` and `{first}` are one condition, and neither rule has a name"
        self.lines.draft.findings.error(
            "same-condition-twice",
            statement.cases[0].condition.span,
            message,
            "put their effects into one rule, or give each a name: `rule NAME: …`",
            other=(place, "the first is here"),
        )

    def _rule(self, statement: tree.RuleStatement) -> Rule | None:
        cases = statement.cases
        if not self._check_lines(statement):
            return None
        when = occasion(self.lines.draft, statement.occasion)
        whose = self.lines.whose(statement.whose)
        name = self._name(statement)
        lines: list[Condition | None] = []
        effects: list[Effect] = []
        every: Fraction | None = None
        for place, case in enumerate(cases):
            condition, every = self.lines.condition(case)
            lines.append(self.lines.limited(condition, whose, case.exempt))
            # What waits for something that may happen several times at once counts that.
            counts = case.every is not None or (isinstance(when, When) and when.sort in _SEVERAL)
            found = self.lines.draft.effects.of(case.effects, condition, counts)
            check_ranges(case.effects, when, self.lines.draft.findings)
            effects += (replace_record(effect, line=place) for effect in found)
        known = [line for line in lines if line is not None]
        if len(known) < len(lines):
            return None
        condition = known[0] if len(known) == 1 else joined("or", known)
        each = cases[0].each_time or (isinstance(when, When | Without) and every is None)
        if when is None:
            return None
        if not each and when == "ticket":
            self.lines.check_condition(condition, cases[0])
        if not effects:
            return None
        if not each and every is None and isinstance(when, Every):
            self._check_acts_again(statement, condition, effects)
        label = statement.name.label if statement.name else None
        self.lines.say(name, cases, statement.span, label, statement.cite, statement.occasion)
        for place, case in enumerate(cases):
            self.lines.say_line(name, case, place, len(cases) > 1)
        return Rule(
            name,
            when,
            condition,
            tuple(effects),
            every,
            mode="each" if each else "rise",
            lines=tuple(known) if len(known) > 1 else (),
        )

    def _check_acts_again(self, statement: tree.RuleStatement, condition: Condition, effects: Iterable[Effect]) -> None:
        """Points on a schedule are mostly meant each time; without that word they are posted once, and not again before
        the condition was false. (What reads a calendar unit begins each anew.)"""
        measures = self.lines.draft.numbers.measures
        reads = (read for name in measures_of(condition) for read in reads_of(measures[name], measures))
        if any(read.within in CALENDAR or isinstance(read.back, Previous) for read in reads):
            return
        if statement.occasion is None or not any(effect.sort == "post" for effect in effects):
            return
        head, first = moment_text(statement.occasion), statement.cases[0].condition
        self.lines.draft.warn(
            "schedule-acts-once",
            first.span,
            "this posts points once, and not on the next of these dates before its condition was false",
            f"write `each time` in front of it: `{head}: each time {expression_text(first)} -> …`",
        )

    def _name(self, statement: tree.RuleStatement) -> str:
        """Its own name, or its condition as it is printed."""
        case = statement.cases[0]
        plain_case = replace(case, condition=without_brackets(case.condition))
        return statement.name.name.text if statement.name else occasion_text(plain_case, self.lines.draft.numbers.spell)

    def _check_lines(self, statement: tree.RuleStatement) -> bool:
        """Reports lines that do not belong into one rule; True where they do."""
        cases, findings = statement.cases, self.lines.draft.findings
        first = cases[0]
        for case in cases[1:]:
            if case.every is not None or first.every is not None:
                findings.error(
                    "one-rule-one-case",
                    case.condition.span,
                    "a rule that counts multiples has one line, and this is a second",
                    f"make it a rule of its own, at the left margin: `rule NAME: {occasion_text(case)} -> …`",
                )
                return False
            if case.each_time != first.each_time and not isinstance(case.condition, tree.Otherwise):
                findings.error(
                    "lines-of-two-modes",
                    case.condition.span,
                    "one line of this rule acts `each time`, and another when it becomes true",
                    "write `each time` in front of all lines, or make two rules",
                    other=(first.condition.span, "the first line"),
                )
                return False
        for place, case in enumerate(cases):
            if not (isinstance(case.condition, tree.Otherwise) and case.condition.said):
                continue
            if place < len(cases) - 1 or not place:
                findings.error(
                    "otherwise-not-last",
                    case.condition.span,
                    "`otherwise` stands for what no line above it says, so it is the last of several lines",
                    "put it behind the other lines, or write its condition",
                )
                return False
            if not first.each_time and statement.whose is None and statement.occasion is None:
                findings.error(
                    "otherwise-never-rises",
                    case.condition.span,
                    "with `otherwise` some line always holds, and a rule fires only when it becomes true",
                    "write `each time` in front of the first line, or a condition in the place of `otherwise`",
                )
                return False
        return True

    # --- which of two has an effect ---

    def _prevailing(self, found: Iterable[Rule]) -> list[Prevails]:
        """What prevails over what: of a ladder every step."""
        steps = {s.name.name.text: f"{s.name.name.text}[" for s in self.lines.draft.of(tree.LadderStatement)}
        known = [rule.name for rule in found]

        def members(name: str) -> list[str]:
            return [one for one in known if one.startswith(steps[name])] if name in steps else [name]

        pairs: dict[tuple[str, str], tree.Name] = {}
        for statement in self.lines.draft.of(tree.RuleStatement):
            for name in statement.over:
                meant = self.lines.draft.names.find(name, "rule")
                if meant is not None and statement.name is not None:
                    pairs |= {(statement.name.name.text, one): name for one in members(meant.name)}
        for (over, under), name in pairs.items():
            if over == under or (under, over) in pairs:
                self.lines.draft.findings.error(
                    "prevails-in-a-circle",
                    name.span,
                    f"`{over}` prevails over itself"
                    if over == under
                    else f"`{over}` and `{under}` prevail over each other",
                    "leave one of them out",
                )
                break
        return [Prevails(over, under) for over, under in pairs if over in known and under in known]
