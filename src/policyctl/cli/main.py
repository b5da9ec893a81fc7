"""The `policyctl` program: its streams, its signals, and what happens when something breaks.

Nothing heavy is imported before a signal can be answered; the commands themselves are in `commands`.
"""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from types import FrameType
from typing import Any

INTERRUPTED, BROKEN = 130, 70
"""Exit statuses besides 0, 1 and 2: stopped by Ctrl-C; a fault of the program itself."""

_SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")


def run() -> None:
    """The `policyctl` command."""
    signal.signal(signal.SIGINT, _interrupted)
    look_for_cycles_seldom()
    _make_streams_robust()
    _let_a_shell_be_named(sys.argv[1:])
    from policyctl.cli.commands import app

    try:
        try:
            app(prog_name="policyctl")
        finally:
            # What is still buffered must reach its place while a failure can still be told.
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads (`head`, say) has seen enough.
        _drop_output()
        raise SystemExit(0) from None
    except Exception as fault:
        # The last resort: a fault of ours is told in one line with where to report it, never as a traceback.
        _drop_output()
        if os.environ.get("POLICYCTL_TRACEBACK"):
            raise
        raise SystemExit(_said(fault)) from None


def look_for_cycles_seldom() -> None:
    """Answers are many small records without cycles; to look for these as often as Python does by default takes a sixth
    of the time or more."""
    gc.set_threshold(200_000, 20, 100)


def _drop_output() -> None:
    """Nothing more is written to standard output, so that the exit does not fail on it once more."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError:
        sys.stdout = None


def _interrupted(number: int, frame: FrameType | None) -> None:
    # Not KeyboardInterrupt: on its way out it would be reported by whatever code it happens to pass through.
    raise SystemExit(INTERRUPTED)


def _make_streams_robust() -> None:
    """Texts are UTF-8 whatever the locale says, so that a file or a pipe gets the same bytes everywhere. Only a
    terminal is spoken to in its own encoding. What an encoding cannot say is replaced, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=stream.encoding if stream.isatty() else "utf-8", errors="replace")


def _let_a_shell_be_named(arguments: list[str]) -> None:
    """`--show-completion` and `--install-completion` are for the shell that calls, unless one is named behind them."""
    if len(arguments) == 2 and arguments[0].endswith("-completion") and arguments[1] in _SHELLS:
        os.environ["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"


def _said(fault: Exception) -> int:
    """Say what went wrong, in one line instead of a traceback; gives the exit status."""
    from policyctl.cli import output

    if isinstance(fault, OSError):
        code = "cannot-write" if fault.errno in (errno.ENOSPC, errno.EIO, errno.EFBIG) else "unreadable-file"
        output.say(output.problem(code, output.reason(fault)))
        return output.WRONG_INPUT
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    output.say(f"error: policyctl itself is at fault: {type(fault).__name__}: {fault}")
    if trace is not None:
        output.say(f" --> {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}")
    output.say("  = help: report what is printed with POLICYCTL_TRACEBACK=1 in the environment")
    return BROKEN


def __getattr__(name: str) -> Any:
    """`app`, the commands, for whoever calls them without a process; not imported before it is asked for."""
    if name == "app":
        from policyctl.cli.commands import app

        return app
    raise AttributeError(name)


if __name__ == "__main__":
    run()
