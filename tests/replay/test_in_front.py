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
    lines = [line if line.startswith("expect") else f"2023-01-{line[:2]} 00:00 {line[3:]}" for line in story.split("|")]
    text = POLICY.format(rule=rule) + "".join(f"  {line}\n" for line in lines)
    assert failures(text) == []
