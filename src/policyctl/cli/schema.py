"""`policyctl schema`: the published shapes of inputs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from policyctl.cli import output
from policyctl.cli.options import Out

EXAMPLES = """\b
Examples:
  policyctl schema history
  policyctl schema history --out history.schema.json
"""


class Shape(StrEnum):
    """What has a schema."""

    history = "history"


def schema(
    shape: Annotated[Shape, typer.Argument(metavar="SHAPE", help="What to describe.")] = Shape.history,
    out: Out = None,
) -> None:
    """Print the JSON Schema of a history.

    For editors and exporters: it describes every event and field that a history may hold.
    """
    from policyctl.history.schema import schema as history_schema

    output.write(history_schema().rstrip("\n") + "\n", out)
