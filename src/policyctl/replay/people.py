"""What people decided after the rules did: a ticket repealed on appeal, and overrides.

All of it acts from its own instant on, in a phase of its own. What finds nothing to act on is noted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from policyctl.history.events import Appeal, Override, Problem
from policyctl.policy.form import AllOf, Open, Part, Rule, SanctionKind
from policyctl.replay.answer import IMPOSE, Decision, Outcome, PartOutcome
from policyctl.replay.applying import Taking, apply, apply_beside
from policyctl.replay.ending import still_running
from policyctl.replay.ends import clear
from policyctl.replay.flags import CLOSED
from policyctl.replay.measures import Seen
from policyctl.replay.memory import Review, key_of
from policyctl.replay.outcomes import outcome_again
from policyctl.replay.records import NEW
from policyctl.replay.repealing import repeal_ticket
from policyctl.replay.resets import decide_again
from policyctl.replay.state import State
from policyctl.replay.taken import heavier, no_heavier, own_outcomes, pairs

WITHOUT_EFFECT = "override-without-effect"


def repeal(state: State, instant: datetime, appeal: Appeal) -> None:
    """A ticket leaves every measure and balance, of closed periods too. What it caused before stands."""
    ticket = appeal.ticket
    assert ticket is not None
    repeal_ticket(state, ticket, instant, appeal.id)


def override(state: State, instant: datetime, event: Override) -> None:
    """A person lifts, waives, confirms or imposes."""
    acted = {"lift": _lift, "waive": _waive, "confirm": _confirm, "impose": _impose}[event.action](
        state, instant, event
    )
    if not acted:
        state.problems.append(
            Problem(
                code=WITHOUT_EFFECT,
                message=f"override {event.id} finds nothing to {event.action}"
                + (f" in `{event.decision}`" if event.decision is not None else ""),
                event=event.id,
                identity=state.identity,
                help="check the id of the decision, and the date of the override",
                error=False,
            )
        )


def _standing(state: State, named: str | None) -> Decision | None:
    """The decision that an id names, with what was confirmed since; unless it was taken back and its fine alone goes
    on."""
    decision = state.decision_named(named or "")
    if decision is None:
        return None
    return next((one for one in reversed(state.decisions) if key_of(one) == key_of(decision)), None)


def _lift(state: State, instant: datetime, event: Override) -> bool:
    """End the sanctions of a decision, and a closure by it; a fine that waits for them to be served waits no longer."""
    decision = _standing(state, event.decision)
    running = {} if decision is None else still_running(state, decision, instant)
    if decision is None or not running:
        return False
    outcomes = tuple(running.get(place, one) for place, one in enumerate(decision.outcomes))
    state.decisions[state.decisions.index(decision)] = replace(decision, outcomes=outcomes)
    state.lifted |= {(decision.id, place): instant for place in running}
    state.flags.down(CLOSED, decision.id, state.books, instant)
    for place in state.fine_places(decision):
        fine = state.fines[place]
        if fine.served_at is not None and fine.served_at > instant:
            state.fines[place] = replace(fine, served_at=instant)
            if fine.paid_at is not None:
                clear(state, instant, place)
    state.touch_all()
    return True


def _waive(state: State, instant: datetime, event: Override) -> bool:
    """What is open of a decision's fines is owed no more. Nothing is cleared."""
    decision = _standing(state, event.decision)
    places = state.fine_places(decision) if decision is not None else ()
    waived = False
    for place in places:
        fine = state.fines[place]
        if fine.open:
            state.fines[place] = fine.owed_less(fine.open, instant)
            waived = True
    return waived


def _confirm(state: State, instant: datetime, event: Override) -> bool:
    """A decision for review takes effect from now on; it keeps its id, its instant and its period. Before the appeal
    that brought it up nobody can have known of it."""
    for place in under_review(state, event.decision):
        review = state.reviews[place]
        if review.confirmed is None and state.memory.instants[review.appeal] <= instant:
            state.reviews[place] = replace(review, confirmed=event.id)
            _take_effect(state, instant, review, event)
            decide_again(state, instant, review.booked)
            return True
    return False


def _take_effect(state: State, instant: datetime, review: Review, event: Override) -> None:
    listener, decision = review.listener, review.decision
    seen = Seen(instant, review.booked)
    opened = tuple(outcome_again(state, one, seen, listener) for one in _no_more_than_confirmed(state, review))
    if review.excess:
        place = next(place for place, one in enumerate(state.decisions) if one.id == decision.id)
        more = Taking(listener, replace(decision, outcomes=opened), review.booked)
        apply_beside(state, place, more, event.id)
    else:
        apply(state, listener, replace(decision, outcomes=opened, confirmed=event.id), review.booked)
    _note_fired(state, instant, review)
    state.touch_all()


