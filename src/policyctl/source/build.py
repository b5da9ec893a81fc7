"""Tree building: one method per rule of the grammar, called when the rule is complete.

Each method gets the values of the rule's parts (tokens without punctuation, and what other methods made) and the span
from the first to the last token. Each family of statements has a room: `build_words`, `build_conditions`,
`build_effects`, `build_declarations`, `build_rules`, `build_properties`, `build_stories`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from policyctl.source import tree
from policyctl.source.build_conditions import ConditionBuilder
from policyctl.source.build_declarations import DeclarationBuilder
from policyctl.source.build_effects import EffectBuilder
from policyctl.source.build_properties import PropertyBuilder
from policyctl.source.build_rules import RuleBuilder
from policyctl.source.build_stories import StoryBuilder
from policyctl.source.parts import (
    Parts,
    all_of,
    behind,
    compare_of,
    date_of,
    has,
    word_of,
)
from policyctl.source.text import Span
from policyctl.source.tokens import Token


@dataclass(frozen=True, slots=True)
class _Treatment:
    verb: Any
    unless: Any
    into: Any
    table: tuple[tree.Conversion, ...]


class Builder(ConditionBuilder, EffectBuilder, DeclarationBuilder, RuleBuilder, PropertyBuilder, StoryBuilder):
    """Makes the tree of one statement."""

    def start(self, parts: Parts, span: Span) -> tree.Statement:
        return cast(tree.Statement, parts[0])

    def reading(self, parts: Parts, span: Span) -> tree.ReadingStatement:
        return tree.ReadingStatement(parts[1], parts[3], parts[5], span)

    def transition(self, parts: Parts, span: Span) -> tree.TransitionStatement:
        return tree.TransitionStatement(date_of(parts[2]), all_of(parts, tree.TransitionLine), self._cited(parts), span)

    def transition_line(self, parts: Parts, span: Span) -> tree.TransitionLine:
        what, verb = parts
        said = word_of(what) if isinstance(what, Token) else what
        return tree.TransitionLine(said, verb.verb, span, verb.unless, verb.into, verb.table)

    def reached_line(self, parts: Parts, span: Span) -> tree.TransitionLine:
        return tree.TransitionLine(word_of(parts[0]), "as_reached" if has(parts, "AS") else "rearm", span)

    def treatment(self, parts: Parts, span: Span) -> _Treatment:
        verb = "drop_still_counted" if has(parts, "STILL") else "carry_as_here" if has(parts, "HERE") else parts[0].word
        return _Treatment(verb, behind(parts, "UNLESS"), behind(parts, "INTO"), all_of(parts, tree.Conversion))

    def conversion(self, parts: Parts, span: Span) -> tree.Conversion:
        *what, becomes = parts
        if len(what) == 2:
            return tree.Conversion(compare_of(what[0]), what[1], None, becomes, span)
        if isinstance(what[0], tree.Number):
            return tree.Conversion(None, what[0], what[0], becomes, span)
        return tree.Conversion(None, what[0].threshold, what[0].to, becomes, span)
