"""A ticket that waits while something holds: it is told, with what it waits for and when that ends as things stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from policyctl.cli.main import app
from tests.explain.test_numbers import page

PARKED = """ledger points
ledger held waits while {waits}
sanction ban
sanction mild
acts freed
offence rude -> points +2
offence late -> held +2
rule a: points >= 2 -> ban {length}
rule c: held >= 2 -> mild 2d
test "story" for merchant
  2024-01-20 11:00 ticket A rude
  2024-01-21 11:00 ticket D late
"""
BY_TIME = PARKED.format(waits="ban is running", length="5d")
BY_ACT = PARKED.format(waits="ban is running", length="until freed is done")


def pending(tmp_path: Path, text: str, at: str) -> list[Any]:
    """What is pending, in the fixed output."""
    page(tmp_path, text, at)
    asked = ["explain", str(tmp_path / "p.policy"), "--at", at, "--format", "json"]
    found: list[Any] = json.loads(CliRunner().invoke(app, asked).stdout)["status"]["merchant"]["pending"]
    return found


def test_it_is_told_until_when_it_waits(tmp_path: Path) -> None:
    found = page(tmp_path, BY_TIME, "2024-01-23")
    assert "Ticket D takes effect on 2024-01-25 11:00 with 2 points of held and triggers c. It waits while" in found
    assert "pending D takes effect on 2024-01-25 11:00: 2 points of held, triggers c it waits while ban runs;" in found
    [told] = pending(tmp_path, BY_TIME, "2024-01-23")
    assert (told["effective"], told["triggers"]) == ("2024-01-25T11:00:00+00:00", ["c@D"])
    assert told["waits"] == ["ban is running"]
    assert "c, merchant, 2024-01-25 11:00" in page(tmp_path, BY_TIME, "2024-01-25T12:00")
    assert pending(tmp_path, BY_TIME, "2024-01-25T12:00") == []


def test_before_its_own_date_it_is_told_that_it_will_wait(tmp_path: Path) -> None:
    text = BY_TIME.replace("ticket D late", "ticket D late issued 2024-01-19")
    assert "Ticket D takes effect on 2024-01-25 11:00" in page(tmp_path, text, "2024-01-20T12:00")


def test_where_it_does_not_wait_its_own_date_stands(tmp_path: Path) -> None:
    text = BY_TIME.replace("ticket D late", "ticket D late issued 2024-01-19").replace("ban 5d", "ban 5h")
    found = page(tmp_path, text, "2024-01-20T12:00")
    assert "Ticket D takes effect on 2024-01-21 11:00" in found and "waits" not in found


def test_nobody_knows_when_an_act_ends_it(tmp_path: Path) -> None:
    found = page(tmp_path, BY_ACT, "2024-01-23")
    assert "Ticket D with 2 points of held waits while ban runs." in found
    assert "pending D waits while ban runs: 2 points of held" in found
    [told] = pending(tmp_path, BY_ACT, "2024-01-23")
    assert (told["effective"], told["triggers"], told["waits"]) == (None, [], ["ban is running"])
    assert "违约单 D 计 held 2 分，在 ban 执行期间暂不生效。" in page(tmp_path, BY_ACT, "2024-01-23", "--lang", "zh")


def test_the_timeline_tells_it_too(tmp_path: Path) -> None:
    page(tmp_path, BY_TIME, "2024-01-23")
    asked = ["timeline", str(tmp_path / "p.policy"), "--at", "2024-01-23"]
    told = CliRunner().invoke(app, asked).stdout
    assert "ticket D, late; it waits, and has no effect yet" in " ".join(told.split())
    rows = json.loads(CliRunner().invoke(app, [*asked, "--format", "json"]).stdout)["entries"]
    assert [row["state"] for row in rows if row.get("event") == "D"] == ["waits"]
