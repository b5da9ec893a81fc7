"""The row of each event of the file: what became of it, and what it changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from policyctl.history.events import Appeal, Event, Problem, Ticket
from policyctl.replay.admit import Docket, when
from policyctl.replay.agenda import Phase
from policyctl.replay.course import Turn
from policyctl.replay.replay import Replayed
from policyctl.replay.tickets import Judged
from policyctl.timeline.inventory import Saying, chosen
from policyctl.timeline.places import OF_KIND, STEP, UNKNOWN, WAITED
from policyctl.timeline.rows import Correction, EventRow, OwedBack, State

CHANGE_NOTHING = frozenset({"unknown-act", "unknown-metric", "decided-not-compared", "override-without-effect"})
"""What is said of events that count and change nothing."""


def event_rows(found: Replayed, groups: Iterable[list[Saying]], turns: Iterable[Turn]) -> list[EventRow]:
    """A row for each event of which a group of things is said. `turns` are those in which these happened."""
    facts = _Facts(found, turns)
    return [facts.row(group) for group in groups]


class _Happened(Struct, frozen=True):
    """What a replay says of one event."""

    turn: Turn
    judged: Judged | None = None


class _Facts:
    """What is known of events, by their ids."""

    def __init__(self, found: Replayed, turns: Iterable[Turn]) -> None:
        self._found, self._answer = found, found.answer
        self._counts = {event.id: event for event in found.account.events}
        self._problems: dict[str, list[Problem]] = {}
        for problem in found.answer.anomalies:
            if problem.event is not None:
                self._problems.setdefault(problem.event, []).append(problem)
        self._happened = {id: one for turn in turns for id, one in _happened(turn)}
        self._judged = {j.ticket.id: j for docket in found.admitted.dockets.values() for j in docket.tickets}
        self._parked = {one.ticket.id for part in found.identities for one in part.state.parked}
        self._repealed = {id for part in found.identities for id in part.state.repealed}
        self._raised = {one.event for s in self._answer.status for one in s.known_appeals if one.raised}
        self._undone = {one.event: one.undone for s in self._answer.status for one in s.by_people}
        self._corrections: dict[str, list[Appeal]] = {}
        for docket in found.admitted.dockets.values():
            for appeal in _that_count(docket, found.answer.at):
                self._corrections.setdefault(appeal.ticket or "", []).append(appeal)

    def row(self, group: list[Saying]) -> EventRow:
        """The row of one event, of which a group of things is said."""
        id = group[0].id
        counts = self._counts.get(id) if id is not None else None
        said = chosen(group, counts, self._answer.known)
        if id is None or counts is None:
            state: State = "left_out" if said.known(self._answer.known) else "not_known"
            own = () if said.left_out is None or state == "not_known" else (said.left_out.problem,)
            return self._bare(said, state, tuple(self._problems.get(id or "", own)))
        if id not in self._happened:
            return self._bare(said, self._state(counts), tuple(self._problems.get(id, ())))
        return self._told(said, counts, self._happened[id])

    # --- what did not happen in the replay ---

    def _state(self, event: Event) -> State:
        """What became of an event that the replay does not act upon."""
        codes = {problem.code for problem in self._problems.get(event.id, ())}
        at = self._answer.at
        if event.id in self._found.admitted.refused and codes:
            return "no_effect" if codes & CHANGE_NOTHING else "left_out"
        if isinstance(event, Ticket) and event.issued <= at:
            judged = self._judged[event.id]
            if event.id in self._repealed or any(a.outcome == "annulled" for a in self._corrections.get(event.id, ())):
                return "annulled"
            return "waits_for_final" if judged.takes_effect is None else "pending"
        if isinstance(event, Appeal) and event in self._corrections.get(event.ticket or "", ()):
            return "counted"
        return "later" if when(event) > at else "no_effect"

    def _bare(self, said: Saying, state: State, problems: tuple[Problem, ...]) -> EventRow:
        event = said.event
        taken = [r for r in self._answer.rescinded if state == "counted" and r.appeal == said.id]
        reviews = [r.decision.id for r in self._answer.for_review if state == "counted" and r.appeal == said.id]
        return EventRow(
            at=self._at(said),
            place=(OF_KIND.get(said.kind or "", UNKNOWN), _tie(said), 0, said.id or repr(said)),
            identity=self._identity(said),
            recorded=said.recorded,
            id=said.id,
            kind=said.kind,
            event=event,
            revision=said.revision,
            state=state,
            raised=said.id in self._raised,
            undone=self._undone.get(said.id or ""),
            corrected=self._corrected(said.id),
            brought=self._brought(said.id),
            takes_back=tuple(one.decision.id for one in taken if not one.excess),
            lightens=tuple(one.decision.id for one in taken if one.excess),
            came_back=tuple(b for s in self._answer.status for b in s.came_back if b.appeal == said.id),
            reviews=tuple(reviews),
            problems=problems,
        )

    def _at(self, said: Saying) -> datetime | None:
        """When it takes effect, or would."""
        judged = self._judged.get(said.id or "")
        # The policy may let a ticket take effect later than it says itself.
        own = said.event.effective if isinstance(said.event, Ticket) else None
        if judged is not None and own is not None and replace(judged.ticket, effective=own) == said.event:
            return judged.takes_effect or own
        return when(said.event) if said.event is not None else said.left_out.at if said.left_out else None

    def _identity(self, said: Saying) -> str | None:
        """Whom it concerns, as far as that can be told."""
        known = self._found.admitted.whose.get(said.id or "")
        if known is not None or said.event is None:
            return known or (said.left_out.problem.identity if said.left_out is not None else None)
        return said.event.identity

    def _corrected(self, id: str | None) -> tuple[Correction, ...]:
        appeals = self._corrections.get(id or "", ())
        return tuple(Correction(one.id, one.outcome, one.points, one.id in self._raised) for one in appeals)

    def _brought(self, id: str | None) -> tuple[tuple[str, str], ...]:
        """The decisions taken back that had come of a ticket."""
        return tuple(
            (one.decision.id, one.appeal)
            for one in self._answer.rescinded
            if id is not None and not one.excess and id in (*one.decision.tickets, *one.decision.annulled)
        )

    # --- what did ---

    def _told(self, said: Saying, event: Event, happened: _Happened) -> EventRow:
        turn, judged = happened.turn, happened.judged
        posted = tuple(one for one in turn.posted if judged is None or one.ticket == event.id)
        alone = {
            one.ledger
            for one in turn.ledger_events
            if one.kind
            in ("reset_undone", "reset_made", "carried", "came_back", "carried_back", "superseded", "counts_again")
        }
        moved = () if judged is not None else tuple(one for one in turn.moved if one.ledger not in alone)
        made = [one.id for one in turn.decisions if judged is None or event.id in one.tickets]
        made += [review.decision.id for review in turn.confirmed if review.excess]
        row = self._bare(said, "counted", tuple(self._problems.get(event.id, ())))
        answer = self._answer
        reviews = [
            r.decision.id for r in answer.for_review if event.id in r.decision.tickets and r.decision.at == turn.at
        ]
        owed = [
            OwedBack(one.decision.id, one.appeal, part.amount, one.excess, one.as_many)
            for one in answer.rescinded
            for part in one.payments
            if part.payment == event.id
        ]
        return EventRow(
            at=turn.at,
            place=row.place if turn.phase is not Phase.WAITING_PAYMENTS else (WAITED, *row.place[1:]),
            identity=row.identity,
            recorded=row.recorded,
            id=row.id,
            kind=row.kind,
            event=row.event,
            revision=row.revision,
            state=self._what_happened(event, happened, bool(posted)),
            raised=row.raised,
            undone=row.undone,
            corrected=row.corrected,
            posted=posted if judged is not None else (),
            moved=moved,
            ended=() if judged is not None else tuple(e for e in turn.ledger_events if e.ledger not in alone),
            filled=turn.filled,
            left_over=sum((one.amount for one in turn.left_over), Fraction(0)),
            owed_back=tuple(owed),
            waived=turn.waived,
            lifted=turn.lifted,
            reopened=turn.closed is False,
            brings=tuple(made),
            brought=row.brought,
            reviews=tuple(reviews) if judged is not None else row.reviews,
            takes_back=row.takes_back,
            lightens=row.lightens,
            came_back=row.came_back,
            problems=row.problems,
        )

    def _what_happened(self, event: Event, happened: _Happened, posted: bool) -> State:
        codes = {problem.code for problem in self._problems.get(event.id, ())}
        if happened.judged is not None:
            if posted:
                return "counted"
            if event.id in self._parked:
                return "waits"
            return "left_out" if "late-ticket-out-of-time" in codes else "annulled"
        repeals = isinstance(event, Appeal) and event.outcome == "repealed"
        if repeals and event not in self._corrections.get(event.ticket or "", ()):
            return "no_effect"
        if codes & CHANGE_NOTHING or (happened.turn.left_over and not happened.turn.filled):
            return "no_effect"
        return "counted"


def _happened(turn: Turn) -> list[tuple[str, _Happened]]:
    """The events that a turn is about."""
    if isinstance(turn.what, list):
        return [(judged.ticket.id, _Happened(turn, judged)) for judged in turn.what if isinstance(judged, Judged)]
    return [(turn.what.id, _Happened(turn))] if isinstance(turn.what, Event) else []


def _that_count(docket: Docket, at: datetime) -> list[Appeal]:
    """The appeals of a docket that change what a ticket counts for: of a ticket that was annulled none after that, and
    no repeal; of several repeals the first."""
    found: list[Appeal] = []
    annulled: set[str | None] = set()
    for appeal in docket.corrections:
        if appeal.ticket not in annulled:
            found.append(appeal)
        if appeal.outcome == "annulled":
            annulled.add(appeal.ticket)
    repealed: dict[str | None, Appeal] = {}
    for appeal in sorted(docket.appeals, key=lambda one: (one.at, one.id)):
        if appeal.outcome == "repealed" and appeal.at <= at and appeal.ticket not in annulled:
            repealed.setdefault(appeal.ticket, appeal)
    return [*found, *repealed.values()]


def _tie(said: Saying) -> str:
    """The tickets of an instant are one step, and stand together; of all else each has what came of it behind it."""
    return "" if OF_KIND.get(said.kind or "") == STEP else said.id or ""
