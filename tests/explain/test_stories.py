"""What `explain` says of the tests of a policy, where a reader would be led astray by less."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from policyctl.cli.main import app


def _page(folder: Path, text: str, at: str, command: str = "explain", language: str = "en") -> str:
    path = folder / "story.policy"
    path.write_text(text, encoding="utf-8")
    options = ["--at", at, "--lang", language] if command == "explain" else ["--lang", language]
    result = CliRunner().invoke(app, [command, str(path), *options], env={"COLUMNS": "120"})
    assert result.exit_code == 0, result.output
    return result.stdout


RATING = """policy rating
  timezone America/Los_Angeles
acts order_done
ledger points expires after 180 days
sanction limited
measure rating = max(0, 200 + 4 * whole(count(order_done) in 180 days / 2) - points)
ladder milestones on rating:
  <= 150 -> limited 7d
  <= 100 -> limited 14d
test "orders leave the window" for merchant
  2024-01-01 10:00 act order_done
  2024-01-01 11:00 act order_done
  2024-05-01 10:00 ticket V1 points 51
"""


def test_a_rule_that_any_ticket_brings_is_the_nearest(tmp_path: Path) -> None:
    page = _page(tmp_path, RATING, "2024-06-30T10:00")
    assert "milestones[<= 150] holds already: the next ticket brings it." in page
    assert "150 reached, and no ticket since: the next one fires milestones[<= 150]" in page
    assert "49 to milestones[<= 100]" not in page
    assert "已达节点 150，此后尚无违约单：下一张触发" in _page(tmp_path, RATING, "2024-06-30T10:00", language="zh")


def test_the_way_of_a_measure_begins_where_it_stood_before_anything_happened(tmp_path: Path) -> None:
    bars = {at: _page(tmp_path, RATING, at).count("█") for at in ("2024-04-01T10:00", "2024-05-01T10:00")}
    assert bars["2024-04-01T10:00"] == 0 < bars["2024-05-01T10:00"]


QUEUE = """policy queue
  timezone Asia/Seoul
ledger points
sanction stop overlap consecutive
rule often: each time points >= 1 -> stop 10d, clear points
test "one behind the other" for merchant
  2023-01-01 00:00 ticket V1 points 1
  2023-01-03 00:00 ticket V2 points 1
"""


def test_what_waits_behind_another_one_is_not_told_with_an_end_that_it_never_has(tmp_path: Path) -> None:
    page = " ".join(_page(tmp_path, QUEUE, "2023-01-10").split())
    assert "stop from 2023-01-11 00:00 until 2023-01-21 00:00 Sanctions of this kind run one after the other:" in page
    assert "2023-01-13" not in page
    line = " ".join(_page(tmp_path, QUEUE, "2023-02-01", "timeline").split())
    assert "often@V2: stop for 10 days, when the one that runs has ended" in line and "2023-01-13" not in line
    chinese = _page(tmp_path, QUEUE, "2023-02-01", "timeline", "zh")
    assert "待执行中的结束后开始" in chinese


COURSE = """policy course
  timezone Asia/Seoul
acts law_course "법규교육", site_course, drill
ledger points
sanction stop
rule field: points >= 10 and law_course is done -> stop 10d
rule other when site_course: law_course is done -> points -5
rule trained: points >= 10 and count(drill) ever >= 3 -> stop 1d
test "no course yet" for merchant
  2023-01-01 00:00 ticket V1 points 12
  2023-02-01 00:00 act law_course
"""


def test_an_act_that_must_be_done_is_no_number(tmp_path: Path) -> None:
    page = _page(tmp_path, COURSE, "2023-01-02")
    assert "  field    law_course (법규교육) is not done" in page
    assert "count(law_course)" not in page and "The nearest rule is trained" in page
    assert "count(drill) ever" in page
    assert "law_course (법규교육) was done." in _page(tmp_path, COURSE, "2023-02-02")
    assert "법규교육尚未完成" in _page(tmp_path, COURSE, "2023-01-02", language="zh").replace(" ", "")
