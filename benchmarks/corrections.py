"""One account with many events and many corrections: seconds to read, replay and print it, and the ratio to the same
account without its appeals; and seconds for its timeline in order of knowledge, for which it is replayed as often as
the record grows. Seconds are those of the processor, so that what else runs on the machine does not count.

python benchmarks/corrections.py
python benchmarks/corrections.py --events 10000 --corrections 100 --timeline
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from policyctl.cli.main import look_for_cycles_seldom
from policyctl.explain.as_json import as_json
from policyctl.history.read import read_account
from policyctl.policy.form import Policy
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.replay.replay import replay, zone_of
from policyctl.timeline.as_json import as_json as timeline_as_json
from policyctl.timeline.recorded import in_order_of_knowledge

CARD = b"general >= 20 -> suspend 3d, fine 2000 clears\nyear_total >= 100000 -> close_identity, no_reset\n"
"""The two lines, with a closure that is never reached: a closed identity would be too easy."""

A_MONTH_AFTER, AT_THE_END, AT_ANY_TIME = "a month after the ticket", "all at the end", "at any time between"
"""When the appeals are decided."""

GOAL = 5.0
"""Seconds for 10,000 events and 100 corrections."""


def account(events: int, corrections: int, appeals: str, seed: int = 1) -> dict[str, Any]:
    """Tickets and payments over three years, a tenth of the tickets late; appeals a month after their ticket, or all
    of them at the end, where each goes back as far as it can, or at any time between the two."""
    chance = random.Random(seed)
    begin, span = datetime(2020, 1, 1, tzinfo=UTC), 3 * 365 * 24 * 60
    found: list[dict[str, Any]] = []
    for number in range(events - corrections):
        at = begin + timedelta(minutes=chance.randrange(span))
        common = {"id": f"E{number}", "identity": "promoter"}
        if chance.random() < 0.3:
            found.append({**common, "event": "payment", "amount": "2000", "at": at.isoformat()})
        else:
            issued = at - timedelta(days=chance.choice([0] * 9 + [60]))
            ticket = {"event": "ticket", "ledger": "general", "points": str(chance.choice([2, 5, 10]))}
            found.append({**common, **ticket, "issued": issued.isoformat(), "effective": at.isoformat()})
    tickets = [one for one in found if one["event"] == "ticket"]
    for number, ticket in enumerate(chance.sample(tickets, corrections)):
        effective, end = datetime.fromisoformat(ticket["effective"]), begin + timedelta(days=3 * 365, hours=number)
        decided = effective + timedelta(days=30)
        if appeals != A_MONTH_AFTER:
            decided = end if appeals == AT_THE_END else effective + (end - effective) * chance.random()
        appeal = {"event": "appeal", "id": f"A{number}", "ticket": ticket["id"], "outcome": "annulled"}
        found.append({**appeal, "at": decided.isoformat()})
    return {"merchant": "m", "events": found}


def compiled() -> Policy:
    """The policy."""
    [policy] = compile_texts([PolicyText("card.policy", Path("card.policy"), CARD)]).policies.values()
    assert policy is not None
    return policy


def seconds(history: dict[str, Any]) -> tuple[float, int, int]:
    """Seconds for one answer; how many decisions were rescinded, and are for review."""
    policy, text = compiled(), json.dumps(history)
    zone, begun = zone_of(policy), time.process_time()
    answer = replay(policy, read_account(text, zone, "m.json"), zone.read("2024-01-01"))
    json.dumps(as_json(answer))
    return time.process_time() - begun, len(answer.rescinded), len(answer.for_review)


def timeline_seconds(history: dict[str, Any]) -> float:
    """Seconds for the timeline in order of knowledge."""
    policy, text = compiled(), json.dumps(history)
    zone, begun = zone_of(policy), time.process_time()
    found = in_order_of_knowledge(policy, read_account(text, zone, "m.json"), zone.read("2024-01-01"))
    json.dumps(timeline_as_json(found))
    return time.process_time() - begun


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--corrections", type=int, default=100)
    parser.add_argument("--timeline", action="store_true", help="the timeline in order of knowledge, too")
    asked = parser.parse_args()
    look_for_cycles_seldom()
    print(
        f"one account, {asked.events} events, {asked.corrections} of them appeals; goal {GOAL:g} s for 10000 and 100\n"
    )
    print("appeals                     seconds  without  ratio  rescinded  for review  timeline")
    for words in (A_MONTH_AFTER, AT_THE_END, AT_ANY_TIME):
        history = account(asked.events, asked.corrections, words)
        plain = {**history, "events": [one for one in history["events"] if one["event"] != "appeal"]}
        took, rescinded, review = seconds(history)
        without, _, _ = seconds(plain)
        timeline = timeline_seconds(history) if asked.timeline else math.nan
        print(f"{words:26} {took:8.2f} {without:8.2f} {took / without:6.1f} {rescinded:10} {review:11} {timeline:9.1f}")


if __name__ == "__main__":
    main()
