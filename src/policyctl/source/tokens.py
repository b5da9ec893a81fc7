"""The tokens of a text: every character of a file belongs to one token or to the white space and comments around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from policyctl.source.grammar import grammar
from policyctl.source.keywords import Keywords
from policyctl.source.later import chinese_units
from policyctl.source.text import Source, Span

FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94) if 0xFF01 + i != 0xFF02}
"""Full-width letters, digits and punctuation, each to the usual one; the quotation mark keeps its own partner."""

_NORMAL = {**FULL_WIDTH, 0x3000: 0x20, 0xA0: 0x20, 0x2212: 0x2D}

TRIVIA = frozenset({"SPACE", "COMMENT", "_NL"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, text or sign, with what stands around it.

    `kind` is the terminal of the grammar as which the parser took it (`NAME` for a name). `word` is the canonical word
    of a keyword (`year` for `years`), otherwise the text with full-width characters replaced. `text` is as written;
    it is empty for the second and later terminals of one phrase. `before` holds the white space, comments and line
    ends in front of it, `behind` what follows on its own line; all `before + text + behind` together are the file.
    """

    kind: str
    word: str
    text: str
    span: Span
    before: str
    behind: str

    @property
    def comments_before(self) -> tuple[str, ...]:
        """The comments on lines of their own in front of the token."""
        lines = (line.strip() for line in self.before.splitlines())
        return tuple(line for line in lines if line)

    @property
    def comment_behind(self) -> str | None:
        """The comment that ends the line of the token, if it is the last of its line."""
        return self.behind.strip() or None

    @property
    def blank_lines_before(self) -> int:
        """How many empty lines stand directly in front of the token or of its first comment."""
        count = 0
        for line in self.before.splitlines()[1:]:
            if line.strip():
                break
            count += 1
        return max(0, count - (0 if self.comments_before or self.before[-1:] in ("\n", "\r", "") else 1))


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A token before the parser has seen it: words may still be keywords or names."""

    kind: str
    word: str
    """The text with full-width characters replaced; of `10,000` the number that was meant."""
    text: str
    start: int
    end: int
    before: str
    behind: str
    first: bool
    """Whether it is the first of its line."""


def normal(text: str) -> str:
    """The text with full-width characters replaced, one by one, so that every place stays where it is."""
    return text.translate(_NORMAL)


def lexemes(source: Source, keywords: Keywords) -> tuple[list[Lexeme], str]:
    """All tokens of a text in order, and the white space and comments behind the last one."""
    text = source.text
    even = normal(text)
    found: list[Lexeme] = []
    pieces = [piece for piece in _pieces(even, keywords) if piece[0] != "SPACE" and piece[0] != "COMMENT"]
    before, first = 0, True
    for index, (kind, start, end) in enumerate(pieces):
        if kind == "_NL":
            first = True
            continue
        following = pieces[index + 1][1] if index + 1 < len(pieces) else len(text)
        found.append(
            Lexeme(kind, even[start:end], text[start:end], start, end, text[before:start], text[end:following], first)
        )
        before, first = following, False
    return found, text[before:]


@cache
def _scanner() -> re.Pattern[str]:
    return re.compile(grammar().tokens)


def _pieces(even: str, keywords: Keywords) -> Iterator[tuple[str, int, int]]:
    """Kind, start and end of everything in a text, white space and comments included."""
    for match in _scanner().finditer(even):
        kind, (start, end) = match.lastgroup or "BAD", match.span()
        if kind == "MEASURED":
            unit = match[0].lstrip("0123456789.")
            if keywords.unit(unit) or unit in chinese_units():
                yield "NUMBER", start, end - len(unit)
                yield "NAME", end - len(unit), end
                continue
        yield kind, start, end
