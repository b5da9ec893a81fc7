"""The normal form of a policy: the seven primitives, the policy-wide settings, and nothing else.

Everything that a policy file can say is rewritten to these records; the interpreter and every later reader know only
them. A version holds its records by primitive: facts (1), periods (2), measures (3), rules with their occasion (4, 5)
and effects (7), choices (6). Records are frozen and flat, refer to each other by name, and stand in the order of their
names, so that layout and order in a file leave no trace. Labels, citations and positions are kept apart, in `Words`.

What may be assumed of a `Policy` that was loaded: every name resolves, every threshold and amount is exact, versions
are in the order of their dates, each version but the first has a transition or there is only one, and it is
`canonical`.
"""

from policyctl.policy.form.base import ZERO, Compare, DateName, Record, records
from policyctl.policy.form.conditions import (
    AllOf,
    AnyOf,
    Atomic,
    Between,
    Comparison,
    Condition,
    FlagUp,
    Has,
    Is,
    Not,
    Same,
    applies,
    atom_text,
    atoms,
    condition_text,
    measures_of,
)
from policyctl.policy.form.effects import Effect, End, Move, Open
from policyctl.policy.form.facts import (
    ActKind,
    After,
    AttributeKind,
    ConstantKind,
    Dated,
    EntryKind,
    FactKind,
    FlagKind,
    Life,
    MetricKind,
    Multiplied,
    Part,
    Posting,
    SanctionKind,
    TicketKind,
)
from policyctl.policy.form.measures import Last, Lately, Measure, Previous, Read, Since, Sort, Term, reads_of
from policyctl.policy.form.periods import Carrying, Group, Period
from policyctl.policy.form.policy import Chosen, Policy, Said, Words, canonical, decode_policy, encode, key
from policyctl.policy.form.rules import Choice, Every, Ladder, Occasion, Overlap, Prevails, Rule, When, Without
from policyctl.policy.form.versions import Carry, Conversion, LedgerMoves, Settings, Transition, Version

__all__ = [
    "ZERO",
    "ActKind",
    "After",
    "AllOf",
    "AnyOf",
    "Atomic",
    "AttributeKind",
    "Between",
    "Carry",
    "Carrying",
    "Choice",
    "Chosen",
    "Compare",
    "Comparison",
    "Condition",
    "ConstantKind",
    "Conversion",
    "DateName",
    "Dated",
    "Effect",
    "End",
    "EntryKind",
    "Every",
    "FactKind",
    "FlagKind",
    "FlagUp",
    "Group",
    "Has",
    "Is",
    "Ladder",
    "Last",
    "Lately",
    "LedgerMoves",
    "Life",
    "Measure",
    "MetricKind",
    "Move",
    "Multiplied",
    "Not",
    "Occasion",
    "Open",
    "Overlap",
    "Part",
    "Period",
    "Policy",
    "Posting",
    "Prevails",
    "Previous",
    "Read",
    "Record",
    "Rule",
    "Said",
    "Same",
    "SanctionKind",
    "Settings",
    "Since",
    "Sort",
    "Term",
    "TicketKind",
    "Transition",
    "Version",
    "When",
    "Without",
    "Words",
    "applies",
    "atom_text",
    "atoms",
    "canonical",
    "condition_text",
    "decode_policy",
    "encode",
    "key",
    "measures_of",
    "reads_of",
    "records",
]
