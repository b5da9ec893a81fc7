"""One version of a policy for one identity: what questions about all histories are asked of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    FlagUp,
    Is,
    Ladder,
    Not,
    Policy,
    Prevails,
    Rule,
    TicketKind,
    Version,
    When,
    atoms,
    records,
)

T = TypeVar("T")

EVER, NEVER = AllOf(()), AnyOf(())
"""Conditions that always and never hold."""


@dataclass(frozen=True)
class Case:
    """`policy` has this one `version`, as if it had always been in force; `looked` is the same version without what it
    says of other identities. With `bare`, tickets may carry points of their own for every ledger; with `alone` there
    are none but for its offences."""

    policy: Policy
    identity: str
    looked: Version
    bare: bool = False
    alone: bool = False

    @property
    def version(self) -> Version:
        """The version as the interpreter replays it."""
        return self.policy.versions[-1]


def cases(policy: Policy, since: str | None = None, identity: str | None = None, bare: bool = False) -> list[Case]:
    """A version of a policy (the newest, if no date is given) for each identity that it treats in a way of its own."""
    version = next((one for one in policy.versions if one.since == since), None) if since else policy.versions[-1]
    assert version is not None
    alone = msgspec.structs.replace(policy, versions=(msgspec.structs.replace(version, transition=None),))
    names = version.settings.identities
    if identity is not None:
        names = (identity,)
    elif not _tells_apart(version):
        names = names[:1]
    return [Case(alone, name, looked_at(alone.versions[0], name), bare) for name in names]


def _tells_apart(version: Version) -> bool:
    """Whether a version says anything of one identity alone."""
    kinds = (fact for fact in version.facts if isinstance(fact, TicketKind))
    return any(kind.identity is not None for kind in kinds) or any(
        one.field == "identity" for one in records(version.rules, Is)
    )


def looked_at(version: Version, identity: str) -> Version:
    """A version as one identity meets it."""
    if not _tells_apart(version):
        return version
    facts = tuple(f for f in version.facts if not isinstance(f, TicketKind) or f.identity in (None, identity))
    kinds = {fact.name for fact in facts if isinstance(fact, TicketKind)}
    rules = tuple(_rule(rule, identity) for rule in version.rules if _concerns(rule, kinds))
    return msgspec.structs.replace(version, facts=facts, rules=tuple(r for r in rules if r.condition != NEVER))


def _concerns(rule: Rule, kinds: set[str]) -> bool:
    """Whether any of the tickets there can be is one that a rule is for."""
    if not isinstance(rule.occasion, When) or rule.occasion.sort != "ticket" or not rule.occasion.names:
        return True
    return any({kind, *kind.split(".")} & set(rule.occasion.names) for kind in kinds)


def _rule(rule: Rule, identity: str) -> Rule:
    return msgspec.structs.replace(
        rule,
        condition=for_identity(rule.condition, identity),
        lines=tuple(for_identity(line, identity) for line in rule.lines),
    )


def for_identity(condition: Condition, identity: str) -> Condition:
    """A condition as one identity meets it."""
    match condition:
        case Is("identity", values):
            return EVER if identity in values else NEVER
        case AllOf(parts):
            return joined(AllOf, [for_identity(part, identity) for part in parts])
        case AnyOf(parts):
            return joined(AnyOf, [for_identity(part, identity) for part in parts])
        case Not(part):
            inner = for_identity(part, identity)
            return NEVER if inner == EVER else EVER if inner == NEVER else Not(inner)
        case _:
            return condition


def joined(kind: type[AllOf] | type[AnyOf], parts: list[Condition]) -> Condition:
    """Parts joined by `and` or `or`, without those that say nothing."""
    nothing, all = (EVER, NEVER) if kind is AllOf else (NEVER, EVER)
    if all in parts:
        return all
    left = [part for part in parts if part != nothing]
    return left[0] if len(left) == 1 else kind(tuple(left))


def companions(version: Version, rules: set[str]) -> set[str]:
    """Some rules, with those that may keep one of them from having an effect (the steps of its ladder, and what
    prevails over it), and those whose decisions they count."""
    found = set(rules)
    counts = dict(_counts(version))
    while True:
        more = set(found)
        for choice in version.choices:
            if isinstance(choice, Ladder) and more & set(choice.steps):
                more |= set(choice.steps)
            if isinstance(choice, Prevails) and choice.under in more:
                more.add(choice.over)
        for name in sorted(more):
            more |= counts.get(name, set())
        if more == found:
            return found
        found = more


def _counts(version: Version) -> Iterator[tuple[str, set[str]]]:
    """Of each rule the rules whose decisions its conditions count."""
    measures = {measure.name: measure for measure in version.measures}
    steps = {one.name: set(one.steps) for one in version.choices if isinstance(one, Ladder)}
    for rule in version.rules:
        names = {
            name
            for condition in (rule.condition, *rule.lines)
            for atom in atoms(condition)
            if isinstance(atom, Comparison)
            for term in measures[atom.measure].terms
            if term.read.sort == "decision"
            for name in term.read.names
        }
        if names:
            yield rule.name, {step for name in names for step in steps.get(name, {name})}


def flags_of(condition: Condition) -> set[str]:
    """The flags that a condition reads."""
    return {atom.flag for atom in atoms(condition) if isinstance(atom, FlagUp)}
