"""Sanctions: lengths of all kinds, reckoned, limited, of parts; by every overlap rule."""

from __future__ import annotations

from tests.worlds.choices import Choices
from tests.worlds.families.words import LEDGERS, NUMBERS, Line

LENGTHS = (
    "3d",
    "5 business days",
    "2 local days",
    "1 month",
    "3 calendar days to a business day",
    "1 calendar month",
    "36h",
    "10d to a business day",
)


def lines(choices: Choices) -> list[Line]:
    """Holidays, sanctions with an overlap rule, and rules that impose them."""
    found = [Line("holidays 2021-02-11, 2021-02-12, 2021-03-29\nworkdays 2021-02-20, 2021-03-28", ("holidays",))]
    for name in ("suspend", "hold"):
        rule = choices.pick(("later", "heaviest", "extends", "consecutive"))
        parts = f" = {name}_a 2 business days, {name}_b" if choices.chance(0.3) else ""
        found.append(Line(f"sanction {name}{parts} overlap {rule}", (f"overlap {rule}",), name))
    for name in ("one", "two", "three")[: choices.integer(2, 3)]:
        said, features = imposed(choices)
        each = choices.pick(("", "each time "))
        found.append(Line(f"rule {name}: {each}{choices.pick(LEDGERS)} >= {choices.pick(NUMBERS)} -> {said}", features))
    return found


def imposed(choices: Choices) -> tuple[str, tuple[str, ...]]:
    """A sanction, and its features."""
    name, length = choices.pick(("suspend", "suspend", "hold")), choices.pick(LENGTHS)
    form = choices.integer(0, 8)
    if form < 3:
        return f"{name} {length}", (length,)
    if form < 7:
        return f"{name} {choices.pick(('1d', '2d', '1 business day'))} per (general - 1)", ("length reckoned",)
    if form == 7:
        return f"{name} 2d per general up to 5d", ("length reckoned", "length limited")
    return f"{name} permanently", ("for good",)
