"""How long questions about all histories take, and how many states are looked at.

    python -m benchmarks.analyse            # policies of 2 ledgers and 5 rules, up to 6 ledgers and 40 rules
    python -m benchmarks.analyse --seeds 5

Three questions of each policy, each of one that was made at random: which of its rules can ever fire; an invariant
(a rule that closes an identity does so: `never CONDITION and not closed`, or where none does, that two rules never hold
together); and what a change of one number does. Seconds are those of the processor: the median and the worst. Nothing
but what policyctl itself needs is installed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from random import Random
from statistics import median
from time import process_time

from tests.analyse.worlds import changed, compiled, large

from policyctl.analyse.case import Case, cases
from policyctl.analyse.explore import Budget
from policyctl.analyse.live import can_fire
from policyctl.analyse.prove import never
from policyctl.analyse.same import compare
from policyctl.policy.form import AllOf, Condition, FlagUp, Not, Open, Policy

SIZES = ((2, 5), (3, 10), (4, 20), (5, 30), (6, 40))


def measured(question: Callable[[], tuple[int, str]]) -> tuple[float, int, str]:
    """How long a question takes, how many states were looked at, and what came out."""
    start = process_time()
    states, answer = question()
    return process_time() - start, states, answer


def rules(case: Case) -> tuple[int, str]:
    """Which rules can fire."""
    found = [can_fire(case, rule) for rule in case.looked.rules]
    live, dead = sum(one.story is not None for one in found), sum(one.proved for one in found)
    return sum(one.states for one in found), f"{live} live, {dead} dead, {len(found) - live - dead} open"


def invariant(case: Case) -> tuple[int, str]:
    """A condition that should never hold."""
    closing = [r for r in case.looked.rules if any(isinstance(e, Open) and e.sort == "close" for e in r.effects)]
    wrong: Condition
    if closing:
        wrong = AllOf((closing[0].condition, Not(FlagUp("closed"))))
    else:
        wrong = AllOf((case.looked.rules[0].condition, Not(case.looked.rules[-1].condition)))
    found = never(case, wrong, (), Budget())
    return found.states, "proved" if found.proved else "refuted" if found.story else "open"


def difference(old: Case, new: Case) -> tuple[int, str]:
    """What a change does."""
    found = compare(old, new)
    classes = ", ".join(found.witnesses) or "same"
    return found.states, classes if found.proved else f"{classes}, not all"


def made(seed: int, ledgers: int, count: int) -> tuple[Policy, Policy] | None:
    """A policy, and a change of it."""
    text = large(Random(seed), ledgers, count)
    policy, other = compiled(text), compiled(changed(Random(seed + 1), text))
    return None if policy is None or other is None else (policy, other)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    for ledgers, count in SIZES:
        lines: dict[str, list[tuple[float, int, str]]] = {"rules": [], "invariant": [], "diff": []}
        for seed in range(asked.seeds):
            pair = made(seed, ledgers, count)
            if pair is None:
                continue
            [old], [new] = cases(pair[0]), cases(pair[1])
            lines["rules"].append(measured(lambda: rules(old)))  # noqa: B023
            lines["invariant"].append(measured(lambda: invariant(old)))  # noqa: B023
            lines["diff"].append(measured(lambda: difference(old, new)))  # noqa: B023
        for name, found in lines.items():
            seconds = [one for one, _, _ in found]
            states = [one for _, one, _ in found]
            answers = "; ".join(answer for _, _, answer in found)
            sys.stdout.write(
                f"{ledgers} ledgers, {count:2} rules  {name:9}  {median(seconds):5.2f} s, worst {max(seconds):5.2f} s"
                f"  {median(states):7.0f} states, most {max(states)}  ({answers})\n"
            )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
