"""What one version of a random policy declares, as far as its rules must know it, and how conditions are written."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.worlds.choices import Choices, some

POINTS = ("1", "2", "3", "5", "10", "0.5", "2.5", "20")
THRESHOLDS = ("1", "2", "3", "5", "6", "10", "10", "12", "15", "20", "2.5", "30", "40")
BELOW = ("0", "-1", "-5", "-2.5", "-10")
"""Thresholds that a ledger without a floor falls to, or a difference."""
WINDOWS = ("3d", "30 days", "1 month", "3 calendar days", "12 months", "2w", "72h", "10 min", "1 year", "90d")


@dataclass
class Vocabulary:
    """The declared names. `ledgers` says of each whether it counts down, `sanctions` whether an effect has to say how
    long (`open`), and whether a part is permanent anyway (`endless`)."""

    ledgers: dict[str, bool]
    offences: list[str] = field(default_factory=list)
    severities: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    sanctions: dict[str, frozenset[str]] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    reckons: bool = False
    """Some fines and lengths are reckoned from a balance."""


def reading(choices: Choices, words: Vocabulary) -> str:
    """One number that is read."""
    kind = choices.pick(("balance", "balance", "incurred", "incurred", "live", "count", "tickets", "offences"))
    ledgers = sorted(words.ledgers)
    if kind == "balance":
        return choices.pick(ledgers)
    if kind == "tickets" or (kind == "offences" and not words.offences):
        kind, what, period = "count", "tickets", False
    elif kind == "offences":
        of = some(choices, sorted({*words.offences, *words.severities}))[:3]
        heads = [name for name in of if not any(name.startswith(other + ".") for other in of)]
        kind, what, period = "count", choices.pick((", ", " and ")).join(heads), False
    else:
        what, period = choices.pick((", ", " and ")).join(some(choices, ledgers)), True
    within = choices.pick((*(["this period"] * 3 if period else []), "this year", "ever", "in ", "in "))
    if within == "in ":
        within += choices.pick(WINDOWS) + (" inclusive" if choices.chance(0.25) else "")
    has_date = within.startswith(("this year", "in "))
    dated = f" by {choices.pick(('issued', 'occurred', 'effective'))}" if has_date and choices.chance(0.4) else ""
    return f"{kind}({what}) {within}{dated}"


def number(choices: Choices, words: Vocabulary) -> str:
    """A sum, mostly of one number."""
    one = reading(choices, words)
    form = choices.integer(0, 19)
    if form >= 18 and words.measures:
        return f"{choices.pick(words.measures)} + {one}"
    if form >= 14 and words.measures:
        return choices.pick(words.measures)
    other = reading(choices, words)
    if form == 13:
        return f"{choices.pick(('2', '0.5', '3'))} * {one}"
    if form == 12:
        return f"({one} + {choices.pick(('1', '5'))}) / {choices.pick(('3', '2'))}"
    if form == 11 and plain(one) != plain(other):
        return f"{one} - {other}"
    if form == 10:
        return f"{one} + {other}"
    return one


def plain(read: str) -> str:
    """A read in one spelling, to see whether two are the same."""
    return read.replace(" and ", ", ").replace("2w", "336h").replace("3d", "72h")


def comparison(choices: Choices, words: Vocabulary) -> str:
    """A comparison, mostly from below."""
    compare = choices.pick((">=",) * 9 + (">", ">", "<=", "<", "=", "!="))
    if any(words.ledgers.values()) and choices.chance(0.4):
        down = choices.pick([name for name, goes_down in sorted(words.ledgers.items()) if goes_down])
        low = choices.pick(THRESHOLDS + BELOW)
        return f"{down} {choices.pick(('<=', '<=', '<=', '<', '<', '>='))} {low}"
    if choices.chance(0.05):
        one, other = reading(choices, words), reading(choices, words)
        if plain(one) != plain(other):
            return f"{one} {compare} {other}"
    of = number(choices, words)
    return f"{of} {compare} {choices.pick(THRESHOLDS + BELOW if ' - ' in of else THRESHOLDS)}"


def condition(choices: Choices, words: Vocabulary, depth: int = 2) -> str:
    """A condition with at least one comparison."""
    form = choices.integer(0, 19)
    if depth == 0 or form < 10:
        return comparison(choices, words)
    if form < 13:
        return f"{_part(choices, words, depth)} and {_part(choices, words, depth)}"
    if form < 15:
        return f"{_part(choices, words, depth)} or {_part(choices, words, depth)}"
    if form < 17:
        return f"not {_part(choices, words, depth)}"
    flag = choices.pick(("no_reset", "closed", *words.flags))
    asked = flag if choices.chance(0.5) else f"not {flag}"
    return f"{_part(choices, words, depth)} {choices.pick(('and', 'and', 'or'))} {asked}"


def _part(choices: Choices, words: Vocabulary, depth: int) -> str:
    inner = condition(choices, words, depth - 1)
    return f"({inner})" if any(word in inner for word in (" and ", " or ", "not ")) else inner


def blocking(choices: Choices, words: Vocabulary) -> str:
    """What blocks a reset: any condition, a bare flag too."""
    if choices.chance(0.5):
        return choices.pick(("no_reset", "closed", "not closed", *words.flags))
    if choices.chance(0.3):
        # At the turn of the year it matters from which side of the instant a reset looks.
        of, compare = choices.pick(sorted(words.ledgers)), choices.pick((">=", "<"))
        return f"{choices.pick(('incurred', 'live'))}({of}) this year {compare} {choices.pick(THRESHOLDS)}"
    return condition(choices, words, 1)
