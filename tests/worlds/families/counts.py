"""Windows and counts: of all kinds of facts, with `where`, by calendar units, since something, in the last acts."""

from __future__ import annotations

from tests.worlds.choices import Choices
from tests.worlds.families.words import ACTS, FLAGS, LEDGERS, NUMBERS, SANCTIONS, UNITS, WINDOWS, Line, effect

WHERE = (
    "where offence is slight",
    "where offence is slight or grave.minor",
    "where severity is minor",
    "where points >= 2",
    "where points < 2.5 and class is a",
    "where not class is b",
    "where key is k1",
    "where occasion is o1",
    "where occurred from 2021-02-01",
    "where occurred on monday or friday",
    "where not effective on business day",
    "where issued on day before holiday or day after holiday or holiday",
    "where issued before 2021-03-10",
    "where size >= 2",
    "where ledger is severe",
    "where occurred in 20 days from opened",
    "where fine is unpaid",
    "where fine is paid",
)

DIFFERENT = ("key", "occasion", "offence", "severity", "class", "size")
"""What tickets are told apart by."""


def lines(choices: Choices) -> list[Line]:
    """A few rules that count."""
    found = []
    for name in ("one", "two", "three")[: choices.integer(1, 3)]:
        of, features = condition(choices)
        found.append(Line(f"rule {name}: {of} -> {effect(choices)}", tuple(features)))
    return found


def condition(choices: Choices) -> tuple[str, list[str]]:
    """A condition over counts."""
    form = choices.integer(0, 19)
    if form == 0:
        name = choices.pick(SANCTIONS)
        return f"{name} is running and {choices.pick(LEDGERS)} >= {choices.pick(NUMBERS)}", ["sanction is running"]
    if form == 1:
        asked = choices.pick(("fine is paid", "fine is unpaid"))
        return f"{asked} and {choices.pick(LEDGERS)} >= {choices.pick(NUMBERS)}", [asked]
    if form == 2:
        word = choices.pick(("class is a", "class is not a", "class is b"))
        return f"{word} and {choices.pick(LEDGERS)} >= {choices.pick(NUMBERS)}", ["attribute of the account"]
    if form == 3:
        act, within = choices.pick(ACTS), choices.pick(("", " this month", " this week", " in 5d"))
        no = choices.pick(("", "not "))
        return f"{no}{act} is done{within} and {choices.pick(LEDGERS)} >= {choices.pick(NUMBERS)}", ["act is done"]
    if form == 4:
        date = choices.pick(("before 2021-03-10", "from 2021-02-14", "before 10 march", "from 1 march"))
        return f"{choices.pick(LEDGERS)} >= {choices.pick(NUMBERS)} and {date}", ["date in a condition"]
    if form == 5:
        date = choices.pick(("in 30 days from opened", "in 5d from exam", "in 1 month from licensed"))
        return f"{choices.pick(LEDGERS)} >= {choices.pick(NUMBERS)} and {date}", ["so long from something"]
    one, features = number(choices)
    if form in (6, 7):
        other, more = number(choices)
        joined = f"{one} + {other}" if one != other else one
        return f"{joined} >= {choices.pick(NUMBERS)}", features + more
    if form == 8:
        return f"max({one}, {choices.pick(LEDGERS)}) >= {choices.pick(NUMBERS)}", [*features, "max"]
    if form == 9:
        return f"whole({one} / 2) + {choices.pick(LEDGERS)} >= {choices.pick(NUMBERS)}", [*features, "whole"]
    if form == 10:
        return f"{one} >= {choices.pick(('base', 'size'))}", [*features, "constant or attribute as number"]
    compare = choices.pick((">=", ">=", ">=", ">", "=", "<"))
    also = f" and {choices.pick(LEDGERS)} >= 1" if compare == "<" or choices.chance(0.2) else ""
    return f"{one} {compare} {choices.pick(NUMBERS)}{also}", features


def number(choices: Choices) -> tuple[str, list[str]]:
    """A number, and its features."""
    form = choices.integer(0, 9)
    if choices.chance(0.15):
        what, field = choices.pick(("tickets", "slight", "grave", *LEDGERS)), choices.pick(DIFFERENT)
        where, (within, features) = choices.pick(("", f" {choices.pick(WHERE[:9])}")), time(choices)
        return f"count(different {field} of {what}{where}) {within}", [*features, f"different {field}"]
    if form == 0:
        name = choices.pick(("rate", "deposit", "highest(rate) this month", "latest(deposit)", "highest(rate) in 5d"))
        return name, ["metric"]
    if form == 1:
        return f"highest({choices.pick(LEDGERS)}) {time(choices)[0]}", ["highest entry"]
    if form < 4:
        what = choices.pick(("tickets", "slight", "grave", "general", "severe"))
        where = choices.pick(WHERE)
        if what in LEDGERS and "ledger" in where:
            where = "where points >= 2"
        within, features = time(choices)
        of = "count" if what not in LEDGERS else choices.pick(("count", "incurred", "live"))
        return f"{of}({what} {where}) {within}", [*features, "where", " ".join(where.split()[:3])]
    if form < 6:
        what = choices.pick((*SANCTIONS, *ACTS, *FLAGS, "fines", "core"))
        within, features = time(choices)
        if what == "fines" and choices.chance(0.5):
            return f"incurred(fines) {within} / 50", [*features, "fines added up"]
        kind = "act" if what in ACTS else "flag" if what in FLAGS else "sanction" if what in SANCTIONS else what
        return f"count({what}) {within}", [*features, f"count of {kind}"]
    what = choices.pick(("tickets", "slight", "grave", *LEDGERS, *LEDGERS))
    of = "count" if what not in LEDGERS else choices.pick(("count", "incurred", "live"))
    within, features = time(choices)
    if what in LEDGERS and choices.chance(0.15):
        within = choices.pick(("previous period", "in last 2 periods", "in last 3 periods", "since last reset"))
        features = [within]
    return f"{of}({what}) {within}", features


def time(choices: Choices) -> tuple[str, list[str]]:
    """Over what time something is counted."""
    form = choices.integer(0, 9)
    if form < 3:
        window = choices.pick(WINDOWS)
        edge = choices.pick(("", "", " inclusive"))
        return f"in {window}{edge}", [f"window{edge}"]
    if form < 6:
        unit = choices.pick(UNITS)
        return f"this {unit}", [f"this {unit}"]
    if form == 6:
        unit = choices.pick(("day", "week", "month", "quarter"))
        return f"previous {unit}", ["previous unit"]
    if form == 7:
        return choices.pick(("since exam", "since study", "in last 2 played", "in last 3 study")), ["since an act"]
    if form == 8:
        return choices.pick(("since suspend", "since suspend ends", "since hold ends", "since core")), [
            "since a sanction"
        ]
    return "ever", ["ever"]
