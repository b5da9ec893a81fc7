"""What a replay must not contradict: the decisions that stood before a correction of the record.

A replay of the corrected record may take decisions away. It may not add any before the appeal: what
fires there and did not stand is for review, and has no effect unless a person confirms it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from msgspec import Struct

from policyctl.replay.answer import IMPOSE, Decision, Outcome
from policyctl.replay.fines import FineRecord
from policyctl.replay.listener import Listener

Key = tuple[str, datetime, str | None]
"""What makes a decision the same one, of one identity: its rule (of several lines also the one that says what happens),
its instant and its period. What people impose has no rule; several may be of one instant, and each goes by its own
id."""


def key_of(decision: Decision) -> Key:
    """The key of a decision."""
    rule = decision.rule.name
    if rule == IMPOSE and imposed(decision):
        rule = decision.id
    elif decision.rule.lines:
        rule += f"/{decision.line}"
    return rule, decision.at, decision.period


def imposed(decision: Decision) -> bool:
    """Whether a person imposed it, and no rule."""
    return decision.id == f"{IMPOSE}@{decision.confirmed}"


class Review(Struct, frozen=True):
    """A decision for review. `booked` is the date it was seen from, `appeal` the correction that brought it up. An
    `excess` stands beside a decision that would be heavier; `confirmed` is the override that let it take effect."""

    decision: Decision
    listener: Listener
    booked: datetime
    appeal: str
    excess: bool = False
    confirmed: str | None = None


class KeptFine(Struct, frozen=True):
    """A fine that has cleared before a correction, where such a clearing stays: if its decision does not stand again,
    the fine goes on at its old instant, for its payment and its clearing alone. And when it had cleared last, it does
    so `again`, though it may be paid earlier now."""

    fine: FineRecord
    again: bool = False


class KeptEnd(Struct, frozen=True):
    """A sanction, or a flag for a time, that was over before a correction, by its decision and its place among what
    one effect opened there: it ends again when it had ended, if it has not by then."""

    key: Key
    order: int
    outcome: Outcome


class KeptLow(Struct, frozen=True):
    """A flag that a decision had lowered before a correction: it is lowered again."""

    flag: str


class KeptWaiver(Struct, frozen=True):
    """So much that a rule had waived of a fine before a correction, by its decision and its place among the fines of
    that: it is waived again."""

    key: Key
    number: int
    waived: Fraction


Kept = KeptFine | KeptEnd | KeptLow | KeptWaiver
"""What a replay of the corrected record keeps of the one before."""


class Memory(Struct, frozen=True):
    """What stood before the instant `cut` of the correction `appeal`, as it was decided; and all that was for review
    till then, whole or as an excess, by the appeal that brought it up. Of a decision that would have been heavier,
    `limits` has what stood of it, also where it does not stand now. `waived` are the fines of which something had been
    waived, or that a change of version had dropped, before the instant of a correction, each by its decision and its
    place among the fines of that, with the money that may go into it. `instants` are those of all corrections."""

    cut: datetime | None
    appeal: str
    stood: Mapping[Key, Decision]
    reviewed: Mapping[Key, str]
    exceeded: Mapping[Key, str]
    limits: Mapping[Key, Decision]
    waived: Mapping[tuple[Key, int], Fraction]
    instants: Mapping[str, datetime]

    def review(self, key: Key) -> str | None:
        """The appeal by which a decision is for review; None where it stands."""
        if key in self.reviewed:
            return self.reviewed[key]
        before = self.cut is not None and key[1] < self.cut
        return self.appeal if before and key not in self.stood else None

    def before(self, key: Key) -> Decision | None:
        """The decision as it stood, where it may not become heavier."""
        stood = self.stood.get(key) if self.cut is not None and key[1] < self.cut else None
        return stood or self.limits.get(key)


NOTHING_BEFORE = Memory(None, "", {}, {}, {}, {}, {}, {})
"""The memory of the record as it first was."""
