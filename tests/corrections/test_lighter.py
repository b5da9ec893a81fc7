"""Decisions that a correction leaves standing with fewer times: what each correction took, in money and in time."""

from __future__ import annotations

from typing import Any

from tests.corrections.story import appeal, codes, ids, override, payment, promoter, ticket, told

RULE = """\
policy lighter
  use standard

sanction block "B"

rule dozen: every 12 of severe -> block 2d each, fine 100 each clears severe
"""

THREE = ticket("T-1", "severe", "36", "2021-02-02T00:00")


def entries(answer: Any) -> list[tuple[str, bool, Any, str, list[str]]]:
    """What was taken back: by which appeal, whether it is an excess, from how many times to how many, the money, and
    the days that were served."""
    return [
        (
            one["appeal"],
            "times" in one,
            (one["times"]["before"], one["times"]["after"]) if "times" in one else None,
            one["owed_back"]["amount"],
            [f"{stretch['from'][5:13]} {stretch['until'][5:13]}" for stretch in one["served"]],
        )
        for one in (*answer["lighter"], *answer["rescinded"])
    ]


def two_at_once(effects: str, prices: tuple[int, int], paid: str, annulled: str) -> Any:
    """Two tickets of one instant, each with a price; then a payment, and one of them annulled."""
    tickets = [
        {
            "event": "ticket",
            "id": f"T-{number}",
            "identity": "promoter",
            "offence": "fake",
            "effective": "2021-02-02T00:00",
            "attributes": {"price": price},
        }
        for number, price in enumerate(prices, start=1)
    ]
    money = payment("P-1", paid, "2021-02-20T00:00")
    gone = appeal("A-1", annulled, "annulled", "2021-03-15T00:00")
    return told(f"attribute price\noffence fake -> {effects}\n", *tickets, money, gone, at="2021-03-16")


def test_times_that_do_not_cost_the_same() -> None:
    """By hand: a tenth of 100 and of 208, rounded, is 31; a tenth of 100 is 10, so 21 of the 31 are too much."""
    answer = two_at_once("fine 0.1 * price each rounded to 1", (100, 208), paid="31", annulled="T-2")
    assert [(entry[2], entry[3]) for entry in entries(answer)] == [((2, 1), "21")]
    assert [one["code"] for one in answer["anomalies"]] == []


def test_what_is_reckoned_comes_to_no_more_than_it_had() -> None:
    """By hand: the first ticket by its id says 2, so the fine is 20 and the ban 2 days; without it the other one would
    say 9. And 70 less 5 for each of 6 points would become 80 with 4."""
    answer = two_at_once("fine 10 * price, suspend 1d per price", (2, 9), paid="20", annulled="T-1")
    assert [(fine["amount"], fine["open"]) for fine in promoter(answer)["fines"]] == [("20", "0")]
    assert promoter(answer)["sanctions"] == [] and codes(answer) == []
    answer = told(
        "rule less: general >= 4 -> fine 100 - 5 * general, suspend 1d per (12 - general)\n",
        ticket("T-1", "general", "2", "2021-02-01T00:00"),
        ticket("T-2", "general", "4", "2021-02-02T00:00"),
        payment("P-1", "70", "2021-02-20T00:00"),
        appeal("A-1", "T-1", "annulled", "2021-03-15T00:00"),
        at="2021-03-16",
    )
    assert [(fine["amount"], fine["open"]) for fine in promoter(answer)["fines"]] == [("70", "0")]
    assert promoter(answer)["sanctions"] == []


def test_the_example() -> None:
    answer = told(
        RULE,
        ticket("T-1", "severe", "24", "2021-02-02T00:00"),
        payment("P-1", "200", "2021-02-20T00:00"),
        appeal("A-1", "T-1", "reduced", "2021-03-15T00:00", points="14"),
        at="2021-06-01",
    )
    assert ids(answer) == ["dozen@T-1"]
    assert entries(answer) == [("A-1", True, (2, 1), "100", ["02-04T00 02-06T00"])]
    assert answer["rescinded"] == []
    [one] = answer["lighter"]
    assert (one["decision"], one["owed_back"]["payments"]) == ("dozen@T-1", ["P-1"])
    # as it stood then, like a decision that was taken back whole
    assert [(effect["times"], effect["amount"]) for effect in one["effects"]] == [(2, None), (2, "200")]
    assert [(effect["times"], effect["amount"]) for effect in answer["decisions"][0]["effects"]] == [
        (1, None),
        (1, "100"),
    ]
    assert answer["anomalies"] == []


