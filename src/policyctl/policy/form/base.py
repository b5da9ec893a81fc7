"""What every record of the normal form is made of."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Literal, TypeVar, cast

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
    yield from cast("tuple[T, ...]", _found(value, cast(Hashable, kind)))


@lru_cache(maxsize=64)
def _found(value: object, kind: type) -> tuple[object, ...]:
    """Kept, since every replay asks for the same: the hash of a policy takes a hundredth of the way through it."""
    return tuple(_all(value, kind))


def _all(value: object, kind: type[T]) -> Iterator[T]:
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, kind):
            yield one
        if isinstance(one, tuple):
            left += reversed(one)
        elif isinstance(one, msgspec.Struct):
            parts = [getattr(one, field) for field in one.__struct_fields__]
            left += [part for part in reversed(parts) if part is not None and type(part) not in _PLAIN]


_PLAIN = {str, int, bool, Fraction}
"""What holds no record."""
