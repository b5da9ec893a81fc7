"""Expiry: of a ledger or of an offence, from several dates, spared or with the time standing still."""

from __future__ import annotations

from tests.worlds.choices import Choices
from tests.worlds.families.words import LEDGERS, NUMBERS, Line, effect

TIMES = ("3d", "5d", "30d", "10 calendar days", "1 month", "2 weeks", "1 calendar month", "5 local days")
SPARES = (
    "count(tickets) in 3d >= 1",
    "watched",
    "suspend is running",
    "count(tickets) this month >= 2",
    "fine is unpaid",
)
STILL = (
    "watched",
    "suspend is running",
    "marked",
    "hold is running",
    "general >= 4",
    "on saturday or sunday",
    "on holiday",
)


def lines(choices: Choices) -> list[Line]:
    """Ledgers, and perhaps offences, whose points expire; rules that read them."""
    found = []
    for name in LEDGERS[: choices.integer(1, 2)]:
        resets = choices.pick(("", "", " resets every month", " resets every quarter"))
        said, features = life(choices)
        found.append(Line(f"ledger {name}{resets}{said}", features, name))
    if choices.chance(0.4):
        said, features = life(choices)
        text = f"offence slight -> general +{choices.pick(NUMBERS)}{said}"
        grave = f"offence grave\n  minor -> severe +1\n  major -> severe +5{life(choices)[0]}"
        found.append(Line(f"{text}\n{grave}", (*features, "life of an offence"), "offences"))
    for name in ("one", "two")[: choices.integer(0, 2)]:
        ledger = choices.pick(LEDGERS)
        on = choices.pick((ledger, f"live({ledger}) in 5d", f"live({ledger}) this month", f"incurred({ledger}) ever"))
        found.append(Line(f"rule {name}: {on} >= {choices.pick(NUMBERS)} -> {effect(choices)}", ("live points",)))
    return found


def life(choices: Choices) -> tuple[str, tuple[str, ...]]:
    """How long points are live."""
    date = choices.pick(("", "", " from occurred", " from issued", " from effective", " from final", " from exam"))
    if choices.chance(0.15):
        return f" expires after {choices.pick(('1 played', '2 study'))}{date}", (f"expires after acts{date}",)
    edge = choices.pick(("", "", " inclusive"))
    features = [f"expires{date}{edge}"]
    said = f" expires after {choices.pick(TIMES)}{date}{edge}"
    if choices.chance(0.35):
        said += f" unless {choices.pick(SPARES)}"
        features.append("expires unless")
    if choices.chance(0.35):
        said += f" frozen while {choices.pick(STILL)}"
        features.append("expires frozen")
    return said, tuple(features)
