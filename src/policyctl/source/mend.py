"""Finds the row of the table of mistakes that fits the place at which the parser stopped."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from policyctl.shipping import shipped
from policyctl.source.diagnostics import Diagnostic
from policyctl.source.keywords import STATEMENTS, Keywords
from policyctl.source.mistakes import FORMS, MISTAKES, NUMBER_WORDS, Mistake
from policyctl.source.nearest import nearest
from policyctl.source.table import END, NEXT_LINE, Stack, Table
from policyctl.source.text import Source, Span
from policyctl.source.tokens import Lexeme

Item = Lexeme | None
"""A token; None stands between two lines of a statement."""


@dataclass(frozen=True, slots=True)
class Later:
    """A construct of the language that is not built yet."""

    words: tuple[str, ...]
    called: str
    forms: frozenset[str]
    behind: int


@cache
def later_constructs() -> tuple[Later, ...]:
    """The constructs that are not built yet, longest first."""
    data = tomllib.loads(shipped("grammar", "later.toml").read_text(encoding="utf-8"))
    found = [
        Later(
            tuple(words.split()),
            construct["called"].replace("{words}", words.replace(" (", "(")),
            frozenset(construct.get("forms", "").split()),
            construct.get("behind", 0),
        )
        for construct in data["construct"]
        for words in construct["words"]
    ]
    return tuple(sorted(found, key=lambda later: (-len(later.words), not later.forms)))


@dataclass(frozen=True, slots=True)
class Mended:
    """What is wrong, and how to go on: with a terminal in place of the token or in front of it, or not at all."""

    diagnostic: Diagnostic
    meant: str
    word: str
    insert: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """The place at which the parser stopped."""

    source: Source
    items: Sequence[Item]
    position: int
    stack: Stack
    table: Table
    keywords: Keywords
    form: str
    taken: Mapping[int, str]
    """As which terminal the tokens in front of the place were taken."""

    # --- what stands where -------------------------------------------------------------------------------------------

    def item(self, position: int) -> Item:
        return self.items[position] if 0 <= position < len(self.items) else None

    def kinds(self, position: int) -> set[str]:
        """Everything that the token at a position is, in the words of the table."""
        if position >= len(self.items) or position < 0:
            return {"ANY", "EOL", END}
        item = self.items[position]
        if item is None:
            return {"ANY", "EOL", NEXT_LINE}
        if position in self.taken:
            return {"ANY", self.taken[position], item.word}
        found = {"ANY", item.kind, item.word}
        if item.kind == "MINUS":
            found.add("SIGN")
        if item.kind == "NAME":
            found |= {p.meanings[0][0] for p in self.keywords.phrases.get(item.word, ()) if len(p.pieces) == 1}
            if item.word.casefold() in NUMBER_WORDS:
                found.add("NUMBER_WORD")
        return found

    def word(self, position: int) -> str:
        item = self.item(position)
        return item.text if item is not None else "the end of the line"

    def span(self, position: int) -> Span:
        """The token at a position; at the end of a line, the place behind its last token."""
        item = self.item(position)
        if item is not None:
            return Span(self.source, item.start, item.end)
        before = self.item(position - 1)
        end = before.end if before is not None else 0
        return Span(self.source, end, end)

    def can(self, *terminals: str) -> bool:
        """Whether these terminals could stand here; `THIS` is any reading of the token."""
        if "THIS" not in terminals:
            return self.table.can(self.stack, *terminals) is not None
        front = terminals[: terminals.index("THIS")]
        after = self.table.can(self.stack, *front)
        return after is not None and any(self.table.can(after, kind) for kind in self.kinds(self.position))

    def spellings(self, near: str) -> list[str]:
        """The words of the language that are meant by `near` in a row."""
        if near == "STATEMENT":
            return [word for kind in sorted(STATEMENTS) for word in self.keywords.words(kind)]
        if near == "UNIT":
            return self.keywords.words("UNIT")
        row = self.table.actions[self.stack.state]
        return [word for kind in row if self.can(kind) for word in self.keywords.words(kind)]

    def opened(self) -> int | None:
        """The position of the innermost parenthesis that is open."""
        found: list[int] = []
        for position, item in enumerate(self.items[: self.position]):
            if item is not None and item.kind == "LPAR":
                found.append(position)
            elif item is not None and item.kind == "RPAR" and found:
                found.pop()
        return found[-1] if found else None

    def arrow_ahead(self) -> bool:
        for item in self.items[self.position :]:
            if item is None:
                return False
            if item.kind in ("ARROW", "WRONG_ARROW"):
                return True
        return False


def mend(stop: Stop) -> Mended:
    """What is wrong at the place at which the parser stopped."""
    first = stop.item(stop.position)
    if first is None or first.kind in ("NAME", "NUMBER", "LPAR"):
        later = _later(stop)
        if later is not None:
            return later
    for mistake in MISTAKES:
        near = _fits(mistake, stop)
        if near is not None:
            return _mended(mistake, stop, near)
    raise AssertionError("the last row fits everywhere")


def _later(stop: Stop) -> Mended | None:
    for construct in later_constructs():
        if construct.forms and stop.form not in construct.forms:
            continue
        for start in range(stop.position, stop.position - construct.behind - 1, -1):
            end = start + len(construct.words)
            if start >= 0 and all(w in stop.kinds(start + i) for i, w in enumerate(construct.words)):
                span = stop.span(start).to(stop.span(min(end, len(stop.items)) - 1))
                message = f"{construct.called} is part of the language but this version does not support it"
                return Mended(Diagnostic("not-supported-yet", message, span), "", "", False)
    return None


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
    return None if found is None else digits + found


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
    called, form = FORMS[stop.form]
    shown = mistake.shown
    if item is not None and not shown:
        shown = _shown(mistake, item)
    words = {
        "{word}": _short(stop.word(stop.position)),
        "{before}": _short(stop.word(stop.position - 1)),
        "{first}": _short(stop.word(0)),
        "{near}": near,
        "{shown}": shown,
        "{form}": called,
        "{statements}": "rule, ladder, ledger, offence, measure, sanction, flag, test",
    }
    help = mistake.help if mistake.help is not None else f"{called} is written {form}"
    diagnostic = Diagnostic(
        mistake.code,
        _filled(mistake.message, words),
        _underlined(mistake, stop),
        _filled(help, words),
        mistake.label,
    )
    return Mended(diagnostic, mistake.meant, shown or (item.word if item else ""), mistake.insert)


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


def _underlined(mistake: Mistake, stop: Stop) -> Span:
    here, before = stop.span(stop.position), stop.span(stop.position - 1)
    match mistake.underline:
        case "before":
            return before
        case "both":
            return before.to(here)
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


def _filled(template: str, words: dict[str, str]) -> str:
    return re.sub(r"\{\w+\}", lambda match: words[match[0]], template)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
