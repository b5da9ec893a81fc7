"""Numbers and conditions, as written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policyctl.source.text import Span
from policyctl.source.tree.words import Date, DateWord, Name, Number, Quantity, Text, UnitWord, Word


@dataclass(frozen=True, slots=True)
class PreviousUnit:
    """`previous period`, `previous month`."""

    unit: Literal["period"] | UnitWord


@dataclass(frozen=True, slots=True)
class LastActs:
    """`in last 5 match_played`; without an act `in last 3 periods`."""

    count: Number
    act: Name | None


@dataclass(frozen=True, slots=True)
class SinceEvent:
    """`since exam_passed`, `since suspend ends`; without a name `since last reset`."""

    name: Name | None
    ends: bool


Anchor = Literal["now", "ticket", "any", "stood"]


Within = Literal["period", "ever"] | UnitWord | Quantity | PreviousUnit | LastActs | SinceEvent


@dataclass(frozen=True, slots=True)
class Counted:
    """`incurred(a, b) this period`, `live(a) in 90 days by issued`, `count(tickets where key = this key) this year`.

    `within` is None where the text does not say; a window whose `anchor` is the ticket ends there, and with `ever` it
    is `at this ticket`, `stood` there `as it stood`; `any` is that with the most in which the ticket lies. `names` is
    empty for `count(tickets)`, and for `count(fines)`, which says `fines`. `count(different buyer of case)` counts how
    many `different` ones there are."""

    function: Literal["incurred", "live", "count", "highest", "lowest", "latest"]
    names: tuple[Name, ...]
    within: Within | None
    far_edge: bool
    dated: DateWord | None
    span: Span
    fines: bool = False
    where: Expression | None = None
    anchor: Anchor = "now"
    different: Name | None = None


@dataclass(frozen=True, slots=True)
class Picked:
    """`max(100000, deposit)`, `min(a, b)`, `whole(a / 200)`."""

    which: Literal["max", "min", "whole"]
    of: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class SameAs:
    """`this key`: of the ticket looked at."""

    word: Name
    span: Span


@dataclass(frozen=True, slots=True)
class OfTicket:
    """`points of this ticket`, `general of this ticket`: what the ticket looked at posted, in all or to a ledger."""

    name: Name
    span: Span


@dataclass(frozen=True, slots=True)
class Said:
    """`exam_passed is done this year`, `vehicle is not large`, `suspend is running at this ticket by occurred`."""

    subject: Expression
    negated: bool
    state: Name
    within: Within | None
    far_edge: bool
    span: Span
    anchor: Anchor = "now"
    dated: Literal["effective", "issued", "occurred"] | None = None


@dataclass(frozen=True, slots=True)
class ByDate:
    """`before 2024-01-01`, `from 2024-01-01`; `occurred before 2024-01-01` asks a date of a ticket. The day of a
    `month` returns every year: `before 1 december`; `date` has its number. `occurred on monday or holiday` has `days`
    in its place."""

    word: Literal["before", "from", "on"]
    date: Date | None
    span: Span
    dated: Literal["final"] | DateWord | None = None
    month: Word | None = None
    days: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class ByAge:
    """`in 2 years from opened`, `occurred in 2 years from qualified`, `in 24h from issued`: `since` is the name of an
    attribute, `of` a date of the ticket looked at; neither is the opening of the account."""

    length: Quantity
    since: Name | None
    dated: DateWord | None
    span: Span
    of: DateWord | None = None


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left + right` and so on."""

    operator: Literal["+", "-", "*", "/"]
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Compared:
    """`left >= right`; of a step of a ladder perhaps a band, `left 4 to 7`, from `right` `to` its other end."""

    compare: Literal[">=", ">", "<=", "<", "=", "!="]
    left: Expression
    right: Expression
    span: Span
    to: Number | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """`a and b and c`, `a or b`."""

    word: Literal["and", "or"]
    parts: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Negated:
    """`not a`."""

    part: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Bracketed:
    """`( a )`: kept, because names of unnamed rules are printed as they were grouped."""

    inner: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What always holds: a line that begins with `otherwise`, or (not `said`) with the arrow."""

    span: Span
    said: bool = True


Condition = Compared | Joined | Negated | Said | ByDate | ByAge | Otherwise


Expression = Name | Number | Quantity | Counted | Picked | SameAs | OfTicket | Arithmetic | Bracketed | Text | Condition


EXPRESSIONS = (
    *(Name, Number, Quantity, Counted, Picked, SameAs, OfTicket, Arithmetic, Bracketed, Text),
    *(Compared, Joined, Negated, Said, ByDate, ByAge, Otherwise),
)
"""The same, to ask whether something is one."""
