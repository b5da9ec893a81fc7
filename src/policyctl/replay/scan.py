"""Reads that look at the facts one by one: slower than running sums, and able to say everything.

A value may be unknown (None): the latest, highest or lowest of nothing, a constant before its first date, an attribute
that the account does not have. Whatever can change by the passing of time alone has an instant at which it does
(`leaves`), so that the rules are looked at then.

Acts may come by the thousand. Each has one date and never changes, so those that a read counts are kept in the order in
which they leave its window, and a count of them is found by halving.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from policyctl.instants import Length
from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Between,
    Condition,
    Has,
    Is,
    Last,
    Lately,
    Not,
    Previous,
    Read,
    Same,
    Since,
    applies,
)
from policyctl.replay.agenda import Phase
from policyctl.replay.books import JUST_AFTER, Book, Entry, at_ticket
from policyctl.replay.facts import Fact, amount_of, compares, facts, lasts, words, worth
from policyctl.replay.measures import Seen
from policyctl.replay.units import ONE, Units, units

if TYPE_CHECKING:
    from policyctl.replay.state import State

_AT = attrgetter("at")

ONE_ALONE = {"highest": 1, "lowest": -1, "latest": 0}
"""Numbers that one fact alone says, and how its own number bears on which that is."""


def scanned(state: State, read: Read, seen: Seen, past: bool = False, since: datetime | None = None) -> Units | None:
    """The value of a read; None where it is unknown. In the `past` only what there was before the instant is seen, as
    it stood then; `since` an instant only what began after it."""
    if read.sort == "constant":
        return _constant(state, read.names[0], seen)
    if read.sort == "attribute":
        own = {} if seen.ticket is None else seen.ticket.attributes
        value = own.get(read.names[0], state.attributes.get(read.names[0]))
        return units(value) if isinstance(value, Fraction) else None
    if counts_acts(read) and not past:
        return _acts(state, read, seen, since) * ONE
    found = deciding(read, counting(state, read, seen, past, since))
    if read.of in ONE_ALONE:
        return next((fact.amount for fact in found), _first_value(state, read))
    total: Units = 0
    for fact in found:
        total += worth(fact, read)
    return total


def deciding(read: Read, found: Iterator[Fact]) -> Iterator[Fact]:
    """The facts that make up a number: of the highest, lowest or latest one alone, else all."""
    if read.of not in ONE_ALONE:
        return found
    sign = ONE_ALONE[read.of]
    one = max(found, key=lambda fact: (sign * fact.amount, fact.date(read.dated), fact.number), default=None)
    return iter(() if one is None else (one,))


def counting(state: State, read: Read, seen: Seen, past: bool = False, since: datetime | None = None) -> Iterator[Fact]:
    """The facts that a read counts, in the order in which they came about."""
    if at_ticket(read):
        seen = seen if seen.ticket is not None else seen._replace(ticket=state.last_ticket())
        if seen.ticket is None:
            return
    if read.anchor in ("any", "stood"):
        yield from max(_windows(state, read, seen, past), key=lambda found: sum(worth(fact, read) for fact in found))
        return
    found = (fact for fact in _counting(state, read, seen, past) if since is None or fact.at > since)
    yield from _different(state, read, found)


def _different(state: State, read: Read, found: Iterator[Fact]) -> Iterator[Fact]:
    """Of facts that say the same the first, where a read counts how many different ones there are."""
    if read.different is None:
        yield from found
        return
    known = set[str]()
    for fact in found:
        said = words(state, fact, read.different)
        if said and said.isdisjoint(known):
            yield fact
        known |= said


def _windows(state: State, read: Read, seen: Seen, past: bool) -> Iterator[tuple[Fact, ...]]:
    """What a read counts in each window of its length in which the ticket looked at lies: those that end with the
    ticket, and with what lies behind it; without a length what stood at each of these instants."""
    assert seen.ticket is not None
    first = seen.ticket.date(read.dated)
    if not isinstance(read.within, Length):
        for at in sorted({first, *(date for fact in facts(state, read) if (date := fact.date(read.dated)) > first)}):
            yield tuple(_different(state, read, _counting(state, read, seen, past, at)))
        return
    ends = {first, *(fact.date(read.dated) for fact in _counting(state, replace(read, within="ever"), seen, past))}
    beyond = _leaves(state, read.within, read.far_edge, first)
    for end in sorted(end for end in ends if first <= end < beyond):
        yield tuple(_different(state, read, _counting(state, read, seen, past, end)))


def _counting(state: State, read: Read, seen: Seen, past: bool, end: datetime | None = None) -> Iterator[Fact]:
    within = _Time(state, read, seen, end)
    for fact in facts(state, read):
        if past:
            if (fact.at if fact.entry is None else fact.counts_by) >= seen.at:
                continue
            fact = _as_it_stood(state, fact, seen.at)
        if (
            within.holds(fact)
            and _stands(state, fact, read, seen, within.end)
            and holds(state, read.where, fact, seen.ticket)
        ):
            yield fact


def _as_it_stood(state: State, fact: Fact, at: datetime) -> Fact:
    """A fact just before an instant: what ended since had not."""
    if fact.entry is None:
        return fact
    over = state.ended.get(fact.entry.number)
    return replace(fact, live=over is None or over >= at)


def _stands(state: State, fact: Fact, read: Read, seen: Seen, end: datetime) -> bool:
    """Whether a fact is of the standing that a read asks for, of what stood at the `end` of its time. An entry of the
    period looked at is live by its book."""
    if read.standing != "live" or (fact.entry is not None and read.within == "period"):
        return True
    if read.anchor == "ticket" and read.within == "ever" and seen.ticket is not None and fact.entry is not None:
        return fact.live or lapsed_since(state, fact.entry, seen.ticket.date(read.dated))
    if read.anchor == "stood" and fact.entry is not None:
        return stood_at(state, fact.entry, end)
    if fact.sort == "sanction":
        at = end if read.anchor == "ticket" else seen.at
        return fact.at <= at and (fact.until is None or at < fact.until)
    return fact.live


def lapsed_since(state: State, entry: Entry, at: datetime) -> bool:
    """Whether an entry has come to the end of its own life after an instant: then it was live."""
    return entry.number in state.expired and state.ended[entry.number] >= at


def stood_at(state: State, entry: Entry, at: datetime) -> bool:
    """Whether an entry was live at an instant: what ended it since had not, and what stands in its place since does
    not count besides."""
    ended = state.ended.get(entry.number)
    return (not entry.carried or entry.posted <= at) and (ended is None or ended >= at)


def _constant(state: State, name: str, seen: Seen) -> Units | None:
    rules = state.rules
    kind = None if rules is None else rules.constants.get(name)
    found = None
    for since, value, when in kind or ():
        if (since is None or since <= seen.booked) and applies(when, lambda field: state.says(field, seen.ticket)):
            found = value
    return found


def _first_value(state: State, read: Read) -> Units | None:
    """Where a metric starts that was never told."""
    if state.rules is None or (read.of, read.sort, read.within) != ("latest", "metric", "ever") or len(read.names) != 1:
        return None
    return state.rules.first_values.get(read.names[0])


# --- the time that a read looks at ------------------------------------------------------------------------------------


class _Time:
    """The time that a read looks at, seen from somewhere."""

    def __init__(self, state: State, read: Read, seen: Seen, end: datetime | None) -> None:
        self._state, self._read = state, read
        self.end = end or seen.at
        if end is None and read.anchor in ("ticket", "stood") and seen.ticket is not None:
            self.end = seen.ticket.date(read.dated)
        self._from, self._to = _bounds(state, read, seen)
        ledgers = read.names if read.sort == "entry" else ()
        of_period = read.within == "period" or read.back == Previous("period") or isinstance(read.back, Lately)
        self._books = [book for name in ledgers for book in _books(state, read, name, seen)]
        self._by_book = of_period and read.sort == "entry"

    def holds(self, fact: Fact) -> bool:
        """Whether a fact lies in it."""
        read, date = self._read, fact.date(self._read.dated)
        if read.anchor != "now" and read.within == "ever":
            return read.anchor == "ticket" or date <= self.end
        if self._by_book:
            assert fact.entry is not None
            live = read.standing == "live" and read.within == "period"
            return any(
                self._state.is_live_in(book, fact.entry) if live else fact.entry.book == book.number
                for book in self._books
            )
        if (self._from is not None and date < self._from) or (self._to is not None and date >= self._to):
            return False
        if isinstance(read.within, Length):
            leaves = _leaves(self._state, read.within, read.far_edge, date)
            return (date <= self.end or read.anchor == "now") and self.end < leaves
        return date <= self.end or read.anchor == "now"


def _leaves(state: State, window: Length, far_edge: bool, date: datetime) -> datetime:
    """When something of a date leaves a window."""
    leaves = state.zone.after(date, window)
    return leaves + JUST_AFTER if far_edge else leaves


def _book(state: State, read: Read, ledger: str, seen: Seen) -> Book | None:
    """The book of a ledger that a read looks at."""
    book = state.books.seen_from(ledger, seen.booked)
    if read.back == Previous("period") and book is not None:
        return state.books.before(book)
    return book


def _books(state: State, read: Read, ledger: str, seen: Seen) -> list[Book]:
    """The books of a ledger that a read looks at, the last one first."""
    found: list[Book] = []
    book = _book(state, read, ledger, seen)
    while book is not None and len(found) < (read.back.count if isinstance(read.back, Lately) else 1):
        found.append(book)
        book = state.books.before(book)
    return found


def _bounds(state: State, read: Read, seen: Seen) -> tuple[datetime | None, datetime | None]:
    """From when on, and until when, facts count; None: no bound."""
    zone = state.zone
    if isinstance(read.back, Previous) and read.back.unit == "period":
        book = None if read.ledger is None else _book(state, read, read.ledger, seen)
        if read.sort != "entry" and book is None:
            return seen.at, seen.at  # there was no period before
        return _interval(state, book)
    if isinstance(read.back, Lately):
        books = [] if read.ledger is None else _books(state, read, read.ledger, seen)
        return (_interval(state, books[-1])[0], _interval(state, books[0])[1]) if books else (None, None)
    match read.back:
        case Previous(unit):
            assert unit != "period"
            start = zone.start_of(unit, seen.booked)
            return zone.start_of(unit, start - JUST_AFTER), start
        case Since(sort, name, at):
            return _last(state, sort, name, at, seen), None
        case Last(count, act):
            acts = [*islice((one.at for one in reversed(state.acts) if one.name == act), count)]
            return (acts[-1] if len(acts) == count else None), None
    if read.within == "period":
        return _interval(state, None if read.ledger is None else state.books.seen_from(read.ledger, seen.booked))
    if isinstance(read.within, Length) or read.within == "ever":
        return None, None
    start = zone.start_of(read.within, seen.booked)
    return start, zone.next_start(read.within, start)


def _interval(state: State, book: Book | None) -> tuple[datetime | None, datetime | None]:
    """The time of a book."""
    following = None if book is None else state.books.next(book)
    return (None, None) if book is None else (book.start, None if following is None else following.start)


def _last(state: State, sort: str, name: str, at: str, seen: Seen) -> datetime | None:
    """When the last act was, or the last decision, or the last sanction began or ended; None where there was none."""
    if sort == "act":
        return next((one.at for one in reversed(state.acts) if one.name == name), None)
    found = facts(state, Read("count", "decision" if sort == "decision" else "sanction", (name,)))
    instants = (fact.at if at == "start" else fact.until for fact in found)
    last = max((instant for instant in instants if instant is not None and instant <= seen.at), default=None)
    # What brought it about comes before it; what happens when it ends comes after.
    return last + JUST_AFTER if last is not None and at == "start" else last


# --- acts by the thousand ---------------------------------------------------------------------------------------------


class ActsOf:
    """The acts that a read counts, of the first so many that were `looked` at: the `instants` at which they leave its
    window (where it has none, their dates), in order."""

    def __init__(self, looked: int) -> None:
        self.looked, self.instants = looked, list[datetime]()

    def copy(self) -> ActsOf:
        """The same, to go its own way from here."""
        twin = ActsOf(self.looked)
        twin.instants = self.instants.copy()
        return twin


def counts_acts(read: Read) -> bool:
    """Whether a read counts acts by one bound of their time, and nothing else that may change."""
    bound = read.back is None or not isinstance(read.within, Length)
    plain = (read.of, read.sort, read.standing, read.different) == ("count", "act", "posted", None)
    return plain and bound and not at_ticket(read)


def _acts(state: State, read: Read, seen: Seen, since: datetime | None) -> int:
    """How many acts a read counts, of all or of those `since` an instant."""
    if (read, since) not in state.acts_of:
        state.acts_of[read, since] = ActsOf(0 if since is None else bisect_right(state.acts, since, key=_AT))
    found = state.acts_of[read, since]
    for fact in facts(state, read, found.looked):
        if (since is None or fact.at > since) and holds(state, read.where, fact, None):
            window = read.within if isinstance(read.within, Length) else None
            insort(found.instants, fact.at if window is None else _leaves(state, window, read.far_edge, fact.at))
    found.looked = len(state.acts)
    if isinstance(read.within, Length):
        return len(found.instants) - bisect_right(found.instants, seen.at)
    begin, end = _bounds(state, read, seen)
    first = 0 if begin is None else bisect_left(found.instants, begin)
    return max(0, (len(found.instants) if end is None else bisect_left(found.instants, end)) - first)


# --- `where` ----------------------------------------------------------------------------------------------------------


def holds(state: State, where: Condition | None, fact: Fact, ticket: Fact | None) -> bool:
    """Whether a condition about a fact holds; `ticket` is the one that a rule looks at."""
    match where:
        case None:
            return True
        case Is(field, values):
            return not words(state, fact, field).isdisjoint(values)
        case Has(compare=compare, length=Length() as length):
            return lasts(state, fact, compare, length)
        case Has(field, compare, threshold):
            return compares(amount_of(state, fact, field), compare, threshold)
        case Between(dated=dated, of=str() as of, length=Length() as length):
            date, own = fact.date_or_none(dated), fact.date_or_none(of)
            return date is not None and own is not None and state.anchors.within(length, own, date)
        case Between(dated=dated):
            date = fact.date_or_none(dated)
            return date is not None and state.anchors.between(where, date)
        case Same(field):
            return ticket is not None and not words(state, fact, field).isdisjoint(words(state, ticket, field))
        case AllOf(parts):
            return all(holds(state, part, fact, ticket) for part in parts)
        case AnyOf(parts):
            return any(holds(state, part, fact, ticket) for part in parts)
        case Not(part):
            return not holds(state, part, fact, ticket)
    raise AssertionError(where)


# --- what passing time changes ----------------------------------------------------------------------------------------


def passing(state: State, read: Read) -> Iterator[tuple[datetime, Phase]]:
    """When a fact that is new leaves the time that a read looks at, or enters it, or ends. Calendar units turn behind
    the resets, so that these still see what lies before them."""
    after = state.foreseen.get(read, -1)
    for fact in facts(state, read, after + 1):
        if fact.until is not None and read.standing == "live":
            yield fact.until, Phase.ENDS
        if fact.number > after:
            state.foreseen[read] = fact.number
            yield from _passing(state, read, fact)
    if isinstance(read.back, Since) and read.back.sort == "sanction":
        for fact in facts(state, Read("count", "sanction", (read.back.name,))):
            if fact.until is not None:
                yield fact.until, Phase.ENDS


def _passing(state: State, read: Read, fact: Fact) -> Iterator[tuple[datetime, Phase]]:
    zone, date = state.zone, fact.date(read.dated)
    if read.anchor != "now":
        return
    if isinstance(read.within, Length):
        yield _leaves(state, read.within, read.far_edge, date), Phase.ENDS
    elif read.within != "period" and read.within != "ever":
        yield zone.next_start(read.within, date), Phase.VERSIONS
    if isinstance(read.back, Previous) and read.back.unit != "period":
        enters = zone.next_start(read.back.unit, date)
        yield enters, Phase.VERSIONS
        yield zone.next_start(read.back.unit, enters), Phase.VERSIONS
