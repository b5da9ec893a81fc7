"""How long to wait until a number falls, because what it counts leaves a window or ends by itself.

The machine lets such a number fall at any time, to anything. In a history it falls as its tickets get old, the oldest
first: so a date is looked for at which just so much is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from policyctl.analyse.counters import Counter
from policyctl.analyse.machine import Machine
from policyctl.analyse.state import Action
from policyctl.analyse.story import Story, Untold
from policyctl.calendar import CALENDAR
from policyctl.history.events import Ticket
from policyctl.instants import Length
from policyctl.policy.form import EntryKind, Life, TicketKind


def fall(story: Story, machines: Iterable[Machine], action: Action) -> None:
    """Wait until a number of one of some machines has fallen. Raises `Untold` where it does not fall so far."""
    for machine in machines:
        number = int(action.name)
        if number >= len(machine.numbers.counters) or not machine.numbers.counters[number].falls:
            continue
        tickets = list(_counted(story, machine, number))
        for ends in sorted({ends for ends, _ in tickets}):
            left = sum(by for other, by in tickets if other > ends)
            if ends > story.clock and machine.numbers.kept(number, left) == action.points:
                story.wait_until(ends)
                return
    raise Untold(f"{action.sort} {action.name}")


def _counted(story: Story, machine: Machine, number: int) -> Iterator[tuple[datetime, int]]:
    """The tickets that a counter counts: when each ends to, and how much of it that is."""
    adds = {(action.name, action.points): by for action, by in machine.tickets}
    for event in story.events:
        if isinstance(event, Ticket):
            name = event.offence if event.offence is not None else event.ledger
            points = int(event.points) if event.points is not None else 0
            by = adds.get((name or "", points), {}).get(number, 0)
            ends = _end(story, machine.numbers.counters[number], machine, event)
            if by and ends is not None:
                yield ends, by


def _end(story: Story, counter: Counter, machine: Machine, ticket: Ticket) -> datetime | None:
    """When a ticket is counted no more."""
    within, zone = counter.read.within, story.zone
    if isinstance(within, Length):
        return zone.after(ticket.effective, within)
    if within in ("day", "week", "month", "quarter"):
        return zone.next_start(CALENDAR[within], ticket.effective)
    for life in _lives(machine, counter, ticket):
        if life is not None:
            return zone.after(ticket.effective, life.length)
    return None


def _lives(machine: Machine, counter: Counter, ticket: Ticket) -> Iterator[Life | None]:
    """How long entries of a ticket live, by what it posts or by their ledger."""
    for fact in machine.version.facts:
        if isinstance(fact, TicketKind) and fact.name == ticket.offence:
            yield from (posting.life for posting in fact.posts if posting.ledger in counter.ledgers)
    for fact in machine.version.facts:
        if isinstance(fact, EntryKind) and fact.name in counter.ledgers:
            yield fact.life
