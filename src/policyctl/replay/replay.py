"""Policy + history -> answer: every identity replayed on its own, then where each stands and which rules are silent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from policyctl.history.events import Account, Decided, Problem, Ticket
from policyctl.history.known import known_at
from policyctl.instants import Zone
from policyctl.policy.form import Policy, Version, When
from policyctl.replay.admit import Admitted, Docket, admit
from policyctl.replay.answer import (
    Answer,
    Decision,
    ForReview,
    PaymentPart,
    Rescinded,
    Status,
)
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.came_back import came_back
from policyctl.replay.corrections import replay_corrected
from policyctl.replay.ending import Arrangement, Interval, ended, ran_longer, time_served
from policyctl.replay.foreseen import Later, as_it_waits, with_expected
from policyctl.replay.law import Law
from policyctl.replay.lives import with_missing
from policyctl.replay.misfits import money_left_over
from policyctl.replay.owed import fills_now, freed, kept, owed_back, paid_then
from policyctl.replay.pending import open_appeals, pending
from policyctl.replay.people import WITHOUT_EFFECT
from policyctl.replay.record import (
    appeals_of,
    by_people,
    late_postings,
    next_version,
)
from policyctl.replay.run import advance, begin, case
from policyctl.replay.sanctions import Run, runs
from policyctl.replay.state import State
from policyctl.replay.status import overlap_rules, overlaps, silent_rules, status_of
from policyctl.replay.stretches import Stretches
from policyctl.replay.taken import Taken, times_of
from policyctl.replay.units import number
from policyctl.replay.untold import with_untold

if TYPE_CHECKING:
    from policyctl.replay.course import Turn
    from policyctl.replay.growing import Growing, Marks


def zone_of(policy: Policy) -> Zone:
    """The policy's time zone, the same in all its versions, with the holidays of all of them."""
    settings = [version.settings for version in policy.versions]
    holidays = {day for one in settings for day in one.holidays}
    return Zone(settings[0].timezone, holidays, {day for one in settings for day in one.workdays})


def replay(
    policy: Policy, account: Account, at: datetime, known: datetime | None = None, in_full: str | None = None
) -> Answer:
    """Replay an account up to and including the instant `at` (aware), by what was on record at `known` (aware; None:
    by everything that is on record). The decision `in_full` lists all its entries, those of earlier decisions too."""
    return replayed(policy, account, at, known, in_full=in_full).answer


class Replayed(Struct, frozen=True):
    """An answer, and what it was made from: the events that the policy took, and each identity's replay."""

    answer: Answer
    account: Account
    admitted: Admitted
    identities: tuple[Identity, ...]


def replayed(
    policy: Policy,
    account: Account,
    at: datetime,
    known: datetime | None = None,
    growing: Growing | None = None,
    in_full: str | None = None,
) -> Replayed:
    """Like `replay`, with what the answer was made from: the account as it was known among it. `growing` is shared by
    answers for one account and instant, while its record grows."""
    zone = zone_of(policy)
    account = with_untold(policy, account)
    on_record = known_at(account, known)
    admitted = admit(policy, zone, on_record, at)
    law = Law(policy, zone, in_full) if growing is None else growing.law
    parts = tuple(
        Identity(law, identity, docket, account, at, None if growing is None else growing.marks(identity))
        for identity, docket in admitted.dockets.items()
    )
    version = law.versions.in_force(at)
    statuses = []
    for part, docket in zip(parts, admitted.dockets.values(), strict=True):
        status, later = part.status(version), _later(law, part.state.identity, docket, account)
        sanctions = with_expected(part.state, status.sanctions, at, later)
        waiting = as_it_waits(part.state, status.pending, at, later)
        statuses.append(replace(status, sanctions=sanctions, pending=waiting))
    problems = [*admitted.problems, *(problem for part in parts for problem in part.problems())]
    silent = [s for part in parts if version is not None for s in silent_rules(part.state, version, at)]
    answer = Answer(
        policy=policy,
        zone=zone,
        merchant=account.merchant,
        at=at,
        known=known,
        version=version,
        incomplete=any(problem.error for problem in problems),
        decisions=tuple(sorted((d for part in parts for d in part.decisions), key=_order)),
        rescinded=tuple(sorted((r for part in parts for r in part.rescinded), key=lambda r: _order(r.decision))),
        for_review=tuple(sorted((r for part in parts for r in part.for_review()), key=lambda r: _order(r.decision))),
        status=tuple(statuses),
        silent=tuple(sorted(silent, key=lambda s: (s.rule.name, s.identity))),
        anomalies=tuple(sorted(problems, key=_problem_order)),
        ledger_events=tuple(event for part in parts for event in part.state.ledger_events),
        judgements=tuple(judgement for part in parts for judgement in part.state.judgements),
        recorded=_recorded(admitted.dockets),
        next_version=next_version(law, at),
        attributes=_of_account_alone(on_record),
    )
    return Replayed(answer, on_record, admitted, parts)


