"""The effects of all decisions of a round of the second reader, in their order: ends, then what opens."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from policyctl.policy.form import Effect, End, Open
from tests.second_reader.facts import Decision
from tests.second_reader.points import end, number, post

if TYPE_CHECKING:
    from tests.second_reader.interpreter import Replay


def own(decision: Decision) -> list[Effect]:
    """The effects of the line that holds."""
    return [effect for effect in decision.rule.effects if decision.line in (None, effect.line)]


def numbers(one: Replay, decision: Decision) -> dict[int, Fraction | None]:
    """The numbers of its effects, read on the state of the round."""
    asked = [effect for effect in own(decision) if isinstance(effect, Open | End)]
    return {
        id(effect): number(one, decision, effect)
        for effect in asked
        if effect.amount is not None or effect.formula is not None
    }


def end_all(one: Replay, decision: Decision, sort: str) -> None:
    """Its ends of one sort."""
    for effect in own(decision):
        if not isinstance(effect, End) or effect.sort != sort:
            continue
        if sort == "lift":
            decision.ended[id(effect)] = [(name, Fraction(0)) for name in _lift(one, effect)]
        elif sort != "void":
            found = end(one, decision, effect)
            decision.ended[id(effect)] = [(name, points) for name, points in found if points]


def _lift(one: Replay, effect: End) -> list[str]:
    """End what runs of a sanction, or is to come; lower a flag. What there was to end."""
    found = []
    for name in effect.names:
        found += [name for flag in one.ground.flags if flag.name == name and one.ground.is_up(flag, one.seen())][:1]
        for flag in one.ground.flags:
            if flag.name == name and one.ground.is_up(flag, one.seen()):
                flag.lowered = one.now
        for sanction in (s for s in one.sanctions if s.name == name and not s.ended):
            if sanction.lifted_at is None and (sanction.until is None or one.now < sanction.until):
                found += [name] if name not in found else []
                sanction.full, sanction.until, sanction.lifted_at = sanction.until, one.now, one.now
                sanction.parts = tuple(
                    (part, one.now if at is None else min(at, one.now)) for part, at in sanction.parts
                )
    return found


def post_all(one: Replay, decision: Decision) -> None:
    """What it posts."""
    for effect in own(decision):
        if isinstance(effect, Open) and effect.sort == "post":
            decision.moved[id(effect)] = post(one, decision, effect)
