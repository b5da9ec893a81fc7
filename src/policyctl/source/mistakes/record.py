"""A row of the table of mistakes."""

from __future__ import annotations

from dataclasses import dataclass


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
    arrow_ahead: bool | None = None
    """Whether an arrow follows on the same line."""
    meant: str = ""
    """Go on as if this terminal stood in the place of the token; `SKIP`: as if the token were not there."""
    insert: bool = False
    """Go on as if `meant` stood in front of the token."""
    shown: str = ""
    """The text of what was meant."""
    underline: str = "at"
    """What to underline: `at` the token, `before` the one in front of it, `both`, `open` the open parenthesis,
    `line` the whole line of the token."""
    label: str | None = None


ARROW_HELP = "write `->` between what must hold and what happens"
"""Said of everything that stands where an arrow belongs."""
