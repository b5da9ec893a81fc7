"""Counts of acts, which are found by halving, are what one finds by looking at each act; and they take no more time for
each act when there are many."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from policyctl.instants import Length, Zone
from tests.corrections.story import promoter, told

ZONE = Zone("Asia/Shanghai")
WINDOWS = {
    "in 30 days": Length(30, "day"),
    "in 1 month": Length(1, "month"),
    "in 5 business days": Length(5, "business_day"),
    "ever": None,
    "this month": None,
    "since exam": None,
    "in last 3 exam": None,
}
POLICY = "acts order, exam\nattribute late = yes, no\n" + "".join(
    f"measure all_{n} = count(order) {time}\nmeasure late_{n} = count(order, exam where late = yes) {time}\n"
    # Rules that look at every act, and never fire.
    f"rule r{n}: all_{n} >= 1000 or late_{n} >= 1000 -> suspend 1d\n"
    for n, time in enumerate(WINDOWS)
)

Acts = list[tuple[str, datetime, bool]]


@st.composite
def histories(draw: st.DrawFn) -> Acts:
    """Acts around the end of a January, behind which months are clamped: what comes later may leave a window first."""
    begin = datetime(2021, 1, 27, tzinfo=ZONE.read("2021-01-27").tzinfo)
    hours = draw(st.lists(st.integers(0, 24 * 50), min_size=1, max_size=14))
    names = st.sampled_from(("order", "order", "exam"))
    return [(draw(names), begin + timedelta(hours=hour), draw(st.booleans())) for hour in sorted(hours)]


def counted(acts: Acts, names: tuple[str, ...], late: bool, time: str, at: datetime) -> int:
    """The plain definition."""
    own = [when for name, when, is_late in acts if when <= at and name in names and (is_late or not late)]
    exams = [when for name, when, _ in acts if when <= at and name == "exam"]
    if (length := WINDOWS[time]) is not None:
        return sum(at < ZONE.after(when, length) for when in own)
    since = {"this month": [ZONE.start_of("month", at)], "since exam": exams[-1:], "in last 3 exam": exams[-3:-2]}
    return sum(not (begin := since.get(time, [])) or when >= begin[0] for when in own)


@settings(max_examples=80, deadline=None)
@given(histories(), st.integers(0, 24 * 60))
def test_a_count_by_halving_is_the_count_of_each(acts: Acts, hours: int) -> None:
    at = acts[0][1] + timedelta(hours=hours)
    events = [
        {**told_of(f"E{n:02}", name, when), "attributes": {"late": "yes" if late else "no"}}
        for n, (name, when, late) in enumerate(acts)
    ]
    measures = promoter(told(POLICY, *events, at=at.isoformat()))["measures"]
    for n, time in enumerate(WINDOWS):
        assert measures[f"all_{n}"] == str(counted(acts, ("order",), False, time, at)), time
        assert measures[f"late_{n}"] == str(counted(acts, ("order", "exam"), True, time, at)), time


def told_of(id: str, name: str, at: datetime) -> dict[str, Any]:
    """An act of the promoter."""
    return {"event": "act", "id": id, "identity": "promoter", "name": name, "at": at.isoformat()}


def test_what_comes_later_may_leave_a_window_first() -> None:
    """A month from late on 30 January ends late on 28 February; one from early on the 31st, early that day."""
    late, early = (ZONE.read(text) for text in ("2021-01-30T23:00:00+08:00", "2021-01-31T01:00:00+08:00"))
    policy = "acts order\nmeasure orders = count(order) in 1 month\nrule many: orders >= 9 -> suspend 1d\n"
    events = [told_of("E1", "order", late), told_of("E2", "order", early)]
    for at, number in (("2021-02-28T00:59:59", "2"), ("2021-02-28T12:00:00", "1"), ("2021-02-28T23:00:00", "0")):
        assert promoter(told(policy, *events, at=f"{at}+08:00"))["measures"]["orders"] == number


def test_a_flag_whose_end_is_open_counts_the_acts_of_its_own_time() -> None:
    policy = "acts order\nflag slow\nrule few: general >= 10 -> slow until count(order) in 30 days >= 2\n"
    first, second, third = (ZONE.read(f"2021-03-0{day}T10:00:00+08:00") for day in (1, 3, 4))
    ticket = {"event": "ticket", "id": "T1", "identity": "promoter", "ledger": "general", "points": "10"}
    ticket["effective"] = "2021-03-02T10:00:00+08:00"
    events = [ticket, *(told_of(f"E{n}", "order", at) for n, at in enumerate((first, second, third)))]
    for at, flags in ((second, ["slow"]), (third, [])):
        assert promoter(told(policy, *events, at=at.isoformat()))["flags"] == flags
