"""The numbers of an identity on the page: one line each, told as they are written, with what concerns it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policyctl.cli.main import app


def page(tmp_path: Path, text: str, at: str, *more: str) -> str:
    """The page about the first test of a policy, in one line."""
    (tmp_path / "p.policy").write_text("policy p\n  timezone UTC\n" + text, "utf-8")
    asked = ["explain", str(tmp_path / "p.policy"), "--at", at, *more]
    result = CliRunner().invoke(app, asked, env={"COLUMNS": "300"})
    assert result.exit_code == 0, result.output
    return re.sub(r"\s+", " ", re.sub("[█░]+ ", "", result.stdout))


LIMIT = """attribute limit
ledger points
sanction revoked
rule full:
  points >= 2 * limit -> revoked 12 months
  points >= limit -> revoked 6 months
test "the limit is 12 from May on" for merchant
  attribute limit 8
  attribute limit 12 from 2024-05-01
  2024-04-01 ticket T1 points 9
  expect full
"""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["points rose from 0 to 9; the rule fires at 8 or more (limit).", " +9 9 ", "points 9 3 to"]),
        ("zh", ["points 由 0 升至 9，规则在达到 8（limit）时触发。"]),
    ],
)
def test_a_limit_of_the_account_is_told_as_that(tmp_path: Path, language: str, said: list[str]) -> None:
    found = page(tmp_path, LIMIT, "2024-06-01", "--lang", language)
    assert [text for text in said if text not in found] == []
    assert "- limit" not in found and "- (2" not in found


def test_a_multiple_of_it_is_told_as_it_is_written(tmp_path: Path) -> None:
    found = page(tmp_path, LIMIT.replace("points 9\n", "points 17\n"), "2024-04-02")
    assert "points rose from 0 to 17; the rule fires at 16 or more (2 * limit)." in found, found


def test_what_a_ticket_says_of_itself_is_no_limit_of_the_account(tmp_path: Path) -> None:
    policy, history = tmp_path / "p.policy", tmp_path / "h.json"
    policy.write_text("policy p\n  timezone UTC\n" + LIMIT.partition("test ")[0], "utf-8")
    ticket = {"event": "ticket", "id": "T1", "ledger": "points", "points": 9, "effective": "2024-04-01T00:00:00Z"}
    for own, told in (({}, "points rose"), ({"attributes": {"limit": 3}}, "points - limit rose")):
        account = {"merchant": "m", "attributes": {"limit": 8}, "events": [ticket | own]}
        history.write_text(json.dumps(account), "utf-8")
        asked = ["explain", str(history), "--policy", str(policy), "--at", "2024-04-02"]
        assert f" {told} from" in CliRunner().invoke(app, asked).stdout


AGES = """attribute born
ledger points
sanction revoked
ladder young on points for in 25 years from born:
  >= 4 -> revoked 3 months
ladder adult on points for not in 25 years from born:
  >= 15 -> revoked 3 months
test "of some age" for merchant
  attribute born 1980-05-01
  2024-06-01 ticket T1 points 1
  expect nothing
"""


@pytest.mark.parametrize(("born", "said"), [("1980", "14 points to"), ("2004", "3 points to")])
def test_a_step_for_others_is_not_the_next(tmp_path: Path, born: str, said: str) -> None:
    assert f"points 1 {said}" in page(tmp_path, AGES.replace("1980", born), "2024-06-02")


TWICE = """ledger limits
rule three: limits >= 3 -> notify rider
rule more: every 2 of limits above 3 -> limits +0, notify team
test "two rules" for merchant
  2024-06-01 ticket T1 limits 1
  expect nothing
"""


@pytest.mark.parametrize(
    ("points", "said"), [(1, "limits 1 2 points to three"), (4, "limits 4 1 point to more (at 5)")]
)
def test_a_number_that_two_rules_look_at_has_one_line(tmp_path: Path, points: int, said: str) -> None:
    text = TWICE.replace("limits +0, ", "").replace("T1 limits 1", f"T1 limits {points}")
    if points == 4:
        text = text.replace("expect nothing", "expect three")
    found = page(tmp_path, text, "2024-06-02")
    assert said in found, found
    assert found.split("Where they stand")[1].split("Rules that")[0].count("limits") == 1


ROLES = """  currency CHF
identities rider, team
ledger cards
offence card for rider -> cards +1
offence unnamed for team -> fine 2000
sanction off
rule year: cards >= 6 -> off 30d
rule month: live(cards) in 30 days >= 3 -> off 14d
test "a card" for rider
  2024-03-01 ticket C1 card
