"""Tree building for properties: what a policy says of all histories, in a closed list of templates."""

from __future__ import annotations

from policyctl.source import tree
from policyctl.source.diagnostics import Diagnostic
from policyctl.source.parts import Parts, Refused, all_of, date_of, expressions_of, has, one_of, word_of
from policyctl.source.text import Span
from policyctl.source.tokens import Token

PAYING = ("eager", "never", "free")
"""How a merchant pays: every fine at once, none, or as is best for it."""


class PropertyBuilder:
    """What builds properties."""

    def properties(self, parts: Parts, span: Span) -> tree.PropertiesStatement:
        return tree.PropertiesStatement(all_of(parts, tree.Property), span)

    def always_so(self, parts: Parts, span: Span) -> tree.Property:
        condition, *implied = expressions_of(parts)
        return tree.Property("always", span, condition=condition, implied=implied[0] if implied else None)

    def never_so(self, parts: Parts, span: Span) -> tree.Property:
        [condition] = expressions_of(parts)
        return tree.Property("never", span, condition=condition)

    def never_cleared(self, parts: Parts, span: Span) -> tree.Property:
        return tree.Property("never_cleared", span, name=one_of(parts, tree.Name))

    def never_longer(self, parts: Parts, span: Span) -> tree.Property:
        return tree.Property("never_longer", span, name=one_of(parts, tree.Name), length=one_of(parts, tree.Quantity))

    def can_fire(self, parts: Parts, span: Span) -> tree.Property:
        name = next((part for part in parts if isinstance(part, tree.Name | tree.Text)), None)
        return tree.Property("can_fire", span, name=name, word=word_of(parts[-1]))

    def never_less(self, parts: Parts, span: Span) -> tree.Property:
        if not has(parts, "PAYMENTS"):
            return tree.Property("never_less", span)
        said = parts[-1]
        word = word_of(said) if isinstance(said, Token) else tree.Word(said.text, said.span)
        if word.word not in PAYING:
            raise Refused(
                Diagnostic(
                    "unknown-payments",
                    f"`{word.word}` is no way to pay",
                    word.span,
                    f"write one of {', '.join(PAYING)}: every fine at once, none, or as is best for the merchant",
                )
            )
        return tree.Property("never_less", span, word=word)

    def as_before(self, parts: Parts, span: Span) -> tree.Property:
        return tree.Property("as_before", span, word=word_of(parts[0]), date=date_of(parts[1]))
