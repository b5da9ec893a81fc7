"""Numbers that fall as tickets get old: proofs hold whatever the dates are, and histories wait until they have."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from policyctl.analyse.case import Case, cases
from policyctl.analyse.live import can_fire
from policyctl.analyse.same import begun, compare, differing
from policyctl.analyse.state import Action
from policyctl.replay.replay import replay
from tests.analyse.worlds import compiled

HEAD = """\
policy shop
  timezone UTC
  currency EUR
  annulment refunds and revives
identities shop
ledger a
ledger e expires after 6 months
offence small -> a +10
offence big -> a +20
offence gone -> e +10
sanction ban
flag once
"""


def shop(rules: str) -> Case:
    """A shop with these rules."""
    policy = compiled(HEAD + rules)
    assert policy is not None
    [case] = cases(policy)
    return case


GAPS = (1, 31, 61, 200)
"""Days between two tickets: within the windows below, beyond one of them, beyond both."""

PAIRS = {
    "a longer window": (
        "incurred(a) in 30 days >= 20 -> ban 3d\n",
        "incurred(a) in 60 days >= 20 -> ban 3d\n",
        {"stricter": 2, "milder": 2},
    ),
    "a window, and all time": (
        "incurred(a) in 30 days >= 20 -> ban 3d\n",
        "incurred(a) ever >= 20 -> ban 3d\n",
        {"stricter": 2, "milder": 2},
    ),
    "an expiry, and none": ("e >= 20 -> ban 3d\n", "incurred(e) ever >= 20 -> ban 3d\n", {"stricter": 2, "milder": 3}),
    "more than two, and three": (
        "count(tickets) in 60 days > 2 -> ban 3d\n",
        "count(tickets) in 60 days >= 3 -> ban 3d\n",
        {},
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_changes_of_windows_are_told_by_dates(name: str) -> None:
    before, after, lengths = PAIRS[name]
    old, new = shop(before), shop(after)
    verdict = compare(old, new)
    assert verdict.proved
    assert {kind: story.length for kind, story in verdict.witnesses.items()} == lengths
    assert shortest(old, new, 2) == {kind: length for kind, length in lengths.items() if length <= 2}


def shortest(old: Case, new: Case, most: int) -> dict[str, int]:
    """The classes of difference of all histories with at most so many tickets, with these gaps between."""
    found: dict[str, int] = {}
    for length in range(1, most + 1):
        for names in product(("small", "big", "gone"), repeat=length):
            for gaps in product(GAPS, repeat=length - 1):
                one, other = begun(old, new)
                for name, gap in zip(names, (0, *gaps), strict=True):
                    for story in (one, other) if gap else ():
                        story.wait_until(story.clock + timedelta(days=gap))
                    one.tell([Action("ticket", name)])
                    other.tell([Action("ticket", name)])
                answers = [replay(case.policy, one.account, one.clock) for case in (old, new)]
                kind = differing(answers[0], answers[1], one.clock)
                if kind:
                    found.setdefault(kind, length)
    return found


@pytest.mark.parametrize(
    "rules, rule, dates",
    [
        (
            "rule r: incurred(a) in 30 days >= 20 -> once\nrule s: once and incurred(a) in 30 days <= 10 -> ban 3d\n",
            "s",
            ["01-05", "02-04"],
        ),
        ("rule r: e >= 20 -> once\nrule s: once and e <= 10 -> ban 2d\n", "s", ["01-05", "01-06", "07-05"]),
        (
            "rule s: incurred(a) in 30 days <= 10 and incurred(a) in 90 days >= 50 -> ban 3d\n",
            "s",
            ["01-05", "01-06", "02-05"],
        ),
    ],
)
def test_a_rule_that_fires_when_something_has_become_old(rules: str, rule: str, dates: list[str]) -> None:
    case = shop(rules)
    found = can_fire(case, next(one for one in case.looked.rules if one.name == rule))
    assert found.story is not None
    assert [f"{event.recorded:%m-%d}" for event in found.story.events] == dates
    assert any(one.rule.name == rule and one.at == found.story.clock for one in found.story.answer().decisions)


def test_of_a_short_window_in_a_long_one_nothing_is_claimed_that_is_not_known() -> None:
    """As many points within 90 days as within 30 there are always; the machine does not know that."""
    case = shop("rule s: incurred(a) in 30 days >= 30 and incurred(a) in 90 days <= 20 -> ban 3d\n")
    found = can_fire(case, case.looked.rules[0])
    assert found.story is None and not found.proved and found.why == "no-history"
