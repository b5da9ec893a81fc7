"""The header, and the statements that declare words, as written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policyctl.source.text import Span
from policyctl.source.tree.conditions import Expression
from policyctl.source.tree.words import Date, Name, Named, Number, Quantity, Text, Word


@dataclass(frozen=True, slots=True)
class Setting:
    """A clause of the header. `setting` is `version`, `timezone`, `currency`, `annulment` (value word
    `refunds_and_revives` or `stays_cleared`), `count_by`, `judge_by`, `late_tickets` (how long they are taken),
    `points_have_no_effect` (no effect until the value word `final`; of tickets `where` that holds),
    `points_take_effect` (so long after the date `dated`), `no_tickets` (issued) and `no_appeals` (filed)
    more than so long after the date `dated`."""

    setting: Literal[
        "version",
        "timezone",
        "currency",
        "annulment",
        "count_by",
        "judge_by",
        "late_tickets",
        "points_have_no_effect",
        "points_take_effect",
        "no_tickets",
        "no_appeals",
    ]
    value: Date | Name | Word | Quantity
    span: Span
    dated: Word | None = None
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """`note "…"`."""

    text: Text
    span: Span


@dataclass(frozen=True, slots=True)
class Use:
    """`use standard`."""

    name: Name
    span: Span


@dataclass(frozen=True, slots=True)
class PolicyHeader:
    """`policy NAME "label"` and its indented clauses."""

    name: Named
    clauses: tuple[Setting | Note | Use, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Identities:
    """`identities merchant "商户", promoter "带货达人"`."""

    names: tuple[Named, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class MeasureStatement:
    """`measure NAME "label" = SUM`."""

    name: Named
    value: Expression
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class PartLine:
    """`block_listing "限制发布" 7d` in a sanction."""

    name: Named
    length: Quantity | None
    permanently: bool
    span: Span


@dataclass(frozen=True, slots=True)
class SanctionStatement:
    """`sanction NAME "label" = PART, PART overlap heaviest`."""

    name: Named
    parts: tuple[PartLine, ...]
    overlap: Word | None
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class FlagStatement:
    """`flag watched "观察" per period`."""

    name: Named
    per_period: bool
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class ActsStatement:
    """`acts exam_passed "考试通过", match_played`; `acts game = fixture, cup_tie` is each of its `parts`."""

    names: tuple[Named, ...]
    cite: Text | None
    span: Span
    parts: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class MetricsStatement:
    """`metrics reply_rate "回复率", orders starts at 0`."""

    names: tuple[Named, ...]
    cite: Text | None
    span: Span
    starts: tuple[Number | None, ...]


@dataclass(frozen=True, slots=True)
class AttributeStatement:
    """`attribute vehicle "车型" = ordinary, large`; without values it may have any. `attribute damage starts at 0`."""

    name: Named
    values: tuple[Name, ...]
    cite: Text | None
    span: Span
    starts: Number | None = None


@dataclass(frozen=True, slots=True)
class ConstantValue:
    """`2000 from 2020-04-28 cite "…"`, `4 for class is learner`."""

    value: Number
    since: Date | None
    cite: Text | None
    span: Span
    whose: Expression | None = None


@dataclass(frozen=True, slots=True)
class ConstantStatement:
    """`constant base = 2000 from 2020-04-28, 3000 from 2022-01-01`."""

    name: Named
    values: tuple[ConstantValue, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ReadingStatement:
    """`reading "paid" of "CLAUSE" because "REASON"`."""

    name: Text
    clause: Text
    because: Text
    span: Span
