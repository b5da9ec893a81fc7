"""Ledgers and their periods: where they start, which way they count, how far, and when they are reset."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from msgspec.structs import replace

from policyctl.exact import plain
from policyctl.policy.draft import Draft
from policyctl.policy.form import (
    Carrying,
    Condition,
    Dated,
    EntryKind,
    FlagUp,
    Period,
    atoms,
    measures_of,
    reads_of,
)
from policyctl.policy.groups import groups, multiplied, waits
from policyctl.policy.lives import life
from policyctl.policy.schedules import schedule
from policyctl.source import tree
from policyctl.source.text import Span


def ledgers(draft: Draft) -> list[EntryKind]:
    """The ledgers of the version."""
    taken_from = set(_taken_from(draft))
    found = []
    for statement in draft.of(tree.LedgerStatement):
        name = statement.name.name.text
        draft.say("ledger", name, name, statement.span, statement.name.label, statement.cite)
        _check_clauses(draft, statement)
        every = [c for c in statement.clauses if isinstance(c, tree.Starts)]
        starts = next((c for c in every if c.whose is None), None)
        bounds = {c.word: c.at for c in reversed(statement.clauses) if isinstance(c, tree.Bound)}
        floor, ceiling = bounds.get("floor"), bounds.get("ceiling")
        for other in every:
            if other is not starts and _starts_well(draft, name, other):
                _bounds_are_sound(draft, name, other, floor, ceiling)
        if (
            _starts_well(draft, name, starts)
            and _bounds_are_sound(draft, name, starts, floor, ceiling)
            and name not in taken_from
        ):
            _check_direction(draft, name, starts)
        found.append(
            EntryKind(
                name,
                -1 if any(one.down for one in every) else 1,
                starts.at.value if starts is not None else Fraction(0),
                floor.value if floor is not None else None,
                ceiling.value if ceiling is not None else None,
            )
        )
    return found


def with_lives(draft: Draft, entries: list[EntryKind]) -> list[EntryKind]:
    """The same ledgers with the lives of their entries, whose conditions may read any of them."""
    lives = {
        statement.name.name.text: life(draft, clause)
        for statement in draft.of(tree.LedgerStatement)
        for clause in statement.clauses
        if isinstance(clause, tree.Expires)
    }
    statements = {statement.name.name.text: statement for statement in draft.of(tree.LedgerStatement)}
    return [
        replace(
            entry,
            life=lives.get(entry.name),
            multiplied=multiplied(draft, statements[entry.name]),
            waits=waits(draft, statements[entry.name]),
            starts=tuple(_starts_for(draft, statements[entry.name])),
        )
        for entry in entries
    ]


def _starts_for(draft: Draft, statement: tree.LedgerStatement) -> Iterator[Dated]:
    """Where a ledger starts for some accounts: by what these are, for when a book opens there are no points yet."""
    for clause in statement.clauses:
        if not isinstance(clause, tree.Starts) or clause.whose is None:
            continue
        when, measures = draft.conditions.condition(clause.whose), draft.numbers.measures
        read = () if when is None else [one for name in measures_of(when) for one in reads_of(measures[name], measures)]
        flags = () if when is None else [atom for atom in atoms(when) if isinstance(atom, FlagUp)]
        if flags or any(one.sort not in ("attribute", "constant", "measure") for one in read):
            draft.findings.error(
                "start-asks-points",
                clause.span,
                "where a ledger starts does not depend on what has happened",
                "ask for an attribute, the identity, a date or an age: `starts at 8 for in 3 years from licensed`",
            )
        elif when is not None:
            yield Dated(None, clause.at.value, when)


def _check_clauses(draft: Draft, statement: tree.LedgerStatement) -> None:
    seen: dict[str, Span] = {}
    for clause in statement.clauses:
        if isinstance(clause, tree.Group | tree.Multiplied) or (isinstance(clause, tree.Starts) and clause.whose):
            continue
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


def _starts_well(draft: Draft, name: str, starts: tree.Starts | None) -> bool:
    """Whether a ledger starts where one may."""
    if starts is None or starts.at.value >= 0:
        return True
    draft.findings.error(
        "starts-below-zero",
        starts.at.span,
        f"`{name}` starts at {plain(starts.at.value)}, and a ledger starts at 0 or above it",
        "leave `starts at` out, and the ledger starts at 0; how far down it may go is said by `floor`",
    )
    return False


def _bounds_are_sound(
    draft: Draft,
    name: str,
    starts: tree.Starts | None,
    floor: tree.Number | None,
    ceiling: tree.Number | None,
) -> bool:
    """Whether a ledger starts between its floor and its ceiling."""
    start = starts.at.value if starts is not None else Fraction(0)
    if floor is not None and ceiling is not None and floor.value > ceiling.value:
        draft.findings.error(
            "floor-above-ceiling",
            floor.span,
            f"the floor of `{name}`, {plain(floor.value)}, lies above its ceiling, {plain(ceiling.value)}",
            f"write `floor {plain(ceiling.value)} ceiling {plain(floor.value)}`, if they are exchanged",
            other=(ceiling.span, "the ceiling"),
        )
        return False
    if floor is not None and start < floor.value:
        bound, word, lies = floor, "floor", "below its floor"
    elif ceiling is not None and start > ceiling.value:
        bound, word, lies = ceiling, "ceiling", "above its ceiling"
    else:
        return True
    at = plain(bound.value)
    # One that counts up has mostly no start of its own to correct.
    falls = starts is not None and starts.down and bound.value >= 0
    draft.findings.error(
        "start-out-of-bounds",
        bound.span,
        f"`{name}` starts at {plain(start)}, {lies} {at}",
        f"write `{word} {plain(start)}`" + (f", or let the ledger start there: `starts at {at} down`" if falls else ""),
        other=None if starts is None else (starts.at.span, "the start"),
    )
    return False


def _check_direction(draft: Draft, name: str, starts: tree.Starts | None) -> None:
    if starts is None or starts.down or starts.at.value == 0:
        return
    at = plain(starts.at.value)
    draft.warn(
        "starts-above-zero",
        starts.span,
        f"`{name}` starts at {at} and counts up, so each violation adds points to {at}",
        f"write `starts at {at} down`, if a violation takes points away, or leave `starts at {at}` out",
    )


def _taken_from(draft: Draft) -> Iterator[str]:
    """The ledgers from which an offence takes points away; one that counts up is reported there."""
    for statement in draft.of(tree.OffenceStatement):
        for effect in (*statement.effects, *(e for line in statement.severities for e in line.effects)):
            if isinstance(effect, tree.Post) and effect.sign == "-":
                ledger = draft.names.get(effect.ledger.text, ("ledger",))
                if ledger is not None:
                    yield ledger.name


def periods(draft: Draft) -> list[Period]:
    """How each ledger divides time, and what keeps a reset from happening."""
    found = []
    for statement in draft.of(tree.LedgerStatement):
        resets = next((c for c in statement.clauses if isinstance(c, tree.Resets)), None)
        together = groups(draft, statement)
        if resets is None:
            found.append(Period(statement.name.name.text, groups=together))
            continue
        every = schedule(draft.names, draft.findings, resets.schedule)
        unless = None if resets.unless is None else draft.conditions.condition(resets.unless)
        found.append(Period(statement.name.name.text, every, unless, _keeping(draft, resets), together))
    return found


def _keeping(draft: Draft, resets: tree.Resets) -> Condition | Carrying | None:
    """What a reset takes over into the new period."""
    carrying = None if resets.carrying is None else _carrying(draft, resets.carrying, resets.when)
    if resets.keeping is None:
        return carrying
    if resets.carrying is not None:
        draft.findings.error(
            "keeping-and-carrying",
            resets.carrying.span,
            "this reset keeps entries and carries points as well",
            "leave one of the two out: `keeping where …` takes entries over as they are, `carrying 24` so many points",
            other=(resets.keeping.span, "what it keeps"),
        )
    return draft.conditions.of_fact(resets.keeping)


def _carrying(draft: Draft, points: tree.Expression, when: tree.Expression | None) -> Carrying | None:
    """How many points a reset carries into the new period, and when."""
    value = draft.numbers.linear(points)
    condition = None if when is None else draft.conditions.condition(when)
    return None if value is None else Carrying(draft.numbers.keep(points, value), condition)
