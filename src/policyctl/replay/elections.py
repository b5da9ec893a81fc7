"""Elections: an act by which the subject chooses another sanction, or a fine, in the place of the one imposed.

What was imposed ends with the act, and the other one begins when it would have begun, or now where it runs already.
"""

from __future__ import annotations

from msgspec.structs import replace

from policyctl.history.events import Act
from policyctl.policy.form import Open
from policyctl.replay.answer import Decision, Outcome
from policyctl.replay.ends import amend, ended_now, runs_on
from policyctl.replay.judge import open_all, outcome
from policyctl.replay.law import Listener
from policyctl.replay.measures import Seen
from policyctl.replay.state import State


def elect(state: State, act: Act) -> None:
    """What an act chooses, of all decisions that leave a choice (of that which it names, where it names one)."""
    if not state.law.elections:
        return
    for place, decision in enumerate(state.decisions):
        if act.decision is not None and state.decision_named(act.decision) is not state.named.get(decision.id):
            continue
        for effect in decision.rule.effects:
            if isinstance(effect, Open) and effect.elected == act.name:
                _elect(state, act, place, effect)


def _elect(state: State, act: Act, place: int, effect: Open) -> None:
    decision = state.decisions[place]
    imposed = [
        one for one in decision.outcomes if one.effect.name == effect.instead and _stands(state, decision, one, act)
    ]
    if not imposed or any(one.effect == effect for one in decision.outcomes):
        return
    listener = _listener(state, decision)
    start = act.at if imposed[0].awaits_start else max(act.at, imposed[0].start)
    second = outcome(state, effect, imposed[0].times, Seen(start, start), listener)
    if effect.instead == "fine":
        _waive(state, decision, act)
    outcomes = tuple(ended_now(one, act.at) if one in imposed else one for one in decision.outcomes)
    amend(state, place, replace(decision, outcomes=(*outcomes, second)), act.at)
    open_all(state, listener, replace(decision, outcomes=(second,)), decision.at)
    state.touch_all()


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
            state.fines[place] = replace(fine, waived=fine.open, waived_at=act.at)


def _listener(state: State, decision: Decision) -> Listener:
    rules = state.law.rules(decision.version)
    return next(one for one in rules.listeners if one.rule.name == decision.rule.name)
