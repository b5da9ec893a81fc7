"""A rule may wait for the fine of one rule alone: money that takes some points off, and no others."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from policyctl.cli.main import app

POLICY = """policy shop
  timezone Asia/Shanghai
  currency CNY
acts exam_passed, discount
ledger points
sanction held
rule bill: points >= 20 -> fine 900 due in 5 days
rule redeem when exam_passed: points >= 1 -> fine 500 due in 10 days
rule back when fine of redeem paid: count(back) this year <= 1 -> points -6
rule idle when fine of redeem overdue: -> held 1d
ladder nodes on points:
  >= 30 -> fine 50
rule node when fine of nodes paid: -> warn
rule half when discount: -> reduce fine by 50%
test "the one takes six points off, the other none" for merchant
  2024-01-01 10:00 ticket V1 points 20
  2024-01-02 10:00 act exam_passed
  2024-01-03 10:00 pays 900 towards "bill@V1"
  expect points = 20
  2024-01-04 10:00 pays 500
  expect back at 2024-01-04 10:00
  expect points = 14
  2024-02-01 10:00 expect no idle
test "half of each, as far as it is open" for merchant
  2024-01-01 10:00 ticket V1 points 20
  2024-01-02 10:00 act exam_passed
  2024-01-03 10:00 pays 700 towards "bill@V1"
  expect open fines 700
  2024-01-03 12:00 act discount
  expect open fines 250
  2024-01-04 10:00 pays 250
  expect back at 2024-01-04 10:00
test "only that one is overdue" for merchant
  2024-01-01 10:00 ticket V1 points 20
  2024-01-02 10:00 act exam_passed
  2024-01-10 10:00 expect no idle
  2024-01-12 10:00 expect idle at 2024-01-12 10:00
test "a ladder stands for its steps" for merchant
  2024-01-01 10:00 ticket V1 points 30
  2024-01-02 10:00 pays 900 towards "bill@V1"
  expect no node
  2024-01-03 10:00 pays 50
  expect node at 2024-01-03 10:00
"""


def test_the_stories(tmp_path: Path) -> None:
    """Worked out by hand; and the page names the rule whose fine it is."""
    file = tmp_path / "shop.policy"
    file.write_text(POLICY, "utf-8")
    result = CliRunner().invoke(app, ["test", str(file)])
    assert result.exit_code == 0, result.output
    page = ["explain", str(file), "--merchant", "the one takes six points off, the other none", "--at", "2024-01-05"]
    for lang, words in (("en", "at each fine by redeem that is paid"), ("zh", "redeem的违约金缴清时")):
        shown = CliRunner().invoke(app, [*page, "--lang", lang], env={"COLUMNS": "160"})
        assert words in shown.output.replace("redeem 的", "redeem的"), shown.output
