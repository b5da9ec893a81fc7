"""Points that a rule posts at a ticket bear its dates: they count, and expire, as if the ticket had posted them."""

from __future__ import annotations

import pytest

from policyctl.replay.answer import Answer
from tests.replay.test_schedules import Event, answer, policy, ticket

SAID = ticket("T1", "2020-11-01", 1) | {"ledger": "signs", "occurred": "2020-01-01", "issued": "2020-10-01"}
LATER = ticket("T2", "2021-02-02", 1) | {"ledger": "signs", "occurred": "2021-02-01"}
POST = "ledger signs\nrule post when ticket: -> points +10\n"


def posted(ledger: str, rule: str, at: str, *said: Event, header: str = "") -> Answer:
    """What comes of it where a rule posts 10 points at each ticket."""
    return answer(policy(f"ledger points {ledger}\n{POST}{rule}\n", header=header), at, *said)


def points(found: Answer) -> str:
    return str(dict(found.status[0].ledgers)["points"])


def by(found: Answer, rule: str) -> list[str]:
    return [decision.id for decision in found.decisions if decision.rule.name == rule]


@pytest.mark.parametrize(("dated", "fires"), [("occurred", []), ("issued", ["r@T2"]), ("effective", ["r@T2"])])
def test_windows_see_the_dates_of_the_ticket(dated: str, fires: list[str]) -> None:
    """The acts are thirteen months apart, what was written of them is not."""
    rule = f"rule r: live(points) in 12 months by {dated} >= 20 -> ban 3d"
    assert by(posted("", rule, "2021-03-01", SAID, LATER), "r") == fires


def test_what_counts_by_the_day_of_the_act_counts_them_so() -> None:
    rule = "rule r: live(points) in 12 months >= 20 -> ban 3d"
    assert by(posted("", rule, "2021-03-01", SAID, LATER, header="count by occurred"), "r") == []
    assert by(posted("", rule, "2021-03-01", SAID, LATER), "r") == ["r@T2"]


def test_their_life_begins_with_the_date_of_the_ticket() -> None:
    assert points(posted("expires after 2 years from occurred", "", "2021-12-31", SAID)) == "10"
    assert points(posted("expires after 2 years from occurred", "", "2022-01-01", SAID)) == "0"


def test_what_is_over_when_a_rule_posts_it_is_seen_by_no_rule() -> None:
    found = posted("expires after 1 month from occurred", "rule r: points >= 10 -> ban 3d", "2021-03-01", SAID)
    assert (points(found), by(found, "post"), by(found, "r")) == ("0", ["post@T1"], [])


def test_in_a_closed_period_they_still_go_to_the_running_one() -> None:
    """They count from the instant on: what a rule posts is never late."""
    rule = "rule r: live(points) in 12 months >= 20 -> ban 3d"
    found = posted("resets every year", rule, "2021-03-01", SAID, LATER | {"issued": "2020-12-30"})
    assert (points(found), by(found, "r")) == ("10", [])


def test_at_an_act_that_names_a_ticket_they_bear_the_date_of_the_act() -> None:
    text = policy("ledger points expires after 2 years from occurred\nledger signs\n" + AT_ACT)
    act: Event = {"event": "act", "id": "E1", "name": "renewed", "at": "2021-06-01", "ticket": "T1"}
    found = answer(text, "2023-05-31", SAID | {"key": "k"}, act)
    assert (points(found), by(found, "again")) == ("10", ["again@E1"])


AT_ACT = "rule again when renewed: count(tickets where key = this key) ever >= 1 -> points +10\n"
AT_ACT += 'test "it names a ticket" for merchant\n  2021-06-01 10:00 act renewed T1\n'


def test_at_an_act_that_names_no_ticket_nothing_is_counted_by_one() -> None:
    """Not even by the ticket that came last."""
    text = policy("ledger points expires after 2 years from occurred\nledger signs\n" + AT_ACT)
    act: Event = {"event": "act", "id": "E1", "name": "renewed", "at": "2021-06-01"}
    found = answer(text, "2023-05-31", SAID | {"key": "k"}, act)
    assert (points(found), by(found, "again")) == ("0", [])


@pytest.mark.parametrize(("occurred", "fires"), [("2020-12-31", ["again@T2"]), ("2021-01-01", [])])
def test_a_decision_bears_the_dates_of_its_tickets(occurred: str, fires: list[str]) -> None:
    """Within twelve months of the act that led to the first one; both are decided much later."""
    rules = (
        "rule first: signs >= 1 -> ban 3d\n"
        "rule again: signs >= 2 and count(first) in 12 months to this ticket by occurred >= 1 -> ban 7d\n"
    )
    found = posted("", rules, "2021-03-01", SAID, LATER | {"occurred": occurred})
    assert by(found, "again") == fires
