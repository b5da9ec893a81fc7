"""How decisions ended: fines paid, waived or dropped, sanctions dropped or lifted; and the time they took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from policyctl.replay.answer import Decision, Outcome, PartOutcome
from policyctl.replay.fines import FineRecord
from policyctl.replay.sanctions import FOR_GOOD

if TYPE_CHECKING:
    from policyctl.replay.state import State

Stretch = tuple[datetime, datetime]
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


def still_running(state: State, decision: Decision, instant: datetime) -> tuple[int, ...]:
    """The places of the outcomes that a person can end at an instant: sanctions that run or are to come, a closure."""
    return tuple(
        place
        for place, outcome in enumerate(ended(state, decision).outcomes)
        if outcome.effect.sort in ("sanction", "close")
        and outcome.lifted is None
        and outcome.dropped is None
        and (outcome.until is None or outcome.until > instant)
    )


def _sanction(state: State, outcome: Outcome, lifted: datetime | None) -> Outcome:
    if outcome.effect.sort not in ("sanction", "close"):
        return outcome
    if outcome.effect.sort == "sanction":
        # What a step imposes at the very instant of a change of version is imposed after it.
        drop = next((drop for drop in state.sanctions_dropped if drop > outcome.start), None)
        if drop is not None and (outcome.until is None or outcome.until > drop):
            outcome = replace(outcome, dropped=drop)
    if lifted is None:
        return outcome
    parts = tuple(
        PartOutcome(part.name, lifted if part.until is None else min(part.until, lifted)) for part in outcome.parts
    )
    return replace(outcome, until=lifted, permanent=False, parts=parts, dropped=None, lifted=lifted)


def _fine(outcome: Outcome, fine: FineRecord | None) -> Outcome:
    if fine is None:
        return outcome
    if fine.dropped is not None:
        return replace(outcome, until=fine.dropped, open_until=(), dropped=fine.dropped)
    over = fine.paid_at or fine.waived_at
    return outcome if over is None else replace(outcome, until=over, open_until=())


# --- the time that a decision took ------------------------------------------------------------------------------------


def served(taken: Decision, standing: Iterable[Decision], until: datetime) -> tuple[Stretch, ...]:
    """The time up to an instant that a decision took and no standing one covers: a sanction is covered by one of the
    same name and by a closure, a closure by a closure."""
    covers = list(standing)
    free: list[Stretch] = []
    for outcome in taken.outcomes:
        if outcome.effect.sort in ("sanction", "close"):
            left = [stretch for stretch in (_stretch(outcome, until),) if stretch[0] < stretch[1]]
            for cover in _covering(outcome, covers):
                left = [piece for stretch in left for piece in _without(stretch, _stretch(cover, until))]
            free += left
    return tuple(_joined(free))


def _covering(outcome: Outcome, decisions: Iterable[Decision]) -> Iterator[Outcome]:
    for other in (other for decision in decisions for other in decision.outcomes):
        same = other.effect.sort == "sanction" == outcome.effect.sort and other.effect.name == outcome.effect.name
        if same or other.effect.sort == "close":
            yield other


def _stretch(outcome: Outcome, until: datetime) -> Stretch:
    return outcome.start, min(outcome.dropped or outcome.until or FOR_GOOD, until)


def _without(stretch: Stretch, cover: Stretch) -> Iterator[Stretch]:
    start, end = stretch
    if cover[0] >= cover[1] or cover[1] <= start or end <= cover[0]:
        yield stretch
        return
    if start < cover[0]:
        yield start, cover[0]
    if cover[1] < end:
        yield cover[1], end


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
