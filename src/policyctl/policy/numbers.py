"""Numbers of a policy text, resolved: sums become linear expressions over what can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from policyctl.exact import plain
from policyctl.policy.counts import Counts
from policyctl.policy.facts import Where
from policyctl.policy.form import Measure, Read, Same, Sort, Term
from policyctl.policy.names import Kind, Names
from policyctl.source import tree
from policyctl.source.brackets import without_brackets
from policyctl.source.diagnostics import Findings
from policyctl.source.printer import as_written, expression_text

SPELT: tuple[Kind, ...] = (
    "ledger",
    "measure",
    "flag",
    "offence",
    "sanction",
    "act",
    "metric",
    "attribute",
    "constant",
    "rule",
    "ladder",
)
"""What may stand in a condition by a label."""

LARGEST = 10**24
"""What a factor or constant, once all is multiplied out, may have at most above and below its fraction line."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of numbers that are read, and a constant."""

    terms: dict[Read, Fraction] = field(default_factory=dict)
    plus: Fraction = Fraction(0)

    def scaled(self, by: Fraction) -> Linear:
        """Every part times a constant."""
        return Linear({read: times * by for read, times in self.terms.items() if times * by}, self.plus * by)

    def added(self, other: Linear) -> Linear:
        """The sum of both; reads that cancel out are gone."""
        terms = dict(self.terms)
        for read, times in other.terms.items():
            terms[read] = terms.get(read, Fraction(0)) + times
        return Linear({read: times for read, times in terms.items() if times}, self.plus + other.plus)

    def measure(self, name: str, declared: bool = False) -> Measure:
        """The record of the normal form."""
        terms = sorted((Term(times, read) for read, times in self.terms.items()), key=lambda term: str(term.read))
        return Measure(name, tuple(terms), self.plus, declared)

    @property
    def fits(self) -> bool:
        """Whether it can still be printed and computed in no time."""
        parts = (self.plus, *self.terms.values())
        return all(abs(part.numerator) <= LARGEST and part.denominator <= LARGEST for part in parts)