def _no_more_than_confirmed(state: State, review: Review) -> Iterator[Outcome]:
    """What a decision for review imposes: where it had been confirmed before a correction, no more than it had then."""
    decision, old = review.decision, state.memory.before(key_of(review.decision))
    if old is not None and review.excess:
        old = replace(old, outcomes=old.outcomes[len(own_outcomes(old)) :])
    if old is None or old.confirmed is None or not old.outcomes or no_heavier(decision, old):
        yield from decision.outcomes
        return
    for one, then in pairs(decision, old):
        if then is not None:
            more = heavier(one, then) or (one.effect.each and one.times > then.times)
            yield then if more else one


def _note_fired(state: State, instant: datetime, review: Review) -> None:
    """The rule has a decision that stands in the period of the one that was for review."""
    key = state.key_seen_from(review.listener, review.booked)
    fired = replace(state.latches.get(key, NEW), fired=True, reviewed=False)
    if key == state.latch_key(review.listener, instant):
        state.set_latch(review.listener, instant, fired)
    else:
        state.latches[key] = fired


def names_of(decision: Decision) -> set[str]:
    """Every id by which a decision may be named: by any ticket of its step, with the year that its own id has."""
    rule, _, last = decision.id.rpartition("@")
    _, slash, year = last.partition("/")
    return {decision.id, *(f"{rule}@{ticket}{slash}{year}" for ticket in (*decision.tickets, *decision.step))}


def loose_names_of(decision: Decision) -> set[str]:
    """Ids that mean a decision where they name no other: without the year that its own has, by a ticket that belongs to
    it; or with the period, where its own id has none."""
    if "/" in decision.id.rpartition("@")[2]:
        return {f"{decision.rule.name}@{ticket}" for ticket in decision.tickets}
    return {f"{name}/{decision.period}" for name in names_of(decision) if decision.period is not None}


def under_review(state: State, named: str | None) -> Iterator[int]:
    """The places of the reviews that an id means: those that it names; where there is none, and nothing that stands has
    that name, those that it names loosely."""
    exact = [place for place, review in enumerate(state.reviews) if named in names_of(review.decision)]
    yield from exact
    if not exact and named not in state.named:
        yield from (place for place, one in enumerate(state.reviews) if named in loose_names_of(one.decision))


def meant(state: State, named: str) -> str:
    """The id of the decision that an override names, which may be by any ticket of its step."""
    standing = state.decision_named(named)
    if standing is not None:
        return standing.id
    return next((state.reviews[place].decision.id for place in under_review(state, named)), named)


def _impose(state: State, instant: datetime, event: Override) -> bool:
    """Open what a person says, by a rule of its own."""
    assert state.version is not None and event.name is not None
    if event.name == "fine":
        effect = Open("fine", "fine", amount=event.amount)
        opened = Outcome(effect, instant, None, open_until=("paid",), amount=event.amount)
    elif event.name == "close_identity":
        effect = Open("close", event.name)
        opened = Outcome(effect, instant, None, permanent=True)
    else:
        opened = _imposed_sanction(state, instant, event)
    rule = Rule(IMPOSE, "ticket", AllOf(()), (opened.effect,))
    decision = Decision(
        id=f"{IMPOSE}@{event.id}",
        at=instant,
        identity=state.identity,
        rule=rule,
        version=state.version,
        period=None,
        tickets=(),
        outcomes=(opened,),
        because=(),
        confirmed=event.id,
    )
    apply(state, None, decision, instant)
    state.named[decision.id] = decision
    return True


def _imposed_sanction(state: State, instant: datetime, event: Override) -> Outcome:
    assert state.version is not None and event.name is not None
    kinds = {fact.name: fact for fact in state.version.facts if isinstance(fact, SanctionKind)}
    names = [part.name for part in kinds[event.name].parts] or [event.name]
    for_good = event.until is None
    effect = Open("sanction", event.name, parts=tuple(Part(name, permanent=for_good) for name in names))
    parts = tuple(PartOutcome(name, event.until, for_good) for name in names)
    bundle = parts if len(parts) > 1 or names[0] != event.name else ()
    return Outcome(effect, instant, event.until, for_good, parts=bundle)
