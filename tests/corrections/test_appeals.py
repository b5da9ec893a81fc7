"""Appeals: what is taken back, what is owed, what a person must confirm."""

from __future__ import annotations

from typing import Any

from tests.corrections.story import CARD, STAYS, appeal, codes, ids, override, payment, promoter, ticket, told

ONE = ticket("T-1", "general", "10", "2021-03-01T10:00")
TWO = ticket("T-2", "general", "10", "2021-03-05T10:00")
PAID = payment("P-1", "2000", "2021-03-06T09:00")
ANNULLED = appeal("A-1", "T-1", "annulled", "2021-03-20T12:00")
BAN = "general >= 20@T-2"


def test_filed_and_rejected_change_nothing() -> None:
    plain = told(CARD, ONE, TWO, PAID, at="2021-04-01")
    for outcome in ("filed", "rejected"):
        answer = told(CARD, ONE, TWO, PAID, {**ANNULLED, "outcome": outcome}, at="2021-04-01")
        appeals = promoter(answer).pop("appeals")
        assert [one["event"] for one in appeals] == (["A-1"] if outcome == "filed" else [])
        promoter(plain).pop("appeals", None)
        assert (answer["decisions"], answer["status"]) == (plain["decisions"], plain["status"])
        assert answer["anomalies"] == []


def test_an_annulled_ticket_takes_its_decision_back() -> None:
    answer = told(CARD, ONE, TWO, PAID, ANNULLED, at="2021-04-01")
    assert ids(answer) == []
    [taken] = answer["rescinded"]
    assert taken["decision"] == BAN
    assert taken["owed_back"] == {"amount": "2000", "payments": ["P-1"]}
    assert taken["served"] == [{"from": "2021-03-05T10:00:00+08:00", "until": "2021-03-08T10:00:00+08:00"}]
    assert promoter(answer)["ledgers"]["general"] == "10"
    assert promoter(answer)["fines"] == []
    assert answer["for_review"] == [] and answer["anomalies"] == []


def test_it_never_counted_at_any_instant() -> None:
    answer = told(CARD, ONE, TWO, PAID, ANNULLED, at="2021-03-05T12:00")
    assert ids(answer) == []
    [taken] = answer["rescinded"]
    assert taken["owed_back"] == {"amount": "0", "payments": []}
    assert taken["served"] == [{"from": "2021-03-05T10:00:00+08:00", "until": "2021-03-05T12:00:00+08:00"}]


def test_before_it_was_known_it_stood() -> None:
    answer = told(CARD, ONE, TWO, PAID, ANNULLED, at="2021-04-01", known="2021-03-20T11:59")
    assert ids(answer) == [BAN]
    assert answer["rescinded"] == []
    assert answer["known_at"] == "2021-03-20T11:59:00+08:00"


def test_an_appeal_during_the_ban_ends_the_time_served() -> None:
    answer = told(CARD, ONE, TWO, {**ANNULLED, "at": "2021-03-06T10:00"}, at="2021-04-01")
    [taken] = answer["rescinded"]
    assert taken["served"] == [{"from": "2021-03-05T10:00:00+08:00", "until": "2021-03-06T10:00:00+08:00"}]


def test_a_decision_that_moves_is_for_review() -> None:
    three = ticket("T-3", "general", "10", "2021-03-10T10:00")
    answer = told(CARD, ONE, TWO, three, ANNULLED, at="2021-04-01")
    assert ids(answer) == []
    assert [taken["decision"] for taken in answer["rescinded"]] == [BAN]
    [review] = answer["for_review"]
    assert (review["id"], review["at"]) == ("general >= 20@T-3", "2021-03-10T10:00:00+08:00")
    here = promoter(answer)
    assert here["ledgers"]["general"] == "20" and here["fines"] == [] and here["sanctions"] == []
    # Its latch is spent: the next ticket does not fire again.
    four = ticket("T-4", "general", "1", "2021-03-25T10:00")
    assert ids(told(CARD, ONE, TWO, three, ANNULLED, four, at="2021-04-01")) == []


def test_confirmed_it_takes_effect_from_then_on() -> None:
    three = ticket("T-3", "general", "10", "2021-03-10T10:00")
    confirmed = override("O-1", "confirm", "2021-03-22T08:00", decision="general >= 20@T-3", identity="promoter")
    answer = told(CARD, ONE, TWO, three, ANNULLED, confirmed, at="2021-03-23")
    assert ids(answer) == ["general >= 20@T-3"]
    assert answer["for_review"] == []
    [decision] = answer["decisions"]
    assert decision["at"] == "2021-03-10T10:00:00+08:00"
    assert decision["effects"][0]["from"] == "2021-03-22T08:00:00+08:00"
    assert decision["effects"][0]["until"] == "2021-03-25T08:00:00+08:00"
    assert promoter(answer)["fines"][0]["open"] == "2000"


