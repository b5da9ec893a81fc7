"""The syntax tree of a policy file: what was written, with its place, before any name is resolved.

The tree accepts more than the language means (`suspend 2000`, `fine 3d`, a condition where a number belongs), so that
the next stage can say what is wrong in the words of the writer. Keywords are already independent of their language;
names, labels and numbers are as written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policyctl.source.text import Span
from policyctl.source.tree.conditions import (
    EXPRESSIONS,
    Anchor,
    Arithmetic,
    Bracketed,
    ByAge,
    ByDate,
    Compared,
    Condition,
    Counted,
    Expression,
    Joined,
    LastActs,
    Negated,
    OfTicket,
    Otherwise,
    Picked,
    PreviousUnit,
    Said,
    SameAs,
    SinceEvent,
    Within,
)
from policyctl.source.tree.declarations import (
    ActsStatement,
    AttributeStatement,
    ConstantStatement,
    ConstantValue,
    FlagStatement,
    Identities,
    MeasureStatement,
    MetricsStatement,
    Note,
    PartLine,
    PolicyHeader,
    ReadingStatement,
    SanctionStatement,
    Setting,
    Use,
)
from policyctl.source.tree.effects import Effect, Ends, Expires, Fine, Impose, Instead, Moves, Post, Rounded, Tell, Warn
from policyctl.source.tree.ledgers import (
    Bound,
    DaysOff,
    Group,
    LedgerStatement,
    Multiplied,
    Resets,
    Starts,
    Waits,
)
from policyctl.source.tree.rules import (
    Case,
    Exempt,
    LadderStatement,
    Occasion,
    OffenceStatement,
    RuleStatement,
    Severity,
    Step,
    Thing,
)
from policyctl.source.tree.versions import Conversion, TransitionLine, TransitionStatement
from policyctl.source.tree.words import (
    ActsOf,
    Date,
    DateWord,
    DayWord,
    Name,
    Named,
    Number,
    Quantity,
    Schedule,
    Text,
    UnitWord,
    Word,
)

if TYPE_CHECKING:
    from policyctl.source.stories import StoryLine


@dataclass(frozen=True, slots=True)
class TestStatement:
    """`test "NAME" for promoter` and its lines (`stories.py`)."""

    name: Text
    identity: Name | None
    lines: tuple[StoryLine, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Property:
    """One line of `properties:`. `kind` is its template; of what stands in that: conditions, a name (of a ledger, a
    sanction, a rule), a length, a date, and a word."""

    kind: str
    span: Span
    condition: Expression | None = None
    implied: Expression | None = None
    name: Name | Text | None = None
    length: Quantity | None = None
    date: Date | None = None
    word: Word | None = None


@dataclass(frozen=True, slots=True)
class PropertiesStatement:
    """`properties:` and its lines."""

    properties: tuple[Property, ...]
    span: Span


Statement = (
    PolicyHeader
    | Use
    | Note
    | Identities
    | LedgerStatement
    | OffenceStatement
    | MeasureStatement
    | SanctionStatement
    | FlagStatement
    | ActsStatement
    | MetricsStatement
    | AttributeStatement
    | ConstantStatement
    | RuleStatement
    | LadderStatement
    | ReadingStatement
    | TransitionStatement
    | PropertiesStatement
    | TestStatement
    | DaysOff
)

__all__ = [
    "EXPRESSIONS",
    "ActsOf",
    "ActsStatement",
    "Anchor",
    "Arithmetic",
    "AttributeStatement",
    "Bound",
    "Bracketed",
    "ByAge",
    "ByDate",
    "Case",
    "Compared",
    "Condition",
    "ConstantStatement",
    "ConstantValue",
    "Conversion",
    "Counted",
    "Date",
    "DateWord",
    "DayWord",
    "DaysOff",
    "Effect",
    "Ends",
    "Exempt",
    "Expires",
    "Expression",
    "Fine",
    "FlagStatement",
    "Group",
    "Identities",
    "Impose",
    "Instead",
    "Joined",
    "LadderStatement",
    "LastActs",
    "LedgerStatement",
    "MeasureStatement",
    "MetricsStatement",
    "Moves",
    "Multiplied",
    "Name",
    "Named",
    "Negated",
    "Note",
    "Number",
    "Occasion",
    "OfTicket",
    "OffenceStatement",
    "Otherwise",
    "PartLine",
    "Picked",
    "PolicyHeader",
    "Post",
    "PreviousUnit",
    "PropertiesStatement",
    "Property",
    "Quantity",
    "ReadingStatement",
    "Resets",
    "Rounded",
    "RuleStatement",
    "Said",
    "SameAs",
    "SanctionStatement",
    "Schedule",
    "Setting",
    "Severity",
    "SinceEvent",
    "Starts",
    "Statement",
    "Step",
    "Tell",
    "TestStatement",
    "Text",
    "Thing",
    "TransitionLine",
    "TransitionStatement",
    "UnitWord",
    "Use",
    "Waits",
    "Warn",
    "Within",
    "Word",
]
