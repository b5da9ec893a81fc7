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
            ["rose from 1 to 2", "(T1)", "(T2)", "metric rate", "(R)", "It holds that vehicle is large.", "unknown"],
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
