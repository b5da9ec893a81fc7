"""The long explanation of a code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explained:
    """What a code means: a few sentences, a text that gives it, and the same without the mistake."""

    about: str
    wrong: str
    right: str

    @property
    def text(self) -> str:
        """The whole explanation, as it is printed."""
        wrong, right = (_indented(example) for example in (self.wrong, self.right))
        return f"{self.about}\n\nWrong:\n\n{wrong}\n\nRight:\n\n{right}\n"


def _indented(example: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in example.split("\n"))


CARD = "general >= 20 -> suspend 3d, fine 2000 clears"
"""A rule that is right, for examples."""
