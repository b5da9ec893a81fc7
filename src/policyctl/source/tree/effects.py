"""Effects, as written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policyctl.source.text import Span
from policyctl.source.tree.conditions import ByDate, Expression, Joined, Negated, Said
from policyctl.source.tree.words import ActsOf, Name, Number, Quantity, Schedule, Text, Word


@dataclass(frozen=True, slots=True)
class Impose:
    """`suspend 3d`, `suspend permanently`, `close_identity`, `no_reset`: a name, and how long. `amount` is a bare
    number: of so many `acts`, or where a length belongs (an error said later). `per` is a sum by which the length is
    multiplied, `most` its limit; it ends not before `until` holds, and begins so much `later`. With `to` the ticket
    carries the length (the number of acts) that was chosen, from the first up to this one. It begins with the
    `from_next` act of that name or instant of that schedule, on the next `from_day` or the date that `from_date` names,
    and its time does not run while `frozen` holds. It ends on the next `day` of that date; or, for the `rest`, when the
    one would have in whose place it stands, or with the sanction that it is the `rest_of`."""

    name: Name
    length: Quantity | None
    amount: Number | None
    permanently: bool
    each: bool
    span: Span
    acts: Name | None = None
    per: Expression | None = None
    most: Quantity | None = None
    until: Expression | None = None
    later: Quantity | None = None
    to: Quantity | Number | None = None
    from_next: Name | Schedule | None = None
    frozen: Expression | None = None
    day: ByDate | None = None
    rest: bool = False
    from_day: ByDate | None = None
    from_date: Name | None = None
    rest_of: Name | None = None

    @property
    def waits(self) -> Expression | None:
        """All that must hold before it ends; with another sanction it ends when that does not run."""
        if self.rest_of is None:
            return self.until
        running = Said(self.rest_of, False, Name("running", self.rest_of.span), None, False, self.rest_of.span)
        over = Negated(running, self.rest_of.span)
        return over if self.until is None else Joined("and", (over, self.until), self.span)


@dataclass(frozen=True, slots=True)
class Rounded:
    """`rounded up to 10`."""

    to: Number
    way: Literal["nearest", "up", "down"]
    span: Span


@dataclass(frozen=True, slots=True)
class Fine:
    """`fine 2000 each rounded to 10 due in 15 days clears general and severe when served`. `formula` where a sum stands
    for the amount, `length` where a length does (an error said later). With `to` the ticket carries the amount
    that was chosen; a `formula` beside an amount says what that is so many times of, or so many `percent`."""

    amount: Number | None
    length: Quantity | None
    each: bool
    clears: bool
    ledgers: tuple[Name, ...]
    when_served: bool
    span: Span
    formula: Expression | None = None
    rounded: Rounded | None = None
    due: Quantity | None = None
    to: Number | None = None
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Warn:
    """`warn near_ban "one more ticket and the shop is suspended"`."""

    name: Name | None
    label: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Expires:
    """`expires after 90 days from occurred inclusive unless closed frozen while suspended`; `dated` is None where it
    does not say from which date, `paid` behind `from fine`, and the name of an act behind which time runs."""

    length: Quantity | ActsOf
    dated: Word | Name | None
    far_edge: bool
    unless: Expression | None
    frozen: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Post:
    """`general +10`, `general +(severe / 2)`, `credit -1 each`."""

    ledger: Name
    sign: Literal["+", "-"]
    points: Number
    most: Number | None
    expires: Expires | None
    span: Span
    formula: Expression | None = None
    each: bool = False


@dataclass(frozen=True, slots=True)
class Ends:
    """`clear general and severe of notice where points >= 3`, `consume newest 12 of general`, `set general to 7`,
    `lift suspend`, `lift all suspend` (those that wait behind it too), `waive fine of bill`, `waive fine of ticket`,
    `reduce fine by 50`, `void ticket`: `verb` is the keyword. The amount may be so many `percent`."""

    verb: Literal["clear", "consume", "set", "lower", "raise", "lift", "void", "waive"]
    names: tuple[Name, ...]
    amount: Expression | None
    each: bool
    span: Span
    rule: Name | None = None
    where: Expression | None = None
    newest: bool = False
    percent: bool = False
    of_ticket: bool = False
    all: bool = False


@dataclass(frozen=True, slots=True)
class Moves:
    """`extend suspend by 7d each up to 60d`, `shorten suspend by 1d per hours`."""

    verb: Literal["extend", "shorten"]
    name: Name
    by: Quantity
    most: Quantity | None
    each: bool
    span: Span
    per: Expression | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """`require study within 15d`, `notify owner`, `forward to parent`."""

    verb: Literal["require", "notify", "forward"]
    name: Name
    label: Text | None
    span: Span
    within: Quantity | ActsOf | None = None


@dataclass(frozen=True, slots=True)
class Instead:
    """`or instead fine 2000`, `or instead (suspend 3d, fine 2000)`, `or when elected good_behaviour 12 months`, behind
    the effect in whose place they may stand; `both`: or beside which, `or instead fine 2000 or both`."""

    effects: tuple[Impose | Fine | Warn | Post | Ends | Moves | Tell, ...]
    act: Name | None
    span: Span
    both: bool = False


Effect = Impose | Fine | Warn | Post | Ends | Moves | Tell | Instead
