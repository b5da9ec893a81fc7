"""Fines as they stand."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from policyctl.policy.form import Open
from policyctl.replay.answer import Decision, PaymentPart


class FineRecord(Struct, frozen=True):
    """A fine as it stands, with the numbers of the books that it belongs to: those seen from `booked`. It was `opened`
    when its decision took effect. What was `waived` of it, by a person or `by_rule`, is owed no more. A `ghost` is no
    fine any more, but what its payment cleared stays cleared. `fell_due`: its due date has come."""

    decision: Decision
    effect: Open
    amount: Fraction
    books: dict[str, int]
    booked: datetime
    opened: datetime
    served_at: datetime | None
    paid: Fraction = Fraction(0)
    payments: tuple[PaymentPart, ...] = ()
    paid_at: datetime | None = None
    cleared_at: datetime | None = None
    cleared: tuple[tuple[str, Fraction], ...] = ()
    dropped: datetime | None = None
    waived: Fraction | None = None
    waived_at: datetime | None = None
    by_rule: bool = False
    ghost: bool = False
    due: datetime | None = None
    fell_due: bool = False

    @property
    def open(self) -> Fraction:
        """What is left to pay."""
        return self.amount - self.paid - (self.waived or 0) if self.is_open else Fraction(0)

    @property
    def is_open(self) -> bool:
        """Whether anything is left to pay."""
        return self.dropped is None and self.paid + (self.waived or 0) != self.amount

    def owed_less(self, part: Fraction, at: datetime, by_rule: bool = False) -> FineRecord:
        """The fine when so much of it is owed no more."""
        return replace(self, waived=(self.waived or 0) + part, waived_at=at, by_rule=by_rule)
