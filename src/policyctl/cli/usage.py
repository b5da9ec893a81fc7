"""Wrong usage of a command, told as everything else that is wrong: a code, one line, the way out.

The parser of the command line says it in words of its own; here they are taken apart again. What is not known is told
in the parser's words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from policyctl.cli import output

_CHOICE = re.compile(r"(?:Value error, )?'(.*)' is not one of (.*?)\.?", re.DOTALL)
_TOO_MANY = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", re.DOTALL)


def told(error: Any, arguments: Sequence[str]) -> str:
    """What is wrong with the arguments, for people."""
    context = getattr(error, "ctx", None)
    command = _command(context, arguments)
    option, name = getattr(error, "option_name", None), _name(getattr(error, "param", None))
    more = f"`{command} --help` shows what there is, with examples"
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.format_message())
    if hasattr(error, "possibilities"):
        known = [one for parameter in context.command.params for one in parameter.opts] if context else []
        near = output.did_you_mean(str(option), ["--help", *(one for one in known if one.startswith("-"))])
        return output.problem("unknown-option", f"`{command}` has no option {output.shown(str(option))}", near or more)
    if option is not None:
        needs = "takes no value" if "not take a value" in error.message else "needs a value"
        return output.problem("wrong-usage", f"the option `{option}` {needs}", more)
    if name is not None and not error.message:
        return output.problem("wrong-usage", f"`{command}` needs `{name}`", more)
    if name is not None and (choice := _CHOICE.fullmatch(error.message)):
        words = re.findall(r"'([^']*)'", choice[2])
        near = output.did_you_mean(choice[1], words) or f"write {' or '.join(f'`{word}`' for word in words)}"
        return output.problem("unknown-choice", f"`{name}` cannot be {output.shown(choice[1])}", near)
    if many := _TOO_MANY.fullmatch(error.message):
        help = f"put quotation marks around what has a space in it; {more}"
        return output.problem("wrong-usage", f"`{command}` does not know what to do with {output.shown(many[1])}", help)
    said = str(error.format_message()).rstrip(".")
    return output.problem("wrong-usage", said[:1].lower() + said[1:], more)


def _command(context: Any, arguments: Sequence[str]) -> str:
    """The command that was called, as far as it is known."""
    if context is not None:
        return str(context.command_path)
    named = next((one for one in arguments if not one.startswith("-")), None)
    return "policyctl" if named is None else f"policyctl {named}"


def _name(parameter: Any) -> str | None:
    """An option or argument by its name on the command line."""
    if parameter is None:
        return None
    name = str(parameter.opts[0])
    return name if name.startswith("-") else name.upper()
