"""Schedules and business days: laws for random ones, and dates that anybody can look up."""

from __future__ import annotations

import calendar as months_of_the_year
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from policyctl.calendar import (
    DayOf,
    Nth,
    Recurring,
    Repeats,
    Weekly,
    following,
    instants,
    latest,
    name_of,
    on_next_day,
)
from policyctl.instants import Length, Zone

ZONES = [Zone(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Africa/Cairo", "Asia/Beirut")]
SHANGHAI, BERLIN = ZONES[:2]

zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(1995, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))
minutes = st.integers(0, 1439)
some_months = st.sets(st.integers(1, 12), max_size=3).map(lambda found: tuple(sorted(found)))
by_date = st.one_of(
    st.builds(Weekly, st.sets(st.integers(0, 6), min_size=1).map(lambda d: tuple(sorted(d))), minutes),
    st.builds(Weekly, st.just(tuple(range(7))), minutes, st.just(True)),
    st.builds(Nth, st.sampled_from([1, 2, 3, 4, -1]), st.integers(0, 6), some_months, minutes),
    st.builds(DayOf, st.sampled_from([-1, 1, 15, 28, 29, 30, 31]), some_months, minutes),
)
repeats = st.builds(
    Repeats, st.integers(1, 40), st.sampled_from(["day", "week", "month", "quarter", "year"]), st.just("opened")
)
schedules = st.one_of(by_date, repeats, st.sampled_from(["day", "week", "month", "quarter", "year"]))


def local(text: str, zone: Zone = SHANGHAI) -> datetime:
    return zone.read(text)


def shown(every: Recurring, after: str, count: int, zone: Zone = SHANGHAI, anchor: str | None = None) -> list[str]:
    found, turn = [], local(after, zone)
    for _ in range(count):
        next_one = following(every, turn, zone, None if anchor is None else local(anchor, zone))
        assert next_one is not None
        turn = next_one
        found.append(zone.show(turn)[:16].replace("T", " ").removesuffix(" 00:00"))
    return found


# --- laws -------------------------------------------------------------------------------------------------------------


@given(schedules, moments, moments, zones)
def test_what_follows_comes_later_and_nothing_lies_between(
    every: Recurring, instant: datetime, anchor: datetime, zone: Zone
) -> None:
    turn = following(every, instant, zone, anchor)
    assert turn is not None and turn > instant
    before = latest(every, turn - timedelta(microseconds=1), zone, anchor)
    # A period begins on the day of the anchor, and nothing is reset then.
    assert before is None or before <= instant or before == zone.midnight(zone.local(anchor).date())
    at = latest(every, turn, zone, anchor)
    assert at == turn
    if before is not None:
        after = following(every, before, zone, anchor)
        assert after == turn


@given(by_date, moments, zones)
def test_the_next_day_of_a_schedule_is_the_first_that_begins_later(
    every: Weekly | Nth | DayOf, instant: datetime, zone: Zone
) -> None:
    midnight = replace(every, minute=0)
    turn, day = on_next_day(every, instant, zone), on_next_day(midnight, instant, zone)
    assert day == following(midnight, instant, zone)
    assert turn == following(every, day - timedelta(microseconds=1), zone)


@given(by_date, moments, zones)
def test_the_clock_time_is_kept_unless_the_clocks_skip_it(
    every: Weekly | Nth | DayOf, start: datetime, zone: Zone
) -> None:
    turn = following(every, start, zone)
    assert turn is not None
    clock = zone.local(turn).replace(tzinfo=None)
    wanted = datetime(clock.year, clock.month, clock.day) + timedelta(minutes=every.minute)
    assert clock == wanted or (clock > wanted and zone.local(turn - timedelta(hours=1)).replace(tzinfo=None) < wanted)


@given(st.sampled_from([1, 2, 3, 4, -1]), st.integers(0, 6), st.integers(1, 12), moments)
def test_the_nth_weekday_is_the_nth_of_its_month(place: int, weekday: int, month: int, start: datetime) -> None:
    turn = following(Nth(place, weekday, (month,)), start, SHANGHAI)
    assert turn is not None
    day = SHANGHAI.local(turn).date()
    weeks = months_of_the_year.monthcalendar(day.year, month)
    days = [week[weekday] for week in weeks if week[weekday]]
    assert day.month == month and day.day == days[place - 1 if place > 0 else -1]


@given(repeats, moments, st.integers(1, 30), zones)
def test_an_anniversary_is_counted_from_the_anchor_each_time(
    every: Repeats, anchor: datetime, times: int, zone: Zone
) -> None:
    """So the 31st stays the 31st where there is one, and 29 February comes back in leap years."""
    *_, turn = (turn for turn, _ in zip(_turns(every, anchor, zone), range(times), strict=False))
    first, day = zone.local(anchor).date(), zone.local(turn).date()
    if every.unit in ("day", "week"):
        assert (day - first).days == times * every.count * (7 if every.unit == "week" else 1)
    else:
        size = {"month": 1, "quarter": 3, "year": 12}[every.unit] * every.count * times
        assert (day.year - first.year) * 12 + day.month - first.month == size
        assert day.day == min(first.day, months_of_the_year.monthrange(day.year, day.month)[1])


def _turns(every: Repeats, anchor: datetime, zone: Zone) -> Iterator[datetime]:
    return instants(every, anchor, anchor + timedelta(days=366 * 40 * 31), zone, anchor)


@given(moments, st.integers(1, 60), st.sets(st.dates(date(1995, 1, 1), date(2060, 1, 1)), max_size=20), zones)
def test_business_days_are_counted_one_by_one(start: datetime, count: int, holidays: set[date], zone: Zone) -> None:
    with_holidays = Zone(zone.name, [day.isoformat() for day in holidays])
    end = with_holidays.after(start, Length(count, "business_day"))
    first, last = with_holidays.local(start).date(), with_holidays.local(end - timedelta(microseconds=1)).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    worked = [day for day in days if day.weekday() < 5 and day not in holidays]
    assert len(worked) == count and worked[-1] == last


@given(moments, st.integers(1, 400), zones)
def test_local_days_keep_the_time_of_day(start: datetime, count: int, zone: Zone) -> None:
    end, clock = zone.after(start, Length(count, "local_day")), zone.local(start).replace(tzinfo=None)
    wanted = clock + timedelta(days=count)
    assert zone.local(end).replace(tzinfo=None) == wanted or end == zone.at(wanted)


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_anniversaries_of_a_leap_day() -> None:
    assert shown(Repeats(12, "month", "opened"), "2020-02-29", 4, anchor="2020-02-29 09:30") == [
        "2021-02-28",
        "2022-02-28",
        "2023-02-28",
        "2024-02-29",
    ]


def test_days_that_a_month_does_not_have() -> None:
    assert shown(DayOf(31), "2021-01-31", 3) == ["2021-02-28", "2021-03-31", "2021-04-30"]
    assert shown(DayOf(-1, (2,)), "2020-01-01", 2) == ["2020-02-29", "2021-02-28"]
    assert shown(DayOf(1, (7,)), "2021-07-01", 1) == ["2022-07-01"]


def test_weekdays() -> None:
    assert shown(Weekly((0,), 9 * 60), "2021-03-01 09:00", 2) == ["2021-03-08 09:00", "2021-03-15 09:00"]
    assert shown(Weekly((0, 3)), "2021-03-01", 3) == ["2021-03-04", "2021-03-08", "2021-03-11"]
    assert shown(Nth(2, 0, (1, 7)), "2021-01-01", 3) == ["2021-01-11", "2021-07-12", "2022-01-10"]
    assert shown(Nth(-1, 4), "2021-01-01", 2) == ["2021-01-29", "2021-02-26"]


def test_across_a_change_of_the_clocks() -> None:
    """On 2021-03-28 the clocks of Berlin go from 02:00 to 03:00, on 2021-10-31 from 03:00 back to 02:00."""
    weekly = Weekly((6,), 150)
    assert shown(weekly, "2021-03-22", 2, BERLIN) == ["2021-03-28 03:30", "2021-04-04 02:30"]
    turn = following(weekly, local("2021-10-26", BERLIN), BERLIN)
    assert turn is not None and BERLIN.show(turn) == "2021-10-31T02:30:00+02:00"
    start = local("2021-03-27 10:00", BERLIN)
    assert BERLIN.show(BERLIN.after(start, Length(1, "day"))) == "2021-03-28T11:00:00+02:00"
    assert BERLIN.show(BERLIN.after(start, Length(1, "local_day"))) == "2021-03-28T10:00:00+02:00"


def test_business_days_with_holidays_and_days_worked_in_their_place() -> None:
    zone = Zone("Asia/Shanghai", ["2021-02-11", "2021-02-12"], ["2021-02-07"])
    end = zone.after(local("2021-02-05 15:00"), Length(5, "business_day"))
    assert zone.show(end) == "2021-02-11T00:00:00+08:00"  # Fri 5, Sun 7, Mon 8, Tue 9, Wed 10
    assert zone.show(zone.after(local("2021-02-06 15:00"), Length(1, "business_day"))) == "2021-02-08T00:00:00+08:00"
    assert zone.show(zone.after(local("2021-02-11 15:00"), Length(1, "business_day"))) == "2021-02-16T00:00:00+08:00"


def test_names_of_periods() -> None:
    start = local("2021-01-04")
    assert name_of("week", start, SHANGHAI) == "2021-W01"
    assert name_of("day", start, SHANGHAI) == "2021-01-04"
    assert name_of(DayOf(4), start, SHANGHAI) == "2021-01-04"
    assert name_of("quarter", start, SHANGHAI) == "2021-Q1"


def test_nothing_follows_without_an_anchor() -> None:
    every = Repeats(1, "year", "opened")
    assert following(every, local("2021-01-01"), SHANGHAI) is None
    assert latest(every, local("2021-01-01"), SHANGHAI, local("2021-01-01 10:00")) == local("2021-01-01")
    assert latest(every, local("2021-01-01"), SHANGHAI, local("2021-01-02 10:00")) is None
