"""Words that look at a ticket (`this key`, `to this ticket`, `in any 2 years`, `occurred before …`) where none is.

A ticket is looked at where tickets are the occasion, where one is posted, and at an act that names one. On a date, at
a reset, or while a sanction waits there is none, and the words would mean whichever ticket came last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace

from policyctl.policy.draft import Draft
from policyctl.source import tree
from policyctl.source.printer import expression_text
from policyctl.source.stories import HappenedLine
from policyctl.source.text import Span

Looks = tree.SameAs | tree.OfTicket | tree.Counted | tree.Said | tree.ByDate | tree.ByAge | tree.Name
"""What looks at a ticket; a name is that of a measure which does."""

_WITHOUT = ("resets", "overdue", "ends")
"""Words behind the name in `when …` at which no ticket is at hand."""


def check_looked_at(draft: Draft) -> None:
    """Reports what looks at a ticket where there is none; warns where an act may name none."""
    measures = _measures(draft)
    for statement in draft.statements:
        in_rule = isinstance(statement, tree.RuleStatement)
        for part, dates in _apart(statement):
            _report(draft, _asking(draft, part, measures, dates), in_rule)
        if isinstance(statement, tree.RuleStatement) and statement.occasion is not None:
            asked = list(_asked(draft, statement, measures))
            if _has_no_ticket(draft, statement.occasion):
                _report(draft, asked, in_rule)
            elif asked and (act := _act(draft, statement.occasion)) is not None:
                _warn(draft, asked, act)


def _measures(draft: Draft) -> frozenset[str]:
    """The measures that look at a ticket, themselves or by another."""
    found = frozenset[str]()
    while True:
        more = {one.name.name.text for one in draft.of(tree.MeasureStatement) if any(_asking(draft, one.value, found))}
        if more == found:
            return found
        found = frozenset(more)


def _has_no_ticket(draft: Draft, said: tree.Occasion) -> bool:
    if said.sort != "name":
        return said.sort in ("schedule", "streak", "fine")
    if said.at is not None:
        return said.at.word in _WITHOUT
    return any(draft.names.get(name.text, ("metric",)) is not None for name in said.names)


def _act(draft: Draft, said: tree.Occasion) -> str | None:
    """The act at which a rule acts, where no test of the file shows that it names a ticket."""
    if said.sort != "name" or said.at is not None:
        return None
    found = (draft.names.get(name.text, ("act",)) for name in said.names)
    lines = (line for test in draft.of(tree.TestStatement) for line in test.lines)
    shown = {line.name.text for line in lines if isinstance(line, HappenedLine) and line.ticket is not None}
    return next((one.name for one in found if one is not None and one.name not in shown), None)


def _report(draft: Draft, asked: Iterable[Looks], in_rule: bool) -> None:
    for one in asked:
        draft.findings.error(
            "no-ticket-here",
            one.span,
            f"`{expression_text(one)}` looks at a ticket, and no ticket is looked at here",
            _instead(draft, one)
            or (
                "ask it where a ticket comes: `rule NAME when ticket: …`"
                if in_rule
                else "ask it in a rule: `rule NAME when ticket: …`, and say here what that rule brought about"
            ),
        )
        return


def _warn(draft: Draft, asked: Iterable[Looks], act: str) -> None:
    for one in asked:
        if isinstance(one, tree.OfTicket | tree.Counted | tree.Said | tree.Name):
            draft.warn(
                "act-without-ticket",
                one.span,
                f"`{expression_text(one)}` looks at the ticket that `{act}` names; where it names none, the rule does"
                " not act",
                _instead(draft, one) or f"count up to now, or show in a test that it names one: `act {act} T1`",
            )
            return


def _instead(draft: Draft, one: Looks) -> str | None:
    """The same, ending now."""
    if not isinstance(one, tree.Counted) or _asks_same(draft, one.where):
        return None
    if one.anchor in ("any", "ticket") and isinstance(one.within, tree.Quantity):
        return f"to count up to now write `{expression_text(replace(one, anchor='now'))}`"
    return None


# --- where there is none ----------------------------------------------------------------------------------------------


def _apart(part: object) -> Iterator[tuple[tree.Expression, bool]]:
    """What is asked apart from any ticket: by ledgers, streaks and sanctions, on whatever day it is; and whether a date
    that is asked for would be that of a ticket looked at (else it is that of the fact behind `where`)."""
    match part:
        case tree.Starts(whose=asked) if asked is not None:
            yield asked, True
        case tree.Resets(unless=unless, keeping=keeping, carrying=carrying, when=when):
            yield from ((one, True) for one in (unless, carrying, when) if one is not None)
            if keeping is not None:
                yield keeping, False
        case tree.Expires(unless=unless, frozen=frozen):
            yield from ((one, True) for one in (unless, frozen) if one is not None)
        case tree.Group(spared=asked) | tree.Multiplied(where=asked) | tree.Thing(where=asked) if asked is not None:
            yield asked, False
        case tree.TransitionLine(unless=asked) if asked is not None:
            yield asked, True
        case tree.Impose(until=until, frozen=frozen):
            yield from ((one, True) for one in (until, frozen) if one is not None)
        case tree.Occasion(frozen=frozen, where=where, things=things, after=after):
            if frozen is not None:
                yield frozen, True
            if where is not None:
                yield where, False
            for thing in (*things, *after):
                yield from _apart(thing)
        case tuple():
            for one in part:
                yield from _apart(one)
        case _ if is_dataclass(part) and not isinstance(part, Span | tree.TestStatement):
            for field in fields(part):
                yield from _apart(getattr(part, field.name))


def _asked(draft: Draft, rule: tree.RuleStatement, measures: frozenset[str]) -> Iterator[Looks]:
    """What a rule asks at its occasion: in its conditions, and in the sums of its effects."""
    if rule.whose is not None:
        yield from _asking(draft, rule.whose, measures)
    for case in rule.cases:
        yield from _asking(draft, case.condition, measures)
        for exempt in case.exempt:
            yield from _asking(draft, exempt.condition, measures)
        for effect in case.effects:
            match effect:
                case tree.Impose(per=sum_) | tree.Moves(per=sum_) | tree.Fine(formula=sum_) | tree.Post(formula=sum_):
                    yield from () if sum_ is None else _asking(draft, sum_, measures)
                case tree.Ends(amount=amount, where=where):
                    yield from () if amount is None else _asking(draft, amount, measures)
                    yield from () if where is None else _asking(draft, where, measures, dates=False)


def _asking(draft: Draft, expression: tree.Expression, measures: frozenset[str], dates: bool = True) -> Iterator[Looks]:
    """The parts of an expression that look at a ticket."""
    match expression:
        case tree.SameAs() | tree.OfTicket():
            yield expression
        case tree.Counted(where=where, anchor=anchor) if dates:
            if anchor != "now" or _asks_same(draft, where):
                yield expression
        case tree.Said(anchor=anchor) if anchor != "now":
            yield expression
        case tree.Said(subject=subject):
            yield from _asking(draft, subject, measures, dates)
        case tree.ByDate(dated=str()) if dates:
            yield expression
        case tree.ByAge(dated=dated, of=of) if dates and (dated is not None or of is not None):
            yield expression
        case tree.Name(text) if dates and not expression.quoted:
            found = draft.names.get(text, ("measure",))
            if found is not None and found.name in measures:
                yield expression
        case tree.Arithmetic(left=left, right=right) | tree.Compared(left=left, right=right):
            yield from _asking(draft, left, measures, dates)
            yield from _asking(draft, right, measures, dates)
        case tree.Joined(parts=parts) | tree.Picked(of=parts):
            for part in parts:
                yield from _asking(draft, part, measures, dates)
        case tree.Negated(part=inner) | tree.Bracketed(inner=inner):
            yield from _asking(draft, inner, measures, dates)


def _asks_same(draft: Draft, where: tree.Expression | None) -> bool:
    return where is not None and any(_asking(draft, where, frozenset(), dates=False))
