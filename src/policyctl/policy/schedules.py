"""Schedules as they are written, made records of the normal form."""

from __future__ import annotations

import re

from policyctl.calendar import CALENDAR, LAST, DayOf, Nth, OnAct, Recurring, Repeats, Weekly
from policyctl.instants import WEEKDAYS
from policyctl.policy.form.conditions import MONTHS
from policyctl.policy.lengths import LONGEST
from policyctl.policy.names import Names
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.text import Span

_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": LAST}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_PER_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}


def schedule(names: Names, findings: Findings, written: tree.Schedule) -> Recurring | None:
    """What comes again and again; None, and reported, where it cannot come."""
    if written.act is not None:
        act = names.find(written.act, "act")
        return None if act is None else OnAct(act.name)
    if written.length is not None:
        return _repeats(names, findings, written, written.length)
    minute = _minute(findings, written)
    months = tuple(sorted({MONTHS.index(month.word) + 1 for month in written.months}))
    if minute is None or not _sound_units(findings, written):
        return None
    if written.place is not None:
        place = _PLACES[written.place.word]
        if written.weekdays:
            return Nth(place, WEEKDAYS.index(written.weekdays[0].word), months, minute)
        return DayOf(place, months, minute)
    if written.day is not None:
        return _day_of(findings, written, written.day, months, minute)
    if written.sort is not None:
        if written.sort.word != "business day":
            _cannot(findings, written.span, written, "write `business day`, or a day of the week")
            return None
        return Weekly(tuple(range(7)), minute, worked=True)
    if written.weekdays:
        return Weekly(tuple(sorted({WEEKDAYS.index(one.word) for one in written.weekdays})), minute)
    if written.clock is not None:
        return Weekly(tuple(range(7)), minute)
    return CALENDAR[written.units[0].word]


def _repeats(names: Names, findings: Findings, written: tree.Schedule, length: tree.Quantity) -> Repeats | None:
    """`every 12 months from opened`."""
    unit = CALENDAR.get(length.unit)
    if unit is None or length.calendar is not None:
        _cannot(findings, length.span, written, "write it in days, weeks, months, quarters or years")
        return None
    count = length.count
    if count.denominator != 1 or not 0 < count <= LONGEST * _PER_YEAR[unit]:
        _cannot(findings, length.span, written, f"write a whole number of {unit}s, and at most {LONGEST} years")
        return None
    if isinstance(written.since, tree.Word):
        return Repeats(int(count), unit, "opened" if written.since.word == "opened" else "ticket")
    assert written.since is not None
    found = names.find(written.since, "anchor")
    if found is None:
        return None
    return Repeats(int(count), unit, "act" if found.kind == "act" else "attribute", found.name)


def _minute(findings: Findings, written: tree.Schedule) -> int | None:
    """The minutes from midnight to the time of day; 24:00 is the midnight that ends the day."""
    if written.clock is None:
        return 0
    match = _CLOCK.fullmatch(written.clock.word)
    hour, minute = (int(match[1]), int(match[2])) if match is not None else (0, 60)
    if minute > 59 or hour * 60 + minute > 24 * 60:
        findings.error(
            "no-such-time",
            written.clock.span,
            f"`{written.clock.word}` is no time of day",
            "write a time from 00:00 to 24:00",
        )
        return None
    return hour * 60 + minute


def _sound_units(findings: Findings, written: tree.Schedule) -> bool:
    """`every monday` and so on say no unit; `last day of month` says two, `15 of month` one, and `every year` one."""
    units = [unit.word for unit in written.units]
    if written.place is not None and not written.weekdays:
        day_word, *units = units
        if day_word != "day" or (written.place.word not in ("first", "last") and not written.months and not units):
            _cannot(findings, written.span, written, "write a day of the week, or `last day of month`")
            return False
    if written.place is not None or written.day is not None:
        if units not in ([], ["month"]):
            _cannot(findings, written.span, written, "write `of month`, or the months by their names")
            return False
    elif units and (units[0] not in CALENDAR or (written.clock is not None and units != ["day"])):
        help = "write `every day at 06:00`, `every monday at 06:00`, or a day of the month: `every 1 of month at 06:00`"
        _cannot(
            findings, written.span, written, help if written.clock is not None else "write day, week, month or year"
        )
        return False
    return True


def _day_of(
    findings: Findings, written: tree.Schedule, number: tree.Number, months: tuple[int, ...], minute: int
) -> DayOf | None:
    """`every 1 july`, `every 15 of month`. A day beyond the end of some months is the last of those."""
    most = min((_LONGEST_MONTHS[month - 1] for month in months), default=31)
    if number.value.denominator != 1 or not 1 <= number.value <= most:
        _cannot(findings, number.span, written, f"write a day from 1 to {most}")
        return None
    return DayOf(int(number.value), months, minute)


def _cannot(findings: Findings, span: Span, written: tree.Schedule, help: str) -> None:
    text = " ".join(written.span.text.split())
    findings.error("no-such-date", span, f"there is no such date to come again: `{text}`", help)
