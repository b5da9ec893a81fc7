"""Occasions of rules: what happens when they may look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec.structs import replace

from policyctl.calendar import CALENDAR, OnAct, Repeats
from policyctl.instants import Calendar, Length
from policyctl.policy.draft import Draft
from policyctl.policy.form import Every, Occasion, When, Without
from policyctl.policy.lengths import length_or_acts, no_time_runs
from policyctl.policy.names import Declared
from policyctl.policy.schedules import schedule
from policyctl.source import tree

_AT = {"STARTS": "start", "ENDS": "end"}


def occasion(draft: Draft, said: tree.Occasion | None) -> Occasion | None:
    """The occasion of a rule, tickets where it says none; None, and reported, where it cannot be read."""
    if said is None:
        return "ticket"
    match said.sort:
        case "ticket":
            return _tickets(draft, said.names, said.where)
        case "fine":
            assert said.at is not None
            found = [draft.names.find(name, "rule") for name in said.names]
            names = tuple(sorted({one.name for one in found if one is not None}))
            at: Literal["paid", "overdue"] = "paid" if said.at.word == "paid" else "overdue"
            return When("fine", names, at) if None not in found else None
        case "streak":
            return _streak(draft, said)
        case "schedule":
            return _every(draft, said)
        case _:
            return _any_of(draft, said.names, "" if said.at is None else said.at.word)


def _every(draft: Draft, said: tree.Occasion) -> Every | None:
    assert said.schedule is not None
    found = schedule(draft.names, draft.findings, said.schedule)
    if isinstance(found, OnAct) or (isinstance(found, Repeats) and found.since == "ticket"):
        act = isinstance(found, OnAct)
        draft.findings.error(
            "evaluation-without-date",
            said.span,
            "a rule looks on dates that are known beforehand, and "
            + ("an act has none" if act else "a ticket has none"),
            "write `when ACT`" if act else "write `every 30 days without tickets`, or count from `opened`",
        )
        return None
    return None if found is None else Every(found)


def _tickets(draft: Draft, names: tuple[tree.Name, ...], asked: tree.Expression | None = None) -> When | None:
    where = None if asked is None else draft.conditions.of_fact(asked)
    found = draft.numbers.offences(names) if names else ()
    return None if found is None or (asked is not None and where is None) else When("ticket", found, where=where)


def _any_of(draft: Draft, names: tuple[tree.Name, ...], at: str) -> When | None:
    """Any of several things of one kind: `when meter, permit`."""
    found = [_named(draft, name, at) for name in names]
    known = [one for one in found if one is not None]
    for name, one in zip(names, found, strict=True):
        if one is not None and (one.sort, one.at) != (known[0].sort, known[0].at):
            draft.findings.error(
                "occasions-of-two-kinds",
                name.span,
                f"`{name.text}` and `{names[0].text}` are not of one kind, and a rule waits for one",
                "write a rule for each; what both ask may stand in a `measure`",
            )
            return None
    return replace(known[0], names=tuple(sorted({name for one in known for name in one.names}))) if all(found) else None


def _named(draft: Draft, name: tree.Name, at: str) -> When | None:
    """`when exam_passed`, `when suspend ends`, `when general resets`."""
    if at == "resets":
        ledger = draft.names.find(name, "ledger")
        return None if ledger is None else When("ledger", (ledger.name,))
    if at == "overdue":
        act = draft.names.find(name, "act")
        return None if act is None else When("require", (act.name,), "overdue")
    if at:
        sanction = draft.names.find(name, "sanction")
        return None if sanction is None else When("sanction", (sanction.name,), "start" if at == "starts" else "end")
    found = draft.names.find(name, "occasion")
    return None if found is None else _happening(found)


def _happening(found: Declared) -> When:
    """An act, a new value of a metric, or a decision by a rule or ladder."""
    if found.kind in ("rule", "ladder"):
        return When("decision", (found.name,))
    return When("act" if found.kind == "act" else "metric", (found.name,))


def _streak(draft: Draft, said: tree.Occasion) -> Without | None:
    assert said.length is not None
    lasts: Length | Calendar | None
    if isinstance(said.length, str):
        lasts = _whole(draft, said, said.length)
    else:
        lasts = length_or_acts(said.length, draft.names, draft.findings, "a length that can pass")
    things, after = _things(draft, said.things), _things(draft, said.after)
    frozen = None if said.frozen is None else draft.conditions.condition(said.frozen)
    if lasts is None or things is None or after is None or (said.frozen is not None and frozen is None):
        return None
    if not isinstance(lasts, str) and no_time_runs(lasts, said.frozen, draft.findings):
        return None
    return Without(lasts, things, said.again, after, said.dated, frozen)


def _whole(draft: Draft, said: tree.Occasion, unit: str) -> Calendar | None:
    """The unit of the calendar in `every year without …`."""
    if unit not in CALENDAR:
        draft.findings.error(
            "no-such-date",
            said.span,
            f"`every {unit}` is no unit of the calendar",
            f"write how many: `every 12 {unit}s without …`",
        )
    return CALENDAR.get(unit)


def _things(draft: Draft, things: tuple[tree.Thing, ...]) -> tuple[When, ...] | None:
    found = list(_each(draft, things))
    known = [thing for thing in found if thing is not None]
    return None if len(known) < len(found) else tuple(sorted(known, key=str))


def _each(draft: Draft, things: tuple[tree.Thing, ...]) -> Iterator[When | None]:
    for thing in things:
        if isinstance(thing.what, tree.Word):
            yield _tickets(draft, (), thing.where) if thing.what.word == "tickets" else When("payment")
        elif thing.ends:
            yield _named(draft, thing.what, "ends")
        else:
            found = draft.names.find(thing.what, "streak")
            if found is None:
                yield None
            elif found.kind == "offence":
                yield _tickets(draft, (thing.what,))
            else:
                yield _happening(found)
