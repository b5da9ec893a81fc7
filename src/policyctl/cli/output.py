"""What every command shares about its output: where it goes, whether it has colour, and how it ends badly."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import typer

from policyctl.instants import BadInstant, Zone
from policyctl.source.diagnostics import Diagnostic

NOTHING_WRONG, FOUND, WRONG_INPUT = 0, 1, 2


def fail(code: str, message: str, help: str | None = None, where: str | None = None) -> NoReturn:
    """Say what is wrong with the input, and end with status 2."""
    say(problem(code, message, help, where))
    raise typer.Exit(WRONG_INPUT)


def problem(code: str, message: str, help: str | None = None, where: str | None = None) -> str:
    """A problem without a line of source to show, in the form of the diagnostics."""
    lines = [f"error[{code}]: {message}"]
    if where is not None:
        lines.append(f" --> {where}")
    if help is not None:
        lines.append(f"  = help: {help}")
    return "\n".join(lines)


def fail_with(findings: Iterable[Diagnostic]) -> NoReturn:
    """Show what is wrong with a policy, and end with status 2."""
    from policyctl.source.report import render

    say(render(findings, color=coloured(sys.stderr.isatty())))
    raise typer.Exit(WRONG_INPUT)


def say(text: str) -> None:
    """A message for people: to standard error."""
    typer.echo(text, err=True)


def write(text: str, out: Path | None) -> None:
    """A result: to standard output, or to a file, all of it or nothing."""
    if out is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=out.parent, delete=False) as stream:
            stream.write(text)
        Path(stream.name).replace(out)
    except OSError as error:
        fail("cannot-write", f"`{out}` cannot be written: {error.strerror}", "check the folder and its permissions")


def coloured(terminal: bool) -> bool:
    """Colour only on a terminal, and not where NO_COLOR asks for none."""
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def read_input(path: str) -> tuple[str, bytes]:
    """A file, or standard input for `-`: the name it is shown under, and its bytes."""
    if path == "-":
        return "standard input", sys.stdin.buffer.read()
    try:
        return path, Path(path).read_bytes()
    except OSError as error:
        fail(
            "unreadable-file",
            f"`{path}` cannot be read: {error.strerror}",
            "give the path of a file, or `-` for standard input",
        )


def instant_option(text: str | None, zone: Zone, option: str) -> datetime | None:
    """The instant that an option names, read in the policy's zone."""
    if text is None:
        return None
    try:
        return zone.read(text)
    except BadInstant as error:
        fail("bad-instant", f"{option}: {error}", "write `2021-03-14`, or `2021-03-14T10:00:00+08:00`")
