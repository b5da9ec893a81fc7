"""Every cause, and that none is told where none can be shown."""

from __future__ import annotations

from typing import Any

import pytest

from policyctl.compare import worlds

from .story import (
    NODE,
    RULES,
    account,
    answered,
    appeal,
    compared,
    decided,
    fined,
    override,
    policy,
    suspended,
    ticket,
    verdicts,
)

SHOP = policy(RULES)
LONG = policy(RULES + "rule grave: severe >= 20 -> suspend 14d\n")
HEAD = "policy shop\n  version {}\n  use standard\n  judge by effective\n"
CARRY = "transition from {}:\n  general carry\n  severe carry\n  fines carry\n  sanctions carry\n"
VERSIONS = policy(
    HEAD.format("2020-01-01") + NODE.replace("3d", "7d").replace("2000", "500"),
    HEAD.format("2021-01-01") + NODE + CARRY.format("2020-01-01"),
    HEAD.format("2022-01-01") + NODE.replace("3d", "5d").replace(">= 20", ">= 10") + CARRY.format("2021-01-01"),
)
SUSPENDED = suspended("D-1", "2021-03-05 10:00", "2021-03-08 10:00")
FINED = fined("D-2", "2000", "2021-03-05 10:00")
TICKETS = (ticket("T-1", 10, "2021-03-01 10:00"), ticket("T-2", 10, "2021-03-05 10:00"))
LATE = ticket("T-0", 10, "2021-03-02 10:00", recorded="2021-04-01")

