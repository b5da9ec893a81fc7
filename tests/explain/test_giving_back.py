"""Rules that give back: told as no punishment, with when they act, and in one line where there was nothing to give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policyctl.cli.main import app
from tests.explain.test_numbers import page

CREDIT = """ledger credit starts at 100 down
sanction off
offence rude -> credit -5
rule wiped when 90 days without rude: credit < 100 -> credit +5
rule daily every day: each time count(tickets) in 8 calendar days = 0 -> credit +1
rule low: credit <= 40 -> off 3d
test "one of three" for merchant
  2024-03-01 10:00 ticket V1 rude
"""
TIER = """ledger tier
offence rude -> tier +1
sanction off
rule reform every 5 months without rude: tier > 0 -> tier -1
rule five: tier >= 5 -> off 3d
test "nothing yet" for merchant
  2024-03-01 10:00 ticket V1 rude
  2024-08-02 ticket V2 tier 1
"""


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "effect · 1 point of credit given back"), ("zh", "处理 · 返还 credit 1 分")],
)
def test_what_gives_back_is_no_punishment(tmp_path: Path, lang: str, said: str) -> None:
    found = page(tmp_path, CREDIT, "2024-03-12", "--lang", lang)
    assert said in found, found
    assert "处罚 ·" not in found and "imposed ·" not in found


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "daily acted 351 times and changed nothing, from 2024-03-15 00:00 to 2025-02-28 00:00."),
        ("zh", "daily 于 2024-03-15 00:00 至 2025-02-28 00:00 间执行 351 次，均无变化。"),
    ],
)
def test_what_acts_each_day_without_effect_is_told_in_one_line(tmp_path: Path, lang: str, said: str) -> None:
    found = page(tmp_path, CREDIT, "2025-02-28", "--lang", lang)
    assert said in found, found
    assert len(found) < 5000


def test_when_a_streak_will_have_been_kept_is_told(tmp_path: Path) -> None:
    text = CREDIT.replace("rule daily", "# rule daily")
    found = page(tmp_path, text, "2024-03-12")
    assert "wiped holds: acts after 90 days without rude, on 2024-05-30 10:00 if nothing of that happens" in found
    asked = ["explain", str(tmp_path / "p.policy"), "--at", "2024-03-12", "--format", "json"]
    silent = {one["rule"]: one.get("due") for one in json.loads(CliRunner().invoke(app, asked).stdout)["silent"]}
    assert silent == {"wiped": "2024-05-30T10:00:00+00:00", "low": None}
    assert "effect · 5 points of credit given back" in page(tmp_path, text, "2024-05-30T10:00")


def test_nobody_is_told_that_more_points_are_wanted_to_get_some_back(tmp_path: Path) -> None:
    found = page(tmp_path, TIER.replace("offence rude -> tier +1", "offence rude -> warn"), "2024-03-12")
    assert "reform tier is at 0, fires at more than 0 points" in found and "will do" not in found, found
