"""Attributes of an account that change: worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policyctl.history.read import read_account
from policyctl.history.unreadable import Unreadable
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.replay.replay import replay, zone_of

POLICY = """
policy classes
  timezone Australia/Sydney

attribute class = p1, p2, full
ledger points
sanction held
rule learner: points >= 4 and class is p1 -> held 7d
rule other: points >= 4 and class is p2 -> held 14d
"""


def decided(
    attributes: object, *tickets: tuple[str, str], at: str = "2025-01-01", policy_text: str = POLICY
) -> list[str]:
    """The decisions that stand, for tickets with their dates and points."""
    [policy] = compile_texts([PolicyText("p.policy", Path("p.policy"), policy_text.encode())]).policies.values()
    assert policy is not None
    events = [
        {"event": "ticket", "id": f"T{n}", "ledger": "points", "points": points, "effective": date}
        for n, (date, points) in enumerate(tickets, 1)
    ]
    zone = zone_of(policy)
    account = read_account(json.dumps({"merchant": "m", "attributes": attributes, "events": events}), zone, "h.json")
    return [one.id for one in replay(policy, account, zone.read(at)).decisions]


CLASSES = {"class": [{"value": "p2", "from": "2024-03-01"}, {"value": "p1"}]}


def test_each_value_holds_from_its_own_date_on() -> None:
    assert decided(CLASSES, ("2024-02-29", "4")) == ["learner@T1"]
    assert decided(CLASSES, ("2024-03-01", "4")) == ["other@T1"]


def test_an_account_that_is_first_seen_behind_a_change_has_the_new_value() -> None:
    assert decided(CLASSES, ("2024-06-01", "4"), at="2024-06-01") == ["other@T1"]


def test_there_is_none_before_the_first_date() -> None:
    later = {"class": [{"value": "p1", "from": "2024-03-01"}]}
    assert decided(later, ("2024-02-01", "4")) == []
    assert decided(later, ("2024-02-01", "1"), ("2024-04-01", "3")) == ["learner@T2"]


DATED = """
policy dated
  timezone UTC

attribute since
ledger points resets every 12 months from since
sanction held
rule held: points >= 2 -> held 7d
rule fresh: points >= 1 and in 2 years from since -> held 1d
"""
SINCE = {"since": [{"value": "2020-03-01"}, {"value": "2022-05-01", "from": "2023-01-01"}]}


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("2021-12-01", "2022-02-01", ["fresh@T1", "held@T2"]),
        ("2022-02-01", "2022-04-01", ["fresh@T1"]),  # reset on 2022-03-01, and two years are over
        ("2022-12-01", "2023-04-01", ["held@T2", "fresh@T2"]),  # by the new date reset on 2023-05-01 only
        ("2023-04-01", "2023-06-01", ["fresh@T1", "fresh@T2"]),
    ],
)
def test_a_date_that_something_is_counted_from_may_change(first: str, second: str, found: list[str]) -> None:
    assert decided(SINCE, (first, "1"), (second, "1"), policy_text=DATED) == sorted(found, key=lambda id: (id[-1], id))


def test_the_value_of_one_ticket_does_not_change() -> None:
    """It is refused by name, and the account answered without the ticket."""
    text = json.dumps(
        {
            "merchant": "m",
            "events": [
                {
                    "event": "ticket",
                    "id": "T",
                    "offence": "late",
                    "effective": "2024-01-01",
                    "attributes": {"class": [{"value": "p1"}]},
                }
            ],
        }
    )
    [policy] = compile_texts([PolicyText("p.policy", Path("p.policy"), POLICY.encode())]).policies.values()
    assert policy is not None
    [problem] = read_account(text, zone_of(policy), "h.json").problems
    assert (problem.code, problem.event, problem.field) == ("wrong-type", "T", "attributes")
    assert "holds `class`, which is a list of values with dates, not a value" in problem.message


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([{"value": "p1", "from": "soon"}], "bad-instant"),
        ([{"value": "p1"}, {"value": "p2"}], "repeated-field"),
    ],
)
def test_what_is_no_date_or_said_twice_is_refused(values: object, code: str) -> None:
    with pytest.raises(Unreadable) as wrong:
        decided({"class": values})
    assert wrong.value.code == code
