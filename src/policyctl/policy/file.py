"""A policy file as the compiler takes it: its header, its statements, and the standard vocabulary where it applies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from policyctl.policy.unread import Unread, unread
from policyctl.source import tree
from policyctl.source.diagnostics import Findings
from policyctl.source.keywords import Keywords
from policyctl.source.parser import Parsed
from policyctl.source.text import Source, Span

STANDARD = "standard"
"""The one vocabulary that a file may ask for with `use`."""

_VOCABULARY = ("LEDGER", "IDENTITIES", "SANCTION")


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """The statements of a file. `standard` holds the standard vocabulary where it applies; where it does not, `unused`
    holds it, for whoever forgot to ask for it. `two_in_one` says that a second header follows, with its statements.
    `keywords` are those of its language. `beside` are the files in its folder that it names."""

    source: Source
    stem: str
    own: tuple[tree.Statement, ...]
    standard: tuple[tree.Statement, ...]
    unused: tuple[tree.Statement, ...]
    header: tree.PolicyHeader | None
    unread: Unread
    two_in_one: bool
    keywords: Keywords
    beside: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """The name of the policy: of its header, or of the file."""
        if self.header is not None:
            return self.header.name.name.text
        return self.unread.policy or self.stem

    @property
    def says_its_policy(self) -> bool:
        """Whether it is known which policy it belongs to: an empty file, or one without a readable header that may have
        one, could be a version of any."""
        return bool(self.own) and (self.header is not None or not self.header_unread or self.unread.policy is not None)

    @property
    def header_unread(self) -> bool:
        """Whether it may have a header, or lines of one, that could not be read."""
        if self.header is None:
            return self.unread.may_be("POLICY")
        return "POLICY" in self.unread.kinds or self.header.span in self.unread.cut

    @property
    def place(self) -> Span:
        """What to underline where something is missing: the name of the policy, or the first thing that is said."""
        if self.header is not None:
            return self.header.name.name.span
        return start_of(self.own[0]) if self.own else Span(self.source, 0, min(1, len(self.source.text)))

    def add(self, *clauses: str) -> str:
        """How to add one of these clauses to the header of this very file."""
        *others, last = (f"`{clause}`" for clause in clauses)
        either = f"{', '.join(others)} or {last}" if others else last
        if self.header is None:
            return f"begin the file with `policy NAME` and below it, indented, {either}"
        return f"add {either}, indented, below `policy {self.name}`"

    @property
    def clauses(self) -> tuple[tree.Setting | tree.Note | tree.Use, ...]:
        """The clauses of the header."""
        return self.header.clauses if self.header is not None else ()


def policy_file(
    source: Source,
    parsed: Parsed,
    standard: Sequence[tree.Statement],
    stem: str,
    findings: Findings,
    beside: Mapping[str, bytes],
) -> PolicyFile:
    """Sorts what was parsed: one header, the statements that belong to it, and the vocabulary that they use."""
    lost = unread(parsed.blocks, parsed.keywords)
    own = parsed.statements
    headers = [statement for statement in own if isinstance(statement, tree.PolicyHeader)]
    if len(headers) > 1:
        second = headers[1]
        findings.error(
            "second-header",
            second.name.name.span,
            "a second header begins here, and a file holds one version of one policy",
            "put everything from here on into a file of its own, in the same folder",
            other=(headers[0].name.name.span, "the first is here"),
        )
        # What follows belongs to the other version: reading it as part of this one would find everything twice.
        own = own[: own.index(second)]
    header = headers[0] if headers else None
    asked = _asked_for(own, header, findings)
    own_words = any(isinstance(s, tree.LedgerStatement | tree.Identities | tree.SanctionStatement) for s in own)
    applies = asked or not (own_words or not lost.kinds.isdisjoint(_VOCABULARY))
    if (not own_words and lost.may_be(*_VOCABULARY)) or (lost.may_be("USE") and STANDARD in lost.names):
        # Whether the standard vocabulary applies cannot be known.
        lost = replace(lost, names=lost.names | words_of(standard))
    nothing: tuple[tree.Statement, ...] = ()
    used, unused = (tuple(standard), nothing) if applies else (nothing, tuple(standard))
    return PolicyFile(source, stem, own, used, unused, header, lost, len(headers) > 1, parsed.keywords, beside)


def _asked_for(own: Sequence[tree.Statement], header: tree.PolicyHeader | None, findings: Findings) -> bool:
    """Whether the file says `use standard`."""
    uses = [s for s in (*(header.clauses if header is not None else ()), *own) if isinstance(s, tree.Use)]
    uses.sort(key=lambda use: use.span.start)
    first = next((use for use in uses if use.name.text == STANDARD), None)
    for use in uses:
        if first is not None and use is not first and use.name.text == STANDARD:
            findings.error(
                "setting-twice",
                use.span,
                f"`use {STANDARD}` is said twice",
                "leave one of them out",
                other=(first.span, "first said here"),
            )
        if use.name.text != STANDARD:
            findings.error(
                "unknown-vocabulary",
                use.name.span,
                f"there is no vocabulary `{use.name.text}`",
                f"write `use {STANDARD}`; there is no other",
            )
    return bool(uses)


def words_of(statements: Sequence[tree.Statement]) -> frozenset[str]:
    """The names that statements declare for rules to use, and their labels of one word."""
    found: set[str] = set()
    for statement in statements:
        match statement:
            case tree.LedgerStatement() | tree.MeasureStatement() | tree.SanctionStatement() | tree.FlagStatement():
                found.add(statement.name.name.text)
                if statement.name.label is not None:
                    found.add(statement.name.label.text)
            case _:
                pass
    return frozenset(found)


def start_of(statement: tree.Statement) -> Span:
    """The first line of a statement."""
    span = statement.span
    line = span.source.text[span.start : span.end].splitlines()[0].rstrip()
    return Span(span.source, span.start, span.start + len(line))
