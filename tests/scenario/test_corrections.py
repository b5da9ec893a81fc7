"""Lines of tests about corrections: what they tell, what they expect, and what a failing one shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyctl.policy.load import PolicyText, compile_texts
from policyctl.scenario.run import Result, run_test

RULES = """use standard
offence both -> general +4, severe +4
rule short_ban "普通": general >= 20 -> suspend 3d, fine 2000 clears
rule closure: year_total >= 100 -> close_identity, no_reset
"""
STORY = """
2021-03-01 10:00 ticket T1 general 10
2021-03-05 10:00 ticket T2 general 10
2021-03-06 09:00 pays 1500
"""
REVIEWED = f"""{STORY}
2021-03-10 10:00 ticket T3 general 10
2021-03-20 12:00 appeal against T1 annulled
"""


def run(*lines: str, rules: str = RULES) -> Result:
    """What becomes of a test of these lines."""
    text = "\n".join(lines).strip()
    text = rules + 'test "t" for promoter\n' + "".join(f"  {line}\n" for line in text.splitlines() if line)
    compiled = compile_texts([PolicyText("t.policy", Path("t.policy"), text.encode())])
    assert not compiled.findings, compiled.findings
    [(name, policy)] = compiled.policies.items()
    assert policy is not None
    return run_test(policy, compiled.tests[name][0])


def found(*lines: str) -> tuple[str, ...]:
    """What the one failing expectation shows."""
    [failure] = run(*lines).failures
    return failure.found


PASSING = [
    # late tickets
    """2021-12-01 10:00 ticket T1 general 10
2022-01-03 10:00 ticket T2 general 10 issued 2021-12-30 10:00
expect short_ban at 2022-01-03 10:00 in period 2021
expect short_ban in period 2021
expect "short_ban@T2/2021"
expect "short_ban@T2"
expect no short_ban in period 2022
expect nothing in period 2022
expect no "short_ban@T1"
expect general = 0""",
    # an appeal, its money, and what was known before
    f"""{STORY}
expect short_ban
expect open fines 500
2021-03-10 10:00 appeal against T1 filed
expect short_ban
2021-03-12 10:00 appeal against T1 rejected recorded 2021-03-14
expect short_ban
2021-03-20 12:00 appeal against T1 annulled recorded 2021-03-25 08:00
expect rescinded short_ban at 2021-03-05 10:00 in period 2021
expect rescinded "short_ban@T2"
expect not rescinded closure
expect nothing for review
expect nothing
expect no suspend
expect owed back 1500
expect owed back 1500 of short_ban
expect owed back 0 of closure
expect served 3d
expect served 2 days 24 hours of short_ban
expect served 72h of "short_ban@T2"
expect served 1 minute 4319min
expect open fines 0
2021-03-07 10:00 expect no suspend
known at 2021-03-25 07:59
expect short_ban at 2021-03-05 10:00
expect nothing rescinded
expect nothing owed back
expect nothing served
2021-03-07 10:00 expect suspend until 2021-03-08 10:00
known at 2021-03-25 08:00
expect rescinded short_ban
2021-04-01 10:00 ticket T9 general 1
expect rescinded short_ban""",
    # what a correction adds is for review until it is confirmed
    f"""{REVIEWED}
expect for review short_ban at 2021-03-10 10:00
expect for review "short_ban@T3"
expect not for review closure
expect no short_ban
2021-03-22 08:00 confirmed "short_ban@T3" by "Lin" because "three tickets all the same"
expect short_ban at 2021-03-10 10:00
expect suspend until 2021-03-25 08:00
expect nothing for review
expect open fines 2000
expect owed back 1500""",
    # repealed and reduced
    f"""{STORY}
2021-03-20 12:00 appeal against T1 repealed
expect short_ban
expect general = 10
2021-03-19 12:00 expect general = 20""",
    f"""{STORY}
2021-03-20 12:00 appeal against T2 reduced to 9.5
expect rescinded short_ban
expect general = 19.5""",
    # people
    f"""{STORY}
2021-03-07 08:00 lifted "short_ban@T2" by Lin because "hardship"
expect no suspend
expect open fines 500
2021-03-07 09:00 waived "普通@T2" by "Lin" recorded 2021-03-08
expect open fines 0
expect general = 20
2021-03-08 09:00 imposed suspend until 2021-03-09 09:00 by "Lin"
expect suspend until 2021-03-09 09:00
2021-03-09 09:00 expect no suspend
2021-03-10 09:00 imposed 短封 permanently
expect suspend permanently
expect "impose@override-13"
2021-03-11 09:00 imposed fine 700 because "clause 9"
expect open fines 700
2021-03-12 09:00 imposed close_identity by "Lin"
expect closed
2021-03-13 09:00 lifted "impose@override-18"
expect not closed""",
    # of another identity than the test
    """2021-03-01 10:00 ticket M1 general 20 for merchant
