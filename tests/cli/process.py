"""The real program, as a process of its own."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import policyctl

TOP = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
CONTRACT = HERE / "contract"
SHIPPED = TOP / "policies" / "kuaishou" / "histories"
SYNTHETIC = TOP / "policies" / "kuaishou_synthetic"

PROGRAM = (sys.executable, "-m", "policyctl.cli")

_SCRATCH = Path(tempfile.mkdtemp(prefix="policyctl-tests-"))
atexit.register(shutil.rmtree, _SCRATCH, ignore_errors=True)

_LEFT_OUT = ("PYTHONDONTWRITEBYTECODE", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "LC_ALL", "LANG", "TZ")


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment in which only what a test says differs from a usual one. Compiled modules are kept where Python
    keeps them, so that a hundred processes start fast; compiled policies where nobody else keeps any."""
    usual = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    return {
        **usual,
        "PYTHONPATH": str(Path(policyctl.__file__).resolve().parents[1]),
        "POLICYCTL_CACHE": str(_SCRATCH),
        "TERM": "xterm",
        **(more or {}),
    }


@dataclass(frozen=True)
class Run:
    """How a process ended. `out` holds the very bytes."""

    status: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Standard output as text."""
        return self.out.decode("utf-8")

    @property
    def json(self) -> Any:
        """Standard output as the one JSON value that it is."""
        return json.loads(self.text)


def policyctl_run(
    *arguments: str | Path,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Run:
    """Run `policyctl` with these arguments; it must not show anybody a traceback."""
    done = subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env=environment(env),
        cwd=cwd,
        timeout=60,
        check=False,
    )
    run = Run(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))
    assert "Traceback" not in run.err and b"Traceback" not in run.out, run.err
    return run


def all_at_once(calls: Iterable[tuple[tuple[str | Path, ...], dict[str, Any]]]) -> list[Run]:
    """Several runs, as many at a time as there are processors, in their order."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(lambda call: policyctl_run(*call[0], **call[1]), calls))


CARD = "general >= 20 -> suspend 3d, fine 2000 clears\nyear_total >= 100 -> close_identity, no_reset\n"


def written(folder: Path, name: str, content: str | bytes | Mapping[str, Any]) -> Path:
    """A file with this content."""
    path = folder / name
    if isinstance(content, Mapping):
        content = json.dumps(content, ensure_ascii=False)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def ticket(
    id: str, effective: str, ledger: str, points: str, identity: str = "promoter", **more: str
) -> dict[str, str]:
    """A ticket that carries its ledger and points."""
    return {
        "event": "ticket", "id": id, "identity": identity, "ledger": ledger, "points": points, "effective": effective,
        **more,
    }  # fmt: skip


def payment(id: str, at: str, amount: str, identity: str = "promoter", **more: str) -> dict[str, str]:
    """A payment."""
    return {"event": "payment", "id": id, "identity": identity, "at": at, "amount": amount, **more}


def history(*events: Mapping[str, Any], merchant: str = "m-7") -> dict[str, Any]:
    """An account."""
    return {"merchant": merchant, "opened": "2019-06-01T00:00:00+08:00", "events": list(events)}
