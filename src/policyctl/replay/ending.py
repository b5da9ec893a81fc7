"""How decisions ended: fines paid, waived or dropped, sanctions dropped or lifted; and the time they took."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from policyctl.instants import Zone
from policyctl.policy.form import Overlap, Version
from policyctl.replay.answer import Decision, Outcome, PartOutcome
from policyctl.replay.fines import FineRecord
from policyctl.replay.sanctions import FOR_GOOD, OverlapRule, Standing, as_they_run, runs

if TYPE_CHECKING:
    from policyctl.replay.state import State

Interval = tuple[datetime, datetime]
"""Time from an instant up to, not including, another."""


def ended(state: State, decision: Decision) -> Decision:
    """A decision with what became of it by now."""
    fines = iter(state.fines_of(decision))
    outcomes = tuple(
        _fine(outcome, next(fines, None))
        if outcome.effect.sort == "fine"
        else _sanction(state, outcome, state.lifted.get((decision.id, place)))
        for place, outcome in enumerate(decision.outcomes)
    )
    return decision if outcomes == decision.outcomes else replace(decision, outcomes=outcomes)


def still_running(state: State, decision: Decision, instant: datetime) -> dict[int, Outcome]:
    """What a person can end of a decision at an instant, by its places: sanctions that run or are to come, as they run
    beside others; a closure."""
    outcomes = ended(state, decision).outcomes
    names = {outcome.effect.name for outcome in outcomes if outcome.effect.sort == "sanction"}
    found = {
        one.number: one.outcome
        for name in sorted(names)
        for one in standing_sanctions(state, name, instant)
        if one.decision == decision.id
    }
    closed = {place: one for place, one in enumerate(outcomes) if one.effect.sort == "close" and one.lifted is None}
    return dict(sorted((found | closed).items()))


def standing_sanctions(state: State, name: str, at: datetime) -> list[Standing]:
    """The sanctions of a name that run or are to come, by the overlap rule in force."""
    decisions = [ended(state, decision) for decision in state.decisions]
    return as_they_run(name, overlap_of(state.version, name), decisions, state.sanctions_dropped, at, state.zone)


def in_front(state: State, name: str, at: datetime) -> list[Standing]:
    """Those of them that a rule can change: of sanctions that run one after the other, only the first."""
    found = standing_sanctions(state, name, at)
    return found[:1] if overlap_of(state.version, name) == "consecutive" else found


def overlap_of(version: Version | None, name: str) -> OverlapRule:
    """How sanctions of a name overlap."""
    choices = version.choices if version is not None else ()
    return next((one.rule for one in choices if isinstance(one, Overlap) and one.sanction == name), "later")


def _sanction(state: State, outcome: Outcome, lifted: datetime | None) -> Outcome:
    if outcome.effect.sort not in ("sanction", "close"):
        return outcome
    if state.sanctions_dropped and outcome.effect.sort == "sanction":
        # What a step imposes at the very instant of a change of version is imposed after it.
        imposed = outcome.imposed or outcome.start
        drop = next((drop for drop in state.sanctions_dropped if drop > imposed), None)
        if drop is not None and (outcome.until is None or outcome.until > drop):
            outcome = replace(outcome, dropped=drop, start=min(outcome.start, drop))
    if lifted is None:
        return outcome
    parts = tuple(
        PartOutcome(part.name, lifted if part.until is None else min(part.until, lifted)) for part in outcome.parts
    )
    return replace(
        outcome,
        start=min(lifted, outcome.start),
        until=lifted,
        permanent=False,
        parts=parts,
        dropped=None,
        lifted=lifted,
    )


def _fine(outcome: Outcome, fine: FineRecord | None) -> Outcome:
    if fine is None:
        return outcome
    if fine.dropped is not None:
        return replace(outcome, until=fine.dropped, open_until=(), dropped=fine.dropped)
    over = None if fine.is_open else fine.paid_at or fine.waived_at
    return outcome if over is None else replace(outcome, until=over, open_until=())


# --- the time that a decision took ------------------------------------------------------------------------------------


class Arrangement(Struct, frozen=True):
    """What the overlap rules make of sanctions: the rule by the name of the sanction, where it is not that each runs to
    its own end; and the instants at which a change of version ended all."""

    rules: Mapping[str, OverlapRule]
    drops: Sequence[datetime]
    zone: Zone

    def ran(self, name: str, decisions: Iterable[Decision]) -> Iterator[tuple[str, Interval]]:
        """Every interval in which a kind of sanction ran by some decisions, each with its decision."""
        rule = self.rules.get(name, "later")
        if rule != "later":
            for run in runs(name, rule, list(decisions), self.drops, self.zone):
                dropped = (drop for drop in self.drops if drop > run.start)
                yield run.decision, (run.start, min([run.end or FOR_GOOD, *dropped]))
            return
        for decision in decisions:
            for outcome in decision.outcomes:
                if outcome.effect.sort == "sanction" and outcome.effect.name == name:
                    yield decision.id, _interval(outcome)

    def taken(self, name: str, decision: Decision, stood: Sequence[Decision], left: Decision | None) -> list[Interval]:
        """The time that one of the decisions that stood took: in which its sanction ran, and in which no such sanction
        would have run without it, or with what was `left` of it."""
        ran = list(self.ran(name, stood))
        without = [one for one in stood if one.id != decision.id] + ([] if left is None else [left])
        without = [_not_queued(one, name, decision) for one in without] if left is None else without
        free = less_of((interval for _, interval in ran), (interval for _, interval in self.ran(name, without)))
        return free if left is not None else _joined([*free, *(interval for id, interval in ran if id == decision.id)])


def _not_queued(one: Decision, name: str, before: Decision) -> Decision:
    """A decision without the sanctions that waited behind those of another one: without that they would not have run
    when they did. When they would have is known where the others stand."""
    places = [outcome.queued or outcome.start for outcome in before.outcomes if outcome.effect.name == name]
    stays = tuple(
        outcome
        for outcome in one.outcomes
        if outcome.effect.name != name or outcome.queued is None or outcome.queued < min(places, default=FOR_GOOD)
    )
    return one if len(stays) == len(one.outcomes) else replace(one, outcomes=stays)


def time_served(
    decision: Decision,
    stood: Callable[[], Sequence[Decision]],
    left: Decision | None,
    standing: Sequence[Decision],
    until: datetime,
    arrangement: Arrangement,
) -> tuple[Interval, ...]:
    """The time up to an instant that a decision took, with those that `stood` then, and no standing one covers: a
    sanction is covered by one of the same name that runs and by a closure, a closure by a closure. `left` is what was
    left of it, where it only became lighter."""
    # What is left of it may stand otherwise by now: the two are one decision, and neither extends the other.
    stands = [standing, [] if left is None else [*(one for one in standing if one.id != left.id), left]]
    closed = [_interval(o) for these in stands for one in these for o in one.outcomes if o.effect.sort == "close"]
    free: list[Interval] = []
    for outcome in decision.outcomes:
        name = outcome.effect.name
        if outcome.effect.sort == "close":
            free += less_of([_interval(outcome)], closed)
        elif outcome.effect.sort == "sanction":
            arranged = arrangement.rules.get(name, "later") != "later"
            took = arrangement.taken(name, decision, stood(), left) if arranged else [_interval(outcome)]
            ran = (interval for these in stands for _, interval in arrangement.ran(name, these))
            free += less_of(took, [*closed, *ran])
    return tuple(_joined((start, min(end, until)) for start, end in free if start < until))


def ran_longer(
    taken: Decision,
    stood: Sequence[Decision],
    stands: Sequence[Sequence[Decision]],
    others: Iterable[tuple[Decision, Decision | None]],
    told: dict[str, list[Interval]],
    until: datetime,
    arrangement: Arrangement,
) -> tuple[Interval, ...]:
    """The time up to an instant in which the sanctions of a decision ran, with those that `stood` then, and in which
    none runs by any of the lists of decisions in `stands`. Where sanctions of a name do not simply run side by side, it
    is all that ran of it; what is told of `others` that were taken back with the same correction, each with what is
    left of it, is theirs, and so is what was `told` already."""
    closed = [_interval(o) for these in stands for one in these for o in one.outcomes if o.effect.sort == "close"]
    free: list[Interval] = []
    for name in sorted({one.effect.name for one in taken.outcomes if one.effect.sort == "sanction"}):
        side_by_side = arrangement.rules.get(name, "later") == "later"
        ran = [time for id, time in arrangement.ran(name, stood) if id == taken.id or not side_by_side]
        covers = [*closed, *(time for these in stands for _, time in arrangement.ran(name, these))]
        if not side_by_side:
            covers += (time for one, left in others for time in arrangement.taken(name, one, stood, left))
            covers += told.get(name, ())
        free += (more := less_of(ran, covers))
        told.setdefault(name, []).extend(more)
    return tuple(_joined((start, min(end, until)) for start, end in free if start < until))


def _interval(outcome: Outcome) -> Interval:
    return outcome.start, outcome.dropped or outcome.until or FOR_GOOD


def less_of(intervals: Iterable[Interval], covers: Iterable[Interval]) -> list[Interval]:
    """What is left of intervals of time without others."""
    left = [interval for interval in intervals if interval[0] < interval[1]]
    for cover in covers:
        left = [piece for interval in left for piece in _without(interval, cover)]
    return left


def _without(interval: Interval, cover: Interval) -> Iterator[Interval]:
    start, end = interval
    if cover[0] >= cover[1] or cover[1] <= start or end <= cover[0]:
        yield interval
        return
    if start < cover[0]:
        yield start, cover[0]
    if cover[1] < end:
        yield cover[1], end


def lasting(intervals: Iterable[Interval]) -> timedelta:
    """How long stretches of time are together that may overlap: each moment counts once."""
    return sum((end - start for start, end in _joined(intervals)), timedelta())


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    joined: list[Interval] = []
    for start, end in sorted(intervals):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
