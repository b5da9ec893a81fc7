"""Where an identity stands at an instant: balances, sanctions, fines, what is to come; and which rules are silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from msgspec.structs import replace

from policyctl.policy.form import Overlap, TicketKind, Version, Without
from policyctl.replay.answer import (
    Decision,
    FineStatus,
    Lapse,
    OpenAppeal,
    Pending,
    PeriodNow,
    Running,
    Silent,
    Spared,
    Status,
)
from policyctl.replay.expiry import next_lapse
from policyctl.replay.fines import FineRecord
from policyctl.replay.judge import silent_reason
from policyctl.replay.listener import Listener
from policyctl.replay.measures import Seen
from policyctl.replay.pending import to_do
from policyctl.replay.posting import NO_LEDGER
from policyctl.replay.record import next_reset, unnamed_measures
from policyctl.replay.sanctions import FOR_GOOD, OverlapRule, standing
from policyctl.replay.state import State
from policyctl.replay.units import number
from policyctl.replay.versions import Versions


def status_of(
    state: State,
    version: Version | None,
    at: datetime,
    decisions: Sequence[Decision],
    pending: tuple[Pending, ...],
    appeals: tuple[OpenAppeal, ...],
) -> Status:
    """Where it stands; `pending` and `appeals` are what waits."""
    seen = Seen(at, at)
    periods = sorted(version.periods, key=lambda p: p.ledger) if version is not None else []
    measures = [m for m in version.measures if m.declared] if version is not None else []
    cleared = {name for fine in state.fines for name in fine.books}
    sanctions = list(_sanctions(state, version, decisions, at))
    live = {book.number: number(book.points) for name in cleared if (book := state.books.now(name)) is not None}
    fines = (replace(_fine(one, live, at), late=_late(one, state)) for one in _in_order(state.fines) if not one.ghost)
    return Status(
        identity=state.identity,
        ledgers=tuple(
            (p.ledger, number(book.balance)) for p in periods if (book := state.books.now(p.ledger)) is not None
        ),
        measures=tuple((m.name, state.measure(version, m.name, seen)) for m in measures if version is not None),
        flags=tuple(state.flags.names()),
        closed=state.closed,
        sanctions=tuple(one for running, _ in sanctions for one in running),
        waiting=tuple(one for _, waiting in sanctions for one in waiting),
        fines=tuple(fines),
        pending=pending,
        appeals=appeals,
        unnamed=() if version is None else unnamed_measures(version, state, at),
        lapses=tuple(
            Lapse(p.ledger, found[0], number(found[1]))
            for p in periods
            if (found := next_lapse(state, p.ledger, at)) is not None
        ),
        to_do=to_do(state, decisions, at),
        spared=tuple(_spared(state)),
        last_ticket=None if (last := state.last_ticket()) is None else last.at,
        periods=tuple(
            PeriodNow(
                p.ledger,
                book.name,
                book.start,
                next_reset(state, p, at),
            )
            for p in periods
            if (book := state.books.now(p.ledger)) is not None
        ),
    )


def _spared(state: State) -> Iterator[Spared]:
    """Tickets that an exception of their offence spares: they post nothing, though their kind posts something."""
    versions = Versions(state.law.policy, state.zone)
    for entry in state.entries:
        if entry.ledger != NO_LEDGER or entry.ticket.id in state.repealed:
            continue
        version = versions.in_force(entry.posted)
        judged = version and versions.in_force(getattr(entry.ticket, version.settings.judge_by or "effective"))
        kinds = judged.facts if judged is not None else ()
        kind = next((k for k in kinds if isinstance(k, TicketKind) and k.name == entry.ticket.offence), None)
        unless = next((one.unless for one in kind.posts if one.unless is not None), None) if kind is not None else None
        if judged is not None and kind is not None and unless is not None:
            yield Spared(entry.ticket.id, kind.name, entry.posted, judged, unless)


def _sanctions(
    state: State, version: Version | None, decisions: Sequence[Decision], at: datetime
) -> Iterator[tuple[list[Running], list[Running]]]:
    """What runs and what waits of each kind of sanction; the overlap rule is that of the version in force."""
    for name, rule in overlaps(version, decisions):
        yield standing(name, rule, decisions, state.sanctions_dropped, at, state.zone)


def overlaps(version: Version | None, decisions: Sequence[Decision]) -> Iterator[tuple[str, OverlapRule]]:
    """The sanctions that were imposed, each with its overlap rule."""
    rules = overlap_rules(version)
    names = {o.effect.name for d in decisions for o in d.outcomes if o.effect.sort == "sanction"}
    for name in sorted(names):
        yield name, rules.get(name, "later")


def overlap_rules(version: Version | None) -> dict[str, OverlapRule]:
    """The overlap rules that a version says."""
    return {c.sanction: c.rule for c in version.choices if isinstance(c, Overlap)} if version is not None else {}


def _in_order(fines: Sequence[FineRecord]) -> list[FineRecord]:
    """The order in which payments fill them."""
    return sorted(fines, key=lambda fine: (fine.opened, fine.decision.id))


def _fine(fine: FineRecord, live: Mapping[int, Fraction], at: datetime) -> FineStatus:
    """`live` has the points of the running books, by number of the book. A fine that is paid and waits for nothing more
    has ended what it could, even if that was nothing: what is posted afterwards is not its business."""
    settled = fine.paid_at is not None and (fine.served_at is None or fine.served_at <= at)
    pending = not settled and fine.dropped is None and (fine.waived is None or fine.is_open)
    would_end = tuple((name, live[book]) for name, book in sorted(fine.books.items()) if pending and live.get(book))
    return FineStatus(
        decision=fine.decision.id,
        opened=fine.opened,
        amount=fine.amount,
        paid=fine.paid,
        open=fine.open,
        clears=fine.effect.clears,
        ends=would_end,
        payments=fine.payments,
        cleared_at=fine.cleared_at,
        cleared=fine.cleared,
        served_at=None if fine.served_at == FOR_GOOD else fine.served_at,
        due=fine.due,
        dropped=fine.dropped,
        waived=fine.waived,
        waived_at=fine.waived_at,
    )


def _late(fine: FineRecord, state: State) -> bool:
    """Whether a fine was paid when all the periods were over whose points it could have taken off."""
    if fine.paid_at is None or not fine.books:
        return False
    following = [state.books.next(state.books.numbered(number)) for number in fine.books.values()]
    return all(one is not None and one.start is not None and one.start <= fine.paid_at for one in following)


def silent_rules(state: State, version: Version, at: datetime) -> Iterator[Silent]:
    """The rules in force without a standing decision in their running period."""
    seen = Seen(at, at)
    for listener in state.law.rules(version).listeners:
        latch = state.latch(listener, at)
        if not latch.fired:
            parts = listener.failing(latch.counted or 0, state, seen)
            reason = silent_reason(state, listener, latch, state.level(listener, seen), seen)
            gap = parts[0].gap if len(parts) == 1 else None
            due = _streak_due(state, listener, at) if reason == "awaits_occasion" else None
            yield Silent(listener.rule, state.identity, reason, gap, parts, due)


def _streak_due(state: State, listener: Listener, at: datetime) -> datetime | None:
    """When a streak will have been kept that a rule waits for; None where that is in acts, or its time may stand
    still."""
    occasion, streak = listener.rule.occasion, state.streaks.get(listener.rule.name)
    if not isinstance(occasion, Without) or occasion.act is not None or occasion.frozen is not None:
        return None
    return streak.due if streak is not None and not streak.kept and streak.due > at else None
