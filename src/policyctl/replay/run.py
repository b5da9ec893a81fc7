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

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from policyctl.calendar import Recurring
from policyctl.history.events import Account, Act, Appeal, Changing, Metric, Override, Payment, as_of
from policyctl.policy.form import Version
from policyctl.replay import people, rounds
from policyctl.replay.admit import Docket
from policyctl.replay.agenda import Agenda, Due, Phase, Plan
from policyctl.replay.anchors import Anchors
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.elections import elect
from policyctl.replay.expiry import Expiring, begin_life, expire, look
from policyctl.replay.held import end_again, lower_again, waive_again
from policyctl.replay.law import Law
from policyctl.replay.leaving import leave
from policyctl.replay.measures import Seen
from policyctl.replay.memory import KeptEnd, KeptFine, KeptLow, KeptWaiver
from policyctl.replay.money import clear_after_sanction, clear_again, keep_clearing, pay
from policyctl.replay.occasions import Evaluation, Happening, Overdue, Required, Streak
from policyctl.replay.records import Leaving, Passing, SanctionOver
from policyctl.replay.state import State
from policyctl.replay.step import go_on_with, settle_units, step
from policyctl.replay.tickets import Judged
from policyctl.replay.turns import change_version, first_books, reset


class Case(Struct, frozen=True):
    """One identity to replay. `tickets` are those that count, by what they count now; `start` is when the replay
    begins, and `last` the latest instant that is planned for. `anchors` is what schedules count from."""

    law: Law
    identity: str
    tickets: tuple[Judged, ...]
    docket: Docket
    start: datetime
    last: datetime
    anchors: Anchors
    attributes: Mapping[str, object] = {}


def case(law: Law, identity: str, docket: Docket, account: Account, at: datetime) -> Case:
    """The case of one identity at an instant, every ticket as it was first known. It is planned up to the last ticket
    that is pending then."""
    effects = [judged.takes_effect for judged in docket.tickets if judged.takes_effect is not None]
    besides = (docket.payments, docket.overrides, docket.metrics, docket.acts)
    happened = [*effects, *(event.at for events in besides for event in events)]
    start = min([at, *([account.opened] if account.opened is not None else []), *happened])
    acts = [one for act in docket.acts for one in law.by_its_names(act)]
    anchors = Anchors.of(law.zone, account.opened, account.attributes, acts)
    last = max([at, *effects])
    return Case(law, identity, tuple(docket.tickets), docket, start, last, anchors, account.attributes)


def run(law: Law, identity: str, docket: Docket, account: Account, at: datetime) -> State:
    """Replay one identity up to and including `at`, without corrections of the record."""
    state = begin(case(law, identity, docket, account, at))
    advance(state, at)
    return state


def begin(case: Case, planned: Plan | None = None) -> State:
    """The state before anything happened, with all that is due on its agenda; `planned` is the plan, where it is made
    already."""
    agenda = Agenda(plan(case) if planned is None else planned)
    state = State(case.law, case.identity, case.law.versions.in_force(case.start), agenda, case.anchors)
    state.attributes = _attributes(case, case.start)
    first_books(state, case.start)
    rounds.moment(state, Seen(case.start, case.start))
    rounds.begin_streaks(state, case.start)
    return state


class Became(Struct, frozen=True):
    """To come: what the account says of itself from an instant on."""

    attributes: Mapping[str, object]


def _attributes(case: Case, at: datetime) -> Mapping[str, object]:
    """What an account says of itself at an instant."""
    return {name: as_of(value, at) for name, value in case.attributes.items()}


def advance(state: State, until: datetime) -> None:
    """Go on up to and including an instant."""
    for _ in happenings(state, until):
        pass


Happened = tuple[datetime, Phase, object]
"""What happened, and when: one thing that was due, or a list of them, where all of a phase happen together."""


def happenings(state: State, until: datetime) -> Iterator[Happened]:
    """The same, one thing at a time: each is handed out when it has happened."""
    for instant, phase, batch in state.agenda.phases(until):
        # The period, and the year, turn in the phase of resets: what ends before still belongs to the old one.
        seen = Seen(instant, instant - JUST_AFTER if phase <= Phase.ENDS else instant)
        for what in _take(state, instant, phase, batch, seen):
            yield instant, phase, what
        _lives(state, seen)
        if state.parked:
            go_on_with(state, instant)
        state.foresee(instant)
        rounds.moment(state, seen)


