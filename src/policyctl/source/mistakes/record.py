"""A row of the table of mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Mistake:
    """One row. All conditions that are given must hold."""

    code: str
    message: str
    help: str | None = None
    """None: the form of the statement."""
    at: str = "ANY"
    """The token at which the parser stopped."""
    before: tuple[str, ...] = ()
    """The tokens in front of it, the nearest last."""
    behind: tuple[str, ...] = ()
    """The tokens behind it."""
    forms: str = ""
    """In which forms of statement; empty: in all."""
    can: str = ""
    """Terminals that could stand here one after the other; `THIS` is the token at which the parser stopped."""
    cannot: str = ""
    """A terminal that could not stand here."""
    near: str = ""
    """The token is nearly a spelling of this terminal (`KEYWORD`: of any keyword that could stand here)."""
    glued: bool = False
    """No white space in front of the token."""
    open: bool = False
    """A parenthesis is open."""
    names_until: str = ""
    """Only names follow on the line, up to one of these terminals; all of them are joined where `meant` is `JOIN`."""
    arrow_ahead: bool | None = None
    """Whether an arrow follows on the same line."""
    width: int = 1
    """How many tokens are looked at together, the first of them at the place where the parser stopped."""
    meant: str = ""
    """Go on as if this terminal stood in the place of the tokens; `SKIP`: as if they were not there; `JOIN`: as if
    they and the name in front of them were one name."""
    insert: bool = False
    """Go on as if `meant` stood in front of the token."""
    shown: str = ""
    """The text of what was meant."""
    underline: str = "at"
    """What to underline: `at` the tokens, `before` the one in front of them, `front` all tokens of `before`, `all`
    both, `open` the open parenthesis, `first` the first token of the statement, `line` the whole line of the token,
    `next line` what stands behind the end of the line."""
    label: str | None = None


def row(phrase: str, code: str, message: str, help: str | None, **more: Any) -> Mistake:
    """A row for several words one after the other; `behind` is what stands behind them."""
    first, *rest = phrase.split()
    behind = (*rest, *more.pop("behind", ()))
    return Mistake(code, message, help, at=first, behind=behind, width=1 + len(rest), **more)


POINTS = "points point pts Points Point 分 点"
"""What people write behind a number of points."""

ARROW_HELP = "write `->` between what must hold and what happens"
"""Said of everything that stands where an arrow belongs."""
