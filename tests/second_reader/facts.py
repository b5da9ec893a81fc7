"""What a replay of the second reader remembers: books, entries, decisions and what they opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple, Protocol

from policyctl.history.events import Act, Appeal, Metric, Override, Payment, Ticket
from policyctl.instants import Calendar, Length
from policyctl.policy.form import (
    Between,
    Comparison,
    Effect,
    EntryKind,
    FlagKind,
    FlagUp,
    Is,
    Life,
    Measure,
    Open,
    Period,
    Policy,
    Read,
    Rule,
    SanctionKind,
    TicketKind,
    Version,
    records,
)

Named = tuple[str, datetime, str | None]
"""What makes a decision the same one in several replays of an identity: rule, instant and period."""

Atom = Comparison | FlagUp | Is | Between
"""What a condition is made of."""

Key = tuple[object, ...]
"""What tells one latch of a rule from the next: its running books, and the calendar year."""


@dataclass(eq=False)
class Book:
    """A book of a ledger. Two books are never equal, even of one name."""

    ledger: str
    name: str | None
    start: datetime | None
    reset: datetime | None = None
    """The reset that opened it, if one did."""
    closed: datetime | None = None
    kind: EntryKind | None = None
    """Of a closed book: the ledger as it was when the book was closed."""


@dataclass(eq=False)
class Entry:
    """A posting of a ticket. One that ended `with_book` still counts in what is seen from inside that book. An entry
    that is carried is a `copy_of` the one that a reset had ended."""

    ticket: Ticket
    ledger: str
    points: Fraction
    dates: Mapping[str, datetime]
    book: Book
    live: bool = True
    dropped: bool = False
    ended_at: datetime | None = None
    with_book: bool = False
    copy_of: Entry | None = None
    copied: bool = False
    life: Life | None = None
    by: Version | None = None
    """The version that has its life."""
    expired: bool = False
    by_rule: bool = False
    """A rule posted it: it is no ticket."""

    def end(self, now: datetime, *, with_book: bool = False) -> None:
        """End it."""
        self.live, self.ended_at, self.with_book = False, now, with_book


@dataclass
class Latch:
    """How much of a rule has been counted, and why, where no decision says it."""

    counted: int
    why: str


@dataclass(eq=False)
class Imposed:
    """A sanction that a decision opened, with the ends of its parts (None: for good)."""

    decision: str
    name: str
    start: datetime
    until: datetime | None
    parts: tuple[tuple[str, datetime | None], ...]
    lengths: tuple[Length | timedelta | None, ...]
    ended: bool = False
    dropped_at: datetime | None = None
    lifted_at: datetime | None = None
    full: datetime | None = None
    """Its end as it was decided, where a person lifted it."""
    joined: tuple[str, ...] = ()
    most: Length | None = None
    """It lasts so long at most."""

    @property
    def until_said(self) -> bool:
        """Whether a person said when it ends: it was imposed until then, or lifted."""
        return self.lifted_at is not None or any(isinstance(length, timedelta) for length in self.lengths)


@dataclass(eq=False)
class Fine:
    """A fine that a decision opened; its payment clears `books`, and not before `served`."""

    decision: str
    at: datetime
    amount: Fraction
    books: tuple[Book, ...]
    served: datetime | None
    clears: tuple[str, ...]
    paid: Fraction = Fraction(0)
    dropped: bool = False
    waits: bool = False
    done: bool = False
    ended_at: datetime | None = None
    payments: list[tuple[str, datetime, Fraction]] = field(default_factory=list)
    cleared: list[tuple[str, Fraction]] = field(default_factory=list)
    cleared_at: datetime | None = None
    waived_at: datetime | None = None
    due: datetime | None = None
    rule: str = ""
    goes_on: bool = False
    """Its decision was taken back, and what it cleared stays cleared."""
    most: Fraction | None = None
    """The money that had gone into it when the rest was waived or dropped, before a correction."""

    @property
    def let_off_at(self) -> datetime | None:
        """When it was waived, or dropped by a change of version."""
        return self.ended_at if self.dropped else self.waived_at

    @property
    def open(self) -> Fraction:
        """What is still to be paid."""
        return Fraction(0) if self.dropped or self.waived_at is not None else self.amount - self.paid

    @property
    def takes(self) -> Fraction:
        """What a payment may still fill of it."""
        return self.open if self.most is None else min(self.open, self.most - self.paid)


@dataclass(eq=False)
class Raised:
    """A flag that was raised by a judgement seen from a date; it belongs to `books`, if it does not last for good."""

    name: str
    seen_from: datetime
    books: dict[str, Book | None]
    at: datetime
    lowered: datetime | None = None


@dataclass(eq=False)
class PastReset:
    """A date on which a ledger was to be reset, in the version in force just before, and whether it was."""

    at: datetime
    ledger: str
    version: Version
    happened: bool


@dataclass(frozen=True)
class Because:
    """A comparison because of which a rule fired; not `holds`: it stands under `not`."""

    measure: str
    before: Fraction | None
    after: Fraction | None
    compare: str
    threshold: Fraction
    holds: bool


@dataclass(frozen=True)
class LedgerTold:
    """What happened to a whole ledger."""

    at: datetime
    ledger: str
    kind: str
    points: Fraction
    period: str | None
    cause: str | None = None


@dataclass(eq=False)
class Decision:
    """A rule that took effect."""

    id: str
    at: datetime
    rule: Rule
    version: Version
    key: Key
    period: str | None
    tickets: tuple[str, ...]
    times: int
    counted: int
    events: tuple[str, ...] = ()
    """What it heard, where that was no step of tickets."""
    effects: list[tuple[Effect, Imposed | Fine | None]] = field(default_factory=list)
    ended: dict[int, list[tuple[str, Fraction]]] = field(default_factory=dict)
    moved: dict[int, Fraction] = field(default_factory=dict)
    numbers: dict[int, Fraction | None] = field(default_factory=dict)
    """What its effects on points came to."""
    because: list[Because] = field(default_factory=list)
    flags: list[tuple[str, bool]] = field(default_factory=list)
    line: int | None = None
    """Of a rule of several lines: the one that holds."""
    seen_from: datetime | None = None
    """Where it is about a closed period: a booking date of that period."""
    step: tuple[str, ...] = ()
    """All tickets of its instant, those of other periods and annulled ones too: any of them may name it."""
    confirmed: str | None = None
    confirmed_at: datetime | None = None
    reopened: datetime | None = None
    """When a person lifted its closure."""
    sizes: dict[Open, Fraction] = field(default_factory=dict)
    """Of each effect that is reckoned what it comes to: its money, or how often its length counts."""
    beside: dict[Open, Fraction] = field(default_factory=dict)
    """The same of an excess that was confirmed."""
    more: tuple[int, datetime, int] | None = None
    """Where an excess was confirmed: the place of its first effect, when it was, and how many times are too many."""

    def of_effect(self, place: int) -> tuple[datetime, int]:
        """When an effect began, and its times."""
        if self.more is not None and place >= self.more[0]:
            return self.more[1:]
        return self.confirmed_at or self.at, self.times

    @property
    def all_times(self) -> int:
        """As how many decisions it counts, one upon the other."""
        if not any(effect.each for effect in self.rule.effects):
            return 1
        return self.times + (self.more[2] if self.more is not None else 0)

    @property
    def own(self) -> list[tuple[Effect, Imposed | Fine | None]]:
        """Its own effects, without those of an excess that was confirmed."""
        return self.effects if self.more is None else self.effects[: self.more[0]]

    @property
    def fined(self) -> Fraction:
        """The money of its own fines."""
        return sum((fine.amount for _, fine in self.own if isinstance(fine, Fine)), Fraction(0))

    @property
    def named(self) -> Named:
        """What makes it the same decision in several replays."""
        return self.id if self.rule.name == "impose" else self.rule.name, self.at, self.period


@dataclass(eq=False)
class Review:
    """A decision that fired and has no effect until a person confirms it; of an `excess`, what would be too much."""

    decision: Decision
    appeal: str
    excess: bool
    confirmed: str | None = None


@dataclass(eq=False)
class Taken:
    """A decision that was taken back by a correction, as it stood just before that; or as an excess some times of it,
    but for so many that were `left`. It stood in the replay `before`, where at the end it was `whole`; `then` is what
    it is in the replay for the correction, if it stands there."""

    decision: Decision
    correction: Appeal
    before: Before
    whole: Decision
    then: Decision | None
    left: int
    excess: bool
    longer: bool = False
    """It stands as it was, and a sanction of it had run longer."""
    stand: Sequence[Decision] = ()
    """Where that is so: all decisions of the replay for the correction."""


@dataclass
class Anomaly:
    """An event that fits nothing, or is left out."""

    code: str
    event: str | None
    identity: str | None
    amount: Fraction | None = None

    @property
    def error(self) -> bool:
        """Whether it is an error of the event, which makes the answer incomplete."""
        return self.code not in NO_ERROR


NO_ERROR = frozenset(
    {
        "before-opened",
        "before-first-version",
        "unknown-act",
        "unknown-metric",
        "recorded-after-effective",
        "unknown-ticket",
        "unknown-decision",
        "late-ticket-out-of-time",
        "override-without-effect",
        "closure-moved",
        "payment-fits-no-fine",
        "payment-names-no-decision",
    }
)


class Judged(NamedTuple):
    """A ticket, the version that judges it, and when it takes effect (None: it is not final yet)."""

    ticket: Ticket
    version: Version
    takes_effect: datetime | None


@dataclass
class Told:
    """The events of one identity that take part. `appeals` are those that correct nothing, `annulled` the tickets that
    a correction took away."""

    tickets: list[Judged] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    corrections: list[Appeal] = field(default_factory=list)
    appeals: list[Appeal] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)
    annulled: list[Judged] = field(default_factory=list)


class Before(Protocol):
    """What a correction asks of the replay before it."""

    policy: Policy
    decisions: list[Decision]
    reviews: list[Review]
    identity_anomalies: list[Anomaly]
    gone_on: list[tuple[Decision, Fine]]


def entry_kinds(version: Version) -> dict[str, EntryKind]:
    """The ledgers of a version."""
    return {fact.name: fact for fact in version.facts if isinstance(fact, EntryKind)}


def ticket_kinds(version: Version) -> dict[str, TicketKind]:
    """The offences of a version."""
    return {fact.name: fact for fact in version.facts if isinstance(fact, TicketKind)}


def flag_kinds(version: Version) -> dict[str, FlagKind]:
    """The flags of a version."""
    return {fact.name: fact for fact in version.facts if isinstance(fact, FlagKind)}


def sanction_kinds(version: Version) -> dict[str, SanctionKind]:
    """The sanctions of a version."""
    return {fact.name: fact for fact in version.facts if isinstance(fact, SanctionKind)}


def periods(version: Version) -> dict[str, Period]:
    """The periods of a version, by ledger."""
    return {period.ledger: period for period in version.periods}


def unit_of(period: Period) -> Calendar | None:
    """The unit of the calendar at whose start a ledger is reset. This reader knows no other schedules."""
    assert period.every is None or isinstance(period.every, str)
    return period.every


def measure(version: Version, name: str) -> Measure:
    """A measure of a version by its name."""
    return next(found for found in version.measures if found.name == name)


def windows(policy: Policy) -> set[Read]:
    """Every read of a window in any version."""
    return {read for version in policy.versions for read in records(version, Read) if isinstance(read.within, Length)}
