"""Money owed back for decisions that were taken back, and for times of such that stand with fewer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

from policyctl.history.events import Payment
from policyctl.replay.answer import PaymentPart
from policyctl.replay.fines import FineRecord
from policyctl.replay.memory import Key, key_of
from policyctl.replay.people import loose_names_of, names_of
from policyctl.replay.records import LeftOver
from policyctl.replay.state import State
from policyctl.replay.taken import Taken, own_outcomes, times_of

NOTHING = Fraction(0)


def owed_back(
    taken: Sequence[Taken], state: State, without: Callable[[Taken], State]
) -> tuple[list[tuple[PaymentPart, ...]], list[LeftOver]]:
    """What is owed back for each decision taken back, and what is left over in a state then. `without` is the state
    without the correction that took a decision back and all later ones, at the same instant.

    First come the payments that name a decision, as far as they fill nothing. Then, of those that name none, what had
    filled the fine and fills nothing now. Then, as far as that money has found another fine, what other payments have
    lost to it. Each time the oldest decision comes first, and the oldest payment. For an excess, each time, only what
    had filled the fine beyond that of the times which were left.

    Say P1 paid a fine of 100 for M, and P2 one of 100 for N; neither names a decision. M is taken back. Now P1 fills
    the fine for N, the only one there is, and P2 fills nothing. What had filled the fine for M was P1; nothing of it is
    left over, so 100 are missing. They come from what P2 lost to it: the 100 of P2 are owed back for M."""
    left, before = _left(state), dict[int, _Before]()
    claims = [_Claim(one) for one in taken]
    in_order = sorted(claims, key=lambda claim: claim.place)
    payments = sorted((one.payment for one in state.left_over), key=lambda one: (one.at, one.id))
    exact = state.named.keys() | {name for one in state.reviews for name in names_of(one.decision)}
    exact |= {name for claim in claims for name in claim.names}
    for claim in claims:
        claim.names |= loose_names_of(claim.taken.decision) - exact

    def demand(claim: _Claim) -> None:
        if claim.taken.corrected not in before:
            before[claim.taken.corrected] = _Before(without(claim.taken))
        claim.demand(before[claim.taken.corrected].fines.get(claim.key, ()))

    by_name = [payment for payment in payments if payment.decision is not None]
    for claim in in_order:
        named = [payment for payment in by_name if payment.decision in claim.names]
        claim.by_name = {payment.id for payment in named}
        if named and claim.excess and claim.has_fine:
            demand(claim)
        for payment in named:
            claim.take(payment, claim.filled(payment) if claim.excess else payment.amount, left)
    kept = {key_of(fine.decision) for fine in state.fines if fine.ghost}
    free = [payment for payment in payments if left[payment.id]]
    place = {payment.id: place for place, payment in enumerate(free)}
    # Where a clearing stays, its fine goes on; what had been paid beyond the fine that goes on has bought nothing.
    fined = [claim for claim in in_order if claim.has_fine and (claim.excess or claim.key not in kept)]
    for claim in fined if free else ():
        if not (claim.by_name and claim.excess):  # that one has asked
            demand(claim)
        for payment in (free[at] for at in sorted(place[id] for id in claim.fillers() if id in place)):
            claim.take(payment, claim.filled(payment), left)
    # What filled nothing in any of these replays either was always too much: nobody has lost it.
    over = [one.left for one in before.values()]
    always = {payment.id: min(amounts.get(payment.id, NOTHING) for amounts in over) for payment in free if over}
    for claim in (one for one in fined if one.due > 0):
        for payment in (one for one in free if one.at >= claim.taken.decision.at):
            claim.take(payment, min(left[payment.id] - always[payment.id], claim.due), left)
    rest = (LeftOver(one.payment, left[one.payment.id], one.exceeds) for one in state.left_over)
    return [claim.parts() for claim in claims], [one for one in rest if one.amount]


def paid_then(taken: Taken) -> tuple[PaymentPart, ...]:
    """What the fine of a decision had been filled with when it was taken back."""
    fines = (fine for fine in taken.before.state.fines_of(taken.decision) if not fine.ghost)
    return _by_payment(part for part in _parts(fines) if part.at < taken.at)


def freed(taken: Taken) -> tuple[PaymentPart, ...]:
    """What of it the fine that is left has no place for: of an excess what is behind its amount."""
    return _by_payment(beyond(paid_then(taken), _stays(taken))) if taken.excess else paid_then(taken)


def beyond(parts: Iterable[PaymentPart], amount: Fraction) -> Iterator[PaymentPart]:
    """What of some parts is behind an amount, in the order in which they came."""
    for part in sorted(parts, key=lambda part: (part.at, part.payment)):
        more = max(part.amount - amount, NOTHING)
        amount = max(amount - part.amount, NOTHING)
        if more:
            yield PaymentPart(part.payment, part.at, more)


def fills_now(taken: Taken, state: State) -> tuple[tuple[str, PaymentPart], ...]:
    """What the payments fill now that had filled the fine of a decision taken back, each part with its decision."""
    payments = {part.payment for part in paid_then(taken)}
    fines = [fine for fine in state.fines if not fine.ghost and payments]
    found = ((fine.decision.id, part) for fine in fines for part in fine.payments if part.payment in payments)
    return tuple(sorted(found, key=lambda one: (one[1].at, one[1].payment, one[0], one[1].amount)))


def kept(taken: Taken, state: State) -> tuple[PaymentPart, ...]:
    """What still fills the fine of a decision taken back, because the clearing that it bought stays."""
    return _by_payment(_parts(fine for fine in state.fines_of(taken.decision) if fine.ghost))


def _by_payment(parts: Iterable[PaymentPart]) -> tuple[PaymentPart, ...]:
    """Parts of several fines of one decision, those of one payment together."""
    found = dict[str, PaymentPart]()
    for part in parts:
        before = found.get(part.payment)
        amount = part.amount if before is None else before.amount + part.amount
        found[part.payment] = PaymentPart(part.payment, part.at, amount)
    return tuple(sorted(found.values(), key=lambda part: (part.at, part.payment)))


def _stays(taken: Taken) -> Fraction:
    """What the fine of a decision is with the times that are left: what the correction made of it, where these are its
    times, for not every time has to cost the same; else in proportion."""
    now = taken.stays if taken.stays is not None and times_of(taken.stays) == taken.left else taken.decision
    fines = (one for one in own_outcomes(now) if one.effect.sort == "fine")
    parts = ((one.amount or NOTHING, Fraction(taken.left, one.times) if one.effect.each else 1) for one in fines)
    return sum((amount * part for amount, part in parts), NOTHING)


class _Claim:
    """What is owed back for one decision, or for its `excess`. `due` is what had filled its fine and is not found yet;
    for a whole decision, what payments without its name had: those that name it are owed back in any case."""

    def __init__(self, taken: Taken) -> None:
        self.taken, self.key, self.names = taken, key_of(taken.decision), names_of(taken.decision)
        self.excess, self.by_name = taken.excess, set[str]()
        self.place = taken.decision.at, taken.decision.id, taken.corrected
        self.has_fine = any(outcome.effect.sort == "fine" for outcome in taken.decision.outcomes)
        self.due = NOTHING
        self._filled = dict[str, Fraction]()
        self._found = dict[str, PaymentPart]()

    def demand(self, fines: Iterable[FineRecord]) -> None:
        """Find out what each payment had filled of its fine; of an excess, what came last of it."""
        for part in beyond(_parts(fines), _stays(self.taken) if self.excess else NOTHING):
            if self.excess or part.payment not in self.by_name:
                self._filled[part.payment] = self._filled.get(part.payment, NOTHING) + part.amount
        self.due = sum(self._filled.values(), NOTHING)

    def fillers(self) -> set[str]:
        """The payments that had filled its fine, but for those that name it."""
        return self._filled.keys() - self.by_name

    def filled(self, payment: Payment) -> Fraction:
        """What of a payment had filled its fine."""
        return self._filled.get(payment.id, NOTHING)

    def take(self, payment: Payment, most: Fraction, left: dict[str, Fraction]) -> None:
        """Take what is left of a payment, but no more than an amount."""
        amount = min(left[payment.id], most)
        if amount > 0:
            found = self._found.get(payment.id)
            more = amount if found is None else found.amount + amount
            self._found[payment.id] = PaymentPart(payment.id, payment.at, more)
            left[payment.id] -= amount
            self.due -= amount

    def parts(self) -> tuple[PaymentPart, ...]:
        """What is owed back of which payment."""
        return tuple(sorted(self._found.values(), key=lambda part: (part.at, part.payment)))


class _Before:
    """What is asked of a state before a correction: the fines of each decision, but for those that only go on for their
    clearing; and what was left over of each payment."""

    def __init__(self, state: State) -> None:
        self.left = _left(state)
        self.fines: dict[Key, list[FineRecord]] = {}
        for fine in state.fines:
            if not fine.ghost:
                self.fines.setdefault(key_of(fine.decision), []).append(fine)


def _parts(fines: Iterable[FineRecord]) -> Iterator[PaymentPart]:
    for fine in fines:
        yield from fine.payments


def _left(state: State) -> dict[str, Fraction]:
    return {one.payment.id: one.amount for one in state.left_over}
