"""A version in the making: what its rooms (header, declarations, offences, rules) share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from policyctl.policy.conditions import Conditions
from policyctl.policy.effects import Effects
from policyctl.policy.file import PolicyFile
from policyctl.policy.form import Condition, Said, key
from policyctl.policy.header import Head
from policyctl.policy.names import Names
from policyctl.policy.numbers import Numbers
from policyctl.source import tree
from policyctl.source.diagnostics import Diagnostic, Findings
from policyctl.source.text import Span

T = TypeVar("T")


@dataclass(slots=True)
class Draft:
    """`statements` are those that count: of the file and of the standard vocabulary, without second declarations of a
    name. `said` collects the words behind each part, `spared` the conditions in the lines of a transition."""

    file: PolicyFile
    head: Head
    statements: list[tree.Statement]
    findings: Findings
    names: Names
    numbers: Numbers
    conditions: Conditions
    effects: Effects
    said: dict[str, Said] = field(default_factory=dict)
    spared: dict[Span, Condition] = field(default_factory=dict)

    def of(self, kind: type[T]) -> list[T]:
        """The statements of a kind, in the order of the text."""
        return [statement for statement in self.statements if isinstance(statement, kind)]

    def say(
        self,
        kind: str,
        name: str,
        text: str,
        span: Span,
        label: tree.Text | None = None,
        cite: tree.Text | None = None,
    ) -> None:
        """Keep the words of a part: how it is said, where, by which label, and for which clause."""
        self.say_as(kind, name, text, span, label.text if label is not None else None, cite)

    def say_as(self, kind: str, name: str, text: str, span: Span, label: str | None, cite: tree.Text | None) -> None:
        """As `say`, with a label that is put together."""
        cited = cite.text if cite is not None else None
        self.said[key(self.head.since, kind, name)] = Said(span.source.name, span.line, text, label, cited)

    def warn(self, code: str, span: Span, message: str, help: str, other: tuple[Span, str] | None = None) -> None:
        """Report something that may be meant, and seldom is."""
        self.findings.found.append(Diagnostic(code, message, span, help, other=other, severity="warning"))
