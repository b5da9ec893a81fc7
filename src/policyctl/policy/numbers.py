"""Numbers and conditions of a policy text, resolved: sums become linear expressions over what can be read, conditions
become comparisons of a named measure with a constant."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from policyctl.instants import Length
from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Compare,
    Comparison,
    Condition,
    FlagUp,
    Measure,
    Not,
    Read,
    Term,
)
from policyctl.policy.names import Names
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.printer import expression_text
from policyctl.source.text import Span

LONGEST = 100
"""Years that a length may have at most."""

_FLIPPED: dict[Compare, Compare] = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "=", "!=": "!="}
_PER_YEAR = {"minute": 525600, "hour": 8760, "day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of numbers that are read, and a constant."""

    terms: dict[Read, Fraction] = field(default_factory=dict)
    plus: Fraction = Fraction(0)

    def scaled(self, by: Fraction) -> Linear:
        """Every part times a constant."""
        return Linear({read: times * by for read, times in self.terms.items()}, self.plus * by)

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


class Numbers:
    """Resolves numbers and conditions; collects every measure that some condition reads."""

    def __init__(self, names: Names, findings: Findings, declared: dict[str, tree.MeasureStatement]) -> None:
        self._names, self._findings, self._declared = names, findings, declared
        self._values: dict[str, Linear | None] = {}
        self._open: list[str] = []
        self.measures: dict[str, Measure] = {}

    def spell(self, name: tree.Name) -> str:
        """A name as it was declared, where it was written by its label."""
        found = self._names.get(name.text, ("ledger", "measure", "flag", "offence", "sanction"))
        return found.name if found else name.text

    def text(self, expression: tree.Expression) -> str:
        """An expression in its canonical spelling, labels replaced by names."""
        return expression_text(expression, self.spell)

    # --- numbers ---

    def declared_measure(self, name: str) -> None:
        """Resolve a declared measure and keep it."""
        value = self._named(name, self._declared[name].name.name.span)
        if value is not None:
            self.measures[name] = value.measure(name, declared=True)

    def linear(self, expression: tree.Expression) -> Linear | None:
        """The value of a sum; None, and reported, where it is none."""
        match expression:
            case tree.Number(value):
                return Linear(plus=value)
            case tree.Quantity(span=span):
                self._findings.error(
                    "unit-in-a-number",
                    span,
                    f"`{span.text}` has a unit of time where points or a count belong",
                    "leave the unit out",
                )
            case tree.Bracketed(inner):
                return self.linear(inner)
            case tree.Name():
                return self._name(expression)
            case tree.Counted():
                read = self._counted(expression)
                return None if read is None else Linear({read: Fraction(1)})
            case tree.Arithmetic():
                return self._arithmetic(expression)
            case tree.Compared(span=span) | tree.Joined(span=span) | tree.Negated(span=span):
                self._findings.error(
                    "condition-in-a-number",
                    span,
                    "a condition stands where a number belongs",
                    "compare numbers, such as `general + severe >= 30`",
                )
        return None

    def _name(self, name: tree.Name) -> Linear | None:
        found = self._names.find(name, ("ledger", "measure"), "a ledger or a measure")
        if found is None:
            return None
        if found.kind == "ledger":
            return Linear({Read("balance", "entry", (found.name,)): Fraction(1)})
        return self._named(found.name, name.span)

    def _named(self, name: str, span: Span) -> Linear | None:
        if name in self._open:
            circle = " -> ".join([*self._open[self._open.index(name) :], name])
            self._findings.error(
                "measure-in-a-circle", span, f"the measure `{name}` is made of itself: {circle}", "define it by ledgers"
            )
            self._values[name] = None
        if name not in self._values:
            self._open.append(name)
            value = self.linear(self._declared[name].value)
            self._open.pop()
            self._values.setdefault(name, value)
        return self._values[name]

    def _counted(self, counted: tree.Counted) -> Read | None:
        ledgers, offences = [], []
        for name in counted.names:
            if counted.function == "count":
                head = tree.Name(name.text.split(".")[0], name.span)
                found = self._names.get(name.text, ("ledger",)) or self._names.find(
                    head, ("offence",), "a ledger, an offence, or `tickets`"
                )
                if found is None:
                    return None
                if found.kind == "offence":
                    offences.append(self._offence(name, found.name))
                else:
                    ledgers.append(found.name)
            else:
                found = self._names.find(name, ("ledger",), "a ledger")
                if found is None:
                    return None
                ledgers.append(found.name)
        if ledgers and offences:
            self._findings.error(
                "mixed-count",
                counted.span,
                "ledgers and offences are counted together",
                "count them apart and add: `count(a) … + count(b) …`",
            )
            return None
        named = ledgers + offences
        if len(set(named)) < len(named):
            self._findings.error(
                "named-twice", counted.span, f"`{counted.span.text}` names one thing twice", "name each once"
            )
            return None
        return self._read(counted, tuple(sorted(named)), "entry" if ledgers else "ticket")

    def _offence(self, name: tree.Name, offence: str) -> str:
        severity = name.text.partition(".")[2]
        return f"{offence}.{severity}" if severity else offence

    def _read(self, counted: tree.Counted, names: tuple[str, ...], sort: str) -> Read | None:
        within = counted.within
        if within is None:
            self._findings.error(
                "missing-time-range",
                counted.span,
                f"`{counted.span.text}` does not say over what time it counts",
                "add `this period`, `this year`, `in 90 days`, or `ever`",
            )
            return None
        if within == "period" and sort == "ticket":
            self._findings.error(
                "period-of-tickets",
                counted.span,
                "`this period` belongs to ledgers; tickets have none of their own",
                "say `this year`, `in 90 days` or `ever`, or count a ledger's entries",
            )
            return None
        scope = self.length(within) if isinstance(within, tree.Quantity) else within
        if scope is None:
            return None
        return Read(
            of="count" if counted.function == "count" else "sum",
            sort="entry" if sort == "entry" else "ticket",
            names=names,
            standing="live" if counted.function == "live" else "posted",
            within=scope,
            dated=counted.dated or "booking",
            far_edge=counted.far_edge,
        )

    def _arithmetic(self, sum_: tree.Arithmetic) -> Linear | None:
        left, right = self.linear(sum_.left), self.linear(sum_.right)
        if left is None or right is None:
            return None
        match sum_.operator:
            case "+":
                return left.added(right)
            case "-":
                return left.added(right.scaled(Fraction(-1)))
            case "*" if not left.terms:
                return right.scaled(left.plus)
            case "*" if not right.terms:
                return left.scaled(right.plus)
            case "/" if not right.terms and right.plus:
                return left.scaled(1 / right.plus)
            case "/" if not right.terms:
                self._findings.error(
                    "division-by-zero",
                    sum_.span,
                    f"`{sum_.span.text}` divides by zero",
                    "divide by a number that is not 0",
                )
            case _:
                self._findings.error(
                    "not-linear",
                    sum_.span,
                    f"`{sum_.span.text}` multiplies or divides one counted number by another",
                    "multiply or divide by a plain number",
                )
        return None

    def length(self, quantity: tree.Quantity) -> Length | None:
        """A length of time; None, and reported, where it is no whole one from 1 up to a hundred years."""
        if quantity.count.denominator != 1 or quantity.count < 1:
            self._findings.error(
                "length-not-whole",
                quantity.span,
                f"`{quantity.span.text}` is not a whole length of at least 1",
                "use a smaller unit: 1.5 days are `36h`",
            )
            return None
        if quantity.count > LONGEST * _PER_YEAR[quantity.unit]:
            self._findings.error(
                "length-out-of-range",
                quantity.span,
                f"`{quantity.span.text}` is longer than {LONGEST} years",
                "write `permanently` for what never ends",
            )
            return None
        count = int(quantity.count)
        if quantity.unit == "quarter":
            return Length(count * 3, "month")
        if quantity.calendar and quantity.unit == "day":
            return Length(count, "calendar_day")
        return Length(count, quantity.unit)

    # --- conditions ---

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
                return AllOf(known) if word == "and" else AnyOf(known)
            case tree.Compared():
                return self._compared(expression)
            case tree.Name():
                return self._flag(expression)
        self._findings.error(
            "number-in-a-condition",
            expression.span,
            f"`{expression.span.text}` is a number, and a condition belongs here",
            f"compare it, such as `{expression.span.text} >= 20`",
        )
        return None

    def _flag(self, name: tree.Name) -> Condition | None:
        number = self._names.get(name.text, ("ledger", "measure"))
        if number is None and name.text in ("closed", "no_reset"):
            return FlagUp(name.text)
        if number is not None:
            self._findings.error(
                "number-in-a-condition",
                name.span,
                f"`{name.text}` is a {number.kind}, a number, and a condition belongs here",
                f"compare it, such as `{name.text} >= 20`",
            )
            return None
        found = self._names.find(name, ("flag",), "a condition such as `general >= 20`, or a flag")
        return None if found is None else FlagUp(found.name)

    def _compared(self, compared: tree.Compared) -> Condition | None:
        left, right = self.linear(compared.left), self.linear(compared.right)
        if left is None or right is None:
            return None
        if not left.terms and not right.terms:
            self._findings.error(
                "constant-condition",
                compared.span,
                f"`{compared.span.text}` is always the same",
                "compare a ledger or a measure",
            )
            return None
        if not right.terms:
            return Comparison(self._keep(self.text(compared.left), left), compared.compare, right.plus)
        if not left.terms:
            return Comparison(self._keep(self.text(compared.right), right), _FLIPPED[compared.compare], left.plus)
        difference = left.added(right.scaled(Fraction(-1)))
        if not difference.terms:
            self._findings.error(
                "constant-condition",
                compared.span,
                f"`{compared.span.text}` compares a number with itself",
                "compare two different numbers",
            )
            return None
        other = self.text(compared.right)
        grouped = f"({other})" if isinstance(compared.right, tree.Arithmetic) else other
        name = f"{self.text(compared.left)} - {grouped}"
        return Comparison(self._keep(name, difference), compared.compare, Fraction(0))

    def _keep(self, name: str, value: Linear) -> str:
        """Remember the measure that a comparison reads, under its canonical text; brackets around all of it do not
        matter."""
        while name.startswith("(") and name.endswith(")") and _closes_at_end(name):
            name = name[1:-1]
        if name not in self.measures:
            self.measures[name] = value.measure(name)
        return name

    def kept(self, expression: tree.Expression) -> str | None:
        """The measure of a sum that stands alone (of a ladder, of `every N of …`)."""
        value = self.linear(expression)
        if value is None:
            return None
        if not value.terms:
            self._findings.error(
                "constant-condition",
                expression.span,
                f"`{expression.span.text}` is always the same",
                "name a ledger or a measure",
            )
            return None
        return self._keep(self.text(expression), value)


def _closes_at_end(text: str) -> bool:
    depth = 0
    for place, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if not depth:
            return place == len(text) - 1
    return False
