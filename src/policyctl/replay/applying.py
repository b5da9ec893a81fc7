"""Letting decisions take effect: what they end and move first, then what they open, with fines and names.

Assumes that what their effects come to is reckoned (`outcomes.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from policyctl.policy.form import When
from policyctl.replay import lives
from policyctl.replay.agenda import Phase
from policyctl.replay.answer import Decision, Outcome
from policyctl.replay.ends import end, in_order, post
from policyctl.replay.facts import Fact
from policyctl.replay.fines import FineRecord
from policyctl.replay.flags import CLOSED
from policyctl.replay.listener import Listener
from policyctl.replay.occasions import Happening, Overdue, Required
from policyctl.replay.sanctions import served_at
from policyctl.replay.state import State


class Taking(Struct, frozen=True):
    """A decision that takes effect. Its fines and flags belong to the period seen from `booked`. What no rule decided
    (`listener` None) raises no flag. `about` are the tickets that its acts name, `ticket` the one that its rule looked
    at, where it looked at one."""

    listener: Listener | None
    decision: Decision
    booked: datetime
    about: tuple[str, ...] = ()
    ticket: Fact | None = None


def apply(state: State, listener: Listener | None, decision: Decision, booked: datetime) -> None:
    """Let one decision take effect."""
    apply_all(state, [Taking(listener, decision, booked)])


def apply_all(state: State, taking: Sequence[Taking]) -> None:
    """Let the decisions of one round take effect: all ends and moves first, then all that opens. So neither the order
    of decisions nor that of their effects matters."""
    for one, decision in zip(taking, _with_ends(state, taking), strict=True):
        state.decisions.append(decision)
        name(state, decision)
        state.happens(Happening("decision", decision.rule.name))
        state.decisions[-1] = open_all(state, one.listener, decision, one.booked, one.ticket)


def apply_beside(state: State, place: int, more: Taking, confirmed: str) -> None:
    """Let what a person confirmed beside the decision at a place take effect, as more outcomes of it."""
    [taken] = _with_ends(state, [more])
    stands = state.decisions[place]
    outcomes = (*stands.outcomes, *open_all(state, more.listener, taken, more.booked, more.ticket).outcomes)
    state.decisions[place] = replace(stands, outcomes=outcomes, confirmed=confirmed)


def _with_ends(state: State, taking: Sequence[Taking]) -> list[Decision]:
    """The decisions of one round, with what they ended: all ends and moves are taken now."""
    done: dict[tuple[str, int], Outcome] = {}
    by_id = {one.decision.id: one for one in taking}
    for decision, place in in_order(one.decision for one in taking):
        one = by_id[decision.id]
        done[decision.id, place] = end(state, decision, decision.outcomes[place], one.booked, one.about, one.ticket)
    if not done:
        return [one.decision for one in taking]
    return [
        replace(decision, outcomes=tuple(done.get((decision.id, n), old) for n, old in enumerate(decision.outcomes)))
        for decision in (one.decision for one in taking)
    ]


def open_all(
    state: State, listener: Listener | None, decision: Decision, booked: datetime, ticket: Fact | None = None
) -> Decision:
    """Open what a decision opens; returns it with what it gave back. Its fines and flags belong to the period seen from
    `booked`. What it posts is posted at the `ticket` that its rule looked at, or at those for which it waited."""
    at_tickets: tuple[str, ...] = () if ticket is None or ticket.sort != "ticket" else (ticket.event,)
    if not at_tickets and listener is not None and isinstance(listener.rule.occasion, When):
        at_tickets = decision.tickets if listener.rule.occasion.sort == "ticket" else ()
    outcomes = []
    for opened in decision.outcomes:
        effect = opened.effect
        if effect.sort == "require" and opened.opened.due is not None and opened.until is not None:
            due = Required(effect.name, opened.start, decision.tickets)
            state.agenda.add(opened.until, Phase.ENDS, decision.id, due)
        elif effect.sort == "fine":
            open_fine(state, decision, opened, booked)
        elif effect.sort == "close":
            state.raise_flag(CLOSED, (), booked, decision.id)
        elif effect.sort == "flag" and listener is not None:
            of_period = state.law.rules(listener.version).per_period(effect.name)
            lasts = state.flag_period(listener, booked) if of_period else ()
            state.raise_flag(effect.name, lasts, booked, decision.id)
        if lives.asks(opened, opened.start):
            lives.begin(state, decision, opened)
        elif effect.sort == "post":
            opened = post(state, decision, opened, at_tickets)
        outcomes.append(opened)
    return decision if outcomes == list(decision.outcomes) else replace(decision, outcomes=tuple(outcomes))


def name(state: State, decision: Decision) -> None:
    """From now on a payment or a person may name the decision, by any ticket of its step."""
    _, slash, year = decision.id.rpartition("@")[2].partition("/")
    for ticket in decision.tickets:
        state.named[f"{decision.rule.name}@{ticket}{slash}{year}"] = decision
        state.meant.setdefault(f"{decision.rule.name}@{ticket}", decision)
    for ticket in (*decision.step, *decision.events):
        state.named.setdefault(f"{decision.rule.name}@{ticket}{slash}{year}", decision)
    state.named.setdefault(decision.id, decision)


def open_fine(state: State, decision: Decision, opened: Outcome, booked: datetime) -> None:
    """Open a fine; it belongs to the books seen from a date."""
    assert opened.amount is not None
    effect = opened.opened
    until = served_at(decision.outcomes) if effect.clears_when == "served" else None
    due = None if effect.due is None else state.zone.after(opened.start, effect.due)
    if due is not None:
        state.agenda.add(due, Phase.ENDS, decision.id, Overdue(len(state.fines)))
    _add_fine(state, FineRecord(decision, effect, opened.amount, {}, booked, opened.start, until, due=due))


def reopen_fine(state: State, old: FineRecord) -> None:
    """Open the fine of a decision that was taken back, for the clearing that stays."""
    _add_fine(
        state, FineRecord(old.decision, old.effect, old.amount, {}, old.booked, old.opened, old.served_at, ghost=True)
    )


def _add_fine(state: State, fine: FineRecord) -> None:
    seen = ((ledger, state.books.seen_from(ledger, fine.booked)) for ledger in fine.effect.clears)
    books = {ledger: book.number for ledger, book in seen if book is not None}
    state.add_fine(replace(fine, books=books))