def test_only_the_time_up_to_the_appeal_was_served() -> None:
    """Two days by right, till the 4th; the others were cut short by the appeal, or had not begun."""
    four_days = ticket("T-1", "severe", "24", "2021-02-02T00:00")
    for at, days in (
        ("2021-02-05T06:00", ["02-04T00 02-05T06"]),
        ("2021-02-04T00:00", []),
        ("2021-02-03T00:00", []),
    ):
        answer = told(RULE, four_days, appeal("A-1", "T-1", "reduced", at, points="12"), at="2021-06-01")
        assert entries(answer) == [("A-1", True, (2, 1), "0", days)]
    answer = told(
        RULE, four_days, appeal("A-1", "T-1", "reduced", "2021-06-01T00:00", points="12"), at="2021-02-05T12:00"
    )
    assert entries(answer) == [("A-1", True, (2, 1), "0", ["02-04T00 02-05T12"])]


def test_time_that_another_decision_accounts_for_was_not_served_in_vain() -> None:
    answer = told(
        RULE + "rule node: general >= 20 -> block 3d\n",
        ticket("T-1", "severe", "24", "2021-02-02T00:00"),
        ticket("T-2", "general", "20", "2021-02-05T00:00"),
        appeal("A-1", "T-1", "reduced", "2021-03-01T00:00", points="12"),
        at="2021-06-01",
    )
    assert entries(answer) == [("A-1", True, (2, 1), "0", ["02-04T00 02-05T00"])]


def test_each_appeal_has_its_own_entry_and_keeps_it() -> None:
    """Three times, two, one, none: what an appeal gave back stays told as it was when later ones come on record."""
    events = [
        THREE,
        payment("P-1", "120", "2021-02-20T00:00"),
        payment("P-2", "180", "2021-02-21T00:00"),
        appeal("A-1", "T-1", "reduced", "2021-03-01T00:00", points="24"),
        appeal("A-2", "T-1", "reduced", "2021-04-01T00:00", points="12"),
        appeal("A-3", "T-1", "annulled", "2021-05-01T00:00"),
    ]
    wanted = [
        ("A-1", True, (3, 2), "100", ["02-06T00 02-08T00"]),
        ("A-2", True, (2, 1), "100", ["02-04T00 02-06T00"]),
        ("A-3", False, None, "100", ["02-02T00 02-04T00"]),
    ]
    for known, count in (("2021-02-25", 0), ("2021-03-15", 1), ("2021-04-15", 2), ("2021-05-15", 3)):
        answer = told(RULE, *events, at="2021-12-01", known=known)
        assert entries(answer) == wanted[:count]
        assert answer["anomalies"] == []
        assert ids(answer) == (["dozen@T-1"] if count < 3 else [])
    answer = told(RULE, *events, at="2021-12-01")
    assert [one["parts"] for one in (*answer["lighter"], *answer["rescinded"])] == [
        [{"event": "P-2", "amount": "100"}],
        [{"event": "P-1", "amount": "20"}, {"event": "P-2", "amount": "80"}],
        [{"event": "P-1", "amount": "100"}],
    ]


def test_an_appeal_of_an_earlier_instant_that_came_on_record_later() -> None:
    """The time served ends with the appeal that took it, whichever came on record first."""
    answer = told(
        RULE,
        THREE,
        appeal("A-1", "T-1", "reduced", "2021-02-07T00:00", points="24"),
        appeal("A-2", "T-1", "reduced", "2021-02-05T00:00", points="12", recorded="2021-03-01T00:00"),
        at="2021-12-01",
    )
    assert entries(answer) == [
        ("A-1", True, (3, 2), "0", ["02-06T00 02-07T00"]),
        ("A-2", True, (2, 1), "0", ["02-04T00 02-05T00"]),
    ]


def test_taken_back_to_nothing_in_one_step_is_no_excess() -> None:
    answer = told(RULE, THREE, appeal("A-1", "T-1", "reduced", "2021-03-01T00:00", points="11"), at="2021-12-01")
    assert entries(answer) == [("A-1", False, None, "0", ["02-02T00 02-08T00"])]


