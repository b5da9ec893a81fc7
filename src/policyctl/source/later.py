"""What belongs to the language and is not built yet: who writes it is told so by name, with what there is instead."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from policyctl.shipping import shipped
from policyctl.source.diagnostics import Diagnostic
from policyctl.source.text import Span


@dataclass(frozen=True, slots=True)
class Later:
    """A construct of the language that is not built yet."""

    words: tuple[str, ...]
    called: str
    help: str
    forms: frozenset[str]
    behind: int
    can: str
    """A terminal that could stand where the parser stopped; empty: not asked."""
    not_yet: bool
    early: bool
    """Looked for before the mistakes of people who speak otherwise."""

    def said(self, span: Span) -> Diagnostic:
        """What is said where it stands."""
        if not self.not_yet:
            return Diagnostic("written-otherwise", f"{self.called} is written in another way", span, self.help)
        message = f"{self.called} is part of the language but this version does not support it"
        return Diagnostic("not-supported-yet", message, span, self.help)


@dataclass(frozen=True, slots=True)
class _Table:
    constructs: tuple[Later, ...]
    chinese: Mapping[str, str]
    units: frozenset[str]


@cache
def _table() -> _Table:
    data = tomllib.loads(shipped("grammar", "later.toml").read_text(encoding="utf-8"))
    found = [
        Later(
            tuple(words.split()),
            construct["called"].replace("{words}", words.replace(" (", "(")),
            construct.get("help", data["help"]),
            frozenset(construct.get("forms", "").split()),
            construct.get("behind", 0),
            construct.get("can", ""),
            construct.get("not_yet", False),
            construct.get("early", False),
        )
        for construct in data["construct"]
        for words in construct["words"]
    ]
    ordered = sorted(found, key=lambda later: (-len(later.words), not later.forms))
    chinese = {spelling: english for english, spellings in data["chinese"].items() for spelling in spellings.split()}
    return _Table(tuple(ordered), chinese, frozenset(data["chinese_units"].split()))


def later_constructs() -> tuple[Later, ...]:
    """The constructs that are not built yet, longest first."""
    return _table().constructs


def chinese_words() -> Mapping[str, str]:
    """Words that will be keywords of the Chinese table, each with what to write today."""
    return _table().chinese


def chinese_units() -> frozenset[str]:
    """Units of time in Chinese, which are written onto a number: `3天`."""
    return _table().units


def later_effect(word: str) -> Later | None:
    """An effect that is not built yet, by its verb."""
    for construct in later_constructs():
        if construct.words == (word,) and "case" in construct.forms:
            return construct
    return None


def said_of_chinese(word: str, span: Span) -> Diagnostic:
    """What is said of a keyword in Chinese."""
    return Diagnostic(
        "not-supported-yet",
        f"the keyword `{word}` is Chinese, and this version knows only English keywords",
        span,
        f"write {chinese_words()[word]}; names, labels and citations may be Chinese",
    )
