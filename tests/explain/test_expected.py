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
    assert (f"warnings < {below}: on {end}, if nothing else happens." in found) == (end is not None), found
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
