"""Points that are multiplied `while` something holds: that is seen from the ticket which is posted."""

from __future__ import annotations

import pytest

from tests.replay.test_schedules import Event, answer, points, policy

KINDS = """offence a
  light -> points +10
  grave -> points +10
offence b -> points +10
rule r: points >= 900 -> ban 3d
"""


def one(id: str, offence: str, occurred: str, effective: str | None = None, **said: object) -> Event:
    return {
        "event": "ticket",
        "id": id,
        "offence": offence,
        "occurred": occurred,
        "effective": effective or occurred,
        **said,
    }


def posted(asked: str, *tickets: Event) -> int:
    text = policy(f"ledger points doubled while {asked}\n{KINDS}", header="count by occurred")
    return points(answer(text, "2024-01-01", *tickets))


SAME = "count(tickets where offence = this offence) in 12 months to this ticket = 1"


@pytest.mark.parametrize(
    ("second", "found"),
    [
        (one("T2", "b", "2020-03-01"), 30),
        (one("T2", "a.light", "2020-03-01"), 20),
        (one("T2", "b", "2020-12-31"), 30),
        (one("T2", "b", "2021-01-01"), 20),
        (one("T2", "b", "2020-12-31", "2021-09-01"), 30),  # twelve months by the day of the act
    ],
)
def test_the_second_of_the_same_offence_counts_double(second: Event, found: int) -> None:
    assert posted(SAME, one("T1", "b", "2020-01-01"), second) == found


def test_severities_of_one_offence_are_one_offence() -> None:
    assert posted(SAME, one("T1", "a.light", "2020-01-01"), one("T2", "a.grave", "2020-02-01")) == 30


def test_it_is_the_ticket_posted_and_not_the_one_before() -> None:
    told = [one("T1", "b", "2020-01-01", key="x"), one("T2", "b", "2020-02-01", key="y")]
    assert posted("count(tickets where key = this key) in 12 months >= 1", *told) == 20


def test_two_of_one_instant_are_not_before_each_other() -> None:
    assert posted(SAME, one("T1", "b", "2020-01-01"), one("T2", "b", "2020-01-01")) == 20


def test_two_of_one_per_are_two_restrictions() -> None:
    """Within three days no other counts, whatever its key; and one of the same key never does."""
    text = policy("ledger points one per key one per 3 days\nrule r: points >= 900 -> ban 3d\noffence b -> points +1\n")
    keys = {"2020-01-01": "x", "2020-01-02": "y", "2020-01-08": "x", "2020-01-14": "z"}
    told = [one(f"T{place}", "b", day, key=key) for place, (day, key) in enumerate(keys.items())]
    assert [points(answer(text, day, *told)) for day in keys] == [1, 1, 1, 2]
