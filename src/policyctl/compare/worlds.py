"""Other replays of one account, to try causes out: with less known, without some events, under other versions.

Each replays the one identity that is asked about, once. How much they may go through together depends on the size of
the account alone, never on the time they take.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from policyctl.compare.expected import expected
from policyctl.compare.pairing import by_event, differences, pairs, starts
from policyctl.compare.record import Expected, Pair
from policyctl.history.events import Account, Appeal, Decided, Event
from policyctl.history.known import known_at
from policyctl.policy.form import Policy
from policyctl.replay.admit import admit, when
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay

WORK, LEAST, EACH = 100_000, 3, 200
"""Events that all other replays of an account may go through together; how often, at least, they may go through all of
it; and as how many events each replay counts in any case. A correction goes once more through what lies between the
ticket and its appeal."""

_INSTANT = timedelta.resolution


class GivenUp(Exception):
    """The other replays have gone through too much already."""


class World(msgspec.Struct, frozen=True):
    """Another answer: the pairs by record of the platform, and what it imposes."""

    answer: Answer
    pairs: Mapping[str, Pair]
    expected: tuple[Expected, ...]

    def gives(self, pair: Pair) -> bool:
        """Whether it explains a difference: it gives just what was recorded, or does not give what was not."""
        if pair.actual is not None:
            return {*self.pairs[pair.actual.id].verdicts} <= {"same", *pair.beside}
        assert pair.expected is not None
        return not self.imposes(pair.expected)

    def imposes(self, wanted: Expected) -> bool:
        """Whether it imposes a thing from the same instant on."""
        return any(alike(one, wanted) for one in self.expected)

    def other_decision(self, pair: Pair) -> str | None:
        """The decision of this world that gives what was recorded, where it is another one than the rules'."""
        if pair.actual is None:
            return None
        found = self.pairs[pair.actual.id].expected
        if found is None or (pair.expected is not None and found.decision.id == pair.expected.decision.id):
            return None
        return found.decision.id

    def but_for_the_start(self, pair: Pair) -> list[Expected]:
        """What it imposes just as it was recorded, but from another instant on: what answers to the record here, or
        else what answers to none, the nearest first."""
        actual = pair.actual
        assert actual is not None
        found = self.pairs[actual.id].expected
        if found is not None:
            among = [found]
        else:
            taken = [one.expected for one in self.pairs.values() if one.expected is not None]
            free = [one for one in self.expected if one.name == actual.name and one.decision.identity == pair.identity]
            among = [one for one in free if not any(alike(one, other) for other in taken)]
        among.sort(key=lambda one: (abs(starts(actual) - one.start), one.decision.id, one.place))
        return [one for one in among if {*differences(actual, one)} - {*pair.beside} == {"wrong_start"}]


class Budget:
    """What is left of what other replays may go through."""

    def __init__(self, account: Account, at: datetime) -> None:
        self._left = max(WORK, LEAST * work(account.events, at))

    def spend(self, work: int) -> None:
        """Take that much away; what would go below nothing is not begun."""
        if work > self._left:
            raise GivenUp
        self._left -= work


class Worlds:
    """The other worlds of one identity of an account. Identities are replayed apart, so what happened to another one
    changes nothing here."""

    def __init__(
        self, policy: Policy, account: Account, answer: Answer, identity: str, now: World, budget: Budget
    ) -> None:
        self._policy, self._answer, self._budget = policy, answer, budget
        self._recorded = [one for one in answer.recorded if one.identity == identity]
        self.now = now
        # `known_at` settles what was known, so an earlier instant has to begin with all that the file says.
        self._all = _of(policy, account, answer, identity)
        self.account = known_at(self._all, answer.known)
        self.said: Sequence[Event] = self._all.said or self._all.events
        self._found: dict[object, World] = {}

    def known(self, known: datetime) -> World:
        """By what was on record at an instant."""
        account = known_at(self._all, known)
        return self._look(("known", known), account)

    def without(self, events: Iterable[str]) -> World:
        """By a record without some events."""
        gone = frozenset(events)
        if not gone:
            return self.now
        account = replace(self.account, events=tuple(one for one in self.account.events if one.id not in gone))
        return self._look(("without", gone), account)

    def under(self, policy: Policy, name: object) -> World:
        """By other versions of the policy, which go by a name."""
        return self._look(("under", name), self.account, policy)

    def _look(self, key: object, account: Account, policy: Policy | None = None) -> World:
        found = self._found.get(key)
        if found is None:
            at = self._answer.at
            self._budget.spend(work(account.events, at) + len(self._recorded) + EACH)
            answer = replay(policy or self._policy, account, at)
            paired = by_event(pairs(answer, self._recorded))
            found = self._found[key] = World(answer, paired, tuple(expected(answer)))
        return found


def _of(policy: Policy, account: Account, answer: Answer, identity: str) -> Account:
    """The account without what the platform recorded, and without what certainly concerns other identities."""
    said = account.said or account.events
    identities: dict[str, set[str | None]] = {}
    for one in said:
        identities.setdefault(one.id, set()).add(one.identity)
    whose: Mapping[str, str] = {}
    # Where a revision says another identity, which one an event concerns depends on what was known.
    if all(len(named) == 1 for named in identities.values()):
        whose = admit(policy, answer.zone, known_at(account, None), answer.at).whose
    mine = [one for one in said if not isinstance(one, Decided) and whose.get(one.id, identity) == identity]
    kept = {one.id for one in mine}
    events = tuple(one for one in account.events if one.id in kept)
    return replace(account, events=events, said=tuple(mine) if account.said else (), problems=(), left_out=())


def work(events: Sequence[Event], at: datetime) -> int:
    """How many events a replay up to an instant goes through: each once, and for each correction once more those from
    its ticket up to the appeal."""
    effects = {one.id: when(one) for one in events}
    instants = sorted(instant for instant in effects.values() if instant <= at)
    count = len(instants)
    cut: datetime | None = None
    for one in sorted(
        (one for one in events if isinstance(one, Appeal) and one.outcome in ("annulled", "reduced")),
        key=lambda appeal: (appeal.recorded, appeal.at, appeal.id),
    ):
        cut = one.at if cut is None else max(cut, one.at)
        touched = effects.get(one.ticket or "")
        if touched is not None:
            count += max(0, bisect_right(instants, min(cut, at)) - bisect_left(instants, touched))
    return count


def alike(one: Expected, other: Expected) -> bool:
    """Whether two answers impose one thing, from the same instant on."""
    return (one.decision.identity, one.sort, one.name, one.part_of, one.start) == (
        other.decision.identity,
        other.sort,
        other.name,
        other.part_of,
        other.start,
    )
