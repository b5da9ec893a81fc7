"""Rules that only count what rules impose, and look when there is a ticket: what the same ticket brings is imposed on
the same state that they read, so they see it at the next one.

Assumes the rules of one version, resolved. A count that one is enough for may well be meant so ("once barred, any
further ticket"); of it nothing is said, nor where the points that come with it make the rules look once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policyctl.policy.draft import Draft
from policyctl.policy.earlier import places_of
from policyctl.policy.form import (
    AllOf,
    Comparison,
    Condition,
    Is,
    Ladder,
    Open,
    Prevails,
    Read,
    Rule,
    When,
    atoms,
    key,
    reads_of,
)

_IMPOSED = ("sanction", "fine", "flag", "decision")


def check_unseen(draft: Draft, found: Sequence[Rule], choices: Sequence[Ladder | Prevails]) -> None:
    """Warns of the first of them."""
    if draft.findings.failed:
        return
    steps = {step for one in choices if isinstance(one, Ladder) for step in one.steps}
    ladders = {step: one.name for one in choices if isinstance(one, Ladder) for step in one.steps}
    for rule in found:
        at_tickets = rule.occasion == "ticket" or (isinstance(rule.occasion, When) and rule.occasion.sort == "ticket")
        reads = _counted(draft, rule)
        if rule.mode == "each":
            reads = [read for read in reads if read.sort in ("ticket", "fine")]
        if not at_tickets or rule.name in steps:
            continue
        by = sorted({name for read in reads for name in _occasions(read, found, ladders)})
        if not by:
            continue
        span = places_of(draft).get(draft.said[key(draft.head.since, "rule", rule.name)].line)
        if span is None:
            continue
        starts = [name for name in by if name.endswith(" starts")]
        when = f"{', '.join(name.removesuffix(' starts') for name in starts)} starts" if starts else ", ".join(by)
        draft.warn(
            "seen-at-next-ticket",
            span,
            "this rule looks when there is a ticket, and does not see what the same ticket brings: it acts at the next"
            " ticket",
            f"let it look when that happens: `rule NAME when {when}: …`",
        )
        return


def _counted(draft: Draft, rule: Rule) -> list[Read]:
    """What a rule counts, if that is more than one of what rules impose, and nothing else."""
    measures = draft.numbers.measures
    if not all(isinstance(one, Comparison) for one in atoms(rule.condition)):
        return []
    compared = [one for one in atoms(rule.condition) if isinstance(one, Comparison)]
    reads = [read for one in compared for read in reads_of(measures[one.measure], measures) if read.sort != "constant"]
    if not all(_imposed(read) for read in reads):
        return []
    return [
        read
        for part in _parts(rule.condition)
        if isinstance(part, Comparison) and _more_than_one(part)
        for read in reads_of(measures[part.measure], measures)
        if read.sort != "constant"
    ]


def _more_than_one(part: Comparison) -> bool:
    """Whether it holds only when there was more than one."""
    return (part.compare in (">=", "=") and part.threshold > 1) or (part.compare == ">" and part.threshold >= 1)


def _imposed(read: Read) -> bool:
    """Whether it counts what rules impose, or tickets by their fines."""
    if read.sort in _IMPOSED:
        return read.back is None and read.anchor == "now"
    fines = read.where is not None and any(isinstance(one, Is) and one.field == "fine" for one in atoms(read.where))
    return read.of == "count" and read.sort == "ticket" and fines


def _occasions(read: Read, rules: Sequence[Rule], ladders: dict[str, str]) -> Iterator[str]:
    """What may stand behind `when`, so that a rule looks when there is one more of what is counted; nothing where
    points come with it."""
    sort = "fine" if read.sort == "ticket" else read.sort
    brings = [rule for rule in rules if _brings(rule, sort, read, ladders)]
    if not brings or any(isinstance(one, Open) and one.sort == "post" for rule in brings for one in rule.effects):
        return
    if sort == "sanction":
        yield from (f"{name} starts" for name in read.names)
    else:
        yield from (ladders.get(rule.name, rule.name) for rule in brings)


def _brings(rule: Rule, sort: str, read: Read, ladders: dict[str, str]) -> bool:
    if sort == "decision":
        return not {rule.name, ladders.get(rule.name, rule.name)}.isdisjoint(read.names)
    if sort == "fine" and read.sort == "fine" and read.names and rule.name not in read.names:
        return False
    return any(
        isinstance(one, Open) and one.sort == sort and (sort == "fine" or one.name in read.names)
        for one in rule.effects
    )


def _parts(condition: Condition) -> Iterator[Condition]:
    """What must hold all together."""
    if isinstance(condition, AllOf):
        for part in condition.parts:
            yield from _parts(part)
    else:
        yield condition
