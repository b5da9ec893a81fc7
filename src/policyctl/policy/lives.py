"""How long entries are live: `expires after …`, of a ledger or of what one offence posts."""

from __future__ import annotations

from typing import Literal, get_args

from policyctl.policy.draft import Draft
from policyctl.policy.form import DateName, Life
from policyctl.policy.lengths import length
from policyctl.source import tree

Dated = Literal["booking", "final"] | DateName

_DATES: dict[str, Dated] = {"final": "final", **{word: word for word in get_args(DateName)}}


def life(draft: Draft, written: tree.Expires) -> Life | None:
    """The life of entries; None, and reported, where it is none."""
    lasts = length(written.length, draft.findings, "no `expires after`")
    unless, frozen = (
        None if condition is None else draft.conditions.condition(condition)
        for condition in (written.unless, written.frozen)
    )
    if lasts is None:
        return None
    dated: Dated = "booking" if written.dated is None else _DATES[written.dated.word]
    return Life(lasts, dated, written.far_edge, unless, frozen)
