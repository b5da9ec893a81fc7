"""What right texts become: the tree, the tokens, the keywords of several languages."""

from __future__ import annotations

import logging
import time
from fractions import Fraction
from typing import cast

import pytest

from policyctl.shipping import shipped
from policyctl.source import Source, case_text, expression_text, parse_source, tree
from policyctl.source.keywords import keyword_table, tables
from policyctl.source.stories import ExpectDecision, ExpectRuns, ExpectState
from policyctl.source.tree import (
    Bracketed,
    Case,
    Compared,
    Fine,
    Impose,
    Joined,
    LedgerStatement,
    MeasureStatement,
    Negated,
    PolicyHeader,
    Quantity,
    Resets,
    RuleStatement,
    Statement,
)
from tests.source import fuzz

CHINESE = """
language = "zh"
[words]
"规则" = "RULE"
"账本" = "LEDGER"
"除非" = "UNLESS"
"依据" = "CITE"
"违约金" = "FINE"
"可清零" = "CLEARS"
"天" = "UNIT:day"
"每年清零" = ["RESETS", "EVERY", "UNIT:year"]
"""


def statement(text: str) -> Statement:
    """The one statement of a text without mistakes."""
    parsed = parse_source(Source("p", text))
    assert parsed.findings == []
    (only,) = parsed.statements
    return only


def case(text: str) -> Case:
    rule = statement(text)
    assert isinstance(rule, RuleStatement)
    return rule.cases[0]


@pytest.mark.parametrize("text", fuzz.samples())
def test_samples_have_no_mistakes_and_tokens_give_back_the_text(text: str) -> None:
    assert parse_source(Source("p", text)).findings == []
    fuzz.check(text)
    fuzz.check(text.replace("\n", "\r\n"))


def test_the_grammar_has_no_conflicts() -> None:
    from lark import Lark, logger

    text = shipped("grammar", "policy.lark").read_text(encoding="utf-8")
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    listener, level = Listener(), logger.level
    logger.addHandler(listener)
    logger.setLevel(logging.DEBUG)
    try:
        Lark(text, parser="lalr", lexer="basic", debug=True)
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)
    assert not [message for message in said if "conflict" in message.lower()]


def test_the_grammar_loads_in_strict_mode() -> None:
    from lark import Lark

    Lark(shipped("grammar", "policy.lark").read_text(encoding="utf-8"), parser="lalr", strict=True)


def test_not_binds_closer_than_and_and_closer_than_or() -> None:
    condition = case("not a and b or (c or d) and e = 1 -> x").condition
    assert isinstance(condition, Joined) and condition.word == "or"
    first, second = condition.parts
    assert isinstance(first, Joined) and isinstance(first.parts[0], Negated)
    assert isinstance(second, Joined) and isinstance(second.parts[0], Bracketed)
    assert isinstance(second.parts[1], Compared)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("general>=20->suspend 3 days", "general >= 20 -> suspend 3d"),
        ("not(a   and b) -> x 72 hours", "not (a and b) -> x 72h"),
        ("a ≥ 2.50 -> x 30minutes", "a >= 2.5 -> x 30min"),
        ("ａ＞＝２０－＞ｘ　３ｄ，ｆｉｎｅ　２０００", "a >= 20 -> x 3d, fine 2000"),
        ("every 12 of general -> x 12d each", "every 12 of general -> x 12d each"),
        (
            "incurred(a,b)this period>=3 -> x 3 calendar days, fine 5 each clears a and b when served",
            "incurred(a, b) this period >= 3 -> x 3 calendar days, fine 5 each clears a and b when served",
        ),
        ("count(tickets) in 90d by issued > 1 -> x 2 weeks", "count(tickets) in 90 days by issued > 1 -> x 2w"),
        ("a + 1 * (b - 2) / 3 = 4 -> x 1 year", "a + 1 * (b - 2) / 3 = 4 -> x 1 year"),
        ('a -> warn, warn b "c", x permanently, y', 'a -> warn, warn b "c", x permanently, y'),
        ("a>=-5->x 3d", "a >= -5 -> x 3d"),
        ("－２．５０ ＜ a - 5 or a - b<−5 -> g -10", "-2.5 < a - 5 or a - b < -5 -> g -10"),
        ("live(a) in 1 month inclusive != 2 -> g +10", "live(a) in 1 month inclusive != 2 -> g +10"),
    ],
)
def test_canonical_spelling(written: str, printed: str) -> None:
    assert case_text(case(written)) == printed
    assert case_text(case(printed)) == printed


def test_a_sign_is_told_from_a_minus() -> None:
    """For whoever prints tokens: behind a sign stands no space."""
    (block,) = parse_source(Source("p", "a - b >= - 5 -> g -10")).blocks
    assert [t.kind for t in block.tokens if t.text == "-"] == ["MINUS", "SIGN", "MINUS"]


def test_names_are_printed_as_the_caller_says() -> None:
    condition = case("一般违规 >= 20 -> 短封 3d").condition
    assert expression_text(condition, lambda name: {"一般违规": "general"}[name.text]) == "general >= 20"


@pytest.mark.parametrize("text", ["a -> suspend 2000", "a -> fine 3d", "a -> clear", "a -> fine", "a -> g +10"])
def test_accepted_now_and_checked_later(text: str) -> None:
    assert case(text).effects


