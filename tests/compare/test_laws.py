"""Laws of comparisons, on random worlds."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import pytest

from policyctl.compare.compare import compare
from policyctl.explain.as_json import as_json
from policyctl.policy.form import Overlap, Policy
from policyctl.replay.replay import replay
from tests.worlds import World, account, seeded

SEEDS = range(48)


def worlds(seeds: Iterable[int] = SEEDS) -> Iterator[tuple[int, Policy, World]]:
    """Worlds in which nothing was recorded yet."""
    for seed in seeds:
        policy, [world] = seeded(seed)
        kept = [event for event in world.history["events"] if event.get("event") != "decided"]
        yield seed, policy, World(world.texts, {**world.history, "events": kept}, world.asked)


def recorded(answer: Any, chance: random.Random) -> Iterator[dict[str, Any]]:
    """The records of a platform that imposes just what an answer says: some name the decision, some a ticket."""
    waived: dict[str, list[Any]] = {}
    for status in answer["status"].values():
        for fine in status["fines"]:
            waived.setdefault(fine["decision"], []).append(fine["waived"])
    for decision in answer["decisions"]:
        left = iter(waived.get(decision["id"], []))
        for effect in decision["effects"]:
            event = {"event": "decided", "identity": decision["identity"], "name": effect["name"]}
            event |= {"from": effect["from"], "at": effect["from"]}
            match chance.randrange(3):
                case 0:
                    event["decision"] = decision["id"]
                case 1 if decision["tickets"]:
                    event["ticket"] = chance.choice(decision["tickets"])
            match effect["kind"]:
                case "sanction" if effect["parts"] and chance.random() < 0.3:
                    for part in effect["parts"]:
                        ends = [end for end in (part["until"], effect.get("dropped")) if end is not None]
                        # Parts name the decision: whose they are can be unclear where two impose the same at once.
                        named = {**event, "decision": decision["id"], "name": part["name"]}
                        yield {**named, "until": min(ends, default=None)}
                case "sanction" | "close":
                    yield {**event, "until": effect.get("dropped") or effect["until"]}
                case "fine":
                    amount = money(effect["amount"]) - money(next(left))
                    if amount:
                        yield {**event, "amount": str(amount / 1000)}
                case _ if chance.random() < 0.5:
                    yield event


def money(text: str | None) -> int:
    """An amount in thousandths; nothing is finer in random worlds."""
    thousandths = Fraction(text or 0) * 1000
    assert thousandths.denominator == 1
    return int(thousandths)


def one_after_the_other(policy: Policy) -> bool:
    """Whether any sanction is moved by others, so that it does not start with its decision."""
    choices = [choice for version in policy.versions for choice in version.choices]
    return any(isinstance(choice, Overlap) and choice.rule == "consecutive" for choice in choices)


def test_what_the_answer_says_is_the_same() -> None:
    compared = 0
    for seed, policy, world in worlds():
        if one_after_the_other(policy):
            continue
        for at in world.instants(policy):
            chance = random.Random(f"{seed} {at}")
            answer = as_json(replay(policy, account(world.history, policy), at))
            records = [{**one, "id": f"record{n}"} for n, one in enumerate(recorded(answer, chance))]
            if not records:
                continue
            chance.shuffle(records)
            one = account({**world.history, "events": [*world.history["events"], *records]}, policy)
            found = compare(policy, one, replay(policy, one, at), causes=False)
            assert found is not None
            assert {pair.verdicts for pair in found.pairs} == {("same",)}, (seed, at, found)
            assert found.same == len(records)
            compared += len(records)
    assert compared > 100


def mistaken(records: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    """Records of a platform that makes mistakes."""
    found = []
    for n, one in enumerate(records):
        match chance.randrange(6):
            case 0:
                continue
            case 1:
                one = {**one, "until": None}
            case 2 if one.get("amount") is not None:
                one = {**one, "amount": "7"}
            case 3:
                one = {key: value for key, value in one.items() if key not in ("decision", "ticket", "from")}
            case 4:
                found.append({**one, "id": f"again{n}"})
        found.append(one)
    return found


@pytest.mark.parametrize("part", range(3))
def test_no_order_of_the_file_is_left(part: int) -> None:
    """Shuffled events: the same comparison, causes and all. No record answers to two things, none is passed over."""
    compared = 0
    for seed, policy, world in worlds(SEEDS[part::6]):
        at = world.instants(policy)[-1]
        chance = random.Random(seed)
        answer = as_json(replay(policy, account(world.history, policy), at))
        records = [{**one, "id": f"record{n}"} for n, one in enumerate(recorded(answer, chance))]
        records = mistaken(records, chance)
        events = [*world.history["events"], *records]
        told = []
        for _ in range(2):
            one = account({**world.history, "events": events}, policy)
            now = replay(policy, one, at)
            found = compare(policy, one, now)
            told.append(json.dumps(as_json(now, comparison=found)))
            events = chance.sample(events, len(events))
            if found is None:
                assert not records
                continue
            actual = [pair.actual.id for pair in found.pairs if pair.actual is not None]
            assert sorted(actual) == sorted(record["id"] for record in records)
            wanted = [
                (pair.expected.decision.id, pair.expected.place, pair.expected.part_of, pair.expected.name)
                for pair in found.pairs
                if pair.expected is not None
            ]
            assert len(set(wanted)) == len(wanted)
            compared += found.different
        assert told[0] == told[1], seed
    assert compared > 5
