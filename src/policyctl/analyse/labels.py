"""What of a decision anybody outside can see: sanctions with their lengths, fines, closures, notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

import msgspec

from policyctl.analyse.state import Fired
from policyctl.exact import plain
from policyctl.instants import Length
from policyctl.policy.form import Comparison, Effect, End, Open, SanctionKind, Version, encode, records

UNSEEN = ("flag", "post", "clear", "consume", "set")
"""What can be seen only by what follows from it: flags, and which points there are."""

_SAME = {"week": ("hour", 168), "day": ("hour", 24), "minute": ("minute", 1), "year": ("month", 12)}
"""Lengths that are always as long as so many of another unit."""

_HOURS = {"minute": 1 / 60, "hour": 1, "month": 731, "calendar_month": 731, "calendar_year": 8766}
"""About how many hours a unit has, to say which of two lengths is the longer one."""

FOR_GOOD = 1e12


class Label(NamedTuple):
    """An effect that can be seen: what it is, all that is known of it, and how heavy it is among its kind."""

    sort: str
    name: str
    rest: str
    weight: float


class Labels:
    """The labels of the effects of a version."""

    def __init__(self, version: Version) -> None:
        self.rules = {rule.name: rule for rule in version.rules}
        self._measures = {measure.name: measure for measure in version.measures}
        self._kinds = {fact.name: fact for fact in version.facts if isinstance(fact, SanctionKind)}
        self._kept: dict[tuple[Effect, int], Label | None] = {}

    def of(self, fired: Iterable[Fired], rules: frozenset[str] | None = None) -> tuple[Label, ...]:
        """What rules that fire together impose, in an order of its own; only of some `rules`, if these are given."""
        found = [
            label
            for one in fired
            if rules is None or one.rule in rules
            for effect in self.rules[one.rule].effects
            if effect.line == one.line and (label := self.label(effect, one.times)) is not None
        ]
        return tuple(sorted(found))

    def label(self, effect: Effect, times: int) -> Label | None:
        """What an effect imposes; None where nobody can see it."""
        if (effect, times) not in self._kept:
            self._kept[effect, times] = self._label(effect, times)
        return self._kept[effect, times]

    def _label(self, effect: Effect, times: int) -> Label | None:
        many = times if effect.each else 1
        if isinstance(effect, Open):
            if effect.sort in UNSEEN:
                return None
            if effect.sort == "fine" and effect.amount is not None and effect.formula is None:
                return Label("fine", "", self._said(_bare(effect)) + plain(effect.amount * many), float(effect.amount))
            kind = self._kinds.get(effect.name)
            return Label(effect.sort, effect.name, self._said((_bare(effect), kind, many)), _weight(effect) * many)
        if isinstance(effect, End) and effect.sort in UNSEEN:
            return None
        return Label(effect.sort, effect.name, self._said((_bare(effect), many)), 0)

    def _said(self, value: object) -> str:
        """All that a part says, what its names mean included."""
        names = sorted({one.measure for one in records(value, Comparison)} | _formulas(value))
        meant = [(name, self._measures[name].terms, self._measures[name].plus) for name in names]
        return encode((_evened(value), meant)).decode()


def _formulas(value: object) -> set[str]:
    opened, ended = records(value, Open), records(value, End)
    return {one.formula for one in opened if one.formula} | {one.formula for one in ended if one.formula}


def _bare(effect: Effect) -> Effect:
    """An effect without its place, and without what can only be seen later."""
    bare = msgspec.structs.replace(effect, line=0, each=False)
    if not isinstance(bare, Open):
        return bare
    bare = msgspec.structs.replace(bare, clears=(), clears_when=None)
    return msgspec.structs.replace(bare, name="", amount=None) if bare.sort == "fine" else bare


def _evened(value: object) -> object:
    """The same with lengths in as few units as they need."""
    if isinstance(value, tuple):
        return tuple(_evened(part) for part in value)
    if isinstance(value, Length):
        unit, times = _SAME.get(value.unit, (value.unit, 1))
        return (value.count * times, unit, *(getattr(value, field) for field in value.__struct_fields__[2:]))
    if isinstance(value, msgspec.Struct):
        return tuple((field, _evened(getattr(value, field))) for field in value.__struct_fields__)
    return value


def _weight(effect: Open) -> float:
    """How heavy an effect is, to compare it with others of its kind."""
    if effect.sort != "sanction":
        return FOR_GOOD if effect.sort == "close" else 1
    found = [FOR_GOOD if part.permanent else _hours(part.time) for part in effect.parts]
    return max(found, default=1)


@cache
def _hours(length: Length | None) -> float:
    if length is None:
        return 1
    unit, times = _SAME.get(length.unit, (length.unit, 1))
    return length.count * times * _HOURS.get(unit, 24)


def family(length: Length) -> str:
    """The unit of which a length is a number that is the same on all dates."""
    return _SAME.get(length.unit, (length.unit, 1))[0]


def heavier(old: Mapping[tuple[str, str], float], new: Mapping[tuple[str, str], float]) -> str:
    """Whether what is new is `stricter`, `milder`, or `other`: more of one thing and less of another, or the same."""
    more = any(weight > old.get(name, 0) for name, weight in new.items())
    less = any(weight > new.get(name, 0) for name, weight in old.items())
    return "other" if more == less else "stricter" if more else "milder"


def weights(labels: Iterable[Label]) -> dict[tuple[str, str], float]:
    """How much of each kind is imposed."""
    found: dict[tuple[str, str], float] = {}
    for one in labels:
        found[one.sort, one.name] = found.get((one.sort, one.name), 0) + one.weight
    return found
