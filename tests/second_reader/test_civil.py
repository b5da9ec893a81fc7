"""Lengths end where the second reader's calendar says: across changes of the clocks, holidays and ends of months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from random import Random
from zoneinfo import ZoneInfo

import pytest

from policyctl.instants import Length, Unit, Zone
from tests.second_reader.civil import Civil

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Beirut", "America/Santiago", "Australia/Lord_Howe")
UNITS: tuple[Unit, ...] = (
    *("minute", "hour", "day", "week", "local_day", "calendar_day", "business_day"),
    *("month", "year", "calendar_month", "calendar_year"),
)
HOLIDAYS = ("2021-01-01", "2021-03-29", "2021-05-03", "2021-10-01", "2021-12-31", "2022-01-03")
WORKDAYS = ("2021-02-20", "2021-03-28", "2021-10-09", "2022-01-02")


def _zone(name: str) -> ZoneInfo:
    data = files("tzdata.zoneinfo")
    for part in name.split("/"):
        data = data.joinpath(part)
    with data.open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)


@pytest.mark.parametrize("name", ZONES)
def test_lengths(name: str) -> None:
    random, civil, zone = Random(name), Civil(_zone(name), HOLIDAYS, WORKDAYS), Zone(name, HOLIDAYS, WORKDAYS)
    turns = [datetime(2021, month, day, hour, tzinfo=UTC) for month, day, hour in ((3, 28, 1), (10, 31, 1), (3, 14, 7))]
    for _ in range(1500):
        base = random.choice([datetime(2021, 1, 1, tzinfo=UTC) + timedelta(hours=random.randrange(9000)), *turns])
        off = timedelta(minutes=random.choice((0, 0, 30, 45, 60, 1440)), microseconds=random.choice((0, 1)))
        start = base + random.choice((1, -1)) * off
        length = Length(random.choice((1, 1, 2, 3, 5, 12, 30)), random.choice(UNITS), random.random() < 0.3)
        assert zone.after(start, length) == civil.after(start, length), (start, length)
