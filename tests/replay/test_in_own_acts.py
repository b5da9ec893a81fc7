"""What is counted in the subject's own acts where a length may stand: streaks, lives of points, what is required; and
lives that begin with the payment of the ticket's own fine, or with an act at the ticket."""

from __future__ import annotations

import pytest

from tests.replay.test_streaks import failures

HEAD = """policy streaks
  timezone Asia/Shanghai
  currency CNY
acts shift, studied, paid_back
ledger points expires after 3 shift
ledger fined expires after 1 year from fine paid
ledger warned expires after 10 days from studied
ledger worked expires after 2 shift from occurred
sanction held
flag noted
offence absent -> points +1
offence phone -> fined +6, fine 500
offence belt -> fined +1
offence spam -> warned +1
"""


def told(rule: str, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What fails, with the words above."""
    monkeypatch.setattr("tests.replay.test_streaks.HEAD", HEAD)
    return failures(rule, *lines)


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        (  # acts before the thing do not count; once, and not again until there is a new thing
            "rule r when 2 shift without absent: -> held 1d",
            [
                "2021-01-01 act shift",
                "2021-01-02 ticket T1 absent",
                "2021-01-03 act shift",
                "2021-01-04 ticket T2 absent",
                "2021-01-05 act shift",
                "2021-01-05 expect no r",
                "2021-01-06 act shift",
                "2021-01-07 act shift",
                "2021-01-08 act shift",
                "2021-01-08 expect r at 2021-01-06",
                "expect no r at 2021-01-08",
            ],
        ),
        (  # from the first act on, where there never was such a thing; again and again; two acts of one instant
            "rule r every 2 shift without absent: -> held 1h",
            [
                "2021-01-01 act shift",
                "2021-01-02 act shift",
                "2021-01-03 act shift",
                "2021-01-03 expect r at 2021-01-02",
                "2021-01-04 act shift",
                "2021-01-04 act shift",
                "2021-01-05 act shift",
                "expect r at 2021-01-04",
                "expect r at 2021-01-05",
            ],
        ),
        (  # counted after something else; what ends it ends it until that comes again
            "rule r when 2 shift after studied without absent: -> held 1d",
            [
                "2021-01-01 act shift",
                "2021-01-01 12:00 act shift",
                "2021-01-02 act studied",
                "2021-01-03 act shift",
                "2021-01-04 ticket T1 absent",
                "2021-01-05 act shift",
                "2021-01-06 act shift",
                "2021-01-06 expect no r",
                "2021-01-07 act studied",
                "2021-01-08 act shift",
                "2021-01-09 act shift",
                "expect r at 2021-01-09",
            ],
        ),
        (  # each entry after three shifts of its own
            "rule far: points >= 9 -> held 1d",
            [
                "2021-01-01 ticket T1 absent",
                "2021-01-02 act shift",
                "2021-01-03 ticket T2 absent",
                "2021-01-04 act shift",
                "2021-01-04 expect points = 2",
                "2021-01-05 act shift",
                "2021-01-05 expect points = 1",
                "2021-01-06 act shift",
                "2021-03-01 expect points = 0",
            ],
        ),
        (  # by the date of the act: of what is learnt of when they are over nothing counts
            "rule r: worked >= 2 -> held 1d",
            [
                "2021-01-02 act shift",
                "2021-01-03 act shift",
                "2021-01-04 ticket T1 worked 2 occurred 2021-01-01",
                "2021-01-04 expect worked = 0 and not held is running",
                "2021-01-05 ticket T2 worked 1 occurred 2021-01-02 12:00",
                "expect worked = 1",
            ],
        ),
        (  # required within two shifts: done in time, not done, done for another ticket
            "rule r when ticket of absent: -> require studied within 2 shift\nrule o when studied overdue: -> held 1h",
            [
                "2021-01-01 ticket T1 absent",
                "2021-01-02 act shift",
                "2021-01-02 10:00 act studied T1",
                "2021-01-03 act shift",
                "2021-01-03 expect no o",
                "2021-02-01 ticket T2 absent",
                "2021-02-02 act shift",
                "2021-02-02 10:00 act studied T1",
                "2021-02-03 act shift",
                "2021-02-03 expect o at 2021-02-03",
                "2021-02-04 act shift",
                "2021-02-04 expect no o at 2021-02-04",
                "2021-03-01 ticket T3 absent",
                "2021-03-02 act shift",
                "2021-03-03 act shift",
                "2021-03-03 act studied",
                "expect no o at 2021-03-03",
            ],
        ),
        (  # a year from the payment of its own fine: one that is unpaid keeps no other; without a fine from its date
            "rule far: fined >= 90 -> held 1d",
            [
                "2021-01-01 ticket T1 phone",
                "2021-02-01 ticket T2 phone",
                "2021-03-01 ticket T3 belt",
                "2021-06-01 pays 500",
                "2022-02-28 expect fined = 13",
                "2022-03-01 expect fined = 12",
                "2022-06-01 expect fined = 6",
                "2024-01-01 pays 500",
                "2024-12-31 expect fined = 6",
                "2025-01-01 expect fined = 0",
            ],
        ),
        (  # a fine that a person waived is owed no more
            "rule far: fined >= 90 -> held 1d",
            [
                "2021-01-01 ticket T1 phone",
                '2021-03-01 waived "phone@T1" by "Lin" because "first case"',
                "2022-02-28 expect fined = 6",
                "2022-03-01 expect fined = 0",
            ],
        ),
        (  # from an act at the ticket; one that names none counts for all that are there
            "rule far: warned >= 90 -> held 1d",
            [
                "2021-01-01 ticket T1 spam",
                "2021-01-01 ticket T2 spam",
                "2021-02-01 act studied T2",
                "2021-02-10 expect warned = 2",
                "2021-02-11 expect warned = 1",
                "2021-03-01 act studied",
                "2021-03-05 ticket T3 spam",
                "2021-03-11 expect warned = 1",
                "2022-03-11 expect warned = 1",
            ],
        ),
    ],
)
def test_what_is_counted_in_acts(rule: str, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(rule, lines, monkeypatch) == []
