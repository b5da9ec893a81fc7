"""Reads that look at the facts one by one: sanctions, fines, flags, acts, metrics and decisions beside entries and
tickets; by calendar units, since something, or for which words hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from policyctl.history.events import Ticket
from policyctl.instants import Calendar, Length
from policyctl.policy.form import (
    ActKind,
    AllOf,
    AnyOf,
    Condition,
    ConstantKind,
    Is,
    Ladder,
    Last,
    Lately,
    MetricKind,
    Not,
    Previous,
    Read,
    Since,
    Version,
)
from tests.second_reader.facts import Book, Entry, Fine, Imposed
from tests.second_reader.overlap import arranged, rule_of
from tests.second_reader.words import account_is, fits, number_of, words

if TYPE_CHECKING:
    from tests.second_reader.measures import Ground, Moment

UNITS: tuple[Calendar, ...] = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class Fact:
    """One thing that is counted: when it was, how much it is, the ticket that it is about."""

    at: datetime
    amount: Fraction | None
    ticket: Ticket | None
    of: object


def scan(ground: Ground, version: Version, read: Read, moment: Moment) -> Fraction | None:
    """A number that is read of the facts one by one; None where nobody knows it."""
    if read.sort == "constant":
        return _constant(ground, version, read.names[0], moment)
    if read.sort == "attribute":
        return number_of(ground, read.names[0], moment)
    if read.sort == "measure":
        return _chosen(ground, version, read, moment)
    found = [fact for fact in facts(ground, version, read, moment) if counts(ground, version, fact, read, moment)]
    if read.different is not None:
        return Fraction(len(_different(ground, read.different, found, moment)))
    if read.of == "count":
        return Fraction(len(found))
    if read.of == "sum":
        return sum((fact.amount for fact in found if fact.amount is not None), Fraction(0))
    amounts = [fact.amount for fact in sorted(found, key=lambda fact: fact.at) if fact.amount is not None]
    if read.of == "highest":
        return max(amounts, default=None)
    if read.of == "lowest":
        return min(amounts, default=None)
    if not amounts and read.sort == "metric" and read.within == "ever" and read.back is None:
        kinds = [f for f in version.facts if isinstance(f, MetricKind) and f.name == read.names[0]]
        return kinds[0].start if kinds else None
    return amounts[-1] if amounts else None


def _different(ground: Ground, field: str, found: list[Fact], moment: Moment) -> list[Fact]:
    """Of facts with one word of a field the first; none of those without any."""
    kept, known = [], set[object]()
    for fact in found:
        said = words(ground, field, fact, moment)
        if said and not said & known:
            kept.append(fact)
        known |= said
    return kept


def _constant(ground: Ground, version: Version, name: str, moment: Moment) -> Fraction | None:
    kind = next(f for f in version.facts if isinstance(f, ConstantKind) and f.name == name)
    found = [
        v.value
        for v in kind.values
        if v.since is None or ground.zone.read(v.since) <= moment.seen_from
        if v.when is None or _is_so(ground, v.when, moment)
    ]
    return found[-1] if found else None


def _is_so(ground: Ground, when: Condition, moment: Moment) -> bool:
    """Whether a condition about attributes holds."""
    match when:
        case AllOf(parts):
            return all(_is_so(ground, part, moment) for part in parts)
        case AnyOf(parts):
            return any(_is_so(ground, part, moment) for part in parts)
        case Not(part):
            return not _is_so(ground, part, moment)
    assert isinstance(when, Is)
    return account_is(ground, when, moment)


def _chosen(ground: Ground, version: Version, read: Read, moment: Moment) -> Fraction | None:
    numbers = [ground.measure(version, ground.one.kinds(), name, moment) for name in read.names]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return None
    if read.of == "product":
        return known[0] * known[1]
    if read.of == "whole":
        return Fraction(known[0].numerator // known[0].denominator)
    return max(known) if read.of == "max" else min(known)


def facts(ground: Ground, version: Version, read: Read, moment: Moment) -> Iterator[Fact]:
    """All facts of a kind and name that have happened, `live` ones where those are asked for."""
    one, live = ground.one, read.standing == "live"
    match read.sort:
        case "entry" | "ticket":
            for entry in ground.chosen(read, moment):
                amount = entry.points if read.sort == "entry" else ground.points_of(entry.ticket)
                yield Fact(entry.dates[read.dated], amount, entry.ticket, entry)
        case "sanction":
            own = [s for s in one.sanctions if s.name in read.names]
            if live:
                for name in read.names:
                    yield from (Fact(s.start, None, None, s) for s in running(ground, name))
            else:
                yield from (Fact(s.start, None, None, s) for s in own if s.start <= one.now)
        case "fine":
            for fine in one.fines:
                if not fine.goes_on and (not live or fine.open > 0):
                    yield Fact(fine.at, fine.amount, None, fine)
        case "flag":
            for flag in ground.flags:
                if flag.name in read.names and (not live or ground.is_up(flag, moment)):
                    yield Fact(flag.at, None, None, flag)
        case "act":
            for act in one.acts:
                yield from (Fact(act.at, None, None, act) for name in names_of(ground, act.name) if name in read.names)
        case "metric":
            yield from (Fact(m.at, m.value, None, m) for m in one.metrics if m.name in read.names)
        case "decision":
            for d in one.decisions:
                if decided(version, d.rule.name, read.names):
                    of_tickets = (e.dates[read.dated] for e in ground.entries if e.ticket.id in d.tickets)
                    yield Fact(d.at if read.dated == "booking" else max(of_tickets, default=d.at), None, None, d)


def decided(version: Version, rule: str, names: tuple[str, ...]) -> bool:
    """Whether a rule bears one of some names, or is a step of a ladder that does."""
    ladders = [c for c in version.choices if isinstance(c, Ladder)]
    return rule in names or any(rule in ladder.steps and ladder.name in names for ladder in ladders)


def names_of(ground: Ground, act: str) -> list[str]:
    """The names by which an act happens: its own, and those that have it among theirs."""
    found = [act]
    for version in ground.one.policy.versions:
        for kind in version.facts:
            if isinstance(kind, ActKind) and act in kind.any_of and kind.name not in found:
                found.append(kind.name)
    return found


def running(ground: Ground, name: str) -> list[Imposed]:
    """The sanctions of a name that run now, by the overlap rule."""
    one = ground.one
    own = sorted((s for s in one.sanctions if s.name == name and not s.ended), key=lambda s: (s.start, s.decision))
    shown = arranged(ground.zone, rule_of(one.version, name), [s for s in own if s.start <= one.now])
    return [s for s in shown if s.start <= one.now and (s.until is None or one.now < s.until)]


def counts(ground: Ground, version: Version, fact: Fact, read: Read, moment: Moment) -> bool:
    """Whether a fact lies in the time that is looked at, and the words hold of it."""
    if not in_time(ground, fact, read, moment):
        return False
    return read.where is None or fits(ground, version, read.where, fact, moment)


def in_time(ground: Ground, fact: Fact, read: Read, moment: Moment) -> bool:
    """Whether a fact lies in the time that is looked at."""
    zone, back, within = ground.zone, read.back, read.within
    if isinstance(fact.of, Entry) and fact.of.dropped:
        return False
    if isinstance(within, Length):
        end = zone.after(fact.at, within)
        return fact.at <= moment.now and (moment.now < end or (read.far_edge and moment.now == end))
    if isinstance(back, Previous) and back.unit != "period":
        before = zone.start_of(back.unit, moment.seen_from)
        return zone.start_of(back.unit, fact.at) == zone.start_of(back.unit, before - ground.tick)
    if isinstance(back, Previous):
        return _in_books(ground, fact, read, moment, 1, 2)
    if isinstance(back, Lately):
        return _in_books(ground, fact, read, moment, 0, back.count)
    if isinstance(back, Last):
        acts = sorted(a.at for a in ground.one.acts for name in names_of(ground, a.name) if name == back.act)
        return len(acts) < back.count or fact.at >= acts[-back.count]
    if isinstance(back, Since):
        return _since(ground, version_of(ground), fact, back)
    if within == "period":
        return _in_books(ground, fact, read, moment, 0, 1)
    if within == "ever":
        return True
    return zone.start_of(within, fact.at) == zone.start_of(within, moment.seen_from)


def version_of(ground: Ground) -> Version:
    """The version in force."""
    assert ground.one.version is not None
    return ground.one.version


def _in_books(ground: Ground, fact: Fact, read: Read, moment: Moment, newest: int, oldest: int) -> bool:
    """Whether a fact lies in one of the books before (0: in) that from which one looks."""
    ledger = fact.of.ledger if isinstance(fact.of, Entry) and read.sort == "entry" else read.ledger
    assert ledger is not None
    books = ground.books.get(ledger, [])
    book = ground.book(ledger, moment.seen_from)
    if book is None:
        return False
    place = next(n for n, other in enumerate(books) if other is book)
    wanted = books[max(0, place - oldest + 1) : max(0, place - newest + 1)]
    if isinstance(fact.of, Entry) and read.sort == "entry":
        return any(fact.of.book is one for one in wanted)
    return any(_began(books, one) <= fact.at < _ends(books, one) for one in wanted)


def _began(books: list[Book], book: Book) -> datetime:
    return book.start if book.start is not None and book is not books[0] else NEVER_BEFORE


def _ends(books: list[Book], book: Book) -> datetime:
    place = next(n for n, other in enumerate(books) if other is book)
    following = books[place + 1].start if place + 1 < len(books) else None
    return following if following is not None else NEVER_AFTER


def _since(ground: Ground, version: Version, fact: Fact, back: Since) -> bool:
    one = ground.one
    if back.sort == "act":
        acts = [a.at for a in one.acts for name in names_of(ground, a.name) if name == back.name]
        return not acts or fact.at >= max(acts)
    if back.sort == "decision":
        made = [d.at for d in one.decisions if decided(version, d.rule.name, (back.name,))]
        return not made or fact.at > max(made)
    own = [s for s in one.sanctions if s.name == back.name and s.start <= one.now]
    if back.at == "start":
        return not own or fact.at > max(s.start for s in own)
    ended = [end for s in ran_until(ground, back.name) if (end := s.until) is not None and end <= one.now]
    return not ended or fact.at >= max(ended)


def ran_until(ground: Ground, name: str) -> list[Imposed]:
    """The sanctions of a name as the overlap rule has them run."""
    one = ground.one
    own = sorted((s for s in one.sanctions if s.name == name and not s.ended), key=lambda s: (s.start, s.decision))
    return arranged(ground.zone, rule_of(one.version, name), own)


def fines_about(ground: Ground, ticket: Ticket) -> list[Fine]:
    """The fines that decisions with a ticket opened."""
    own = [d for d in ground.one.decisions if ticket.id in d.tickets]
    return [fine for d in own for _, fine in d.effects if isinstance(fine, Fine)]


NEVER_BEFORE = datetime.fromisoformat("0001-01-02T00:00:00+00:00")
NEVER_AFTER = datetime.fromisoformat("9999-12-30T00:00:00+00:00")
