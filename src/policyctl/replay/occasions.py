"""What happens, as rules hear of it: which rules have an occasion in what happened.

Occasions come from the history and the policy alone. What happens in one phase of an instant happens together.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from policyctl.calendar import Recurring
from policyctl.policy.form import DateName, Every, When, Without
from policyctl.replay.facts import Fact
from policyctl.replay.listener import Listener
from policyctl.replay.scan import holds

if TYPE_CHECKING:
    from policyctl.replay.state import State

TICKET, STREAK = "ticket", "streak"


class Happening(msgspec.Struct, frozen=True):
    """Something that happened, by the names of `When`; a streak that was kept has the name of its rule. `event` is the
    id of the event that it came with, where there is one; `about` is the ticket that an act names. A
    ticket that took effect is a `fact`."""

    sort: Literal[
        "ticket", "act", "metric", "payment", "sanction", "fine", "require", "ledger", "decision", "streak", "schedule"
    ]
    name: str
    at: Literal["start", "end", "paid", "overdue"] = "start"
    event: str | None = None
    about: str | None = None
    fact: Fact | None = None

    def date(self, dated: DateName | None, at: datetime) -> datetime:
        """When it happened, `at` or by a date of its ticket."""
        return at if dated is None or self.fact is None else self.fact.date(dated)


def fits(state: State, when: When, happened: Happening) -> bool:
    """Whether it is what an occasion names; of a ticket that has not posted its points yet, whether it may be."""
    if (when.sort, when.at) != (happened.sort, happened.at):
        return False
    if when.sort == TICKET:
        names = when.names
        if names and not any(happened.name == name or happened.name.startswith(name + ".") for name in names):
            return False
        return happened.fact is None or holds(state, when.where, happened.fact, None)
    if when.sort == "decision" or (when.sort == "fine" and when.names):
        return any(happened.name == name or happened.name.startswith(name + "[") for name in when.names)
    return not when.names or happened.name in when.names


def hears(state: State, listener: Listener, happened: Happening) -> bool:
    """Whether a rule has its occasion in what happened."""
    occasion = listener.rule.occasion
    match occasion:
        case When():
            return fits(state, occasion, happened)
        case Without():
            return happened.sort == STREAK and happened.name == listener.rule.name
        case Every(every):
            return happened.sort == "schedule" and happened.name == repr(every)
        case _:
            return happened.sort == TICKET or (happened.sort, happened.name) in listener.outside


def events_of(happened: Iterable[Happening]) -> tuple[str, ...]:
    """The ids of the events that things came with, in code-point order."""
    return tuple(sorted({one.event for one in happened if one.event is not None}))


class Streak(msgspec.Struct, frozen=True):
    """To come: since an instant, and so many times its length, nothing of what a rule names has happened; so it is
    `due`, or later by the time for which time stood still. `kept`: it was."""

    rule: str
    since: datetime
    due: datetime
    times: int = 1
    kept: bool = False


class Evaluation(msgspec.Struct, frozen=True):
    """To come: an instant of a schedule on which rules look."""

    every: Recurring


class Overdue(msgspec.Struct, frozen=True):
    """To come: the due date of the fine at a place."""

    fine: int


class Required(msgspec.Struct, frozen=True):
    """To come: until then an act was to be done, from when it was required on. An act that names a ticket is done for
    what was required at that one (none: for whatever it names)."""

    act: str
    since: datetime
    tickets: tuple[str, ...] = ()


class Watch(msgspec.Struct, frozen=True):
    """To come: an instant at which a sanction may end that rules listen to."""
