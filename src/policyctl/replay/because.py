"""The reasons of a decision: each comparison that made its rule rise, with the entries that make up the measure.

Entries that an earlier decision of the same rule has listed, and that still count, are summed up and not listed again;
so all reasons together stay linear in the history. One decision may be asked for in full: it lists them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from policyctl.policy.form import Measure, Read, Version
from policyctl.replay.books import Entry, Scope
from policyctl.replay.conditions import Compared, Raised, Worded, behind
from policyctl.replay.facts import Fact, of_entry, worth
from policyctl.replay.listener import Listener
from policyctl.replay.measures import Formula, Number, PickOf, ScanOf, Seen
from policyctl.replay.reason import Because, Earlier, Ended, EntryLine, FactLine
from policyctl.replay.scan import counting, deciding
from policyctl.replay.state import State
from policyctl.replay.units import Units, number, units

_NO_FACTS = ("constant", "attribute")
"""What is read and did not happen."""


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
    if listener.every is not None and test.atom == (listener.counted.atom if listener.counted is not None else None):
        threshold = after // listener.every * listener.every
    new, listed_before = dict[Entry, Units](), 0
    told: list[FactLine] = []
    for (times, part), term in zip(test.formula.terms, measure.terms, strict=True):
        if isinstance(part, ScanOf | PickOf):
            lines, earlier = _facts_of(state, decision, listener, part, term.read, seen)
            told += lines
            listed_before += earlier
            continue
        for entry, adds in (fresh := _fresh_entries(state, decision, rule, term.read, seen)).adds.items():
            new[entry] = new.get(entry, 0) + times * adds
        listed_before += fresh.earlier
    moved = _moved(state, test.formula, seen, first)
    start = after - sum(new.values()) - sum(units(line.amount) for line in told if _adds(measure))
    return Because(
        measure=measure.name,
        before=None if moved is None else number(after - moved),
        after=number(after),
        compare=test.atom.compare,
        threshold=number(threshold),
        entries=tuple(_lines(state, new, start, measure, listener.version)),
        holds=holds,
        earlier=_earlier(state, decision, rule, measure.name, listed_before, start),
        ended=_ends(state, measure, seen),
        facts=tuple(told),
    )


def _moved(state: State, formula: Formula, seen: Seen, first: int) -> Units | None:
    """How far a measure is from what it was just before the step, by the entries that the step posted: nothing else
    differs. None where it was unknown then."""
    terms = zip(formula.terms, formula.measure.terms, strict=True)
    moved = [(times, _moved_read(state, part, term.read, seen, first)) for (times, part), term in terms]
    known = [times * one for times, one in moved if one is not None]
    return sum(known) if len(known) == len(moved) else None


def _moved_read(state: State, part: Number, read: Read, seen: Seen, first: int) -> Units | None:
    if isinstance(part, PickOf):
        now = [one.value(state, seen) or 0 for one in part.of]
        moved = [_moved(state, one, seen, first) for one in part.of]
        then = [value - one for value, one in zip(now, moved, strict=True) if one is not None]
        return part.pick(now) - part.pick(then) if len(then) == len(now) else None
    if isinstance(part, ScanOf):
        return 0 if read.sort in _NO_FACTS else _of_step(list(counting(state, read, seen)), read, first)
    found = (_counting(state, read, scope, first) for scope, _ in _scopes(state, read, seen))
    return sum(worth for entries in found for _, worth in entries)


class _Fresh(NamedTuple):
    """The entries of a read that no earlier decision of the rule has listed, with what they add; and how many were."""

    adds: dict[Entry, Units]
    earlier: int


def _fresh_entries(state: State, decision: str, rule: str, read: Read, seen: Seen) -> _Fresh:
    adds, earlier = dict[Entry, Units](), 0
    for scope, size in _scopes(state, read, seen):
        listed = 0 if decision == state.law.in_full else state.listed.get((rule, read, scope), 0)
        fresh = dict(_counting(state, read, scope, listed))
        adds.update(fresh)
        earlier += size - len(fresh)
        state.listed[rule, read, scope] = state.posted
    return _Fresh(adds, earlier)


def _facts_of(
    state: State, decision: str, listener: Listener, part: Number, read: Read, seen: Seen
) -> tuple[list[FactLine], int]:
    """The facts behind a number that is no sum of entries, also through `max`, `min` and rounding; and how many of them
    an earlier decision has listed."""
    told, earlier = list[FactLine](), 0
    rule, version = listener.rule.name, listener.version
    if isinstance(part, PickOf):
        for formula in part.of:
            for (_, inner), term in zip(formula.terms, formula.measure.terms, strict=True):
                lines, listed = _facts_of(state, decision, listener, inner, term.read, seen)
                told += (line for line in lines if line not in told)
                earlier += listed
    elif isinstance(part, ScanOf):
        if read.sort not in _NO_FACTS:
            found = list(deciding(read, counting(state, read, seen)))
            fresh = _fresh(state, decision, rule, read, found)
            told, earlier = [_fact_line(state, fact, read, version) for fact in fresh], len(found) - len(fresh)
    else:
        entries = _fresh_entries(state, decision, rule, read, seen)
        told = [_fact_line(state, of_entry(state, entry), read, version) for entry in entries.adds]
        earlier = entries.earlier
    return told, earlier


def _adds(measure: Measure) -> bool:
    """Whether a measure is what its facts add up to."""
    return all(term.read.of in ("count", "sum") and term.times == 1 for term in measure.terms)


def _of_step(found: Sequence[Fact], read: Read, first: int) -> Units | None:
    """What the entries that a step posted add to a read. None where the highest or latest of none was unknown."""
    new = [fact for fact in found if fact.entry is not None and fact.number >= first]
    if read.of in ("count", "sum"):
        return sum((worth(fact, read) for fact in new), 0)
    now, then = (
        next(deciding(read, iter(facts)), None) for facts in (found, [fact for fact in found if fact not in new])
    )
    return worth(now, read) - worth(then, read) if now is not None and then is not None else 0 if not new else None


def _fresh(state: State, decision: str, rule: str, read: Read, found: Sequence[Fact]) -> list[Fact]:
    """The facts that no earlier decision of the rule has listed; one that was chosen among them, or a sanction that is
    asked whether it runs, is told each time."""
    if read.of not in ("count", "sum") or (read.sort, read.standing) == ("sanction", "live"):
        return list(found)
    listed = 0 if decision == state.law.in_full else state.listed.get((rule, read, None), 0)
    state.listed[rule, read, None] = max([listed, *(fact.number + 1 for fact in found)])
    return [fact for fact in found if fact.number >= listed]


def _fact_line(state: State, fact: Fact, read: Read, version: Version) -> FactLine:
    at = fact.at if fact.entry is None else state.first(fact.entry).posted
    occurred = fact.ticket.occurred if fact.ticket is not None and _by_act(read, version) else None
    return FactLine(fact.event, fact.sort, fact.name, at, number(worth(fact, read)), occurred)


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


def _by_act(read: Read, version: Version) -> bool:
    """Whether a number counts by when an act occurred."""
    return read.dated == "occurred" or (read.dated == "booking" and version.settings.count_by == "occurred")


def _lines(
    state: State, new: Mapping[Entry, Units], start: Units, measure: Measure, version: Version
) -> Iterator[EntryLine]:
    """The entries in posting order, with the measure running along."""
    by_act = any(_by_act(term.read, version) for term in measure.terms)
    counts = all(term.read.of == "count" for term in measure.terms)
    balances = all(term.read.of == "balance" for term in measure.terms)
    first = {entry: state.first(entry) for entry in new}
    for entry in sorted(new, key=lambda e: (first[e].posted, e.ticket.id, e.ledger, e.number)):
        start += new[entry]
        points, posted = number(entry.points), number(first[entry].points)
        amount = Fraction(1) if counts else state.books.direction(entry) * points if balances else points
        ticket, of = entry.ticket, None if posted == points or counts else posted
        effective, occurred = first[entry].posted, ticket.occurred if by_act else None
        yield EntryLine(ticket.id, entry.ledger, amount, effective, number(start), ticket.offence, of, occurred)
