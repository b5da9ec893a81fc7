"""What the course of a replay depends on: what must be the same, and what may differ, for a stretch of it to go as
another one went.

Assumes that neither periods nor the year turn within the stretch, and that one version judges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from policyctl.policy.form import Compare, Read
from policyctl.replay.books import Books, Entry, Scope
from policyctl.replay.conditions import HOLDS, Compared, Denied, Joined, Test
from policyctl.replay.law import Listener, Rules
from policyctl.replay.measures import BalanceOf, SumOf
from policyctl.replay.measures import Number as Reading
from policyctl.replay.reason import Ended, SilentReason
from policyctl.replay.records import NEW, Latch, LatchKey
from policyctl.replay.state import State
from policyctl.replay.units import Units

Number = str | int
"""A number that rules read: the balance of a ledger, by its name, or a tally, by its number."""


class Around(Struct, frozen=True):
    """What must be the very same, whatever happens in a stretch: the version, the books that there are, the latches and
    flags, what is said of silent rules, and what has a number."""

    rules: Rules
    posted: int
    order: dict[str, tuple[int, ...]]
    frames: list[tuple[object, ...]]
    flags: object
    latches: tuple[tuple[LatchKey, Latch], ...]
    said: tuple[tuple[Listener, SilentReason | None], ...]
    unjudged: set[Listener]
    repealed: set[str]

    @staticmethod
    def of(state: State, until: datetime) -> Around | None:
        """What is around a stretch up to an instant; None where several versions judge, or none."""
        if state.rules is None or len(state.judging) > 1 or state.unsettled:
            return None
        keys = [state.latch_key(one, until) for one in state.rules.listeners]
        return Around(
            rules=state.rules,
            posted=state.posted,
            order=state.books.order.copy(),
            frames=_frames(state.books),
            flags=state.flags.shown(),
            latches=tuple((key, state.latches.get(key, NEW)) for key in keys),
            said=tuple((one, state.last_reason.get(one)) for one in state.rules.listeners),
            unjudged=state.unjudged.copy(),
            repealed=state.repealed.copy(),
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
        )


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
    """A number at the beginning of a stretch, and the least and greatest that it was in it; `scopes` make it up."""

    scopes: list[Scope]
    first: Units
    least: Units
    most: Units

    def may_be(self, first: Units, sides: Sides) -> bool:
        """Whether it may begin with another number, all comparisons with it coming out the same."""
        more = first - self.first
        if more == 0:
            return True
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


def held_of(state: State, number: Number, scopes: list[Scope], since: int) -> Held:
    """What makes up a number; of a tally the entries since one of a number, for those before are listed already."""
    books = state.books
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
