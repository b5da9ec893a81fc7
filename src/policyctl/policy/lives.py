"""How long entries are live: `expires after …`, of a ledger or of what one offence posts."""

from __future__ import annotations

from typing import Literal, get_args

from policyctl.policy.draft import Draft
from policyctl.policy.form import DateName, Life
from policyctl.policy.lengths import length_or_acts, no_time_runs
from policyctl.source import tree

Dated = Literal["booking", "final", "paid"] | DateName

_DATES: dict[str, Dated] = {"final": "final", "paid": "paid", **{word: word for word in get_args(DateName)}}


def life(draft: Draft, written: tree.Expires) -> Life | None:
    """The life of entries; None, and reported, where it is none."""
    lasts = length_or_acts(written.length, draft.names, draft.findings, "no `expires after`")
    unless, frozen = (
        None if condition is None else draft.conditions.condition(condition)
        for condition in (written.unless, written.frozen)
    )
    if lasts is None or no_time_runs(lasts, written.frozen, draft.findings):
        return None
    if lasts.act is not None and written.far_edge:
        draft.findings.error(
            "frozen-without-length",
            written.span,
            "only a length of time has a far edge, and here acts are counted",
            "leave `inclusive` out",
        )
    if isinstance(written.dated, tree.Name):
        act = draft.names.find(written.dated, "act")
        return None if act is None else Life(lasts, "booking", written.far_edge, unless, frozen, act.name)
    dated: Dated = "booking" if written.dated is None else _DATES[written.dated.word]
    return Life(lasts, dated, written.far_edge, unless, frozen)
