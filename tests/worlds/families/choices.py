"""Ladders of all kinds, rules of several lines, exceptions, multiples, and rules that prevail over others."""

from __future__ import annotations

from tests.worlds.choices import Choices
from tests.worlds.families.words import LEDGERS, NUMBERS, Line, effect

BANDS = ("1 to 2", "2 to 4", "3 to 3", "5 to 8", ">= 1", ">= 3", ">= 5", ">= 8", "> 3")
WHILE = ("", "", "", " while watched", " while not watched", " while severe >= 2")
EXCEPT = ("watched", "not marked", "severe >= 3", "count(tickets) in 3d >= 2", "class is a", "suspend is running")


def lines(choices: Choices) -> list[Line]:
    """A ladder, or a rule of several lines, or two of which one prevails; perhaps multiples."""
    found = []
    form = choices.integer(0, 9)
    if form < 5:
        found.append(ladder(choices))
    if form in (4, 5, 6):
        found.append(several(choices))
    if form in (6, 7, 8):
        over = choices.pick(("core", "ladder")) if form == 7 else "core"
        if over == "ladder":
            found.append(ladder(choices))
        said = f"rule strong prevails over {'steps' if over == 'ladder' else over}"
        found.append(
            Line(f"{said}: {choices.pick(LEDGERS)} >= {choices.pick(NUMBERS)} -> {effect(choices)}", ("prevails",))
        )
    if form in (3, 9) or choices.chance(0.3):
        found.append(multiples(choices))
    for_whom = choices.pick(("for class is a", "for watched", "for not marked"))
    if choices.chance(0.3):
        of = f"{choices.pick(LEDGERS)} >= {choices.pick(NUMBERS)}"
        found.append(Line(f"rule some {for_whom}: {of} -> {effect(choices)}", ("for some",)))
    return found


def ladder(choices: Choices) -> Line:
    """A ladder of steps and bands."""
    on = choices.pick((*LEDGERS, "general + severe", "count(tickets) in 5d", "incurred(general) this month"))
    takes = choices.pick(("", "", " takes all", " takes next stage", " takes highest with those below"))
    features = [f"ladder{takes}"]
    text = [f"ladder steps on {on}{takes}:"]
    steps: list[str] = []
    for _ in range(choices.integer(1, 4)):
        step = choices.pick(BANDS) + choices.pick(WHILE)
        if step not in steps:
            steps.append(step)
            features += ["band"] * (" to " in step) + ["step while"] * ("while" in step)
            text.append(f"  {step} -> {effect(choices)}")
    return Line("\n".join(text), tuple(features))


def several(choices: Choices) -> Line:
    """A rule of several lines, each perhaps with an exception."""
    text, features = ["rule several:"], ["several lines"]
    each = choices.pick(("", "", "each time "))
    for _ in range(choices.integer(2, 3)):
        of = f"{choices.pick(LEDGERS)} >= {choices.pick(NUMBERS)}"
        if choices.chance(0.4):
            of += f" and {choices.pick(EXCEPT)}"
        spares = f" except when {choices.pick(EXCEPT)}" if choices.chance(0.4) else ""
        features += ["exception"] * bool(spares)
        text.append(f"  {each}{of} -> {effect(choices)}{spares}")
    return Line("\n".join(text), tuple(features))


def multiples(choices: Choices) -> Line:
    """Every so many, odd or even, above a number, perhaps with an exception."""
    on = choices.pick((*LEDGERS, "incurred(general) ever", "count(tickets) this month", "incurred(severe) in 5d"))
    which = choices.pick(("", "", "odd ", "even "))
    above = choices.pick(("", "", " above 2"))
    spares = f" except when {choices.pick(EXCEPT)}" if choices.chance(0.3) else ""
    each = choices.pick(("", " each"))
    features = ("every N", f"every {which}N{above}", *(["exception with every N"] * bool(spares)))
    return Line(f"rule many: every {which}{choices.pick(('2', '3'))} of {on}{above} -> hold 2d{each}{spares}", features)
