"""The order of rows: by instant; within an instant by the phases of `docs/semantics.md`, then by id."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from policyctl.replay.agenda import Phase
from policyctl.replay.sanctions import FOR_GOOD
from policyctl.timeline.rows import Row

EVALUATED, ENDED, RESET, VERSION, KEPT, PEOPLE, PAID, MEASURED, ACT, STEP, WAITED, DECIDED, UNKNOWN = range(13)
"""Scheduled evaluations, ends, resets, versions, streaks, appeals and overrides, payments, metrics, acts, tickets,
payments that waited for a decision of their instant; last, what the platform says it decided, and what nobody can
read."""

ACTED: Final = {
    Phase.EVALUATIONS: EVALUATED,
    Phase.ENDS: ENDED,
    Phase.RESETS: RESET,
    Phase.VERSIONS: VERSION,
    Phase.STREAKS: KEPT,
    Phase.PEOPLE: PEOPLE,
    Phase.PAYMENTS: PAID,
    Phase.METRICS: MEASURED,
    Phase.ACTS: ACT,
    Phase.TICKETS: STEP,
    Phase.WAITING_PAYMENTS: WAITED,
}
"""Where the phases of a replay stand."""

OF_KIND: Final = {
    "appeal": PEOPLE,
    "override": PEOPLE,
    "payment": PAID,
    "metric": MEASURED,
    "act": ACT,
    "ticket": STEP,
    "decided": DECIDED,
}
"""Where the kinds of events stand."""


def sort_key(row: Row) -> tuple[datetime, int, str, int, str, str]:
    """The order of effect; what has no instant comes last."""
    return (row.at or FOR_GOOD, *row.place, row.identity or "")
