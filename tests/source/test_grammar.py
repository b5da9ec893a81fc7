"""The grammar that is kept is the one that lark makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policyctl import kept
from policyctl.source.grammar import grammar


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of one's own, with the grammar in it."""
    monkeypatch.setenv(kept.VARIABLE, str(tmp_path))
    grammar.cache_clear()
    grammar()
    yield tmp_path
    grammar.cache_clear()


def test_read_back_as_it_was_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = grammar()
    grammar.cache_clear()
    monkeypatch.delattr("policyctl.source.grammar._made")
    assert grammar() == made


@pytest.mark.parametrize("data", [b"", b"{}", b"\x00\xff", b"[" * 100_000, b'{"tokens": "", "table": 1}'])
def test_a_damaged_one_is_made_again(folder: Path, data: bytes) -> None:
    made = grammar()
    [entry] = folder.iterdir()
    entry.write_bytes(data)
    grammar.cache_clear()
    assert grammar() == made
    assert entry.read_bytes() != data
