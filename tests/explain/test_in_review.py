"""The page on what is for review, on appeals against tickets that do not count yet, and on repeals recorded late."""

from __future__ import annotations

import pytest

from policyctl.explain.phrases import Language
from policyctl.explain.terminal import lines
from policyctl.replay.answer import Answer

from . import answers, corrections


def told(answer: Answer, lang: Language = "en") -> str:
    """What is printed, without its lines; Chinese without spaces, for lines break anywhere in it."""
    between = " " if lang == "en" else ""
    return between.join(" ".join(line.plain for line in lines(answer, lang=lang, width=120)).split())


def review(effects: str, points: int = 14, more: str = "") -> Answer:
    """A decision whose fine cleared what the corrected record counts on: with the first ticket gone, others fire."""
    law = (
        "policy taobao\n  timezone Asia/Shanghai\n  currency CNY\n  annulment refunds and revives\n"
        "identities promoter\nledger points resets every year\nsanction hidden\nsanction ban = live 5d, selling\n"
        f"rule early: points >= 10 -> fine 500 clears{more}\nrule repeat: every 12 of points -> {effects}\n"
    )
    events = [
        answers.ticket("T-1", "2021-03-01", "points", 10),
        answers.payment("P-1", "2021-03-02", 500),
        answers.ticket("T-2", "2021-03-03", "points", 2),
        answers.ticket("T-3", "2021-03-05", "points", points),
        corrections.appeal("A-1", "T-1", "reduced", "2021-03-20", points="9"),
    ]
    return answers.answer(answers.compiled(law), "2021-04-01", events)


def test_what_a_confirmation_would_impose() -> None:
    """Its effects with their lengths, for a sanction starts only then; of an excess, the excess alone."""
    page = told(review("hidden 7d each, fine 100"))
    assert "From then on it imposes: · fine of 500 CNY Without that" in page
    assert "From then on it imposes, beside what stands: · hidden for 7 days Without that" in page
    chinese = told(review("hidden 7d each, fine 100"), "zh")
    assert "自该时起：·违约金500元如不确认" in chinese
    assert "自该时起，在现有处罚之外另行：·hidden，为期7天如不确认" in chinese


@pytest.mark.parametrize("life", ["until 30 june", "7d until points < 3", "7d from 3d later"])
def test_a_confirmation_sends_to_the_clause_where_no_length_says_when_it_ends(life: str) -> None:
    page = told(review("fine 100", more=f", hidden {life}"))
    assert "· hidden, from when and for as long as the clause says" in page
    assert "for good" not in page and f"hidden {life}" in page


def test_an_excess_of_several_times() -> None:
    """By hand: 2 and 26 make 28, twice 12; with the 9 they make 37, three times, and 9, 2 and 38 make 49, four."""
    assert "beside what stands: · hidden for 7 days" in told(review("hidden 7d each", 26))
    cleared = told(review("hidden 7d each", 38))
    assert "it would count 1 more time" in cleared and "· hidden for 7 days" in cleared


def test_effects_that_do_not_end() -> None:
    """What is for good, and parts of different lengths."""
    moved = told(corrections.closure_moved())
    assert "From then on it imposes: · promoter closed for good" in moved
    both = told(review("ban 28d each", more=", hidden permanently"))
    assert "From then on it imposes: · hidden for good · fine of 500 CNY Without that" in both
    assert "beside what stands: · ban: live for 5 days and selling for 28 days Without that" in both
    chinese = told(review("ban 28d each", more=", hidden permanently"), "zh")
    assert "·hidden，永久有效" in chinese and "·ban：live为期5天和selling为期28天" in chinese


def test_a_closure_that_moved_by_a_reduction() -> None:
    """The ticket is still there, so nothing is said of a record without it."""
    events = [
        answers.ticket("T-1", "2022-03-01", "severe", 60),
        answers.ticket("T-2", "2022-05-01", "severe", 40),
        answers.ticket("T-3", "2022-07-01", "severe", 5),
        corrections.appeal("A-1", "T-2", "reduced", "2022-10-09", points="36"),
    ]
    answer = answers.answer(answers.two_ledgers(), "2022-12-01", events)
    page = told(answer)
    assert "and the record as A-1 corrected it would close the identity by `closure@T-3`" in page
    assert "closure for review: by the record as A-1 corrected it, it would have fired" in page
    told_of = page.partition("Worth knowing")[2].partition("Where they stand")[0]
    assert "closure-moved, A-1" in told_of
    assert "without ticket" not in told_of and "without T-2" not in told_of
    assert "待复核：按A-1更正后的记录本应触发，尚无人确认" in told(answer, "zh")


def appealed(*more: answers.Event, **of: str) -> Answer:
    """An appeal against a ticket that is issued and does not count yet."""
    pending = answers.ticket("T-1", "2021-03-20", "general", 10, issued="2021-03-01", **of)
    filed = corrections.appeal("A-1", "T-1", "filed", "2021-03-05")
    return answers.answer(answers.two_ledgers(), "2021-03-10", [pending, filed, *more])


def test_an_appeal_against_a_pending_ticket() -> None:
    """Nothing stands that could go on to stand, and the ticket does not count."""
    page = told(appealed())
    assert "The appeal A-1 against ticket T-1 is not decided; the ticket does not count yet." in page
    assert ("Ticket T-1 does not count yet; unless the appeal succeeds, it takes effect on 2021-03-20") in page
    assert "all of this stands" not in page and "until then" not in page
    chinese = told(appealed(), "zh")
    assert "该违约单尚未计分" in chinese and "照常计分" not in chinese and "以上内容不变" not in chinese


def test_two_appeals_of_which_one_ticket_counts() -> None:
    """What stands goes on to stand; where neither counts, that is said."""
    other = corrections.appeal("A-2", "T-2", "filed", "2021-03-06")
    counting = answers.ticket("T-2", "2021-03-02", "general", 5)
    assert "2 appeals are not decided; until then all of this stands." in told(appealed(counting, other))
    waiting = answers.ticket("T-2", "2021-03-22", "general", 5, issued="2021-03-02")
    assert "2 appeals are not decided; their tickets do not count yet." in told(appealed(waiting, other))


def test_an_appeal_against_a_ticket_that_is_not_final() -> None:
    """It takes effect when it is final, and nobody knows when that is."""
    law = "policy slow\n  points have no effect until final\n  use standard\nrule ban: general >= 20 -> suspend 3d\n"
    events = [
        answers.ticket("T-1", "2021-03-01", "general", 20),
        corrections.appeal("A-1", "T-1", "filed", "2021-03-05"),
    ]
    answer = answers.answer(answers.compiled(law), "2021-03-10", events)
    assert "T-1 does not count yet; unless the appeal succeeds, it takes effect when it is final." in told(answer)
    assert "申诉不成立的，终局后计分" in told(answer, "zh")


@pytest.mark.parametrize(("outcome", "said"), [("repealed", True), ("annulled", False), ("filed", False)])
def test_a_repeal_that_was_recorded_late(outcome: str, said: bool) -> None:
    """It counts from its own instant, so what was answered in between may differ; an annulment says itself what it
    takes back."""
    late = corrections.appeal("A-1", "T-1", outcome, "2021-03-05", recorded="2021-03-20")
    answer = answers.answer(
        answers.two_ledgers(), "2021-04-01", [answers.ticket("T-1", "2021-03-01", "general", 10), late]
    )
    assert [one.event for one in answer.anomalies if one.code == "recorded-after-effective"] == ["A-1"] * said
    assert ("A-1 came on record after it took effect; it counts as if known in time." in told(answer)) == said
