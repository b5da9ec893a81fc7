"""What every record of the normal form is made of."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import msgspec

Compare = Literal[">=", ">", "<=", "<", "=", "!="]


DateName = Literal["effective", "issued", "occurred"]


ZERO = Fraction(0)
"""The one zero that records have by default: what has its default is left out of a digest, and is known by identity."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every record of the normal form. What has its default is not written, so that a field which comes later
    changes no digest of a policy that does not use it."""
