"""What a policy declares: its names, the identities, sanctions and flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from policyctl.policy.draft import Draft
from policyctl.policy.form import FlagKind, Overlap, Part, SanctionKind
from policyctl.policy.lengths import length
from policyctl.policy.names import Kind, Names
from policyctl.source import tree
from policyctl.source.text import Span

Manner = Literal["later", "heaviest", "extends", "consecutive"]

_OF_LISTS: dict[type[tree.Statement], Kind] = {
    tree.Identities: "identity",
    tree.ActsStatement: "act",
    tree.MetricsStatement: "metric",
}
"""What is declared in statements that declare several things at once."""

_MANNERS: dict[str, Manner] = {word: word for word in get_args(Manner)}


def declare(names: Names, statements: Iterable[tree.Statement]) -> list[tree.Statement]:
    """Declare every name before anything is resolved, so that order does not matter; the statements without second
    declarations of one name."""
    kept = []
    for statement in statements:
        if isinstance(statement, tree.Identities | tree.ActsStatement | tree.MetricsStatement):
            for one in statement.names:
                names.declare(_OF_LISTS[type(statement)], one)
        kind, named = _declares(statement)
        if kind is None or named is None or names.declare(kind, named):
            kept.append(statement)
    names.check_labels()
    return kept


def _declares(statement: tree.Statement) -> tuple[Kind | None, tree.Named | None]:
    match statement:
        case tree.LedgerStatement(name):
            return "ledger", name
        case tree.OffenceStatement(name):
            return "offence", name
        case tree.MeasureStatement(name):
            return "measure", name
        case tree.SanctionStatement(name):
            return "sanction", name
        case tree.FlagStatement(name):
            return "flag", name
        case tree.AttributeStatement(name):
            return "attribute", name
        case tree.ConstantStatement(name):
            return "constant", name
        case tree.LadderStatement(name):
            return "ladder", name
        case tree.RuleStatement(name):
            return "rule", name
        case _:
            return None, None


def identities(draft: Draft) -> tuple[str, ...]:
    """The identities of the policy; one that declares none has `merchant`."""
    found: dict[str, tree.Named] = {}
    for named in (named for statement in draft.of(tree.Identities) for named in statement.names):
        found.setdefault(named.name.text, named)
    for name, named in found.items():
        draft.say("identity", name, name, named.name.span, named.label)
    return tuple(sorted(found)) or ("merchant",)


def sanctions(draft: Draft) -> list[Overlap]:
    """Resolve the sanctions with their parts, for the rules to impose; returns how those of one kind overlap."""
    overlaps = []
    named = {s.name.label.text: s for s in draft.of(tree.SanctionStatement) if s.name.label is not None}
    named |= {s.name.name.text: s for s in draft.of(tree.SanctionStatement)}
    for statement in draft.of(tree.SanctionStatement):
        name = statement.name.name.text
        draft.say("sanction", name, name, statement.span, statement.name.label, statement.cite)
        draft.effects.sanctions[name] = _sanction(draft, statement, named)
        if statement.overlap is not None:
            overlaps.append(Overlap(name, _MANNERS[statement.overlap.word]))
            if overlaps[-1].rule == "extends":
                draft.effects.extending.add(name)
    return overlaps


def _sanction(
    draft: Draft, statement: tree.SanctionStatement, sanctions: Mapping[str, tree.SanctionStatement]
) -> SanctionKind | None:
    """A sanction; None where one of its lengths is wrong, so that nobody can say what it lacks. `sanctions` are those
    that are declared, by name and label."""
    name = statement.name.name.text
    parts: dict[str, Part] = {}
    first: dict[str, Span] = {}
    sound = True
    for line in statement.parts:
        part = line.name.name.text
        if part in parts:
            draft.findings.error(
                "declared-twice",
                line.name.name.span,
                f"the part `{part}` stands twice in `{name}`",
                "leave one of them out",
                other=(first[part], "first named here"),
            )
            continue
        if sanctions.get(part, statement) is not statement:
            draft.findings.error(
                "part-is-a-sanction",
                line.name.name.span,
                f"the part `{part}` of `{name}` has the name of a sanction, and would not impose that sanction",
                f"impose both in the rule (`{name} 3d, {part} 3d`), or give the part a name of its own",
                other=(sanctions[part].name.name.span, "the sanction of this name"),
            )
        duration = None
        if line.length is not None:
            duration = length(line.length, draft.findings, "`permanently`")
            sound = sound and duration is not None
        parts[part], first[part] = Part(part, duration, line.permanently), line.name.name.span
        draft.say("part", f"{name}.{part}", part, line.span, line.name.label)
    return SanctionKind(name, tuple(parts.values())) if sound else None


def flags(draft: Draft) -> None:
    """Keep the flags, for the rules to raise."""
    for statement in draft.of(tree.FlagStatement):
        name = statement.name.name.text
        draft.say("flag", name, name, statement.span, statement.name.label, statement.cite)
        draft.effects.flags[name] = FlagKind(name, statement.per_period)
