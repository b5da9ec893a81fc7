"""What a rule waives for one ticket alone, and what it lifts with all that wait behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyctl.policy.load import PolicyText, compile_texts
from policyctl.scenario.run import run_test
from policyctl.source.report import render

FINES = """policy p
  timezone UTC
  currency CNY
  annulment refunds and revives
acts registered, mercy, again
ledger points
offence unregistered -> points +1, fine 25 each
offence meter -> points +1, fine 20
rule limit: points >= 4 -> fine 300
rule withdrawn when registered: -> void ticket, waive fine of ticket
rule half when mercy: -> reduce fine of ticket by 50%
"""
QUEUE = """policy p
  timezone UTC
acts race, season_over, pardon
ledger points
ledger others
sanction out overlap consecutive
rule a: points >= 3 -> out until 1 race from next race
rule b: others >= 3 -> out until 1 race from next race
rule one when pardon: -> lift out
rule all_of_them when season_over: -> lift all out
"""
ONE, TWO = "2024-01-01 10:00 ticket A unregistered", "2024-01-02 10:00 ticket B unregistered"
OUT = ["2024-01-01 10:00 ticket A points 3", "2024-01-02 10:00 ticket B others 3"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (FINES, [ONE, TWO, "2024-01-03 10:00 act registered B", "expect open fines 25", "expect points = 1"]),
        (  # two tickets of one instant have one fine: only the part of this one goes
            FINES,
            [ONE, TWO.replace("01-02", "01-01"), "2024-01-03 10:00 act registered B", "expect open fines 25"],
        ),
        (  # said without `each` it is one fine for both, and the other ticket would have brought it as well
            FINES,
            [
                "2024-01-01 10:00 ticket A meter",
                "2024-01-01 10:00 ticket B meter",
                "2024-01-03 10:00 act registered B",
                "expect open fines 20",
                "expect points = 1",
            ],
        ),
        (FINES, [ONE, TWO, "2024-01-03 10:00 act mercy A", "expect open fines 37.5"]),
        (FINES, [ONE, TWO, "2024-01-03 10:00 act mercy", "expect open fines 50"]),  # it names none
        (
            FINES,
            [ONE, "2024-01-02 10:00 ticket C points 3", "2024-01-03 10:00 act registered A", "expect open fines 300"],
        ),
        (QUEUE, [*OUT, "2024-01-03 10:00 act season_over", "2024-01-04 10:00 act race", "expect no out"]),
        (QUEUE, [*OUT, "2024-01-03 10:00 act pardon", "2024-01-04 10:00 act race", "expect out is running"]),
    ],
)
def test_by_hand(text: str, lines: list[str]) -> None:
    text += 'test "t" for merchant\n' + "".join(f"  {line}\n" for line in lines)
    compiled = compile_texts([PolicyText("t.policy", Path("t.policy"), text.encode())])
    odd = [one for one in compiled.findings if one.code != "never-used"]
    assert not odd, render(odd)
    policy = compiled.policies["p"]
    assert policy is not None
    assert [failure.found for failure in run_test(policy, compiled.tests["p"][0]).failures] == []
