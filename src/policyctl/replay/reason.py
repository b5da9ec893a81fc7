"""Why a rule fired, or did not: what a comparison was made of, and what is missing."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Literal

import msgspec

from policyctl.policy.form import Compare

EndReason = Literal[
    "cleared",
    "reset",
    "version",
    "repealed",
    "expired",
    "superseded",
    "carried_back",
    "consumed",
    "redeemed",
    "set",
]
"""Why entries of a ledger end."""

SilentReason = Literal[
    "below_threshold",  # a comparison wants more (`gap` is what is missing)
    "above_threshold",  # a comparison wants less
    "not_equal",
    "flag_not_up",
    "flag_up",
    "unknown_metric",  # a number of which nobody knows anything yet is compared
    "condition_fails",  # a word about the account, or a date
    "condition_holds",
    "several_parts",  # more than one part of the condition fails; see `parts`
    "identity_closed",
    "outranked",  # reached, but a higher step of the ladder was reached in the same step
    "already_fired",  # counted in this period and not fallen below since
    "true_from_start",  # held when the period began, so it never rose
    "awaits_occasion",  # holds, and acts when what it listens to happens
    "awaits_ticket",  # holds and is armed: the next ticket fires it
    "for_review",  # it fired only in the record as it was corrected, and nobody has confirmed it
]


class FactLine(msgspec.Struct, frozen=True):
    """A fact as a reason, where a number is no sum of entries: what happened, by its event, what it is called, and
    when. `amount` is what it adds; of a count 1. `occurred`: when the act was, where the number counts by that."""

    event: str
    kind: str
    name: str
    at: datetime
    amount: Fraction
    occurred: datetime | None = None


class EntryLine(msgspec.Struct, frozen=True):
    """An entry as a reason. `amount` is signed as it moved the ledger; `balance` runs along the list. Of points that
    moved on or came back, `effective` is when they took effect at first, and `of` how many they were, where that is not
    what is left. `occurred`: when the act was, where the measure counts by that."""

    event: str
    ledger: str
    amount: Fraction
    effective: datetime
    balance: Fraction
    offence: str | None = None
    of: Fraction | None = None
    occurred: datetime | None = None


class Earlier(msgspec.Struct, frozen=True):
    """Entries that still count and that an earlier decision of the same rule has listed: how many, what they make."""

    decision: str
    entries: int
    balance: Fraction


class Ended(msgspec.Struct, frozen=True):
    """When and why the entries of a ledger last ended before a decision, or its period began: `clear`, `reset`,
    `version`, or `opened` (nothing before)."""

    ledger: str
    why: EndReason | Literal["opened"]
    at: datetime | None
    points: Fraction
    event: str | None = None


class Because(msgspec.Struct, frozen=True):
    """A comparison that helped to fire a rule: the measure before the step and after it, and the entries that make it
    up. `holds` is False for a part under `not`."""

    measure: str
    before: Fraction | None
    after: Fraction | None
    compare: Compare
    threshold: Fraction
    entries: tuple[EntryLine, ...]
    holds: bool = True
    earlier: Earlier | None = None
    ended: tuple[Ended, ...] = ()
    facts: tuple[FactLine, ...] = ()


class SilentPart(msgspec.Struct, frozen=True):
    """A part of a condition that does not hold."""

    reason: SilentReason
    measure: str
    value: Fraction | None
    compare: Compare | None
    threshold: Fraction | None
    gap: Fraction | None
