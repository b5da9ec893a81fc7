"""What every record of the normal form is made of."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, TypeVar

import msgspec

Compare = Literal[">=", ">", "<=", "<", "=", "!="]


T = TypeVar("T")

DateName = Literal["effective", "issued", "occurred"]


ZERO = Fraction(0)
"""The one zero that records have by default: what has its default is left out of a digest, and is known by identity."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every record of the normal form. What has its default is not written, so that a field which comes later
    changes no digest of a policy that does not use it."""


def records(value: object, kind: type[T]) -> Iterator[T]:
    """Every record of a kind in a part of a policy, wherever it stands there."""
    if isinstance(value, kind):
        yield value
    if isinstance(value, tuple):
        for part in value:
            yield from records(part, kind)
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from records(getattr(value, field), kind)
