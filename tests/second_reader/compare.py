"""The two interpreters side by side on random worlds.

python -m tests.second_reader.compare --seed 1 --count 100000
python -m tests.second_reader.compare --families all --seed 1 --count 10000

With `--families` (`all`, or some of them by name) the worlds use what the language gained beside its core, and the
features that were drawn are counted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import Any

from policyctl.explain.as_json import as_json
from policyctl.history.events import Account
from policyctl.policy.form import Policy
from policyctl.replay.replay import replay
from tests.second_reader.standing import answer
from tests.worlds import World, seeded
from tests.worlds.families import FAMILIES, worlds

HISTORIES = 3
"""Histories for each random policy: to compile one takes longer than to replay."""

Json = Any

LEFT_OUT: Mapping[str, frozenset[str]] = {
    "": frozenset({"schema", "merchant", "known_at", "appeals", "overrides", "late", "compared", "readings"}),
    "policy": frozenset({"name", "digest", "text_digest", "tzdata"}),
    "decisions": frozenset({"cite", "source", "readings", "exceptions"}),
    "for_review": frozenset({"cite", "source", "readings", "exceptions"}),
    "because": frozenset({"entries", "earlier", "ended", "facts"}),
    "anomalies": frozenset({"message", "help", "events"}),
    "pending": frozenset({"triggers"}),
    "silent": frozenset({"due"}),
}
"""What the page does not fix, of the records under a name: words, digests, what does not happen yet, and how the
entries behind a reason are spread over several decisions (`tests/replay` holds these to their sums). All else is
compared."""

IF_MISSING: Mapping[str, Mapping[str, Json]] = {
    "decisions": {"confirmed": None, "events": []},
    "for_review": {"confirmed": None, "events": []},
    "effects": {"dropped": None, "lifted": None, "ended": None},
    "because": {"holds": True},
    "parts": {"permanent": None},
    "rescinded": {"kept": []},
    "lighter": {"kept": []},
}
"""Fields that are printed only where they say something."""

ANY_ORDER = ("silent", "anomalies", "pending", "also", "ledger_events", "rescinded", "lighter", "for_review")


def first(policy: Policy, account: Account, at: datetime, known: datetime | None = None) -> Json:
    """The answer of the reference interpreter, as far as it is compared."""
    said = as_json(replay(policy, account, at, known))
    # What the platform says it decided changes nothing.
    said["anomalies"] = [one for one in said["anomalies"] if one["code"] != "decided-not-compared"]
    return _compared(said)


def second(policy: Policy, account: Account, at: datetime, known: datetime | None = None) -> Json:
    """The answer of the second reader, as far as it is compared."""
    return _compared(answer(policy, account, at, known))


def _compared(value: Json, under: str = "") -> Json:
    if isinstance(value, list):
        chosen = [_compared(one, under) for one in value]
        return sorted(chosen, key=str) if under in ANY_ORDER else chosen
    if isinstance(value, dict):
        left_out = LEFT_OUT.get(under, frozenset()) | {"spared"}  # words about a ticket, of any identity
        full = {**IF_MISSING.get(under, {}), **({"lapses": []} if "ledgers" in value else {}), **value}
        return {name: _compared(full[name], name) for name in sorted(full) if name not in left_out}
    return value


def differences(one: Json, other: Json, path: str = "") -> Iterator[str]:
    """Where two answers differ: a path, what the first says, what the second says."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in [*one, *(name for name in other if name not in one)]:
            yield from differences(one.get(name), other.get(name), f"{path}.{name}")
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) == len(other):
            for place, (left, right) in enumerate(zip(one, other, strict=True)):
                yield from differences(left, right, f"{path}[{place}]")
        else:
            yield f"{path}: only the first has {[x for x in one if x not in other]}, "
            yield f"{path}: only the second has {[x for x in other if x not in one]}"
    elif one != other:
        yield f"{path}: the first says {one!r}, the second {other!r}"


@dataclass(frozen=True)
class Difference:
    """A world on which the interpreters disagree."""

    seed: int
    number: int
    world: World
    """With the one question on which they do."""
    said: tuple[str, ...]


def _said(policy: Policy, account: Account, at: datetime, known: datetime | None) -> tuple[str, ...]:
    """What the interpreters say differently; an exception is something to say, too."""
    try:
        return tuple(differences(first(policy, account, at, known), second(policy, account, at, known)))
    except Exception as error:
        place = extract_tb(error.__traceback__)[-1]
        return (f"raised {error!r}: {Path(place.filename).name}, line {place.lineno}",)


def compare_seed(seed: int, corrected: bool = False) -> tuple[int, list[Difference]]:
    """How many answers were compared for a seed, and where they differ."""
    policy, worlds = seeded(seed, HISTORIES, corrected=corrected)
    compared, found = 0, []
    for number, world in enumerate(worlds):
        account = world.account(policy)
        for question, (at, known) in enumerate(world.questions(policy)):
            said = _said(policy, account, at, known)
            compared += 1
            if said:
                found.append(Difference(seed, number, world.asking(question), said))
    return compared, found


def compare_families(seed: int, families: tuple[str, ...]) -> tuple[int, list[Difference], tuple[str, ...]]:
    """The same for worlds of some families; and which features were drawn."""
    drawn = worlds(seed, families, HISTORIES)
    compared, found = 0, []
    for number, world in enumerate(drawn.worlds):
        account = world.account(drawn.policy)
        for question, (at, known) in enumerate(world.questions(drawn.policy)):
            said = _said(drawn.policy, account, at, known)
            compared += 1
            if said:
                found.append(Difference(seed, number, world.asking(question), said))
    return compared, found, drawn.features


def _one(seed: int, families: tuple[str, ...], corrected: bool) -> tuple[int, list[Difference], tuple[str, ...]]:
    return compare_families(seed, families) if families else (*compare_seed(seed, corrected), ())


def main() -> int:
    """Compare so many worlds; 1 where any differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000, help="how many policies, each with several histories")
    parser.add_argument("--corrected", action="store_true", help="worlds with appeals, revisions and overrides")
    parser.add_argument("--families", nargs="+", default=(), choices=["all", *FAMILIES], help="beside the core")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="a folder for the worlds that differ")
    arguments = parser.parse_args()
    seeds = range(arguments.seed, arguments.seed + arguments.count)
    families = tuple(FAMILIES) if "all" in arguments.families else tuple(arguments.families)
    began, compared, different, drawn = time.monotonic(), 0, 0, Counter[str]()
    one = partial(_one, families=families, corrected=arguments.corrected)
    with ProcessPoolExecutor(arguments.processes) as pool:
        for number, (more, found, features) in enumerate(pool.map(one, seeds, chunksize=20), 1):
            compared += more
            drawn.update(features)
            different += len(found)
            for difference in found:
                print(f"seed {difference.seed}, history {difference.number}, {difference.world.question}")
                print("\n".join(f"  {line}" for line in difference.said[:4]), flush=True)
                if arguments.keep is not None:
                    difference.world.write(arguments.keep / f"{difference.seed}-{difference.number}")
            if number % 1000 == 0:
                print(f"{number} policies, {compared} answers, {different} different", file=sys.stderr, flush=True)
    for feature, often in sorted(drawn.items()):
        print(f"{often:8} {feature}")
    seconds = time.monotonic() - began
    print(f"{len(seeds)} policies, {compared} answers compared, {different} different, in {seconds:.0f} s")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
