"""Instants, lengths and exact numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyctl.exact import NotANumber, exact, plain
from policyctl.instants import BadInstant, Calendar, Length, Zone

SHANGHAI, BERLIN, NEW_YORK = Zone("Asia/Shanghai"), Zone("Europe/Berlin"), Zone("America/New_York")
UNITS: tuple[Calendar, ...] = get_args(Calendar)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2021-03-01", "2021-03-01T00:00:00+08:00"),
        ("2021-03-01 10:00", "2021-03-01T10:00:00+08:00"),
        ("2021-03-01T10:00:00Z", "2021-03-01T18:00:00+08:00"),
        ("2021-12-31T24:00", "2022-01-01T00:00:00+08:00"),
        ("2021-12-31 23:59:59.5", "2021-12-31T23:59:59.5+08:00"),
        ("2021-12-31T23:59:59.000001-05:00", "2022-01-01T12:59:59.000001+08:00"),
    ],
)
def test_instants_are_read_in_the_zone_and_shown_in_its_offset(text: str, shown: str) -> None:
    """Whatever the offset of the input, the output has the policy's."""
    assert SHANGHAI.show(SHANGHAI.read(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "2021-3-1", "2021-02-29", "2021-03-01T25:00", "2021-03-01T24:01", "2021-03-01T10:00:60"),
        *("2021-03-01T10:00:00.1234567", "2021-03-01T10:00+25:00", "1969-12-31", "2200-01-01", "２０２１-03-01"),
        "2021-03-01 ",
    ],
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    """Nothing is guessed, and nothing is cut off."""
    with pytest.raises(BadInstant):
        SHANGHAI.read(text)


def test_a_local_time_that_does_not_exist_or_exists_twice_needs_its_offset() -> None:
    """Clocks in Berlin skip 02:30 in March and show it twice in October."""
    with pytest.raises(BadInstant, match="exists twice in Europe/Berlin") as twice:
        BERLIN.read("2021-10-31 02:30")
    assert (
        twice.value.help
        == "write `2021-10-31T02:30:00+02:00` for the first, `2021-10-31T02:30:00+01:00` for the second"
    )
    with pytest.raises(BadInstant, match="does not exist in Europe/Berlin") as never:
        BERLIN.read("2021-03-28 02:30")
    assert never.value.help is not None and "`2021-03-28T03:30:00+02:00`" in never.value.help
    assert BERLIN.read("2021-10-31 02:30+01:00") - BERLIN.read("2021-10-31 02:30+02:00") == timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2021-03-01T10:00:00.1234567", "2021-03-01T10:00:00.123456"),
        ("2021-03-01 10:00:00.123456789Z", "2021-03-01 10:00:00.123456Z"),
        ("2021-03-01T10:00:00.1234567+08:00", "2021-03-01T10:00:00.123456+08:00"),
        ("2021-03-01T10:00+8", "2021-03-01T10:00+08:00"),
        ("2021-03-01T10:00:00-0530", "2021-03-01T10:00:00-05:30"),
    ],
)
def test_the_help_can_be_used_as_it_stands(text: str, meant: str) -> None:
    with pytest.raises(BadInstant) as bad:
        SHANGHAI.read(text)
    assert bad.value.help is not None and f"`{meant}`" in bad.value.help
    SHANGHAI.read(meant)


@pytest.mark.parametrize(
    ("zone", "start", "length", "end"),
    [
        (SHANGHAI, "2022-01-03 14:30", Length(3, "day"), "2022-01-06T14:30:00+08:00"),
        (SHANGHAI, "2022-01-03 14:30", Length(3, "calendar_day"), "2022-01-06T00:00:00+08:00"),
        (SHANGHAI, "2022-01-03 00:00", Length(1, "calendar_day"), "2022-01-04T00:00:00+08:00"),
        (SHANGHAI, "2024-01-31 10:00", Length(1, "month"), "2024-02-29T10:00:00+08:00"),
        (SHANGHAI, "2024-02-29 10:00", Length(1, "year"), "2025-02-28T10:00:00+08:00"),
        (SHANGHAI, "2024-01-31 10:00", Length(1, "calendar_month"), "2024-02-29T00:00:00+08:00"),
        (SHANGHAI, "2024-02-29 00:00", Length(2, "calendar_year"), "2026-02-28T00:00:00+08:00"),
        (SHANGHAI, "2021-12-30 10:00", Length(2, "week"), "2022-01-13T10:00:00+08:00"),
        # 24 hours over the change of clocks are 24 hours; a month keeps the local time.
        (BERLIN, "2021-03-27 12:00", Length(1, "day"), "2021-03-28T13:00:00+02:00"),
        (BERLIN, "2021-03-27 12:00", Length(2, "calendar_day"), "2021-03-29T00:00:00+02:00"),
        # A computed time that does not exist becomes the later, one that exists twice the first.
        (BERLIN, "2021-02-28 02:30", Length(1, "month"), "2021-03-28T03:30:00+02:00"),
        (NEW_YORK, "2021-02-14 02:30", Length(1, "month"), "2021-03-14T03:30:00-04:00"),
        (NEW_YORK, "2021-10-07 01:30", Length(1, "month"), "2021-11-07T01:30:00-04:00"),
    ],
)
def test_lengths(zone: Zone, start: str, length: Length, end: str) -> None:
    """Hours and days are exact, calendar days end at midnight, months keep the clock time."""

    assert zone.show(zone.after(zone.read(start), length)) == end


def test_no_such_zone() -> None:
    """Names that would leave the data of the package are no zones either."""
    for name in ("Mars/Base", "", "..", "../tzdata", "Asia", "Asia/Shanghai/", "zones"):
        with pytest.raises(KeyError):
            Zone(name)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2198, 1, 1)), st.sampled_from(UNITS))
def test_calendar_units_cover_time(naive: datetime, unit: Calendar) -> None:
    """Every instant lies in exactly one unit: from its start up to, not including, the next."""
    instant = naive.replace(tzinfo=UTC)
    for zone in (SHANGHAI, BERLIN):
        start, following = zone.start_of(unit, instant), zone.next_start(unit, instant)
        assert start <= instant < following
        assert zone.start_of(unit, following) == following


@given(st.datetimes(datetime(1971, 1, 1), datetime(2198, 1, 1)))
def test_what_is_shown_reads_back(naive: datetime) -> None:
    """An instant that was printed is read as the same instant."""
    instant = naive.replace(tzinfo=UTC)
    for zone in (SHANGHAI, BERLIN, NEW_YORK):
        assert zone.read(zone.show(instant)) == instant


@given(st.decimals(min_value=-(10**14), max_value=10**14, allow_nan=False, places=6))
def test_decimals_are_exact(number: object) -> None:
    """A decimal survives reading and printing."""
    assert exact(plain(Fraction(str(number)))) == Fraction(str(number))


@pytest.mark.parametrize("text", ["", "1e3", "1,000", "１", "0x10", "NaN", " 1", "1_000", "+1", ".5", "1.", "9" * 16])
def test_what_is_no_plain_decimal_is_refused(text: str) -> None:
    """Nothing but digits and one point."""
    with pytest.raises(NotANumber):
        exact(text)


def test_fractions_that_are_no_decimals() -> None:
    """They are printed as what they are."""
    assert [plain(Fraction(n, d)) for n, d in ((1, 3), (-1, 8), (10, 4), (0, 5), (7, 1))] == [
        "1/3",
        "-0.125",
        "2.5",
        "0",
        "7",
    ]
