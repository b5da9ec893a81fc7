"""Random worlds are what they promise: policies that compile, histories that can be read, the same for one seed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from tests.worlds import World, account, compiled, seeded
from tests.worlds.statistics import THINGS, happens
from tests.worlds.strategies import worlds


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_drawn_worlds_compile_and_can_be_read(world: World) -> None:
    policy = compiled(world.texts)
    assert not account(world.history, policy).problems
    assert world.instants(policy)


def test_one_seed_is_one_world(tmp_path: Path) -> None:
    _, (world,) = seeded(7)
    _, (again,) = seeded(7)
    assert world == again
    world.write(tmp_path)
    assert World.read(tmp_path) == world


def test_worlds_differ_and_use_every_version_count() -> None:
    drawn = [seeded(seed) for seed in range(40)]
    assert {len(policy.versions) for policy, _ in drawn} == {1, 2, 3}
    assert len({str(world.history) for _, (world,) in drawn}) > 30


def test_what_an_interpreter_can_get_wrong_happens_often() -> None:
    """Over a thousand worlds each thing happens in about a tenth or more; a hundred must show half of that."""
    seen = Counter(
        thing for seed in range(100) for policy, (world,) in [seeded(seed)] for thing in happens(policy, world)
    )
    assert not [thing for thing in THINGS if seen[thing] < 5]
    assert not set(seen) - set(THINGS)
