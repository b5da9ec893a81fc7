"""What was left out of an answer or is odd about it, for the terminal, with what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from policyctl.explain.phrases import placeholders
from policyctl.explain.terminal_layout import Page, hang, indent
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.history.events import Problem


def anomalies(speaker: Speaker, page: Page, problems: Sequence[Problem], left_out: bool = False) -> list[Text]:
    """The problems, each with its help; `left_out` where the answer is given without these events."""
    lines: list[Text] = []
    if left_out:
        count = len(problems)
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
    key = f"problem.{problem.code}"
    values: dict[str, str | Text] = {"message": problem.message}
    if problem.event is not None:
        values["event"] = problem.event
    if problem.named is not None:
        values["named"] = problem.named
    if problem.amount is not None:
        values["amount"] = speaker.money(problem.amount)
    if speaker.phrases.has(key) and placeholders(speaker.phrases.template(key)) <= set(values):
        return speaker.say(key, **values)
    return Text(problem.message)


def _help(speaker: Speaker, problem: Problem) -> Text:
    """What to do, in the language where it has the words, or as it came."""
    suffix = "" if problem.instead != problem.named else "_later"
    key = f"help.{problem.code}{suffix if problem.instead is not None else '_alone'}"
    if problem.help is None or not speaker.phrases.has(key):
        return Text(problem.help or "")
    return speaker.say(key, instead=problem.instead or "")


def _where(speaker: Speaker, problem: Problem) -> Text:
    if problem.event is None:
        text = Text(problem.code)
    else:
        text = speaker.say("anomaly.where", code=problem.code, event=problem.event)
    text.stylize("dim")
    return text