2021-03-20 12:00 appeal against M1 annulled
expect rescinded short_ban for merchant
expect nothing rescinded
expect nothing owed back for merchant""",
]


@pytest.mark.parametrize("lines", PASSING, ids=range(len(PASSING)))
def test_it_is_so(lines: str) -> None:
    result = run(lines)
    assert [(failure.span.text, failure.found) for failure in result.failures] == []
    assert result.expectations > 1


def test_an_expectation_is_asked_of_the_lines_above_it() -> None:
    """The ban stood when the story had told only of it; once the appeal is told of, it never did, at any instant."""
    result = run(
        STORY,
        "expect short_ban",
        "2021-03-20 12:00 appeal against T1 annulled",
        "2021-03-07 10:00 expect no short_ban",
    )
    assert result.failures == ()


DOZEN = "use standard\nsanction block\nrule dozen: every 12 of severe -> block 2d each, fine 100 each\n"


def test_what_counts_fewer_times_is_rescinded_by_that_much() -> None:
    """It stands, and it is among what was rescinded, as what was added to a decision is among what is for review."""
    story = """2021-03-01 10:00 ticket T1 severe 24
2021-03-02 10:00 pays 200
2021-03-20 12:00 appeal against T1 reduced to 12"""
    kept = """expect dozen
expect rescinded dozen
expect rescinded "dozen@T1"
expect owed back 100 of dozen"""
    assert run(story, kept, rules=DOZEN).failures == ()
    [failure] = run(story, "expect nothing rescinded", rules=DOZEN).failures
    assert failure.found == ("dozen at 2021-03-01T10:00:00+08:00 (dozen@T1) has fewer times by appeal-3",)


def test_what_waits_to_be_final() -> None:
    rules = "policy t\n  use standard\n  points have no effect until final\n" + RULES.removeprefix("use standard\n")
    lines = """2021-03-05 10:00 ticket T1 general 20 final 2021-03-20 10:00