def _lives(state: State, seen: Seen) -> None:
    """The lives of entries that were posted begin, and time stands still for some of them, or goes on."""
    instant = seen.at
    for entry in state.begun:
        begin_life(state, entry, instant)
    state.begun.clear()
    if state.overdue or state.law.frosts:
        look(state, seen)
    if state.stopped:
        rounds.thaw(state, instant)


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
    for metric in docket.metrics:
        yield metric.at, Phase.METRICS, metric.id, metric
    for act in docket.acts:
        yield act.at, Phase.ACTS, act.id, act
    for starts, version in law.versions.starts:
        if starts is not None and starts > case.start:
            yield starts, Phase.VERSIONS, "", version
    for date in {*law.dates(case.start, case.last), *law.ages(case.anchors)}:
        if case.start < date <= case.last:
            yield date, Phase.VERSIONS, "date", Passing()
    changing = [value for value in case.attributes.values() if isinstance(value, Changing)]
    for since in {since for value in changing for since, _ in value.values if since is not None}:
        if case.start < since <= case.last:
            yield since, Phase.VERSIONS, "attributes", Became(_attributes(case, since))
    for every in law.evaluations:
        for turn in case.anchors.turns(every, case.start, case.last):
            yield turn, Phase.EVALUATIONS, str(every), Evaluation(every)
    for every in turns(law):
        for turn in case.anchors.turns(every, case.start, case.last):
            yield turn, Phase.RESETS, str(every), every


def turns(law: Law) -> list[Recurring]:
    """The schedules whose turn is an occasion: of resets, and of measures over `this year`."""
    found = [period.every for version in law.policy.versions for period in version.periods]
    if law.by_year:
        found.append("year")
    return [every for every in dict.fromkeys(found) if every is not None]


def _take(state: State, instant: datetime, phase: Phase, batch: list[object], seen: Seen) -> Iterator[object]:
    """One phase of one instant. What rules make of it belongs to the last thing that happened in it."""
    if phase is Phase.RESETS:
        reset(state, instant, batch)
        rounds.happened(state, seen)
        yield batch
    elif phase is Phase.TICKETS:
        if tickets := [judged for judged in batch if isinstance(judged, Judged)]:
            step(state, instant, tickets)
            yield tickets
        for kept in (kept for kept in batch if isinstance(kept, KeptFine)):
            keep_clearing(state, kept)
            yield kept
    else:
        over = [what for what in batch if isinstance(what, Expiring)]
        if over:
            expire(state, instant, [what.entry for what in over])
            yield over
        rest = [what for what in batch if not isinstance(what, Expiring)]
        if phase in (Phase.METRICS, Phase.ACTS) and state.rules is not None:
            settle_units(state, state.rules, instant)
        for what in rest:
            match what:
                case Leaving(tally, entry):
                    leave(state, tally, entry)
                case Version():
                    change_version(state, instant, what)
                    rounds.begin_streaks(state, instant)
                case Payment():
                    to_come = phase is Phase.PAYMENTS and state.agenda.awaits(instant, Phase.TICKETS)
                    state.happens(Happening("payment", "payment", event=what.id))
                    pay(state, instant, what, may_wait=to_come)
                case SanctionOver(fine):
                    clear_after_sanction(state, instant, fine)
                case Appeal():
                    people.repeal(state, instant, what)
                case Override():
                    people.override(state, instant, what)
                case Metric():
                    state.metrics.append(what)
                    state.happens(Happening("metric", what.name, event=what.id))
                case Act():
                    for act in state.law.by_its_names(what):
                        state.acts.append(act)
                        elect(state, act)
                        state.happens(Happening("act", act.name, event=act.id, about=act.ticket))
                case Became(attributes):
                    state.attributes = attributes
                case Evaluation(every):
                    state.happens(Happening("schedule", repr(every)))
                case KeptFine():
                    clear_again(state, instant, phase, what)
                case KeptEnd():
                    end_again(state, instant, what)
                case KeptLow():
                    lower_again(state, instant, what)
                case KeptWaiver():
                    waive_again(state, instant, what)
                case Overdue():
                    rounds.overdue(state, what)
                case Required():
                    rounds.required(state, what)
                case Streak():
                    rounds.kept(state, instant, what)
            if what is rest[-1]:
                _lives(state, seen)
                rounds.happened(state, seen)
            yield what
        if over and not rest:
            _lives(state, seen)
            rounds.happened(state, seen)