def test_from_the_appeal_on_decisions_are_ordinary() -> None:
    three = ticket("T-3", "general", "10", "2021-03-20T12:00")
    answer = told(CARD, ONE, TWO, PAID, ANNULLED, three, at="2021-04-01")
    assert ids(answer) == ["general >= 20@T-3"]
    assert answer["for_review"] == []


def test_money_finds_another_fine_first() -> None:
    """The unnamed payment of a fine that is taken back fills the one that stands."""
    events = [
        ONE,
        TWO,
        PAID,
        ticket("T-3", "general", "10", "2021-03-07T10:00"),
        ticket("T-4", "general", "10", "2021-03-09T10:00"),
        payment("P-2", "2000", "2021-03-21T10:00"),
        ANNULLED,
    ]
    answer = told(CARD, *events, at="2021-04-01")
    # Without T-1, T-2 and T-3 make 20 on 7 March, which nobody decided then; it spends the latch, so T-4 fires nothing.
    assert [taken["decision"] for taken in answer["rescinded"]] == [BAN, "general >= 20@T-4"]
    assert [review["id"] for review in answer["for_review"]] == ["general >= 20@T-3"]
    assert [taken["owed_back"] for taken in answer["rescinded"]] == [
        {"amount": "2000", "payments": ["P-1"]},
        {"amount": "2000", "payments": ["P-2"]},
    ]
    assert promoter(answer)["ledgers"]["general"] == "30"


def test_what_exceeds_the_fine_stays_an_oddity() -> None:
    answer = told(CARD, ONE, TWO, payment("P-1", "2500", "2021-03-06T09:00"), ANNULLED, at="2021-04-01")
    assert answer["rescinded"][0]["owed_back"] == {"amount": "2000", "payments": ["P-1"]}
    [left] = answer["anomalies"]
    assert (left["code"], left["amount"]) == ("payment-fits-no-fine", "500")


def test_a_named_payment_is_owed_back_whole() -> None:
    named = payment("P-1", "1500", "2021-03-06T09:00", decision=BAN)
    after = payment("P-2", "300", "2021-03-25T09:00", decision="general >= 20@T-2")
    answer = told(CARD, ONE, TWO, named, after, ANNULLED, at="2021-04-01")
    assert answer["rescinded"][0]["owed_back"] == {"amount": "1800", "payments": ["P-1", "P-2"]}
    assert answer["anomalies"] == []


def test_stays_cleared() -> None:
    answer = told(STAYS, ONE, TWO, PAID, ANNULLED, at="2021-04-01")
    assert ids(answer) == []
    assert answer["rescinded"][0]["owed_back"] == {"amount": "0", "payments": []}
    assert promoter(answer)["ledgers"]["general"] == "0"
    assert promoter(answer)["fines"] == []
    unpaid = told(STAYS, ONE, TWO, ANNULLED, at="2021-04-01")
    assert promoter(unpaid)["ledgers"]["general"] == "10"


def test_repealed_leaves_from_then_on_and_takes_nothing_back() -> None:
    repealed = {**ANNULLED, "outcome": "repealed"}
    answer = told(CARD, ONE, TWO, repealed, at="2021-04-01")
    assert ids(answer) == [BAN] and answer["rescinded"] == []
    assert promoter(answer)["ledgers"]["general"] == "10"
    assert promoter(answer)["measures"]["year_total"] == "10"
    assert promoter(told(CARD, ONE, TWO, repealed, at="2021-03-19"))["ledgers"]["general"] == "20"
    # Below 20 again the rule is armed; the next ten points fire it.
    again = ticket("T-3", "general", "10", "2021-03-21T10:00")
    assert ids(told(CARD, ONE, TWO, repealed, again, at="2021-04-01")) == [BAN, "general >= 20@T-3"]


def test_annulled_beats_repealed() -> None:
    both = [{**ANNULLED, "outcome": "repealed"}, {**ANNULLED, "id": "A-2", "at": "2021-03-10T10:00"}]
    assert ids(told(CARD, ONE, TWO, *both, at="2021-04-01")) == []


