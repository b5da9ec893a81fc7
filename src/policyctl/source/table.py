"""The table that drives the parser, and the stack it works on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

END = "$END"
NEXT_LINE = "_NL"


class Stack(NamedTuple):
    """What the parser has seen, innermost first: an immutable list, so that looking ahead costs no copy."""

    state: int
    below: Stack | None
    value: Any
    start: int
    end: int

    def under(self) -> Stack:
        """The stack without its innermost; there is one under whatever a rule is made of."""
        assert self.below is not None
        return self.below


class Reduce(NamedTuple):
    """A rule of the grammar that is complete."""

    rule: str
    """Which rule; for the table."""
    makes: str
    """The name of what it makes."""
    keep: tuple[bool, ...]
    """Which of its parts carry a value (punctuation does not), the last part first."""
    inline: bool
    """Whether its parts go to the rule around it."""
    pass_on: bool
    """Whether a single part stands for the whole."""


Build = Callable[[Reduce, list[Any], int, int], Any]


class Table(msgspec.Struct, frozen=True):
    """The parser's table: the state after a terminal or rule, or the rule that is complete in front of it."""

    actions: dict[int, dict[str, int | Reduce]]
    start: int
    end: int

    def can(self, stack: Stack, *kinds: str) -> Stack | None:
        """The stack after these terminals, nothing built; None where one of them cannot stand there."""
        for kind in kinds:
            after = self.shift(stack, kind, None, 0, 0, None)
            if after is None:
                return None
            stack = after
        return stack

    def shift(self, stack: Stack, kind: str, value: Any, start: int, end: int, build: Build | None) -> Stack | None:
        """The stack after a terminal, with what was complete before it built; None where it cannot stand there."""
        actions = self.actions
        while True:
            action = actions[stack.state].get(kind)
            if action is None:
                return None
            if action.__class__ is int:
                return Stack(action, stack, value, start, end)
            assert isinstance(action, Reduce)
            made, first, last = None, -1, -1
            if build is None:
                for _ in action.keep:
                    stack = stack.under()
            else:
                values: list[Any] = []
                for kept in action.keep:
                    if stack.start >= 0:
                        first, last = stack.start, stack.end if last < 0 else last
                    if kept and stack.value is not None:
                        values.append(stack.value)
                    stack = stack.under()
                values.reverse()
                made = build(action, values, first, last)
            after = actions[stack.state][action.rule]
            assert isinstance(after, int)
            stack = Stack(after, stack, made, first, last)
            if after == self.end and kind == END:
                return stack
