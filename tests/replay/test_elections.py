"""What stands in the place of a sanction, a fine or a closure, and for how long; fines that rules waive."""

from __future__ import annotations

from typing import Any

from tests.corrections.story import appeal, ids, promoter, ticket, told

SEVERAL = """use standard
acts chosen
sanction slow
sanction quiet
rule ban:
  general >= 40 -> suspend 60d or when chosen (slow 30d, quiet 20d)
  general >= 20 -> suspend 30d or when chosen (slow 10d, fine 500)
"""
REST = """use standard
acts allowed, exam
sanction slow
sanction review
rule looked: severe >= 5 -> review 5d
rule ban: general >= 20 -> suspend 30d frozen while review is running or when allowed slow for the rest
"""
WAIVED = """use standard
rule bill: general >= 10 -> fine 300
rule mercy: severe >= 5 -> reduce fine of bill by 100
"""


def act(name: str, at: str) -> dict[str, Any]:
    return {"event": "act", "id": f"{name}-{at[8:10]}", "identity": "promoter", "name": name, "at": at}


def runs(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["name"], (one["until"] or "")[:10]) for one in promoter(answer)["sanctions"]]


def test_all_in_the_parentheses_begin_and_those_of_the_line_that_held() -> None:
    first = ticket("T1", "general", "20", "2021-03-01T00:00:00+08:00")
    answer = told(SEVERAL, first, act("chosen", "2021-03-05T00:00:00+08:00"), at="2021-03-06")
    assert runs(answer) == [("slow", "2021-03-15")]
    assert [fine["amount"] for fine in promoter(answer)["fines"]] == ["500"]


def test_for_the_rest_of_a_sanction_whose_time_stood_still() -> None:
    """Four days ran, then the review took five; 26 days are left, and stand still in no review to come."""
    ban = ticket("T1", "general", "20", "2021-03-01T00:00:00+08:00")
    looked = ticket("T2", "severe", "5", "2021-03-05T00:00:00+08:00")
    answer = told(REST, ban, looked, act("allowed", "2021-03-20T00:00:00+08:00"), at="2021-03-21")
    assert runs(answer) == [("slow", "2021-04-05")]
    answer = told(REST, ban, looked, act("allowed", "2021-03-07T00:00:00+08:00"), at="2021-03-21")
    assert runs(answer) == [("slow", "2021-04-05")]


def test_the_rest_of_what_is_over_is_nothing() -> None:
    ban = ticket("T1", "general", "20", "2021-03-01T00:00:00+08:00")
    answer = told(REST, ban, act("allowed", "2021-04-20T00:00:00+08:00"), at="2021-04-21")
    assert runs(answer) == [] and ids(answer) == ["ban@T1"]


def test_what_a_rule_waived_stays_waived_where_its_ticket_never_counted() -> None:
    bill = ticket("T1", "general", "10", "2021-03-01T00:00:00+08:00")
    mercy = ticket("T2", "severe", "5", "2021-03-05T00:00:00+08:00")
    annulled = appeal("A", "T2", "annulled", "2021-03-10T00:00:00+08:00")
    for events, stands in (([bill, mercy], ["bill@T1", "mercy@T2"]), ([bill, mercy, annulled], ["bill@T1"])):
        answer = told(WAIVED, *events, at="2021-03-11")
        [fine] = promoter(answer)["fines"]
        assert (fine["amount"], fine["waived"], fine["open"], ids(answer)) == ("300", "100", "200", stands)
