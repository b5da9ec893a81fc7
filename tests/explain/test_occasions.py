"""What rules wait for and what open ends wait for is told in words, in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policyctl.explain.as_json import as_json
from policyctl.explain.phrases import Language
from policyctl.explain.terminal import lines as page
from policyctl.history.read import read_account
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay, zone_of
from policyctl.source.report import render

TEXT = """
policy shop
  timezone Asia/Shanghai
  currency CNY
identities merchant "商户", promoter "达人"
acts exam "通过考试", delivered "送达"
metrics rate "回复率"
ledger points "违规分" resets every year
sanction held "扣留"
sanction hidden "屏蔽"
flag watched "观察"
offence fake "虚假交易"
  mild "情节轻微" -> points +3, hidden 2d
  grave "情节严重" -> points +6, held 7d until exam is done and fine is paid, fine 500
offence late "延迟发货" for promoter
  mild "情节轻微" -> points +1, hidden 1d
rule taught "学习" when exam: points >= 20 -> points -1
rule praised "表扬" when delivered: -> notify owner
rule rated "低回复率" when rate: rate < 0.5 -> hidden 1d
rule after "期满" when held ends: -> notify owner
rule owing "逾期" when fine overdue: -> notify owner
rule settled "结清" when fine paid: -> notify owner
rule turned "清零" when points resets: -> notify owner
rule clean "守规" when 30 days without tickets or payments or held ends: -> notify owner
rule since "结案守规" when 20 days after settled or payments without tickets by occurred: -> notify owner
rule still "停后守规" every 20 days after delivered without exam frozen while held is running: -> notify owner
rule again "每周守规" every 7 days without fake: -> notify owner
rule weekly "每周" every monday: each time points >= 0 -> notify owner
rule twice "再犯": held is running and points >= 9 -> hidden 1d
rule first "初犯" for not held is running: points >= 8 -> hidden 1d
rule marked "转入观察" when hidden starts: -> watched
rule kept "保留" when ticket of late: -> held 1d until not watched or exam is done
"""


def told(events: list[dict[str, str]], at: str, language: Language) -> str:
    """The page, wide enough for one sentence a line."""
    return "\n".join(line.plain for line in page(_answer(events, at), lang=language, width=300))


def _answer(events: list[dict[str, str]], at: str) -> Answer:
    return _of(TEXT, events, at)


def _of(text: str, events: list[dict[str, str]], at: str) -> Answer:
    compiled = compile_texts([PolicyText("shop.policy", Path("shop.policy"), text.encode())])
    assert not compiled.findings, render(compiled.findings)
    [policy] = compiled.policies.values()
    assert policy is not None
    zone = zone_of(policy)
    account = read_account(json.dumps({"merchant": "m", "opened": "2021-01-01", "events": events}), zone, "m.json")
    assert not account.problems
    return replay(policy, account, zone.read(at))


def ticket(number: int, offence: str, at: str, identity: str = "merchant") -> dict[str, str]:
    return {"event": "ticket", "id": f"T{number}", "identity": identity, "offence": offence, "effective": at}


GRAVE = ticket(1, "fake.grave", "2021-03-01T10:00")
EXAM = {"event": "act", "id": "E1", "identity": "merchant", "name": "exam", "at": "2021-03-03T10:00"}
PAID = {"event": "payment", "id": "P1", "identity": "merchant", "amount": "500", "at": "2021-03-04T10:00"}


def test_silent_rules_say_in_words_what_they_wait_for() -> None:
    shown = told([], "2021-01-03", "en")
    for said in (
        "acts at each act delivered (送达)",
        "acts at each end of held (扣留)",
        "acts at each fine that is overdue",
        "acts at each fine that is paid",
        "acts at each reset of points",
        "acts at each start of hidden (屏蔽)",
        "acts after 30 days without payments, the end of held and tickets",
        "acts after every 7 days without fake",
        "acts 20 days after settled and payments, without tickets (by when it happened)",
        "acts every 20 days after delivered, without exam (通过考试) (time stands still while held runs)",
        "holds: acts on the dates it names",
        "acts at each ticket for late",
    ):
        assert said in shown, said
    shown = told([], "2021-01-03", "zh")
    for said in (
        "于每次送达时执行",
        "回复率未知，低于 0.5 时触发",
        "于扣留结束时执行",
        "于违约金逾期时执行",
        "于违约金缴清时执行",
        "于违规分清零时执行",
        "于屏蔽开始时执行",
        "于连续 30 天无缴款、扣留结束和违约单时执行",
        "于每连续 7 天无虚假交易时执行",
        "于结清和缴款后连续 20 天无违约单（按发生时间）时执行",
        "于送达后每连续 20 天无通过考试时（扣留执行期间暂停计算）执行",
        "条件已满足，于所定日期执行",
        "于每张延迟发货违约单生效时执行",
    ):
        assert said in shown.replace("\n", ""), said


def test_what_offences_do_is_not_listed_one_by_one_where_there_was_no_such_ticket() -> None:
    shown = told([], "2021-01-03", "en")
    assert "3 rules act whenever there is a ticket of the offence they are named after." in shown
    assert "fake.mild" not in shown
    assert "3 条规则于发生同名违规行为时执行。" in told([], "2021-01-03", "zh")


@pytest.mark.parametrize(
    ("language", "heading", "why"),
    [
        ("en", "fake.grave (虚假交易 · 情节严重)", "It acts at each ticket for fake.grave; here with T1."),
        ("zh", "虚假交易 · 情节严重", "本规则于每张虚假交易 情节严重违约单生效时执行，此次为 T1。"),
    ],
)
def test_a_decision_by_an_offence_says_so(language: Language, heading: str, why: str) -> None:
    shown = told([GRAVE], "2021-03-02", language)
    assert f"◆ {heading}" in shown and why in shown


def test_severities_of_several_offences_share_their_words() -> None:
    events = [ticket(1, "late.mild", "2021-03-01T10:00", "promoter"), ticket(2, "fake.mild", "2021-03-01T10:00")]
    shown = told(events, "2021-03-02", "zh")
    assert "◆ 延迟发货 · 情节轻微，达人" in shown and "◆ 虚假交易 · 情节轻微，商户" in shown


@pytest.mark.parametrize(
    ("language", "open_end", "later"),
    [
        (
            "en",
            "held (扣留) until exam (通过考试) is done and the fine is paid, and not before 2021-03-08 10:00",
            "held (扣留) until exam (通过考试) is done and the fine is paid",
        ),
        ("zh", "扣留，至通过考试和违约金缴清为止，且不早于 2021-03-08 10:00", "扣留，至通过考试和违约金缴清为止"),
    ],
)
def test_an_open_end_says_what_it_waits_for(language: Language, open_end: str, later: str) -> None:
    assert open_end in told([GRAVE], "2021-03-02", language)
    shown = told([GRAVE], "2021-03-20", language)
    assert later in shown and "2021-03-08" not in shown.split("●")[1].split("◆")[1]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "● The sanction held runs against merchant until the fine is paid, and not before 2021-03-08 10:00."),
        ("zh", "● 商户正在执行扣留，至违约金缴清为止，且不早于 2021-03-08 10:00。"),
    ],
)
def test_what_is_missing_is_told_and_what_is_done_is_not(language: Language, said: str) -> None:
    shown = told([GRAVE, EXAM], "2021-03-04", language)
    assert said in shown
    [held] = as_json(_answer([GRAVE, EXAM], "2021-03-04"))["status"]["merchant"]["sanctions"]
    assert held["open_until"] == ["fine is paid"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_clause_of_what_an_offence_does_is_its_line(language: Language) -> None:
    shown = told([GRAVE], "2021-03-02", language)
    assert "fake.grave -> points +6, held 7d until exam is done and fine is paid, fine 500" in shown


def test_what_cannot_fail_any_more_leaves_only_the_length_to_wait_for() -> None:
    """The exam is passed and the fine is paid on the fourth day: the end of the seventh is known then."""

    def until(events: list[dict[str, str]], at: str) -> Any:
        [held] = as_json(_answer(events, at))["status"]["merchant"]["sanctions"]
        return held["until"]

    assert until([GRAVE, EXAM], "2021-03-05") is None
    assert until([GRAVE, EXAM, PAID], "2021-03-04T09:59") is None
    assert until([GRAVE, EXAM, PAID], "2021-03-04T10:00") == "2021-03-08T10:00:00+08:00"
    late = {**PAID, "at": "2021-03-20T10:00"}
    assert until([GRAVE, EXAM, late], "2021-03-19") is None
    assert as_json(_answer([GRAVE, EXAM, late], "2021-03-21"))["status"]["merchant"]["sanctions"] == []


def test_what_may_fail_again_is_waited_for_to_the_end() -> None:
    """A flag that is not up now may be up tomorrow."""
    event = ticket(1, "late.mild", "2021-03-01T10:00", "promoter")
    [*sanctions] = as_json(_answer([event], "2021-03-01T12:00"))["status"]["promoter"]["sanctions"]
    assert {one["name"]: one["until"] for one in sanctions}["held"] is None


CREDIT = """
policy score
  timezone Asia/Shanghai
