"""Tree building for numbers and conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar, cast

from policyctl.source import tree
from policyctl.source.build_words import WordBuilder
from policyctl.source.diagnostics import Diagnostic
from policyctl.source.parts import (
    Parts,
    Refused,
    all_of,
    bare_number,
    compare_of,
    date_of,
    expressions_of,
    has,
    one_of,
    word_of,
)
from policyctl.source.text import Span
from policyctl.source.tokens import Token

DEEPEST = 100
"""How deep conditions and sums may be nested; far more than anybody can read, far less than Python can recurse."""


@dataclass(frozen=True, slots=True)
class _Within:
    within: Any
    far_edge: bool
    anchor: tree.Anchor = "now"


T = TypeVar("T")


class ConditionBuilder(WordBuilder):
    """What builds conditions."""

    def any_of(self, parts: Parts, span: Span) -> tree.Joined:
        return self._deep(tree.Joined("or", expressions_of(parts), span), parts, span)

    def all_of(self, parts: Parts, span: Span) -> tree.Joined:
        return self._deep(tree.Joined("and", expressions_of(parts), span), parts, span)

    def negated(self, parts: Parts, span: Span) -> tree.Negated:
        return self._deep(tree.Negated(parts[1], span), parts, span)

    def compare(self, parts: Parts, span: Span) -> Token:
        return cast(Token, parts[0])

    def compared(self, parts: Parts, span: Span) -> tree.Compared:
        left, sign, right = parts
        return self._deep(tree.Compared(compare_of(sign), left, right, span), parts, span)

    def arithmetic(self, parts: Parts, span: Span) -> tree.Arithmetic:
        left, sign, right = parts
        return self._deep(tree.Arithmetic(sign.word, left, right, span), parts, span)

    def bracketed(self, parts: Parts, span: Span) -> tree.Bracketed:
        return self._deep(tree.Bracketed(parts[0], span), parts, span)

    def function(self, parts: Parts, span: Span) -> Token:
        return cast(Token, parts[0])

    def counted(self, parts: Parts, span: Span) -> tree.Counted:
        function = parts[0].word
        if function in ("all", "next", "with_below"):
            raise Refused(
                Diagnostic(
                    "measure-form",
                    f"`{parts[0].text}(…)` is no number",
                    parts[0].span,
                    "write what is meant: `incurred(…)`, `live(…)`, `count(…)`, `highest(…)`, `lowest(…)` or"
                    " `latest(…)`",
                )
            )
        found = one_of(parts, _Within) or _Within(None, False)
        dated: Any = next((p.word for p in parts[1:] if isinstance(p, Token) and p.kind == "DATED"), None)
        where = None
        if has(parts, "WHERE"):
            where = parts[next(n for n, p in enumerate(parts) if isinstance(p, Token) and p.kind == "WHERE") + 1]
        names = tuple(p for p in all_of(parts, tree.Name) if p is not where)
        different, names = (names[0], names[1:]) if has(parts, "DIFFERENT") else (None, names)
        fines = has(parts, "FINES")
        made = tree.Counted(
            function, names, found.within, found.far_edge, dated, span, fines, where, found.anchor, different
        )
        return self._deep(made, parts, span)

    def picked(self, parts: Parts, span: Span) -> tree.Picked:
        return self._deep(tree.Picked(parts[0].word, expressions_of(parts), span), parts, span)

    def same(self, parts: Parts, span: Span) -> tree.SameAs:
        return tree.SameAs(parts[1], span)

    def of_ticket(self, parts: Parts, span: Span) -> tree.OfTicket:
        return tree.OfTicket(parts[0], span)

    def said(self, parts: Parts, span: Span) -> tree.Said:
        within = one_of(parts, _Within) or _Within(None, False)
        state = next(part for part in parts[2:] if isinstance(part, tree.Name | tree.Text))
        name = tree.Name(state.text, state.span)
        dated: Any = next((p.word for p in parts[1:] if isinstance(p, Token) and p.kind == "DATED"), None)
        not_, anchor = has(parts, "NOT"), within.anchor
        made = tree.Said(parts[0], not_, name, within.within, within.far_edge, span, anchor, dated)
        return self._deep(made, parts, span)

    def by_date(self, parts: Parts, span: Span) -> tree.ByDate:
        place = next(n for n, part in enumerate(parts) if part.kind in ("BEFORE", "FROM", "ON"))
        if has(parts, "ON"):
            days = tuple(word_of(part) for part in parts[place + 1 :] if part.kind != "ORDAY")
            return tree.ByDate("on", None, span, parts[0].word if place else None, days=days)
        dated, day, month = parts[:place], parts[place + 1], parts[place + 2 :]
        date = tree.Date(day.text, day.span) if month else date_of(day)
        when = word_of(month[0]) if month else None
        return tree.ByDate(parts[place].word, date, span, dated[0].word if dated else None, when)

    def by_age(self, parts: Parts, span: Span) -> tree.ByAge:
        dated: Any = next((part.word for part in parts[:1] if isinstance(part, Token) and part.kind == "DATED"), None)
        of: Any = parts[-1].word if isinstance(parts[-1], Token) and parts[-1].kind == "DATED" else None
        quantity = one_of(parts, tree.Quantity)
        assert quantity is not None
        return tree.ByAge(quantity, one_of(parts, tree.Name), dated, span, of)

    def within(self, parts: Parts, span: Span) -> _Within:
        quantity = one_of(parts, tree.Quantity)
        if quantity is not None:
            anchor: tree.Anchor = "any" if has(parts, "ANY") else "ticket" if has(parts, "TICKET") else "now"
            return _Within(quantity, has(parts, "INCLUSIVE"), anchor)
        if has(parts, "TICKET"):
            return _Within("ever", False, "stood" if has(parts, "STOOD") else "ticket")
        name = one_of(parts, tree.Name)
        if has(parts, "SINCE"):
            return _Within(tree.SinceEvent(name, has(parts, "ENDS")), False)
        number = bare_number(parts)
        if number is not None:
            return _Within(tree.LastActs(number, name), False)
        word = parts[-1].word
        if word in ("minute", "hour"):
            raise Refused(
                Diagnostic(
                    "window-form",
                    f"`{parts[0].word} {word}` is no time over which anything is counted",
                    span,
                    f"write a window such as `in 24 {word}s`, or `this day`, `this week`, `this year`",
                )
            )
        return _Within(tree.PreviousUnit(word) if has(parts, "PREVIOUS") else word, False)

    def dated(self, parts: Parts, span: Span) -> Token:
        return cast(Token, parts[1])

    def _deep(self, made: T, parts: Parts, span: Span) -> T:
        """Notes how deep an expression is nested, and refuses it where it is too deep."""
        depth = 1 + max(self._depth.get(id(part), 0) for part in parts)
        if depth > DEEPEST:
            raise Refused(
                Diagnostic(
                    "nested-too-deeply",
                    f"this condition is nested more than {DEEPEST} levels deep",
                    Span(span.source, span.start, min(span.end, span.start + 1)),
                    "give a part of it a name of its own: measure NAME = SUM",
                )
            )
        self._depth[id(made)] = depth
        return made
