"""Instants and the civil calendar.

Inside, an instant is an aware `datetime` in UTC. A `Zone` reads and prints it and adds civil lengths. Time zone data
comes from the `tzdata` package, never from the system, so that one version of it decides on every machine.
A computed local time that does not exist becomes the later instant, one that exists twice the first
(`fold=0` means both); an input time of either kind must carry its offset.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
import tzdata

Unit = Literal[
    "minute",
    "hour",
    "day",
    "calendar_day",
    "local_day",
    "business_day",
    "week",
    "month",
    "year",
    "calendar_month",
    "calendar_year",
    "act",
]
Calendar = Literal["day", "week", "month", "quarter", "year"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

FIRST_YEAR, LAST_YEAR = 1970, 2199
"""Years that an input instant may lie in; computed ones may lie up to a hundred years later."""

_EXACT: dict[str, timedelta] = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(hours=24),
    "week": timedelta(days=7),
}
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "calendar_month": 1, "calendar_year": 12}
_SATURDAY = 5
NEVER = datetime.max.replace(tzinfo=UTC)
"""Later than every end."""
_SMALLEST = timedelta(microseconds=1)
_INSTANT = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6})0*)?)?)?(Z|[+-]\d{2}:\d{2})?\Z", re.ASCII
)


_FINER = re.compile(r"(.*:\d{2}\.\d{6})\d+(Z|[+-]\d{2}:?\d{2})?\Z", re.ASCII)
_SHORT_OFFSET = re.compile(r"(.*:\d{2}(?:\.\d+)?)([+-])(\d{1,2}):?(\d{2})?\Z", re.ASCII)


class BadInstant(ValueError):
    """The text is no instant, and the message says why; `help` says what to write, where that is known."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.help = help


class Length(msgspec.Struct, frozen=True, order=False, omit_defaults=True):
    """A length of time as it was said: `3d` is `(3, "day")`, 72 hours; `3 calendar days` and `3 business days` end at a
    local midnight, the day on which they start being the first (if it is a business day); calendar months and years end
    as the day of that date begins; `3 local days` end at the same time of day by the local clock. So many acts of a
    name may stand where a length does: no time ends them."""

    count: int
    unit: Unit
    rolled: bool = False
    """It ends on a business day: where its last day is none, on the next."""
    act: str | None = None
    """What is counted in place of time."""

    def times(self, count: int) -> Length:
        """So many times as long."""
        return Length(self.count * count, self.unit, self.rolled, self.act)

    def longest(self) -> timedelta:
        """No shorter than this length can turn out: for bounds, never for results."""
        if self.unit in _EXACT:
            return _EXACT[self.unit] * self.count + timedelta(days=31 * self.rolled)
        # Of a hundred business days no more than a few weeks of holidays are ever lost beside the weekends.
        unit = self.unit.removeprefix("calendar_")
        days = {"day": 1, "local_day": 1, "business_day": 3, "month": 31, "year": 366}[unit]
        return timedelta(days=days * self.count + (31 if self.unit == "business_day" or self.rolled else 1))


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    data = files("tzdata.zoneinfo")
    for part in name.split("/"):
        data = data.joinpath(part)
    with data.open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)


def tzdata_version() -> str:
    """The version of the time zone data in use, such as `2026.1`."""
    return str(tzdata.IANA_VERSION)


