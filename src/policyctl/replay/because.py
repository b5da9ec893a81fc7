"""The reasons of a decision: each comparison that made its rule rise, with the entries that make up the measure.

Entries that an earlier decision of the same rule has listed, and that still count, are summed up and not listed again;
so all reasons together stay linear in the history.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from fractions import Fraction
from typing import Protocol

from policyctl.policy.form import Comparison, FlagUp, Measure, Read, Term, Version
from policyctl.replay.answer import Because, Decision, Earlier, Ended, EntryLine
from policyctl.replay.books import Books, Entry, Tally
from policyctl.replay.conditions import Seen, State, supporting


class Ledgers(State, Protocol):
    """What the reasons need to see of a replay."""

    books: Books
    last_end: dict[str, Ended]

    def measure_form(self, version: Version, name: str) -> Measure:
        """The measure's record in the normal form."""

    def tally(self, read: Read) -> Tally:
        """The running sum that belongs to a read."""


class Reasons:
    """Builds reasons for one replay, and remembers what has been listed."""

    def __init__(self, state: Ledgers) -> None:
        self._state = state
        self._listed: dict[tuple[str, Read, Hashable], int] = {}
        self._lister: dict[tuple[str, str], str] = {}

    def of(
        self, decision: Decision, seen: Seen, before: Mapping[str, Fraction]
    ) -> tuple[tuple[Because, ...], tuple[tuple[str, bool], ...]]:
        """The comparisons and the flags behind a decision, each once."""
        atoms = dict.fromkeys(supporting(decision.rule.condition, decision.version, self._state, seen))
        because = [
            self._comparison(decision, atom, holds, seen, before)
            for atom, holds in atoms
            if isinstance(atom, Comparison)
        ]
        return tuple(because), tuple((atom.flag, up) for atom, up in atoms if isinstance(atom, FlagUp))

    def _comparison(
        self, decision: Decision, atom: Comparison, holds: bool, seen: Seen, before: Mapping[str, Fraction]
    ) -> Because:
        measure = self._state.measure_form(decision.version, atom.measure)
        after = self._state.measure(decision.version, atom.measure, seen)
        threshold = atom.threshold
        if decision.rule.every is not None:
            threshold = after // decision.rule.every * decision.rule.every
        new: dict[Entry, Fraction] = {}
        listed_before = 0
        for term in measure.terms:
            listed_before += self._take(decision.rule.name, term, seen, new)
        start = after - sum(new.values(), Fraction(0))
        earlier = self._earlier(decision, atom.measure, listed_before, start)
        return Because(
            measure=atom.measure,
            before=before[atom.measure],
            after=after,
            compare=atom.compare,
            threshold=threshold,
            entries=tuple(_lines(new, start, measure)),
            holds=holds,
            earlier=earlier,
            ended=self._ends(measure),
        )

    def _take(self, rule: str, term: Term, seen: Seen, new: dict[Entry, Fraction]) -> int:
        """Add the entries of a term that were not listed before to `new`; returns how many that count were."""
        read, counted, added = term.read, 0, 0
        for scope, size, entries in self._scopes(rule, read, seen):
            counted += size
            for entry, worth in entries:
                added += 1
                new[entry] = new.get(entry, Fraction(0)) + term.times * worth
            self._listed[rule, read, scope] = self._seen(read, scope)
        return counted - added

    def _scopes(
        self, rule: str, read: Read, seen: Seen
    ) -> Iterator[tuple[Hashable, int, Iterator[tuple[Entry, Fraction]]]]:
        """Each scope of a read: how many entries count in it, and those not listed yet with what they are worth."""
        books = self._state.books
        if read.of == "balance":
            book = books.seen_from(read.names[0], seen.booked)
            if book is not None:
                first = self._listed.get((rule, read, book), 0)
                fresh = (e for e in book.entries[max(first, book.first_live) :] if e.ended is None)
                yield book, book.live, ((e, e.moved) for e in fresh)
            return
        tally = self._state.tally(read)
        for scope in tally.scopes(books, seen.booked):
            first = self._listed.get((rule, read, scope), 0)
            yield scope, tally.size_of(scope), ((e, tally.worth(e)) for e in tally.members(scope, first))

    def _seen(self, read: Read, scope: Hashable) -> int:
        if read.of == "balance":
            book = self._state.books.now(read.names[0])
            return 0 if book is None else len(book.entries)
        return self._state.tally(read).seen(scope)

    def _earlier(self, decision: Decision, measure: str, entries: int, balance: Fraction) -> Earlier | None:
        """The line that stands for entries listed with an earlier decision."""
        lister = self._lister.get((decision.rule.name, measure))
        self._lister[decision.rule.name, measure] = decision.id
        return Earlier(lister, entries, balance) if entries and lister is not None else None

    def _ends(self, measure: Measure) -> tuple[Ended, ...]:
        """What last ended entries, per ledger that is read live or by period."""
        names = {
            name
            for term in measure.terms
            if term.read.sort == "entry" and (term.read.of == "balance" or term.read.standing == "live")
            for name in term.read.names
        }
        return tuple(self._state.last_end[name] for name in sorted(names) if name in self._state.last_end)


def _lines(new: Mapping[Entry, Fraction], start: Fraction, measure: Measure) -> Iterator[EntryLine]:
    """The entries in posting order, with the measure running along."""
    counts = all(term.read.of == "count" for term in measure.terms)
    balances = all(term.read.of == "balance" for term in measure.terms)
    for entry in sorted(new, key=lambda e: (e.posted, e.ticket.id, e.ledger)):
        start += new[entry]
        signed = entry.book.kind.direction * entry.points if balances else entry.points
        amount = Fraction(1) if counts else signed
        yield EntryLine(entry.ticket.id, entry.ledger, amount, entry.posted, start, entry.ticket.offence)
