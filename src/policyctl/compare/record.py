"""What a comparison says: pair by pair, what the rules impose, what the platform recorded, the verdict, the cause.

Pairs stand in the order of their starts, and no order of the file is left in them.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Literal

import msgspec

from policyctl.history.events import Decided
from policyctl.replay.answer import Decision
from policyctl.replay.people import loose_names_of, names_of

Verdict = Literal["same", "wrong_start", "wrong_length", "wrong_money", "missing", "extra", "upcoming"]
"""`missing`: the rules impose it, and the platform has not recorded it. `extra`: the other way round. `upcoming`: the
platform says that it begins only after the instant asked about, so nothing can be said of it yet."""

Sort = Literal["sanction", "fine", "close", "flag", "notice"]

CauseKind = Literal[
    "late_knowledge",  # by what was on record when the platform decided, it decided right (`known`, `events`); or it
    # imposed the thing only once these events, without which it does not follow, came on record (`events`, `came`)
    "override",  # without what these people decided (`events`), the rules give what the platform recorded; with
    # `known`: they gave it by what was on record then, until these came, and without these alone they may not
    "appeal",  # the same of appeals (`events`); `decision` is the one that was taken back, where one was
    "for_review",  # the record as it was corrected brings it, and nobody has confirmed it
    "old_version",  # a version that was not in force any more gives it (`version`)
    "new_version",  # a version that was not in force yet gives it (`version`)
    "covered",  # a longer sanction of the same name ran all the while (`decision`)
    "unknown_name",  # no version of the policy can impose anything of this name (`instead`: the nearest that it can)
]


class Expected(msgspec.Struct, frozen=True):
    """One thing that a decision imposes, as it turned out: a sanction or a part of it, a fine, a closure, a flag, a
    notice. `until` None has no known end; `also_until` is the end that later sanctions of its kind have moved it to.
    `amount` of a fine is without what a person waived."""

    decision: Decision
    sort: Sort
    name: str
    start: datetime
    until: datetime | None
    amount: Fraction | None = None
    part_of: str | None = None
    also_until: datetime | None = None
    place: int = 0
    """Of the effect among those of its decision."""


class Cause(msgspec.Struct, frozen=True):
    """Why the two may differ; each was tried out. `rule_only`: the version gives the length or the amount in a rule of
    the same name, though not the whole decision. `known`: by what was on record then, the rules give what was recorded.
    `came`: when the events came on record; without `known`, the platform imposed from then on what `decision` (None:
    that of the rules) imposes earlier."""

    kind: CauseKind
    events: tuple[str, ...] = ()
    decision: str | None = None
    version: str | None = None
    known: datetime | None = None
    came: datetime | None = None
    instead: str | None = None
    rule_only: bool = False


class Pair(msgspec.Struct, frozen=True):
    """What the rules impose beside what the platform recorded; one of the two may lack. Where nothing explains all
    differences of a record together, `partly` has the causes of some of them; `beside` are those that are left aside
    while that of the others is looked for."""

    identity: str
    verdicts: tuple[Verdict, ...]
    expected: Expected | None
    actual: Decided | None
    cause: Cause | None = None
    partly: tuple[tuple[Verdict, Cause], ...] = ()
    beside: tuple[Verdict, ...] = ()

    @property
    def different(self) -> bool:
        """Whether the platform's record is another one than the rules'."""
        return self.verdicts[0] not in ("same", "upcoming")

    def concerns(self, decision: str) -> bool:
        """Whether it is about a decision."""
        if self.expected is not None:
            return self.expected.decision.id == decision
        named = self.actual.decision if self.actual is not None else None
        return decision in (named, self.cause.decision if self.cause is not None else None)


class Comparison(msgspec.Struct, frozen=True):
    """The comparison of one account. `sought`: whether causes were looked for; `given_up`: for how many differences
    they were not, because that would have taken too long."""

    pairs: tuple[Pair, ...]
    sought: bool = False
    given_up: int = 0

    @property
    def same(self) -> int:
        """How many pairs agree."""
        return sum(pair.verdicts == ("same",) for pair in self.pairs)

    @property
    def different(self) -> int:
        """How many do not."""
        return sum(pair.different for pair in self.pairs)

    def of(self, identity: str | None = None, decision: str | None = None) -> Comparison:
        """What of it concerns an identity, or a decision."""
        pairs = tuple(
            pair
            for pair in self.pairs
            if identity in (None, pair.identity) and (decision is None or pair.concerns(decision))
        )
        return Comparison(pairs, self.sought, self.given_up)


def names(decision: Decision) -> set[str]:
    """Every id by which somebody may name a decision: by any ticket of its step, with or without its period."""
    found = names_of(decision) | loose_names_of(decision)
    return found | {f"{name}/{decision.period}" for name in found if decision.period is not None and "/" not in name}
