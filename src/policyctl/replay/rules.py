"""A version of a policy made ready for replaying: its rules, ledgers, sanctions and lives, found out once.

Nothing here ever changes while accounts are replayed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from policyctl.instants import Calendar, Length, Zone
from policyctl.policy.form import (
    AttributeKind,
    Between,
    Carrying,
    Comparison,
    Condition,
    ConstantKind,
    End,
    EntryKind,
    FactKind,
    FlagKind,
    FlagUp,
    Ladder,
    Last,
    Lately,
    Life,
    Measure,
    MetricKind,
    Open,
    Posting,
    Prevails,
    Previous,
    Read,
    Rule,
    Since,
    TicketKind,
    Version,
    When,
    Without,
    atoms,
    measures_of,
    reads_of,
)
from policyctl.replay.books import Bounds, asks_same, at_ticket, takes
from policyctl.replay.conditions import Compared, Joined, Test, asks_ticket, of_ticket, ready
from policyctl.replay.expiry import Lasting
from policyctl.replay.listener import Listener
from policyctl.replay.measures import Formula
from policyctl.replay.units import Units, units

_OUTSIDE = ("act", "metric")
"""Sorts of facts that do not come with tickets, and that a rule looks at when they come."""


class CarryingOver(NamedTuple):
    """How many points a reset takes over, and when."""

    points: Formula
    when: Test | None


class Posted(NamedTuple):
    """What an entry of one kind touches when it is posted: tallies by number, and rules."""

    tallies: tuple[int, ...]
    listeners: tuple[Listener, ...]


def _named_outside(reads: Iterable[Read], words: Iterable[object]) -> Iterator[tuple[str, str]]:
    """The acts and metrics that a condition names: it counts them, or counts from them."""
    for read in reads:
        if read.sort in _OUTSIDE:
            yield from ((read.sort, name) for name in read.names)
        if isinstance(read.back, Since) and read.back.sort == "act":
            yield "act", read.back.name
        if isinstance(read.back, Last):
            yield "act", read.back.act
    for word in words:
        if isinstance(word, Between) and word.anchor is not None:
            yield "act", word.anchor


class Rules:
    """A version made ready."""

    def __init__(self, version: Version, numbers: Mapping[Read, int], first_place: int, zone: Zone) -> None:
        self.version, self._zone, self._numbers = version, zone, numbers
        self._all_measures = {measure.name: measure for measure in version.measures}
        self.formulas = {name: Formula.of(one, numbers, self._all_measures) for name, one in self._all_measures.items()}
        self.constants = {fact.name: _dated(fact, zone) for fact in version.facts if isinstance(fact, ConstantKind)}
        self.first_values = {
            fact.name: units(fact.start)
            for fact in version.facts
            if isinstance(fact, MetricKind) and fact.start is not None
        }
        self.listeners = tuple(self._listener(place, rule) for place, rule in enumerate(version.rules, first_place))
        self.bounds = {fact.name: Bounds.of(fact) for fact in version.facts if isinstance(fact, EntryKind)}
        self.starts = {
            fact.name: [
                (units(one.value), ready(one.when, self.formulas, zone)) for one in fact.starts if one.when is not None
            ]
            for fact in version.facts
            if isinstance(fact, EntryKind) and fact.starts
        }
        self.periods = {period.ledger: period for period in version.periods}
        self.blocks = {
            period.ledger: ready(period.unless, self.formulas, zone)
            for period in version.periods
            if period.unless is not None
        }
        self.keeping = {period.ledger for period in version.periods if period.keeping is not None}
        self.carrying = {
            period.ledger: CarryingOver(
                self.formulas[period.keeping.measure],
                None if period.keeping.when is None else ready(period.keeping.when, self.formulas, zone),
            )
            for period in version.periods
            if isinstance(period.keeping, Carrying)
        }
        moves = version.transition.ledgers if version.transition is not None else ()
        self.spared = {m.ledger: ready(m.unless, self.formulas, zone) for m in moves if m.unless is not None}
        self._lives: dict[Life, Lasting] = {}
        for fact in version.facts:
            for life in [fact.life] if isinstance(fact, EntryKind) else posted_lives(fact):
                if life is not None and life not in self._lives:
                    self._lives[life] = Lasting.of(life, self.formulas, zone)
        self.multiplied = {
            fact.name: [
                (one, None if one.when is None else ready(one.when, self.formulas, zone)) for one in fact.multiplied
            ]
            for fact in version.facts
            if isinstance(fact, EntryKind) and fact.multiplied
        }
        self.exempt = {
            posting.unless: ready(posting.unless, self.formulas, zone)
            for fact in version.facts
            if isinstance(fact, TicketKind)
            for posting in fact.posts
            if posting.unless is not None
        }
        self.waits = {
            fact.name: ready(fact.waits, self.formulas, zone)
            for fact in version.facts
            if isinstance(fact, EntryKind) and fact.waits is not None
        }
        self._of_ledger = {fact.name: fact.life for fact in version.facts if isinstance(fact, EntryKind)}
        self.ladders = tuple(choice for choice in version.choices if isinstance(choice, Ladder))
        self.prevailing = tuple(choice for choice in version.choices if isinstance(choice, Prevails))
        self.each_time = tuple(
            listener
            for listener in self.listeners
            if listener.rule.mode == "each" and listener.rule.occasion == "ticket"
        )
        self.at_ticket = tuple(one for one in self.listeners if one.at_ticket)
        self.by_units = tuple(one for one in self.listeners if one.by_units and not one.at_ticket)
        self.listening = tuple(
            listener for listener in self.listeners if listener.rule.occasion != "ticket" or listener.outside
        )
        self.streaks = tuple(
            (listener, listener.rule.occasion)
            for listener in self.listeners
            if isinstance(listener.rule.occasion, Without)
        )
        self.frozen = {
            listener.rule.name: ready(without.frozen, self.formulas, zone)
            for listener, without in self.streaks
            if without.frozen is not None
        }
        self.watched = frozenset(name for one in self._named() if one.sort == "sanction" for name in one.names)
        self._per_period = {fact.name for fact in version.facts if isinstance(fact, FlagKind) and fact.per_period}
        self._of_tally, self._of_balance = self._hearing(numbers)
        self._posted: dict[tuple[str, str | None, bool], Posted] = {}

    @property
    def frosts(self) -> tuple[Test, ...]:
        """The conditions while which time stands still for entries or streaks."""
        lives = (lasting.frozen for lasting in self._lives.values())
        return tuple(test for test in (*lives, *self.frozen.values()) if test is not None)

    def life(self, posting: Posting) -> Lasting | None:
        """How long the points of a posting are live."""
        life = posting.life or self._of_ledger.get(posting.ledger)
        return None if life is None else self._lives[life]

    def _named(self) -> Iterator[When]:
        """What its occasions name."""
        for listener in self.listeners:
            match listener.rule.occasion:
                case When() as when:
                    yield when
                case Without(things=things, after=after):
                    yield from (*things, *after)

    def per_period(self, flag: str) -> bool:
        """Whether a flag lasts only for a period."""
        return flag in self._per_period

    def posted(self, ledger: str, offence: str | None, stands_for_ticket: bool) -> Posted:
        """What an entry of one kind touches; found out once for each kind."""
        kind = (ledger, offence, stands_for_ticket)
        found = self._posted.get(kind)
        if found is None:
            tallies = tuple(number for read, number in self._numbers.items() if takes(read, *kind))
            heard = [*self._of_balance.get(ledger, ()), *(one for number in tallies for one in self.hearing(number))]
            found = self._posted[kind] = Posted(tallies, tuple(dict.fromkeys(heard)))
        return found

    def hearing(self, tally: int) -> tuple[Listener, ...]:
        """The rules that read a tally."""
        return self._of_tally.get(tally, ())

    def _listener(self, place: int, rule: Rule) -> Listener:
        reads = self._reads(rule)
        entries = [read for read in reads if read.sort == "entry"]
        test = ready(rule.condition, self.formulas, self._zone)
        first = test.parts[0] if isinstance(test, Joined) and rule.every is not None else test
        words = [atom for atom in atoms(rule.condition) if not isinstance(atom, Comparison | FlagUp)]
        calendar = {unit for read in reads for unit in units_of(read)}
        return Listener(
            place=place,
            version=self.version,
            rule=rule,
            test=test,
            every=None if rule.every is None else units(rule.every),
            counted=first if isinstance(first, Compared) and rule.every is not None else None,
            lines=tuple(ready(line, self.formulas, self._zone) for line in rule.lines),
            ledgers=_sorted_names(entries),
            by_period=_of_period(reads),
            by_year="year" in calendar,
            by_units=tuple(sorted(calendar - {"year"})),
            restless=bool(words) or any(read.of != "balance" and read not in self._numbers for read in reads),
            at_ticket=any(at_ticket(read) for read in reads)
            or any(of_ticket(read, rule.occasion) for read in [*reads, *self._read_by_effects(rule)])
            or (_waits_for_ticket(rule) and any(at_ticket(read) for read in self._read_by_effects(rule)))
            or any(asks_ticket(word, rule.occasion) for word in words)
            or any(isinstance(one, End) and asks_same(one.where) for one in rule.effects)
            or self._begins_when_told(rule),
            by_ticket=any(at_ticket(read) for read in [*reads, *self._read_by_effects(rule)]),
            outside=frozenset(_named_outside(reads, words)),
        )

    def _begins_when_told(self, rule: Rule) -> bool:
        """Whether a sanction begins on a date that the ticket looked at may name."""
        names = {fact.name for fact in self.version.facts if isinstance(fact, AttributeKind)}
        return isinstance(rule.occasion, When) and any(
            isinstance(one, Open) and one.begins in names for one in rule.effects
        )

    def _reads(self, rule: Rule) -> list[Read]:
        """Everything that a rule reads."""
        found = (read for measure in self._measures(rule) for read in reads_of(measure, self._all_measures))
        return list(dict.fromkeys(found))

    def _read_by_effects(self, rule: Rule) -> Iterator[Read]:
        """What the sums of its effects read."""
        for effect in rule.effects:
            if effect.formula is not None:
                yield from reads_of(self.formulas[effect.formula].measure, self._all_measures)

    def _measures(self, rule: Rule) -> list[Measure]:
        return [self.formulas[name].measure for name in measures_of(rule.condition)]

    def _hearing(
        self, numbers: Mapping[Read, int]
    ) -> tuple[dict[int, tuple[Listener, ...]], dict[str, tuple[Listener, ...]]]:
        """Which rules read a tally, and which the balance of a ledger."""
        tallies: dict[int, tuple[Listener, ...]] = defaultdict(tuple)
        balances: dict[str, tuple[Listener, ...]] = defaultdict(tuple)
        for listener in self.listeners:
            for read in self._reads(listener.rule):
                if read.of == "balance":
                    balances[read.names[0]] += (listener,)
                elif read in numbers:
                    tallies[numbers[read]] += (listener,)
        return tallies, balances


def _waits_for_ticket(rule: Rule) -> bool:
    """Whether its occasion is a ticket, or an act, which may name one."""
    return isinstance(rule.occasion, When) and rule.occasion.sort in ("ticket", "act")


def posted_lives(fact: FactKind) -> tuple[Life | None, ...]:
    """The lives of what a kind of ticket posts."""
    return tuple(posting.life for posting in fact.posts) if isinstance(fact, TicketKind) else ()


def units_of(read: Read) -> Iterator[Calendar]:
    """The calendar units that a read looks at."""
    if not isinstance(read.within, Length) and read.within != "period" and read.within != "ever":
        yield read.within
    if isinstance(read.back, Previous) and read.back.unit != "period":
        yield read.back.unit


def _of_period(reads: Iterable[Read]) -> tuple[str, ...]:
    """The ledgers whose periods reads look at."""
    found: set[str] = set()
    for read in reads:
        if read.ledger is not None:
            found.add(read.ledger)
        elif read.of == "balance" or read.within == "period" or isinstance(read.back, Lately | Previous):
            found.update(read.names if read.sort == "entry" else ())
    return tuple(sorted(found))


def _dated(kind: ConstantKind, zone: Zone) -> tuple[tuple[datetime | None, Units, Condition | None], ...]:
    """The values of a constant, with the instants from which they hold, and for whom."""
    return tuple(
        (None if one.since is None else zone.read(one.since), units(one.value), one.when) for one in kind.values
    )


def _sorted_names(reads: Iterable[Read]) -> tuple[str, ...]:
    return tuple(sorted({name for read in reads for name in read.names}))
