"""Occasions that ask something of a ticket, sanctions that are asked for their length, windows since a decision."""

from __future__ import annotations

import pytest

from tests.replay.test_streaks import failures


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        (  # the points of one ticket, whatever stood before
            "rule r when ticket where points >= 10: -> noted",
            [
                "2021-01-01 ticket T1 points 9",
                "2021-01-02 ticket T2 points 1",
                "2021-01-02 expect no r",
                "2021-01-03 ticket T3 grave",
                "2021-01-03 ticket T4 minor",
                'expect "r@T3"',
                'expect no "r@T4"',
            ],
        ),
        (  # of an offence, by a date of the ticket
            "rule r when ticket of minor where occurred before 2021-01-02: -> noted",
            [
                "2021-01-05 ticket T1 minor",
                "2021-01-06 ticket T2 grave occurred 2021-01-01",
                "2021-01-06 expect no r",
                "2021-01-07 ticket T3 minor occurred 2021-01-01",
                "expect r at 2021-01-07",
            ],
        ),
        (  # tickets that cost less end no streak; what stands behind `or` is another thing
            "rule r when 10 days after done without tickets where points >= 2 or asked: -> noted",
            [
                "2021-01-01 act done",
                "2021-01-05 ticket T1 minor",
                "2021-01-11 expect r at 2021-01-11",
                "2021-02-01 act done",
                "2021-02-05 ticket T2 grave",
                "2021-03-01 act done",
                "2021-03-02 act asked",
                "2021-04-01 expect no r at 2021-02-11",
                "2021-04-01 expect no r at 2021-03-11",
            ],
        ),
        (  # what came in the step of the decision lies before it
            "rule r: incurred(points) since s >= 5 -> noted\nrule s: points >= 10 -> held 1d",
            [
                "2021-01-01 ticket T1 points 4",
                "2021-01-01 expect no r",
                "2021-01-02 ticket T2 points 6",
                "2021-01-02 expect r at 2021-01-02",
                "2021-01-03 ticket T3 points 4",
                "2021-01-03 expect no r at 2021-01-03",
                "2021-01-04 ticket T4 points 1",
                "2021-01-04 expect r at 2021-01-04",
            ],
        ),
        (  # `is` says the same as `=` there, and `is not` the other
            "rule r when 10 days after done without tickets where offence is not minor or asked: -> noted",
            [
                "2021-01-01 act done",
                "2021-01-05 ticket T1 minor",
                "2021-01-11 expect r at 2021-01-11",
                "2021-02-01 act done",
                "2021-02-05 ticket T2 grave",
                "2021-03-01 expect no r at 2021-02-11",
            ],
        ),
        (  # since the last step of a ladder
            "rule r when ticket: count(tickets) since steps >= 2 -> noted\nladder steps on points:\n  >= 10 -> held 1d",
            [
                "2021-01-01 ticket T1 grave",
                "2021-01-02 ticket T2 minor",
                "2021-01-02 expect no r",
                "2021-01-03 ticket T3 minor",
                "2021-01-03 expect r at 2021-01-03",
            ],
        ),
        (  # a step of a ladder, and a rule without a name, by what their decisions are called
            "ladder steps on points:\n  >= 5 -> held 1d\n  >= 10 -> held 2d\npoints >= 7 -> held 1d\n"
            'rule r when done: count("steps[>= 10]") ever >= 1 -> noted\n'
            'rule s when 3 days after "points >= 7" without tickets: -> noted\n'
            'rule t when asked: incurred(points) since "points >= 7" >= 1 -> clear points of "steps[>= 10]"',
            [
                "2021-01-01 ticket T1 points 6",
                "2021-01-02 act done",
                "2021-01-05 expect no r",
                "2021-01-06 ticket T2 points 2",
                "2021-01-07 act asked",
                "2021-01-10 expect no t",
                "2021-01-10 expect s at 2021-01-09",
                "2021-01-11 ticket T3 points 2",
                "2021-01-12 act done",
                "2021-01-12 ticket T4 points 1",
                "2021-01-13 act asked",
                "2021-01-13 expect r at 2021-01-12",
                "2021-01-13 expect points = 1",
            ],
        ),
        (  # 56 days are enough, 55 are not; permanently is longer than anything
            "rule s when ticket where points = 1: -> held 55d\nrule l when ticket where points = 2: -> held 8 weeks\n"
            "rule p when ticket where points = 3: -> held permanently\n"
            "rule r when ticket: count(held where length >= 56 days) ever >= 2 -> noted",
            [
                "2021-01-01 ticket T1 points 1",
                "2021-04-01 ticket T2 points 2",
                "2021-08-01 ticket T3 points 5",
                "2021-08-01 expect no r",
                "2021-08-02 ticket T4 points 3",
                "2021-08-03 ticket T5 points 7",
                "2021-08-03 expect r at 2021-08-03",
            ],
        ),
        (  # of an open end it is the length imposed, while it runs, when it took longer, and when it ended before
            "rule s when ticket where points = 1: -> held 3d until done is done\n"
            "rule short when ticket where points = 2: count(held where length < 4 days) ever = 1 "
            "and count(held where length >= 4 days) ever = 0 -> noted\n"
            "rule freed when asked: -> lift held\n"
            "rule cut when ticket where points = 3: count(held where length < 3 days) ever = 1 -> noted",
            [
                "2021-01-01 ticket T1 points 1",
                "2021-01-02 ticket T2 points 2",
                "2021-01-02 expect short at 2021-01-02",
                "2021-01-09 ticket T3 points 2",
                "2021-01-09 expect short at 2021-01-09",
                "2021-01-10 act done",
                "2021-01-11 ticket T4 points 2",
                "2021-01-11 expect short at 2021-01-11",
                "2021-01-12 ticket T5 points 3",
                "2021-01-12 expect no cut",
            ],
        ),
        (  # lifted before that, it was shorter
            "rule s when ticket where points = 1: -> held 3d until done is done\n"
            "rule freed when asked: -> lift held\n"
            "rule cut when ticket where points = 3: count(held where length < 3 days) ever = 1 -> noted",
            [
                "2021-01-01 ticket T1 points 1",
                "2021-01-02 act asked",
                "2021-01-11 ticket T2 points 3",
                "2021-01-11 expect cut at 2021-01-11",
            ],
        ),
        (  # neither longer nor shorter, as long as nobody knows
            "rule s when ticket where points = 1: -> held until done is done\n"
            "rule r when ticket where points = 3: count(held where length < 9 days) ever = 1 -> noted",
            [
                "2021-01-01 ticket T1 points 1",
                "2021-01-02 ticket T2 points 3",
                "2021-01-02 expect no r",
                "2021-01-03 act done",
                "2021-01-04 ticket T3 points 3",
                "2021-01-04 expect r at 2021-01-04",
            ],
        ),
        (  # before it begins, too
            "rule s when ticket where points = 1: -> held 3d from next done\n"
            "rule r when ticket where points = 3: count(held where length < 9 days) ever = 1 "
            "and count(held where length < 3 days) ever = 0 -> noted",
            ["2021-01-01 ticket T1 points 1", "2021-01-02 ticket T2 points 3", "2021-01-02 expect r at 2021-01-02"],
        ),
        (  # each month begins armed for what is looked at when it is over; other rules on dates wait until it was false
            "rule r every month: count(tickets) this month = 0 -> noted\nrule again every month: points >= 0 -> noted",
            [
                "2021-01-05 ticket T1 points 1",
                "2021-02-01 expect no r",
                "2021-03-01 expect r at 2021-03-01",
                "2021-04-01 expect r at 2021-04-01",
                "2021-04-02 ticket T2 points 1",
                "2021-05-01 expect no r at 2021-05-01",
                "2021-06-01 expect r at 2021-06-01",
                "2021-06-02 expect no again",
            ],
        ),
    ],
)
def test_by_hand(rule: str, lines: list[str]) -> None:
    assert failures(rule, *lines) == []


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        (  # the points of the notice go when the ban begins, those that came since stay
            "rule notice: points >= 10 -> held 5d from 30 days later\n"
            "rule start when held starts: -> clear points of notice",
            [
                "2021-01-01 ticket T1 points 4",
                "2021-01-02 ticket T2 points 7",
                "2021-01-05 ticket T3 points 2",
                "2021-02-01 expect points = 2",
            ],
        ),
        (  # also where some of them were consumed meanwhile, in part
            "rule notice: points >= 10 -> noted\nrule less when done: -> consume 5 of points\n"
            "rule start when asked: -> clear points of notice",
            [
                "2021-01-01 ticket T1 points 4",
                "2021-01-02 ticket T2 points 7",
                "2021-01-03 act done",
                "2021-01-04 expect points = 6",
                "2021-01-05 ticket T3 points 2",
                "2021-01-06 act asked",
                "2021-01-06 expect points = 2",
            ],
        ),
        (  # a rule that never made a decision clears nothing; of several decisions the last
            "ladder notice on points takes all:\n  >= 5 -> noted\n  >= 9 -> noted\n"
            "rule start when asked: -> clear points of notice",
            [
                "2021-01-01 ticket T1 points 4",
                "2021-01-02 act asked",
                "2021-01-02 expect points = 4",
                "2021-01-03 ticket T2 points 1",
                "2021-01-04 ticket T3 points 4",
                "2021-01-05 ticket T4 points 1",
                "2021-01-06 act asked",
                "2021-01-06 expect points = 1",
            ],
        ),
        (  # what is said of the tickets themselves
            "rule start when asked: -> clear points where offence is minor and occurred before 2021-01-02",
            [
                "2021-01-01 ticket T1 minor",
                "2021-01-02 ticket T2 minor",
                "2021-01-02 ticket T3 grave",
                "2021-01-03 act asked",
                "2021-01-03 expect points = 11",
            ],
        ),
        (  # odd and even multiples are counted from the base
            "rule odd: every odd 2 of points above 16 -> credit -1 each\n"
            "rule even: every even 2 of points above 16 -> noted",
            [
                "2021-01-01 ticket T1 points 17",
                "2021-01-01 expect credit = 12",
                "2021-01-02 ticket T2 minor",
                "2021-01-02 expect odd at 2021-01-02",
                "2021-01-02 expect no even",
                "2021-01-03 ticket T3 points 2",
                "2021-01-03 expect even at 2021-01-03",
                "2021-01-04 ticket T4 points 2",
                "2021-01-04 expect credit = 10",
            ],
        ),
    ],
)
def test_what_is_cleared(rule: str, lines: list[str]) -> None:
    assert failures(rule, *lines) == []


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        (  # a warning for the same thing, however the warning was posted
            "ledger warnings expires after 90 days\n"
            "rule warning when ticket of minor: -> warnings +1\n"
            "rule strike: count(warnings where key = this key) ever >= 2 -> credit -2",
            [
                '2021-01-01 ticket T1 minor key "spam"',
                '2021-01-02 ticket T2 minor key "hate"',
                "2021-01-02 expect credit = 12",
                '2021-01-03 ticket T3 minor key "spam"',
                "2021-01-03 expect credit = 10",
                '2021-01-04 ticket T4 minor key "hate"',
                "2021-01-04 expect credit = 8",
                'expect "strike@T4"',
            ],
        ),
        (  # more for a repetition goes with the ticket that was the repetition
            "rule again when ticket of grave: count(grave) in 180 days >= 2 -> points +40\n"
            "rule back when asked: -> void ticket",
            [
                "2021-01-01 ticket T1 grave",
                "2021-01-02 ticket T2 grave",
                "2021-01-02 expect points = 60",
                "2021-01-03 act asked T2",
                "2021-01-03 expect points = 10",
            ],
        ),
        (  # of two tickets at one instant, with the last of them
            "rule more when ticket of grave: -> points +5\nrule back when asked: -> void ticket",
            [
                "2021-01-01 ticket T1 grave",
                "2021-01-01 ticket T2 grave",
                "2021-01-02 act asked T1",
                "2021-01-02 expect points = 15",
                "2021-01-03 act asked T2",
                "2021-01-03 expect points = 0",
            ],
        ),
        (  # what a balance brings is nobody's ticket, and stays
            "rule full: points >= 10 -> credit -3\nrule back when asked: -> void ticket",
            ["2021-01-01 ticket T1 grave", "2021-01-02 act asked T1", "2021-01-02 expect points = 0 and credit = 9"],
        ),
    ],
)
def test_what_a_rule_posts_at_a_ticket_is_that_tickets(rule: str, lines: list[str]) -> None:
    assert failures(rule, *lines) == []


def test_a_ticket_that_waited_is_effective_from_when_it_took_effect() -> None:
    ledgers = (
        "ledger one expires after 30 days from effective waits while held is running\n"
        "ledger two expires after 30 days from occurred waits while held is running\n"
        "rule ban: points >= 10 -> held 20d"
    )
    lines = [
        "2021-01-01 ticket T0 grave",
        "2021-01-05 ticket T1 one 1",
        "2021-01-05 ticket T2 two 1",
        "2021-01-20 expect one = 0 and two = 0",
        "2021-01-21 expect one = 1 and two = 1",
        "2021-02-04 expect one = 1 and two = 0",
        "2021-02-20 expect one = 0",
    ]
    assert failures(ledgers, *lines) == []