def test_reduced_keeps_its_id_and_dates() -> None:
    reduced = appeal("A-1", "T-2", "reduced", "2021-03-20T12:00", points="4")
    answer = told(CARD, ONE, TWO, reduced, at="2021-04-01")
    assert ids(answer) == [] and [taken["decision"] for taken in answer["rescinded"]] == [BAN]
    assert promoter(answer)["ledgers"]["general"] == "14"
    still = appeal("A-1", "T-2", "reduced", "2021-03-20T12:00", points="4")
    heavy = ticket("T-1", "general", "16", "2021-03-01T10:00")
    kept = told(CARD, heavy, TWO, still, at="2021-04-01")
    assert ids(kept) == [BAN] and kept["rescinded"] == []
    assert kept["decisions"][0]["because"][0]["after"] == "20"


def test_reduced_where_two_ledgers_are_posted_to() -> None:
    policy = "policy shop\n  use standard\noffence both -> general +10, severe +10\n" + CARD
    two = {"event": "ticket", "id": "T-1", "identity": "promoter", "offence": "both", "effective": "2021-03-01T10:00"}
    answer = told(policy, two, appeal("A-1", "T-1", "reduced", "2021-03-20T12:00", points="4"), at="2021-04-01")
    assert answer["incomplete"] and codes(answer) == ["reduced-two-ledgers"]


def test_a_reduction_that_is_none() -> None:
    answer = told(CARD, ONE, appeal("A-1", "T-1", "reduced", "2021-03-20T12:00", points="11"), at="2021-04-01")
    assert answer["incomplete"] and codes(answer) == ["reduced-not-less"]


def test_an_unknown_ticket() -> None:
    answer = told(CARD, ONE, appeal("A-1", "T-7", "annulled", "2021-03-20T12:00"), at="2021-04-01")
    assert not answer["incomplete"] and codes(answer) == ["unknown-ticket"]


CLOSED = [
    ticket("T-1", "severe", "60", "2021-03-01T10:00"),
    ticket("T-2", "severe", "38", "2021-06-01T10:00"),
    ticket("T-3", "severe", "9", "2021-09-01T10:00"),
]


def test_a_closure_is_revoked_and_the_old_year_cleared() -> None:
    gone = appeal("A-1", "T-3", "annulled", "2022-02-10T10:00")
    new = ticket("T-4", "severe", "5", "2022-01-15T10:00")
    standing = promoter(told(CARD, *CLOSED, new, at="2022-02-01"))
    assert standing["closed"] and standing["ledgers"]["severe"] == "112"
    answer = told(CARD, *CLOSED, new, gone, at="2022-03-01")
    assert ids(answer) == [] and [taken["decision"] for taken in answer["rescinded"]] == ["year_total >= 100@T-3"]
    here = promoter(answer)
    assert not here["closed"] and here["flags"] == []
    assert here["ledgers"]["severe"] == "5" and here["measures"]["year_total"] == "5"
    [served] = answer["rescinded"][0]["served"]
    assert served == {"from": "2021-09-01T10:00:00+08:00", "until": "2022-02-10T10:00:00+08:00"}


def test_a_closure_that_moves_is_told_loudly() -> None:
    more = ticket("T-4", "severe", "9", "2021-10-01T10:00")
    gone = appeal("A-1", "T-3", "annulled", "2022-02-10T10:00")
    answer = told(CARD, *CLOSED, more, gone, at="2022-03-01")
    assert ids(answer) == []
    assert [taken["decision"] for taken in answer["rescinded"]] == ["year_total >= 100@T-3"]
    assert [review["id"] for review in answer["for_review"]] == ["year_total >= 100@T-4"]
    assert "closure-moved" in codes(answer)
    assert not promoter(answer)["closed"]


def test_a_closure_that_moves_to_another_rule_is_told_as_loudly() -> None:
    rules = "severe >= 60 -> close_identity, no_reset\nyear_total >= 100 -> close_identity, no_reset\n"
    events = [
        ticket("T-1", "severe", "60", "2021-02-01T10:00"),
        ticket("T-2", "severe", "50", "2021-03-01T10:00"),
        ticket("T-3", "general", "60", "2021-04-01T10:00"),
        appeal("A-1", "T-1", "annulled", "2021-06-01T10:00"),
    ]
    answer = told(rules, *events, at="2021-07-01")
    assert ids(answer) == [] and not promoter(answer)["closed"]
    assert [taken["decision"] for taken in answer["rescinded"]] == ["severe >= 60@T-1"]
    assert [review["id"] for review in answer["for_review"]] == ["year_total >= 100@T-3"]
    [moved] = [one for one in answer["anomalies"] if one["code"] == "closure-moved"]
    assert moved["event"] == "A-1"
    assert "`severe >= 60@T-1` is taken back" in moved["message"] and "`year_total >= 100@T-3`" in moved["message"]


