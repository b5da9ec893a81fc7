"""A date of a ticket is what is counted from, and a rule at an act looks at the ticket that the act names."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from policyctl.cli.main import app

POLICY = """policy shop
  timezone Asia/Shanghai
acts fixed, told
attribute area = food, other
ledger points
ledger late
offence mis -> points +3
offence old -> points +5 except when not issued in 90 days from occurred
offence grave -> points +1
offence unsafe -> nothing
rule in_time when fixed: in 24h from issued -> void ticket
rule food when fixed: area is food -> points +10
rule order when ticket of unsafe: -> require told within 24h
rule too_late when told overdue: -> late +6
rule young when told: count(mis where issued in 1 day from occurred) ever >= 1 -> late +1
test "put right in time, one of two" for merchant
  2024-01-01 10:00 ticket V1 mis
  2024-01-01 11:00 ticket V2 mis
  2024-01-02 10:30 act fixed V2
  expect points = 3
  2024-01-03 10:30 act fixed V1
  expect points = 3
test "the twenty-four hours are over at their end" for merchant
  2024-01-01 10:00 ticket V1 mis
  2024-01-02 10:00 act fixed V1
  expect points = 3
test "an act that names none" for merchant
  2024-01-01 10:00 ticket V1 mis
  2024-01-01 11:00 act fixed
  expect points = 3
test "too old" for merchant
  2024-05-01 ticket V1 old occurred 2024-01-01
  expect points = 0
  2024-05-02 ticket V2 old occurred 2024-04-01
  expect points = 5
test "of the ticket" for merchant
  2024-05-01 ticket V1 grave with area food
  2024-05-02 ticket V2 grave with area other
  2024-05-04 act fixed V2
  expect points = 2
  2024-05-05 act fixed V1
  expect points = 12
test "what one ticket required is not done for the other" for merchant
  2024-03-01 10:00 ticket V1 unsafe
  2024-03-01 11:00 ticket V2 unsafe
  2024-03-01 12:00 act told V2
  2024-03-02 09:59 expect late = 0
  2024-03-02 10:00 expect late = 6
  2024-03-02 12:00 expect late = 6
test "an act that names none is done for all" for merchant
  2024-03-01 10:00 ticket V1 unsafe
  2024-03-01 11:00 ticket V2 unsafe
  2024-03-01 12:00 act told
  2024-03-03 12:00 expect late = 0
test "behind where" for merchant
  2024-03-01 10:00 ticket V1 mis occurred 2024-02-01
  2024-03-01 12:00 act told
  expect late = 0
  2024-03-02 10:00 ticket V2 mis occurred 2024-03-02
  2024-03-02 12:00 act told
  expect late = 1
"""


def test_the_stories(tmp_path: Path) -> None:
    """Each expectation follows from the dates by hand."""
    file = tmp_path / "shop.policy"
    file.write_text(POLICY, "utf-8")
    result = CliRunner().invoke(app, ["test", str(file)])
    assert result.exit_code == 0, result.output
