"""The numbers that the conditions of a policy read, as counters that stop where more makes no difference.

A counter counts in whole units, from 0. What only grows until it is set back can be kept at its `cap`, the lowest
value from which no condition can tell it from a higher one; `modulo` keeps the remainder beyond it, for rules that act
at every so many. A number of which the machine does not know enough has no counter, and conditions on it may hold at
any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import ceil, floor, gcd, lcm
from operator import itemgetter

from policyctl.analyse.outside import Outside, constant, outside
from policyctl.instants import Length
from policyctl.policy.form import (
    Compare,
    Comparison,
    ConstantKind,
    EntryKind,
    Measure,
    Open,
    Read,
    TicketKind,
    Version,
)

Values = Sequence[int]


def _total(terms: Sequence[tuple[int, int]]) -> Callable[[Values], int]:
    """The sum of so many times each counter."""
    if len(terms) == 1:
        [(index, times)] = terms
        if times == 1:
            return itemgetter(index)
        return lambda values: times * values[index]
    return lambda values: sum(times * values[index] for index, times in terms)


@dataclass(frozen=True)
class Counter:
    """What is counted: `read` names one ledger, or several of which the sum alone matters. `falls`: it may, as far as
    the machine knows, go down at any time. `most` is where it stops by itself."""

    read: Read
    falls: bool = False
    most: Fraction | None = None

    @property
    def ledgers(self) -> tuple[str, ...]:
        """The ledgers whose entries are counted."""
        return self.read.names if self.read.sort == "entry" else ()


@dataclass(frozen=True)
class Linear:
    """A sum over counters: `plus` and so many times each, by number, in points or facts."""

    terms: tuple[tuple[int, Fraction], ...]
    plus: Fraction


@dataclass(frozen=True)
class Test:
    """A comparison in whole units."""

    terms: tuple[tuple[int, int], ...]
    compare: str
    bound: int

    def function(self) -> Callable[[Values, int], bool]:
        """Whether it holds, of the values of counters (and flags, which do not matter)."""
        bound, total = self.bound, _total(self.terms)
        match self.compare:
            case ">=":
                return lambda values, flags: total(values) >= bound
            case "<=":
                return lambda values, flags: total(values) <= bound
            case "=":
                return lambda values, flags: total(values) == bound
            case _:
                return lambda values, flags: total(values) != bound


@dataclass(frozen=True)
class Level:
    """How often a number holds `every`, in whole units."""

    terms: tuple[tuple[int, int], ...]
    plus: int
    every: int

    def function(self) -> Callable[[Values, int], int]:
        """The level, at least 0, of the values of counters."""
        plus, every, total = self.plus, self.every, _total(self.terms)
        return lambda values, flags: max(0, (total(values) + plus) // every)


@dataclass
class Numbers:
    """The counters of some comparisons of a version, and of the measures of which a rule acts at every so many.
    `kinds` are the tickets that there can be (`bare`: and some that carry whole points); `outside` is why some of the
    numbers are not known exactly."""

    version: Version
    kinds: Sequence[TicketKind]
    comparisons: Iterable[Comparison]
    multiples: Iterable[tuple[str, Fraction]] = ()
    bare: bool = False
    outside: list[Outside] = field(default_factory=list)
    counters: list[Counter] = field(default_factory=list)
    tests: dict[Comparison, Test | None] = field(default_factory=dict)
    levels: dict[tuple[str, Fraction], Level | None] = field(default_factory=dict)
    units: list[Fraction] = field(default_factory=list)
    caps: list[int] = field(default_factory=list)
    modulo: list[int] = field(default_factory=list)
    most: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._measures = {measure.name: measure for measure in self.version.measures}
        self._entries = {fact.name: fact for fact in self.version.facts if isinstance(fact, EntryKind)}
        self._periods = {period.ledger for period in self.version.periods}
        self._constants = {fact.name: fact for fact in self.version.facts if isinstance(fact, ConstantKind)}
        self._numbers: dict[Counter, int] = {}
        linear = {one: self._linear(self._measures[one.measure]) for one in self.comparisons}
        multiple = {one: self._linear(self._measures[one[0]]) for one in self.multiples}
        self._measure_units([one for one in (*linear.values(), *multiple.values()) if one is not None])
        self.caps = [1] * len(self.counters)
        self.modulo = [0] * len(self.counters)
        for comparison, found in linear.items():
            self.tests[comparison] = None if found is None else self._test(comparison, found)
        for (name, every), found in multiple.items():
            self.levels[name, every] = None if found is None else self._level(found, every)
        for index, counter in enumerate(self.counters):
            if counter.most is not None:
                most = self.most[index] = floor(counter.most / self.units[index])
                if most <= self.caps[index] or self.modulo[index]:
                    self.caps[index], self.modulo[index] = most, 0

    def added(self, values: Values, adds: Mapping[int, int]) -> tuple[int, ...]:
        """Values behind a ticket, before anything is judged."""
        found = list(values)
        for index, by in adds.items():
            found[index] = min(found[index] + by, self.most.get(index, found[index] + by))
        return tuple(found)

    def kept(self, index: int, value: int) -> int:
        """A value as it is kept: beyond the cap only the remainder counts."""
        cap = self.caps[index]
        if value <= cap:
            return value
        modulo = self.modulo[index]
        return cap + (value - cap) % modulo if modulo else cap

    def increments(self, kind: TicketKind) -> dict[int, int]:
        """What a ticket of this kind adds to which counter, in its units."""
        found: dict[int, int] = {}
        for index, counter in enumerate(self.counters):
            read = counter.read
            points = Fraction(0)
            if read.sort == "entry":
                posted = [posting for posting in kind.posts if posting.ledger in read.names]
                points = Fraction(len(posted)) if read.of == "count" else sum((p.points for p in posted), points)
            elif read.sort == "ticket" and (not read.names or _named(kind, read.names)):
                points = Fraction(1)
            if points:
                found[index] = int(points / self.units[index])
        return found

    def of_fact(self, sort: str, names: Iterable[str]) -> list[int]:
        """The counters that count a fact of a sort which has one of these names."""
        wanted = set(names)
        return [i for i, c in enumerate(self.counters) if c.read.sort == sort and wanted & set(c.read.names)]

    def _linear(self, measure: Measure) -> Linear | None:
        terms: dict[int, Fraction] = {}
        plus = measure.plus
        for term in measure.terms:
            read = term.read
            if read.sort == "constant" and constant(self._constants[read.names[0]]):
                plus += term.times * self._constants[read.names[0]].values[0].value
                continue
            beyond = [*outside(read, measure.name), *self._beyond(read, measure.name)]
            if beyond:
                # conditions on such a number may hold at any time: that is all that is known of them
                self.outside += [one._replace(roughly=True) for one in beyond]
                return None
            if read.of == "balance":
                entry = self._entries[read.names[0]]
                plus += term.times * entry.start
                self._add(terms, self._balance(entry), term.times * entry.direction)
            elif read.sort == "entry":
                # ledgers that begin anew together are one number
                for names in [read.names] if self._one_number(read) else [(name,) for name in read.names]:
                    self._add(terms, self._entry(read, names), term.times)
            else:
                self._add(terms, Counter(read, falls=_windowed(read)), term.times)
        return Linear(tuple(sorted(terms.items())), plus)

    def _beyond(self, read: Read, name: str) -> Iterable[Outside]:
        """What of a number is not known, though its words are."""
        if read.of == "sum" and read.sort != "entry":
            yield Outside(f"sum of {read.sort}", name)
        if read.sort == "decision" and (read.within != "ever" or not read.names):
            yield Outside("count of decisions", name)
        if read.sort != "entry" and read.within == "period":
            yield Outside(f"{read.sort} this period", name)

    def _add(self, terms: dict[int, Fraction], counter: Counter, times: Fraction) -> None:
        if counter not in self._numbers:
            self._numbers[counter] = len(self.counters)
            self.counters.append(counter)
        index = self._numbers[counter]
        terms[index] = terms.get(index, Fraction(0)) + times

    def _balance(self, entry: EntryKind) -> Counter:
        bound = entry.ceiling if entry.direction > 0 else entry.floor
        most = None if bound is None else (bound - entry.start) * entry.direction
        return Counter(Read("balance", "entry", (entry.name,)), falls=self._loose(entry), most=most)

    def _one_number(self, read: Read) -> bool:
        """Whether the books of all ledgers that are read together begin and end together."""
        periods = {(p.every, p.unless) for name in read.names for p in self.version.periods if p.ledger == name}
        alike = len(periods) <= 1 and len({name in self._periods for name in read.names}) == 1
        return read.standing == "posted" and (alike or read.within != "period")

    def _entry(self, read: Read, names: tuple[str, ...]) -> Counter:
        one = Read(read.of, "entry", names, read.standing, read.within, read.dated, read.far_edge)
        loose = any(self._loose(self._entries[name]) for name in names)
        return Counter(one, falls=_windowed(read) or (read.standing == "live" and loose))

    def _loose(self, entry: EntryKind) -> bool:
        """Whether entries of a ledger end by themselves."""
        return bool(entry.life) or any(p.ledger == entry.name and p.life for kind in self.kinds for p in kind.posts)

    def _measure_units(self, linears: Sequence[Linear]) -> None:
        """Counters that are added up have one unit: the largest that all their increments are multiples of."""
        group = list(range(len(self.counters)))

        def root(index: int) -> int:
            while group[index] != index:
                index = group[index]
            return index

        for linear in linears:
            first, *others = [index for index, _ in linear.terms] or [0]
            for other in others:
                group[root(other)] = root(first)
        steps: dict[int, list[Fraction]] = {}
        for index, counter in enumerate(self.counters):
            found = steps.setdefault(root(index), [])
            if counter.read.of == "count":
                found.append(Fraction(1))
            else:
                posted = [p.points for kind in self.kinds for p in kind.posts if p.ledger in counter.ledgers]
                found += posted
                if self.bare or not {p.ledger for k in self.kinds for p in k.posts}.issuperset(counter.ledgers):
                    found.append(Fraction(1))
                found += [abs(e.amount) for e in _posts(self.version) if e.name in counter.ledgers and e.amount]
                if counter.most is not None:
                    found.append(counter.most)
        self.units = [_unit(steps[root(index)]) for index in range(len(self.counters))]

    def _scaled(self, linear: Linear) -> tuple[tuple[tuple[int, int], ...], Fraction]:
        """The terms as whole numbers of counter units, and by what the sum was multiplied for that."""
        unit = self.units[linear.terms[0][0]] if linear.terms else Fraction(1)
        scale = lcm(*(times.denominator for _, times in linear.terms)) if linear.terms else 1
        return tuple((index, int(times * scale)) for index, times in linear.terms), scale / unit

    def _test(self, comparison: Comparison, linear: Linear) -> Test | None:
        terms, scale = self._scaled(linear)
        threshold = (comparison.threshold - linear.plus) * scale
        compare: Compare = comparison.compare
        if terms and all(times < 0 for _, times in terms):
            terms = tuple((index, -times) for index, times in terms)
            threshold, compare = -threshold, _FLIPPED[compare]
        if any(times < 0 for _, times in terms):
            self.outside.append(Outside("difference", comparison.measure, roughly=True))
            return None
        match compare:
            case ">=":
                test = Test(terms, ">=", ceil(threshold))
            case ">":
                test = Test(terms, ">=", floor(threshold) + 1)
            case "<=":
                test = Test(terms, "<=", floor(threshold))
            case "<":
                test = Test(terms, "<=", ceil(threshold) - 1)
            case _ if threshold.denominator != 1:
                return Test((), compare, 1)
            case _:
                test = Test(terms, compare, int(threshold))
        beyond = test.bound if test.compare == ">=" else test.bound + 1
        for index, times in terms:
            self.caps[index] = max(self.caps[index], ceil(Fraction(beyond, times)))
        return test

    def _level(self, linear: Linear, every: Fraction) -> Level | None:
        terms, scale = self._scaled(linear)
        whole, plus = every * scale, linear.plus * scale
        more = lcm(whole.denominator, plus.denominator)
        terms = tuple((index, times * more) for index, times in terms)
        if any(times < 0 for _, times in terms):
            self.outside.append(Outside("difference", "every", roughly=True))
            return None
        if any(self.counters[index].falls for index, _ in terms):
            self.outside.append(Outside("every in a window", "every"))
            return None
        level = Level(terms, int(plus * more), int(whole * more))
        for index, times in terms:
            modulo = level.every // gcd(level.every, times)
            self.modulo[index] = lcm(self.modulo[index] or 1, modulo)
            # below 0 the level stays 0, so the cap is where the sum itself is above it
            self.caps[index] = max(self.caps[index], ceil(Fraction(max(0, -level.plus), times)))
        return level


_FLIPPED: dict[Compare, Compare] = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "=", "!=": "!="}


def _windowed(read: Read) -> bool:
    """Whether facts leave a number by themselves, as time goes on."""
    return isinstance(read.within, Length) or read.within in ("day", "week", "month", "quarter")


def _posts(version: Version) -> Iterable[Open]:
    for rule in version.rules:
        for effect in rule.effects:
            if isinstance(effect, Open) and effect.sort == "post":
                yield effect


def _unit(steps: Sequence[Fraction]) -> Fraction:
    """The largest number that all of these are multiples of."""
    if not steps:
        return Fraction(1)
    below = reduce(lcm, (step.denominator for step in steps), 1)
    return Fraction(reduce(gcd, (int(step * below) for step in steps), 0), below) or Fraction(1)


def _named(kind: TicketKind, names: Sequence[str]) -> bool:
    """Whether tickets of a kind are of an offence or severity that is named."""
    offence, _, severity = kind.name.partition(".")
    return kind.name in names or offence in names or bool(severity and severity in names)
