"""Dates and words of the order of effect that are true of what happened: small stories, and what their page says."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from policyctl.cli.main import app


def page(tmp_path: Path, text: str, at: str, *more: str) -> str:
    """The timeline of the test of a policy, in one line."""
    (tmp_path / "p.policy").write_text("policy p\n  timezone Asia/Seoul\n" + text, "utf-8")
    asked = ["timeline", str(tmp_path / "p.policy"), "--at", at, *more]
    result = CliRunner().invoke(app, asked, env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def test_a_ticket_that_the_policy_delays_stands_where_it_will_take_effect(tmp_path: Path) -> None:
    text = """  points take effect 28 days after issued
ledger points
rule node: points >= 9 -> warn
test "still to come" for merchant
  2024-06-30 00:00 ticket Q points 5
"""
    assert "2024-07-28 00:00 ticket Q over 5 points of points; still to come" in page(tmp_path, text, "2024-07-18")


@pytest.mark.parametrize(
    ("length", "said"),
    [
        ("until 30 june", "again@B: held until 2025-06-30 00:00, when the one that runs has ended before"),
        ("10d", "again@B: held for 10 days, when the one that runs has ended"),
    ],
)
def test_what_waits_and_ends_on_a_day_is_told_with_its_day(tmp_path: Path, length: str, said: str) -> None:
    text = f"""ledger points
acts slip
sanction held overlap consecutive
rule again: each time points >= 1 -> held {length}
rule longer when slip: -> extend held by 5d
test "behind a longer one" for merchant
  2024-06-29 00:00 ticket A points 1
  2024-06-29 12:00 act slip
  2024-07-01 10:00 ticket B points 1
"""
    assert said in page(tmp_path, text, "2025-07-01")


def test_an_end_that_may_move_is_told_as_that(tmp_path: Path) -> None:
    text = """ledger points
sanction court
sanction held
offence tried -> court 5d
rule node: points >= 1 -> held 10d frozen while court is running
test "tried" for merchant
  2024-06-01 10:00 ticket A points 1
  2024-06-03 10:00 ticket B tried
"""
    found = page(tmp_path, text, "2024-07-01")
    assert "node@A: held until 2024-06-11 10:00, later if its time stands still" in found
    assert "2024-06-16 10:00 · held ends (node@A)" in found


def test_credit_comes_back(tmp_path: Path) -> None:
    """What is taken off of points that violations use up is given back; and what was not kept has not been."""
    text = """  count by occurred
ledger credit starts at 20 down
sanction held
offence late -> credit -4
rule good when 30d without late by occurred: credit < 20 -> credit +2
rule low: credit <= 14 -> held 5d
test "a clean month" for merchant
  2024-01-01 10:00 ticket A late
  2024-03-05 10:00 ticket B late
"""
    assert "2 points in credit" not in page(tmp_path, text, "2024-03-09")
    asked = ["explain", str(tmp_path / "p.policy"), "--at", "2024-03-09"]
    told = " ".join(CliRunner().invoke(app, asked, env={"COLUMNS": "200"}).stdout.split())
    assert "Before that, 2 points of credit had been given back on 2024-01-31 10:00" in told
    broken = text + "  2024-03-06 10:00 ticket C late occurred 2024-01-20\n  2024-03-07 10:00 ticket D late\n"
    told = _low_at(tmp_path, broken.replace("credit <= 14", "credit <= 4"))
    assert "credit fell from 8 to 4" in told and "had been given back" not in told


def _low_at(tmp_path: Path, text: str) -> str:
    page(tmp_path, text, "2024-03-09")
    asked = ["explain", str(tmp_path / "p.policy"), "--at", "2024-03-09", "--decision", "low@D"]
    return " ".join(CliRunner().invoke(app, asked, env={"COLUMNS": "200"}).stdout.split())
