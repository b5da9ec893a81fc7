"""`policyctl schema`: the published shapes of inputs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from policyctl.cli import output


class Shape(StrEnum):
    """What has a schema."""

    history = "history"


def schema(
    shape: Annotated[Shape, typer.Argument(help="What to describe.")],
    out: Annotated[Path | None, typer.Option(help="File to write to. [default: standard output]")] = None,
) -> None:
    """Print the JSON Schema of a history."""
    from policyctl.history.schema import schema as history_schema

    output.write(history_schema().rstrip("\n") + "\n", out)
