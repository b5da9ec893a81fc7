"""What the course of a replay depends on: what must be the same, and what may differ, for a stretch of it to go as
another one went.

Assumes that neither periods nor the year turn within the stretch, and that one version judges.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from policyctl.policy.form import Compare, Read
from policyctl.replay.books import Books, Entry, Scope
from policyctl.replay.conditions import HOLDS, Compared, Denied, Joined, Test
from policyctl.replay.listener import Listener
from policyctl.replay.measures import BalanceOf, SumOf
from policyctl.replay.measures import Number as Reading
from policyctl.replay.reason import Ended, SilentReason
from policyctl.replay.records import NEW, Latch, LatchKey
from policyctl.replay.rules import Rules
from policyctl.replay.state import State
from policyctl.replay.tickets import Judged
from policyctl.replay.units import Units

Number = str | int
"""A number that rules read: the balance of a ledger, by its name, or a tally, by its number."""

View = tuple[Number, list[Scope]]
"""A number, and what makes it up in the running period or in one that is over."""


class Around(Struct, frozen=True):
    """What must be the very same, whatever happens in a stretch: the version, the books that there are, the latches and
    flags, what is said of silent rules, and what has a number. Where tickets are `late`, by their booking dates, the
    latches of their periods are among these, and all of the `past` must be the same."""

    rules: Rules
    posted: int
    order: dict[str, tuple[int, ...]]
    frames: list[tuple[object, ...]]
    flags: object
    latches: tuple[tuple[LatchKey, Latch], ...]
    said: tuple[tuple[Listener, SilentReason | None], ...]
    unjudged: set[Listener]
    repealed: set[str]
    late: tuple[datetime, ...] = ()
    past: tuple[object, ...] = ()

    @staticmethod
    def of(state: State, until: datetime) -> Around | None:
        """What is around a stretch up to an instant; None where several versions judge, or none."""
        if state.rules is None or len(state.judging) > 1 or state.unsettled:
            return None
        late = tuple(_booked_late(state, until))
        keys = [state.latch_key(one, until) for one in state.rules.listeners]
        keys += (state.key_seen_from(one, booked) for booked in late for one in state.rules.listeners)
        return Around(
            rules=state.rules,
            posted=state.posted,
            order=state.books.order.copy(),
            frames=_frames(state.books),
            flags=state.flags.shown(),
            latches=tuple((key, state.latches.get(key, NEW)) for key in dict.fromkeys(keys)),
            said=tuple((one, state.last_reason.get(one)) for one in state.rules.listeners),
            unjudged=state.unjudged.copy(),
            repealed=state.repealed.copy(),
            late=late,
            past=_past(state) if late else (),
        )

    def same(self, state: State) -> bool:
        """Whether it is so around a state."""
        return (
            state.rules is self.rules
            and len(state.judging) == 1
            and not state.unsettled
            and state.posted == self.posted
            and state.books.order == self.order
            and _frames(state.books) == self.frames
            and state.flags.shown() == self.flags
            and all(state.latches.get(key, NEW) == latch for key, latch in self.latches)
            and all(state.last_reason.get(one) == reason for one, reason in self.said)
            and state.unjudged == self.unjudged
            and state.repealed == self.repealed
            and (not self.late or _past(state) == self.past)
        )

    def views(self, state: State, until: datetime) -> Iterator[View]:
        """Each number as it is seen in the running period, and from the booking dates of late tickets."""
        numbers: list[Number] = [*state.books.order, *range(len(state.tallies))]
        for number in numbers:
            running, known = scopes_of(state, number, until), list[list[Scope]]()
            yield number, running
            for booked in self.late:
                scopes = scopes_seen_from(state, number, booked)
                if scopes != running and scopes not in known:
                    known.append(scopes)
                    yield number, scopes


def _booked_late(state: State, until: datetime) -> Iterator[datetime]:
    """The booking dates of tickets to come up to an instant that lie before a period, or the year, that runs."""
    starts = [state.zone.start_of(unit, until) for unit in state.law.units]
    starts += [book.start for book in state.books.running().values() if book.start is not None]
    if starts:
        judged = (due[-1] for due in state.agenda.ahead(until))
        last = max(starts)
        yield from dict.fromkeys(one.booked for one in judged if isinstance(one, Judged) and one.booked < last)


def _past(state: State) -> tuple[object, ...]:
    """What late tickets ask for: every period that there was, the resets, and since when flags are up."""
    books = state.books.all()
    frames = tuple((books[n].name, books[n].start, books[n].bounds) for of in state.books.order.values() for n in of)
    return frames, tuple(state.turns), state.flags.raised()


def _frames(books: Books) -> list[tuple[object, ...]]:
    """All but what is in them, of the oldest books and of those that run."""
    ends = [books.numbered(number) for numbers in books.order.values() for number in (numbers[0], numbers[-1])]
    return [(book.name, book.start, book.bounds) for book in ends]


class Reasons(Struct, frozen=True):
    """What the reasons of the decisions of some rules are made from, besides the numbers: what had been listed when,
    with which decision, and what last ended entries."""

    listed: dict[tuple[str, Read, Scope], int]
    lister: dict[tuple[str, str], str | None]
    last_end: dict[str, Ended | None]

    @staticmethod
    def of(state: State, fired: Sequence[Listener], until: datetime) -> Reasons:
        """Those of rules that fire up to an instant."""
        tests = [(one.rule.name, test.formula) for one in fired for test in compared(one.test)]
        listed = (
            (rule, term.read, scope)
            for rule, formula in tests
            for (_, read), term in zip(formula.terms, formula.measure.terms, strict=True)
            for scope in scopes_of(state, number_of(read), until)
        )
        return Reasons(
            {key: state.listed.get(key, 0) for key in listed},
            {key: state.lister.get(key) for key in ((rule, formula.measure.name) for rule, formula in tests)},
            {ledger: state.last_end.get(ledger) for one in fired for ledger in one.ledgers},
        )

    def same(self, state: State) -> bool:
        """Whether they are so in a state."""
        return (
            all(state.listed.get(key, 0) == count for key, count in self.listed.items())
            and all(state.lister.get(key) == decision for key, decision in self.lister.items())
            and all(state.last_end.get(ledger) == ended for ledger, ended in self.last_end.items())
        )


Sides = tuple[tuple[Compare, Units], ...] | None
"""What a number is compared with; None where it is read in another way, too."""


class Range(Struct, frozen=True):
    """A number at the beginning of a stretch, and the least and greatest that it was in it; `scopes` make it up. A
    `strict` one may not differ at all."""

    number: Number
    scopes: list[Scope]
    first: Units
    least: Units
    most: Units
    strict: bool

    def fits(self, state: State, all_sides: Mapping[Number, Sides]) -> bool:
        """Whether it may begin as it is in a state, all comparisons with it coming out the same."""
        more = value_of(state, self.number, self.scopes) - self.first
        if more == 0:
            return True
        sides = None if self.strict else all_sides.get(self.number, ())
        if sides is None:
            return False
        least, most = min(self.least, self.least + more), max(self.most, self.most + more)
        return all(_one_side(compare, threshold, least, most) for compare, threshold in sides)


def _one_side(compare: Compare, threshold: Units, least: Units, most: Units) -> bool:
    if compare in ("=", "!="):
        return not least <= threshold <= most
    return HOLDS[compare](least, threshold) == HOLDS[compare](most, threshold)


def compared(test: Test) -> Iterator[Compared]:
    """The comparisons in a condition."""
    match test:
        case Compared():
            yield test
        case Joined(parts):
            for part in parts:
                yield from compared(part)
        case Denied(part):
            yield from compared(part)


def sides_of(rules: Rules) -> dict[Number, Sides]:
    """What the rules of a version compare each number with."""
    found: dict[Number, Sides] = {}
    for listener in rules.listeners:
        for test in compared(listener.test):
            for _, read in test.formula.terms:
                number = number_of(read)
                before = found.get(number, ())
                alone = listener.every is None and isinstance(test.read, BalanceOf | SumOf)
                side = (test.atom.compare, test.threshold)
                found[number] = (*before, side) if alone and before is not None else None
    return found


def number_of(read: Reading) -> Number:
    """The number that a measure reads. What is scanned for, stretches are not proved for."""
    assert isinstance(read, BalanceOf | SumOf)
    return read.ledger if isinstance(read, BalanceOf) else read.tally


def scopes_of(state: State, number: Number, until: datetime) -> list[Scope]:
    """The scopes of a number in the running period: of a balance its book."""
    if isinstance(number, str):
        book = state.books.now(number)
        return [] if book is None else [book.number]
    return state.tallies[number].scopes(state.books, until)


def scopes_seen_from(state: State, number: Number, booked: datetime) -> list[Scope]:
    """The same, in the period that a booking date lies in."""
    if isinstance(number, str):
        book = state.books.seen_from(number, booked)
        return [] if book is None else [book.number]
    return state.tallies[number].scopes(state.books, booked)


def value_of(state: State, number: Number, scopes: list[Scope]) -> Units:
    """A number in its scopes."""
    if isinstance(number, int):
        return state.tallies[number].total(scopes)
    total: Units = 0
    for scope in scopes:
        if scope is not None:
            total += state.books.numbered(scope).balance
    return total


class Held(Struct, frozen=True):
    """All that makes up a number, where that must be the same: its sums by scope, and the entries behind it, with what
    they moved."""

    sums: tuple[tuple[object, ...], ...]
    entries: tuple[Entry, ...]
    moved: tuple[Units, ...] = ()

    def same(self, other: Held) -> bool:
        """Whether another is made up in the same way."""
        return self.sums == other.sums and _same_entries(self.entries, other.entries) and self.moved == other.moved


def held_of(state: State, view: View, since: int) -> Held:
    """What makes up a number; of a tally the entries since one of a number, for those before are listed already."""
    (number, scopes), books = view, state.books
    if isinstance(number, str):
        held = [books.numbered(scope) for scope in scopes if scope is not None]
        live = tuple(entry for book in held for entry in state.live_entries(book))
        sums = tuple((book.balance, book.live, book.points) for book in held)
        return Held(sums, live, tuple(books.moved(entry) for entry in live))
    tally = state.tallies[number]
    fresh = (
        entry
        for entry in state.entries_from(since)
        if tally.takes(entry) and tally.counts(entry) and tally.scope_of(entry) in scopes
    )
    return Held(tuple((tally.total([scope]), tally.size_of(scope)) for scope in scopes), tuple(fresh))


def _same_entries(some: Sequence[Entry], others: Sequence[Entry]) -> bool:
    return len(some) == len(others) and all(map(same_entry, some, others))


def same_entry(one: Entry, other: Entry) -> bool:
    """Whether two entries are one in all that can be read of them."""
    return one is other or (
        one.ticket is other.ticket
        and (one.number, one.ledger, one.points, one.book, one.booked, one.posted)
        == (other.number, other.ledger, other.points, other.book, other.booked, other.posted)
        and (one.stands_for_ticket, one.carried, one.origin) == (other.stands_for_ticket, other.carried, other.origin)
    )
