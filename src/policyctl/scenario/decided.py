"""Expectations of decisions: those that stand, were rescinded, or are for review; what is owed back, and was served.

A decision is expected by its rule, or by its id (`"short_ban@T2"`, with any ticket of its step).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Literal

import msgspec

from policyctl.exact import plain
from policyctl.replay.answer import IMPOSE, Answer, Decision
from policyctl.replay.ending import Interval, lasting
from policyctl.scenario.story import Failure, Story, Wrong
from policyctl.source import stories, tree

MOST_LISTED = 8
"""Decisions that a failure shows."""

NO_RULE = "no rule has fired by then"


class Taken(msgspec.Struct, frozen=True):
    """A decision that does not stand, or what is more of one, and the appeal by which it does not."""

    decision: Decision
    how: Literal["rescinded", "for review"]
    appeal: str
    owed: Fraction = Fraction(0)
    excess: bool = False
    served: tuple[Interval, ...] = ()
    as_many: bool = False

    @property
    def why(self) -> str:
        """What became of it."""
        if self.how == "rescinded":
            less = "comes to less by" if self.as_many else "has fewer times by"
            return f"{less if self.excess else 'is rescinded by'} {self.appeal}"
        return f"{'would have more effects, which are' if self.excess else 'is'} for review after {self.appeal}"


class Decisions:
    """The decisions of one identity in one answer."""

    def __init__(self, story: Story, identity: str, answer: Answer) -> None:
        self._story = story
        self._standing = [d for d in answer.decisions if d.identity == identity]
        self._taken = [
            *(
                Taken(one.decision, "rescinded", one.appeal, one.owed, one.excess, one.served, one.as_many)
                for one in answer.rescinded
            ),
            *(Taken(one.decision, "for review", one.appeal, excess=one.excess) for one in answer.for_review),
        ]
        self._taken = [one for one in self._taken if one.decision.identity == identity]

    def is_rule(self, text: str) -> bool:
        """Whether a text is the name of a rule."""
        return bool(self._story.labels.rules(text))

    def expected(self, line: stories.ExpectLine, expected: stories.ExpectDecision) -> Iterator[Failure]:
        """`expect short_ban at DATE`, `expect no short_ban`, `expect nothing`."""
        hits = self._fitting(self._standing, expected)
        if bool(hits) == expected.negated:
            found = self._listed(hits) if expected.negated else self._instead(expected)
            yield Failure(line.span, line.span.text, found)

    def taken(self, line: stories.ExpectLine, expected: stories.ExpectTaken) -> Iterator[Failure]:
        """`expect rescinded short_ban`, `expect not for review short_ban`, `expect nothing rescinded`."""
        taken = [one for one in self._taken if one.how == expected.how]
        fitting = self._fitting([one.decision for one in taken], expected)
        hits = [one for one in taken if any(one.decision is decision for decision in fitting)]
        if bool(hits) == expected.negated:
            found: Sequence[str | Taken] = hits or taken or [*self._others(expected)] or [f"nothing is {expected.how}"]
            yield Failure(line.span, line.span.text, self._shortened(found))

    def owed(self, line: stories.ExpectLine, expected: stories.ExpectOwed) -> Iterator[Failure]:
        """`expect owed back 2000 of short_ban`."""
        rescinded = self._rescinded(expected.rule)
        wanted = expected.amount.value if expected.amount is not None else Fraction(0)
        owed = sum((one.owed for one in rescinded), Fraction(0))
        if owed != wanted:
            each = [f"{plain(one.owed)} of {one.decision.id}" for one in rescinded]
            total = [f"{plain(owed)} in all"] if len(each) > 1 else []
            yield Failure(line.span, line.span.text, self._shortened([*total, *each] or ["nothing is rescinded"]))

    def served(self, line: stories.ExpectLine, expected: stories.ExpectServed) -> Iterator[Failure]:
        """`expect served 3d of short_ban`."""
        rescinded = self._rescinded(expected.rule)
        wanted = sum((_exactly(time) for time in expected.times), timedelta())
        served = lasting(span for one in rescinded for span in one.served)
        if served != wanted:
            each = [f"{_said_of(lasting(one.served))} of {one.decision.id}" for one in rescinded]
            total = [f"{_said_of(served)} in all"] if len(each) > 1 else []
            yield Failure(line.span, line.span.text, self._shortened([*total, *each] or ["nothing is rescinded"]))

    def _rescinded(self, rule: tree.Name | tree.Text | None) -> list[Taken]:
        """What was taken back, or what of one rule or decision."""
        found = [one for one in self._taken if one.how == "rescinded"]
        fits = self._named(rule)
        return [one for one in found if fits(one.decision)]

    # --- which decisions are meant ---

    def _fitting(
        self, among: Sequence[Decision], expected: stories.ExpectDecision | stories.ExpectTaken
    ) -> list[Decision]:
        at = self._story.read(expected.at) if expected.at is not None else None
        period = self._period(expected.period)
        fits = self._named(expected.rule)
        return [d for d in among if fits(d) and (at is None or d.at == at) and period in (None, d.period)]

    def _period(self, said: tree.Text | None) -> str | None:
        if said is None:
            return None
        if not re.fullmatch(r"\d{4}(-Q[1-4]|-W[0-5]\d|-(0[1-9]|1[0-2])(-\d\d)?)?", said.text):
            raise Wrong(
                said.span,
                f"no period is called `{said.text}`",
                'write: in period 2021, "2021-Q2", "2021-03" or "2021-03-01"',
            )
        return said.text

    def _named(self, rule: tree.Name | tree.Text | None) -> _Fits:
        """What a decision must be to be the one that is named."""
        if rule is None:
            return _Fits(None)
        said, at, place = rule.text.rpartition("@") if isinstance(rule, tree.Text) else ("", "", rule.text)
        name = said if at else rule.text
        rules = {IMPOSE} if at and name == IMPOSE else self._story.labels.rules(name)
        if not rules:
            raise Wrong(
                rule.span,
                f"the policy has no rule `{name}`",
                self._story.labels.help(name, "rule", "ladder", "sanction"),
            )
        if not at:
            return _Fits(rules)
        ticket, _, period = place.partition("/")
        if ticket not in self._story.whose:
            raise Wrong(rule.span, f"no line of this test tells of a ticket `{ticket}`")
        return _Fits(rules, ticket, period or None)

    # --- what there was instead ---

    def _instead(self, expected: stories.ExpectDecision) -> tuple[str, ...]:
        """What fired instead of a decision: the rule itself at other instants, the nearest first; what of it does not
        stand; only if it never did, other rules."""
        fired = list(self._standing)
        never: list[str | Taken] = []
        if expected.rule is not None:
            fits = self._named(expected.rule)
            rules = _Fits(fits.rules)
            fired = [decision for decision in self._standing if rules(decision)]
            never = [one for one in self._taken if rules(one.decision)]
            if not fired and not never and self._standing:
                fired, never = list(self._standing), [f"{expected.rule.text} has not fired by then; others have:"]
        if expected.at is not None:
            at = self._story.read(expected.at)
            fired.sort(key=lambda decision: abs(decision.at - at))
        if never and isinstance(never[0], Taken) and not fired:
            return self._shortened(never)
        return (*self._shortened(never, len(never)), *self._listed(fired))

    def _others(self, expected: stories.ExpectTaken) -> Iterator[str | Taken]:
        """What became of the decisions of a rule that were not taken back."""
        if expected.rule is not None:
            rules = _Fits(self._named(expected.rule).rules)
            yield from (one for one in self._taken if rules(one.decision))
            yield from (f"{self._said(one)} stands" for one in self._standing if rules(one))

    def _listed(self, decisions: Sequence[Decision]) -> tuple[str, ...]:
        return self._shortened([self._said(d) for d in decisions]) if decisions else (NO_RULE,)

    def _shortened(self, found: Sequence[str | Taken], most: int = MOST_LISTED) -> tuple[str, ...]:
        lines = [one if isinstance(one, str) else f"{self._said(one.decision)} {one.why}" for one in found]
        more = len(lines) - most
        return (*lines[:most], *([f"… and {more} more"] if more > 0 else []))

    def _said(self, decision: Decision) -> str:
        return f"{decision.rule.name} at {self._story.zone.show(decision.at)} ({decision.id})"


_EXACT = {
    "week": timedelta(weeks=1),
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
}
"""Units of time that are always equally long."""


def _exactly(time: tree.Quantity) -> timedelta:
    """How long a time is that is as long whenever it begins."""
    unit = _EXACT.get(time.unit)
    if unit is None or time.calendar is not None:
        raise Wrong(
            time.span,
            f"`{' '.join(time.span.text.split())}` is not always equally long, and time served is counted",
            "write days, hours or minutes: expect served 3d, or expect served 1 day 4 hours",
        )
    return unit * time.count.numerator / time.count.denominator


def _said_of(time: timedelta) -> str:
    """A time in the words of a policy file: `3 days`, `1 day 4 hours`."""
    minutes, rest = divmod(time, timedelta(minutes=1))
    if rest:
        return f"{plain(Fraction(time // timedelta(microseconds=1), 1_000_000))} seconds"
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    counted = ((days, "day"), (hours, "hour"), (minutes, "minute"))
    return " ".join(f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in counted if n) or "nothing"


class _Fits(msgspec.Struct, frozen=True):
    """Whether a decision is one of those rules, of that ticket, of that period (or the year in its id)."""

    rules: set[str] | None
    ticket: str | None = None
    period: str | None = None

    def __call__(self, decision: Decision) -> bool:
        if self.rules is not None and decision.rule.name not in self.rules:
            return False
        own, _, year = decision.id.rpartition("@")[2].partition("/")
        if self.period is not None and self.period not in (year, decision.period):
            return False
        return self.ticket is None or self.ticket in (own, *decision.tickets, *decision.annulled)
