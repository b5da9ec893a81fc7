"""Money owed back for decisions that were taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from policyctl.history.events import Payment
from policyctl.replay.answer import PaymentPart
from policyctl.replay.corrections import Taken
from policyctl.replay.fines import FineRecord
from policyctl.replay.memory import Key, key_of
from policyctl.replay.people import loose_names_of, names_of
from policyctl.replay.records import LeftOver
from policyctl.replay.state import State

NOTHING = Fraction(0)


def owed_back(
    taken: Sequence[Taken], state: State, without: Callable[[Taken], State]
) -> tuple[list[tuple[PaymentPart, ...]], list[LeftOver]]:
    """What is owed back for each decision taken back, and what is left over in a state then. `without` is the state
    without the correction that took a decision back and all later ones, at the same instant.

    First come the payments that name a decision, as far as they fill nothing. Then, of those that name none, what had
    filled the fine and fills nothing now. Then, as far as that money has found another fine, what other payments have
    lost to it. Each time the oldest decision comes first, and the oldest payment."""
    left, before = _left(state), dict[int, State]()
    claims = [_Claim(one) for one in sorted(taken, key=lambda one: (one.decision.at, one.decision.id))]
    payments = sorted((one.payment for one in state.left_over), key=lambda one: (one.at, one.id))
    exact = state.named.keys() | {name for one in state.reviews for name in names_of(one.decision)}
    exact |= {name for claim in claims for name in claim.names}
    for claim in claims:
        claim.names |= loose_names_of(claim.taken.decision) - exact
    named = [one for one in payments if one.decision is not None]
    for claim in claims:
        for payment in (one for one in named if one.decision in claim.names):
            claim.take(payment, left[payment.id], left)
    kept = {key_of(fine.decision) for fine in state.fines if fine.ghost}
    free = [payment for payment in payments if left[payment.id]]
    place = {payment.id: place for place, payment in enumerate(free)}
    fines = dict[int, dict[Key, list[FineRecord]]]()
    fined = [claim for claim in claims if claim.has_fine and claim.key not in kept] if free else []
    for claim in fined:
        if claim.taken.corrected not in before:
            before[claim.taken.corrected] = found = without(claim.taken)
            fines[claim.taken.corrected] = _fines(found)
        by_name = {payment.id for payment in named if payment.decision in claim.names}
        filled = claim.filled(fines[claim.taken.corrected].get(claim.key, ()), by_name)
        for payment in (free[at] for at in sorted(place[id] for id in filled if id in place)):
            claim.take(payment, min(left[payment.id], filled[payment.id]), left)
    # What filled nothing in any of these replays either was always too much: nobody has lost it.
    over = [_left(state) for state in before.values()]
    always = {payment.id: min(amounts.get(payment.id, NOTHING) for amounts in over) for payment in free if over}
    for claim in (one for one in fined if one.due):
        for payment in (one for one in free if one.at >= claim.taken.decision.at):
            claim.take(payment, min(left[payment.id] - always[payment.id], claim.due), left)
    parts = {claim.key: claim.parts() for claim in claims}
    rest = (LeftOver(one.payment, left[one.payment.id], one.exceeds) for one in state.left_over)
    return [parts[key_of(one.decision)] for one in taken], [one for one in rest if one.amount]


class _Claim:
    """What is owed back for one decision. `due` is what payments without a name had filled of its fine, and what is
    not found yet."""

    def __init__(self, taken: Taken) -> None:
        self.taken, self.key, self.names = taken, key_of(taken.decision), names_of(taken.decision)
        self.has_fine = any(outcome.effect.sort == "fine" for outcome in taken.decision.outcomes)
        self.due = NOTHING
        self._found: dict[str, PaymentPart] = {}

    def filled(self, fines: Iterable[FineRecord], but: set[str]) -> dict[str, Fraction]:
        """What each payment, but those that name it, had filled of its fines; that is due from now on."""
        filled: defaultdict[str, Fraction] = defaultdict(Fraction)
        for fine in fines:
            for part in (part for part in fine.payments if part.payment not in but):
                filled[part.payment] += part.amount
        self.due = sum(filled.values(), NOTHING)
        return filled

    def take(self, payment: Payment, amount: Fraction, left: dict[str, Fraction]) -> None:
        """Take an amount of what is left of a payment."""
        if amount > 0:
            found = self._found.get(payment.id)
            more = amount if found is None else found.amount + amount
            self._found[payment.id] = PaymentPart(payment.id, payment.at, more)
            left[payment.id] -= amount
            self.due -= amount

    def parts(self) -> tuple[PaymentPart, ...]:
        """What is owed back of which payment."""
        return tuple(sorted(self._found.values(), key=lambda part: (part.at, part.payment)))


def _fines(state: State) -> dict[Key, list[FineRecord]]:
    """The fines of each decision, but for those that only go on for their clearing."""
    found: defaultdict[Key, list[FineRecord]] = defaultdict(list)
    for fine in state.fines:
        if not fine.ghost:
            found[key_of(fine.decision)].append(fine)
    return dict(found)


def _left(state: State) -> dict[str, Fraction]:
    return {one.payment.id: one.amount for one in state.left_over}
