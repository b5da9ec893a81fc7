"""Where a ledger starts for some accounts, by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyctl.policy.load import PolicyText, compile_texts
from policyctl.scenario.run import run_test
from policyctl.source.report import render

TEXT = """policy card
  timezone Europe/Madrid
  count by issued
identities driver, trainer
attribute licensed
attribute novice = yes, no
ledger points starts at 12 down starts at 8 for novice is yes starts at 10 for identity is trainer floor 0
ledger yearly starts at 12 down starts at 6 for in 3 years from licensed ceiling 12 resets every year
sanction off
rule gone: points <= 0 -> off 7d
rule spent: yearly <= 0 -> off 7d
"""


@pytest.mark.parametrize(
    ("whom", "lines"),
    [
        ("driver", ["2021-03-01 ticket T1 points 3", "expect points = 9"]),
        ("driver", ["attribute novice yes", "2021-03-01 ticket T1 points 3", "expect points = 5"]),
        ("driver", ["attribute novice yes", "2021-03-01 ticket T1 points 8", "expect gone at 2021-03-01"]),
        ("trainer", ["2021-03-01 ticket T1 points 3", "expect points = 7"]),
        ("trainer", ["attribute novice yes", "2021-03-01 ticket T1 points 3", "expect points = 5"]),
        (  # asked anew when a period begins: from 2024 on it is no novice any more
            "driver",
            [
                "attribute licensed 2020-06-01",
                "2022-03-01 ticket T1 yearly 1",
                "expect yearly = 5",
                "2023-01-01 expect yearly = 6",
                "2023-07-01 expect yearly = 6",
                "2024-01-01 expect yearly = 12",
                "2024-03-01 ticket T2 yearly 2 issued 2023-12-01",
                "expect yearly = 12",
            ],
        ),
        ("driver", ["attribute licensed 2015-06-01", "2022-03-01 ticket T1 yearly 1", "expect yearly = 11"]),
    ],
)
def test_by_hand(whom: str, lines: list[str]) -> None:
    licensed = [] if any("licensed" in line for line in lines) else ["attribute licensed 2010-01-01"]
    text = TEXT + f'test "t" for {whom}\n' + "".join(f"  {line}\n" for line in (*licensed, *lines))
    compiled = compile_texts([PolicyText("t.policy", Path("t.policy"), text.encode())])
    odd = [one for one in compiled.findings if one.code != "never-used"]
    assert not odd, render(odd)
    policy = compiled.policies["card"]
    assert policy is not None
    assert [failure.found for failure in run_test(policy, compiled.tests["card"][0]).failures] == []


def test_a_start_outside_of_the_bounds_is_named() -> None:
    text = TEXT.replace("starts at 8 for", "starts at 13 for").replace("floor 0", "floor 0 ceiling 12")
    compiled = compile_texts([PolicyText("t.policy", Path("t.policy"), text.encode())])
    assert [finding.code for finding in compiled.findings] == ["start-out-of-bounds"]
