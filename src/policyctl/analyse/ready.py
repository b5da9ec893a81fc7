"""Rules made ready for a machine: conditions and levels as functions of a state, effects as what they do to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from policyctl.analyse.counters import Numbers
from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    End,
    FlagUp,
    Not,
    Open,
    Read,
    Rule,
    TicketKind,
    When,
    atoms,
)

Values = tuple[int, ...]
Flags = int
"""Flags that are up, a bit each."""

Holds = Callable[[Values, Flags], bool | None]
"""Whether a condition holds in a state; None where it may."""


Fine = tuple[str, ...]
"""An open fine, as far as anything depends on it: the ledgers that its payment clears, of those that are looked at, and
whose books are still those in which it was opened."""


class Does(NamedTuple):
    """What a line of a rule does to a state: counters that it sets back, flags that it raises, fines that it opens."""

    clears: frozenset[int] = frozenset()
    raises: Flags = 0
    fines: tuple[Fine, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.clears or self.raises or self.fines)


class Ready(NamedTuple):
    """A rule made ready. `level` is how often it holds (None: it may, also at another occasion than it says). `hears`
    are the kinds of ticket that it is for (None: all); `upward` where only tickets can make it hold, so that its latch
    says what its condition says. `most` is how many times of one step are told apart."""

    rule: Rule
    level: Callable[[Values, Flags], int | None]
    lines: tuple[Holds, ...]
    does: tuple[Does, ...]
    reads: frozenset[int]
    upward: bool
    hears: frozenset[str] | None
    at_tickets: bool
    rough: bool
    decides: frozenset[int]
    most: int


def live(read: Read) -> bool:
    """Whether a number goes back when what is live ends."""
    return read.of == "balance" or read.standing == "live"


def named(kind: str, names: Iterable[str]) -> bool:
    """Whether tickets of a kind are of an offence or a severity that is named."""
    offence, _, severity = kind.partition(".")
    wanted = set(names)
    return bool(wanted & {kind, offence, severity or kind})


MANY_TIMES = 8
"""So many multiples newly passed at one instant are told apart."""


class Making:
    """Makes rules ready for the counters of a machine; `flags` are those that matter, `closed` the first, and `ladders`
    the ladder of each step."""

    def __init__(
        self, numbers: Numbers, kinds: Iterable[TicketKind], flags: Iterable[str], ladders: Mapping[str, str]
    ) -> None:
        self.numbers = numbers
        self.kinds = [kind.name for kind in kinds]
        self.bits = {name: 1 << place for place, name in enumerate(flags)}
        self.ladders = ladders

    def ready(self, rule: Rule) -> Ready:
        """A rule made ready."""
        hears, at_tickets, rough = None, rule.occasion == "ticket", False
        if isinstance(rule.occasion, When) and rule.occasion.sort == "ticket":
            names = rule.occasion.names
            hears = frozenset(kind for kind in self.kinds if not names or named(kind, names))
            at_tickets, rough = True, rule.occasion.where is not None
        reads: set[int] = set()
        for condition in (rule.condition, *rule.lines):
            for atom in atoms(condition):
                if (isinstance(atom, Comparison) and rule.every is None) or _is_multiple(atom, rule):
                    test = self.numbers.tests.get(atom) if isinstance(atom, Comparison) else None
                    reads |= set() if test is None else {index for index, _ in test.terms}
                if not _is_multiple(atom, rule):
                    known = isinstance(atom, Comparison) and self.numbers.tests.get(atom) is not None
                    rough |= not known and not isinstance(atom, FlagUp)
        level = self._level(rule)
        if rule.every is not None:
            multiple = self.numbers.levels.get(multiple_of(rule))
            reads |= set() if multiple is None else {index for index, _ in multiple.terms}
            rough |= multiple is None
        count = max((effect.line for effect in rule.effects), default=0) + 1
        each = any(isinstance(effect, Open | End) and effect.each for effect in rule.effects)
        return Ready(
            rule=rule,
            level=_unsure(level) if rough else level,
            lines=tuple(self.holds(line) for line in rule.lines),
            does=tuple(self.does(rule, line) for line in range(max(count, len(rule.lines)))),
            reads=frozenset(reads),
            upward=self._upward(rule.condition) and rule.mode == "rise",
            hears=hears,
            at_tickets=at_tickets,
            rough=rough,
            decides=frozenset(self.numbers.of_fact("decision", {rule.name, self.ladders.get(rule.name, rule.name)})),
            most=MANY_TIMES if each else 1,
        )

    def does(self, rule: Rule, line: int) -> Does:
        """What a line of a rule does."""
        clears: set[int] = set()
        raises = 0
        fines: list[Fine] = []
        for effect in rule.effects:
            if effect.line != line:
                continue
            if isinstance(effect, End) and effect.sort == "clear":
                clears |= self.live_of(effect.names)
            elif isinstance(effect, Open):
                if effect.sort == "close":
                    raises |= self.bits["closed"]
                elif effect.sort == "flag":
                    raises |= self.bits.get(effect.name, 0)
                elif effect.sort == "fine":
                    ledgers = tuple(name for name in effect.clears if self.live_of((name,)))
                    if ledgers:
                        fines.append(ledgers)
        return Does(frozenset(clears), raises, tuple(fines))

    def live_of(self, ledgers: Iterable[str]) -> set[int]:
        """The counters that go back when what is live in some ledgers ends."""
        names = set(ledgers)
        return {i for i, one in enumerate(self.numbers.counters) if names & set(one.ledgers) and live(one.read)}

    def holds(self, condition: Condition) -> Holds:
        """A condition as a function."""
        match condition:
            case Comparison():
                test = self.numbers.tests[condition]
                return _maybe if test is None else test.function()
            case FlagUp(flag):
                bit = self.bits[flag]
                return lambda values, flags: bool(flags & bit)
            case Not(part):
                inner = self.holds(part)

                def negated(values: Values, flags: Flags) -> bool | None:
                    found = inner(values, flags)
                    return None if found is None else not found

                return negated
            case AllOf(parts):
                return _all([self.holds(part) for part in parts])
            case AnyOf(parts):
                return _any([self.holds(part) for part in parts])
            case _:
                return _maybe

    def _level(self, rule: Rule) -> Callable[[Values, Flags], int | None]:
        if rule.every is None:
            return self.holds(rule.condition)
        level = self.numbers.levels.get(multiple_of(rule))
        if level is None:
            return _maybe
        parts = rule.condition.parts if isinstance(rule.condition, AllOf) else (rule.condition,)
        others = [self.holds(part) for part in parts if not _is_multiple(part, rule)]
        of = level.function()
        if not others:
            return of
        guard = _all(others)

        def guarded(values: Values, flags: Flags) -> int | None:
            found = guard(values, flags)
            return None if found is None else of(values, flags) if found else 0

        return guarded

    def _upward(self, condition: Condition) -> bool:
        match condition:
            case AllOf(parts) | AnyOf(parts):
                return all(self._upward(part) for part in parts)
            case Comparison():
                test = self.numbers.tests.get(condition)
                counters = self.numbers.counters
                return (
                    test is not None
                    and test.compare == ">="
                    and not any(counters[index].read.sort == "decision" for index, _ in test.terms)
                )
            case _:
                return False


def multiples(rules: Iterable[Rule]) -> set[tuple[str, Fraction]]:
    """The measures of which rules act at every so many."""
    return {multiple_of(rule) for rule in rules if rule.every is not None}


def multiple_of(rule: Rule) -> tuple[str, Fraction]:
    """The measure of which a rule acts at every so many, and how many."""
    assert rule.every is not None
    parts = rule.condition.parts if isinstance(rule.condition, AllOf) else (rule.condition,)
    measure = next(part.measure for part in parts if isinstance(part, Comparison) and _is_multiple(part, rule))
    return measure, rule.every


def _is_multiple(part: Condition, rule: Rule) -> bool:
    return (
        rule.every is not None
        and isinstance(part, Comparison)
        and part.threshold == rule.every
        and part.compare == ">="
    )


def _unsure(level: Callable[[Values, Flags], int | None]) -> Callable[[Values, Flags], int | None]:
    """The level of a rule of which too little is known: 0 where that is sure, else anything."""
    return lambda values, flags: 0 if level(values, flags) == 0 else None


def _maybe(values: Values, flags: Flags) -> None:
    return None


def _all(parts: list[Holds]) -> Holds:
    if len(parts) == 1:
        return parts[0]

    def found(values: Values, flags: Flags) -> bool | None:
        result: bool | None = True
        for part in parts:
            one = part(values, flags)
            if one is False:
                return False
            if one is None:
                result = None
        return result

    return found


def _any(parts: list[Holds]) -> Holds:
    if len(parts) == 1:
        return parts[0]

    def found(values: Values, flags: Flags) -> bool | None:
        result: bool | None = False
        for part in parts:
            one = part(values, flags)
            if one is True:
                return True
            if one is None:
                result = None
        return result

    return found
