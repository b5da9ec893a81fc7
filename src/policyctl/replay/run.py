"""The reference interpreter: one identity, from the empty state to the instant asked about.

It is the specification in code (`docs/semantics.md` says the same in words). Time goes from instant to instant; at one
instant the phases come in a fixed order, whatever the order of the file. All tickets of an instant are one step: they
are posted together, every rule that listens is judged on that one state, the ladders choose, and the effects apply.
A rule fires when its level is above what its latch has counted; at the end of every phase (a *moment*) a latch falls
with the level. So the order of rules cannot matter, and a replay ends, for the instants come from the history, the
calendar and the lengths in the policy alone.

Assumes a loaded `Policy` (names resolve, versions in order) and admitted events of one identity.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from policyctl.history.events import Appeal, Override, Payment
from policyctl.instants import Calendar
from policyctl.policy.form import Version
from policyctl.replay import people
from policyctl.replay.admit import Docket, Judged
from policyctl.replay.agenda import Agenda, Due, Phase, Plan
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.law import Law
from policyctl.replay.measures import Seen
from policyctl.replay.memory import KeptFine
from policyctl.replay.money import keep_clearing, pay, served
from policyctl.replay.records import Leaving, Served
from policyctl.replay.state import State
from policyctl.replay.step import step
from policyctl.replay.turns import change_version, first_books, reset


class Case(Struct, frozen=True):
    """One identity to replay. `tickets` are those that count, by what they count now; `start` is when the replay
    begins, and `last` the latest instant that is planned for."""

    law: Law
    identity: str
    tickets: tuple[Judged, ...]
    docket: Docket
    start: datetime
    last: datetime


def case(law: Law, identity: str, docket: Docket, opened: datetime | None, at: datetime) -> Case:
    """The case of one identity at an instant, every ticket as it was first known. It is planned up to the last ticket
    that is pending then."""
    effects = [judged.takes_effect for judged in docket.tickets if judged.takes_effect is not None]
    happened = [*effects, *(paid.at for paid in docket.payments), *(person.at for person in docket.overrides)]
    start = min([at, *([opened] if opened is not None else []), *happened])
    return Case(law, identity, tuple(docket.tickets), docket, start, max([at, *effects]))


def run(law: Law, identity: str, docket: Docket, opened: datetime | None, at: datetime) -> State:
    """Replay one identity up to and including `at`, without corrections of the record."""
    state = begin(case(law, identity, docket, opened, at))
    advance(state, at)
    return state


def begin(case: Case, planned: Plan | None = None) -> State:
    """The state before anything happened, with all that is due on its agenda; `planned` is the plan, where it is made
    already."""
    agenda = Agenda(plan(case) if planned is None else planned)
    state = State(case.law, case.identity, case.law.versions.in_force(case.start), agenda)
    first_books(state, case.start)
    _moment(state, Seen(case.start, case.start))
    return state


def advance(state: State, until: datetime) -> None:
    """Go on up to and including an instant."""
    for _ in happenings(state, until):
        pass


Happening = tuple[datetime, Phase, object]
"""What happened, and when: one thing that was due, or a list of them, where all of a phase happen together."""


def happenings(state: State, until: datetime) -> Iterator[Happening]:
    """The same, one thing at a time: each is handed out when it has happened."""
    for instant, phase, batch in state.agenda.phases(until):
        for what in _take(state, instant, phase, batch):
            yield instant, phase, what
        # The period, and the year, turn in the phase of resets: what ends before still belongs to the old one.
        _moment(state, Seen(instant, instant - JUST_AFTER if phase is Phase.ENDS else instant))


def plan(case: Case) -> Plan:
    """Everything that is due whatever happens: the events, the versions, the turns of the calendar."""
    return Plan(_due(case))


def due(judged: Judged, at: datetime) -> Due:
    """A ticket that takes effect at an instant."""
    return at, Phase.TICKETS, judged.ticket.id, judged


def _due(case: Case) -> Iterator[Due]:
    law, docket = case.law, case.docket
    for judged in case.tickets:
        if judged.takes_effect is not None:
            yield due(judged, judged.takes_effect)
    for payment in docket.payments:
        yield payment.at, Phase.PAYMENTS, payment.id, payment
    for appeal in docket.appeals:
        if appeal.outcome == "repealed":
            yield appeal.at, Phase.PEOPLE, appeal.id, appeal
    for override in docket.overrides:
        yield override.at, Phase.PEOPLE, override.id, override
    for starts, version in law.versions.starts:
        if starts is not None and starts > case.start:
            yield starts, Phase.VERSIONS, "", version
    for unit in calendar(law):
        turn = law.zone.next_start(unit, case.start)
        while turn <= case.last:
            yield turn, Phase.RESETS, unit, unit
            turn = law.zone.next_start(unit, turn)


def calendar(law: Law) -> list[Calendar]:
    """The calendar units whose turn is an occasion: of resets, and of measures over `this year`."""
    units = {period.every for version in law.policy.versions for period in version.periods}
    if law.by_year:
        units.add("year")
    return sorted(unit for unit in units if unit is not None)


def _take(state: State, instant: datetime, phase: Phase, batch: list[object]) -> Iterator[object]:
    """One phase of one instant."""
    if phase is Phase.RESETS:
        reset(state, instant, batch)
        yield batch
    elif phase is Phase.TICKETS:
        if tickets := [judged for judged in batch if isinstance(judged, Judged)]:
            step(state, instant, tickets)
            yield tickets
        for kept in (kept for kept in batch if isinstance(kept, KeptFine)):
            keep_clearing(state, kept)
            yield kept
    else:
        for what in batch:
            match what:
                case Leaving(tally, entry):
                    state.leave(tally, entry)
                case Version():
                    change_version(state, instant, what)
                case Payment():
                    to_come = phase is Phase.PAYMENTS and state.agenda.expects(instant, Phase.TICKETS)
                    pay(state, instant, what, may_wait=to_come)
                case Served(fine):
                    served(state, instant, fine)
                case Appeal():
                    people.repeal(state, instant, what)
                case Override():
                    people.override(state, instant, what)
            yield what


def _moment(state: State, seen: Seen) -> None:
    """The end of a phase: a latch falls with the level of its rule; a new period's latch starts at it."""
    for listener in state.take_unsettled(seen.booked):
        latch, level = state.latch(listener, seen.booked), state.level(listener, seen)
        if latch.counted is None or level < latch.counted:
            state.set_latch(listener, seen.booked, latch.fallen(level))
