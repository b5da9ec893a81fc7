"""Stretches that are taken over change nothing: every byte of the answers is the same as when all is gone through.
Drawn worlds are in `test_laws`."""

from __future__ import annotations

from collections import Counter

import pytest

from policyctl.replay.replay import zone_of
from tests.corrections.both_ways import LAWS, growing_differs, large, large_differs, world_differs
from tests.corrections.story import CARD, appeal, ticket
from tests.worlds.read import account, compiled
from tests.worlds.world import seeded


def test_random_worlds() -> None:
    taken: Counter[str] = Counter()
    for seed in range(1, 25):
        _, (world,) = seeded(seed, corrected=True)
        differs, counted = world_differs(world, (1,), ordered=seed % 12 == 0)
        assert differs is None, f"seed {seed}: {differs}"
        taken.update(counted)
    assert taken["stretches"] > 10, "hardly anything was taken over"


@pytest.mark.parametrize("law", sorted(LAWS))
def test_large_accounts(law: str) -> None:
    taken: Counter[str] = Counter()
    for seed in (1, 2, 3):
        differs, counted = large_differs(law, seed)
        assert differs is None, f"seed {seed}: {differs}"
        taken.update(counted)
    assert taken["stretches"] > 100, "hardly anything was taken over"
    assert taken["decisions"] > 10 or law == "closes"
    if law in ("card", "open", "stays", "served"):
        assert taken["with another balance"] > 0
    if law in ("window", "every"):
        assert taken["clearings"] > 0
    if law == "window":
        assert taken["leaving a window"] > 100


@pytest.mark.parametrize("law", sorted(LAWS))
def test_records_that_grow(law: str) -> None:
    """An answer that goes on from the last one, with what is new and with new corrections, is one made anew."""
    assert growing_differs(*large(law, 1, events=60, corrections=8)) is None


def test_a_ticket_repealed_before_the_start() -> None:
    """Kept case, found by `both_ways --growing --seed 14`: what happens before the replay begins was passed over where
    a growing record had to begin anew."""
    events = (
        ticket("T", "general", "20", "2021-03-10T00:00:00Z", issued="2021-03-01T00:00:00Z"),
        appeal("A", "T", "repealed", "2021-03-02T00:00:00Z", recorded="2021-03-01T00:00:00Z"),
        ticket("U", "general", "10", "2021-05-01T00:00:00Z"),
        appeal("B", "U", "reduced", "2021-06-01T00:00:00Z", points="5"),
    )
    policy = compiled({"card.policy": CARD})
    at = zone_of(policy).read("2021-12-01")
    assert growing_differs(policy, account({"merchant": "m", "events": events}, policy), at) is None


def test_a_period_that_an_act_begins() -> None:
    """An act that came on record later begins the periods from then on, also where the replay only goes on."""
    text = "acts renewed\nledger points resets every 12 months from renewed\nrule node: points >= 10 -> ban 3d\n"
    policy = compiled(
        {"acts.policy": f"policy p\n  timezone UTC\n  annulment refunds and revives\nsanction ban\n{text}"}
    )
    events = (
        *(ticket(f"T{month}", "points", "10", f"2021-{month:02}-01T00:00:00Z") for month in range(1, 10)),
        {"event": "act", "id": "E", "name": "renewed", "at": "2021-06-15T00:00:00Z"},
        appeal("A", "T2", "annulled", "2021-03-15T00:00:00Z"),
    )
    said = [{name: value for name, value in event.items() if name != "identity"} for event in events]
    at = zone_of(policy).read("2021-12-01")
    assert growing_differs(policy, account({"merchant": "m", "events": said}, policy), at) is None
