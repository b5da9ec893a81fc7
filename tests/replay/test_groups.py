"""Tickets that count together, more often, later or not at all: worked out by hand, and the laws of it."""

from __future__ import annotations

import json
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyctl.replay.answer import Answer
from tests.replay.test_schedules import Event, act, answer, decided, points, policy, ticket


def said(id: str, at: str, count: int, issued: str | None = None, **more: object) -> Event:
    return ticket(id, at, count, issued) | more


def measured(found: Answer, name: str) -> int:
    return int(dict(found.status[0].measures)[name] or 0)


SUMS = "measure all = incurred(points) ever\nmeasure cases = count(tickets) ever\n"
ONCE = f"ledger points one per occasion highest\n{SUMS}rule node: points >= 10 -> ban 3d\n"


def test_the_highest_of_an_occasion_counts_also_when_it_is_learnt_of_later() -> None:
    events = [
        said("T1", "2021-03-01", 3, occasion="o"),
        said("T2", "2021-03-05", 6, occasion="o"),
        said("T3", "2021-03-06", 2),
    ]
    found = answer(ONCE, "2021-03-10", *events)
    assert (points(found), measured(found, "all"), measured(found, "cases")) == (8, 8, 3)
    assert [(event.kind, int(event.points)) for event in found.ledger_events] == [("superseded", 3)]
    assert points(answer(ONCE, "2021-03-04", *events)) == 3


def test_a_lower_one_never_counts() -> None:
    events = [said("T1", "2021-03-01", 6, occasion="o"), said("T2", "2021-03-05", 3, occasion="o")]
    found = answer(ONCE, "2021-03-10", *events)
    assert (points(found), measured(found, "all"), measured(found, "cases")) == (6, 6, 2)
    assert [(event.kind, event.cause) for event in found.ledger_events] == [("superseded", "T2")]


def test_the_points_of_one_occasion_do_not_make_a_node_together() -> None:
    events = [said("T1", "2021-03-01", 6, occasion="o"), said("T2", "2021-03-05", 9, occasion="o")]
    assert decided(answer(ONCE, "2021-03-10", *events)) == []
    assert decided(answer(ONCE, "2021-03-10", *events, said("T3", "2021-03-06", 1))) == [("node@T3", None)]


def test_once_over_the_end_of_a_period() -> None:
    """The higher one of the new year takes the place of the one of the old, and its node of the old year stays."""
    text = "ledger points resets every year unless points >= 10 one per occasion highest\n"
    text += "rule node: points >= 10 -> ban 3d\n"
    events = [said("T1", "2021-12-30", 10, occasion="o"), said("T2", "2022-01-05", 12, occasion="o")]
    assert points(answer(text, "2022-01-04", *events)) == 10
    assert points(answer(text, "2022-01-05", *events)) == 12


FIXED = f"ledger points one per 7 days\n{SUMS}rule node: points >= 10 -> ban 3d\n"
SLIDING = f"ledger points one per 7 days sliding\n{SUMS}rule node: points >= 10 -> ban 3d\n"


def test_within_seven_days_once_fixed_or_sliding() -> None:
    events = [said(f"T{n}", f"2021-03-{day:02}", n) for n, day in enumerate((1, 6, 9, 15, 22), 1)]
    assert (
        points(answer(FIXED, "2021-04-01", *events)) == 1 + 3 + 5
    )  # from the 1st, the 9th (the 15th is within), the 22nd
    assert points(answer(SLIDING, "2021-04-01", *events)) == 1 + 5  # the 22nd is 7 days after the 15th


def test_an_earlier_one_that_is_learnt_of_later_moves_the_days() -> None:
    """Of the 5th and the 10th the first counts; with the 1st, that one and the 10th do."""
    two = [said("T1", "2021-03-05", 2), said("T2", "2021-03-10", 3)]
    assert points(answer(FIXED, "2021-04-01", *two)) == 2
    late = said("T3", "2021-03-20", 4, issued="2021-03-01")
    found = answer(FIXED, "2021-04-01", *two, late)
    assert (points(found), measured(found, "all"), measured(found, "cases")) == (7, 7, 3)


