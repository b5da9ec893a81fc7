"""Elections: an act by which the subject chooses another sanction, or a fine, in the place of the one imposed.

What was imposed ends with the act, and the other one begins when it would have begun, or now where it runs already.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from policyctl.history.events import Act
from policyctl.policy.form import Open
from policyctl.replay.answer import Decision, Outcome, PartOutcome
from policyctl.replay.applying import open_all
from policyctl.replay.ends import amend, ended_now, runs_on
from policyctl.replay.listener import Listener
from policyctl.replay.measures import Seen
from policyctl.replay.outcomes import outcome
from policyctl.replay.state import State


def elect(state: State, act: Act) -> None:
    """What an act chooses, of all decisions that leave a choice (of that which it names, where it names one)."""
    if not state.law.elections:
        return
    for place, decision in enumerate(state.decisions):
        if act.decision is not None and state.decision_named(act.decision) is not state.named.get(decision.id):
            continue
        found: dict[tuple[str | None, int], list[Open]] = {}
        for effect in decision.rule.effects:
            if isinstance(effect, Open) and effect.elected == act.name:
                found.setdefault((effect.instead, effect.line), []).append(effect)
        for effects in found.values():
            _elect(state, act, place, effects)


def _elect(state: State, act: Act, place: int, effects: list[Open]) -> None:
    """Let what may be chosen together begin, where that in whose place it stands is not over."""
    decision, (instead, line) = state.decisions[place], (effects[0].instead, effects[0].line)
    imposed = [
        one
        for one in decision.outcomes
        if (one.effect.name, one.effect.line) == (instead, line) and _stands(state, decision, one, act)
    ]
    if not imposed:
        return
    listener, first = _listener(state, decision), imposed[0]
    start = act.at if first.awaits_start else max(act.at, first.start)
    chosen = tuple(
        _rest(first, effect, start)
        if effect.begins is not None and effect.begins == effect.instead
        else outcome(state, effect, first.times, Seen(start, start), listener)
        for effect in effects
    )
    if instead == "fine":
        _waive(state, decision, act)
    outcomes = tuple(ended_now(one, act.at) if one in imposed else one for one in decision.outcomes)
    amend(state, place, replace(decision, outcomes=(*outcomes, *chosen)), act.at)
    open_all(state, listener, replace(decision, outcomes=chosen), decision.at)
    state.touch_all()


def _rest(first: Outcome, effect: Open, start: datetime) -> Outcome:
    """What goes on for the rest of a sanction: it ends when that would have, by the same length, acts and conditions,
    counted from when that began."""
    lasts = first.opened
    one = lasts.parts[0]
    parts = tuple(replace(one, name=part.name) for part in effect.parts)
    goes_on = replace(lasts, name=effect.name, parts=parts, instead=effect.instead, elected=effect.elected)
    bundle = tuple(PartOutcome(part.name, first.until, first.permanent) for part in parts)
    return replace(
        first,
        effect=goes_on,
        start=first.start if first.awaits_start else start,
        parts=() if [part.name for part in parts] == [effect.name] else bundle,
        left=first.left[:1] * len(parts),
        since=first.counts_from,
    )


def _stands(state: State, decision: Decision, one: Outcome, act: Act) -> bool:
    """Whether what was imposed is not over: a sanction runs or is to come, a fine is not paid."""
    if one.effect.sort == "fine":
        return any(fine.open and not fine.ghost for fine in state.fines_of(decision))
    return runs_on(one, act.at) and not any(id == decision.id for id, _ in state.lifted)


def _waive(state: State, decision: Decision, act: Act) -> None:
    """What is open of a fine in whose place something else stands now is owed no more."""
    for place in state.fine_places(decision):
        fine = state.fines[place]
        if fine.open:
            state.fines[place] = fine.owed_less(fine.open, act.at)


def _listener(state: State, decision: Decision) -> Listener:
    rules = state.law.rules(decision.version)
    return next(one for one in rules.listeners if one.rule.name == decision.rule.name)
