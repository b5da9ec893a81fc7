"""Money owed back: which payment belongs to which decision that was taken back, after several appeals."""

from __future__ import annotations

from typing import Any

from tests.corrections.story import CARD, appeal, payment, promoter, ticket, told

FIRST = ticket("T-1", "general", "20", "2021-03-01T10:00")
SECOND = ticket("T-2", "general", "20", "2022-03-01T10:00")
THIRD = ticket("T-3", "general", "20", "2023-03-01T10:00")


def owed(answer: Any) -> dict[str, tuple[str, list[str]]]:
    """What is owed back, by decision."""
    return {one["decision"]: (one["owed_back"]["amount"], one["owed_back"]["payments"]) for one in answer["rescinded"]}


def test_one_payment_for_two_fines_that_two_appeals_take_back() -> None:
    events = [
        FIRST,
        SECOND,
        payment("P-1", "4000", "2022-04-01T10:00"),
        appeal("A-1", "T-1", "annulled", "2022-05-01T10:00"),
        appeal("A-2", "T-2", "annulled", "2022-06-01T10:00"),
    ]
    answer = told(CARD, *events, at="2022-12-01")
    assert owed(answer) == {"general >= 20@T-1": ("2000", ["P-1"]), "general >= 20@T-2": ("2000", ["P-1"])}
    assert answer["anomalies"] == []
    # Until the second appeal the other half of the payment stays where it is.
    before = told(CARD, *events, at="2022-12-01", known="2022-05-15")
    assert owed(before) == {"general >= 20@T-1": ("2000", ["P-1"])}
    assert promoter(before)["fines"][0]["paid"] == "2000"


def test_three_appeals_in_two_years() -> None:
    """The last payment pays the rest of the second fine and the whole third; in the end all of them are taken back."""
    events = [
        FIRST,
        payment("P-1", "2000", "2021-03-02T10:00"),
        SECOND,
        payment("P-2", "1500", "2022-03-02T10:00"),
        THIRD,
        payment("P-3", "2500", "2023-03-02T10:00"),
        appeal("A-1", "T-3", "annulled", "2023-04-01T10:00"),
        appeal("A-2", "T-1", "annulled", "2023-05-01T10:00"),
        appeal("A-3", "T-2", "annulled", "2023-06-01T10:00"),
    ]
    answer = told(CARD, *events, at="2023-12-01")
    assert owed(answer) == {
        "general >= 20@T-1": ("2000", ["P-1"]),
        "general >= 20@T-2": ("2000", ["P-2", "P-3"]),
        "general >= 20@T-3": ("2000", ["P-3"]),
    }
    assert answer["anomalies"] == []


def test_money_that_moves_to_another_fine_pushes_out_what_had_paid_that() -> None:
    """Without T-1 its payment fills the fine of T-2; what had named that one fits nothing any more."""
    events = [
        FIRST,
        SECOND,
        payment("P-1", "2000", "2022-03-02T10:00"),
        payment("P-2", "2000", "2022-03-03T10:00", decision="general >= 20@T-2"),
        payment("P-3", "300", "2022-03-04T10:00"),
        appeal("A-1", "T-1", "annulled", "2022-05-01T10:00"),
    ]
    answer = told(CARD, *events, at="2022-12-01")
    assert owed(answer) == {"general >= 20@T-1": ("2000", ["P-2"])}
    # P-3 never filled anything, and is nobody's.
    assert [(one["event"], one["amount"]) for one in answer["anomalies"]] == [("P-3", "300")]
    [fine] = promoter(answer)["fines"]
    assert (fine["decision"], fine["open"]) == ("general >= 20@T-2", "0")


def test_money_that_comes_after_the_appeal_and_before_it_is_on_record() -> None:
    """It pays the fine in good faith; by the record it fits nothing once the appeal is known."""
    events = [
        FIRST,
        payment("P-1", "500", "2021-03-02T10:00"),
        payment("P-2", "1800", "2021-05-10T10:00"),
        appeal("A-1", "T-1", "annulled", "2021-05-01T10:00", recorded="2021-06-01T10:00"),
    ]
    answer = told(CARD, *events, at="2021-12-01")
    assert owed(answer) == {"general >= 20@T-1": ("2000", ["P-1", "P-2"])}
    assert [(one["event"], one["amount"]) for one in answer["anomalies"]] == [("P-2", "300")]


def test_a_decision_of_an_appealed_record_is_taken_back_too() -> None:
    """Without T-1 the identity was not closed, so T-3 was decided on after the first appeal; then that falls, too."""
    events = [
        ticket("T-1", "severe", "100", "2021-03-01T10:00"),
        appeal("A-1", "T-1", "annulled", "2021-03-05T10:00"),
        ticket("T-3", "general", "20", "2021-04-01T10:00"),
        payment("P-1", "2500", "2021-04-02T10:00"),
        appeal("A-2", "T-3", "annulled", "2021-06-01T10:00"),
    ]
    answer = told(CARD, *events, at="2021-12-01")
    assert owed(answer) == {
        "general >= 20@T-3": ("2000", ["P-1"]),
        "year_total >= 100@T-1": ("0", []),
    }
    assert [(one["event"], one["amount"]) for one in answer["anomalies"]] == [("P-1", "500")]


def test_money_for_a_decision_that_never_stood_by_the_record_as_it_is_now() -> None:
    """T-1 and T-2 made the node; T-1 was annulled, and the money was owed back. Then T-0 comes on record: by that the
    node was reached with T-0 already, so that the decision which the payment names never stood."""
    events = [
        ticket("T-1", "general", "10", "2021-02-01T10:00"),
        ticket("T-2", "general", "11", "2021-02-10T10:00"),
        payment("P-1", "2000", "2021-02-11T10:00", decision="general >= 20@T-2"),
        appeal("A-1", "T-1", "annulled", "2021-02-15T10:00"),
        ticket("T-0", "general", "10", "2021-02-05T10:00", recorded="2021-03-01T10:00"),
    ]
    before = told(CARD, *events, at="2021-12-01", known="2021-02-20")
    assert owed(before) == {"general >= 20@T-2": ("2000", ["P-1"])}
    answer = told(CARD, *events, at="2021-12-01")
    assert owed(answer) == {"general >= 20@T-0": ("0", [])}
    assert ("payment-names-no-decision", "2000") in [(one["code"], one["amount"]) for one in answer["anomalies"]]
