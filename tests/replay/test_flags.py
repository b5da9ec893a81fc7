"""Flags that several decisions raise, for a time or until they are lowered."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from policyctl.cli.main import app

POLICY = """policy shop
  timezone Asia/Shanghai
acts clean
ledger points
offence minor -> points +1
flag watched
flag once
flag season per period
sanction stop
rule each_one: each time points >= 1 -> watched 30d, season
rule first: points >= 1 -> once
rule second: points >= 2 -> once
rule low when clean: -> lift watched, lift once
rule often: count(once) ever >= 2 -> stop 100d
test "raised again while it is up: up for as long as the later decision says" for merchant
  2024-01-01 ticket T1 minor
  2024-01-21 ticket T2 minor
  2024-02-19 expect watched
  2024-02-20 expect not watched
test "lowered, whoever raised it, and raised anew" for merchant
  2024-01-01 ticket T1 minor
  2024-01-02 ticket T2 minor
  2024-01-03 act clean
  expect not watched and not once
  2024-01-04 ticket T3 minor
  expect watched and not once and season
  2024-02-02 23:59 expect watched
  2024-02-03 expect not watched
test "a count of how often one was raised does not forget what was lowered" for merchant
  2024-01-01 ticket T1 minor
  2024-01-02 act clean
  2024-01-03 ticket T2 minor
  2024-01-04 expect no often
  2024-01-05 ticket T3 minor
  expect once
  expect often
"""

RESET = """policy shop
  timezone Asia/Shanghai
acts clean
ledger a resets every year unless held
ledger b resets every year
flag held
rule hold: a >= 5 -> held 30d
rule low when clean: -> lift held
test "a flag that is over since does not make a reset happen that it had blocked" for merchant
  2020-12-15 ticket T1 a 5
  2021-02-01 expect a = 5 and not held
  2021-03-01 ticket L b 1 issued 2020-12-20
  expect a = 5
test "nor one that was lowered since" for merchant
  2020-12-15 ticket T1 a 5
  2021-01-05 act clean
  2021-03-01 ticket L b 1 issued 2020-12-20
  expect a = 5
test "one that was lowered before had not blocked it" for merchant
  2020-12-15 ticket T1 a 5
  2020-12-20 act clean
  2021-03-01 ticket L b 1 issued 2020-12-20
  expect a = 0
"""


def test_a_past_reset_is_blocked_by_what_was_up_then(tmp_path: Path) -> None:
    file = tmp_path / "shop.policy"
    file.write_text(RESET, encoding="utf-8")
    answer = CliRunner().invoke(app, ["test", str(file)])
    assert answer.exit_code == 0, answer.output


def test_each_decision_raises_a_flag_for_itself(tmp_path: Path) -> None:
    file = tmp_path / "shop.policy"
    file.write_text(POLICY, encoding="utf-8")
    answer = CliRunner().invoke(app, ["test", str(file)])
    assert answer.exit_code == 0, answer.output
