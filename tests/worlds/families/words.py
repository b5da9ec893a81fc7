"""The words of random policies of the families, and small choices that all of them make."""

from __future__ import annotations

from dataclasses import dataclass

from tests.worlds.choices import Choices

LEDGERS = ("general", "severe")
OFFENCES = ("slight", "grave", "grave.minor", "grave.major")
ACTS = ("exam", "played", "study")
SANCTIONS = ("suspend", "hold", "ban")
FLAGS = ("watched", "marked")
KEYS = ("k1", "k2")
LENGTHS = ("3d", "7d", "36h", "3 calendar days", "1 month", "2 local days", "5 days", "2 weeks", "30d")
WINDOWS = ("3d", "5d", "30 days", "1 month", "3 calendar days", "2w", "12 months", "1 calendar month", "10 local days")
UNITS = ("day", "week", "month", "quarter", "year")
NUMBERS = ("1", "2", "2", "3", "4", "5")
ZONES = ("Asia/Shanghai", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC")


@dataclass(frozen=True)
class Line:
    """A line of a policy, and the features that are in it. `declares`: the name of the ledger that it declares anew."""

    text: str
    features: tuple[str, ...]
    declares: str | None = None


def header(choices: Choices) -> list[str]:
    """The policy and the words that every family may use."""
    lines = ["policy world", f"  timezone {choices.pick(ZONES)}", "  currency CNY"]
    lines.append(f"  annulment {choices.pick(('refunds and revives', 'stays cleared'))}")
    if choices.chance(0.4):
        lines.append(f"  count by {choices.pick(('issued', 'effective', 'occurred'))}")
    return lines


def vocabulary() -> list[str]:
    """Everything that is declared but ledgers, offences and sanctions."""
    return [
        "holidays 2021-03-02, 2021-03-18, 2021-04-05, 2021-05-12, 2021-06-07",
        "workdays 2021-03-13, 2021-05-15",
        "acts exam, played",
        "acts study = exam, played",
        "metrics rate, deposit starts at 3",
        "attribute class = a, b",
        "attribute size",
        "attribute licensed",
        "constant base = 2, 3 from 2021-03-10, 1 from 2021-06-01",
        "flag watched",
        "flag marked per period",
    ]


def offences(choices: Choices) -> list[str]:
    """What tickets can be for."""
    two = ", general +1" if choices.chance(0.5) else ""
    return [
        f"offence slight -> general +{choices.pick(('1', '2', '3'))}",
        "offence grave",
        f"  minor -> severe +{choices.pick(('1', '2', '2.5'))}",
        f"  major -> severe +5{two}",
    ]


def ledger(choices: Choices, name: str) -> str:
    """A plain ledger, most often with resets."""
    resets = choices.pick(("", "", " resets every year", " resets every quarter", " resets every month"))
    return f"ledger {name}{resets}"


def sanction(choices: Choices, name: str) -> str:
    """A sanction with some overlap rule."""
    parts = " = ban_a 2d, ban_b" if name == "ban" else ""
    return f"sanction {name}{parts} overlap {choices.pick(('later', 'later', 'heaviest', 'extends', 'consecutive'))}"


def effect(choices: Choices) -> str:
    """A plain effect or two."""
    form = choices.integer(0, 9)
    name, length = choices.pick(SANCTIONS), choices.pick(LENGTHS)
    if form < 5:
        return f"{name} {length}"
    if form < 6:
        return f"{name} {length}, fine {choices.pick(('100', '50'))} clears {choices.pick(LEDGERS)}"
    if form < 7:
        return choices.pick(FLAGS)
    if form < 8:
        return f"warn soon, {choices.pick(FLAGS)}"
    return f"fine {choices.pick(('100', '20', '50'))}"


def plain_rules(choices: Choices) -> list[Line]:
    """A rule or two of the core, so that there is something to count, to end and to wait for."""
    found = []
    for name in ("core", "more")[: choices.integer(1, 2)]:
        on, number = choices.pick(LEDGERS), choices.pick(NUMBERS)
        form = choices.pick(("", "", "each time "))
        found.append(Line(f"rule {name}: {form}{on} >= {number} -> {effect(choices)}", ("core rule",)))
    return found
