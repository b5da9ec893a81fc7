"""`lowest(…)` beside `highest(…)`: of values that were told, and of what was posted."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from policyctl.cli.main import app

POLICY = """policy shop
  timezone Asia/Shanghai
metrics rate
sanction held
ledger points
measure low = lowest(rate) in 30 days
measure least = lowest(points) ever
rule slow when rate: low < 0.8 -> held 1d
rule small: least <= 1 -> held 2d
test "the lowest of what lies in the window" for merchant
  2024-01-01 10:00 metric rate 0.9
  2024-01-02 10:00 metric rate 0.75
  expect slow at 2024-01-02 10:00
  2024-01-03 10:00 metric rate 0.95
  expect low = 0.75
  2024-02-01 10:00 expect low = 0.95
test "nobody knows the lowest of nothing" for merchant
  2024-01-01 10:00 metric rate 0.9
  expect not least <= 1
  2024-02-02 10:00 ticket T1 points 2
  expect no small
  2024-02-03 10:00 ticket T2 points 1
  expect small at 2024-02-03 10:00
  2024-02-04 10:00 ticket T3 points 4
  expect least = 1
"""


def test_the_lowest_number(tmp_path: Path) -> None:
    file = tmp_path / "shop.policy"
    file.write_text(POLICY, "utf-8")
    result = CliRunner().invoke(app, ["test", str(file)])
    assert result.exit_code == 0, result.output
