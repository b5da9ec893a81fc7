"""Ledgers and their clauses, as written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policyctl.source.text import Span
from policyctl.source.tree.conditions import Expression
from policyctl.source.tree.effects import Expires
from policyctl.source.tree.words import Date, Name, Named, Number, Quantity, Schedule, Text, Word


@dataclass(frozen=True, slots=True)
class Starts:
    """`starts at 100 down`; `starts at 8 for novice is yes`."""

    at: Number
    down: bool
    span: Span
    whose: Expression | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """`floor 0`, `ceiling 12`."""

    word: Literal["floor", "ceiling"]
    at: Number
    span: Span


@dataclass(frozen=True, slots=True)
class Resets:
    """`resets every year unless no_reset`, `… keeping where fine is unpaid`, `… carrying 24 when points >= 24`."""

    schedule: Schedule
    unless: Expression | None
    keeping: Expression | None
    carrying: Expression | None
    when: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Group:
    """`at most 6 per day except where key is vip`, `one per occasion highest`, `one per 7 days sliding`. `by` is
    `occasion`, `key`, a unit, a name or a length; `takes` is `first` or `highest`, where it is said. With `whole` one
    that is `spared` spares all with which it counts: `unless any where …`. `once`: from the first ticket on, and then
    no more."""

    most: Number | None
    by: Word | Name | Quantity
    sliding: bool
    takes: Word | None
    spared: Expression | None
    span: Span
    whole: bool = False
    once: Word | None = None


@dataclass(frozen=True, slots=True)
class Multiplied:
    """`doubled while probation where severity is grave`, `multiplied by 1.5 where …`."""

    times: Number | None
    when: Expression | None
    where: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Waits:
    """`waits while suspended`."""

    condition: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class LedgerStatement:
    """`ledger NAME "label"` and its clauses, each of which may be written twice (an error said later)."""

    name: Named
    clauses: tuple[Starts | Bound | Resets | Expires | Group | Multiplied | Waits, ...]
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class DaysOff:
    """`holidays 2026-01-01, 2026-02-17`, or the name of a file beside the policy; `worked` where it says `workdays`."""

    worked: bool
    days: tuple[Date, ...]
    file: Text | None
    span: Span
