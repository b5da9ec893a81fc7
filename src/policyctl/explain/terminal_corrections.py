"""What corrections of the record did, for the terminal: decisions taken back with what is owed for them, and decisions
that have no effect until a person confirms them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Literal

from policyctl.explain.terminal_because import because_lines, clause_lines
from policyctl.explain.terminal_did import did
from policyctl.explain.terminal_done import done_to_taken
from policyctl.explain.terminal_fields import field, inner
from policyctl.explain.terminal_layout import Page, beside, hang, hold, indent
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.instants import Length
from policyctl.policy.form import Open, Part
from policyctl.replay.answer import Answer, Decision, ForReview, KnownAppeal, Outcome, PaymentPart, Rescinded, Status
from policyctl.replay.ending import lasting

MOST_IN_FULL, MOST_TOLD = 8, 100
"""So many of a kind are told in full, the newest; and so many at all."""


def taken_from(answer: Answer, identity: str) -> list[Rescinded]:
    """The decisions of an identity that were taken back."""
    return [one for one in answer.rescinded if one.decision.identity == identity]


def reviews_of(answer: Answer, identity: str) -> list[ForReview]:
    """The decisions of an identity that are for review."""
    return [one for one in answer.for_review if one.decision.identity == identity]


def owed(taken: Iterable[Rescinded]) -> Fraction:
    """The money owed back for decisions."""
    return sum((one.owed for one in taken), Fraction(0))


def appeal_known(speaker: Speaker, identity: str, event: str) -> KnownAppeal | None:
    """A step of an appeal by its event."""
    found = (one for s in speaker.answer.status if s.identity == identity for one in s.known_appeals)
    return next((one for one in found if one.event == event), None)


# --- taken back ------------------------------------------------------------------------------------------------------


def taken_back(speaker: Speaker, page: Page, found: Sequence[Rescinded]) -> Iterator[list[Text]]:
    """Decisions that were taken back, each with what is owed for it, and the sum before them."""
    money = [one for one in found if one.owed]
    if len(money) > 1:
        count = len({one.decision.id for one in money})
        key = "taken.sum" if count > 1 else "taken.sum_of_one"
        yield page.paragraph(speaker.say(key, count=str(count), amount=speaker.money(owed(found))))
    spans = [span for one in found for span in one.served]
    if len(spans) > 1:
        together, apart = lasting(spans), sum((end - start for start, end in spans), timedelta())
        key = "taken.time_shared" if together < apart else "taken.time_sum"
        yield page.paragraph(speaker.say(key, duration=speaker.duration(together)))
    for one in found[:MOST_IN_FULL]:
        yield one_taken(speaker, page, one)
    if len(found) > MOST_IN_FULL:
        yield [line for one in found[MOST_IN_FULL:MOST_TOLD] for line in _in_short(speaker, page, one)]
    if len(found) > MOST_TOLD:
        yield page.paragraph(speaker.say("taken.rest", count=str(len(found) - MOST_TOLD)))


def _in_short(speaker: Speaker, page: Page, taken: Rescinded) -> list[Text]:
    """A decision taken back in two lines: when and which, and what is owed back."""
    when = speaker.when(taken.decision.at, "bold")
    which = Text(hold(taken.decision.id), style="cyan")
    key = "taken.short_owed" if taken.owed else "taken.short"
    cells = when.cells + 2
    room = page.narrower(cells)
    said = speaker.say(key, amount=speaker.money(taken.owed))
    return beside(when, room.paragraph(which) + room.paragraph(said), cells)


def one_taken(speaker: Speaker, page: Page, taken: Rescinded) -> list[Text]:
    """A decision that was taken back, in full."""
    decision, room = taken.decision, inner(speaker, page.narrower(2))
    fields = [
        field(speaker, "appeal", _why_taken(speaker, room, taken)),
        field(speaker, "owed", [] if taken.longer else _owed(speaker, room, taken)),
        field(speaker, "served", _served(speaker, room, taken)),
        field(speaker, "people", [] if taken.excess else done_to_taken(speaker, room, decision)),
        field(speaker, "was", [line for o in decision.outcomes for line in room.item(_was(speaker, decision, o))]),
        field(speaker, "why", because_lines(speaker, room, decision)),
        field(speaker, "clause", clause_lines(speaker, room, decision)),
    ]
    return _block(speaker, page, decision, fields)


def _why_taken(speaker: Speaker, page: Page, taken: Rescinded) -> list[Text]:
    appeal = appeal_known(speaker, taken.decision.identity, taken.appeal)
    if appeal is None:
        key = "taken.lighter_by" if taken.excess else "taken.by"
        return page.paragraph(speaker.say(key, appeal=taken.appeal, when=speaker.when(taken.at)))
    lines = page.paragraph(appeal_sentence(speaker, appeal))
    if taken.excess:
        key = "taken.longer" if taken.longer else "taken.less" if taken.as_many else "taken.lighter"
        lines += page.paragraph(speaker.say(key, taken.left, left=str(taken.left), times=str(taken.times)))
        stands = taken.decision.id in speaker.decisions
        lines += page.paragraph(speaker.say("taken.lighter_stands" if stands else "taken.lighter_gone"))
    else:
        ticket = Text(hold(appeal.ticket))
        if appeal.points is None:
            lines += page.paragraph(speaker.say("taken.not_following", ticket=ticket))
        else:
            left = points(speaker, appeal.points)
            lines += page.paragraph(speaker.say("taken.not_following_reduced", ticket=ticket, points=left))
    if appeal.at > speaker.answer.at:
        lines += page.paragraph(speaker.say("taken.later"))
    return lines


def appeal_sentence(speaker: Speaker, appeal: KnownAppeal, form: Literal["appeal", "record"] = "appeal") -> Text:
    """What a step of an appeal did to its ticket; for a `record` without its date, which stands before it. One that
    changed nothing is told by its outcome alone, and one that gave back points is not called a reduction."""
    values: dict[str, str | Text] = {
        "appeal": Text(hold(appeal.event)),
        "ticket": Text(hold(appeal.ticket), style="bold"),
        "when": speaker.when(appeal.at),
    }
    if appeal.points is not None:
        values["points"] = points(speaker, appeal.points)
        values["before"], values["issued"] = speaker.number(appeal.before), speaker.number(appeal.issued)
    if appeal.gone_by is not None and appeal.outcome in ("annulled", "repealed", "reduced"):
        return speaker.say(f"{form}.{appeal.outcome}_idle", **values)
    return speaker.say(f"{form}.set" if appeal.raised else f"{form}.{appeal.outcome}", **values)


def points(speaker: Speaker, number: Fraction) -> Text:
    """A number of points."""
    return speaker.say("points", number, number=hold(speaker.number(number)))


def _owed(speaker: Speaker, page: Page, taken: Rescinded) -> list[Text]:
    if not any(outcome.effect.sort == "fine" for outcome in taken.decision.outcomes):
        return page.paragraph(speaker.say("taken.no_fine"))
    lines = []
    for part in taken.payments:
        lines += page.item(_part(speaker, part, taken))
    elsewhere = list(_not_owed(speaker, taken))
    if lines:
        lines = page.paragraph(speaker.say("taken.owed", amount=speaker.money(taken.owed, "bold red"))) + lines
    elif not elsewhere:
        paid = sum((part.amount for part in taken.paid), Fraction(0))
        return page.paragraph(
            speaker.say("taken.nothing_over" if paid else "taken.nothing_paid", amount=speaker.money(paid))
        )
    if elsewhere:
        key = "taken.had_been_paid" if taken.payments else "taken.nothing_owed"
        if taken.excess:
            key = "taken.had_been_paid_over" if taken.payments else "taken.nothing_owed_over"
        free = sum((part.amount for part in taken.freed), Fraction(0))
        lines += page.paragraph(speaker.say(key, amount=speaker.money(free)))
        lines += [line for said in elsewhere for line in page.item(said)]
    return lines


def _not_owed(speaker: Speaker, taken: Rescinded) -> Iterator[Text]:
    """Where the money is now that had been paid and is not owed back for this decision."""
    owed_here = {part.payment: part.amount for part in taken.payments}
    held = {part.payment: part.amount for part in taken.kept}
    for part in taken.freed:
        stays = held.get(part.payment, Fraction(0))
        payment = Text(hold(part.payment))
        if stays:
            yield speaker.say("taken.kept", amount=speaker.money(stays, ""), payment=payment)
        rest = part.amount - stays - owed_here.get(part.payment, Fraction(0))
        if rest > 0:
            key, decisions = went_to(speaker, taken.decision.identity, part.payment, taken)
            named = speaker.listed([Text(hold(one), style="cyan") for one in decisions])
            amount = speaker.money(rest, "")
            yield speaker.say(key, amount=amount, payment=payment, decisions=named)


def went_to(speaker: Speaker, identity: str, payment: str, taken: Rescinded | None = None) -> tuple[str, list[str]]:
    """What a payment does now that had paid a fine which is gone or is paid by another one, and for which decisions:
    for others than the one that was `taken` back, where it does anything for others."""
    answer = speaker.answer
    fines = (fine for status in answer.status if status.identity == identity for fine in status.fines)
    fills = [fine.decision for fine in fines if any(part.payment == payment for part in fine.payments)]
    if taken is not None and taken.excess:
        fills = [one for one in fills if one != taken.decision.id] or fills  # what stands of it comes last
    others = [one for one in taken_from(answer, identity) if one is not taken]
    bought = [one.decision.id for one in others if any(part.payment == payment for part in one.kept)]
    back = [one.decision.id for one in others if any(part.payment == payment for part in one.payments)]
    for key, found in (("taken.fills", fills), ("taken.bought", bought), ("taken.owed_for", back)):
        if found:
            return key, list(dict.fromkeys(found))
    return "taken.fits_nothing", []


def _part(speaker: Speaker, part: PaymentPart, taken: Rescinded) -> Text:
    return speaker.say(
        "taken.payment_after" if part.at >= taken.at else "taken.payment",
        amount=speaker.money(part.amount, ""),
        payment=Text(hold(part.payment)),
        when=speaker.when(part.at),
    )


def _served(speaker: Speaker, page: Page, taken: Rescinded) -> list[Text]:
    lasting = [outcome for outcome in taken.decision.outcomes if outcome.effect.sort in ("sanction", "close")]
    if not lasting:
        return []
    if not taken.served:
        return page.paragraph(speaker.say("taken.not_served"))
    lines = []
    for start, end in taken.served:
        key = "taken.served" if end < speaker.answer.at or end == taken.at else "taken.served_so_far"
        said = speaker.say(
            key, start=speaker.when(start), end=speaker.when(end), duration=speaker.duration(end - start)
        )
        lines += page.paragraph(said)
    return lines + page.paragraph(speaker.say("taken.served_means"))


def _was(speaker: Speaker, decision: Decision, outcome: Outcome) -> Text:
    """An effect as the decision had it, without a word on what runs now."""
    effect, version = outcome.effect, decision.version
    match effect.sort:
        case "sanction":
            name = speaker.name("sanction", effect.name, version, "bold")
            if outcome.until is None:
                return speaker.say("sanction.good" if outcome.permanent else "sanction.unknown", sanction=name)
            return speaker.say("taken.sanction", sanction=name, until=speaker.when(outcome.until))
        case "close":
            return speaker.say("taken.close", identity=speaker.identity(decision.identity, "bold"))
        case "flag":
            return speaker.say("other.flag", flag=speaker.name("flag", effect.name, version, "bold"))
        case "notice":
            return speaker.say("other.notice", notice=speaker.notice(decision.rule.name, effect.name, version))
        case "fine":
            return speaker.say("fine.settled", amount=speaker.money(outcome.amount or Fraction(0)))
        case _:
            return did(speaker, decision, outcome)


# --- for review ------------------------------------------------------------------------------------------------------


def for_review(speaker: Speaker, page: Page, statuses: Iterable[Status]) -> Iterator[list[Text]]:
    """The decisions that nobody has confirmed, the newest first."""
    names = {status.identity for status in statuses}
    found = [one for one in reversed(speaker.answer.for_review) if one.decision.identity in names]
    for one in found[:MOST_IN_FULL]:
        yield one_review(speaker, page, one)
    if len(found) > MOST_IN_FULL:
        more = found[MOST_IN_FULL:MOST_TOLD]
        yield [line for one in more for line in page.item(Text(hold(one.decision.id), style="cyan"))]
    if len(found) > MOST_TOLD:
        yield page.paragraph(speaker.say("taken.rest", count=str(len(found) - MOST_TOLD)))


def one_review(speaker: Speaker, page: Page, review: ForReview) -> list[Text]:
    """A decision for review, in full."""
    decision, room = review.decision, inner(speaker, page.narrower(2))
    fields = [
        field(speaker, "effect", _state(speaker, room, review)),
        field(speaker, "confirm", _to_confirm(speaker, room, review)),
        field(speaker, "why", because_lines(speaker, room, decision)),
        field(speaker, "clause", clause_lines(speaker, room, decision)),
    ]
    return _block(speaker, page, decision, fields)


def _state(speaker: Speaker, page: Page, review: ForReview) -> list[Text]:
    decision = review.decision
    times = max((outcome.times for outcome in decision.outcomes), default=1)
    lines = page.paragraph(speaker.say("review.no_effect"))
    appeal = appeal_known(speaker, decision.identity, review.appeal)
    key = "review.excess" if review.excess else "review.because"
    lines += page.paragraph(speaker.say(key, times, times=str(times), appeal=Text(hold(review.appeal))))
    if appeal is not None:
        lines += page.paragraph(appeal_sentence(speaker, appeal))
    return lines


def _to_confirm(speaker: Speaker, page: Page, review: ForReview) -> list[Text]:
    """What a person writes so that it takes effect, and from when it then does."""
    named = Text(hold(review.decision.id), style="cyan")
    lines = page.paragraph(speaker.say("review.confirm", decision=named))
    if review.decision.outcomes:
        lines += page.paragraph(speaker.say("review.excess_imposes" if review.excess else "review.imposes"))
        lines += [line for one in review.decision.outcomes for line in page.item(_anew(speaker, review.decision, one))]
    return lines + page.paragraph(speaker.say("review.otherwise"))


def _anew(speaker: Speaker, decision: Decision, outcome: Outcome) -> Text:
    """An effect as a confirmation would open it: a sanction by how long it lasts, for it starts only then."""
    effect, version = outcome.effect, decision.version
    if effect.sort != "sanction":
        return _was(speaker, decision, outcome)
    name = speaker.name("sanction", effect.name, version, "bold")
    if _is_more_than_a_length(outcome.opened):
        return speaker.say("review.as_said", sanction=name)
    lengths = [_length(part, outcome) for part in outcome.opened.parts]
    if len(set(lengths)) == 1:
        return _lasting(speaker, "review.sanction", name, lengths[0])
    parts = [
        _lasting(speaker, "review.part", speaker.part(effect.name, part.name, version), length)
        for part, length in zip(outcome.opened.parts, lengths, strict=True)
    ]
    return speaker.say("review.sanction_parts", sanction=name, parts=speaker.listed(parts))


def _is_more_than_a_length(effect: Open) -> bool:
    """Whether no length says when a sanction begins and ends; its clause, which stands below, does."""
    others = (effect.until, effect.delay, effect.turn, effect.begins, effect.frozen, effect.formula, effect.most)
    return any(one is not None for one in others) or any(
        part.time is None and not part.permanent for part in effect.parts
    )


def _length(part: Part, outcome: Outcome) -> Length | None:
    """How long a part lasts; None for good."""
    if part.permanent or part.time is None:
        return None
    return part.time.times(outcome.times if outcome.effect.each else 1)


def _lasting(speaker: Speaker, key: str, name: Text, length: Length | None) -> Text:
    if length is None:
        return speaker.say("sanction.good", sanction=name)
    return speaker.say(key, name=name, length=speaker.length(length))


# --- both ------------------------------------------------------------------------------------------------------------


def _block(speaker: Speaker, page: Page, decision: Decision, fields: Sequence[list[Text]]) -> list[Text]:
    """A decision without effect now: which it is, and what there is to say of it."""
    told = [*_identifier(speaker, page.narrower(2), decision), Text()]
    told += [line for one in fields for line in one]
    return _heading(speaker, page, decision) + indent(told, 2)


def _heading(speaker: Speaker, page: Page, decision: Decision) -> list[Text]:
    said = speaker.say(
        "decision.heading",
        rule=speaker.rule(decision.rule, decision.version, "bold"),
        identity=speaker.identity(decision.identity),
        when=speaker.when(decision.at, "bold"),
    )
    return hang(Text(page.glyphs.undone, style="magenta"), said, page.width)


def _identifier(speaker: Speaker, page: Page, decision: Decision) -> list[Text]:
    key = "decision.id_period" if decision.period else "decision.id"
    said = speaker.say(key, id=decision.id, period=decision.period or "")
    said.stylize("dim")
    return page.paragraph(said)