def test_a_closure_that_moves_twice_names_the_appeal_that_moved_it_last() -> None:
    """The closure was taken back on one appeal; it is another that brought the one for review."""
    more = [ticket(f"T-{n}", "severe", "9", f"2021-{n + 6}-01T10:00") for n in (4, 5)]
    gone = [appeal("A-1", "T-3", "annulled", "2022-02-10T10:00"), appeal("A-2", "T-4", "annulled", "2022-02-20T10:00")]
    answer = told(CARD, *CLOSED, *more, *gone, at="2022-03-01")
    [moved] = [one for one in answer["anomalies"] if one["code"] == "closure-moved"]
    assert moved["event"] == "A-1"
    assert "is taken back on A-1, and the record as A-2 corrected it" in moved["message"]
    assert "`year_total >= 100@T-5`" in moved["message"]


def test_an_appeal_into_a_closed_period() -> None:
    late = ticket("T-2", "general", "10", "2022-01-05T14:00", issued="2021-12-29T09:00")
    gone = appeal("A-1", "T-1", "annulled", "2022-03-01T10:00")
    answer = told(CARD, ONE, late, gone, at="2022-04-01")
    assert ids(answer) == []
    assert [taken["decision"] for taken in answer["rescinded"]] == ["general >= 20@T-2/2021"]


def test_the_same_decision_under_another_first_ticket() -> None:
    """Two tickets of one step; the first is annulled, the other still reaches the node."""
    events = [
        ticket("T-1", "general", "12", "2021-03-05T10:00"),
        ticket("T-2", "general", "22", "2021-03-05T10:00"),
        payment("P-1", "2000", "2021-03-06T10:00", decision="general >= 20@T-1"),
        appeal("A-1", "T-1", "annulled", "2021-03-20T12:00"),
    ]
    answer = told(CARD, *events, at="2021-04-01")
    assert ids(answer) == ["general >= 20@T-2"] and answer["rescinded"] == [] and answer["for_review"] == []
    assert promoter(answer)["fines"][0]["open"] == "0"
    assert promoter(answer)["ledgers"]["general"] == "0"


def test_heavier_stands_as_it_was_and_the_excess_is_for_review() -> None:
    policy = (
        "policy taobao\n  timezone Asia/Shanghai\n  currency CNY\n  annulment refunds and revives\n"
        "identities promoter\nledger points resets every year\nsanction hidden\n"
        "rule early: points >= 10 -> fine 500 clears\n"
        "rule repeat: every 12 of points -> hidden 7d each\n"
    )
    events = [
        ticket("T-1", "points", "10", "2021-03-01T10:00"),
        payment("P-1", "500", "2021-03-02T10:00"),
        ticket("T-2", "points", "9", "2021-03-03T10:00"),
        ticket("T-3", "points", "15", "2021-03-05T10:00"),
        appeal("A-1", "T-1", "reduced", "2021-03-20T12:00", points="1"),
    ]
    before = told(policy, *events[:-1], at="2021-04-01")
    assert [(d["id"], d["effects"][0]["times"]) for d in before["decisions"]] == [
        ("early@T-1", 1),
        ("early@T-3", 1),
        ("repeat@T-3", 2),
    ]
    after = told(policy, *events, at="2021-04-01")
    assert [(d["id"], d["effects"][0]["times"]) for d in after["decisions"]] == [("repeat@T-3", 2)]


def test_corrections_are_taken_in_the_order_recorded() -> None:
    three = ticket("T-3", "general", "10", "2021-03-10T10:00")
    first = {**ANNULLED, "recorded": "2021-04-02T10:00"}
    second = appeal("A-2", "T-2", "annulled", "2021-03-25T12:00", recorded="2021-04-01T10:00")
    answer = told(CARD, ONE, TWO, three, first, second, at="2021-05-01")
    assert [taken["decision"] for taken in answer["rescinded"]] == [BAN]
    # Without T-2 alone, T-3 would have fired: it was put up for review, and without T-1 too it does not follow.
    assert answer["for_review"] == []
    assert promoter(answer)["ledgers"]["general"] == "10"


