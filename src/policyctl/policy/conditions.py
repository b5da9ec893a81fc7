"""Conditions of a policy text, resolved: comparisons of a named measure with a constant, and flags."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from policyctl.policy.facts import FINE_STATES, Where
from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    FlagUp,
    Is,
    Measure,
    Not,
    Read,
    atom_text,
)
from policyctl.policy.joining import FLIPPED, composed
from policyctl.policy.names import Names
from policyctl.policy.numbers import Linear, Numbers, unbracketed
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.printer import expression_text


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
        case _:
            return atom_text(condition)


class Conditions:
    """Resolves conditions; the measures that they compare are kept by `numbers`."""

    def __init__(self, names: Names, numbers: Numbers, findings: Findings, where: Where) -> None:
        self._names, self._numbers, self._findings, self._where = names, numbers, findings, where

    def of_fact(self, expression: tree.Expression) -> Condition | None:
        """A condition about one fact, as behind `where`; None, and reported, where it is none."""
        return self._where.condition(expression)

    def condition(self, expression: tree.Expression) -> Condition | None:
        """A condition; None, and reported, where it is none."""
        match expression:
            case tree.Bracketed() | tree.Negated() | tree.Joined():
                return composed(expression, self.condition)
            case tree.Compared():
                return self._compared(expression)
            case tree.Name():
                return self._flag(expression)
            case tree.Otherwise():
                return AllOf(())
            case tree.Said():
                return self._said(expression)
            case tree.ByDate() | tree.ByAge():
                return self._where.by_date(expression)
            case tree.Number():
                self._not_a_condition(expression, f"{self._names.example('ledger', 'general')} >= ")
            case (
                tree.Quantity()
                | tree.Counted()
                | tree.Picked()
                | tree.SameAs()
                | tree.OfTicket()
                | tree.Text()
                | tree.Arithmetic()
            ):
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

    # --- what is said of the account, of sanctions, acts and fines ---

    def _said(self, said: tree.Said) -> Condition | None:
        found = self._stands(said)
        return Not(found) if said.negated and found is not None else found

    def _stands(self, said: tree.Said) -> Condition | None:
        """`exam_passed is done this year`, `suspend is running`, `fine is paid`, `vehicle is large`."""
        subject, state = unbracketed(said.subject), said.state.text
        if not isinstance(subject, tree.Name):
            return self._says_nothing(said)
        name = subject.text
        field = self._field(name)
        if field is not None and said.within is None:
            value = self._where.value(field, said.state)
            return None if value is None else Is(field, (value,))
        act = self._names.get(name, ("act",))
        if act is not None and state == "done":
            within, edge = said.within or "ever", said.far_edge
            counted = tree.Counted("count", (subject,), within, edge, said.dated, said.span, anchor=said.anchor)
            return self._at_least_one(counted, Fraction(1))
        sanction = self._names.get(name, ("sanction",))
        at_ticket = said.anchor == "ticket" and said.within == "ever"
        if said.within is not None and not (at_ticket and sanction is not None):
            return self._says_nothing(said)
        if sanction is not None and state == "running":
            dated = said.dated or "booking"
            read = Read("count", "sanction", (sanction.name,), "live", dated=dated, anchor=said.anchor)
            text = " ".join([f"{sanction.name} is running", *_at_ticket(said)])
            return Comparison(self._numbers.keep(said, Linear({read: Fraction(1)}), text), ">=", Fraction(1))
        if name == "fine" and state in FINE_STATES:
            overdue = Is("fine", (state,)) if state == "overdue" else None
            read = Read("count", "fine", (), standing="live", where=overdue)
            kept = self._numbers.keep(
                said, Linear({read: Fraction(1)}), f"{'open' if overdue is None else state} fines"
            )
            return Comparison(kept, "=" if state == "paid" else ">=", Fraction(0 if state == "paid" else 1))
        return self._says_nothing(said)

    def _at_least_one(self, counted: tree.Counted, times: Fraction) -> Condition | None:
        value = self._numbers.linear(counted)
        return None if value is None else Comparison(self._numbers.keep(counted, value), ">=", times)

    def _field(self, name: str) -> str | None:
        """What of the account a name means: an attribute, or its identity."""
        found = self._names.get(name, ("attribute",))
        if found is not None:
            return found.name
        return "identity" if name == "identity" else None

    def _says_nothing(self, said: tree.Said) -> Condition | None:
        text = expression_text(said)
        help = (
            "an act is `done`, a sanction `running`, `fine` is `paid`, `unpaid` or `overdue`, an attribute one of its"
            " values"
        )
        if text.startswith(("offence is ", "this ticket is ")):
            help = "the offence stands in the head of a rule: `rule NAME when ticket of OFFENCE:`"
        self._findings.error("state-unknown", said.span, f"`{text}` is not known to be so, or not so", help)
        return None

    def _worded(self, compared: tree.Compared) -> tuple[str, tree.Name | tree.Text] | None:
        """`vehicle = large`: an attribute of the account, or its identity, and a word; None where it is none."""
        left, right = unbracketed(compared.left), unbracketed(compared.right)
        if not isinstance(left, tree.Name) or self._field(left.text) is None:
            left, right = right, left
        if not isinstance(left, tree.Name) or not isinstance(right, tree.Name | tree.Text):
            return None
        field = self._field(left.text)
        if field is None or compared.compare not in ("=", "!="):
            return None
        if isinstance(right, tree.Name) and self._names.get(right.text, ("ledger", "measure", "metric", "constant")):
            return None
        return field, right

    def _compared(self, compared: tree.Compared) -> Condition | None:
        worded = self._worded(compared)
        if worded is not None:
            value = self._where.value(*worded)
            if value is None:
                return None
            found = Is(worded[0], (value,))
            return found if compared.compare == "=" else Not(found)
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
            return Comparison(self._numbers.keep(compared.right, right), FLIPPED[compared.compare], left.plus)
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


def _at_ticket(said: tree.Said) -> list[str]:
    """`at this ticket by occurred`."""
    dated = [] if said.dated is None else [f"by {said.dated}"]
    return ["at this ticket", *dated] if said.anchor == "ticket" else []
