"""A short run of the fuzzer; the long one is `python -m tests.fuzz --count 10000`."""

from __future__ import annotations

from tests.fuzz import run


def test_no_exception_whatever_is_written() -> None:
    """Mutated policies and histories give findings or answers."""
    seen = run(150, seed=1)
    assert seen["answers"] and seen["policies with findings"] and seen["decisions"]
