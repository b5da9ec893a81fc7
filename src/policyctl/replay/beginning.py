"""Sanctions that begin on a date which a ticket, an act or the account names."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from policyctl.history.events import Problem
from policyctl.policy.form import AttributeKind, Open, When
from policyctl.replay.anchors import dated
from policyctl.replay.answer import Outcome
from policyctl.replay.law import Listener
from policyctl.replay.measures import Seen
from policyctl.replay.sanctions import impose
from policyctl.replay.state import State


def imposed(state: State, effect: Open, times: int, seen: Seen, listener: Listener, factor: int) -> Outcome:
    """A sanction; one that begins on a date in an attribute does so then, or at once where that is over or not told."""
    kinds = (fact.name for fact in listener.version.facts if isinstance(fact, AttributeKind))
    if effect.begins is None or effect.begins not in kinds:
        return impose(effect, seen.at, times, state.zone, factor)
    date = _named(state, effect.begins, seen, listener)
    if date is None:
        state.problems.append(
            Problem(
                code="no-date-to-count-from",
                message=f"`{effect.name}` begins on the date `{effect.begins}`, which nothing names; it begins at once",
                named=effect.begins,
                identity=state.identity,
                help="add it to the `attributes` of the ticket or the act, as a date",
                events=0,
            )
        )
    start = seen.at if date is None else max(seen.at, date)
    return replace(impose(replace(effect, begins=None), start, times, state.zone, factor), effect=effect)


def _named(state: State, attribute: str, seen: Seen, listener: Listener) -> datetime | None:
    """The date in an attribute of the ticket looked at, else of the act that is heard, else of the account."""
    told = [] if seen.ticket is None else [seen.ticket.attributes.get(attribute)]
    occasion = listener.rule.occasion
    if isinstance(occasion, When) and occasion.sort == "act":
        told += [
            one.attributes.get(attribute)
            for one in reversed(state.acts)
            if one.at == seen.at and one.name in occasion.names
        ]
    told.append(state.attributes.get(attribute))
    return next((date for one in told if (date := dated(state.zone, one)) is not None), None)
