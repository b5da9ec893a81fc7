"""What people decided: lift, waive, confirm, impose."""

from __future__ import annotations

from tests.corrections.story import CARD, SERVED, appeal, codes, ids, override, payment, promoter, ticket, told

TWENTY = ticket("T-1", "general", "20", "2021-03-05T10:00")
BAN = "general >= 20@T-1"


def test_a_lifted_sanction_ends_there() -> None:
    lifted = override("O-1", "lift", "2021-03-06T08:00", decision=BAN)
    answer = told(CARD, TWENTY, lifted, at="2021-03-07")
    assert promoter(answer)["sanctions"] == []
    assert answer["decisions"][0]["effects"][0]["until"] == "2021-03-06T08:00:00+08:00"
    assert promoter(answer)["fines"][0]["open"] == "2000"
    assert promoter(told(CARD, TWENTY, lifted, at="2021-03-06T07:59"))["sanctions"][0]["decision"] == BAN


def test_a_lifted_sanction_is_served() -> None:
    lifted = override("O-1", "lift", "2021-03-06T08:00", decision=BAN)
    paid = payment("P-1", "2000", "2021-03-06T09:00")
    assert promoter(told(SERVED, TWENTY, lifted, paid, at="2021-03-07"))["ledgers"]["general"] == "0"
    assert promoter(told(SERVED, TWENTY, paid, at="2021-03-07"))["ledgers"]["general"] == "20"


def test_a_lifted_closure_opens_again() -> None:
    closing = ticket("T-1", "severe", "100", "2021-03-05T10:00")
    lifted = override("O-1", "lift", "2021-03-06T08:00", decision="year_total >= 100@T-1")
    answer = told(CARD, closing, lifted, at="2021-03-07")
    assert not promoter(answer)["closed"]
    assert promoter(told(CARD, closing, lifted, at="2021-03-06T07:00"))["closed"]


def test_a_waived_fine_is_open_no_more_and_clears_nothing() -> None:
    waived = override("O-1", "waive", "2021-03-07T08:00", decision=BAN)
    answer = told(CARD, TWENTY, payment("P-1", "500", "2021-03-06T10:00"), waived, at="2021-03-10")
    [fine] = promoter(answer)["fines"]
    assert (fine["paid"], fine["open"], fine["waived"]) == ("500", "0", "1500")
    assert promoter(answer)["ledgers"]["general"] == "20"
    paid = payment("P-2", "2000", "2021-03-08T10:00")
    assert codes(told(CARD, TWENTY, waived, paid, at="2021-03-10")) == ["payment-fits-no-fine"]


def test_imposed_by_a_person() -> None:
    imposed = override(
        "O-1", "impose", "2021-03-07T08:00", identity="promoter", name="suspend", until="2021-03-17T08:00"
    )
    answer = told(CARD, imposed, at="2021-03-10")
    assert ids(answer) == ["impose@O-1"]
    [running] = promoter(answer)["sanctions"]
    assert (running["name"], running["until"]) == ("suspend", "2021-03-17T08:00:00+08:00")
    fined = override("O-1", "impose", "2021-03-07T08:00", identity="promoter", name="fine", amount="700")
    assert promoter(told(CARD, fined, at="2021-03-10"))["fines"][0]["amount"] == "700"
    closed = override("O-1", "impose", "2021-03-07T08:00", identity="promoter", name="close_identity")
    assert promoter(told(CARD, closed, at="2021-03-10"))["closed"]


def test_nothing_to_act_on() -> None:
    answer = told(CARD, TWENTY, override("O-1", "lift", "2021-03-04T08:00", decision=BAN), at="2021-03-10")
    assert codes(answer) == ["override-without-effect"]
    confirmed = override("O-1", "confirm", "2021-03-06T08:00", decision=BAN)
    assert codes(told(CARD, TWENTY, confirmed, at="2021-03-10")) == ["override-without-effect"]
    unknown = override("O-1", "impose", "2021-03-07T08:00", identity="promoter", name="suspnd")
    answer = told(CARD, unknown, at="2021-03-10")
    assert answer["incomplete"] and codes(answer) == ["unknown-sanction"]


def test_of_two_that_a_person_imposed_at_one_instant_each_is_waived_by_its_own_name() -> None:
    fines = [
        override(id, "impose", "2021-03-07T08:00", identity="promoter", name="fine", amount=amount)
        for id, amount in (("O-1", "700"), ("O-2", "900"))
    ]
    waived = override("O-3", "waive", "2021-03-08T08:00", decision="impose@O-1")
    answer = told(CARD, *fines, waived, at="2021-03-10")
    assert [(fine["decision"], fine["open"]) for fine in promoter(answer)["fines"]] == [
        ("impose@O-1", "0"),
        ("impose@O-2", "900"),
    ]