def test_at_most_six_a_day() -> None:
    text = f"ledger points at most 6 per day except where severity is grave\n{SUMS}points >= 90 -> ban 3d\n"
    text += "offence fake\n  slight -> points +4\n  grave -> points +10\n"
    told = [
        ("slight", "2021-03-01T08:00:00+08:00"),
        ("slight", "2021-03-01T23:59:00+08:00"),
        ("grave", "2021-03-01T23:59:30+08:00"),
        ("slight", "2021-03-02T00:00:00+08:00"),
    ]
    events: list[Event] = [
        {"event": "ticket", "id": f"T{n}", "offence": f"fake.{what}", "effective": at}
        for n, (what, at) in enumerate(told)
    ]
    assert points(answer(text, "2021-03-01T23:59:00+08:00", *events)) == 6
    assert points(answer(text, "2021-03-01T23:59:59+08:00", *events)) == 16
    found = answer(text, "2021-03-02T00:00:00+08:00", *events)
    assert (points(found), measured(found, "all"), measured(found, "cases")) == (20, 20, 4)


def test_at_most_so_many_between_two_acts() -> None:
    text = "ledger points at most 2 per season_end\npoints >= 90 -> ban 3d\n"
    events = [ticket("T1", "2021-03-01", 2), ticket("T2", "2021-03-02", 2), act("E", "2021-03-03", "season_end")]
    assert points(answer(text, "2021-03-09", *events, ticket("T3", "2021-03-04", 1))) == 3


stories = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from(["o", "p", None])), max_size=5)
once = policy(ONCE)


@settings(max_examples=40)
@given(stories)
def test_the_sum_is_that_of_the_highest_of_each_occasion(story: list[tuple[int, int, str | None]]) -> None:
    events = [
        said(f"T{n}", f"2021-03-0{day}", count) | ({} if occasion is None else {"occasion": occasion})
        for n, (day, count, occasion) in enumerate(story)
    ]
    alone = sum(count for _, count, occasion in story if occasion is None)
    highest = sum(max((c for _, c, one in story if one == name), default=0) for name in ("o", "p"))
    found = answer(once, "2021-04-01", *events)
    assert points(found) == measured(found, "all") == alone + highest


def test_no_order_of_the_file_matters() -> None:
    events = [said(f"T{n}", "2021-03-01", n, occasion="o") for n in (1, 2, 3)]
    assert {json.dumps(str(answer(ONCE, "2021-03-02", *some).status)) for some in permutations(events)}.__len__() == 1


def test_points_count_double_on_probation() -> None:
    text = (
        "ledger points doubled while probation multiplied by 1.5 where key is vip\nflag probation\n"
        "rule watch: points >= 5 -> probation\nrule node: points >= 90 -> ban 3d\n"
    )
    events = [said("T1", "2021-03-01", 5), said("T2", "2021-03-02", 2), said("T3", "2021-03-03", 2, key="vip")]
    assert points(answer(text, "2021-03-01", *events)) == 5  # it is read before the step
    assert points(answer(text, "2021-03-02", *events)) == 9
    assert points(answer(text, "2021-03-03", *events)) == 15


def test_tickets_wait_while_the_flag_is_up() -> None:
    text = (
        "ledger year resets every year\nledger points waits while watched\nflag watched per period\n"
        "rule watch: year >= 1 -> watched\nrule node: points >= 5 -> ban 3d\n"
    )
    up = ticket("T0", "2021-03-01", 1) | {"ledger": "year"}
    events = [up, ticket("T1", "2021-03-02", 3), ticket("T2", "2021-03-03", 2)]
    assert points(answer(text, "2021-12-31", *events)) == 0
    found = answer(text, "2022-01-01", *events)
    assert points(found) == 5
    assert [(d.id, str(d.at)) for d in found.decisions if d.id.startswith("node")] == [
        ("node@T1", "2021-12-31 16:00:00+00:00")
    ]


