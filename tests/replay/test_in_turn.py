"""Sanctions that run one after the other: what ends or moves one of them leaves those that wait as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from policyctl.cli.main import app

POLICY = """policy shop
  timezone Asia/Seoul
acts course, pardon, slip
ledger points
sanction stop overlap consecutive
rule bill: each time points >= 1 -> stop 10d, clear points
rule shorter when course: -> shorten stop by 2d
rule longer when slip: -> extend stop by 2d up to 14d
rule free when pardon: -> lift stop
rule after when stop ends: -> warn over
test "two of ten days" for merchant
  2023-01-01 ticket V1 points 1
  2023-01-03 ticket V2 points 1
"""


@pytest.mark.parametrize(
    "story",
    [
        """
  2023-01-04 act course
  expect stop until 2023-01-09
  2023-01-09 expect stop until 2023-01-19""",
        """
  2023-01-04 act slip
  expect stop until 2023-01-13
  2023-01-13 expect stop until 2023-01-23""",
        """
  2023-01-04 act pardon
  expect stop until 2023-01-14
  expect no after
  2023-01-14 expect after at 2023-01-14""",
        """
  2023-01-15 act course
  expect stop until 2023-01-19
  2023-01-19 expect after at 2023-01-19""",
        """
  2023-01-15 act slip
  2023-01-16 act slip
  2023-01-17 act slip
  expect stop until 2023-01-25""",
        """
  2023-01-04 act course
  2023-01-15 act course
  2023-01-16 act pardon
  expect no stop
  expect after at 2023-01-16""",
    ],
    ids=["shortened", "extended", "lifted", "the second shortened", "the second extended up to 14 days", "both"],
)
def test_the_one_that_runs(tmp_path: Path, story: str) -> None:
    """By hand: the first runs to 11 January, the second from then to 21 January."""
    file = tmp_path / "shop.policy"
    file.write_text(POLICY + story.lstrip("\n") + "\n", "utf-8")
    result = CliRunner().invoke(app, ["test", str(file)])
    assert result.exit_code == 0, result.output


WEIGHED = """policy cricket
  timezone Asia/Dubai
acts test_played, odi_played
ledger points
sanction off overlap consecutive
rule ban: each time points >= 1 -> off until 2 * count(test_played) since off + count(odi_played) since off >= 4
test "each counts its own matches, and the second begins when the first is over" for merchant
  2020-01-01 ticket V1 points 1
  2020-01-03 act odi_played
  2020-01-05 ticket V2 points 1
  2020-01-06 act odi_played
  2020-01-07 act odi_played
  2020-01-09 act odi_played
  2020-01-12 act test_played
  2020-01-19 act odi_played
  expect off
  2020-01-20 act odi_played
  expect no off
"""


def test_what_is_counted_since_a_sanction_is_counted_since_that_one_began(tmp_path: Path) -> None:
    """The first is over with the fourth one-day match, the second with one test and two one-day matches after it."""
    file = tmp_path / "cricket.policy"
    file.write_text(WEIGHED, "utf-8")
    result = CliRunner().invoke(app, ["test", str(file)])
    assert result.exit_code == 0, result.output
