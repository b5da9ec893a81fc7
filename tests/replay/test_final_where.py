"""Tickets that wait to be final where others do not: by offence, severity, key, attribute."""

from __future__ import annotations

import pytest

from tests.replay.test_streaks import failures

HEAD = """policy streaks
  timezone Asia/Shanghai
  points have no effect until final where {}
attribute court = yes, no
attribute speed
ledger points
offence crash
  light -> points +1
  grave -> points +10
offence minor -> points +2
sanction held
"""


@pytest.mark.parametrize(
    ("where", "at_once"),
    [
        ("offence is crash", "2"),
        ("severity is grave", "3"),
        ("offence is crash.light or speed > 100", "10"),
        ("not court is yes", "1"),
        ("key = 7", "12"),
    ],
)
def test_which_wait(where: str, at_once: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.replay.test_streaks.HEAD", HEAD.format(where))
    lines = [
        "attribute court no",
        "2021-01-01 ticket T1 crash.light key 7 with court yes",
        "2021-01-01 ticket T2 crash.grave final 2022-01-01",
        "2021-01-01 ticket T3 minor with speed 120",
        f"2021-01-02 expect points = {at_once}",
    ]
    assert failures("rule r: points >= 100 -> held 1d", *lines) == []
