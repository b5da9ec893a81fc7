"""Corrected records both ways: with stretches that are taken over, and with all gone through again. Every byte of the
answers must be the same.

python -m tests.corrections.both_ways --seed 1 --count 1000
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from policyctl.explain.as_json import as_json
from policyctl.history.events import Account
from policyctl.policy.form import Policy
from policyctl.replay import stretches
from policyctl.replay.growing import Growing
from policyctl.replay.replay import replay, replayed, zone_of
from policyctl.replay.stretch import Stretch
from policyctl.timeline.as_json import as_json as timeline_as_json
from policyctl.timeline.effect import in_order_of_effect
from policyctl.timeline.recorded import in_order_of_knowledge
from tests.worlds.read import account as read
from tests.worlds.read import compiled
from tests.worlds.world import World, seeded

CARD = "general >= 20 -> suspend 3d, fine 2000 clears\nyear_total >= 100 -> close_identity, no_reset\n"
HISTORIES = 3
"""Random worlds of a seed: to compile their policy takes longer than to replay."""

LAWS = {
    "card": CARD.replace("100", "400"),
    "open": CARD.replace("100", "100000"),
    "closes": CARD,
    "stays": "policy stays\n  use standard\n  annulment stays cleared\n" + CARD.replace("100", "100000"),
    "served": CARD.replace("clears", "clears when served").replace("100", "600"),
    "window": (
        "general >= 20 -> suspend 3d, fine 2000 clears\nincurred(general) in 30 days >= 60 -> suspend 7d\n"
        "live(general) in 20 days >= 30 -> suspend 10d, fine 500\n"
    ),
    "flags": (
        "policy flags\n  version 2020-01-01\n  timezone UTC\n  currency CNY\n  annulment refunds and revives\n"
        "identities promoter\nledger general resets every quarter unless kept\nflag watched per period\n"
        "flag kept per period\nflag known\nsanction suspend\n"
        "rule watch: general >= 20 -> watched\nrule know: general >= 60 -> known\nrule keep: general >= 50 -> kept\n"
        "rule again: general >= 40 and watched -> suspend 3d, fine 2000 clears\n"
        "rule first: general >= 30 and not known -> suspend 1d\n"
    ),
    "every": "every 25 of general -> suspend 2d, fine 1000 each clears\nevery 40 of year_total -> suspend 5d\n",
}


@contextmanager
def length(instants: int | None) -> Iterator[Counter[str]]:
    """Stretches of so many instants (None: none are taken over); counts those taken over, and what was in them."""
    taken: Counter[str] = Counter()
    take_over = Stretch.take_over

    def counted(stretch: Stretch, state: Any) -> None:
        taken["stretches"] += 1
        taken["decisions"] += len(stretch.fired)
        taken["for review"] += len(stretch.for_review)
        taken["clearings"] += len(dict(stretch.grown).get("ledger_events", ()))
        taken["leaving a window"] += len(stretch.come)
        held = (state.books.numbered(before.number).balance != before.balance for before, _ in stretch.books)
        taken["with another balance"] += any(held)
        take_over(stretch, state)

    with patch.object(stretches, "LENGTH", instants), patch.object(Stretch, "take_over", counted):
        yield taken


def said(policy: Policy, account: Account, at: datetime, known: datetime | None) -> tuple[str, str]:
    """All that an answer says, and all that it is made of."""
    answer = replay(policy, account, at, known)
    made_of = (
        answer.decisions, answer.rescinded, answer.for_review, answer.status, answer.silent, answer.anomalies,
        answer.ledger_events, answer.judgements,
    )  # fmt: skip
    return json.dumps(as_json(answer)), repr(made_of)


def timelines(policy: Policy, account: Account, at: datetime, known: datetime | None) -> str:
    """Both timelines."""
    orders = in_order_of_effect, in_order_of_knowledge
    return json.dumps([timeline_as_json(order(policy, account, at, known)) for order in orders])


def world_differs(
    world: World, lengths: tuple[int, ...] = (1, 3), ordered: bool = True
) -> tuple[str | None, Counter[str]]:
    """In what a world differs (None: in nothing), and what was taken over."""
    policy = compiled(world.texts)
    account, taken = world.account(policy), Counter[str]()
    for at, known in world.questions(policy):
        for tell in (said, timelines) if ordered else (said,):
            with length(None):
                slow = tell(policy, account, at, known)
            for instants in lengths:
                with length(instants) as counted:
                    fast = tell(policy, account, at, known)
                taken.update(counted)
                if fast != slow:
                    return f"{tell.__name__} at {at}, known at {known}, stretches of {instants}", taken
    return None, taken


def large(law: str, seed: int, events: int = 300, corrections: int = 12) -> tuple[Policy, Account, datetime]:
    """An account like that of `benchmarks/corrections.py`: appeals at any time from a week after the ticket on."""
    chance = random.Random(f"{law} {seed}")
    begin, days = datetime(2020, 3, 1, tzinfo=UTC), chance.choice([200, 500, 900])
    found: list[dict[str, Any]] = []
    for number in range(events):
        at = begin + timedelta(minutes=chance.randrange(days * 24 * 60) // 30 * 30)
        common = {"id": f"E{number}", "identity": "promoter"}
        if chance.random() < 0.35:
            amount = chance.choice(["2000", "2000", "1500", "500"])
            named = {"decision": f"rule@E{chance.randrange(events)}"} if chance.random() < 0.03 else {}
            found.append({**common, "event": "payment", "amount": amount, "at": at.isoformat(), **named})
        else:
            issued = at - timedelta(days=chance.choice([0] * 19 + [60]))
            ticket = {"event": "ticket", "ledger": "general", "points": str(chance.choice([2, 5, 10]))}
            found.append({**common, **ticket, "issued": issued.isoformat(), "effective": at.isoformat()})
    tickets = [one for one in found if one["event"] == "ticket"]
    layout = chance.choice(["end", "month", "any"])
    for number, ticket in enumerate(chance.sample(tickets, corrections)):
        effective, end = datetime.fromisoformat(ticket["effective"]), begin + timedelta(days=days)
        decided = {
            "end": end + timedelta(hours=number),
            "month": effective + timedelta(days=30),
            "any": effective + (end - effective) * chance.random(),
        }[layout]
        outcome = {"outcome": "reduced", "points": "1"} if chance.random() < 0.2 else {"outcome": "annulled"}
        appeal = {"event": "appeal", "id": f"A{number}", "ticket": ticket["id"], "at": decided.isoformat()}
        found.append({**appeal, **outcome})
    policy = compiled({"law.policy": LAWS[law]})
    asked = begin + timedelta(days=days + chance.choice([-50, 30, 400]))
    return policy, read({"merchant": "m", "events": found}, policy), asked


def large_differs(law: str, seed: int, lengths: tuple[int, ...] = (5, 20)) -> tuple[str | None, Counter[str]]:
    """In what a large account differs (None: in nothing), and what was taken over."""
    policy, account, at = large(law, seed)
    taken = Counter[str]()
    with length(None):
        slow = said(policy, account, at, None)
    for instants in lengths:
        with length(instants) as counted:
            fast = said(policy, account, at, None)
        taken.update(counted)
        if fast != slow:
            return f"law {law}, stretches of {instants}", taken
    return None, taken


def growing_differs(policy: Policy, account: Account, at: datetime, instants: int = 4) -> datetime | None:
    """When an answer that goes on from the last one differs, while a record grows, from one that is made anew; None:
    never. Its stretches are of so many instants."""
    growing = Growing(policy, zone_of(policy))
    for known in sorted({event.recorded for event in account.events}):
        with length(None):
            anew = replayed(policy, account, at, known)
        with length(instants):
            found = replayed(policy, account, at, known, growing)
        told = ((as_json(one.answer), one.answer.status, one.answer.judgements) for one in (found, anew))
        if next(told) != next(told):
            return known
    return None


def _grows(seed: int) -> tuple[int, str | None, Counter[str]]:
    with length(None):
        _, found = seeded(seed, corrected=True)
    for world in found:
        policy = compiled(world.texts)
        for at, _ in world.questions(policy)[:2]:
            if known := growing_differs(policy, world.account(policy), at, 1):
                return seed, f"growing, at {at}, known at {known}", Counter()
    law = sorted(LAWS)[seed % len(LAWS)]
    if known := growing_differs(*large(law, seed, events=120, corrections=10)):
        return seed, f"growing, law {law}, known at {known}", Counter()
    return seed, None, Counter()


def _seed(seed: int) -> tuple[int, str | None, Counter[str]]:
    taken = Counter[str]()
    with length(None):  # to find a history that is worth while is to replay many
        _, found = seeded(seed, HISTORIES, corrected=True)
    for world in found:
        differs, counted = world_differs(world, (1 + seed % 3,), ordered=seed % 10 == 0)
        taken.update(counted)
        if differs:
            return seed, differs, taken
    return seed, None, taken


def _large(seed: int) -> tuple[int, str | None, Counter[str]]:
    taken = Counter[str]()
    for law in LAWS:
        differs, counted = large_differs(law, seed)
        taken.update(counted)
        if differs:
            return seed, differs, taken
    return seed, None, taken


def main() -> None:
    """Compare, and say where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--large", action="store_true", help="large accounts under each law, instead of random worlds")
    parser.add_argument("--growing", action="store_true", help="records that grow, against answers made anew")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    taken, wrong, seeds = Counter[str](), 0, range(asked.seed, asked.seed + asked.count)
    with ProcessPoolExecutor(asked.processes) as pool:
        compare = _large if asked.large else _grows if asked.growing else _seed
        for seed, differs, counted in pool.map(compare, seeds, chunksize=5):
            taken.update(counted)
            if differs:
                wrong += 1
                print(f"seed {seed}: {differs}", flush=True)
            if seed % 25 == 0:
                print(f"up to seed {seed}: {wrong} differ", flush=True)
    print(f"{asked.count} seeds, {wrong} differ; taken over: {dict(taken)}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
