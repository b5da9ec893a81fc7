"""Lines of styled text on a grid of terminal cells: wrapping, tables, labelled fields, bars.

Knows nothing of policies. Chinese characters are two cells wide and may be broken between any two of them, but no line
starts with a closing mark or ends with an opening one. A no-break space holds its two sides together while wrapping
and is printed as a plain space.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from policyctl.characters import cells
from policyctl.explain.text import Text

HOLD = "\u00a0"
"""The space that is never broken."""
JOIN = "\u2060"
"""Has no width, and keeps the two sides of it on one line."""

_JOINTS = frozenset("._-/@,")
_KEEPING = (HOLD, JOIN)
_CLOSING = frozenset("，。；：、！？）」』”’》】％%…,.;:!?)")
_OPENING = frozenset("（「『“‘《【(")


class Glyphs(msgspec.Struct, frozen=True):
    """The marks that are drawn."""

    line: str
    full: str
    rest: str
    against: str
    clear: str
    decision: str
    undone: str
    warning: str
    item: str

    @classmethod
    def unicode(cls) -> Glyphs:
        """For terminals that show Unicode."""
        return cls(
            line="─", full="█", rest="░", against="●", clear="○", decision="◆", undone="◇", warning="▲", item="·"
        )

    @classmethod
    def ascii(cls) -> Glyphs:
        """For terminals that do not."""
        return cls(
            line="-", full="#", rest=".", against="*", clear="o", decision="*", undone="~", warning="!", item="-"
        )


class Column(msgspec.Struct, frozen=True):
    """A column of a table; one that `gives` is narrowed, and its cells wrapped, where the page is."""

    align: Literal["left", "right"] = "left"
    gives: bool = False
    least: int = 8


def hold(text: str) -> str:
    """The text as one word for wrapping."""
    return text.replace(" ", HOLD)


def whole(text: str) -> str:
    """The text as one word for wrapping, Chinese characters and all."""
    return JOIN.join(hold(text))


def printed(lines: Iterable[Text]) -> list[Text]:
    """The lines as they are printed: plain spaces, none at the end, and nothing that a terminal would obey."""
    plain = (line.replaced(JOIN, "").replaced(HOLD, " ") for line in lines)
    return [line.part(0, len(line.plain)).cleaned() for line in plain]


def wrap(text: Text, width: int) -> list[Text]:
    """The text in lines of at most `width` cells."""
    plain = text.plain
    if plain.isascii() and len(plain) <= width:
        return [text.part(len(plain) - len(plain.lstrip()), len(plain))]
    lines: list[Text] = []
    start = end = used = 0  # the line so far is plain[start:end]
    for first, last in _pieces(plain):
        room = cells(plain[first:last])
        if used + room > width and used:
            lines.append(text.part(start, end))
            start, used = first, 0
        if plain[first:last].isspace():
            if used:
                used, end = used + room, last
            else:
                start = end = last
            continue
        while room > width:  # one word that is wider than the page
            cut = first
            while cut < last and cells(plain[first : cut + 1]) <= width:
                cut += 1
            cut = max(_joint(plain, first, cut), first + 1)
            lines.append(text.part(first, cut))
            start = first = cut
            room = cells(plain[first:last])
        used, end = used + room, last
    if end > start or not lines:
        lines.append(text.part(start, end))
    return lines


def _joint(plain: str, first: int, cut: int) -> int:
    """Where a word that is too wide is best cut, up to `cut`: behind the last mark inside a name, if there is one."""
    marks = [at + 1 for at in range(first + 1, cut) if plain[at] in _JOINTS]
    if marks:
        return marks[-1]
    while cut > first + 1 and (plain[cut] in _CLOSING or plain[cut] in _KEEPING):
        cut -= 1
    return cut


def _pieces(plain: str) -> Iterator[tuple[int, int]]:
    """The unbreakable pieces of a text, runs of spaces among them."""
    start = 0
    for at in range(1, len(plain)):
        if _breaks(plain[at - 1], plain[at]):
            yield start, at
            start = at
    if plain:
        yield start, len(plain)


def _breaks(before: str, after: str) -> bool:
    if before in _KEEPING or after in _KEEPING:
        return False
    if (before == " ") != (after == " "):
        return True
    if before == " " or after in _CLOSING or before in _OPENING:
        return False
    return cells(before) == 2 or cells(after) == 2


def indent(lines: Iterable[Text], cells: int) -> list[Text]:
    """The lines moved to the right."""
    return [Text(" " * cells).append(line) for line in lines]


def hang(mark: Text, text: Text, width: int) -> list[Text]:
    """A paragraph whose first line begins with a mark, the others below its text."""
    return beside(mark, wrap(text, width - mark.cells - 1), mark.cells + 1)


def beside(label: Text, lines: Sequence[Text], cells: int) -> list[Text]:
    """The lines, moved to the right of a label that takes up `cells`."""
    moved = indent(lines, cells)
    if moved:
        moved[0] = Text().append(label).append(" " * (cells - label.cells)).append(lines[0])
    return moved


def heading(title: str, glyphs: Glyphs, width: int) -> Text:
    """A section's title with a thin rule to the edge."""
    rule = max(width - cells(title) - 1, 0)
    return Text(title, "bold").append(" " + glyphs.line * rule, style="dim")


