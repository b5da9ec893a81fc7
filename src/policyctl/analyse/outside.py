"""What takes a policy out of the part of the language in which answers are exact.

This is a list of what the machine knows: records of the normal form, their fields, their words. All else is outside by
being not on it, so what comes later is outside until somebody adds it here. Some of it the machine knows `roughly`: it
lets happen whatever may come of it, at any time. A proof holds in spite of that, and a path may have no history.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import msgspec

from policyctl.instants import Length
from policyctl.policy import form
from policyctl.policy.form import ConstantKind, End, Open


class Outside(NamedTuple):
    """Something the machine does not know, or only `roughly`: what the normal form calls it, and the ledger, measure,
    flag or rule where it stands."""

    what: str
    where: str
    roughly: bool = False


KNOWN: Mapping[type, str] = {
    form.Settings: "timezone identities currency count_by judge_by annulment late_until stale appeals"
    " holidays workdays",
    form.EntryKind: "name direction start floor ceiling",
    form.Posting: "ledger points",
    form.TicketKind: "name posts identity count_by stale",
    form.FlagKind: "name per_period",
    form.Period: "ledger every unless",
    form.Read: "of sort names standing within dated far_edge",
    form.Term: "times read",
    form.Measure: "name terms plus declared",
    form.Comparison: "measure compare threshold",
    form.FlagUp: "flag",
    form.AllOf: "parts",
    form.AnyOf: "parts",
    form.Not: "part",
    form.Rule: "name occasion condition effects every mode lines",
    form.When: "sort names at",
    form.Ladder: "name rungs takes",
    form.Prevails: "over under",
    form.Overlap: "sanction rule",
    form.After: "length dated",
    Length: "count unit rolled",
}

ROUGHLY: Mapping[type, str] = {form.EntryKind: "life", form.Posting: "life", form.When: "where"}
"""Fields of which the machine lets come what may."""

WORDS: Mapping[tuple[type, str], str] = {
    (form.Period, "every"): "day week month quarter year",
    (form.Ladder, "takes"): "highest all",
    (form.Read, "of"): "balance sum count",
    (form.Read, "sort"): "entry ticket decision",
}

CONDITIONS = (form.Is, form.Has, form.Same, form.Between)
"""Conditions that may hold at any time, as far as the machine knows."""

OPENED: Mapping[str, str] = {
    "sanction": "*",
    "notice": "*",
    "require": "*",
    "forward": "*",
    "fine": "sort name amount clears clears_when each line formula rounded rounding due highest",
    "close": "sort name line",
    "flag": "sort name line",
}
"""What the machine knows of an effect that opens something: nothing of what it does depends on how long a sanction
lasts, or on what is told to anybody."""

ENDED = "sort names line each"
"""And of one that clears points."""


def outside(value: object, where: str = "") -> Iterator[Outside]:
    """What of a part of a policy is not known, wherever it stands in it."""
    if isinstance(value, tuple):
        for part in value:
            yield from outside(part, where)
        return
    if not isinstance(value, msgspec.Struct):
        return
    kind = type(value)
    where = where or str(getattr(value, "name", getattr(value, "ledger", "")))
    if kind in CONDITIONS:
        yield Outside(kind.__name__, where, roughly=True)
    elif kind not in KNOWN:
        yield Outside(kind.__name__, where)
    else:
        yield from _fields(value, where)


def _fields(value: msgspec.Struct, where: str) -> Iterator[Outside]:
    kind = type(value)
    known, roughly = KNOWN[kind].split(), ROUGHLY.get(kind, "").split()
    for field in _said(kind):
        part = getattr(value, field.name)
        words = WORDS.get((kind, field.name))
        if field.name in roughly:
            if part != field.default:
                yield Outside(f"{kind.__name__}.{field.name}", where, roughly=True)
        elif field.name not in known:
            if part != field.default:
                yield Outside(f"{kind.__name__}.{field.name}", where)
        elif words is not None and part is not None:
            word = part if isinstance(part, str) else type(part).__name__
            if word not in words.split():
                yield Outside(f"{kind.__name__}.{field.name} {word}", where)
        elif field.name != "effects" and not (field.name == "occasion" and not isinstance(part, form.When)):
            yield from outside(part, where)


@cache
def _said(kind: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """The fields of a record; to find them out takes long."""
    return msgspec.structs.fields(kind)


def of_effect(effect: form.Effect, where: str) -> Iterator[Outside]:
    """What of an effect is not known, of one that touches what is looked at."""
    if isinstance(effect, Open):
        known = OPENED.get(effect.sort, "").split()
        if not known:
            yield Outside(f"Open.sort {effect.sort}", where)
            return
    elif isinstance(effect, End):
        known = ENDED.split()
        if effect.sort != "clear":
            yield Outside(f"End.sort {effect.sort}", where)
            return
    else:
        known = ["*"]
    for field in _said(type(effect)):
        if "*" not in known and field.name not in known and getattr(effect, field.name) != field.default:
            yield Outside(f"{type(effect).__name__}.{field.name}", where)


def constant(kind: ConstantKind) -> bool:
    """Whether a constant has one value for all time."""
    return len(kind.values) == 1 and kind.values[0].since is None and kind.values[0].when is None
