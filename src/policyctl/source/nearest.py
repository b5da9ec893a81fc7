"""The nearest known spelling of a word that is not known."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that a slip of the hand would most likely turn into `word`; None where none is near.

    A third of the letters may differ (one of three, two of six); ties go to the first in code-point order.
    """
    small = word.casefold()
    allowed = min(3, max(1, len(small) // 3)) if len(small) > 1 else 0
    best: tuple[int, str] | None = None
    for candidate in known:
        if abs(len(candidate) - len(small)) > allowed:
            continue
        distance = _distance(small, candidate.casefold())
        # Of a short word everything would be near.
        if (
            distance <= allowed
            and distance < max(len(candidate), len(small))
            and (best is None or (distance, candidate) < best)
        ):
            best = distance, candidate
    return best[1] if best else None


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word with the fewest slips, however many; ties go to the first in code-point order."""
    return min(known, key=lambda candidate: (_distance(word.casefold(), candidate.casefold()), candidate), default=None)


def _distance(left: str, right: str) -> int:
    """How many letters must be put in, left out, changed, or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        line = [i]
        for j, b in enumerate(right, 1):
            cost = min(row[j] + 1, line[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            line.append(cost)
        before, row = row, line
    return row[-1]