CASES: dict[str, tuple[Any, tuple[dict[str, Any], ...], list[str]]] = {
    # T-0 made 20 already on 2 March, but came on record in April: the platform could only decide on the 5th.
    "a ticket that came on record late": (
        SHOP,
        (*TICKETS, LATE, SUSPENDED, FINED),
        [
            "D-1 node@T-0 suspend: wrong_start; late_knowledge T-0 node@T-2",
            "D-2 node@T-0 fine: wrong_start; late_knowledge T-0 node@T-2",
        ],
    ),
    "a ticket that came on record late, and nothing was recorded": (
        SHOP,
        (TICKETS[0], LATE, decided("D-9", "warned", "2020-03-01")),
        [
            "D-9: extra; unknown_name",
            "node@T-0 suspend: missing; late_knowledge T-0",
            "node@T-0 fine: missing; late_knowledge T-0",
        ],
    ),
    "several records came late, one of them matters": (
        SHOP,
        (
            *TICKETS,
            *(ticket(f"X-{n}", 1, "2021-05-01", "severe", recorded=f"2021-06-0{n}") for n in range(1, 8)),
            LATE,
            SUSPENDED,
            FINED,
        ),
        [
            "D-1 node@T-0 suspend: wrong_start; late_knowledge T-0 node@T-2",
            "D-2 node@T-0 fine: wrong_start; late_knowledge T-0 node@T-2",
        ],
    ),
    # Twice a dozen became one: what the platform had imposed before is what the decision had been.
    "an appeal that left a decision with fewer times": (
        policy("use standard\nrule node: every 12 of severe -> suspend 2d each, fine 100 each\n"),
        (
            ticket("T-1", 24, "2021-03-05 10:00", "severe"),
            appeal("A-1", "T-1", "reduced", "2021-04-01", points="12"),
            suspended("D-1", "2021-03-05 10:00", "2021-03-09 10:00"),
            fined("D-2", "200", "2021-03-05 10:00"),
        ),
        [
            "D-1 node@T-1 suspend: wrong_length; appeal A-1 node@T-1",
            "D-2 node@T-1 fine: wrong_money; appeal A-1 node@T-1",
        ],
    ),
    "a ticket that was revised": (
        SHOP,
        (TICKETS[0], TICKETS[1], {**TICKETS[1], "points": "9", "revision": 2, "recorded": "2021-03-20"}, SUSPENDED),
        ["D-1: extra; late_knowledge T-2 node@T-2"],
    ),
    "a person lifted it": (
        SHOP,
        (*TICKETS, SUSPENDED, FINED, override("O-1", "lift", "2021-03-06 10:00", decision="node@T-2")),
        ["D-1 node@T-2 suspend: wrong_length; override O-1", "D-2 node@T-2 fine: same"],
    ),
    "a person lifted it, and the platform recorded that": (
        SHOP,
        (
            *TICKETS,
            SUSPENDED,
            {**SUSPENDED, "until": "2021-03-06 10:00", "revision": 2, "recorded": "2021-03-06 10:00"},
            FINED,
            override("O-1", "lift", "2021-03-06 10:00", decision="node@T-2"),
        ),
        ["D-1 node@T-2 suspend: same", "D-2 node@T-2 fine: same"],
    ),
    "a person waived it": (
        SHOP,
        (*TICKETS, SUSPENDED, FINED, override("O-1", "waive", "2021-03-06 10:00", decision="node@T-2")),
        ["D-1 node@T-2 suspend: same", "D-2 node@T-2 fine: wrong_money; override O-1"],
    ),
    "a person waived what was never recorded": (
        SHOP,
        (*TICKETS, SUSPENDED, override("O-1", "waive", "2021-03-06 10:00", decision="node@T-2")),
        ["D-1 node@T-2 suspend: same"],
    ),
    "a person imposed it": (
        SHOP,
        (
            *TICKETS,
            SUSPENDED,
            FINED,
            override("O-1", "impose", "2021-04-01", identity="promoter", name="suspend", until="2021-04-02"),
        ),
        [
            "D-1 node@T-2 suspend: same",
            "D-2 node@T-2 fine: same",
            "impose@O-1 suspend: missing; override O-1",
        ],
    ),
    "of several people, the one that did": (
        SHOP,
        (
            *TICKETS,
            SUSPENDED,
            FINED,
            override("A-1", "impose", "2021-06-01", identity="promoter", name="fine", amount="5"),
            fined("D-3", "5", "2021-06-01"),
            override("O-1", "lift", "2021-03-06 10:00", decision="node@T-2"),
        ),
        [
            "D-1 node@T-2 suspend: wrong_length; override O-1",
            "D-2 node@T-2 fine: same",
            "D-3 impose@A-1 fine: same",
        ],
    ),
    "an appeal took it back": (
        SHOP,
        (*TICKETS, SUSPENDED, FINED, appeal("A-1", "T-1", "annulled", "2021-03-20")),
        ["D-2: extra; appeal A-1 node@T-2", "D-1: extra; appeal A-1 node@T-2"],
    ),
    # Without T-1, T-2 and T-3 make the node on the 9th instead; a correction makes nobody worse, so that is for review.
    "an appeal took it back, and the platform imposed what is for review": (
        SHOP,
        (
            *TICKETS,
            ticket("T-3", 10, "2021-03-09 10:00"),
            appeal("A-1", "T-1", "annulled", "2021-03-20"),
            suspended("D-1", "2021-03-09 10:00", "2021-03-12 10:00", at="2021-03-21"),
        ),
        ["D-1: extra; for_review A-1 node@T-3"],
    ),
    "after an appeal another decision follows": (
        SHOP,
        (
            *TICKETS,
            appeal("A-1", "T-1", "annulled", "2021-03-20"),
            ticket("T-3", 10, "2021-03-25 10:00"),
            SUSPENDED,
            FINED,
        ),
        [
            "D-2: extra; appeal A-1 node@T-2",
            "D-1: extra; appeal A-1 node@T-2",
            "node@T-3 suspend: missing; appeal A-1",
            "node@T-3 fine: missing; appeal A-1",
        ],
    ),
    "the version before": (
        VERSIONS,
        (*TICKETS, {**SUSPENDED, "until": "2021-03-12 10:00"}, {**FINED, "amount": "500"}),
        [
            "D-1 node@T-2 suspend: wrong_length; old_version 2020-01-01",
            "D-2 node@T-2 fine: wrong_money; old_version 2020-01-01",
        ],
    ),
    # By the version to come the node would have been reached with T-1; only its length is the recorded one.
    "the length of a version to come": (
        VERSIONS,
        (*TICKETS, {**SUSPENDED, "until": "2021-03-10 10:00"}, FINED),
        ["D-1 node@T-2 suspend: wrong_length; new_version 2022-01-01", "D-2 node@T-2 fine: same"],
    ),
    "the version to come": (
        VERSIONS,
        (TICKETS[0], suspended("D-1", "2021-03-01 10:00", "2021-03-06 10:00")),
        ["D-1: extra; new_version 2022-01-01"],
    ),
    "a longer sanction ran all the while": (
        LONG,
        (
            ticket("G-1", 20, "2021-03-01 10:00", "severe"),
            *TICKETS,
            suspended("D-1", "2021-03-01 10:00", "2021-03-15 10:00"),
            FINED,
        ),
        [
            "D-1 grave@G-1 suspend: same",
            "node@T-2 suspend: missing; covered grave@G-1",
            "D-2 node@T-2 fine: same",
        ],
    ),
    "no cause": (
        SHOP,
        (*TICKETS, {**SUSPENDED, "until": "2021-03-09 10:00"}, suspended("D-3", "2021-08-01", "2021-08-04")),
        ["D-1 node@T-2 suspend: wrong_length", "node@T-2 fine: missing", "D-3: extra"],
    ),
    # What people and appeals did elsewhere is no cause of what it does not change.
    "what others did is no cause": (
        SHOP,
        (
            *TICKETS,
            FINED,
            {**SUSPENDED, "until": "2021-03-09 10:00"},
            ticket("T-8", 1, "2021-03-01", "severe"),
            appeal("A-1", "T-8", "annulled", "2021-03-20"),
            override("O-1", "waive", "2021-03-06 10:00", decision="node@T-2"),
            ticket("T-9", 1, "2021-03-01", "severe", recorded="2021-09-01"),
        ),
        ["D-1 node@T-2 suspend: wrong_length", "D-2 node@T-2 fine: wrong_money; override O-1"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_cause(case: str) -> None:
    shop, events, wanted = CASES[case]
    assert verdicts(compared(shop, *events, at="2021-12-01")) == wanted


def test_by_what_was_known_the_platform_was_right() -> None:
    """The same comparison, by the record of the day: nothing differs."""
    found = compared(SHOP, *TICKETS, LATE, SUSPENDED, FINED, at="2021-12-01", known="2021-03-20")
    assert verdicts(found) == ["D-1 node@T-2 suspend: same", "D-2 node@T-2 fine: same"]


def test_what_is_known_later_than_asked_about_is_no_cause() -> None:
    """The lift came on record in May; by the record of April nobody knows of it."""
    lift = override("O-1", "lift", "2021-03-06 10:00", decision="node@T-2", recorded="2021-05-01")
    events = (*TICKETS, SUSPENDED, FINED, lift)
    assert compared(SHOP, *events, at="2021-12-01", known="2021-04-01").different == 0
    assert verdicts(compared(SHOP, *events, at="2021-12-01"))[0].endswith("wrong_length; override O-1")


def test_replays_are_limited_and_it_is_said_for_how_many_none_was_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worlds, "WORK", 0)
    monkeypatch.setattr(worlds, "LEAST", 0)
    found = compared(SHOP, *TICKETS, LATE, SUSPENDED, FINED, at="2021-12-01")
    assert found.given_up == found.different == 2
    assert all(pair.cause is None for pair in found.pairs)


def test_a_comparison_changes_no_answer() -> None:
    with_records = answered(SHOP, account(SHOP, *TICKETS, SUSPENDED, FINED), "2021-12-01")
    without = answered(SHOP, account(SHOP, *TICKETS), "2021-12-01")
    assert with_records.decisions == without.decisions
    assert with_records.status == without.status
    assert with_records.anomalies == without.anomalies == ()
