"""Rules of two versions that are called or written otherwise, and mean the same: told so before any search."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

import msgspec

from policyctl.analyse.counters import Counter, Numbers
from policyctl.analyse.frame import chosen_points
from policyctl.analyse.reading import Reading
from policyctl.analyse.ready import Making
from policyctl.policy.form import (
    Comparison,
    Condition,
    Effect,
    End,
    FlagUp,
    Ladder,
    Prevails,
    Read,
    Rule,
    Since,
    TicketKind,
    Version,
    When,
    atoms,
    measures_of,
    reads_of,
    records,
)

MOST = 20_000
"""So many values are tried at most to see that two conditions are the same."""


def aligned(old: Version, new: Version) -> tuple[Version, dict[str, str]]:
    """The new version with rules called and written as in the old one where that makes no difference; and the old name
    of each that was renamed."""
    names = _renamed(old, new)
    new = _with_names(new, names)
    ones, others = ({rule.name: rule for rule in version.rules} for version in (old, new))
    rules: list[Rule] = []
    measures = {measure.name: measure for measure in new.measures}
    kept = {measure.name: measure for measure in old.measures}
    for name, rule in others.items():
        before = ones.get(name)
        if (
            before is not None
            and before != rule
            and _same_but_conditions(before, rule)
            and _equal(old, new, before, rule)
        ):
            for condition in (before.condition, *before.lines):
                for measure in measures_of(condition):
                    if measures.get(measure) != kept[measure]:
                        measures[_own(measure)] = msgspec.structs.replace(kept[measure], name=_own(measure))
            rule = _with_own_measures(before, {name for name in kept if _own(name) in measures})
        rules.append(rule)
    both = msgspec.structs.replace(
        new, rules=tuple(rules), measures=tuple(sorted(measures.values(), key=lambda one: one.name))
    )
    return both, names


# --- names -----------------------------------------------------------------------------------------------------------


def _renamed(old: Version, new: Version) -> dict[str, str]:
    """New names of rules for their old ones, where nothing asks for either name, and all else is the same."""
    one, other = Reading(old), Reading(new)
    asked = _asked_for(old) | _asked_for(new)
    steps = dict(_steps(old, new, asked))
    asked |= {step for version in (old, new) for ladder in _ladders(version) for step in ladder.steps}
    gone = [name for name in one.rules if name not in other.rules and name not in asked]
    found: dict[str, str] = {}
    for name in other.rules:
        if name in one.rules or name in asked:
            continue
        blank = _blank(other, name)
        match = next((before for before in gone if _blank(one, before) == blank), None)
        if match is not None:
            gone.remove(match)
            found[name] = match
    for name in other.rules:
        # a rule without a name is called by its condition
        if name not in one.rules and name not in asked and name not in found:
            does = other.rules[name].effects
            match = next((before for before in gone if one.rules[before].effects == does), None)
            if match is not None:
                gone.remove(match)
                found[name] = match
    return _in_order(found | steps, one, other)


def _in_order(names: dict[str, str], old: Reading, new: Reading) -> dict[str, str]:
    """Of new names those with which each rule keeps its place among those beside which it matters: they go by their
    names, and a payment that names no decision fills the fines of one instant in that order."""
    found = dict(names)
    while True:
        wrong = {
            name
            for name, before in found.items()
            for other, rule in new.rules.items()
            if (name < other) != (before < found.get(other, other)) and _side_by_side(new.rules[name], rule)
        }
        if not wrong:
            return found
        found = {name: before for name, before in found.items() if name not in wrong}


def _side_by_side(one: Rule, other: Rule) -> bool:
    """Whether it matters which of two rules comes first where both fire."""
    firsts, seconds = (
        {name for effect in rule.effects if effect.sort not in _NO_ORDER for name in (effect.sort, *_of(effect))}
        for rule in (one, other)
    )
    kept = ({name for effect in rule.effects for name in _of(effect)} for rule in (one, other))
    return bool(firsts & seconds) or any(side & names for side, names in zip((seconds, firsts), kept, strict=True))


_NO_ORDER = ("sanction", "notice", "flag", "close", "clear")
"""Effects that come to the same in any order among each other."""


def _of(effect: Effect) -> tuple[str, ...]:
    return effect.names if isinstance(effect, End) else (effect.name,)


def _ladders(version: Version) -> list[Ladder]:
    return [choice for choice in version.choices if isinstance(choice, Ladder)]


def _steps(old: Version, new: Version, asked: set[str]) -> Iterator[tuple[str, str]]:
    """New names of steps for their old ones: of a ladder with as many steps that the other version has not, in their
    order. A step without a name is called by its number, so it has another where that is changed."""
    before = {ladder.name: ladder for ladder in _ladders(old)}
    for ladder in _ladders(new):
        if ladder.name in before:
            gone = [step for step in before[ladder.name].steps if step not in ladder.steps]
            come = [step for step in ladder.steps if step not in before[ladder.name].steps]
            if len(gone) == len(come) and not asked & {*gone, *come}:
                yield from zip(come, gone, strict=True)


def _blank(reading: Reading, name: str) -> object:
    return reading.meant(msgspec.structs.replace(reading.rules[name], name=""))


def _asked_for(version: Version) -> set[str]:
    """Rules whose names matter: to what prevails, to what counts or hears decisions."""
    found = {name for one in version.choices if isinstance(one, Prevails) for name in (one.over, one.under)}
    found |= {name for read in records(version, Read) if read.sort in ("decision", "fine") for name in read.names}
    found |= {name for when in records(version, When) for name in when.names}
    found |= {one.name for one in records(version, Since)}
    return found | {one.of for one in records(version, End) if one.of is not None}


def _with_names(version: Version, names: dict[str, str]) -> Version:
    rules = (msgspec.structs.replace(rule, name=names.get(rule.name, rule.name)) for rule in version.rules)
    choices = (
        msgspec.structs.replace(one, rungs=tuple(tuple(names.get(step, step) for step in rung) for rung in one.rungs))
        if isinstance(one, Ladder)
        else one
        for one in version.choices
    )
    return msgspec.structs.replace(
        version, rules=tuple(sorted(rules, key=lambda rule: rule.name)), choices=tuple(choices)
    )


# --- conditions ------------------------------------------------------------------------------------------------------


def _same_but_conditions(one: Rule, other: Rule) -> bool:
    return (
        one.every is None
        and len(one.lines) == len(other.lines)
        and msgspec.structs.replace(other, condition=one.condition, lines=one.lines) == one
    )


def _own(measure: str) -> str:
    return f"{measure} (as before)"


def _with_own_measures(rule: Rule, own: set[str]) -> Rule:
    """A rule that reads the old ones of measures of which the new version means something else."""
    return msgspec.structs.replace(
        rule, condition=_named(rule.condition, own), lines=tuple(_named(line, own) for line in rule.lines)
    )


def _named(condition: Condition, own: set[str]) -> Condition:
    if isinstance(condition, Comparison):
        return (
            msgspec.structs.replace(condition, measure=_own(condition.measure))
            if condition.measure in own
            else condition
        )
    if hasattr(condition, "parts"):
        return msgspec.structs.replace(condition, parts=tuple(_named(part, own) for part in condition.parts))
    if hasattr(condition, "part"):
        return msgspec.structs.replace(condition, part=_named(condition.part, own))
    return condition


def _equal(old: Version, new: Version, one: Rule, other: Rule) -> bool:
    """Whether the conditions of two rules hold in just the same states, as far as anything tells these apart."""
    if _books(old, one) != _books(new, other):
        return False
    sides = [_Side(old, one), _Side(new, other)]
    if not all(side.exact for side in sides):
        return False
    counters = list(dict.fromkeys(counter for side in sides for counter in side.numbers.counters))
    most = [max(side.most(counter) for side in sides) for counter in counters]
    if any(sides[0].unit(c) != sides[1].unit(c) for c in counters if all(c in s.numbers.counters for s in sides)):
        return False
    flags = sorted({name for side in sides for name in side.flags})
    values = product(*(range(top + 1) for top in most))
    tried = 0
    for found in islice(values, MOST + 1):
        for up in product((False, True), repeat=len(flags)):
            tried += 1
            if tried > MOST:
                return False
            given = dict(zip(counters, found, strict=True)), dict(zip(flags, up, strict=True))
            if sides[0].holds(*given) != sides[1].holds(*given):
                return False
    return True


def _books(version: Version, rule: Rule) -> object:
    """The ledgers that a rule reads, and whose periods it looks at: with them its latch and its flags begin anew."""
    reading = Reading(version)
    reads = [
        read
        for condition in (rule.condition, *rule.lines)
        for name in measures_of(condition)
        for read in reads_of(reading.measures[name], reading.measures)
        if read.sort != "constant"
    ]
    looked_at = {(read.sort, name) for read in reads for name in read.names}
    by_time = {
        (read.sort, name, "period" if read.of == "balance" else read.within, read.back, read.ledger)
        for read in reads
        if read.of == "balance" or read.within != "ever" or read.back is not None or read.ledger is not None
        for name in read.names
    }
    periods = {name: reading.periods.get(name) for _, name in looked_at}
    return looked_at, by_time, periods, [reading.ladders.get(rule.name)]


class _Side:
    """The condition and the lines of a rule, as functions of its counters."""

    def __init__(self, version: Version, rule: Rule) -> None:
        kinds = [kind for f in version.facts if isinstance(f, TicketKind) for _, kind in chosen_points(f)]
        conditions = [rule.condition, *rule.lines]
        comparisons = sorted(set(_comparisons(conditions)), key=repr)
        self.numbers = Numbers(version, kinds, comparisons)
        self.flags = sorted({a.flag for c in conditions for a in atoms(c) if isinstance(a, FlagUp)})
        known = all(isinstance(a, Comparison | FlagUp) for c in conditions for a in atoms(c))
        self.exact = known and not self.numbers.outside
        if self.exact:
            making = Making(self.numbers, kinds, self.flags, {})
            self._tests = [making.holds(condition) for condition in conditions]
            self._bits = making.bits

    def most(self, counter: Counter) -> int:
        """The highest value that it tells from lower ones."""
        counters = self.numbers.counters
        return self.numbers.caps[counters.index(counter)] if counter in counters else 0

    def unit(self, counter: Counter) -> object:
        """The unit of a counter."""
        return self.numbers.units[self.numbers.counters.index(counter)]

    def holds(self, values: dict[Counter, int], flags: dict[str, bool]) -> list[bool | None]:
        """What holds."""
        own = tuple(values[counter] for counter in self.numbers.counters)
        up = sum(self._bits[name] for name in self.flags if flags[name])
        return [test(own, up) for test in self._tests]


def _comparisons(conditions: list[Condition]) -> Iterator[Comparison]:
    for condition in conditions:
        for atom in atoms(condition):
            if isinstance(atom, Comparison):
                yield atom
