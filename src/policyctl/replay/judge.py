"""Judging: which rules rise in a step, which of them take effect, and what they open.

A rule looks at a period, the running one or a closed one that the step posts to. Everything is read on the one state
after all postings; then the ladders choose, then the effects apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from policyctl.policy.form import Open, Rule
from policyctl.replay.admit import Judged
from policyctl.replay.answer import Decision, Outcome, SilentReason
from policyctl.replay.because import reasons
from policyctl.replay.fines import FineRecord
from policyctl.replay.flags import CLOSED
from policyctl.replay.law import Listener, Rules
from policyctl.replay.measures import Seen
from policyctl.replay.memory import Review, key_of
from policyctl.replay.records import NEW, Latch, LatchKey
from policyctl.replay.sanctions import impose, served_at
from policyctl.replay.state import State
from policyctl.replay.taken import own_times


class Look(Struct, frozen=True):
    """A rule looks at a period, seen from where, with the tickets of the step that belong to it. `closed` is the key of
    its latch in a closed period, None in the running one."""

    listener: Listener
    closed: LatchKey | None
    seen: Seen
    tickets: tuple[str, ...]

    def level(self, state: State) -> int:
        """How far the rule has risen."""
        return state.level(self.listener, self.seen) if self.closed is None else self.listener.level(state, self.seen)

    def latch(self, state: State) -> Latch:
        """Its latch."""
        if self.closed is None:
            return state.latch(self.listener, self.seen.booked)
        return state.latches.get(self.closed, NEW)

    def set_latch(self, state: State, latch: Latch) -> None:
        """Put another latch in its place."""
        if self.closed is None:
            state.set_latch(self.listener, self.seen.booked, latch)
        else:
            state.latches[self.closed] = latch


class Fired(Struct, frozen=True):
    """What came of a look: a decision that stands, or one for review, or one that stands and an excess for review."""

    look: Look
    stands: Decision | None
    review: Review | None


def judge(
    state: State, rules: Rules, periods: Iterable[Sequence[Look]], first: int, batch: Sequence[Judged] = ()
) -> None:
    """Judge the rules that look at each period, the running one first; then apply the effects of all that fire. `first`
    is the number of the first entry that the step posted; the `batch` are all tickets of the step: any of them may name
    the decisions."""
    fired = [one for looks in periods for one in _rise(state, rules, looks, first, batch)]
    # In the order of their ids, so that fines stand in the order in which payments fill them.
    for one in sorted(fired, key=lambda one: one.stands.id if one.stands is not None else ""):
        if one.review is not None:
            state.reviews.append(one.review)
        if one.stands is not None:
            one.look.set_latch(state, replace(one.look.latch(state), fired=True))
            apply(state, one.look.listener, one.stands, one.look.seen.booked)
        else:
            one.look.set_latch(state, replace(one.look.latch(state), reviewed=True))


def _rise(state: State, rules: Rules, looks: Sequence[Look], first: int, batch: Sequence[Judged]) -> Iterator[Fired]:
    """Those that rise in one period, without the steps of a ladder that a higher one outranks."""
    risen: dict[str, tuple[Look, int]] = {}
    silent: list[tuple[Look, SilentReason]] = []
    for look in looks:
        latch, now = look.latch(state), look.level(state)
        counted = latch.counted or 0
        if now > counted and not state.closed:
            risen[look.listener.rule.name] = (look, now - counted)
            look.set_latch(state, replace(latch, counted=now))
        else:
            silent.append((look, silent_reason(state, look.listener, latch, now, look.seen)))
    for name in _outranked(rules, risen):
        look, _ = risen.pop(name)
        look.set_latch(state, replace(look.latch(state), outranked=True))
        silent.append((look, "outranked"))
    fired = [_decide(state, look, times, first, batch) for look, times in risen.values()]
    for look, reason in silent:
        if look.closed is None:
            state.say(look.seen.at, look.listener, None, reason)
    for one in fired:
        if one.stands is not None:
            state.say(one.look.seen.at, one.look.listener, one.stands.id, None)
        else:
            state.say(one.look.seen.at, one.look.listener, None, "for_review")
    yield from fired


def _outranked(rules: Rules, risen: dict[str, tuple[Look, int]]) -> list[str]:
    """The steps that a higher step of their ladder, reached at the same moment, keeps from taking effect."""
    lower: list[str] = []
    for ladder in rules.ladders if risen else ():
        reached = [step for step in ladder.steps if step in risen]
        if ladder.takes == "highest":
            lower += reached[:-1]
    return lower


def silent_reason(state: State, listener: Listener, latch: Latch, level: int, seen: Seen) -> SilentReason:
    """Why a rule does not fire at this moment."""
    if state.closed:
        return "identity_closed"
    counted = latch.counted or 0
    lacks = listener.lacks(level, counted, state, seen)
    if lacks is not None and not (listener.every is not None and latch.fired):
        return lacks
    if level > counted:
        return "awaits_ticket"
    if latch.outranked:
        return "outranked"
    if latch.reviewed:
        return "for_review"
    return "already_fired" if latch.fired else "true_from_start"


def _decide(state: State, look: Look, times: int, first: int, batch: Sequence[Judged]) -> Fired:
    """The decision; or, before a correction of the record, what of it may stand."""
    listener, seen = look.listener, look.seen
    period = state.period_name(listener, seen.booked)
    id = f"{listener.rule.name}@{look.tickets[0]}"
    if look.closed is not None and period is not None:
        id += f"/{period[:4]}"
    because, flags = reasons(state, id, listener, seen, first)
    decision = Decision(
        id=id,
        at=seen.at,
        identity=state.identity,
        rule=listener.rule,
        version=listener.version,
        period=period,
        tickets=look.tickets,
        outcomes=_outcomes(state, listener.rule, times, seen.at, listener),
        because=because,
        flags=flags,
        annulled=tuple(judged.ticket.id for judged in batch if judged.annulled),
        step=tuple(judged.ticket.id for judged in batch),
    )
    appeal = state.memory.review(key_of(decision))
    if appeal is not None:
        return Fired(look, None, Review(decision, listener, seen.booked, appeal))
    return _no_heavier(state, look, decision, times)


def _no_heavier(state: State, look: Look, decision: Decision, times: int) -> Fired:
    """Of a decision that stood before a correction, no more than it was; the excess is for review."""
    old = state.memory.before(key_of(decision))
    if old is None:
        return Fired(look, decision, None)
    most = own_times(old)  # what a person confirmed beside it stays beside it
    if old.rule is decision.rule and times <= most:
        return Fired(look, decision, None)
    state.unusual += 1
    excess = times - most if any(effect.each for effect in old.rule.effects) else 0
    outcomes = _outcomes(state, old.rule, min(times, most), decision.at, look.listener)
    stands = replace(decision, rule=old.rule, version=old.version, outcomes=outcomes)
    if excess <= 0:
        return Fired(look, stands, None)
    key, memory = key_of(decision), state.memory
    each = tuple(effect for effect in old.rule.effects if effect.each)
    rest = replace(
        decision, outcomes=tuple(outcome(state, effect, excess, decision.at, look.listener) for effect in each)
    )
    appeal = memory.exceeded.get(key, memory.appeal)
    return Fired(look, stands, Review(rest, look.listener, look.seen.booked, appeal, excess=True))


def _outcomes(state: State, rule: Rule, times: int, at: datetime, listener: Listener) -> tuple[Outcome, ...]:
    return tuple(outcome(state, effect, times, at, listener) for effect in rule.effects)


def outcome(state: State, effect: Open, times: int, at: datetime, listener: Listener) -> Outcome:
    """What an effect opens at an instant."""
    if effect.sort == "sanction":
        return impose(effect, at, times, state.zone)
    if effect.sort == "fine":
        assert effect.amount is not None
        amount = effect.amount * times if effect.each else effect.amount
        return Outcome(effect, at, None, open_until=("paid",), amount=amount, times=times)
    if effect.sort == "notice":
        return Outcome(effect, at, at, times=times)
    if effect.sort == "flag" and state.law.rules(listener.version).per_period(effect.name):
        return Outcome(effect, at, None, open_until=("period_end",), times=times)
    return Outcome(effect, at, None, permanent=True, times=times)


def apply(state: State, listener: Listener | None, decision: Decision, booked: datetime) -> None:
    """Let a decision take effect. No effect ends or moves anything yet, so their order does not matter. Its fines and
    flags belong to the period seen from `booked`. What no rule decided raises no flag."""
    state.decisions.append(decision)
    name(state, decision)
    for opened in decision.outcomes:
        effect = opened.effect
        if effect.sort == "fine":
            open_fine(state, decision, opened, booked)
        elif effect.sort == "close":
            state.raise_flag(CLOSED, (), booked, decision.id)
        elif effect.sort == "flag" and listener is not None:
            of_period = state.law.rules(listener.version).per_period(effect.name)
            lasts = state.flag_period(listener, booked) if of_period else ()
            state.raise_flag(effect.name, lasts, booked, decision.id)


def name(state: State, decision: Decision) -> None:
    """From now on a payment or a person may name the decision, by any ticket of its step."""
    _, slash, year = decision.id.rpartition("@")[2].partition("/")
    for ticket in decision.tickets:
        state.named[f"{decision.rule.name}@{ticket}{slash}{year}"] = decision
        state.meant.setdefault(f"{decision.rule.name}@{ticket}", decision)
    for ticket in decision.step:
        state.named.setdefault(f"{decision.rule.name}@{ticket}{slash}{year}", decision)


def open_fine(state: State, decision: Decision, opened: Outcome, booked: datetime) -> None:
    """Open a fine; it belongs to the books seen from a date."""
    assert opened.amount is not None
    until = served_at(decision.outcomes) if opened.effect.clears_when == "served" else None
    _add_fine(state, FineRecord(decision, opened.effect, opened.amount, {}, booked, opened.start, until))


def reopen_fine(state: State, old: FineRecord) -> None:
    """Open the fine of a decision that was taken back, for the clearing that stays."""
    _add_fine(
        state, FineRecord(old.decision, old.effect, old.amount, {}, old.booked, old.opened, old.served_at, ghost=True)
    )


def _add_fine(state: State, fine: FineRecord) -> None:
    seen = ((ledger, state.books.seen_from(ledger, fine.booked)) for ledger in fine.effect.clears)
    books = {ledger: book.number for ledger, book in seen if book is not None}
    id = fine.decision.id
    state.fine_of[id] = (*state.fine_of.get(id, ()), len(state.fines))
    state.fines.append(replace(fine, books=books))