def test_card() -> None:
    first = case("general >= 20 -> suspend 3d, fine 2000 clears            # CARD")
    suspend, fine = first.effects
    assert isinstance(suspend, Impose) and isinstance(fine, Fine)
    assert suspend.length is not None and suspend.length.count == 3 and suspend.length.unit == "day"
    assert fine.amount is not None and (fine.amount.value, fine.clears, fine.ledgers) == (Fraction(2000), True, ())


def test_expectations() -> None:
    test = cast(
        tree.TestStatement,
        statement(
            'test "x"\n  expect a at 2021-12-31 24:00\n  expect a until 2021-01-01\n  expect a = 0\n  expect nothing'
        ),
    )
    decision, runs, state, nothing = (line.expected for line in test.lines if hasattr(line, "expected"))
    assert isinstance(decision, ExpectDecision) and decision.at is not None
    assert decision.at.text == "2021-12-31 24:00"
    assert isinstance(runs, ExpectRuns) and isinstance(state, ExpectState)
    assert isinstance(nothing, ExpectDecision) and nothing.rule is None and nothing.negated


def test_zone_names() -> None:
    for zone in ("UTC", "Asia/Shanghai", "America/Argentina/Buenos_Aires", "America/Port-au-Prince", "Etc/GMT+8"):
        header = cast(PolicyHeader, statement(f"policy p\n  timezone {zone}"))
        [clause] = header.clauses
        assert isinstance(clause, tree.Setting) and isinstance(clause.value, tree.Name)
        assert clause.value.text == zone


WORDS = sorted(word for word, phrases in tables()[0].phrases.items() if any(len(p.pieces) == 1 for p in phrases))


@pytest.mark.parametrize("word", WORDS)
def test_no_keyword_is_reserved(word: str) -> None:
    for text in (
        f'ledger {word} "x" resets every year unless {word} >= 3',
        f"identities {word}, {word}",
        f"flag {word} per period",
        f"measure {word} = {word} + 1",
        f"sanction {word} = {word}, {word} overlap later",
        f"rule {word}: {word} >= 20 -> x",
        f"{word} >= 20 -> x",
        f"a >= 1 and {word} = 2 -> x",
    ):
        statement(text)


def test_the_context_decides_what_a_word_is() -> None:
    assert isinstance(case("fine >= 20 -> fine 2000").effects[0], Fine)
    assert isinstance(case("count >= 3 -> x").condition, Compared)


def test_another_language_is_another_table() -> None:
    table = keyword_table(CHINESE)
    text = (
        "一般违规 >= 20 -> 短封 3天, 违约金 2000 可清零\n"
        "账本 一般违规 每年清零 除非 不清零 # 注\n"
        "规则 永久 依据 “公告”：\n  甲 ＞ 3 -> 乙"
    )
    parsed = parse_source(Source("p", text), (table,))
    assert parsed.findings == []
    rule, ledger, _ = parsed.statements
    assert isinstance(rule, RuleStatement) and isinstance(ledger, LedgerStatement)
    assert case_text(rule.cases[0]) == "一般违规 >= 20 -> 短封 3d, fine 2000 clears"
    resets = ledger.clauses[0]
    assert isinstance(resets, Resets) and resets.schedule.units[0].word == "year" and resets.unless is not None
    assert "".join(t.before + t.text + t.behind for b in parsed.blocks for t in b.tokens) + parsed.tail == text
    assert [token.kind for token in parsed.blocks[1].tokens[2:5]] == ["RESETS", "EVERY", "UNIT"]


def test_comments_stay_with_their_tokens() -> None:
    parsed = parse_source(Source("p", "# one\n\n# two\nflag a # three\n\n\nflag b\n# four\n"))
    first, last_of_first = parsed.blocks[0].tokens
    assert first.comments_before == ("# one", "# two")
    assert last_of_first.comment_behind == "# three"
    assert parsed.blocks[1].tokens[0].blank_lines_before == 2
    assert parsed.tail.strip() == "# four"


def test_lengths() -> None:
    for text, count, unit, calendar in [
        ("3d", 3, "day", None),
        ("3 calendar days", 3, "day", "calendar"),
        ("5 business days", 5, "day", "business"),
    ]:
        measure = cast(MeasureStatement, statement(f"measure a = {text}"))
        value = measure.value
        assert isinstance(value, Quantity) and value.count == count
        assert value.unit == unit and value.calendar == calendar


@pytest.mark.parametrize(
    "text",
    [
        "(" * 30_000 + "a" + ")" * 30_000 + " >= 1 -> x",
        "(" * 30_000,
        "not " * 30_000 + "a -> x",
        "a" + "+1" * 30_000 + " >= 1 -> x",
    ],
)
def test_deep_nesting_is_a_finding(text: str) -> None:
    assert parse_source(Source("p", text)).findings


def test_a_thousand_rules_take_less_than_a_second() -> None:
    rules = (f'rule r{i} "{i}" cite "c":\n  general >= {i} -> suspend 3d, fine 2000 clears\n' for i in range(1000))
    source = Source("p", "".join(rules))
    start = time.process_time()
    assert len(parse_source(source).statements) == 1000
    # Twice what is promised, for slow machines.
    assert time.process_time() - start < 2


def test_mutated_texts_never_raise() -> None:
    fuzz.run(500, seed=7)
