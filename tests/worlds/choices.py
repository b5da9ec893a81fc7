"""Where random worlds take their choices from: a seeded generator, or hypothesis, which then can shrink them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Choices(Protocol):
    """What the generators ask. The simplest choice is the lowest number, the first of a sequence, and no."""

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` up to and including `high`."""
        ...

    def pick(self, among: Sequence[T]) -> T:
        """One of a sequence that is not empty."""
        ...

    def chance(self, probability: float) -> bool:
        """Yes, so often."""
        ...


class Seeded:
    """Choices of a seed: the same in every run."""

    def __init__(self, seed: int | str) -> None:
        self._random = Random(seed)

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` up to and including `high`."""
        return self._random.randint(low, high)

    def pick(self, among: Sequence[T]) -> T:
        """One of a sequence that is not empty."""
        return among[self._random.randrange(len(among))]

    def chance(self, probability: float) -> bool:
        """Yes, so often."""
        return self._random.random() < probability


class Drawn:
    """Choices that hypothesis draws, and shrinks towards the simplest."""

    def __init__(self, draw: Any) -> None:
        from hypothesis import strategies

        self._draw, self._strategies = draw, strategies

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` up to and including `high`."""
        return int(self._draw(self._strategies.integers(low, high)))

    def pick(self, among: Sequence[T]) -> T:
        """One of a sequence that is not empty."""
        return among[self.integer(0, len(among) - 1)]

    def chance(self, probability: float) -> bool:
        """Yes, so often."""
        return self.integer(0, 999) >= 1000 - round(probability * 1000)


def some(choices: Choices, among: Sequence[T], least: int = 1) -> list[T]:
    """Some of a sequence, at least so many, in its order."""
    left = list(among)
    while len(left) > least and choices.chance(0.5):
        left.pop(choices.integer(0, len(left) - 1))
    return left