class Numbers:
    """Resolves numbers; collects every measure that a condition reads. `declared` are the measures of the text,
    `offences` and `constants` its offences and constants, all by name; the rest is for `Counts`."""

    def __init__(
        self,
        names: Names,
        findings: Findings,
        declared: Mapping[str, tree.MeasureStatement],
        offences: Mapping[str, tree.OffenceStatement],
        constants: Mapping[str, tree.ConstantStatement],
        where: Where,
        periodic: tuple[str, ...] = (),
    ) -> None:
        self._names, self._findings, self._declared, self._constants = names, findings, declared, constants
        self._counts = Counts(names, findings, offences, where, periodic)
        self._values: dict[str, Linear | None] = {}
        self.measures: dict[str, Measure] = {}

    # --- spelling ---

    def spell(self, name: tree.Name) -> str:
        """A name as it was declared, where it was written by its label."""
        if name.quoted:
            return as_written(name)
        found = self._names.get(name.text, SPELT)
        return found.name if found is not None else self._counts.spell(name.text)

    def text(self, expression: tree.Expression) -> str:
        """An expression in its canonical spelling, labels replaced by names, without parentheses that mean nothing."""
        return expression_text(without_brackets(expression), self.spell)

    def offences(self, names: tuple[tree.Name, ...]) -> tuple[str, ...] | None:
        """Offences, or severities of them, by their names; None, and reported, where one is not."""
        return self._counts.offences(names)

    # --- measures ---

    def declared_measure(self, name: str) -> None:
        """Resolve a declared measure and keep it."""
        value = self._named(name)
        if value is not None:
            self.measures[name] = value.measure(name, declared=True)

    def keep(self, expression: tree.Expression, value: Linear, name: str | None = None) -> str:
        """Remember the measure that a comparison reads, under its canonical text."""
        name = self.text(expression) if name is None else name
        if name not in self.measures:
            self.measures[name] = value.measure(name)
        return name

    def kept(self, expression: tree.Expression, instead: str, fixed: bool = False) -> str | None:
        """The measure of a sum that stands alone (of a ladder, of `every N of …`); `instead` is the way out where a
        condition stands there. An amount may be `fixed`: a sum of plain numbers and constants."""
        value = self.linear(expression, instead)
        if value is None:
            return None
        if not value.terms and not fixed:
            self._findings.error(
                "constant-condition",
                expression.span,
                f"`{expression_text(expression)}` is always the same",
                f"name a ledger or a measure, such as `{self._names.example('ledger', 'general')}`",
            )
            return None
        return self.keep(expression, value)

    def _named(self, wanted: str) -> Linear | None:
        """The value of a declared measure. What it is made of is resolved first, measure by measure, so that a long
        chain of them needs no deep recursion."""
        unfinished = [wanted]
        while wanted not in self._values:
            name = unfinished[-1]
            parts = [part for part in self._parts(name) if part not in self._values]
            again = next((part for part in parts if part in unfinished), None)
            if again is not None:
                self._circle([*unfinished[unfinished.index(again) :], again])
            elif parts:
                unfinished.append(parts[0])
            else:
                self._values[name] = self.linear(self._declared[name].value, _NO_CONDITION)
                unfinished.pop()
        return self._values[wanted]

    def _parts(self, measure: str) -> Iterator[str]:
        """The measures that a declared measure names."""
        for name in _names_in(self._declared[measure].value):
            found = self._names.get(name.text, ("ledger", "measure"))
            if found is not None and found.kind == "measure":
                yield found.name

    def _circle(self, names: list[str]) -> None:
        name, ledger = names[0], self._names.example("ledger", "general")
        self._findings.error(
            "measure-in-a-circle",
            self._declared[name].name.name.span,
            f"the measure `{name}` is made of itself: {' -> '.join(names)}",
            f"define it by ledgers, such as `measure {name} = {ledger}`",
        )
        self._values.update(dict.fromkeys(names))

    # --- sums ---

    def linear(self, expression: tree.Expression, instead: str | None = None) -> Linear | None:
        """The value of a sum; None, and reported, where it is none. `instead` says what to do with a condition."""
        match expression:
            case tree.Number(value) if value >= 0:
                return Linear(plus=value)
            case tree.Number():
                self._signed(expression)
            case tree.Quantity(count, span=span):
                self._findings.error(
                    "unit-in-a-number",
                    span,
                    f"`{expression_text(expression)}` is a length of time, and points or a count belong here",
                    f"write `{plain(count)}`",
                )
            case tree.Bracketed(inner):
                return self.linear(inner, instead)
            case tree.Name():
                return self._name(expression)
            case tree.Counted():
                read = self._counts.read(expression)
                return None if read is None else Linear({read: Fraction(1)})
            case tree.Arithmetic():
                return self._arithmetic(expression)
            case tree.Picked():
                return self._picked(expression)
            case tree.OfTicket():
                return self._of_ticket(expression)
            case tree.SameAs(span=span):
                self._findings.error(
                    "asked-of-a-fact",
                    span,
                    f"`{expression_text(expression)}` is no number",
                    "`this key` stands behind `where`: `count(tickets where key = this key) this year`",
                )
            case tree.Text(text, span):
                self._findings.error(
                    "condition-in-a-number",
                    span,
                    f'"{text}" is a text, and a number belongs here',
                    instead or "compare sums with each other, such as `general + severe >= 30`",
                )
            case (
                tree.Compared(span=span)
                | tree.Joined(span=span)
                | tree.Negated(span=span)
                | tree.Said(span=span)
                | tree.ByDate(span=span)
                | tree.ByAge(span=span)
            ):
                self._findings.error(
                    "condition-in-a-number",
                    span,
                    f"`{expression_text(expression)}` is a condition, and a number belongs here",
                    instead or "compare sums with each other, such as `general + severe >= 30`",
                )
        return None

    def _signed(self, number: tree.Number, sum_: tree.Arithmetic | None = None) -> None:
        """A number below 0 that is not compared: mostly the sign of the sum around it is the wrong one."""
        help = f"only a number that is compared has a sign, such as `{self._names.example('ledger', 'general')} >= -5`"
        if sum_ is not None and sum_.right is number and sum_.operator in ("+", "-"):
            turned = replace(
                sum_, operator="-" if sum_.operator == "+" else "+", right=replace(number, value=-number.value)
            )
            help = f"write `{self.text(turned)}`"
        self._findings.error("sign-in-a-sum", number.span, f"`{plain(number.value)}` has a sign of its own", help)

    def _name(self, name: tree.Name) -> Linear | None:
        found = self._names.find(name, "number")
        if found is None:
            return None
        if found.kind == "ledger":
            return Linear({Read("balance", "entry", (found.name,)): Fraction(1)})
        if found.kind == "constant":
            return self._constant(found.name)
        if found.kind in ("metric", "attribute"):
            sort: Sort = "metric" if found.kind == "metric" else "attribute"
            return Linear({Read("latest", sort, (found.name,)): Fraction(1)})
        return self._named(found.name)

    def _of_ticket(self, said: tree.OfTicket) -> Linear | None:
        """What the ticket looked at posted: to the ledger of that name, or as `points` in all."""
        ledgers: tuple[str, ...] = ()
        if said.name.text != "points" or self._names.get(said.name.text, ("ledger",)) is not None:
            found = self._names.find(said.name, "ledger")
            if found is None:
                return None
            ledgers = (found.name,)
        return Linear({Read("sum", "entry", ledgers, within="ever", where=Same("ticket")): Fraction(1)})

    def _constant(self, name: str) -> Linear:
        """A constant; one that holds for all time is its number."""
        values = self._constants[name].values
        if len(values) == 1 and values[0].since is None:
            return Linear(plus=values[0].value.value)
        return Linear({Read("latest", "constant", (name,)): Fraction(1)})

    def _picked(self, picked: tree.Picked) -> Linear | None:
        """The highest or lowest of several sums."""
        values = [self.linear(part) for part in picked.of]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            return None
        if not any(value.terms for value in known):
            fixed = [value.plus for value in known]
            return Linear(plus=Fraction(fixed[0] // 1) if picked.which == "whole" else _PICKS[picked.which](fixed))
        names = {self.keep(part, value) for part, value in zip(picked.of, known, strict=True)}
        return Linear({Read(picked.which, "measure", tuple(sorted(names))): Fraction(1)})

    def _arithmetic(self, sum_: tree.Arithmetic) -> Linear | None:
        if isinstance(sum_.right, tree.Number) and sum_.right.value < 0:
            self._signed(sum_.right, sum_)
            return None
        left, right = self.linear(sum_.left), self.linear(sum_.right)
        if left is None or right is None:
            return None
        value = self._combined(sum_, left, right)
        if value is not None and not value.fits:
            self._findings.error(
                "number-out-of-range",
                sum_.span,
                "the factors in this sum multiply to more than 24 digits",
                "use smaller factors",
            )
            return None
        return value

    def _is_told(self, value: Linear) -> bool:
        """Whether a sum is made of numbers that somebody tells, and of none that is counted."""
        return all(
            read.sort in ("attribute", "constant", "metric")
            or (read.sort == "measure" and all(self._is_told(self._kept_as(name)) for name in read.names))
            for read in value.terms
        )

    def _kept_as(self, name: str) -> Linear:
        """A measure that was kept, as a sum."""
        return Linear({term.read: term.times for term in self.measures[name].terms})

    def _combined(self, sum_: tree.Arithmetic, left: Linear, right: Linear) -> Linear | None:
        match sum_.operator:
            case "+":
                return left.added(right)
            case "-":
                return left.added(right.scaled(Fraction(-1)))
            case "*" if not left.terms:
                return right.scaled(left.plus)
            case "*" if not right.terms:
                return left.scaled(right.plus)
            case "*" if self._is_told(left) and self._is_told(right):
                names = (self.keep(sum_.left, left), self.keep(sum_.right, right))
                return Linear({Read("product", "measure", tuple(sorted(names))): Fraction(1)})
            case "/" if not right.terms and right.plus:
                return left.scaled(1 / right.plus)
            case "/" if not right.terms:
                self._findings.error(
                    "division-by-zero",
                    sum_.span,
                    f"`{expression_text(sum_)}` divides by zero",
                    "divide by a number that is not 0",
                )
            case _:
                left_text, right_text = expression_text(sum_.left), expression_text(sum_.right)
                does, help = "multiplies", f"multiply by a plain number, such as `{left_text} * 2`"
                if sum_.operator == "/":
                    does = "divides"
                    help = f"compare it multiplied out: `{left_text} < 4.5 * {right_text}` asks for less than 4.5"
                self._findings.error(
                    "not-linear", sum_.span, f"`{expression_text(sum_)}` {does} one counted number by another", help
                )
        return None


_PICKS: Mapping[str, Callable[[list[Fraction]], Fraction]] = {"max": max, "min": min}

_NO_CONDITION = "a measure is a number: leave the comparison out here, and compare the measure in a rule"


def _names_in(expression: tree.Expression) -> Iterator[tree.Name]:
    """The names that stand in a sum by themselves (not those in `incurred(…)`)."""
    match expression:
        case tree.Name():
            yield expression
        case tree.Bracketed(inner):
            yield from _names_in(inner)
        case tree.Arithmetic(left=left, right=right):
            yield from _names_in(left)
            yield from _names_in(right)
        case tree.Picked(of=of):
            for part in of:
                yield from _names_in(part)
        case _:
            return


def unbracketed(expression: tree.Expression) -> tree.Expression:
    """An expression without the brackets around all of it."""
    while isinstance(expression, tree.Bracketed):
        expression = expression.inner
    return expression
