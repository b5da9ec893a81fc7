"""Every code of a finding about the spelling of a text, and its long explanation.

The examples are checked by the tests: the wrong one gives its code, the right one nothing at all.
"""

from __future__ import annotations

from policyctl.source.codes.effects import EFFECTS
from policyctl.source.codes.lines import LINES
from policyctl.source.codes.names import NAMES
from policyctl.source.codes.record import Explained
from policyctl.source.codes.rules import RULES

EXPLAINED: dict[str, Explained] = {**LINES, **RULES, **EFFECTS, **NAMES}
"""Codes of mistakes in the spelling, with texts that show them."""

CODES: dict[str, str] = {code: explained.text for code, explained in EXPLAINED.items()}
"""The long text of each code, as `policyctl explain-code` prints it."""

__all__ = ["CODES", "EXPLAINED", "Explained"]
