"""The sentences of the explanation, whole, in files of each language, and how they are filled.

A language is all files that begin with its name (`en.toml`, `en.problems.toml`); no key stands in two of them. Every
language has the same keys with the same placeholders, but for `problem` and `help`: what is wrong with an event comes
with its message in English, and has a sentence for its code in every other language. A value may be a table of plural
forms (`one`, `other`), chosen by the number that is given as `n`. Sentences are never put together from fragments;
only names, dates, amounts and lists of them are filled in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal

from policyctl.explain.text import Text

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

Form = str | dict[str, str]
"""A template, or its plural forms."""

_PLURALS = frozenset({"one", "other"})


HERE = Path(__file__).parent
"""The sentences of the explanation."""


@lru_cache(maxsize=8)
def load(language: Language, folder: Path = HERE) -> dict[str, Form]:
    """All templates of a language in a folder by their dotted keys (`headline.closed`)."""
    found: dict[str, Form] = {}
    for path in sorted(folder.glob(f"{language}.*toml")):
        found.update(flattened("", tomllib.loads(path.read_text(encoding="utf-8"))))
    return found


def flattened(prefix: str, table: dict[str, Any]) -> Iterator[tuple[str, Form]]:
    """The templates of a table of tables, by their dotted keys."""
    for name, value in table.items():
        if isinstance(value, dict) and not _PLURALS.issuperset(value):
            yield from flattened(f"{prefix}{name}.", value)
        else:
            yield f"{prefix}{name}", value


@lru_cache(maxsize=512)
def placeholders(template: str) -> frozenset[str]:
    """The names that a template asks for."""
    return frozenset(field for _, field, _, _ in Formatter().parse(template) if field)


class Phrases:
    """The templates of one language; with those in a folder of another room `beside` the explanation's own."""

    def __init__(self, language: Language, beside: Path | None = None) -> None:
        self.language = language
        self._forms = load(language) if beside is None else {**load(language), **load(language, beside)}

    def has(self, key: str) -> bool:
        """Whether there is such a template."""
        return key in self._forms

    def template(self, key: str, n: Fraction | int | None = None) -> str:
        """The template of a key, in the plural form that `n` wants."""
        form = self._forms[key]
        if isinstance(form, str):
            return form
        return form["one"] if n == 1 and "one" in form else form["other"]

    def say(self, key: str, n: Fraction | int | None = None, /, **values: str | Text) -> Text:
        """The sentence of a key with its values filled in; styled values keep their style."""
        sentence = Text()
        for literal, field, _, _ in Formatter().parse(self.template(key, n)):
            _append(sentence, Text(literal))
            if field:
                value = values[field]
                _append(sentence, Text(value) if isinstance(value, str) else value)
        return sentence


def _append(sentence: Text, piece: Text) -> None:
    """Append, with a space where Chinese meets a Latin word or number."""
    if not piece.plain:
        return
    if sentence.plain:
        last, first = sentence.plain[-1], piece.plain[0]
        if (_is_chinese(last) and _is_word(first)) or (_is_word(last) and _is_chinese(first)):
            sentence.append(" ")
    sentence.append(piece)


def _is_chinese(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in "_+-")
