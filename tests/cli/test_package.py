"""What is installed is what was written: the wheel and the editable install find the grammar and the shipped policies
that lie beside the package in the repository, wherever they are started."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.cli.process import CARD, CONTRACT, SHIPPED, TOP, environment, policyctl_run, written

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform == "win32", reason="an environment keeps its programs and libraries elsewhere there"
    ),
]

ASKED = ("--at", "2021-09-01", "--format", "json")


def pip(*arguments: str | Path) -> None:
    """Run pip; the backend that a build needs comes with what the tests need."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def fresh(folder: Path) -> Path:
    """A new environment without policyctl, that sees the libraries of this one. Gives its `bin`."""
    venv.create(folder, with_pip=False, symlinks=True)
    [site] = folder.glob("lib/python3*/site-packages")
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    written(site, "libraries.pth", "".join(f"{path}\n" for path in sorted(libraries)))
    return folder / "bin"


def said(program: Path, folder: Path, *arguments: str | Path, status: int = 0) -> str:
    """What an installed program prints, started in a folder that knows nothing of this repository."""
    env = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [program, *map(str, arguments)],
        capture_output=True,
        env={**env, "POLICYCTL_CACHE": str(folder / "cache")},
        cwd=folder,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (status, b""), done.stderr.decode()
    return done.stdout.decode("utf-8")


@pytest.mark.parametrize("kind", ["wheel", "editable"])
def test_installed(kind: str, tmp_path: Path) -> None:
    bin = fresh(tmp_path / "environment")
    into = ("--python", bin / "python", "install", "-q", "--no-deps")
    if kind == "wheel":
        pip("wheel", "-q", "--no-deps", "--no-build-isolation", "-w", tmp_path / "wheels", TOP)
        [wheel] = (tmp_path / "wheels").glob("policyctl-*.whl")
        pip(*into, "--no-index", wheel)
    else:
        pip(*into, "--no-build-isolation", "-e", TOP)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(SHIPPED / "twice-over-the-limit.json", elsewhere / "history.json")
    home = said(bin / "python", elsewhere, "-c", "import policyctl; print(policyctl.__file__)")
    assert (str(tmp_path) if kind == "wheel" else str(TOP)) in home

    program = bin / "policyctl"
    by_default = said(program, elsewhere, "explain", "history.json", *ASKED)
    assert json.loads(by_default)["policy"]["name"] == "kuaishou.points"
    here = policyctl_run(
        "explain", SHIPPED / "twice-over-the-limit.json", "--policy", TOP / "policies" / "kuaishou", *ASKED
    )
    same = ("merchant", "at", "status", "silent", "anomalies", "ledger_events")
    assert {name: json.loads(by_default)[name] for name in same} == {name: here.json[name] for name in same}

    written(elsewhere, "card.policy", CARD)
    card = json.loads(
        said(program, elsewhere, "explain", CONTRACT / "merchant.json", "--policy", "card.policy", "--at", "2021-03-14",
             "--format", "json")
    )  # fmt: skip
    assert [decision["id"] for decision in card["decisions"]] == ["general >= 20@T-97"]
    assert "history" in said(program, elsewhere, "schema", "--help")
    assert said(program, elsewhere, "explain", "history.json", "--at", "2021-09-01", "--lang", "zh")
