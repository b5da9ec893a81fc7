"""The end of a sanction that goes on as long as another one is told as that one stands, and its clause as written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policyctl.cli.main import app
from tests.explain.test_numbers import page

REST = """acts freed, applied
sanction ban {overlap}
sanction no_ads "no advertising"
ledger points
offence rude -> points +2
offence late -> points +1
rule a when ticket of rude: -> ban {length}
rule b when ban starts: -> no_ads for the rest of ban
test "story" for merchant
  2024-01-20 11:00 ticket A rude
"""


def test_it_ends_with_the_other_as_things_stand(tmp_path: Path) -> None:
    text = REST.format(overlap="", length="5d") + "  expect no_ads until 2024-01-25 11:00\n"
    found = page(tmp_path, text, "2024-01-21")
    assert "no_ads (no advertising) until ban is over, as things stand 2024-01-25 11:00" in found
    assert "when ban starts: -> no_ads for the rest of ban" in found
    assert "not yet known" not in found
    asked = ["explain", str(tmp_path / "p.policy"), "--at", "2024-01-21", "--format", "json"]
    sanctions = json.loads(CliRunner().invoke(app, asked).stdout)["status"]["merchant"]["sanctions"]
    [rest] = [one for one in sanctions if one["name"] == "no_ads"]
    assert (rest["until"], rest["expected"]) == (None, "2024-01-25T11:00:00+00:00")
    assert rest["open_until"] == ["not ban is running"]
    assert CliRunner().invoke(app, ["test", str(tmp_path / "p.policy")]).exit_code == 0
    chinese = page(tmp_path, text, "2024-01-21", "--lang", "zh").replace(" ", "")
    assert "noadvertising，至ban结束为止；若无其他变化，即2024-01-2511:00" in chinese


def test_one_that_comes_behind_the_other_is_waited_for_too(tmp_path: Path) -> None:
    text = REST.format(overlap="overlap consecutive", length="5d")
    text += "  2024-01-21 11:00 ticket B rude\n  expect no_ads until 2024-01-30 11:00\n"
    assert "no_ads (no advertising) until ban is over, as things stand 2024-01-30 11:00" in page(
        tmp_path, text, "2024-01-22"
    )
    assert CliRunner().invoke(app, ["test", str(tmp_path / "p.policy")]).exit_code == 0


def test_where_nobody_knows_the_end_of_the_other_none_is_told(tmp_path: Path) -> None:
    text = REST.format(overlap="", length="until freed is done")
    found = page(tmp_path, text, "2024-01-21")
    assert "no_ads (no advertising) until ban is over why" in found
    assert "not yet known" in found and "as things stand" not in found


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("live(fines) ever = 0", "ban until all fines are paid"),
        ("points <= 0", "ban until points (bad marks) is 0 or less"),
    ],
)
def test_what_is_waited_for_goes_by_its_name(tmp_path: Path, until: str, said: str) -> None:
    text = f"""  currency CNY
  annulment refunds and revives
ledger points "bad marks"
sanction ban
offence rude -> points +2
rule a: points >= 2 -> fine 10
rule b when a: -> ban until {until}
test "story" for merchant
  2024-01-20 11:00 ticket A rude
"""
    found = page(tmp_path, text, "2024-01-21")
    assert f"imposed · {said}" in found and f"ban until {until}" in found.partition("clause")[2]
