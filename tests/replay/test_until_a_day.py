"""Sanctions and flags that last until a day: a date, or the next such day of a year."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from policyctl.cli.main import app
from policyctl.instants import Zone

POLICY = """policy shop
  timezone Europe/Berlin
ledger points
sanction held
sanction queue overlap consecutive
flag marked
rule season: points >= 3 -> held until 30 june
rule fixed: points >= 5 -> queue until 2024-12-31
rule first: points >= 4 -> queue 400 days
rule mark: points >= 7 -> marked until 31 december
test "before the day" for merchant
  2024-02-01 10:00 ticket V1 points 3
  expect held until 2024-06-30 00:00
test "behind the day: the next one" for merchant
  2024-09-01 10:00 ticket V1 points 3
  expect held until 2025-06-30 00:00
test "as the day begins: the next one" for merchant
  2024-06-30 00:00 ticket V1 points 3
  expect held until 2025-06-30 00:00
test "what waits behind another one lasts no longer for it" for merchant
  2024-02-01 10:00 ticket V1 points 4
  2024-02-02 10:00 ticket V2 points 1
  expect queue until 2025-03-07 10:00
  2025-03-07 10:00 expect no queue
test "a date that has come, and a flag" for merchant
  2025-02-01 10:00 ticket V1 points 7
  expect fixed
  expect marked
  2025-12-30 23:59 expect marked
  2025-12-31 00:00 expect not marked
"""


def test_the_stories(tmp_path: Path) -> None:
    """Each expectation follows from the calendar."""
    file = tmp_path / "shop.policy"
    file.write_text(POLICY, "utf-8")
    result = CliRunner().invoke(app, ["test", str(file)])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("start", "next_one"), [("2024-06-29", "2024-06-30"), ("2024-06-30", "2025-06-30"), ("2024-12-31", "2025-06-30")]
)
def test_the_next_day_of_a_year(start: str, next_one: str) -> None:
    zone = Zone("Europe/Berlin")
    assert zone.next_dated("06-30", zone.read(start)) == zone.read(next_one)


def test_a_day_that_some_year_does_not_have_is_refused(tmp_path: Path) -> None:
    """As everywhere else."""
    file = tmp_path / "shop.policy"
    file.write_text(POLICY.replace("30 june", "29 february"), "utf-8")
    result = CliRunner().invoke(app, ["check", str(file)])
    assert result.exit_code == 2 and "`29 february` is no day of every year" in result.output
