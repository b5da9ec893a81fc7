"""Offences, rules and ladders, as written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policyctl.source.text import Span
from policyctl.source.tree.conditions import Expression
from policyctl.source.tree.declarations import Setting
from policyctl.source.tree.effects import Effect
from policyctl.source.tree.words import ActsOf, Name, Named, Number, Quantity, Schedule, Text, UnitWord, Word


@dataclass(frozen=True, slots=True)
class Exempt:
    """`except when CONDITION cite "…"`, behind the effects."""

    condition: Expression
    cite: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Severity:
    """`minor "轻微" -> general +10 except when not warned`, or `minor -> nothing`: an indented line of an offence."""

    name: Named
    effects: tuple[Effect, ...]
    cite: Text | None
    span: Span
    exempt: tuple[Exempt, ...] = ()
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class OffenceStatement:
    """`offence NAME for promoter -> general +10`, or with severities below it; both, or neither, is an error later.
    `settings` are what the header says of all tickets, and this offence says of its own."""

    name: Named
    effects: tuple[Effect, ...]
    severities: tuple[Severity, ...]
    cite: Text | None
    span: Span
    exempt: tuple[Exempt, ...] = ()
    nothing: bool = False
    whose: Name | None = None
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """`CONDITION -> EFFECTS`, or `every N of SUM -> EFFECTS` where `every` is given and `condition` is the sum; then
    `parity` says which multiples count, and `above` from where. `each_time`: it acts whenever it holds."""

    condition: Expression
    every: Number | None
    effects: tuple[Effect, ...]
    cite: Text | None
    span: Span
    exempt: tuple[Exempt, ...] = ()
    each_time: bool = False
    parity: Word | None = None
    above: Number | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """What begins or ends a streak: `tickets where points >= 1`, `payments`, an offence, an act or a rule, a sanction
    that `ends`."""

    what: Name | Word
    ends: bool
    span: Span
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """`when ticket of speeding`, `when exam_passed`, `when suspend ends`, `when fine overdue`, `when general resets`,
    `when 1 year without tickets`, `every year without tickets`, `every 30 days after payments without tickets by
    occurred frozen while held is running`. `at` is the keyword behind what happens; `things` stand behind `without`,
    `where` behind tickets."""

    sort: Literal["ticket", "fine", "name", "streak", "schedule"]
    names: tuple[Name, ...]
    at: Word | None
    length: Quantity | ActsOf | UnitWord | None
    things: tuple[Thing, ...]
    again: bool
    span: Span
    schedule: Schedule | None = None
    after: tuple[Thing, ...] = ()
    dated: Literal["effective", "issued", "occurred"] | None = None
    frozen: Expression | None = None
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class RuleStatement:
    """`rule NAME "label" cite "…" for CONDITION prevails over NAME: CASE`; a bare case at the top of a file is a rule
    without a name. Of several cases the first that holds says what happens."""

    name: Named | None
    cases: tuple[Case, ...]
    cite: Text | None
    span: Span
    whose: Expression | None = None
    over: tuple[Name, ...] = ()
    occasion: Occasion | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """`>= 40 "label" while CONDITION -> EFFECTS`, or `4 to 5 -> EFFECTS`: at least `threshold` and at most `to`."""

    compare: Literal[">=", ">", "<=", "<", "=", "!="]
    threshold: Number
    label: Text | None
    effects: tuple[Effect, ...]
    cite: Text | None
    span: Span
    to: Number | None = None
    only: Expression | None = None
    exempt: tuple[Exempt, ...] = ()


@dataclass(frozen=True, slots=True)
class LadderStatement:
    """`ladder NAME "label" on SUM takes all cite "…":` and its steps."""

    name: Named
    on: Expression
    takes: Word | None
    steps: tuple[Step, ...]
    cite: Text | None
    span: Span
    whose: Expression | None = None
    occasion: Occasion | None = None
