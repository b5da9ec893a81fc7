"""Keyword tables: a word or phrase of one language -> the terminals of the grammar it stands for.

A table is data (`grammar/keywords.en.toml`); another language is another table.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from policyctl.shipping import shipped

Meaning = tuple[str, str]
"""A terminal, and the canonical word: `("UNIT", "year")`."""

_PIECES = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A spelling, cut into the pieces a text is cut into, and what it stands for."""

    pieces: tuple[str, ...]
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Keywords:
    """A keyword table, by the first piece of each spelling; the longest spelling first."""

    language: str
    phrases: Mapping[str, tuple[Phrase, ...]]

    def unit(self, word: str) -> Meaning | None:
        """What a word written onto a number (`d` of `3d`) stands for, if it is a unit of time."""
        for phrase in self.phrases.get(word, ()):
            if len(phrase.pieces) == 1 and phrase.meanings[0][0] == "UNIT":
                return phrase.meanings[0]
        return None

    def words(self, terminal: str) -> list[str]:
        """The one-word spellings of a terminal."""
        return [
            piece
            for piece, phrases in self.phrases.items()
            for phrase in phrases
            if phrase.pieces == (piece,) and phrase.meanings[0][0] == terminal
        ]


def keyword_table(toml: str) -> Keywords:
    """The table that the text of a keyword file describes."""
    data = tomllib.loads(toml)
    found: dict[str, list[Phrase]] = {}
    for spelling, value in data["words"].items():
        pieces = tuple(_PIECES.findall(spelling))
        values = [value] if isinstance(value, str) else value
        found.setdefault(pieces[0], []).append(Phrase(pieces, tuple(_meaning(v) for v in values)))
    ordered = {k: tuple(sorted(v, key=lambda p: -len(p.pieces))) for k, v in found.items()}
    return Keywords(data["language"], ordered)


@cache
def english() -> Keywords:
    """The English table that ships with the program."""
    return keyword_table(shipped("grammar", "keywords.en.toml").read_text(encoding="utf-8"))


def _meaning(value: str) -> Meaning:
    terminal, _, word = value.partition(":")
    return terminal, word or terminal.lower()
