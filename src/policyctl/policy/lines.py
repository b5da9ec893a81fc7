"""What rules and steps of ladders are made of: conditions with what limits them, and the words kept of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from policyctl.exact import plain
from policyctl.instants import Length
from policyctl.policy.beginning import holds_at_first, way_of
from policyctl.policy.draft import Draft
from policyctl.policy.form import Atomic, Comparison, Condition, EntryKind, Is, Not, atoms, key, reads_of
from policyctl.policy.joining import joined
from policyctl.source import tree
from policyctl.source.printer import case_text, expression_text, moment_text, occasion_text
from policyctl.source.text import Span

FLIPPED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "=", "!=": "!="}


@dataclass(slots=True)
class Lines:
    """Resolves lines. `ledgers` are those of this version, by name."""

    draft: Draft
    ledgers: dict[str, EntryKind]

    def whose(self, expression: tree.Expression | None) -> Condition | None:
        """For whom a rule or ladder is: an identity by its name, or those for whom a condition holds."""
        if expression is None:
            return None
        if isinstance(expression, tree.Name):
            identity = self.draft.names.get(expression.text, ("identity",))
            if identity is not None and self.draft.names.get(expression.text, ("flag",)) is None:
                return Is("identity", (identity.name,))
        return self.draft.conditions.condition(expression)

    def limited(
        self, condition: Condition | None, whose: Condition | None, exempt: Iterable[tree.Exempt]
    ) -> Condition | None:
        """A condition for some accounts only, and not where an exception holds."""
        parts = [condition]
        if whose is not None:
            parts.append(whose)
        for one in exempt:
            found = self.draft.conditions.condition(one.condition)
            parts.append(None if found is None else Not(found))
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return known[0] if len(known) == 1 else joined("and", known)

    def say(
        self,
        name: str,
        cases: Sequence[tree.Case],
        span: Span,
        label: tree.Text | None,
        cite: tree.Text | None,
        occasion: tree.Occasion | None = None,
    ) -> None:
        """Keep the words of a rule."""
        spell = self.draft.numbers.spell
        text = "; ".join(case_text(case, spell) for case in cases)
        if occasion is not None:
            text = f"{moment_text(occasion, spell)}: {text}"
        self.draft.say("rule", name, text, span, label, cite or cases[0].cite)

    def say_line(self, name: str, case: tree.Case, place: int, several: bool) -> None:
        """Keep the words of a line: its clause where there are several, its exceptions, its warnings."""
        spell = self.draft.numbers.spell
        if several:
            self.draft.say("line", f"{name}/{place}", case_text(case, spell), case.span, None, case.cite)
        for number, one in enumerate(case.exempt):
            text = expression_text(one.condition, spell)
            self.draft.say("exception", f"{name}/{place}/{number}", text, one.span, None, one.cite)
        for effect in case.effects:
            if not isinstance(effect, tree.Warn | tree.Tell):
                continue
            warning = effect.name.text if effect.name else "warn"
            label = effect.label.text if effect.label is not None else None
            said = self.draft.said.get(key(self.draft.head.since, "notice", f"{name}.{warning}"))
            if place and said is not None and said.label != label:
                self.draft.findings.error(
                    "effect-twice",
                    effect.span,
                    f"two lines of this rule say `{warning}`, and mean two things",
                    'give one of the warnings another name: `warn NAME "…"`',
                )
            self.draft.say("notice", f"{name}.{warning}", warning, effect.span, effect.label)

    def condition(self, case: tree.Case) -> tuple[Condition | None, Fraction | None]:
        """The condition of a case, and its `every`. Of odd multiples every second counts, from the first on; of even
        ones from the second on."""
        if case.every is None:
            return self.draft.conditions.condition(case.condition), None
        every = case.every.value
        shift = -case.above.value if case.above is not None else Fraction(0)
        if case.parity is not None:
            shift += every if case.parity.word == "odd" else 0
            every *= 2
        measure = self.draft.numbers.kept(
            shifted(case.condition, shift),
            f"name the number alone: `every {plain(case.every.value)} of {self.ledger()} -> …`",
        )
        if every <= 0:
            self.draft.findings.error(
                "every-not-positive",
                case.every.span,
                "`every` counts the multiples of a number above 0",
                f"write how many, such as `every 12 of {expression_text(case.condition)} -> …`",
            )
            return None, None
        if measure is not None:
            self._check_counted_once(measure, case)
        return (None, None) if measure is None else (Comparison(measure, ">=", every), every)

    def _check_counted_once(self, measure: str, case: tree.Case) -> None:
        """Of a window a multiple is passed again when new points take the place of those that leave it, though all but
        these have counted."""
        measures = self.draft.numbers.measures
        if (
            case.every is None
            or case.above is not None
            or not any(isinstance(read.within, Length) for read in reads_of(measures[measure], measures))
        ):
            return
        number, ledger = plain(case.every.value), self.ledger()
        self.draft.warn(
            "every-of-a-window",
            case.condition.span,
            f"points that counted for one {number} count for the next again, as others leave the window",
            f"let them expire and be used up: `ledger {ledger} expires after …`, and"
            f" `every {number} of {ledger} -> …, consume {number} of {ledger} each`",
        )

    # --- what tickets can change ---

    def _moves(self, atom: Atomic) -> bool:
        """Whether something that happens can change it, besides the flags that rules raise."""
        if not isinstance(atom, Comparison):
            return False
        measures = self.draft.numbers.measures
        reads = reads_of(measures[atom.measure], measures)
        return any(read.sort not in ("constant", "attribute", "measure") for read in reads)

    def check_condition(self, condition: Condition, case: tree.Case) -> bool:
        """Reports a condition that tickets cannot change, or need not; True where it did."""
        expression, written = case.condition, occasion_text(case)
        if not any(self._moves(atom) for atom in atoms(condition)):
            self.draft.findings.error(
                "never-judged",
                expression.span,
                f"`{written}` looks at no points and no tickets, so no ticket can make it true",
                f"add what the tickets must reach: `{self.ledger()} >= 20 and {written} -> …`"
                if not isinstance(expression, tree.Joined) or expression.word == "and"
                else f"add what the tickets must reach: `{self.ledger()} >= 20 and ({written}) -> …`",
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
            return f"count what tickets add: `every {plain(case.every.value)} of incurred({self.ledger()}) this period`"
        if isinstance(condition, Comparison) and isinstance(expression, tree.Compared):
            way = way_of(self.draft.numbers.measures[condition.measure], self.ledgers)
            if way is not None and condition.compare in (("<=", "<") if way > 0 else (">=", ">")):
                left, right = expression_text(expression.left), expression_text(expression.right)
                flipped = FLIPPED[expression.compare]
                return f"tickets make `{left}` go {'up' if way > 0 else 'down'}: write `{left} {flipped} {right}`"
            return "compare with a number that only tickets reach"
        return "ask for something that only tickets bring about"

    def ledger(self) -> str:
        """A ledger for examples."""
        return self.draft.names.example("ledger", "general")


def shifted(sum_: tree.Expression, by: Fraction) -> tree.Expression:
    """A sum and a constant more, or less."""
    if not by:
        return sum_
    number = tree.Number(abs(by), sum_.span)
    return tree.Arithmetic("+" if by > 0 else "-", sum_, number, sum_.span)
