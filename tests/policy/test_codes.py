"""The registry of codes: complete, each with one meaning, and its examples true."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from policyctl.codes import all_codes, stages
from policyctl.policy.codes import CODES, EXPLAINED
from policyctl.policy.load import compile_texts
from policyctl.replay.codes import CODES as OF_REPLAYS
from tests.policy.cases import files

PACKAGE = Path(__file__).parents[2] / "src" / "policyctl"
FOLDERS = {"text": "source", "policy": "policy", "history": "history", "replay": "replay", "command": "cli"}
RAISES = {"error", "warn", "Diagnostic", "NoPolicy", "_Refused", "Problem", "fail", "_fail"}
"""Functions and records that take a code first, or as `code`."""


def found(text: str) -> list[str]:
    """The codes of the findings in a policy of one or more files."""
    return [finding.code for finding in compile_texts(files(text)).findings]


@pytest.mark.parametrize("code", EXPLAINED)
def test_the_wrong_example_gives_its_code_and_nothing_else(code: str) -> None:
    assert found(EXPLAINED[code].wrong) == [code]


@pytest.mark.parametrize("code", EXPLAINED)
def test_the_right_example_gives_nothing(code: str) -> None:
    assert found(EXPLAINED[code].right) == []


@pytest.mark.parametrize("stage", ["policy", "replay", "command"])
def test_every_code_that_can_be_given_is_registered(stage: str) -> None:
    assert set(given(stage)) - set(all_codes()) == set()


@pytest.mark.parametrize("stage", ["policy", "replay", "command"])
def test_every_registered_code_can_be_given(stage: str) -> None:
    # The kinds of event that are not supported share one line of code.
    written = set(strings(stage)) | {f"{kind}-not-supported" for kind in ("appeal", "override")}
    assert set(stages()[stage]) - written == set()


def test_a_code_belongs_to_one_stage() -> None:
    """But for three that say the same of every file that is read."""
    count = Counter(code for codes in stages().values() for code in codes)
    assert {code for code, times in count.items() if times > 1} == {"not-utf-8", "control-character", "number-too-long"}


def test_codes_are_spelt_alike() -> None:
    for code in all_codes():
        assert code.isascii() and code.islower()
        assert code.replace("-", "").replace("8", "").isalpha()


@pytest.mark.parametrize("code", [*CODES, *OF_REPLAYS])
def test_long_texts_say_why_and_how(code: str) -> None:
    text = all_codes()[code]
    about = text.split("\n\nWrong:")[0]
    assert 1 <= about.count(". ") + about.count(".\n") + 1 <= 8
    assert about.rstrip().endswith((".", "`.", ")."))
    assert about[0].isupper() or about[0] == "`"


def given(stage: str) -> Iterator[str]:
    """The codes that a stage's program text gives to findings, as far as they are written out."""
    for tree in trees(stage):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node.func) in RAISES:
                named = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                for value in [*named, *node.args[:1]]:
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield value.value


def strings(stage: str) -> Iterator[str]:
    """All texts in a stage's program, but for its registry."""
    for tree in trees(stage):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


@cache
def trees(stage: str) -> tuple[ast.Module, ...]:
    """The program text of a stage, without its registry."""
    paths = sorted((PACKAGE / FOLDERS[stage]).rglob("*.py"))
    return tuple(ast.parse(path.read_text("utf-8")) for path in paths if "codes" not in (path.stem, path.parent.name))


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
