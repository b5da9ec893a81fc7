"""Bands: a number must lie between two others, both included. People read that as one thing, and so it is told."""

from __future__ import annotations

from fractions import Fraction

import msgspec

from policyctl.policy.form import AllOf, Compare, Comparison, Condition


class Band(msgspec.Struct, frozen=True):
    """From `low` to `high`; where they are one number, that number."""

    measure: str
    low: Fraction
    high: Fraction

    def passed(self, value: Fraction, start: Fraction) -> bool:
        """Whether a number that begins at `start` lies behind it, so that going on does not bring it there."""
        return value > self.high if start <= self.high else value < self.low

    def entered(self, start: Fraction) -> Comparison:
        """The end at which a number that begins at `start` comes into it."""
        upward = start <= self.high
        return Comparison(self.measure, ">=", self.low) if upward else Comparison(self.measure, "<=", self.high)


def band(condition: Condition, measure: str) -> Band | None:
    """Between what a condition wants a number, if it says both ends, and both must hold."""
    parts = condition.parts if isinstance(condition, AllOf) else ()
    own = [part for part in parts if isinstance(part, Comparison) and part.measure == measure]
    ends: dict[Compare, Fraction] = {part.compare: part.threshold for part in own}
    if len(own) != 2 or ends.keys() != {">=", "<="} or ends[">="] > ends["<="]:
        return None
    return Band(measure, ends[">="], ends["<="])


def is_one(condition: Condition) -> bool:
    """Whether a condition asks for one thing: a comparison, or a band and nothing more."""
    if isinstance(condition, AllOf) and len(condition.parts) == 2:
        first = condition.parts[0]
        return isinstance(first, Comparison) and band(condition, first.measure) is not None
    return isinstance(condition, Comparison)