def test_an_act_too_old_when_its_ticket_is_issued() -> None:
    text = "no tickets more than 2 years after occurred\n"
    found = policy("ledger points\nrule node: points >= 5 -> ban 3d\n", header=text)
    events = [
        ticket("T1", "2022-03-02", 5) | {"occurred": "2020-03-01"},
        ticket("T2", "2022-03-02", 3, issued="2022-03-01") | {"occurred": "2020-03-01"},
    ]
    seen = answer(found, "2022-04-01", *events)
    assert points(seen) == 3 and not seen.incomplete
    assert [problem.code for problem in seen.anomalies] == ["ticket-too-old"]


NOTHING = (
    "ledger points\nflag warned\noffence late\n  first -> nothing\n  again -> points +2 except when not warned\n"
    "rule warn: count(late) ever >= 1 -> warned\nrule three: count(late) ever >= 3 -> ban 3d\n"
    "rule node: points >= 90 -> ban 9d\n"
)


def test_what_costs_nothing_is_a_ticket_all_the_same() -> None:
    def late(id: str, at: str, severity: str) -> Event:
        return {"event": "ticket", "id": id, "offence": f"late.{severity}", "effective": at}

    events = [late("T1", "2021-03-01", "again"), late("T2", "2021-03-02", "again"), late("T3", "2021-03-03", "first")]
    assert points(answer(NOTHING, "2021-03-01", *events)) == 0  # it is the first: it only warns
    found = answer(NOTHING, "2021-03-04", *events)
    assert points(found) == 2
    assert decided(found) == [("warn@T1", None), ("three@T3", None)]
    [because] = found.decisions[1].because
    assert [entry.event for entry in because.entries] == ["T1", "T2", "T3"]


def test_a_late_ticket_that_costs_nothing_is_counted_in_its_year() -> None:
    text = "ledger points resets every year\noffence late -> nothing\nrule two: count(late) this year >= 2 -> ban 3d\n"
    events: list[Event] = [
        {"event": "ticket", "id": "T1", "offence": "late", "effective": "2021-12-20"},
        {"event": "ticket", "id": "T2", "offence": "late", "effective": "2022-01-05", "issued": "2021-12-30"},
    ]
    assert decided(answer(text, "2022-02-01", *events)) == [("two@T2/2021", "2021")]


RANGE = "offence fake -> points +5 to 10\nledger points\nrule node: points >= 90 -> ban 3d\n"


@pytest.mark.parametrize(
    ("chosen", "then", "codes"),
    [({"points": "7.5"}, "7.5", []), ({"points": "11"}, "0", ["chosen-out-of-range"]), ({}, "0", ["nothing-chosen"])],
)
def test_a_range_of_which_each_ticket_carries_a_number(chosen: dict[str, str], then: str, codes: list[str]) -> None:
    event: Event = {"event": "ticket", "id": "T1", "offence": "fake", "effective": "2021-03-01", "chosen": chosen}
    found = answer(RANGE, "2021-03-02", event)
    assert str(float(dict(found.status[0].ledgers)["points"])) == str(float(then))
    assert [problem.code for problem in found.anomalies] == codes


TAKEN = (
    f"ledger points one per occasion highest\n{SUMS}acts study\nrule node: points >= 12 -> ban 3d, clear points\n"
    "rule taught when study: -> consume 1 of points\n"
)


def test_what_was_cleared_has_counted_and_only_more_is_added() -> None:
    """3 of a trip go with 9 others; the 5, then the 7, of the trip that are learnt of later add 2 and 2."""
    events = [said("T1", "2021-05-01", 3, occasion="trip"), said("T2", "2021-05-01", 9)]
    assert points(answer(TAKEN, "2021-05-02", *events)) == 0
    events.append(said("T3", "2021-06-01", 5, occasion="trip"))
    found = answer(TAKEN, "2021-06-02", *events)
    assert (points(found), measured(found, "all"), measured(found, "cases")) == (2, 14, 3)
    events.append(said("T4", "2021-06-03", 4, occasion="trip"))
    assert points(answer(TAKEN, "2021-06-04", *events)) == 2
    events.append(said("T5", "2021-06-05", 7, occasion="trip"))
    found = answer(TAKEN, "2021-06-06", *events)
    assert (points(found), measured(found, "all")) == (4, 16)


