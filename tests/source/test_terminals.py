"""No two terminals of the grammar stand for one text, but where one is meant to come first.

Lark chooses in silence between terminals of equal priority, and checks for that only where a package is installed that
this project does not need. So each terminal is tried with texts that its own pattern gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lark import Lark
from lark.lexer import TerminalDef

from policyctl.shipping import shipped
from policyctl.source.grammar import grammar

FIRST = {("UNCLOSED", "TEXT")}
"""Where the second is meant to come first: what begins with a quotation mark is a text, if it ends with one."""

REST = "BAD"
"""Takes every character that nothing else takes."""


def read(text: str) -> Lark:
    """A grammar as the program reads it."""
    return Lark(text, parser="lalr", lexer="basic")


SHIPPED = read(shipped("grammar", "policy.lark").read_text(encoding="utf-8"))


def collisions(lark: Lark, terminal: TerminalDef, text: str) -> Iterator[str]:
    """The terminals of equal priority that take the same text."""
    for other in lark.terminals:
        same = other.name != terminal.name and other.priority == terminal.priority
        if same and re.fullmatch(other.pattern.to_regexp(), text):
            yield other.name


def texts(terminal: TerminalDef) -> st.SearchStrategy[str]:
    """Texts that a terminal stands for."""
    return st.from_regex(re.compile(terminal.pattern.to_regexp()), fullmatch=True)


@pytest.mark.parametrize("terminal", SHIPPED.terminals, ids=lambda terminal: terminal.name)
def test_a_text_of_a_terminal_is_read_as_that_terminal(terminal: TerminalDef) -> None:
    tokens = re.compile(grammar().tokens)

    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(texts(terminal))
    def tried(text: str) -> None:
        assert list(collisions(SHIPPED, terminal, text)) == []
        if terminal.name == REST:
            return
        match = tokens.match(text)
        assert match is not None
        if (terminal.name, match.lastgroup) not in FIRST:
            assert (match.lastgroup, match[0]) == (terminal.name, text)

    tried()


def test_a_collision_would_be_found() -> None:
    lark = read('start: A B C\nA.2: /a+/\nB.2: /[ab]+/\nC: "a"')
    first, second = (next(t for t in lark.terminals if t.name == name) for name in "AB")
    assert list(collisions(lark, first, "aa")) == ["B"]
    assert list(collisions(lark, second, "ab")) == []
