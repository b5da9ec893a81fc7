"""What is multiplied, measured, or paid for nothing, in words of both languages."""

from __future__ import annotations

import pytest

from policyctl.explain.as_json import as_json
from policyctl.explain.phrases import Language
from policyctl.explain.terminal import lines
from policyctl.replay.answer import Answer

from . import answers


def told(answer: Answer, lang: Language = "en") -> str:
    """What is printed, without its lines."""
    return " ".join(" ".join(line.plain for line in lines(answer, lang=lang, width=120)).split())


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ("incurred(general) this year", "本年度一般违规累计扣分"),
        ("incurred(general, severe) in 30 days", "近 30 天内一般违规和严重违规累计扣分"),
        ("live(general) in 2 weeks", "近 2 周内一般违规未清除的扣分"),
        ("count(tickets) this year", "本年度违约单数"),
        ("count(general) in 3 months", "近 3 个月内一般违规扣分次数"),
        ("general / 3", "一般违规 ÷ 3"),
        ("2 * general - severe", "2 × 一般违规 − 严重违规"),
    ],
)
def test_a_measure_without_a_name_in_chinese(measure: str, words: str) -> None:
    """An expression of the policy is worded; in English the policy's own words stay."""
    rules = answers.written(f"rule far: {measure} >= 900 -> suspend 1d\n")
    answer = answers.answer(rules, "2021-03-05", [])
    assert f"{words}现为 0" in told(answer, "zh") or f"{words} 现为 0" in told(answer, "zh")
    assert f"{measure} is at 0" in told(answer)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("key = this key", "对象与该违约单相同"),
        ("offence is late and severity is grave", "违规行为为迟发且情节为严重"),
        ("offence is late or ledger is severe", "违规行为为迟发或账为严重违规"),
        ("not (points >= 2 and court is yes)", "不符合“（违规分不少于 2且法院为 yes）”"),
        ("points > 2 and points < 9", "违规分超过 2且违规分低于 9"),
        ("fine is unpaid", "违约金未缴"),
        ("occurred on monday or day before holiday", "发生日在星期一或节假日前一日"),
        ("issued in 90 days from occurred", "开具日在发生后 90 天内"),
        ("occurred in 2 years from licensed", "发生日在取得执照后 2 年内"),
        ("occurred from 2024-01-01", "发生日在 2024-01-01（含）以后"),
        ("occurred before 1 december", "发生日在 12 月 1 日 以前"),
    ],
)
def test_what_is_asked_of_a_fact_in_chinese(where: str, words: str) -> None:
    rules = answers.written(
        'attribute court "法院"\nattribute licensed "取得执照"\n'
        'offence late "迟发"\n  minor "轻微" -> general +1\n  grave "严重" -> general +2\n'
        f"rule far: count(general and severe where {where}) this year >= 900 -> suspend 1d\n"
    )
    answer = answers.answer(rules, "2021-03-05", [])
    assert f"（仅计{words}）" in "".join(told(answer, "zh").split("  ")).replace("\n", "")
    assert f"where {where}" in told(answer)


def test_what_is_multiplied() -> None:
    """`each`: how often, times what; without `each` nothing is multiplied, and nothing is said."""
    rules = answers.written(
        "rule hidden: every 5 of severe -> suspend 12d each, fine 100 each\n"
        "rule once: every 5 of general -> suspend 1d\n"
    )
    tickets = [answers.ticket("T-1", "2021-03-01", "severe", 11), answers.ticket("T-2", "2021-03-01", "general", 11)]
    shown = answers.answer(rules, "2021-03-05", tickets)
    assert "It was reached 2 times at once: 2 times 12 days." in told(shown)
    assert "It was reached 2 times at once: 2 times 100 CNY = 200 CNY." in told(shown)
    assert told(shown).count("times at once") == 2
    assert "一次达到 2 次：12 天 × 2。" in told(shown, "zh")
    assert "一次达到 2 次：100 元 × 2 = 200 元。" in told(shown, "zh")


