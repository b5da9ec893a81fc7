"""Tests as they are written: the lines of a story, and what is expected of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policyctl.source.text import Span
from policyctl.source.tree import Date, Expression, Name, Number, Quantity, Text, Word

# --- what happens -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenedLine:
    """`opened 2020-01-15`: when the account was opened."""

    at: Date
    span: Span


@dataclass(frozen=True, slots=True)
class GivenLine:
    """`attribute vehicle large`, `attribute class full from 2024-06-01`: what the account says of itself."""

    attribute: Name
    value: Name | Text | Number | Date
    span: Span
    since: Date | None = None


@dataclass(frozen=True, slots=True)
class TicketWord:
    """`key "sku-1"`, `occasion "o1"`, `chosen general 7`, `with vehicle large`; `named` is the ledger or attribute."""

    word: Word
    named: Name | None
    value: Name | Text | Number | Date
    span: Span


@dataclass(frozen=True, slots=True)
class HappenedLine:
    """`2021-03-06 09:00 act exam_passed for merchant`, `2021-03-06 metric reply_rate 0.8`; an act has no `value`, and
    may be about a `ticket`; both may say of themselves `with price 100`."""

    at: Date
    name: Name
    value: Number | None
    ticket: Name | Text | None
    said: tuple[TicketWord, ...]
    recorded: Date | None
    identity: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class TicketLine:
    """`2021-03-01 10:00 ticket T1 out_of_scope.minor issued 2021-02-28 for merchant`; or `ticket T1 general +10`.
    Each of `dates` has the word in front of it (`issued`, `occurred`, `recorded`, `final`; `effective` is an error
    said later)."""

    at: Date
    id: Name | Text
    what: Name
    points: Number | None
    dates: tuple[tuple[Word, Date], ...]
    said: tuple[TicketWord, ...]
    identity: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class PaysLine:
    """`2021-03-06 09:00 pays 2000 towards "short_ban@T2" recorded 2021-03-07 for merchant`."""

    at: Date
    amount: Number
    towards: Text | None
    recorded: Date | None
    identity: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class AppealLine:
    """`2021-03-20 12:00 appeal against T1 annulled`; `… reduced to 4`."""

    at: Date
    ticket: Name | Text
    outcome: Literal["filed", "rejected", "annulled", "repealed", "reduced"]
    points: Number | None
    recorded: Date | None
    identity: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """What a person decided: `2021-03-06 08:00 lifted "short_ban@T2" by "Lin" because "hardship"`; or `imposed suspend
    until 2021-03-09`, `imposed fine 700` (`amount` alone), `imposed close_identity`."""

    at: Date
    action: Literal["lift", "waive", "confirm", "impose"]
    decision: Text | None
    name: Name | None
    amount: Number | None
    until: Date | None
    permanently: bool
    by: Name | Text | None
    because: Text | None
    recorded: Date | None
    identity: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class KnownLine:
    """`known at 2021-03-19`: what was on record when the expectations below were asked."""

    at: Date
    span: Span


# --- what is expected -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExpectDecision:
    """`expect short_ban at 2021-03-05 10:00 in period 2021`, `expect no short_ban`, `expect nothing` (rule None,
    negated). The rule may be a decision: `"short_ban@T2"`."""

    rule: Name | Text | None
    negated: bool
    at: Date | None
    period: Text | None


@dataclass(frozen=True, slots=True)
class ExpectTaken:
    """`expect rescinded short_ban at 2021-03-05 10:00`, `expect not for review short_ban`, `expect nothing rescinded`
    (rule None, negated)."""

    how: Literal["rescinded", "for review"]
    rule: Name | Text | None
    negated: bool
    at: Date | None
    period: Text | None


@dataclass(frozen=True, slots=True)
class ExpectOwed:
    """`expect owed back 2000`, `expect owed back 2000 of "short_ban@T2"`, `expect nothing owed back` (amount None)."""

    amount: Number | None
    rule: Name | Text | None


@dataclass(frozen=True, slots=True)
class ExpectServed:
    """`expect served 3d`, `expect served 1 day 4 hours of short_ban`, `expect nothing served` (no times)."""

    times: tuple[Quantity, ...]
    rule: Name | Text | None


@dataclass(frozen=True, slots=True)
class ExpectFines:
    """`expect open fines 1500`: what is still to be paid."""

    amount: Number


@dataclass(frozen=True, slots=True)
class ExpectRuns:
    """`expect suspend until 2021-03-08 10:00`, `expect suspend permanently`, `expect bench until 1 match_played` (what
    it `waits` for while its end is open)."""

    sanction: Name
    until: Date | None
    waits: tuple[Number, Name] | None = None


@dataclass(frozen=True, slots=True)
class ExpectState:
    """`expect general = 0 and year_total = 20 and not closed`."""

    condition: Expression


Expected = ExpectDecision | ExpectTaken | ExpectOwed | ExpectServed | ExpectFines | ExpectRuns | ExpectState


@dataclass(frozen=True, slots=True)
class ExpectLine:
    """An expectation; looked at as of `on`, or else as of the last dated line above it. `identity` where it is not
    the test's own."""

    on: Date | None
    expected: Expected
    identity: Name | None
    span: Span


StoryLine = (
    OpenedLine | GivenLine | HappenedLine | TicketLine | PaysLine | AppealLine | OverrideLine | KnownLine | ExpectLine
)
