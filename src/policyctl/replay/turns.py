"""Turns of time: resets, and changes of version."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from policyctl.policy.form import Version
from policyctl.replay.answer import Decision, LedgerEvent
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.conditions import Seen, holds, level
from policyctl.replay.state import State, ledger_kinds


def reset(state: State, instant: datetime, units: list[object]) -> None:
    """Decide every reset of this instant from inside the closing periods, on one state; then apply them."""
    version = state.version
    if version is None:
        return
    seen = Seen(instant, instant - JUST_AFTER)
    kinds = ledger_kinds(version)
    due = [period for period in version.periods if period.every in units]
    happen = [p for p in due if p.unless is None or not holds(p.unless, version, state, seen)]
    for period in due:
        book = state.books.now(period.ledger)
        assert book is not None
        if period in happen:
            state.end_entries(instant, book, "reset", None)
            state.open_book(kinds[period.ledger], period.every, instant)
        else:
            state.ledger_events.append(
                LedgerEvent(instant, state.identity, period.ledger, "blocked", book.live_points(), book.name)
            )
    state.lower_flags()


def change_version(state: State, instant: datetime, version: Version) -> None:
    """The transition: what it says of entries, fines and sanctions; then the new version is in force."""
    transition, old = version.transition, state.version
    state.version = version
    if old is not None and transition is not None:
        kinds, periods = ledger_kinds(version), {p.ledger: p.every for p in version.periods}
        for move in transition.ledgers:
            book = state.books.now(move.ledger)
            if book is None:
                continue
            if move.entries != "carry":
                state.end_entries(instant, book, "version", version.since)
            if move.entries == "drop":
                state.forget(move.ledger)
            if move.entries == "drop":
                state.open_book(kinds.get(move.ledger, book.kind), periods.get(move.ledger), instant)
            elif move.ledger in kinds:
                book.under(kinds[move.ledger])
                state.changed()
        if transition.fines == "drop":
            for fine in (f for f in state.fines if f.open):
                fine.dropped = instant
        if transition.sanctions == "drop":
            state.sanctions_dropped.append(instant)
            state.decisions = [_dropped(decision, instant) for decision in state.decisions]
    state.open_books(version, instant, old)
    state.lower_flags()
    if transition is not None:
        for rule in version.rules:
            latch = state.latch(rule, version, instant)
            now = level(rule, version, state, Seen(instant, instant))
            counted = now if transition.reached == "as_reached" else 0
            # What the version before had counted, and outranked, is so still; what only the change counts is not.
            latch.outranked = latch.outranked and counted == latch.counted
            latch.counted = counted


def _dropped(decision: Decision, instant: datetime) -> Decision:
    outcomes = tuple(
        replace(o, dropped=instant)
        if o.effect.sort == "sanction" and o.dropped is None and (o.until is None or o.until > instant)
        else o
        for o in decision.outcomes
    )
    return replace(decision, outcomes=outcomes)