def _of_account_alone(account: Account) -> Mapping[str, object]:
    if not account.attributes:
        return {}
    own = {name for event in account.events if isinstance(event, Ticket) for name in event.attributes}
    return {name: value for name, value in account.attributes.items() if name not in own}


def _later(law: Law, identity: str, docket: Docket, account: Account) -> Callable[[datetime], Later]:
    """How it is with an identity later, if nothing happens but what is on record by now."""

    def later(at: datetime) -> Later:
        found = Identity(law, identity, docket, account, at)
        return Later(found.state, found.decisions)

    return later


def _recorded(dockets: Mapping[str, Docket]) -> tuple[Decided, ...]:
    """What the platform recorded, by id, with the identity that it concerns."""
    found = [replace(one, identity=identity) for identity, docket in dockets.items() for one in docket.decided]
    return tuple(sorted(found, key=lambda one: one.id))


def _order(decision: Decision) -> tuple[datetime, str, str]:
    return decision.at, decision.id, decision.identity


class Identity:
    """One identity, replayed, and what is to be said of it."""

    def __init__(
        self, law: Law, identity: str, docket: Docket, account: Account, at: datetime, marks: Marks | None = None
    ) -> None:
        self._docket, self._at = docket, at
        self._case = case(law, identity, docket, account, at)
        self._marks = marks
        self._stretches = Stretches()
        corrected = (
            replay_corrected(self._case, at, self._stretches) if marks is None else marks.corrected(self._case, at)
        )
        self.state, self.tickets, self._plan = corrected.state, corrected.tickets, corrected.plan
        self._acted = corrected.acted
        found = (ended(self.state, decision) for decision in self.state.decisions)
        self.decisions = [with_missing(self.state, decision, at) for decision in found]
        taken = [one for one in corrected.taken if not one.longer]
        owed, self._left_over = owed_back(taken, self.state, self._without)
        self._came_back = tuple(came_back(taken, self.state))
        rules = overlap_rules(law.versions.in_force(at))
        arrangement = Arrangement(rules, self.state.sanctions_dropped, law.zone)
        self.rescinded = [
            _rescinded(one, money, self.decisions, at, arrangement, self.state)
            for one, money in zip(taken, owed, strict=True)
        ]
        longer = sorted((one for one in corrected.taken if one.longer), key=lambda one: _order(one.decision))
        told: dict[int, dict[str, list[Interval]]] = {}
        ran = (
            _ran_longer(one, taken, told.setdefault(one.corrected, {}), self.decisions, at, arrangement)
            for one in longer
        )
        self.rescinded += (one for one in ran if one.served)

    def _without(self, taken: Taken) -> State:
        """The state without the correction that took a decision back, and those that came on record later."""
        if self._marks is not None:
            return self._marks.without(self._case, self._at, taken)
        state = taken.before.state.copy()
        self._stretches.go_on(state, taken.before.until, self._at)
        return state

    def course(self) -> Iterator[Turn]:
        """What changed, one thing after the other."""
        from policyctl.replay.course import course  # an explanation does without

        return course(self._from_the_start(), self._at)

    def turns(self, instants: Iterable[datetime]) -> Iterator[Turn]:
        """What changed at some instants, in their order."""
        from policyctl.replay.course import course

        state, latest = None, None
        for instant in sorted(set(instants)):
            if instant <= self._at:
                if self._marks is not None:
                    state = self._marks.before(self._case, instant, latest)
                else:
                    state = self._from_the_start() if state is None else state
                    advance(state, instant - JUST_AFTER)
                yield from course(state, instant)
                latest = instant, state

    def balances_before(self, instant: datetime) -> dict[str, Fraction]:
        """The running balances just before an instant."""
        if self._marks is not None:
            state = self._marks.before(self._case, instant)
        else:
            state = self._from_the_start()
            advance(state, instant - JUST_AFTER)
        return {ledger: number(book.balance) for ledger, book in sorted(state.books.running().items())}

    def _from_the_start(self) -> State:
        """The state before anything happened, of the last replay."""
        state = begin(self._case, self._plan)
        state.memory = self.state.memory
        return state

    def sanction_runs(self, version: Version | None) -> Iterator[tuple[str, Run]]:
        """Every stretch in which a sanction runs, by its name; the overlap rule is that of the version in force."""
        for name, rule in overlaps(version, self.decisions):
            for run in runs(name, rule, self.decisions, self.state.sanctions_dropped, self.state.zone):
                yield name, run

    def for_review(self) -> Iterator[ForReview]:
        """The decisions that nobody has confirmed."""
        for review in self.state.reviews:
            if review.confirmed is None:
                yield ForReview(review.decision, review.appeal, review.excess)

    def problems(self) -> Iterator[Problem]:
        """What is wrong or odd, money that is left over included."""
        for problem in self.state.problems:
            if problem.code != WITHOUT_EFFECT or problem.event not in self._acted:
                yield problem
        yield from (_unknown(one, name) for one in self.decisions for name in one.unknown)
        left_over, fines = self._left_over, self.state.fines
        unpaid = {fine.decision.id for fine in fines if fine.open and not fine.ghost} if left_over else set[str]()
        yield from (money_left_over(left, self.state.identity, self.decisions, unpaid) for left in left_over)
        closing = [one for one in self.for_review() if _closes(one.decision)]
        for taken in (one for one in self.rescinded if closing and not one.excess and _closes(one.decision)):
            rule = taken.decision.rule.name
            moved = next((one for one in closing if one.decision.rule.name == rule), closing[0])
            yield Problem(
                code="closure-moved",
                message=f"the closure by `{taken.decision.id}` is taken back on {taken.appeal}, and the record as"
                f" {moved.appeal} corrected it would close the identity by `{moved.decision.id}`: that closes nothing"
                " until somebody decides",
                event=taken.appeal,
                identity=self.state.identity,
                named=taken.decision.id,
                instead=moved.decision.id,
                help=f"confirm `{moved.decision.id}` by an override, or leave it without effect",
                error=False,
            )

    def status(self, version: Version | None) -> Status:
        """Where it stands."""
        waiting = pending(self._case, self.state, self.tickets, self._at)
        appeals = open_appeals(self._docket, self._at)
        status = status_of(self.state, version, self._at, self.decisions, waiting, appeals)
        return replace(
            status,
            known_appeals=appeals_of(self._docket, self._at),
            by_people=by_people(self._docket, self.state, self._acted, self.rescinded),
            came_back=self._came_back,
            late=tuple(late_postings(self.state)),
        )