def test_what_was_consumed_in_part_stays_consumed() -> None:
    """One of 3 is studied away; the 5 of the same occasion make 4, not 6."""
    events = [said("T1", "2021-05-01", 3, occasion="o"), act("A1", "2021-05-02", "study")]
    events.append(said("T2", "2021-06-01", 5, occasion="o"))
    found = answer(TAKEN, "2021-06-02", *events)
    assert (points(found), measured(found, "all")) == (4, 5)


def repeal(id: str, ticket: str, at: str) -> Event:
    return {"event": "appeal", "id": id, "ticket": ticket, "at": at, "outcome": "repealed"}


def changes(found: Answer) -> list[tuple[str, int, str | None]]:
    return [(event.kind, int(event.points), event.cause) for event in found.ledger_events]


def test_what_was_superseded_counts_again_when_the_one_that_counts_is_repealed() -> None:
    """At once, and not only with the next ticket."""
    events = [said("T1", "2021-03-01", 3, occasion="o"), said("T2", "2021-03-05", 6, occasion="o")]
    found = answer(ONCE, "2021-03-10", *events, repeal("A", "T2", "2021-03-06"))
    assert (points(found), measured(found, "all"), measured(found, "cases")) == (3, 3, 1)
    assert changes(found) == [("superseded", 3, "T1"), ("repealed", 6, "A"), ("counts_again", 3, "T1")]
    assert points(answer(ONCE, "2021-03-10", *events, repeal("A", "T1", "2021-03-06"))) == 6


def test_where_the_first_is_repealed_the_days_are_counted_from_the_next() -> None:
    """From the 5th the 10th is within seven days, which it was not from the 1st."""
    events = [said(f"T{n}", f"2021-03-{day:02}", n) for n, day in enumerate((1, 5, 10), 1)]
    assert points(answer(FIXED, "2021-04-01", *events)) == 1 + 3
    found = answer(FIXED, "2021-04-01", *events, repeal("A", "T1", "2021-03-20"))
    assert points(found) == 2
    assert changes(found)[-2:] == [("counts_again", 2, "T2"), ("superseded", 3, "T3")]


def test_of_what_counts_in_the_place_of_cleared_points_only_those_beyond_them_come_back() -> None:
    text = f"acts study\nledger points one per occasion\n{SUMS}rule r when study: -> clear points\n"
    events = [said("T1", "2021-03-01", 2, occasion="o"), said("T2", "2021-03-02", 6, occasion="o")]
    cleared = [*events, act("E", "2021-03-03", "study")]
    assert points(answer(text, "2021-03-10", *cleared, repeal("A", "T1", "2021-03-06"))) == 4
    assert points(answer(text, "2021-03-10", *events, repeal("A", "T1", "2021-03-06"))) == 6


def test_a_ticket_made_void_lets_the_other_of_its_group_count() -> None:
    """And rules that look at tickets look once more, as where a rule posts points."""
    text = f"acts study\nledger points one per occasion\n{SUMS}rule r when study: -> void ticket\n"
    text += "rule node: points >= 5 -> ban 3d\n"
    events = [said("T1", "2021-03-01", 2, occasion="o"), said("T2", "2021-03-02", 6, occasion="o")]
    found = answer(text, "2021-03-10", *events, act("E", "2021-03-03", "study") | {"ticket": "T1"})
    assert points(found) == 6
    assert changes(found)[-1] == ("counts_again", 6, "T2")
    assert decided(found) == [("node@E", None), ("r@E", None)]
