"""Random worlds are what they promise: policies that compile, histories that can be read, the same for one seed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from tests.worlds import World, account, compiled, seeded
from tests.worlds.corrected import CORRECTED, corrected
from tests.worlds.statistics import THINGS, happens
from tests.worlds.strategies import worlds


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_drawn_worlds_compile_and_can_be_read(world: World) -> None:
    policy = compiled(world.texts)
    assert not account(world.history, policy).problems
    assert world.instants(policy)


def test_one_seed_is_one_world(tmp_path: Path) -> None:
    for seed, with_corrections in ((7, False), (7, True), (8, True)):
        _, (world,) = seeded(seed, corrected=with_corrections)
        _, (again,) = seeded(seed, corrected=with_corrections)
        assert world == again
        folder = tmp_path / f"{seed}-{with_corrections}"
        world.write(folder)
        assert World.read(folder) == world


def test_worlds_differ_and_use_every_version_count() -> None:
    drawn = [seeded(seed) for seed in range(40)]
    assert {len(policy.versions) for policy, _ in drawn} == {1, 2, 3}
    assert len({str(world.history) for _, (world,) in drawn}) > 30


def test_what_an_interpreter_can_get_wrong_happens_often() -> None:
    """Over a thousand worlds each thing happens in about a tenth or more; a hundred must show half of that, and fewer
    mostly do."""
    seen = Counter[str]()
    for seed in range(100):
        policy, (world,) = seeded(seed)
        seen.update(happens(policy, world))
        if all(seen[thing] >= 5 for thing in THINGS):
            break
    assert not [thing for thing in THINGS if seen[thing] < 5]
    assert not set(seen) - set(THINGS)


SELDOM = {
    "excess for review",
    "money owed back for times taken off",
    "a clear stays although its fine was taken back",
    "late ticket out of time",
    "appeal filed and rejected",
    "appeal while its ticket waits to be final",
    "confirm before a correction",
    "decision confirmed and then rescinded",
}
"""They happen in about one world of fifty, of a hundred, or of three hundred."""


def test_what_corrections_can_get_wrong_happens_often() -> None:
    """Of the things that corrections do, nearly all happen among sixty worlds, and mostly among fewer."""
    seen, often = set[str](), set(CORRECTED) - SELDOM
    for seed in range(60):
        policy, (world,) = seeded(seed, corrected=True)
        seen |= corrected(policy, world)
        if often <= seen:
            break
    assert not [thing for thing in CORRECTED if thing not in SELDOM and thing not in seen]
    assert not seen - set(CORRECTED)
