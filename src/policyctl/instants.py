"""Instants and the civil calendar.

Inside, an instant is an aware `datetime` in UTC. A `Zone` reads and prints it and adds civil lengths. Time zone data
comes from the `tzdata` package, never from the system, so that one version of it decides on every machine.
A computed local time that does not exist becomes the later instant, one that exists twice the first
(`fold=0` means both); an input time of either kind must carry its offset.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from importlib.resources import files
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
import tzdata

Unit = Literal["minute", "hour", "day", "calendar_day", "week", "month", "year"]
Calendar = Literal["month", "quarter", "year"]

FIRST_YEAR, LAST_YEAR = 1970, 2199
"""Years that an input instant may lie in; computed ones may lie up to a hundred years later."""

_EXACT: dict[str, timedelta] = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(hours=24),
    "week": timedelta(days=7),
}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
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


class Length(msgspec.Struct, frozen=True, order=False):
    """A length of time as it was said: `3d` is `(3, "day")`, 72 hours; `3 calendar days` ends at a local midnight."""

    count: int
    unit: Unit

    def longest(self) -> timedelta:
        """No shorter than this length can turn out: for bounds, never for results."""
        if self.unit in _EXACT:
            return _EXACT[self.unit] * self.count
        return timedelta(days={"calendar_day": 1, "month": 31, "year": 366}[self.unit] * self.count)


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
    """A time zone of the `tzdata` package by its name (`Asia/Shanghai`); `KeyError` where there is none."""

    def __init__(self, name: str) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*", name):
            raise KeyError(name)
        try:
            self._info = _zone(name)
        except (OSError, ValueError) as error:
            raise KeyError(name) from error
        self.name = name

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
        if length.unit in _EXACT:
            return start + _EXACT[length.unit] * length.count
        local = self.local(start).replace(tzinfo=None)
        if length.unit == "calendar_day":
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
            return self.at(midnight + timedelta(days=length.count))
        return self.at(_add_months(local, length.count * _MONTHS[length.unit]))

    def start_of(self, unit: Calendar, instant: datetime) -> datetime:
        """The start of the calendar month, quarter or year that holds the instant."""
        local = self.local(instant)
        months = _MONTHS[unit]
        return self.at(datetime(local.year, (local.month - 1) // months * months + 1, 1))

    def name_of(self, unit: Calendar, instant: datetime) -> str:
        """The name of the calendar unit that holds the instant: `2021`, `2021-Q2`, `2021-03`."""
        local = self.local(instant)
        if unit == "year":
            return f"{local.year}"
        return f"{local.year}-Q{(local.month + 2) // 3}" if unit == "quarter" else f"{local.year}-{local.month:02d}"

    def next_start(self, unit: Calendar, instant: datetime) -> datetime:
        """The first start of a calendar month, quarter or year after the instant."""
        local = self.local(self.start_of(unit, instant)).replace(tzinfo=None)
        return self.at(_add_months(local.replace(day=1, hour=0, minute=0), _MONTHS[unit]))


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


def _add_months(local: datetime, months: int) -> datetime:
    """Calendar months later, clamped at the month's end."""
    years, month0 = divmod(local.month - 1 + months, 12)
    year, month = local.year + years, month0 + 1
    last = (datetime(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return local.replace(year=year, month=month, day=min(local.day, last))
