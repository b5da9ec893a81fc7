"""The reasons of a decision: each comparison that made its rule rise, with the entries that make up the measure.

Entries that an earlier decision of the same rule has listed, and that still count, are summed up and not listed again;
so all reasons together stay linear in the history. One decision may be asked for in full: it lists them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from policyctl.policy.form import Measure, Read
from policyctl.replay.books import Entry, Scope
from policyctl.replay.conditions import Compared, Raised, Worded, behind
from policyctl.replay.facts import Fact, worth
from policyctl.replay.law import Listener
from policyctl.replay.measures import PickOf, ScanOf, Seen
from policyctl.replay.reason import Because, Earlier, Ended, EntryLine, FactLine
from policyctl.replay.scan import counting, deciding
from policyctl.replay.state import State
from policyctl.replay.units import Units, number, units


def reasons(
    state: State, decision: str, listener: Listener, seen: Seen, first: int
) -> tuple[tuple[Because, ...], tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    """The comparisons, the flags and the words behind a decision, each once. `first` is the number of the first entry
    that the step posted."""
    atoms = behind(listener.deciding(state, seen), state, seen, wanted=True)
    because = tuple(
        _comparison(state, decision, listener, atom, holds, seen, first)
        for atom, holds in atoms
        if isinstance(atom, Compared)
    )
    flags = tuple((atom.atom.flag, up) for atom, up in atoms if isinstance(atom, Raised))
    return because, flags, tuple((atom.text, held) for atom, held in atoms if isinstance(atom, Worded))


def _comparison(
    state: State, decision: str, listener: Listener, test: Compared, holds: bool, seen: Seen, first: int
) -> Because:
    rule, measure, after = listener.rule.name, test.formula.measure, test.formula.value(state, seen)
    threshold = test.threshold
    if after is None:
        compare = test.atom.compare
        return Because(measure.name, None, None, compare, number(threshold), (), holds)
    if listener.every is not None:
        threshold = after // listener.every * listener.every
    before, new, listed_before = after, dict[Entry, Units](), 0
    told: list[FactLine] = []
    for (times, part), term in zip(test.formula.terms, measure.terms, strict=True):
        if isinstance(part, ScanOf) and term.read.sort not in ("constant", "attribute"):
            found = list(deciding(term.read, counting(state, term.read, seen)))
            before -= times * _of_step(found, term.read, first)
            fresh_facts = _fresh(state, decision, rule, term.read, found)
            told += (_fact_line(state, fact, term.read) for fact in fresh_facts)
            listed_before += len(found) - len(fresh_facts)
        if isinstance(part, ScanOf | PickOf):
            continue
        for scope, size in _scopes(state, term.read, seen):
            # The state before a step and the one that is judged differ by the entries that it posted, and nothing else.
            before -= times * sum(worth for _, worth in _counting(state, term.read, scope, first))
            listed = 0 if decision == state.law.in_full else state.listed.get((rule, term.read, scope), 0)
            fresh = dict(_counting(state, term.read, scope, listed))
            for entry, adds in fresh.items():
                new[entry] = new.get(entry, 0) + times * adds
            listed_before += size - len(fresh)
            state.listed[rule, term.read, scope] = state.posted
    start = after - sum(new.values()) - sum(units(line.amount) for line in told if _adds(measure))
    return Because(
        measure=measure.name,
        before=number(before),
        after=number(after),
        compare=test.atom.compare,
        threshold=number(threshold),
        entries=tuple(_lines(state, new, start, measure)),
        holds=holds,
        earlier=_earlier(state, decision, rule, measure.name, listed_before, start),
        ended=_ends(state, measure, seen),
        facts=tuple(told),
    )


def _adds(measure: Measure) -> bool:
    """Whether a measure is what its facts add up to."""
    return all(term.read.of in ("count", "sum") and term.times == 1 for term in measure.terms)


def _of_step(found: Iterable[Fact], read: Read, first: int) -> Units:
    """What the entries that a step posted add to a read."""
    if read.of not in ("count", "sum"):
        return 0
    return sum((worth(fact, read) for fact in found if fact.entry is not None and fact.number >= first), 0)


def _fresh(state: State, decision: str, rule: str, read: Read, found: Sequence[Fact]) -> list[Fact]:
    """The facts that no earlier decision of the rule has listed; one that was chosen among them is told each time."""
    if read.of not in ("count", "sum"):
        return list(found)
    listed = 0 if decision == state.law.in_full else state.listed.get((rule, read, None), 0)
    state.listed[rule, read, None] = max([listed, *(fact.number + 1 for fact in found)])
    return [fact for fact in found if fact.number >= listed]


def _fact_line(state: State, fact: Fact, read: Read) -> FactLine:
    at = fact.at if fact.entry is None else state.first(fact.entry).posted
    return FactLine(fact.event, fact.sort, fact.name, at, number(worth(fact, read)))


def _scopes(state: State, read: Read, seen: Seen) -> Iterator[tuple[Scope, int]]:
    """Each scope of a read, and how many entries count in it."""
    if read.of != "balance":
        tally = state.tallies[state.law.number(read)]
        yield from ((scope, tally.size_of(scope)) for scope in tally.scopes(state.books, seen.booked))
    elif (book := state.books.seen_from(read.names[0], seen.booked)) is not None:
        yield book.number, book.live


def _counting(state: State, read: Read, scope: Scope, first: int) -> Iterator[tuple[Entry, Units]]:
    """The entries that count in a scope, from the one with the number `first` on, with what they are worth."""
    if read.of == "balance":
        assert scope is not None
        book = state.books.numbered(scope)
        found = state.entries_from(max(first, book.first_live))
        live = (entry for entry in found if state.is_live_in(book, entry))
        yield from ((entry, state.books.moved(entry)) for entry in live)
        return
    tally = state.tallies[state.law.number(read)]
    for entry in state.entries_from(first):
        if tally.takes(entry) and tally.counts(entry) and tally.scope_of(entry) == scope:
            yield entry, tally.worth(entry)


def _earlier(state: State, decision: str, rule: str, measure: str, entries: int, balance: Units) -> Earlier | None:
    """The line that stands for entries listed with an earlier decision."""
    lister = state.lister.get((rule, measure))
    state.lister[rule, measure] = decision
    return Earlier(lister, entries, number(balance)) if entries and lister is not None else None


def _ends(state: State, measure: Measure, seen: Seen) -> tuple[Ended, ...]:
    """What last ended entries, per ledger that is read live or by period. Of a period that was judged when it was over
    nothing is said: what ended last came after it."""
    names = {
        name
        for term in measure.terms
        if term.read.sort == "entry" and (term.read.of == "balance" or term.read.standing == "live")
        for name in term.read.names
    }
    running = (name for name in sorted(names) if state.late(name, seen.booked) is None)
    return tuple(state.last_end[name] for name in running if name in state.last_end)


def _lines(state: State, new: Mapping[Entry, Units], start: Units, measure: Measure) -> Iterator[EntryLine]:
    """The entries in posting order, with the measure running along."""
    counts = all(term.read.of == "count" for term in measure.terms)
    balances = all(term.read.of == "balance" for term in measure.terms)
    first = {entry: state.first(entry) for entry in new}
    for entry in sorted(new, key=lambda e: (first[e].posted, e.ticket.id, e.ledger, e.number)):
        start += new[entry]
        points, posted = number(entry.points), number(first[entry].points)
        amount = Fraction(1) if counts else state.books.direction(entry) * points if balances else points
        ticket, of = entry.ticket, None if posted == points or counts else posted
        yield EntryLine(ticket.id, entry.ledger, amount, first[entry].posted, number(start), ticket.offence, of)
