"""Days of the week, business days and holidays: asked of a ticket, of an act, and of now."""

from __future__ import annotations

import pytest

from tests.replay.test_streaks import failures

HOLIDAYS = "holidays 2024-07-04\nworkdays 2024-07-06\n"


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        (  # by the date of the act, in the zone of the policy; `and` asks for both
            "rule r: count(minor where occurred on monday or friday and points >= 1) ever >= 2 -> noted",
            [
                "2024-07-10 ticket T1 minor occurred 2024-07-05 23:59",
                "2024-07-10 ticket T2 minor occurred 2024-07-06 00:00",
                "2024-07-10 ticket T3 grave occurred 2024-07-08",
                "2024-07-10 expect no r",
                "2024-07-11 ticket T4 minor occurred 2024-07-08",
                "expect r at 2024-07-11",
            ],
        ),
        (  # next to a holiday, on it, and a Saturday that is worked
            HOLIDAYS
            + "rule near when ticket of minor where occurred on day before holiday or day after holiday: -> noted"
            "\nrule free when ticket of grave where not occurred on business day: -> noted"
            "\nrule feast when ticket where occurred on holiday: -> held 1d",
            [
                "2024-07-10 ticket T1 minor occurred 2024-07-04",
                "2024-07-10 expect no near",
                "2024-07-10 expect feast",
                "2024-07-11 ticket T2 minor occurred 2024-07-03",
                "2024-07-11 expect near at 2024-07-11",
                "2024-07-12 ticket T3 minor occurred 2024-07-05",
                "2024-07-12 expect near at 2024-07-12",
                "2024-07-13 ticket T4 grave occurred 2024-07-06",
                "2024-07-13 expect no free",
                "2024-07-14 ticket T5 grave occurred 2024-07-07",
                "2024-07-14 expect free at 2024-07-14",
                "2024-07-15 ticket T6 grave occurred 2024-07-04",
                "expect free at 2024-07-15",
            ],
        ),
        (  # an act has the day on which it was done
            "rule r when done: count(done where occurred on sunday) ever >= 1 -> noted",
            [
                "2024-07-06 10:00 act done",
                "2024-07-06 10:00 expect no r",
                "2024-07-07 10:00 act done",
                "2024-07-08 10:00 act done",
                "expect r at 2024-07-07 10:00",
                "expect r at 2024-07-08 10:00",
            ],
        ),
        (  # of now: a latch is armed by the Monday, without an event
            "rule r: points >= 1 and on saturday or sunday -> held 1d",
            [
                "2024-07-06 10:00 ticket T1 minor",
                "2024-07-06 10:00 expect r at 2024-07-06 10:00",
                "2024-07-07 10:00 ticket T2 minor",
                "2024-07-07 10:00 expect no r at 2024-07-07 10:00",
                "2024-07-13 10:00 ticket T3 minor",
                "2024-07-14 10:00 ticket T4 minor",
                "expect r at 2024-07-13 10:00",
                "expect no r at 2024-07-14 10:00",
            ],
        ),
        (  # time stands still on the days of a weekend
            "rule r: points >= 1 -> held 3d frozen while on saturday or sunday",
            [
                "2024-07-04 10:00 ticket T1 minor",
                "2024-07-09 09:59 expect held",
                "2024-07-09 10:00 expect no held",
            ],
        ),
    ],
)
def test_what_is_asked_of_a_day(rule: str, lines: list[str]) -> None:
    assert failures(rule, *lines) == []
