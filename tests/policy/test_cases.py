"""The mistakes of policy writers: text in, findings out (`cases/*.cases`)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from policyctl.policy.codes import EXPLAINED
from policyctl.policy.load import Compiled, compile_texts
from policyctl.source import Source, mend, parse_source
from policyctl.source.diagnostics import Diagnostic
from policyctl.source.mistakes import MISTAKES, SPOKEN, Mistake
from policyctl.source.report import render
from policyctl.source.stop import Stop
from tests.policy.cases import IN_FULL, Case, cases, files, groups, told

ALL = [case for group in groups() for case in cases(group)]
MANY = ("several",)
"""Groups whose cases hold more than one mistake."""

JARGON = r"\b(token|parser?|syntax|grammar|terminal|null|None|tuple|literal|boolean|integer|string|AST|namespace)\b"


@cache
def compiled(case: Case) -> Compiled:
    """What the compiler says of a case."""
    return case.compiled()


def found(case: Case) -> tuple[Diagnostic, ...]:
    """The findings of a case."""
    return compiled(case).findings


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.group}: {case.title}")
def test_case(case: Case) -> None:
    assert told(found(case), case.group) == case.expected


def test_one_mistake_gives_one_finding() -> None:
    for case in (case for case in ALL if case.group not in MANY):
        wanted = 0 if case.expected == "=> nothing" else 1
        assert len(found(case)) == wanted, f"{case.group}: {case.title}"


def test_no_row_of_the_table_is_said_twice() -> None:
    """The second of two would never be said; whoever tells rows apart by their words would not miss it."""
    rows = [repr(row) for row in SPOKEN + MISTAKES]
    assert [row for row in rows if rows.count(row) > 1] == []


def test_every_row_of_the_table_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row behind another one that always fits would never be said. (Those for spoken phrases have tests of their own,
    next to the table.)"""
    reached: set[str] = set()
    mended = mend._mended

    def noted(mistake: Mistake, stop: Stop, near: str) -> mend.Mended:
        reached.add(repr(mistake))
        return mended(mistake, stop, near)

    monkeypatch.setattr(mend, "_mended", noted)
    lines = (Path(__file__).parents[1] / "source" / "mistakes.txt").read_text("utf-8").splitlines()
    texts = [line.split(" | ", 1)[1].replace("\\n", "\n").replace("\\t", "\t") for line in lines if " | " in line]
    texts += [file.data.decode() for case in ALL for file in files(case.text)]
    for text in texts:
        parse_source(Source("case.policy", text))
    phrases = re.compile(r"`\{words\}`|a window is written with `in` alone")
    unreached = [row for row in SPOKEN + MISTAKES if repr(row) not in reached and not phrases.match(row.message)]
    assert [row for row in unreached if row.code != "balance-in-a-window"] == []


@pytest.mark.parametrize("case", [case for case in ALL if case.group in IN_FULL], ids=lambda case: case.title)
def test_a_mistake_hides_no_other(case: Case) -> None:
    """An unrelated mistake in another statement is found as well."""
    with_another = compile_texts(files(case.text + "flag one-two\n")).findings
    assert [f.code for f in with_another] == [*(f.code for f in found(case)), "hyphen-in-name"]


def test_titles_are_told_apart() -> None:
    titles = [(case.group, case.title) for case in ALL]
    assert len(set(titles)) == len(titles) > 200


def test_every_code_is_found_in_some_case() -> None:
    codes = {finding.code for case in ALL for finding in found(case)}
    assert set(EXPLAINED) - codes == set()


@pytest.mark.parametrize("group", groups(), ids=lambda group: group.stem)
def test_wording(group: Path) -> None:
    for finding in (finding for case in ALL if case.group == group.stem for finding in found(case)):
        for text in (finding.message, finding.help or "", finding.label or ""):
            assert "\n" not in text
            assert not text.endswith(".") and "  " not in text
            assert text.count("`") % 2 == 0
            assert not re.search(JARGON, re.sub(r"`[^`]*`", "", text))
            assert not text or text[0].islower() or text[0] == "`"
        assert finding.help, "a finding without a way out"
        assert 0 <= finding.span.start <= finding.span.end <= len(finding.span.source.text)
        assert render(finding)


def test_broken_files_keep_the_policies_beside_them_unused() -> None:
    """An unreadable file may be a version of any policy of its folder."""
    for case in ALL:
        result = compiled(case)
        errors = [finding for finding in result.findings if finding.severity == "error"]
        nothing_usable = not result.complete or None in result.policies.values()
        assert bool(errors) == nothing_usable
