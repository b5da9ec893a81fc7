"""What the platform imposed as soon as it knew of it, and the rules impose from when it took effect."""

from __future__ import annotations

from typing import Any

import pytest

from policyctl.compare.compare import compare
from policyctl.explain.phrases import LANGUAGES, Language
from policyctl.explain.terminal import lines

from .story import RULES, account, answered, appeal, compared, decided, fined, policy, suspended, ticket, told, verdicts

SHOP = policy(RULES)
BEFORE = ticket("T-1", 10, "2021-02-01")
LATE = ticket("T-2", 11, "2021-02-10", recorded="2021-02-25")
SUSPENDED = suspended("D-1", "2021-02-25 10:00", "2021-02-28 10:00")
FINED = fined("D-2", "2000", "2021-02-25 10:00")
GRAVE = ticket("G-1", 100, "2021-02-10", "severe", recorded="2021-02-25")
CLOSED = decided("D-3", "close_identity", "2021-02-25 10:00")
OTHER = decided("D-9", "warned", "2020-12-01")
UNKNOWN = "D-9: extra; unknown_name"
MISSING = "node@T-2 fine: missing; late_knowledge T-2"

CASES: dict[str, tuple[tuple[dict[str, Any], ...], list[str]]] = {
    "a sanction and a fine": (
        (BEFORE, LATE, SUSPENDED, FINED),
        ["D-1 node@T-2 suspend: wrong_start; late_knowledge T-2", "D-2 node@T-2 fine: wrong_start; late_knowledge T-2"],
    ),
    "the record names the decision": (
        (BEFORE, LATE, {**SUSPENDED, "decision": "node@T-2"}),
        ["D-1 node@T-2 suspend: wrong_start; late_knowledge T-2", MISSING],
    ),
    "a closure": (
        (GRAVE, CLOSED),
        ["D-3 closure@G-1 close_identity: wrong_start; late_knowledge G-1"],
    ),
    "a part of a bundle": (
        (BEFORE, LATE, {**SUSPENDED, "name": "pause_cart"}),
        [
            "node@T-2 block_campaigns: missing; late_knowledge T-2",
            "node@T-2 block_listing: missing; late_knowledge T-2",
            "D-1 node@T-2 pause_cart: wrong_start; late_knowledge T-2",
            "node@T-2 public_warning: missing; late_knowledge T-2",
            MISSING,
        ],
    ),
    "from the beginning of the day, recorded during it": (
        (BEFORE, LATE, {**SUSPENDED, "from": "2021-02-24 20:00", "until": "2021-02-27 20:00"}),
        ["D-1 node@T-2 suspend: wrong_start; late_knowledge T-2", MISSING],
    ),
    "decided the day that it came, from midnight on": (
        (BEFORE, LATE, {**SUSPENDED, "from": "2021-02-26", "until": "2021-03-01"}),
        ["D-1 node@T-2 suspend: wrong_start; late_knowledge T-2", MISSING],
    ),
    # A day and an hour after it knew: it could have imposed it earlier.
    "more than a day after it knew": (
        (BEFORE, LATE, suspended("D-1", "2021-02-26 01:00", "2021-03-01 01:00")),
        ["D-1 node@T-2 suspend: wrong_start", MISSING],
    ),
    "before it came on record": (
        (BEFORE, LATE, suspended("D-1", "2021-02-24 10:00", "2021-02-27 10:00")),
        ["D-1 node@T-2 suspend: wrong_start", MISSING],
    ),
    # The length is no matter of what was known.
    "another length as well": (
        (BEFORE, LATE, {**SUSPENDED, "until": "2021-03-28 10:00"}),
        ["D-1 node@T-2 suspend: wrong_start wrong_length", MISSING],
    ),
    "another amount as well": (
        (BEFORE, LATE, SUSPENDED, {**FINED, "amount": "500"}),
        ["D-1 node@T-2 suspend: wrong_start; late_knowledge T-2", "D-2 node@T-2 fine: wrong_start wrong_money"],
    ),
    "what came that day has no say in it": (
        (BEFORE, {**LATE, "recorded": "2021-02-10"}, ticket("X-1", 1, "2021-02-05", recorded="2021-02-25"), SUSPENDED),
        [
            "D-1 node@T-2 suspend: wrong_start",
            "node@T-2 fine: missing",
        ],
    ),
    "of several that came that day, the one that made it": (
        (
            BEFORE,
            LATE,
            ticket("X-1", 1, "2021-02-08", "severe", recorded="2021-02-24 12:00"),
            ticket("X-2", 1, "2021-02-08", "severe", recorded="2021-02-25 01:00"),
            SUSPENDED,
        ),
        ["D-1 node@T-2 suspend: wrong_start; late_knowledge T-2", MISSING],
    ),
    "a revision that added points": (
        (BEFORE, {**LATE, "points": "9", "recorded": "2021-02-10"}, {**LATE, "revision": 2}, SUSPENDED),
        ["D-1 node@T-2 suspend: wrong_start; late_knowledge T-2", MISSING],
    ),
    # T-0 came later still, and moved the decision to another ticket.
    "another came later still": (
        (BEFORE, LATE, ticket("T-0", 10, "2021-02-05", recorded="2021-06-01"), SUSPENDED),
        [
            "D-1 node@T-0 suspend: wrong_start; late_knowledge T-2 node@T-2",
            "node@T-0 fine: missing; late_knowledge T-0",
        ],
    ),
    # No start near enough, so two things, with one cause.
    "months later": (
        (
            BEFORE,
            {**LATE, "recorded": "2021-06-25"},
            suspended("D-1", "2021-06-25 10:00", "2021-06-28 10:00"),
        ),
        [
            "node@T-2 suspend: missing; late_knowledge T-2",
            MISSING,
            "D-1: extra; late_knowledge T-2 node@T-2",
        ],
    ),
    "months later, and taken back since": (
        (
            BEFORE,
            {**LATE, "recorded": "2021-06-25"},
            suspended("D-1", "2021-06-25 10:00", "2021-06-28 10:00"),
            appeal("A-1", "T-1", "annulled", "2021-08-01"),
        ),
        ["D-1: extra; appeal A-1 node@T-2"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_imposed_when_known(case: str) -> None:
    events, wanted = CASES[case]
    assert verdicts(compared(SHOP, *events, at="2021-12-01")) == wanted


@pytest.mark.parametrize("at", ["2021-02-10", "2021-02-20", "2021-02-25 09:59", "2021-12-01"])
def test_missing_up_to_the_moment_of_knowledge(at: str) -> None:
    """Whenever it is asked about: by what was on record when it should have started, it did not follow."""
    found = verdicts(compared(SHOP, OTHER, BEFORE, LATE, at=at))
    assert found == [UNKNOWN, "node@T-2 suspend: missing; late_knowledge T-2", MISSING]


@pytest.mark.parametrize("at", ["2021-02-20", "2021-12-01"])
def test_by_what_was_known_before_nothing_is_missing(at: str) -> None:
    found = compared(SHOP, OTHER, BEFORE, LATE, at=at, known="2021-02-24")
    assert verdicts(found) == [UNKNOWN]


@pytest.mark.parametrize(
    ("lang", "sentence", "missing"),
    [
        (
            "en",
            "Known late: T-2 came on record on 2021-02-25 00:00; the platform imposed it from then on.",
            "by what was on record at 2021-02-10 00:00 the rules did not impose it. T-2 came on record on 2021-02-25",
        ),
        (
            "zh",
            "得知较晚：T-2 于 2021-02-25 00:00 才有记录，平台自此开始处罚。",
            "按 2021-02-10 00:00 已有的记录，规则尚不要求此项；T-2 于 2021-02-25 00:00 才有记录。",
        ),
    ],
)
def test_the_sentences(lang: Language, sentence: str, missing: str) -> None:
    one = account(SHOP, BEFORE, LATE, SUSPENDED)
    answer = answered(SHOP, one, "2021-12-01")
    shown = lines(answer, lang=lang, width=300, comparison=compare(SHOP, one, answer), compare=True)
    printed = " ".join(word for line in shown for word in line.plain.split())
    assert sentence in printed
    assert missing in printed


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_every_cause_has_its_sentence(case: str, lang: Language) -> None:
    one = account(SHOP, *CASES[case][0])
    answer = answered(SHOP, one, "2021-12-01")
    found = compare(SHOP, one, answer)
    assert found is not None
    printed = "\n".join(line.plain for line in lines(answer, lang=lang, width=120, comparison=found, compare=True))
    assert "{" not in printed
    for cause in (pair.cause for pair in found.pairs if pair.cause is not None):
        assert all(event in printed for event in cause.events)
        assert cause.decision is None or cause.decision in printed


def test_the_object_says_when_it_came() -> None:
    first, second = told(SHOP, BEFORE, LATE, SUSPENDED, at="2021-12-01")["entries"]
    assert first["cause"] == {
        "kind": "late_knowledge",
        "events": ["T-2"],
        "decision": None,
        "version": None,
        "known_at": None,
        "came_at": "2021-02-25T00:00:00+08:00",
        "instead": None,
        "rule_only": False,
    }
    assert second["cause"]["known_at"] == "2021-02-10T00:00:00+08:00"
    assert second["cause"]["came_at"] == "2021-02-25T00:00:00+08:00"
