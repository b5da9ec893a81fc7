"""Arguments and options that several commands have, and that are worded the same in all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Policies = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH",
        help="Policy files or folders; - reads standard input. [default: the policies that `explain` would look at]",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="File to write to, all of it or nothing. [default: standard output]"),
]
