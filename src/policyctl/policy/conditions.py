"""Conditions of a policy text, resolved: comparisons of a named measure with a constant, and flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from policyctl.policy.form import AllOf, AnyOf, Compare, Comparison, Condition, FlagUp, Measure, Not
from policyctl.policy.names import Names
from policyctl.policy.numbers import Linear, Numbers, unbracketed
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.printer import expression_text

_FLIPPED: dict[Compare, Compare] = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "=", "!=": "!="}


def joined(word: str, parts: Iterable[Condition]) -> Condition:
    """Conditions joined by `and` or `or`; parentheses around some of several that are joined alike mean nothing."""
    alike = AllOf if word == "and" else AnyOf
    flat = [one for part in parts for one in (part.parts if isinstance(part, alike) else (part,))]
    return alike(tuple(flat))


def same(condition: Condition, measures: Mapping[str, Measure]) -> str:
    """A text that two conditions share where they differ in order and in names of sums alone."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            word = "and" if isinstance(condition, AllOf) else "or"
            return f"{word}({', '.join(sorted({same(part, measures) for part in parts}))})"
        case Not(part):
            return f"not({same(part, measures)})"
        case Comparison(name, compare, constant):
            measure = measures[name]
            return f"{measure.terms} {compare} {constant - measure.plus}"
        case FlagUp(flag):
            return flag


class Conditions:
    """Resolves conditions; the measures that they compare are kept by `numbers`."""

    def __init__(self, names: Names, numbers: Numbers, findings: Findings) -> None:
        self._names, self._numbers, self._findings = names, numbers, findings

    def condition(self, expression: tree.Expression) -> Condition | None:
        """A condition; None, and reported, where it is none."""
        match expression:
            case tree.Bracketed(inner):
                return self.condition(inner)
            case tree.Negated(part):
                inner_condition = self.condition(part)
                return None if inner_condition is None else Not(inner_condition)
            case tree.Joined(word, parts):
                conditions = [self.condition(part) for part in parts]
                known = tuple(c for c in conditions if c is not None)
                if len(known) < len(conditions):
                    return None
                return joined(word, known)
            case tree.Compared():
                return self._compared(expression)
            case tree.Name():
                return self._flag(expression)
            case tree.Otherwise():
                return AllOf(())
            case tree.Number():
                self._not_a_condition(expression, f"{self._names.example('ledger', 'general')} >= ")
            case tree.Quantity() | tree.Counted() | tree.Arithmetic():
                self._not_a_condition(expression)
        return None

    def _not_a_condition(self, expression: tree.Expression, before: str | None = None) -> None:
        written = expression_text(expression)
        compared = f"{before}{written}" if before is not None else f"{written} >= 20"
        what = "a length of time" if isinstance(expression, tree.Quantity) else "a number"
        example = f"{self._names.example('ledger', 'general')} >= 20"
        self._findings.error(
            "number-in-a-condition",
            expression.span,
            f"`{written}` is {what}, and a condition belongs here",
            f"compare points, such as `{example}`"
            if isinstance(expression, tree.Quantity)
            else f"compare it, such as `{compared}`",
        )

    def _flag(self, name: tree.Name) -> Condition | None:
        number = self._names.get(name.text, ("ledger", "measure"))
        if number is not None and self._names.contested(name.text):
            return None
        if number is not None:
            self._findings.error(
                "number-in-a-condition",
                name.span,
                f"`{name.text}` is a {number.kind}, a number, and a condition belongs here",
                f"compare it, such as `{name.text} >= 20`",
            )
            return None
        if name.text == "close_identity":
            self._findings.error(
                "wrong-kind-of-name",
                name.span,
                "`close_identity` closes an identity and does not ask whether it is closed",
                "write `closed`",
            )
            return None
        found = self._names.find(name, "condition")
        return None if found is None else FlagUp(found.name)

    def _compared(self, compared: tree.Compared) -> Condition | None:
        left, right = (self._side(side, compared) for side in (compared.left, compared.right))
        if left is None or right is None:
            return None
        if not left.terms and not right.terms:
            self._findings.error(
                "constant-condition",
                compared.span,
                f"`{expression_text(compared)}` is always the same",
                f"compare a ledger or a measure, such as `{self._names.example('ledger', 'general')} >= 20`",
            )
            return None
        if not right.terms:
            return Comparison(self._numbers.keep(compared.left, left), compared.compare, right.plus)
        if not left.terms:
            return Comparison(self._numbers.keep(compared.right, right), _FLIPPED[compared.compare], left.plus)
        difference = left.added(right.scaled(Fraction(-1)))
        if not difference.terms:
            self._findings.error(
                "constant-condition",
                compared.span,
                f"`{expression_text(compared)}` compares a number with itself",
                "compare two different numbers, or one with a constant",
            )
            return None
        other = self._numbers.text(compared.right)
        grouped = f"({other})" if isinstance(unbracketed(compared.right), tree.Arithmetic) else other
        name = f"{self._numbers.text(compared.left)} - {grouped}"
        return Comparison(self._numbers.keep(compared, difference, name), compared.compare, Fraction(0))

    def _side(self, side: tree.Expression, compared: tree.Compared) -> Linear | None:
        """One side of a comparison, the only place where a number may be below 0."""
        alone = unbracketed(side)
        if isinstance(alone, tree.Number):
            return Linear(plus=alone.value)
        if isinstance(side, tree.Quantity):
            other = compared.right if side is compared.left else compared.left
            number = tree.Number(side.count, side.span)
            left, right = (number, other) if side is compared.left else (other, number)
            self._findings.error(
                "unit-in-a-number",
                side.span,
                f"`{expression_text(side)}` is a length of time, and points or a count belong here",
                f"write `{expression_text(tree.Compared(compared.compare, left, right, compared.span))}`",
            )
            return None
        return self._numbers.linear(side, "compare sums with each other, and join comparisons with `and`")
