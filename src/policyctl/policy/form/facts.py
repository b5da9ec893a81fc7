"""Primitive 1 of the normal form: the kinds of record that a history and its rules can open."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from policyctl.instants import Length
from policyctl.policy.form.base import ZERO, DateName, Record
from policyctl.policy.form.conditions import Condition


class Life(Record, frozen=True):
    """How long an entry is live: so long after a date of its ticket (`booking`: the one by which it counts; `paid`:
    when its fines are), or after an `act` at it, up to it, or including it (`far_edge`). It stays while `unless` holds,
    and its time does not run while `frozen` holds."""

    length: Length
    dated: Literal["booking", "final", "paid"] | DateName = "booking"
    far_edge: bool = False
    unless: Condition | None = None
    frozen: Condition | None = None
    act: str | None = None


class Multiplied(Record, frozen=True):
    """Points count so many times as much, while a condition holds just before the step, for tickets for which `where`
    holds."""

    times: Fraction
    when: Condition | None = None
    where: Condition | None = None


class Dated(Record, frozen=True):
    """A value from a date on (None: for all time before the next date), where `when` holds."""

    since: str | None
    value: Fraction
    when: Condition | None = None


class EntryKind(Record, frozen=True, tag="entry"):
    """Entries of a ledger. `direction` is 1 (points add) or -1 (points take away); the balance starts at `start` (where
    a condition of `starts` holds when its book opens, at the first such), and is kept within `floor` and `ceiling` at
    each posting. `life` is how long entries are live; None: as long as nothing ends them. `multiplied` says when points
    count more often. A ticket for it takes effect only when `waits` does not hold."""

    name: str
    direction: Literal[1, -1] = 1
    start: Fraction = ZERO
    floor: Fraction | None = None
    ceiling: Fraction | None = None
    life: Life | None = None
    multiplied: tuple[Multiplied, ...] = ()
    waits: Condition | None = None
    starts: tuple[Dated, ...] = ()


class Posting(Record, frozen=True):
    """What a ticket posts: `points` (positive) to `ledger`, moved in the ledger's direction. `life` is how long they
    are live, where that is not said of the whole ledger. With `most` each ticket carries the number
    that was chosen, from `points` up to it. With `formula` the points are that measure, of numbers that the ticket or
    the account carries. Nothing is posted where `unless` holds just before the step."""

    ledger: str
    points: Fraction
    life: Life | None = None
    most: Fraction | None = None
    unless: Condition | None = None
    formula: str | None = None


class After(Record, frozen=True):
    """So long after a date of a ticket."""

    length: Length
    dated: DateName


class TicketKind(Record, frozen=True, tag="ticket"):
    """Tickets for an offence, `offence` or `offence.severity`; `identity` is the only one that can commit it.
    `count_by` is the booking date of these tickets, `stale` after when they are too old to be issued (None: as of all
    tickets)."""

    name: str
    posts: tuple[Posting, ...]
    identity: str | None = None
    count_by: DateName | None = None
    stale: After | None = None


class Part(Record, frozen=True):
    """A measure of a sanction. `length` None and not `permanent`: as long as the effect that imposes it says, which may
    be until a condition holds. With `highest` the ticket carries the number that was chosen, from that of `length` up
    to it. `day` is the date with which it ends (`12-01`, `monday`: the next such day)."""

    name: str
    length: Length | None = None
    permanent: bool = False
    highest: int | None = None
    day: str | None = None

    @property
    def time(self) -> Length | None:
        """Its length, where that is one of time."""
        return None if self.length is None or self.length.act is not None else self.length

    @property
    def acts(self) -> Length | None:
        """Its length, where so many acts end it."""
        return None if self.length is None or self.length.act is None else self.length


class SanctionKind(Record, frozen=True, tag="sanction"):
    """A sanction as a bundle of parts; none means that it is a single measure of its own name."""

    name: str
    parts: tuple[Part, ...] = ()


class FlagKind(Record, frozen=True, tag="flag"):
    """A mark on an identity: for good, or until the period of the rule that raised it is over."""

    name: str
    per_period: bool = False


class ActKind(Record, frozen=True, tag="act"):
    """Something that the subject does, or that is done for it. Acts of the names `any_of` are such acts, too."""

    name: str
    any_of: tuple[str, ...] = ()


class MetricKind(Record, frozen=True, tag="metric"):
    """A number from outside; until there is one it is at its `start`, or unknown."""

    name: str
    start: Fraction | None = None


class AttributeKind(Record, frozen=True, tag="attribute"):
    """What an account or a ticket says of itself. `values` are those that it may have; none means any. Where neither of
    them says it, it is the number `start`, or unknown."""

    name: str
    values: tuple[str, ...] = ()
    start: Fraction | None = None


class ConstantKind(Record, frozen=True, tag="constant"):
    """A number that the policy names: the last of its values whose date has come and whose `when` holds, which asks for
    attributes; unknown before the first of them."""

    name: str
    values: tuple[Dated, ...]


FactKind = EntryKind | TicketKind | SanctionKind | FlagKind | ActKind | MetricKind | AttributeKind | ConstantKind