acts course
ledger credit starts at 10 down floor 0 ceiling 12
rule back when course: credit < 11 -> credit +3
rule spent: credit <= 0 -> close_identity
"""


def test_as_much_is_given_back_as_there_is_room_and_told_so() -> None:
    """10, minus 9.5 and 1 is 0, for the floor stops it; three points more are 3, then 6, 9, 12, for there it ends."""

    def ticket(number: int, points: str) -> dict[str, str]:
        return {"event": "ticket", "id": f"T{number}", "ledger": "credit", "points": points, "effective": "2021-03-01"}

    def course(day: int) -> dict[str, str]:
        return {"event": "act", "id": f"E{day}", "name": "course", "at": f"2021-03-0{day}"}

    spent = CREDIT.replace("close_identity", "warn empty")
    events = [ticket(1, "9.5"), ticket(2, "1"), *(course(day) for day in range(2, 7))]
    found = {day: _of(spent, events, f"2021-03-0{day}") for day in range(2, 7)}
    balances = [as_json(one)["status"]["merchant"]["ledgers"]["credit"] for one in found.values()]
    assert balances == ["3", "6", "9", "12", "12"]
    amounts = [one["effects"][0]["amount"] for one in as_json(found[6])["decisions"] if one["rule"] == "back"]
    assert amounts == ["3", "3", "3", "3"]
    events = [ticket(1, "0.5"), course(2), course(3)]
    shown = "\n".join(line.plain for line in page(_of(spent, events, "2021-03-04"), lang="en", width=300))
    assert "2.5 points of credit given back" in shown
    assert "The nearest rule is spent, 12 points away." in shown


def test_where_nothing_is_left_to_give_back_it_says_so() -> None:
    course = {"event": "act", "id": "E1", "name": "course", "at": "2021-03-02"}
    full = CREDIT.replace("ceiling 12", "ceiling 10")
    words: dict[Language, str] = {"en": "nothing of credit is left to give back", "zh": "credit 无可返还"}
    for language, said in words.items():
        shown = page(_of(full, [course], "2021-03-04"), lang=language, width=300)
        assert said in "\n".join(line.plain for line in shown)


FINES = """
policy fines
  timezone Asia/Shanghai
  currency CNY
