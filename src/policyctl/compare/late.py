"""What came on record late, as the cause of a difference: each is tried out by replays in which less is known.

Two ways in which it shows: by what was known when the platform decided the rules gave just what it recorded, or did not
impose what it did not; or the platform imposed a thing as soon as it knew of it, and the rules impose it from when it
took effect. That which made the difference is found by halving over the instants at which something came on record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from policyctl.compare.pairing import LAG, starts
from policyctl.compare.record import Cause, CauseKind, Expected, Pair
from policyctl.compare.worlds import Worlds, alike
from policyctl.history.events import Account, Appeal, Decided, Event, Override
from policyctl.replay.admit import when
from policyctl.replay.answer import Answer

_INSTANT = timedelta.resolution


class Late:
    """What came on record late in one account."""

    def __init__(self, account: Account, answer: Answer, worlds: Worlds) -> None:
        self._said, self._answer, self._worlds = account.said or account.events, answer, worlds
        self._first = _first_effects(self._said)
        self._taken_back = {one.decision.id: one.appeal for one in answer.rescinded}

    def causes(self, pair: Pair) -> Iterator[Cause]:
        """What came on record only after the platform had decided, or after the rules imposed what it did not record;
        or what it imposed something upon as soon as it knew."""
        known = pair.actual.at if pair.actual is not None else _start(pair)
        later = self._between(known, None, pair)
        if later and self._worlds.known(known).gives(pair):
            came = later[_first_where(later, lambda instant: not self._worlds.known(instant).gives(pair))]
            yield self._cause(pair, came, known, self._worlds.known(known).other_decision(pair))
        yield from self._imposed_when_known(pair)

    def _imposed_when_known(self, pair: Pair) -> Iterator[Cause]:
        """A thing that the rules impose earlier, and that did not follow until, at most `LAG` before the platform
        imposed it, something came on record."""
        actual = pair.actual
        if actual is None or not {"wrong_start", "extra"} & {*pair.verdicts}:
            return
        start = starts(actual)
        earliest = min(start, actual.at) - LAG - _INSTANT
        later = self._between(earliest, min(actual.at, start + LAG), pair)
        if not later:
            return
        for wanted in self._worlds.known(actual.at).but_for_the_start(pair):
            # Only what came on record after the thing should have started can have delayed it.
            instants = [instant for instant in later if instant > wanted.start]
            if not instants or self._worlds.known(instants[0] - _INSTANT).imposes(wanted):
                continue
            came = self._since(instants, wanted)
            if not self._worlds.known(came).imposes(wanted):
                continue
            decision = wanted.decision.id
            if pair.expected is not None or self._worlds.now.imposes(wanted):
                same = pair.expected is not None and alike(pair.expected, wanted)
                yield self._cause(pair, came, None, None if same else decision)
            elif decision in self._taken_back:
                yield Cause("appeal", (self._taken_back[decision],), decision, came=came)

    def _since(self, instants: Sequence[datetime], wanted: Expected) -> datetime:
        return instants[_first_where(instants, lambda instant: self._worlds.known(instant).imposes(wanted))]

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
        ends = [one for one in (until, self._answer.known) if one is not None]
        last = min(ends, default=None)
        return sorted(
            {
                one.recorded
                for one in self._said
                if one.recorded > after and (last is None or one.recorded <= last) and self._matters(one, pair)
            }
        )

    def _matters(self, event: Event, pair: Pair) -> bool:
        """Whether an event may change what was imposed: what people and appeals do may at any time, all else only from
        its own instant on."""
        if isinstance(event, (Override, Appeal)):
            return True
        ends = [starts(pair.actual)] if pair.actual is not None else []
        ends += [pair.expected.start] if pair.expected is not None else []
        return not isinstance(event, Decided) and self._first[event.id] <= max(ends)

    def _came(self, recorded: datetime, pair: Pair) -> list[Event]:
        """What came on record at an instant."""
        found = {one.id: one for one in self._said if one.recorded == recorded and self._matters(one, pair)}
        return [found[id] for id in sorted(found)]


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
