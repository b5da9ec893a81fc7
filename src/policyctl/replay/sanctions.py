"""Sanctions: how long an imposed one lasts, and which of several running ones of a kind runs.

Each decision keeps its own start and end; the overlap rule only decides what runs at an instant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from policyctl.instants import Length, Zone
from policyctl.policy.form import Open
from policyctl.replay.answer import Decision, Outcome, PartOutcome, Running

OverlapRule = Literal["later", "heaviest", "extends", "consecutive"]


def impose(effect: Open, start: datetime, times: int, zone: Zone) -> Outcome:
    """A sanction that starts now. Its end is that of its longest part; one permanent part makes it permanent."""
    parts = []
    for part in effect.parts:
        length = part.length
        if length is not None and effect.each:
            length = Length(length.count * times, length.unit)
        parts.append(PartOutcome(part.name, zone.after(start, length) if length else None, part.permanent))
    permanent = any(part.permanent for part in parts)
    until = None if permanent else max(part.until for part in parts if part.until is not None)
    bundle = tuple(parts) if len(parts) > 1 or parts[0].name != effect.name else ()
    return Outcome(effect, start, until, permanent, times=times, parts=bundle)


def served_at(outcomes: Sequence[Outcome]) -> datetime | None:
    """When the sanctions of one decision are over: the end of the longest, None where it imposes none."""
    ends = [o.until for o in outcomes if o.effect.sort == "sanction" and o.until is not None]
    return max(ends, default=None)


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch in which one decision's sanction runs; `end` None is for good. `joined` are decisions that moved its
    end."""

    start: datetime
    end: datetime | None
    decision: str
    parts: tuple[PartOutcome, ...]
    length: timedelta | None
    joined: tuple[str, ...] = ()

    def covers(self, at: datetime) -> bool:
        return self.start <= at and (self.end is None or at < self.end)


def running(name: str, rule: OverlapRule, decisions: Sequence[Decision], at: datetime) -> list[Running]:
    """What runs of one kind of sanction at an instant: at most one, by the overlap rule. `decisions` in their order."""
    imposed = [
        _own(d, o) for d in decisions for o in d.outcomes if o.effect.sort == "sanction" and o.effect.name == name
    ]
    imposed = [run for run in imposed if run.start <= at and (run.end is None or run.end > run.start)]
    stretches = _ARRANGE[rule](imposed)
    covering = [run for run in stretches if run.covers(at)]
    if not covering:
        return []
    run = max(reversed(covering), key=_lasts)
    also = (*run.joined, *(own.decision for own in imposed if own.covers(at)))
    parts = _parts(run, [own for own in imposed if own.covers(at)]) if rule == "later" else run.parts
    until = run.end
    return [
        Running(
            name, run.start, until, until is None, run.decision, parts,
            tuple(dict.fromkeys(other for other in also if other != run.decision)),
        )
    ]  # fmt: skip


def _own(decision: Decision, outcome: Outcome) -> _Run:
    end = outcome.until if outcome.dropped is None else min(outcome.until or outcome.dropped, outcome.dropped)
    length = None if outcome.until is None else outcome.until - outcome.start
    return _Run(outcome.start, end, decision.id, outcome.parts, length)


def _lasts(run: _Run) -> tuple[bool, datetime]:
    return (run.end is None, run.end or run.start)


def _later(imposed: list[_Run]) -> list[_Run]:
    """Each runs to its own end; of several at one instant the later end shows."""
    return imposed


def _heaviest(imposed: list[_Run]) -> list[_Run]:
    """Only the longest runs: a longer one replaces a running one, a shorter one is absorbed; equals: the later end."""
    kept: list[_Run] = []
    for run in imposed:
        current = kept[-1] if kept and kept[-1].covers(run.start) else None
        if current is None or run.length is None or (current.length is not None and run.length >= current.length):
            if current is not None:
                kept[-1] = _Run(current.start, run.start, current.decision, current.parts, current.length)
            kept.append(run)
    return kept


def _extends(imposed: list[_Run]) -> list[_Run]:
    """A new one moves the end of the running one by its own length."""
    kept: list[_Run] = []
    for run in imposed:
        current = kept[-1] if kept and kept[-1].covers(run.start) else None
        if current is None:
            kept.append(run)
        else:
            end = None if current.end is None or run.length is None else current.end + run.length
            parts = tuple(_moved(part, run) for part in current.parts)
            joined = (*current.joined, run.decision)
            kept[-1] = _Run(current.start, end, current.decision, parts, current.length, joined)
    return kept


def _consecutive(imposed: list[_Run]) -> list[_Run]:
    """A new one starts when the one before has ended."""
    kept: list[_Run] = []
    for run in imposed:
        before = kept[-1].end if kept else run.start
        if before is None:
            continue
        wait = max(before - run.start, timedelta(0))
        parts = tuple(
            PartOutcome(part.name, part.until + wait if part.until else None, part.permanent) for part in run.parts
        )
        end = None if run.end is None else run.end + wait
        kept.append(_Run(run.start + wait, end, run.decision, parts, run.length))
    return kept


def _moved(part: PartOutcome, by: _Run) -> PartOutcome:
    if part.permanent or by.length is None:
        return PartOutcome(part.name, None, True)
    assert part.until is not None
    return PartOutcome(part.name, part.until + by.length)


def _parts(shown: _Run, runs: list[_Run]) -> tuple[PartOutcome, ...]:
    """Part by part the later end among all that run."""
    latest: dict[str, PartOutcome] = {part.name: part for part in shown.parts}
    for part in (part for run in runs for part in run.parts):
        held = latest.get(part.name)
        if held is None or (
            not held.permanent and (part.permanent or (part.until or shown.start) > (held.until or shown.start))
        ):
            latest[part.name] = part
    return tuple(latest.values())


_ARRANGE = {"later": _later, "heaviest": _heaviest, "extends": _extends, "consecutive": _consecutive}
