"""Primitive 2 of the normal form: how a ledger divides time, and which of its entries count together."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from policyctl.calendar import Recurring
from policyctl.instants import Calendar, Length
from policyctl.policy.form.base import Record
from policyctl.policy.form.conditions import Condition


class Group(Record, frozen=True):
    """Entries that count together: of one occasion, key or value of the attribute `name`; of one unit of the calendar;
    between two acts called `name`; or not further apart than a length from the `first` of them (`since`; or from the
    one `before`; or from the first of `all`, and behind these each by itself). The `first` of them counts, or the
    `highest`, or `most` points of all. Entries for which `unless` holds stand outside; where `lifted` holds for one of
    them, all of their group count."""

    by: Literal["occasion", "key", "attribute", "act"] | Calendar | Length
    name: str | None = None
    takes: Literal["first", "highest"] = "first"
    most: Fraction | None = None
    since: Literal["first", "before", "all"] = "first"
    unless: Condition | None = None
    lifted: Condition | None = None


class Carrying(Record, frozen=True, tag="carrying"):
    """A reset takes over so many points as a measure says, of the newest, where the condition holds just before it."""

    measure: str
    when: Condition | None = None


class Period(Record, frozen=True):
    """How a ledger divides time: `every` calendar unit, by a schedule, or None for all time in one. Where `unless`
    holds just before a reset, the period runs on. `keeping` is what a reset takes over into the new period: the live
    entries for which a condition holds, or so many points. `groups` divide it a second time."""

    ledger: str
    every: Recurring | None = None
    unless: Condition | None = None
    keeping: Condition | Carrying | None = None
    groups: tuple[Group, ...] = ()
