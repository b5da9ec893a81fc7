"""A text in another language means what the same text means in English."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyctl.policy.form import Policy
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.scenario.run import run_test
from policyctl.shipping import shipped
from policyctl.source.keywords import Keywords, tables
from policyctl.source.report import render

CHINESE = """
language = "zh"
[words]
"使用" = "USE"
"账本" = "LEDGER"
"每年清零" = ["RESETS", "EVERY", "UNIT:year"]
"除非" = "UNLESS"
"违规" = "OFFENCE"
"规则" = "RULE"
"依据" = "CITE"
"处罚" = "SANCTION"
"且" = "AND"
"非" = "NOT"
"违约金" = "FINE"
"可清零" = "CLEARS"
"天" = "UNIT:day"
"测试" = "TEST"
"对" = "FOR"
"开具" = "TICKET"
"应有" = "EXPECT"
"至" = "UNTIL"
"""

ENGLISH_TEXT = """use standard
ledger quality "品质" resets every year unless no_reset
offence slight "情节轻微" -> general +10
offence out_of_scope "超出允许范围推广"
  minor -> general +10
  serious -> general +20, quality +1
rule short_ban "一般违规节点" cite "一般违规达到20分":
  general >= 20 -> suspend 3d, fine 2000 clears
rule closure "永久关闭":
  year_total >= 100 and not closed -> close_identity, no_reset
general >= 90 -> suspend 14d
test "two minor tickets" for promoter
  2021-03-01 10:00 ticket T1 slight
  2021-03-05 10:00 ticket T2 out_of_scope.minor
  expect suspend until 2021-03-08 10:00
"""

CHINESE_TEXT = """使用 standard
账本 quality “品质” 每年清零 除非 no_reset
违规 slight “情节轻微” -> 一般违规 ＋１０
违规 out_of_scope “超出允许范围推广”
  minor -> 一般违规 +10
  serious -> 一般违规 +20，品质 +1
规则 short_ban “一般违规节点” 依据 “一般违规达到20分”：
  一般违规 ≥ 20 －＞ 短封 3天，违约金 2000 可清零
规则 closure “永久关闭”：
  累计违规分 ≥ 100
    且 非 closed -> close_identity, no_reset
一般违规 ≥ 90 -> 短封 14 天
测试 “two minor tickets” 对 带货达人
  2021-03-01 10:00 开具 T1 slight
  2021-03-05 10:00 开具 T2 out_of_scope.minor
  应有 短封 至 2021-03-08 10:00
"""


@pytest.fixture
def both(tmp_path: Path) -> tuple[Keywords, ...]:
    """The tables of a grammar folder with one more file in it."""
    english = shipped("grammar", "keywords.en.toml").read_text(encoding="utf-8")
    (tmp_path / "keywords.en.toml").write_text(english, encoding="utf-8")
    (tmp_path / "keywords.zh.toml").write_text(CHINESE, encoding="utf-8")
    return tables(tmp_path)


def compiled(text: str, among: tuple[Keywords, ...]) -> Policy:
    """The policy of one file, found without fault."""
    result = compile_texts([PolicyText("shop.policy", Path("shop.policy"), text.encode())], among)
    assert not result.findings, render(result.findings)
    policy = result.policies["shop"]
    assert policy is not None
    for test in result.tests["shop"]:
        assert run_test(policy, test).failures == ()
    return policy


def test_one_meaning_in_two_languages(both: tuple[Keywords, ...]) -> None:
    english, chinese = compiled(ENGLISH_TEXT, both), compiled(CHINESE_TEXT, both)
    assert english.digest() == chinese.digest()
    assert [rule.name for rule in chinese.versions[0].rules] == ["closure", "general >= 90", "short_ban"]
    assert english.versions[0].rules == chinese.versions[0].rules


def test_another_number_is_another_meaning(both: tuple[Keywords, ...]) -> None:
    assert compiled(CHINESE_TEXT, both).digest() != compiled(CHINESE_TEXT.replace("2000", "2001"), both).digest()


def test_files_of_one_policy_may_be_in_two_languages(both: tuple[Keywords, ...]) -> None:
    texts = [
        PolicyText("one.policy", Path("one.policy"), CHINESE_TEXT.encode()),
        PolicyText("two.policy", Path("two.policy"), ENGLISH_TEXT.encode()),
    ]
    result = compile_texts(texts, both)
    assert not result.findings
    one, two = result.policies["one"], result.policies["two"]
    assert one is not None and two is not None
    assert one.versions == two.versions


def test_words_of_a_language_are_no_names_in_it_alone(both: tuple[Keywords, ...]) -> None:
    def codes(text: str) -> list[str]:
        findings = compile_texts([PolicyText("shop.policy", Path("shop.policy"), text.encode())], both).findings
        return [finding.code for finding in findings]

    chinese = "使用 standard\n账本 {name}\n{name} >= 20 -> 短封 3天\n"
    assert codes(chinese.format(name="非")) == ["name-of-the-language"]
    assert codes(chinese.format(name="not")) == []
    assert codes("使用 standard\n处罚 违约金\n一般违规 >= 20 -> 短封 3天\n") == ["name-of-the-language"]
    assert codes("使用 standard\n处罚 fine\n一般违规 >= 20 -> fine 3天\n") == []
    english = "use standard\nledger {name}\n{name} >= 20 -> suspend 3d\n"
    assert codes(english.format(name="not")) == ["name-of-the-language"]
    assert codes(english.format(name="非")) == []
