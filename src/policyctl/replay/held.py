"""What was over before a correction of the record stays over: a ticket that never counted may have lifted a sanction,
made it shorter, lowered a flag or waived a fine, and a correction makes nobody worse in the past.

In the replay of the corrected record a sanction of a decision that stands ends, at the latest, when it had ended; a
flag goes down when a decision had lowered it, and what a rule had waived of a fine is waived again. What was not over
by the instant of the correction goes by the corrected record. Plain sanctions are not asked: nothing moves their ends,
unless only the heaviest of them runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from msgspec.structs import replace

from policyctl.policy.form import Open, Overlap
from policyctl.replay.agenda import Due, Phase
from policyctl.replay.answer import Decision, Outcome, PartOutcome
from policyctl.replay.ending import Arrangement, ended, less_of, overlap_of, still_running
from policyctl.replay.ends import amend
from policyctl.replay.memory import KeptEnd, KeptLow, KeptWaiver, Memory, key_of
from policyctl.replay.sanctions import FOR_GOOD
from policyctl.replay.state import State
from policyctl.replay.taken import same_written

_LAST = "\U0010ffff"
"""Behind every id: what is kept comes after all else of its phase."""


def kept_ends(state: State, memory: Memory, before: datetime) -> Iterator[Due]:
    """What is to end again, of all that had ended before an instant in the state just before it."""
    yield from _kept_of_heaviest(state, memory, before)
    if state.law.unproved is None:
        return  # there is nothing in the policy that moves an end
    for key, decision in memory.stood.items():
        for number, one in enumerate(ended(state, decision).outcomes):
            if one.effect.sort in ("sanction", "flag") and one.until is not None and one.until < before and _moves(one):
                natural = one.lifted is None and isinstance(one.effect, Open) and one.effect.until is None
                phase = Phase.ENDS if natural else Phase.WAITING_PAYMENTS
                yield one.until, phase, _LAST, KeptEnd(key, _order(decision, number), one)
    for places in state.fine_of.values():
        for number, fine in enumerate(state.fines[place] for place in places):
            if fine.by_rule and fine.waived and fine.waived_at is not None and fine.waived_at < before:
                kept = KeptWaiver(key_of(fine.decision), number, fine.waived)
                yield fine.waived_at, Phase.WAITING_PAYMENTS, _LAST, kept
    for at, flag in state.lowered:
        if at < before:
            yield at, Phase.WAITING_PAYMENTS, _LAST, KeptLow(flag)


def _kept_of_heaviest(state: State, memory: Memory, before: datetime) -> Iterator[Due]:
    """Of sanctions of which only the heaviest runs: one that was absorbed, or gave way, is over when none of its name
    ran any more, though its own end had not come."""
    choices = () if state.version is None else state.version.choices
    rules = {one.sanction: one.rule for one in choices if isinstance(one, Overlap) and one.rule == "heaviest"}
    if not rules:
        return
    decisions = [ended(state, decision) for decision in state.decisions]
    arrangement = Arrangement(rules, state.sanctions_dropped, state.zone)
    for name in rules:
        ran = [interval for _, interval in arrangement.ran(name, decisions)]
        effects = ((one, one.effect) for decision in decisions for one in decision.outcomes if one.lifted is None)
        by_time = {one.until for one, of in effects if isinstance(of, Open) and of.name == name and of.until is None}
        for decision in (one for one in decisions if key_of(one) in memory.stood):
            for number, one in enumerate(decision.outcomes):
                end = min(one.dropped or one.until or FOR_GOOD, before)
                imposed = one.effect.sort == "sanction" and one.effect.name == name
                free = less_of([(one.start, end)], ran) if imposed else []
                if free:
                    over = free[0][0]
                    phase = Phase.ENDS if over in by_time else Phase.WAITING_PAYMENTS
                    kept = KeptEnd(key_of(decision), _order(decision, number), replace(one, until=over))
                    yield over, phase, _LAST, kept


def _moves(outcome: Outcome) -> bool:
    """Whether something other than the length it was imposed for brought its end."""
    effect = outcome.effect
    if not isinstance(effect, Open) or outcome.dropped is not None:
        return False
    acts = any(part.acts is not None for part in effect.parts)
    return outcome.moved or outcome.lifted is not None or effect.until is not None or effect.frozen is not None or acts


def _order(decision: Decision, number: int) -> int:
    """The place of an outcome among those of its decision that are of one written effect: of others, some may come to
    nothing."""
    effect = decision.outcomes[number].effect
    return sum(1 for one in decision.outcomes[:number] if same_written(one.effect, effect))


def _place(decision: Decision, kept: KeptEnd) -> int | None:
    """Where among the outcomes of a decision the one is that ends again."""
    effect = kept.outcome.effect
    places = (place for place, one in enumerate(decision.outcomes) if same_written(one.effect, effect))
    return next(islice(places, kept.order, None), None)


def end_again(state: State, instant: datetime, kept: KeptEnd) -> None:
    """End a sanction, or a flag for a time, as it had ended; unless it is over."""
    for place, decision in enumerate(state.decisions):
        number = _place(decision, kept) if key_of(decision) == kept.key else None
        if number is None:
            continue
        one, then = decision.outcomes[number], kept.outcome
        if one.dropped is not None or (decision.id, number) in state.lifted:
            continue
        if one.effect.sort == "sanction" and overlap_of(state.version, one.effect.name) != "later":
            one = still_running(state, decision, instant).get(number, one)
        if one.until is not None and one.until <= instant:
            continue
        parts = tuple(PartOutcome(part.name, min(part.until or FOR_GOOD, instant)) for part in one.parts)
        over = replace(
            one,
            start=min(one.start, instant),
            until=instant,
            permanent=False,
            open_until=(),
            parts=parts,
            left=(),
            lifted=None if then.lifted is None else instant,
            moved=True,
            settled=then.settled,
        )
        outcomes = (over if n == number else old for n, old in enumerate(decision.outcomes))
        amend(state, place, replace(decision, outcomes=tuple(outcomes)), instant)
        if one.effect.sort == "flag":
            state.flags.down(one.effect.name, decision.id, state.books, instant)
        state.touch_all()


def waive_again(state: State, instant: datetime, kept: KeptWaiver) -> None:
    """Waive of a fine what is still open of so much."""
    for place in state.fine_of.get(kept.key, ())[kept.number : kept.number + 1]:
        fine = state.fines[place]
        part = min(kept.waived - (fine.waived or 0), fine.open)
        if part > 0 and not fine.ghost:
            state.fines[place] = fine.owed_less(part, instant, by_rule=True)
            state.touch_all()


def lower_again(state: State, instant: datetime, kept: KeptLow) -> None:
    """Lower a flag as a decision had lowered it; what raises it at this very instant came after that."""
    raised = {decision.id for decision in state.decisions if decision.at == instant}
    if state.flags.lower(kept.flag, state.books, instant, but=raised):
        state.lowered.append((instant, kept.flag))
        state.touch_all()
