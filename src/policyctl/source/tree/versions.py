"""The change from one version to the next, as written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policyctl.source.text import Span
from policyctl.source.tree.conditions import Expression
from policyctl.source.tree.words import Date, Name, Number, Text, Word


@dataclass(frozen=True, slots=True)
class Conversion:
    """`4 to 5 -> 2`, `18 -> 8`, `>= 18 -> 8`: what a balance becomes. `upper` is None where there is no upper end."""

    compare: Literal[">=", ">", "<=", "<", "=", "!="] | None
    lower: Number
    upper: Number | None
    becomes: Number
    span: Span


@dataclass(frozen=True, slots=True)
class TransitionLine:
    """`general carry`, `points carry, expires as here`, `credit drop, still counted`, `fines carry`, `sanctions drop`,
    `reached as reached`, `reached re-arm`. `what` is the ledger's name, or the keyword's canonical spelling."""

    what: Name | Word
    verb: Literal["carry", "carry_as_here", "drop", "drop_still_counted", "convert", "as_reached", "rearm"]
    span: Span
    unless: Expression | None = None
    into: Name | None = None
    table: tuple[Conversion, ...] = ()


@dataclass(frozen=True, slots=True)
class TransitionStatement:
    """`transition from 2019-01-01 cite "…":` and its lines; stands in the file of the newer version."""

    previous: Date
    lines: tuple[TransitionLine, ...]
    cite: Text | None
    span: Span
