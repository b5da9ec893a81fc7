"""Judging: which rules rise in a step, which of them take effect, and what they open.

A rule looks at a period, the running one or a closed one that the step posts to. Everything is read on the one state
after all postings; then the ladders choose, then the effects apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from policyctl.policy.form import Ladder, Move, Open
from policyctl.replay.answer import Decision, Outcome
from policyctl.replay.applying import Taking, apply_all
from policyctl.replay.because import reasons
from policyctl.replay.beginning import begun_as_it_was, is_dated
from policyctl.replay.listener import Listener
from policyctl.replay.look import Look
from policyctl.replay.measures import Seen
from policyctl.replay.memory import Review, key_of
from policyctl.replay.outcomes import outcome, outcomes_of, that_come_to_something, unknown
from policyctl.replay.reason import SilentReason
from policyctl.replay.records import Latch
from policyctl.replay.rules import Rules
from policyctl.replay.sanctions import impose
from policyctl.replay.state import State
from policyctl.replay.taken import heavier, no_heavier, own_outcomes, own_times, pairs, same_kind, size
from policyctl.replay.tickets import Judged


class Fired(Struct, frozen=True):
    """What came of a look: a decision that stands, or one for review, or one that stands and an excess for review. The
    decision is `by` the rule that looked, or that of another version, where it stands as it was."""

    look: Look
    by: Listener
    stands: Decision | None
    review: Review | None


def judge(
    state: State, rules: Rules, periods: Iterable[Sequence[Look]], first: int, batch: Sequence[Judged] = ()
) -> set[str]:
    """Judge the rules that look at each period, the running one first; then apply the effects of all that fire, and
    return their names. `first` is the number of the first entry that the step posted; the `batch` are all tickets of
    the step: any of them may name the decisions."""
    fired = [one for looks in periods for one in _rise(state, rules, looks, first, batch)]
    if not fired:
        return set()
    taking: list[Taking] = []
    # In the order of their ids, so that fines stand in the order in which payments fill them.
    for one in sorted(fired, key=lambda one: one.stands.id if one.stands is not None else ""):
        if one.review is not None:
            state.reviews.append(one.review)
        if one.stands is not None:
            one.look.set_latch(state, replace(one.look.latch(state), fired=True))
            seen = one.look.seen
            taking.append(Taking(one.by, one.stands, seen.booked, one.look.about, seen.ticket))
        else:
            one.look.set_latch(state, replace(one.look.latch(state), reviewed=True))
    apply_all(state, taking)
    return {one.look.listener.rule.name for one in fired}


def _rise(state: State, rules: Rules, looks: Sequence[Look], first: int, batch: Sequence[Judged]) -> Iterator[Fired]:
    """Those that rise in one period, without the steps of a ladder that a higher one outranks. Why others are silent is
    said of the running period."""
    risen: dict[str, tuple[Look, int]] = {}
    silent: list[tuple[Look, SilentReason]] = []
    for look in looks:
        latch, now = look.latch(state), look.level(state)
        counted = (latch.counted or 0) if look.before is None else look.before
        if look.listener.rule.mode == "each":
            counted = 0
        if now > counted and not state.closed:
            risen[look.listener.rule.name] = (look, now - counted)
        elif look.closed is None:
            held = latch if look.before is None else replace(latch, counted=counted)
            silent.append((look, silent_reason(state, look.listener, held, now, look.seen)))
    for name in _not_yet(rules, risen):
        look, _ = risen.pop(name)
        state.look_again(look.listener)
        silent.append((look, "awaits_ticket"))
    outranked = _outranked(rules, risen)
    for name, (look, times) in list(risen.items()):
        latch = look.latch(state)
        if name in outranked:
            del risen[name]
            silent.append((look, "outranked"))
        look.set_latch(state, replace(latch, counted=(latch.counted or 0) + times, outranked=name in outranked))
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


def _not_yet(rules: Rules, risen: Mapping[str, object]) -> set[str]:
    """The steps of a ladder that is climbed stage by stage whose turn comes only after a lower one, reached at the same
    moment: they stay armed."""
    return {step for ladder in rules.ladders if ladder.takes == "next" for step in _but(ladder, risen, 0)}


def _outranked(rules: Rules, risen: Mapping[str, object]) -> set[str]:
    """The steps that a higher step of their ladder, reached at the same moment, keeps from taking effect; and the rules
    over which another one prevails that fires at the same moment. All of that is read on what has risen, so that no
    order matters."""
    if not risen:
        return set()
    lower = {step for ladder in rules.ladders if ladder.takes == "highest" for step in _but(ladder, risen, -1)}
    return lower | {one.under for one in rules.prevailing if one.over in risen and one.under in risen}


def _but(ladder: Ladder, risen: Mapping[str, object], kept: Literal[0, -1]) -> Iterator[str]:
    """The steps that have risen, but for those of the lowest (or the highest) rung of them."""
    rungs = [rung for rung in ladder.rungs if any(step in risen for step in rung)] if risen else []
    for rung in rungs[1:] if kept == 0 else rungs[:-1]:
        yield from (step for step in rung if step in risen)


def silent_reason(state: State, listener: Listener, latch: Latch, level: int, seen: Seen) -> SilentReason:
    """Why a rule does not fire at this moment."""
    if state.closed:
        return "identity_closed"
    # A latch that no step of its calendar unit has started yet would start at the level.
    begun = listener.begins(level) if latch.counted is None and listener.by_units else latch.counted or 0
    counted = 0 if listener.rule.mode == "each" else begun
    lacks = listener.lacks(level, counted, state, seen)
    if lacks is not None and not (listener.every is not None and latch.fired):
        return lacks
    if level > counted:
        return "awaits_ticket" if listener.rule.occasion == "ticket" else "awaits_occasion"
    if latch.outranked:
        return "outranked"
    if latch.reviewed:
        return "for_review"
    return "already_fired" if latch.fired else "true_from_start"


def _decide(state: State, look: Look, times: int, first: int, batch: Sequence[Judged]) -> Fired:
    """The decision; or, before a correction of the record, what of it may stand."""
    listener, seen = look.listener, look.seen
    period = state.period_name(listener, seen.booked)
    named = look.tickets or look.events or (f"{state.identity},{state.zone.show(seen.at)}",)
    id = f"{listener.rule.name}@{named[0]}"
    if look.closed is not None:
        state.unusual += 1
        id += f"/{period[:4]}" if period is not None else ""
    because, flags, words = reasons(state, id, listener, seen, first)
    decision = Decision(
        id=id,
        at=seen.at,
        identity=state.identity,
        rule=listener.rule,
        version=listener.version,
        period=period,
        tickets=look.tickets,
        events=look.events,
        outcomes=outcomes_of(state, look, times, id, batch),
        because=because,
        flags=flags,
        words=words,
        unknown=tuple(unknown(state, look, batch)),
        annulled=tuple(judged.ticket.id for judged in batch if judged.annulled),
        step=tuple(judged.ticket.id for judged in batch),
    )
    appeal = state.memory.review(key_of(decision))
    if appeal is not None:
        return Fired(look, listener, None, Review(decision, listener, seen.booked, appeal))
    fired, old = _no_heavier(state, look, decision, times), state.memory.before(key_of(decision))
    if fired.stands is None or old is None:
        return fired
    return replace(fired, stands=begun_as_it_was(state, fired.stands, old))


def _no_heavier(state: State, look: Look, decision: Decision, times: int) -> Fired:
    """Of a decision that stood before a correction, no more than it was, by the rule of the version that judged it; the
    excess is for review."""
    old = state.memory.before(key_of(decision))
    if old is None:
        return Fired(look, look.listener, decision, None)
    if no_heavier(decision, old):
        return Fired(look, look.listener, decision, None)
    state.unusual += 1
    own = own_outcomes(old)  # what a person confirmed beside it stays beside it
    most = own_times(old)
    times = max(times, own_times(decision))
    if same_kind(decision, old) and times <= most:
        outcomes = tuple(_held_to(state, decision.at, one, then) for one, then in pairs(decision, old))
        return Fired(look, look.listener, replace(decision, outcomes=outcomes), None)
    by = next(one for one in state.law.rules(old.version).listeners if one.rule is old.rule)
    effects = tuple(one.effect for one in own)
    excess = times - most if any(effect.each for effect in effects) else 0
    found = (
        _held_to(state, decision.at, outcome(state, one.effect, min(times, most), look.seen, by), one) for one in own
    )
    outcomes = tuple(that_come_to_something(found))
    stands = replace(decision, rule=old.rule, version=old.version, outcomes=outcomes)
    if excess <= 0:
        return Fired(look, by, stands, None)
    key, memory = key_of(decision), state.memory
    each = tuple(effect for effect in effects if effect.each)
    more = tuple(that_come_to_something(outcome(state, effect, excess, look.seen, by) for effect in each))
    appeal = memory.exceeded.get(key, memory.appeal)
    rest = Review(replace(stands, outcomes=more), by, look.seen.booked, appeal, excess=True)
    return Fired(look, by, stands, rest)


def _held_to(state: State, at: datetime, now: Outcome, before: Outcome | None) -> Outcome:
    """What an effect opens, where it may come to no more than it had."""
    if before is None or not heavier(now, before):
        return now
    effect = before.effect
    if isinstance(effect, Open) and effect.sort == "sanction":
        if is_dated(now):
            effect, at = replace(effect, begins=None), now.start
        once = impose(effect, at, now.times, state.zone)
        held = impose(effect, at, now.times, state.zone, size(before) / size(once))
        return replace(held, effect=before.effect)
    if isinstance(effect, Move):
        return replace(before, start=now.start, until=now.until)
    return replace(now, effect=effect, amount=before.amount)
