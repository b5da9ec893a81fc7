"""Keyword tables: a word or phrase of one language -> the terminals of the grammar it stands for.

A table is data: each file `keywords.XX.toml` of the grammar folder is one, and nothing else names it. A text is read
with one table, which its first statement decides (`table_for`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from policyctl.shipping import shipped

Meaning = tuple[str, str]
"""A terminal, and the canonical word: `("UNIT", "year")`."""

_PIECES = re.compile(r"\w+|[^\w\s]")
_GOES_ON = re.compile(r"""\w|["“＂]""")
_BY_DEFAULT = "en"

STATEMENTS = frozenset(
    {"POLICY", "USE", "NOTE", "IDENTITIES", "LEDGER", "OFFENCE", "MEASURE", "SANCTION", "FLAG", "RULE", "LADDER"}
    | {
        "ACTS",
        "METRICS",
        "ATTRIBUTE",
        "CONSTANT",
        "HOLIDAYS",
        "WORKDAYS",
        "READING",
        "TRANSITION",
        "PROPERTIES",
        "TEST",
    }
)
"""Keywords that begin a statement."""


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

    def begins_statement(self, line: str) -> bool:
        """Whether a line begins with a word for a statement, and a name or a text behind it."""
        first = _PIECES.match(line)
        for phrase in self.phrases.get(first[0], ()) if first is not None else ():
            *word, behind = [*_PIECES.findall(line)[: len(phrase.pieces) + 1], ""][: len(phrase.pieces) + 1]
            if phrase.meanings[0][0] in STATEMENTS and tuple(word) == phrase.pieces and _GOES_ON.match(behind):
                return True
        return False

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
def tables(folder: Path | None = None) -> tuple[Keywords, ...]:
    """The tables of a folder, by default of the one that ships with the program: English first, then by language."""
    found = (folder or shipped("grammar", ".")).glob("keywords.*.toml")
    read = [keyword_table(path.read_text(encoding="utf-8")) for path in found]
    return tuple(sorted(read, key=lambda table: (table.language != _BY_DEFAULT, table.language)))


def table_for(text: str, among: Sequence[Keywords]) -> Keywords:
    """The table to read a text with: of the first line at the left margin that begins, in some table, with a word for a
    statement and goes on with a name or a text; the first table where there is no such line.

    Full-width signs in the text have been replaced.
    """
    for line in text.splitlines():
        if line[:1].isspace() or line.startswith("#"):
            continue
        for table in among:
            if table.begins_statement(line):
                return table
    return among[0]


def _meaning(value: str) -> Meaning:
    terminal, _, word = value.partition(":")
    return terminal, word or terminal.lower()
