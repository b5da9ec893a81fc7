"""Characters on a terminal: how wide they are, and which of them a terminal would obey or hide."""

from __future__ import annotations

import unicodedata

_TAB = "    "


def cells(text: str) -> int:
    """How many terminal cells a text takes: wide characters two, combining and invisible ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(c) or unicodedata.category(c) in ("Cf", "Mn", "Me")
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


def visible(text: str) -> str:
    """The text with tabs as spaces, and nothing that a terminal would obey or hide."""
    if text.isascii() and text.isprintable():
        return text
    shown = []
    for character in text:
        if character == "\t":
            shown.append(_TAB)
        elif character in "\u200c\u200d" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            shown.append(character)
        else:
            shown.append("�")
    return "".join(shown)
