"""A few random policies, beside their short histories; `tests.analyse.brute` goes through many."""

from __future__ import annotations

import pytest

from tests.analyse.brute import check


@pytest.mark.parametrize("seed", range(7, 15))
def test_what_is_said_of_all_histories_is_so_of_those_that_are_replayed(seed: int) -> None:
    complaints: list[str] = []
    assert list(check(seed, 2, 60, 2, complaints.append))
    assert complaints == []
