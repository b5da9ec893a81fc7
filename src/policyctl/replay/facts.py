"""What a state holds, as facts of one form: entries, tickets, sanctions, fines, flags, acts, metrics, decisions.

Reads that no running sum can answer look at them one by one. Nothing is kept here: a fact is made of a record of the
state when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from itertools import takewhile
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from policyctl.exact import plain
from policyctl.history.events import Changing, Ticket
from policyctl.instants import Length
from policyctl.policy.form import Compare, Has, Read, Sort, records
from policyctl.replay.books import DATES, Entry, takes
from policyctl.replay.conditions import HOLDS
from policyctl.replay.ending import ended, overlap_of
from policyctl.replay.flags import is_up
from policyctl.replay.sanctions import impose, runs
from policyctl.replay.units import ONE, Units, number, units

if TYPE_CHECKING:
    from policyctl.replay.answer import Decision, Outcome
    from policyctl.replay.state import State


class Fact(Struct, frozen=True):
    """Something that happened. `number` says how many of its sort came before it, `event` is the id by which people
    know it, `at` is when it began, and `until` when it ends, where that is known; `live` whether it has not ended.
    `counts_by` is the date by which it counts, `amount` its points, money or value."""

    sort: Sort
    number: int
    name: str
    event: str
    at: datetime
    counts_by: datetime
    amount: Units = 0
    until: datetime | None = None
    live: bool = False
    ticket: Ticket | None = None
    entry: Entry | None = None
    attributes: Mapping[str, object] = {}
    decision: str | None = None
    permanent: bool = False
    written: datetime | None = None
    """Of a sanction with an open end: its end by the length that is written, where there is one."""

    def date(self, dated: str) -> datetime:
        """One of its dates; what has no such date has the one by which it counts."""
        if dated == "booking" or self.ticket is None:
            return self.counts_by
        return DATES[dated](self.ticket)

    def date_or_none(self, dated: str) -> datetime | None:
        """One of its dates, what is no ticket having one alone; None where it is not final yet."""
        if dated == "final":
            return None if self.ticket is None else self.ticket.final
        return self.at if self.ticket is None else DATES[dated](self.ticket)


def at_hand(ticket: Ticket, booked: datetime, points: Units = 0) -> Fact:
    """A ticket that rules look at, and its `points`."""
    name = ticket.offence or ticket.ledger or ""
    attributes = ticket.attributes
    return Fact("ticket", 0, name, ticket.id, ticket.effective, booked, points, ticket=ticket, attributes=attributes)


def tickets(state: State, first: int = 0) -> Iterator[Fact]:
    """The tickets that took effect, from the entry of that number on, with the points that each posted in all."""
    entries = [entry for entry in state.entries_from(first) if not entry.carried]
    points: dict[str, Units] = {}
    for entry in entries:
        points[entry.ticket.id] = points.get(entry.ticket.id, 0) + (0 if entry.superseded else entry.points)
    for entry in entries:
        if entry.stands_for_ticket:
            yield replace(of_entry(state, entry, "ticket"), amount=points[entry.ticket.id], entry=None)


def facts(state: State, read: Read, first: int = 0) -> Iterator[Fact]:
    """The facts of the sort that a read names, in the order in which they came about, but for its time and `where`. Of
    what only comes, and is never changed, those from the number `first` on."""
    return _OF[read.sort](state, read, first)


# --- the sorts --------------------------------------------------------------------------------------------------------


def _entries(state: State, read: Read, first: int) -> Iterator[Fact]:
    asks_points = read.sort == "ticket" and any(one.field == "points" for one in records(read.where, Has))
    points = _posted_in_all(state, first) if asks_points else {}
    for entry in state.entries_from(first):
        if (entry.carried and read.standing != "live") or (entry.superseded and read.sort == "entry"):
            continue
        if takes(read, entry.ledger, entry.ticket.offence, entry.stands_for_ticket):
            fact = of_entry(state, entry, read.sort)
            yield replace(fact, amount=points[entry.ticket.id]) if asks_points else fact


def _posted_in_all(state: State, first: int) -> dict[str, Units]:
    """What each ticket posted in all, whatever became of it."""
    points: dict[str, Units] = {}
    for entry in (entry for entry in state.entries_from(first) if not entry.carried):
        points[entry.ticket.id] = points.get(entry.ticket.id, 0) + entry.points
    return points


def of_entry(state: State, entry: Entry, sort: Sort = "entry") -> Fact:
    """An entry, or the ticket for which it stands."""
    return Fact(
        sort,
        entry.number,
        entry.ledger if sort == "entry" else entry.ticket.offence or entry.ledger,
        entry.ticket.id,
        entry.posted,
        entry.booked,
        entry.points,
        live=entry.number not in state.ended,
        ticket=entry.ticket,
        entry=entry,
        attributes=entry.ticket.attributes,
    )


def _sanctions(state: State, read: Read, _: int) -> Iterator[Fact]:
    place = 0
    decisions = [ended(state, decision) for decision in state.decisions]
    if read.standing == "live":
        for name in read.names:
            for place, run in enumerate(
                runs(name, overlap_of(state.version, name), decisions, state.sanctions_dropped, state.zone)
            ):
                yield Fact(
                    "sanction",
                    place,
                    name,
                    run.decision,
                    run.start,
                    run.start,
                    until=run.end,
                    decision=run.decision,
                    permanent=run.end is None and run.outcome.permanent,
                    written=_written(state, run.outcome, run.start),
                )
        return
    for decision in decisions:
        for outcome in decision.outcomes:
            if outcome.effect.sort == "sanction":
                place += 1
                if not read.names or outcome.effect.name in read.names:
                    until = outcome.dropped or outcome.until
                    name, start = outcome.effect.name, decision.at if outcome.awaits_start else outcome.start
                    yield Fact(
                        "sanction",
                        place,
                        name,
                        decision.id,
                        start,
                        start,
                        until=until,
                        decision=decision.id,
                        permanent=outcome.permanent,
                        written=_written(state, outcome, start),
                    )


def _written(state: State, outcome: Outcome, start: datetime) -> datetime | None:
    """When a sanction with an open end would end by the length that is written; None where its own end tells it."""
    effect = outcome.opened
    if outcome.awaits_start:
        alone = impose(
            replace(effect, begins=None, delay=None, turn=None), start, outcome.times, state.zone, outcome.factor
        )
        return alone.least or alone.until
    waits = effect.until is not None or any(part.acts is not None for part in effect.parts)
    return outcome.least if waits or outcome.until is None else None


def _fines(state: State, read: Read, _: int) -> Iterator[Fact]:
    for place, fine in enumerate(state.fines):
        if not fine.ghost:
            yield Fact(
                "fine",
                place,
                "fine",
                fine.decision.id,
                fine.opened,
                fine.opened,
                units(fine.amount),
                live=bool(fine.open),
                decision=fine.decision.id,
            )


def _flags(state: State, read: Read, _: int) -> Iterator[Fact]:
    for place, raising in enumerate(state.flags.raised()):
        if raising.name in read.names:
            decided = state.named.get(raising.decision)
            at = raising.since if decided is None else decided.at
            live = is_up(raising, state.books)
            yield Fact("flag", place, raising.name, raising.decision, at, at, live=live, decision=raising.decision)


def _acts(state: State, read: Read, first: int) -> Iterator[Fact]:
    for place in range(first, len(state.acts)):
        act = state.acts[place]
        if act.name in read.names:
            yield Fact("act", place, act.name, act.id, act.at, act.at, attributes=act.attributes)


def _metrics(state: State, read: Read, first: int) -> Iterator[Fact]:
    for place in range(first, len(state.metrics)):
        one = state.metrics[place]
        if one.name in read.names:
            yield Fact("metric", place, one.name, one.id, one.at, one.at, units(one.value), attributes=one.attributes)


def _decisions(state: State, read: Read, _: int) -> Iterator[Fact]:
    for place, decision in enumerate(state.decisions):
        if not read.names or is_of(decision, read.names):
            at, name = decision.at, decision.rule.name
            yield Fact("decision", place, name, decision.id, at, _dated(state, decision, read), decision=decision.id)


def _dated(state: State, decision: Decision, read: Read) -> datetime:
    """The date of a decision: its instant, or the last that its tickets have of the name that is asked for."""
    if read.dated == "booking":
        return decision.at
    dates = (DATES[read.dated](one.ticket) for one in state.entries if one.ticket.id in decision.tickets)
    return max(dates, default=decision.at)


def is_of(decision: Decision, names: Iterable[str]) -> bool:
    """Whether a decision was made by one of these rules, ladders or steps."""
    rule = decision.rule.name
    return any(rule == name or rule.startswith(f"{name}[") for name in names)


_OF: dict[str, Callable[[State, Read, int], Iterator[Fact]]] = {
    "entry": _entries,
    "ticket": _entries,
    "sanction": _sanctions,
    "fine": _fines,
    "flag": _flags,
    "act": _acts,
    "metric": _metrics,
    "decision": _decisions,
}


# --- words and numbers about a fact -----------------------------------------------------------------------------------


def words(state: State, fact: Fact, field: str) -> frozenset[str]:
    """What a fact says of a field; nothing where it says nothing."""
    ticket = fact.ticket
    match field:
        case "offence":
            return and_heads(ticket.offence) if ticket is not None and ticket.offence is not None else frozenset()
        case "severity":
            offence = "" if ticket is None else ticket.offence or ""
            return spoken(offence.rpartition(".")[2] if "." in offence else None)
        case "ledger":
            return _ledgers_of(state, fact)
        case "name":
            return spoken(fact.name)
        case "key" | "occasion":
            return spoken(None if ticket is None else getattr(ticket, field))
        case "identity":
            return spoken(state.identity)
        case "ticket":
            return spoken(None if ticket is None else ticket.id)
        case "fine":
            return _fine_of(state, fact)
    return spoken(fact.attributes.get(field, state.attributes.get(field)))


def _ledgers_of(state: State, fact: Fact) -> frozenset[str]:
    """The ledger of an entry; of a ticket all to which it posted, which it did at once."""
    if fact.sort == "ticket" and fact.ticket is not None:
        id = fact.ticket.id
        posted = takewhile(lambda entry: entry.ticket.id == id, state.entries_from(fact.number))
        return frozenset(entry.ledger for entry in posted if entry.ledger)
    return spoken(fact.entry.ledger if fact.entry is not None else None)


def of_account(state: State, field: str) -> frozenset[str]:
    """What the account says of a field."""
    return spoken(state.identity if field == "identity" else state.attributes.get(field))


def and_heads(name: str) -> frozenset[str]:
    """An offence, and what it is a severity of."""
    parts = name.split(".")
    return frozenset(".".join(parts[:count]) for count in range(1, len(parts) + 1))


def spoken(value: object) -> frozenset[str]:
    """A value as words; a list is all that it holds."""
    match value:
        case None:
            return frozenset()
        case Changing(values):
            return frozenset(word for _, one in values for word in spoken(one))
        case bool():
            return frozenset({"true" if value else "false"})
        case Fraction():
            return frozenset({plain(value)})
        case tuple():
            return frozenset(word for one in value for word in spoken(one))
        case dict():
            return frozenset()  # a policy reads only what stands right in the attributes
        case _:
            return frozenset({str(value)})


def _fine_of(state: State, fact: Fact) -> frozenset[str]:
    """How the fines stand that a fact is, or that the decisions about its ticket opened."""
    ticket = fact.ticket
    fines = [
        fine
        for place, fine in enumerate(state.fines)
        if not fine.ghost
        and (
            place == fact.number
            if fact.sort == "fine"
            else fine.decision.id == fact.decision
            if ticket is None
            else ticket.id in fine.decision.tickets
        )
    ]
    if not fines:
        return frozenset()
    unpaid = [fine for fine in fines if fine.open]
    if not unpaid:
        return frozenset({"paid"})
    return frozenset({"unpaid", "overdue"} if any(fine.fell_due for fine in unpaid) else {"unpaid"})


def amount_of(state: State, fact: Fact, field: str) -> Fraction | None:
    """A number that a fact says; None where it says none."""
    if field in ("points", "amount", "value"):
        return number(fact.amount)
    value = fact.attributes.get(field, state.attributes.get(field))
    return value if isinstance(value, Fraction) else None


def compares(found: Fraction | None, compare: Compare, threshold: Fraction) -> bool:
    """Whether a comparison holds; one with what nobody knows does not."""
    return found is not None and HOLDS[compare](found, threshold)


def lasts(state: State, fact: Fact, compare: Compare, length: Length) -> bool:
    """How long a fact lasts, against a length: what is permanent is longer; where the end is open it is the length
    that is written, or less if it was ended before, and without one it is not known until it ends."""
    until = min((one for one in (fact.until, fact.written) if one is not None), default=None)
    if until is None:
        return fact.permanent and compare in (">=", ">", "!=")
    return HOLDS[compare](until, state.zone.after(fact.at, length))


def worth(fact: Fact, read: Read) -> Units:
    """What a fact adds to a read."""
    return ONE if read.of == "count" else fact.amount