def _rescinded(
    taken: Taken,
    money: tuple[PaymentPart, ...],
    decisions: Sequence[Decision],
    at: datetime,
    arrangement: Arrangement,
    state: State,
) -> Rescinded:
    """What was taken back, with what is owed for it. The time that a decision still had when it became lighter was not
    served in vain by that."""

    times = time_served(taken.decision, partial(_stood, taken), taken.stays, decisions, min(taken.at, at), arrangement)
    return Rescinded(
        taken.decision,
        taken.appeal,
        taken.at,
        money,
        times,
        taken.excess,
        False,
        times_of(taken.decision),
        taken.left,
        paid_then(taken),
        freed(taken),
        () if taken.excess else kept(taken, state),
        fills_now(taken, state),
    )


def _ran_longer(
    taken: Taken,
    all_taken: Iterable[Taken],
    told: dict[str, list[Interval]],
    decisions: Sequence[Decision],
    at: datetime,
    arrangement: Arrangement,
) -> Rescinded:
    """What is told of a decision that stands as it was, and whose sanction had run longer before a correction."""
    others = [(one.decision, one.stays) for one in all_taken if one.corrected == taken.corrected]
    stands, until = (taken.stand, decisions), min(taken.at, at)
    served = ran_longer(taken.decision, _stood(taken), stands, others, told, until, arrangement)
    times = times_of(taken.decision)
    return Rescinded(taken.decision, taken.appeal, taken.at, (), served, True, True, times, times)


def _stood(taken: Taken) -> list[Decision]:
    """The decisions that stood before a correction."""
    return [ended(taken.before.state, decision) for decision in taken.before.state.decisions]


def _unknown(decision: Decision, named: str) -> Problem:
    """A number that nobody knew when a decision needed it; a rule that looks at tickets or acts reads it from them
    first."""
    sort = decision.rule.occasion.sort if isinstance(decision.rule.occasion, When) else ""
    ids = {"ticket": decision.tickets, "act": decision.events}.get(sort, ())
    whose = f"to the {sort} {' or '.join(ids)}, or to the account" if ids else "to the account"
    return Problem(
        code="amount-unknown",
        message=f"`{decision.id}` opens something of which nobody knew the number then: `{named}`",
        identity=decision.identity,
        named=named,
        instead=decision.id,
        help=f"add the metric or attribute {whose}, as it was known then",
        events=0,
    )


def _closes(decision: Decision) -> bool:
    return any(outcome.effect.sort == "close" for outcome in decision.outcomes)


def _problem_order(problem: Problem) -> tuple[str, str, str, str]:
    return (problem.event or "", problem.code, problem.identity or "", problem.message)
