"""Exact numbers: decimal text in, exact fractions inside, plain text out. No binary floating point anywhere."""

from __future__ import annotations

import re
from fractions import Fraction

_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,9})?\Z", re.ASCII)


class NotANumber(ValueError):
    """The text is no plain decimal of at most 15 digits before and 9 after the point."""


def exact(text: str) -> Fraction:
    """The number that a plain decimal text (`"10"`, `"0.5"`, `"-3"`) stands for; `NotANumber` otherwise."""
    if not _DECIMAL.match(text):
        raise NotANumber(text)
    return Fraction(text)


def plain(number: Fraction) -> str:
    """A plain decimal without trailing zeros (`"2000"`, `"0.5"`), or `"1/3"` where no finite decimal exists."""
    if number.denominator == 1:
        return str(number.numerator)
    twos = fives = 0
    rest = number.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{number.numerator}/{number.denominator}"
    places = max(twos, fives)
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"
