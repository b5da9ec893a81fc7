"""Lengths of time, checked: whole, and not beyond what a calendar can hold."""

from __future__ import annotations

from fractions import Fraction

from policyctl.instants import Length, Unit
from policyctl.policy.names import Names
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.printer import quantity_text

LONGEST = 100
"""Years that a length may have at most."""

_PER_YEAR = {"minute": 525600, "hour": 8760, "day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}
_SMALLER: dict[tree.UnitWord, tuple[int, tree.UnitWord]] = {
    "hour": (60, "minute"),
    "day": (24, "hour"),
    "week": (7, "day"),
    "quarter": (3, "month"),
    "year": (12, "month"),
}
"""How many of a smaller unit a unit has, exactly."""
_AS_SAID: dict[tree.UnitWord, tuple[int, Unit]] = {
    **{unit: (1, unit) for unit in ("minute", "hour", "day", "week", "month", "year")},
    "quarter": (3, "month"),
}
_BY_DAYS: dict[tree.DayWord, dict[tree.UnitWord, tuple[int, Unit]]] = {
    "calendar": {
        "day": (1, "calendar_day"),
        "week": (7, "calendar_day"),
        "month": (1, "calendar_month"),
        "quarter": (3, "calendar_month"),
        "year": (1, "calendar_year"),
    },
    "business": {"day": (1, "business_day")},
    "local": {"day": (1, "local_day")},
}


def length(quantity: tree.Quantity, findings: Findings, endless: str) -> Length | None:
    """A length of time; None, and reported, where it is no whole one from 1 up to a hundred years. `endless` is what
    to write for one that never ends."""
    count, written = quantity.count, " ".join(quantity.span.text.split())
    if count <= 0:
        findings.error(
            "length-not-whole",
            quantity.span,
            f"`{written}` is no time at all",
            "write a length of at least 1, or leave out what should not last",
        )
        return None
    if count.denominator != 1:
        findings.error(
            "length-not-whole",
            quantity.span,
            f"`{written}` is not a whole number of {quantity.unit}s",
            _in_whole_units(quantity),
        )
        return None
    if count > LONGEST * _PER_YEAR[quantity.unit]:
        findings.error(
            "length-out-of-range",
            quantity.span,
            f"`{written}` is longer than {LONGEST} years",
            f"write {endless} for what never ends",
        )
        return None
    if quantity.calendar == "calendar" and quantity.unit in ("hour", "minute"):
        findings.error(
            "only-days-are",
            quantity.span,
            f"{quantity.unit}s are no part of the calendar",
            f"leave out `calendar`: `{quantity_text(tree.Quantity(count, quantity.unit, None, quantity.span))}`",
        )
        return None
    if quantity.calendar not in (None, "calendar") and quantity.unit != "day":
        findings.error(
            "only-days-are",
            quantity.span,
            f"only days are {quantity.calendar} days, and `{written}` says it of {quantity.unit}s",
            f"write how many days, such as `5 {quantity.calendar} days`",
        )
        return None
    times, unit = _AS_SAID[quantity.unit] if quantity.calendar is None else _BY_DAYS[quantity.calendar][quantity.unit]
    return Length(int(count) * times, unit, quantity.rolled)


def acts(written: tree.ActsOf, names: Names, findings: Findings) -> Length | None:
    """So many acts of a name; None, and reported, where it is no number of them."""
    act = names.find(written.act, "act")
    count = written.count.value
    if count <= 0 or count.denominator != 1:
        findings.error(
            "length-not-whole",
            written.count.span,
            f"`{written.count.span.text}` is no whole number of acts",
            "write a whole number of at least 1",
        )
        return None
    return None if act is None else Length(int(count), "act", act=act.name)


def length_or_acts(
    written: tree.Quantity | tree.ActsOf, names: Names, findings: Findings, endless: str
) -> Length | None:
    """A length of time, or so many acts; None, and reported, where it is neither."""
    if isinstance(written, tree.ActsOf):
        return acts(written, names, findings)
    return length(written, findings, endless)


def no_time_runs(lasts: Length | None, frozen: tree.Expression | None, findings: Findings) -> bool:
    """Whether acts are counted and yet time is to stand still; that is reported."""
    if frozen is None or lasts is None or lasts.act is None:
        return False
    findings.error(
        "frozen-without-length",
        frozen.span,
        f"only time stands still, and here acts are counted: {lasts.count} `{lasts.act}`",
        "leave `frozen while …` out, or write a length of time",
    )
    return True


def _in_whole_units(quantity: tree.Quantity) -> str:
    """The same length in the next smaller unit that makes it whole."""
    count, unit = quantity.count, quantity.unit
    while not quantity.calendar and unit in _SMALLER:
        times, unit = _SMALLER[unit]
        count *= times
        if count.denominator == 1:
            return f"write `{quantity_text(tree.Quantity(count, unit, None, quantity.span))}`"
    whole = Fraction(-(-quantity.count.numerator // quantity.count.denominator))
    example = quantity_text(tree.Quantity(whole, quantity.unit, quantity.calendar, quantity.span))
    return f"write a whole number, such as `{example}`"
