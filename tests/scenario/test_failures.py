"""What a failing expectation shows: what is nearest to it, first."""

from __future__ import annotations

from pathlib import Path

from policyctl.policy.load import PolicyText, compile_texts
from policyctl.scenario.decided import MOST_LISTED
from policyctl.scenario.run import run_test

RULES = """use standard
rule often: every 10 of general -> suspend 1d each
rule heavy: severe >= 20 -> suspend 14d
rule never: severe >= 90 -> suspend 90d
"""
TICKETS = (
    "2021-03-01 10:00 ticket T1 general +10",
    "2021-03-03 10:00 ticket T3 general +10",
    "2021-03-04 10:00 ticket S severe +20",
    "2021-03-08 10:00 ticket T8 general +10",
)


def _found(*lines: str) -> tuple[str, ...]:
    text = RULES + 'test "t" for promoter\n' + "".join(f"  {line}\n" for line in lines)
    compiled = compile_texts([PolicyText("t.policy", Path("t.policy"), text.encode())])
    assert not compiled.findings
    [(name, policy)] = compiled.policies.items()
    assert policy is not None
    [failure] = run_test(policy, compiled.tests[name][0]).failures
    return failure.found


def test_the_rule_itself_comes_first_nearest_in_time() -> None:
    found = _found(*TICKETS, "expect often at 2021-03-07 10:00")
    assert [line.split(" (")[1] for line in found] == ["often@T8)", "often@T3)", "often@T1)"]


def test_what_was_not_expected_is_shown() -> None:
    assert _found(*TICKETS, "expect no heavy") == ("heavy at 2021-03-04T10:00:00+08:00 (heavy@S)",)


def test_other_rules_only_where_it_never_fired() -> None:
    found = _found(*TICKETS, "expect never at 2021-03-04 10:00")
    assert found[0] == "never has not fired by then; others have:"
    assert found[1] == "heavy at 2021-03-04T10:00:00+08:00 (heavy@S)"
    assert len(found) == 5


def test_nothing_fired() -> None:
    assert _found(TICKETS[0].replace("+10", "+1"), "expect heavy at 2021-03-04 10:00") == ("no rule has fired by then",)


def test_a_long_list_is_shortened() -> None:
    many = [f"2021-03-{day:02} 10:00 ticket T{day} general +10" for day in range(1, 21)]
    found = _found(*many, "expect often at 2021-03-20 11:00")
    assert len(found) == MOST_LISTED + 1
    assert found[0].endswith("(often@T20)") and found[-1] == "… and 12 more"


def test_an_identity_that_is_not_closed() -> None:
    assert _found(TICKETS[0], "expect closed") == ("the identity is not closed",)


def test_an_expectation_without_a_date_behind_a_dated_one_says_where_it_looks() -> None:
    text = RULES + 'test "t" for promoter\n  2021-03-01 10:00 ticket T1 general 10\n'
    text += "  2021-03-02 12:00 expect no suspend\n  expect no suspend\n"
    compiled = compile_texts([PolicyText("t.policy", Path("t.policy"), text.encode())])
    [(name, policy)] = compiled.policies.items()
    assert policy is not None
    [failure] = run_test(policy, compiled.tests[name][0]).failures
    assert failure.help == "it looks at 2021-03-01T10:00:00+08:00, the last event above it"
