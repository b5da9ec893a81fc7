"""Why the platform recorded something else: each cause is tried out by a replay in which it is absent, never guessed.

In this order, for whoever decided otherwise is a better answer than that the record was another one then: a decision
that was taken back or is for review, people, appeals, what was not known yet, a longer sanction, another version.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from policyctl.compare.late import Late
from policyctl.compare.pairing import Gone
from policyctl.compare.record import Cause, Expected, Pair
from policyctl.compare.versions import at_another_version
from policyctl.compare.worlds import GivenUp, Worlds
from policyctl.history.events import Account, Appeal, Override
from policyctl.policy.form import FlagKind, Overlap, Policy, SanctionKind
from policyctl.replay.answer import Answer
from policyctl.source.nearest import nearest

CORRECTING = ("annulled", "reduced", "repealed")
ONE_BY_ONE = 8
"""Of several events that together are the cause, so many are tried out alone."""


def with_causes(policy: Policy, account: Account, answer: Answer, found: Sequence[Pair]) -> tuple[list[Pair], int]:
    """The pairs with the cause of each difference, where one can be shown; and for how many none was looked for."""
    search = _Search(policy, account, answer, found)
    given_up = 0
    told = []
    for pair in found:
        if pair.different:
            try:
                pair = replace(pair, cause=search.cause(pair))
            except GivenUp:
                given_up += 1
        told.append(pair)
    return told, given_up


class _Search:
    """The causes of differences in one account."""

    def __init__(self, policy: Policy, account: Account, answer: Answer, found: Sequence[Pair]) -> None:
        self._policy, self._account, self._answer, self._found = policy, account, answer, found
        self._worlds = Worlds(policy, account, answer)
        happened = [one for one in self._worlds.account.events if isinstance(one, (Override, Appeal))]
        happened = [one for one in happened if one.at <= answer.at]
        self._overrides = sorted(one.id for one in happened if isinstance(one, Override))
        self._appeals = sorted(one.id for one in happened if isinstance(one, Appeal) and one.outcome in CORRECTING)
        self._late = Late(account, answer, self._worlds)
        self._names = _imposable(policy)
        self._gone = Gone(answer)

    def cause(self, pair: Pair) -> Cause | None:
        """The cause of a difference, or None."""
        return next(self._causes(pair), None)

    def _causes(self, pair: Pair) -> Iterator[Cause]:
        actual = pair.actual
        if actual is not None and actual.name not in self._names:
            yield Cause("unknown_name", instead=nearest(actual.name, sorted(self._names)))
            return
        if actual is not None and (gone := self._gone.answers_to(actual)) is not None:
            decision, appeal, review = gone
            yield Cause("for_review" if review else "appeal", (appeal,), decision)
        for kind, events in (("override", self._overrides), ("appeal", self._appeals)):
            if events and self._worlds.without(events).gives(pair):
                yield self._caused(kind, pair, self._least(pair, events))
        yield from self._late.causes(pair)
        yield from self._covered(pair)
        yield from at_another_version(self._policy, self._answer, self._worlds, pair, self._found)

    def _caused(self, kind: str, pair: Pair, events: Sequence[str]) -> Cause:
        there = self._worlds.without(events)
        return Cause("override" if kind == "override" else "appeal", tuple(events), there.other_decision(pair))

    def _least(self, pair: Pair, events: Sequence[str]) -> Sequence[str]:
        """The one event among several that is the cause alone; all of them where none is. Those that name what the pair
        names are tried first."""
        if len(events) == 1:
            return events
        likely = sorted(events, key=lambda event: (not self._names_it(event, pair), event))
        for event in likely[:ONE_BY_ONE]:
            if self._worlds.without([event]).gives(pair):
                return [event]
        return events

    def _names_it(self, event: str, pair: Pair) -> bool:
        one = next(one for one in self._worlds.account.events if one.id == event)
        decision = pair.expected.decision if pair.expected is not None else None
        if decision is None:
            return False
        return one.decision == decision.id or one.ticket in decision.tickets or decision.confirmed == event

    # --- a longer sanction ---

    def _covered(self, pair: Pair) -> Iterator[Cause]:
        """A sanction that was not recorded, while another of its name that was recorded ran all the time."""
        wanted = pair.expected
        if pair.verdicts != ("missing",) or wanted is None or wanted.sort != "sanction":
            return
        choices = self._answer.version.choices if self._answer.version is not None else ()
        rules = {choice.sanction: choice.rule for choice in choices if isinstance(choice, Overlap)}
        if rules.get(wanted.part_of or wanted.name, "later") not in ("later", "heaviest"):
            return
        for other in self._found:
            longer = other.expected
            if longer is None or other.actual is None or other.identity != pair.identity:
                continue
            if longer.sort == "sanction" and longer.name == wanted.name and _covers(longer, wanted):
                yield Cause("covered", decision=longer.decision.id)


def _covers(longer: Expected, shorter: Expected) -> bool:
    ends_later = longer.until is None or (shorter.until is not None and longer.until >= shorter.until)
    return longer.start <= shorter.start and ends_later


def _imposable(policy: Policy) -> frozenset[str]:
    """Every name that a decision of any version can impose."""
    names = {"fine", "close_identity"}
    for version in policy.versions:
        for fact in version.facts:
            if isinstance(fact, SanctionKind):
                names |= {fact.name, *(part.name for part in fact.parts)}
            elif isinstance(fact, FlagKind):
                names.add(fact.name)
        names |= {effect.name for rule in version.rules for effect in rule.effects}
    return frozenset(names)
