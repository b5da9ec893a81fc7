"""The command line: one thin file per command. A command parses arguments, calls one function, chooses a form of output,
and returns an exit status (0 fine, 1 it worked and found something, 2 the input or the usage is wrong)."""

from __future__ import annotations

import sys

import typer

from policyctl import __version__
from policyctl.cli.check import check
from policyctl.cli.explain import explain
from policyctl.cli.explain_code import explain_code
from policyctl.cli.schema import schema
from policyctl.cli.test import test

app = typer.Typer(
    name="policyctl",
    help="Point-based enforcement as policy: rules people can read aloud, decisions anyone can check.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(explain)
app.command()(check)
app.command()(test)
app.command()(schema)
app.command(name="explain-code")(explain_code)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"policyctl {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    pass


def run() -> None:
    """The `policyctl` command."""
    # Texts are UTF-8 whatever the locale says; a character that the terminal cannot show is replaced, not an error.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app()
    except BrokenPipeError:
        # The reader (`head`, say) has seen enough. Nothing may be flushed into the closed pipe at exit.
        sys.stdout = None
        raise SystemExit(0) from None


if __name__ == "__main__":
    run()
