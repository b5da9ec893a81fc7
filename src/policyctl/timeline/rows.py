"""The rows of a timeline. Each says one thing; nothing in them is worked out anew, all of it stands in a replay.

In order of effect a row stands where the thing took effect, in the order of one instant of `docs/semantics.md`. In
order of knowledge a row stands where it came on record; what an answer then said that it had not said before has a
`change`.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from policyctl.history.events import Event, Problem
from policyctl.policy.form import Version
from policyctl.replay.answer import (
    Answer,
    CameBack,
    Decision,
    ForReview,
    LedgerEvent,
    PartOutcome,
    PaymentPart,
    Rescinded,
)
from policyctl.replay.course import Filled, Moved

Order = Literal["effect", "recorded"]

State = Literal[
    "counted",  # it took effect
    "no_effect",  # it counts and changes nothing: money that fits nothing, an override that finds nothing, a plain note
    "annulled",  # a ticket that an appeal annulled: it never counted
    "pending",  # a ticket that is issued and takes effect later
    "waits",  # a ticket that waits while something holds
    "waits_for_final",  # a ticket that takes effect when it is final
    "later",  # it lies after the instant asked about
    "left_out",  # it is wrong, or lies before all else; the answer is given without it
    "not_known",  # it, or this revision of it, was recorded later than what is known
    "replaced",  # a revision in whose place a higher one stands
]
"""What became of an event."""

Change = Literal["new", "gone", "again", "changed"]
"""How an answer differs from the one known just before: something follows now, follows no more, follows again, or
follows in another way."""

Place = tuple[int, str, int, str]
"""The place of a row within its instant: phase, what it belongs to, what comes first, and its name."""


class Row(Struct, frozen=True, kw_only=True):
    """What all rows have. `at` is when it takes effect (None: that cannot be read), `recorded` when it came on record,
    or followed from what was on record (None: that cannot be read; in order of effect only events have it)."""

    at: datetime | None
    place: Place
    identity: str | None
    recorded: datetime | None = None
    change: Change | None = None


class Correction(Struct, frozen=True):
    """An appeal that changed what a ticket counts for. `raised` where it gave back points that another had taken."""

    appeal: str
    outcome: str
    points: Fraction | None = None
    raised: bool = False


class OwedBack(Struct, frozen=True):
    """What of a payment is owed back for a decision that an appeal took back, or for its `excess` alone; that may be
    of one which counts `as_many` times as before."""

    decision: str
    appeal: str
    amount: Fraction
    excess: bool
    as_many: bool = False


class EventRow(Row, frozen=True, kw_only=True):
    """An event of the file: `event` is None where it could not be read, `id` where not even that could be. `kind` is
    that of the event; `raised` is an appeal that gave a ticket back points that another had taken; `undone` is an
    override on which a correction has gone back since: with the decision that it acted on (True), or without.

    `posted` are the balances that a ticket moved, `moved` those that anything else did; `ended` the points that this
    ended; `filled` the fines that a payment went to, and `owed_back` what of it is owed back.
    `came_back` are points that money had cleared and that are there again by this appeal.
    `brings` are the decisions, `reviews` those for review, `takes_back` those rescinded, `lightens` those left
    with fewer times, that came of it; `brought` are those that once came of it and were taken back since, each with the
    appeal."""

    id: str | None
    kind: str | None
    event: Event | None
    revision: int | None = None
    state: State
    raised: bool = False
    undone: bool | None = None
    corrected: tuple[Correction, ...] = ()
    posted: tuple[Moved, ...] = ()
    moved: tuple[Moved, ...] = ()
    ended: tuple[LedgerEvent, ...] = ()
    filled: tuple[Filled, ...] = ()
    left_over: Fraction = Fraction(0)
    owed_back: tuple[OwedBack, ...] = ()
    waived: tuple[tuple[str, Fraction], ...] = ()
    lifted: tuple[str, ...] = ()
    reopened: bool = False
    brings: tuple[str, ...] = ()
    brought: tuple[tuple[str, str], ...] = ()
    reviews: tuple[str, ...] = ()
    takes_back: tuple[str, ...] = ()
    lightens: tuple[str, ...] = ()
    came_back: tuple[CameBack, ...] = ()
    problems: tuple[Problem, ...] = ()


class DecisionRow(Row, frozen=True, kw_only=True):
    """A rule fired, or a person imposed or confirmed something: the decision as it was made. In order of knowledge it
    is told as it stands by now. `moved` are the balances that the rules of its step moved, told with the last of them,
    where no event's row tells of it. `behind` are its sanctions that began only when another one had ended."""

    decision: Decision
    moved: tuple[Moved, ...] = ()
    behind: frozenset[str] = frozenset()


class ReviewRow(Row, frozen=True, kw_only=True):
    """A decision for review, where it would have been made."""

    review: ForReview


class RescindedRow(Row, frozen=True, kw_only=True):
    """A decision taken back, where the appeal was decided."""

    rescinded: Rescinded


class LedgerRow(Row, frozen=True, kw_only=True):
    """A period ended, ran on, or was decided again; or a fine that waited for its sanction cleared; or what had been
    cleared before a correction `stays` so."""

    event: LedgerEvent
    moved: tuple[Moved, ...] = ()
    stays: bool = False


class FlagRow(Row, frozen=True, kw_only=True):
    """A flag went down with the period it belonged to; or came up again (`up`), where a past reset was undone."""

    flag: str
    up: bool = False


class VersionRow(Row, frozen=True, kw_only=True):
    """A version came into force, with what it ended. `dropped` are fines, with what was open of them."""

    version: Version
    ended: tuple[LedgerEvent, ...] = ()
    moved: tuple[Moved, ...] = ()
    dropped: tuple[tuple[str, Fraction], ...] = ()
    sanctions_dropped: tuple[str, ...] = ()


class SanctionRow(Row, frozen=True, kw_only=True):
    """A sanction began after it had waited, or it ended, or `parts` of it did. `by` is the decision by which one of its
    kind runs on."""

    sanction: str
    decision: str
    what: Literal["began", "ended", "part_ended"]
    parts: tuple[PartOutcome, ...] = ()
    by: str | None = None


class FineMoved(Struct, frozen=True):
    """A fine that was paid otherwise before, or is `gone` with its decision: how much; and `payments`, each with the
    part that it fills now. `came` are those parts that it did not have, `went` those that it has no longer. A fine that
    is new has no `open_before`."""

    decision: str
    paid_before: Fraction
    paid: Fraction
    open_before: Fraction | None
    open: Fraction
    payments: tuple[PaymentPart, ...]
    came: tuple[PaymentPart, ...]
    went: tuple[PaymentPart, ...]
    gone: bool = False


class StandingRow(Row, frozen=True, kw_only=True):
    """What the answer for the instant asked about says of an identity, and did not say before: balances, measures,
    flags, closure, and money that fills another fine."""

    moved: tuple[Moved, ...]
    measures: tuple[tuple[str, Fraction | None, Fraction | None], ...] = ()
    raised: tuple[str, ...] = ()
    lowered: tuple[str, ...] = ()
    closed: bool | None = None
    fines: tuple[FineMoved, ...] = ()


class Timeline(Struct, frozen=True):
    """A timeline, and the answer that it leads to. `grouped` is the number of instants at which something came on
    record that are taken together, where there are too many of them (0: none are)."""

    answer: Answer
    order: Order
    rows: tuple[Row, ...]
    grouped: int = 0

    def of(self, identity: str | None) -> list[Row]:
        """The rows that concern an identity (None: all), and those of which nobody can tell whom they concern."""
        return [row for row in self.rows if identity is None or row.identity in (None, identity)]
