"""Where a history that is still being written has led: what the rules want next, which fines are open, what ends when.

Random events seldom meet a threshold or an edge. Events that are aimed with an outlook do, and still nothing depends on
the interpreter being right: an outlook that is wrong only aims badly.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from policyctl.instants import Length
from policyctl.policy.form import EntryKind, Policy, Read, TicketKind, Version
from policyctl.replay.admit import admit
from policyctl.replay.answer import Answer
from policyctl.replay.books import DATES, JUST_AFTER
from policyctl.replay.corrections import replay_corrected
from policyctl.replay.fines import FineRecord
from policyctl.replay.law import Law
from policyctl.replay.measures import Seen
from policyctl.replay.replay import replay, zone_of
from policyctl.replay.run import case
from policyctl.replay.state import State
from policyctl.replay.versions import Versions
from tests.worlds.read import account


class Want(NamedTuple):
    """What would lift (or lower) a measure to where a rule rises: so much more of what is read."""

    read: Read
    points: Fraction
    every: Fraction | None


class Outlook:
    """What the events written so far have led to at an instant."""

    def __init__(self, policy: Policy, history: dict[str, Any], now: datetime) -> None:
        self.now, self.zone, self._policy, self._history = now, zone_of(policy), policy, history
        self.version = Versions(policy, self.zone).in_force(now)

    @cached_property
    def states(self) -> dict[str, State]:
        """Each identity's state: replayed when it is first looked at, so before anything else is written."""
        written = account(self._history, self._policy)
        admitted = admit(self._policy, self.zone, written, self.now)
        law = Law(self._policy, self.zone)
        return {
            identity: replay_corrected(case(law, identity, docket, written, self.now), self.now).state
            for identity, docket in admitted.dockets.items()
        }

    @cached_property
    def answer(self) -> Answer:
        """The answer, as far as it goes."""
        return replay(self._policy, account(self._history, self._policy), self.now)

    def after(self, event: dict[str, Any]) -> Answer:
        """The answer if one more event had happened."""
        more = {**self._history, "events": [*self._history["events"], event]}
        return replay(self._policy, account(more, self._policy), self.now)

    def fines(self) -> list[tuple[str, FineRecord]]:
        """The open fines, each with its identity."""
        return [(identity, fine) for identity, state in self.states.items() for fine in state.fines if fine.open]

    def wants(self, identity: str) -> list[Want]:
        """What the rules of the version in force still want of an identity."""
        if self.version is None:
            return []
        state = self.states[identity]
        return list(_wants(state, self.version, self.now))

    def ends(self) -> list[list[datetime]]:
        """Instants to come that matter, by what they are: ends of sanctions, far edges of windows, resets, versions.
        Ends of sanctions and changes of version are rare, so they stand twice."""
        found: list[set[datetime]] = [set(), set(), set(), set()]
        for state in self.states.values():
            for outcome in (o for d in state.decisions for o in d.outcomes if o.effect.sort == "sanction"):
                found[0] |= {end for end in (outcome.until, *(p.until for p in outcome.parts)) if end is not None}
            for version in state.policy.versions:
                found[1] |= set(_edges(state, version))
            found[3] |= {start for start, _ in Versions(state.policy, self.zone).starts if start is not None}
        for period in self.version.periods if self.version is not None else ():
            if isinstance(period.every, str):
                found[2].add(self.zone.next_start(period.every, self.now))
        soon = [
            sorted(instant for instant in instants if self.now < instant)[:4]
            for instants in (*found, found[0], found[3])
        ]
        return [instants for instants in soon if instants]


def offences_of(version: Version, names: tuple[str, ...]) -> list[str]:
    """What a ticket may be for, so that a count of these offences (none named: of all) counts it."""
    kinds = [fact.name for fact in version.facts if isinstance(fact, TicketKind)]
    return [k for k in kinds if not names or any(k == name or k.startswith(name + ".") for name in names)]


def _wants(state: State, version: Version, now: datetime) -> Iterator[Want]:
    seen = Seen(now, now)
    directions = {fact.name: fact.direction for fact in version.facts if isinstance(fact, EntryKind)}
    rules = state.law.rules(version)
    for listener in rules.listeners:
        rule, latch = listener.rule, state.latch(listener, now)
        for part in listener.failing(latch.counted or 0, state, seen):
            if part.gap is None or part.reason == "not_equal":
                continue
            upward = 1 if part.reason == "below_threshold" else -1
            for term in rules.formulas[part.measure].measure.terms:
                moved = term.times * (directions[term.read.names[0]] if term.read.of == "balance" else 1)
                if moved * upward > 0:
                    want = Want(term.read, part.gap / abs(moved), rule.every)
                    # A multiple that was passed before may be passed again: that is rare, so it is wanted more.
                    yield from [want] * (3 if rule.every is not None and latch.fired else 1)


def _edges(state: State, version: Version) -> Iterator[datetime]:
    for read in {term.read for measure in version.measures for term in measure.terms}:
        if isinstance(read.within, Length):
            for entry in state.entries[-6:]:
                if read.sort == "ticket" or entry.ledger in read.names:
                    date = entry.booked if read.dated == "booking" else DATES[read.dated](entry.ticket)
                    yield state.zone.after(date, read.within) + (JUST_AFTER if read.far_edge else 0 * JUST_AFTER)
