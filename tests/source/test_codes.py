"""The registry of codes: complete, and its examples true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from policyctl.source import Source, Unreadable, parse_source, source_of
from policyctl.source.codes import CODES, EXPLAINED
from policyctl.source.mistakes import MISTAKES, SPOKEN

FOLDER = Path(__file__).parents[2] / "src" / "policyctl" / "source"


def found(text: str) -> list[str]:
    """The codes of the findings in a text, read from bytes as the command does."""
    source = source_of("example.policy", text.encode("utf-8", "surrogateescape"))
    if isinstance(source, Unreadable):
        return [finding.code for finding in source.findings]
    return [finding.code for finding in parse_source(source).findings]


@pytest.mark.parametrize("code", EXPLAINED)
def test_the_wrong_example_gives_its_code_and_nothing_else(code: str) -> None:
    assert set(found(EXPLAINED[code].wrong)) == {code}


@pytest.mark.parametrize("code", EXPLAINED)
def test_the_right_example_gives_nothing(code: str) -> None:
    assert found(EXPLAINED[code].right) == []


def test_every_code_that_can_be_given_is_registered() -> None:
    written = {mistake.code for mistake in SPOKEN + MISTAKES}
    for path in FOLDER.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        written |= set(re.findall(r'(?:Diagnostic|findings\.error)\(\s*"([a-z0-9-]+)"', text))
        written |= set(re.findall(r'"((?:tab|mixed)-indentation)"', text))
    assert written == set(CODES)


def test_every_row_of_the_table_says_something_for_people() -> None:
    for mistake in SPOKEN + MISTAKES:
        text = mistake.message
        assert not text.endswith(".")
        assert text[0].islower() or text[0] in "`{", text
        assert not re.search(r"\b(token|parser|terminal|syntax|grammar)\b", text + (mistake.help or ""))


def test_findings_are_in_the_order_of_the_text() -> None:
    text = "ledgr a\ngeneral == 3 -> b\nrule x general >= 3 -> c\n"
    findings = parse_source(Source("example.policy", text)).findings
    assert [finding.code for finding in findings] == ["unknown-statement", "wrong-comparison", "missing-colon"]
