"""Fines: how much, by when, and which points their payment clears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from msgspec.structs import replace as change

from policyctl.exact import plain
from policyctl.policy.currencies import finer, next_above, said_finer
from policyctl.policy.form import Condition, Open, measures_of
from policyctl.policy.lengths import length
from policyctl.policy.names import Names
from policyctl.policy.numbers import Numbers
from policyctl.policy.ranges import upper_amount
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.printer import effect_text, quantity_text
from policyctl.source.text import Span

_EXAMPLE = Fraction(2000)


class Fines:
    """Resolves fines. `currency` is what the policy says, if it does. `needs_currency` and `needs_annulment` note the
    first place that needs them."""

    def __init__(self, names: Names, numbers: Numbers, findings: Findings, currency: str | None) -> None:
        self._names, self._numbers, self._findings, self._currency = names, numbers, findings, currency
        self.needs_currency: Span | None = None
        self.needs_annulment: Span | None = None

    def of(self, effect: tree.Fine, behind: tree.Effect | None, condition: Condition | None) -> Open | None:
        """A fine of a rule with that condition, `behind` which another effect may stand; None, and reported, where
        something in it is wrong."""
        if effect.amount is None and self._names.contested("fine"):
            # A sanction of this name was declared, and meant here.
            return None
        if effect.length is not None:
            sanction = self._names.example("sanction", "suspend")
            said = quantity_text(effect.length)
            self._findings.error(
                "fine-needs-amount",
                effect.span,
                f"a fine is an amount of money, and `{said}` is a length of time",
                f"write an amount, such as `fine 2000`, or a sanction: `{sanction} {said}`",
            )
            return None
        if effect.formula is not None and effect.amount is None:
            return self._with_terms(effect, Open("fine", "fine"), behind, condition)
        if effect.amount is None:
            whole = replace(effect, amount=tree.Number(_EXAMPLE, effect.span))
            self._findings.error(
                "fine-needs-amount",
                effect.span,
                "the fine does not say how much",
                f"write the amount, such as `{effect_text(whole)}`",
            )
            return None
        if effect.amount.value < 0 or (not effect.amount.value and effect.to is None):
            self._findings.error(
                "fine-not-positive",
                effect.amount.span,
                "a fine is more than 0",
                "write its amount, such as `fine 2000`, or leave the fine out",
            )
            return None
        if effect.formula is None and self._currency is not None and finer(effect.amount.value, self._currency):
            near = tree.Number(next_above(effect.amount.value, self._currency), effect.amount.span)
            self._findings.error(
                "finer-than-currency",
                effect.amount.span,
                f"`{plain(effect.amount.value)}` cannot be paid: {said_finer(self._currency)}",
                f"write an amount that can, such as `{effect_text(replace(effect, amount=near))}`",
            )
            return None
        highest = upper_amount(effect, effect.amount.value, effect.to, self._findings)
        fine = Open("fine", "fine", amount=effect.amount.value, highest=highest)
        return self._with_terms(effect, fine, behind, condition)

    def _with_terms(
        self, effect: tree.Fine, fine: Open, behind: tree.Effect | None, condition: Condition | None
    ) -> Open | None:
        """A fine with all that is said of it besides its amount."""
        self.needs_currency = self.needs_currency or effect.span
        fine = change(fine, each=effect.each)
        if effect.formula is not None:
            if isinstance(effect.formula, tree.Name) and self._names.an_effect(effect.formula):
                return None
            of = effect.formula
            if effect.percent:
                hundred = tree.Number(Fraction(100), of.span)
                of = tree.Arithmetic("/", tree.Bracketed(of, of.span), hundred, of.span)
            measure = self._numbers.kept(of, "write what the fine comes to: `fine 100 * general`", fixed=True)
            if measure is None:
                return None
            fine = change(fine, formula=measure)
        if effect.rounded is not None:
            fine = change(fine, rounded=effect.rounded.to.value, rounding=effect.rounded.way)
        if effect.due is not None:
            due = length(effect.due, self._findings, "no due date")
            if due is None:
                return None
            fine = change(fine, due=due)
        if not effect.clears:
            return fine
        self.needs_annulment = self.needs_annulment or effect.span
        ledgers = self._cleared(effect, behind, condition)
        if ledgers is None:
            return None
        return change(fine, clears=ledgers, clears_when="served" if effect.when_served else "paid")

    def _cleared(
        self, effect: tree.Fine, behind: tree.Effect | None, condition: Condition | None
    ) -> tuple[str, ...] | None:
        """The ledgers that a fine clears: those it names, or the one whose balance the condition compares."""
        if effect.ledgers:
            return self._named_ledgers(effect.ledgers)
        if condition is None or (isinstance(behind, tree.Impose) and self._names.get(behind.name.text, ("ledger",))):
            # Either the condition is wrong, or a comma stands where `clears` should go on; that is said elsewhere.
            return None
        balances = sorted(self._balances(condition))
        if len(balances) == 1:
            return (balances[0],)
        compared = " and ".join(f"`{name}`" for name in balances)
        known = balances or self._read_by(condition) or [self._names.example("ledger", "general")]
        whole = replace(effect, ledgers=tuple(tree.Name(name, effect.span) for name in known))
        self._findings.error(
            "clears-what",
            effect.span,
            "it is not said which ledger this fine clears: the condition compares "
            + (f"the balances of {compared}" if balances else "no ledger's balance"),
            f"name what it clears: `{effect_text(whole)}`",
        )
        return None

    def _named_ledgers(self, names: Sequence[tree.Name]) -> tuple[str, ...] | None:
        found = [self._names.find(name, "ledger") for name in names]
        known = [one.name for one in found if one is not None]
        for place, ledger in enumerate(known):
            if ledger in known[:place]:
                self._findings.error(
                    "named-twice", names[place].span, f"`{ledger}` is named twice", f"name `{ledger}` once"
                )
                return None
        return tuple(sorted(known)) if len(known) == len(found) else None

    def _balances(self, condition: Condition) -> set[str]:
        return {
            term.read.names[0]
            for name in measures_of(condition)
            for term in self._numbers.measures[name].terms
            if term.read.of == "balance"
        }

    def _read_by(self, condition: Condition) -> list[str]:
        """The ledgers that a condition reads in any way."""
        return sorted(
            {
                ledger
                for name in measures_of(condition)
                for term in self._numbers.measures[name].terms
                if term.read.sort == "entry"
                for ledger in term.read.names
            }
        )
