"""What comes out, and where to: files, pipes that break, terminals of all widths and encodings, colours, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import stat
import struct
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.process import (
    CONTRACT,
    PROGRAM,
    SHIPPED,
    all_at_once,
    environment,
    history,
    policyctl_run,
    ticket,
    written,
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals, and signals are others")

HISTORY, POLICY = CONTRACT / "merchant.json", CONTRACT / "card.policy"
EXPLAIN = ("explain", HISTORY, "--policy", POLICY, "--at", "2021-03-14")


def many(folder: Path, count: int) -> Path:
    """A file with more accounts than a pipe can hold the answers of."""
    accounts = (history(ticket("T-1", "2021-03-01", "general", "20"), merchant=f"m-{i}") for i in range(count))
    return written(folder, "many.ndjson", "".join(json.dumps(account) + "\n" for account in accounts))


# --- files -----------------------------------------------------------------------------------------------------------


def test_out_writes_what_would_be_printed(tmp_path: Path) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    printed, text, as_json, to_stdout = all_at_once(
        (
            (EXPLAIN, {}),
            ((*EXPLAIN, "--out", folder / "page.txt"), {}),
            ((*EXPLAIN, "--format", "json", "--out", folder / "answer.json"), {}),
            ((*EXPLAIN, "--out", "-"), {}),
        )
    )
    assert {(run.status, run.err) for run in (printed, text, as_json, to_stdout)} == {(0, "")}
    assert text.out == as_json.out == b"" and to_stdout.out == printed.out
    assert (folder / "page.txt").read_bytes() == printed.out
    assert json.loads((folder / "answer.json").read_text("utf-8"))["merchant"] == "m-1042"
    assert sorted(path.name for path in folder.iterdir()) == ["answer.json", "page.txt"]


@posix
def test_out_keeps_permissions_and_links(tmp_path: Path) -> None:
    """A new file has the permissions that the user's mask gives; an existing one keeps its own, behind a link too."""
    new, old, link = tmp_path / "new.txt", written(tmp_path, "old.txt", "old"), tmp_path / "link.txt"
    old.chmod(0o640)
    link.symlink_to(old)
    for out in (new, link):
        done = subprocess.run(
            [*PROGRAM, *map(str, EXPLAIN), "--out", str(out)], env=environment(), umask=0o027, timeout=60, check=False
        )
        assert done.returncode == 0
    assert [stat.S_IMODE(path.stat().st_mode) for path in (new, old)] == [0o640, 0o640]
    assert link.is_symlink() and old.read_bytes() == new.read_bytes()
    old.chmod(0o604)
    assert policyctl_run(*EXPLAIN, "--out", old).status == 0
    assert stat.S_IMODE(old.stat().st_mode) == 0o604


@posix
def test_out_where_nothing_can_be_written(tmp_path: Path) -> None:
    runs = all_at_once(((*EXPLAIN, "--out", out), {}) for out in (tmp_path, tmp_path / "nowhere" / "x", "/dev/null"))
    for run in runs[:2]:
        assert (run.status, run.out) == (2, b"") and "error[cannot-write]" in run.err
    assert (runs[2].status, runs[2].out, runs[2].err) == (0, b"", "")
    assert list(tmp_path.iterdir()) == []


# --- streams that are closed, full, or no longer read ----------------------------------------------------------------


