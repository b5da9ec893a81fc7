"""What a row says, in words: one sentence, with notes behind it, and the balances that moved.

Every sentence is a whole one of `phrases/`; only names, dates, amounts and lists of them are filled in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from fractions import Fraction

from policyctl.explain.terminal_anomalies import message
from policyctl.explain.terminal_did import did, is_used_up
from policyctl.explain.terminal_layout import hold
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.history.events import Act, Appeal, Decided, Event, Metric, Override, Payment, Ticket
from policyctl.policy.form import Version
from policyctl.replay.answer import Decision, LedgerEvent, Outcome
from policyctl.replay.course import Moved
from policyctl.timeline.rows import (
    DecisionRow,
    EventRow,
    FlagRow,
    LedgerRow,
    RescindedRow,
    ReviewRow,
    Row,
    SanctionRow,
    StandingRow,
    VersionRow,
)

TOLD = frozenset({"payment-fits-no-fine", "override-without-effect"})
"""Codes of what the notes of an event say in words of their own."""


def sentence(speaker: Speaker, row: Row, recorded: bool = False) -> Text:
    """What a row says; in order of knowledge (`recorded`) with when it takes effect."""
    match row:
        case DecisionRow(change="gone"):
            said = speaker.say("change.gone", id=_id(row.decision.id))
        case ReviewRow(change="gone"):
            said = speaker.say("change.gone_review", id=_id(row.review.decision.id))
        case RescindedRow(change="gone"):
            key = "change.gone_lighter" if row.rescinded.excess else "change.gone_rescinded"
            said = speaker.say(key, id=_id(row.rescinded.decision.id))
        case EventRow():
            said = speaker.clauses([_event(speaker, row), *_notes(speaker, row, recorded)])
        case DecisionRow():
            said = _decision(speaker, row.decision, row.behind)
        case ReviewRow():
            key = "made.excess" if row.review.excess else "made.review"
            decision = row.review.decision
            effects = _effects(speaker, decision)
            said = speaker.say(key, id=_id(decision.id), effects=effects, appeal=row.review.appeal)
        case RescindedRow():
            said = _taken_back(speaker, row)
        case LedgerRow():
            said = _ledger(speaker, row.event, row.stays)
        case VersionRow():
            said = _version(speaker, row)
        case SanctionRow():
            said = _sanction(speaker, row)
        case FlagRow():
            said = speaker.say("period.flag_up" if row.up else "period.flag_down", flag=speaker.name("flag", row.flag))
        case _:
            assert isinstance(row, StandingRow)
            said = _standing(speaker, row)
    if row.change in ("again", "changed") and not isinstance(row, StandingRow):
        return speaker.say(f"change.{row.change}", what=said)
    return said


def balances(speaker: Speaker, row: Row, arrow: str) -> Text:
    """The balances that a row moved, before and after."""
    return Text().append(speaker.clauses([_moved(speaker, one, arrow) for one in _moves(row)]))


def _moves(row: Row) -> tuple[Moved, ...]:
    match row:
        case EventRow():
            return (*row.posted, *row.moved)
        case DecisionRow() | LedgerRow() | VersionRow() | StandingRow():
            return row.moved
    return ()


def _moved(speaker: Speaker, one: Moved, arrow: str) -> Text:
    key = "timeline.balance_of" if one.late and one.period is not None else "timeline.balance"
    numbers = {"before": speaker.number(one.before), "after": speaker.number(one.after)}
    with speaker.by_name_alone():
        said = speaker.say(key, ledger=speaker.ledger(one.ledger), period=one.period or "", **numbers)
    return said if arrow == "→" else said.replaced("→", arrow)


# --- events -----------------------------------------------------------------------------------------------------------


def _event(speaker: Speaker, row: EventRow) -> Text:
    if row.event is None:
        key = "event.unreadable_unnamed" if row.id is None else "event.unreadable"
        said = speaker.say(key, id=row.id or "")
    else:
        said = _said(speaker, row.event, row)
    if row.revision is not None and row.revision > 1:
        said = speaker.say("event.revision", event=said, revision=str(row.revision))
    return said


def _said(speaker: Speaker, event: Event, row: EventRow) -> Text:
    """What the file says of an event."""
    say, id = speaker.say, Text(event.id, "bold")
    match event:
        case Ticket(offence=str() as offence):
            return say("event.ticket_offence", id=id, offence=speaker.offence(offence))
        case Ticket(ledger=str() as ledger, points=Fraction() as points) if not row.posted:
            return say("event.ticket_points", id=id, points=speaker.points_of([(ledger, points)]))
        case Payment():
            key = "event.payment" if event.decision is None else "event.payment_named"
            return say(key, id=id, amount=speaker.money(event.amount, ""), decision=_id(event.decision))
        case Appeal():
            number = "" if event.points is None else speaker.number(event.points)
            outcome = "set" if row.raised else event.outcome
            return say(f"event.appeal_{outcome}", id=id, ticket=event.ticket or "", number=number)
        case Override():
            name = _imposed(speaker, event.name or "")
            values: dict[str, str | Text] = {"by": event.by, "why": event.why, "decision": _id(event.decision)}
            return say(f"event.override_{event.action}", id=id, name=name, **values)
        case Act():
            return say("event.act", id=id, name=event.name)
        case Metric():
            return say("event.metric", id=id, name=event.name, value=speaker.number(event.value))
        case Decided():
            return _decided(speaker, event, id)
    return say("event.ticket", id=id)


def _decided(speaker: Speaker, event: Decided, id: Text) -> Text:
    name = _imposed(speaker, event.name)
    if event.until is not None:
        return speaker.say("event.decided_until", id=id, name=name, until=speaker.when(event.until))
    if event.amount is not None:
        return speaker.say("event.decided_money", id=id, name=name, amount=speaker.money(event.amount, ""))
    return speaker.say("event.decided", id=id, name=name)


def _imposed(speaker: Speaker, name: str) -> Text:
    with speaker.by_name_alone():
        return speaker.name("sanction", name)


def _notes(speaker: Speaker, row: EventRow, recorded: bool) -> Iterator[Text]:
    """What became of an event, and what it changed beside balances."""
    say = speaker.say
    yield from _state(speaker, row)
    if recorded and row.at is not None and row.at != row.recorded and row.state != "waits_for_final":
        yield say(
            "note.takes_effect" if isinstance(row.event, Ticket) else "note.took_effect", when=speaker.when(row.at)
        )
    for decision, appeal in row.brought:
        yield say("note.brought", decision=_id(decision), appeal=appeal)
    late = dict.fromkeys(one.period for one in row.posted if one.late and one.period is not None)
    yield from (say("note.late", period=period) for period in late)
    for one in row.filled:
        part = "_part" if isinstance(row.event, Payment) and one.part.amount != row.event.amount else ""
        key = "note.keeps" if one.kept else f"note.fills{part}" if one.open else f"note.pays{part}"
        amount = speaker.money(one.part.amount, "")
        yield say(key, amount=amount, decision=_id(one.decision), open=speaker.money(one.open, ""))
    for owed in row.owed_back:
        key = "note.owed_back_lighter" if owed.excess else "note.owed_back"
        key = "note.owed_back_less" if owed.as_many else key
        yield say(key, amount=speaker.money(owed.amount), appeal=owed.appeal, decision=_id(owed.decision))
    free = row.left_over - sum((one.amount for one in row.owed_back), Fraction(0))
    if free > 0 and not any(problem.code == "payment-names-no-decision" for problem in row.problems):
        yield say("note.fits_nothing", amount=speaker.money(free))
    for event in row.ended:
        key = {"cleared": "note.clears", "repealed": "note.repeals"}.get(event.kind, "note.ends")
        yield say(key, abs(event.points), points=_points(speaker, event))
    for back in row.came_back:
        points = speaker.points_of([(back.ledger, back.points)])
        yield say("note.came_back", points=points, payment=back.payment, when=speaker.when(back.cleared_at))
    for _, waived in row.waived:
        yield say("note.waived", amount=speaker.money(waived, ""))
    if row.reopened and row.identity is not None:
        yield say("note.reopened", identity=speaker.identity(row.identity))
    if row.state not in ("left_out", "not_known"):
        yield from (message(speaker, problem) for problem in row.problems if problem.code not in TOLD)


def _state(speaker: Speaker, row: EventRow) -> Iterator[Text]:
    say = speaker.say
    told = {"annulled", "left_out", "not_known"}
    for one in row.corrected if row.state not in told - {"annulled"} else ():
        number = "" if one.points is None else speaker.number(one.points)
        key = "set" if one.raised else one.outcome
        if one.outcome == "repealed" and row.state == "annulled":
            key = "repealed_before"
        yield say(f"note.{key}", appeal=one.appeal, number=number)
    if row.state in ("pending", "waits", "waits_for_final", "later", "replaced"):
        yield say(f"note.{row.state}")
    if row.state == "not_known" and row.recorded is not None:
        yield say("note.not_known", when=speaker.when(row.recorded))
    if row.state == "left_out":
        yield from (say("note.left_out", message=message(speaker, problem)) for problem in row.problems)
    if row.state == "no_effect" and isinstance(row.event, Override):
        yield say("note.no_effect")
    if row.state == "counted" and row.undone is not None:
        yield say("note.acted_taken" if row.undone else "note.acted_corrected")
    changes = isinstance(row.event, Appeal) and row.event.outcome not in ("filed", "rejected")
    if row.state == "no_effect" and changes:
        yield say("note.no_more")


# --- decisions --------------------------------------------------------------------------------------------------------


def _decision(speaker: Speaker, decision: Decision, behind: Collection[str]) -> Text:
    """A decision with its effects, and the measure that brought it where that is not just the balance of a ledger."""
    ledgers = {ledger.name for ledger in decision.version.facts}
    summed = next((one for one in decision.because if one.measure not in ledgers and one.holds), None)
    values: dict[str, str | Text] = {"id": _id(decision.id), "effects": _effects(speaker, decision, behind)}
    if decision.confirmed is not None and decision.tickets:  # what a person imposed has no tickets
        return speaker.say("made.confirmed", event=decision.confirmed, **values)
    if summed is None or summed.before == summed.after:
        return speaker.say("made.decision", **values)
    with speaker.by_name_alone():
        measure = speaker.measure(summed.measure, decision.version)
    numbers = {"before": speaker.number(summed.before), "after": speaker.number(summed.after)}
    return speaker.say("made.moved", measure=measure, **numbers, **values)


def _effects(speaker: Speaker, decision: Decision, behind: Collection[str] = ()) -> Text:
    said = [_effect(speaker, decision, outcome, outcome.effect.name in behind) for outcome in decision.outcomes]
    return speaker.listed(said) if said else speaker.say("made.nothing")


def _effect(speaker: Speaker, decision: Decision, outcome: Outcome, behind: bool) -> Text:
    say, name, version = speaker.say, outcome.effect.name, decision.version
    match outcome.effect.sort:
        case "fine":
            return say("effect.fine", amount=speaker.money(outcome.amount or Fraction(0), ""))
        case "close":
            return say("effect.close", identity=speaker.identity(decision.identity))
        case "flag":
            return say("effect.flag", flag=speaker.name("flag", name, version))
        case "notice":
            return say("effect.notice", notice=speaker.notice(decision.rule.name, name, version))
    if outcome.effect.sort != "sanction":
        return did(speaker, decision, outcome)
    sanction = speaker.name("sanction", name, version)
    if outcome.permanent:
        return say("effect.sanction_good", sanction=sanction)
    if behind and outcome.until is not None and any(part.day is not None for part in outcome.opened.parts):
        return say("effect.sanction_behind_until", sanction=sanction, until=speaker.when(outcome.until))
    if behind:
        lasts = None if outcome.until is None else speaker.duration(outcome.until - outcome.start)
        key = "effect.sanction_behind_open" if lasts is None else "effect.sanction_behind"
        return say(key, sanction=sanction, lasts=lasts or Text())
    if outcome.until is None:
        return say("effect.sanction_open", sanction=sanction)
    key = "effect.sanction" if outcome.opened.frozen is None else "effect.sanction_frozen"
    return say(key, sanction=sanction, until=speaker.when(outcome.until))


def _taken_back(speaker: Speaker, row: RescindedRow) -> Text:
    say, one = speaker.say, row.rescinded
    key = "made.less" if one.as_many else "made.lighter" if one.excess else "made.taken_back"
    id, when = _id(one.decision.id), speaker.when(one.decision.at)
    notes = [say(key, one.left, appeal=one.appeal, id=id, when=when, left=str(one.left), times=str(one.times))]
    if one.owed:
        payments = speaker.listed([Text(part.payment) for part in one.payments])
        notes.append(say("made.owed", amount=speaker.money(one.owed), payments=payments))
    elif not one.longer and any(outcome.effect.sort == "fine" for outcome in one.decision.outcomes):
        notes.append(say("made.owed_nothing"))
    span = sum((end - start for start, end in one.served), timedelta())
    if span:
        notes.append(say("made.served", duration=speaker.duration(span)))
    return speaker.clauses(notes)


# --- periods, versions, sanctions -------------------------------------------------------------------------------------


def _ledger(speaker: Speaker, event: LedgerEvent, stays: bool) -> Text:
    key = "period.cleared_stays" if stays else f"period.{event.kind}"
    if event.kind == "redeemed" and is_used_up(event.ledger, speaker.version):
        key = "period.given_back"
    return speaker.say(
        key,
        abs(event.points),
        ledger=speaker.ledger(event.ledger),
        points=_amount(speaker, event) if event.kind != "cleared" else _points(speaker, event),
        period=event.period or "",
        cause=event.cause or "",
    )


def _points(speaker: Speaker, event: LedgerEvent) -> Text:
    return speaker.points_of([(event.ledger, event.points)])


def _amount(speaker: Speaker, event: LedgerEvent) -> Text:
    return speaker.say("points", abs(event.points), number=hold(speaker.number(abs(event.points))))


def _version(speaker: Speaker, row: VersionRow) -> Text:
    say = speaker.say
    notes = [say("period.version", version=row.version.since or "")]
    notes += [say("note.ends", abs(event.points), points=_points(speaker, event)) for event in row.ended]
    notes += [
        say("period.fine_dropped", amount=speaker.money(amount, ""), decision=_id(decision))
        for decision, amount in row.dropped
    ]
    if row.sanctions_dropped:
        notes.append(say("period.sanctions_dropped", decisions=_ids(speaker, row.sanctions_dropped)))
    return speaker.clauses(notes)


def _sanction(speaker: Speaker, row: SanctionRow) -> Text:
    with speaker.by_name_alone():
        sanction = speaker.name("sanction", row.sanction, _version_of(speaker, row.decision))
        parts = speaker.listed([speaker.part(row.sanction, part.name) for part in row.parts])
    said = speaker.say(f"run.{row.what}", sanction=sanction, decision=_id(row.decision), parts=parts)
    return said if row.by is None else speaker.clauses([said, speaker.say("run.runs_on", decision=_id(row.by))])


def _version_of(speaker: Speaker, id: str) -> Version | None:
    decision = speaker.decisions.get(id)
    return None if decision is None else decision.version


def _standing(speaker: Speaker, row: StandingRow) -> Text:
    say = speaker.say
    notes = [say("change.standing", when=speaker.when(speaker.answer.at))]
    with speaker.by_name_alone():
        for name, before, after in row.measures:
            numbers = {"before": speaker.number(before), "after": speaker.number(after)}
            notes.append(say("change.measure", measure=speaker.measure(name), **numbers))
    notes += [say("change.flag_up", flag=flag) for flag in row.raised]
    notes += [say("change.flag_down", flag=flag) for flag in row.lowered]
    for fine in row.fines:
        if fine.gone:
            payments = speaker.listed([Text(part.payment) for part in fine.went])
            paid = speaker.money(fine.paid_before, "")
            notes.append(say("change.fine_gone", decision=_id(fine.decision), payments=payments, paid=paid))
            continue
        key = "change.fine_unpaid" if not fine.paid else "change.fine_part" if fine.open else "change.fine_paid"
        payments = speaker.listed([Text(id) for id in dict.fromkeys(part.payment for part in fine.payments)])
        paid, left = speaker.money(fine.paid, ""), speaker.money(fine.open, "")
        notes.append(say(key, decision=_id(fine.decision), payments=payments, paid=paid, open=left))
    if row.closed is not None and row.identity is not None:
        identity = speaker.identity(row.identity)
        notes.append(say("change.closed" if row.closed else "change.open", identity=identity))
    return speaker.clauses(notes)


def _id(decision: str | None) -> Text:
    return Text(decision or "", "cyan")


def _ids(speaker: Speaker, decisions: Iterable[str]) -> Text:
    return speaker.listed([_id(decision) for decision in decisions])
