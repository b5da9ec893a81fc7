"""The time that a decision took in vain, where sanctions of one kind do not simply run side by side.

Worked out by hand: ten days from 1 March by ticket A, four days from 5 March by ticket B; an appeal on 1 April.
"""

from __future__ import annotations

import pytest

from tests.corrections.story import appeal, ids, ticket, told

TEN = ticket("A", "general", "20", "2021-03-01T00:00")
FOUR = ticket("B", "severe", "20", "2021-03-05T00:00")


def in_vain(overlap: str, *annulled: str, appeals: str = "2021-04-01T00:00", at: str = "2021-06-01") -> dict[str, str]:
    """The days that each decision took in vain, by its ticket."""
    policy = f"policy queue\n  use standard\nsanction block overlap {overlap}\n"
    rules = "rule ten: general >= 20 -> block 10d\nrule four: severe >= 20 -> block 4d\n"
    appealed = (appeal(f"Q-{ticket}", ticket, "annulled", appeals) for ticket in annulled)
    answer = told(policy + rules, TEN, FOUR, *appealed, at=at)
    assert len(ids(answer)) == 2 - len(annulled)
    return {
        one["decision"][-1]: ", ".join(f"{s['from'][5:10]} {s['until'][5:10]}" for s in one["served"])
        for one in answer["rescinded"]
    }


@pytest.mark.parametrize(
    ("overlap", "annulled", "days"),
    [
        ("later", "B", ""),
        ("later", "A", "03-01 03-05, 03-09 03-11"),
        # the four days are added to the ten: blocked till the 15th
        ("extends", "B", "03-11 03-15"),
        ("extends", "A", "03-01 03-05, 03-09 03-15"),
        # the four days begin when the ten are over
        ("consecutive", "B", "03-11 03-15"),
        ("consecutive", "A", "03-01 03-05, 03-09 03-15"),
        # the four days are absorbed by the ten
        ("heaviest", "B", ""),
        ("heaviest", "A", "03-01 03-05, 03-09 03-11"),
    ],
)
def test_what_ran_and_runs_no_more(overlap: str, annulled: str, days: str) -> None:
    assert in_vain(overlap, annulled) == {annulled: days}


@pytest.mark.parametrize("overlap", ["extends", "consecutive"])
def test_both_taken_back_account_for_all_that_ran(overlap: str) -> None:
    """Each as it stood then: when B was taken back, A was gone already, and B's four days had begun at once."""
    assert in_vain(overlap, "A", "B") == {"A": "03-01 03-15", "B": "03-05 03-09"}


def test_both_of_one_ticket() -> None:
    policy = "policy queue\n  use standard\nsanction block overlap consecutive\n"
    rules = "rule ten: general >= 20 -> block 10d\nrule four: general >= 10 -> block 4d\n"
    answer = told(policy + rules, TEN, appeal("Q", "A", "annulled", "2021-04-01T00:00"), at="2021-06-01")
    assert [
        (one["decision"], one["served"][0]["from"][5:10], one["served"][0]["until"][5:10])
        for one in answer["rescinded"]
    ] == [
        ("four@A", "03-01", "03-05"),
        ("ten@A", "03-05", "03-15"),
    ]


def test_only_up_to_the_appeal() -> None:
    assert in_vain("consecutive", "B", appeals="2021-03-12T00:00") == {"B": "03-11 03-12"}
    assert in_vain("consecutive", "B", appeals="2021-03-10T00:00") == {"B": ""}
    assert in_vain("consecutive", "B", at="2021-03-13T00:00", appeals="2021-03-13T00:00") == {"B": "03-11 03-13"}
