"""The two interpreters agree: on random worlds, and on every case that was kept because they once did not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policyctl.history.events import Account
from policyctl.instants import Zone
from policyctl.policy.form import Policy
from tests.second_reader.compare import HISTORIES, compare_families, compare_seed, differences, first, second
from tests.worlds import account, compiled
from tests.worlds.families import FAMILIES

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())
POLICIES, CORRECTED, OF_A_FAMILY, AT_ONCE = 40, 20, 6, 10


@pytest.mark.parametrize("start", range(1, POLICIES + 1, AT_ONCE))
def test_random_worlds(start: int) -> None:
    compared = 0
    for seed in range(start, start + AT_ONCE):
        more, found = compare_seed(seed)
        compared += more
        assert not found, f"seed {seed}, history {found[0].number}, {found[0].world.question}: {found[0].said}"
    assert compared >= AT_ONCE * HISTORIES


@pytest.mark.parametrize("start", range(1, CORRECTED + 1, AT_ONCE))
def test_random_worlds_with_corrections(start: int) -> None:
    for seed in range(start, start + AT_ONCE):
        more, found = compare_seed(seed, corrected=True)
        assert more >= HISTORIES
        assert not found, f"seed {seed}, history {found[0].number}, {found[0].world.question}: {found[0].said}"


@pytest.mark.parametrize("family", FAMILIES)
def test_random_worlds_of_a_family(family: str) -> None:
    for seed in range(1, OF_A_FAMILY + 1):
        more, found, features = compare_families(seed, (family,))
        assert more >= HISTORIES and features
        assert not found, f"seed {seed}, history {found[0].number}, {found[0].world.question}: {found[0].said}"


def _lacks(expected: Any, said: Any, path: str = "") -> list[str]:
    """What an answer does not say although it is expected; of objects only the fields that are named count."""
    if isinstance(expected, dict) and isinstance(said, dict):
        return [lack for name in expected for lack in _lacks(expected[name], said.get(name), f"{path}.{name}")]
    if isinstance(expected, list) and isinstance(said, list) and len(expected) == len(said):
        pairs = zip(expected, said, strict=True)
        return [lack for place, (one, other) in enumerate(pairs) for lack in _lacks(one, other, f"{path}[{place}]")]
    return [] if expected == said else [f"{path}: {expected!r} is expected, not {said!r}"]


def _kept(case: Path) -> tuple[Policy, Account, dict[str, Any]]:
    """A kept case: the policy, the account, and what is expected when, and why."""
    policy = compiled({path.name: path.read_text("utf-8") for path in sorted((case / "policy").iterdir())})
    events = account(json.loads((case / "history.json").read_text("utf-8")), policy)
    return policy, events, json.loads((case / "expected.json").read_text("utf-8"))


@pytest.mark.parametrize("reader", [first, second], ids=["reference", "second"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_kept_case(case: Path, reader: Any) -> None:
    policy, events, expected = _kept(case)
    zone = Zone(policy.versions[0].settings.timezone)
    for at, facts in expected["at"].items():
        said = reader(policy, events, zone.read(at))
        assert not _lacks(facts, said), expected["why"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_kept_case_is_read_alike(case: Path) -> None:
    policy, events, expected = _kept(case)
    zone = Zone(policy.versions[0].settings.timezone)
    for at in expected["at"]:
        instant = zone.read(at)
        assert not list(differences(first(policy, events, instant), second(policy, events, instant)))
