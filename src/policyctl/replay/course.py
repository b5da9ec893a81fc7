"""The course of a replay: what each thing that happened changed, one after the other.

The same interpreter runs once more over the same plan, with the same memory of what stood, and is looked at after each
thing that happens. So nothing is worked out here: a turn is the difference between two states.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from msgspec import Struct

from policyctl.replay.agenda import Phase
from policyctl.replay.answer import Decision, LedgerEvent, PaymentPart
from policyctl.replay.fines import FineRecord
from policyctl.replay.memory import Review
from policyctl.replay.records import LeftOver, Posted
from policyctl.replay.run import happenings
from policyctl.replay.state import State
from policyctl.replay.units import number


class Moved(Struct, frozen=True):
    """A balance moved. `period` names its book (None: all time is one period); `late`: the book was closed."""

    ledger: str
    period: str | None
    late: bool
    before: Fraction
    after: Fraction
    ticket: str | None = None
    points: Fraction | None = None


class Filled(Struct, frozen=True):
    """A part of a payment went to a fine; `open` is what of the fine was left to pay. A fine that is `kept` is that of
    a decision taken back whose clearing stays."""

    decision: str
    part: PaymentPart
    open: Fraction
    kept: bool


class Turn(Struct, frozen=True):
    """What one thing that happened changed. `posted` are the postings of tickets, `moved` what balances moved besides,
    by all that rules did together;
    `dropped` and `waived` are fines that are owed no more, with what was open of them."""

    at: datetime
    phase: Phase
    what: object
    posted: tuple[Moved, ...]
    moved: tuple[Moved, ...]
    decisions: tuple[Decision, ...]
    reviews: tuple[Review, ...]
    ledger_events: tuple[LedgerEvent, ...]
    filled: tuple[Filled, ...]
    left_over: tuple[LeftOver, ...]
    waived: tuple[tuple[str, Fraction], ...]
    dropped: tuple[tuple[str, Fraction], ...]
    lifted: tuple[str, ...]
    confirmed: tuple[Review, ...]
    raised: tuple[str, ...]
    lowered: tuple[str, ...]
    closed: bool | None
    """Whether the identity is closed from now on, where that changed."""


def course(state: State, until: datetime) -> Iterator[Turn]:
    """The turns of a state on its way up to and including an instant."""
    before = _Look(state)
    for at, phase, what in happenings(state, until):
        now = _Look(state)
        yield _turn(state, before, now, at, phase, what)
        before = now


class _Look:
    """What a state shows. Everything in it is immutable, so that looking is cheap."""

    def __init__(self, state: State) -> None:
        self.books, self.running = state.books.all(), state.books.running()
        self.postings, self.decisions, self.reviews = len(state.postings), len(state.decisions), tuple(state.reviews)
        self.events, self.left_over = len(state.ledger_events), len(state.left_over)
        self.fines, self.lifted = tuple(state.fines), frozenset(state.lifted)
        self.flags, self.closed = frozenset(state.flags.names()), state.flags.closed


def _turn(state: State, before: _Look, now: _Look, at: datetime, phase: Phase, what: object) -> Turn:
    decisions = tuple(state.decisions[before.decisions :])
    by_rules = {decision.id for decision in decisions}
    postings = [one for one in state.postings[before.postings :] if one.ticket not in by_rules]
    changed = [(old, new) for old, new in zip(before.fines, now.fines, strict=False) if old is not new]
    return Turn(
        at=at,
        phase=phase,
        what=what,
        posted=tuple(_posted(one) for one in postings),
        moved=tuple(_moved(before, now, postings)),
        decisions=decisions,
        reviews=now.reviews[len(before.reviews) :],
        ledger_events=tuple(state.ledger_events[before.events :]),
        filled=tuple(filled for old, new in changed for filled in _filled(old, new)),
        left_over=tuple(state.left_over[before.left_over :]),
        waived=tuple((old.decision.id, owed_less) for old, new in changed if (owed_less := _owed_less(old, new))),
        dropped=tuple((old.decision.id, old.open) for old, new in changed if new.dropped is not None and old.open),
        lifted=tuple(sorted({decision for decision, _ in now.lifted - before.lifted})),
        confirmed=tuple(new for old, new in zip(before.reviews, now.reviews, strict=False) if old is not new),
        raised=tuple(sorted(now.flags - before.flags)),
        lowered=tuple(sorted(before.flags - now.flags)),
        closed=now.closed if now.closed != before.closed else None,
    )


def _posted(one: Posted) -> Moved:
    numbers = number(one.before), number(one.after)
    return Moved(one.ledger, one.period, one.late, *numbers, ticket=one.ticket, points=number(one.points))


def _moved(before: _Look, now: _Look, postings: list[Posted]) -> Iterator[Moved]:
    """What balances moved but by postings: of running books, and of closed ones."""
    posted = {one.ledger: one.after for one in postings if not one.late}
    for ledger, book in sorted(now.running.items()):
        was = before.running.get(ledger)
        if was is not None and posted.get(ledger, was.balance) != book.balance:
            numbers = number(posted.get(ledger, was.balance)), number(book.balance)
            yield Moved(ledger, was.name, False, *numbers)
    late = {(one.ledger, one.period) for one in postings if one.late}
    running = {book.number for look in (before, now) for book in look.running.values()}
    for old, new in zip(before.books, now.books, strict=False):
        closed = old.number not in running and (old.ledger, old.name) not in late
        if closed and old.balance != new.balance:
            yield Moved(old.ledger, old.name, True, number(old.balance), number(new.balance))


def _owed_less(old: FineRecord, new: FineRecord) -> Fraction:
    return (new.waived or Fraction(0)) - (old.waived or Fraction(0))


def _filled(old: FineRecord, new: FineRecord) -> Iterator[Filled]:
    for part in new.payments[len(old.payments) :]:
        yield Filled(new.decision.id, part, new.open, new.ghost)