def test_annulled_at_the_very_beginning_of_the_record() -> None:
    """The appeal is as early as the first ticket of all; the other ticket of that instant counts all the same."""
    events = [
        ONE,
        ticket("T-2", "general", "10", "2021-03-01T10:00"),
        appeal("A-1", "T-1", "annulled", "2021-03-01T10:00"),
        ticket("T-3", "general", "10", "2021-03-05T10:00"),
    ]
    answer = told(CARD, *events, at="2021-04-01", opened=None)
    assert promoter(answer)["ledgers"]["general"] == "20"
    assert ids(answer) == ["general >= 20@T-3"]
    assert answer["rescinded"] == [] and answer["for_review"] == []


def test_stays_cleared_where_a_person_confirmed_the_decision() -> None:
    """Its fine opened when it was confirmed; a later appeal about something else leaves it paid, the points cleared."""
    events = [
        ONE,
        TWO,
        ticket("T-3", "general", "10", "2021-03-10T10:00"),
        ANNULLED,
        override("O-1", "confirm", "2021-03-22T08:00", decision="general >= 20@T-3", identity="promoter"),
        payment("P-1", "2000", "2021-03-25T10:00"),
        ticket("T-4", "severe", "1", "2021-03-02T10:00"),
        appeal("A-2", "T-4", "annulled", "2021-04-10T10:00"),
    ]
    answer = told(STAYS, *events, at="2021-05-01")
    assert ids(answer) == ["general >= 20@T-3"]
    assert [(fine["paid"], fine["open"]) for fine in promoter(answer)["fines"]] == [("2000", "0")]
    assert promoter(answer)["ledgers"] == {"general": "0", "severe": "0"}


PENDING = ticket("T-1", "general", "20", "2021-04-10T10:00", issued="2021-03-25T10:00")


def triggers(policy: str, *events: dict[str, Any], at: str) -> dict[str, list[str]]:
    """What each pending ticket will trigger."""
    return {one["ticket"]: one["triggers"] for one in promoter(told(policy, *events, at=at))["pending"]}


def test_an_appeal_to_come_leaves_what_a_pending_ticket_triggers() -> None:
    """The appeal lies behind the ticket's effect, and has nothing to do with it."""
    other = ticket("T-0", "severe", "1", "2021-03-01T10:00")
    for gone in (
        appeal("A-1", "T-0", "annulled", "2021-05-01T10:00"),
        appeal("A-1", "T-0", "reduced", "2021-05-01T10:00", points="0.5"),
    ):
        assert triggers(CARD, other, PENDING, gone, at="2021-04-01") == {"T-1": ["general >= 20@T-1"]}
        assert ids(told(CARD, other, PENDING, gone, at="2021-04-20")) == ["general >= 20@T-1"]


def test_a_pending_ticket_does_not_trigger_what_will_be_for_review() -> None:
    """With T-0 the first ticket fires; without it only the pending one would, before the appeal."""
    known = ticket("T-0", "general", "20", "2021-03-01T10:00")
    gone = appeal("A-1", "T-0", "annulled", "2021-05-01T10:00")
    assert triggers(CARD, known, PENDING, gone, at="2021-04-01") == {"T-1": []}
    later = told(CARD, known, PENDING, gone, at="2021-04-20")
    assert ids(later) == [] and [one["id"] for one in later["for_review"]] == ["general >= 20@T-1"]
    # An appeal before the ticket's effect: the decision is an ordinary one.
    assert triggers(CARD, known, PENDING, {**gone, "at": "2021-04-05T10:00+08:00"}, at="2021-04-01") == {
        "T-1": ["general >= 20@T-1"]
    }


def test_an_appeal_to_come_leaves_what_a_ticket_triggers_that_waits_to_be_final() -> None:
    slow = "policy slow\n  points have no effect until final\n  use standard\n" + CARD
    other = ticket("T-0", "severe", "1", "2021-03-01T10:00", final="2021-03-01T10:00")
    gone = appeal("A-1", "T-0", "annulled", "2021-05-01T10:00")
    assert triggers(slow, other, PENDING, gone, at="2021-04-01") == {"T-1": ["general >= 20@T-1"]}


def test_before_the_first_version_a_ticket_that_waits_to_be_final_triggers_nothing() -> None:
    """Final at once, it would take effect under no version."""
    text = "policy slow\n  points have no effect until final\n  use standard\n  version 2021-03-01\n" + CARD
    issued = ticket("T-1", "general", "20", "2021-03-05T10:00", issued="2021-02-01T10:00")
    assert triggers(text, issued, at="2021-02-10") == {"T-1": []}
    assert triggers(text, issued, at="2021-03-10") == {"T-1": ["general >= 20@T-1"]}
