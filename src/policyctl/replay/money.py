"""Payments: which fine they fill, what a full payment clears, and what is left over."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from msgspec.structs import replace

from policyctl.exact import plain
from policyctl.history.events import Payment, Problem
from policyctl.replay.agenda import Phase
from policyctl.replay.answer import Decision, PaymentPart
from policyctl.replay.state import Served, State


def pay(state: State, instant: datetime, payment: Payment, may_wait: bool) -> None:
    """Fill the fine that the payment names, or the open fines from the oldest; report what is left over.

    `may_wait`: tickets of this instant are still to come, and may bring the decision that the payment names."""
    if payment.decision is None:
        left = payment.amount
        while left and state.first_due < len(state.fines):
            left = _fill(state, instant, state.first_due, left, payment)
            if not state.fines[state.first_due].open:
                state.first_due += 1
        if left:
            _left_over(state, payment, left, f"{plain(left)} of payment {payment.id} fits no open fine")
        return
    decision = _decision_named(state, payment.decision)
    if decision is None:
        if may_wait:
            state.agenda.add(instant, Phase.WAITING_PAYMENTS, payment.id, payment)
            return
        _left_over(
            state,
            payment,
            payment.amount,
            f"payment {payment.id} names the decision `{payment.decision}`, which did not stand at that time",
            "payment-names-no-decision",
        )
        return
    left = payment.amount
    fine = state.fine_of.get(decision.id)
    if fine is not None:
        left = _fill(state, instant, fine, left, payment)
    if left:
        what = f"{plain(left)} of payment {payment.id} exceeds what is open of `{decision.id}`"
        _left_over(state, payment, left, what)


def _decision_named(state: State, name: str) -> Decision | None:
    """The decision that an id names, by any ticket of its step, with or without its period."""
    plain_name, slash, period = name.rpartition("/")
    if not slash or "@" not in plain_name:
        return state.named.get(name)
    decision = state.named.get(plain_name)
    return decision if decision is not None and decision.period == period else None


def _left_over(
    state: State, payment: Payment, amount: Fraction, message: str, code: str = "payment-fits-no-fine"
) -> None:
    state.problems.append(
        Problem(code=code, message=message, event=payment.id, identity=state.identity, amount=amount, error=False)
    )


def _fill(state: State, instant: datetime, place: int, left: Fraction, payment: Payment) -> Fraction:
    """Put what is left of a payment into the fine at a place; returns what is left then."""
    fine = state.fines[place]
    part = min(left, fine.open)
    if part <= 0:
        return left
    paid = replace(fine, paid=fine.paid + part, payments=(*fine.payments, PaymentPart(payment.id, instant, part)))
    state.fines[place] = paid if paid.open else replace(paid, paid_at=instant)
    if not paid.open:
        if fine.served_at is not None and fine.served_at > instant:
            state.agenda.add(fine.served_at, Phase.ENDS, fine.decision.id, Served(place))
        else:
            clear(state, instant, place)
    return left - part


def clear(state: State, instant: datetime, place: int) -> None:
    """End the live entries of the period in which the fine at a place was opened; a later period is never touched."""
    fine = state.fines[place]
    for name, number in fine.books.items():
        book = state.books.now(name)
        if book is not None and book.number == number and book.live:
            points = state.end_entries(instant, book, "cleared", fine.payments[-1].payment)
            fine = replace(fine, cleared=(*fine.cleared, (name, points)), cleared_at=instant)
    state.fines[place] = fine
