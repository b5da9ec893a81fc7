"""What a policy text says about facts: the words and numbers in `where`, and `NAME is STATE`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from policyctl.instants import Zone
from policyctl.policy.dates import day, day_of_year
from policyctl.policy.form import Between, Compare, Condition, Has, Is, Not, Same
from policyctl.policy.joining import FLIPPED, composed
from policyctl.policy.lengths import length
from policyctl.policy.names import Names
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.nearest import nearest
from policyctl.source.printer import expression_text

WORDS = ("offence", "severity", "ledger", "key", "occasion", "fine")
"""What every fact may say of itself, in words."""

NUMBERS = ("points", "amount")
"""What every fact may say of itself, in numbers."""

SAME = ("offence", "severity", "key", "occasion")
"""Of what a fact may be asked whether the ticket that is looked at has the same."""


class Where:
    """Resolves the conditions that stand inside the parentheses of a count. `attributes` and
    `offences` are those of the text, by name."""

    def __init__(
        self,
        names: Names,
        findings: Findings,
        attributes: Mapping[str, tree.AttributeStatement],
        offences: Mapping[str, tree.OffenceStatement],
        zone: Zone,
    ) -> None:
        self._names, self._findings, self._attributes = names, findings, attributes
        self._offences, self._zone = offences, zone

    def condition(self, expression: tree.Expression) -> Condition | None:
        """A condition about a fact; None, and reported, where it is none."""
        match expression:
            case tree.Bracketed() | tree.Negated() | tree.Joined():
                return composed(expression, self.condition)
            case tree.Compared():
                return self._compared(expression)
            case tree.Said(subject, negated, state, within):
                if within is not None:
                    return self._wrong(expression)
                found = self._worded(subject, state, expression)
                return Not(found) if negated and found is not None else found
            case tree.ByDate(dated=str()) | tree.ByAge(dated=str()):
                return self.by_date(expression)
        return self._wrong(expression)

    def by_date(self, said: tree.ByDate | tree.ByAge) -> Condition | None:
        """A condition on a date: of now, or of a ticket."""
        dated = said.dated or "now"
        if isinstance(said, tree.ByDate):
            if said.date is None:
                return Between(dated=dated, days=tuple(day.word for day in said.days))
            if said.month is not None:
                date = day_of_year(said.date, said.month, self._findings)
            else:
                date = day(said.date, self._zone, self._findings)
            if date is None:
                return None
            return Between(since=date, dated=dated) if said.word == "from" else Between(until=date, dated=dated)
        lasts = length(said.length, self._findings, "nothing")
        anchor = None if said.since is None else self._names.find(said.since, "anchor")
        if lasts is None or (said.since is not None and anchor is None):
            return None
        if said.of is not None:
            return Between(length=lasts, dated=dated, of=said.of)
        return Between(length=lasts, anchor="opened" if anchor is None else anchor.name, dated=dated)

    def _wrong(self, expression: tree.Expression) -> Condition | None:
        self._findings.error(
            "asked-of-a-fact",
            expression.span,
            f"`{expression_text(expression)}` asks nothing that can be asked of one fact",
            f"behind `where` stand words about it, such as `key = this key` or `points >= 5` (of a"
            f" sanction `length >= 56 days`), or a date, `occurred on friday`; the words are"
            f" {', '.join((*WORDS, *NUMBERS, *sorted(self._attributes)))}",
        )
        return None

    # --- one comparison ---

    def _compared(self, compared: tree.Compared) -> Condition | None:
        left, right, compare = compared.left, compared.right, compared.compare
        if not isinstance(left, tree.Name) and isinstance(right, tree.Name):
            left, right, compare = right, left, FLIPPED[compare]
        if not isinstance(left, tree.Name):
            return self._wrong(compared)
        if isinstance(right, tree.Number):
            return self._number(left, compare, right.value, compared)
        if isinstance(right, tree.Quantity) and left.text == "length":
            lasts = length(right, self._findings, "nothing")
            return None if lasts is None else Has("length", compare, length=lasts)
        if compare not in ("=", "!=") or not isinstance(right, tree.Name | tree.Text | tree.SameAs):
            return self._wrong(compared)
        found = self._worded(left, right, compared)
        return Not(found) if compare == "!=" and found is not None else found

    def _number(self, name: tree.Name, compare: Compare, value: Fraction, whole: tree.Expression) -> Condition | None:
        kind = self._attributes.get(name.text)
        if name.text in NUMBERS or (kind is not None and not kind.values):
            return Has(name.text, compare, value)
        if name.text in ("key", "occasion", "severity") and compare in ("=", "!="):
            text = Is(name.text, (expression_text(tree.Number(value, name.span)),))
            return text if compare == "=" else Not(text)
        return self._wrong(whole)

    def _worded(
        self, subject: tree.Expression, value: tree.Name | tree.Text | tree.SameAs, whole: tree.Expression
    ) -> Condition | None:
        if not isinstance(subject, tree.Name):
            return self._wrong(whole)
        field = self._field(subject.text)
        if field is None:
            return self._wrong(whole)
        if isinstance(value, tree.SameAs):
            if value.word.text != subject.text or (field not in SAME and field not in self._attributes):
                return self._wrong(whole)
            return Same(field)
        word = self.value(field, value)
        return None if word is None else Is(field, (word,))

    def different(self, name: tree.Name) -> str | None:
        """What facts may be told apart by; None, and reported, where it is nothing of the kind."""
        field = self._field(name.text)
        if field is not None and (field in SAME or field in self._attributes):
            return field
        self._findings.error(
            "asked-of-a-fact",
            name.span,
            f"nothing that is counted says of itself what its `{name.text}` is",
            f"name an attribute, or one of {', '.join(f'`{one}`' for one in SAME)}",
        )
        return None

    def _field(self, text: str) -> str | None:
        found = self._names.get(text, ("attribute",))
        if found is not None:
            return found.name
        return text if text in WORDS else None

    def value(self, field: str, value: tree.Name | tree.Text) -> str | None:
        """A value that something may have; None, and reported, where it cannot."""
        name = tree.Name(value.text, value.span)
        if field == "ledger":
            ledger = self._names.find(name, "ledger")
            return None if ledger is None else ledger.name
        if field == "offence":
            return self._offence(name)
        if field == "identity":
            identity = self._names.get(value.text, ("identity",))
            if identity is not None:
                return identity.name
            return self._unknown(field, value, self._names.all("identity"))
        if field == "fine":
            return value.text if value.text in FINE_STATES else self._unknown(field, value, FINE_STATES)
        kind = self._attributes.get(field)
        known = () if kind is None else tuple(one.text for one in kind.values)
        if known and value.text not in known:
            return self._unknown(field, value, known)
        return value.text

    def _offence(self, name: tree.Name) -> str | None:
        """An offence, or one of its severities."""
        head, _, severity = name.text.rpartition(".")
        found = self._names.get(head, ("offence",)) if self._names.get(name.text, ("offence",)) is None else None
        if found is None:
            offence = self._names.find(name, "offence")
            return None if offence is None else offence.name
        known = [line.name.name.text for line in self._offences[found.name].severities]
        return f"{found.name}.{severity}" if severity in known else self._unknown("severity", name, tuple(known))

    def _unknown(self, field: str, value: tree.Name | tree.Text, known: tuple[str, ...]) -> str | None:
        near = nearest(value.text, list(known))
        self._findings.error(
            "value-unknown",
            value.span,
            f"`{field}` is never `{value.text}`",
            f"did you mean `{near}`?" if near else f"it is one of {', '.join(f'`{one}`' for one in known)}",
        )
        return None


FINE_STATES = ("paid", "unpaid", "overdue")
"""How a fine may stand. One that is overdue is unpaid as well."""
