"""Text with styles, for a terminal: pieces of words, each bold, dim or coloured.

A style is words out of `CODES` with spaces between them. Nothing here is told by style alone: `plain` says it all.
"""

from __future__ import annotations

from typing import Final

from policyctl.characters import cells, visible

CODES: Final = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "magenta": 35, "cyan": 36}
"""What a terminal is sent for each word of a style."""


class Text:
    """A sentence or a line, in pieces."""

    __slots__ = ("_pieces",)

    def __init__(self, text: str = "", style: str = "") -> None:
        self._pieces: list[tuple[str, str]] = [(text, style)] if text else []

    @property
    def plain(self) -> str:
        """The words alone."""
        return "".join([text for text, _ in self._pieces])

    @property
    def cells(self) -> int:
        """How many cells of a terminal it takes."""
        return cells(self.plain)

    def append(self, text: str | Text, style: str = "") -> Text:
        """Add words in a style, or another text as it is; gives this one."""
        if isinstance(text, Text):
            self._pieces += text._pieces
        elif text:
            self._pieces.append((text, style))
        return self

    def stylize(self, style: str) -> Text:
        """Give all of it a style as well; gives this one."""
        self._pieces = [(text, f"{own} {style}".strip()) for text, own in self._pieces]
        return self

    def part(self, start: int, end: int) -> Text:
        """The characters from `start` up to, not including, `end`, without spaces at the end."""
        end = start + len(self.plain[start:end].rstrip())
        found = Text()
        at = 0
        for text, style in self._pieces:
            if at < end and at + len(text) > start:
                found.append(text[max(start - at, 0) : end - at], style)
            at += len(text)
        return found

    def replaced(self, old: str, new: str) -> Text:
        """The text with one character exchanged, or taken out."""
        found = Text()
        for text, style in self._pieces:
            found.append(text.replace(old, new), style)
        return found

    def cleaned(self) -> Text:
        """The text with nothing in it that a terminal would obey or hide."""
        if self.plain.isprintable():
            return self
        found = Text()
        for text, style in self._pieces:
            found.append(visible(text), style)
        return found

    def coloured(self) -> str:
        """The text as a terminal is sent it."""
        shown = []
        for text, style in self._pieces:
            codes = ";".join(str(code) for word, code in CODES.items() if word in style.split())
            shown.append(f"\x1b[{codes}m{text}\x1b[0m" if codes else text)
        return "".join(shown)
