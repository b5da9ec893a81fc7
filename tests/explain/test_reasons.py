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
