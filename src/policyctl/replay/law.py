"""A policy made ready for replaying: everything that follows from it alone, found out once.

Nothing here ever changes while accounts are replayed, so that all of them, and all copies of a state, share it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from policyctl.calendar import Repeats, instants
from policyctl.history.events import Act
from policyctl.instants import Calendar, Length, Zone
from policyctl.policy.form import (
    ActKind,
    AttributeKind,
    Between,
    Comparison,
    Condition,
    ConstantKind,
    End,
    EntryKind,
    Every,
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
    Policy,
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
    records,
)
from policyctl.replay.anchors import Anchors
from policyctl.replay.books import Bounds, asks_same, at_ticket, takes, tallied
from policyctl.replay.conditions import Compared, Joined, Test, asks_ticket, behind, lacking, of_ticket, ready, why_not
from policyctl.replay.expiry import Lasting
from policyctl.replay.measures import Formula, Seen, Sight
from policyctl.replay.proved import unproved
from policyctl.replay.reason import SilentPart, SilentReason
from policyctl.replay.units import Units, units
from policyctl.replay.versions import Versions

_OUTSIDE = ("act", "metric")
"""Sorts of facts that do not come with tickets, and that a rule looks at when they come."""


class Listener(msgspec.Struct, frozen=True, eq=False):
    """A rule of a version, and what it reads: the ledgers behind its measures; of these the ones by balance or `this
    period`; whether it reads `this year`; and from `outside` acts and metrics, by sort and name. `place` orders the
    rules of all versions, those of newer versions first. `counted` is the comparison of which `every` counts the
    multiples, `lines` are those of a rule of several. `by_units` are the other calendar units that it reads; it is
    `restless` where something that is no entry, or the passing of time, may change what it reads, and looks `at_ticket`
    where it asks of each ticket by itself, `by_ticket` where nothing can be counted without one."""

    place: int
    version: Version
    rule: Rule
    test: Test
    every: Units | None
    counted: Compared | None
    lines: tuple[Test, ...]
    ledgers: tuple[str, ...]
    by_period: tuple[str, ...]
    by_year: bool
    by_units: tuple[Calendar, ...] = ()
    restless: bool = False
    at_ticket: bool = False
    by_ticket: bool = False
    outside: frozenset[tuple[str, str]] = frozenset()

    def level(self, sight: Sight, seen: Seen) -> int:
        """How far the rule has risen: 0 or 1, or how many whole times `every` fits into its measure."""
        if self.every is None:
            return int(self.test.holds(sight, seen))
        if self.test is not self.counted and not self.test.holds(sight, seen):
            return 0
        value = self._measure().value(sight, seen)
        return 0 if value is None else max(0, value // self.every)

    def begins(self, level: int) -> int:
        """What a new latch has counted where the level is that. On a schedule each calendar unit that is read is looked
        at when it is over: what was true from its start on has counted for nothing."""
        return 0 if isinstance(self.rule.occasion, Every) and (self.by_year or self.by_units) else level

    def line(self, sight: Sight, seen: Seen) -> int:
        """The first of its lines that holds: what it says happens."""
        return next((place for place, line in enumerate(self.lines) if line.holds(sight, seen)), 0)

    def deciding(self, sight: Sight, seen: Seen) -> Test:
        """What makes it fire: the first of its lines that holds, or all of its condition."""
        return self.lines[self.line(sight, seen)] if self.lines else self.test

    def lacks(self, level: int, counted: int, sight: Sight, seen: Seen) -> SilentReason | None:
        """What keeps the rule from rising further, `counted` multiples having been counted; None where it holds."""
        if self.every is not None and (level or self.test is self.counted):
            if level > counted:
                return None
            return "below_threshold" if self._measure().value(sight, seen) is not None else "unknown_metric"
        return None if level else why_not(self.test, sight, seen)

    def failing(self, counted: int, sight: Sight, seen: Seen) -> tuple[SilentPart, ...]:
        """The same, part by part, with what each is short of."""
        if self.every is not None and (self.test is self.counted or self.test.holds(sight, seen)):
            part = lacking(self._measure(), ">=", self.every * (counted + 1), sight, seen)
            return () if part.gap is not None and part.gap <= 0 else (part,)
        if self.test.holds(sight, seen):
            return ()
        return tuple(atom.part(sight, seen, not held) for atom, held in behind(self.test, sight, seen, wanted=False))

    def _measure(self) -> Formula:
        """The measure of which multiples are counted."""
        assert self.counted is not None
        return self.counted.formula


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
        self.carrying = {
            period.ledger: CarryingOver(
                self.formulas[period.carrying.measure],
                None if period.carrying.when is None else ready(period.carrying.when, self.formulas, zone),
            )
            for period in version.periods
            if period.carrying is not None
        }
        self.keeping = {period.ledger for period in version.periods if period.keeping is not None} | set(self.carrying)
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
        calendar = {unit for read in reads for unit in _units(read)}
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


class Law:
    """A whole policy made ready. `reads` are the sums and counts of all its versions. `in_full` is the id of the
    decision whose reasons list every entry that counts, those listed with an earlier decision among them."""

    def __init__(self, policy: Policy, zone: Zone, in_full: str | None = None) -> None:
        self.policy, self.zone, self.in_full = policy, zone, in_full
        self.versions = Versions(policy, zone)
        measured = [term.read for v in policy.versions for measure in v.measures for term in measure.terms]
        self.reads = tuple(dict.fromkeys(read for read in measured if tallied(read)))
        untold = ("balance", "constant", "attribute", "measure")
        self.scans = tuple(
            dict.fromkeys(r for r in measured if r.of != "balance" and r.sort not in untold and not tallied(r))
        )
        self._numbers = {read: number for number, read in enumerate(self.reads)}
        self.from_first_ticket = {
            period.ledger
            for version in policy.versions
            for period in version.periods
            if isinstance(period.every, Repeats) and period.every.since == "ticket"
        }
        self.units = {unit for read in measured for unit in _units(read)}
        self.by_year = "year" in self.units
        occasions = [rule.occasion for version in policy.versions for rule in version.rules]
        self.evaluations = tuple(dict.fromkeys(one.schedule for one in occasions if isinstance(one, Every)))
        self.listens = False
        self._rules: dict[str | None, Rules] = {}
        place = 0
        for version in reversed(policy.versions):
            self._rules[version.since] = Rules(version, self._numbers, place, zone)
            place += len(version.rules)
            self.listens = self.listens or bool(self._rules[version.since].listening)
        effects = [effect for version in policy.versions for rule in version.rules for effect in rule.effects]
        self.elections = any(isinstance(effect, Open) and effect.elected is not None for effect in effects)
        self.due_by_acts = any(
            isinstance(one, Open) and one.due is not None and one.due.act is not None for one in effects
        )
        self.waits = any(rules.waits for rules in self._rules.values())
        self._wider: dict[str, set[str]] = defaultdict(set)
        for kind in (fact for version in policy.versions for fact in version.facts if isinstance(fact, ActKind)):
            for name in kind.any_of:
                self._wider[name].add(kind.name)
        self.frosts = tuple(lasting for rules in self._rules.values() for lasting in rules.frosts)

    def by_its_names(self, act: Act) -> Iterator[Act]:
        """An act by its own name, and by those that stand for it among others."""
        yield act
        for name in sorted(self._wider.get(act.name, set()) - {act.name}):
            yield replace(act, name=name)

    @cached_property
    def unproved(self) -> str | None:
        """What of the policy keeps its replays from being noted in stretches: the first thing in it that these are not
        proved for. None where there is nothing."""
        return unproved(self.policy)

    @cached_property
    def resets_read(self) -> bool:
        """Whether resets ask for a number, and for more than flags."""
        blocks = (period.unless for version in self.policy.versions for period in version.periods)
        return any(isinstance(atom, Comparison) for one in blocks if one is not None for atom in atoms(one))

    def dates(self, start: datetime, last: datetime) -> Iterator[datetime]:
        """The instants at which a constant, or a condition with a date, changes by itself, and those of every year from
        one instant to another at which a condition does."""
        years = range(self.zone.local(start).year, self.zone.local(last).year + 1)
        for rules in self._rules.values():
            for values in rules.constants.values():
                yield from (since for since, _, _ in values if since is not None)
            for one in records(rules.version, Between):
                if one.days and one.dated == "now":
                    yield from instants("day", start, last, self.zone)
                for date in (one.since, one.until):
                    if date is not None and len(date) == len("12-01"):
                        yield from (self.zone.read(f"{year}-{date}") for year in years)
                    elif date is not None:
                        yield self.zone.read(date)

    def ages(self, anchors: Anchors) -> Iterator[datetime]:
        """The instants at which a condition changes by itself for one account, so long after one of its dates."""
        for one in records(self.policy.versions, Between):
            if one.length is not None and one.anchor is not None:
                yield from anchors.ends(one.length, one.anchor)

    def number(self, read: Read) -> int:
        """The number of the tally for a sum or count."""
        return self._numbers[read]

    def rules(self, version: Version) -> Rules:
        """The rules of one of its versions."""
        return self._rules[version.since]


def posted_lives(fact: FactKind) -> tuple[Life | None, ...]:
    """The lives of what a kind of ticket posts."""
    return tuple(posting.life for posting in fact.posts) if isinstance(fact, TicketKind) else ()


def _units(read: Read) -> Iterator[Calendar]:
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
