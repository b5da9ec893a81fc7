"""Ranges in effects: what the ticket carries, and what is done where it carries nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corrections.story import appeal, codes, ids, promoter, ticket, told

NODE = "rule node: general >= 20 -> suspend 3d to 7d, fine 500 to 1000\n"
BOTH = {"suspend": "3", "fine": "500"}
TWO = (("T1", "suspend"), ("T2", "fine"))
BAND = """offence restricted -> general +5 to 10, suspend 3d to 7d
rule extra: severe >= 10 -> general +5 to 9
"""


def node(**chosen: str) -> dict[str, Any]:
    return ticket("T1", "general", "20", "2021-03-01T10:00:00+08:00", chosen=chosen)


def test_the_decision_has_what_was_chosen() -> None:
    answer = told(NODE, node(suspend="5", fine="700"), at="2021-03-02")
    [sanction, fine] = answer["decisions"][0]["effects"]
    assert (sanction["until"], fine["amount"]) == ("2021-03-06T10:00:00+08:00", "700")
    assert not answer["incomplete"]


@pytest.mark.parametrize("chosen", [{}, {"suspend": "8", "fine": "400"}])
def test_nothing_chosen_from_the_range_is_the_least_and_incomplete(chosen: dict[str, str]) -> None:
    answer = told(NODE, node(**chosen), at="2021-03-02")
    [sanction, fine] = answer["decisions"][0]["effects"]
    assert (sanction["until"], fine["amount"]) == ("2021-03-04T10:00:00+08:00", "500")
    assert codes(answer) == ["least-of-range", "least-of-range"] and answer["incomplete"]
    assert {one["event"] for one in answer["anomalies"]} == {"T1"}


def test_each_ticket_of_an_offence_carries_its_own() -> None:
    def of(id: str, day: str, **chosen: str) -> dict[str, Any]:
        at = f"2021-03-{day}T10:00:00+08:00"
        return {"event": "ticket", "id": id, "identity": "promoter", "offence": "restricted", "effective": at} | {
            "chosen": chosen
        }

    answer = told(
        BAND, of("T1", "01", general="7", suspend="3"), of("T2", "10", general="5", suspend="6"), at="2021-04-01"
    )
    assert [one["effects"][0]["until"][:10] for one in answer["decisions"]] == ["2021-03-04", "2021-03-16"]
    assert promoter(answer)["ledgers"]["general"] == "12"


def test_points_by_a_rule() -> None:
    tickets = ticket("T1", "severe", "10", "2021-03-01T10:00:00+08:00", chosen={"general": "8"})
    assert promoter(told(BAND, tickets, at="2021-04-01"))["ledgers"]["general"] == "8"


def test_an_appeal_leaves_what_was_chosen() -> None:
    """The first ticket never was; the ban of the second, with its own length, stands where it was."""
    second = ticket("T2", "general", "20", "2021-03-02T10:00:00+08:00", chosen={"suspend": "7", "fine": "1000"})
    first = ticket("T0", "severe", "1", "2021-02-01T10:00:00+08:00")
    answer = told(NODE, first, second, appeal("A", "T0", "annulled", "2021-03-20T10:00:00+08:00"), at="2021-04-01")
    assert ids(answer) == ["node@T2"]
    assert answer["decisions"][0]["effects"][0]["until"] == "2021-03-09T10:00:00+08:00"


@pytest.mark.parametrize(
    ("chosen", "opened"),
    [({}, ["suspend"]), ({"fine": "500"}, ["fine"]), ({"suspend": "3"}, ["suspend"]), (BOTH, ["suspend", "fine"])],
)
def test_or_both(chosen: dict[str, str], opened: list[str]) -> None:
    """The one, the other, or both where the ticket names both."""
    answer = told(
        "rule node: general >= 20 -> suspend 3d or instead fine 500 or both\n", node(**chosen), at="2021-03-02"
    )
    assert [one["name"] for one in answer["decisions"][0]["effects"]] == opened
    assert not answer["incomplete"]


def test_both_where_there_is_but_one_are_told() -> None:
    """The first alone is imposed, also where two tickets of one step name one each; nothing is lost in silence."""
    rule = "rule node: general >= 20 -> suspend 3d or instead fine 500\n"
    one = [node(**BOTH)]
    two = [ticket(id, "general", "10", "2021-03-01T10:00:00+08:00", chosen={name: BOTH[name]}) for id, name in TWO]
    for tickets in (one, two):
        answer = told(rule, *tickets, at="2021-03-02")
        assert [effect["name"] for effect in answer["decisions"][0]["effects"]] == ["suspend"]
        assert codes(answer) == ["both-chosen"] and answer["incomplete"]
