"""One account with ever more acts: seconds of processor time to read, replay and print it, and the ratio to the
smallest. Rules look at every act: at a count over a window, at one of acts of which something holds, and, for
the end of a flag and of a sanction, at counts of acts since these began.

Time that grows with the number of acts alone has the ratio of their numbers. (All numbers in the policy are invented.)

python benchmarks/acts.py [--sizes 500 1000 5000 10000]
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from policyctl.explain.as_json import as_json
from policyctl.history.read import read_account
from policyctl.policy.form import Policy
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.replay.replay import replay, zone_of

POLICY = b"""\
policy acts
  timezone America/Los_Angeles

acts order_done
attribute on_time = yes, no
ledger open_points expires after 180 local days
offence violation -> open_points +40

measure rating = max(0, min(1000, 200 + 4 * whole(count(order_done) in 180 days / 200) - open_points))
measure late = count(order_done where on_time = no) in 3 months

flag at_risk
sanction limited

rule risk: rating < 200 -> at_risk until rating >= 100000
rule often_late: late >= 5 -> limited until 100000 order_done
"""

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)


def account(acts: int) -> dict[str, Any]:
    """Orders over a year, each twentieth late, and a violation behind a tenth of them."""
    each = timedelta(days=365) / acts
    events: list[dict[str, Any]] = [
        {
            "event": "act",
            "id": f"O{number}",
            "name": "order_done",
            "at": (BEGIN + each * number).isoformat(),
            "attributes": {"on_time": "no" if number % 20 == 0 else "yes"},
        }
        for number in range(acts)
    ]
    effective = (BEGIN + each * (acts // 10)).isoformat()
    events.append({"event": "ticket", "id": "V", "offence": "violation", "effective": effective})
    return {"merchant": "m", "events": events}


def compiled() -> Policy:
    """The policy."""
    [policy] = compile_texts([PolicyText("acts.policy", Path("acts.policy"), POLICY)]).policies.values()
    assert policy is not None
    return policy


def seconds(acts: int) -> tuple[float, int]:
    """Seconds for one answer just after the last act, and how many decisions it has."""
    policy, text = compiled(), json.dumps(account(acts))
    zone, begun = zone_of(policy), time.process_time()
    answer = replay(policy, read_account(text, zone, "m.json"), BEGIN + timedelta(days=365))
    json.dumps(as_json(answer))
    return time.process_time() - begun, len(answer.decisions)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 1000, 5000, 10_000])
    sizes = parser.parse_args().sizes
    print("  acts  seconds  ratio  decisions")
    smallest = None
    for acts in sizes:
        took, decisions = seconds(acts)
        smallest = smallest or took
        print(f"{acts:6} {took:8.2f} {took / smallest:6.1f} {decisions:10}")


if __name__ == "__main__":
    main()