@pytest.mark.parametrize(
    ("named", "english", "chinese"),
    [
        ("short_bam@T-1", "the nearest decision is short_ban@T-1: name that one", "最接近的处理决定是 short_ban@T-1"),
        ("short_ban@T-7", "the nearest decision is short_ban@T-1: name that one", "最接近的处理决定是 short_ban@T-1"),
        ("?", "the nearest decision is short_ban@T-1: name that one", "最接近的处理决定是 short_ban@T-1"),
        ("short_ban@T-1", "the decision was made only after the payment", "该决定在付款之后才作出"),
    ],
)
def test_a_payment_for_no_decision(named: str, english: str, chinese: str) -> None:
    """The amount, that it goes nowhere, what was meant, and what to do."""
    at = "2021-02-01" if named == "short_ban@T-1" else "2021-03-02"
    events = [answers.ticket("T-1", "2021-03-01", "general", 20), answers.payment("P-1", at, 2000, decision=named)]
    answer = answers.answer(answers.two_ledgers(), "2021-03-05", events)
    shown = told(answer)
    assert f"Payment P-1 names the decision {named}, which did not stand at that time; its 2,000 CNY is" in shown
    assert english in shown
    assert "2,000 元未作抵扣" in told(answer, "zh") and chinese in told(answer, "zh")
    [anomaly] = as_json(answer)["anomalies"]
    assert "2000 is applied to nothing" in anomaly["message"]
    assert "leave `decision` out" in anomaly["help"]


def test_a_payment_for_no_decision_where_there_is_none() -> None:
    """Nothing can be named instead, and left without a name it would fill nothing either."""
    answer = answers.answer(answers.card(), "2021-03-05", [answers.payment("P-1", "2021-03-02", 5, decision="a@T-1")])
    assert "What to do: check the id of the decision; no fine is open that it could fill" in told(answer)
    assert "处理办法：请核对处理决定的编号；目前没有可以抵扣的未缴违约金" in told(answer, "zh")


def test_only_a_decision_whose_fine_is_open_is_named_instead() -> None:
    """A ban without a fine, or with one that is paid, is no help to somebody who wants to pay."""
    events = [
        answers.ticket("T-1", "2021-03-01", "general", 20),
        answers.ticket("T-2", "2021-03-02", "severe", 40),
        answers.payment("P-1", "2021-03-02", 5, decision="serious_ban@T-3"),
    ]
    assert "the nearest decision is short_ban@T-1" in told(answers.answer(answers.two_ledgers(), "2021-03-05", events))
    events.insert(2, answers.payment("P-0", "2021-03-02", 2000))
    page = told(answers.answer(answers.two_ledgers(), "2021-03-05", events))
    assert "no fine is open that it could fill" in page and "the nearest decision" not in page


def test_a_fine_that_clears_nothing_is_not_said_to_have_come_too_late() -> None:
    """Whether its period is over now says nothing of a fine without `clears`, nor of one that was paid in time."""
    tickets = [answers.ticket("T-1", "2021-03-01", "general", 20)]
    for effects, paid, over in (("", "2021-03-02", False), (" clears", "2022-03-02", True)):
        rules = answers.written(f"general >= 20 -> fine 2000{effects}\n")
        answer = answers.answer(rules, "2022-05-01", [*tickets, answers.payment("P-1", paid, 2000)])
        assert "Full payment took no points off" in told(answer)
        assert ("which is over" in told(answer)) == over
        assert ("属于已结束的" in told(answer, "zh")) == over


def test_a_rule_of_every_multiple_that_is_silent() -> None:
    """It says that there are more multiples than the next one."""
    rules = answers.written("rule often: every 12 of general -> suspend 1d\nrule once: general >= 30 -> suspend 3d\n")
    answer = answers.answer(rules, "2021-03-05", [answers.ticket("T-1", "2021-03-01", "general", 8)])
    words = "4 points away: general is at 8, fires at every full 12 points (next at 12 points)"
    assert words in told(answer) and "22 points away: general is at 8, fires at 30 points or more" in told(answer)
    assert "尚差 4 分：一般违规现为 8，每满 12 分（下次为 12 分）时触发" in told(answer, "zh")


def test_which_rule_prevails() -> None:
    """A rule over which another one prevails is silent because of that one, and no step of a ladder."""
    rules = answers.written(
        "rule full: general >= 10 -> suspend 5d\nrule grave prevails over full: general >= 12 -> suspend 10d\n"
    )
    shown = answers.answer(rules, "2021-03-05", [answers.ticket("T-1", "2021-03-01", "general", 15)])
    assert "full reached, but grave prevails over it, and was reached at the same time" in told(shown)
    assert "已达到，但同时触发的 grave 优先适用" in told(shown, "zh")


