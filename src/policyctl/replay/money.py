"""Payments: which fine they fill, what a full payment clears, and what is left over."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from msgspec.structs import replace

from policyctl.history.events import Payment
from policyctl.replay.agenda import Phase
from policyctl.replay.answer import PaymentPart
from policyctl.replay.applying import name, reopen_fine
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.ends import clear
from policyctl.replay.memory import KeptFine, key_of
from policyctl.replay.occasions import Happening
from policyctl.replay.records import LeftOver, SanctionOver
from policyctl.replay.state import State


def pay(state: State, instant: datetime, payment: Payment, may_wait: bool) -> None:
    """Fill the fines of the decision that the payment names, or the open fines from the oldest; note what is left over.

    `may_wait`: tickets of this instant are still to come, and may bring the decision that the payment names."""
    if payment.decision is None:
        left = payment.amount
        while left and (due := _oldest(state)):
            for place in due:
                left = _fill(state, instant, place, left, payment)
        if left:
            state.left_over.append(LeftOver(payment, left))
        return
    decision = state.decision_named(payment.decision)
    if decision is None:
        if may_wait:
            state.agenda.add(instant, Phase.WAITING_PAYMENTS, payment.id, payment)
        else:
            state.left_over.append(LeftOver(payment, payment.amount))
        return
    left = payment.amount
    for place in state.fine_places(decision):
        left = _fill(state, instant, place, left, payment)
    if left:
        state.left_over.append(LeftOver(payment, left, decision.id))


def _oldest(state: State) -> list[int]:
    """The places of the fines that take money and were opened first, all at one instant, in the order of their
    decisions' ids."""
    fines = state.fines
    while state.first_due < len(fines) and not fines[state.first_due].is_open:
        state.first_due += 1
    due: list[int] = []
    for place in range(state.first_due, len(fines)):
        if due and fines[place].opened != fines[due[0]].opened:
            break
        if state.room(place) > 0:
            due.append(place)
    return sorted(due, key=lambda place: fines[place].decision.id)


def _fill(state: State, instant: datetime, place: int, left: Fraction, payment: Payment) -> Fraction:
    """Put what is left of a payment into the fine at a place; returns what is left then."""
    fine = state.fines[place]
    part = min(left, state.room(place))
    if part <= 0:
        return left
    paid = replace(fine, paid=fine.paid + part, payments=(*fine.payments, PaymentPart(payment.id, instant, part)))
    state.fines[place] = paid if paid.is_open else replace(paid, paid_at=instant)
    if not paid.is_open:
        state.happens(Happening("fine", fine.decision.rule.name, "paid", payment.id))
        if fine.served_at is not None and fine.served_at > instant:
            # An end that nobody knows yet is later than all that is asked about.
            state.agenda.add(fine.served_at, Phase.ENDS, fine.decision.id, SanctionOver(place))
        else:
            clear(state, instant, place)
    return left - part


def clear_after_sanction(state: State, instant: datetime, place: int) -> None:
    """The sanction that the paid fine at a place waits for is over, unless a person ended it before."""
    if state.fines[place].served_at == instant:
        clear(state, instant, place, ended=instant - JUST_AFTER)


def keep_clearing(state: State, kept: KeptFine) -> None:
    """Open the fine of a decision that was taken back, unless it stands again, so that its payment clears as before."""
    if not any(key_of(decision) == key_of(kept.fine.decision) for decision in reversed(state.decisions)):
        name(state, kept.fine.decision)
        reopen_fine(state, kept.fine)


def clear_again(state: State, instant: datetime, phase: Phase, kept: KeptFine) -> None:
    """What a fine had cleared stays cleared, whatever pays it now, and when."""
    old = kept.fine
    for place in state.fine_of.get(key_of(old.decision), ()):
        fine = state.fines[place]
        if (fine.opened, fine.effect) == (old.opened, old.effect):
            ended = instant - JUST_AFTER if phase is Phase.ENDS else None
            clear(state, instant, place, ended=ended, cause=old.payments[-1].payment)
