"""From text to syntax tree: each statement is parsed on its own, so one mistake never hides another statement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from policyctl.source.build import Builder
from policyctl.source.diagnostics import Diagnostic, Findings
from policyctl.source.grammar import grammar
from policyctl.source.keywords import Keywords, table_for, tables
from policyctl.source.layout import (
    Lines,
    blocks,
    form_of,
    indentation,
    statement_words,
    tab_findings,
    tabs,
    white_space_findings,
)
from policyctl.source.parts import Refused
from policyctl.source.table import END, NEXT_LINE, Reduce, Stack
from policyctl.source.text import Source, Span
from policyctl.source.tokens import Lexeme, Token, lexemes, normal
from policyctl.source.tree import Statement


@dataclass(frozen=True, slots=True)
class Block:
    """One statement as it stands in the file. `statement` is None where it could not be read."""

    tokens: tuple[Token, ...]
    statement: Statement | None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed file. `tail` is the white space and the comments behind the last token, `keywords` the table it was read
    with."""

    statements: tuple[Statement, ...]
    findings: list[Diagnostic]
    blocks: tuple[Block, ...]
    tail: str
    keywords: Keywords


def parse_source(source: Source, among: Sequence[Keywords] | None = None) -> Parsed:
    """The statements of a text, and everything that is wrong with its spelling. `among` are the keyword tables of which
    one fits it; by default those that ship with the program."""
    keywords = table_for(normal(source.text), among or tables())
    findings = Findings()
    found, tail = lexemes(source, keywords)
    found = _thousands_joined(source, found, findings)
    parsed = []
    above = None
    for block in blocks(_small_statements(source, found, keywords, findings), keywords):
        white_space_findings(source, block, above, findings)
        above = block
        parsed.append(_Statement(source, block, keywords, findings.found).parse())
    tab_findings(source, tabs(tail, len(source.text) - len(tail)), findings)
    statements = tuple(block.statement for block in parsed if block.statement is not None)
    return Parsed(statements, findings.ordered(), tuple(parsed), tail, keywords)


def _thousands_joined(source: Source, found: list[Lexeme], findings: Findings) -> list[Lexeme]:
    """Joins what was meant as one number: `10,000` would otherwise be two, with a comma between them."""
    joined: list[Lexeme] = []
    position = 0
    while position < len(found):
        lexeme = found[position]
        position += 1
        parts = [lexeme]
        while lexeme.kind == "NUMBER" and len(lexeme.word) <= 3 and _group_follows(parts[-1], found, position):
            parts += found[position : position + 2]
            position += 2
        if len(parts) > 1:
            last = parts[-1]
            word = "".join(part.word for part in parts if part.kind == "NUMBER")
            text = source.text[lexeme.start : last.end]
            lexeme = Lexeme("NUMBER", word, text, lexeme.start, last.end, lexeme.before, last.behind, lexeme.first)
            findings.error(
                "thousands-separator",
                Span(source, lexeme.start, last.end),
                f"the number `{text}` is written with a comma",
                f"write `{word}`; a comma separates two things",
            )
        joined.append(lexeme)
    return joined


def _small_statements(source: Source, found: list[Lexeme], keywords: Keywords, findings: Findings) -> list[Lexeme]:
    """Reads `Rule` at the start of a line as `rule`: otherwise it would be a name, and the line anything."""
    small: list[Lexeme] = []
    for lexeme, following in zip_longest(found, found[1:]):
        word = lexeme.word.casefold()
        starts = lexeme.first and not indentation(lexeme) and following is not None and not following.first
        if starts and word != lexeme.word and word in statement_words(keywords) and _names(following):
            from policyctl.source.mend import capital_letters

            findings.found.append(capital_letters(lexeme.text, word, Span(source, lexeme.start, lexeme.end)))
            lexeme = replace(lexeme, word=word)
        small.append(lexeme)
    return small


def _names(lexeme: Lexeme | None) -> bool:
    """Whether a name or a label stands here."""
    return lexeme is not None and (
        lexeme.kind == "TEXT" or (lexeme.kind == "NAME" and lexeme.word not in ("and", "or"))
    )


def _group_follows(number: Lexeme, found: list[Lexeme], position: int) -> bool:
    """Whether a comma and three digits follow without any space."""
    if position + 1 >= len(found):
        return False
    comma, group = found[position : position + 2]
    touching = number.end == comma.start and comma.end == group.start
    return touching and comma.kind == "COMMA" and group.kind == "NUMBER" and bool(re.match(r"\d{3}(\.|\Z)", group.word))


MOST_MENDED = 20
"""How many mistakes of one statement are mended before the rest of it is given up."""


