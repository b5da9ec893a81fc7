"""Conditions and sums without the parentheses that mean nothing.

`(general >= 20)` is `general >= 20`: what a condition is called must not depend on them.
"""

from __future__ import annotations

from dataclasses import replace

from policyctl.source.tree import (
    Arithmetic,
    Bracketed,
    ByAge,
    ByDate,
    Compared,
    Counted,
    Expression,
    Joined,
    Negated,
    Number,
    Picked,
    Said,
)

_BINDS = {"or": 1, "and": 2, "not": 3, "compare": 4, "+": 5, "-": 5, "*": 6, "/": 6}
"""How tightly what a word or a sign joins holds together, against what stands around it."""
_ALONE = 7
"""A name, a number, a count."""


def without_brackets(expression: Expression) -> Expression:
    """The same without parentheses that change nothing, neither around all of it nor inside."""
    match expression:
        case Bracketed(inner):
            return without_brackets(inner)
        case Joined(word, parts):
            kept = [_inside(part, _BINDS[word]) for part in parts]
            flat: list[Expression] = []
            for part in kept:
                flat += part.parts if isinstance(part, Joined) and part.word == word else [part]
            return replace(expression, parts=tuple(flat))
        case Negated(part):
            return replace(expression, part=_inside(part, _BINDS["not"]))
        case Compared(_, left, right):
            return replace(expression, left=_inside(left, _BINDS["+"]), right=_inside(right, _BINDS["+"]))
        case Counted(where=where) if where is not None:
            return replace(expression, where=without_brackets(where))
        case Picked(of=of):
            return replace(expression, of=tuple(without_brackets(part) for part in of))
        case Arithmetic(operator, left, right):
            binds = _BINDS[operator]
            return replace(expression, left=_inside(left, binds), right=_inside(right, binds + 1))
        case _:
            return expression


def _inside(part: Expression, needed: int) -> Expression:
    """A part as it may stand where so tight a hold is needed; with parentheses where it has less."""
    plain = without_brackets(part)
    if isinstance(part, Bracketed) and _binds(plain) < needed:
        return Bracketed(plain, part.span)
    return plain


def _binds(expression: Expression) -> int:
    match expression:
        case Joined(word, _):
            return _BINDS[word]
        case Negated():
            return _BINDS["not"]
        case Compared() | Said() | ByDate() | ByAge():
            return _BINDS["compare"]
        case Arithmetic(operator, _, _):
            return _BINDS[operator]
        case Number(value) if value < 0:
            return _BINDS["+"]
        case _:
            return _ALONE
