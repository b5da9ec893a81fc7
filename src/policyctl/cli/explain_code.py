"""`policyctl explain-code`: the long text behind a code."""

from __future__ import annotations

from typing import Annotated

import typer

from policyctl.cli import output

EXAMPLES = """\b
Examples:
  policyctl explain-code length-needs-unit
  policyctl explain-code                    list every code
"""


def explain_code(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="A code, such as length-needs-unit. [default: list them all]")
    ] = None,
) -> None:
    """Say at length what a code means: of an error, a warning, an anomaly.

    Every message of policyctl carries its code in brackets: error[length-needs-unit].
    """
    from policyctl.codes import all_codes

    codes = all_codes()
    if code is None:
        output.write("".join(f"{name}\n" for name in sorted(codes)), None)
        return
    if code not in codes:
        output.fail("unknown-code", f"there is no code {output.shown(code)}", output.nearest(code, codes))
    output.write(f"{code}\n\n{codes[code].strip()}\n", None)
