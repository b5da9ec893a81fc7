"""Names, texts, numbers, lengths and dates, as written."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from policyctl.source.text import Span

DateWord = Literal["effective", "issued", "occurred"]


DayWord = Literal["calendar", "business", "local"]


UnitWord = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Name:
    """A name as written: a declared name, a dotted one (`out_of_scope.minor`), or a one-word label. In quotation marks
    (`quoted`) stands what a rule without a name or the step of a ladder is called."""

    text: str
    span: Span
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text, without its quotation marks."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Number:
    """A number without unit. Below 0 it may be where it is compared; elsewhere that is an error said later."""

    value: Fraction
    span: Span


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit of time: `3d`, `3 days`, `3 calendar days`, `2 months`; `calendar` is the word in front of
    the unit. One that is `rolled` ends on a business day."""

    count: Fraction
    unit: UnitWord
    calendar: DayWord | None
    span: Span
    rolled: bool = False


@dataclass(frozen=True, slots=True)
class ActsOf:
    """So many acts where a length may stand: `5 game_played`."""

    count: Number
    act: Name
    span: Span


@dataclass(frozen=True, slots=True)
class Date:
    """A date, or a date and time, as written; read in the policy's zone later."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Word:
    """A keyword whose choice matters, by its canonical English spelling (`carry`, `heaviest`, `later`)."""

    word: str
    span: Span


@dataclass(frozen=True, slots=True)
class Named:
    """A name that is declared here, with its label."""

    name: Name
    label: Text | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """`every year`, `every 12 months from opened` (`since` a word, or the name of an act or attribute), `every monday
    and thursday at 09:00`, `every 1 july`, `every 15 of month`, `on first monday of january and july`, `on last day of
    month`, `on season_end`, `every business day` (its `sort`). What is not said is empty or None; `clock` is a time of
    day as written."""

    units: tuple[Word, ...]
    length: Quantity | None
    since: Name | Word | None
    place: Word | None
    weekdays: tuple[Word, ...]
    day: Number | None
    months: tuple[Word, ...]
    clock: Word | None
    act: Name | None
    span: Span
    sort: Word | None = None
