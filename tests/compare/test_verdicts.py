"""Every verdict, and which record answers to which effect."""

from __future__ import annotations

from typing import Any

import pytest

from policyctl.compare.compare import compare

from .story import (
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
FIRED = (ticket("T-1", 20, "2021-03-01 10:00"),)
SUSPENDED = suspended("D-1", "2021-03-01 10:00", "2021-03-04 10:00")
FINED = fined("D-2", "2000", "2021-03-01 10:00")

CASES: dict[str, tuple[tuple[dict[str, Any], ...], list[str]]] = {
    "what the rules impose": (
        (SUSPENDED, FINED),
        ["D-1 node@T-1 suspend: same", "D-2 node@T-1 fine: same"],
    ),
    "another start, as long": (
        (suspended("D-1", "2021-03-02 10:00", "2021-03-05 10:00"), FINED),
        ["D-1 node@T-1 suspend: wrong_start", "D-2 node@T-1 fine: same"],
    ),
    "another start, the same end": (
        (suspended("D-1", "2021-03-02 10:00", "2021-03-04 10:00"), FINED),
        ["D-1 node@T-1 suspend: wrong_start", "D-2 node@T-1 fine: same"],
    ),
    "another start and another length": (
        (suspended("D-1", "2021-03-02 10:00", "2021-03-12 10:00"), FINED),
        ["D-1 node@T-1 suspend: wrong_start wrong_length", "D-2 node@T-1 fine: same"],
    ),
    "another length": (
        (suspended("D-1", "2021-03-01 10:00", "2021-03-15 10:00"), FINED),
        ["D-1 node@T-1 suspend: wrong_length", "D-2 node@T-1 fine: same"],
    ),
    "no end": (
        (suspended("D-1", "2021-03-01 10:00", None), FINED),
        ["D-1 node@T-1 suspend: wrong_length", "D-2 node@T-1 fine: same"],
    ),
    "another amount": (
        (SUSPENDED, fined("D-2", "1999.99", "2021-03-01 10:00")),
        ["D-1 node@T-1 suspend: same", "D-2 node@T-1 fine: wrong_money"],
    ),
    "an amount that is not said": (
        (SUSPENDED, decided("D-2", "fine", "2021-03-01 10:00")),
        ["D-1 node@T-1 suspend: same", "D-2 node@T-1 fine: same"],
    ),
    "a start that is not said": (
        ({**SUSPENDED, "from": None, "at": "2021-03-01 10:07"}, {**FINED, "at": "2021-03-01 10:07"}),
        ["D-1 node@T-1 suspend: same", "D-2 node@T-1 fine: same"],
    ),
    "imposed before the rules do": (
        ({**SUSPENDED, "from": None}, {**FINED, "at": "2021-03-01 09:59"}),
        ["D-1 node@T-1 suspend: same", "D-2 node@T-1 fine: wrong_start"],
    ),
    "imposed more than a day after the rules do": (
        (SUSPENDED, {**FINED, "at": "2021-03-02 10:01"}),
        ["D-1 node@T-1 suspend: same", "D-2 node@T-1 fine: wrong_start"],
    ),
    "only one thing recorded": (
        (FINED,),
        ["node@T-1 suspend: missing", "D-2 node@T-1 fine: same"],
    ),
    "something that the rules do not impose": (
        (SUSPENDED, FINED, suspended("D-3", "2021-06-01 10:00", "2021-06-04 10:00")),
        ["D-1 node@T-1 suspend: same", "D-2 node@T-1 fine: same", "D-3: extra"],
    ),
    "recorded twice": (
        (SUSPENDED, FINED, {**SUSPENDED, "id": "D-3"}),
        ["D-1 node@T-1 suspend: same", "D-2 node@T-1 fine: same", "D-3: extra"],
    ),
    "a part of the bundle": (
        ({**SUSPENDED, "name": "pause_cart"}, FINED),
        [
            "node@T-1 block_campaigns: missing",
            "node@T-1 block_listing: missing",
            "D-1 node@T-1 pause_cart: same",
            "node@T-1 public_warning: missing",
            "D-2 node@T-1 fine: same",
        ],
    ),
    "the bundle and a part of it, which lasts longer": (
        (SUSPENDED, FINED, {**SUSPENDED, "id": "D-3", "name": "pause_cart", "until": "2021-03-05 10:00"}),
        ["D-1 node@T-1 suspend: same", "D-3 node@T-1 pause_cart: wrong_length", "D-2 node@T-1 fine: same"],
    ),
    "all parts, and no bundle": (
        (
            FINED,
            *(
                {**SUSPENDED, "id": f"D-{name}", "name": name}
                for name in ("pause_cart", "block_campaigns", "block_listing", "public_warning")
            ),
        ),
        [
            "D-block_campaigns node@T-1 block_campaigns: same",
            "D-block_listing node@T-1 block_listing: same",
            "D-pause_cart node@T-1 pause_cart: same",
            "D-public_warning node@T-1 public_warning: same",
            "D-2 node@T-1 fine: same",
        ],
    ),
    "what begins only after the instant asked about": (
        (SUSPENDED, FINED, suspended("D-3", "2021-12-20 10:00", "2021-12-23 10:00", at="2021-09-01")),
        ["D-1 node@T-1 suspend: same", "D-2 node@T-1 fine: same", "D-3: upcoming"],
    ),
    "what was recorded only after it": (
        (SUSPENDED, FINED, suspended("D-3", "2021-03-08", "2021-03-09", at="2021-12-20 10:00")),
        ["D-1 node@T-1 suspend: same", "D-2 node@T-1 fine: same"],
    ),
    "nearest start, no more than 30 days away": (
        (suspended("D-1", "2021-03-31 10:00", "2021-04-03 10:00"), FINED),
        ["D-1 node@T-1 suspend: wrong_start", "D-2 node@T-1 fine: same"],
    ),
    "a start more than 30 days away is of another imposition": (
        (suspended("D-1", "2021-03-31 10:01", "2021-04-03 10:01"), FINED),
        ["node@T-1 suspend: missing", "D-2 node@T-1 fine: same", "D-1: extra"],
    ),
    "however far away, if it names the decision": (
        (suspended("D-1", "2021-05-01 10:00", "2021-05-04 10:00", decision="node@T-1"), FINED),
        ["D-1 node@T-1 suspend: wrong_start", "D-2 node@T-1 fine: same"],
    ),
    "or a ticket of it": (
        (suspended("D-1", "2021-05-01 10:00", "2021-05-04 10:00", ticket="T-1"), FINED),
        ["D-1 node@T-1 suspend: wrong_start", "D-2 node@T-1 fine: same"],
    ),
    "or an old name of it": (
        (suspended("D-1", "2021-05-01 10:00", "2021-05-04 10:00", decision="short_ban@T-1"), FINED),
        ["D-1 node@T-1 suspend: wrong_start", "D-2 node@T-1 fine: same"],
    ),
    "a name that nothing has": (
        (SUSPENDED, FINED, {**SUSPENDED, "id": "D-3", "name": "suspnd"}),
        ["D-1 node@T-1 suspend: same", "D-2 node@T-1 fine: same", "D-3: extra; unknown_name suspend"],
    ),
    "two of one name at one instant, of which one is right": (
        ({**SUSPENDED, "id": "D-0", "until": "2021-03-09 10:00"}, SUSPENDED, FINED),
        ["D-1 node@T-1 suspend: same", "D-2 node@T-1 fine: same", "D-0: extra"],
    ),
    "a fine in two records, which is two fines": (
        (SUSPENDED, fined("D-2", "1500", "2021-03-01 10:00"), fined("D-3", "500", "2021-03-01 10:00")),
        ["D-1 node@T-1 suspend: same", "D-2 node@T-1 fine: wrong_money", "D-3: extra"],
    ),
    "of an identity that the policy does not know": (
        (SUSPENDED, {**FINED, "identity": "shop"}),
        ["D-1 node@T-1 suspend: same", "node@T-1 fine: missing"],
    ),
    "of another identity": (
        ({**SUSPENDED, "identity": "merchant"}, FINED),
        ["D-1: extra", "node@T-1 suspend: missing", "D-2 node@T-1 fine: same"],
    ),
    "a record that was corrected": (
        (
            {**SUSPENDED, "until": "2021-03-15 10:00"},
            {**SUSPENDED, "revision": 2, "recorded": "2021-03-02"},
            FINED,
        ),
        ["D-1 node@T-1 suspend: same", "D-2 node@T-1 fine: same"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_verdicts(case: str) -> None:
    recorded, wanted = CASES[case]
    assert verdicts(compared(SHOP, *FIRED, *recorded, at="2021-12-01")) == wanted


def test_two_decisions_near_each_other() -> None:
    """Each record answers to the decision that it names; the others to what differs least."""
    tickets = [ticket("T-1", 20, "2021-03-01 10:00"), ticket("T-2", 40, "2021-03-20 10:00", "severe")]
    shop = policy(RULES + "rule grave: severe >= 20 -> suspend 14d\n")
    found = compared(
        shop,
        *tickets,
        FINED,
        suspended("D-3", "2021-03-15 10:00", "2021-03-29 10:00"),
        suspended("D-4", "2021-03-10 10:00", "2021-03-13 10:00"),
        at="2021-12-01",
    )
    assert verdicts(found) == [
        "D-4 node@T-1 suspend: wrong_start",
        "D-2 node@T-1 fine: same",
        "D-3 grave@T-2 suspend: wrong_start",
    ]


def test_closure_and_flags() -> None:
    """A closure has no end. A flag is compared where it was recorded, and is not missed where not."""
    closing = ticket("T-1", 100, "2021-03-01 10:00", "severe")
    closed = decided("D-1", "close_identity", "2021-03-01 10:00")
    flag = decided("D-2", "no_reset", "2021-03-02 10:00", **{"from": "2021-03-02 10:00"})
    assert verdicts(compared(SHOP, closing, closed, at="2021-12-01")) == ["D-1 closure@T-1 close_identity: same"]
    ends = {**closed, "until": "2022-01-01"}
    assert verdicts(compared(SHOP, closing, ends, flag, at="2021-12-01")) == [
        "D-1 closure@T-1 close_identity: wrong_length",
        "D-2 closure@T-1 no_reset: wrong_start",
    ]


def test_what_lasts_for_good() -> None:
    """A sanction without an end is recorded without one, also where the end that is recorded is far away; a lift ends
    it."""
    shop = policy("policy shop\n  use standard\nrule node: general >= 20 -> suspend permanently\n")
    for until, verdict in ((None, "same"), ("2021-03-04 10:00", "wrong_length"), ("2099-12-31", "wrong_length")):
        found = compared(shop, *FIRED, suspended("D-1", "2021-03-01 10:00", until), at="2021-12-01")
        assert verdicts(found) == [f"D-1 node@T-1 suspend: {verdict}"]
    lift = override("O-1", "lift", "2021-03-04 10:00", decision="node@T-1")
    assert compared(shop, *FIRED, SUSPENDED, lift, at="2021-12-01").different == 0


def overlapping(how: str) -> str:
    """A policy whose sanctions of one kind overlap so."""
    return (
        f'policy shop\n  use standard\nsanction hidden "隐藏店铺" overlap {how}\n'
        "rule node: general >= 20 -> hidden 3d\nrule grave: severe >= 20 -> hidden 14d\n"
    )


def hidden(id: str, start: str, until: str) -> dict[str, Any]:
    """The platform hid the shop."""
    return {**suspended(id, start, until), "name": "hidden"}


def test_sanctions_one_after_the_other() -> None:
    """What the merchant sees is when each in fact runs."""
    shop = policy(overlapping("consecutive"))
    tickets = [ticket("T-1", 20, "2021-03-01 10:00", "severe"), ticket("T-2", 20, "2021-03-02 10:00")]
    first = hidden("D-1", "2021-03-01 10:00", "2021-03-15 10:00")
    second = hidden("D-2", "2021-03-15 10:00", "2021-03-18 10:00")
    both = ["D-1 grave@T-1 hidden: same", "D-2 node@T-2 hidden: same"]
    assert verdicts(compared(shop, *tickets, first, second, at="2021-12-01")) == both
    # The second waits: it need not be recorded before it begins, and may be.
    assert verdicts(compared(shop, *tickets, first, second, at="2021-03-10")) == both[:1]
    early = {**second, "at": "2021-03-02 10:00"}
    assert verdicts(compared(shop, *tickets, first, early, at="2021-03-10")) == both
    assert verdicts(compared(shop, *tickets, first, at="2021-03-16"))[1:] == ["node@T-2 hidden: missing"]
    apart = hidden("D-2", "2021-03-02 10:00", "2021-03-05 10:00")
    assert verdicts(compared(shop, *tickets, first, apart, at="2021-12-01"))[1] == "D-2 node@T-2 hidden: wrong_start"


def test_sanctions_that_add_up() -> None:
    """A record may say the end of its own, or the end that both have together."""
    shop = policy(overlapping("extends"))
    tickets = [ticket("T-1", 20, "2021-03-01 10:00", "severe"), ticket("T-2", 20, "2021-03-02 10:00")]
    first = hidden("D-1", "2021-03-01 10:00", "2021-03-15 10:00")
    for until, verdict in (("2021-03-18", "same"), ("2021-03-05", "same"), ("2021-03-16", "wrong_length")):
        second = hidden("D-2", "2021-03-02 10:00", f"{until} 10:00")
        assert verdicts(compared(shop, *tickets, first, second, at="2021-12-01")) == [
            "D-1 grave@T-1 hidden: same",
            f"D-2 node@T-2 hidden: {verdict}",
        ]


def test_nothing_recorded_is_no_evidence() -> None:
    one = account(SHOP, *FIRED)
    assert compare(SHOP, one, answered(SHOP, one, "2021-12-01")) is None
    one = account(SHOP, *FIRED, SUSPENDED)
    assert compare(SHOP, one, answered(SHOP, one, "2021-02-01")) is None
    assert compare(SHOP, one, answered(SHOP, one, "2021-12-01", known="2021-02-01")) is None


def test_a_record_for_a_decision_that_was_taken_back_answers_to_no_other() -> None:
    """It names `node@T-1`, which an appeal took back; a week later the rules suspend anew."""
    found = compared(
        SHOP,
        *FIRED,
        ticket("T-2", 20, "2021-03-08 10:00"),
        {**SUSPENDED, "decision": "node@T-1"},
        {**FINED, "decision": "node@T-1"},
        appeal("A-1", "T-1", "annulled", "2021-03-07"),
        at="2021-12-01",
    )
    assert verdicts(found) == [
        "D-2: extra; appeal A-1 node@T-1",
        "D-1: extra; appeal A-1 node@T-1",
        "node@T-2 suspend: missing; appeal A-1",
        "node@T-2 fine: missing; appeal A-1",
    ]
