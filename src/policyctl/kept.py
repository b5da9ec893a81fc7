"""What the program works out once and keeps, as JSON in the user's cache folder.

A key covers everything that what is kept was made from, so an entry is never wrong, only unused. A folder that cannot
be read or written is no error: the work is done again.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

VARIABLE = "POLICYCTL_CACHE"
"""Environment variable: the cache folder, or `off`."""


def key(what: str, *made_from: bytes | str) -> str:
    """The name of an entry: what it is, and a digest of all that it was made from, in this order."""
    digest = hashlib.sha256()
    for part in made_from:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        digest.update(f"{len(data)} ".encode() + data)
    return f"{what}-{digest.hexdigest()}"


def get(key: str) -> bytes | None:
    """What is kept under a key, if anything is."""
    folder = _folder()
    if folder is None:
        return None
    try:
        return (folder / f"{key}.json").read_bytes()
    except OSError:
        return None


def put(key: str, data: bytes) -> None:
    """Keep something; all of it or nothing."""
    folder = _folder()
    if folder is None:
        return
    import tempfile

    written: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as stream:
            written = Path(stream.name)
            stream.write(data)
        written.replace(folder / f"{key}.json")
    except OSError:
        if written is not None:
            with suppress(OSError):
                written.unlink(missing_ok=True)


def _folder() -> Path | None:
    said = os.environ.get(VARIABLE)
    if said == "off":
        return None
    if said:
        return Path(said)
    from platformdirs import user_cache_path

    return user_cache_path("policyctl")
