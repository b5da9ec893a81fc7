"""Sanctions: how long an imposed one lasts, and which of several running ones of a kind runs.

Each decision keeps its own start and end; the overlap rule only decides what runs at an instant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from itertools import pairwise
from typing import Literal

import msgspec
from msgspec.structs import replace

from policyctl.calendar import on_next_day
from policyctl.instants import NEVER, Zone
from policyctl.policy.form import (
    Open,
    Part,
    condition_text,
)
from policyctl.replay.answer import Decision, Outcome, PartOutcome, Running

FOR_GOOD = NEVER

Factor = Fraction | int
"""How often a length counts, where that is a sum."""

OverlapRule = Literal["later", "heaviest", "extends", "consecutive"]


def impose(effect: Open, start: datetime, times: int, zone: Zone, factor: Factor = 1) -> Outcome:
    """A sanction that starts now, or after its delay; its length counts `factor` times. Its end is that of its longest
    part; one permanent part makes it permanent. Where a condition or acts must come first, its end is open."""
    if effect.begins is not None:
        parts = tuple(PartOutcome(part.name, None, part.permanent) for part in effect.parts)
        bundle = parts if len(parts) > 1 or parts[0].name != effect.name else ()
        waits = tuple(dict.fromkeys([f"next {effect.begins}", *_waits_for(effect)]))
        good = any(part.permanent for part in parts)
        return Outcome(effect, FOR_GOOD, None, good, waits, times=times, parts=bundle, factor=factor, imposed=start)
    begins = start
    if isinstance(effect.delay, str):
        begins = max(start, zone.next_dated(effect.delay, start))
    elif effect.delay is not None:
        begins = zone.after(start, effect.delay)
    elif effect.turn is not None:
        begins = on_next_day(effect.turn, start, zone)
    parts = tuple(_lasting(part, effect, begins, times, zone, factor) for part in effect.parts)
    permanent, until = end_of(parts)
    bundle = parts if len(parts) > 1 or parts[0].name != effect.name else ()
    if until is not None or permanent:
        return Outcome(effect, begins, until, permanent, times=times, parts=bundle, factor=factor)
    waits = tuple(dict.fromkeys(_waits_for(effect)))
    lengths = (earliest(part, effect, begins, times, zone, factor) for part in effect.parts)
    least = max((one for one in lengths if one is not None), default=None)
    latest = None if effect.most is None else zone.after(begins, effect.most)
    return Outcome(
        effect, begins, None, False, waits, times=times, parts=bundle, factor=factor, least=least, latest=latest
    )


def _waits_for(effect: Open) -> Iterator[str]:
    """What an open end waits for, in words of the policy."""
    for part in effect.parts:
        if part.acts is not None:
            yield f"{part.acts.count} {part.acts.act}"
    if effect.until is not None:
        yield condition_text(effect.until)


def served_at(outcomes: Sequence[Outcome]) -> datetime | None:
    """When the sanctions of one decision are over: the end of the longest, None where it imposes none. Where an end is
    open, nobody knows yet: later than every instant."""
    sanctions = [o for o in outcomes if o.effect.sort == "sanction" and not o.permanent]
    return max((o.until or FOR_GOOD for o in sanctions), default=None)


def standing(
    name: str, rule: OverlapRule, decisions: Sequence[Decision], drops: Sequence[datetime], at: datetime, zone: Zone
) -> tuple[list[Running], list[Running]]:
    """What runs of one kind of sanction at an instant, by the overlap rule: at most one; and what waits for it to end,
    in the order in which it will run.

    `decisions` of one identity, in the order of their instant and id; `drops` are the instants at which a change of
    version ended all sanctions, so that nothing imposed before runs or waits any more."""
    since = max((drop for drop in drops if drop <= at), default=None)
    imposed = [
        one
        for one in _imposed(name, decisions)
        # What a step imposes at the very instant of a change of version is imposed after it.
        if one.start <= at and (since is None or one.start >= since)
    ]
    arranged = _ARRANGE[rule](imposed, zone)
    to_come = [one for one in _imposed(name, decisions) if one.start > at and since is None]
    awaiting = [
        _Imposed(o.start, None, decision.id, o)
        for decision in decisions
        for o in decision.outcomes
        if o.effect.name == name and o.awaits_start and o.queued is None and o.dropped is None
    ]
    waiting = [_shown(name, run, run.outcome.parts, behind=True) for run in arranged if run.start > at]
    waiting += [_shown(name, run, run.outcome.parts) for run in (*to_come, *awaiting)]
    running = [run for run in arranged if run.covers(at)]
    if not running:
        return [], waiting
    shown = max(running, key=lambda run: (_lasts(run), run.outcome.permanent, _left_to_serve(run.outcome)))
    own = [run for run in imposed if run.covers(at)]
    parts = _latest_parts(shown, own) if rule == "later" else shown.outcome.parts
    also = dict.fromkeys(other for other in (*shown.joined, *(run.decision for run in own)) if other != shown.decision)
    return [_shown(name, shown, parts, tuple(also))], waiting


class Standing(msgspec.Struct, frozen=True):
    """A sanction that runs or is to come, by its decision and its place among the effects: `outcome` has the end that
    it comes to beside others of its kind, from `start` on."""

    decision: str
    number: int
    start: datetime
    outcome: Outcome


def as_they_run(
    name: str, rule: OverlapRule, decisions: Sequence[Decision], drops: Sequence[datetime], at: datetime, zone: Zone
) -> list[Standing]:
    """The sanctions of a name that run at an instant or are to come, in the terms of `standing`, in their order.

    Whoever changes one changes what there is of it then: where others of its kind moved it, it ends from now on when it
    says."""
    since = max((drop for drop in drops if drop <= at), default=None)
    imposed = [one for one in _imposed(name, decisions) if since is None or one.start >= since]
    arranged = [run for run in _ARRANGE[rule](imposed, zone) if run.end is None or run.end > at]
    found = {
        (one.decision, one.number): one
        for one in (
            Standing(decision.id, number, one.start, one)
            for decision in decisions
            for number, one in enumerate(decision.outcomes)
            if one.effect.sort == "sanction" and one.effect.name == name and one.dropped is None
            if one.until is None or one.until > at
        )
    }
    if rule in ("consecutive", "extends"):
        members = (_as_it_runs(one, run, at) for run in arranged for one in imposed if _is_of(one, run))
        found |= {(one.decision, one.number): one for one in members}
    return sorted(found.values(), key=lambda one: (one.outcome.queued or one.outcome.start, one.decision))


def _is_of(one: _Imposed, run: _Imposed) -> bool:
    """Whether a stretch is that of a sanction, moved by others, or whether that moved its end. What was lifted is over
    by itself."""
    if one.outcome.lifted is not None:
        return False
    if run.joined:
        return one.decision in run.joined
    return (one.decision, one.number) == (run.decision, run.number)


def _as_it_runs(one: _Imposed, run: _Imposed, at: datetime) -> Standing:
    own = one.outcome
    waited = run.start > one.start
    if run.covers(at) and run.end is not None and (waited or one.decision in run.joined):
        ends = {part.name: part for part in run.outcome.parts}
        parts = tuple(ends.get(part.name, part) for part in own.parts)
        own = replace(own, until=run.end, permanent=False, parts=parts, settled=True)
    return Standing(one.decision, one.number, run.start, own)


class Run(msgspec.Struct, frozen=True):
    """A stretch in which a sanction runs by one decision, after the overlap rule. `waited`: it began only when the one
    before it ended. `end` None is for good, or until the version changes; `ended` says whether it came to its end by
    itself. `parts` are those that end before it does."""

    decision: str
    start: datetime
    end: datetime | None
    waited: bool
    ended: bool
    parts: tuple[PartOutcome, ...]
    outcome: Outcome


def runs(
    name: str, rule: OverlapRule, decisions: Sequence[Decision], drops: Sequence[datetime], zone: Zone
) -> Iterator[Run]:
    """Every stretch in which a kind of sanction runs, in the terms of `standing`."""
    bounds = [None, *sorted(drops), None]
    for since, until in pairwise(bounds):
        imposed = [
            one
            for one in _imposed(name, decisions)
            if (since is None or one.start >= since) and (until is None or one.start < until)
        ]
        for run in _ARRANGE[rule](imposed, zone):
            if run.start == FOR_GOOD or (until is not None and run.start >= until):
                continue
            waited = not any(one.decision == run.decision and one.place == run.start for one in imposed)
            ended = run.end is not None and (until is None or run.end <= until) and run.end != run.outcome.lifted
            last = min(run.end or FOR_GOOD, until or FOR_GOOD)
            parts = tuple(part for part in run.outcome.parts if part.until is not None and part.until < last)
            yield Run(run.decision, run.start, run.end, waited, ended, parts, run.outcome)


def turn(
    name: str, decisions: Sequence[Decision], drops: Sequence[datetime], since: datetime, id: str, zone: Zone
) -> datetime:
    """One after the other: from when on nothing of its kind is in front of what a decision imposes since an instant;
    later than every instant where nobody knows that yet."""
    dropped = [drop for drop in drops if drop <= since]
    in_front = [one for one in _imposed(name, decisions) if (one.place, one.decision) < (since, id)]
    arranged = _consecutive([one for one in in_front if not dropped or one.place >= dropped[-1]], zone)
    return max(since, arranged[-1].end or FOR_GOOD) if arranged else since


class GaveWay(msgspec.Struct, frozen=True):
    """Under `heaviest`: the sanction of a decision that did not run to its own end because of that of another, `by`.
    It ended then, at `at`; None: it was absorbed and never ran."""

    decision: str
    by: str
    at: datetime | None


def gave_way(name: str, decisions: Sequence[Decision]) -> Iterator[GaveWay]:
    """What `heaviest` makes of the sanctions of one kind, in the terms of `standing`. `decisions` of one identity, with
    what was dropped."""
    current: _Imposed | None = None
    for run in _imposed(name, decisions):
        if current is None or not current.covers(run.start) or _dropped_by(current, run.start):
            current = run
        elif not run.at_least_as_long_as(current):
            yield GaveWay(run.decision, current.decision, None)
        else:
            yield GaveWay(current.decision, run.decision, run.start if current.start < run.start else None)
            current = run


def _dropped_by(run: _Imposed, at: datetime) -> bool:
    return run.outcome.dropped is not None and run.outcome.dropped <= at


def _imposed(name: str, decisions: Sequence[Decision]) -> Iterator[_Imposed]:
    found = [
        _Imposed(
            o.queued if o.queued is not None and o.awaits_start else o.start, o.until, decision.id, o, number=number
        )
        for decision in decisions
        for number, o in enumerate(decision.outcomes)
        if o.effect.sort == "sanction" and o.effect.name == name and (o.queued is not None or not o.awaits_start)
    ]
    # What a person confirmed starts long after its decision.
    yield from sorted(found, key=lambda one: (one.place, one.decision))


class _Imposed(msgspec.Struct, frozen=True):
    """A sanction that one decision imposed, from when to when it runs; `end` None is for good. `outcome` has its parts,
    `joined` are decisions that moved its end, `number` is its place among the effects of its decision."""

    start: datetime
    end: datetime | None
    decision: str
    outcome: Outcome
    joined: tuple[str, ...] = ()
    number: int = 0

    @property
    def place(self) -> datetime:
        """When it would have started by itself: so they stand in order."""
        return self.outcome.queued or self.start

    def covers(self, at: datetime) -> bool:
        return self.start <= at and (self.end is None or at < self.end)

    def at_least_as_long_as(self, other: _Imposed) -> bool:
        """What waits for more than time is as heavy as the time it is for: how long the rest took says nothing."""
        own, others = self.outcome.least or self.end, other.outcome.least or other.outcome.until
        if own is None or others is None:
            return own is None
        return own - self.start >= others - other.outcome.start


def _shown(
    name: str, run: _Imposed, parts: tuple[PartOutcome, ...], also: tuple[str, ...] = (), behind: bool = False
) -> Running:
    good = run.end is None and run.outcome.permanent
    waits = run.outcome.open_until if run.end is None else ()
    return Running(name, run.start, run.end, good, run.decision, parts, also, waits, behind)


def _lasts(run: _Imposed) -> datetime:
    return FOR_GOOD if run.end is None else run.end


def _left_to_serve(outcome: Outcome) -> int:
    """How many acts an open end waits for still: of several open ones that with the most ends last."""
    pairs = zip(outcome.to_serve, outcome.served, strict=True) if outcome.served and outcome.until is None else ()
    return max((needed - done for needed, done in pairs), default=0)


def _later(imposed: list[_Imposed], zone: Zone) -> list[_Imposed]:
    """Each runs to its own end; of several at one instant the later end shows."""
    return imposed


def _heaviest(imposed: list[_Imposed], zone: Zone) -> list[_Imposed]:
    """Only the longest runs: one that is no shorter replaces the running one, a shorter one is absorbed."""
    kept: list[_Imposed] = []
    for run in imposed:
        current = kept[-1] if kept and kept[-1].covers(run.start) else None
        if current is None or run.at_least_as_long_as(current):
            if current is not None:
                kept[-1] = replace(current, end=run.start)
            kept.append(run)
    return kept


def _extends(imposed: list[_Imposed], zone: Zone) -> list[_Imposed]:
    """A new one moves the end of the running one, part by part, by its own length."""
    kept: list[_Imposed] = []
    for run in imposed:
        current = kept[-1] if kept and kept[-1].covers(run.start) else None
        if current is None:
            kept.append(run)
            continue
        parts = tuple(_extended(current.outcome, run.outcome, zone))
        permanent, end = end_of(parts)
        bundle = parts if current.outcome.parts or run.outcome.parts else ()
        longer = replace(current.outcome, parts=bundle, until=end, permanent=permanent)
        if end is None and not permanent:
            longer = replace(longer, open_until=longer.open_until or run.outcome.open_until)
        kept[-1] = replace(current, end=end, outcome=longer, joined=(*current.joined, run.decision))
    return kept


def _extended(current: Outcome, by: Outcome, zone: Zone) -> Iterator[PartOutcome]:
    """The parts of a running sanction, each extended by its own length, one that is over by then from now on. A part
    that only one of the two has (versions may differ) keeps its own end."""
    new = {part.name: part for part in by.opened.parts}
    ends = {part.name: part for part in by.parts or (_whole(by),)}
    running = {part.name: part for part in current.parts or (_whole(current),)}
    for part in running.values():
        longer = new.get(part.name)
        if longer is None or part.until is None:
            yield part
        elif _ends_when_said(by):
            said = ends[part.name].until
            yield part if said is not None and said <= part.until else ends[part.name]
        else:
            yield _lasting(longer, by.opened, max(part.until, by.start), by.times, zone, by.factor)
    yield from (part for part in ends.values() if part.name not in running)


def _consecutive(imposed: list[_Imposed], zone: Zone) -> list[_Imposed]:
    """A new one starts when the one before has ended, and lasts from then."""
    kept: list[_Imposed] = []
    for run in imposed:
        start = max(run.start, kept[-1].end) if kept and kept[-1].end is not None else run.start
        if kept and kept[-1].end is None:
            if not kept[-1].outcome.permanent:  # it comes behind that, and nobody knows yet when
                kept.append(replace(run, start=FOR_GOOD, end=None))
            continue
        outcome = run.outcome
        if not _ends_when_said(outcome):
            outcome = _begun_later(outcome, start, zone)
        if outcome.until is None or start < outcome.until:
            kept.append(replace(run, start=start, end=outcome.until, outcome=outcome))
    return kept


def _begun_later(outcome: Outcome, start: datetime, zone: Zone) -> Outcome:
    """The same from a later start on, its delay being over; what was moved lasts as long as it did then."""
    if not outcome.moved:
        effect = msgspec.structs.replace(outcome.opened, delay=None, begins=None, turn=None)
        return impose(effect, start, outcome.times, zone, outcome.factor)
    later = start - outcome.start
    parts = tuple(replace(part, until=part.until and part.until + later) for part in outcome.parts)
    return replace(outcome, start=start, until=outcome.until and outcome.until + later, parts=parts)


def _ends_when_said(outcome: Outcome) -> bool:
    """Whether it was said when it ends, so that it does not last longer for starting later."""
    effect = outcome.opened
    if outcome.settled:
        return True
    parts = (part for part in effect.parts if not part.permanent)
    return outcome.lifted is not None or effect.until is not None or any(part.time is None for part in parts)


def _lasting(part: Part, effect: Open, start: datetime, times: int, zone: Zone, factor: Factor = 1) -> PartOutcome:
    until = earliest(part, effect, start, times, zone, factor)
    if part.acts is not None or (effect.until is not None and not part.permanent):
        until = None
    return PartOutcome(part.name, until, part.permanent)


def earliest(part: Part, effect: Open, start: datetime, times: int, zone: Zone, factor: Factor) -> datetime | None:
    """When the length of a part is over, or its day has come; None where it has none."""
    if part.day is not None:
        return max(start, zone.next_dated(part.day, start))
    if part.time is None:
        return None
    until = zone.after(start, part.time.times(int(factor * (times if effect.each else 1))))
    return until if effect.most is None else min(until, zone.after(start, effect.most))


def _whole(outcome: Outcome) -> PartOutcome:
    return PartOutcome(outcome.effect.name, outcome.until, outcome.permanent)


def end_of(parts: Sequence[PartOutcome]) -> tuple[bool, datetime | None]:
    """Whether any part is permanent; if none, the end of the longest, None where an end is open."""
    if any(part.permanent for part in parts):
        return True, None
    ends = [part.until for part in parts if part.until is not None]
    return False, max(ends) if ends and len(ends) == len(parts) else None


def _latest_parts(shown: _Imposed, runs: Sequence[_Imposed]) -> tuple[PartOutcome, ...]:
    """Part by part the later end among all that run."""
    latest = {part.name: part for part in shown.outcome.parts}
    for part in (part for run in runs for part in run.outcome.parts):
        held = latest.setdefault(part.name, part)
        if held.until is not None and (part.until is None or part.until > held.until):
            latest[part.name] = part
    return tuple(latest.values())


_ARRANGE: dict[OverlapRule, Callable[[list[_Imposed], Zone], list[_Imposed]]] = {
    "later": _later,
    "heaviest": _heaviest,
    "extends": _extends,
    "consecutive": _consecutive,
}
