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


def decided(attributes: object, *tickets: tuple[str, str], at: str = "2025-01-01") -> list[str]:
    """The decisions that stand, for tickets with their dates and points."""
    [policy] = compile_texts([PolicyText("p.policy", Path("p.policy"), POLICY.encode())]).policies.values()
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
