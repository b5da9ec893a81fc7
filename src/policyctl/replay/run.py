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

from collections.abc import Iterable
from datetime import datetime

from policyctl.history.events import Payment
from policyctl.instants import Calendar, Zone
from policyctl.policy.form import Policy, Version
from policyctl.replay.admit import Judged
from policyctl.replay.agenda import Phase
from policyctl.replay.because import Reasons
from policyctl.replay.books import JUST_AFTER, Entry, Tally
from policyctl.replay.conditions import Seen, level
from policyctl.replay.money import clear, pay
from policyctl.replay.state import FineRecord, LatchKey, State
from policyctl.replay.step import step
from policyctl.replay.turns import change_version, reset
from policyctl.replay.versions import Versions


def run(
    policy: Policy,
    zone: Zone,
    identity: str,
    tickets: Iterable[Judged],
    payments: Iterable[Payment],
    opened: datetime | None,
    at: datetime,
) -> State:
    """Replay one identity up to and including `at`."""
    return _Run(policy, zone, identity, list(tickets), list(payments), opened, at).go()


class _Run:
    def __init__(
        self,
        policy: Policy,
        zone: Zone,
        identity: str,
        tickets: list[Judged],
        payments: list[Payment],
        opened: datetime | None,
        at: datetime,
    ) -> None:
        self._tickets, self._payments, self._at = tickets, payments, at
        self._step_instants = {judged.ticket.effective for judged in tickets}
        happened = [judged.ticket.effective for judged in tickets] + [payment.at for payment in payments]
        self._start = min([at, *([opened] if opened is not None else []), *happened])
        self._versions = Versions(policy, zone)
        self._state = State(policy, zone, identity, self._versions.in_force(self._start))
        self._reasons = Reasons(self._state)
        self._by_year = any(read.within == "year" for read in self._state.tallies)

    def go(self) -> State:
        state = self._state
        if state.version is not None:
            state.open_books(state.version, self._start)
        self._moment(Seen(self._start, self._start))
        self._plan()
        for instant, phase, batch in state.agenda.phases(self._at):
            self._take(instant, phase, batch)
            # The period, and the year, turn in the phase of resets: what ends before still belongs to the old one.
            self._moment(Seen(instant, instant - JUST_AFTER if phase is Phase.ENDS else instant))
        return state

    def _plan(self) -> None:
        """Everything that is due whatever happens: the events, the versions, the turns of the calendar."""
        agenda, zone = self._state.agenda, self._state.zone
        for judged in self._tickets:
            agenda.add(judged.ticket.effective, Phase.TICKETS, judged.ticket.id, judged)
        for payment in self._payments:
            agenda.add(payment.at, Phase.PAYMENTS, payment.id, payment)
        for starts, version in self._versions.starts:
            if starts is not None and starts > self._start:
                agenda.add(starts, Phase.VERSIONS, "", version)
        for unit in self._calendar():
            turn = zone.next_start(unit, self._start)
            while turn <= self._at:
                agenda.add(turn, Phase.RESETS, unit, unit)
                turn = zone.next_start(unit, turn)

    def _calendar(self) -> list[Calendar]:
        """The calendar units whose turn is an occasion: of resets, and of measures over `this year`."""
        units = {period.every for version in self._state.policy.versions for period in version.periods}
        if self._by_year:
            units.add("year")
        return sorted(unit for unit in units if unit is not None)

    def _take(self, instant: datetime, phase: Phase, batch: list[object]) -> None:
        """One phase of one instant."""
        state = self._state
        if self._by_year:
            state.turned()
        if phase is Phase.RESETS:
            reset(state, instant, batch)
        elif phase is Phase.TICKETS:
            step(state, self._reasons, instant, [judged for judged in batch if isinstance(judged, Judged)])
        else:
            for what in batch:
                match what:
                    case Version():
                        change_version(state, instant, what)
                    case Payment():
                        self._pay(instant, what, phase)
                    case FineRecord():
                        clear(state, instant, what)
                    case (Tally() as tally, Entry() as entry):
                        tally.remove(entry)
                        state.changed()

    def _pay(self, instant: datetime, payment: Payment, phase: Phase) -> None:
        pay(self._state, instant, payment, phase is Phase.PAYMENTS and instant in self._step_instants)

    def _moment(self, seen: Seen) -> None:
        """The end of a phase: a latch falls with the level of its rule; a new period's latch starts at it."""
        kept: set[LatchKey] = set()
        for version in self._judging():
            for rule in version.rules:
                key = self._state.latch_key(rule, version, seen.booked)
                if key in kept:
                    continue
                kept.add(key)
                latch = self._state.latch(rule, version, seen.booked)
                risen = level(rule, version, self._state, seen)
                if latch.counted is None or risen < latch.counted:
                    latch.counted, latch.outranked = risen, False

    def _judging(self) -> tuple[Version, ...]:
        """The version in force, and the older ones by which a ticket may still be judged; newest first."""
        current = self._state.version
        if current is None:
            return ()
        if current.settings.judge_by in (None, "effective"):
            return (current,)
        versions = self._state.policy.versions
        return versions[versions.index(current) :: -1]
