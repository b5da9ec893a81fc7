"""What happens in a random world: one name for each thing that ought to happen often enough for a comparison of
interpreters to mean something.

Reads the reference interpreter's own state, so it says what was reached, never what is right.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise

from policyctl.instants import Calendar, Length
from policyctl.policy.form import Period, Policy, Read, Version
from policyctl.replay.admit import admit
from policyctl.replay.answer import Answer, Decision
from policyctl.replay.books import DATES
from policyctl.replay.law import Law
from policyctl.replay.replay import replay, zone_of
from policyctl.replay.run import run
from policyctl.replay.state import State
from policyctl.replay.versions import Versions
from tests.worlds.instants import MICRO
from tests.worlds.world import World

THINGS = (
    "fine clears when paid",
    "fine clears when served",
    "fine paid in parts",
    "payment waits for its decision",
    "step outranked",
    "reset blocked",
    "closure",
    "version changes while a fine is open",
    "version changes while a sanction runs",
    "rule fires again in one period",
    "multiple passed again",
    "several multiples at once",
    "event at the edge of a window",
    "event at the end of a sanction",
    "event at a reset",
    "several kinds at one instant",
    "floor or ceiling holds",
    "flag lowered by a new period",
    "decisions for several identities",
    "sanctions of one name overlap",
    "tickets of several versions in one step",
)


def happens(policy: Policy, world: World) -> set[str]:
    """The `THINGS` that happen in a world up to the last instant asked about."""
    at = max(world.instants(policy))
    account, law = world.account(policy), Law(policy, zone_of(policy))
    answer = replay(policy, account, at)
    admitted = admit(policy, law.zone, account, at)
    found = set(_of_the_answer(answer))
    for identity, docket in admitted.dockets.items():
        tickets, payments = docket.tickets, docket.payments
        state = run(law, identity, docket, account, at)
        instants = sorted(
            {t for j in tickets if (t := j.ticket.effective) <= at} | {p.at for p in payments if p.at <= at}
        )
        asked = {*instants, *world.instants(policy)}
        found.update(_of_the_state(state))
        found.update(_of_the_instants(state, instants, asked, at))
        together: dict[datetime, set[str | None]] = defaultdict(set)
        for judged in tickets:
            together[judged.ticket.effective].add(judged.version.since)
        if any(len(versions) > 1 for versions in together.values()):
            found.add("tickets of several versions in one step")
    return found


def _of_the_answer(answer: Answer) -> Iterator[str]:
    if any(judgement.reason == "outranked" for judgement in answer.judgements):
        yield "step outranked"
    if any(event.kind == "blocked" for event in answer.ledger_events):
        yield "reset blocked"
    if any(status.closed for status in answer.status):
        yield "closure"
    if len({decision.identity for decision in answer.decisions}) > 1:
        yield "decisions for several identities"
    for fine in (fine for status in answer.status for fine in status.fines):
        if fine.cleared_at is not None:
            waited = fine.served_at is not None and fine.cleared_at == fine.served_at
            yield "fine clears when served" if waited else "fine clears when paid"
        if len(fine.payments) > 1:
            yield "fine paid in parts"
        if any(part.at == fine.opened for part in fine.payments):
            yield "payment waits for its decision"
    if any(outcome.times > 1 for decision in answer.decisions for outcome in decision.outcomes):
        yield "several multiples at once"


def _of_the_state(state: State) -> Iterator[str]:
    if any(abs(state.books.moved(entry)) != entry.points for entry in state.entries):
        yield "floor or ceiling holds"
    by_period: dict[tuple[str, str | None], list[Decision]] = defaultdict(list)
    for decision in state.decisions:
        by_period[decision.rule.name, decision.period].append(decision)
    for fired in by_period.values():
        if len(fired) > 1 and fired[0].rule.every is None:
            yield "rule fires again in one period"
        reached = [b.threshold for d in fired if d.rule.every is not None for b in d.because]
        if any(later <= earlier for earlier, later in pairwise(reached)):
            yield "multiple passed again"
    up = Counter(state.flags.names())
    for decision in state.decisions:
        for outcome in decision.outcomes:
            if outcome.effect.sort == "flag" and not outcome.permanent and not up[outcome.effect.name]:
                yield "flag lowered by a new period"


def _of_the_instants(state: State, instants: list[datetime], asked: set[datetime], at: datetime) -> Iterator[str]:
    """`instants` are those of events, `asked` those and the ones asked about."""
    policy, zone = state.policy, state.zone
    imposed = [o for d in state.decisions for o in d.outcomes if o.effect.sort == "sanction"]
    starts = [start for start, _ in Versions(policy, zone).starts if start is not None and start <= at]
    for start in starts[1:]:
        fines = [f for f in state.fines if f.decision.at < start and (f.paid_at is None or start <= f.paid_at)]
        if any(fine.dropped is None or fine.dropped >= start for fine in fines):
            yield "version changes while a fine is open"
        if any(o.start < start and (o.until is None or start < o.until) for o in imposed):
            yield "version changes while a sanction runs"
    if any(
        one is not other
        and one.effect.name == other.effect.name
        and one.start <= other.start <= at
        and (one.until is None or other.start < one.until)
        for one in imposed
        for other in imposed
    ):
        yield "sanctions of one name overlap"
    ends = {
        part_end
        for d in state.decisions
        for o in d.outcomes
        if o.effect.sort == "sanction"
        for part_end in (o.until, *(part.until for part in o.parts))
        if part_end is not None
    }
    if _meets(ends, asked):
        yield "event at the end of a sanction"
    if _meets(_edges(state), asked):
        yield "event at the edge of a window"
    units = {unit for version in policy.versions for unit in _units(version.periods)}
    if any(_turns(state, unit, instant) for unit in units for instant in asked):
        yield "event at a reset"
    tickets = {entry.ticket.effective for entry in state.entries}
    paid = {part.at for fine in state.fines for part in fine.payments}
    turned = {event.at for event in state.ledger_events if event.kind in ("reset", "blocked")}
    kinds = [tickets, paid, turned, ends, set(starts)]
    if any(sum(instant in kind for kind in kinds) > 1 for instant in instants):
        yield "several kinds at one instant"


def _meets(edges: Iterable[datetime], instants: set[datetime]) -> bool:
    """Whether an instant lies at an edge, or as closely as can be before or after it."""
    return any(instants & {edge - MICRO, edge, edge + MICRO} for edge in edges)


def _edges(state: State) -> Iterator[datetime]:
    for read in (read for version in state.policy.versions for read in _windows(version)):
        assert isinstance(read.within, Length)
        for entry in state.entries:
            date = entry.booked if read.dated == "booking" else DATES[read.dated](entry.ticket)
            yield state.zone.after(date, read.within)


def _windows(version: Version) -> Iterator[Read]:
    reads = (term.read for measure in version.measures for term in measure.terms)
    return (read for read in reads if isinstance(read.within, Length))


def _units(periods: Iterable[Period]) -> Iterator[Calendar]:
    return (period.every for period in periods if isinstance(period.every, str))


def _turns(state: State, unit: Calendar, instant: datetime) -> bool:
    """Whether a calendar unit begins within a microsecond of an instant."""
    begins = state.zone.start_of(unit, instant + MICRO)
    return begins in (instant - MICRO, instant, instant + MICRO)
