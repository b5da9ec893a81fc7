"""What a reset takes over, also when a late ticket changes the period that it closed: worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyctl.explain.terminal import lines as page
from policyctl.policy.form import Policy
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.replay.answer import Answer
from policyctl.source.report import render
from tests.replay.test_schedules import Event, answer, decided, points, ticket

COUNTERFEIT = (
    "ledger points resets every year unless points >= 48 carrying 24 when points >= 24\n"
    "measure year = incurred(points) this period\n"
    "rule sealed: points >= 48 -> close_identity\nrule node: points >= 24 -> ban 14d\n"
)
"""Below 24 all is cleared, 24 to 47 is carried as exactly 24, from 48 on nothing is cleared."""


def kinds(found: Answer) -> list[tuple[str, int]]:
    return [(event.kind, int(event.points)) for event in found.ledger_events]


@pytest.mark.parametrize(("first", "then"), [(23, 0), (24, 24), (36, 24), (47, 24), (48, 48)])
def test_24_to_47_is_carried_as_exactly_24(first: int, then: int) -> None:
    found = answer(COUNTERFEIT, "2022-01-01", ticket("T1", "2021-05-01", first))
    assert points(found) == then
    if then == 24:
        assert dict(found.status[0].measures)["year"] == 0  # carried is not incurred again


def test_the_year_after_it_is_cleared_or_sealed() -> None:
    carried = [ticket("T1", "2021-05-01", 20), ticket("T2", "2021-06-01", 16)]
    assert points(answer(COUNTERFEIT, "2022-12-31", *carried)) == 24
    assert points(answer(COUNTERFEIT, "2023-01-01", *carried)) == 24  # 24 are carried again
    sealed = answer(COUNTERFEIT, "2022-12-31", *carried, ticket("T3", "2022-03-01", 24))
    assert sealed.status[0].closed and points(sealed) == 48


def test_what_is_carried_is_the_newest_and_one_entry_is_parted() -> None:
    text = COUNTERFEIT + "rule again: points >= 30 -> ban 1d\n"
    events = [ticket("T1", "2021-05-01", 20), ticket("T2", "2021-06-01", 16), ticket("T3", "2022-03-01", 6)]
    found = answer(text, "2022-03-01", *events)
    [decision] = [one for one in found.decisions if one.id == "again@T3"]
    [because] = decision.because
    assert [(one.event, int(one.amount)) for one in because.entries] == [("T1", 8), ("T2", 16), ("T3", 6)]


def test_nothing_is_armed_by_what_is_carried() -> None:
    """The new period begins with 24: the rule is true from its start, and fires when it was false once."""
    events = [ticket("T1", "2021-05-01", 30), ticket("T2", "2022-03-01", 3)]
    assert decided(answer(COUNTERFEIT, "2022-06-01", *events)) == [("node@T1", "2021")]


def test_a_late_ticket_that_makes_24_carries_24_from_now_on() -> None:
    events = [
        ticket("T1", "2021-05-01", 20),
        ticket("T2", "2022-02-01", 10, issued="2021-12-30"),
        ticket("T3", "2022-02-02", 1),
    ]
    assert points(answer(COUNTERFEIT, "2022-01-31", *events)) == 0
    found = answer(COUNTERFEIT, "2022-02-01", *events)
    assert points(found) == 24
    assert kinds(found) == [("reset", 20), ("carried", 24)]
    assert points(answer(COUNTERFEIT, "2022-02-02", *events)) == 25


def test_a_late_ticket_that_makes_48_carries_nothing_and_undoes_the_reset() -> None:
    events = [ticket("T1", "2021-05-01", 30), ticket("T2", "2022-02-01", 18, issued="2021-12-30")]
    assert points(answer(COUNTERFEIT, "2022-01-31", *events)) == 24
    found = answer(COUNTERFEIT, "2022-02-01", *events)
    assert points(found) == 48 and found.status[0].closed


def test_through_two_years() -> None:
    """A ticket of 2021 that is known in 2023: what 2022 carried is found again as well."""
    events = [ticket("T1", "2021-05-01", 20), ticket("T2", "2023-02-01", 5, issued="2021-12-30")]
    assert points(answer(COUNTERFEIT, "2023-01-31", *events)) == 0
    assert points(answer(COUNTERFEIT, "2023-02-01", *events)) == 24


def test_less_is_carried_where_less_counts() -> None:
    text = "ledger points resets every year carrying points / 2\nrule node: points >= 100 -> ban 1d\n"
    events: list[Event] = [ticket("T1", "2021-05-01", 20), ticket("T2", "2021-06-01", 10)]
    assert points(answer(text, "2022-01-01", *events)) == 15
    appeal: Event = {"event": "appeal", "id": "A", "ticket": "T2", "outcome": "annulled", "at": "2022-03-01"}
    assert points(answer(text, "2022-03-01", *events, appeal)) == 10


LICENCE = (
    "ledger points resets every year keeping where fine is unpaid\n"
    "offence red -> points +6\noffence belt -> points +3\n"
    "rule fined: count(red) ever >= 1 -> fine 200\nrule belts: count(belt) ever >= 1 -> fine 50\n"
    "rule full: points >= 12 -> ban 7d\n"
)
"""The points of violations whose fine is not paid move to the next period."""
HEAD = "policy p\n  timezone Asia/Shanghai\n  currency CNY\n"


def offence(id: str, at: str, name: str, issued: str | None = None) -> Event:
    said: Event = {"event": "ticket", "id": id, "offence": name, "effective": at}
    return said | ({} if issued is None else {"issued": issued})


def paid(id: str, at: str, decision: str, amount: int) -> Event:
    return {"event": "payment", "id": id, "at": at, "decision": decision, "amount": amount}


def with_fines(text: str) -> Policy:
    words = "sanction ban\n"
    compiled = compile_texts([PolicyText("p.policy", Path("p.policy"), (HEAD + words + text).encode())])
    odd = [one for one in compiled.findings if one.code != "never-used"]
    assert not odd, render(odd)
    [found] = compiled.policies.values()
    assert found is not None
    return found


def test_the_points_whose_fine_is_unpaid_move_to_the_next_period() -> None:
    events = [
        offence("T1", "2021-05-01", "belt"),
        offence("T2", "2021-06-01", "red"),
        paid("P1", "2021-07-01", "belts@T1", 50),
    ]
    assert points(answer(with_fines(LICENCE), "2021-12-31", *events)) == 9
    assert points(answer(with_fines(LICENCE), "2022-01-01", *events)) == 6
    late = paid("P2", "2022-02-01", "fined@T2", 200)
    assert points(answer(with_fines(LICENCE), "2022-12-31", *events, late)) == 6
    assert points(answer(with_fines(LICENCE), "2023-01-01", *events, late)) == 0
    assert points(answer(with_fines(LICENCE), "2023-01-01", *events)) == 6


def test_the_page_says_what_moved_on_into_the_new_period() -> None:
    found = answer(COUNTERFEIT, "2022-02-01", ticket("T1", "2021-05-01", 36))
    shown = "".join(line.plain for line in page(found, lang="en", width=300))
    assert "36 points of points ended; into the new period moved on: 24 points of points" in shown
    shown = "".join(line.plain for line in page(found, lang="zh", width=300))
    assert "points 36 分已清零，其中 points 24 分转入新周期" in shown
