"""Money owed back for decisions that were taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache

from policyctl.history.events import Payment
from policyctl.replay.answer import PaymentPart
from policyctl.replay.corrections import Taken
from policyctl.replay.memory import key_of
from policyctl.replay.people import names_of
from policyctl.replay.state import LeftOver, State

NOTHING = Fraction(0)


def owed_back(
    taken: Sequence[Taken], state: State, at_first: Callable[[], Mapping[str, Fraction]]
) -> tuple[list[tuple[PaymentPart, ...]], list[LeftOver]]:
    """What is owed back for each decision taken back, and what is left over in a state then.

    A payment that names the decision is owed back as far as it filled nothing. Of payments that name none, what fills
    nothing any more, up to the fine: first those that had filled it, then others that have lost their place to these.
    The oldest decision comes first, and the oldest payment. `at_first` says what was left over of payments by the
    record as it first was; of money that came after the appeal nothing else tells whether it was always too much."""
    left = {one.payment.id: one.amount for one in state.left_over}
    payments = sorted((one.payment for one in state.left_over), key=lambda one: (one.at, one.id))
    at_first = cache(at_first)
    kept = {key_of(fine.decision) for fine in state.fines if fine.ghost}
    owed: dict[int, tuple[PaymentPart, ...]] = {}
    for place in sorted(range(len(taken)), key=lambda place: (taken[place].decision.at, taken[place].decision.id)):
        one = taken[place]
        parts = list(_named(one, payments, left))
        if key_of(one.decision) not in kept:
            parts += _unnamed(one, payments, left, at_first)
        owed[place] = tuple(sorted(parts, key=lambda part: (part.at, part.payment)))
    rest = [LeftOver(one.payment, left[one.payment.id], one.exceeds) for one in state.left_over]
    return [owed[place] for place in range(len(taken))], [one for one in rest if one.amount]


def _named(taken: Taken, payments: Sequence[Payment], left: dict[str, Fraction]) -> Iterator[PaymentPart]:
    names = names_of(taken.decision)
    for payment in payments:
        if payment.decision in names and left[payment.id]:
            yield PaymentPart(payment.id, payment.at, left[payment.id])
            left[payment.id] = NOTHING


def _unnamed(
    taken: Taken,
    payments: Sequence[Payment],
    left: dict[str, Fraction],
    at_first: Callable[[], Mapping[str, Fraction]],
) -> Iterator[PaymentPart]:
    names, fines, money = names_of(taken.decision), taken.stood.fines, taken.stood.money
    named = {payment.id for payment in payments if payment.decision in names}
    filled = {part.payment: part.amount for fine in fines for part in fine.payments if part.payment not in named}
    due = sum(filled.values(), NOTHING)
    still_open = sum((fine.open for fine in fines), NOTHING)
    if due + still_open <= 0:
        return
    free = [one for one in payments if left[one.id] and one.decision is None and one.at >= taken.decision.at]
    for payment in sorted(free, key=lambda payment: payment.id not in filled):
        later = payment.at > money.until
        # What was left over all the same is not freed by taking a decision back.
        freed = left[payment.id] - (at_first() if later else money.left).get(payment.id, NOTHING)
        part = min(freed, due + still_open if later else due)
        if part > 0:
            yield PaymentPart(payment.id, payment.at, part)
            left[payment.id] -= part
            due -= part