def test_where_a_clearing_stays_the_money_beyond_its_price_goes_back() -> None:
    """Two times cost 200 and cleared; one costs 100 and clears as well. Taken back whole, the 100 stay its price."""
    stays = RULE.replace("  use standard\n", "  use standard\n  annulment stays cleared\n")
    events = [
        ticket("T-1", "severe", "24", "2021-02-02T00:00"),
        payment("P-1", "200", "2021-02-20T00:00"),
        appeal("A-1", "T-1", "reduced", "2021-03-01T00:00", points="12"),
        appeal("A-2", "T-1", "annulled", "2021-04-01T00:00"),
    ]
    both = told(stays, *events, at="2021-12-01")
    assert [entry[:4] for entry in entries(both)] == [("A-1", True, (2, 1), "100"), ("A-2", False, None, "0")]
    assert both["anomalies"] == []


def test_a_closure_stands_while_its_fine_becomes_lighter() -> None:
    """A closure has no times: there is nothing of it to take back, and no other one that it could have moved to."""
    answer = told(
        RULE.replace("block 2d each", "close_identity"),
        ticket("T-1", "severe", "24", "2021-02-02T00:00"),
        appeal("A-1", "T-1", "reduced", "2021-03-01T00:00", points="12"),
        at="2021-12-01",
    )
    assert entries(answer) == [("A-1", True, (2, 1), "0", [])]
    assert promoter(answer)["closed"]
    assert answer["anomalies"] == []


def test_what_a_person_lifted_was_not_served() -> None:
    answer = told(
        RULE,
        THREE,
        override("O-1", "lift", "2021-02-07T00:00", decision="dozen@T-1"),
        appeal("A-1", "T-1", "reduced", "2021-03-01T00:00", points="24"),
        at="2021-12-01",
    )
    assert entries(answer) == [("A-1", True, (3, 2), "0", ["02-06T00 02-07T00"])]
    [one] = answer["overrides"]
    assert one["acted"]


# --- a decision with an excess that a person confirmed ---------------------------------------------------------------

CAPPED = """\
policy capped
  timezone Asia/Shanghai
  currency CNY
  annulment refunds and revives

identities promoter "P"
ledger severe "S" ceiling 40
sanction block "B"

rule dozen: every 12 of severe -> block 2d each, fine 100 each clears severe
"""

CONFIRMED = [
    ticket("T-0", "severe", "1", "2021-02-01T00:00"),
    ticket("T-1", "severe", "30", "2021-02-02T00:00"),
    # 31 and 36 are 40 at most: one dozen more. Without T-1 there are three at once.
    ticket("T-2", "severe", "36", "2021-02-10T00:00"),
    appeal("A-1", "T-1", "annulled", "2021-03-01T00:00"),
    override("O-1", "confirm", "2021-03-10T00:00", decision="dozen@T-2"),
    payment("P-1", "300", "2021-03-20T00:00", decision="dozen@T-2"),
]


def effects(answer: Any) -> list[tuple[str, int]]:
    """The sanctions of the decision on T-2: when each starts, and how many times."""
    [decision] = [one for one in answer["decisions"] if one["id"] == "dozen@T-2"]
    return [(one["from"][5:10], one["times"]) for one in decision["effects"] if one["kind"] == "sanction"]


def test_a_confirmed_excess_stays_beside_its_decision_whatever_is_corrected_next() -> None:
    """One time stands since February, two more since a person confirmed them in March; an appeal that changes nothing
    of that does not make the decision of February heavier."""
    answer = told(CAPPED, *CONFIRMED, appeal("A-2", "T-0", "annulled", "2021-04-01T00:00"), at="2021-12-01")
    assert effects(answer) == [("02-10", 1), ("03-10", 2)]
    assert [entry for entry in entries(answer) if entry[0] == "A-2"] == []


def test_of_a_confirmed_excess_fewer_times_are_left() -> None:
    """Of the three times one stands since February and one since March; the third, by which the sanction of March
    lasted till the 14th and not the 12th, is taken back."""
    answer = told(
        CAPPED,
        *CONFIRMED,
        appeal("A-2", "T-2", "reduced", "2021-04-01T00:00", points="24"),
        at="2021-12-01",
    )
    assert effects(answer) == [("02-10", 1), ("03-10", 1)]
    assert [entry for entry in entries(answer) if entry[0] == "A-2"] == [
        ("A-2", True, (3, 2), "100", ["03-12T00 03-14T00"])
    ]
