"""What was left out of an answer or is odd about it, for the terminal, with what to do about it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policyctl.explain.phrases import placeholders
from policyctl.explain.terminal_layout import Page, hang, hold, indent
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.history.events import Problem


def anomalies(speaker: Speaker, page: Page, problems: Sequence[Problem], left_out: bool = False) -> list[Text]:
    """The problems, each with its help; `left_out` where the answer is given without these events."""
    lines: list[Text] = []
    if left_out:
        count = sum(problem.events for problem in problems)
        key = "anomaly.left_out_unknown" if not count else "anomaly.left_out"
        lines += [*page.paragraph(speaker.say(key, count, count=str(count))), Text()]
    mark = Text(page.glyphs.warning, style="red" if left_out else "magenta")
    for problem in problems:
        lines += hang(mark, message(speaker, problem), page.width)
        room = page.narrower(2)
        if problem.help:
            lines += indent(room.paragraph(speaker.say("anomaly.help", help=_help(speaker, problem))), 2)
        lines += indent(room.paragraph(_where(speaker, problem)), 2)
    return lines


def message(speaker: Speaker, problem: Problem) -> Text:
    """The sentence of the language for this code, or the message as it came."""
    keys = [f"problem.{problem.code}"]
    if problem.instead is None:
        keys.insert(0, f"{keys[0]}_alone")
    values: dict[str, str | Text] = {"event": problem.event or speaker.say("anomaly.nameless")}
    values |= {name: hold(text) for name in ("field", "named", "instead") if (text := getattr(problem, name))}
    if problem.amount is not None:
        values["amount"] = speaker.money(problem.amount)
    for key in keys:
        if speaker.phrases.has(key) and placeholders(speaker.phrases.template(key)) <= set(values):
            return speaker.say(key, **values)
    return Text(problem.message)


_FORMS = {
    "help.did-you-mean": re.compile(r"did you mean `(?P<names>.+)`\?"),
    "help.known": re.compile(r"known are (?P<names>.+)"),
    "help.severities": re.compile(r"say which severity: (?P<names>.+)"),
    "help.identities": re.compile(r"add `identity`: one of (?P<names>.+)"),
    "help.first-version": re.compile(r"the first version is in force from (?P<names>.+)"),
}
"""Helps that name what is there, as the readers of histories and policies word them."""


def _help(speaker: Speaker, problem: Problem) -> Text:
    """What to do, in the language where it has the words, or as it came."""
    for key, form in _FORMS.items():
        found = form.fullmatch(problem.help or "")
        if found is not None and speaker.phrases.has(key):
            return speaker.say(key, names=found["names"])
    later = problem.instead is not None and problem.instead == problem.named
    forms = ("_later",) if later else ("",) if problem.instead is not None else ("_alone", "")
    for key in (f"help.{problem.code}{form}" for form in forms):
        if speaker.phrases.has(key):
            return speaker.say(key, instead=hold(problem.instead or ""))
    return Text(problem.help or "")


def _where(speaker: Speaker, problem: Problem) -> Text:
    if problem.event is None:
        text = Text(problem.code)
    else:
        text = speaker.say("anomaly.where", code=problem.code, event=problem.event)
    text.stylize("dim")
    return text
