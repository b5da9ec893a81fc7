"""Primitive 3 of the normal form: measures, numbers that are read at an instant and seen from a booking date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Literal

from policyctl.instants import Calendar, Length
from policyctl.policy.form.base import ZERO, DateName, Record
from policyctl.policy.form.conditions import Condition


class Previous(Record, frozen=True, tag="previous"):
    """The period, or the calendar unit, before the one that is looked at."""

    unit: Literal["period"] | Calendar


class Since(Record, frozen=True, tag="since"):
    """From the last act of that name on; or from when the last sanction of that name began, or ended, or the last
    decision by that rule, ladder or step was made."""

    sort: Literal["act", "sanction", "decision"]
    name: str
    at: Literal["start", "end"] = "start"


class Last(Record, frozen=True, tag="last"):
    """From the last but so many acts of that name on: the first of the last `count`."""

    count: int
    act: str


class Lately(Record, frozen=True, tag="lately"):
    """The period that is looked at, and those before it: so many in all."""

    count: int


Sort = Literal[
    "entry", "ticket", "sanction", "fine", "flag", "act", "metric", "decision", "constant", "attribute", "measure"
]


class Read(Record, frozen=True):
    """One number. `balance`: of the one ledger named. `sum` of points or amounts, `count`, `highest`, `lowest` or
    `latest` number over facts of a sort: entries of the ledgers named, tickets for the offences named, sanctions,
    flags, acts and metrics by name, fines, decisions by rule, ladder or step (none named: all of the sort), or an
    attribute of the account or a constant by name. `max` and `min` choose among the measures named, `whole` is one of
    them rounded down, `product` what two of them make multiplied. What is not there yet is unknown: `highest`, `lowest`
    and `latest` of nothing, and a constant before its first date.

    `standing` says whether ended facts count. `within` is the running period (of `ledger`, where facts have none of
    their own), a calendar unit, a window that ends now, or `ever`; `back` says otherwise where the time begins. `dated`
    is the date that these look at (`booking`: the one the policy counts by). In a window a fact counts while date <=
    now < date + window, or <= where `far_edge`. Where the `anchor` is a ticket, the window ends at its date instead of
    now, and what is live is what was so then (has not ended since but by its own life); `any`: of the windows in which
    that date lies, the one with the most; `stood`: what was live then, whatever ended it since, at that date or behind
    it where it was the most. Only facts for which `where` holds count; where `different` names a word, of those
    that say the same only the first does, and of those that say nothing none."""

    of: Literal["balance", "sum", "count", "highest", "lowest", "latest", "max", "min", "whole", "product"]
    sort: Sort
    names: tuple[str, ...]
    standing: Literal["live", "posted"] = "posted"
    within: Literal["period", "day", "week", "month", "quarter", "year", "ever"] | Length = "ever"
    dated: Literal["booking"] | DateName = "booking"
    far_edge: bool = False
    back: Previous | Since | Last | Lately | None = None
    where: Condition | None = None
    different: str | None = None
    anchor: Literal["now", "ticket", "any", "stood"] = "now"
    ledger: str | None = None


class Term(Record, frozen=True):
    """`times` a number that is read."""

    times: Fraction
    read: Read


class Measure(Record, frozen=True):
    """A linear expression: the sum of its terms `plus` a constant. `declared` where the policy names it."""

    name: str
    terms: tuple[Term, ...]
    plus: Fraction = ZERO
    declared: bool = False


def reads_of(measure: Measure, measures: Mapping[str, Measure]) -> Iterator[Read]:
    """Everything that a measure reads, the measures among which it chooses included."""
    for term in measure.terms:
        yield term.read
        if term.read.sort == "measure":
            for name in term.read.names:
                yield from reads_of(measures[name], measures)
