"""What is said about wrong texts: each line of `mistakes.txt` is a case."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from policyctl.shipping import shipped
from policyctl.source import Diagnostic, Source, Unreadable, parse_source, render, source_of
from policyctl.source.keywords import STATEMENTS
from policyctl.source.mistakes import FORMS
from policyctl.source.mistakes.comparisons import COMPARISONS, WINDOWS
from policyctl.source.mistakes.effects import FOREVER

CASES = [
    tuple(line.split(" | ", 1))
    for line in (Path(__file__).parent / "mistakes.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("codes", "text"), CASES)
def test_mistake(codes: str, text: str) -> None:
    source = Source("case.policy", text.replace("\\n", "\n").replace("\\t", "\t"))
    assert " ".join(finding.code for finding in parse_source(source).findings) == codes.replace("nothing", "")


SPOKEN_COMPARISONS = [(phrase, sign) for sign, listed in COMPARISONS.items() for phrase in listed.split(", ")]


@pytest.mark.parametrize(("phrase", "sign"), SPOKEN_COMPARISONS)
def test_spoken_comparison(phrase: str, sign: str) -> None:
    for verb in ("", "is ", "are ", "goes ", "has "):
        (finding,) = findings(f"general {verb}{phrase} 20 -> suspend 3d")
        assert finding.code == "comparison-in-words"
        assert finding.span.text == verb + phrase
        assert finding.help == f"write the sign: general {sign} 20"


@pytest.mark.parametrize("phrase", WINDOWS)
def test_spoken_window(phrase: str) -> None:
    (window,) = findings(f"incurred(general) {phrase} 90 days >= 20 -> suspend 3d")
    assert (window.code, window.help) == ("window-form", "write: in 90 days")
    (balance,) = findings(f"general {phrase} 90 days >= 20 -> suspend 3d")
    assert (balance.code, balance.span.text) == ("balance-in-a-window", f"{phrase} 90 days")


@pytest.mark.parametrize("phrase", FOREVER)
def test_spoken_end(phrase: str) -> None:
    (finding,) = findings(f"general >= 20 -> suspend {phrase}")
    assert (finding.code, finding.span.text, finding.help) == ("unknown-word", phrase, "write `permanently`")


def findings(text: str) -> list[Diagnostic]:
    return parse_source(Source("case.policy", text)).findings


def test_the_table_of_later_constructs_is_complete() -> None:
    for construct in tomllib.loads(shipped("grammar", "later.toml").read_text(encoding="utf-8"))["construct"]:
        assert set(construct) <= {"words", "called", "help", "forms", "behind", "can", "early", "not_yet"}


def test_every_form_of_statement_says_how_it_is_written() -> None:
    assert set(FORMS) == {statement.lower() for statement in STATEMENTS} | {"case", "unknown"}


def test_a_mistake_does_not_hide_the_other_statements() -> None:
    text = "ledgr a\nledger b\nrule x general\nflag c\n"
    parsed = parse_source(Source("case.policy", text))
    assert [type(s).__name__ for s in parsed.statements] == ["LedgerStatement", "FlagStatement"]
    assert len(parsed.blocks) == 4


def test_what_was_meant_is_read() -> None:
    meant = parse_source(Source("case.policy", "general >= 20 -> suspend 3d, fine 2000, a")).statements
    for text in (
        "general => 20 => suspend 3d, fine 2,000, a",
        "general >= 20 suspend three days fine 2000; a;",
        'general >= 20: suspend 3d, fine ¥2000元, "a"',
    ):
        parsed = parse_source(Source("case.policy", text))
        assert parsed.findings
        assert without_places(parsed.statements) == without_places(meant), text


def without_places(tree: object) -> str:
    return re.sub(r"span=Span\([^()]*\([^()]*\)[^()]*\)|span=Span\([^()]*\)", "", repr(tree))


def test_rendered() -> None:
    text = 'ledger general "一般违规"\n一般违规 == 20 -> suspend 3d\n'
    findings = parse_source(Source("shop.policy", text)).findings
    assert render(findings) == (
        "error[wrong-comparison]: `==` is not a comparison\n"
        " --> shop.policy:2:6\n"
        "  |\n"
        "2 | 一般违规 == 20 -> suspend 3d\n"
        "  |          ^^\n"
        "  = help: write `=`"
    )
    assert "\x1b[1;31m" in render(findings, color=True)


def test_rendered_with_tabs_and_two_places() -> None:
    tabbed = render(parse_source(Source("p", "rule a:\n\tx >= @ -> b")).findings)
    assert "\t" not in tabbed
    assert "2 |     x >= @ -> b\n  |          ^\n" in tabbed
    uneven = render(parse_source(Source("p", "offence a\n  b -> c +1\n   d -> c +2")).findings)
    assert " ::: p:2:1" in uneven


def test_bytes_that_are_no_text() -> None:
    failed = source_of("p", b"ledger a\nledger \xff\n")
    assert isinstance(failed, Unreadable)
    assert failed.findings[0].message == "byte 17 of the file, 0xff, is not UTF-8"
    assert failed.findings[0].span.line == 2
    control = source_of("p", "flag a\u202e\n".encode())
    assert isinstance(control, Unreadable)
    assert "U+202E" in render(control.findings)


@pytest.mark.parametrize("character", "\u200b\u2060\ufeff\u00ad")
def test_a_character_without_width_is_named(character: str) -> None:
    for text in (f"general >= 20{character} -> suspend 3d\n", f"gene{character}ral >= 20 -> suspend 3d\n"):
        failed = source_of("p", text.encode())
        assert isinstance(failed, Unreadable)
        (finding,) = failed.findings
        assert (finding.code, finding.span.text, finding.help) == ("control-character", character, "delete it")
        assert f"invisible character (U+{ord(character):04X}," in finding.message


def test_a_mark_at_the_start_and_other_line_ends_are_no_mistake() -> None:
    for end in ("\n", "\r\n", "\r"):
        text = f"general >= 20 -> suspend 3d{end}year_total >= 100 -> close_identity, no_reset"
        for data in (text.encode(), b"\xef\xbb\xbf" + text.encode() + end.encode()):
            source = source_of("card.policy", data)
            assert isinstance(source, Source)
            parsed = parse_source(source)
            assert (len(parsed.statements), parsed.findings) == (2, [])
            assert parsed.statements[1].span.line == 2
