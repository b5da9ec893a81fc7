"""The parts of a construct as tree building finds them: tokens, and what is already built."""

from __future__ import annotations

from typing import Any, TypeVar

from policyctl.exact import NotANumber, exact
from policyctl.source import tree
from policyctl.source.diagnostics import Diagnostic
from policyctl.source.tokens import Token

Parts = list[Any]
T = TypeVar("T")


class Refused(Exception):
    """A complete construct that the tree cannot hold; carries what to say."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


_COMPARE: dict[str, str] = {"≥": ">=", "≤": "<=", "≠": "!="}


def compare_of(sign: Token) -> Any:
    return _COMPARE.get(sign.word, sign.word)


def one_of(parts: Parts, kind: type[T]) -> T | None:
    return next((part for part in parts if isinstance(part, kind)), None)


def all_of(parts: Parts, kind: type[T]) -> tuple[T, ...]:
    return tuple(part for part in parts if isinstance(part, kind))


def expressions_of(parts: Parts) -> tuple[tree.Expression, ...]:
    return tuple(part for part in parts if not isinstance(part, Token))


def effects_of(parts: Parts) -> tuple[tree.Effect, ...]:
    return next((part for part in parts if isinstance(part, tuple)), ())


def has(parts: Parts, kind: str) -> bool:
    return any(isinstance(part, Token) and part.kind == kind for part in parts)


def word_of(token: Token) -> tree.Word:
    return tree.Word(token.word, token.span)


def text_of(token: Token) -> tree.Text:
    return tree.Text(token.text[1:-1], token.span)


def date_of(token: Token) -> tree.Date:
    return tree.Date(" ".join(token.word.split()), token.span)


def bare_number(parts: Parts) -> tree.Number | None:
    return next((number_of(p) for p in parts if isinstance(p, Token) and p.kind == "NUMBER"), None)


def number_of(token: Token) -> tree.Number:
    try:
        return tree.Number(exact(token.word), token.span)
    except NotANumber:
        raise Refused(
            Diagnostic(
                "number-too-long",
                f"`{token.word[:40]}` has too many digits",
                token.span,
                "a number has at most 15 digits before the point and 9 behind it",
            )
        ) from None


def behind(parts: Parts, kind: str) -> Any:
    """What stands behind a token of a kind; None where there is none."""
    places = (place for place, part in enumerate(parts) if isinstance(part, Token) and part.kind == kind)
    return next((parts[place + 1] for place in places), None)
