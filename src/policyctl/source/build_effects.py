"""Tree building for effects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from policyctl.source import tree
from policyctl.source.build_words import Above, WordBuilder
from policyctl.source.diagnostics import Diagnostic
from policyctl.source.parts import (
    Parts,
    Refused,
    all_of,
    bare_number,
    behind,
    date_of,
    has,
    number_of,
    one_of,
    word_of,
)
from policyctl.source.text import Span
from policyctl.source.tokens import Token

_WAYS = frozenset({"DIRECTION", "DOWN"})


@dataclass(frozen=True, slots=True)
class _Per:
    of: tree.Expression
    span: Span


@dataclass(frozen=True, slots=True)
class _Most:
    length: tree.Quantity


@dataclass(frozen=True, slots=True)
class _Until:
    condition: tree.Expression


@dataclass(frozen=True, slots=True)
class _Delay:
    length: tree.Quantity | None = None
    next: tree.Name | tree.Schedule | None = None
    day: tree.ByDate | None = None
    named: tree.Name | None = None


@dataclass(frozen=True, slots=True)
class _Share:
    least: tree.Number
    most: tree.Number | None
    of: tree.Expression


@dataclass(frozen=True, slots=True)
class _Due:
    after: Any


class EffectBuilder(WordBuilder):
    """What builds effects."""

    def effects(self, parts: Parts, span: Span) -> tuple[tree.Effect, ...]:
        return tuple(parts)

    def instead(self, parts: Parts, span: Span) -> tree.Instead:
        act = parts[1] if has(parts, "INSTEADWHEN") else None
        both = has(parts, "ORBOTH")
        effects = parts[1 if act is None else 2 : -1 if both else None]
        return tree.Instead(tuple(effects), act, span, both)

    def impose(self, parts: Parts, span: Span) -> tree.Impose:
        per, most = one_of(parts, _Per), one_of(parts, _Most)
        until, delay = one_of(parts, _Until), one_of(parts, _Delay)
        lengths, amount, day = all_of(parts, tree.Quantity), bare_number(parts), _day(parts, span)
        if day is not None:
            amount = None
        acts, to = one_of(parts[1:], tree.Name), None
        rest, rest_of = has(parts, "REST"), None
        if rest and acts is not None:
            rest, rest_of, acts = False, acts, None
        if acts is not None:
            to = number_of(behind(parts, "TO")) if has(parts, "TO") else None
        elif has(parts, "TO") and amount is not None:
            # `3 to 7d`: the unit is that of the second number.
            lengths = (replace(lengths[0], count=amount.value, span=amount.span), *lengths)
            amount = None
        return tree.Impose(
            parts[0],
            lengths[0] if lengths else None,
            amount,
            has(parts, "PERMANENTLY"),
            has(parts, "EACH"),
            span,
            acts,
            None if per is None else per.of,
            None if most is None else most.length,
            None if until is None else until.condition,
            None if delay is None else delay.length,
            lengths[1] if len(lengths) > 1 else to,
            None if delay is None else delay.next,
            behind(parts, "WHILE"),
            day,
            rest,
            None if delay is None else delay.day,
            None if delay is None else delay.named,
            rest_of,
        )

    def most(self, parts: Parts, span: Span) -> _Most:
        return _Most(parts[1])

    def until(self, parts: Parts, span: Span) -> _Until:
        return _Until(parts[1])

    def delay(self, parts: Parts, span: Span) -> _Delay:
        if has(parts, "NEXT"):
            return _Delay(next=parts[2])
        day = _day(parts, span)
        if day is not None:
            return _Delay(day=day)
        if isinstance(parts[1], tree.Name):
            return _Delay(named=parts[1])
        if parts[2].word != "later":
            raise Refused(
                Diagnostic(
                    "unexpected-word",
                    f"`{parts[2].text}` does not belong here",
                    parts[2].span,
                    "what starts later is written: suspend 7d from 34 days later",
                )
            )
        return _Delay(parts[1])

    def fine(self, parts: Parts, span: Span) -> tree.Fine | tree.Post:
        clears = next((part for part in parts if isinstance(part, list)), None)
        per, due, share = one_of(parts, _Per), one_of(parts, _Due), one_of(parts, _Share)
        amount: Any = parts[1] if len(parts) > 1 and isinstance(parts[1], tree.EXPRESSIONS) else None
        highest = number_of(behind(parts, "TO")) if has(parts, "TO") else None
        if highest is not None:
            amount = number_of(parts[1])
        elif has(parts, "UPTO"):
            amount, highest = tree.Number(Fraction(0), span), number_of(parts[2])
        elif share is not None:
            amount, highest = share.least, share.most
        of = None if share is None else share.of
        if per is not None and share is not None:
            of = tree.Arithmetic("*", share.of, per.of, share.of.span.to(per.span))
        elif per is not None and highest is not None:
            of = per.of
        elif per is not None:
            amount = tree.Arithmetic("*", amount, per.of, amount.span.to(per.span))
        if isinstance(amount, tree.Arithmetic) and amount.operator == "-" and _is_range(amount):
            raise Refused(
                Diagnostic(
                    "range-form",
                    "a range is written with `to`",
                    amount.span,
                    "write: fine 2000 to 10000; a sum is written in parentheses",
                )
            )
        if isinstance(amount, tree.Number) and amount.value < 0:
            # A sign is said to be wrong where effects are resolved.
            number = tree.Number(-amount.value, amount.span)
            return tree.Post(tree.Name("fine", parts[0].span), "-", number, None, None, span)
        return tree.Fine(
            amount if isinstance(amount, tree.Number) else None,
            amount if isinstance(amount, tree.Quantity) else None,
            has(parts, "EACH"),
            clears is not None,
            all_of(clears or [], tree.Name),
            has(clears or [], "SERVED"),
            span,
            amount if of is None and not isinstance(amount, tree.Number | tree.Quantity) else of,
            one_of(parts, tree.Rounded),
            None if due is None else due.after,
            highest,
            share is not None,
        )

    def share(self, parts: Parts, span: Span) -> _Share:
        numbers = [number_of(part) for part in parts if isinstance(part, Token) and part.kind == "NUMBER"]
        return _Share(numbers[0], numbers[1] if len(numbers) > 1 else None, parts[-1])

    def per(self, parts: Parts, span: Span) -> _Per:
        above = one_of(parts, Above)
        # `per 5 points`: for each full 5.
        whole, of = all_of(parts, tree.Number)[:1] if len(parts) - (above is not None) > 2 else (), parts[1]
        of = parts[2] if whole else of
        if above is not None:
            of = tree.Bracketed(tree.Arithmetic("-", of, above.number, span), span)
        for number in whole:
            of = tree.Picked("whole", (tree.Arithmetic("/", of, number, span),), span)
        return _Per(of, span)

    def rounded(self, parts: Parts, span: Span) -> tree.Rounded:
        way: Any = next((part.word for part in parts if isinstance(part, Token) and part.kind in _WAYS), "nearest")
        return tree.Rounded(number_of(parts[-1]), way, span)

    def due(self, parts: Parts, span: Span) -> _Due:
        return _Due(parts[1])

    def clears(self, parts: Parts, span: Span) -> Parts:
        return parts

    def warn(self, parts: Parts, span: Span) -> tree.Warn:
        return tree.Warn(one_of(parts, tree.Name), one_of(parts, tree.Text), span)

    def post(self, parts: Parts, span: Span) -> tree.Post:
        points, per, expires = parts[2], one_of(parts, _Per), one_of(parts, tree.Expires)
        if isinstance(points, Token) and per is not None:
            points = number_of(points)
        if isinstance(points, Token):
            most, each = number_of(parts[4]) if has(parts, "TO") else None, has(parts, "EACH")
            return tree.Post(parts[0], parts[1].word, number_of(points), most, expires, span, each=each)
        if per is not None:
            points = tree.Arithmetic("*", points, per.of, span)
        nothing = tree.Number(Fraction(0), span)
        return tree.Post(parts[0], parts[1].word, nothing, None, expires, span, points, has(parts, "EACH"))

    def clear(self, parts: Parts, span: Span) -> tree.Ends:
        where = parts[-1] if has(parts, "WHERE") else None
        names = all_of(parts[:-1] if where is not None else parts, tree.Name)
        rule = names[-1] if has(parts, "OF") else None
        return tree.Ends("clear", names[:-1] if rule else names, None, False, span, rule, where)

    def consume(self, parts: Parts, span: Span) -> tree.Ends:
        newest = has(parts[:2], "NEWEST")
        sum_, _, ledger = parts[1 + newest : 4 + newest]
        return tree.Ends("consume", (ledger,), sum_, has(parts, "EACH"), span, newest=newest)

    def set_to(self, parts: Parts, span: Span) -> tree.Ends:
        return tree.Ends(parts[0].word, (parts[1],), parts[3], False, span)

    def lift(self, parts: Parts, span: Span) -> tree.Ends:
        return tree.Ends("lift", (parts[-1],), None, False, span, all=has(parts, "ALL"))

    def waive(self, parts: Parts, span: Span) -> tree.Ends:
        own = has(parts, "TICKET")
        rule = parts[3] if has(parts, "OF") and not own else None
        if has(parts, "PERCENT"):
            return tree.Ends("waive", (), number_of(parts[-2]), False, span, rule, percent=True, of_ticket=own)
        amount = parts[-1] if has(parts, "BY") else None
        return tree.Ends("waive", (), amount, False, span, rule, of_ticket=own)

    def void(self, parts: Parts, span: Span) -> tree.Ends:
        return tree.Ends("void", (), None, False, span)

    def move(self, parts: Parts, span: Span) -> tree.Moves:
        most, per = one_of(parts, _Most), one_of(parts, _Per)
        limit = None if most is None else most.length
        of = None if per is None else per.of
        return tree.Moves(parts[0].word, parts[1], parts[3], limit, has(parts, "EACH"), span, of)

    def tell(self, parts: Parts, span: Span) -> tree.Tell:
        deadline = one_of(parts, _Due)
        within = None if deadline is None else deadline.after
        if within is not None and parts[0].word != "require":
            raise Refused(
                Diagnostic(
                    "unexpected-word",
                    "only what is required has to be done within a time",
                    within.span,
                    f"write: require {parts[1].text} within {within.span.text}",
                )
            )
        return tree.Tell(parts[0].word, parts[1], one_of(parts, tree.Text), span, within)

    def deadline(self, parts: Parts, span: Span) -> _Due:
        return _Due(parts[1])

    def expires(self, parts: Parts, span: Span) -> tree.Expires:
        dates = ("DATED", "FINAL", "PAID")
        dated = behind(parts, "FROM")
        if not isinstance(dated, tree.Name):
            dated = next((word_of(p) for p in parts if isinstance(p, Token) and p.kind in dates), None)
        unless, frozen = (behind(parts, kind) for kind in ("UNLESS", "WHILE"))
        return tree.Expires(parts[2], dated, has(parts, "INCLUSIVE"), unless, frozen, span)


def _is_range(sum_: tree.Arithmetic) -> bool:
    """Whether two plain numbers stand there, as people write a range."""
    return isinstance(sum_.left, tree.Number) and isinstance(sum_.right, tree.Number)


def _day(parts: Parts, span: Span) -> tree.ByDate | None:
    """`until 2024-12-31`, `until 30 june`, `until monday`."""
    for place, part in enumerate(parts):
        if isinstance(part, Token) and part.kind == "WEEKDAY":
            return tree.ByDate("from", None, span, days=(word_of(part),))
        if isinstance(part, Token) and part.kind == "DATE":
            return tree.ByDate("from", date_of(part), span)
        if isinstance(part, Token) and part.kind == "MONTH":
            number = parts[place - 1]
            return tree.ByDate("from", tree.Date(number.text, number.span), span, None, word_of(part))
    return None
