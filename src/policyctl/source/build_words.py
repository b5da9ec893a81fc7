"""Tree building for names, texts, numbers and citations: what every other room of it needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

from policyctl.source import tree
from policyctl.source.diagnostics import Diagnostic
from policyctl.source.parts import (
    Parts,
    all_of,
    has,
    number_of,
    one_of,
    text_of,
)
from policyctl.source.text import Span
from policyctl.source.tokens import Token


@dataclass(frozen=True, slots=True)
class _Cite:
    text: tree.Text


@dataclass(frozen=True, slots=True)
class Whom:
    """`for promoter`."""

    name: tree.Name
    span: Span


@dataclass(frozen=True, slots=True)
class Above:
    number: tree.Number


def _day_word(parts: Parts) -> tree.DayWord | None:
    return next((cast(tree.DayWord, p.word) for p in parts if isinstance(p, Token) and p.kind == "CALENDAR"), None)


class WordBuilder:
    """What builds words. What is wrong with a statement, and hides nothing, goes to the findings."""

    def __init__(self, findings: list[Diagnostic]) -> None:
        self._findings = findings
        self._depth: dict[int, int] = {}

    def name(self, parts: Parts, span: Span) -> tree.Name:
        return tree.Name(parts[0].word, span)

    def quoted(self, parts: Parts, span: Span) -> tree.Name:
        return tree.Name(text_of(parts[0]).text, span, quoted=True)

    def text(self, parts: Parts, span: Span) -> tree.Text:
        return text_of(parts[0])

    def named(self, parts: Parts, span: Span) -> tree.Named:
        return tree.Named(parts[0], one_of(parts, tree.Text))

    def cite(self, parts: Parts, span: Span) -> _Cite:
        return _Cite(text_of(parts[1]))

    def _cited(self, parts: Parts) -> tree.Text | None:
        """The citation; of two (in front of the effects and behind them) the first, and that is reported."""
        cites = [cite.text for cite in all_of(parts, _Cite)]
        for again in cites[1:]:
            self._twice("cite", again.span, cites[0].span)
        return cites[0] if cites else None

    def _twice(self, word: str, again: Span, first: Span) -> None:
        help = "leave one of them out"
        if word == "cite":
            help += ", or put both clauses into one text"
        self._findings.append(
            Diagnostic("said-twice", f"`{word}` is said twice", again, help, other=(first, "first said here"))
        )

    def zone(self, parts: Parts, span: Span) -> tree.Name:
        return tree.Name("".join(part.word for part in parts), span)

    def number(self, parts: Parts, span: Span) -> tree.Number:
        value = number_of(parts[-1]).value
        return tree.Number(-value if has(parts, "SIGN") else value, span)

    def whom(self, parts: Parts, span: Span) -> Whom:
        return Whom(parts[1], span)

    def quantity(self, parts: Parts, span: Span) -> tree.Quantity:
        unit = cast(tree.UnitWord, next(part.word for part in parts if part.kind == "UNIT"))
        return tree.Quantity(number_of(parts[0]).value, unit, _day_word(parts), span, has(parts, "ROLLED"))

    def acts_of(self, parts: Parts, span: Span) -> tree.ActsOf:
        return tree.ActsOf(number_of(parts[0]), parts[1], span)

    def clock(self, parts: Parts, span: Span) -> tree.Word:
        hour, minute = (token.word for token in parts[1:])
        return tree.Word(f"{hour}:{minute}", parts[1].span.to(parts[2].span))

    def except_(self, parts: Parts, span: Span) -> tree.Exempt:
        return tree.Exempt(parts[2], None, span)

    def _ends(self, parts: Parts) -> tuple[tree.Text | None, tuple[tree.Exempt, ...]]:
        """The citation of a case, and its exceptions: a citation behind an exception is that exception's."""
        first = next((place for place, part in enumerate(parts) if isinstance(part, tree.Exempt)), len(parts))
        exempt: list[tree.Exempt] = []
        for part in parts[first:]:
            if isinstance(part, tree.Exempt):
                exempt.append(part)
            elif isinstance(part, _Cite):
                if exempt[-1].cite is not None:
                    self._twice("cite", part.text.span, exempt[-1].cite.span)
                else:
                    exempt[-1] = replace(exempt[-1], cite=part.text, span=exempt[-1].span.to(part.text.span))
        return self._cited(parts[:first]), tuple(exempt)

    def above(self, parts: Parts, span: Span) -> Above:
        return Above(number_of(parts[1]))
