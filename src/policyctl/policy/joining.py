"""Conditions joined by `and`, `or` and `not`: alike about an account and, behind `where`, about one fact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from policyctl.policy.form import AllOf, AnyOf, Compare, Condition, Not
from policyctl.source import tree

FLIPPED: Mapping[Compare, Compare] = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "=", "!=": "!="}
"""A comparison as it is read from the other side."""


def joined(word: str, parts: Iterable[Condition]) -> Condition:
    """Conditions joined by `and` or `or`; parentheses around some of several that are joined alike mean nothing."""
    alike = AllOf if word == "and" else AnyOf
    flat = [one for part in parts for one in (part.parts if isinstance(part, alike) else (part,))]
    return alike(tuple(flat))


def composed(
    expression: tree.Bracketed | tree.Negated | tree.Joined, condition: Callable[[tree.Expression], Condition | None]
) -> Condition | None:
    """A condition made of others, each resolved by `condition`; None, where one of them is none. All of them are
    looked at, so that everything wrong is found at once."""
    match expression:
        case tree.Bracketed(inner):
            return condition(inner)
        case tree.Negated(part):
            found = condition(part)
            return None if found is None else Not(found)
        case tree.Joined(word, parts):
            known = [condition(part) for part in parts]
            found_all = [one for one in known if one is not None]
            return joined(word, found_all) if len(found_all) == len(known) else None
