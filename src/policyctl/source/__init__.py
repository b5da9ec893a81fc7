"""Text to syntax tree: the parser, keyword tables, places in a text, diagnostics.

`parse_source` never raises: whatever is wrong with a text is in the findings of what it returns.

What is named here is loaded when it is first used: a command that reads a compiled policy needs neither the grammar
library nor the classes of the syntax tree.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policyctl.source.diagnostics import Diagnostic, Findings
    from policyctl.source.parser import Block, Parsed, parse_source
    from policyctl.source.printer import case_text, effect_text, expression_text
    from policyctl.source.reading import Unreadable, source_of
    from policyctl.source.report import render
    from policyctl.source.text import Source, Span

__all__ = [
    "Block",
    "Diagnostic",
    "Findings",
    "Parsed",
    "Source",
    "Span",
    "Unreadable",
    "case_text",
    "effect_text",
    "expression_text",
    "parse_source",
    "render",
    "source_of",
]

_HOMES = {
    "diagnostics": ("Diagnostic", "Findings"),
    "parser": ("Block", "Parsed", "parse_source"),
    "printer": ("case_text", "effect_text", "expression_text"),
    "reading": ("Unreadable", "source_of"),
    "report": ("render",),
    "text": ("Source", "Span"),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            found: object = getattr(import_module(f"{__name__}.{home}"), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
