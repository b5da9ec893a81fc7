"""The worked example: two lines of policy, one merchant, and the answer that other programs rely on, field by field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import CARD, CONTRACT, policyctl_run, written

AT = "2021-03-14T00:00:00+08:00"
EXPECTED = json.loads((CONTRACT / "explanation.json").read_text("utf-8"))
DECIDED = ("decisions", "status", "silent", "rescinded", "for_review", "anomalies")


def differences(expected: Any, found: Any, path: str = "answer") -> list[str]:
    """Where an answer lacks what is expected. `…` stands for the rest of a text that cannot be known beforehand, and
    fields may be added."""
    if isinstance(expected, dict) and isinstance(found, dict):
        missing = [f"{path}.{name} is missing" for name in expected.keys() - found.keys()]
        both = (differences(value, found[name], f"{path}.{name}") for name, value in expected.items() if name in found)
        return missing + [line for lines in both for line in lines]
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        each = (differences(e, f, f"{path}[{i}]") for i, (e, f) in enumerate(zip(expected, found, strict=True)))
        return [line for lines in each for line in lines]
    if isinstance(expected, str) and expected.endswith("…") and isinstance(found, str):
        return [] if found.startswith(expected[:-1]) and found != expected[:-1] else [f"{path}: {found}"]
    return [] if expected == found and type(expected) is type(found) else [f"{path}: {expected!r} != {found!r}"]


def explained(policy: Path, *options: str) -> Any:
    run = policyctl_run(
        "explain", CONTRACT / "merchant.json", "--policy", policy, "--at", AT, "--format", "json", *options
    )
    assert (run.status, run.err) == (0, "")
    return run.json


def test_the_worked_example() -> None:
    assert differences(EXPECTED, explained(CONTRACT / "card.policy")) == []


def test_the_comparison_sees_differences() -> None:
    changed = json.loads(json.dumps(EXPECTED))
    changed["status"]["promoter"]["closed"] = 0
    changed["decisions"][0]["effects"].pop()
    del changed["for_review"]
    changed["policy"]["tzdata"] = ""
    assert len(differences(EXPECTED, changed)) == 4


def test_the_card_is_the_contracts() -> None:
    assert (CONTRACT / "card.policy").read_text("utf-8") == CARD


@pytest.mark.parametrize(
    "spelled",
    [
        CARD.encode().removesuffix(b"\n"),
        CARD.replace("\n", "\r\n").encode(),
        CARD.replace("\n", "\r\n").encode().removesuffix(b"\r\n"),
        b"\xef\xbb\xbf" + CARD.encode(),
        b"\xef\xbb\xbf" + CARD.replace("\n", "\r\n").encode(),
        CARD.encode() + b"\n\n",
    ],
    ids=["no last newline", "CRLF", "CRLF, no last newline", "BOM", "BOM and CRLF", "blank lines behind"],
)
def test_the_bare_card_however_it_was_saved(spelled: bytes, tmp_path: Path) -> None:
    found = explained(written(tmp_path, "card.policy", spelled))
    assert differences(EXPECTED, found) == []
    assert found["policy"] == explained(CONTRACT / "card.policy")["policy"]


def test_one_identity(tmp_path: Path) -> None:
    found = explained(CONTRACT / "card.policy", "--identity", "merchant")
    assert list(found["status"]) == ["merchant"]
    assert found["decisions"] == []
    assert [one["event"] for one in found["anomalies"]] == ["P-2"]


def test_one_decision() -> None:
    found = explained(CONTRACT / "card.policy", "--decision", "general >= 20@T-97")
    assert differences(EXPECTED["decisions"], found["decisions"]) == []