TEN = [ticket(f"T-{n}", "general", "10", f"2021-03-0{n}T10:00") for n in (1, 2, 3)]


def test_what_people_did_before_a_correction_stays_done() -> None:
    """It acted on a decision that stood then, so there is nothing to check, though the decision is taken back."""
    people = [override("O-1", "lift", "2021-03-03T08:00", decision="general >= 20@T-2")]
    people.append(override("O-2", "waive", "2021-03-03T08:00", decision="general >= 20@T-2"))
    people.append(override("O-3", "waive", "2021-04-01T10:00", decision="general >= 20@T-2"))
    annulled = appeal("A-1", "T-1", "annulled", "2021-04-01T10:00")
    answer = told(CARD, *TEN[:2], *people, annulled, at="2021-05-01")
    assert [one["decision"] for one in answer["rescinded"]] == ["general >= 20@T-2"]
    acted = {one["event"]: (one["decision"], one["acted"]) for one in answer["overrides"]}
    assert acted["O-1"] == acted["O-2"] == ("general >= 20@T-2", True)
    assert not acted["O-3"][1], "it came with the appeal, when nothing was left to waive"
    assert [(one["code"], one["event"]) for one in answer["anomalies"]] == [("override-without-effect", "O-3")]


def test_a_confirmation_stays_done_when_a_second_appeal_takes_the_decision_back() -> None:
    first = appeal("A-1", "T-1", "annulled", "2021-04-01T10:00")
    confirmed = override("O-1", "confirm", "2021-04-03T08:00", decision="general >= 20@T-3")
    second = appeal("A-2", "T-2", "annulled", "2021-05-01T10:00")
    answer = told(CARD, *TEN, payment("P-1", "2000", "2021-03-02T11:00"), first, confirmed, second, at="2021-06-01")
    assert [one["decision"] for one in answer["rescinded"]] == ["general >= 20@T-2", "general >= 20@T-3"]
    assert answer["overrides"][0]["acted"]
    assert "override-without-effect" not in codes(answer)


def test_nobody_confirms_before_the_appeal_what_it_brings_up() -> None:
    """A confirmation that came first found nothing, and a correction makes nothing worse in the past."""
    tickets = [ticket(f"T-{n}", "general", "10", f"2021-03-0{n}T10:00") for n in (1, 2, 3)]
    annulled = appeal("A-1", "T-1", "annulled", "2021-04-01T10:00")
    review = "general >= 20@T-3"
    early = override("O-1", "confirm", "2021-03-20T08:00", decision=review)
    answer = told(CARD, *tickets, early, annulled, at="2021-05-01")
    assert ids(answer) == [] and codes(answer) == ["override-without-effect"]
    assert [one["id"] for one in answer["for_review"]] == [review]
    later = override("O-1", "confirm", "2021-04-01T10:00", decision=review)
    assert ids(told(CARD, *tickets, later, annulled, at="2021-05-01")) == [review]


def test_the_fine_of_a_confirmed_excess_waits_for_the_sanction_that_starts_then() -> None:
    policy = (
        "policy excess\n  use standard\nsanction block\n"
        "rule ev: every 12 of severe -> block 2d each, fine 100 each clears severe when served\n"
    )
    tickets = [ticket("T-0", "severe", "1", "2021-02-01T10:00"), ticket("T-1", "severe", "11", "2021-02-02T10:00")]
    tickets += [ticket("T-2", "severe", "23", "2021-02-10T10:00")]
    annulled = appeal("A-1", "T-1", "annulled", "2021-03-15T10:00")
    confirmed = override("O-1", "confirm", "2021-04-02T10:00", decision="ev@T-2")
    answer = told(policy, *tickets, annulled, confirmed, at="2021-05-01")
    first, excess = promoter(answer)["fines"]
    assert (first["served_at"], excess["served_at"]) == ("2021-02-12T10:00:00+08:00", "2021-04-04T10:00:00+08:00")


def test_a_closure_that_is_lifted_leaves_its_flag_up() -> None:
    """The identity is open again, and the reset is blocked all the same."""
    events = [
        ticket("T-1", "severe", "100", "2021-03-01T10:00"),
        override("O-1", "lift", "2021-04-01T10:00", decision="year_total >= 100@T-1"),
    ]
    answer = promoter(told(CARD, *events, at="2022-02-01"))
    assert (answer["closed"], answer["flags"], answer["ledgers"]["severe"]) == (False, ["no_reset"], "100")