def shell(script: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which `$0 "$@"` is the program that explains the worked example."""
    return subprocess.run(
        ["sh", "-c", f"{script}", *PROGRAM, *map(str, EXPLAIN)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(),
        timeout=60,
        check=False,
    )


@posix
@pytest.mark.parametrize(
    ("script", "status", "said"),
    [
        ('"$0" "$@" >&-', 2, "standard output is closed"),
        ('"$0" "$@" 2>&-', 0, ""),
        ('"$0" "$@" <&-', 0, ""),
        ('"$0" "$1" "$2" explain - <&-', 2, "standard input is closed"),
        ('"$0" "$1" "$2" --help >&-', 0, ""),
    ],
)
def test_closed_streams(script: str, status: int, said: str) -> None:
    done = shell(script)
    assert done.returncode == status
    assert "Traceback" not in done.stderr and said in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk() -> None:
    for script in ('"$0" "$@" >/dev/full', '"$0" "$1" "$2" --help >/dev/full'):
        done = shell(script)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr and "no space left" in done.stderr


@posix
def test_a_reader_that_has_seen_enough(tmp_path: Path) -> None:
    """`policyctl explain … | head -1`: no complaint, and the status is that of the answer."""
    account = many(tmp_path, 60)
    for form in ("json", "text"):
        arguments = ["explain", str(account), "--policy", str(POLICY), "--at", "2021-03-14", "--format", form]
        with subprocess.Popen(
            [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        ) as process:
            assert process.stdout is not None and process.stderr is not None
            assert b"m-0" in process.stdout.readline()
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait(60) == 0


@posix
def test_ctrl_c() -> None:
    """Interrupted while it waits for its input: silent, and the status that shells give to it."""
    arguments = ["explain", "-", "--policy", str(POLICY)]
    with subprocess.Popen(
        [*PROGRAM, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        assert process.stderr.readline().startswith(b"as of now")  # from here on it reads
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert (process.stdout.read(), process.stderr.read()) == (b"", b"")


# --- widths, encodings, colours --------------------------------------------------------------------------------------


def seen(*arguments: str | Path, columns: int = 100, env: Mapping[str, str] | None = None) -> tuple[int, bytes, bytes]:
    """The exit status and what a terminal of that width gets on standard output, and what it gets on standard error."""
    import fcntl
    import pty
    import termios

    masters, slaves = zip(*(pty.openpty() for _ in range(2)), strict=True)
    for slave in slaves:
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [*PROGRAM, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=slaves[0],
        stderr=slaves[1],
        env=environment(env),
    )
    for slave in slaves:
        os.close(slave)
    found = [b"", b""]
    for number, master in enumerate(masters):
        while True:
            try:
                read = os.read(master, 65536)
            except OSError:  # Linux says so when the other side is closed
                read = b""
            if not read:
                break
            found[number] += read
        os.close(master)
    status = process.wait(60)
    assert b"Traceback" not in found[1]
    return status, found[0].replace(b"\r\n", b"\n"), found[1].replace(b"\r\n", b"\n")


@posix
def test_colours_on_a_terminal_and_only_there() -> None:
    piped = policyctl_run(*EXPLAIN)
    assert b"\x1b" not in piped.out
    status, out, err = seen(*EXPLAIN)
    assert (status, err) == (0, b"") and b"\x1b[" in out
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        status, out, err = seen(*EXPLAIN, env=env)
        assert (status, err) == (0, b"")
        assert out == piped.out
    status, out, err = seen("explain", "x", "--lang", "fr")
    assert (status, out) == (2, b"") and err.startswith(b"\x1b[1;31merror[unknown-choice]\x1b[0m")
    assert b"\x1b" not in policyctl_run("explain", "x", "--lang", "fr").err.encode()
    status, out, err = seen("check", "-", env={"NO_COLOR": "1"})
    assert b"\x1b" not in out + err


@posix
@pytest.mark.parametrize("columns", [1, 60, 20_000])
def test_a_page_fits_its_window(columns: int) -> None:
    """A page is at least 40 columns wide and at most 120, however odd the window."""
    status, out, _ = seen(*EXPLAIN, columns=columns, env={"NO_COLOR": "1"})
    assert status == 0
    assert max(len(line) for line in out.decode("utf-8").splitlines()) <= min(max(columns, 40), 120)


@pytest.mark.parametrize("columns", ["20", "80", "0", "-5", "99999999999999999999"])
def test_the_width_of_a_pipe_or_a_file(columns: str, tmp_path: Path) -> None:
    run = policyctl_run(*EXPLAIN, env={"COLUMNS": columns})
    assert (run.status, run.err) == (0, "")
    widest = {"20": 40, "80": 80}.get(columns, 100)
    assert widest - 15 < max(len(line) for line in run.text.splitlines()) <= widest
    policyctl_run(*EXPLAIN, "--out", tmp_path / "page.txt", env={"COLUMNS": columns})
    assert (tmp_path / "page.txt").read_bytes() == run.out


@posix
@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
    ids=["C", "POSIX without UTF-8", "Latin-1"],
)
def test_a_terminal_that_cannot_show_everything(env: dict[str, str]) -> None:
    """It is spoken to in its own encoding; drawings become plain characters, what it cannot show becomes `?`."""
    account = SHIPPED / "twice-over-the-limit.json"
    status, out, err = seen("explain", account, "--policy", SHIPPED.parent, "--at", "2021-09-01", env=env)
    assert (status, err) == (0, b"")
    assert b"short_ban@V202103220140" in out
    if len(env) != 1 or "LC_ALL" not in env:  # Python takes the locale `C` for UTF-8
        out.decode("ascii" if "LC_ALL" in env else "latin-1")
        assert b"====" in out or b"----" in out


@posix
def test_progress_only_for_somebody_who_waits(tmp_path: Path) -> None:
    account = many(tmp_path, 250)
    asked = ("explain", account, "--policy", POLICY, "--at", "2021-03-14", "--format", "json")
    status, out, err = seen(*asked)
    assert status == 0 and b"200 of 250 accounts" in err
    assert [json.loads(line)["merchant"] for line in out.splitlines()] == [f"m-{i}" for i in range(250)]
    assert seen(*asked, "--quiet")[2] == b""
    assert policyctl_run(*asked).err == ""


def test_json_is_alone_on_standard_output(tmp_path: Path) -> None:
    wrong = history(ticket("T-1", "2021-03-01", "nowhere", "20"), ticket("T-2", "2021-03-01", "general", "20"))
    run = policyctl_run("explain", written(tmp_path, "wrong.json", wrong), "--policy", POLICY, "--format", "json")
    assert run.status == 1
    assert run.json["incomplete"] is True and run.text.startswith("{") and run.text.endswith("}\n")
    assert "as of now" in run.err and "error[unknown-ledger]" in run.err


def test_a_fault_of_the_program_is_told_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    from policyctl.cli.main import BROKEN, _said

    try:
        raise ZeroDivisionError("three by nothing")
    except ZeroDivisionError as fault:
        assert _said(fault) == BROKEN
    said = capsys.readouterr().err
    assert "policyctl itself is at fault" in said and "three by nothing" in said and "test_output.py:" in said
    assert _said(OSError(28, "No space left on device")) == 2
    assert "no space left on device" in capsys.readouterr().err
