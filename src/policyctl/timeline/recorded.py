"""The order of knowledge: what came on record when, and how the answer differed from the one known just before.

Every answer is about the same instant, the one asked about; only what is known grows. So a decision stands where the
knowledge came from which it follows for the first time. An answer is replayed for each instant at which anything came
on record; where that would be too much work, such instants are taken together, and the timeline says so.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import TypeVar

from msgspec.structs import replace

from policyctl.history.events import Account, Appeal, Decided, Event, Ticket
from policyctl.policy.form import Policy
from policyctl.replay.admit import when
from policyctl.replay.answer import Answer, Decision, FineStatus, ForReview, Rescinded, Status
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.course import Moved
from policyctl.replay.growing import Growing
from policyctl.replay.replay import Identity, Replayed, replayed, zone_of
from policyctl.timeline.events import event_rows
from policyctl.timeline.inventory import Saying, by_id, sayings
from policyctl.timeline.places import OF_KIND, UNKNOWN
from policyctl.timeline.rows import (
    Change,
    DecisionRow,
    EventRow,
    FineMoved,
    RescindedRow,
    ReviewRow,
    Row,
    StandingRow,
    State,
    Timeline,
)

MOST_WORK = 1_500_000
"""Events looked at in all, over all replays, beyond which instants of record are taken together."""

CORRECTING = ("annulled", "reduced")
"""Outcomes of appeals that have the record replayed from their ticket on."""

_T = TypeVar("_T")


def in_order_of_knowledge(policy: Policy, account: Account, at: datetime, known: datetime | None = None) -> Timeline:
    """The timeline of an account by what came on record, up to what is known (None: all that is on record)."""
    said = sayings(account)
    on_record = [one for one in said if one.known(known)]
    instants = sorted({one.recorded for one in on_record if one.recorded is not None})
    together = _together(len(instants), on_record)
    steps = [*instants[together - 1 :: together]]
    if instants and steps[-1:] != instants[-1:]:
        steps.append(instants[-1])
    last = replayed(policy, account, at, known)
    groups = {group[0].id or repr(group[0]): group for group in by_id(said)}
    growing = Growing(policy, zone_of(policy))
    rows: list[Row] = []
    told = _Told()
    before = replayed(policy, account, at, instants[0] - JUST_AFTER, growing) if instants else last
    since: datetime | None = None
    for step in steps:
        new = [one for one in on_record if one.recorded is not None and _between(since, one.recorded, step)]
        correcting = _correcting(new, at)
        # Asked before the next replay, which goes on from the same marks.
        held = {} if correcting is None else _balances(before, correcting.at)
        after = replayed(policy, account, at, step, growing)
        events = _events(new, after, groups)
        rows += events if correcting is None else _corrected(events, correcting, held, _balances(after, correcting.at))
        rows += _differences(before.answer, after.answer, step, told)
        before, since = after, step
    rows += _events([one for one in on_record if one.recorded is None], last, groups)
    rows += _events([one for one in said if not one.known(known)], last, groups)
    return Timeline(last.answer, "recorded", tuple(rows), len(instants) if together > 1 else 0)


def _together(instants: int, said: Sequence[Saying]) -> int:
    """How many instants of record are taken together: each is as much work as there are events; and each correction,
    which has the record replayed from the beginning, as many times that as there are corrections."""
    corrections = sum(isinstance(one.event, Appeal) and one.event.outcome in CORRECTING for one in said)
    return max(-(-len(said) * (instants + corrections * (1 + corrections)) // MOST_WORK), 1)


def _between(since: datetime | None, recorded: datetime, until: datetime) -> bool:
    return (since is None or since < recorded) and recorded <= until


# --- events -----------------------------------------------------------------------------------------------------------


def _events(said: Sequence[Saying], found: Replayed, groups: Mapping[str, list[Saying]]) -> Iterator[EventRow]:
    """A row for each thing that came on record, by what was known then."""
    wanted = {one.id or repr(one): groups[one.id or repr(one)] for one in said}
    counts = {event.id: event for event in found.account.events if event.id in wanted}
    turns = [turn for part in found.identities for turn in part.turns(_instants(part, counts))]
    rows = dict(zip(wanted, event_rows(found, wanted.values(), turns), strict=True))
    for one in sorted(said, key=lambda one: (str(one.recorded), one.id or "", one.revision or 0)):
        row = rows[one.id or repr(one)]
        stands = row.event == one.event and row.revision == one.revision
        yield row if one.id is None or stands else _superseded(one, row, found.answer)


def _instants(part: Identity, counts: Mapping[str, Event]) -> Iterator[datetime]:
    """When events take effect."""
    for event in counts.values():
        if not isinstance(event, Ticket):
            yield when(event)
    for judged in part.tickets:
        if judged.ticket.id in counts and judged.takes_effect is not None:
            yield judged.takes_effect


def _correcting(new: Sequence[Saying], at: datetime) -> Appeal | None:
    """The appeal that tells what balances came to by the corrections that came on record: the last of them. None where
    there is none, or where something else that is new may have moved them before it."""
    found = [one for one in (said.event for said in new) if isinstance(one, Appeal) and one.outcome in CORRECTING]
    last = max(found, key=lambda one: (one.at, one.id), default=None)
    if last is None or last.at > at:
        return None
    for said in new:
        other = said.event
        if isinstance(other, Decided) or any(other is one for one in found):
            continue
        if other is None or other.revision > 1 or when(other) < last.at:
            return None
    return last


def _balances(found: Replayed, instant: datetime) -> dict[str, dict[str, Fraction]]:
    """The running balances of each identity just before an instant."""
    return {part.state.identity: part.balances_before(instant) for part in found.identities}


def _corrected(
    rows: Iterable[EventRow],
    appeal: Appeal,
    before: Mapping[str, Mapping[str, Fraction]],
    after: Mapping[str, Mapping[str, Fraction]],
) -> Iterator[EventRow]:
    """The rows, that of the appeal with the balances that are others now."""
    for row in rows:
        if row.event is appeal and row.state == "counted" and row.identity is not None:
            old, new = before.get(row.identity, {}), after.get(row.identity, {})
            moved = (
                Moved(name, None, False, old[name], new[name]) for name in new if old.get(name, new[name]) != new[name]
            )
            row = replace(row, moved=(*moved, *row.moved))
        yield row


def _superseded(one: Saying, row: EventRow, answer: Answer) -> EventRow:
    """A row for what was said of an event and does not stand for it: a higher revision does, or all are left out."""
    state: State = "replaced"
    if not one.known(answer.known):
        state = "not_known"
    elif one.event is None or row.state == "left_out":
        state = "left_out"
    # What else bears the id of an event has a date of its own.
    at = row.at if one.event is None or one.kind == row.kind else when(one.event)
    return EventRow(
        at=at,
        place=(OF_KIND.get(one.kind or "", UNKNOWN), "", 0, one.id or ""),
        identity=row.identity,
        recorded=one.recorded,
        id=one.id,
        kind=one.kind,
        event=one.event,
        revision=one.revision,
        state=state,
        problems=() if state in ("replaced", "not_known") else row.problems,
    )


# --- what the answer says from then on --------------------------------------------------------------------------------


class _Told:
    """What was told before, so that what comes again is not told as new."""

    def __init__(self) -> None:
        self.seen: set[object] = set()

    def change(self, key: object) -> Change:
        if key in self.seen:
            return "again"
        self.seen.add(key)
        return "new"


def _differences(before: Answer, after: Answer, recorded: datetime, told: _Told) -> Iterator[Row]:
    """How an answer differs from the one before: what follows no more, what follows, what is another thing now."""
    decisions = {one.id: one for one in before.decisions}, {one.id: one for one in after.decisions}
    taken = {_rescission(one): one for one in before.rescinded}, {_rescission(one): one for one in after.rescinded}
    reviews = {_review(one): one for one in before.for_review}, {_review(one): one for one in after.for_review}
    now_taken = {one.decision.id for key, one in taken[1].items() if key not in taken[0] and not one.excess}
    for change, one in _changes(*decisions, told, _weight):
        if change != "gone" or one.id not in now_taken:  # the rescission tells of it
            yield _decision_row(one, recorded, change)
    for change, rescinded in _changes(*taken, told, _owed):
        yield RescindedRow(
            at=rescinded.at,
            place=(0, rescinded.appeal, 2, rescinded.decision.id),
            identity=rescinded.decision.identity,
            recorded=recorded,
            change=change,
            rescinded=rescinded,
        )
    for change, review in _changes(*reviews, told, lambda one: _weight(one.decision)):
        yield ReviewRow(
            at=review.decision.at,
            place=(0, review.appeal, 3, review.decision.id),
            identity=review.decision.identity,
            recorded=recorded,
            change=change,
            review=review,
        )
    for old, new in zip(before.status, after.status, strict=True):
        row = _standing(old, new, after, recorded)
        if row is not None:
            yield row


def _decision_row(decision: Decision, recorded: datetime, change: Change) -> DecisionRow:
    return DecisionRow(
        at=decision.at,
        place=(0, "", 1, decision.id),
        identity=decision.identity,
        recorded=recorded,
        change=change,
        decision=decision,
    )


def _changes(
    before: Mapping[str, _T], after: Mapping[str, _T], told: _Told, weight: Callable[[_T], object]
) -> Iterator[tuple[Change, _T]]:
    """What is gone, first; then what is new, or there again, or by its weight another thing now."""
    for key, one in before.items():
        if key not in after:
            yield "gone", one
    for key, one in after.items():
        if key not in before:
            yield told.change((type(one), key)), one
        elif before[key] is not one and weight(before[key]) != weight(one):
            yield "changed", one


def _rescission(one: Rescinded) -> str:
    """What is one thing of those taken back: a decision; and besides, what each appeal made it lighter by."""
    return f"{one.decision.identity} {one.decision.id} {one.appeal if one.excess else ''}"


def _review(one: ForReview) -> str:
    return f"{one.decision.identity} {one.decision.id} {one.excess}"


def _weight(decision: Decision) -> object:
    """What a decision is, without the money that came in for it: an end that a payment brought is told with that."""
    effects = tuple(
        replace(outcome, until=None, open_until=()) if outcome.effect.sort == "fine" else outcome
        for outcome in decision.outcomes
    )
    return decision.at, decision.period, decision.confirmed, effects


def _owed(one: Rescinded) -> object:
    return one.appeal, one.at, one.payments, one.served, one.left, _weight(one.decision)


def _standing(before: Status, after: Status, answer: Answer, recorded: datetime) -> StandingRow | None:
    old, new = dict(before.ledgers), dict(after.ledgers)
    moved = tuple(
        Moved(name, None, False, old[name], new[name]) for name in new if old.get(name, new[name]) != new[name]
    )
    read = dict(before.measures)
    measures = tuple((name, read[name], value) for name, value in after.measures if read.get(name, value) != value)
    raised = tuple(flag for flag in after.flags if flag not in before.flags)
    lowered = tuple(flag for flag in before.flags if flag not in after.flags)
    closed = after.closed if after.closed != before.closed else None
    taken = {one.decision.id for one in answer.rescinded if one.decision.identity == after.identity}
    fines = (*_fines_moved(before, after), *_fines_gone(before, after, taken))
    if not (moved or measures or raised or lowered or fines or closed is not None):
        return None
    return StandingRow(
        at=answer.at,
        place=(0, "", 9, ""),
        identity=after.identity,
        recorded=recorded,
        change="changed",
        moved=moved,
        measures=measures,
        raised=raised,
        lowered=lowered,
        closed=closed,
        fines=fines,
    )


def _fines_gone(before: Status, after: Status, taken: Container[str]) -> Iterator[FineMoved]:
    """The fines that had been paid, in part or in full, and that are there no more. What an appeal took back is told
    with that."""
    there = {fine.decision for fine in after.fines}
    for fine in before.fines:
        if fine.payments and fine.decision not in there and fine.decision not in taken:
            yield FineMoved(
                decision=fine.decision,
                paid_before=fine.paid,
                paid=Fraction(0),
                open_before=fine.open,
                open=Fraction(0),
                payments=(),
                came=(),
                went=fine.payments,
                gone=True,
            )


def _fines_moved(before: Status, after: Status) -> Iterator[FineMoved]:
    """The fines that are filled by other money than before. A decision may have several, in their order."""
    old: dict[str, list[FineStatus]] = {}
    for fine in before.fines:
        old.setdefault(fine.decision, []).append(fine)
    for fine in after.fines:
        was = old.get(fine.decision, [])
        one = was.pop(0) if was else None
        had = () if one is None else one.payments
        if fine.payments != had:
            yield FineMoved(
                decision=fine.decision,
                paid_before=Fraction(0) if one is None else one.paid,
                paid=fine.paid,
                open_before=None if one is None else one.open,
                open=fine.open,
                payments=fine.payments,
                came=tuple(part for part in fine.payments if part not in had),
                went=tuple(part for part in had if part not in fine.payments),
            )
