"""What is owed back in the second reader: money, and time served, for decisions that were taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from itertools import groupby

from policyctl.history.events import Payment
from tests.second_reader.facts import Before, Decision, Fine, Imposed, Named, Taken
from tests.second_reader.paying import named, whole_name

ZERO = Fraction(0)
Part = tuple[str, datetime, Fraction]
Stretch = tuple[datetime, datetime]


def unfilled(run: Before) -> dict[str, Fraction]:
    """Of each payment, what filled nothing."""
    return {a.event: a.amount for a in run.identity_anomalies if a.event is not None and a.amount is not None}


def owed_back(
    last: Before, taken: Sequence[Taken], payments: Sequence[Payment], kept: set[Named]
) -> tuple[list[list[Part]], dict[str, Fraction]]:
    """What is owed back for each decision that was taken back, or some times of it, in their order; and what is left of
    each payment. What `kept` names has a fine that goes on: that was not taken."""
    left = unfilled(last)
    found: list[list[Part]] = [[] for _ in taken]

    def take(place: int, payment: Payment, most: Fraction) -> Fraction:
        part = min(left.get(payment.id, ZERO), most)
        if part > 0:
            left[payment.id] -= part
            found[place].append((payment.id, payment.at, part))
        return max(part, ZERO)

    others = [*last.decisions, *(one.decision for one in taken), *(review.decision for review in last.reviews)]
    payments = sorted(payments, key=lambda p: (p.at, p.id))
    filled = [_filled(one) if one.excess or one.decision.named not in kept else {} for one in taken]
    unnamed = {payment.id for payment in payments if payment.decision is None}
    missing = [
        sum((part for id, part in had.items() if one.excess or id in unnamed), ZERO)
        for one, had in zip(taken, filled, strict=True)
    ]
    for place, one in enumerate(taken):
        for payment in payments:
            if payment.decision is not None and _means(one.decision, payment.decision, others):
                part = take(place, payment, filled[place].get(payment.id, ZERO) if one.excess else payment.amount)
                missing[place] -= part if one.excess else ZERO
    for place in range(len(taken)):
        for payment in (payment for payment in payments if payment.id in unnamed):
            missing[place] -= take(place, payment, filled[place].get(payment.id, ZERO))
    of_fines = [unfilled(one.before) for one in taken if _fines(one) and (one.excess or one.decision.named not in kept)]
    for place, one in enumerate(taken):
        for payment in (payment for payment in payments if payment.at >= one.decision.at):
            always = min((other.get(payment.id, ZERO) for other in of_fines), default=ZERO)
            missing[place] -= take(place, payment, min(missing[place], left.get(payment.id, ZERO) - always))
    return [sorted(parts, key=lambda part: (part[1], part[0])) for parts in found], left


def _means(decision: Decision, id: str, others: Sequence[Decision]) -> bool:
    """Whether an id names a decision, or loosely means it and names no other."""
    loosely = named([decision], id) is not None and all(not whole_name(other, id) for other in others)
    return whole_name(decision, id) or loosely


def _fines(one: Taken) -> list[Fine]:
    return [fine for _, fine in one.whole.effects if isinstance(fine, Fine)]


def paid_then(one: Taken) -> list[tuple[str, Fraction]]:
    """What each payment had filled its fines with before the correction."""
    return _by_payment(fine for _, fine in one.decision.effects if isinstance(fine, Fine))


def fills_now(one: Taken, fines: Iterable[Fine]) -> list[tuple[datetime, str, str, Fraction]]:
    """What these payments fill in the end: when, which of them, of which decision, how much."""
    payments = {id for id, _ in paid_then(one)}
    shown = (fine for fine in fines if not fine.goes_on)
    return sorted((at, id, fine.decision, part) for fine in shown for id, at, part in fine.payments if id in payments)


def kept(one: Taken, gone_on: Sequence[tuple[Decision, Fine]]) -> list[tuple[str, Fraction]]:
    """What of each payment fills its fine that goes on; of an excess nothing, for its decision is not what is gone."""
    going_on = (fine for decision, fine in gone_on if decision.named == one.decision.named)
    return [] if one.excess else _by_payment(going_on)


def _by_payment(fines: Iterable[Fine]) -> list[tuple[str, Fraction]]:
    parts = sorted((at, id, part) for fine in fines for id, at, part in fine.payments)
    return [(id, sum((part for _, _, part in own), ZERO)) for id, own in groupby(parts, key=lambda part: part[1])]


def _filled(one: Taken) -> dict[str, Fraction]:
    """What payments had filled its fines with; of an excess only what is behind the fines that are left."""
    within, filled = ZERO, dict[str, Fraction]()
    now = one.then if one.then is not None and one.then.all_times == one.left else one.decision
    for effect, fine in now.own if one.excess else ():
        if isinstance(fine, Fine):
            within += fine.amount * (Fraction(one.left, now.times) if effect.each else 1)
    for id, _, part in sorted(
        (part for fine in _fines(one) for part in fine.payments), key=lambda part: (part[1], part[0])
    ):
        filled[id] = filled.get(id, ZERO) + max(part - within, ZERO)
        within = max(within - part, ZERO)
    return filled


Ran = Callable[[str, Sequence[Decision]], list[tuple[str, datetime, datetime | None]]]
"""The stretches in which sanctions of a name ran by some decisions, each with the id of its decision."""


def served(one: Taken, standing: Sequence[Decision], at: datetime, ran: Ran, arranged: set[str]) -> list[Stretch]:
    """The time that was served for it and that nothing which stands covers. `arranged` are the sanctions of which not
    each runs to its own end."""
    until = min(one.correction.at, at)
    stays = [one.then] if one.then is not None else []
    closed = [(s, e) for decision in (*standing, *stays) for name, s, e in _stretches(decision) if name == ""]
    found: list[Stretch] = []
    for name, start, end in _stretches(one.decision):
        covers = closed
        own = [(start, end)]
        if name in arranged:
            own = _took(one, name, ran)
        if name:
            # What is left of it and what it is in the end are one decision.
            in_place = [*(other for other in standing if other.named != one.decision.named), *stays]
            covers = [*closed, *((s, e) for these in (standing, in_place) for _, s, e in ran(name, these))]
        cut = [(s, until if e is None else min(e, until)) for s, e in own]
        found += [(s, e) for s, e in _free(cut, covers) if e is not None and s < e]
    return _joined(found)


def ran_longer(
    one: Taken, others: Sequence[Taken], standing: Sequence[Decision], at: datetime, ran: Ran, arranged: set[str]
) -> list[Stretch]:
    """The time that sanctions of a decision ran longer which stands as it was. `others` were taken with the same
    correction, among them those that ran longer, too, and come before it."""
    until, found = min(one.correction.at, at), list[tuple[datetime, datetime | None]]()
    covers = [(s, e) for decision in (*standing, *one.stand) for name, s, e in _stretches(decision) if name == ""]
    for name in {name for name, _, _ in _stretches(one.decision) if name}:
        own = [(s, e) for id, s, e in ran(name, one.before.decisions) if id == one.decision.id or name in arranged]
        run_now = [(s, e) for these in (standing, one.stand) for _, s, e in ran(name, these)]
        theirs = [piece for other in others if name in arranged for piece in _theirs(other, name, ran)]
        cut = [(s, until if e is None else min(e, until)) for s, e in own]
        found += _free(cut, [*covers, *run_now, *theirs])
    return _joined([(s, e) for s, e in found if e is not None and s < e])


def _theirs(one: Taken, name: str, ran: Ran) -> list[tuple[datetime, datetime | None]]:
    """The time that another entry of the correction took of what ran of a name: all, where that is for its time."""
    if not one.longer:
        return _took(one, name, ran)
    has = any(other == name for other, _, _ in _stretches(one.decision))
    return [(s, e) for _, s, e in ran(name, one.before.decisions)] if has else []


def _took(one: Taken, name: str, ran: Ran) -> list[tuple[datetime, datetime | None]]:
    """The time that a decision took of what ran of a name before its correction."""
    stays = [one.then] if one.then is not None else []
    others = [decision for decision in one.before.decisions if decision.named != one.decision.named]
    all_that_ran = ran(name, one.before.decisions)
    own = _free([(s, e) for _, s, e in all_that_ran], [(s, e) for _, s, e in ran(name, [*others, *stays])])
    return own if stays else own + [(s, e) for id, s, e in all_that_ran if id == one.decision.id]


def _free(
    stretches: Sequence[tuple[datetime, datetime | None]], covers: Sequence[tuple[datetime, datetime | None]]
) -> list[tuple[datetime, datetime | None]]:
    """What is left of stretches without others."""
    left = [(s, _NEVER if e is None else e) for s, e in stretches]
    for begins, ends in covers:
        left = [piece for stretch in left if stretch[0] < stretch[1] for piece in _less(stretch, begins, ends)]
    return [(s, None if e == _NEVER else e) for s, e in left]


_NEVER = datetime.max.replace(tzinfo=UTC)


def _stretches(decision: Decision) -> Iterator[tuple[str, datetime, datetime | None]]:
    """The sanctions of a decision and its closure (without a name), each from its start to its end."""
    for effect, opened in decision.effects:
        if isinstance(opened, Imposed):
            yield opened.name, opened.start, opened.dropped_at or opened.until
        elif effect.sort == "close":
            yield "", decision.confirmed_at or decision.at, decision.reopened


def _less(stretch: Stretch, begins: datetime, ends: datetime | None) -> Iterator[Stretch]:
    start, end = stretch
    if (ends is not None and ends <= start) or end <= begins:
        yield stretch
        return
    if start < begins:
        yield start, begins
    if ends is not None and ends < end:
        yield ends, end


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found
