"""What a person waived before a correction takes no money after it, on random histories."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.corrections.story import appeal, override, payment, promoter, ticket, told

FINES = (
    "policy fines\n  timezone Asia/Shanghai\n  currency CNY\n  annulment refunds and revives\n"
    "identities promoter\nledger general\nrule small: every 1 of general -> fine 300\n"
)
AT = "2021-12-31"


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Tickets and payments that name no decision; then waivers; then annulments, each in another month."""
    tickets, days = draw(st.integers(2, 5)), st.integers(10, 28)
    ids = [f"T-{number}" for number in range(tickets)]
    issued = draw(st.lists(days, min_size=tickets, max_size=tickets, unique=True))
    events = [ticket(id, "general", "1", f"2021-01-{day}T10:00") for id, day in zip(ids, issued, strict=True)]
    amounts = st.sampled_from(["100", "200", "300", "450", "900"])
    events += [payment(f"P-{n}", draw(amounts), f"2021-01-{draw(days)}T11:00") for n in range(draw(st.integers(1, 4)))]
    some = st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True)
    waived = [override(f"O-{id}", "waive", "2021-02-01T10:00", decision=f"small@{id}") for id in draw(some)]
    annulled = [appeal(f"A-{id}", id, "annulled", f"2021-03-{draw(days)}T10:00") for id in draw(some)]
    return events, waived, annulled


def paid(answer: Any) -> dict[str, Fraction]:
    """What has been paid of each fine."""
    return {fine["decision"]: Fraction(fine["paid"]) for fine in promoter(answer)["fines"]}


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(histories())
def test_a_waived_fine_takes_no_more_money_through_a_correction(
    history: tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    events, waived, annulled = history
    before = told(FINES, *events, *waived, at=AT)
    after, never = (told(FINES, *events, *people, *annulled, at=AT) for people in (waived, []))
    had, has = paid(before), paid(after)
    for fine in (one for one in promoter(after)["fines"] if one["waived"] is not None):
        assert has[fine["decision"]] <= had[fine["decision"]], fine["decision"]
    owed = sum(Fraction(one["owed_back"]["amount"]) for one in after["rescinded"])
    odd = sum(Fraction(one["amount"] or 0) for one in after["anomalies"])
    assert sum(has.values()) + owed + odd == sum(Fraction(one["amount"]) for one in events if "amount" in one)
    assert sum(has.values()) <= sum(paid(never).values()), "a waiver cost the merchant money"