class _Inlined(list[Any]):
    """The values of a rule that has no node of its own."""


Reading = tuple[tuple[str, str], ...]
"""How a word may be taken: the terminals it stands for, each with its canonical word."""


class _Statement:
    """The parse of one statement."""

    def __init__(self, source: Source, lines: Lines, keywords: Keywords, findings: list[Diagnostic]) -> None:
        self.source = source
        self.lines = lines
        self.keywords = keywords
        self.findings = findings
        self.builder = Builder(findings)
        self.table = grammar().table
        self.items: list[Lexeme | None] = []
        """The tokens; None stands between two lines."""
        for line in lines.lines:
            if self.items:
                self.items.append(None)
            self.items.extend(line.lexemes)
        self.tokens: list[Token] = []
        self.taken: dict[int, str] = {}
        """As which terminal the item at a position was taken."""
        self.stack = Stack(self.table.start, None, None, -1, -1)
        self.form = form_of(lines, keywords)

    def parse(self) -> Block:
        """Reads the statement; what is wrong goes to the findings."""
        statement: Statement | None = None
        position = mended = 0
        try:
            while True:
                reading = self.choose(position)
                if reading is not None:
                    position += self.take(position, *reading)
                    if position > len(self.items):
                        statement = self.stack.value
                        break
                    continue
                mended += 1
                position = self.mend(position, mended > MOST_MENDED)
        except Refused as refused:
            self.findings.append(refused.diagnostic)
        for item in self.items[position:]:
            if item is not None:
                self.tokens.append(self.token(item, item.kind, item.word))
        return Block(tuple(self.tokens), statement)

    def mend(self, position: int, enough: bool) -> int:
        """Reports the mistake at a position and goes on behind it, if it is known what was meant."""
        # The table of mistakes is only loaded where there is one.
        from policyctl.source.mend import mend
        from policyctl.source.stop import Stop

        stop = Stop(self.source, self.items, position, self.stack, self.table, self.keywords, self.form, self.taken)
        mended = mend(stop)
        if enough or not mended.meant:
            raise Refused(mended.diagnostic)
        self.report(mended.diagnostic)
        item = self.items[position] if position < len(self.items) else None
        here = Span(self.source, item.start, item.end) if item else mended.diagnostic.span
        if mended.insert:
            nothing = Token(mended.meant, mended.word, "", here, "", "")
            self.shift(mended.meant, nothing, -1, -1)
            return position
        item = self.together(position, mended.width)
        for covered in range(position, position + mended.width):
            self.taken[covered] = mended.meant
        if mended.meant in ("SKIP", "JOIN"):
            if mended.meant == "JOIN":
                self.join(mended.word, item.end)
            self.tokens.append(self.token(item, item.kind, item.word))
        else:
            token = self.token(item, mended.meant, mended.word)
            self.shift(mended.meant, token, item.start, item.end)
            self.tokens.append(token)
        return position + mended.width

    def report(self, finding: Diagnostic) -> None:
        """Notes a mistake, unless it is the one before it over again: `¥2000元` says its currency twice."""
        before = self.findings[-1] if self.findings else None
        same = before is not None and (before.code, before.message) == (finding.code, finding.message)
        if before is None or not same or before.span.end != finding.span.start:
            self.findings.append(finding)

    def together(self, position: int, width: int) -> Lexeme:
        """So many items from a position on, as one."""
        first, last = self.items[position], self.items[position + width - 1]
        assert first is not None and last is not None
        if width == 1:
            return first
        text = self.source.text[first.start : last.end]
        return Lexeme("NAME", text, text, first.start, last.end, first.before, last.behind, first.first)

    def join(self, word: str, end: int) -> None:
        """Lengthens the name that was read last: what stands up to `end` belongs to it."""
        name = self.stack.value
        assert isinstance(name, Token)
        longer = replace(name, word=word, span=Span(self.source, self.stack.start, end))
        self.stack = self.stack._replace(value=longer, end=end)

    def take(self, position: int, length: int, reading: Reading) -> int:
        """Shifts one reading of the items at a position; how many items it took."""
        item = self.items[position] if position < len(self.items) else None
        if item is None:
            self.shift(reading[0][0], None, -1, -1)
            return length
        self.taken[position] = reading[-1][0]
        item = self.together(position, length)
        if len(reading) == 1:
            token = self.token(item, *reading[0])
            self.shift(token.kind, token, item.start, item.end)
            self.tokens.append(token)
            return length
        # Several terminals of one phrase: the first token has the text, the others are empty.
        span = Span(self.source, item.start, item.end)
        for index, (kind, word) in enumerate(reading):
            first, last_one = index == 0, index == len(reading) - 1
            token = Token(
                kind,
                word,
                item.text if first else "",
                span,
                item.before if first else "",
                item.behind if last_one else "",
            )
            self.shift(kind, token, item.start, item.end)
            self.tokens.append(token)
        return length

    def token(self, item: Lexeme, kind: str, word: str) -> Token:
        """The token that a lexeme is, taken as a terminal."""
        return Token(kind, word, item.text, Span(self.source, item.start, item.end), item.before, item.behind)

    def shift(self, kind: str, value: Any, start: int, end: int) -> None:
        """Goes one terminal further; `choose` has seen that it can stand here."""
        after = self.table.shift(self.stack, kind, value, start, end, self.build)
        assert after is not None
        self.stack = after

    def build(self, rule: Reduce, values: list[Any], start: int, end: int) -> Any:
        """The value of a complete rule of the grammar."""
        # A list grows in place: its rule is complete again and again, with one more part each time.
        grows = rule.inline and bool(values) and values[0].__class__ is _Inlined
        parts: list[Any] = values[0] if grows else []
        for value in values[1:] if grows else values:
            if value.__class__ is _Inlined:
                parts.extend(value)
            else:
                parts.append(value)
        if grows:
            return parts
        if rule.inline:
            return _Inlined(parts)
        if rule.pass_on and len(parts) == 1:
            return parts[0]
        return getattr(self.builder, rule.makes)(parts, Span(self.source, start, end))

    def readings(self, position: int) -> list[tuple[int, Reading]]:
        """All ways to take the items at a position, each with how many items it takes; keywords before names."""
        if position >= len(self.items):
            return [(1, ((END, ""),))]
        item = self.items[position]
        if item is None:
            return [(1, ((NEXT_LINE, ""),))]
        if item.kind == "MINUS":
            return [(1, (("MINUS", item.word),)), (1, (("SIGN", item.word),))]
        if item.kind != "NAME":
            return [(1, ((item.kind, item.word),))]
        found: list[tuple[int, Reading]] = []
        for phrase in self.keywords.phrases.get(item.word, ()):
            length = len(phrase.pieces)
            pieces = self.items[position : position + length]
            if length == 1 or tuple(p.word if p else None for p in pieces) == phrase.pieces:
                found.append((length, phrase.meanings))
        found.append((1, (("NAME", item.word),)))
        return found

    def choose(self, position: int) -> tuple[int, Reading] | None:
        """How to take the item at a position: a word is a keyword only where the grammar takes it as one, and where
        a name could stand as well, only if the next two tokens can follow that keyword (or, in a line with a mistake,
        the next one). None where nothing fits."""
        possible = []
        for length, reading in self.readings(position):
            after = self.table.can(self.stack, *(kind for kind, _ in reading))
            if after is not None and not self.speaks(reading[0][0], after, position + length):
                possible.append((length, reading, after))
        if not possible:
            return None
        if len(possible) > 1:
            for tokens in (2, 1):
                for length, reading, after in possible:
                    if self.follows(after, position + length, tokens):
                        return length, reading
        length, reading, _ = possible[0]
        return length, reading

    def speaks(self, keyword: str, stack: Stack, position: int) -> bool:
        """Whether somebody speaks on behind a keyword: a comparison in words behind `is` (`is at least 20`, where one
        word belongs), or a window behind `last` (`last 90 days`, where acts are counted)."""
        words = [item.word if item is not None else "" for item in self.items[position : position + 3]]
        if keyword == "LAST":
            return any(self.keywords.unit(word) is not None for word in words[:2])
        if keyword != "IS":
            return False
        if words[:1] == ["not"]:
            position, words = position + 1, words[1:]
            after = self.table.can(stack, "NOT")
            stack = stack if after is None else after
        if words[:2] in (["greater", "or"], ["less", "or"], ["more", "or"]):
            return True
        item = self.items[position + 1] if position + 1 < len(self.items) else None
        goes_on = item is not None and item.kind in ("NAME", "NUMBER", "MEASURED")
        return not self.follows(stack, position, 2) and (goes_on or not self.follows(stack, position, 1))

    def follows(self, stack: Stack, position: int, tokens: int) -> bool:
        """Whether so many tokens from a position on can stand behind what a stack holds."""
        if not tokens or position > len(self.items):
            return True
        behind = (
            (position + length, self.table.can(stack, *(kind for kind, _ in reading)))
            for length, reading in self.readings(position)
        )
        return any(after is not None and self.follows(after, place, tokens - 1) for place, after in behind)
