"""A number read by a running sum, and the same number read of the facts one by one, are one number.

A `where` that always holds makes a running sum impossible and changes nothing, so each measure is written twice.
"""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corrections.story import appeal, payment, promoter, ticket, told

WINDOWS = ("this period", "this year", "ever", "in 30 days", "in 2 months inclusive", "in 45 days by occurred")
WHAT = (
    "incurred(general{})",
    "live(general{})",
    "count(general{})",
    "incurred(general and severe{})",
    "count(tickets{})",
)
PAIRS = [
    (what, time) for what, time in itertools.product(WHAT, WINDOWS) if "tickets" not in what or "period" not in time
]
POLICY = "".join(
    f"measure tallied_{n} = {what.format('')} {time}\nmeasure scanned_{n} = {what.format(' where points > 0')} {time}\n"
    for n, (what, time) in enumerate(PAIRS)
)
POLICY += """rule node: general >= 20 -> suspend 3d, fine 100 clears
rule told: tallied_3 >= 25 -> warn near "tallied"
rule shown: scanned_3 >= 25 -> warn near "scanned"
"""
"""`told` and `shown` compare one number, the points of 30 days."""


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Tickets of two ledgers that happened, were issued and took effect on various days; payments and appeals."""
    events: list[dict[str, Any]] = []
    for n in range(draw(st.integers(1, 9))):
        days = sorted(draw(st.lists(st.integers(1, 400), min_size=3, max_size=3)))
        occurred, issued, effective = (_instant(day) for day in days)
        ledger, points = draw(st.sampled_from(("general", "severe"))), str(draw(st.sampled_from((1, 8, 10, 20))))
        events.append(ticket(f"T{n}", ledger, points, effective, occurred=occurred, issued=issued))
    for n, day in enumerate(draw(st.lists(st.integers(1, 400), max_size=2))):
        events.append(payment(f"P{n}", "100", _instant(day)))
    for n in range(draw(st.integers(0, 2))):
        outcome = draw(st.sampled_from(("annulled", "repealed")))
        events.append(appeal(f"A{n}", f"T{n}", outcome, _instant(draw(st.integers(400, 420)))))
    return events


def _instant(day: int) -> str:
    """10:00 on the n-th day from 1 September 2020, so that most histories cross a new year."""
    months, of_month = divmod(day - 1, 28)
    year, month = divmod(8 + months, 12)
    return f"{2020 + year}-{month + 1:02}-{of_month + 1:02}T10:00:00+08:00"


@settings(max_examples=60, deadline=None)
@given(histories(), st.integers(1, 430))
def test_both_ways_of_reading_agree(events: list[dict[str, Any]], day: int) -> None:
    answer = told(POLICY, *events, at=_instant(day))
    measures = promoter(answer)["measures"]
    for n, (what, time) in enumerate(PAIRS):
        assert measures[f"tallied_{n}"] == measures[f"scanned_{n}"], (what, time)
    fired = {rule: [one["at"] for one in answer["decisions"] if one["rule"] == rule] for rule in ("told", "shown")}
    assert fired["told"] == fired["shown"]
