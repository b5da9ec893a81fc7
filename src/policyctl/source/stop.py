"""The place at which the parser stopped: what stands there, and what could."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policyctl.source.keywords import Keywords
from policyctl.source.layout import statement_words
from policyctl.source.mistakes import NUMBER_WORDS
from policyctl.source.table import END, NEXT_LINE, Stack, Table
from policyctl.source.text import Source, Span
from policyctl.source.tokens import Lexeme, Token

Item = Lexeme | None
"""A token; None stands between two lines of a statement."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The place at which the parser stopped."""

    source: Source
    items: Sequence[Item]
    position: int
    stack: Stack
    table: Table
    keywords: Keywords
    form: str
    taken: Mapping[int, str]
    """As which terminal the tokens in front of the place were taken."""

    # --- what stands where -------------------------------------------------------------------------------------------

    def item(self, position: int) -> Item:
        return self.items[position] if 0 <= position < len(self.items) else None

    def kinds(self, position: int) -> set[str]:
        """Everything that the token at a position is, in the words of the table."""
        if position >= len(self.items) or position < 0:
            return {"ANY", "EOL", END}
        item = self.items[position]
        if item is None:
            return {"ANY", "EOL", NEXT_LINE}
        if position in self.taken:
            return {"ANY", self.taken[position], item.word}
        found = {"ANY", item.kind, item.word, item.word.casefold()}
        if item.kind == "MINUS":
            found.add("SIGN")
        if item.kind == "MEASURED":
            found.add("#" + item.word.lstrip("0123456789."))
        if item.kind == "TEXT" and len(re.findall(r"\w+", item.word)) != 1:
            found.add("PHRASE")
        if item.kind == "NAME":
            found |= {p.meanings[0][0] for p in self.keywords.phrases.get(item.word, ()) if len(p.pieces) == 1}
            if item.word.casefold() in NUMBER_WORDS:
                found.add("NUMBER_WORD")
        return found

    def word(self, position: int) -> str:
        item = self.item(position)
        return item.text if item is not None else "the end of the line"

    def span(self, position: int) -> Span:
        """The token at a position; at the end of a line, the place behind its last token."""
        item = self.item(position)
        if item is not None:
            return Span(self.source, item.start, item.end)
        before = self.item(position - 1)
        end = before.end if before is not None else 0
        return Span(self.source, end, end)

    def can(self, *terminals: str) -> bool:
        """Whether these terminals could stand here; `THIS` is any reading of the token."""
        if "THIS" not in terminals:
            return self.table.can(self.stack, *terminals) is not None
        front = terminals[: terminals.index("THIS")]
        after = self.table.can(self.stack, *front)
        return after is not None and any(self.table.can(after, kind) for kind in self.kinds(self.position))

    def spellings(self, near: str) -> list[str]:
        """The words of the language that are meant by `near` in a row."""
        if near == "STATEMENT":
            return statement_words(self.keywords)
        if near == "UNIT":
            return self.keywords.words("UNIT")
        row = self.table.actions[self.stack.state]
        return [word for kind in row if self.can(kind) for word in self.keywords.words(kind)]

    def opened(self) -> int | None:
        """The position of the innermost parenthesis that is open."""
        found: list[int] = []
        for position, item in enumerate(self.items[: self.position]):
            if item is not None and item.kind == "LPAR":
                found.append(position)
            elif item is not None and item.kind == "RPAR" and found:
                found.pop()
        return found[-1] if found else None

    def names_until(self, terminals: str) -> int:
        """How many names stand from here up to one of these terminals; 0 where anything else comes before it."""
        for position in range(self.position, len(self.items) + 1):
            if not self.kinds(position).isdisjoint(terminals.split()):
                return position - self.position
            item = self.item(position)
            if item is None or item.kind != "NAME":
                break
        return 0

    def joined(self, width: int) -> str:
        """The name in front of the place, and so many tokens from here on, as one name."""
        token = self.stack.value
        words = [token.word] if isinstance(token, Token) and token.kind == "NAME" else []
        words += [item.word for item in self.items[self.position : self.position + width] if item is not None]
        return "_".join(words)

    def arrow_ahead(self) -> bool:
        for item in self.items[self.position :]:
            if item is None:
                return False
            if item.kind in ("ARROW", "WRONG_ARROW"):
                return True
        return False
