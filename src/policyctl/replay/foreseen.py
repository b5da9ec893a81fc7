"""When a sanction ends that waits for points to fall, if nothing else happens.

Found by going on with the replay until the last of the points have expired, so that what schedules, streaks and resets
do on the way is in it. Where no points expire, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace

from policyctl.policy.form import measures_of, reads_of
from policyctl.replay.answer import Decision, Running
from policyctl.replay.expiry import last_lapse
from policyctl.replay.state import State


def with_expected(
    state: State, sanctions: tuple[Running, ...], at: datetime, ahead: Callable[[datetime], Sequence[Decision]]
) -> tuple[Running, ...]:
    """Sanctions that run at an instant, with the ends that are known if nothing else happens; `ahead` gives the
    decisions as they stand later, if that is so."""
    asked = {one.name: _balances(state, one) for one in sanctions if one.until is None and not one.permanent}
    last = max((end for name in set().union(*asked.values()) if (end := last_lapse(state, name, at))), default=None)
    if last is None:
        return sanctions
    ends = {
        (decision.id, one.effect.name): one.until
        for decision in ahead(last)
        for one in decision.outcomes
        if one.effect.sort == "sanction"
    }
    return tuple(replace(one, expected=_latest(one, ends)) if asked.get(one.name) else one for one in sanctions)


def _latest(running: Running, ends: dict[tuple[str, str], datetime | None]) -> datetime | None:
    """The end of all decisions that impose it; None where one of them has none."""
    found = [ends.get((decision, running.name)) for decision in (running.decision, *running.also)]
    known = [end for end in found if end is not None]
    return max(known) if len(known) == len(found) else None


def _balances(state: State, running: Running) -> set[str]:
    """The ledgers whose balance a sanction waits for."""
    decision = state.named.get(running.decision)
    if decision is None:
        return set()
    rules = state.law.rules(decision.version)
    measures = {measure.name: measure for measure in decision.version.measures}
    return {
        read.names[0]
        for one in decision.outcomes
        if one.effect.sort == "sanction" and one.effect.name == running.name and one.opened.until is not None
        for name in measures_of(one.opened.until)
        for read in reads_of(rules.formulas[name].measure, measures)
        if read.of == "balance"
    }
