"""A sanction that ends when points fall: when that is, if nothing else happens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policyctl.cli.main import app
from tests.explain.test_numbers import page

FALLS = """ledger warnings {way}
sanction limited
acts appealed
rule node: warnings >= 2 -> limited until warnings < {below}{more}
test "two warnings" for merchant
  2024-01-01 10:00 ticket W1 warnings 1
  2024-01-11 10:00 ticket W2 warnings 1
"""


@pytest.mark.parametrize(
    ("way", "below", "more", "end"),
    [
        ("expires after 90 days", 2, "", "2024-03-31 10:00"),  # one of two is enough
        ("expires after 90 days", 1, "", "2024-04-10 10:00"),
        ("expires after 90 days resets every quarter", 1, "", "2024-04-01 00:00"),  # the reset comes first
        ("expires after 90 days", 1, " and appealed is done", None),  # nobody knows
        ("resets every quarter", 1, "", None),
    ],
)
def test_its_end_is_told_as_it_will_be(tmp_path: Path, way: str, below: int, more: str, end: str | None) -> None:
    text = FALLS.format(way=way, below=below, more=more)
    found = page(tmp_path, text, "2024-02-01")
    assert (f"warnings is less than {below}: on {end}, if nothing else happens." in found) == (end is not None), found
    assert (f"running limited until {end}, if nothing else happens" in found) == (end is not None), found
    if end is not None:  # and it does end then
        before = page(tmp_path, text, "2024-03-31")
        assert "running limited until" in before and "running" not in page(tmp_path, text, end.replace(" ", "T"))


def test_it_stands_in_the_fixed_output_and_in_chinese(tmp_path: Path) -> None:
    text = FALLS.format(way="expires after 90 days", below=1, more="")
    assert "若无其他变化，将于 2024-04-10 10:00 结束" in page(tmp_path, text, "2024-02-01", "--lang", "zh")
    asked = ["explain", str(tmp_path / "p.policy"), "--at", "2024-02-01", "--format", "json"]
    [limited] = json.loads(CliRunner().invoke(app, asked).stdout)["status"]["merchant"]["sanctions"]
    assert (limited["until"], limited["expected"]) == (None, "2024-04-10T10:00:00+00:00")


WINTER = """ledger cards
sanction off
rule three: cards >= 3 -> off 14 calendar days frozen while from 20 october or before 20 january
test "in October" for merchant
  2025-10-14 15:00 ticket C cards 3
"""
COURT = """ledger cards
sanction court
sanction off
offence tried -> court {length}
rule three: cards >= 3 -> off 10d frozen while court is running
test "tried" for merchant
  2025-10-14 15:00 ticket C cards 3
  2025-10-16 15:00 ticket T tried
"""


@pytest.mark.parametrize(
    ("at", "lang", "said"),
    [
        ("2025-10-16", "en", "runs against merchant until 2026-01-28 00:00, for its time will stand still; that is so"),
        ("2025-10-16", "en", "Its time stands still while it is from 20 October to 20 January: it ends on 2026-01-28"),
        ("2025-10-16", "en", "running off until 2026-01-28 00:00, if nothing else happens"),
        ("2025-11-16", "en", "in which it is from 20 October to 20 January: on 2026-01-28 00:00, if nothing else"),
        (
            "2025-11-16",
            "zh",
            "至“10 月 20 日至次年 1 月 20 日”结束后再满 8 天为止；若无其他变化，将于 2026-01-28 00:00",
        ),
        ("2026-01-21", "en", "running off until 2026-01-28 00:00, 7 days left"),
    ],
)
def test_an_end_that_the_calendar_moves_is_foreseen(tmp_path: Path, at: str, lang: str, said: str) -> None:
    found = page(tmp_path, WINTER, at, "--lang", lang)
    assert said in found, found
    assert "2025-10-28 00:00, for" not in found
    assert "running" not in page(tmp_path, WINTER, "2026-01-28")


@pytest.mark.parametrize(("length", "end"), [("5d", "2025-10-29 15:00"), ("permanently", None)])
def test_a_time_that_stands_still_goes_on_when_it_is_known_when(tmp_path: Path, length: str, end: str | None) -> None:
    found = page(tmp_path, COURT.format(length=length), "2025-10-17")
    assert (f"off until {end}, if nothing else happens" in found) == (end is not None), found
    assert ("off, end not yet known" in found) == (end is None)


def test_nothing_to_pay_is_not_said_where_the_fine_is_not_known(tmp_path: Path) -> None:
    text = """  currency JPY
attribute damage
ledger points
sanction media
rule level: points >= 100 -> media 56d, fine max(3000000, damage)
test "the damage is not told" for merchant
  2021-03-01 10:00 ticket V1 points 100
"""
    (tmp_path / "p.policy").write_text("policy p\n  timezone UTC\n" + text, "utf-8")
    asked = ["explain", str(tmp_path / "p.policy"), "--at", "2021-03-20"]
    shown = " ".join(CliRunner().invoke(app, asked).stdout.split())
    assert "What is to pay is not known." in shown and "nothing to pay" not in shown
