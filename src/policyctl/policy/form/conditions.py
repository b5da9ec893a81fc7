"""Conditions of the normal form: what must hold, of an account or (behind `where`) of one fact."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Literal

from policyctl.exact import plain
from policyctl.instants import Length
from policyctl.policy.form.base import ZERO, Compare, DateName, Record

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


class Comparison(Record, frozen=True, tag="compare"):
    """Measure `measure` against a constant."""

    measure: str
    compare: Compare
    threshold: Fraction


class FlagUp(Record, frozen=True, tag="flag"):
    """The flag is up; `closed` stands for the closure of the identity."""

    flag: str


class Is(Record, frozen=True, tag="is"):
    """A word about the fact looked at (in `where`), or about the account, is one of these."""

    field: str
    values: tuple[str, ...]


class Has(Record, frozen=True, tag="has"):
    """A number about the fact looked at, against a constant; or how long it lasts, against a `length`."""

    field: str
    compare: Compare
    threshold: Fraction = ZERO
    length: Length | None = None


class Same(Record, frozen=True, tag="same"):
    """The fact looked at has the same word as the ticket that the rule looks at."""

    field: str


class Between(Record, frozen=True, tag="between"):
    """It is not before a date, and before another (None: no bound; `12-01` is that day of every year); or not so long
    after an `anchor`: the date in an attribute of the account, the last act of a name, or `opened`; or a date `of` the
    ticket looked at; or on one of these `days`, such as `monday`, `business day`, `holiday`. That is asked of now, or
    of a date of the fact (the ticket) looked at."""

    since: str | None = None
    until: str | None = None
    length: Length | None = None
    anchor: str | None = None
    dated: Literal["now", "final"] | DateName = "now"
    of: DateName | None = None
    days: tuple[str, ...] = ()


class AllOf(Record, frozen=True, tag="and"):
    """Every part holds."""

    parts: tuple[Condition, ...]


class AnyOf(Record, frozen=True, tag="or"):
    """At least one part holds."""

    parts: tuple[Condition, ...]


class Not(Record, frozen=True, tag="not"):
    """The part does not hold."""

    part: Condition


Atomic = Comparison | FlagUp | Is | Has | Same | Between


Condition = Atomic | AllOf | AnyOf | Not


def atoms(condition: Condition) -> Iterator[Atomic]:
    """The comparisons, flags and words of a condition."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from atoms(part)
        case Not(part):
            yield from atoms(part)
        case _:
            yield condition


def applies(condition: Condition | None, says: Callable[[str], frozenset[str]]) -> bool:
    """Whether a condition holds that asks for words alone, by what is said of each field."""
    match condition:
        case None:
            return True
        case Is(field, values):
            return not says(field).isdisjoint(values)
        case AllOf(parts):
            return all(applies(part, says) for part in parts)
        case AnyOf(parts):
            return any(applies(part, says) for part in parts)
        case Not(part):
            return not applies(part, says)
    raise AssertionError(f"{condition} asks for more than words")


def atom_text(atom: Is | Has | Same | Between) -> str:
    """A word about a fact, as it is written."""
    match atom:
        case Is(field, values):
            return f"{field} is {' or '.join(values)}"
        case Has(field, compare, threshold, length):
            return f"{field} {compare} {plain(threshold) if length is None else _length_text(length)}"
        case Same(field):
            return f"{field} = this {field}"
        case Between(since, until, length, anchor, dated, of, days):
            said = "" if dated == "now" else f"{dated} "
            if days:
                return f"{said}on {' or '.join(days)}"
            if length is not None:
                return f"{said}in {_length_text(length)} from {of or anchor}"
            return f"{said}from {_day_text(since)}" if until is None else f"{said}before {_day_text(until)}"


def _day_text(date: str | None) -> str:
    """A date, or a day of every year, as it is written."""
    if date is None or len(date) > len("12-01"):
        return date or ""
    month, day = date.split("-")
    return f"{int(day)} {MONTHS[int(month) - 1]}"


def _length_text(length: Length) -> str:
    if length.act is not None:
        return f"{length.count} {length.act}"
    unit = length.unit.replace("_", " ")
    rolled = " to a business day" if length.rolled else ""
    return f"{length.count} {unit if length.count == 1 else unit + 's'}{rolled}"


def condition_text(condition: Condition) -> str:
    """A condition about a fact, as it is written."""
    match condition:
        case Comparison(measure, ">=", _) if " is running" in measure:
            return measure
        case Comparison(measure, compare, threshold):
            return f"{measure} {compare} {plain(threshold)}"
        case FlagUp(flag):
            return flag
        case AllOf(parts) | AnyOf(parts):
            word = " and " if isinstance(condition, AllOf) else " or "
            inner = (condition_text(part) for part in parts)
            return word.join(f"({one})" if " and " in one or " or " in one else one for one in inner)
        case Not(part):
            inner_text = condition_text(part)
            return f"not ({inner_text})" if isinstance(part, AllOf | AnyOf) else f"not {inner_text}"
        case _:
            return atom_text(condition)


def measures_of(condition: Condition) -> Iterator[str]:
    """The names of the measures that a condition reads."""
    return (atom.measure for atom in atoms(condition) if isinstance(atom, Comparison))
