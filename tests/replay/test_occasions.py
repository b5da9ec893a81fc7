"""Occasions, rounds, and effects that end or move something: laws that no order of writing may break, and what is told
of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyctl.explain.as_json import as_json
from policyctl.explain.phrases import Language
from policyctl.explain.terminal import lines as page
from policyctl.history.read import read_account
from policyctl.policy.form import Policy
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay, zone_of
from policyctl.timeline.effect import in_order_of_effect
from policyctl.timeline.rows import DecisionRow
from tests.replay.test_lines import policy, told
from tests.timeline.test_timeline_laws import moves

STATEMENTS = (
    "policy laws\n  timezone Asia/Shanghai\n  currency CNY\n  annulment refunds and revives",
    "acts study, course",
    "ledger points resets every quarter",
    "ledger credit starts at 10 down floor 0 ceiling 12",
    "sanction held",
    "sanction stopped overlap extends",
    "flag noted",
    "offence fast -> points +3",
    "offence rude -> credit -2",
    "rule full: points >= 6 -> held 7d, noted, consume 5 of points",
    "rule twice: points >= 6 -> points +1, clear credit",
    "rule study_done when study: points >= 1 -> points -2, lift noted",
    "rule course_done when course: -> shorten held by 2d, set credit to 11",
    "rule fined when ticket of fast: points >= 3 -> fine 100 per points above 2 rounded to 70 due in 10 days",
    "rule over when held ends: -> points +1, stopped 3d",
    "rule begun when held starts: credit < 10 -> stopped 2d, credit +1",
    "rule clean when 20 days without tickets or held ends: points >= 1 -> clear points",
    "rule kept when 12 days after full or study without course or tickets by occurred: -> credit +1",
    "rule still every 8 days after fined without payments frozen while held is running: -> points +1",
    "rule regain every 9 days without tickets: -> credit +1",
    "rule owing when fine overdue: -> points +2, notify owner",
    "rule settled when fine paid: -> lift held, lower credit to 9",
    "rule turned when points resets: -> credit -1",
    "sanction waits",
    "rule waiting: points >= 4 -> waits 3d until not noted",
    "rule bench when ticket of rude: -> waits until 2 study",
    "rule marked when course: -> noted 5d",
    "rule later: credit <= 6 -> stopped 2d per (10 - credit) up to 6d from 3 days later",
    "rule freed when waits ends: -> points -1",
    "rule weekly every monday at 09:00: points >= 3 -> stopped 1d",
    "rule monthly every month: each time credit < 10 -> credit +1",
    "ladder steps on credit when ticket:\n  <= 8 -> stopped 1d\n  <= 5 -> stopped 4d",
)

DAYS = st.integers(0, 110)
EVENTS = st.lists(
    st.one_of(
        st.tuples(DAYS, st.sampled_from(("fast", "rude"))),
        st.tuples(DAYS, st.sampled_from(("study", "course"))),
        st.tuples(DAYS, st.integers(1, 5).map(lambda amount: 70 * amount)),
    ),
    max_size=14,
)
Happened = tuple[int, str | int]


def instant(day: int) -> str:
    """So many days into the year, in the morning."""
    return f"2021-{1 + day // 28:02}-{1 + day % 28:02}T10:00:00+08:00"


def account_of(happened: list[Happened]) -> str:
    """An account with some events, each on its day; ids follow their order."""
    events = []
    for place, (day, what) in enumerate(happened):
        head = f'"id": "E{place:02}", "identity": "merchant"'
        if isinstance(what, int):
            events.append(f'{{"event": "payment", {head}, "amount": "{what}", "at": "{instant(day)}"}}')
        elif what in ("fast", "rude"):
            events.append(f'{{"event": "ticket", {head}, "offence": "{what}", "effective": "{instant(day)}"}}')
        else:
            events.append(f'{{"event": "act", {head}, "name": "{what}", "at": "{instant(day)}"}}')
    return f'{{"merchant": "m", "opened": "2021-01-01T00:00:00+08:00", "events": [{",".join(events)}]}}'


def answered(one: Policy, happened: list[Happened], at: str) -> Answer:
    """What stands after some events."""
    zone = zone_of(one)
    return replay(one, read_account(account_of(happened), zone, "h"), zone.read(at))


@settings(max_examples=40, deadline=None)
@given(st.permutations(STATEMENTS[1:]), EVENTS)
def test_the_order_of_rules_changes_nothing(shuffled: list[str], happened: list[Happened]) -> None:
    first, second = policy(*STATEMENTS), policy(STATEMENTS[0], *shuffled)
    assert first.digest() == second.digest()
    assert told(answered(first, happened, instant(120))) == told(answered(second, happened, instant(120)))


def made(answer: Answer, until: str) -> list[tuple[str, str, int]]:
    """The decisions up to an instant: id, instant, and how many effects each has."""
    decisions = told(answer)["decisions"]
    return [(one["id"], one["at"], len(one["effects"])) for one in decisions if one["at"] <= until]


@settings(max_examples=40, deadline=None)
@given(EVENTS, DAYS)
def test_what_comes_later_changes_no_decision(happened: list[Happened], day: int) -> None:
    one, happened = policy(*STATEMENTS), sorted(happened, key=lambda event: event[0])
    early = [event for event in happened if event[0] <= day]
    assert made(answered(one, early, instant(day)), instant(day)) == made(
        answered(one, happened, instant(120)), instant(day)
    )


@settings(max_examples=15, deadline=None)
@given(EVENTS)
def test_every_course_can_be_told(happened: list[Happened]) -> None:
    one = policy(*STATEMENTS)
    account, at = account_of(happened), zone_of(one).read(instant(120))
    timeline = in_order_of_effect(one, read_account(account, zone_of(one), "h"), at)
    decided = {row.decision.id for row in timeline.rows if isinstance(row, DecisionRow)}
    assert decided >= {decision.id for decision in answered(one, happened, instant(120)).decisions}
    assert list(page(answered(one, happened, instant(120)), lang="zh", width=100))


@settings(max_examples=60, deadline=None)
@given(EVENTS)
def test_what_rules_move_stands_in_the_timeline(happened: list[Happened]) -> None:
    """Each balance goes on where the row before has left it, and comes to that of the answer, whatever rules did."""
    one = policy(*STATEMENTS)
    account = read_account(account_of(happened), zone_of(one), "h")
    timeline = in_order_of_effect(one, account, zone_of(one).read(instant(120)))
    for status in timeline.answer.status:
        now: dict[str, Fraction] = {"credit": Fraction(10), "points": Fraction(0)}
        for moved in (moved for row in timeline.rows if row.identity == status.identity for moved in moves(row)):
            if not moved.late:
                assert now[moved.ledger] == moved.before
                now[moved.ledger] = moved.after
        assert now == dict(status.ledgers)


@settings(max_examples=40, deadline=None)
@given(EVENTS)
def test_balances_are_those_of_what_is_live(happened: list[Happened]) -> None:
    """However points were consumed, given back, set and cleared: a balance is the fold of the live entries."""
    one = policy(*STATEMENTS)
    for status in answered(one, happened, instant(120)).status:
        ledgers = dict(status.ledgers)
        assert ledgers["points"] >= 0
        assert 0 <= ledgers["credit"] <= 12


def run(text: str, happened: list[Happened], at: str = instant(120)) -> Any:
    """The answer of a small policy."""
    return told(answered(policy(*STATEMENTS[:9], text), happened, at))


def ids(answer: Any) -> list[str]:
    return [one["id"] for one in answer["decisions"] if one["identity"] == "merchant"]


def test_acts_of_an_instant_are_one_and_give_the_decision_its_id() -> None:
    answer = run("rule done when study: points >= 1 -> points -1", [(1, "fast"), (2, "study"), (2, "study")])
    assert ids(answer) == ["done@E01"]
    [decision] = answer["decisions"]
    assert decision["events"] == ["E01", "E02"] and decision["tickets"] == []
    assert decision["effects"][0]["kind"] == "post" and decision["effects"][0]["amount"] == "1"


def test_what_has_no_event_is_named_by_identity_and_instant() -> None:
    answer = run("rule clean when 5 days without tickets: points >= 1 -> clear points", [(1, "fast")])
    assert ids(answer) == ["clean@merchant,2021-01-07T10:00:00+08:00"]
    assert answer["decisions"][0]["effects"][0]["ended"] == [{"name": "points", "points": "3"}]


def test_a_parted_entry_keeps_its_ticket_and_its_place() -> None:
    """Four points of two tickets go in two steps: the oldest first, the rest of the second ticket stays."""
    text = "rule done when study: -> consume 2 of points"
    answer = answered(policy(*STATEMENTS[:9], text), [(1, "fast"), (2, "fast"), (3, "study"), (4, "study")], instant(9))
    assert dict(answer.status[0].ledgers)["points"] == 2
    assert [(str(e.kind), int(e.points)) for e in answer.ledger_events] == [("consumed", 2), ("consumed", 2)]


def test_points_given_back_are_no_violations() -> None:
    text = (
        "measure total = incurred(points) ever\n"
        "rule done when study: -> points -2\n"
        "rule more when course: -> points +2\n"
    )
    answer = run(text, [(1, "fast"), (2, "study"), (3, "course")], instant(9))
    assert answer["status"]["merchant"]["ledgers"]["points"] == "3"
    assert answer["status"]["merchant"]["measures"]["total"] == "5"


def test_a_fine_that_waits_for_its_sanction_waits_for_the_moved_end() -> None:
    text = (
        "rule full: points >= 3 -> held 7d, fine 70 clears when served\n"
        "rule shorter when study: -> shorten held by 3d\n"
        "rule gone when course: -> lift held\n"
    )
    stories: list[tuple[list[Happened], int]] = [
        ([(1, "fast"), (2, 70)], 8),
        ([(1, "fast"), (2, 70), (3, "study")], 5),
        ([(1, "fast"), (2, 70), (3, "course")], 3),
    ]
    for happened, day in stories:
        fine = run(text, happened)["status"]["merchant"]["fines"][0]
        assert fine["cleared_at"] == instant(day), happened


def test_of_overlapping_sanctions_the_last_end_counts() -> None:
    text = "rule full: each time points >= 3 -> held 7d\nrule over when held ends: -> notify owner"
    answer = run(text, [(1, "fast"), (4, "fast")])
    assert [one for one in ids(answer) if one.startswith("over")] == ["over@merchant,2021-01-12T10:00:00+08:00"]


def test_a_rule_fires_once_in_a_step_however_many_rounds_it_has() -> None:
    text = "rule up: each time points >= 3 -> points +1\nrule again: points >= 4 -> points +1"
    answer = run(text, [(1, "fast")], instant(9))
    assert sorted(ids(answer)) == ["again@E00", "up@E00"]
    assert answer["status"]["merchant"]["ledgers"]["points"] == "5"


@pytest.mark.parametrize("listening", ["", "\nrule over when held ends: -> clear points"])
def test_a_suspension_does_not_bring_the_one_for_those_who_had_one(listening: str) -> None:
    """Tickets are judged once; only points that a rule posts are looked at again, whatever other rules wait for."""
    steps = ">= 3 while count(held) ever = 0 -> held 7d\n  >= 2 while count(held) ever = 1 -> held 14d"
    answer = run(f"ladder stop on points:\n  {steps}{listening}", [(1, "fast")], instant(3))
    assert ids(answer) == ["stop[>= 3 while count(held) ever = 0]@E00"]


def test_a_streak_waits_while_the_sanction_runs() -> None:
    text = "rule full: points >= 3 -> held 20d\nrule back every 5 days without tickets or held ends: -> credit +1"
    answer = run(text, [(1, "fast")], instant(27))
    assert [one for one in ids(answer) if one.startswith("back")] == ["back@merchant,2021-01-27T10:00:00+08:00"]


def test_silent_rules_say_what_they_wait_for() -> None:
    answer = run("rule done when study: -> points -1\nrule more when study: points >= 2 -> points -1", [])
    reasons = {one["rule"]: one["reason"] for one in answer["silent"] if one["identity"] == "merchant"}
    assert reasons == {"done": "awaits_occasion", "more": "below_threshold"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ("3 points of points cleared", "held extended by 2 days", "2 points of points taken off", "noted lifted"),
        ),
        ("zh", ("清除 points 3 分", "held 延长 2 天", "减去 points 2 分", "解除 noted")),
    ],
)
def test_what_a_rule_did_is_told(language: Language, words: tuple[str, ...]) -> None:
    text = (
        "rule full: points >= 3 -> held 30d, noted\n"
        "rule longer when course: -> extend held by 2d, lift noted, clear points\n"
        "rule back when study: -> points -2\n"
    )
    happened: list[Happened] = [(1, "fast"), (2, "course"), (3, "fast"), (4, "study")]
    answer = answered(policy(*STATEMENTS[:9], text), happened, instant(5))
    shown = " ".join(" ".join(line.plain for line in page(answer, lang=language, width=200)).split())
    assert [word for word in words if word not in shown] == [], shown
    assert as_json(answer)["decisions"]


# --- open ends --------------------------------------------------------------------------------------------------------


def running(answer: Any) -> dict[str, tuple[str | None, list[str]]]:
    """What runs of each sanction: its end, and what an open one waits for."""
    return {one["name"]: (one["until"], one["open_until"]) for one in answer["status"]["merchant"]["sanctions"]}


def test_an_open_end_says_what_it_waits_for_until_it_comes() -> None:
    text = "rule full: points >= 3 -> held until 2 study\nrule freed when course: -> clear points"
    happened: list[Happened] = [(1, "fast"), (3, "study"), (5, "study")]
    assert running(run(text, happened, instant(4))) == {"held": (None, ["2 study"])}
    answer = run(text, happened, instant(5))
    assert running(answer) == {}
    assert answer["decisions"][0]["effects"][0]["until"] == instant(5)


def test_acts_before_a_sanction_do_not_count() -> None:
    text = "rule full: points >= 3 -> held until 1 study"
    assert "held" in running(run(text, [(0, "study"), (1, "fast"), (1, "study")], instant(3)))
    assert "held" not in running(run(text, [(0, "study"), (1, "fast"), (2, "study")], instant(3)))


def test_a_length_and_a_condition_must_both_be_over() -> None:
    text = "rule full: points >= 3 -> held 5d until points < 3\nrule down when study: -> points -3"
    for day, until in ((3, 6), (9, 9)):
        effect = run(text, [(1, "fast"), (day, "study")], instant(20))["decisions"][0]["effects"][0]
        assert effect["until"] == instant(until) and effect["open_until"] == []


def test_a_fine_waits_for_an_open_end() -> None:
    text = "rule full: points >= 3 -> held until 1 study, fine 70 clears when served"
    happened: list[Happened] = [(1, "fast"), (2, 70)]
    fine = run(text, happened, instant(20))["status"]["merchant"]["fines"][0]
    assert fine["cleared_at"] is None and fine["served_at"] is None and fine["would_clear"]
    fine = run(text, [*happened, (9, "study")], instant(20))["status"]["merchant"]["fines"][0]
    assert fine["cleared_at"] == instant(9)


def test_a_later_start_is_told_as_waiting() -> None:
    text = "rule full: points >= 3 -> held 2d from 4 days later"
    answer = run(text, [(1, "fast")], instant(3))
    assert running(answer) == {}
    [waiting] = answer["status"]["merchant"]["waiting"]
    assert (waiting["from"], waiting["until"]) == (instant(5), instant(7))
    assert running(run(text, [(1, "fast")], instant(5))) == {"held": (instant(7), [])}


def test_what_a_sum_makes_nothing_is_no_sanction() -> None:
    text = "rule full: points >= 3 -> held 1d per (points - 3), noted"
    [decision] = run(text, [(1, "fast")], instant(3))["decisions"]
    assert [effect["kind"] for effect in decision["effects"]] == ["flag"]


@pytest.mark.parametrize(("language", "words"), [("en", "held until 2 study"), ("zh", "held，至 study 2 次为止")])
def test_an_open_end_is_told(language: Language, words: str) -> None:
    text = "rule full: points >= 3 -> held until 2 study"
    answer = answered(policy(*STATEMENTS[:9], text), [(1, "fast")], instant(4))
    shown = " ".join(" ".join(line.plain for line in page(answer, lang=language, width=200)).split())
    assert words in shown, shown


def test_the_exam_and_the_fine_are_those_of_the_sanction() -> None:
    """An exam before it began, and the fine of an earlier decision, end nothing."""
    text = "rule full: each time points >= 3 -> held 2d until study is done and fine is paid, fine 70"
    first: list[Happened] = [(1, "study"), (2, "fast"), (3, 70)]
    assert running(run(text, first, instant(9)))["held"] == (None, ["study is done"])
    assert running(run(text, [*first, (5, "study")], instant(9))) == {}
    second: list[Happened] = [*first, (5, "study"), (10, "fast"), (11, "study")]
    assert "held" in running(run(text, second, instant(20)))
    assert running(run(text, [*second, (12, 70)], instant(20))) == {}
