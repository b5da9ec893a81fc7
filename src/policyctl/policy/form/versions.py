"""Around the primitives of the normal form: policy-wide settings, dated versions, and the change between them."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from policyctl.instants import Length
from policyctl.policy.form.base import DateName, Record
from policyctl.policy.form.conditions import Condition
from policyctl.policy.form.facts import After, FactKind
from policyctl.policy.form.measures import Measure
from policyctl.policy.form.periods import Period
from policyctl.policy.form.rules import Choice, Rule

Carry = Literal["carry", "carry_as_here", "drop", "drop_still_counted", "convert"]


class Settings(Record, frozen=True):
    """`identities` share nothing but the policy. `count_by` is the booking date, `judge_by` the date that says which
    version judges a ticket. `annulment` None: no fine clears, so nothing depends on it. A ticket for a closed period is
    taken until `late_until` after its end (None: always). `wait_for_final`: points have no effect until a ticket is
    final, any or one for which a condition holds; with a `delay` not before that is over. `holidays` are days of the
    week on which nobody works, `workdays` days of a weekend that are worked in their place. A ticket does not count
    that is issued later than `stale` says, an appeal not that is filed later than `appeals` says."""

    timezone: str
    identities: tuple[str, ...]
    currency: str | None = None
    count_by: DateName = "issued"
    judge_by: DateName | None = None
    annulment: Literal["refunds_and_revives", "stays_cleared"] | None = None
    late_until: Length | None = None
    wait_for_final: bool | Condition = False
    stale: After | None = None
    appeals: After | None = None
    delay: After | None = None
    holidays: tuple[str, ...] = ()
    workdays: tuple[str, ...] = ()


class Conversion(Record, frozen=True):
    """A balance from `lower` up to and including `upper` (None: from there on) becomes another one."""

    lower: Fraction
    upper: Fraction | None
    becomes: Fraction


class LedgerMoves(Record, frozen=True):
    """What becomes of the entries of one ledger at a change of version. Where `unless` holds just before it, they are
    carried. A balance that is converted by a `table` is that of the ledger `into` from then on (None: of the same)."""

    ledger: str
    entries: Carry
    unless: Condition | None = None
    table: tuple[Conversion, ...] = ()
    into: str | None = None


class Transition(Record, frozen=True):
    """The change from version `previous` to the version that holds this."""

    previous: str
    ledgers: tuple[LedgerMoves, ...]
    fines: Literal["carry", "drop"]
    sanctions: Literal["carry", "drop"]
    reached: Literal["as_reached", "rearm"] = "as_reached"


class Version(Record, frozen=True):
    """One dated state of the policy; `since` None is in force for all time."""

    since: str | None
    settings: Settings
    facts: tuple[FactKind, ...]
    periods: tuple[Period, ...]
    measures: tuple[Measure, ...]
    rules: tuple[Rule, ...]
    choices: tuple[Choice, ...]
    transition: Transition | None = None
