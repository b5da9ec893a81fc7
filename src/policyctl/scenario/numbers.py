"""Conditions in expectations: ledgers, declared measures, flags and sanctions, as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from policyctl.exact import plain
from policyctl.policy.form import FlagKind, Policy
from policyctl.replay.answer import Status
from policyctl.replay.conditions import HOLDS
from policyctl.scenario.labels import Labels
from policyctl.scenario.story import Wrong
from policyctl.source import tree
from policyctl.source.printer import expression_text
from policyctl.source.text import Span


class Standing:
    """What the names of a condition are in one status."""

    def __init__(self, policy: Policy, labels: Labels, status: Status) -> None:
        self._policy, self._labels, self._status = policy, labels, status

    def holds(self, condition: tree.Expression) -> bool:
        """Whether a condition holds."""
        return bool(self._value(condition, wanted=bool))

    def values(self, expression: tree.Expression) -> Iterator[str]:
        """What each name of a condition in fact is."""
        match expression:
            case tree.Bracketed(inner) | tree.Negated(inner):
                yield from self.values(inner)
            case tree.Joined(_, parts):
                for part in parts:
                    yield from self.values(part)
            case tree.Compared(_, left, right):
                for side in (left, right):
                    if not isinstance(side, tree.Number):
                        number = self._number(side)
                        yield f"{expression_text(side)} {'is unknown' if number is None else f'= {plain(number)}'}"
            case tree.Said(tree.Name() as subject):
                yield from self.values(subject)
            case tree.Name(text):
                up = self._flag(expression, text)
                if self._is_sanction(text):
                    yield f"{text} is {'' if up else 'not '}running"
                elif self._labels.name(text, "flag") == "closed":
                    yield "the identity is closed" if up else "the identity is not closed"
                else:
                    yield f"{text} is {'up' if up else 'not up'}"

    def _value(self, expression: tree.Expression, wanted: type[bool] | type[Fraction]) -> bool | Fraction | None:
        """The value of an expression, as a condition or as a number."""
        match expression:
            case tree.Bracketed(inner):
                return self._value(inner, wanted)
            case tree.Joined(word, parts) if wanted is bool:
                held = [bool(self._value(part, bool)) for part in parts]
                return all(held) if word == "and" else any(held)
            case tree.Negated(part) if wanted is bool:
                return not self._value(part, bool)
            case tree.Compared(compare, left, right) if wanted is bool:
                one, other = self._number(left), self._number(right)
                return one is not None and other is not None and HOLDS[compare](one, other)
            case tree.Said(tree.Name(text) as subject, negated, state) if (
                wanted is bool and state.text == "running" and self._is_sanction(text)
            ):
                return self._flag(subject, text) is not negated
            case tree.Name(text) if wanted is bool:
                return self._flag(expression, text)
            case tree.Name(text):
                values = {**dict(self._status.ledgers), **dict(self._status.measures)}
                name = self._labels.name(text, "ledger", "measure")
                if name not in values:
                    raise self._no_number(expression.span, text, name, sorted(values))
                return values[name]
            case tree.Number(value) if wanted is Fraction:
                return value
            case tree.Arithmetic(operator, left, right) if wanted is Fraction:
                for side in (left, right):
                    if isinstance(side, tree.Number) and side.value < 0:
                        raise Wrong(side.span, "inside a sum a number has no sign of its own")
                return _calculate(operator, self._number(left), self._number(right), expression.span)
        raise Wrong(
            expression.span,
            "an expectation compares ledgers and declared measures; declare a measure for anything else",
            "write: expect general = 0, expect NAME for a flag, expect SANCTION is running",
        )

    def _no_number(self, span: Span, text: str, name: str, there: list[str]) -> Wrong:
        """What is said of a name that is no number of the status."""
        if name in self._labels.names("ledger", "measure"):
            return Wrong(span, f"no version with `{text}` is in force then", "expect it of another time")
        listed = f"; there are {', '.join(there)}" if there else ""
        message = f"there is no ledger or measure `{text}`{listed}"
        return Wrong(span, message, self._labels.help(text, "ledger", "measure"))

    def _number(self, expression: tree.Expression) -> Fraction | None:
        value = self._value(expression, Fraction)
        return None if value is None else Fraction(value)

    def _is_sanction(self, text: str) -> bool:
        """Whether a text is the name or label of a sanction."""
        return self._labels.name(text, "sanction") in self._labels.names("sanction")

    def _flag(self, name: tree.Name, text: str) -> bool:
        """Whether a flag is up, or a sanction runs."""
        if self._is_sanction(text):
            return any(one.name == self._labels.name(text, "sanction") for one in self._status.sanctions)
        known = self._labels.name(text, "flag")
        flags = {fact.name for v in self._policy.versions for fact in v.facts if isinstance(fact, FlagKind)}
        if known != "closed" and known not in flags:
            if any(rule.name == text for version in self._policy.versions for rule in version.rules):
                raise Wrong(
                    name.span,
                    f"`{text}` is a rule, and an expectation of its own",
                    f"write: expect {text}, or expect no {text}",
                )
            taken = "write: expect rescinded RULE, or expect nothing rescinded" if text == "rescinded" else None
            meant = self._labels.help(text, "flag", "sanction", "rule", "ladder", also=("closed",))
            raise Wrong(name.span, f"there is no flag, sanction or rule `{text}`", taken or meant)
        return self._status.closed if known == "closed" else known in self._status.flags


def _calculate(operator: str, left: Fraction | None, right: Fraction | None, span: Span) -> Fraction | None:
    if left is None or right is None:
        return None
    if operator == "/" and not right:
        raise Wrong(span, "this divides by zero")
    return {"+": left + right, "-": left - right, "*": left * right}.get(operator, left / right if right else left)
