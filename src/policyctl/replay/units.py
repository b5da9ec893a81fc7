"""Points as whole numbers: inside a replay every number is counted in billionths, the finest that can be written.

Whole numbers are added and compared as exactly as fractions, and many times as fast. What is no whole number of
billionths (a third of a sum) stays a fraction of them, so nothing is ever rounded. Answers have plain numbers again.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

Units = int | Fraction
"""A number of billionths: an `int` wherever it is whole."""

ONE: Final = 10**9


def units(number: Fraction) -> Units:
    """A number in billionths."""
    each, rest = divmod(ONE, number.denominator)
    return number * ONE if rest else number.numerator * each


def number(units: Units) -> Fraction:
    """A plain number again."""
    return Fraction(units, ONE)


def whole(number: Fraction) -> Units:
    """The same number, as an `int` where it is whole."""
    return number.numerator if number.denominator == 1 else number
