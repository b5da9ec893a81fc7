"""Which decision a payment or a person means: any ticket of its step may stand in its id."""

from __future__ import annotations

from tests.corrections.story import CARD, appeal, codes, ids, override, payment, promoter, ticket, told

LATE = ticket("T-1", "general", "20", "2022-01-05T10:00", issued="2021-12-28T10:00")
NEW = ticket("T-2", "general", "30", "2022-01-05T10:00")
OLD_YEAR, NEW_YEAR = "general >= 20@T-1/2021", "general >= 20@T-2"
"""One step, two years: a decision about each."""


def test_a_ticket_of_the_step_names_the_decision_about_the_year_that_is_said() -> None:
    for name, decision in {
        "general >= 20@T-1/2021": OLD_YEAR,
        "general >= 20@T-2/2021": OLD_YEAR,
        "general >= 20@T-1": NEW_YEAR,
        "general >= 20@T-2": NEW_YEAR,
        "general >= 20@T-2/2022": NEW_YEAR,
    }.items():
        answer = told(CARD, LATE, NEW, payment("P-1", "700", "2022-01-06T10:00", decision=name), at="2022-02-01")
        assert ids(answer) == [OLD_YEAR, NEW_YEAR]
        assert {fine["decision"]: fine["paid"] for fine in promoter(answer)["fines"]} == {
            OLD_YEAR: "700" if decision == OLD_YEAR else "0",
            NEW_YEAR: "700" if decision == NEW_YEAR else "0",
        }, name


def test_without_its_year_where_no_other_decision_is_meant() -> None:
    paid = payment("P-1", "700", "2022-01-06T10:00", decision="general >= 20@T-1")
    answer = told(CARD, LATE, paid, at="2022-02-01")
    assert ids(answer) == [OLD_YEAR] and promoter(answer)["fines"][0]["paid"] == "700"
    # When it is taken back, that money is owed back as well.
    gone = told(CARD, LATE, paid, appeal("A-1", "T-1", "annulled", "2022-01-20T10:00"), at="2022-02-01")
    assert [one["owed_back"] for one in gone["rescinded"]] == [{"amount": "700", "payments": ["P-1"]}]
    assert gone["anomalies"] == []


def test_an_annulled_ticket_of_another_year_does_not_name_what_is_left() -> None:
    """The ban of the new year is lifted; later its ticket is annulled. That lifts no ban about the old year."""
    events = [
        LATE,
        NEW,
        override("O-1", "lift", "2022-01-06T10:00", decision=NEW_YEAR),
        appeal("A-1", "T-2", "annulled", "2022-01-20T10:00"),
    ]
    answer = told(CARD, *events, at="2022-02-01")
    assert ids(answer) == [OLD_YEAR]
    assert answer["decisions"][0]["effects"][0]["until"] == "2022-01-08T10:00:00+08:00"
    # Of a step whose first ticket is annulled, the id of then still names what is left.
    two = [{**LATE, "points": "5"}, ticket("T-3", "general", "25", "2022-01-05T10:00", issued="2021-12-28T10:00")]
    lifted = override("O-1", "lift", "2022-01-06T10:00", decision=OLD_YEAR)
    answer = told(CARD, *two, lifted, appeal("A-1", "T-1", "annulled", "2022-01-20T10:00"), at="2022-02-01")
    assert ids(answer) == ["general >= 20@T-3/2021"]
    assert answer["decisions"][0]["effects"][0]["until"] == "2022-01-06T10:00:00+08:00"


def test_a_decision_of_which_no_ticket_is_on_record_is_odd_and_no_error() -> None:
    paid = payment("P-1", "700", "2022-01-06T10:00", decision="general >= 20@T-9")
    del paid["identity"]
    lifted = override("O-1", "lift", "2022-01-06T10:00", decision="general >= 20@T-9")
    answer = told(CARD, LATE, paid, lifted, at="2022-02-01")
    assert codes(answer) == ["unknown-decision", "unknown-decision"] and not answer["incomplete"]
    assert [one["amount"] for one in answer["anomalies"]] == [None, "700"]
    # What says whom it concerns is odd in its own way; and what names nothing at all is a mistake.
    assert codes(told(CARD, {**paid, "identity": "promoter"}, at="2022-02-01")) == ["payment-names-no-decision"]
    del paid["decision"]
    assert told(CARD, paid, at="2022-02-01")["incomplete"]


def test_what_names_one_decision_confirms_and_is_owed_for_no_other() -> None:
    """Two decisions of one step; the ids of what stands and of what is for review or taken back are kept apart."""
    first = ticket("T-0", "general", "15", "2021-03-01T10:00")
    second = ticket("T-9", "general", "10", "2021-06-01T10:00")
    late = {**LATE, "points": "10"}
    gone = appeal("A-1", "T-9", "annulled", "2022-01-20T10:00")
    confirmed = override("O-1", "confirm", "2022-01-25T10:00", decision=NEW_YEAR)
    answer = told(CARD, first, second, late, NEW, gone, confirmed, at="2022-02-01")
    # Without T-9 the late ticket reaches 20 in the old year: that is for review, and nobody named it.
    assert ids(answer) == [NEW_YEAR]
    assert [one["id"] for one in answer["for_review"]] == [OLD_YEAR]
    assert "override-without-effect" in codes(answer)
    # Money that names what stands is not owed back for what was taken back beside it.
    paid = payment("P-1", "2500", "2022-01-10T10:00", decision=NEW_YEAR)
    taken = appeal("A-2", "T-1", "annulled", "2022-01-20T10:00")
    answer = told(CARD, LATE, NEW, paid, taken, at="2022-02-01")
    assert [(one["decision"], one["owed_back"]["amount"]) for one in answer["rescinded"]] == [(OLD_YEAR, "0")]
    assert [one["amount"] for one in answer["anomalies"]] == ["500"]
