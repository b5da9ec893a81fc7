"""What `lift`, `shorten` and `extend`, and a person who lifts, change where sanctions of a kind are moved by others."""

from __future__ import annotations

import pytest

from tests.scenario.stories import failures

POLICY = """policy p
  timezone Asia/Seoul
acts course, pardon, slip
ledger points
sanction stop overlap {rule}
rule each_time: each time points >= 1 -> stop 10d, clear points
rule shorter when course: -> shorten stop by 2d
rule longer when slip: -> extend stop by 2d
rule free when pardon: -> lift stop

test "story" for merchant
  2023-01-01 00:00 ticket V1 points 1
  2023-01-03 00:00 ticket V2 points 1
"""


def told(story: str, when: str) -> str:
    """The lines of a test: what happens on some days, and what is expected then."""
    lines = [one if one.startswith("expect") else f"{when.format(one[:2])} {one[3:]}" for one in story.split("|")]
    return "".join(f"  {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("rule", "story"),
    [
        # The first runs from the 1st, ten days; the second from the 11th.
        ("consecutive", "04 act course|expect stop until 2023-01-09 00:00|09 expect stop until 2023-01-19 00:00"),
        ("consecutive", "04 act slip|expect stop until 2023-01-13 00:00|13 expect stop until 2023-01-23 00:00"),
        ("consecutive", "04 act pardon|expect stop until 2023-01-14 00:00"),
        ("consecutive", "15 act course|expect stop until 2023-01-19 00:00|19 expect no stop"),
        ("consecutive", "15 act slip|expect stop until 2023-01-23 00:00"),
        ("consecutive", "15 act pardon|expect no stop|16 expect no stop"),
        ("consecutive", '15 lifted "each_time@V2"|expect no stop|16 expect no stop'),
        ("consecutive", '04 lifted "each_time@V2"|expect stop until 2023-01-11 00:00|11 expect no stop'),
        # Both are one, from the 1st to the 21st.
        ("extends", "04 act course|expect stop until 2023-01-19 00:00"),
        ("extends", "15 act course|expect stop until 2023-01-19 00:00"),
        ("extends", "15 act slip|expect stop until 2023-01-23 00:00"),
        ("extends", "15 act slip|16 ticket V3 points 1|expect stop until 2023-02-02 00:00"),
        ("extends", "15 act pardon|expect no stop|16 expect no stop"),
        ("extends", '15 lifted "each_time@V2"|expect no stop'),
        # Each by itself.
        ("later", "04 act course|expect stop until 2023-01-11 00:00"),
        ("later", "04 act pardon|expect no stop"),
    ],
)
def test_what_runs_is_changed_as_it_runs(rule: str, story: str) -> None:
    assert failures(POLICY.format(rule=rule) + told(story, "2023-01-{} 00:00")) == []


STANDING_STILL = """policy p
  timezone Europe/Berlin
acts slip, course, far, much
ledger points
sanction court
sanction stop
rule stops when ticket where points >= 1: points >= 1 -> stop {length} frozen while court is running
rule trial when slip: -> court 5 local days
rule longer when course: -> extend stop by 2d up to 14d
rule shorter when far: -> shorten stop by 3d
rule none when much: -> shorten stop by 30d

test "story" for merchant
  2023-03-20 10:00 ticket V1 points 1
  2023-03-22 10:00 act slip
"""


@pytest.mark.parametrize(
    ("length", "story"),
    [
        # Of ten days eight are left on the 22nd; time goes on on the 27th. With `up to` it is as if it went on at once.
        ("10d", "23 act course|28 expect stop until 2023-04-06 10:00"),
        ("10d", "23 act course|24 act course|25 act course|28 expect stop until 2023-04-06 10:00"),
        ("10d", "23 act far|28 expect stop until 2023-04-01 10:00"),
        ("10d", "23 act much|expect no stop|28 expect no stop"),
        # By the clock, over the night in which summer time begins.
        ("10 local days", "23 act far|28 expect stop until 2023-04-01 10:00"),
    ],
)
def test_an_end_moves_also_while_time_stands_still(length: str, story: str) -> None:
    assert failures(STANDING_STILL.format(length=length) + told(story, "2023-03-{} 10:00")) == []
