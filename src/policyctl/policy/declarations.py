"""What a policy declares: identities, ledgers with their periods, sanctions, flags."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal, get_args

from policyctl.exact import plain
from policyctl.instants import Calendar
from policyctl.policy.draft import Draft
from policyctl.policy.form import EntryKind, FlagKind, Overlap, Part, Period, SanctionKind
from policyctl.policy.lengths import length
from policyctl.policy.names import Kind, Names
from policyctl.source import tree
from policyctl.source.text import Span

Manner = Literal["later", "heaviest", "extends", "consecutive"]

_MANNERS: dict[str, Manner] = {word: word for word in get_args(Manner)}
_CALENDAR: dict[str, Calendar] = {unit: unit for unit in get_args(Calendar)}


def declare(names: Names, statements: Iterable[tree.Statement]) -> list[tree.Statement]:
    """Declare every name before anything is resolved, so that order does not matter; the statements without second
    declarations of one name."""
    kept = []
    for statement in statements:
        if isinstance(statement, tree.Identities):
            for identity in statement.names:
                names.declare("identity", identity)
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


# --- ledgers and periods ----------------------------------------------------------------------------------------------


def ledgers(draft: Draft) -> list[EntryKind]:
    """The ledgers: where they start, which way they count, and how far."""
    found = []
    for statement in draft.of(tree.LedgerStatement):
        name = statement.name.name.text
        draft.say("ledger", name, name, statement.span, statement.name.label, statement.cite)
        _check_clauses(draft, statement)
        starts = next((c for c in statement.clauses if isinstance(c, tree.Starts)), None)
        bounds = {c.word: c.at for c in reversed(statement.clauses) if isinstance(c, tree.Bound)}
        floor, ceiling = bounds.get("floor"), bounds.get("ceiling")
        _check_bounds(draft, statement, starts, floor, ceiling)
        found.append(
            EntryKind(
                name,
                -1 if starts is not None and starts.down else 1,
                starts.at.value if starts is not None else Fraction(0),
                floor.value if floor is not None else None,
                ceiling.value if ceiling is not None else None,
            )
        )
    return found


def _check_clauses(draft: Draft, statement: tree.LedgerStatement) -> None:
    seen: dict[str, Span] = {}
    for clause in statement.clauses:
        what = clause.word if isinstance(clause, tree.Bound) else type(clause).__name__.lower()
        if what in seen:
            draft.findings.error(
                "clause-twice",
                clause.span,
                f"the ledger `{statement.name.name.text}` says `{what}` twice",
                "leave one of them out",
                other=(seen[what], "first said here"),
            )
        seen.setdefault(what, clause.span)


def _check_bounds(
    draft: Draft,
    statement: tree.LedgerStatement,
    starts: tree.Starts | None,
    floor: tree.Number | None,
    ceiling: tree.Number | None,
) -> None:
    name, start = statement.name.name.text, starts.at.value if starts is not None else Fraction(0)
    if floor is not None and ceiling is not None and floor.value > ceiling.value:
        draft.findings.error(
            "floor-above-ceiling",
            floor.span,
            f"the floor of `{name}`, {plain(floor.value)}, lies above its ceiling, {plain(ceiling.value)}",
            f"write `floor {plain(ceiling.value)} ceiling {plain(floor.value)}`, if they are exchanged",
            other=(ceiling.span, "the ceiling"),
        )
        return
    down = " down" if starts is not None and starts.down else ""
    for bound, word, outside in (
        (floor, "floor", floor is not None and start < floor.value),
        (ceiling, "ceiling", ceiling is not None and start > ceiling.value),
    ):
        if bound is None or not outside:
            continue
        at = plain(bound.value)
        draft.findings.error(
            "start-out-of-bounds",
            bound.span,
            f"`{name}` starts at {plain(start)}, {'below its floor' if word == 'floor' else 'above its ceiling'} {at}",
            f"write `{word} {plain(start)}`, or let the ledger start there: `starts at {at}{down}`",
            other=None if starts is None else (starts.at.span, "the start"),
        )


def periods(draft: Draft) -> list[Period]:
    """How each ledger divides time, and what keeps a reset from happening."""
    found = []
    for statement in draft.of(tree.LedgerStatement):
        resets = next((c for c in statement.clauses if isinstance(c, tree.Resets)), None)
        if resets is None:
            found.append(Period(statement.name.name.text))
            continue
        every = _CALENDAR.get(resets.every)
        if every is None:
            draft.findings.error(
                "not-supported-yet",
                resets.span,
                f"a reset every {resets.every} is part of the language but this version does not support it",
                "write `resets every year`, `resets every quarter` or `resets every month`",
            )
        unless = None if resets.unless is None else draft.conditions.condition(resets.unless)
        found.append(Period(statement.name.name.text, every, unless))
    return found


# --- sanctions and flags ----------------------------------------------------------------------------------------------


def sanctions(draft: Draft) -> list[Overlap]:
    """Resolve the sanctions with their parts, for the rules to impose; returns how those of one kind overlap."""
    overlaps = []
    for statement in draft.of(tree.SanctionStatement):
        name = statement.name.name.text
        draft.say("sanction", name, name, statement.span, statement.name.label, statement.cite)
        draft.effects.sanctions[name] = _sanction(draft, statement)
        if statement.overlap is not None:
            overlaps.append(Overlap(name, _MANNERS[statement.overlap.word]))
    return overlaps


def _sanction(draft: Draft, statement: tree.SanctionStatement) -> SanctionKind | None:
    """A sanction; None where one of its lengths is wrong, so that nobody can say what it lacks."""
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