2021-03-06 10:00 ticket T2 severe 20
expect general = 0 and severe = 0
expect nothing
2021-03-20 10:00 expect short_ban at 2021-03-20 10:00"""
    assert run(lines, rules=rules).failures == ()


BAN = "short_ban at 2021-03-05T10:00:00+08:00 (short_ban@T2)"
REVIEW = "short_ban at 2021-03-10T10:00:00+08:00 (short_ban@T3)"


@pytest.mark.parametrize(
    ("story", "expectation", "instead"),
    [
        (STORY, "expect rescinded short_ban", [f"{BAN} stands"]),
        (STORY, "expect for review short_ban", [f"{BAN} stands"]),
        (STORY, "expect rescinded closure", ["nothing is rescinded"]),
        (STORY, "expect owed back 300", ["nothing is rescinded"]),
        (STORY, "expect open fines 2000", ["500 of short_ban@T2"]),
        (STORY, "expect no short_ban in period 2021", [BAN]),
        (STORY, "expect short_ban in period 2020", [BAN]),
        (STORY, "expect no suspend", ["suspend until 2021-03-08T10:00:00+08:00"]),
        (
            REVIEWED,
            "expect short_ban",
            [f"{BAN} is rescinded by appeal-5", f"{REVIEW} is for review after appeal-5"],
        ),
        (REVIEWED, "expect rescinded short_ban at 2021-03-06", [f"{BAN} is rescinded by appeal-5"]),
        (REVIEWED, "expect rescinded closure", [f"{BAN} is rescinded by appeal-5"]),
        (REVIEWED, 'expect for review "short_ban@T1"', [f"{REVIEW} is for review after appeal-5"]),
        (REVIEWED, "expect not for review short_ban", [f"{REVIEW} is for review after appeal-5"]),
        (REVIEWED, "expect nothing for review", [f"{REVIEW} is for review after appeal-5"]),
        (REVIEWED, "expect nothing rescinded", [f"{BAN} is rescinded by appeal-5"]),
        (REVIEWED, "expect owed back 2000", ["1500 of short_ban@T2"]),
        (REVIEWED, "expect nothing owed back", ["1500 of short_ban@T2"]),
        (STORY, "expect served 3d", ["nothing is rescinded"]),
        (REVIEWED, "expect served 2d", ["3 days of short_ban@T2"]),
        (REVIEWED, "expect served 73h of short_ban", ["3 days of short_ban@T2"]),
        (REVIEWED, "expect nothing served", ["3 days of short_ban@T2"]),
        (
            f"{STORY}2021-03-06 11:01:02 appeal against T1 annulled",
            "expect served 1 day",
            ["90062 seconds of short_ban@T2"],
        ),
        (
            f"{STORY}2021-03-06 11:01 appeal against T1 annulled",
            "expect served 1 day",
            ["1 day 1 hour 1 minute of short_ban@T2"],
        ),
        (REVIEWED, "expect open fines 1", ["no fine is open"]),
        (
            f"{STORY}2021-03-07 10:00 appeal against T1 annulled",
            "expect for review short_ban",
            [f"{BAN} is rescinded by appeal-4"],
        ),
        (
            "2021-03-01 10:00 ticket T1 both\n2021-03-02 10:00 appeal against T1 reduced to 2",
            "expect nothing",
            [
                "appeal appeal-2 reduces ticket T1, which posts to 2 ledgers, and does not say which of them",
            ],
        ),
    ],
)
def test_what_a_failing_one_shows(story: str, expectation: str, instead: list[str]) -> None:
    assert list(found(story, expectation)) == instead


FORWARD = "put the lines in the order of time; what came on record later says so: recorded 2021-03-08"


@pytest.mark.parametrize(
    ("lines", "message", "help"),
    [
        (
            "2021-03-05 10:00 pays 20",
            "a test runs forward, and a line above is of 2021-03-06T09:00:00+08:00",
            FORWARD,
        ),
        (
            "2021-04-01 expect nothing at 2021-04-01\n2021-03-20 10:00 ticket T4 both",
            "a test runs forward, and an expectation above looks at 2021-04-01T00:00:00+08:00",
            FORWARD,
        ),
        (
            "expect short_ban\n2021-03-06 09:00 ticket T4 both",
            "an expectation above has already looked at 2021-03-06T09:00:00+08:00",
            "write the expectation below this line",
        ),
        ("2021-03-07 10:00 appeal against T9 annulled", "no line above tells of a ticket `T9`", "appeal against T1"),
        ("2021-03-07 10:00 appeal against T1 annulled for merchant", "`T1` is of promoter", "appeal against T1"),
        ("2021-03-07 10:00 appeal against T1 reduced to 0", "to 0 it is annulled", "appeal against T1"),
        ('2021-03-07 10:00 lifted "short_ban@T9"', "no line above tells of a ticket `T9`", "lifted"),
        ('2021-03-07 10:00 lifted "shrt_ban@T2"', "the policy has no rule `shrt_ban`", "did you mean `short_ban`"),
        ('2021-03-07 10:00 lifted "short_ban"', "a decision is named with its ticket", 'write: "short_ban@T1"'),
        (
            "2021-03-07 10:00 imposed suspnd permanently",
            "the policy has no sanction `suspnd`",
            "did you mean `suspend`",
        ),
        ("2021-03-07 10:00 imposed suspend", "nothing says how long", "imposed suspend until"),
        ("2021-03-07 10:00 imposed suspend until 2021-03-07", "it would end before it begins", "imposed"),
        ("2021-03-07 10:00 imposed close_identity permanently", "no end of its own", "imposed close_identity"),
        ("2021-03-07 10:00 imposed fine 0.001", "CNY has at most 2 digits behind the point", "imposed"),
        ("2021-03-07 10:00 ticket T4 annulled", "a ticket names an offence", "write: appeal against T4 annulled"),
        ("2021-03-07 10:00 ticket T4 both effective 2021-03-08", "at the time in front of it", "in front"),
        ("2021-03-07 10:00 ticket T4 both issued 2021-03-01 issued 2021-03-02", "`issued` is said twice", "leave"),
        ("known at 2021-02-30\nexpect nothing rescinded", "that does not exist", "known at DATE"),
        ("expect short_ban in period 201", "no period is called `201`", "in period 2021"),
        ('expect "short_ban@T9"', "no line of this test tells of a ticket `T9`", "expect RULE"),
        ("expect rescinded", "there is no flag, sanction or rule `rescinded`", "expect rescinded RULE"),
        ("expect short_ban for review", "the policy has no identity `review`", "expect for review RULE"),
        ("expect rescinded misspelt", "the policy has no rule `misspelt`", "expect RULE"),
        ("expect not short_ban", "`short_ban` is a rule", "expect no short_ban"),
        ("expect no suspend at 2021-03-07", "of a sanction the time stands in front", "2021-03-07 expect no suspend"),
    ],
)
def test_lines_that_cannot_be_used(lines: str, message: str, help: str) -> None:
    [failure] = run(STORY, lines).failures
    assert failure.unusable
    assert message in failure.found[0]
    assert failure.help is not None and help in failure.help


def test_the_words_of_corrections_are_no_forbidden_names() -> None:
    rules = """use standard
flag rescinded
flag open
measure owed = general
sanction appeal
rule x: general >= 5 -> rescinded, open, appeal 3d
rule recorded: general >= 7 -> suspend 1d
"""
    lines = """2021-03-01 10:00 ticket appeal general 10
expect rescinded
expect rescinded and general = 10
expect rescinded for promoter
expect not rescinded or open
expect open and owed = 10
expect recorded at 2021-03-01 10:00
expect appeal until 2021-03-04 10:00"""
    assert run(lines, rules=rules).failures == ()
