"""Corrections of the record: tickets that were annulled or reduced, taken one by one in the order in which that came
on record.

The layer around the interpreter. R0 is the replay of the record as it first was; each correction gives another replay,
from the ticket it touches on, which remembers what stood before the appeal: of that it may take away, and add nothing.
What it would add is for review, what it takes away is rescinded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from policyctl.history.events import Appeal
from policyctl.policy.form import Posting
from policyctl.replay.agenda import Due, Phase, Plan
from policyctl.replay.answer import Decision
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.ending import ended
from policyctl.replay.fines import FineRecord
from policyctl.replay.held import kept_ends
from policyctl.replay.memory import KeptEnd, KeptFine, KeptLow, KeptWaiver, Key, Memory, imposed, key_of
from policyctl.replay.people import WITHOUT_EFFECT, meant
from policyctl.replay.run import Case, begin, due, plan
from policyctl.replay.state import State
from policyctl.replay.stretch import Stretch
from policyctl.replay.stretches import Stretches
from policyctl.replay.taken import Reached, Taken, ended_sooner, fewer, less, taken_back
from policyctl.replay.tickets import Judged


class Corrected(Struct, frozen=True):
    """The state after all corrections, what was taken back, and the tickets that count, by what they count now.
    `plan` is that of the last replay: with it, and with the memory of the state, the same course can be run again.
    `before` is how far the replay before the last correction went."""

    state: State
    taken: tuple[Taken, ...]
    tickets: tuple[Judged, ...]
    plan: Plan
    noted: tuple[Taken, ...] = ()
    """All that was taken back before the last correction, also what stands again."""
    before: Reached | None = None
    acted: Mapping[str, str] = {}
    """The overrides that acted before a correction, each with the decision that it meant then."""


class Begun(Struct, frozen=True):
    """A replay from which more corrections go on: it went as far as `reached`, by `plan` and what is kept beside it,
    with so many corrections, which hold up to the instant `cut`; and what was found out with them. `back` gives its
    state just before an earlier instant."""

    tickets: tuple[Judged, ...]
    plan: Plan
    reached: Reached
    back: Callable[[datetime], State] | None = None
    corrected: int = 0
    cut: datetime | None = None
    noted: tuple[Taken, ...] = ()
    before: Reached | None = None
    acted: Mapping[str, str] = {}


def replay_corrected(case: Case, at: datetime, stretches: Stretches | None = None) -> Corrected:
    """Replay one identity up to and including `at`, with every correction of its record. In `stretches` is noted how it
    went."""
    stretches = Stretches() if stretches is None else stretches
    planned, corrections = plan(case), tuple(that_matter(case.docket.corrections))
    touched = {appeal.ticket for appeal in corrections}
    effects = (judged.takes_effect for judged in case.tickets if judged.ticket.id in touched)
    instants = (*effects, *(appeal.at for appeal in corrections))
    if corrections:
        stretches.cut(case, planned, [instant - JUST_AFTER for instant in instants if instant is not None])
    begun = Begun(case.tickets, planned, Reached(begin(case, planned), NEVER, planned))
    return go_on(case, at, corrections, begun, stretches)


def go_on(case: Case, at: datetime, corrections: Sequence[Appeal], begun: Begun, stretches: Stretches) -> Corrected:
    """Go on up to and including `at`, with more corrections."""
    return _Record(case, at, corrections, begun, stretches).replay()


class Mark(Struct, frozen=True):
    """A state on the way: a copy of an earlier one, and the stretches that led from there to it."""

    state: State
    path: tuple[Stretch, ...] = ()

    def restored(self) -> State:
        """The state, to go its own way from here."""
        state = self.state.copy()
        for stretch in self.path:
            stretch.take_over(state)
        return state


class _Record:
    """One identity's replays. `_marks` are states from which later corrections go on again, by the instants up to and
    including which they went."""

    def __init__(
        self, case: Case, at: datetime, corrections: Sequence[Appeal], begun: Begun, stretches: Stretches
    ) -> None:
        self._at, self._tickets, self._begun, self._stretches = at, list(begun.tickets), begun, stretches
        self._places = {judged.ticket.id: place for place, judged in enumerate(begun.tickets)}
        self._corrections, self._corrected, self._cut = corrections, begun.corrected, begun.cut
        self._wanted = self._want()
        self._marks = {begun.reached.until: Mark(begun.reached.state.copy())}
        self._noted, self._before = list(begun.noted), begun.before
        self._overrides, self._acted = case.docket.overrides, dict(begun.acted)
        self._last_mark: Mark | None = None
        self._plan, self._followed = begun.plan, begun.reached.plan
        self._state, self._reached = begun.reached.state, begun.reached.until

    def replay(self) -> Corrected:
        for appeal in self._corrections:
            self._cut = appeal.at if self._cut is None else max(self._cut, appeal.at)
            self._go(min(self._at, self._cut - JUST_AFTER))
            self._noted += taken_by(self._state, self._corrected, self._before)
            self._note_acted(appeal.at)
            self._correct(appeal)
        self._go(self._at)
        taken = taken_back((*self._noted, *taken_by(self._state, self._corrected, self._before)), self._state.decisions)
        return Corrected(
            state=self._state,
            taken=taken,
            tickets=tuple(self._tickets),
            plan=self._followed,
            noted=tuple(self._noted),
            before=self._before,
            acted=self._acted,
        )

    def _go(self, until: datetime) -> None:
        """Go on, and mark the states from which a later correction will go on again."""
        wanted = (instant for instant, correction in self._wanted.items() if correction >= self._corrected)
        for instant in dict.fromkeys(self._stretches.rest(instant - JUST_AFTER) for instant in wanted):
            if self._reached < instant <= until:
                path = self._go_to(instant)
                last = self._last_mark
                if last is None or path is None or len(last.path) + len(path) > LONGEST:
                    self._last_mark = Mark(self._state.copy())
                else:
                    self._last_mark = Mark(last.state, (*last.path, *path))
                self._marks[instant] = self._last_mark
        if self._go_to(until) != []:
            self._last_mark = None

    def _want(self) -> dict[datetime, int]:
        """The instants that corrections go back to, in their order, each with the last correction that does: where its
        ticket takes effect, and its own, where an appeal of a later instant was on record before."""
        wanted, latest = dict[datetime, int](), self._cut or NEVER
        for number, appeal in enumerate(self._corrections, self._corrected):
            place = self._places.get(appeal.ticket or "")
            touched = None if place is None else self._tickets[place].takes_effect
            if touched is not None:
                wanted[touched] = number
            if appeal.at < latest:
                wanted[appeal.at] = number
            latest = max(latest, appeal.at)
        return dict(sorted(wanted.items()))

    def _go_to(self, until: datetime) -> list[Stretch] | None:
        path = self._stretches.go_on(self._state, self._reached, until)
        self._reached = max(self._reached, until)
        return path

    def _correct(self, appeal: Appeal) -> None:
        """Go back to where the ticket took effect, and on without it, what stood till now in memory."""
        # Where a later appeal was on record before, this replay is beyond the instant of this one.
        then = self._back_to(appeal.at)
        memory = self._memory(appeal, then or self._state)
        self._corrected += 1
        kept = [*self._kept_fines(appeal), *kept_ends(then or self._state, memory, appeal.at)]
        kept += (due for due in self._followed.due if due[0] >= appeal.at and isinstance(due[-1], HELD_ON))
        place = self._places.get(appeal.ticket or "")
        touched = None if place is None else self._tickets[place].takes_effect
        if place is not None:
            corrected = self._tickets[place] = corrected_by(self._tickets[place], appeal)
            if touched is not None:
                self._plan = self._plan.changed(due(corrected, touched))
        self._before = Reached(self._state, self._reached, self._followed, then)
        earlier = None if touched is None else self._back_to(touched)
        self._last_mark = None
        if touched is None or earlier is None:
            self._state = self._state.copy()
        else:
            self._state, self._reached = earlier, touched - JUST_AFTER
            self._marks = {instant: mark for instant, mark in self._marks.items() if instant < touched}
        self._state.memory = memory
        self._followed = self._plan.with_more(kept)
        self._state.agenda.follow(self._followed, self._reached)

    def _back_to(self, instant: datetime) -> State | None:
        """The state just before an instant, to go its own way from there; None where that is not reached yet."""
        if instant > self._reached:
            return None
        reached = max((mark for mark in self._marks if mark < instant), default=None)
        if reached is None:
            return None if self._begun.back is None else self._begun.back(instant)
        state = self._marks[reached].restored()
        state.memory = self._state.memory
        state.agenda.follow(self._followed, reached)
        self._stretches.go_on(state, reached, instant - JUST_AFTER)
        return state

    def _memory(self, appeal: Appeal, then: State) -> Memory:
        """What stands in this replay before the instant of an appeal, and what has been for review so far."""
        state, old = self._state, self._state.memory
        reviewed, exceeded = dict(old.reviewed), dict(old.exceeded)
        for review in state.reviews:
            (exceeded if review.excess else reviewed).setdefault(key_of(review.decision), review.appeal)
        stood = {key_of(one): one for one in then.decisions if not imposed(one) and one.at < appeal.at}
        limits = dict(old.limits)
        if exceeded:
            limits.update((key_of(one), one) for one in state.decisions if key_of(one) in exceeded)
        if old.cut is not None and old.cut > appeal.at:  # what an earlier correction held is held on
            limits.update((key_of(one), one) for one in state.decisions if key_of(one) in old.stood)
        waived = {**old.waived, **dict(_waived(state, appeal.at))}
        instants = {**old.instants, appeal.id: appeal.at}
        return Memory(appeal.at, appeal.id, stood, reviewed, exceeded, limits, waived, instants)

    def _kept_fines(self, appeal: Appeal) -> Iterator[Due]:
        """Where a clearing stays, the fines that had cleared before the appeal: they go on without a decision, and
        clear at their old instants."""
        stays = self._state.law.policy.versions[-1].settings.annulment == "stays_cleared"
        for fine in self._state.fines if stays else ():
            if fine.ghost or (fine.cleared_at is not None and fine.cleared_at < appeal.at):
                yield fine.opened, Phase.TICKETS, _LAST, KeptFine(fine)
            if fine.cleared_at is not None and fine.cleared_at < appeal.at:
                yield fine.cleared_at, _phase_of_clearing(fine), _LAST, KeptFine(fine, again=True)

    def _note_acted(self, before: datetime) -> None:
        """Note what people did before an instant, and to which decision: it was done, whatever a correction changes."""
        idle = {problem.event for problem in self._state.problems if problem.code == WITHOUT_EFFECT}
        for one in self._overrides:
            if one.at < before and one.id not in idle and one.decision is not None:
                self._acted.setdefault(one.id, meant(self._state, one.decision))


def _phase_of_clearing(fine: FineRecord) -> Phase:
    """When within its instant a fine cleared: at the end of its sanction, or with the payments."""
    if fine.cleared_at == fine.served_at:
        return Phase.ENDS
    return Phase.WAITING_PAYMENTS if fine.cleared_at == fine.opened else Phase.PAYMENTS


def _waived(state: State, before: datetime) -> Iterator[tuple[tuple[Key, int], Fraction]]:
    """The fines of which something had been waived, or that a change of version had dropped, before an instant, with
    the money that may go into them: what was left to pay, or what had been paid by then."""
    for places in state.fine_of.values():
        for number, fine in enumerate(state.fines[place] for place in places):
            if fine.dropped is not None and fine.dropped < before:
                yield (key_of(fine.decision), number), fine.paid
            elif fine.waived_at is not None and fine.waived_at < before:
                yield (key_of(fine.decision), number), fine.amount - (fine.waived or 0)


HELD_ON = KeptEnd, KeptLow, KeptWaiver
"""What was over before a correction stays so after one of an earlier instant, too, that came on record later."""

NEVER = datetime.min.replace(tzinfo=UTC)
"""Before all that is planned: a ticket may be repealed before the start."""

LONGEST = 50
"""Stretches from a copied state to a mark. Counted with 5,000 events and 100 appeals at any time: with 5 there are
1,555 copies of a state, with 50 only 1,130, with 1,000 still 1,117; and restoring a state takes over as many."""

_LAST = "\U0010ffff"
"""Behind every id: what is kept comes after the tickets of its instant."""


def taken_by(state: State, corrected: int, before: Reached | None) -> Iterator[Taken]:
    """What stood before the last of so many corrections, and in the state after it does not, or with fewer times, or
    with less; and of what stands as it was that of which a sanction had run longer."""
    memory, standing = state.memory, {key_of(decision): decision for decision in state.decisions}
    if memory.cut is None or before is None:
        return
    then = before.then or before.state
    for key, stood in memory.stood.items():
        now = standing.get(key)
        if key[1] >= memory.cut:
            continue
        if now is None or fewer(now, stood) or less(now, stood):
            stays = None if now is None else ended(state, now)
            yield Taken(ended(then, stood), stays, memory.appeal, memory.cut, corrected - 1, before)
        elif now is not stood and _may_run_less(state, now, stood):
            stays, had = ended(state, now), ended(then, stood)
            if ended_sooner(stays, had, memory.cut):
                stand = tuple(ended(state, one) for one in state.decisions)
                yield Taken(had, stays, memory.appeal, memory.cut, corrected - 1, before, longer=True, stand=stand)


def _may_run_less(state: State, now: Decision, stood: Decision) -> bool:
    """Whether a sanction of a decision that stands may run less than it had; of nearly all it is seen at once that they
    run just so."""
    return len(now.outcomes) != len(stood.outcomes) or any(
        new.effect.sort == "sanction"
        and (new.until != old.until or new.start != old.start or (now.id, place) in state.lifted)
        for place, (new, old) in enumerate(zip(now.outcomes, stood.outcomes, strict=True))
    )


def that_matter(corrections: Iterable[Appeal]) -> Iterator[Appeal]:
    """Corrections without those of a ticket that was annulled before."""
    annulled: set[str | None] = set()
    for appeal in corrections:
        if appeal.ticket not in annulled:
            yield appeal
        if appeal.outcome == "annulled":
            annulled.add(appeal.ticket)


def corrected_by(judged: Judged, appeal: Appeal) -> Judged:
    """A ticket as it counts after a correction."""
    if appeal.points is None:
        return replace(judged, posts=(), annulled=True, withdrawn=len(judged.posts))
    return replace(judged, posts=(Posting(judged.posts[0].ledger, appeal.points),))
