"""Sanctions of one kind that absorb or replace each other: what the page says of each decision."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyctl.explain.phrases import Language
from policyctl.explain.terminal import lines
from policyctl.replay.answer import Answer, Decision
from policyctl.replay.sanctions import gave_way, runs

from . import answers

RULES = """\
sanction a "甲" overlap heaviest
rule ev: every 7 of general -> a 2d each
"""


def told(answer: Answer, lang: Language = "en", decision: str | None = None) -> str:
    """What is printed, without its lines."""
    return " ".join(" ".join(line.plain for line in lines(answer, lang=lang, width=120, decision=decision)).split())


def absorbing(*points: int) -> Answer:
    """Tickets half a day apart, seen at the noon of the day of the second."""
    tickets = [
        answers.ticket(f"T-{n}", f"2021-03-{1 + n // 2:02} {n % 2 * 12:02}:00", "general", given)
        for n, given in enumerate(points)
    ]
    return answers.answer(answers.written(RULES), "2021-03-02", tickets)


@pytest.mark.parametrize("decision", [None, "ev@T-1"])
def test_a_lighter_one_is_absorbed(decision: str | None) -> None:
    """Its own end is later than that of what runs: it does not run till then, and the page does not say so."""
    answer = absorbing(7 * 2, 7)
    shown = told(answer, decision=decision)
    name = "a (甲)"
    assert f"{name}, absorbed by ev@T-0 Of sanctions of this kind only the longest runs;" in shown
    assert "by this decision alone it would end on 2021-03-03 12:00" in shown
    assert f"{name} until 2021-03-03 12:00" not in shown
    chinese = told(answer, "zh", decision)
    assert "甲，由 ev@T-0 吸收，不另执行" in chinese
    assert "至 2021-03-03 12:00 止（" not in chinese


def test_a_heavier_one_replaces_the_running_one() -> None:
    """The first runs until then; what it had absorbed stays absorbed by it."""
    answer = absorbing(7 * 2, 7, 7 * 5)
    shown = told(answer)
    assert "a until 2021-03-02 00:00, then replaced by ev@T-2" in shown
    assert "a, absorbed by ev@T-0" in shown
    assert "a (甲) until 2021-03-12 00:00 (10 days left)" in shown
    assert "甲，至 2021-03-02 00:00 止，此后由 ev@T-2 取代" in told(answer, "zh")


def test_a_fine_that_waits_for_an_absorbed_sanction() -> None:
    """Nothing is served: the points go at the end that the decision gave its sanction."""
    rules = """\
sanction a "甲" overlap heaviest
rule first: general >= 10 -> a 9d
rule second: general >= 20 -> a 2d, fine 100 clears general when served
"""
    tickets = [answers.ticket(f"T-{n}", f"2021-03-0{n}", "general", 10) for n in (1, 2)]
    shown = told(answers.answer(answers.written(rules), "2021-03-03", tickets))
    assert "2021-03-04 00:00, the end that the decision gave its sanction" in shown
    assert "is served" not in shown and "The sanction runs to its end" not in shown


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 6)), min_size=1, max_size=6))
def test_what_gave_way_is_what_did_not_run_to_its_end(given_points: list[tuple[int, int]]) -> None:
    """Held against the stretches in which the sanction runs."""
    day = 0
    tickets = []
    for number, (times, apart) in enumerate(given_points):
        tickets.append(
            answers.ticket(f"T-{number}", f"2021-03-{1 + day // 4:02} {day % 4 * 6:02}:00", "general", 7 * times)
        )
        day += apart
    answer = answers.answer(POLICY, "2021-06-01", tickets)
    found = {one.decision: one.at for one in gave_way("a", answer.decisions)}
    ran = {run.decision: run for run in runs("a", "heaviest", answer.decisions, (), answer.zone)}
    for decision in answer.decisions:
        run = ran.get(decision.id)
        if run is None:
            assert found[decision.id] is None
        elif run.end == _own_end(decision):
            assert found.get(decision.id, run.end) == run.end
        else:
            assert found[decision.id] == run.end


def _own_end(decision: Decision) -> datetime | None:
    return decision.outcomes[0].until


POLICY = answers.written(RULES)


def test_a_ban_in_matches_behind_another_is_told_as_waiting_for_it() -> None:
    rules = answers.written(
        'acts fixture\nsanction a "甲" overlap consecutive\n'
        "rule one: general >= 1 -> a until 1 fixture\nrule two: severe >= 1 -> a until 1 fixture\n"
    )
    tickets = [
        answers.ticket("T-0", "2021-03-01 10:00", "general", 1),
        answers.ticket("T-1", "2021-03-01 11:00", "severe", 1),
    ]
    answer = answers.answer(rules, "2021-03-02", tickets)
    for language, said in {
        "en": ["After it, a runs again.", "a (甲) when the one before it has ended", "waiting a"],
        "zh": ["此后接着执行甲。", "甲，待前一项结束后执行"],
    }.items():
        shown = told(answer, "zh" if language == "zh" else "en")
        assert [one for one in said if one.replace(" (甲)", "") not in shown.replace(" (甲)", "")] == []
