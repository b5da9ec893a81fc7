"""JSON as it is written: fast, and in the form of the standard library."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyctl.cli.output import as_json

TEXTS = st.text(max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("spread", [True, False])
@given(value=VALUES)
def test_the_form_is_that_of_the_standard_library(value: object, spread: bool) -> None:
    """Spread over lines or on one, characters of every kind and empty containers too."""
    assert as_json(value, spread) == json.dumps(value, ensure_ascii=False, indent=2 if spread else None) + "\n"


def test_half_a_pair_of_surrogates() -> None:
    """What cannot be encoded is left to whoever writes it out."""
    assert as_json(["\ud800"], spread=False) == '["\ud800"]\n'
