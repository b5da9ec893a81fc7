"""Payments in the second reader: which fines they fill, and what a fine that is paid clears."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from policyctl.history.events import Payment
from tests.second_reader.facts import Anomaly, Book, Decision, Fine, LedgerTold
from tests.second_reader.measures import Ground


def named(decisions: Sequence[Decision], id: str) -> Decision | None:
    """The decision that a payment names, by any ticket of its step, with the year that its id has, if any. Where that
    is none: one by a ticket that belongs to it, without its year, or one of the running period with it."""
    rule, _, about = id.rpartition("@")
    ticket, slash, period = about.partition("/")
    found = [d for d in decisions if d.rule.name == rule and (ticket in d.step or d.id == id)]
    own = [d for d in found if ticket in d.tickets]
    whole = [d for d in (*own, *found) if whole_name(d, id)]
    rest = [d for d in found if not _year(d) and d.period == period] if slash else own
    return next(iter(whole + rest), None)


def whole_name(decision: Decision, id: str) -> bool:
    """Whether an id names a decision with all that its own id says."""
    rule, _, about = id.rpartition("@")
    ticket, _, year = about.partition("/")
    return decision.id == id or (decision.rule.name == rule and ticket in decision.step and _year(decision) == year)


def _year(decision: Decision) -> str:
    """The year that stands in the id of a decision about a closed period."""
    return decision.id.rpartition("@")[2].partition("/")[2]


def pay(payment: Payment, fines: Sequence[Fine], code: str, ground: Ground, now: datetime) -> Anomaly | None:
    """Fill the open ones of some fines from the oldest on; what is left over is an anomaly of that code."""
    left = payment.amount
    for fine in sorted(fines, key=lambda f: (f.at, f.decision)):
        part = min(left, fine.takes)
        if part > 0:
            fine.paid += part
            fine.payments.append((payment.id, now, part))
            left -= part
            if fine.open == 0:
                fine.ended_at, fine.waits = now, True
                if fine.served is None or fine.served <= now:
                    clear(fine, ground, now)
    return Anomaly(code, payment.id, None, left) if left > 0 else None


def clear(fine: Fine, ground: Ground, now: datetime) -> None:
    """End the live entries of the books that were running when the fine was opened, where they still are."""
    fine.waits, fine.done = False, True
    for book in fine.books:
        if ground.running(book.ledger) is not book:
            continue
        _end(fine, book, ground, now, fine.payments[-1][0])


def clear_again(fine: Fine, old: Fine, ground: Ground, now: datetime) -> None:
    """What a fine had cleared at this instant stays cleared, whether it is paid now or was before."""
    for book in fine.books:
        if ground.running(book.ledger) is book:
            _end(fine, book, ground, now, old.payments[-1][0])


def _end(fine: Fine, book: Book, ground: Ground, now: datetime, cause: str) -> None:
    live = [entry for entry in ground.entries if entry.book is book and entry.live]
    for entry in live:
        entry.end(now)
    if live:
        points = sum((entry.points for entry in live), Fraction(0))
        before = dict(fine.cleared)
        fine.cleared[:] = {**before, book.ledger: before.get(book.ledger, Fraction(0)) + points}.items()
        fine.cleared_at = now
        ground.told.append(LedgerTold(now, book.ledger, "cleared", points, book.name, cause))
