"""Random worlds as files, or a summary of what they hold.

python -m tests.worlds --seed 1 --count 20 --out FOLDER
python -m tests.worlds --seed 1 --count 1000 --statistics [--corrected]
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from policyctl.policy.form import Policy
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay
from tests.worlds.corrected import CORRECTED, corrected
from tests.worlds.statistics import THINGS, happens
from tests.worlds.world import World, seeded


def main() -> None:
    """Write the worlds of some seeds into folders named after them, or count what happens in them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--out", type=Path, help="a folder for the worlds; without it a summary is printed")
    parser.add_argument("--statistics", action="store_true", help="the share of worlds in which each thing happens")
    parser.add_argument("--corrected", action="store_true", help="worlds with appeals, revisions and overrides")
    arguments = parser.parse_args()
    seen: Counter[str] = Counter()
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        policy, (world,) = seeded(seed, corrected=arguments.corrected)
        if arguments.out is not None:
            world.write(arguments.out / str(seed))
        elif arguments.statistics:
            seen.update(happens(policy, world) | (corrected(policy, world) if arguments.corrected else set()))
        else:
            seen.update({"worlds", *_happened(policy, world)})
    if arguments.statistics:
        for thing in (*THINGS, *(CORRECTED if arguments.corrected else ())):
            print(f"{100 * seen[thing] / arguments.count:6.1f} % {thing}")
        return
    if arguments.out is not None:
        print(f"{arguments.count} worlds in {arguments.out}")
    for what, number in sorted(seen.items()):
        print(f"{number:8} {what}")


def _happened(policy: Policy, world: World) -> Iterator[str]:
    """What a world holds, and what happens in it up to the last instant asked about."""
    yield f"versions: {len(policy.versions)}"
    answer = replay(policy, world.account(policy), max(world.instants(policy)))
    yield from (f"ledger: {event.kind}" for event in answer.ledger_events)
    yield from (f"anomaly: {problem.code}" for problem in answer.anomalies)
    yield from (f"not fired: {judgement.reason}" for judgement in answer.judgements if judgement.reason)
    yield from _decided(answer)


def _decided(answer: Answer) -> Iterator[str]:
    for decision in answer.decisions:
        yield from (f"effect: {outcome.effect.sort}" for outcome in decision.outcomes)
        if len(decision.tickets) > 1:
            yield "decision: by several tickets"
        if any(outcome.times > 1 for outcome in decision.outcomes):
            yield "decision: several times at once"
    if len({decision.version.since for decision in answer.decisions}) > 1:
        yield "decision: under several versions"
    for fine in (fine for status in answer.status for fine in status.fines):
        yield "fine: open" if fine.open else "fine: dropped" if fine.dropped else "fine: paid"
        if any(part.at == fine.opened for part in fine.payments):
            yield "fine: paid at the instant of its decision"
        if fine.cleared_at is not None and fine.cleared_at == fine.served_at:
            yield "fine: cleared when served"
    if any(running.also for status in answer.status for running in status.sanctions):
        yield "sanction: several run at once"


if __name__ == "__main__":
    main()
