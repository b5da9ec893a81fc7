"""The commands of `policyctl`. Each is one file, whose function has the name of the file.

A command parses arguments, calls one function, chooses a form of output, and returns an exit status: 0 fine, 1 it
worked and found something, 2 the input or the usage is wrong. Its module is imported when the command is asked for, so
each command pays only for itself.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from policyctl.cli import output

NAMES = ("explain", "timeline", "check", "test", "diff", "prove", "schema", "explain-code")
"""In the order of the help."""

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 80}

_EXAMPLES = """\b
Examples:
  policyctl explain history.json
  policyctl explain history.json --policy rules.policy --at 2021-03-14
  policyctl check rules.policy
  policyctl test policies/

`policyctl COMMAND --help` says more, with examples.

Exit status: 0 fine, 1 the command worked and found something (a failing
test, an account that cannot be answered completely), 2 the input or the
usage is wrong.
"""


USAGE_ERROR: type[BaseException] = typer.BadParameter.__mro__[1]
"""What the parser of the command line raises for any wrong usage. Typer gives no public name to it, only to this kind
of it; `tests/cli` sees that every kind is told."""


class _Commands(TyperGroup):
    """Builds a command when it is asked for, and tells of wrong usage."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **settings: Any) -> Any:
        if not settings.setdefault("standalone_mode", True):
            return super().main(args, *more, **settings)
        try:
            status = super().main(args, *more, **{**settings, "standalone_mode": False})
        except typer.Abort:
            status = output.FOUND
        except USAGE_ERROR as error:
            from policyctl.cli import usage

            output.say(usage.told(error, sys.argv[1:] if args is None else args))
            status = output.WRONG_INPUT
        sys.exit(status)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(NAMES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in NAMES and cmd_name not in self.commands:
            self.commands[cmd_name] = _built(cmd_name)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in NAMES and not args[0].startswith("-") and not ctx.resilient_parsing:
            help = output.nearest(args[0], NAMES)
            output.fail("unknown-command", f"there is no command {output.shown(args[0])}", help)
        return super().resolve_command(ctx, args)


def _built(name: str) -> Any:
    function = name.replace("-", "_")
    module = import_module(f"policyctl.cli.{function}")
    # Plain help: it reads the same in a terminal, a pipe and a window of any width.
    alone = typer.Typer(add_completion=False, rich_markup_mode=None, context_settings=_SETTINGS)
    alone.command(name, epilog=module.EXAMPLES)(getattr(module, function))
    return typer.main.get_command(alone)


app = typer.Typer(
    name="policyctl",
    cls=_Commands,
    help="Point-based enforcement as policy: rules people can read aloud, decisions anyone can check.",
    epilog=_EXAMPLES,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings=_SETTINGS,
)


def _version(asked: bool) -> None:
    if asked:
        from policyctl import __version__

        typer.echo(f"policyctl {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    pass
