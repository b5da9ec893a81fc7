"""Occasions other than tickets, and effects on points: schedules, streaks, what happens to sanctions and fines."""

from __future__ import annotations

from tests.worlds.choices import Choices
from tests.worlds.families.words import LEDGERS, NUMBERS, SANCTIONS, Line, effect

WHENS = (
    "when ticket of slight",
    "when ticket where points >= 2",
    "when ticket of grave where key is k1",
    "when exam",
    "when study",
    "when rate",
    "when core",
    "when suspend starts",
    "when suspend ends",
    "when hold ends",
    "when fine paid",
    "when fine overdue",
    "when fine of core paid",
    "when general resets",
    "when severe resets",
)
SEVERAL = ("when exam", "when study", "when core", "when fine paid", "when fine overdue", "when fine of core paid")
"""What may happen several times at one instant."""

SCHEDULES = (
    "every month",
    "every week",
    "every monday at 09:00",
    "every 15 of month",
    "on last friday of month",
    "every 10 days from opened",
    "every 1 months from exam",
    "every day",
    "on last day of month at 12:00",
)
THINGS = (
    "tickets",
    "exam",
    "slight",
    "hold ends",
    "suspend ends",
    "payments",
    "core",
    "rate",
    "tickets where points >= 2",
)


def lines(choices: Choices) -> list[Line]:
    """A few rules with an occasion, and one that opens a fine with a due date."""
    found = [rule(choices, name) for name in ("one", "two", "three")[: choices.integer(1, 3)]]
    if choices.chance(0.6):
        due = f"fine {amount(choices)} due in {choices.pick(('3d', '5 calendar days', '1 month'))}"
        found.append(Line(f"rule billed: {choices.pick(LEDGERS)} >= {choices.pick(NUMBERS)} -> {due}", ("fine due",)))
    return found


def rule(choices: Choices, name: str) -> Line:
    """A rule with an occasion."""
    form = choices.integer(0, 9)
    what, of_effect = points(choices) if choices.chance(0.7) else (effect(choices), "plain effect")
    if form < 5:
        when = choices.pick(WHENS)
        asked = "" if choices.chance(0.5) else f" {choices.pick(LEDGERS)} >= {choices.pick(NUMBERS)}"
        if when in SEVERAL and (what == "fine 100" or of_effect in ("posts points", "gives points back")):
            each = choices.pick(("", " each"))
            what, of_effect = what + each, of_effect + each
        return Line(f"rule {name} {when}:{asked} -> {what}", (" ".join(when.split()[:4]), of_effect))
    if form < 7:
        when = choices.pick(SCHEDULES)
        quiet = ("count(tickets) this month = 0", "count(tickets) this week <= 1", "general >= 2", "severe >= 1")
        asked = f" {choices.pick(quiet)}"
        each = choices.pick(("", "each time "))
        return Line(f"rule {name} {when}: {each}{asked.strip()} -> {what}", (when, of_effect))
    if form < 9:
        length = choices.pick(("3d", "10 days", "1 month", "2 weeks", "5 calendar days"))
        things = " or ".join(dict.fromkeys(choices.pick(THINGS) for _ in range(choices.integer(1, 2))))
        # What begins a count and what ends it do not happen in one phase here.
        apart = not any(thing in things for thing in ("exam", "ends", "payments", "core", "rate"))
        after = f" after {choices.pick(('exam', 'study'))}" if apart and choices.chance(0.6) else ""
        how = "every" if choices.chance(0.5) and not after else "when"
        asked = "" if choices.chance(0.6) else f" {choices.pick(LEDGERS)} >= 1"
        text = f"rule {name} {how} {length}{after} without {things}:{asked} -> {what}"
        return Line(text, (f"streak {how}{after}", of_effect))
    asked = f"{choices.pick(LEDGERS)} >= {choices.pick(NUMBERS)}"
    return Line(f"rule {name}: {asked} -> {what}", ("rule at tickets", of_effect))


def points(choices: Choices) -> tuple[str, str]:
    """An effect on points."""
    ledger, number = choices.pick(LEDGERS), choices.pick(("1", "2", "3"))
    form = choices.integer(0, 8)
    if form < 2:
        return f"{ledger} +{number}", "posts points"
    if form < 4:
        return f"{ledger} -{number}", "gives points back"
    if form == 4:
        return f"clear {choices.pick(('general', 'severe', 'general and severe'))}", "clear"
    if form == 5:
        return f"consume {number} of {ledger}", "consume"
    if form == 6:
        return f"{choices.pick(('set', 'lower', 'raise'))} {ledger} to {number}", "set"
    if form == 7:
        return f"lift {choices.pick((*SANCTIONS, 'watched'))}", "lift"
    return f"fine {amount(choices)}", "fine by formula"


def amount(choices: Choices) -> str:
    """An amount of money, reckoned or not."""
    up = choices.pick(("", " rounded to 10", " rounded up to 10", " rounded down to 4"))
    return choices.pick(("100", f"10 * general{up}", f"7 * severe{up}", f"20 per general above 1{up}"))
