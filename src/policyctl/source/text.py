"""The text of a file, and places in it.

A `Span` is a stretch of code points of one source; everything that people or editors need (line, and the column
counted in code points, in display cells and in UTF-16 units) is computed from it when asked for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from policyctl.characters import cells

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Position:
    """A place, all numbers from 1: the line, and three columns: code points, display cells (a Chinese character is two
    wide), UTF-16 code units."""

    line: int
    column: int
    display: int
    utf16: int


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A text by the name it is shown under. `text` is as in the file, without a byte order mark."""

    name: str
    text: str
    _starts: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        starts = [0, *(match.end() for match in _LINE_END.finditer(self.text))]
        object.__setattr__(self, "_starts", tuple(starts))

    def position(self, offset: int) -> Position:
        """Where the code point at `offset` stands."""
        line = self.line_of(offset)
        before = self.text[self._starts[line - 1] : offset]
        return Position(
            line, len(before) + 1, cells(before) + 1, len(before.encode("utf-16-le", "surrogatepass")) // 2 + 1
        )

    def line_of(self, offset: int) -> int:
        """The line that the code point at `offset` stands on, from 1."""
        return bisect_right(self._starts, offset)

    def line(self, number: int) -> str:
        """The text of line `number` (from 1), without its end."""
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


@dataclass(frozen=True, slots=True)
class Span:
    """The code points from `start` up to, not including, `end` of a source."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """The line it starts on, from 1."""
        return self.source.line_of(self.start)

    @property
    def text(self) -> str:
        """The words as written."""
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """From the start of this span to the end of the other."""
        return Span(self.source, self.start, max(self.end, other.end))
