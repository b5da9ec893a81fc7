"""Compiled policies, kept as JSON in the user's cache folder.

The key covers the text of every file, the program and the grammar.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from policyctl import kept
from policyctl.policy.form import Policy, decode_policy, encode
from policyctl.shipping import shipped

if TYPE_CHECKING:
    from policyctl.policy.load import PolicyText


def get(texts: Sequence[PolicyText], default: str | None) -> Policy | None:
    """The compiled policy of these files, if it was kept."""
    data = kept.get(_key(texts, default))
    if data is None:
        return None
    try:
        return decode_policy(data)
    except (msgspec.MsgspecError, TypeError, ValueError, ZeroDivisionError, RecursionError):
        return None


def put(texts: Sequence[PolicyText], default: str | None, policy: Policy) -> None:
    """Keep a compiled policy."""
    kept.put(_key(texts, default), encode(policy))


def _key(texts: Sequence[PolicyText], default: str | None) -> str:
    return kept.key(
        "policy",
        repr(default),
        _program(),
        *(part for text in texts for part in (text.shown, text.data, *(one for file in text.beside for one in file))),
    )


def _program() -> bytes:
    """What compiled it: the files of the compiler and the grammar, by name, size and time of change."""
    package = Path(__file__).resolve().parents[1]
    files = sorted(package.glob("*.py"))
    for stage in ("source", "policy"):
        files += sorted((package / stage).rglob("*.py"))
    files += sorted(shipped("grammar", ".").iterdir())
    stats = ((path.name, path.stat()) for path in files)
    return ";".join(f"{name},{stat.st_size},{stat.st_mtime_ns}" for name, stat in stats).encode()
