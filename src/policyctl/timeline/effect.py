"""The order of effect: what each thing changed, where it took effect, and what else happened then.

Assumes a policy that was loaded and an account that was read. Every event of the file has one row, also those that are
left out or not known; every decision, review and rescission of the answer has one, and so has every ledger event that
no other row tells of.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator
from datetime import datetime

from policyctl.history.events import Account
from policyctl.policy.form import Policy, Version
from policyctl.replay.agenda import Phase
from policyctl.replay.answer import LedgerEvent
from policyctl.replay.course import Moved, Turn
from policyctl.replay.memory import KeptFine
from policyctl.replay.replay import Identity, Replayed, replayed
from policyctl.replay.sanctions import FOR_GOOD, Run
from policyctl.timeline.events import event_rows
from policyctl.timeline.inventory import by_id, sayings
from policyctl.timeline.places import ACTED, ENDED, PEOPLE, RESET, STEP, VERSION, sort_key
from policyctl.timeline.rows import (
    DecisionRow,
    FlagRow,
    LedgerRow,
    RescindedRow,
    ReviewRow,
    Row,
    SanctionRow,
    Timeline,
    VersionRow,
)

OF_PERIODS = (
    "reset",
    "blocked",
    "reset_undone",
    "reset_made",
    "carried",
    "came_back",
    "carried_back",
    "superseded",
    "counts_again",
)
"""Kinds of ledger events that have a row of their own wherever they come from."""


def in_order_of_effect(policy: Policy, account: Account, at: datetime, known: datetime | None = None) -> Timeline:
    """The timeline of an account, as of an instant, by what was known at another (None: by all that is on record)."""
    found = replayed(policy, account, at, known)
    return Timeline(found.answer, "effect", tuple(effect_rows(found, account)))


def effect_rows(found: Replayed, account: Account) -> list[Row]:
    """The rows in order of effect of a replay."""
    rows: list[Row] = []
    turns: list[Turn] = []
    for part in found.identities:
        behind = {(run.decision, name) for name, run in part.sanction_runs(found.answer.version) if run.waited}
        for turn in part.course():
            turns.append(turn)
            rows += _of_turn(part, turn, behind)
        rows += _sanctions(part, found.answer.version, found.answer.at)
    rows += event_rows(found, by_id(sayings(account)), turns)
    rows += _of_answer(found)
    return sorted(rows, key=sort_key)


def _of_answer(found: Replayed) -> Iterator[Row]:
    """What corrections took back, and brought up for review."""
    for one in found.answer.rescinded:
        place = (PEOPLE, one.appeal, 2, one.decision.id)
        yield RescindedRow(at=one.at, place=place, identity=one.decision.identity, rescinded=one)
    for review in found.answer.for_review:
        decision = review.decision
        place = (STEP, "", 1, decision.id)
        yield ReviewRow(at=decision.at, place=place, identity=decision.identity, review=review)


# --- what happened ----------------------------------------------------------------------------------------------------


def _of_turn(part: Identity, turn: Turn, behind: Collection[tuple[str, str]]) -> Iterator[Row]:
    """What one thing that happened changed, but for the rows of events."""
    identity, phase, tie = part.state.identity, ACTED[turn.phase], _tie(turn)
    alone = [event for event in turn.ledger_events if tells_alone(turn, event)]
    by_rules = _moved_by_rules(turn, {event.ledger for event in alone})
    last = max((decision.id for decision in turn.decisions), default="")
    for decision in turn.decisions:
        moved = by_rules if decision.id == last else ()
        place = (phase, tie, 1, decision.id)
        waits = frozenset(name for id, name in behind if id == decision.id)
        yield DecisionRow(at=turn.at, place=place, identity=identity, decision=decision, moved=moved, behind=waits)
    if isinstance(turn.what, Version):
        yield _version(part, turn, turn.what)
    for number, event in enumerate(alone):
        place = (phase, event.ledger, 0, "") if phase in (RESET, ENDED) else (phase, tie, 3, f"{number:04}")
        # Of several resets of one ledger that were decided again together, the last one tells where it came to.
        final = all(other.ledger != event.ledger for other in alone[number + 1 :])
        moved = tuple(one for one in turn.moved if final and not one.late and one.ledger == event.ledger)
        stays = isinstance(turn.what, KeptFine)
        yield LedgerRow(at=turn.at, place=place, identity=identity, event=event, moved=moved, stays=stays)
    opened = {outcome.effect.name for decision in turn.decisions for outcome in decision.outcomes}
    for flag in (*turn.lowered, *(flag for flag in turn.raised if flag not in opened)):
        place = (phase, tie if phase not in (RESET, ENDED) else "\U0010ffff", 4, flag)
        yield FlagRow(at=turn.at, place=place, identity=identity, flag=flag, up=flag in turn.raised)


def _moved_by_rules(turn: Turn, alone: Container[str]) -> tuple[Moved, ...]:
    """The balances that no other row tells of: what rules did in a step of tickets, or where no event is."""
    if turn.phase not in (Phase.TICKETS, Phase.EVALUATIONS, Phase.ENDS, Phase.RESETS, Phase.STREAKS):
        return ()
    return tuple(one for one in turn.moved if not one.late and one.ledger not in alone)


def tells_alone(turn: Turn, event: LedgerEvent) -> bool:
    """Whether a ledger event has a row of its own, and is not told with the event, the version or the decision that
    caused it."""
    by_rule = any(decision.id == event.cause for decision in turn.decisions)
    alone = (turn.phase is Phase.ENDS and not by_rule) or isinstance(turn.what, KeptFine)
    return event.kind in OF_PERIODS or alone


def _tie(turn: Turn) -> str:
    """What stands for a turn among those of its phase: the id of its event; the tickets of an instant are one step. A
    clearing that stays comes last."""
    if turn.phase is Phase.TICKETS:
        return ""
    if isinstance(turn.what, KeptFine):
        return "\U0010ffff"
    return getattr(turn.what, "id", "")


def _version(part: Identity, turn: Turn, version: Version) -> VersionRow:
    dropped = [
        decision.id
        for decision in part.decisions
        if any(outcome.effect.sort == "sanction" and outcome.dropped == turn.at for outcome in decision.outcomes)
    ]
    return VersionRow(
        at=turn.at,
        place=(VERSION, "", 0, ""),
        identity=part.state.identity,
        version=version,
        ended=tuple(event for event in turn.ledger_events if not tells_alone(turn, event)),
        moved=turn.moved,
        dropped=turn.dropped,
        sanctions_dropped=tuple(dropped),
    )


# --- sanctions --------------------------------------------------------------------------------------------------------


def _sanctions(part: Identity, version: Version | None, at: datetime) -> Iterator[SanctionRow]:
    """Where sanctions began after they had waited, and ended; all ends that somebody or something else brought about
    are told there."""
    runs: dict[str, list[Run]] = {}
    for name, run in part.sanction_runs(version):
        runs.setdefault(name, []).append(run)
    identity = part.state.identity
    for name, stretches in runs.items():
        for run in stretches:
            if run.waited and run.start <= at:
                place = (ENDED, name, 1, run.decision)
                yield SanctionRow(
                    at=run.start, place=place, identity=identity, sanction=name, decision=run.decision, what="began"
                )
            for until in sorted({p.until for p in run.parts if p.until is not None and run.start < p.until <= at}):
                yield SanctionRow(
                    at=until,
                    place=(ENDED, name, 0, run.decision),
                    identity=identity,
                    sanction=name,
                    decision=run.decision,
                    what="part_ended",
                    parts=tuple(part for part in run.parts if part.until == until),
                )
            if run.ended and run.end is not None and run.end <= at:
                yield SanctionRow(
                    at=run.end,
                    place=(ENDED, name, 0, run.decision),
                    identity=identity,
                    sanction=name,
                    decision=run.decision,
                    what="ended",
                    by=_by(stretches, run.end),
                )


def _by(runs: list[Run], at: datetime) -> str | None:
    """The decision by which a sanction runs at an instant: of several the one that ends last."""
    running = [run for run in runs if run.start <= at and (run.end is None or at < run.end)]
    return max(running, key=lambda run: run.end or FOR_GOOD).decision if running else None
