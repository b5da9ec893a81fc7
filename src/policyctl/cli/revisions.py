"""Policy files as they were at a git revision."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

from policyctl.policy.load import PolicyText


def is_revision(name: str) -> bool:
    """Whether git knows a revision of that name here; `REVISION:PATH` names a path of one."""
    revision = name.partition(":")[0]
    return bool(revision) and _git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}") is not None


def texts_at(name: str, place: Path) -> list[PolicyText] | None:
    """The policy files of a revision below a place of the working tree (or below the path that it names itself); None
    where git has none."""
    revision, _, path = name.partition(":")
    top = _git("rev-parse", "--show-toplevel")
    if top is None:
        return None
    root = Path(top.decode().strip()).resolve()
    if not path:
        try:
            path = place.resolve().relative_to(root).as_posix()
        except ValueError:
            return None
    listed = _git("-C", str(root), "ls-tree", "-r", "-z", "--name-only", revision, "--", path)
    names = [one for one in (listed or b"").decode("utf-8", "replace").split("\0") if one.endswith(".policy")]
    found = []
    for one in sorted(names):
        data = _git("-C", str(root), "show", f"{revision}:{one}")
        if data is not None:
            pure = PurePosixPath(one)
            shown = pure.name if one == path else pure.relative_to(path).as_posix() if path != "." else one
            found.append(PolicyText(shown, root / one, data, _beside(root, revision, pure, data)))
    return found or None


def _beside(root: Path, revision: str, path: PurePosixPath, data: bytes) -> tuple[tuple[str, bytes], ...]:
    """The files of days that a policy names, as they were then."""
    from policyctl.policy.load import named_beside

    found = []
    for name in named_beside(data):
        content = _git("-C", str(root), "show", f"{revision}:{(path.parent / name).as_posix()}")
        if content is not None:
            found.append((name, content))
    return tuple(found)


def _git(*arguments: str) -> bytes | None:
    """What git says; None where it is not there, or refuses."""
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
