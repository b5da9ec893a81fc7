"""What corrections of the record took back: whole decisions, and times of decisions that stand with fewer.

A decision counts as many, one upon the other, as it has times, where one of its effects is multiplied by them: its
first, its second, and so on. Each of them is taken back by itself, by the first correction after which it no longer
stands; so nothing is taken back twice, however often a decision becomes lighter. Those that one correction took go
together. Without the first, that is an excess: the decision stands with the rest, or did till a later correction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from fractions import Fraction
from itertools import takewhile

from msgspec import Struct
from msgspec.structs import replace

from policyctl.policy.form import Effect, End, Move, Open
from policyctl.replay.agenda import Plan
from policyctl.replay.answer import Decision, Outcome
from policyctl.replay.memory import Key, key_of
from policyctl.replay.state import State

NOTHING = Fraction(0)


class Reached(Struct, frozen=True):
    """How far a replay went: its state, the instant up to and including which it went, and the plan that it follows.
    `then` is its state just before the correction that came next, where that is another one."""

    state: State
    until: datetime
    plan: Plan
    then: State | None = None


class Taken(Struct, frozen=True):
    """A decision that a correction took back, or of which it left fewer times. `decision` is as it stood then, and
    `stays` what that correction left of it, if anything; `at` is the instant of the appeal, `corrected` says how many
    corrections had come before, and `before` is how far they had led by then.

    `left` are the times that are not taken back, or were by another correction: with `excess` the others are told."""

    decision: Decision
    stays: Decision | None
    appeal: str
    at: datetime
    corrected: int
    before: Reached
    left: int = 0
    excess: bool = False
    longer: bool = False
    """It stands just as it was, but its sanction had run longer than it does now: only that time is told."""
    stand: tuple[Decision, ...] = ()
    """Where that is so: all decisions that the correction left."""


def times_of(decision: Decision) -> int:
    """How many times a decision counts: those of its own, and those that a person confirmed beside them. Where no
    effect is multiplied, a decision is one thing, however many times it says."""
    own = own_outcomes(decision)
    if not any(outcome.effect.each for outcome in own):
        return 1
    more = decision.outcomes[len(own) :]
    return own_times(decision) + (more[0].times if more else 0)


def own_outcomes(decision: Decision) -> tuple[Outcome, ...]:
    """What the rule itself decided, without what a person confirmed beside it: its effects in their order, but for
    those of other lines and those that came to nothing. What was confirmed begins with one of them again."""
    effects, outcomes = iter(decision.rule.effects), decision.outcomes

    def of_rule(outcome: Outcome) -> bool:
        elected = isinstance(outcome.effect, Open) and outcome.effect.elected is not None
        return elected or any(same_written(effect, outcome.effect) for effect in effects)

    return outcomes[: sum(1 for _ in takewhile(of_rule, outcomes))]


def fined(decision: Decision) -> Fraction:
    """The money of its own fines."""
    return sum((size(one) for one in own_outcomes(decision) if one.effect.sort == "fine"), NOTHING)


def same_written(written: Effect, opened: Effect) -> bool:
    """Whether an effect is the one that a rule writes, whatever was chosen from its range."""
    return (written.sort, written.name, written.line) == (opened.sort, opened.name, opened.line)


def own_times(decision: Decision) -> int:
    """The times that the rule fired with, without what a person confirmed beside them."""
    if all(outcome.times == 1 for outcome in decision.outcomes):
        return 1  # so it is with most decisions, and this is the shorter way to see it
    return max((outcome.times for outcome in own_outcomes(decision)), default=1)


def same_kind(now: Decision, before: Decision) -> bool:
    """Whether a decision is by the same rule as one that stood, and imposes nothing that this one did not."""
    return now.rule is before.rule and all(old is not None for _, old in pairs(now, before))


def pairs(now: Decision, before: Decision) -> Iterator[tuple[Outcome, Outcome | None]]:
    """Each of the own effects of a decision with the same one of another, whatever was chosen from its range."""
    others = own_outcomes(before)
    for one in own_outcomes(now):
        exact = (other for other in others if other.effect == one.effect)
        written = (other for other in others if same_written(other.effect, one.effect))
        yield one, next(exact, None) or next(written, None)


def no_heavier(now: Decision, before: Decision) -> bool:
    """Whether a decision is no more than one that stood: of the same kind, with no more times, and nothing in it that
    is reckoned came to more."""
    if now.rule is before.rule and _just_so(now, before):
        return True  # so it is with nearly all of many decisions, and this is the shorter way to see it
    if not same_kind(now, before) or own_times(now) > own_times(before):
        return False
    return not any(old is not None and heavier(one, old) for one, old in pairs(now, before))


def _just_so(now: Decision, before: Decision) -> bool:
    """Whether a decision has the very effects and numbers of one that stood."""
    new, old = now.outcomes, before.outcomes
    if new is old:
        return True
    if len(new) != len(old):
        return False
    for one, other in zip(new, old, strict=True):
        if one.effect is not other.effect or one.times != other.times:
            return False
        if one.amount != other.amount or one.factor != other.factor:
            return False
    return True


def heavier(now: Outcome, before: Outcome) -> bool:
    """Whether what is reckoned in an effect, or was chosen from its range, came to more; to less, where it takes points
    off."""
    effect = now.effect
    if effect.formula is None and effect == before.effect:
        return False
    fewer_is_heavier = effect.sort == "shorten" or isinstance(effect, End) or (isinstance(effect, Open) and effect.back)
    return size(now) < size(before) if fewer_is_heavier else size(now) > size(before)


def size(outcome: Outcome) -> Fraction:
    """What an effect comes to: its money or points; of a sanction its lengths together, to be compared with those of
    the same one."""
    effect = outcome.effect
    if isinstance(effect, Move):
        return Fraction(outcome.factor * (outcome.times if effect.each else 1))
    if outcome.amount is not None or isinstance(effect, End):
        return outcome.amount or NOTHING
    counts = [part.length.count for part in effect.parts if part.length is not None]
    return outcome.factor * Fraction(sum(counts) * (outcome.times if effect.each else 1))


def fewer(now: Decision, before: Decision) -> bool:
    """Whether a decision stands with fewer times than it did."""
    new, old = now.outcomes, before.outcomes
    if now is before or (len(new) == len(old) and [o.times for o in new] == [o.times for o in old]):
        return False  # so it is with nearly all of many decisions, and this is the shorter way to see it
    return times_of(now) < times_of(before)


def less(now: Decision, before: Decision) -> bool:
    """Whether a fine or a length of a decision, which is reckoned or chosen, came to less than it had, together with
    what a person confirmed beside it."""
    if now is before or _just_so(now, before):
        return False
    for old in own_outcomes(before):
        effect = old.effect
        if not isinstance(effect, Open) or effect.sort not in ("fine", "sanction"):
            continue
        had, has = ([one for one in of.outcomes if same_written(effect, one.effect)] for of in (before, now))
        varies = effect.formula is not None or any(one.effect != effect for one in has)
        if varies and sum(map(size, has)) < sum(map(size, had)):
            return True
    return False


def ended_sooner(now: Decision, before: Decision, until: datetime) -> bool:
    """Whether a sanction of a decision ran less, up to an instant, than it had."""
    return any(
        new is not None
        and (new.start > old.start or min(_over(new) or until, until) < min(_over(old) or until, until))
        and old.start < until
        for old, new in pairs(before, now)
        if old.effect.sort == "sanction"
    )


def _over(outcome: Outcome) -> datetime | None:
    return outcome.dropped or outcome.until


def taken_back(noted: Iterable[Taken], standing: Iterable[Decision]) -> tuple[Taken, ...]:
    """What is taken back in the end, of all that a correction took back at any time, in their order: what stands again
    is not, and each time is told once."""
    decisions = {key_of(decision): decision for decision in standing}
    stands = {key: times_of(decision) for key, decision in decisions.items()}
    told: dict[Key, set[int]] = {}
    found = []
    for one in noted:
        key, times = key_of(one.decision), times_of(one.decision)
        left = max(stands.get(key, 0), 0 if one.stays is None else times_of(one.stays))
        mine = set(range(left + 1, times + 1)) - told.setdefault(key, set())
        if mine:
            told[key] |= mine
            found.append(replace(one, left=times - len(mine), excess=1 not in mine))
        elif one.stays is not None:
            in_the_end = decisions.get(key, one.stays)
            if one.longer:
                found.append(replace(one, left=times, excess=True))
            elif less(one.stays, one.decision) and less(in_the_end, one.decision):
                stays = max(one.stays, in_the_end, key=fined)
                found.append(replace(one, stays=stays, left=times, excess=True))
    return tuple(found)