def table(rows: Sequence[Sequence[Text]], columns: Sequence[Column], width: int, gap: int = 2) -> list[Text]:
    """Aligned columns; a row may be a single cell, which then takes the whole width."""
    full = [row for row in rows if len(row) == len(columns)]
    widths = [max((row[i].cells for row in full), default=0) for i in range(len(columns))]
    _narrow(widths, columns, width - gap * (len(columns) - 1))
    lines: list[Text] = []
    for row in rows:
        if len(row) != len(columns):
            lines += wrap(row[0], width)
            continue
        wrapped = [wrap(cell, max(size, 1)) for cell, size in zip(row, widths, strict=True)]
        for number in range(max(len(cell) for cell in wrapped)):
            line = Text()
            for i, cell in enumerate(wrapped):
                piece = cell[number] if number < len(cell) else Text()
                space = " " * max(widths[i] - piece.cells, 0)
                line.append(" " * gap if i else "")
                if columns[i].align == "right":
                    line.append(space).append(piece)
                else:
                    line.append(piece).append(space)
            lines.append(line.part(0, len(line.plain)))
    return lines


def _narrow(widths: list[int], columns: Sequence[Column], room: int) -> None:
    """Take what is too much from the columns that give, always from the widest."""
    while sum(widths) > room:
        able = [i for i, c in enumerate(columns) if c.gives and widths[i] > c.least]
        able = able or [i for i in range(len(columns)) if widths[i] > 1]
        if not able:
            return
        widest = max(able, key=lambda i: widths[i])
        widths[widest] -= 1


def bar(share: Fraction, cells: int, style: str, glyphs: Glyphs) -> Text:
    """A bar of `cells`; empty only at nothing and full only at the whole."""
    share = min(max(share, Fraction(0)), Fraction(1))
    full = int(share * cells)
    if share > 0:
        full = max(full, 1)
    if share < 1:
        full = min(full, cells - 1)
    return Text().append(glyphs.full * full, style=style).append(glyphs.rest * (cells - full), style="dim")


class Page(msgspec.Struct, frozen=True):
    """What is drawn on: `width` cells, with these marks."""

    width: int
    glyphs: Glyphs

    def narrower(self, cells: int) -> Page:
        """The page that is left beside a margin."""
        return Page(max(self.width - cells, 20), self.glyphs)

    def paragraph(self, text: Text) -> list[Text]:
        """A wrapped paragraph."""
        return wrap(text, self.width)

    def item(self, text: Text) -> list[Text]:
        """A paragraph with a bullet."""
        return hang(Text(self.glyphs.item, style="dim"), text, self.width)
