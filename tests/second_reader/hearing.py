"""What a rule of the second reader hears: the steps of tickets, acts, metrics and all else that its occasion names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyctl.history.events import Ticket
from policyctl.policy.form import Between, Every, Last, Rule, Since, Version, When, records
from tests.second_reader.measures import reads_of
from tests.second_reader.scan import Fact, decided, names_of
from tests.second_reader.words import fits

if TYPE_CHECKING:
    from tests.second_reader.interpreter import Replay


@dataclass(frozen=True)
class Heard:
    """Something that happened in a phase or round: its sort and name, the event or decision that it is, if any, and
    the ticket that it is or names."""

    sort: str
    name: str
    event: str | None = None
    at: str = "start"
    ticket: Ticket | None = None


def hears(one: Replay, version: Version, rule: Rule, all_heard: list[Heard]) -> list[Heard]:
    """What of all that happened a rule listens to."""
    occasion = rule.occasion
    if occasion == "ticket":
        named = named_by(version, rule)
        return [
            h for h in all_heard if h.sort in ("ticket", "posted") or (h.sort in ("act", "metric") and h.name in named)
        ]
    if isinstance(occasion, When):
        return [heard for heard in all_heard if is_when(one, version, occasion, heard)]
    if isinstance(occasion, Every):
        return [h for h in all_heard if h.sort == "schedule" and h.name == repr(occasion.schedule)]
    return [h for h in all_heard if h.sort == "streak" and h.name == rule.name]


def named_by(version: Version, rule: Rule) -> set[str]:
    """The acts and metrics that the condition of a rule reads."""
    found: set[str] = set()
    for read in reads_of(version, rule):
        if read.sort in ("act", "metric"):
            found |= set(read.names)
        if isinstance(read.back, Since) and read.back.sort == "act":
            found.add(read.back.name)
        if isinstance(read.back, Last):
            found.add(read.back.act)
    return found | {str(atom.anchor) for atom in records(rule.condition, Between)}


def is_when(one: Replay, version: Version, when: When, heard: Heard) -> bool:
    """Whether something that happened is what a rule waits for."""
    if heard.sort != when.sort:
        return False
    if when.sort == "ticket":
        return heard.ticket is not None and is_offence(heard.ticket, when.names) and _where(one, version, when, heard)
    if when.sort in ("sanction", "fine") and heard.at != when.at:
        return False
    if when.sort in ("fine", "decision"):
        return not when.names or decided(version, heard.name, when.names)
    return not when.names or heard.name in when.names


def is_offence(ticket: Ticket, names: tuple[str, ...]) -> bool:
    """Whether a ticket is for one of these offences, or a severity of one."""
    offence = ticket.offence
    return not names or (offence is not None and any(offence == n or offence.startswith(n + ".") for n in names))


def _where(one: Replay, version: Version, when: When, heard: Heard) -> bool:
    if when.where is None:
        return True
    assert heard.ticket is not None
    entry = next(e for e in one.ground.entries if e.ticket.id == heard.ticket.id)
    fact = Fact(one.now, one.ground.points_of(heard.ticket), heard.ticket, entry)
    return fits(one.ground, version, when.where, fact, one.seen())


def of_act(one: Replay, name: str, event: str) -> list[Heard]:
    """An act happens by each of its names."""
    return [Heard("act", other, event) for other in names_of(one.ground, name)]
