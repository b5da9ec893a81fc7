"""Sanctions that begin with the next act of a name."""

from __future__ import annotations

from typing import Any

from tests.corrections.story import appeal, ids, override, promoter, ticket, told

POLICY = """acts race
rule ban: general >= 20 -> suspend until 1 race from next race
rule after when suspend ends: -> consume 20 of general
"""


def race(number: int) -> dict[str, Any]:
    return {
        "event": "act",
        "id": f"R{number}",
        "identity": "promoter",
        "name": "race",
        "at": f"2021-03-{number:02}T12:00:00+08:00",
    }


T1 = ticket("T1", "general", "23", "2021-03-07T12:00:00+08:00")


def test_the_race_of_its_own_instant_is_not_the_next() -> None:
    answer = told(POLICY, T1, race(7), at="2021-03-10")
    [sanction] = answer["decisions"][0]["effects"]
    assert (sanction["from"], sanction["until"], sanction["open_until"]) == (None, None, ["next race", "1 race"])
    assert promoter(answer)["sanctions"] == [] and promoter(answer)["waiting"][0]["from"] is None


def test_it_runs_from_the_next_race_until_the_one_behind_it() -> None:
    answer = told(POLICY, T1, race(7), race(14), at="2021-03-20")
    assert promoter(answer)["sanctions"][0]["from"] == "2021-03-14T12:00:00+08:00"
    answer = told(POLICY, T1, race(7), race(14), race(21), at="2021-03-22")
    assert ids(answer) == ["ban@T1", "after@R21"]
    assert answer["decisions"][0]["effects"][0]["until"] == "2021-03-21T12:00:00+08:00"
    assert promoter(answer)["ledgers"]["general"] == "3"


def test_what_has_not_begun_can_be_lifted_and_taken_back() -> None:
    lifted = override("O", "lift", "2021-03-10T12:00:00+08:00", decision="ban@T1")
    answer = told(POLICY, T1, lifted, race(14), at="2021-03-20")
    assert promoter(answer)["sanctions"] == promoter(answer)["waiting"] == []
    answer = told(POLICY, T1, race(14), appeal("A", "T1", "annulled", "2021-03-16T12:00:00+08:00"), at="2021-03-20")
    [back] = answer["rescinded"]
    assert back["served"] == [{"from": "2021-03-14T12:00:00+08:00", "until": "2021-03-16T12:00:00+08:00"}]


def test_it_is_counted_from_its_decision() -> None:
    twice = POLICY + "rule again: count(suspend) in 30 days >= 1 and severe >= 10 -> suspend 9d\n"
    severe = ticket("T2", "severe", "10", "2021-03-08T12:00:00+08:00")
    assert ids(told(twice, T1, severe, at="2021-03-10")) == ["ban@T1", "again@T2"]
