"""The grammar that is kept is the one that lark makes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from policyctl import kept
from policyctl.shipping import shipped
from policyctl.source.grammar import _made, grammar


@pytest.fixture(scope="module")
def entry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The grammar as it is kept: made once for all tests."""
    folder = tmp_path_factory.mktemp("grammar")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(kept.VARIABLE, str(folder))
        grammar.cache_clear()
        grammar()
    [entry] = folder.iterdir()
    return entry


@pytest.fixture
def folder(entry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache of one's own, with the grammar in it."""
    shutil.copy(entry, tmp_path)
    monkeypatch.setenv(kept.VARIABLE, str(tmp_path))
    grammar.cache_clear()
    yield tmp_path
    grammar.cache_clear()


def test_read_back_as_it_was_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = _made(shipped("grammar", "policy.lark").read_text("utf-8"))
    monkeypatch.delattr("policyctl.source.grammar._made")
    assert grammar() == made


@pytest.mark.parametrize("data", [b"", b"{}", b"\x00\xff", b"[" * 100_000, b'{"tokens": "", "table": 1}'])
def test_a_damaged_one_is_made_again(folder: Path, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    made = grammar()
    [entry] = folder.iterdir()
    entry.write_bytes(data)
    grammar.cache_clear()
    making = Mock(return_value=made)
    monkeypatch.setattr("policyctl.source.grammar._made", making)
    assert grammar() == made
    making.assert_called_once()
    assert entry.read_bytes() != data
