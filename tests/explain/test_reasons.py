"""The reasons of a decision as people read them: a policy with a story, and what stands on its page."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from policyctl.cli.main import app


def told(folder: Path, policy: str, at: str, lang: str = "en") -> str:
    """What `explain` prints of the stories in a policy, without its lines."""
    file = folder / "shop.policy"
    file.write_text(policy, "utf-8")
    result = CliRunner().invoke(app, ["explain", str(file), "--at", at, "--lang", lang], env={"COLUMNS": "160"})
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


@pytest.mark.parametrize(
    ("lang", "first", "second"),
    [
        ("en", "2020-01-01 10:00 V1 (1 of 2 left) +1 1", "2020-01-07 10:00 V2 +4 5"),
        ("zh", "2020-01-01 10:00 V1（原 2 分，剩 1 分） +1 1", "2020-01-07 10:00 V2 +4 5"),
    ],
)
def test_points_bear_the_date_of_their_ticket_whatever_was_given_back_since(
    tmp_path: Path, lang: str, first: str, second: str
) -> None:
    """Of 2 points one was given back on the ninth; both tickets are as old as they are."""
    policy = """
policy shop
  timezone Asia/Dubai
acts done
ledger sp
rule back when done: sp >= 1 -> sp -1
test "two tickets, two courses" for merchant
  2020-01-01 10:00 ticket V1 sp 2
  2020-01-07 10:00 ticket V2 sp 4
  2020-01-09 10:00 act done
  2020-01-12 10:00 act done
"""
    shown = told(tmp_path, policy, "2020-01-13", lang)
    assert f"{first} {second}" in shown
    assert "2020-01-09 10:00 V2" not in shown


BANDS = """
policy shop
  timezone Asia/Shanghai
ledger strikes
ledger credit starts at 12 down
sanction held
sanction off
ladder steps on strikes:
  2 to 2 -> held 1d
  4 to 6 -> held 3d
ladder low on credit:
  6 to 9 -> off 1d
rule either:
  strikes >= 7 and credit < 12 -> off 9d
  strikes > 8 -> off 2d
test "up through both, and down through the other" for merchant
  2021-03-01 10:00 ticket V1 strikes 1
  2021-04-01 10:00 ticket V2 strikes 4
"""


@pytest.mark.parametrize(
    ("lang", "why", "standing"),
    [
        (
            "en",
            "strikes rose from 1 to 5, which meets the rule.",
            "steps[2 to 2] strikes is at 5, beyond exactly 2 points",
        ),
        ("zh", "strikes 由 1 升至 5", "steps[2 to 2] strikes 现为 5，已超出恰为 2 分"),
    ],
)
def test_a_band_is_one_thing(tmp_path: Path, lang: str, why: str, standing: str) -> None:
    """A step with two ends is told as it was written, and is not near again when it was passed."""
    shown = told(tmp_path, BANDS, "2021-05-01", lang)
    assert why in shown and standing in shown
    assert "strikes 4 to 6 -> held 3d" in shown
    assert "condition of steps" not in shown and "4 points or more" not in shown


def test_where_a_line_asks_for_one_thing_no_other_condition_is_hinted_at(tmp_path: Path) -> None:
    """The second line of two holds alone: the rule fires at what that line says."""
    shown = told(tmp_path, BANDS + "  2021-04-02 10:00 ticket V3 strikes 4\n", "2021-05-01")
    assert "strikes rose from 5 to 9; the rule fires at more than 8 points." in shown
    shown = told(tmp_path, BANDS + "  2021-04-02 10:00 ticket V3 credit 4\n", "2021-05-01")
    assert "credit fell from 12 to 8" in shown and "low[6 to 9]" in shown
    shown = told(tmp_path, BANDS + "  2021-04-02 10:00 ticket V3 credit 8\n", "2021-05-01")
    assert "low[6 to 9] credit is at 4, beyond 6 to 9 points" in shown


def test_a_metric_is_told_with_each_decision(tmp_path: Path) -> None:
    """What stood behind two decisions is one value: it is told with both, and no table of tickets."""
    policy = """
policy shop
  timezone Asia/Shanghai
metrics ldr
ledger points
rule late every monday at 00:00: each time ldr > 0.1 -> points +2
test "two Mondays" for merchant
  2024-01-03 10:00 metric ldr 0.15
