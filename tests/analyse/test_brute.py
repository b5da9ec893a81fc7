"""A few random policies, beside all their short histories; `tests.analyse.brute` goes through many."""

from __future__ import annotations

from random import Random

import pytest

from policyctl.analyse.case import cases
from tests.analyse.brute import check_conditions, check_pair, check_rules, check_slices
from tests.analyse.worlds import changed, compiled, small

SEEDS = range(7, 15)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_said_of_all_histories_is_so_of_all_short_ones(seed: int) -> None:
    policy = compiled(small(Random(seed)))
    assert policy is not None
    complaints: list[str] = []
    for case in cases(policy):
        said = [
            *check_rules(case, 2, complaints.append),
            *check_conditions(case, Random(seed), 2, complaints.append),
            *check_slices(case, 5_000, complaints.append),
        ]
        assert said
    assert complaints == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_change_is_told_as_replays_tell_it(seed: int) -> None:
    text = small(Random(seed))
    old, new = compiled(text), compiled(changed(Random(seed), text))
    if old is None or new is None:
        pytest.skip("the change says something that cannot be")
    complaints: list[str] = []
    [one], [other] = cases(old), cases(new)
    assert list(check_pair(one, other, 2, complaints.append))
    assert complaints == []
