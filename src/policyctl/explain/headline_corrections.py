"""The first sentences on corrections and people: what was taken back and is owed back, what a person has to decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from policyctl.explain.terminal_corrections import owed, reviews_of, taken_from
from policyctl.explain.terminal_done import done
from policyctl.explain.terminal_layout import hold
from policyctl.explain.terminal_people import answered, what_imposed
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.replay.answer import IMPOSE, Answer, ByPerson, Decision, Status


def corrected(answer: Answer, status: Status) -> bool:
    """Whether there is anything to say of an identity's corrections."""
    return bool(taken_from(answer, status.identity) or reviews_of(answer, status.identity) or status.appeals)


def closure_moved(speaker: Speaker, status: Status, identity: Text) -> Text | None:
    """That a closure was taken back and may come by another decision, which somebody has to decide."""
    answer = speaker.answer
    loud = [p for p in answer.anomalies if p.code == "closure-moved" and p.identity == status.identity]
    if not loud or status.closed:
        return None
    return speaker.say(
        "headline.closure_moved",
        identity=identity,
        appeal=hold(loud[0].event or ""),
        decision=Text(hold(loud[0].instead or ""), style="bold red"),
    )


def corrections(speaker: Speaker, status: Status, identity: Text, moved: bool = False) -> Iterator[Text]:
    """What was taken back with the money owed back, what is for review, which appeals are open. `moved` is whether a
    closure that moved has been told of."""
    taken = taken_from(speaker.answer, status.identity)
    money = owed(taken)
    if len(taken) > moved or money:
        gone = {one.decision.id for one in taken if not one.excess}
        told = {one.decision.id for one in taken}
        key = "headline.taken" if gone == told else "headline.lighter"
        if len(told) == 1 and any(one.as_many for one in taken):
            key = "headline.less"
        yield speaker.say(
            f"{key}{'_many' if len(told) > 1 else ''}_{'owed' if money else 'nothing'}",
            decision=hold(taken[0].decision.id),
            count=str(len(told)),
            times=str(taken[0].times),
            left=str(taken[-1].left),
            amount=speaker.money(money),
            identity=identity,
        )
    reviews = reviews_of(speaker.answer, status.identity)
    if len(reviews) > moved:
        key = "headline.review" if len(reviews) == 1 else "headline.review_many"
        yield speaker.say(key, decision=hold(reviews[0].decision.id), count=str(len(reviews)))
    waiting = [one for one in status.appeals if not answered(status, one.ticket, one.at)]
    still = {one.ticket for one in status.pending}
    pending = all(one.ticket in still for one in waiting)
    if len(waiting) == 1:
        key = "headline.appeal_open_pending" if pending else "headline.appeal_open"
        yield speaker.say(key, appeal=hold(waiting[0].appeal), ticket=hold(waiting[0].ticket))
    elif waiting:
        key = "headline.appeals_open_pending" if pending else "headline.appeals_open"
        yield speaker.say(key, count=str(len(waiting)))


def by_person(speaker: Speaker, status: Status) -> Iterator[Text]:
    """What people did in the running periods, the last of it."""
    begun = [period.start for period in status.periods if period.start is not None]
    acts = [
        one for one in status.by_people if one.acted and one.undone is None and one.at >= min(begun, default=one.at)
    ]
    for one in acts[-1:]:
        decision, what = hold(one.decision or ""), what_imposed(speaker, one)
        when, key = speaker.when(one.at), f"headline.{done(speaker, one)}"
        yield speaker.say(key, by=hold(one.by), decision=decision, what=what, when=when)


def closed_by(answer: Answer, identity: str) -> Decision | None:
    """The decision by which an identity is closed."""
    return next((d for d in answer.decisions if d.identity == identity and closing(d)), None)


def closing(decision: Decision) -> bool:
    """Whether a decision closes its identity, and nobody has lifted that."""
    return closed_since(decision) is not None


def closed_since(decision: Decision) -> datetime | None:
    """Since when a decision closes its identity: one that was confirmed does so from then on."""
    closures = [o for o in decision.outcomes if o.effect.sort == "close" and o.lifted is None]
    return closures[0].start if closures else None


def closed_by_person(speaker: Speaker, status: Status, decision: Decision) -> ByPerson | None:
    """The person who closed an identity, if no rule did."""
    if decision.rule.name != IMPOSE:
        return None
    return next((one for one in status.by_people if one.decision == decision.id), None)
