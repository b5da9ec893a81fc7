"""Why the platform recorded something else: each cause is tried out by a replay in which it is absent, never guessed.

In this order, for whoever decided otherwise is a better answer than that the record was another one then: a decision
that was taken back or is for review, people, appeals, what was not known yet, a longer sanction, another version.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec.structs import replace

from policyctl.compare.expected import expected
from policyctl.compare.late import Late
from policyctl.compare.pairing import Gone, by_event
from policyctl.compare.record import Cause, Expected, Pair
from policyctl.compare.versions import at_another_version
from policyctl.compare.worlds import Budget, GivenUp, World, Worlds
from policyctl.history.events import Account, Appeal, Override
from policyctl.history.known import known_at
from policyctl.policy.form import FlagKind, Overlap, Policy, SanctionKind
from policyctl.replay.answer import Answer
from policyctl.source.nearest import nearest

CORRECTING = ("annulled", "reduced", "repealed")


def with_causes(policy: Policy, account: Account, answer: Answer, found: Sequence[Pair]) -> tuple[list[Pair], int]:
    """The pairs with the cause of each difference, where one can be shown; and for how many the search was not brought
    to an end without one."""
    now = World(answer, by_event(found), tuple(expected(answer)))
    budget = Budget(known_at(account, answer.known), answer.at)
    searches: dict[str, _Search] = {}
    given_up = 0
    told = []
    for pair in found:
        if pair.different:
            search = searches.get(pair.identity)
            if search is None:
                worlds = Worlds(policy, account, answer, pair.identity, now, budget)
                search = searches[pair.identity] = _Search(policy, answer, found, worlds)
            cause, ended = search.cause(pair)
            given_up += cause is None and not ended
            pair = replace(pair, cause=cause)
        told.append(pair)
    # Last, for it may take the replays that the others need.
    return [_partly(pair, searches) for pair in told], given_up


def _partly(pair: Pair, searches: Mapping[str, _Search]) -> Pair:
    """A pair with the causes of some of its differences, where no cause explains them together."""
    if pair.cause is not None or len(pair.verdicts) < 2:
        return pair
    found = []
    for verdict in pair.verdicts:
        others = tuple(one for one in pair.verdicts if one != verdict)
        cause, _ = searches[pair.identity].cause(replace(pair, verdicts=(verdict,), beside=others))
        if cause is not None:
            found.append((verdict, cause))
    return replace(pair, partly=tuple(found))


class _Search:
    """The causes of differences in one identity of an account."""

    def __init__(self, policy: Policy, answer: Answer, found: Sequence[Pair], worlds: Worlds) -> None:
        self._policy, self._answer, self._found, self._worlds = policy, answer, found, worlds
        happened = [one for one in worlds.account.events if isinstance(one, (Override, Appeal)) and one.at <= answer.at]
        happened.sort(key=lambda one: (one.recorded, one.at, one.id))
        self._events = {one.id: one for one in happened}
        self._overrides = [one.id for one in happened if isinstance(one, Override)]
        self._appeals = [one.id for one in happened if isinstance(one, Appeal) and one.outcome in CORRECTING]
        self._late = Late(answer, worlds)
        self._names = _imposable(policy)
        self._gone = Gone(answer)

    def cause(self, pair: Pair) -> tuple[Cause | None, bool]:
        """The cause of a difference, or None; and whether the search came to its end. Where one kind of cause would
        take too many replays, others may do with those that there were."""
        ended = True
        for causes in self._causes(pair):
            try:
                for cause in causes:
                    return cause, True
            except GivenUp:
                ended = False
        return None, ended

    def _causes(self, pair: Pair) -> Iterator[Iterator[Cause]]:
        actual = pair.actual
        if actual is not None and actual.name not in self._names:
            yield iter([Cause("unknown_name", instead=nearest(actual.name, sorted(self._names)))])
            return
        if actual is not None and (gone := self._gone.answers_to(actual)) is not None:
            decision, appeal, review = gone
            yield iter([Cause("for_review" if review else "appeal", (appeal,), decision)])
        yield self._by_people("override", self._overrides, pair)
        yield self._by_people("appeal", self._appeals, pair)
        yield self._late.causes(pair)
        yield self._covered(pair)
        yield at_another_version(self._policy, self._answer, self._worlds, pair, self._found)

    def _by_people(self, kind: Literal["override", "appeal"], events: Sequence[str], pair: Pair) -> Iterator[Cause]:
        """What people did, or appeals: without all of them the rules give just what was recorded."""
        if not events or not self._worlds.without(events).gives(pair):
            return
        least = self._least(pair, events)
        yield Cause(kind, tuple(sorted(least)), self._worlds.without(least).other_decision(pair))

    def _least(self, pair: Pair, events: Sequence[str]) -> Sequence[str]:
        """Of several events one that is the cause alone: one that names what the pair names, or one found by halving
        over the order in which they came on record. Where none is, or too many replays were needed, as few as were
        found that are it together."""
        alone = next((event for event in events if self._names_it(event, pair)), None)
        first, last = 0, len(events)
        try:
            if alone is not None and len(events) > 1 and self._worlds.without([alone]).gives(pair):
                return [alone]
            # Without all from `first` on the rules give it; without those from `last` on they do not.
            while last - first > 1:
                middle = (first + last) // 2
                if self._worlds.without(events[middle:]).gives(pair):
                    first = middle
                else:
                    last = middle
            if self._worlds.without([events[first]]).gives(pair):
                return [events[first]]
        except GivenUp:
            pass
        return events[first:]

    def _names_it(self, event: str, pair: Pair) -> bool:
        one = self._events[event]
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
