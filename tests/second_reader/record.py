"""The record in the second reader: what was known, and one replay after another for every correction of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import TypeVar

import msgspec

from policyctl.history.events import Appeal, Event
from policyctl.policy.form import Open
from tests.second_reader.admitting import posts
from tests.second_reader.facts import Before, Decision, Fine, Imposed, Named, Review, Taken, Told


def on_record(events: Iterable[Event], known: datetime | None) -> list[Event]:
    """The events that were on record, of each id the highest revision."""
    newest: dict[str, Event] = {}
    for event in sorted(events, key=lambda event: event.revision):
        if known is None or event.recorded <= known:
            newest[event.id] = event
    return [newest[id] for id in sorted(newest)]


def in_order(corrections: Iterable[Appeal]) -> list[Appeal]:
    """Corrections in the order in which they were recorded. One of a ticket that an earlier one annulled is none."""
    found: list[Appeal] = []
    for one in sorted(corrections, key=lambda correction: (correction.recorded, correction.at, correction.id)):
        if all(other.ticket != one.ticket or other.outcome != "annulled" for other in found):
            found.append(one)
    return found


@dataclass
class Record:
    """What a replay has to know of the correction that it is for, and of the replays before it; the first one knows
    nothing and lets everything stand."""

    correction: Appeal | None = None
    stood: dict[Named, Decision] = field(default_factory=dict)
    reviewed: dict[Named, str] = field(default_factory=dict)
    """What was for review in any replay before, with the appeal through which it first was."""
    most: dict[Named, Decision] = field(default_factory=dict)
    """Of what stood before the instant of a correction till then: how it last stood, which is the most that it is."""
    heavier: dict[Named, str] = field(default_factory=dict)
    """Of a decision that once became heavier: the appeal through which it first did."""
    kept: list[tuple[Decision, Fine]] = field(default_factory=list)
    """Fines of decisions that no longer stand which go on, since what they cleared stays cleared."""

    waived: dict[tuple[Named, int], Fraction] = field(default_factory=dict)
    """Of fines that were waived or dropped: the money that had gone in, by the decision and the place of the effect."""

    def settle(
        self, fired: Decision, sizes: Callable[[Decision], dict[Open, Fraction]]
    ) -> tuple[Decision | None, Review | None]:
        """What of a firing decision stands, and what is for review. `sizes` is what its effects come to with its times
        that are reckoned."""
        if self.correction is None:
            return fired, None
        key, before = fired.named, self.stood.get(fired.named)
        ordinary = fired.at >= self.correction.at
        if key in self.reviewed or (before is None and not ordinary):
            return None, Review(fired, self.reviewed.get(key, self.correction.id), excess=False)
        held = self.most.get(key) if before is None or ordinary else before
        most = [] if held is None else [held]
        if held is not None and held.version is not fired.version:
            fired = replace(fired, rule=held.rule, version=held.version)
        times = min([fired.times, *(one.times for one in most)])
        excess = None
        none = {effect for one in most for effect, size in one.sizes.items() if not size}
        each = tuple(effect for effect in fired.rule.effects if effect.each and effect not in none)
        if times < fired.times and each:
            over = replace(fired, times=fired.times - times, rule=msgspec.structs.replace(fired.rule, effects=each))
            over.sizes = sizes(over)
            excess = Review(over, self.heavier.get(key, self.correction.id), excess=True)
        stands = replace(fired, times=times)
        # A number that is reckoned comes to no more than it had.
        stands.sizes = {
            effect: min([size, *(one.sizes[effect] for one in most if effect in one.sizes)])
            for effect, size in sizes(stands).items()
        }
        return stands, excess


Run = TypeVar("Run", bound=Before)


def corrected(told: Told, run: Callable[[Told, Record, datetime | None], Run]) -> tuple[list[Run], list[Taken]]:
    """The replays R0 … Rn, and what was taken back between them. `run` replays a record, up to before an instant."""
    corrections = in_order(told.corrections)
    record = Record()
    runs, records = [run(told, record, None)], [record]
    for number, correction in enumerate(corrections, 1):
        records.append(_next(records[-1], runs[-1], correction))
        runs.append(run(corrected_by(told, corrections[:number]), records[-1], None))
    taken: list[Taken] = []
    gone: dict[Named, set[int]] = {}
    last = {decision.named: decision for decision in runs[-1].decisions}
    for number, correction in enumerate(corrections):
        stands = {decision.named: decision for decision in runs[number + 1].decisions}
        lighter = [
            whole
            for whole in runs[number].decisions
            if whole.at < correction.at and _may_be_told(whole, stands.get(whole.named), correction.at)
        ]
        if not lighter:
            continue
        as_then = run(corrected_by(told, corrections[:number]), records[number], correction.at)
        as_it_stood = {decision.named: decision for decision in as_then.decisions}
        for whole in lighter:
            # One that was confirmed only later did not stand yet.
            key, stood = whole.named, as_it_stood.get(whole.named)
            told_before = gone.setdefault(key, set())
            new = _times(stood) - _times(stands.get(key)) - _times(last.get(key)) - told_before
            if stood is not None and new:
                told_before |= new
                left, excess = stood.all_times - len(new), 1 not in new
                taken.append(Taken(stood, correction, runs[number], whole, stands.get(key), left, excess))
                continue
            now = stands.get(key)
            if stood is None or now is None:
                continue
            in_the_end = last.get(key, now)
            if _less(now, stood) and _less(in_the_end, stood):
                stays = max(now, in_the_end, key=lambda one: one.fined)
                taken.append(Taken(stood, correction, runs[number], whole, stays, stood.all_times, excess=True))
            elif not _less(now, stood) and now.all_times >= stood.all_times and _sooner(now, stood, correction.at):
                found = Taken(stood, correction, runs[number], whole, now, stood.all_times, excess=True, longer=True)
                taken.append(replace(found, stand=runs[number + 1].decisions))
    # Of one decision they stand in the order of the corrections.
    return runs, sorted(taken, key=lambda t: (t.decision.at, t.decision.id))


def _may_be_told(whole: Decision, now: Decision | None, at: datetime) -> bool:
    """Whether anything of a decision may have been taken back by a correction that left `now` of it."""
    return now is None or now.all_times < whole.all_times or _less(now, whole) or _sooner(now, whole, at)


def _less(now: Decision, before: Decision) -> bool:
    """Whether something of a decision that is reckoned comes to less."""
    return any(_size(now, effect) < _size(before, effect) for effect in before.sizes)


def _size(decision: Decision, effect: Open) -> Fraction:
    """What an effect comes to, together with what was confirmed beside it."""
    return decision.sizes.get(effect, Fraction(0)) + decision.beside.get(effect, Fraction(0))


def _sooner(now: Decision, before: Decision, at: datetime) -> bool:
    """Whether a sanction of a decision ran less, up to an instant, than it had."""
    ran = {effect: opened for effect, opened in now.own if isinstance(opened, Imposed)}
    for effect, old in before.own:
        new = ran.get(effect)
        if new is None or not isinstance(old, Imposed) or old.start >= at:
            continue
        if new.start > old.start or _over(new, at) < _over(old, at):
            return True
    return False


def _over(sanction: Imposed, at: datetime) -> datetime:
    ends = (sanction.dropped_at, sanction.until, at)
    return min(end for end in ends if end is not None)


def _times(decision: Decision | None) -> set[int]:
    """The times of a decision, each by its number."""
    return set() if decision is None else set(range(1, decision.all_times + 1))


def _next(record: Record, before: Before, correction: Appeal) -> Record:
    """What the replay for a correction has to know."""
    reviewed, most, heavier = dict(record.reviewed), dict(record.most), dict(record.heavier)
    stood = {decision.named: decision for decision in before.decisions}
    if record.correction is not None:
        most |= {key: one for key, one in record.stood.items() if one.at < record.correction.at}
    most = {key: stood.get(key, one) for key, one in most.items()}
    for review in before.reviews:
        key = review.decision.named
        if review.excess:
            heavier.setdefault(key, review.appeal)
        else:
            reviewed.setdefault(key, review.appeal)
    kept = []
    if before.policy.versions[-1].settings.annulment == "stays_cleared":
        kept = [*before.gone_on, *_cleared(before, correction.at)]
    waived = {
        (decision.named, place): fine.paid
        for decision in before.decisions
        for place, (_, fine) in enumerate(decision.effects)
        if isinstance(fine, Fine) and fine.let_off_at is not None and fine.let_off_at < correction.at
    }
    return Record(correction, stood, reviewed, most, heavier, kept, {**record.waived, **waived})


def _cleared(before: Before, until: datetime) -> Iterator[tuple[Decision, Fine]]:
    """The fines of decisions that had ended entries before an instant."""
    for decision in before.decisions:
        for _, fine in decision.effects:
            if isinstance(fine, Fine) and fine.cleared_at is not None and fine.cleared_at < until:
                yield decision, fine


def corrected_by(told: Told, corrections: Iterable[Appeal]) -> Told:
    """The tickets as some corrections leave them: what is annulled never was, what is reduced has the last points."""
    corrections = in_order(corrections)
    gone = {c.ticket for c in corrections if c.outcome == "annulled"}
    points = {c.ticket: c.points for c in corrections if c.outcome == "reduced"}
    tickets = []
    for judged in told.tickets:
        ticket, version = judged.ticket, judged.version
        if ticket.id in points and ticket.id not in gone:
            (posting,) = posts(version, ticket)
            ticket = msgspec.structs.replace(ticket, ledger=posting.ledger, points=points[ticket.id])
        if ticket.id not in gone:
            tickets.append(judged._replace(ticket=ticket))
    annulled = [judged for judged in told.tickets if judged.ticket.id in gone]
    return replace(told, tickets=tickets, annulled=annulled)
