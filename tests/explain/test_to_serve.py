"""Sanctions counted in acts: which of several ends last, how many are served, and how many are to come."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyctl.policy.load import PolicyText, compile_texts
from policyctl.scenario.run import run_test
from tests.explain.test_numbers import page

CHAT = """acts game
ledger tier
sanction chat
ladder steps on tier:
  >= 1 -> chat until 10 game
  >= 2 -> chat until {second} game
test "one and then the other" for merchant
  2024-01-01 ticket T1 tier 1
  2024-01-02 act game
  2024-01-03 act game
  2024-01-04 ticket T2 tier 1
  2024-01-05 act game
"""


@pytest.mark.parametrize(("second", "last"), [(25, 25), (9, 9), (7, 10), (3, 10)])
def test_of_several_the_one_that_ends_last_runs(second: int, last: int) -> None:
    """Of ten two are served when the second comes."""
    text = "policy p\n  timezone UTC\n" + CHAT.format(second=second)
    for expected in {second, 10}:
        lines = text + f"  2024-01-06 expect chat until {expected} game\n"
        compiled = compile_texts([PolicyText("p.policy", Path("p.policy"), lines.encode())])
        policy = compiled.policies["p"]
        assert policy is not None and not compiled.findings
        assert bool(run_test(policy, compiled.tests["p"][0]).failures) == (expected != last)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "runs against merchant until 25 game (1 so far, 24 to go).",
                "running chat until 25 game (1 so far, 24 to go)",
            ],
        ),
        ("zh", ["至 game 25 次（已 1 次，尚余 24 次）为止"]),
    ],
)
def test_how_many_are_to_come_is_told(tmp_path: Path, language: str, said: list[str]) -> None:
    found = page(tmp_path, CHAT.format(second=25), "2024-01-06", "--lang", language)
    assert [text for text in said if text not in found] == [], found


def test_what_waits_for_something_else_too_has_no_known_end(tmp_path: Path) -> None:
    text = CHAT.format(second=25).replace("acts game", "acts game, exam").replace("25 game", "exam is done")
    assert "running chat, end not yet known" in page(tmp_path, text, "2024-01-06")
