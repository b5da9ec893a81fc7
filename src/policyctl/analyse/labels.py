"""What of a decision anybody outside can see: sanctions with their lengths, fines, closures, notices."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import NamedTuple

import msgspec

from policyctl.analyse.state import Fired
from policyctl.exact import plain
from policyctl.instants import Length
from policyctl.policy.form import (
    Comparison,
    Effect,
    End,
    Open,
    Overlap,
    Part,
    SanctionKind,
    Version,
    encode,
    records,
)

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
    parts: tuple[tuple[str, float], ...] = ()
    """The measures of a sanction, each with its own."""
    adds: bool = True
    """Whether several of one kind come to as much as all together; else the heaviest counts."""


class Labels:
    """The labels of the effects of a version."""

    def __init__(self, version: Version) -> None:
        self.rules = {rule.name: rule for rule in version.rules}
        self._measures = {measure.name: measure for measure in version.measures}
        self._kinds = {fact.name: fact for fact in version.facts if isinstance(fact, SanctionKind)}
        self._kept: dict[tuple[Effect, int], Label | None] = {}
        self._adding = adding(version)

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
                amount = effect.amount * many
                return Label("fine", "", self._said(_bare(effect)) + plain(amount), float(amount))
            kind = self._kinds.get(effect.name)
            parts = tuple((part.name, _of_part(part) * many) for part in effect.parts)
            adds = effect.sort != "sanction" or effect.name in self._adding
            said = self._said((_bare(effect), kind, many))
            return Label(effect.sort, effect.name, said, _weight(effect) * many, parts, adds)
        if isinstance(effect, End) and effect.sort in UNSEEN:
            return None
        return Label(effect.sort, effect.name, self._said((_bare(effect), many)), 0)

    def _said(self, value: object) -> str:
        """All that a part says, what its names mean included."""
        names = sorted({one.measure for one in records(value, Comparison)} | _formulas(value))
        meant = [(name, self._measures[name].terms, self._measures[name].plus) for name in names]
        return encode((evened(value), meant)).decode()


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


def evened(value: object) -> object:
    """The same with lengths in as few units as they need."""
    if isinstance(value, tuple):
        return tuple(evened(part) for part in value)
    if isinstance(value, Length):
        unit, times = _SAME.get(value.unit, (value.unit, 1))
        return (value.count * times, unit, *(getattr(value, field) for field in value.__struct_fields__[2:]))
    if isinstance(value, msgspec.Struct):
        return tuple((field, evened(getattr(value, field))) for field in value.__struct_fields__)
    return value


def _weight(effect: Open) -> float:
    """How heavy an effect is, to compare it with others of its kind."""
    if effect.sort != "sanction":
        return FOR_GOOD if effect.sort == "close" else 1
    return max(map(_of_part, effect.parts), default=1)


def _of_part(part: Part) -> float:
    return FOR_GOOD if part.permanent else _hours(part.time)


def adding(version: Version) -> frozenset[str]:
    """The sanctions of which several last together as long as each for itself."""
    choices = (one for one in version.choices if isinstance(one, Overlap))
    return frozenset(one.sanction for one in choices if one.rule in ("extends", "consecutive"))


@cache
def _hours(length: Length | None) -> float:
    if length is None:
        return 1
    unit, times = _SAME.get(length.unit, (length.unit, 1))
    return length.count * times * _HOURS.get(unit, 24)


Weights = Mapping[tuple[str, str, str], tuple[float, ...]]
"""How much of each measure: of what sort, of what name, and of which part. Of several that run together the longest
counts, then the next; so it is no matter what else is imposed besides."""


def heavier(old: Weights, new: Weights) -> str:
    """Whether what is new is `stricter`, `milder`, or `other`: more of one thing and less of another, or the same."""
    more = any(weight > old.get(name, ()) for name, weight in new.items())
    less = any(weight > new.get(name, ()) for name, weight in old.items())
    return "other" if more == less else "stricter" if more else "milder"


def weights(labels: Iterable[Label]) -> Weights:
    """How much of each kind is imposed."""
    found: dict[tuple[str, str, str], tuple[float, ...]] = {}
    for one in labels:
        for part, weight in one.parts or (("", one.weight),):
            key = (one.sort, one.name, part)
            found[key] = with_another(found.get(key, ()), weight, one.adds)
    return found


def with_another(weights: tuple[float, ...], weight: float, adds: bool) -> tuple[float, ...]:
    """What is imposed of a measure, and more of it."""
    return (sum(weights) + weight,) if adds else tuple(sorted((*weights, weight), reverse=True))


def unclear(version: Version, other: Version, rules: Collection[str]) -> set[str]:
    """Sanctions by some rules of which it depends on the day which of two is the longer one: lengths in months beside
    such in days; and those whose end is not said by a length alone."""
    sides = [list(_lengths(one, rules)) for one in (version, other)]
    added = adding(version) | adding(other)
    return {
        name
        for name, length in sides[0]
        for another, other_length in sides[1]
        if name == another and not _clear(length, other_length, name in added)
    }


def _lengths(version: Version, rules: Collection[str]) -> Iterator[tuple[str, Length | None]]:
    """The lengths of sanctions that rules impose; None where there is more to it."""
    for rule in version.rules:
        for effect in rule.effects if rule.name in rules else ():
            if isinstance(effect, Open) and effect.sort == "sanction":
                more = any(getattr(effect, field) is not None for field in _MORE)
                for part in effect.parts:
                    if not part.permanent:
                        yield effect.name, None if more or part.day is not None else part.length


_MORE = ("formula", "most", "until", "delay", "begins", "instead", "elected", "highest", "frozen")


def _clear(one: Length | None, other: Length | None, added: bool) -> bool:
    """Whether it is the same on every day which of two lengths is the longer one."""
    if one is None or other is None or one.act is not None or other.act is not None:
        return False
    units = [_SAME.get(length.unit, (length.unit, 1))[0] for length in (one, other)]
    units = ["hour" if unit == "minute" else unit for unit in units]
    if units[0] == units[1] and not (one.rolled or other.rolled):
        return True
    return not added and (one.longest() < _least(other) or other.longest() < _least(one))


def _least(length: Length) -> timedelta:
    """No longer than a length can turn out."""
    unit, times = _SAME.get(length.unit, (length.unit, 1))
    days = {"minute": 1 / 1440, "hour": 1 / 24, "month": 28, "calendar_month": 28, "calendar_year": 365}.get(unit, 1)
    return timedelta(days=length.count * times * days - (0 if unit in ("minute", "hour") else 2))
