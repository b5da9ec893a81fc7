"""What people and corrections do to sanctions whose end is open, and to rules of several lines."""

from __future__ import annotations

from typing import Any

from tests.corrections.story import appeal, override, payment, ticket, told

POLICY = """\
policy open
  timezone Asia/Shanghai
  currency CNY
  annulment refunds and revives

acts match_played "M"
identities promoter "P"
ledger severe "S" ceiling 40
ledger general "G"
sanction bench "B"
sanction block "K"

rule both: general >= 20 -> bench until 1 match_played, block 2d
rule dozen: every 12 of severe -> bench until 1 match_played each
rule lines:
  severe >= 30 -> block 9d
  severe >= 10 -> block 1d
"""


def act(id: str, at: str) -> dict[str, Any]:
    return {"event": "act", "id": id, "name": "match_played", "identity": "promoter", "at": at}


def of(answer: Any, id: str) -> list[tuple[str, str, int, str | None]]:
    """What a decision opened: name, from, times, until."""
    [decision] = [one for one in answer["decisions"] if one["id"] == id]
    return [
        (one["name"], one["from"][5:10], one["times"], one["until"] and one["until"][5:10])
        for one in decision["effects"]
        if one["kind"] == "sanction"
    ]


def test_a_lift_ends_what_is_open_and_an_act_changes_nothing_any_more() -> None:
    """The two days are over by then: they keep their own end."""
    events = [
        ticket("T-1", "general", "20", "2021-03-01T00:00"),
        override("O-1", "lift", "2021-03-05T00:00", decision="both@T-1"),
        act("M-1", "2021-03-08T00:00"),
        # A sanction that nobody lifted goes on to its act.
        ticket("T-2", "severe", "12", "2021-03-06T00:00"),
    ]
    answer = told(POLICY, *events, at="2021-12-01")
    assert of(answer, "both@T-1") == [("bench", "03-01", 1, "03-05"), ("block", "03-01", 1, "03-03")]
    assert of(answer, "dozen@T-2") == [("bench", "03-06", 1, "03-08")]


SURPLUS = [
    ticket("T-1", "severe", "30", "2021-02-02T00:00"),
    # 30 and 36 are 40 at most: one dozen more. Without T-1 there are three at once.
    ticket("T-2", "severe", "36", "2021-02-10T00:00"),
    appeal("A-1", "T-1", "annulled", "2021-03-01T00:00"),
    override("O-1", "confirm", "2021-03-10T00:00", decision="dozen@T-2"),
    act("M-1", "2021-03-05T00:00"),
]


def test_the_end_of_a_confirmed_excess_waits_for_its_own_acts() -> None:
    """The time of February ends with the match of March 5; the two that a person confirmed ask for two later ones."""
    answer = told(POLICY, *SURPLUS, act("M-2", "2021-03-12T00:00"), at="2021-12-01")
    assert of(answer, "dozen@T-2") == [("bench", "02-10", 1, "03-05"), ("bench", "03-10", 2, None)]
    answer = told(POLICY, *SURPLUS, act("M-2", "2021-03-12T00:00"), act("M-3", "2021-03-14T00:00"), at="2021-12-01")
    assert of(answer, "dozen@T-2") == [("bench", "02-10", 1, "03-05"), ("bench", "03-10", 2, "03-14")]


def test_what_a_confirmed_excess_had_is_told_when_it_is_taken_back() -> None:
    """Of one time and two that were confirmed, one and one are left."""
    reduced = appeal("A-2", "T-2", "reduced", "2021-04-01T00:00", points="24")
    answer = told(POLICY, *SURPLUS, reduced, at="2021-12-01")
    assert [(name, start, times) for name, start, times, _ in of(answer, "dozen@T-2")] == [
        ("bench", "02-10", 1),
        ("bench", "03-10", 1),
    ]
    assert [(one["decision"], one["appeal"], one["times"]) for one in answer["lighter"]] == [
        ("dozen@T-2", "A-2", {"before": 3, "after": 2})
    ]


def test_a_correction_does_not_give_a_decision_a_heavier_line() -> None:
    """It fired by its second line; without T-1 the first line holds at T-2, and it is not the same decision: what
    stood at T-1 is taken back, and the new one is for review."""
    answer = told(POLICY, *SURPLUS[:3], at="2021-12-01")
    assert "lines@T-2" not in [decision["id"] for decision in answer["decisions"]]
    assert [one["id"] for one in answer["for_review"] if one["rule"] == "lines"] == ["lines@T-2"]


def test_what_has_nothing_to_wait_for_when_it_begins_ends_there() -> None:
    """Three days are given to mend it. It was mended on the second, so the sanction does not run for a moment."""
    policy = (
        "policy p\n  timezone Asia/Shanghai\nidentities shop\nacts mended\nledger points\nsanction off\n"
        "rule low: points >= 10 -> off until points < 10 from 3d later\nrule good when mended: -> clear points\n"
    )
    day = "2025-03-{:02}T10:00:00+08:00"
    cost = {**ticket("T1", "points", "10", day.format(1)), "identity": "shop"}
    mended = {"event": "act", "id": "E1", "identity": "shop", "name": "mended"}
    for on, runs in ((2, False), (6, True)):
        answer = told(policy, cost, {**mended, "at": day.format(on)}, at="2025-03-05T00:00:00+08:00")
        assert bool(answer["status"]["shop"]["sanctions"]) == runs


def test_a_lighter_line_after_an_annulment_takes_the_heavier_one_back() -> None:
    """The second case of an account cost 40000. The first never counted, so it is the first, for 20000: as of two
    steps of a ladder, one is taken back, and the other is for review until somebody confirms it."""
    policy = (
        "policy p\n  timezone Asia/Shanghai\n  currency CNY\n  annulment refunds and revives\nidentities promoter\n"
        "ledger cases\nrule by_number when ticket:\n  cases >= 3 -> fine 60000\n  cases >= 2 -> fine 40000\n"
        "  otherwise -> fine 20000\n"
    )
    events = [
        ticket("V1", "cases", "1", "2021-03-01T10:00"),
        ticket("V2", "cases", "1", "2021-03-02T10:00"),
        payment("P1", "60000", "2021-03-03T10:00"),
        appeal("A1", "V1", "annulled", "2021-03-04T10:00"),
    ]
    answer = told(policy, *events, at="2021-12-01")
    assert answer["decisions"] == []
    back = {one["decision"]: one["owed_back"]["amount"] for one in answer["rescinded"]}
    assert back == {"by_number@V1": "20000", "by_number@V2": "40000"}
    [review] = answer["for_review"]
    assert (review["id"], review["effects"][0]["amount"]) == ("by_number@V2", "20000")
    confirmed = override("O1", "confirm", "2021-03-05T10:00", decision="by_number@V2")
    answer = told(policy, *events, confirmed, at="2021-12-01")
    assert [(one["decision"], one["open"]) for one in answer["status"]["promoter"]["fines"]] == [
        ("by_number@V2", "20000")
    ]
    assert {one["decision"] for one in answer["rescinded"]} == {"by_number@V1", "by_number@V2"}
