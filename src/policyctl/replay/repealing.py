"""A ticket is gone from now on: repealed on appeal, or made void by a rule. What it caused before stands.

Where it counted in the place of others of its group, it is found again which one counts.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from policyctl.replay.answer import LedgerEvent
from policyctl.replay.groups import find_again, taken_by_now
from policyctl.replay.leaving import repeal_entries
from policyctl.replay.state import State
from policyctl.replay.units import number


def repeal_ticket(state: State, ticket: str, instant: datetime, cause: str) -> list[tuple[str, Fraction]]:
    """A ticket leaves every measure and balance, of closed periods too; returns what left the balances, by ledger."""
    gone = taken_by_now(state, ticket)
    moved = []
    for book, points in repeal_entries(state, ticket):
        told = number(points), book.name, cause
        state.ledger_events.append(LedgerEvent(instant, state.identity, book.ledger, "repealed", *told))
        moved.append((book.ledger, number(points)))
    find_again(state, gone, instant)
    return moved