class Zone:
    """A time zone of the `tzdata` package by its name (`Asia/Shanghai`); `KeyError` where there is none. Business days
    are Monday to Friday, without `holidays` and with `workdays`, days such as `2026-02-14`."""

    def __init__(self, name: str, holidays: Collection[str] = (), workdays: Collection[str] = ()) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*", name):
            raise KeyError(name)
        try:
            self._info = _zone(name)
        except (OSError, ValueError) as error:
            raise KeyError(name) from error
        self.name = name
        self._holidays = frozenset(date.fromisoformat(day) for day in holidays)
        self._workdays = frozenset(date.fromisoformat(day) for day in workdays)

    def local(self, instant: datetime) -> datetime:
        """The instant as this zone's clocks show it."""
        return instant.astimezone(self._info)

    def at(self, local: datetime) -> datetime:
        """The instant of a computed local time (without offset): the later where it does not exist, else the first."""
        return local.replace(tzinfo=self._info, fold=0).astimezone(UTC)

    def read(self, text: str) -> datetime:
        """The instant that an input text names; without an offset it is read in this zone.

        `2021-03-01`, `2021-03-01 10:00`, `2021-03-01T10:00:00.5+08:00`, `2021-12-31T24:00`. Raises `BadInstant`.
        """
        match = _INSTANT.match(text)
        if match is None:
            raise _misspelt(text)
        year, month, day = int(match[1]), int(match[2]), int(match[3])
        hour, minute, second = int(match[4] or 0), int(match[5] or 0), int(match[6] or 0)
        micro = int((match[7] or "").ljust(6, "0"))
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise BadInstant(f"the year of `{text}` is not between {FIRST_YEAR} and {LAST_YEAR}")
        midnight = (hour, minute, second, micro) == (24, 0, 0, 0)
        try:
            local = datetime(year, month, day, 0 if midnight else hour, minute, second, micro)
        except ValueError:
            raise BadInstant(f"`{text}` names a day or a time of day that does not exist") from None
        if midnight:
            local += timedelta(days=1)
        if match[8]:
            return (local - _offset(match[8], text)).replace(tzinfo=UTC)
        # Where the clocks change, the two readings of a local time (`fold`) differ in their offset.
        first = local.replace(tzinfo=self._info).utcoffset()
        second_reading = local.replace(tzinfo=self._info, fold=1).utcoffset()
        assert first is not None and second_reading is not None
        if first != second_reading:
            raise self._between_two_offsets(text, local, first, second_reading)
        return (local - first).replace(tzinfo=UTC)

    def _between_two_offsets(self, text: str, local: datetime, before: timedelta, after: timedelta) -> BadInstant:
        """A local time at a change of the clocks: it exists twice, or not at all."""
        one, other = (self._written(local, offset) for offset in (before, after))
        if before > after:
            return BadInstant(
                f"`{text}` exists twice in {self.name}, for the clocks are set back then",
                f"write `{one}` for the first, `{other}` for the second",
            )
        skipped = self.show((local - before).replace(tzinfo=UTC))
        return BadInstant(
            f"`{text}` does not exist in {self.name}, for the clocks are set forward then",
            f"the clocks showed `{skipped}` at that moment; write that, or the time that is meant",
        )

    @staticmethod
    def _written(local: datetime, offset: timedelta) -> str:
        return local.replace(tzinfo=timezone(offset)).isoformat()

    def show(self, instant: datetime) -> str:
        """`2021-03-12T10:00:00+08:00`, with a fraction of a second only where there is one."""
        local = self.local(instant)
        text = local.isoformat(timespec="seconds")
        if local.microsecond:
            text = f"{text[:19]}.{local.microsecond:06d}".rstrip("0") + text[19:]
        return text

    def after(self, start: datetime, length: Length) -> datetime:
        """The instant at which a length that starts at `start` ends."""
        end = self._after(start, length)
        if not length.rolled:
            return end
        last = self.local(end - _SMALLEST).date()
        later = self._last_business_day(last, 1) - last
        return self.at(self.local(end).replace(tzinfo=None) + later) if later else end

    def _after(self, start: datetime, length: Length) -> datetime:
        if length.count == 0:
            return start  # what is reckoned may come to nothing
        if length.act is not None:
            return NEVER
        if length.unit in _EXACT:
            return start + _EXACT[length.unit] * length.count
        local = self.local(start).replace(tzinfo=None)
        if length.unit == "local_day":
            return self.at(local + timedelta(days=length.count))
        if length.unit == "calendar_day":
            return self.midnight(local.date() + timedelta(days=length.count))
        if length.unit in ("calendar_month", "calendar_year"):
            return self.midnight(add_months(local, length.count * _MONTHS[length.unit]).date())
        if length.unit == "business_day":
            return self.midnight(self._last_business_day(local.date(), length.count) + timedelta(days=1))
        return self.at(add_months(local, length.count * _MONTHS[length.unit]))

    def dated(self, date: str, at: datetime) -> datetime:
        """The instant that a date of a policy names; of a day of every year (`12-01`) that of the year of `at`."""
        return self.read(date if len(date) > len("12-01") else f"{self.local(at).year}-{date}")

    def next_dated(self, date: str, start: datetime) -> datetime:
        """The same, of a day of every year, or of the week, the next one that begins after an instant."""
        if date in WEEKDAYS:
            today = self.local(start).date()
            ahead = (WEEKDAYS.index(date) - today.weekday() - 1) % 7 + 1
            return self.midnight(today + timedelta(days=ahead))
        found = self.dated(date, start)
        yearly = len(date) == len("12-01")
        return self.read(f"{self.local(start).year + 1}-{date}") if yearly and found <= start else found

    def left(self, start: datetime, end: datetime, length: Length) -> timedelta:
        """How much is left of a length that ends at `end`: by the clock, where the length goes by the clock."""
        if length.unit in _EXACT:
            return end - start
        return self.local(end).replace(tzinfo=None) - self.local(start).replace(tzinfo=None)

    def going_on(self, start: datetime, left: timedelta, length: Length) -> datetime:
        """When a length ends of which so much is left, and which goes on at `start`."""
        if length.unit in _EXACT:
            return start + left
        return self.at(self.local(start).replace(tzinfo=None) + left)

    def midnight(self, day: date) -> datetime:
        """The instant at which a local day begins."""
        return self.at(datetime(day.year, day.month, day.day))

    def is_business_day(self, day: date) -> bool:
        """Whether a local day is one on which people work."""
        return day in self._workdays or (day.weekday() < _SATURDAY and day not in self._holidays)

    def is_on(self, sort: str, instant: datetime) -> bool:
        """Whether an instant lies on a day of that sort: of the week, `business day`, `holiday`, `day before holiday`,
        `day after holiday`."""
        day = self.local(instant).date()
        match sort:
            case "business day":
                return self.is_business_day(day)
            case "holiday":
                return day in self._holidays
            case "day before holiday":
                return day + timedelta(days=1) in self._holidays
            case "day after holiday":
                return day - timedelta(days=1) in self._holidays
        return WEEKDAYS[day.weekday()] == sort

    def _last_business_day(self, day: date, count: int) -> date:
        """The last of so many business days, of which the first is `day` or the next one."""
        while True:
            count -= self.is_business_day(day)
            if not count:
                return day
            day += timedelta(days=1)

    def start_of(self, unit: Calendar, instant: datetime) -> datetime:
        """The start of the calendar day, week (from Monday), month, quarter or year that holds the instant."""
        return self.midnight(_first_day(unit, self.local(instant).date()))

    def name_of(self, unit: Calendar, instant: datetime) -> str:
        """The name of the calendar unit that holds the instant: `2021`, `2021-Q2`, `2021-03`, `2021-W05` (the week by
        its number in ISO 8601), `2021-03-01`."""
        local = self.local(instant)
        if unit == "day":
            return local.date().isoformat()
        if unit == "week":
            year, week, _ = local.isocalendar()
            return f"{year}-W{week:02d}"
        if unit == "year":
            return f"{local.year}"
        return f"{local.year}-Q{(local.month + 2) // 3}" if unit == "quarter" else f"{local.year}-{local.month:02d}"

    def next_start(self, unit: Calendar, instant: datetime) -> datetime:
        """The first start of a calendar day, week, month, quarter or year after the instant."""
        first = _first_day(unit, self.local(instant).date())
        if unit in ("day", "week"):
            return self.midnight(first + timedelta(days=1 if unit == "day" else 7))
        return self.midnight(add_months(datetime(first.year, first.month, 1), _MONTHS[unit]).date())


