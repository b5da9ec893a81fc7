"""Tree building for the header, ledgers, offences, and all else that is declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policyctl.source import tree
from policyctl.source.build_words import Whom, WordBuilder
from policyctl.source.parts import (
    Parts,
    all_of,
    bare_number,
    behind,
    date_of,
    effects_of,
    has,
    one_of,
    word_of,
)
from policyctl.source.text import Span
from policyctl.source.tokens import Token

CLAUSES = (tree.Starts, tree.Bound, tree.Resets, tree.Expires, tree.Group, tree.Multiplied, tree.Waits)
"""What a ledger may say."""


@dataclass(frozen=True, slots=True)
class _Overlap:
    manner: tree.Word
    span: Span


@dataclass(frozen=True, slots=True)
class _Costs:
    effects: tuple[tree.Effect, ...]
    nothing: bool


@dataclass(frozen=True, slots=True)
class _Spared:
    where: Any
    whole: bool


class DeclarationBuilder(WordBuilder):
    """What builds declarations."""

    def policy(self, parts: Parts, span: Span) -> tree.PolicyHeader:
        return tree.PolicyHeader(parts[1], tuple(p for p in parts[2:] if not isinstance(p, Token)), span)

    def version(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("version", date_of(parts[1]), span)

    def timezone(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("timezone", parts[1], span)

    def currency(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("currency", parts[1], span)

    def annulment(self, parts: Parts, span: Span) -> tree.Setting:
        word = "_".join(part.word for part in parts[1:])
        return tree.Setting("annulment", tree.Word(word, parts[1].span.to(parts[-1].span)), span)

    def count_by(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("count_by", word_of(parts[2]), span)

    def judge_by(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("judge_by", word_of(parts[2]), span)

    def late(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("late_tickets", parts[3], span)

    def stale(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("no_tickets", parts[3], span, word_of(parts[5]))

    def unheard(self, parts: Parts, span: Span) -> tree.Setting:
        return tree.Setting("no_appeals", parts[3], span, word_of(parts[5]))

    def final(self, parts: Parts, span: Span) -> tree.Setting:
        if has(parts, "TAKE"):
            return tree.Setting("points_take_effect", parts[3], span, word_of(parts[-1]))
        where = behind(parts, "WHERE")
        return tree.Setting("points_have_no_effect", word_of(parts[5]), span, where=where)

    def use(self, parts: Parts, span: Span) -> tree.Use:
        return tree.Use(parts[1], span)

    def note(self, parts: Parts, span: Span) -> tree.Note:
        return tree.Note(parts[1], span)

    def identities(self, parts: Parts, span: Span) -> tree.Identities:
        return tree.Identities(all_of(parts, tree.Named), span)

    def ledger(self, parts: Parts, span: Span) -> tree.LedgerStatement:
        clauses = tuple(p for p in parts if isinstance(p, CLAUSES))
        return tree.LedgerStatement(parts[1], clauses, self._cited(parts), span)

    def starts(self, parts: Parts, span: Span) -> tree.Starts:
        return tree.Starts(parts[2], has(parts, "DOWN"), span, parts[-1] if has(parts, "FOR") else None)

    def bound(self, parts: Parts, span: Span) -> tree.Bound:
        return tree.Bound(parts[0].word, parts[1], span)

    def resets(self, parts: Parts, span: Span) -> tree.Resets:
        unless, keeping, carrying, when = (behind(parts, kind) for kind in ("UNLESS", "WHERE", "CARRYING", "WHEN"))
        return tree.Resets(parts[1], unless, keeping, carrying, when, span)

    def group(self, parts: Parts, span: Span) -> tree.Group:
        most, by = has(parts, "ATMOST"), behind(parts, "PER")
        takes = [word_of(p) for p in parts if isinstance(p, Token) and p.kind in ("CHOICE", "PLACE")]
        once = takes.pop(0) if has(parts, "TICKET") else None
        spared = one_of(parts, _Spared)
        return tree.Group(
            bare_number(parts) if most else None,
            word_of(by) if isinstance(by, Token) else by,
            has(parts, "SLIDING"),
            takes[0] if takes else None,
            None if spared is None else spared.where,
            span,
            spared is not None and spared.whole,
            once,
        )

    def spared(self, parts: Parts, span: Span) -> _Spared:
        return _Spared(parts[-1], has(parts, "UNLESSANY"))

    def multiplied(self, parts: Parts, span: Span) -> tree.Multiplied:
        return tree.Multiplied(bare_number(parts), behind(parts, "WHILE"), behind(parts, "WHERE"), span)

    def waits(self, parts: Parts, span: Span) -> tree.Waits:
        return tree.Waits(parts[2], span)

    def schedule(self, parts: Parts, span: Span) -> tree.Schedule:
        units, weekdays, months, places = (
            tuple(word_of(part) for part in parts if isinstance(part, Token) and part.kind == kind)
            for kind in ("UNIT", "WEEKDAY", "MONTH", "PLACE")
        )
        name = one_of(parts, tree.Name)
        counted = has(parts, "FROM")
        opened = next((word_of(p) for p in parts if isinstance(p, Token) and p.kind in ("OPENED", "TICKET")), None)
        return tree.Schedule(
            units=units,
            length=one_of(parts, tree.Quantity),
            since=(name or opened) if counted else None,
            place=places[0] if places else None,
            weekdays=weekdays,
            day=bare_number(parts),
            months=months,
            clock=one_of(parts, tree.Word),
            act=None if counted else name,
            span=span,
            sort=next((word_of(part) for part in parts if isinstance(part, Token) and part.kind == "DAYSORT"), None),
        )

    def days_off(self, parts: Parts, span: Span) -> tree.DaysOff:
        days = tuple(date_of(part) for part in parts if isinstance(part, Token) and part.kind == "DATE")
        return tree.DaysOff(has(parts, "WORKDAYS"), days, one_of(parts, tree.Text), span)

    def offence(self, parts: Parts, span: Span) -> tree.OffenceStatement:
        severities = all_of(parts, tree.Severity)
        cite, exempt = self._ends([part for part in parts if not isinstance(part, tree.Severity)])
        whose = all_of(parts, Whom)
        for again in whose[1:]:
            self._twice("for", again.span, whose[0].span)
        costs = one_of(parts, _Costs) or _Costs((), False)
        name = whose[0].name if whose else None
        settings = {one.setting: one for one in all_of(parts, tree.Setting)}
        for first in all_of(parts, tree.Setting):
            if settings[first.setting] is not first:
                self._twice(first.setting.replace("_", " "), settings[first.setting].span, first.span)
        own = tuple(settings.values())
        return tree.OffenceStatement(parts[1], costs.effects, severities, cite, span, exempt, costs.nothing, name, own)

    def costs(self, parts: Parts, span: Span) -> _Costs:
        return _Costs(effects_of(parts), has(parts, "NOTHING"))

    def severity(self, parts: Parts, span: Span) -> tree.Severity:
        cite, exempt = self._ends(parts)
        [costs] = all_of(parts, _Costs)
        return tree.Severity(parts[0], costs.effects, cite, span, exempt, costs.nothing)

    def measure(self, parts: Parts, span: Span) -> tree.MeasureStatement:
        return tree.MeasureStatement(parts[1], parts[3], self._cited(parts), span)

    def sanction(self, parts: Parts, span: Span) -> tree.SanctionStatement:
        overlaps = all_of(parts, _Overlap)
        for again in overlaps[1:]:
            self._twice("overlap", again.span, overlaps[0].span)
        overlap = overlaps[0].manner if overlaps else None
        return tree.SanctionStatement(parts[1], all_of(parts, tree.PartLine), overlap, self._cited(parts), span)

    def part(self, parts: Parts, span: Span) -> tree.PartLine:
        return tree.PartLine(parts[0], one_of(parts, tree.Quantity), has(parts, "PERMANENTLY"), span)

    def overlap(self, parts: Parts, span: Span) -> _Overlap:
        return _Overlap(word_of(parts[1]), span)

    def flag(self, parts: Parts, span: Span) -> tree.FlagStatement:
        return tree.FlagStatement(parts[1], has(parts, "PER"), self._cited(parts), span)

    def acts(self, parts: Parts, span: Span) -> tree.ActsStatement:
        return tree.ActsStatement(all_of(parts, tree.Named), self._cited(parts), span, all_of(parts, tree.Name))

    def metrics(self, parts: Parts, span: Span) -> tree.MetricsStatement:
        behind_each = [
            parts[place + 3] if has(parts[place + 1 : place + 2], "STARTS") else None
            for place, part in enumerate(parts)
            if isinstance(part, tree.Named)
        ]
        return tree.MetricsStatement(all_of(parts, tree.Named), self._cited(parts), span, tuple(behind_each))

    def attribute(self, parts: Parts, span: Span) -> tree.AttributeStatement:
        starts = one_of(parts, tree.Number)
        return tree.AttributeStatement(parts[1], all_of(parts, tree.Name), self._cited(parts), span, starts)

    def constant(self, parts: Parts, span: Span) -> tree.ConstantStatement:
        return tree.ConstantStatement(parts[1], all_of(parts, tree.ConstantValue), span)

    def value(self, parts: Parts, span: Span) -> tree.ConstantValue:
        since = date_of(behind(parts, "FROM")) if has(parts, "FROM") else None
        return tree.ConstantValue(parts[0], since, self._cited(parts), span, behind(parts, "FOR"))
