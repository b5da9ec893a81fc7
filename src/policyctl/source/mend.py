"""Finds the row of the table of mistakes that fits the place at which the parser stopped."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policyctl.source.diagnostics import Diagnostic
from policyctl.source.later import chinese_words, later_constructs, said_of_chinese
from policyctl.source.mistakes import FORMS, MISTAKES, NUMBER_WORDS, SPOKEN, Mistake
from policyctl.source.nearest import nearest
from policyctl.source.stop import Stop
from policyctl.source.text import Span
from policyctl.source.tokens import Lexeme, Token


@dataclass(frozen=True, slots=True)
class Mended:
    """What is wrong, and how to go on: with a terminal in place of so many tokens (`SKIP`, `JOIN`: see `Mistake`) or in
    front of the first of them, or not at all."""

    diagnostic: Diagnostic
    meant: str
    word: str
    insert: bool
    width: int = 1


def mend(stop: Stop) -> Mended:
    """What is wrong at the place at which the parser stopped."""
    capitals = _capitals(stop)
    if capitals is not None:
        return capitals
    unsupported = _later(stop, early=True)
    if unsupported is not None:
        return Mended(unsupported, "", "", False)
    for mistake in SPOKEN:
        near = _fits(mistake, stop)
        if near is not None:
            return _mended(mistake, stop, near)
    unsupported = _later(stop, early=False) or _chinese(stop)
    if unsupported is not None:
        return Mended(unsupported, "", "", False)
    for mistake in MISTAKES:
        near = _fits(mistake, stop)
        if near is not None:
            return _mended(mistake, stop, near)
    raise AssertionError("the last row fits everywhere")


_LEADING = frozenset({"FINE", "WARN", "EVERY", "NOT", "INCURRED", "LIVE", "COUNT"})
"""Keywords that are taken for a name where they are written in capitals, so that the parser stops behind them."""


def _capitals(stop: Stop) -> Mended | None:
    """A word of the language in capital letters: here, or one or two places before, where it was taken for a name."""
    for position in range(stop.position, stop.position - 3, -1):
        item = stop.item(position)
        small = item.word.casefold() if item is not None and item.kind == "NAME" else ""
        if item is None or small in ("", item.word) or (position < stop.position and stop.taken[position] != "NAME"):
            continue
        for phrase in stop.keywords.phrases.get(small, ()):
            kind, word = phrase.meanings[0]
            here = position == stop.position and len(phrase.pieces) == 1 and stop.can(kind)
            if here or (position < stop.position and kind in _LEADING):
                span = stop.span(position)
                return Mended(capital_letters(item.text, small, span), kind if here else "", word, False)
    return None


def capital_letters(written: str, small: str, span: Span) -> Diagnostic:
    """What is said of a word of the language in capital letters."""
    return Diagnostic(
        "capital-letters",
        f"`{written}` is written with capital letters",
        span,
        f"the words of the language are written in small letters: {small}",
    )


_UNSAID = frozenset({"ARROW", "COLON", "COMMA", "EOL"})
"""What stands beside a construct and is no part of it."""


def _later(stop: Stop, early: bool) -> Diagnostic | None:
    """What is said where the parser stopped at something that is not built yet; None where it did not."""
    first = stop.item(stop.position)
    if not early and first is not None and first.kind not in ("NAME", "NUMBER", "LPAR", "DATE"):
        return None
    for construct in later_constructs():
        if construct.early != early or (construct.forms and stop.form not in construct.forms):
            continue
        for start in range(stop.position, stop.position - construct.behind - 1, -1):
            end = start + len(construct.words)
            if start >= 0 and all(_is(stop, start + i, word) for i, word in enumerate(construct.words)):
                if start < stop.position and end == start + 1 and stop.taken.get(start) != "NAME":
                    continue  # it stands where it belongs: the `clears` of a fine is no effect of its own
                if construct.can and not stop.can(construct.can):
                    continue
                while construct.words[end - start - 1] in _UNSAID:
                    end -= 1
                if construct.words[end - start - 1] == "NUMBER" and "UNIT" in stop.kinds(end):
                    end += 1
                front = start + (construct.words[0] in _UNSAID)
                return construct.said(stop.span(front).to(stop.span(min(end, len(stop.items)) - 1)))
    return None


def _chinese(stop: Stop) -> Diagnostic | None:
    """What is said of a keyword in Chinese, at the place where the parser stopped or in front of it."""
    for position in (stop.position, stop.position - 1, 0):
        item = stop.item(position)
        if (
            item is not None
            and item.kind == "NAME"
            and item.word in chinese_words()
            and item.word not in stop.keywords.phrases
        ):
            if position < stop.position and stop.taken.get(position) != "NAME":
                continue
            return said_of_chinese(item.text, stop.span(position))
    return None


def _is(stop: Stop, position: int, word: str) -> bool:
    item = stop.item(position)
    return word in stop.kinds(position) or (item is not None and item.word.casefold() == word)


def _fits(mistake: Mistake, stop: Stop) -> str | None:
    """The nearest word where the row fits (empty where it asks for none); None where it does not."""
    here, position = stop.kinds(stop.position), stop.position
    front = len(mistake.before)
    if not (
        _any(mistake.at, here)
        and (not mistake.forms or stop.form in mistake.forms.split())
        and all(_any(b, stop.kinds(position - front + i)) for i, b in enumerate(mistake.before))
        and all(_any(b, stop.kinds(position + 1 + i)) for i, b in enumerate(mistake.behind))
        and (not mistake.glued or _glued(stop))
        and (not mistake.open or stop.opened() is not None)
        and (mistake.arrow_ahead is None or mistake.arrow_ahead == stop.arrow_ahead())
        and (not mistake.names_until or stop.names_until(mistake.names_until))
        and (not mistake.can or stop.can(*mistake.can.split()))
        and (not mistake.cannot or not stop.can(mistake.cannot))
    ):
        return None
    if not mistake.near:
        return ""
    target = stop.item(0 if mistake.near == "STATEMENT" else position)
    if target is None:
        return None
    digits = target.word[: -len(target.word.lstrip("0123456789."))] if target.kind == "MEASURED" else ""
    found = nearest(target.word[len(digits) :], stop.spellings(mistake.near))
    return None if found is None or digits + found == target.word else digits + found


def _any(alternatives: str, kinds: set[str]) -> bool:
    return not kinds.isdisjoint(alternatives.split())


def _glued(stop: Stop) -> bool:
    item = stop.item(stop.position)
    return item is not None and not item.first and item.before == "" and _touches(stop, item)


def _touches(stop: Stop, item: Lexeme) -> bool:
    before = stop.item(stop.position - 1)
    return before is not None and before.end == item.start


def _mended(mistake: Mistake, stop: Stop, near: str) -> Mended:
    item = stop.item(stop.position)
    width = stop.names_until(mistake.names_until) if mistake.meant == "JOIN" else mistake.width
    covered = stop.span(stop.position).to(stop.span(stop.position + width - 1))
    joined = stop.joined(width) if mistake.meant == "JOIN" else ""
    called, form = FORMS[stop.form]
    front = stop.position - len(mistake.before)
    shown = mistake.shown
    if item is not None and not shown:
        shown = _shown(mistake, item)
    words = {
        "{word}": _short(stop.word(stop.position)),
        "{words}": _short(covered.text),
        "{all}": _short(_all(mistake, stop, covered).text),
        "{before}": _short(stop.word(stop.position - 1)) if stop.item(stop.position - 1) is not None else "",
        "{front}": _short(stop.span(front).to(stop.span(stop.position - 1)).text) if mistake.before else "",
        "{subject}": _short(stop.word(front)) if mistake.before else "",
        "{behind}": _short(stop.word(stop.position + width)),
        "{second}": _short(stop.word(stop.position + 1)),
        "{last}": _short(stop.word(stop.position + width - 1)),
        "{length}": _short(stop.span(stop.position + width).to(stop.span(stop.position + width + 1)).text),
        "{first}": _short(stop.word(0)),
        "{near}": near,
        "{shown}": shown,
        "{joined}": joined,
        "{form}": called,
        "{statements}": "rule, ladder, ledger, offence, measure, sanction, flag, test",
    }
    help = mistake.help if mistake.help is not None else f"{called} is written {form}"
    diagnostic = Diagnostic(
        mistake.code,
        _filled(mistake.message, words),
        _underlined(mistake, stop, covered),
        _filled(help, words),
        mistake.label,
    )
    word = joined or shown or (item.word if item else "")
    return Mended(diagnostic, mistake.meant if _goes_on(mistake, stop) else "", word, mistake.insert, width)


def _goes_on(mistake: Mistake, stop: Stop) -> bool:
    """Whether the parser can go on with what was meant."""
    if mistake.meant == "JOIN":
        return isinstance(stop.stack.value, Token) and stop.stack.value.kind == "NAME"
    return mistake.meant == "SKIP" or (mistake.meant != "" and stop.can(mistake.meant))


def _shown(mistake: Mistake, item: Lexeme) -> str:
    if item.kind == "OTHER_DATE":
        return _iso_date(item.word)
    if mistake.meant == "NUMBER" and item.kind == "NAME":
        return NUMBER_WORDS[item.word.casefold()]
    if mistake.meant == "NUMBER":
        return item.word[: -len(item.word.lstrip("0123456789."))]
    # The name that was put into quotation marks; the name of a time zone has signs of its own.
    return re.sub(r"[^\w/.+]+", "_", item.word[1:-1]).strip("_") or "NAME" if item.kind == "TEXT" else ""


def _iso_date(written: str) -> str:
    """The date as it should be written, where there is only one way to understand it."""
    first, second, third = (int(part) for part in re.findall(r"\d+", written))
    if first > 31:
        return f"{first:04d}-{second:02d}-{third:02d}"
    if first > 12:
        return f"{third:04d}-{second:02d}-{first:02d}"
    if second > 12:
        return f"{third:04d}-{first:02d}-{second:02d}"
    return "2020-04-28"


def _underlined(mistake: Mistake, stop: Stop, here: Span) -> Span:
    before = stop.span(stop.position - 1)
    match mistake.underline:
        case "before":
            return before
        case "front":
            return _all(mistake, stop, before)
        case "all":
            return _all(mistake, stop, here)
        case "open":
            opened = stop.opened()
            return here if opened is None else stop.span(opened)
        case "first":
            return stop.span(0)
        case "next line":
            return stop.span(stop.position + 1)
        case "line":
            start = stop.position - 1
            while start > 0 and stop.item(start - 1) is not None:
                start -= 1
            return stop.span(max(start, 0)).to(before)
        case _:
            return here


def _all(mistake: Mistake, stop: Stop, here: Span) -> Span:
    """From the first token of `before` on that is no sign between two parts."""
    for place in range(stop.position - len(mistake.before), stop.position):
        item = stop.item(place)
        if item is not None and item.kind not in ("ARROW", "COLON", "COMMA", "LPAR"):
            return stop.span(place).to(here)
    return here


def _filled(template: str, words: dict[str, str]) -> str:
    return re.sub(r"\{\w+\}", lambda match: words[match[0]], template).replace("  ", " ")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
