"""Sanctions whose end is open, and tickets with attributes, in the lines of a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyctl.policy.load import PolicyText, compile_texts
from policyctl.scenario.run import run_test

TEXT = """policy cups
  timezone Asia/Shanghai
acts event_over, exam
attribute consequence = suspends, none
ledger points
sanction suspended "停赛"
offence minor -> points +1
rule off: count(tickets where consequence is suspends) ever >= 1 -> suspended until 1 event_over
test "t" for merchant
  2021-03-01 10:00 ticket T0 minor
  2021-03-01 11:00 expect no suspended
  2021-03-02 10:00 ticket T1 minor with consequence suspends
"""


def _found(*lines: str, of: str = TEXT) -> list[tuple[str, ...]]:
    text = of + "".join(f"  {line}\n" for line in lines)
    compiled = compile_texts([PolicyText("t.policy", Path("t.policy"), text.encode())])
    assert not [finding for finding in compiled.findings if finding.code not in ("unusable-test-line", "never-used")]
    [(name, policy)] = compiled.policies.items()
    assert policy is not None
    return [failure.found for failure in run_test(policy, compiled.tests[name][0]).failures]


@pytest.mark.parametrize(
    "expected",
    [
        "suspended",
        "停赛",
        "suspended is running",
        "suspended is running and points = 2",
        "not (suspended is not running)",
        "suspended until 1 event_over",
    ],
)
def test_it_runs_with_an_open_end(expected: str) -> None:
    assert not _found(f"expect {expected}")


def test_it_is_over() -> None:
    over = "2021-03-03 10:00 act event_over"
    assert not _found(over, "expect no suspended", "expect suspended is not running", "expect not suspended")
    assert _found(over, "expect suspended is running and points = 2") == [("suspended is not running", "points = 2")]


def test_what_it_waits_for_is_shown() -> None:
    assert _found("expect suspended until 2 event_over") == [("suspended until 1 event_over",)]
    assert _found("expect suspended until 2021-03-09") == [("suspended until 1 event_over",)]


def test_an_act_that_there_is_not() -> None:
    assert _found("expect suspended until 1 event_ovr") == [("the policy has no act `event_ovr`",)]


def test_a_wrong_end_is_answered_with_what_it_waits_for_as_it_was_written() -> None:
    """Not by the count that the words stand for."""
    policy = """policy p
  timezone Asia/Shanghai
  currency CNY
acts interviewed
attribute posted
ledger points
sanction s
offence o -> points +2
rule a: points >= 3 -> s until interviewed is done and fine is paid, fine 5
test "x" for merchant
  2024-01-01 10:00 ticket V1 o with posted 2024-01-01
  2024-01-02 10:00 ticket V2 points 3
"""
    found = _found("expect s until 2024-02-01", of=policy)
    assert found == [("s until interviewed is done and fine is paid",)]


BY_TIME = """policy p
  timezone UTC
acts exam
ledger points
sanction held
rule r: points >= 3 -> held 3d until points < 3
rule off when exam: -> clear points
test "t" for merchant
  2020-01-01 10:00 ticket T1 points 3
"""


def test_where_only_its_time_is_missing_the_end_of_that_is_asked_for() -> None:
    exam, until = "2020-01-02 10:00 act exam", "expect held until 2020-01-04 10:00"
    assert _found(exam, until, of=BY_TIME) == []
    assert _found(until, of=BY_TIME) == [("held until points < 3",)]
    assert _found(exam, "expect held until 2020-01-05", of=BY_TIME) == [("held until 2020-01-04T10:00:00+00:00",)]
