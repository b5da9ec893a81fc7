"""Effects that post points, end something, or move an end; resolved and checked."""

from __future__ import annotations

from fractions import Fraction

from policyctl.policy.conditions import Conditions
from policyctl.policy.form import End, Move, Open
from policyctl.policy.lengths import length
from policyctl.policy.names import Names
from policyctl.policy.numbers import Numbers
from policyctl.policy.ranges import upper_amount
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.printer import effect_text

_MORE = "write how many points, more than 0"


class Endings:
    """Resolves such effects. `directions` are those of the ledgers, by name."""

    def __init__(self, names: Names, numbers: Numbers, findings: Findings, conditions: Conditions) -> None:
        self._names, self._numbers, self._findings, self._conditions = names, numbers, findings, conditions
        self.directions: dict[str, int] = {}

    def posts(self, effect: tree.Post) -> Open | None:
        """Points as an effect of a rule, with or against the direction of the ledger."""
        ledger = self._names.find(effect.ledger, "ledger")
        if ledger is None:
            return None
        back = (effect.sign == "+") != (self.directions.get(ledger.name, 1) > 0)
        if effect.formula is None:
            return (
                None
                if self._is_nothing(effect.points, effect)
                else Open(
                    "post",
                    ledger.name,
                    amount=effect.points.value,
                    each=effect.each,
                    back=back,
                    highest=upper_amount(effect, effect.points.value, effect.most, self._findings),
                )
            )
        amount, formula = self._sum(effect.formula)
        if amount is None and formula is None:
            return None
        return Open("post", ledger.name, amount=amount, formula=formula, each=effect.each, back=back)

    def ends(self, effect: tree.Ends) -> End | None:
        """Points, sanctions, flags, or the ticket of an act, that end."""
        if effect.verb == "void":
            return End("void", ())
        if effect.verb == "lift":
            found = self._names.find(effect.names[0], "effect")
            if found is not None and found.kind == "language" and found.name == "close_identity":
                self._findings.error(
                    "wrong-kind-of-name",
                    effect.names[0].span,
                    "a closure is lifted by a person: no rule fires for a closed identity",
                    "leave it out; a person may lift the decision that closed it",
                )
                return None
            return None if found is None else End("lift", (found.name,), all=effect.all)
        if effect.verb == "waive":
            return self._waives(effect)
        ledgers = [self._names.find(name, "ledger") for name in effect.names]
        names = tuple(sorted({ledger.name for ledger in ledgers if ledger is not None}))
        if any(ledger is None for ledger in ledgers):
            return None
        if effect.verb == "clear" or effect.amount is None:
            return self._clears(effect, names)
        amount, formula = self._sum(effect.amount)
        if amount is None and formula is None:
            return None
        if effect.verb == "consume":
            if isinstance(effect.amount, tree.Number) and self._is_nothing(effect.amount, effect):
                return None
            return End("consume", names, amount, formula, each=effect.each, newest=effect.newest)
        return End("set", names, amount, formula, only=effect.verb if effect.verb != "set" else None)

    def _waives(self, effect: tree.Ends) -> End | None:
        """What is open of fines, or so much of it, that is owed no more."""
        if effect.of_ticket and self._names.get("ticket", ("rule",)) is not None:
            self._findings.error(
                "name-of-two-things",
                effect.span,
                "`ticket` is a rule of this policy, and the ticket that is looked at",
                "give the rule another name",
            )
            return None
        rule = None if effect.rule is None else self._names.find(effect.rule, "rule")
        amount, formula = (None, None) if effect.amount is None else self._sum(effect.amount)
        share = amount / 100 if effect.percent and amount is not None else None
        nothing = isinstance(effect.amount, tree.Number) and self._is_nothing(effect.amount, effect)
        if nothing or (effect.rule is not None and rule is None):
            return None
        if effect.amount is not None and amount is None and formula is None:
            return None
        of = None if rule is None else rule.name
        return End(
            "lift",
            ("fine",),
            None if effect.percent else amount,
            formula,
            of=of,
            share=share,
            of_ticket=effect.of_ticket,
        )

    def _clears(self, effect: tree.Ends, names: tuple[str, ...]) -> End | None:
        rule = None if effect.rule is None else self._names.find(effect.rule, "rule")
        where = None if effect.where is None else self._conditions.of_fact(effect.where)
        if (effect.rule is not None and rule is None) or (effect.where is not None and where is None):
            return None
        return End("clear", names, of=None if rule is None else rule.name, where=where)

    def moves(self, effect: tree.Moves) -> Move | None:
        """A sanction whose end is moved."""
        sanction = self._names.find(effect.name, "sanction")
        by = length(effect.by, self._findings, "`permanently`")
        most = None if effect.most is None else length(effect.most, self._findings, "no limit")
        if sanction is None or by is None or (most is None and effect.most is not None):
            return None
        if effect.per is None:
            return Move(effect.verb, sanction.name, by, most, effect.each)
        formula = self._numbers.kept(effect.per, "write a number, such as `1d per hours`")
        return None if formula is None else Move(effect.verb, sanction.name, by, most, effect.each, formula=formula)

    def _sum(self, sum_: tree.Expression) -> tuple[Fraction | None, str | None]:
        """A plain number, or the measure that a sum is; neither, and reported, where it is none."""
        if isinstance(sum_, tree.Number):
            return sum_.value, None
        return None, self._numbers.kept(sum_, "write how many points, such as `general / 2`", fixed=True)

    def _is_nothing(self, number: tree.Number, effect: tree.Effect) -> bool:
        if number.value > 0:
            return False
        self._findings.error(
            "points-not-positive",
            number.span,
            f"`{effect_text(effect)}` moves nothing",
            "write how much, more than 0" if isinstance(effect, tree.Ends) and effect.verb == "waive" else _MORE,
        )
        return True
