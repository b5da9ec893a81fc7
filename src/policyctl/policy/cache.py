"""Compiled policies, kept as JSON in the user's cache folder.

The key covers the text of every file, the program and the grammar, so an entry is never wrong, only unused. A cache
that cannot be read or written is no error: the policy is compiled again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from policyctl.policy.form import Policy, decode_policy, encode
from policyctl.shipping import shipped

if TYPE_CHECKING:
    from policyctl.policy.load import PolicyText

VARIABLE = "POLICYCTL_CACHE"
"""Environment variable: the cache folder, or `off`."""


def get(texts: Sequence[PolicyText], default: str | None) -> Policy | None:
    """The compiled policy of these files, if it was kept."""
    path = _path(texts, default)
    if path is None:
        return None
    try:
        return decode_policy(path.read_bytes())
    except (OSError, msgspec.MsgspecError, TypeError, ValueError, ZeroDivisionError, RecursionError):
        return None


def put(texts: Sequence[PolicyText], default: str | None, policy: Policy) -> None:
    """Keep a compiled policy; all of it or nothing."""
    path = _path(texts, default)
    if path is None:
        return
    import tempfile

    written: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as stream:
            written = Path(stream.name)
            stream.write(encode(policy))
        written.replace(path)
    except OSError:
        if written is not None:
            with suppress(OSError):
                written.unlink(missing_ok=True)


def _path(texts: Sequence[PolicyText], default: str | None) -> Path | None:
    folder = _folder()
    if folder is None:
        return None
    digest = hashlib.sha256(repr(default).encode() + _program())
    for text in texts:
        digest.update(f"{text.shown} {len(text.data)} ".encode("utf-8", "surrogateescape") + text.data)
    return folder / f"{digest.hexdigest()}.json"


def _folder() -> Path | None:
    said = os.environ.get(VARIABLE)
    if said == "off":
        return None
    if said:
        return Path(said)
    from platformdirs import user_cache_path

    return user_cache_path("policyctl")


def _program() -> bytes:
    """What compiled it: the files of the compiler and the grammar, by name, size and time of change."""
    package = Path(__file__).resolve().parents[1]
    files = sorted(package.glob("*.py"))
    for stage in ("source", "policy"):
        files += sorted((package / stage).rglob("*.py"))
    files += sorted(shipped("grammar", ".").iterdir())
    stats = ((path.name, path.stat()) for path in files)
    return ";".join(f"{name},{stat.st_size},{stat.st_mtime_ns}" for name, stat in stats).encode()