ledger points
sanction held
offence any -> points +6, fine 100
rule full: points >= 12 -> held until fine is paid
"""


def test_a_decision_without_a_fine_waits_for_all_fines() -> None:
    tickets = [
        {"event": "ticket", "id": f"T{day}", "offence": "any", "effective": f"2021-03-0{day}"} for day in (1, 2, 4)
    ]
    paid = [{"event": "payment", "id": f"P{day}", "amount": "150", "at": f"2021-03-0{day}"} for day in (3, 5)]

    def running(at: str) -> list[str]:
        status = as_json(_of(FINES, [*tickets, *paid], at))["status"]["merchant"]
        return [one["name"] for one in status["sanctions"]]

    assert [running(f"2021-03-0{day}") for day in (2, 3, 4, 5)] == [["held"], ["held"], ["held"], []]
    shown = page(_of(FINES, [*tickets, *paid], "2021-03-03"), lang="en", width=300)
    assert "held until all fines are paid" in "\n".join(line.plain for line in shown)


def test_a_number_that_is_missing_is_said_at_the_top() -> None:
    """All events count, and the answer is incomplete all the same: nobody knew the deposit, or what was chosen."""
    ticket = {"event": "ticket", "id": "T1", "offence": "any", "effective": "2021-03-01"}
    taken = FINES.replace("fine 100", "fine deposit").replace("ledger points", "metrics deposit\nledger points")
    ranged = FINES.replace("fine 100", "fine 100 to 300")
    words: dict[Language, str] = {
        "en": "This answer is incomplete: something that it needs is not known, so more may stand against merchant.",
        "zh": "本结果不完整：缺少所需的信息，merchant 可能还有其他处罚。",
    }
    for text in (taken, ranged):
        for language, said in words.items():
            shown = page(_of(text, [ticket], "2021-03-03"), lang=language, width=300)
            assert said in "\n".join(line.plain for line in shown)


DUE = """
policy shop
  timezone Asia/Shanghai
