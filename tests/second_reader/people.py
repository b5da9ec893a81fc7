"""People in the second reader: tickets repealed on appeal, and what overrides do, each at its instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

import msgspec

from policyctl.history.events import Appeal, Override
from policyctl.policy.form import Comparison, Open, Rule
from tests.second_reader.facts import Anomaly, Before, Decision, Fine, Imposed, LedgerTold, Review, Told, sanction_kinds
from tests.second_reader.late import decide_again
from tests.second_reader.overlap import arranged, rule_of
from tests.second_reader.paying import clear, named, whole_name
from tests.second_reader.record import in_order

if TYPE_CHECKING:
    from tests.second_reader.interpreter import Replay


def act(one: Replay, events: list[Appeal | Override]) -> None:
    """All of one instant, by id."""
    for event in sorted(events, key=lambda event: event.id):
        if isinstance(event, Appeal):
            _repeal(one, event)
        elif not {"lift": _lift, "waive": _waive, "confirm": _confirm, "impose": _impose}[event.action](one, event):
            one.identity_anomalies.append(Anomaly("override-without-effect", event.id, None))


def acted(runs: Sequence[Before], told: Told) -> set[str]:
    """The overrides that found something in the replay before a correction, before its instant. `runs` are R0 to Rn."""
    found = set()
    for before, correction in zip(runs, in_order(told.corrections), strict=False):
        idle = {anomaly.event for anomaly in before.identity_anomalies}
        found |= {override.id for override in told.overrides if override.at < correction.at} - idle
    return found


def _repeal(one: Replay, appeal: Appeal) -> None:
    """From now on the entries of the ticket count nowhere."""
    assert appeal.ticket is not None
    one.repealed.add(appeal.ticket)
    entries = [e for e in one.ground.entries if e.ticket.id == appeal.ticket and not e.dropped]
    counting = [entry for entry in entries if entry.live or entry.with_book]
    for book in dict.fromkeys(entry.book for entry in counting):
        points = sum((entry.points for entry in counting if entry.book is book), Fraction(0))
        one.ground.told.append(LedgerTold(one.now, book.ledger, "repealed", points, book.name, appeal.id))
    for entry in entries:
        if entry.live:
            entry.end(one.now)
        entry.dropped, entry.with_book = True, False


def _of(one: Replay, override: Override) -> Decision | None:
    return None if override.decision is None else named(one.decisions, override.decision)


def _lift(one: Replay, override: Override) -> bool:
    """Its sanctions and its closure end now. Whether there were any."""
    decision, found = _of(one, override), False
    for effect, opened in decision.effects if decision is not None else ():
        assert decision is not None
        if isinstance(opened, Imposed) and not opened.ended and _stands(one, opened):
            opened.full, opened.until, opened.lifted_at, found = opened.until, one.now, one.now, True
            opened.parts = tuple((name, _sooner(end, one.now)) for name, end in opened.parts)
        if effect.sort == "close" and decision.reopened is None:
            date = decision.seen_from or decision.at
            one.ground.closures.remove(date)
            decision.reopened, found = one.now, True
    for _, fine in decision.effects if decision is not None and found else ():
        if isinstance(fine, Fine) and fine.served is not None and one.now < fine.served:
            fine.served = one.now
            if fine.waits:
                clear(fine, one.ground, one.now)
    return found


def _stands(one: Replay, opened: Imposed) -> bool:
    """Whether a sanction runs or is to come, by itself or beside others of its name; there it has the ends of what it
    is part of."""
    own = [s for s in one.sanctions if s.name == opened.name and not s.ended]
    own.sort(key=lambda s: (s.start, s.decision))
    for run in arranged(one.zone, rule_of(one.version, opened.name), own):
        if opened.lifted_at is not None:
            break  # it is over by itself
        waited = run.decision == opened.decision and run.start > opened.start
        if (run.until is None or one.now < run.until) and (waited or opened.decision in run.joined):
            if run.start <= one.now and run.until is not None:
                ends = dict(run.parts)
                opened.parts = tuple((name, ends.get(name, end)) for name, end in opened.parts)
            return True
    return opened.until is None or one.now < opened.until


def _sooner(end: datetime | None, now: datetime) -> datetime:
    return now if end is None else min(end, now)


def _waive(one: Replay, override: Override) -> bool:
    """Its fine is open no more. Whether it was."""
    decision, found = _of(one, override), False
    for _, fine in decision.effects if decision is not None else ():
        if isinstance(fine, Fine) and fine.open > 0:
            fine.waived_at, fine.ended_at, found = one.now, one.now, True
    return found


def _confirm(one: Replay, override: Override) -> bool:
    """What is for review takes effect from now on."""
    from tests.second_reader.step import apply, take

    assert override.decision is not None
    since = {correction.id: correction.at for correction in one.told.corrections}
    waiting = [review for review in one.reviews if review.confirmed is None and since[review.appeal] <= one.now]
    decision = named([review.decision for review in waiting], override.decision)
    others = [*one.decisions, *(review.decision for review in one.reviews)]
    if decision is None or not (
        whole_name(decision, override.decision) or all(not whole_name(other, override.decision) for other in others)
    ):
        return False
    review: Review = next(review for review in waiting if review.decision is decision)
    review.confirmed = override.id
    stands = next(other for other in one.decisions if other.named == decision.named) if review.excess else decision
    stands.confirmed = override.id
    _hold(one, decision, review.excess)
    if review.excess:
        # What is too much is no decision of its own: its effects are more effects of the one that stands.
        stands.more = len(stands.effects), one.now, decision.times
        stands.effects += take(one, decision)
        stands.beside = decision.sizes
    else:
        decision.confirmed_at = one.now
        apply(one, decision)
    if any(period.unless is not None for v in one.policy.versions for period in v.periods):
        decide_again(one, decision.seen_from or decision.at)
    return True


def _hold(one: Replay, decision: Decision, excess: bool) -> None:
    """What had been confirmed before a correction comes to no more than it had then."""
    before, correction = one.record.stood.get(decision.named), one.record.correction
    if before is None or correction is None:
        return
    since, times, had = before.confirmed_at, before.times, before.sizes
    if excess:
        _, since, times = before.more or (0, None, 0)
        had = before.beside
    if since is None or since >= correction.at:
        return
    decision.times = min(decision.times, times)
    decision.sizes = {effect: min(size, had.get(effect, size)) for effect, size in decision.sizes.items()}


def _impose(one: Replay, override: Override) -> bool:
    """Open what a person imposes."""
    assert override.name is not None and one.version is not None
    name, kinds = override.name, {"fine": "fine", "close_identity": "close"}
    effect = msgspec.convert({"sort": kinds.get(name, "sanction"), "name": name}, Open)
    rule = Rule(name="impose", occasion="ticket", condition=Comparison("", ">=", Fraction(0)), effects=(effect,))
    id = f"impose@{override.id}"
    decision = Decision(id, one.now, rule, one.version, (), None, (), 1, 0, confirmed=override.id)
    opened: Imposed | Fine | None = None
    if effect.sort == "sanction":
        parts = tuple((part.name, override.until) for part in sanction_kinds(one.version)[name].parts)
        parts = parts or ((name, override.until),)
        length = None if override.until is None else override.until - one.now
        opened = Imposed(id, name, one.now, override.until, parts, (length,) * len(parts))
        one.sanctions.append(opened)
    elif effect.sort == "fine":
        assert override.amount is not None
        opened = Fine(id, one.now, override.amount, (), None, ())
        one.fines.append(opened)
    else:
        one.ground.closures.append(one.now)
    decision.effects.append((effect, opened))
    one.decisions.append(decision)
    return True
