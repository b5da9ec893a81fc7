"""The description of a history for those who write one: a JSON Schema (2020-12) of one account."""

from __future__ import annotations

from importlib.resources import files


def schema() -> str:
    """The text of the schema. It says all that a schema can say; the reader also knows which dates are in the calendar,
    which lie in which order, and which ids were used before."""
    return files("policyctl.history").joinpath("schema.json").read_text(encoding="utf-8")