acts opening "开店"
ledger points "违规分"
sanction held "扣留"
sanction shut "停业"
sanction hidden "屏蔽"
offence one "一" -> points +1, held 2d from 3d later
offence two "二" -> points +1, shut permanently from 3d later
offence three "三" -> points +1, hidden 2d from next opening
offence now "四" -> points +1, held 1d
"""


@pytest.mark.parametrize(
    ("offence", "english", "chinese"),
    [
        (
            "one",
            "The sanction held against merchant begins on 2021-03-04 10:00 and runs until 2021-03-06 10:00.",
            "自2021-03-04 10:00起执行，至2021-03-06 10:00止。",
        ),
        ("two", "The sanction shut against merchant begins on 2021-03-04 10:00, for good.", "起执行，永久有效。"),
        ("three", "The sanction hidden against merchant begins with the next opening.", "自下一次开店起执行。"),
    ],
)
def test_what_is_to_begin_stands_in_the_first_sentence(offence: str, english: str, chinese: str) -> None:
    events = [ticket(1, offence, "2021-03-01T10:00:00+08:00")]
    answer = _of(DUE, events, "2021-03-02T00:00:00+08:00")
    words: dict[Language, str] = {"en": english, "zh": chinese}
    for language, said in words.items():
        shown = "\n".join(line.plain for line in page(answer, lang=language, width=300))
        first, _, rest = shown.partition("\n\n")[2].partition("\n\n")
        assert said.replace(" ", "") in first.replace(" ", "")
        assert "●" in first
        assert "nothing pending" not in rest and "没有处罚" not in rest


def test_what_runs_beside_it_is_told_first() -> None:
    """Of a kind that runs, what follows is told behind it; of another kind, what is to begin."""
    at = "2021-03-01T10:00:00+08:00"
    answer = _of(DUE, [ticket(1, "now", at), ticket(2, "two", at)], "2021-03-02T00:00:00+08:00")
    shown = "\n".join(line.plain for line in page(answer, lang="en", width=300))
    assert "The sanction held runs against merchant until 2021-03-02 10:00 (10 hours left). The sanction shut" in shown
    assert "begins on 2021-03-04 10:00, for good." in shown
    assert "When the running" not in shown


def test_a_sanction_in_a_condition_is_told_as_running_or_not() -> None:
    shown = told([], "2021-01-03", "en")
    assert "held is not running" in shown.replace(" (扣留)", "")
    assert "away: held" not in shown and "The nearest rule is twice" not in shown
    assert "扣留未在执行" in told([], "2021-01-03", "zh")
    again = [GRAVE, ticket(2, "fake.mild", "2021-03-02T10:00")]
    shown = told(again, "2021-03-03", "en")
    assert "held was running." in shown.replace(" (扣留)", "")
    assert "held is running" in shown.split("did not fire")[1].replace(" (扣留)", "")
    assert "当时扣留正在执行。" in told(again, "2021-03-03", "zh")


def test_a_rule_for_those_whose_sanction_does_not_run_says_so() -> None:
    first = [ticket(n, "fake.mild", "2021-03-01T10:00") for n in (1, 2, 3)]
    assert "held was not running." in told(first, "2021-03-02", "en").replace(" (扣留)", "")
    assert "当时扣留未在执行。" in told(first, "2021-03-02", "zh")


def test_what_a_streak_gave_and_had_to_give_back_is_told_with_its_decision() -> None:
    rules = """
policy shop
  timezone Asia/Shanghai
ledger points
sanction held
offence late -> points +2
rule clean when 10 days without tickets by occurred: points >= 1 -> clear points
"""
    known = {"event": "ticket", "id": "T1", "offence": "late", "effective": "2021-03-01T10:00:00+08:00"}
    late = {**known, "id": "T2", "effective": "2021-03-20T10:00:00+08:00", "occurred": "2021-03-05T10:00:00+08:00"}
    answer = _of(rules, [known, late], "2021-03-21T00:00:00+08:00")
    words: dict[Language, str] = {
        "en": "From 2021-03-20 10:00 on 2 points of points count again: the time was not clean after all.",
        "zh": "自 2021-03-20 10:00 起，points 2 分重新计入：据以恢复的期间内另有违规。",
    }
    for language, said in words.items():
        assert said in "\n".join(line.plain for line in page(answer, lang=language, width=300))
