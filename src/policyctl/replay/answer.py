"""What a replay answers: decisions with their derivation, the status of every identity, what stayed silent, anomalies.

Instants are aware UTC datetimes, numbers exact fractions; how they are printed is the business of `explain`.
Everything is in the order in which the fixed output has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

import msgspec

from policyctl.history.events import Decided, Problem
from policyctl.instants import Length, Zone
from policyctl.policy.form import Condition, Effect, Open, Policy, Rule, Version
from policyctl.replay.reason import Because, EndReason, SilentPart, SilentReason

IMPOSE = "impose"
"""The name of the rule by which a person imposes something."""


class PartOutcome(msgspec.Struct, frozen=True):
    """A measure of a sanction and its end; None and `permanent` means for good."""

    name: str
    until: datetime | None
    permanent: bool = False


class Outcome(msgspec.Struct, frozen=True):
    """One effect as it turned out. `effect` is the record of the normal form that it comes from."""

    effect: Effect
    start: datetime
    until: datetime | None
    permanent: bool = False
    open_until: tuple[str, ...] = ()
    amount: Fraction | None = None
    times: int = 1
    parts: tuple[PartOutcome, ...] = ()
    dropped: datetime | None = None
    """Ended early by a change of version."""
    lifted: datetime | None = None
    """Ended early by a person, or by an effect of a rule."""
    moved: bool = False
    """An effect moved its end, or its open end has come."""
    settled: bool = False
    """Its end is as it ran when a person or an effect changed it; no other one of its kind moves that any more."""
    factor: Fraction | int = 1
    """How often its length counts, where that is a sum; of what counts for each of several tickets, on average."""
    ended: tuple[tuple[str, Fraction], ...] = ()
    """What an effect ended: points by ledger, or what it lifted (0 points)."""
    least: datetime | None = None
    """Where an end was open: before when it does not come."""
    latest: datetime | None = None
    """Where an end was open: after when it does not come."""
    missing: tuple[Condition, ...] = ()
    """Where an end is open: the parts of its condition that do not hold yet, at the instant asked about."""

    served: tuple[int, ...] = ()
    """Where an end is open: of each part, how many of the acts that it waits for have happened by then."""
    imposed: datetime | None = None
    """When its start was left to the next act of a name, or to the end of others of its kind, where that is so."""
    queued: datetime | None = None
    """Since when it is behind others of its kind that must end first, also once it has begun."""
    since: datetime | None = None
    """When that began for whose rest it goes on: its length and its acts count from there."""
    left: tuple[timedelta | None, ...] = ()
    """While its time stands still: what was left of each part then."""

    @property
    def counts_from(self) -> datetime:
        """From when on its length, acts and conditions count."""
        return self.start if self.since is None else self.since

    @property
    def awaits_start(self) -> bool:
        """Whether nobody knows yet when it starts: `start` is later than every instant then."""
        return self.imposed is not None and self.start.year == datetime.max.year

    @property
    def to_serve(self) -> tuple[int, ...]:
        """How many acts each part waits for in all; 0 where it waits for none."""
        times = self.factor * (self.times if self.opened.each else 1)
        return tuple(0 if part.acts is None else int(part.acts.count * times) for part in self.opened.parts)

    @property
    def opened(self) -> Open:
        """The effect, where it opens something."""
        assert isinstance(self.effect, Open)
        return self.effect


class Decision(msgspec.Struct, frozen=True):
    """A rule that fired. `tickets` are those of the step that belong to its period; `period` is None for a rule that
    reads no period."""

    id: str
    at: datetime
    identity: str
    rule: Rule
    version: Version
    period: str | None
    tickets: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    because: tuple[Because, ...]
    flags: tuple[tuple[str, bool], ...] = ()
    """Flags that helped to fire it, each with whether it was up."""
    words: tuple[tuple[str, bool], ...] = ()
    """Words about the account, and dates, that helped to fire it, each with whether it held."""
    annulled: tuple[str, ...] = ()
    """Tickets of its instant that were annulled."""
    step: tuple[str, ...] = ()
    """All tickets of its instant, those of other periods and annulled ones too: any of them may name it."""
    events: tuple[str, ...] = ()
    """What else it came with: acts, metrics, payments."""
    unknown: tuple[str, ...] = ()
    """Numbers of its effects that nobody knew when it fired, so that these effects could not be opened."""
    confirmed: str | None = None
    """The override by which a person imposed it, or let it take effect; it does so from that instant on."""

    @property
    def line(self) -> int:
        """The line of its rule that says what happens, counted from 0."""
        return self.outcomes[0].effect.line if self.outcomes else 0


class Running(msgspec.Struct, frozen=True):
    """A sanction that runs at the instant asked about, or waits to, after the overlap rule; `also` are the decisions
    whose own interval holds the instant too."""

    name: str
    start: datetime
    until: datetime | None
    permanent: bool
    decision: str
    parts: tuple[PartOutcome, ...]
    also: tuple[str, ...] = ()
    open_until: tuple[str, ...] = ()
    behind: bool = False
    """It waits for others of its kind to end."""
    expected: datetime | None = None
    """Where it waits for points to fall, only for its time, or has a limit: when it ends if nothing else happens."""

    @property
    def awaits_start(self) -> bool:
        """Whether nobody knows yet when it starts."""
        return self.start.year == datetime.max.year


class PaymentPart(msgspec.Struct, frozen=True):
    """How much of a payment went to a fine, and when."""

    payment: str
    at: datetime
    amount: Fraction


class FineStatus(msgspec.Struct, frozen=True):
    """A fine and what became of it. `clears` are the ledgers whose points full payment ends (or ended), `ends` the
    points that paying now would end per ledger (empty when nothing would), `cleared_at` when it did. `served_at` is
    the end of the sanction it also waits for, where it does. `late`: it was paid when the periods that it belongs to
    were over, and ended nothing."""

    decision: str
    opened: datetime
    amount: Fraction
    paid: Fraction
    open: Fraction
    clears: tuple[str, ...]
    ends: tuple[tuple[str, Fraction], ...] = ()
    payments: tuple[PaymentPart, ...] = ()
    cleared_at: datetime | None = None
    cleared: tuple[tuple[str, Fraction], ...] = ()
    served_at: datetime | None = None
    due: datetime | None = None
    dropped: datetime | None = None
    waived: Fraction | None = None
    waived_at: datetime | None = None
    late: bool = False


class Pending(msgspec.Struct, frozen=True):
    """Points of a ticket that is issued and not yet effective; None where that waits for the ticket to be final.
    `triggers` are the decisions that it will bring if nothing else happens, or would if it were final at once. Where it
    `waits` while something holds, it takes effect then if nothing else happens; None: nobody knows when."""

    ticket: str
    effective: datetime | None
    ledger: str
    points: Fraction
    triggers: tuple[str, ...] = ()
    waits: tuple[Condition, ...] = ()


class OpenAppeal(msgspec.Struct, frozen=True):
    """An appeal that was filed and not decided by the instant asked about."""

    appeal: str
    ticket: str
    at: datetime


class KnownAppeal(msgspec.Struct, frozen=True):
    """A step of an appeal, and when it came on record. `points` are what a reduced ticket has from then on, `before`
    what it had, `issued` what it was issued with. `gone_by` is the step that had annulled or repealed the ticket
    before, so that this one changes nothing."""

    event: str
    ticket: str
    outcome: Literal["filed", "rejected", "annulled", "repealed", "reduced"]
    at: datetime
    recorded: datetime
    points: Fraction | None = None
    before: Fraction | None = None
    issued: Fraction | None = None
    gone_by: str | None = None

    @property
    def raised(self) -> bool:
        """Whether it gave a ticket back some of the points that an earlier step had taken off it."""
        return self.points is not None and self.before is not None and self.points >= self.before


class ByPerson(msgspec.Struct, frozen=True):
    """What a person did, and about which decision; what was imposed is a decision itself. `recorded` is when it came on
    record. Not `acted`: there was nothing to act on. `undone` where a correction has since taken away what it acted
    on: True with the whole decision, False where that stands, or never did."""

    event: str
    action: Literal["lift", "waive", "confirm", "impose"]
    at: datetime
    recorded: datetime
    by: str
    why: str
    decision: str | None
    acted: bool
    undone: bool | None = None


class LatePosting(msgspec.Struct, frozen=True):
    """Points of a ticket that took effect `at` and count in a period that was closed by then."""

    ticket: str
    at: datetime
    ledger: str
    points: Fraction
    period: str | None


class Rescinded(msgspec.Struct, frozen=True):
    """A decision that stood and was taken back by a correction. `decision` is as it stood then. `payments` are owed
    back, each with its amount; `served` are the intervals that no standing decision covers. With `excess` only
    some of its `times` were taken back by this correction, and it stood on with those that are `left`; where that are
    as many, what it imposes came to less, or (`longer`) its sanction had run longer, no more. `paid` is what its
    fine had been filled with before the appeal, `freed` what of that the fine which is left has no place for, and
    `kept` what still pays for a clearing that stays. `fills` are the decisions whose fines those payments fill now."""

    decision: Decision
    appeal: str
    at: datetime
    payments: tuple[PaymentPart, ...]
    served: tuple[tuple[datetime, datetime], ...]
    excess: bool = False
    longer: bool = False
    times: int = 1
    left: int = 0
    paid: tuple[PaymentPart, ...] = ()
    freed: tuple[PaymentPart, ...] = ()
    kept: tuple[PaymentPart, ...] = ()
    fills: tuple[tuple[str, PaymentPart], ...] = ()

    @property
    def as_many(self) -> bool:
        """Whether it stands with as many times, and yet something of it was taken back."""
        return self.excess and self.times == self.left

    @property
    def owed(self) -> Fraction:
        """The money owed back."""
        return sum((part.amount for part in self.payments), Fraction(0))


class CameBack(msgspec.Struct, frozen=True):
    """Points that a payment for the fine of a decision had cleared at an instant and that an appeal brought back."""

    appeal: str
    ledger: str
    points: Fraction
    payment: str
    cleared_at: datetime
    decision: str


class ForReview(msgspec.Struct, frozen=True):
    """A decision that only the record as it was corrected brings; a person must confirm it. An `excess` is what
    would make a decision that stands heavier."""

    decision: Decision
    appeal: str
    excess: bool


class PeriodNow(msgspec.Struct, frozen=True):
    """The running period of a ledger: its name (None: all time in one), its start, and the next date of a reset, by the
    version that is in force then."""

    ledger: str
    name: str | None
    start: datetime | None
    next_reset: datetime | None


class Lapse(msgspec.Struct, frozen=True):
    """When points of a ledger expire next, as things stand, and how many of them."""

    ledger: str
    at: datetime
    points: Fraction


class Spared(msgspec.Struct, frozen=True):
    """A ticket of this kind that costs no points, for an exception of its offence held just before its step."""

    ticket: str
    kind: str
    at: datetime
    version: Version
    unless: Condition


class ToDo(msgspec.Struct, frozen=True):
    """What a decision requires within a time that runs, and that is not done; where acts are counted, `within` so many
    more."""

    act: str
    until: datetime | None
    decision: str
    within: Length | None = None


class Status(msgspec.Struct, frozen=True):
    """Where an identity stands at the instant asked about."""

    identity: str
    ledgers: tuple[tuple[str, Fraction], ...]
    measures: tuple[tuple[str, Fraction | None], ...]
    flags: tuple[str, ...]
    closed: bool
    sanctions: tuple[Running, ...]
    fines: tuple[FineStatus, ...]
    pending: tuple[Pending, ...]
    periods: tuple[PeriodNow, ...]
    waiting: tuple[Running, ...] = ()
    """Sanctions that begin when the running one of their kind has ended, in the order of their names and starts."""
    appeals: tuple[OpenAppeal, ...] = ()
    known_appeals: tuple[KnownAppeal, ...] = ()
    by_people: tuple[ByPerson, ...] = ()
    came_back: tuple[CameBack, ...] = ()
    late: tuple[LatePosting, ...] = ()
    """What took effect in the running periods and counts in earlier ones."""
    unnamed: tuple[tuple[str, Fraction | None], ...] = ()
    """Numbers that rules compare and that have no name in the policy."""
    lapses: tuple[Lapse, ...] = ()
    to_do: tuple[ToDo, ...] = ()
    spared: tuple[Spared, ...] = ()
    """In the order of their dates."""
    last_ticket: datetime | None = None
    """When the last ticket took effect. From there are seen the numbers that look at a ticket."""


class Silent(msgspec.Struct, frozen=True):
    """A rule without a standing decision in the running period, and why. `gap` is None where no single comparison
    fails. `due`: when it acts if a streak that it waits for is kept till then, where it holds."""

    rule: Rule
    identity: str
    reason: SilentReason
    gap: Fraction | None
    parts: tuple[SilentPart, ...] = ()
    due: datetime | None = None


class LedgerEvent(msgspec.Struct, frozen=True):
    """Something that happened to a whole ledger, in order: `cleared` by a payment, `reset`, `blocked` (the reset did
    not happen), `version` (entries dropped), `repealed` on appeal, `reset_undone` or `reset_made` (a past reset was
    decided again), `came_back` (what a decision for a streak had taken off, that turns out not to have been kept),
    `counts_again` (another ticket had counted in the place of that one).
    `points` are those that ended (or stayed, if blocked, or came back)."""

    at: datetime
    identity: str
    ledger: str
    kind: EndReason | Literal["blocked", "carried", "came_back", "counts_again", "reset_undone", "reset_made"]
    points: Fraction
    period: str | None
    cause: str | None = None


class Judgement(msgspec.Struct, frozen=True):
    """At each step every rule of the judging version has fired (`decision`) or is silent (`reason`). A reason is noted
    at the first step for which it holds, and stands for the steps that follow until the rule is noted again."""

    at: datetime
    identity: str
    version: str | None
    rule: str
    decision: str | None
    reason: SilentReason | None


class NextVersion(msgspec.Struct, frozen=True):
    """A version that is still to come, and when."""

    at: datetime
    version: Version


class Answer(msgspec.Struct, frozen=True):
    """Everything that a replay of one account says. `version` is the one in force at `at`, None before the first."""

    policy: Policy
    zone: Zone
    merchant: str
    at: datetime
    known: datetime | None
    version: Version | None
    incomplete: bool
    decisions: tuple[Decision, ...]
    rescinded: tuple[Rescinded, ...]
    for_review: tuple[ForReview, ...]
    status: tuple[Status, ...]
    silent: tuple[Silent, ...]
    anomalies: tuple[Problem, ...]
    ledger_events: tuple[LedgerEvent, ...]
    judgements: tuple[Judgement, ...]
    recorded: tuple[Decided, ...] = ()
    """What the platform says it imposed, by id, each with its identity. Nothing follows from it."""
    next_version: NextVersion | None = None
    attributes: Mapping[str, object] = {}
    """Those of the account, but for what one of its tickets says of itself."""

    def every_decision(self) -> Iterator[Decision]:
        """Those that stand, those that were taken back and those for review."""
        yield from self.decisions
        yield from (one.decision for one in self.rescinded)
        yield from (one.decision for one in self.for_review)
