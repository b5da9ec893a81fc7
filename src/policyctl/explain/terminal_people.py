"""Appeals and what people decided, for the terminal, by time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from policyctl.explain.terminal_corrections import (
    appeal_known,
    appeal_sentence,
    owed,
    reviews_of,
    taken_from,
    went_to,
)
from policyctl.explain.terminal_did import counting_again
from policyctl.explain.terminal_done import by, done, why
from policyctl.explain.terminal_layout import Page, beside, hold
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.replay.answer import ByPerson, CameBack, Decision, KnownAppeal, Status

MOST_TOLD = 60
"""Appeals and overrides that are listed; of more only the newest."""


def record(speaker: Speaker, page: Page, statuses: Iterable[Status]) -> list[Text]:
    """Every step of an appeal and every override in the order of time, each with what it did."""
    steps: list[tuple[Status, KnownAppeal | ByPerson]] = []
    for status in statuses:
        steps += ((status, one) for one in status.known_appeals)
        steps += ((status, one) for one in status.by_people)
    steps.sort(key=lambda step: (step[1].at, step[1].event))
    lines = []
    for status, one in steps[-MOST_TOLD:]:
        when = speaker.when(one.at, "bold")
        cells = when.cells + 2
        room = page.narrower(cells)
        told = [_person(speaker, one)] if isinstance(one, ByPerson) else _appeal(speaker, status, one)
        if one.recorded != one.at:
            told.insert(1, speaker.say("record.on_record", when=speaker.when(one.recorded)))
        lines += beside(when, [line for sentence in told for line in room.paragraph(sentence)], cells)
    return lines


def _person(speaker: Speaker, one: ByPerson) -> Text:
    key = f"people.{done(speaker, one)}_of" if one.acted else f"people.{one.action}_nothing"
    if one.undone is not None:
        key = f"people.{one.action}_{'taken' if one.undone else 'corrected'}"
    decision, what = Text(hold(one.decision or one.event), style="cyan"), what_imposed(speaker, one)
    event = Text(hold(one.event))
    return speaker.say(key, by=by(one), decision=decision, what=what, why=why(speaker, one), event=event)


def what_imposed(speaker: Speaker, one: ByPerson) -> Text:
    """What a person imposed: a sanction, a fine or the closure."""
    decision = speaker.decisions.get(one.decision or "")
    told = []
    for outcome in decision.outcomes if decision is not None else ():
        match outcome.effect.sort:
            case "sanction":
                told.append(speaker.name("sanction", outcome.effect.name, style="bold"))
            case "fine":
                told.append(speaker.say("fine.settled", amount=speaker.money(outcome.amount or Fraction(0))))
            case "close":
                told.append(speaker.say("people.closure"))
    return speaker.listed(told)


def _appeal(speaker: Speaker, status: Status, appeal: KnownAppeal) -> list[Text]:
    told = [appeal_sentence(speaker, appeal, "record")]
    gone = None if appeal.gone_by is None else appeal_known(speaker, status.identity, appeal.gone_by)
    if gone is not None and appeal.outcome in ("annulled", "repealed", "reduced"):
        return [*told, speaker.say(f"record.idle_{gone.outcome}", by=Text(hold(gone.event)))]
    if appeal.at > speaker.answer.at:
        told.append(speaker.say("record.later"))
    if appeal.outcome == "filed":
        return told + _pending(speaker, status, appeal)
    taken = [one for one in taken_from(speaker.answer, status.identity) if one.appeal == appeal.event]
    for key, some in (
        ("took", [one for one in taken if not one.excess]),
        ("lighter", [one for one in taken if one.excess and not one.as_many]),
        ("less", [one for one in taken if one.as_many]),
    ):
        if some:
            decisions, money = _decisions(speaker, [one.decision for one in some]), owed(some)
            owing = "_owed" if money else ""
            told.append(speaker.say(f"record.{key}{owing}", decisions=decisions, amount=speaker.money(money)))
    told += [_came_back(speaker, status, one) for one in status.came_back if one.appeal == appeal.event]
    if appeal.outcome == "repealed":
        told += counting_again(speaker, status.identity, appeal.at)
    raised = [one.decision for one in reviews_of(speaker.answer, status.identity) if one.appeal == appeal.event]
    if raised:
        told.append(speaker.say("record.raised", decisions=_decisions(speaker, raised)))
    return told


def _came_back(speaker: Speaker, status: Status, one: CameBack) -> Text:
    """Points that a payment had cleared and that are there again, and what that payment does now."""
    key, decisions = went_to(speaker, status.identity, one.payment)
    return speaker.say(
        _BACK[key],
        points=speaker.points_of([(one.ledger, one.points)]),
        payment=Text(hold(one.payment)),
        when=speaker.when(one.cleared_at),
        decisions=speaker.listed([Text(hold(decision), style="cyan") for decision in decisions]),
    )


_BACK = {
    "taken.fills": "back.fills",
    "taken.bought": "back.bought",
    "taken.owed_for": "back.owed_for",
    "taken.fits_nothing": "back.fits_nothing",
}
"""The same of a payment, where points come back with it."""


def _pending(speaker: Speaker, status: Status, filed: KnownAppeal) -> list[Text]:
    """What a filed appeal waits for."""
    if filed.event not in {one.appeal for one in status.appeals}:
        return []
    if answered(status, filed.ticket, filed.at):
        return [speaker.say("record.answered_later")]
    ticket = Text(hold(filed.ticket))
    gone = None if filed.gone_by is None else appeal_known(speaker, status.identity, filed.gone_by)
    if gone is not None:
        return [speaker.say(f"record.open_{gone.outcome}", ticket=ticket, by=Text(hold(gone.event)))]
    pending = next((one for one in status.pending if one.ticket == filed.ticket), None)
    if pending is None:
        return [speaker.say("record.open", ticket=ticket)]
    if pending.waits:
        return [speaker.say("record.open_waits", ticket=ticket)]
    if pending.effective is None:
        return [speaker.say("record.open_final", ticket=ticket)]
    return [speaker.say("record.open_pending", ticket=ticket, when=speaker.when(pending.effective))]


def answered(status: Status, ticket: str, filed: datetime) -> bool:
    """Whether an appeal against a ticket was decided since it was filed, be it after the instant asked about."""
    return any(one.ticket == ticket and one.outcome != "filed" and one.at >= filed for one in status.known_appeals)


def _decisions(speaker: Speaker, decisions: Sequence[Decision]) -> Text:
    return speaker.listed([Text(hold(decision.id), style="cyan") for decision in decisions])
