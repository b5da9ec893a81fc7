"""Ends of points, each story worked out by hand: what goes, what stays, and how long it stays."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tests.corrections.story import ticket, told

HEAD = "policy points\n  timezone Europe/Berlin\nidentities driver\nacts course\nsanction held\n"


def balance(policy: str, *events: dict[str, object], at: str) -> Fraction:
    """The balance of `points` at an instant."""
    answer = told(HEAD + policy + "\nrule far: points >= 1000 or points <= -1000 -> held 1d\n", *events, at=at)
    return Fraction(answer["status"]["driver"]["ledgers"]["points"])


def cost(id: str, points: str, at: str) -> dict[str, object]:
    """A ticket of the driver."""
    return {**ticket(id, "points", points, at), "identity": "driver"}


def course(id: str, at: str) -> dict[str, object]:
    """The course was done."""
    return {"event": "act", "id": id, "identity": "driver", "name": "course", "at": at}


def test_what_a_set_leaves_expires_as_it_would_have() -> None:
    """3 in January and 5 in March; lowered to 6 in June, 2 of the oldest end. The last of January goes in January."""
    policy = "ledger points expires after 1 year\nrule lowered when course: -> lower points to 6"
    events = [
        cost("A", "3", "2021-01-01T00:00:00Z"),
        cost("B", "5", "2021-03-01T00:00:00Z"),
        course("C", "2021-06-01T00:00:00Z"),
    ]
    assert balance(policy, *events, at="2021-06-02T00:00:00Z") == 6
    assert balance(policy, *events, at="2022-01-02T00:00:00Z") == 5
    assert balance(policy, *events, at="2022-03-02T00:00:00Z") == 0


def test_a_set_may_go_either_way_and_beyond_the_start() -> None:
    policy = "ledger points starts at 20 down floor 0 ceiling 30\nrule put when course: -> set points to {}"
    events = [cost("A", "12", "2021-01-01T00:00:00Z"), course("C", "2021-06-01T00:00:00Z")]
    for wanted in (0, 3, 8, 15, 20, 26, 30):
        assert balance(policy.format(wanted), *events, at="2021-07-01T00:00:00Z") == wanted


def test_what_is_given_back_at_a_floor_is_in_the_balance() -> None:
    """20 - 15 - 15 stands at 0; a course gives 6, so it stands at 6, whatever lay below the floor."""
    policy = "ledger points starts at 20 down floor 0\nrule back when course: -> points +6"
    events = [cost("A", "15", "2021-01-01T00:00:00Z"), cost("B", "15", "2021-01-02T00:00:00Z")]
    assert balance(policy, *events, course("C", "2021-02-01T00:00:00Z"), at="2021-02-02T00:00:00Z") == 6


@given(
    costs=st.lists(st.integers(1, 12), max_size=5),
    taken=st.integers(1, 30),
    bound=st.integers(0, 20),
    down=st.booleans(),
)
def test_what_is_consumed_is_what_the_balance_goes_back_by(
    costs: list[int], taken: int, bound: int, down: bool
) -> None:
    """Whatever a floor or ceiling had kept off, the balance goes back by the number said, to the start at most."""
    ledger = f"ledger points starts at 20 down floor {20 - bound}" if down else f"ledger points ceiling {bound}"
    policy = f"{ledger}\nrule used when course: -> consume {taken} of points"
    events = [cost(f"T{n}", str(points), f"2021-01-{n + 1:02}T00:00:00Z") for n, points in enumerate(costs)]
    moved = min(sum(costs), bound)
    left = max(0, moved - taken)
    found = balance(policy, *events, course("C", "2021-02-01T00:00:00Z"), at="2021-02-02T00:00:00Z")
    assert found == (20 - left if down else left)


def test_what_is_cleared_may_be_of_the_same_occasion_as_the_ticket_looked_at() -> None:
    """Two cautions in one match: sent off, and the two do not count; the one of the match before does, and so does the
    one of another match that is told in the same step."""
    policy = (
        "ledger points\nrule off when ticket: count(points where occasion = this occasion) ever >= 2"
        " -> clear points where occasion = this occasion"
    )
    events = [
        {**cost("A", "1", "2021-01-01T00:00:00Z"), "occasion": "m4"},
        {**cost("B", "1", "2021-01-08T00:00:00Z"), "occasion": "m5"},
        {**cost("C", "1", "2021-01-08T01:00:00Z"), "occasion": "m5"},
        {**cost("D", "1", "2021-01-08T01:00:00Z"), "occasion": "m6"},
    ]
    assert balance(policy, *events, at="2021-02-01T00:00:00Z") == 2


def test_the_newest_end_and_the_oldest_keep_their_lives() -> None:
    """One of January, three of May and June: these three go, and that of January goes in January."""
    policy = (
        "ledger points expires after 1 year\n"
        "rule thirty: live(points) in 30 days >= 3 -> held 14d, consume newest 3 of points"
    )
    days = ("2021-01-25", "2021-05-10", "2021-05-15", "2021-05-20", "2021-06-10")
    events = [cost(f"C{place}", "1", f"{day}T00:00:00Z") for place, day in enumerate(days)]
    assert balance(policy, *events, at="2021-05-21T00:00:00Z") == 1
    assert balance(policy, *events, at="2021-06-11T00:00:00Z") == 2
    assert balance(policy, *events, at="2022-01-26T00:00:00Z") == 1
    assert balance(policy, *events, at="2022-06-10T00:00:00Z") == 0


def test_of_the_newest_entry_a_part_may_end() -> None:
    """2 and 5; 6 of the newest on leave one of the older."""
    policy = "ledger points expires after 1 year\nrule some when course: -> consume newest (points - 1) of points"
    events = [cost("A", "2", "2021-01-01T00:00:00Z"), cost("B", "5", "2021-03-01T00:00:00Z")]
    assert balance(policy, *events, course("C", "2021-04-01T00:00:00Z"), at="2021-12-31T00:00:00Z") == 1
    assert balance(policy, *events, course("C", "2021-04-01T00:00:00Z"), at="2022-01-02T00:00:00Z") == 0


def test_the_newest_of_a_score_at_its_floor() -> None:
    """12 - 8 - 8 stands at 0; 4 of the newest go, and what lay below the floor with them: 4."""
    policy = "ledger points starts at 12 down floor 0\nrule some when course: -> consume newest 4 of points"
    events = [cost("A", "8", "2021-01-01T00:00:00Z"), cost("B", "8", "2021-01-02T00:00:00Z")]
    assert balance(policy, *events, course("C", "2021-02-01T00:00:00Z"), at="2021-02-02T00:00:00Z") == 4
