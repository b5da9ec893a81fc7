"""How finely money is counted.

A policy may name any currency. Those of ISO 4217 (its list of current currencies, column “minor unit”) whose smallest
unit is not a hundredth stand here; every other name counts in hundredths.
"""

from __future__ import annotations

from fractions import Fraction

_HUNDREDTHS = 2

_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_TEN_THOUSANDTHS = "CLF UYW"

_DIGITS = {
    name: digits for names, digits in ((_WHOLE, 0), (_THOUSANDTHS, 3), (_TEN_THOUSANDTHS, 4)) for name in names.split()
}


def digits(currency: str) -> int:
    """How many digits behind the point an amount in a currency may have."""
    return _DIGITS.get(currency, _HUNDREDTHS)


def finer(amount: Fraction, currency: str) -> bool:
    """Whether an amount cannot be paid in a currency, because it is no multiple of its smallest unit."""
    scale: int = 10 ** digits(currency)
    return (amount * scale).denominator != 1


def said_finer(currency: str) -> str:
    """How finely a currency is counted, for messages."""
    places = digits(currency)
    if places == 0:
        return f"{currency} has no digits behind the point"
    return f"{currency} has at most {places} digits behind the point"


def next_above(amount: Fraction, currency: str) -> Fraction:
    """The smallest amount that can be paid and is not less."""
    scale: int = 10 ** digits(currency)
    return Fraction(-(-amount.numerator * scale // amount.denominator), scale)
