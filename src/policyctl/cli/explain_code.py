"""`policyctl explain-code`: the long text behind a code."""

from __future__ import annotations

from typing import Annotated

import typer

from policyctl.cli import output


def explain_code(
    code: Annotated[
        str | None, typer.Argument(help="A code, such as length-needs-unit. [default: list them all]")
    ] = None,
) -> None:
    """Explain the code of an error, a warning or an anomaly."""
    from policyctl.codes import all_codes
    from policyctl.replay.admit import nearest

    codes = all_codes()
    if code is None:
        output.write("".join(f"{name}\n" for name in sorted(codes)), None)
        return
    if code not in codes:
        output.fail("unknown-code", f"there is no code `{code}`", nearest(code, codes))
    output.write(f"{code}\n\n{codes[code].strip()}\n", None)
