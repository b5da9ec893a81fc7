"""How many other replays a search takes, and what is told where there may not be so many."""

from __future__ import annotations

from typing import Any

import pytest

from policyctl.compare import worlds
from policyctl.history.events import Account
from policyctl.replay.replay import replay, zone_of

from .story import RULES, account, appeal, compared, fined, policy, suspended, ticket, verdicts

SHOP = policy(RULES)
TICKETS = (ticket("T-1", 10, "2021-03-01 10:00"), ticket("T-2", 10, "2021-03-05 10:00"))
SUSPENDED = suspended("D-1", "2021-03-05 10:00", "2021-03-08 10:00")
FINED = fined("D-2", "2000", "2021-03-05 10:00")
WRONG = [suspended(f"W-{n}", f"2021-0{n}-10", f"2021-0{n}-12") for n in range(4, 10)]
AT = "2021-12-01"


@pytest.fixture
def replayed(monkeypatch: pytest.MonkeyPatch) -> list[Account]:
    """The accounts of all other replays, as they come."""
    seen: list[Account] = []

    def noted(policy: Any, account: Account, *rest: Any) -> Any:
        seen.append(account)
        return replay(policy, account, *rest)

    monkeypatch.setattr(worlds, "replay", noted)
    return seen


def test_none_where_nothing_came_late(replayed: list[Account]) -> None:
    """Nobody decided, nobody appealed, all was known in time, and there is one version: nothing is left to try."""
    found = compared(SHOP, *TICKETS, *WRONG, at=AT)
    assert found.different == len(WRONG) + 2 and found.given_up == 0
    assert replayed == []


def test_one_replay_for_all_records_between_the_same_two_that_came_late(replayed: list[Account]) -> None:
    """Six records, and one ticket that came on record after all of them."""
    late = ticket("T-0", 1, "2021-03-02 10:00", recorded="2021-11-01")
    found = compared(SHOP, *TICKETS, SUSPENDED, FINED, *WRONG, late, at=AT)
    assert found.same == 2 and found.different == len(WRONG)
    assert len(replayed) == 1


def test_only_what_concerns_the_identity_is_replayed(replayed: list[Account]) -> None:
    late = ticket("T-0", 1, "2021-03-02 10:00", recorded="2021-11-01")
    others = [{**ticket(f"X-{n}", 1, f"2021-05-0{n}"), "identity": "merchant"} for n in range(1, 9)]
    theirs = appeal("A-1", "X-1", "annulled", "2021-06-01")
    compared(SHOP, *TICKETS, *others, theirs, late, SUSPENDED, FINED, *WRONG, at=AT)
    assert {event.id for one in replayed for event in one.events} == {"T-1", "T-2"}


def test_of_many_the_one_is_found_by_halving(replayed: list[Account]) -> None:
    """None of 40 appeals names the decision; one of them took a ticket back that the platform had counted."""
    tickets = [ticket(f"X-{n:02}", 1, "2021-01-05", "severe") for n in range(40)]
    appeals = [appeal(f"A-{n:02}", f"X-{n:02}", "annulled", f"2021-04-01 {n // 2:02}:00") for n in range(40)]
    appeals[27] = appeal("A-27", "T-1", "annulled", "2021-04-01 13:30")
    # By the rules the decision moves: the ticket on the 20th of April makes it, which without the appeal it does not.
    more = ticket("T-3", 10, "2021-04-20 10:00")
    found = compared(SHOP, *TICKETS, more, *tickets, *appeals, SUSPENDED, at=AT)
    assert [line for line in verdicts(found) if "node@T-3" in line] == [
        "node@T-3 suspend: missing; appeal A-27",
        "node@T-3 fine: missing; appeal A-27",
    ]
    assert len(replayed) < 12


def test_a_cause_that_was_shown_is_told_where_it_cannot_be_narrowed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without both appeals the rules do not impose it; to try each of them is too much."""
    other = [ticket("X-1", 1, "2021-01-05", "severe"), appeal("A-2", "X-1", "annulled", "2021-04-02")]
    events = (*TICKETS, ticket("T-3", 10, "2021-04-20 10:00"), appeal("A-1", "T-1", "annulled", "2021-04-01"), *other)
    monkeypatch.setattr(worlds, "LEAST", 0)
    monkeypatch.setattr(worlds, "WORK", 250)
    found = compared(SHOP, *events, SUSPENDED, at=AT)
    lines = [line for line in verdicts(found) if "node@T-3" in line]
    assert lines == ["node@T-3 suspend: missing; appeal A-1 A-2", "node@T-3 fine: missing; appeal A-1 A-2"]
    assert found.given_up == 0


def test_what_needs_no_replay_is_told_where_none_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A longer sanction that was recorded is found in the answer alone."""
    long = policy(RULES + "rule grave: severe >= 20 -> suspend 14d\n")
    events = (
        ticket("G-1", 20, "2021-03-01 10:00", "severe"),
        *TICKETS,
        suspended("D-1", "2021-03-01 10:00", "2021-03-15 10:00"),
        ticket("X-1", 1, "2021-01-05", "severe", recorded="2021-09-01"),
    )
    monkeypatch.setattr(worlds, "LEAST", 0)
    monkeypatch.setattr(worlds, "WORK", 0)
    found = compared(long, *events, at=AT)
    assert "node@T-2 suspend: missing; covered grave@G-1" in verdicts(found)
    assert found.given_up == 1


@pytest.mark.parametrize(("corrections", "wanted"), [(0, 4), (1, 4 + 3)])
def test_a_correction_counts_what_it_goes_through_again(corrections: int, wanted: int) -> None:
    """The ticket of 1 March, the one of the 5th and the appeal lie in between; what comes behind it does not."""
    events = [*TICKETS, ticket("T-3", 1, "2021-05-01")]
    events.append(appeal("A-1", "T-1", "annulled" if corrections else "repealed", "2021-04-01"))
    one = account(SHOP, *events, ticket("T-9", 1, "2022-05-01"))
    assert worlds.work(one.events, zone_of(SHOP).read("2021-12-01")) == wanted
