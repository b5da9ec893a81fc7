"""Effects of random rules."""

from __future__ import annotations

import re

from tests.worlds.choices import Choices
from tests.worlds.vocabulary import Vocabulary

LENGTHS = (
    "3d",
    "7d",
    "1 day",
    "3 calendar days",
    "1 calendar day",
    "1 month",
    "36h",
    "14 days",
    "30 min",
    "2 months",
    "30d",
    "1 quarter",
)
AMOUNTS = ("2000", "100", "500.50", "1")


def effects(choices: Choices, words: Vocabulary, condition: str, every: bool) -> str:
    """One to three effects that fit together."""
    found: dict[str, str] = {}
    wanted = choices.integer(1, 3)
    served = endless = False
    for _ in range(wanted):
        kind = choices.pick(
            ("sanction", "sanction", "sanction", "fine", "fine", "fine", "flag", "warn", "close_identity", "no_reset")
        )
        each = " each" if every and choices.chance(0.5) else ""
        if kind == "sanction" and words.sanctions:
            name = choices.pick(sorted(words.sanctions))
            shape = words.sanctions[name]
            for_good = "open" in shape and choices.chance(0.15)
            if name in found or (served and (for_good or "endless" in shape)):
                continue
            endless = endless or for_good or "endless" in shape
            length = " permanently" if for_good else f" {choices.pick(LENGTHS)}"
            found[name] = name + (length if "open" in shape else "") + each
        elif kind == "fine" and "fine" not in found:
            found["fine"] = f"fine {choices.pick(AMOUNTS)}{each}"
            if choices.chance(0.75):
                found["fine"] += _clears(choices, words, condition)
                if not endless and choices.chance(0.3):
                    found["fine"] += " when served"
                    served = True
        elif kind == "flag" and words.flags:
            name = choices.pick(words.flags)
            found[name] = name
        elif kind == "warn":
            name = choices.pick(("", " soon", ' soon "one more"', ' "careful"'))
            found["soon" if "soon" in name else "warn"] = f"warn{name}"
        elif kind == "no_reset" or (kind == "close_identity" and choices.chance(0.5)):
            found[kind] = kind
    if not found:
        found["warn"] = "warn"
    return ", ".join(found.values())


def _clears(choices: Choices, words: Vocabulary, condition: str) -> str:
    """Which ledgers a fine clears: left out only where the condition compares one balance and nothing else."""
    compared = re.fullmatch(r"(\w+) (>=|>|<=|<|=|!=) [\d.]+", condition)
    if compared and compared[1] in words.ledgers and choices.chance(0.7):
        return " clears"
    ledgers = sorted(words.ledgers)
    first = choices.pick(ledgers)
    others = [name for name in ledgers if name != first and choices.chance(0.4)]
    return f" clears {' and '.join([first, *others])}"
