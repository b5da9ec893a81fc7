"""Fines for the terminal: what is open, what paying does, what it does not do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from policyctl.explain.terminal_fields import inner
from policyctl.explain.terminal_layout import Page
from policyctl.explain.terminal_nodes import next_node
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.policy.form import Comparison, Version
from policyctl.replay.answer import Decision, FineStatus, Outcome, PaymentPart, Status


def fine_sentence(speaker: Speaker, fine: FineStatus) -> Text:
    """A fine with what is paid and open."""
    amount = speaker.money(fine.amount)
    if fine.dropped is not None:
        return speaker.say("fine.settled", amount=amount)
    if fine.waived is not None and fine.open:
        paid, waived = speaker.money(fine.paid, ""), speaker.money(fine.waived, "")
        opened = speaker.money(fine.open, "bold red")
        return speaker.say("fine.reduced", amount=amount, paid=paid, waived=waived, open=opened)
    if fine.waived is not None:
        key = "fine.waived" if fine.paid else "fine.waived_whole"
        paid, waived = speaker.money(fine.paid, ""), speaker.money(fine.waived, "")
        return speaker.say(key, amount=amount, paid=paid, waived=waived)
    if not fine.open:
        return speaker.say("fine.paid", amount=amount)
    if not fine.paid:
        return speaker.say("fine.open", amount=speaker.money(fine.amount, "bold red"))
    paid = speaker.money(fine.paid, "")
    return speaker.say("fine.part", amount=amount, paid=paid, open=speaker.money(fine.open, "bold red"))


def fine_notes(speaker: Speaker, fine: FineStatus) -> Iterator[Text]:
    """When it is due, and whether it was dropped."""
    if fine.dropped is not None:
        yield speaker.say("fine.dropped", when=speaker.when(fine.dropped))
    elif fine.due is not None and fine.open:
        overdue = fine.due <= speaker.answer.at
        yield speaker.say("fine.overdue" if overdue else "fine.due", when=speaker.when(fine.due))


def pay_lines(
    speaker: Speaker, page: Page, decision: Decision, fines: Sequence[FineStatus], status: Status
) -> Iterator[tuple[FineStatus, list[Text]]]:
    """Of each fine of a decision what paying it does or did, what keeps counting all the same, and the payments it was
    filled by."""
    room = inner(speaker, page)
    told = [fine for fine in fines if fine.dropped is None]
    for place, fine in enumerate(told):
        before = [one for one in told[:place] if one.open]
        sentences = [_what_it_does(speaker, decision, fine, status, before)]
        if not before:
            sentences += _keeps(speaker, decision, fine, status)
        last = not any(one.open for one in told[place + 1 :])
        if fine.open and last and any(_runs(speaker, decision, outcome) for outcome in decision.outcomes):
            sentences.append(speaker.say("pay.runs_on"))
        said = [line for sentence in sentences for line in room.paragraph(sentence)]
        paid = [line for payment in fine.payments for line in room.paragraph(_payment(speaker, payment, fine))]
        yield fine, said + paid if fine.open else paid + said


def _keeps(speaker: Speaker, decision: Decision, fine: FineStatus, status: Status) -> Iterator[Text]:
    """What keeps counting the points that a fine takes off."""
    ended = [ledger for ledger, points in (fine.cleared or fine.ends) if points]
    if ended and decision.period in {None, *(period.name for period in status.periods)}:
        yield from _keeps_counting(speaker, decision.version, ended, status, numbers=bool(fine.open))


def _payment(speaker: Speaker, payment: PaymentPart, fine: FineStatus) -> Text:
    amount = speaker.money(payment.amount, "")
    key = "pay.payment_so_far" if fine.open else "pay.payment"
    return speaker.say(key, payment=payment.payment, when=speaker.when(payment.at), amount=amount)


def _runs(speaker: Speaker, decision: Decision, outcome: Outcome) -> bool:
    """Whether a sanction still runs, for a while."""
    outcome = speaker.as_it_runs.outcome(decision, outcome)
    running = outcome.until is not None and outcome.until > speaker.answer.at
    return outcome.effect.sort == "sanction" and outcome.dropped is None and running


def _what_it_does(
    speaker: Speaker, decision: Decision, fine: FineStatus, status: Status, before: Iterable[FineStatus]
) -> Text:
    """What paying does or did; the open fines of the decision that stand `before` it are filled first."""
    opened = speaker.money(fine.open, "bold red")
    if fine.open:
        if fine.ends:
            points = speaker.points_of(fine.ends)
            waits = waits_for(speaker, fine)
            if waits is None:
                gone = {name for one in before if waits_for(speaker, one) is None for name, _ in one.ends}
                if gone >= {name for name, _ in fine.ends}:
                    ledgers = speaker.ledgers([name for name, _ in fine.ends], decision.version)
                    return speaker.say("pay.ends_after", open=opened, ledgers=ledgers)
                return speaker.say("pay.ends", open=opened, points=points)
            key = "pay.ends_served" if waits.served else "pay.ends_later"
            return speaker.say(key, open=opened, points=points, when=speaker.when(waits.until))
        if not fine.clears:
            return speaker.say("pay.no_points", open=opened)
        running = {period.name for period in status.periods if period.ledger in fine.clears}
        if decision.period is not None and decision.period not in running:
            return speaker.say("pay.period_over", open=opened, period=decision.period)
        return speaker.say("pay.nothing_left", open=opened)
    if fine.waived is not None and not fine.cleared:
        return speaker.say("pay.waived")
    if fine.cleared_at is not None and fine.cleared:
        points = speaker.points_of(fine.cleared, decision.version)
        return speaker.say("pay.cleared", when=speaker.when(fine.cleared_at), points=points)
    waits = waits_for(speaker, fine)
    if waits is not None and fine.ends:
        ledgers = speaker.ledgers([ledger for ledger, _ in fine.ends], decision.version)
        key = "pay.waits" if waits.served else "pay.waits_later"
        return speaker.say(key, ledgers=ledgers, when=speaker.when(waits.until))
    if fine.late and fine.clears and decision.period is not None:
        return speaker.say("pay.cleared_none_over", period=decision.period)
    return speaker.say("pay.cleared_none")


class Waits(msgspec.Struct, frozen=True):
    """A fine that takes points off at a date: the end that its decision gave the sanction. `served` is whether the
    sanction in fact ends then; one that was dropped has ended, one that waits for another ends later."""

    until: datetime
    served: bool


def waits_for(speaker: Speaker, fine: FineStatus) -> Waits | None:
    """What a fine waits for besides its payment."""
    over = fine.dropped is not None or (fine.waived is not None and not fine.open)
    if fine.served_at is None or fine.served_at <= speaker.answer.at or over:
        return None
    decision = speaker.decisions[fine.decision]
    runs = [speaker.as_it_runs.outcome(decision, o) for o in decision.outcomes if o.effect.sort == "sanction"]
    return Waits(fine.served_at, all(o.dropped is None for o in runs) and any(o.until == fine.served_at for o in runs))


def _keeps_counting(
    speaker: Speaker, version: Version, ledgers: Iterable[str], status: Status, numbers: bool
) -> Iterator[Text]:
    """The totals that count points whether or not they were taken off; `numbers` says how far they are."""
    names = set(ledgers)
    now = dict(status.measures)
    read = {c.measure for rule in version.rules if isinstance(c := rule.condition, Comparison)}
    for measure in version.measures:
        sums = (t.read for t in measure.terms if t.read.of != "balance" and t.read.sort == "entry")
        if not any(r.standing == "posted" and (not r.names or names & set(r.names)) for r in sums):
            continue
        if not measure.declared and measure.name not in read:
            continue
        said = speaker.measure(measure.name, version)
        value = now.get(measure.name)
        node = next_node(version, measure.name, value) if numbers and value is not None else None
        if node is None or value is None or status.closed:
            yield speaker.say("pay.keeps", measure=said)
            continue
        yield speaker.say(
            "pay.keeps_towards" if speaker.says_itself(node.rule, version) else "pay.keeps_now",
            measure=said,
            value=speaker.quantity(measure.name, value, version),
            rule=speaker.rule(node.rule, version),
            wanted=speaker.wanted(measure.name, node.comparison.compare, node.threshold, version),
        )


def open_fines(status: Status) -> list[FineStatus]:
    """The fines of an identity that are not fully paid, the oldest first, as payments fill them."""
    return sorted((f for f in status.fines if f.open and f.dropped is None), key=_age)


def _age(fine: FineStatus) -> tuple[object, str]:
    return fine.opened, fine.decision
