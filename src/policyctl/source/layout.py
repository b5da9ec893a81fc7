"""From tokens to statements: logical lines, and blocks of a header line with its indented lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from policyctl.source.diagnostics import Findings
from policyctl.source.keywords import STATEMENTS, Keywords
from policyctl.source.nearest import nearest
from policyctl.source.text import Source, Span
from policyctl.source.tokens import Lexeme

CONTINUING = frozenset({"ARROW", "COMMA", "AND", "OR", "UNLESS", "EXCEPT", "RPAR"})
"""A line that begins so belongs to the line above."""


@dataclass(frozen=True, slots=True)
class Line:
    """A logical line, and the white space in front of its first token."""

    lexemes: tuple[Lexeme, ...]
    indent: str


@dataclass(frozen=True, slots=True)
class Lines:
    """One statement: its first line, and the more-indented lines below it."""

    lines: tuple[Line, ...]

    @property
    def orphan(self) -> bool:
        """Whether it begins with an indented line that belongs to nothing."""
        return bool(self.lines[0].indent)


def blocks(lexemes: list[Lexeme], keywords: Keywords) -> list[Lines]:
    """The statements of a file, in order."""
    found: list[list[Line]] = []
    for line in _logical(lexemes, keywords):
        # Below an indented line that belongs to nothing, only what is indented more belongs to it.
        if line.indent and found and len(line.indent) > len(found[-1][0].indent):
            found[-1].append(line)
        else:
            found.append([line])
    return [Lines(tuple(lines)) for lines in found]


def _logical(lexemes: list[Lexeme], keywords: Keywords) -> list[Line]:
    lines: list[list[Lexeme]] = []
    depth = 0
    for lexeme in lexemes:
        if lexeme.first and not (lines and _continues(lexeme, depth, keywords)):
            lines.append([])
            depth = 0
        if lexeme.kind == "LPAR":
            depth += 1
        elif lexeme.kind == "RPAR":
            depth = max(0, depth - 1)
        lines[-1].append(lexeme)
    return [Line(tuple(line), indentation(line[0])) for line in lines]


def form_of(block: Lines, keywords: Keywords) -> str:
    """Which form of statement a block is, by its first words: `rule`, `ledger` …, `case` for a rule without a name."""
    first, *rest = block.lines[0].lexemes
    arrow = any(lexeme.kind in ("ARROW", "WRONG_ARROW") for lexeme in rest)
    if first.kind != "NAME":
        return "case"
    second = rest[0] if rest else None
    named = second is not None and second.kind in ("NAME", "TEXT", "UNCLOSED", "MEASURED", "COLON")
    for phrase in keywords.phrases.get(first.word, ()):
        kind = phrase.meanings[0][0]
        if kind in STATEMENTS and (named or not arrow):
            return kind.lower()
        if kind in ("EVERY", "NOT") or (second is not None and second.kind == "LPAR"):
            return "case"
    compared = any(lexeme.kind in ("COMPARE", "EQUALS", "WRONG_COMPARE") for lexeme in rest)
    near = named and second is not None and second.kind != "COLON" and _nearly_statement(first, keywords)
    return "case" if (arrow or compared) and not near else "unknown"


def _nearly_statement(lexeme: Lexeme, keywords: Keywords) -> bool:
    return nearest(lexeme.word, statement_words(keywords)) is not None


def statement_words(keywords: Keywords) -> list[str]:
    """The words that begin a statement."""
    return [word for kind in sorted(STATEMENTS) for word in keywords.words(kind)]


def indentation(lexeme: Lexeme) -> str:
    """The white space between the start of a line and its first token."""
    before = lexeme.before
    return before[max(before.rfind("\n"), before.rfind("\r")) + 1 :]


def _continues(lexeme: Lexeme, depth: int, keywords: Keywords) -> bool:
    if lexeme.kind in CONTINUING:
        return True
    meanings = {p.meanings[0][0] for p in keywords.phrases.get(lexeme.word, ())} if lexeme.kind == "NAME" else set()
    if meanings & CONTINUING:
        return True
    return depth > 0 and (bool(indentation(lexeme)) or not meanings & STATEMENTS)


def white_space_findings(source: Source, block: Lines, above: Lines | None, findings: Findings) -> None:
    """What is wrong with the white space in front of the lines of a statement, and between its words. `above` is the
    statement above it: of several indented lines that belong to nothing, one after the other, the first is told of."""
    first = block.lines[0]
    if block.orphan and not (above is not None and above.orphan):
        findings.error(
            "indented-without-owner",
            _indent_span(source, first),
            "this line is indented, but no statement stands above it",
            "start the line at the left margin, and those below it that are indented like it",
        )
    tabbed = [line for line in block.lines if "\t" in line.indent]
    for line in tabbed[:1]:
        mixed = any(character != "\t" for character in line.indent)
        findings.error(
            "mixed-indentation" if mixed else "tab-indentation",
            _indent_span(source, line),
            "the indentation mixes tabs and spaces" if mixed else "the line is indented with a tab",
            "indent with two spaces",
        )
    if not tabbed:
        _tab_in_a_line(source, block, findings)
        _uneven(source, block.lines[1:], findings)


def _tab_in_a_line(source: Source, block: Lines, findings: Findings) -> None:
    """The first tab of a statement, and how many more there are; in a text or a comment a tab may stand."""
    found = []
    for lexeme in (lexeme for line in block.lines for lexeme in line.lexemes):
        found += tabs(lexeme.before, lexeme.start - len(lexeme.before)) + tabs(lexeme.behind, lexeme.end)
    tab_findings(source, found, findings)


def tab_findings(source: Source, found: Sequence[int], findings: Findings) -> None:
    """Reports the first of some tabs, and how many more there are."""
    if found:
        more = len(found) - 1
        findings.error(
            "tab-between-words",
            Span(source, found[0], found[0] + 1),
            "a tab stands outside of texts and comments",
            "write a space in its place",
            f"and {more} more" if more else None,
        )


def tabs(between: str, start: int) -> list[int]:
    """Where tabs stand in what stands between two words and begins at `start`, outside of comments."""
    if "\t" not in between:
        return []
    bare = _COMMENT.sub(lambda comment: " " * len(comment[0]), between)
    return [start + place for place, character in enumerate(bare) if character == "\t"]


_COMMENT = re.compile(r"#[^\r\n]*")


def _uneven(source: Source, indented: Sequence[Line], findings: Findings) -> None:
    """Lines below one statement that are not indented alike. Where the line above ends in an arrow or a comma, that is
    what is said of it."""
    for above, line in pairwise(indented):
        if above.lexemes[-1].kind in ("ARROW", "COMMA"):
            return
        if len(line.indent) != len(indented[0].indent):
            findings.error(
                "uneven-indentation",
                _indent_span(source, line),
                "this line is not indented like the lines around it",
                "give all lines below one statement the same indentation",
                other=(_indent_span(source, indented[0]), "indented by this much"),
            )
            return


def _indent_span(source: Source, line: Line) -> Span:
    start = line.lexemes[0].start
    return Span(source, start - len(line.indent), start)
