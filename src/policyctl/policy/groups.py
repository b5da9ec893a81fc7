"""What a ledger says of tickets that count together, count more often, or wait."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from msgspec.structs import replace

from policyctl.calendar import CALENDAR
from policyctl.policy.draft import Draft
from policyctl.policy.form import Condition, Group, Multiplied
from policyctl.policy.lengths import length
from policyctl.source import tree

TWICE = Fraction(2)


def groups(draft: Draft, statement: tree.LedgerStatement) -> tuple[Group, ...]:
    """The groups of a ledger, in the order of the text: points are cut first, then one of several is taken."""
    found = [_group(draft, clause) for clause in statement.clauses if isinstance(clause, tree.Group)]
    return tuple(one for one in found if one is not None)


def _group(draft: Draft, written: tree.Group) -> Group | None:
    found = _plain(draft, written)
    spared = None if written.spared is None else draft.conditions.of_fact(written.spared)
    if found is None or spared is None:
        return found
    if written.whole and found.most is None:
        draft.findings.error(
            "group-form",
            written.span,
            "`unless any where` lifts a limit, and where one ticket counts for several there is none",
            "write `except where …`, or a limit: `at most 8 per day unless any where …`",
        )
    return replace(found, lifted=spared) if written.whole else replace(found, unless=spared)


def _plain(draft: Draft, written: tree.Group) -> Group | None:
    """A group without what stands outside of it."""
    takes: Literal["first", "highest"] = "first"
    if written.takes is not None and written.takes.word not in ("first", "highest"):
        draft.findings.error(
            "group-form",
            written.takes.span,
            f"of several tickets `{written.takes.word}` says not which one counts",
            "write `first` or `highest`",
        )
    elif written.takes is not None and written.takes.word == "highest":
        takes = "highest"
    if written.most is not None and written.most.value <= 0:
        draft.findings.error(
            "group-form", written.most.span, "at most 0 points means that none ever count", "write a number above 0"
        )
        return None
    most = None if written.most is None else written.most.value
    by = written.by
    if isinstance(by, tree.Quantity):
        if written.once is not None and written.once.word != "first":
            draft.findings.error(
                "group-form",
                written.once.span,
                "only the first ticket opens the time in which others count with it",
                "write `from first ticket`",
            )
        window = length(by, draft.findings, "no `one per`")
        since: Literal["first", "before", "all"] = "before" if written.sliding else "all" if written.once else "first"
        return None if window is None else Group(window, None, takes, since=since)
    if isinstance(by, tree.Name):
        found = draft.names.find(by, "anchor")
        if found is None:
            return None
        kind: Literal["act", "attribute"] = "act" if found.kind == "act" else "attribute"
        return Group(kind, found.name, takes, most)
    if by.word in ("occasion", "key"):
        word: Literal["occasion", "key"] = "occasion" if by.word == "occasion" else "key"
        return Group(word, None, takes, most)
    if by.word not in CALENDAR:
        draft.findings.error(
            "group-form", by.span, f"a ledger has no count per {by.word}", "write day, week, month, quarter or year"
        )
        return None
    return Group(CALENDAR[by.word], None, takes, most)


def multiplied(draft: Draft, statement: tree.LedgerStatement) -> tuple[Multiplied, ...]:
    """When points of a ledger count more often."""
    found = []
    for clause in statement.clauses:
        if not isinstance(clause, tree.Multiplied):
            continue
        times = TWICE if clause.times is None else clause.times.value
        if times <= 0:
            draft.findings.error(
                "multiplied-by-nothing",
                clause.span,
                "points that are multiplied by 0 do not count",
                "write a number above 0; what costs nothing says so: `offence NAME -> LEDGER +3 except when CONDITION`",
            )
            continue
        when = None if clause.when is None else draft.conditions.condition(clause.when)
        where = None if clause.where is None else draft.conditions.of_fact(clause.where)
        found.append(Multiplied(times, when, where))
    return tuple(found)


def waits(draft: Draft, statement: tree.LedgerStatement) -> Condition | None:
    """While what tickets of a ledger wait."""
    found = [clause for clause in statement.clauses if isinstance(clause, tree.Waits)]
    return draft.conditions.condition(found[0].condition) if found else None
