"""What is required within a time that runs: where an identity stands, until it is done or overdue."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policyctl.cli.main import app
from tests.explain.test_numbers import page

TWO = """acts corrected "a correction"
ledger points
offence wording -> require corrected within 5 calendar days
rule unfixed when corrected overdue: -> points +5
test "two notices" for merchant
  2021-03-01 10:00 ticket W1 wording
  2021-03-02 10:00 ticket W2 wording
  2021-03-03 10:00 act corrected W1
"""
FIRST = "to do corrected until 2021-03-06 00:00 wording@W1"


@pytest.mark.parametrize(
    ("at", "said", "silent"),
    [
        ("2021-03-01T12:00", ["To do until 2021-03-06 00:00: corrected", FIRST], ["Nothing stands", "nothing pending"]),
        ("2021-03-02T12:00", ["2021-03-06 00:00: corrected, and 1 more."], ["nothing pend"]),
        (
            "2021-03-03T12:00",
            ["To do until 2021-03-07 00:00: corrected."],
            ["until 2021-03-06 00:00 wording@W1"],
        ),
        ("2021-03-08", ["Nothing stands against merchant.", "nothing pending"], ["To do", "to do"]),
    ],
)
def test_what_is_to_be_done_is_told_until_it_is(tmp_path: Path, at: str, said: list[str], silent: list[str]) -> None:
    found = page(tmp_path, TWO, at)
    assert [text for text in said if text not in found] == [], found
    assert [text for text in silent if text in found] == [], found


def test_it_stands_in_the_fixed_output_and_in_chinese(tmp_path: Path) -> None:
    assert "须在 2021-03-06 00:00 前完成：a correction" in page(tmp_path, TWO, "2021-03-01T12:00", "--lang", "zh")
    asked = ["explain", str(tmp_path / "p.policy"), "--at", "2021-03-03T12:00", "--format", "json"]
    status = json.loads(CliRunner().invoke(app, asked).stdout)["status"]["merchant"]
    assert status["to_do"] == [{"act": "corrected", "until": "2021-03-07T00:00:00+00:00", "decision": "wording@W2"}]


def test_what_was_overdue_is_told_with_its_ticket(tmp_path: Path) -> None:
    assert "and is overdue; here with W2." in page(tmp_path, TWO, "2021-03-20")
