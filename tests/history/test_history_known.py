"""What was known when: an account at an instant of knowledge does not depend on anything recorded later."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policyctl.history.events import Account, Payment, Ticket
from policyctl.history.known import known_at
from policyctl.history.read import read_account
from policyctl.instants import Zone

ZONE = Zone("Asia/Shanghai")
DAY = datetime(2021, 3, 1, tzinfo=UTC)


def account(*events: dict[str, Any]) -> Account:
    return read_account(json.dumps({"merchant": "m-1", "events": events}), ZONE, "h.json")


def payment(revision: int, amount: str, recorded: int) -> dict[str, Any]:
    on_record = (DAY + timedelta(days=recorded)).isoformat()
    return {
        "event": "payment",
        "id": "P-1",
        "revision": revision,
        "amount": amount,
        "at": "2021-03-01T00:00:00Z",
        "recorded": on_record,
    }


def amounts(told: Account) -> list[str]:
    return [str(event.amount) for event in told.events if isinstance(event, Payment)]


def test_of_each_id_the_highest_revision_counts() -> None:
    told = account(payment(1, "100", 0), payment(3, "300", 2), payment(2, "200", 4))
    assert amounts(known_at(told, None)) == ["300"]
    assert amounts(known_at(told, DAY + timedelta(days=1))) == ["100"]
    assert amounts(known_at(told, DAY + timedelta(days=2))) == ["300"]
    assert amounts(known_at(told, DAY - timedelta(days=1))) == []


def test_a_later_contradiction_is_not_known_before() -> None:
    told = account(payment(1, "100", 0), payment(1, "150", 5))
    assert amounts(known_at(told, None)) == []
    assert [p.code for p in known_at(told, None).problems] == ["conflicting-events"]
    before = known_at(told, DAY + timedelta(days=4))
    assert amounts(before) == ["100"]
    assert before.problems == ()


def test_of_a_contradicted_revision_the_one_before_counts() -> None:
    told = known_at(account(payment(1, "100", 0), payment(2, "150", 1), payment(2, "160", 1)), None)
    assert amounts(told) == ["100"]
    assert [p.error for p in told.problems] == [True]


def test_a_wrong_event_is_not_known_before_it_was_recorded() -> None:
    wrong = {"event": "ticket", "id": "T-1", "points": "-3", "ledger": "general", "effective": "2021-03-05T00:00:00Z"}
    told = account(payment(1, "100", 0), wrong)
    assert known_at(told, DAY).problems == ()
    assert len(known_at(told, DAY + timedelta(days=4)).problems) == 1
    unreadable = account(payment(1, "100", 0), {**wrong, "recorded": "yesterday"})
    assert len(known_at(unreadable, DAY).problems) == 1


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    on_record = DAY + timedelta(days=draw(st.integers(0, 9)))
    given: dict[str, Any] = {
        "id": draw(st.sampled_from(["X-1", "X-2", "X-3"])),
        "revision": draw(st.integers(1, 3)),
        "recorded": on_record.isoformat(),
    }
    if draw(st.booleans()):
        return {**given, "event": "payment", "amount": draw(st.sampled_from(["1", "2", "0"])), "at": "2021-03-01"}
    points = draw(st.sampled_from(["1", "2", "x"]))
    return {**given, "event": "ticket", "ledger": "general", "points": points, "effective": "2021-03-01"}


@given(st.lists(events(), max_size=8), st.lists(events(), max_size=4), st.integers(0, 9))
def test_what_is_recorded_later_leaves_no_trace(first: list[Any], later: list[Any], days: int) -> None:
    known = DAY + timedelta(days=days)
    appended = [one for one in later if datetime.fromisoformat(one["recorded"]) > known]
    assert known_at(account(*first, *appended), known) == known_at(account(*first), known)


def test_the_default_of_recorded() -> None:
    ticket = {"event": "ticket", "id": "T-1", "ledger": "general", "points": "1", "effective": "2021-03-05T00:00:00Z"}
    told = account({**ticket, "issued": "2021-03-03T00:00:00Z"})
    assert [type(e) for e in known_at(told, DAY + timedelta(days=2)).events] == [Ticket]
    assert known_at(told, DAY + timedelta(days=1)).events == ()
