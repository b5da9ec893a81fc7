"""Schedules: instants that come again by the civil calendar, or with what a subject does.

A schedule is a record of the normal form; what this module says of it is pure, and follows from the schedule, the time
zone and, where it counts from somewhere, its anchor. Days begin at local midnight, so a schedule keeps its clock time
across a change of the clocks; a day that a month does not have is its last. What comes with an act (`OnAct`) has no
instants of its own: they are those of the acts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Literal, get_args

import msgspec

from policyctl.instants import Calendar, Zone, add_months

CALENDAR: dict[str, Calendar] = {unit: unit for unit in get_args(Calendar)}
"""The units that a calendar divides time into, by their words."""

_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
LAST = -1


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of the records of a schedule."""


class Repeats(_Record, frozen=True, tag="repeats"):
    """Every `count` units from the day of an anchor, at midnight, and not on that day itself. The anchor is when the
    account was `opened`, the first `ticket`, the last act called `name`, or the date in the account's attribute
    `name`."""

    count: int
    unit: Calendar
    since: Literal["opened", "ticket", "act", "attribute"]
    name: str | None = None


class Weekly(_Record, frozen=True, tag="weekly"):
    """On some days of the week (Monday is 0), so many minutes after midnight by the local clock; or, of all days, on
    those on which people work."""

    days: tuple[int, ...]
    minute: int = 0
    worked: bool = False


class Nth(_Record, frozen=True, tag="nth"):
    """On the first (1) to fourth, or last (-1), such day of the week of some months (none: of every one)."""

    place: int
    weekday: int
    months: tuple[int, ...] = ()
    minute: int = 0


class DayOf(_Record, frozen=True, tag="day_of"):
    """On a day of some months (none: of every one); -1, and a day that a month does not have, is its last."""

    day: int
    months: tuple[int, ...] = ()
    minute: int = 0


class OnAct(_Record, frozen=True, tag="on_act"):
    """At each act of a name."""

    name: str


Schedule = Repeats | Weekly | Nth | DayOf | OnAct
Recurring = Calendar | Schedule
"""What comes again and again: a unit of the calendar, at its start, or a schedule."""


def following(every: Recurring, instant: datetime, zone: Zone, anchor: datetime | None = None) -> datetime | None:
    """The first instant of a schedule after another one; None where there is none, or nobody knows it. `anchor` is what
    a schedule that counts from somewhere counts from."""
    match every:
        case OnAct():
            return None
        case Repeats():
            if anchor is None:
                return None
            times = 1 + _whole_times(every, instant, zone, anchor)
            while (found := _repeated(every, times, zone, anchor)) <= instant:
                times += 1
            return found
        case Weekly() | Nth() | DayOf():
            day = zone.local(instant).date() - timedelta(days=1)
            while not (holds_on(every, day, zone) and _on(every, day, zone) > instant):
                day += timedelta(days=1)
            return _on(every, day, zone)
        case _:
            return zone.next_start(every, instant)


def on_next_day(every: Calendar | Weekly | Nth | DayOf, instant: datetime, zone: Zone) -> datetime:
    """The instant of a schedule on the first of its days that begins after another instant: on a Monday the next Monday
    is that of the week after, at whatever time of day."""
    if isinstance(every, str):
        return zone.next_start(every, instant)
    day = zone.local(instant).date() + timedelta(days=1)
    while not holds_on(every, day, zone):
        day += timedelta(days=1)
    return _on(every, day, zone)


def latest(every: Recurring, instant: datetime, zone: Zone, anchor: datetime | None = None) -> datetime | None:
    """The last instant of a schedule up to and including another one; the day of the anchor is one of them. None where
    there is none, or nobody knows it."""
    match every:
        case OnAct():
            return None
        case Repeats():
            if anchor is None or _repeated(every, 0, zone, anchor) > instant:
                return None
            times = _whole_times(every, instant, zone, anchor)
            while _repeated(every, times + 1, zone, anchor) <= instant:
                times += 1
            return _repeated(every, times, zone, anchor)
        case Weekly() | Nth() | DayOf():
            day = zone.local(instant).date() + timedelta(days=1)
            while not (holds_on(every, day, zone) and _on(every, day, zone) <= instant):
                day -= timedelta(days=1)
            return _on(every, day, zone)
        case _:
            return zone.start_of(every, instant)


def instants(
    every: Recurring, after: datetime, last: datetime, zone: Zone, anchor: datetime | None = None
) -> Iterator[datetime]:
    """The instants of a schedule after one instant, up to and including another."""
    turn = following(every, after, zone, anchor)
    while turn is not None and turn <= last:
        yield turn
        turn = following(every, turn, zone, anchor)


def name_of(every: Recurring, start: datetime, zone: Zone) -> str:
    """The name of the period that begins at an instant: that of a unit of the calendar, else its first day."""
    if isinstance(every, str):
        return zone.name_of(every, start)
    return zone.local(start).date().isoformat()


def holds_on(schedule: Weekly | Nth | DayOf, day: date, zone: Zone) -> bool:
    """Whether a schedule has an instant on a local day."""
    match schedule:
        case Weekly(worked=True):
            return zone.is_business_day(day)
        case Weekly(days):
            return day.weekday() in days
        case Nth(place, weekday, months):
            if day.weekday() != weekday or (months and day.month not in months):
                return False
            return _days_left(day) < 7 if place == LAST else (day.day - 1) // 7 + 1 == place
        case DayOf(wanted, months):
            if months and day.month not in months:
                return False
            return day.day == wanted or (_days_left(day) == 0 and (wanted == LAST or wanted > day.day))


def _days_left(day: date) -> int:
    """How many days of its month come after a day."""
    following_month = add_months(datetime(day.year, day.month, 1), 1).date()
    return (following_month - day).days - 1


def _on(schedule: Weekly | Nth | DayOf, day: date, zone: Zone) -> datetime:
    """The instant of a schedule on a day."""
    return zone.at(datetime(day.year, day.month, day.day) + timedelta(minutes=schedule.minute))


def _repeated(every: Repeats, times: int, zone: Zone, anchor: datetime) -> datetime:
    """The day of the anchor, so many times the length later."""
    day, count = zone.local(anchor).date(), every.count * times
    if every.unit in _DAYS:
        return zone.midnight(day + timedelta(days=count * _DAYS[every.unit]))
    return zone.midnight(add_months(datetime(day.year, day.month, day.day), count * _MONTHS[every.unit]).date())


def _whole_times(every: Repeats, instant: datetime, zone: Zone, anchor: datetime) -> int:
    """How many whole times the length surely has passed from the anchor to an instant: at most one too few."""
    first, day = zone.local(anchor).date(), zone.local(instant).date()
    if every.unit in _DAYS:
        return max(0, (day - first).days // (every.count * _DAYS[every.unit]) - 1)
    months = (day.year - first.year) * 12 + day.month - first.month
    return max(0, months // (every.count * _MONTHS[every.unit]) - 1)
