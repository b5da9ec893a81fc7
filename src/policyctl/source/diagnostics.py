"""What is wrong with a text, as data: a stable code, one line for people, the place, and the way out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from policyctl.source.text import Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding. `message` is one line, lower case, without full stop, user text in backticks; `label` says what the
    underlined place is; `other` is a second place with its own label, where two disagree."""

    code: str
    message: str
    span: Span
    help: str | None = None
    label: str | None = None
    other: tuple[Span, str] | None = None
    severity: Literal["error", "warning"] = "error"


@dataclass(slots=True)
class Findings:
    """Collects diagnostics, so that one run shows all of them."""

    found: list[Diagnostic] = field(default_factory=list)

    def error(
        self,
        code: str,
        span: Span,
        message: str,
        help: str | None = None,
        label: str | None = None,
        other: tuple[Span, str] | None = None,
    ) -> None:
        """Report an error."""
        self.found.append(Diagnostic(code, message, span, help, label, other))

    @property
    def failed(self) -> bool:
        """Whether any error was found."""
        return any(d.severity == "error" for d in self.found)

    def ordered(self) -> list[Diagnostic]:
        """By file and place, each only once."""
        unique = dict.fromkeys(self.found)
        return sorted(unique, key=lambda d: (d.span.source.name, d.span.start, d.span.end, d.code, d.message))
