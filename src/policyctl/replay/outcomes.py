"""What the effects of a rule come to: amounts, lengths and dates, reckoned from one state.

Nothing happens here; what it ended is known when a decision is applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from msgspec.structs import replace

from policyctl.instants import NEVER
from policyctl.policy.form import Effect, End, Move, Open, When
from policyctl.replay.answer import Outcome
from policyctl.replay.beginning import imposed
from policyctl.replay.chosen import as_chosen, taken_up
from policyctl.replay.ends import amount_of
from policyctl.replay.facts import at_hand
from policyctl.replay.listener import Listener
from policyctl.replay.look import Look
from policyctl.replay.measures import Seen
from policyctl.replay.sanctions import impose
from policyctl.replay.state import State
from policyctl.replay.tickets import Judged


def outcomes_of(state: State, look: Look, times: int, id: str, batch: Sequence[Judged]) -> tuple[Outcome, ...]:
    """What the line of the rule that holds opens, ends and moves. What comes to nothing is left out."""
    listener, seen = look.listener, look.seen
    line = listener.line(state, seen)
    tickets = [judged.ticket for judged in batch if judged.ticket.id in look.tickets]
    gone = [judged.ticket for judged in batch if judged.annulled]
    written = [one for one in listener.rule.effects if one.line == line]
    choosing = tickets if any(one.chosen for one in tickets) else gone
    effects = (as_chosen(state, one, id, tickets, gone) for one in taken_up(state, written, id, choosing))
    own = each_seen(state, look, batch)
    found = (
        _of_each(state, one, own, listener) if own and one.each else outcome(state, one, times, seen, listener)
        for one in effects
    )
    return tuple(that_come_to_something(found))


def that_come_to_something(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    return (one for one in outcomes if isinstance(one.effect, End) or (one.amount != 0 and one.factor))


def each_seen(state: State, look: Look, batch: Sequence[Judged]) -> Sequence[Seen]:
    """Of a rule with `when` that counts no multiples, what it waited for, each as it is seen from it: those for which
    it holds."""
    occasion = look.listener.rule.occasion
    if not isinstance(occasion, When) or look.listener.every is not None:
        return []
    if occasion.sort != "ticket":
        return look.each or [look.seen] * look.heard
    own = sorted((one for one in batch if one.ticket.id in look.tickets), key=lambda one: one.ticket.id)
    found = [look.seen._replace(ticket=at_hand(one.ticket, one.booked)) for one in own if not one.annulled]
    return [one for one in found if look.listener.level(state, one) > 0] if look.listener.at_ticket else found


def _of_each(state: State, effect: Effect, several: Sequence[Seen], listener: Listener) -> Outcome:
    """What an effect opens (ends, moves) for each of several things together; a sum is read from each of them."""
    first = outcome(state, effect, len(several), several[0], listener)
    if effect.formula is None:
        return first
    singly = [outcome(state, replace(effect, each=False), 1, one, listener) for one in several]
    if isinstance(effect, Move):
        return replace(first, factor=sum(one.factor for one in singly) / Fraction(len(singly)))
    if isinstance(effect, Open) and effect.sort == "sanction":
        factor = sum(one.factor for one in singly) / Fraction(len(singly))
        return impose(effect, several[0].at, len(singly), state.zone, factor)
    return replace(first, amount=sum((one.amount or Fraction(0) for one in singly), Fraction(0)))


def unknown(state: State, look: Look, batch: Sequence[Judged]) -> Iterator[str]:
    """The numbers of the line that holds which nobody knows."""
    listener, seen = look.listener, look.seen
    if all(one.formula is None for one in listener.rule.effects):
        return
    line = listener.line(state, seen)
    for one in listener.rule.effects:
        formula = None if one.line != line else one.formula
        several = each_seen(state, look, batch) if one.each else ()
        if formula is not None and any(
            state.measure(listener.version, formula, own) is None for own in several or (seen,)
        ):
            yield formula


def outcome(state: State, effect: Effect, times: int, seen: Seen, listener: Listener) -> Outcome:
    """What an effect opens (ends, moves) at an instant; what it ended is known when it is applied."""
    at = seen.at
    if isinstance(effect, Move):
        return Outcome(effect, at, at, times=times, factor=_factor(state, effect, seen, listener))
    if isinstance(effect, End):
        return Outcome(effect, at, at, amount=amount_of(state, effect, listener.version, times, seen), times=times)
    if effect.sort == "sanction":
        return imposed(state, effect, times, seen, listener, _factor(state, effect, seen, listener))
    if effect.sort == "fine":
        amount = amount_of(state, effect, listener.version, times, seen) or Fraction(0)
        return Outcome(effect, at, None, open_until=("paid",), amount=amount, times=times)
    if effect.sort == "post":
        amount = amount_of(state, effect, listener.version, times, seen) or Fraction(0)
        return Outcome(effect, at, at, amount=amount, times=times)
    if effect.sort in ("notice", "require", "forward"):
        until = at if effect.due is None else state.zone.after(at, effect.due)
        return Outcome(effect, at, None if until == NEVER else until, times=times)
    if effect.sort == "flag" and effect.parts:
        lasts = impose(effect, at, times, state.zone)
        least = lasts.until or lasts.least
        return Outcome(effect, at, None, open_until=lasts.open_until or ("length",), times=times, least=least)
    if effect.sort == "flag" and state.law.rules(listener.version).per_period(effect.name):
        return Outcome(effect, at, None, open_until=("period_end",), times=times)
    return Outcome(effect, at, None, permanent=True, times=times)


def outcome_again(state: State, one: Outcome, seen: Seen, listener: Listener) -> Outcome:
    """What was reckoned for an effect when its rule fired, from another instant on."""
    made = outcome(state, one.effect, one.times, seen, listener)
    if isinstance(one.effect, Open) and one.effect.sort == "sanction":
        return impose(one.effect, seen.at, one.times, state.zone, one.factor)
    return replace(made, amount=one.amount)


def _factor(state: State, effect: Open | Move, seen: Seen, listener: Listener) -> int:
    """How often a length counts, in whole numbers."""
    if effect.formula is None:
        return 1
    return max(0, int(state.measure(listener.version, effect.formula, seen) or 0))
