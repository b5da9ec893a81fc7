"""A correction makes nobody worse in the past, and gives back all that it takes, where sanctions move and fines are
reckoned: on random records, and on those that once broke it (`moving_cases/*.json`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.corrections.moving import broken, drawn
from tests.worlds.choices import Drawn, Seeded

CASES = sorted(Path(__file__).with_name("moving_cases").glob("*.json"))


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_nobody_is_worse_in_the_past(data: st.DataObject) -> None:
    world = drawn(Drawn(data.draw))
    assert world is None or list(broken(*world)) == []


def test_some_seeds() -> None:
    """Drawn evenly, so that several rules meet."""
    worlds = [world for seed in range(1, 16) if (world := drawn(Seeded(f"moving {seed}"))) is not None]
    assert len(worlds) > 8, "hardly any rules go together"
    for text, events in worlds:
        assert list(broken(text, events)) == [], text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_once_broke_it(case: Path) -> None:
    kept = json.loads(case.read_text("utf-8"))
    assert list(broken("\n".join(kept["policy"]) + "\n", kept["events"])) == []
