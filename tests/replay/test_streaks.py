"""Streaks: from when they are counted, what ends them, and when time stands still; by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyctl.policy.load import PolicyText, compile_texts
from policyctl.scenario.run import run_test
from policyctl.source.report import render

TRANSITION = """transition from 2020-01-01:
  points carry
  fines carry
  sanctions carry
  reached as reached
"""
HEAD = """policy streaks
  timezone Asia/Shanghai
  count by issued
acts done, asked
ledger points
ledger credit starts at 12 down floor 0 ceiling 12
sanction held
flag noted
offence minor -> points +1
offence grave -> points +10
"""


def failures(rule: str, *lines: str) -> list[tuple[str, ...]]:
    """What fails of a test of one rule."""
    text = HEAD + rule + '\ntest "t" for merchant\n' + "".join(f"  {line}\n" for line in lines)
    compiled = compile_texts([PolicyText("t.policy", Path("t.policy"), text.encode())])
    odd = [one for one in compiled.findings if one.code != "never-used"]
    assert not odd, render(odd)
    policy = compiled.policies["streaks"]
    assert policy is not None
    return [failure.found for failure in run_test(policy, compiled.tests["streaks"][0]).failures]


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        (  # nothing to count from: neither opened nor a thing it counts after
            "rule r when 10 days after done without tickets: -> noted",
            ["2021-01-01 ticket T1 minor", "2022-01-01 expect no r"],
        ),
        (  # counted anew from each of the things it is counted after
            "rule r when 10 days after done or asked without tickets: -> noted",
            ["2021-01-01 act done", "2021-01-05 act asked", "2021-01-15 expect r at 2021-01-15"],
        ),
        (  # ended by a ticket, it waits for the next
            "rule r when 10 days after done without tickets: -> noted",
            [
                "2021-01-01 act done",
                "2021-01-05 ticket T1 minor",
                "2021-02-01 expect no r",
                "2021-03-01 act done",
                "2021-03-11 expect r at 2021-03-11",
            ],
        ),
        (  # by the date of the act: an old one ends nothing, one within does, and a kept streak stays
            "rule r when 10 days after done without tickets by occurred: -> noted",
            [
                "2021-01-05 act done",
                "2021-01-06 ticket T1 minor occurred 2021-01-01",
                "2021-01-15 expect r at 2021-01-15",
                "2021-02-01 act done",
                "2021-02-08 ticket T2 minor occurred 2021-02-01",
                "2021-03-01 expect no r at 2021-02-11",
                "2021-04-01 act done",
                "2021-04-20 ticket T3 minor occurred 2021-04-05",
                "2021-04-21 expect r at 2021-04-11",
            ],
        ),
        (  # without `after`: counted from the latest date of an act, whenever that is learnt of
            "rule r when 10 days without tickets by occurred: -> noted",
            [
                "2021-01-05 ticket T1 minor occurred 2021-01-04",
                "2021-01-08 ticket T2 minor occurred 2021-01-02",
                "2021-01-14 expect r at 2021-01-14",
                "2021-01-14 expect no r at 2021-01-18",
            ],
        ),
        (  # a decision begins it, and its own decision does again
            "rule r every 10 days after big or r without asked: -> credit -1\nrule big when ticket of grave: -> noted",
            [
                "2021-01-01 ticket T1 grave",
                "2021-01-31 expect r at 2021-01-11",
                "2021-01-31 expect r at 2021-01-21",
                "2021-01-31 expect credit = 9",
                "2021-02-01 act asked",
                "2021-03-01 expect credit = 9",
            ],
        ),
        (  # a step of a ladder is a decision by that ladder
            "rule r when 10 days after steps without asked: -> noted\nladder steps on points:\n  >= 10 -> held 1d",
            ["2021-01-01 ticket T1 grave", "2021-01-11 expect r at 2021-01-11"],
        ),
        (  # time stands still twice, the second time over the very end
            "rule r when 10 days after done without asked frozen while held is running: -> noted\n"
            "rule hold when ticket of minor: -> held 5d",
            [
                "2021-01-01 act done",
                "2021-01-03 ticket T1 minor",
                "2021-01-11 expect no r",
                "2021-01-14 ticket T2 minor",
                "2021-01-20 expect no r at 2021-01-16",
                "2021-01-21 expect r at 2021-01-21",
                "2021-02-21 expect noted and not held",
            ],
        ),
        (  # it does not come back after it was kept, however often time stands still
            "rule r when 10 days after done without asked frozen while held is running: -> credit -1\n"
            "rule hold when ticket of minor: -> held 5d",
            [
                "2021-01-01 act done",
                "2021-01-11 expect credit = 11",
                "2021-01-12 ticket T1 minor",
                "2021-03-01 expect credit = 11",
            ],
        ),
    ],
)
def test_by_hand(rule: str, lines: list[str]) -> None:
    assert failures(rule, *lines) == []


def test_a_change_of_version_goes_on_with_what_had_begun() -> None:
    """Counted from what happened under the version before, by the length of the new one."""
    texts = [
        f"policy streaks\n  version {date}\n  timezone Asia/Shanghai\n  judge by effective\nacts done\nledger points\n"
        f"flag noted\n{more}rule r when {days} days after done without tickets by occurred: points >= 0 -> noted\n"
        for date, days, more in (
            ("2020-01-01", 30, ""),
            (
                "2021-01-10",
                20,
                "transition from 2020-01-01:\n  points carry\n  fines carry\n  sanctions carry\n  reached as reached\n",
            ),
        )
    ]
    story = (
        'test "t" for merchant\n  2021-01-01 act done\n  2021-01-05 ticket T1 points 1 occurred 2020-12-20\n'
        "  2021-01-21 expect r at 2021-01-21\n  2021-03-01 expect no r at 2021-01-31\n"
    )
    files = [PolicyText(name, Path(name), text.encode()) for name, text in zip("ab", texts, strict=True)]
    files[1] = PolicyText("b", Path("b"), (texts[1] + story).encode())
    compiled = compile_texts(files)
    odd = [one for one in compiled.findings if one.code != "never-used"]
    assert not odd, render(odd)
    policy = compiled.policies["streaks"]
    assert policy is not None
    assert not run_test(policy, compiled.tests["streaks"][0]).failures


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        (  # the whole ledger again: what was taken off comes back, with the lives that it had
            "rule r when 1 year after done without tickets by occurred: -> set credit to 12",
            [
                "2020-12-01 ticket T0 credit 7",
                "2021-01-01 act done",
                "2022-01-01 expect credit = 12",
                "2022-03-01 ticket T1 credit 1 occurred 2021-12-20",
                "2022-03-01 expect credit = 4",
                "expect r at 2022-01-01",
            ],
        ),
        (  # one at a time: those for the time before it stay
            "rule r every 10 days without tickets by occurred: -> credit +1",
            [
                "2021-01-01 ticket T0 credit 7",
                "2021-01-31 expect credit = 8",
                "2021-02-01 ticket T1 credit 1 occurred 2021-01-15",
                "2021-02-01 expect credit = 5",
                "2021-02-04 expect credit = 6",
            ],
        ),
        (  # of two that are learnt of together each breaks what it lies in
            "rule r every 10 days without tickets by occurred: -> credit +1",
            [
                "2021-01-01 ticket T0 credit 7",
                "2021-01-31 expect credit = 8",
                "2021-02-01 ticket T1 credit 1 occurred 2021-01-05",
                "2021-02-01 ticket T2 credit 1 occurred 2021-01-25",
                "2021-02-01 expect credit = 3",
            ],
        ),
        (  # and so in units of the calendar
            "rule r every quarter without tickets by occurred: -> credit +1",
            [
                "2020-01-01 ticket T0 credit 7",
                "2020-10-01 expect credit = 7",
                "2020-11-01 ticket T1 credit 1 occurred 2020-06-30 23:59",
                "2020-11-01 ticket T2 credit 1 occurred 2020-07-01",
                "2020-11-01 expect credit = 3",
            ],
        ),
        (  # an older act changes nothing; neither does one on the very day
            "rule r when 10 days after done without tickets by occurred: -> clear points",
            [
                "2021-01-01 ticket T0 grave",
                "2021-01-02 act done",
                "2021-01-12 expect points = 0",
                "2021-01-13 ticket T1 minor occurred 2021-01-01",
                "2021-01-14 ticket T2 minor occurred 2021-01-12",
                "2021-01-14 expect points = 2",
                "2021-01-15 ticket T3 minor occurred 2021-01-11",
                "2021-01-15 expect points = 13",
            ],
        ),
        (  # what comes back is looked at in the same instant
            "rule r when 10 days after done without tickets by occurred: -> clear points\n"
            "rule full: points >= 12 -> noted",
            [
                "2021-01-01 ticket T0 grave",
                "2021-01-02 act done",
                "2021-01-13 ticket T1 points 2 occurred 2021-01-11",
                "expect full at 2021-01-13",
            ],
        ),
        (  # what a rule adds for a clean time ends, and nothing comes back of a ticket that was repealed since
            "rule r when 10 days after done without tickets by occurred: -> points +3, clear credit\n"
            "rule back when asked: -> void ticket",
            [
                "2021-01-01 ticket T0 credit 7",
                "2021-01-02 act done",
                "2021-01-12 expect points = 3 and credit = 12",
                "2021-01-13 act asked T0",
                "2021-01-14 ticket T1 minor occurred 2021-01-11",
                "2021-01-14 expect points = 1 and credit = 12",
            ],
        ),
    ],
)
def test_what_was_given_goes_back_when_the_time_was_not_clean(rule: str, lines: list[str]) -> None:
    assert failures(rule, *lines) == []
