"""What the page says of a number that is no sum of entries: the facts that count, one a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policyctl.cli.main import app
from tests.reads.test_reads import act, metric, ten

POLICY = """use standard
acts exam "考试"
metrics rate "回复率"
attribute vehicle = ordinary, large
rule same: count(tickets where key = this key) in 90 days >= 2 and vehicle is large and rate < 0.8 -> suspend 3d
"""


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            ["rose from 1 to 2", "(T1)", "(T2)", "metric rate", "(R)", "It holds: vehicle is large.", "unknown"],
        ),
        ("zh", ["由 1 升至 2", "（T1）", "（T2）", "指标回复率", "（R）", "符合 vehicle is large。", "未知"]),
    ],
)
def test_the_facts_are_listed(tmp_path: Path, language: str, said: list[str]) -> None:
    (tmp_path / "p.policy").write_text(POLICY, "utf-8")
    events = [ten("T1", "01-01", key="a"), metric("R", "rate", "0.7", "01-02"), ten("T2", "01-03", key="a")]
    history = {"merchant": "m", "attributes": {"vehicle": "large"}, "events": [*events, act("E", "exam", "01-04")]}
    (tmp_path / "h.json").write_text(json.dumps(history), "utf-8")
    asked = ["explain", str(tmp_path / "h.json"), "--policy", str(tmp_path / "p.policy"), "--at", "2021-01-05"]
    result = CliRunner().invoke(app, [*asked, "--lang", language])
    assert result.exit_code == 0, result.output
    assert [text for text in said if text not in result.stdout] == []


SCANNED = """use standard
acts exam "考试", match "比赛"
rule same: count(tickets where key = this key) in 90 days >= 9 -> suspend 3d
rule often: count(suspend) this quarter >= 2 and severe >= 1 -> suspend 4d
rule hot: incurred(general) in last 3 match + highest(general) since exam >= 90 -> suspend 5d
rule whole: whole(general / 7) >= 3 and max(general, severe) >= 30 -> suspend 6d
rule level: live(general) at this ticket by occurred >= 90 and count(fines) previous year >= 1 -> suspend 7d
"""


def test_a_number_without_a_name_is_said_in_the_words_of_the_reader(tmp_path: Path) -> None:
    (tmp_path / "p.policy").write_text(SCANNED, "utf-8")
    (tmp_path / "h.json").write_text(json.dumps({"merchant": "m", "events": [ten("T1", "01-01")]}), "utf-8")
    asked = ["explain", str(tmp_path / "h.json"), "--policy", str(tmp_path / "p.policy"), "--at", "2021-01-05"]
    result = CliRunner().invoke(app, [*asked, "--lang", "zh", "--identity", "promoter"], env={"COLUMNS": "300"})
    assert result.exit_code == 0, result.output
    for said in (
        "近 90 天内违约单数（仅计对象与该违约单相同）",
        "本季度短封次数",
        "最近 3 次比赛内一般违规累计扣分",
        "最近一次考试以来一般违规最高值",
        "一般违规 ÷ 7（取整）",
        "一般违规和严重违规中的较高者",
        "按该违约单之日，一般违规未清除的扣分（按发生时间）",
        "上年度违约金笔数",
    ):
        assert said in result.stdout.replace("\n", ""), said


@pytest.mark.parametrize(
    ("measure", "fell"),
    [
        ("max(0, 200 - general)", ("190", "180")),
        ("max(185, 200 - general)", ("190", "185")),
        ("10 * whole((200 - general) / 15)", ("120", "120")),
        ("min(100, 300 - general - general)", ("100", "100")),
    ],
)
def test_the_tickets_behind_a_highest_or_lowest_number_are_its_reasons(
    tmp_path: Path, measure: str, fell: tuple[str, str]
) -> None:
    """What the number was before the step is reckoned without the tickets of the step, in each of its parts."""
    (tmp_path / "p.policy").write_text(
        f"use standard\nmeasure rating = {measure}\nrule low: rating < 500 and general >= 20 -> suspend 3d\n", "utf-8"
    )
    events = [ten("T1", "01-01"), ten("T2", "01-02")]
    (tmp_path / "h.json").write_text(json.dumps({"merchant": "m", "events": events}), "utf-8")
    asked = ["explain", str(tmp_path / "h.json"), "--policy", str(tmp_path / "p.policy"), "--at", "2021-01-05"]
    result = CliRunner().invoke(app, [*asked, "--format", "json"])
    assert result.exit_code == 0, result.output
    [decision] = json.loads(result.stdout)["decisions"]
    [reason] = [one for one in decision["because"] if one["measure"] == "rating"]
    assert (reason["before"], reason["after"]) == fell
    assert [(one["event"], one["amount"]) for one in reason["facts"]] == [("T1", "10"), ("T2", "10")]


@pytest.mark.parametrize(("rule", "act"), [("incurred(general) in 3 years", "2021-01-01 08:00"), ("general", "")])
def test_where_the_day_of_the_act_counts_it_stands_among_the_reasons(tmp_path: Path, rule: str, act: str) -> None:
    """By the day on which they took effect nobody could see which days are meant."""
    header = f"policy p\n  use standard\n  count by {'occurred' if act else 'issued'}\n"
    (tmp_path / "p.policy").write_text(
        f"{header}rule full: {rule} >= 20 -> suspend 3d\nrule any: general >= 20 -> suspend 1d\n"
        "rule near: live(general) in 3 years to this ticket by occurred >= 20 -> suspend 2d\n",
        "utf-8",
    )
    events = [{**ten("T1", "01-01"), "occurred": "2021-01-01T08:00:00+08:00"}, ten("T2", "01-02")]
    (tmp_path / "h.json").write_text(json.dumps({"merchant": "m", "events": events}), "utf-8")
    asked = ["explain", str(tmp_path / "h.json"), "--policy", str(tmp_path / "p.policy"), "--at", "2021-01-05"]
    for language, said in (("en", "act of 2021-01-01 08:00"), ("zh", "行为发生于 2021-01-01 08:00")):
        result = CliRunner().invoke(app, [*asked, "--lang", language], env={"COLUMNS": "140"})
        assert result.exit_code == 0, result.output
        assert said in result.stdout
        column = "occurred          effective" if language == "en" else "发生时间          生效时间"
        assert (column in result.stdout) == bool(act)


def test_a_count_that_never_becomes_less_again_is_not_near(tmp_path: Path) -> None:
    (tmp_path / "p.policy").write_text(
        "use standard\nacts fixture\nladder cards on general:\n  >= 20 while count(fixture) ever <= 2 -> suspend 1d\n",
        "utf-8",
    )
    fixtures = [act(f"F{n}", "fixture", f"01-0{n}") for n in (2, 3, 4)]
    (tmp_path / "h.json").write_text(json.dumps({"merchant": "m", "events": [ten("T1", "01-01"), *fixtures]}), "utf-8")
    asked = ["explain", str(tmp_path / "h.json"), "--policy", str(tmp_path / "p.policy"), "--identity", "promoter"]
    shown = [
        CliRunner().invoke(app, [*asked, "--at", at], env={"COLUMNS": "200"}).stdout
        for at in ("2021-01-03", "2021-01-05")
    ]
    assert "10 points away: general" in shown[0] and "beyond" not in shown[0]
    assert "count(fixture) ever is at 3, beyond 2 or less" in shown[1]
    assert "The nearest rule" not in shown[1] and "1 to a condition" not in shown[1]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "incurred(general) in 3 years rose from 10 to 20; the rule fires at 13 points or more (limit).",
                "general rose from 10 to 20; the rule fires at every full 2 points above 1 (here 19 points).",
                "18 away: count(tickets) ever + general is at 22, fires at 40 or more (far)",
            ],
        ),
        (
            "zh",
            [
                "近 3 年内一般违规累计扣分由 10 升至 20，规则在达到 13 分（limit）时触发。",
                "一般违规由 10 升至 20，规则在 1 以上每满 2 分（此次为 19 分）时触发。",
                "（far）",
            ],
        ),
    ],
)
def test_a_comparison_is_told_by_its_two_sides(tmp_path: Path, language: str, said: list[str]) -> None:
    """And not as a difference to a constant, or to the number above which multiples are counted."""
    (tmp_path / "p.policy").write_text(
        "use standard\nconstant limit = 12 from 2006-01-01, 13 from 2011-01-01\n"
        "constant far = 30 from 2006-01-01, 40 from 2011-01-01\n"
        "rule dated: incurred(general) in 3 years >= limit -> suspend 3d\n"
        "rule above: every 2 of general above 1 -> suspend 1d\n"
        "rule long: count(tickets) ever + general >= far -> suspend 9d\n",
        "utf-8",
    )
    events = [ten("T1", "01-01"), ten("T2", "01-02")]
    (tmp_path / "h.json").write_text(json.dumps({"merchant": "m", "events": events}), "utf-8")
    asked = ["explain", str(tmp_path / "h.json"), "--policy", str(tmp_path / "p.policy"), "--at", "2021-01-05"]
    result = CliRunner().invoke(app, [*asked, "--lang", language], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    assert [text for text in said if text not in result.stdout.replace(" (一般违规)", "")] == []
    assert "- limit" not in result.stdout and "general - 1" not in result.stdout
