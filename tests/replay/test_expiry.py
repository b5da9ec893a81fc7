"""Entries that expire: worked out by hand (the stories of docs/language.md beside), and held to windows, which are the
same thing said otherwise."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from policyctl.replay.replay import zone_of
from tests.replay.test_schedules import Event, answer, decided, points, policy, ticket

EXPIRES = policy(
    "ledger points expires after 90 days\nrule node: points >= 10 -> ban 3d\n"
    "rule many: incurred(points) ever >= 20 -> ban 7d\n"
)
WINDOW = policy(
    "ledger points\nmeasure recent = live(points) in 90 days\nrule node: recent >= 10 -> ban 3d\n"
    "rule many: incurred(points) ever >= 20 -> ban 7d\n"
)
DOWN = policy(
    "ledger points starts at 12 down floor 0 expires after 3 months from occurred inclusive\npoints <= 4 -> ban 3d\n"
)

at_days = st.integers(0, 400).map(lambda n: str((zone_of(EXPIRES).read("2021-01-01") + timedelta(days=n)).date()))
stories = st.lists(st.tuples(at_days, st.integers(1, 9)), max_size=8)


def told(story: list[tuple[str, int]]) -> list[Event]:
    return [ticket(f"T{n}", day, count) for n, (day, count) in enumerate(story)]


@settings(max_examples=60)
@given(stories, at_days)
def test_what_expires_after_90_days_is_what_is_live_in_90_days(story: list[tuple[str, int]], at: str) -> None:
    one, other = (answer(version, at, *told(story)) for version in (EXPIRES, WINDOW))
    assert points(one) == dict(other.status[0].measures)["recent"]
    assert decided(one) == decided(other)


def test_the_far_edge_and_the_date() -> None:
    said = ticket("T1", "2021-03-10T10:00:00+08:00", 5) | {"occurred": "2021-01-31T09:00:00+08:00"}
    assert points(answer(DOWN, "2021-04-30T09:00:00+08:00", said)) == 7
    assert points(answer(DOWN, "2021-04-30T09:00:01+08:00", said)) == 12


def test_what_is_over_when_it_takes_effect_never_counts_in_the_balance() -> None:
    said = ticket("T1", "2021-06-10", 11) | {"occurred": "2021-01-31"}
    found = answer(DOWN, "2021-06-10", said)
    assert points(found) == 12 and not found.decisions
    assert [event.kind for event in found.ledger_events] == ["expired"]


def test_a_closed_period_keeps_what_was_in_it() -> None:
    """What the reset ended expires no more: a late ticket finds the book as it stood then."""
    text = "ledger points resets every year expires after 60 days\nrule node: points >= 10 -> ban 3d\n"
    events = [ticket("T1", "2021-12-20", 6), ticket("T2", "2022-03-01", 4, issued="2021-12-30")]
    assert decided(answer(text, "2022-03-01", *events)) == [("node@T2/2021", "2021")]


def test_a_repealed_ticket_does_not_expire_as_well() -> None:
    appeal: Event = {"event": "appeal", "id": "A", "ticket": "T1", "outcome": "repealed", "at": "2021-02-01"}
    found = answer(EXPIRES, "2021-06-01", ticket("T1", "2021-01-10", 6), appeal)
    assert [event.kind for event in found.ledger_events] == ["repealed"]


def test_a_reset_that_is_undone_brings_nothing_back_that_is_over() -> None:
    text = (
        "ledger points resets every year unless points >= 10 expires after 60 days\nrule node: points >= 10 -> ban 3d\n"
    )
    events = [
        ticket("T1", "2021-11-10", 2),
        ticket("T2", "2021-12-20", 5),
        ticket("T3", "2022-01-20", 3, issued="2021-12-30"),
    ]
    found = answer(text, "2022-01-25", *events)
    assert points(found) == 8  # T1 was over on 9 January, between the reset and its undoing
    assert points(answer(text, "2022-02-18", *events)) == 3


def test_the_text_is_a_part_of_the_digest() -> None:
    one, other = (policy(f"ledger points expires after {n} days\npoints >= 2 -> ban 3d\n") for n in (90, 91))
    assert one.digest() != other.digest()