"""
    shown = told(tmp_path, policy, "2024-01-16")
    assert shown.count("metric ldr, 2024-01-03 10:00: 0.15") == 2
    assert "listed under" not in shown


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            (
                "required until 2024-01-02 10:00: course (Course)",
                "off for 6 months, from the next handed_in (Licence handed in) on",
                "2 points of miles taken off",
                "2 points of credit given back",
            ),
        ),
        ("zh", ("须于 2024-01-02 10:00 前完成：Course", "off 6 个月，自下一次", "减去 miles 2 分", "返还 credit 2 分")),
    ],
)
def test_what_is_asked_for_bears_its_label_and_what_is_to_come_its_length(
    tmp_path: Path, lang: str, words: tuple[str, ...]
) -> None:
    """Points of a credit that violations use up are given back; of any other ledger they are taken off."""
    policy = """
policy shop
  timezone Asia/Shanghai
acts course "Course", handed_in "Licence handed in", spent
ledger points
ledger miles
ledger credit starts at 12 down
sanction off
rule learn: points >= 3 -> require course within 24h, off 6 months from next handed_in
rule back when spent: -> miles -2, credit +2
test "one ticket" for merchant
  2024-01-01 08:00 ticket V1 miles 5
  2024-01-01 09:00 ticket V2 credit 5
  2024-01-01 09:30 act spent
  2024-01-01 10:00 ticket V3 points 3
"""
    shown = told(tmp_path, policy, "2024-01-01 12:00", lang)
    for one in words:
        assert one in shown, one


@pytest.mark.parametrize(
    ("lang", "first", "second"),
    [
        ("en", "2024-07-01 10:00: 3 points of points expire", "2024-03-31 10:00: 1 point of other expires"),
        ("zh", "2024-07-01 10:00：points 3 分失效", "2024-03-31 10:00：other 1 分失效"),
    ],
)
def test_when_points_expire_next_stands_with_the_balance(tmp_path: Path, lang: str, first: str, second: str) -> None:
    """Two tickets of one day together, the next of each ledger; what stands still has no date."""
    policy = """
policy shop
  timezone Asia/Shanghai
ledger points expires after 6 months
ledger other expires after 90 days
ledger still expires after 1 day frozen while points >= 1
ledger plain
rule far: points >= 100 -> warn
test "three ledgers" for merchant
  2024-01-01 10:00 ticket V1 points 1
  2024-01-01 10:00 ticket V2 points 2
  2024-01-01 10:00 ticket V3 other 1
  2024-01-01 11:00 ticket V4 still 1
  2024-02-01 10:00 ticket V5 points 4
  2024-02-01 10:00 ticket V6 plain 4
"""
    shown = told(tmp_path, policy, "2024-02-02", lang)
    assert first in shown and second in shown
    assert "of still expire" not in shown and "still 1 分失效" not in shown
    later = told(tmp_path, policy, "2024-07-01 10:00", lang)
    assert "2024-08-01 10:00" in later and second not in later


def test_beside_what_is_in_a_least_number_the_entries_of_the_other_stand(tmp_path: Path) -> None:
    """The ticket that made the sum rise is among its reasons."""
    policy = """
policy shop
  timezone Asia/Seoul
ledger points
ledger credit starts at 10 down
metrics rate starts at 5
sanction held
offence slight -> points +2, credit -3
offence big -> points +4
rule sum: 2 * points - min(credit, rate) >= 2 -> held 1d
test "the second makes it" for merchant
  2024-01-01 10:00 ticket A slight
  2024-01-02 10:00 ticket B big
"""
    shown = told(tmp_path, policy, "2024-01-05")
    assert "rose from -1 to 7; the rule fires at 2 or more." in shown
    assert "2024-01-01 10:00 A slight +2 -1 2024-01-02 10:00 B big +4 7 entry credit, 2024-01-01 10:00: 3 (A)" in shown


FLAGGED = """
policy shop
  timezone Asia/Seoul
ledger points
flag watched
acts freed
rule watch when ticket: points >= 2 -> watched{length}
rule free when freed: -> lift watched
test "up and down" for merchant
  2024-01-01 10:00 ticket A points 2
  2024-01-03 10:00 act freed
"""


@pytest.mark.parametrize(
    ("length", "at", "said"),
    [
        (" 5d", "2024-01-02", "imposed · flag watched is up until 2024-01-06 10:00 (4 days 10 hours left)"),
        (" 24h", "2024-01-02", "imposed · flag watched is up until 2024-01-02 10:00 (10 hours left)"),
        (" 24h", "2024-01-02T10:00", "imposed · flag watched until 2024-01-02 10:00 (over)"),
        (" 5d", "2024-01-04", "imposed · flag watched, which is up no more"),
        ("", "2024-01-04", "imposed · flag watched, which is up no more"),
        ("", "2024-01-02", "imposed · flag watched is up why"),
    ],
)
def test_a_flag_is_told_as_it_is_by_now(tmp_path: Path, length: str, at: str, said: str) -> None:
    shown = told(tmp_path, FLAGGED.format(length=length), at)
    assert said in shown, shown