def _first_day(unit: Calendar, day: date) -> date:
    """The first day of the calendar unit that holds a day."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _misspelt(text: str) -> BadInstant:
    """What is wrong with a text that is not spelt as an instant."""
    if finer := _FINER.match(text):
        help = f"write at most six digits behind the point: `{finer[1]}{finer[2] or ''}`"
        return BadInstant(f"`{text}` is finer than a millionth of a second", help)
    if short := _SHORT_OFFSET.match(text):
        help = f"write the offset as hours and minutes: `{short[1]}{short[2]}{int(short[3]):02}:{short[4] or '00'}`"
        return BadInstant(f"the offset of `{text}` is not written in full", help)
    return BadInstant(f"`{text}` is no date and time such as `2021-03-01T10:00:00+08:00`")


def _offset(text: str, whole: str) -> timedelta:
    if text == "Z":
        return timedelta(0)
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 14 or minutes > 59:
        raise BadInstant(f"the offset of `{whole}` is not between -14:00 and +14:00")
    return timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)


def add_months(local: datetime, months: int) -> datetime:
    """Calendar months later, clamped at the month's end."""
    years, month0 = divmod(local.month - 1 + months, 12)
    year, month = local.year + years, month0 + 1
    last = (datetime(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return local.replace(year=year, month=month, day=min(local.day, last))
