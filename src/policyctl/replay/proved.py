"""What of the normal form stretches are proved for: the records, their fields and words that may be used.

A stretch knows what plain rules read and change: points of ledgers in calendar periods, counts of tickets, flags,
sanctions with a length, fines. Whatever else a policy says is gone through each time (see `stretch`). So this is a
list of what is allowed: a field or a word that comes later is not on it, until somebody has proved it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import msgspec

from policyctl.instants import Length
from policyctl.policy import form
from policyctl.policy.form import Comparison, Ladder, Policy, Rule, TicketKind

_FIELDS: Mapping[type, str] = {
    form.Version: "since settings facts periods measures rules choices transition",
    form.Settings: "timezone identities currency count_by judge_by annulment late_until wait_for_final",
    form.EntryKind: "name direction start floor ceiling",
    form.Posting: "ledger points",
    form.TicketKind: "name posts",
    form.Part: "name length permanent",
    form.SanctionKind: "name parts",
    form.FlagKind: "name per_period",
    form.Period: "ledger every unless",
    form.Read: "of sort names standing within dated far_edge",
    form.Term: "times read",
    form.Measure: "name terms plus declared",
    form.Comparison: "measure compare threshold",
    form.FlagUp: "flag",
    form.AllOf: "parts",
    form.AnyOf: "parts",
    form.Not: "part",
    form.Open: "sort name amount parts clears clears_when each",
    form.Rule: "name occasion condition effects every",
    form.Ladder: "name rungs takes",
    form.Overlap: "sanction rule",
    form.Transition: "previous ledgers fines sanctions reached",
    form.LedgerMoves: "ledger entries",
    Length: "count unit",
}

_WORDS: Mapping[tuple[type, str], str] = {
    (form.Period, "every"): "month quarter year",
    (form.Read, "of"): "balance sum count",
    (form.Read, "sort"): "entry ticket",
    (form.Read, "within"): "period year ever",
    (form.Open, "sort"): "sanction fine close flag notice",
    (form.Rule, "occasion"): "ticket",
    (form.Ladder, "takes"): "highest all",
    (form.LedgerMoves, "entries"): "carry drop drop_still_counted",
    (Length, "unit"): "minute hour day calendar_day week month calendar_month year calendar_year",
}


def unproved(policy: Policy) -> str | None:
    """The first thing in a policy that stretches are not proved for, as the normal form says it; None where there is
    none."""
    return next((found for version in policy.versions for found in _beyond(version)), None)


@cache
def _defaults(kind: type[msgspec.Struct]) -> tuple[tuple[str, object], ...]:
    """The fields of a kind of record and their defaults; to ask for them reads all its types anew."""
    return tuple((field.name, field.default) for field in msgspec.structs.fields(kind))


def _beyond(value: object) -> Iterator[str]:
    if isinstance(value, tuple):
        for part in value:
            yield from _beyond(part)
    elif isinstance(value, msgspec.Struct):
        kind = type(value)
        known = _FIELDS.get(kind, "").split()
        if not known:
            yield kind.__name__
            return
        for name, default in _defaults(kind):
            part = getattr(value, name)
            words = _WORDS.get((kind, name))
            if name not in known:
                if part != default:
                    yield f"{kind.__name__}.{name}"
            elif words is not None and isinstance(part, str) and part not in words.split():
                yield f"{kind.__name__}.{name} {part}"
            else:
                yield from _beyond(part)
        if isinstance(value, Rule) and value.every is not None and not isinstance(value.condition, Comparison):
            yield "Rule.every under a condition"
        if isinstance(value, Ladder) and len(value.rungs) < len(value.steps):
            yield "Ladder with several steps at a number"
        if isinstance(value, TicketKind) and not value.posts:
            yield "TicketKind that costs nothing"