"""


def test_a_role_is_not_told_of_ledgers_that_only_others_move(tmp_path: Path) -> None:
    found = page(tmp_path, ROLES, "2024-03-12")
    assert "rider cards 1 5 points to year (at 6)" in found
    assert "team no sanction, no open fine" in found and "team year" not in found, found
    own = ROLES.replace("for rider\n  2024-03-01 ticket C1 card", "for team\n  2024-03-02 ticket X cards 2")
    moved = page(tmp_path, own, "2024-03-12")
    assert "team cards 2 4 points to year (at 6)" in moved, moved


BEFORE = """ledger points
sanction revoked
measure before = count(revoked) in 2 years
rule first: points >= 5 and before = 0 -> revoked 3d, clear points
rule again: points >= 8 and before >= 1 -> revoked 30d
test "once" for merchant
  2024-03-01 ticket T1 points 5
"""


def test_a_part_of_a_condition_that_holds_is_not_told_as_reached(tmp_path: Path) -> None:
    found = page(tmp_path, BEFORE, "2024-03-12")
    assert "before 1" in found and "reached: again" not in found, found


WHILE = """acts match
ledger cautions
sanction banned
measure matches = count(match) {counted}
ladder cards on cautions:
  >= 5 while matches <= 1 -> banned 7d
test "story" for merchant
  2024-03-02 act match
  2024-03-03 ticket T1 cautions 5
  2024-03-04 act match
"""


@pytest.mark.parametrize("at", ["2024-03-03", "2024-03-04"])
@pytest.mark.parametrize("counted", ["ever", "this year"])
def test_an_upper_limit_is_nothing_to_reach(tmp_path: Path, counted: str, at: str) -> None:
    found = page(tmp_path, WHILE.format(counted=counted), at)
    number = "1" if at == "2024-03-03" else "2"
    assert f"matches {number} running banned" in found, found
    assert "why cautions rose from 0 to 5" in found


RUNNING = """acts clinic
ledger points
sanction probation
sanction held
rule p when clinic: -> probation 6 months
rule v when ticket: probation is running -> held 5d
test "story" for merchant
  2024-01-01 act clinic
  2024-02-01 ticket T1 points 3
  2024-03-01 ticket T2 points 3
"""


def test_each_decision_names_the_sanction_that_runs(tmp_path: Path) -> None:
    """Not only the first of them: a table without rows says nothing."""
    found = page(tmp_path, RUNNING, "2024-03-02")
    assert found.count("probation was running. sanction probation, 2024-01-01 00:00 (p@act-1)") == 2, found
    assert "effective" not in found and "listed under" not in found


BY_TIME = """acts exam
ledger points
sanction held
rule r: points >= 3 -> held 3d until points < 3
rule off when exam: -> clear points
test "story" for merchant
  2024-01-01 10:00 ticket T1 points 3
  2024-01-02 10:00 act exam
"""


@pytest.mark.parametrize(
    ("lang", "besides", "open_"),
    [
        ("en", "what it waits for besides holds already", "points is less than 3, and"),
        ("zh", "其余解除条件已满足", "points 低于 3 为止"),
    ],
)
def test_what_holds_already_is_not_waited_for(tmp_path: Path, lang: str, besides: str, open_: str) -> None:
    found = page(tmp_path, BY_TIME, "2024-01-03", "--lang", lang)
    assert found.count(besides) == 2 and found.count("2024-01-04 10:00") == 3, found
    assert open_ not in found
    before = page(tmp_path, BY_TIME, "2024-01-01T12:00", "--lang", lang)
    assert besides not in before and open_ in before, before


ANY = """ledger points
sanction held
measure two = live(points) in any 2 years
rule a: two >= 15 -> held 7d
test "story" for merchant
  2020-01-01 10:00 ticket T1 points 10
"""


def test_a_number_that_looks_at_a_ticket_says_from_which_it_is_seen(tmp_path: Path) -> None:
    """Ten years later a ticket of 5 points does not bring what is 5 points away."""
    found = page(tmp_path, ANY, "2030-01-01")
    assert "a, 5 points away. That is as seen from the last ticket, of 2020-01-01 10:00; the next one may" in found
    assert "two 10 5 points to a (at 15), as seen from the last ticket, of 2020-01-01 10:00" in found, found
    assert "fires at 15 points or more, as seen from the last ticket, of 2020-01-01 10:00" in found
    assert "违约单 2020-01-01 10:00 计算）" in page(tmp_path, ANY, "2030-01-01", "--lang", "zh")
    assert "as seen" not in page(tmp_path, ANY, "2020-01-01T10:00")
    assert "as seen" not in page(tmp_path, ANY.replace("in any 2", "in 2"), "2020-01-02")