def test_an_exception_is_told_with_its_own_clause() -> None:
    """A rule that is silent by an exception alone says so and is not the nearest; where more lacks, that is told."""
    rules = answers.written(
        "flag warned\nrule first: general >= 1 -> warned\n"
        'rule ban: general >= 12 -> suspend 5d except when warned and general < 15 cite "clause 5, proviso"\n'
        "rule strict: severe + general >= 12 -> suspend 5d except when warned\n"
        "rule far: general >= 40 -> suspend 9d except when severe >= 1\n"
    )
    later = [answers.ticket("T-1", "2021-03-01", "general", 8), answers.ticket("T-2", "2021-03-02", "general", 5)]
    shown = answers.answer(rules, "2021-03-05", later)
    assert "ban reached, and excepted: warned and general < 15, “clause 5, proviso”" in told(shown)
    assert "strict reached, and excepted: warned" in told(shown)
    assert "已达到，但属例外：warned" in told(shown, "zh")
    assert "far 27 points away" in told(shown)
    assert "The nearest rule is far" in told(shown)


def test_a_ticket_that_an_exception_spares() -> None:
    """It counts nothing, and the page says by which exception and clause, in both languages."""
    rules = answers.written(
        'attribute sector "行业"\n'
        'offence late "迟发" -> general +5 except when sector is food and issued before 2021-03-02 cite "Art. 4"\n'
        "rule node: general >= 20 -> suspend 1d\n"
    )
    tickets: list[answers.Event] = [
        {"event": "ticket", "id": id, "identity": "promoter", "offence": "late", "effective": at, "attributes": said}
        for id, at, said in (
            ("T-1", "2021-03-01", {"sector": "food"}),
            ("T-2", "2021-03-01", {"sector": "toys"}),
            ("T-3", "2021-03-03", {"sector": "food"}),
        )
    ]
    answer = answers.answer(rules, "2021-03-05", tickets)
    page = told(answer)
    spared = "costs no points, by an exception: sector is food and issued before 2021-03-02 (“Art. 4”)"
    assert f"T-1 of 2021-03-01 00:00 (late) {spared}" in page and page.count("by an exception") == 1
    assert "不计分，适用例外：行业为 food且开具日在 2021-03-02 以前（“Art. 4”）" in told(answer, "zh")
    [promoter] = [one for one in answer.status if one.identity == "promoter"]
    assert [one.ticket for one in promoter.spared] == ["T-1"]


def test_what_is_counted_has_no_column_of_points() -> None:
    """Each ticket counts as one, whatever it cost and in which ledger."""
    rules = answers.written("rule twice: count(tickets) this year >= 2 -> suspend 1d\n")
    tickets = [answers.ticket("T-1", "2021-03-01", "general", 7), answers.ticket("T-2", "2021-03-02", "severe", 9)]
    page = told(answers.answer(rules, "2021-03-05", tickets))
    assert "effective ticket total 2021-03-01 00:00 T-1 1 2021-03-02 00:00 T-2 2" in page
    assert "+1" not in page


def test_what_was_chosen_from_a_range() -> None:
    """The clause says both ends; the reader sees which length was taken."""
    rules = answers.written("rule node: general >= 10 -> suspend 6 months to 8 months\n")
    ticket: answers.Event = {**answers.ticket("T-1", "2021-03-01", "general", 10), "chosen": {"suspend": "7"}}
    answer = answers.answer(rules, "2021-03-05", [ticket])
    assert "Of the range from 6 months to 8 months: 7 months." in told(answer)
    assert "幅度为 6 个月至 8 个月，取 7 个月。" in told(answer, "zh")


def test_the_points_of_the_ticket_looked_at_in_chinese() -> None:
    rules = answers.written("rule big when ticket: points of this ticket >= 20 -> suspend 1d\n")
    answer = answers.answer(rules, "2021-03-05", [answers.ticket("T-1", "2021-03-01", "general", 10)])
    assert "该违约单的扣分现为 10" in told(answer, "zh")
