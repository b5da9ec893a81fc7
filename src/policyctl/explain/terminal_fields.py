"""Fields of the terminal's explanation: a dim label, and what it says beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from policyctl.characters import cells
from policyctl.explain.terminal_layout import Page, beside
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text

FieldName = Literal[
    "imposed", "given", "pay", "paid", "why", "clause", "running", "waiting", "fines", "flags", "closed", "pending",
    "reset", "appeal", "owed", "served", "was", "effect", "confirm", "people", "late", "version", "review",
    "to_do",
    "lapse", "spared",
]  # fmt: skip
_NAMES: tuple[FieldName, ...] = get_args(FieldName)


def field_cells(speaker: Speaker) -> int:
    """The cells that the label of a field takes up, with the space behind it."""
    return max(cells(speaker.phrases.template(f"field.{name}")) for name in _NAMES) + 2


def inner(speaker: Speaker, page: Page) -> Page:
    """The page beside the labels."""
    return page.narrower(field_cells(speaker))


def field(speaker: Speaker, name: FieldName, lines: Sequence[Text]) -> list[Text]:
    """Lines beside the label of a field; nothing where there are none."""
    label = speaker.say(f"field.{name}")
    label.stylize("dim")
    return beside(label, lines, field_cells(speaker))
