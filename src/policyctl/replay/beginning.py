"""Sanctions that begin on a date which a ticket, an act or the account names.

A correction may take the ticket that named it away. A decision that stood had its date then, and what had begun on it
is not imposed on another one.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from policyctl.history.events import Problem
from policyctl.policy.form import AttributeKind, Open, When
from policyctl.replay.anchors import dated
from policyctl.replay.answer import Decision, Outcome
from policyctl.replay.listener import Listener
from policyctl.replay.measures import Seen
from policyctl.replay.sanctions import impose
from policyctl.replay.state import State
from policyctl.replay.taken import pairs

_MISSING = "no-date-to-count-from"


def imposed(state: State, effect: Open, times: int, seen: Seen, listener: Listener, factor: int) -> Outcome:
    """A sanction; one that begins on a date in an attribute does so then, or at once where that is over or not told."""
    kinds = (fact.name for fact in listener.version.facts if isinstance(fact, AttributeKind))
    if effect.begins is None or effect.begins not in kinds:
        return impose(effect, seen.at, times, state.zone, factor)
    date = _named(state, effect.begins, seen, listener)
    if date is None:
        state.problems.append(
            Problem(
                code=_MISSING,
                message=f"`{effect.name}` begins on the date `{effect.begins}`, which nothing names; it begins at once",
                named=effect.begins,
                identity=state.identity,
                help="add it to the `attributes` of the ticket or the act, as a date",
                events=0,
            )
        )
    start = seen.at if date is None else max(seen.at, date)
    return replace(impose(replace(effect, begins=None), start, times, state.zone, factor), effect=effect)


def is_dated(outcome: Outcome) -> bool:
    """Whether it is a sanction that begins on a date in an attribute."""
    effect = outcome.effect
    return isinstance(effect, Open) and effect.begins is not None and outcome.imposed is None


def begun_as_it_was(state: State, decision: Decision, before: Decision) -> Decision:
    """A decision that stood before a correction: a sanction of it that had begun by then, or would have by the
    corrected record, begins on the date that it had."""
    cut = state.memory.cut
    if cut is None or not any(map(is_dated, decision.outcomes)):
        return decision
    # What stands is of the rule itself alone: what a person confirms beside it comes later.
    found = [(now, _begun(state, now, old, cut)) for now, old in pairs(decision, before)]
    for now, begun in found:
        if begun is not now:
            _was_named(state, now.opened.begins)
    return replace(decision, outcomes=tuple(begun for _, begun in found))


def _was_named(state: State, attribute: str | None) -> None:
    """No date is missing where the one that there was is kept: what was reported of it just now is withdrawn."""
    for place in reversed(range(len(state.problems))):
        one = state.problems[place]
        if (one.code, one.named) == (_MISSING, attribute):
            del state.problems[place]
            return


def _begun(state: State, now: Outcome, before: Outcome | None, cut: datetime) -> Outcome:
    start = None if before is None else before.queued or before.start
    if start is None or not is_dated(now) or start == now.start or min(start, now.start) >= cut:
        return now
    effect = replace(now.opened, begins=None)
    return replace(impose(effect, start, now.times, state.zone, now.factor), effect=now.effect)


def _named(state: State, attribute: str, seen: Seen, listener: Listener) -> datetime | None:
    """The date in an attribute of the ticket looked at, else of the act that is heard, else of the account."""
    told = [] if seen.ticket is None or seen.ticket.ticket is None else [seen.ticket.ticket.attributes.get(attribute)]
    occasion = listener.rule.occasion
    if isinstance(occasion, When) and occasion.sort == "act":
        told += [
            one.attributes.get(attribute)
            for one in reversed(state.acts)
            if one.at == seen.at and one.name in occasion.names
        ]
    told.append(state.attributes.get(attribute))
    return next((date for one in told if (date := dated(state.zone, one)) is not None), None)
