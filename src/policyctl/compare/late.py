"""What came on record late, as the cause of a difference: each is tried out by replays in which less is known.

Two ways in which it shows: by what was known when the platform decided the rules gave just what it recorded, or did not
impose what it did not; or the platform imposed a thing as soon as it knew of it, and the rules impose it from when it
took effect. That which made the difference is found by halving over the instants at which something came on record.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from policyctl.compare.pairing import LAG, starts
from policyctl.compare.record import Cause, CauseKind, Expected, Pair
from policyctl.compare.worlds import World, Worlds, alike
from policyctl.history.events import Appeal, Event, Override
from policyctl.replay.admit import when
from policyctl.replay.answer import Answer

_INSTANT = timedelta.resolution


class Late:
    """What came on record late in one account."""

    def __init__(self, answer: Answer, worlds: Worlds) -> None:
        self._worlds = worlds
        last = answer.known
        said = [one for one in worlds.said if last is None or one.recorded <= last]
        said.sort(key=lambda one: (one.recorded, one.id))
        self._first = _first_effects(worlds.said)
        # Most events come on record before they take effect: of these only few may have a say in anything.
        self._late = [one for one in said if _any_time(one) or one.recorded > self._first[one.id]]
        late = {id(one) for one in self._late}
        self._ordinary = [one for one in said if id(one) not in late]
        self._taken_back = {one.decision.id: one.appeal for one in answer.rescinded if not one.excess}

    def causes(self, pair: Pair) -> Iterator[Cause]:
        """What came on record only after the platform had decided, or after the rules imposed what it did not record;
        or what it imposed something upon as soon as it knew."""
        known = pair.actual.at if pair.actual is not None else _start(pair)
        later = self._between(known, None, pair)
        if later and (world := self._known(known, pair)).gives(pair):
            came = later[_first_where(later, lambda instant: not self._known(instant, pair).gives(pair))]
            yield self._cause(pair, came, known, world.other_decision(pair))
        yield from self._imposed_when_known(pair)

    def _imposed_when_known(self, pair: Pair) -> Iterator[Cause]:
        """A thing that the rules impose earlier, and that did not follow until, at most `LAG` before the platform
        imposed it, something came on record."""
        actual = pair.actual
        if actual is None or not {"wrong_start", "extra"} & {*pair.verdicts}:
            return
        start = starts(actual)
        earliest = min(start, actual.at) - LAG - _INSTANT
        delayed = self._delayed(earliest, min(actual.at, start + LAG))
        if not delayed:
            return
        for wanted in self._known(actual.at, pair).but_for_the_start(pair):
            # Only what should have been there when the thing started, and came after that, can have delayed it.
            instants = sorted(
                {one.recorded for one in delayed if self._first[one.id] <= wanted.start < one.recorded},
            )
            if not instants or self._known(instants[0] - _INSTANT, pair).imposes(wanted):
                continue
            came = self._since(instants, wanted, pair)
            if not self._known(came, pair).imposes(wanted):
                continue
            decision = wanted.decision.id
            if pair.expected is not None or self._worlds.now.imposes(wanted):
                same = pair.expected is not None and alike(pair.expected, wanted)
                yield self._cause(pair, came, None, None if same else decision)
            elif decision in self._taken_back:
                yield Cause("appeal", (self._taken_back[decision],), decision, came=came)

    def _delayed(self, after: datetime, until: datetime) -> list[Event]:
        """What came on record in this time, and only after it had taken effect."""
        late = self._late[_place(self._late, after) : _place(self._late, until)]
        return [one for one in late if one.recorded > self._first[one.id]]

    def _since(self, instants: Sequence[datetime], wanted: Expected, pair: Pair) -> datetime:
        return instants[_first_where(instants, lambda instant: self._known(instant, pair).imposes(wanted))]

    def _known(self, known: datetime, pair: Pair) -> World:
        """The world of what was on record at an instant. What came between it and the next thing that has a say does
        not matter, so one replay serves many records; where nothing came later, it is the answer itself."""
        later = self._between(known, None, pair)
        return self._worlds.known(later[0] - _INSTANT) if later else self._worlds.now

    def _cause(self, pair: Pair, came: datetime, known: datetime | None, decision: str | None) -> Cause:
        found = self._came(came, pair)
        kind: CauseKind = "late_knowledge"
        if known is not None and found and all(isinstance(one, Override) for one in found):
            kind = "override"
        elif known is not None and found and all(isinstance(one, Appeal) for one in found):
            kind = "appeal"
        return Cause(kind, tuple(one.id for one in found), decision, known=known, came=came)

    def _between(self, after: datetime, until: datetime | None, pair: Pair) -> list[datetime]:
        """The instants at which something came on record that may have a say in this."""
        found = {
            one.recorded
            for among, last in ((self._late, None), (self._ordinary, _horizon(pair)))
            for one in among[_place(among, after) : _place(among, last)]
            if self._matters(one, pair)
        }
        return sorted(instant for instant in found if until is None or instant <= until)

    def _matters(self, event: Event, pair: Pair) -> bool:
        """Whether an event may change what was imposed: what people and appeals do may at any time, all else only from
        its own instant on."""
        return _any_time(event) or self._first[event.id] <= _horizon(pair)

    def _came(self, recorded: datetime, pair: Pair) -> list[Event]:
        """What came on record at an instant."""
        said = (*self._late, *self._ordinary)
        found = {one.id: one for one in said if one.recorded == recorded and self._matters(one, pair)}
        return [found[id] for id in sorted(found)]


def _any_time(event: Event) -> bool:
    return isinstance(event, (Override, Appeal))


def _place(events: Sequence[Event], recorded: datetime | None) -> int | None:
    """Behind what had come on record at an instant; the end where there is none."""
    return None if recorded is None else bisect_right(events, recorded, key=lambda one: one.recorded)


def _horizon(pair: Pair) -> datetime:
    """The later of the two starts."""
    ends = [starts(pair.actual)] if pair.actual is not None else []
    ends += [pair.expected.start] if pair.expected is not None else []
    return max(ends)


def _first_where(instants: Sequence[datetime], holds: Callable[[datetime], bool]) -> int:
    """Where a thing begins to hold that did not hold before the first instant and holds at the last, by halving."""
    before, then = -1, len(instants) - 1
    while then - before > 1:
        middle = (before + then) // 2
        if holds(instants[middle]):
            then = middle
        else:
            before = middle
    return then


def _first_effects(said: Sequence[Event]) -> dict[str, datetime]:
    """The earliest instant at which any revision of an event takes effect, by id."""
    found: dict[str, datetime] = {}
    for one in said:
        found[one.id] = min(found.get(one.id, when(one)), when(one))
    return found


def _start(pair: Pair) -> datetime:
    assert pair.expected is not None
    return pair.expected.start
