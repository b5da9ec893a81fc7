"""What an answer tells of the record beside what follows from it: appeals, what people overrode, tickets that count in
a period that was closed, and the version that comes next.

Assumes that the replay is over, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from fractions import Fraction

from policyctl.history.events import Appeal, Override
from policyctl.policy.form import Period, Version, measures_of
from policyctl.replay.admit import Docket
from policyctl.replay.answer import IMPOSE, ByPerson, KnownAppeal, LatePosting, NextVersion, Rescinded
from policyctl.replay.law import Law
from policyctl.replay.measures import Seen
from policyctl.replay.people import WITHOUT_EFFECT, meant
from policyctl.replay.state import State
from policyctl.replay.units import number


def appeals_of(docket: Docket, at: datetime) -> tuple[KnownAppeal, ...]:
    """The appeals of an identity by their instants. One that annuls or reduces a ticket that is there by the instant
    asked about is told of even if it comes later, for it holds at any; `before` is what the ticket had till then."""
    there = {one.ticket.id for one in docket.tickets}
    # A ticket that is not issued yet has no points that could be said to be reduced.
    corrections = [
        one for one in docket.corrections if one.ticket in there or (one.at <= at and one.outcome == "annulled")
    ]
    issued = {one.ticket.id: one.posts[0].points for one in docket.tickets if len(one.posts) == 1}
    points, before = dict(issued), dict[str, Fraction]()
    annulled, gone = dict[str | None, Appeal](), dict[str, str]()
    for one in corrections:
        if one.ticket in annulled:
            gone[one.id] = annulled[one.ticket].id
        elif one.outcome == "annulled":
            annulled[one.ticket] = one
        elif one.points is not None and one.ticket in points:
            before[one.id], points[one.ticket] = points[one.ticket], one.points
    repealed: dict[str | None, str] = {}
    for one in sorted(docket.appeals, key=_told):
        first = annulled.get(one.ticket)
        if first is not None and (first.recorded < one.recorded or _told(first) < _told(one)):
            gone[one.id] = first.id
        elif one.ticket in repealed:
            gone[one.id] = repealed[one.ticket]
        elif one.outcome == "repealed":
            repealed[one.ticket] = one.id
    return tuple(
        KnownAppeal(
            event=one.id,
            ticket=one.ticket or "",
            outcome=one.outcome,
            at=one.at,
            recorded=one.recorded,
            points=one.points,
            before=before.get(one.id),
            issued=issued.get(one.ticket or "") if one.id in before else None,
            gone_by=gone.get(one.id),
        )
        for one in sorted((*docket.appeals, *corrections), key=_told)
    )


def _told(appeal: Appeal) -> tuple[datetime, str]:
    """The order in which steps of appeals are told."""
    return appeal.at, appeal.id


def by_people(
    docket: Docket, state: State, acted: Mapping[str, str], taken: Iterable[Rescinded]
) -> tuple[ByPerson, ...]:
    """What people overrode, by their instants. `acted` are those that did before a correction, with the decisions that
    they meant; `taken` are the decisions taken back."""
    idle = {problem.event for problem in state.problems if problem.code == WITHOUT_EFFECT}
    gone = {one.decision.id for one in taken if not one.excess}
    found = sorted(docket.overrides, key=lambda one: (one.at, one.id))
    return tuple(
        ByPerson(
            event=one.id,
            action=one.action,
            at=one.at,
            recorded=one.recorded,
            by=one.by,
            why=one.why,
            decision=_decision(state, one) if one.id not in idle else acted.get(one.id) or _decision(state, one),
            acted=one.id not in idle or one.id in acted,
            undone=None if one.id not in idle or one.id not in acted else acted[one.id] in gone,
        )
        for one in found
    )


def _decision(state: State, one: Override) -> str | None:
    """The decision that an override made, or is about."""
    if one.action == "impose":
        return f"{IMPOSE}@{one.id}"
    return None if one.decision is None else meant(state, one.decision)


def late_postings(state: State) -> Iterator[LatePosting]:
    """Tickets that took effect since the running period began and count in one that was closed by then."""
    for entry in state.entries:
        book = state.books.numbered(entry.book)
        following = state.books.next(book)
        if following is None or following.start is None or entry.posted < following.start or entry.carried:
            continue
        running = state.books.now(entry.ledger)
        if running is None or running.start is None or entry.posted >= running.start:
            yield LatePosting(entry.ticket.id, entry.posted, entry.ledger, number(entry.points), book.name)


def next_version(law: Law, at: datetime) -> NextVersion | None:
    """The first version that comes into force after an instant."""
    for start, version in law.versions.starts:
        if start is not None and start > at:
            return NextVersion(start, version)
    return None


def next_reset(state: State, period: Period, at: datetime) -> datetime | None:
    """The next date at which a ledger is due for a reset, by the version that is in force then. None where it is never
    reset, where nobody knows when, or where it is gone by then."""
    first_ticket = state.first_posted.get(period.ledger)

    def turn() -> datetime | None:
        return None if every is None else state.anchors.next_turn(every, after, first_ticket)

    every, after = period.every, at
    for start, version in state.law.versions.starts:
        if start is None or start <= at:
            continue
        if (due := turn()) is not None and due <= start:
            break
        following = [one for one in version.periods if one.ledger == period.ledger]
        if not following:
            return None
        every, after = following[0].every, start
    return turn()


def unnamed_measures(version: Version, state: State, at: datetime) -> tuple[tuple[str, Fraction | None], ...]:
    """What the measures are that rules compare and that go by their expression alone."""
    read = {name for rule in version.rules for name in measures_of(rule.condition)}
    ledgers = {period.ledger for period in version.periods}
    names = [m.name for m in version.measures if not m.declared and m.name in read and m.name not in ledgers]
    return tuple((name, state.measure(version, name, Seen(at, at))) for name in names)
