"""What every command shares about its output: where it goes, whether it has colour, and how it ends badly."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO, TypeVar

import typer

if TYPE_CHECKING:
    from policyctl.replay.answer import Answer
    from policyctl.source.diagnostics import Diagnostic

FOUND, WRONG_INPUT = 1, 2
"""Exit statuses besides 0."""

MANY = 200
"""With more accounts than this, a terminal shows how far the work is."""

PAGE = 100
"""Columns of a page that nobody is looking at."""

_LISTED = 12
"""Names that a message lists at most."""

_LONGEST = 160
"""Characters of a name that a message quotes at most."""

_Item = TypeVar("_Item")


# --- messages, to standard error -------------------------------------------------------------------------------------


def say(text: str) -> None:
    """A message for people. Where standard error is closed, nobody wants it."""
    if sys.stderr is not None:
        try:
            sys.stderr.write(text + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            _discard(sys.stderr)


def problem(code: str, message: str, help: str | None = None, where: str | None = None) -> str:
    """A problem without a line of source to show, in the form of the diagnostics."""
    from policyctl.source.report import plain

    return plain(code, message, help, where, coloured(sys.stderr))


def left_out(answer: Answer) -> list[str]:
    """Why events were left out, for people, where no page tells of it."""
    return [
        problem(one.code, one.message, one.help, f"{answer.merchant}, event {one.event or 'without id'}")
        for one in answer.anomalies
        if one.error
    ]


def tell_of(problems: Iterable[str], *, refused: bool, told: bool) -> None:
    """Say what had to be left out, where the output itself does not; end with status 2 where there is to be none."""
    if refused or told:
        for one in problems:
            say(one)
    if refused:
        raise typer.Exit(WRONG_INPUT)


def fail(code: str, message: str, help: str | None = None, where: str | None = None) -> NoReturn:
    """Say what is wrong with the input, and end with status 2."""
    say(problem(code, message, help, where))
    raise typer.Exit(WRONG_INPUT)


def fail_with(findings: Iterable[Diagnostic]) -> NoReturn:
    """Show what is wrong with a policy, and end with status 2."""
    from policyctl.source.report import render

    say(render(findings, color=coloured(sys.stderr)))
    raise typer.Exit(WRONG_INPUT)


def reason(error: OSError) -> str:
    """Why the system refused, in its own words: `no such file or directory`."""
    said = error.strerror or str(error)
    return said[:1].lower() + said[1:]


def shown(text: str) -> str:
    """A name as a message quotes it: short, and nothing in it that a terminal would obey."""
    from policyctl.characters import visible

    return f"`{visible(text if len(text) <= _LONGEST else text[: _LONGEST // 2] + '…' + text[-_LONGEST // 2 :])}`"


def nearest(name: str, known: Collection[str], none: str = "there are none") -> str:
    """A help line: the nearest known name, or those that there are."""
    names = sorted(known)
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return did_you_mean(name, names) or (f"known are {', '.join(names[:_LISTED])}{more}" if names else none)


def did_you_mean(name: str, known: Collection[str]) -> str | None:
    """A help line with the nearest known name, if one is near."""
    from difflib import get_close_matches

    close = get_close_matches(name, sorted(known), 1, 0.6)
    return f"did you mean {shown(close[0])}?" if close else None


def progress(items: Sequence[_Item], what: str, quiet: bool) -> Iterator[_Item]:
    """The items, counted on a terminal where there are many."""
    shown = len(items) > MANY and not quiet and is_terminal(sys.stderr)
    for number, item in enumerate(items):
        if shown and number % 50 == 0:
            sys.stderr.write(f"\r{number} of {len(items)} {what}")
            sys.stderr.flush()
        yield item
    if shown:
        sys.stderr.write("\r\x1b[K")


# --- results, to standard output or a file ---------------------------------------------------------------------------


def as_json(value: object, spread: bool) -> str:
    """A result as JSON, spread over lines or on one. The standard library spreads large ones several times slower, in
    the same form; it is left what cannot be encoded: half of a pair of surrogates."""
    import msgspec

    try:
        return msgspec.json.format(msgspec.json.encode(value), indent=2 if spread else 0).decode() + "\n"
    except UnicodeEncodeError:
        import json

        return json.dumps(value, ensure_ascii=False, indent=2 if spread else None) + "\n"


def write(text: str, out: Path | None) -> None:
    """A result: to standard output, or to a file, all of it or nothing."""
    if out is None or str(out) == "-":
        _write_out(text)
        return
    try:
        if out.is_dir():
            raise IsADirectoryError(0, "is a directory")
        if out.exists() and not out.is_file():
            out.write_text(text, "utf-8", "replace")  # a device or a pipe, which cannot be replaced
        else:
            _replace(out.resolve(), text)
    except BrokenPipeError:
        return
    except OSError as error:
        fail(
            "cannot-write",
            f"{shown(str(out))} cannot be written: {reason(error)}",
            "check the folder and its permissions",
        )


def _write_out(text: str) -> None:
    if sys.stdout is None:
        fail("cannot-write", "standard output is closed", "name a file with --out")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (`head`, say) has seen enough.
        _discard(sys.stdout)
    except OSError as error:
        _discard(sys.stdout)
        fail("cannot-write", f"standard output cannot be written: {reason(error)}")


def _discard(stream: TextIO) -> None:
    """Let what is still in a stream's buffer go nowhere, so that flushing it at the end is no second error."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return


def _replace(path: Path, text: str) -> None:
    """Put a new file in the place of another in one move; it keeps the permissions of the old one."""
    from tempfile import NamedTemporaryFile

    if path.exists():
        if not os.access(path, os.W_OK):
            raise PermissionError(0, "permission denied")
        mode = path.stat().st_mode & 0o7777
    else:
        mode = 0o666 & ~_mask()
    with NamedTemporaryFile(dir=path.parent, prefix=".policyctl-", delete=False) as stream:
        try:
            stream.write(text.encode("utf-8", "replace"))
            stream.close()
            Path(stream.name).chmod(mode)
            Path(stream.name).replace(path)
        except BaseException:
            Path(stream.name).unlink(missing_ok=True)
            raise


def _mask() -> int:
    """The permissions that new files are not to have; the system tells them only when they are set."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


# --- terminals -------------------------------------------------------------------------------------------------------


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody is looking at the stream."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # it is closed
        return False


def coloured(stream: TextIO | None, out: Path | None = None) -> bool:
    """Colour only on a terminal, and not where NO_COLOR asks for none."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return out is None and is_terminal(stream) and not plain


def page(out: Path | None) -> tuple[int, bool]:
    """The columns of a page, and whether only ASCII can be shown on it. In a pipe or a file COLUMNS counts."""
    if out is None and is_terminal(sys.stdout):
        from shutil import get_terminal_size

        return get_terminal_size((PAGE, 24)).columns, not sys.stdout.encoding.lower().startswith("utf")
    said = os.environ.get("COLUMNS", "")
    return (int(said) if said.isdecimal() and len(said) < 6 else 0) or PAGE, False
