"""Other replays of one account, to try causes out: with less known, without some events, under other versions.

Each is replayed once. How many there may be depends on the size of the account alone, never on the time they take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from policyctl.compare.expected import expected
from policyctl.compare.pairing import by_event, differences, pairs, starts
from policyctl.compare.record import Expected, Pair
from policyctl.history.events import Account
from policyctl.history.known import known_at
from policyctl.policy.form import Policy
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay

WORK, MOST, LEAST = 100_000, 400, 12
"""Events that all other replays of an account may go through together; the most and the fewest replays."""


class GivenUp(Exception):
    """There were too many replays already."""


class World(msgspec.Struct, frozen=True):
    """Another answer: the pairs by record of the platform, and what it imposes."""

    answer: Answer
    pairs: Mapping[str, Pair]
    expected: tuple[Expected, ...]

    def gives(self, pair: Pair) -> bool:
        """Whether it explains a difference: it gives just what was recorded, or does not give what was not."""
        if pair.actual is not None:
            return self.pairs[pair.actual.id].verdicts == ("same",)
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
        return [one for one in among if differences(actual, one) == ("wrong_start",)]


class Worlds:
    """The other worlds of an account."""

    def __init__(self, policy: Policy, account: Account, answer: Answer) -> None:
        self._policy, self._answer = policy, answer
        self.account = known_at(account, answer.known)
        # `known_at` settles what was known, so an earlier instant has to begin with all that the file says.
        self._all = account
        self._found: dict[object, World] = {}
        self.now = World(answer, by_event(pairs(answer, answer.recorded)), tuple(expected(answer)))
        self._left = min(MOST, max(LEAST, WORK // max(len(account.events), 1)))

    def known(self, known: datetime) -> World:
        """By what was on record at an instant."""
        return self._look(("known", known), lambda: replay(self._policy, self._all, self._answer.at, known))

    def without(self, events: Iterable[str]) -> World:
        """By a record without some events."""
        gone = frozenset(events)
        account = replace(self.account, events=tuple(one for one in self.account.events if one.id not in gone))
        return self._look(("without", gone), lambda: replay(self._policy, account, self._answer.at))

    def under(self, policy: Policy, name: object) -> World:
        """By other versions of the policy, which go by a name."""
        return self._look(("under", name), lambda: replay(policy, self.account, self._answer.at))

    def _look(self, key: object, replayed: Callable[[], Answer]) -> World:
        found = self._found.get(key)
        if found is None:
            if not self._left:
                raise GivenUp
            self._left -= 1
            answer = replayed()
            paired = by_event(pairs(answer, self._answer.recorded))
            found = self._found[key] = World(answer, paired, tuple(expected(answer)))
        return found


def alike(one: Expected, other: Expected) -> bool:
    """Whether two answers impose one thing, from the same instant on."""
    return (one.decision.identity, one.sort, one.name, one.part_of, one.start) == (
        other.decision.identity,
        other.sort,
        other.name,
        other.part_of,
        other.start,
    )
