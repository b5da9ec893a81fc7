"""Tickets that take effect after their period was closed."""

from __future__ import annotations

from tests.corrections.story import CARD, codes, ids, payment, promoter, ticket, told

FIRST = ticket("T-1", "general", "12", "2021-11-20T10:00")
LATE = ticket("T-2", "general", "9", "2022-01-05T14:00", issued="2021-12-29T09:00")


def test_a_late_ticket_reaches_the_node_of_its_own_year() -> None:
    answer = told(CARD, FIRST, LATE, at="2022-01-06")
    assert ids(answer) == ["general >= 20@T-2/2021"]
    [decision] = answer["decisions"]
    assert (decision["at"], decision["period"]) == ("2022-01-05T14:00:00+08:00", "2021")
    assert decision["effects"][0]["until"] == "2022-01-08T14:00:00+08:00"
    [because] = decision["because"]
    assert (because["before"], because["after"]) == ("12", "21")
    assert [(e["event"], e["balance"]) for e in because["entries"]] == [("T-1", "12"), ("T-2", "21")]
    assert promoter(answer)["ledgers"] == {"general": "0", "severe": "0"}
    assert promoter(answer)["measures"] == {"year_total": "0"}
    assert not answer["incomplete"]


def test_its_fine_belongs_to_the_closed_year_and_clears_nothing() -> None:
    new = ticket("T-3", "general", "5", "2022-01-07T10:00")
    paid = payment("P-1", "2000", "2022-01-08T10:00", decision="general >= 20@T-2/2021")
    answer = told(CARD, FIRST, LATE, new, paid, at="2022-02-01")
    assert promoter(answer)["ledgers"]["general"] == "5"
    [fine] = promoter(answer)["fines"]
    assert (fine["open"], fine["cleared"]) == ("0", [])
    unnamed = told(CARD, FIRST, LATE, new, payment("P-1", "2000", "2022-01-08T10:00"), at="2022-02-01")
    assert promoter(unnamed)["ledgers"]["general"] == "5"


def test_what_was_cleared_in_the_closed_year_does_not_count_there() -> None:
    tickets = [
        ticket("T-1", "general", "20", "2021-05-01T10:00"),
        ticket("T-2", "general", "6", "2021-09-01T10:00"),
        ticket("T-3", "general", "13", "2022-01-04T10:00", issued="2021-12-30T10:00"),
    ]
    paid = payment("P-1", "2000", "2021-05-02T10:00")
    answer = told(CARD, *tickets, paid, at="2022-02-01")
    assert ids(answer) == ["general >= 20@T-1"]
    heavier = ticket("T-3", "general", "14", "2022-01-04T10:00", issued="2021-12-30T10:00")
    assert ids(told(CARD, *tickets[:2], heavier, paid, at="2022-02-01")) == [
        "general >= 20@T-1",
        "general >= 20@T-3/2021",
    ]


def test_the_latch_of_the_closed_year_is_spent() -> None:
    unpaid = ticket("T-1", "general", "20", "2021-05-01T10:00")
    assert ids(told(CARD, unpaid, LATE, at="2022-02-01")) == ["general >= 20@T-1"]


def test_a_late_ticket_closes_and_the_year_runs_on() -> None:
    answer = told(
        CARD,
        ticket("T-1", "general", "60", "2021-03-01T10:00"),
        ticket("T-2", "severe", "34", "2021-04-01T10:00"),
        ticket("T-3", "general", "8", "2022-01-04T10:00", issued="2021-12-30T10:00"),
        at="2022-01-05",
    )
    assert ids(answer) == ["general >= 20@T-1", "year_total >= 100@T-3/2021"]
    here = promoter(answer)
    assert here["closed"] and here["flags"] == ["no_reset"]
    assert here["ledgers"] == {"general": "68", "severe": "34"}
    assert here["measures"] == {"year_total": "102"}


def test_the_days_in_between_stay_as_they_were() -> None:
    events = [
        ticket("T-1", "general", "10", "2021-03-01T10:00"),
        ticket("T-2", "severe", "85", "2021-04-01T10:00"),
        ticket("T-4", "general", "15", "2022-01-02T10:00"),
        ticket("T-3", "severe", "5", "2022-01-04T10:00", issued="2021-12-30T10:00"),
    ]
    before = promoter(told(CARD, *events, at="2022-01-03"))
    assert before["ledgers"] == {"general": "15", "severe": "0"} and not before["closed"]
    after = promoter(told(CARD, *events, at="2022-01-05"))
    assert after["closed"]
    assert after["ledgers"] == {"general": "25", "severe": "90"}
    assert after["measures"] == {"year_total": "115"}
    # The unbroken year is blocked at its next date too.
    later = promoter(told(CARD, *events, at="2023-06-01"))
    assert later["ledgers"] == after["ledgers"]


def test_a_fine_of_either_year_clears_the_year_that_runs_on() -> None:
    events = [
        ticket("T-1", "general", "20", "2021-03-01T10:00"),
        ticket("T-2", "severe", "70", "2021-04-01T10:00"),
        ticket("T-3", "severe", "10", "2022-01-04T10:00", issued="2021-12-30T10:00"),
    ]
    paid = payment("P-1", "2000", "2022-01-10T10:00")
    answer = told(CARD, *events, paid, at="2022-02-01")
    assert promoter(answer)["ledgers"] == {"general": "0", "severe": "80"}
    assert promoter(answer)["measures"] == {"year_total": "100"}


def test_tickets_of_two_years_in_one_step() -> None:
    answer = told(
        CARD,
        ticket("T-1", "general", "15", "2021-11-20T10:00"),
        ticket("T-9", "general", "5", "2022-01-05T14:00", issued="2021-12-29T09:00"),
        ticket("T-8", "general", "20", "2022-01-05T14:00", issued="2022-01-02T09:00"),
        at="2022-01-06",
    )
    assert ids(answer) == ["general >= 20@T-8", "general >= 20@T-9/2021"]
    assert [d["period"] for d in answer["decisions"]] == ["2022", "2021"]
    assert promoter(answer)["ledgers"]["general"] == "20"


def test_late_by_itself_has_a_period_of_its_own() -> None:
    """Nothing else ever happened: the year of the ticket exists all the same."""
    answer = told(CARD, ticket("T-1", "general", "25", "2022-01-05T14:00", issued="2021-12-29T09:00"), at="2022-02-01")
    assert ids(answer) == ["general >= 20@T-1/2021"]
    assert promoter(answer)["ledgers"]["general"] == "0"


def test_late_tickets_until() -> None:
    policy = "policy shop\n  use standard\n  late tickets until 6 months\n" + CARD
    in_time = ticket("T-1", "general", "25", "2022-06-30T23:59", issued="2021-12-29T09:00")
    assert ids(told(policy, in_time, at="2022-08-01")) == ["general >= 20@T-1/2021"]
    too_late = ticket("T-1", "general", "25", "2022-07-01T00:00", issued="2021-12-29T09:00")
    answer = told(policy, too_late, at="2022-08-01")
    assert ids(answer) == []
    assert codes(answer) == ["late-ticket-out-of-time"]
    assert not answer["incomplete"]


def test_counted_by_effective_no_ticket_is_late() -> None:
    policy = "policy shop\n  use standard\n  count by effective\n" + CARD
    answer = told(policy, FIRST, LATE, at="2022-01-06")
    assert ids(answer) == []
    assert promoter(answer)["ledgers"]["general"] == "9"
