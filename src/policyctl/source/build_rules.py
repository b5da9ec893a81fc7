"""Tree building for rules and ladders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from policyctl.source import tree
from policyctl.source.build_words import Above, WordBuilder
from policyctl.source.diagnostics import Diagnostic
from policyctl.source.parts import (
    Parts,
    all_of,
    compare_of,
    effects_of,
    has,
    number_of,
    one_of,
    word_of,
)
from policyctl.source.text import Span
from policyctl.source.tokens import Token

_HAPPENS = ("PAID", "OVERDUE", "STARTS", "ENDS", "RESETS")


@dataclass(frozen=True, slots=True)
class _Whose:
    condition: tree.Expression
    span: Span


@dataclass(frozen=True, slots=True)
class _Only:
    condition: tree.Expression


@dataclass(frozen=True, slots=True)
class _Band:
    threshold: tree.Number
    to: tree.Number


class RuleBuilder(WordBuilder):
    """What builds rules and ladders."""

    def rule(self, parts: Parts, span: Span) -> tree.RuleStatement:
        cases = all_of(parts, tree.Case)
        cite, of_case = self._cited(parts), cases[0].cite
        if cite is not None and of_case is not None and len(cases) == 1:
            first, again = sorted((cite.span, of_case.span), key=lambda span: span.start)
            self._twice("cite", again, first)
        occasion = self._occasion(parts)
        alone = cases[0].condition
        if isinstance(alone, tree.Otherwise) and not alone.said and occasion is None:
            self._findings.append(
                Diagnostic(
                    "missing-condition",
                    "nothing is said about when this happens",
                    alone.span,
                    "write what must hold in front of the arrow: rule NAME: general >= 20 -> suspend 3d",
                )
            )
        over = all_of(parts[2:], tree.Name)
        return tree.RuleStatement(parts[1], cases, cite, span, self._whose(parts), over, occasion)

    def always(self, parts: Parts, span: Span) -> tree.Case:
        cite, exempt = self._ends(parts)
        return tree.Case(tree.Otherwise(span, said=False), None, effects_of(parts), cite, span, exempt)

    def occasion(self, parts: Parts, span: Span) -> tree.Occasion:
        names, things = all_of(parts, tree.Name), all_of(parts, tree.Thing)
        length: Any = one_of(parts, tree.Quantity) or one_of(parts, tree.ActsOf)
        schedule = one_of(parts, tree.Schedule)
        sort: Any = "name"
        if schedule is not None:
            return tree.Occasion("schedule", (), None, None, (), True, span, schedule)
        if things:
            length = parts[1].word if _is(parts[1], "UNIT") else length
            front = next(place for place, part in enumerate(parts) if _is(part, "WITHOUT"))
            after, behind = all_of(parts[:front], tree.Thing), all_of(parts[front:], tree.Thing)
            frozen = parts[-1] if has(parts, "FROZEN") else None
            again, dated = has(parts[:1], "EVERY"), next((part.word for part in parts if _is(part, "DATED")), None)
            return tree.Occasion("streak", (), None, length, behind, again, span, None, after, dated, frozen)
        if has(parts, "TICKET"):
            sort = "ticket"
        elif has(parts, "FINE"):
            sort = "fine"
        where = parts[-1] if has(parts, "WHERE") else None
        last = parts[-1]
        at = word_of(last) if isinstance(last, Token) and last.kind in _HAPPENS else None
        names = all_of(parts[:-1], tree.Name) if where is not None else names
        return tree.Occasion(sort, names, at, None, (), False, span, where=where)

    def _occasion(self, parts: Parts) -> tree.Occasion | None:
        """The occasion of a rule or ladder; said twice, the first counts, and that is reported."""
        found = all_of(parts, tree.Occasion)
        for again in found[1:]:
            self._twice("when", again.span, found[0].span)
        return found[0] if found else None

    def thing(self, parts: Parts, span: Span) -> tree.Thing:
        what = parts[0] if isinstance(parts[0], tree.Name) else word_of(parts[0])
        return tree.Thing(what, has(parts, "ENDS"), span, parts[-1] if has(parts, "WHERE") else None)

    def whose(self, parts: Parts, span: Span) -> _Whose:
        return _Whose(parts[1], span)

    def _whose(self, parts: Parts) -> tree.Expression | None:
        """For whom a rule or ladder is; said twice, the first counts, and that is reported."""
        found = all_of(parts, _Whose)
        for again in found[1:]:
            self._twice("for", again.span, found[0].span)
        return found[0].condition if found else None

    def prevails(self, parts: Parts, span: Span) -> tree.Name:
        return cast(tree.Name, parts[1])

    def bare_rule(self, parts: Parts, span: Span) -> tree.RuleStatement:
        return tree.RuleStatement(None, (parts[0],), None, span)

    def case(self, parts: Parts, span: Span) -> tree.Case:
        cite, exempt = self._ends(parts)
        return tree.Case(parts[0], None, effects_of(parts[1:]), cite, span, exempt)

    def each_case(self, parts: Parts, span: Span) -> tree.Case:
        cite, exempt = self._ends(parts)
        return tree.Case(parts[1], None, effects_of(parts[2:]), cite, span, exempt, each_time=True)

    def otherwise_case(self, parts: Parts, span: Span) -> tree.Case:
        cite, exempt = self._ends(parts)
        return tree.Case(tree.Otherwise(parts[0].span), None, effects_of(parts), cite, span, exempt)

    def every_case(self, parts: Parts, span: Span) -> tree.Case:
        cite, exempt = self._ends(parts)
        parity = next((word_of(p) for p in parts[:2] if isinstance(p, Token) and p.kind == "PARITY"), None)
        number, _, condition = parts[2:5] if parity is not None else parts[1:4]
        above = one_of(parts, Above)
        return tree.Case(
            condition,
            number_of(number),
            effects_of(parts),
            cite,
            span,
            exempt,
            parity=parity,
            above=above.number if above is not None else None,
        )

    def ladder(self, parts: Parts, span: Span) -> tree.LadderStatement:
        takes = all_of(parts, tree.Word)
        for again in takes[1:]:
            self._twice("takes", again.span, takes[0].span)
        return tree.LadderStatement(
            parts[1],
            parts[3 if isinstance(parts[2], Token) else 4],
            takes[0] if takes else None,
            all_of(parts, tree.Step),
            self._cited(parts),
            span,
            self._whose(parts),
            self._occasion(parts),
        )

    def takes(self, parts: Parts, span: Span) -> tree.Word:
        return word_of(parts[1])

    def step(self, parts: Parts, span: Span) -> tree.Step:
        cite, exempt = self._ends(parts)
        band, only = one_of(parts, _Band), one_of(parts, _Only)
        return tree.Step(
            compare_of(parts[0]) if band is None else ">=",
            parts[1] if band is None else band.threshold,
            one_of(parts, tree.Text),
            effects_of(parts),
            cite,
            span,
            None if band is None else band.to,
            None if only is None else only.condition,
            exempt,
        )

    def band(self, parts: Parts, span: Span) -> _Band:
        return _Band(parts[0], parts[2])

    def while_(self, parts: Parts, span: Span) -> _Only:
        return _Only(parts[1])


def _is(part: Any, kind: str) -> bool:
    return isinstance(part, Token) and part.kind == kind
