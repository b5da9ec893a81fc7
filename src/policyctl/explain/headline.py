"""The first sentence: what stands now against each identity, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction

from msgspec.structs import replace

from policyctl.explain.headline_corrections import (
    by_person,
    closed_by,
    closed_by_person,
    closed_since,
    closure_moved,
    corrected,
    corrections,
)
from policyctl.explain.terminal_did import by_when, required
from policyctl.explain.terminal_foreign import cannot_come
from policyctl.explain.terminal_layout import hold
from policyctl.explain.terminal_nodes import awaited, beginning, closes, nearest, triggered
from policyctl.explain.terminal_occasions import condition_said, open_end
from policyctl.explain.terminal_pay import open_fines, waits_for
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.history.events import Problem
from policyctl.replay.answer import IMPOSE, Answer, FineStatus, Outcome, Pending, Running, Silent, Status

MOST_PENDING = 3
"""Pending tickets that the first sentences name; of more only the number is told."""

_FAR = datetime.max.replace(tzinfo=UTC)


def headline(speaker: Speaker, statuses: tuple[Status, ...]) -> Iterator[tuple[bool, Text]]:
    """For each identity that has something to say: whether something stands against it (or may), and the sentences."""
    answer = speaker.answer
    telling = [status for status in statuses if touched(answer, status) or _incomplete(answer, status)]
    if not telling:
        yield False, _untouched(speaker, statuses)
    for status in telling:
        moved = closure_moved(speaker, status, Text()) is not None
        against = stands(status) or moved or _incomplete(answer, status)
        yield against, _joined(_sentences(speaker, status))


def stands(status: Status) -> bool:
    """Whether anything stands against an identity: a closure, a sanction that runs or is to begin, an open fine."""
    return bool(status.closed or status.sanctions or status.waiting or open_fines(status))


def left_out(answer: Answer, status: Status) -> int:
    """How many events are left out that concern an identity, or may: of some nobody can tell whose they are."""
    wrong = (problem for problem in answer.anomalies if problem.error)
    return sum(problem.events for problem in wrong if concerns(answer, problem, status.identity))


def _incomplete(answer: Answer, status: Status) -> bool:
    """Whether something is missing that concerns an identity, or may: an event, a number or a date."""
    return any(problem.error and concerns(answer, problem, status.identity) for problem in answer.anomalies)


def concerns(answer: Answer, problem: Problem, identity: str) -> bool:
    """Whether a problem is one of an identity, or may be: of a name that no identity has nobody can tell."""
    return problem.identity == identity or problem.identity not in {status.identity for status in answer.status}


def touched(answer: Answer, status: Status) -> bool:
    """Whether there is anything to tell of an identity."""
    if stands(status) or status.pending or status.flags or status.fines or corrected(answer, status):
        return True
    if any(decision.identity == status.identity for decision in answer.decisions):
        return True
    if answer.version is None:
        return False
    numbers = status.ledgers + status.measures
    return any(value is not None and value != beginning(answer.version, name) for name, value in numbers)


def _sentences(speaker: Speaker, status: Status) -> Iterator[Text]:
    identity = speaker.identity(status.identity, "bold")
    fines = open_fines(status)
    missing = left_out(speaker.answer, status)
    if missing:
        yield speaker.say("headline.incomplete", missing, count=str(missing), identity=identity)
    elif _incomplete(speaker.answer, status):
        yield speaker.say("headline.incomplete_numbers", identity=identity)
    moved = closure_moved(speaker, status, identity)
    if moved is not None:
        yield moved
    if status.closed:
        yield _closed(speaker, status, identity)
        if len(fines) == 1:
            yield speaker.say("headline.closed_fine", open=speaker.money(fines[0].open))
        elif fines:
            opened = speaker.money(sum((fine.open for fine in fines), Fraction(0)))
            yield speaker.say("headline.closed_fines", count=str(len(fines)), open=opened)
        yield from corrections(speaker, status, identity)
        return
    if status.sanctions:
        yield _sanctions(speaker, status, identity)
        yield from _queued(speaker, status)
    elif fines and not status.waiting:
        yield speaker.say("headline.no_sanction", identity=identity)
    yield from _due(speaker, status, identity)
    paying = _fines(speaker, fines) if fines else _waiting(speaker, status)
    if paying is not None:
        yield paying
    lasting = next((sanction for sanction in status.sanctions if sanction.permanent), None)
    if lasting is not None:
        yield _lasting(speaker, lasting, paying=paying is not None)
    elif paying is None and status.sanctions and all(one.until is not None for one in status.sanctions):
        unknown = any(
            one.code == "amount-unknown" and concerns(speaker.answer, one, status.identity)
            for one in speaker.answer.anomalies
        )
        key = "headline.pay_unknown" if unknown else "headline.nothing_to_pay"
        if not unknown and (missing or _incomplete(speaker.answer, status)):
            key = "headline.nothing_to_pay_so_far"
        yield speaker.say(key)
    if status.to_do:
        first = status.to_do[0]
        more, when = len(status.to_do) - 1, by_when(speaker, first)
        key = "headline.to_do_more" if more else "headline.to_do"
        yield speaker.say(key, what=required(speaker, first), when=when, count=str(more))
    if not stands(status) and moved is None and (status.flags or not status.to_do):
        yield _clear(speaker, status, identity, complete=not missing)
    yield from by_person(speaker, status)
    yield from corrections(speaker, status, identity, moved is not None)
    if not stands(status) and moved is None:
        near = awaited(speaker.answer, status.identity) or nearest(speaker.answer, status.identity)
        near = None if near is not None and cannot_come(speaker.answer.version, near) else near
        if near is not None and not any(pending.triggers for pending in status.pending):
            yield _near(speaker, near)
            seen = speaker.seen_from(status.identity, near.parts[0].measure) if near.parts else None
            if seen is not None:
                yield speaker.say("headline.as_seen", when=seen)
    yield from _pending(speaker, status)


def _clear(speaker: Speaker, status: Status, identity: Text, complete: bool) -> Text:
    """That nothing stands against an identity, but for a flag; and that only as far as the events are counted."""
    if not status.flags:
        return speaker.say("headline.clear" if complete else "headline.clear_so_far", identity=identity)
    flags = speaker.listed([speaker.name("flag", flag, style="bold") for flag in status.flags])
    key = "headline.flagged" if complete else "headline.flagged_so_far"
    return speaker.say(key, len(status.flags), identity=identity, flags=flags)


def _untouched(speaker: Speaker, statuses: tuple[Status, ...]) -> Text:
    found = [near for status in statuses if (near := nearest(speaker.answer, status.identity)) is not None]
    near = min(found, key=lambda silent: silent.gap or Fraction(0), default=None)
    if near is None:
        return speaker.say("headline.untouched")
    return _joined(iter([speaker.say("headline.untouched"), _near(speaker, near)]))


def _near(speaker: Speaker, near: Silent) -> Text:
    """The rule that is nearest, and how far away it is."""
    if near.reason == "awaits_ticket":
        return speaker.say("headline.awaited", rule=speaker.rule(near.rule))
    measure, compare = (near.parts[0].measure, near.parts[0].compare) if near.parts else ("", None)
    gap = speaker.gap(measure, compare or ">=", near.gap or Fraction(0)).stylize("bold")
    return speaker.say("headline.near" if near.gap else "headline.near_strict", rule=speaker.rule(near.rule), gap=gap)


def _closed(speaker: Speaker, status: Status, identity: Text) -> Text:
    decision = closed_by(speaker.answer, status.identity)
    if decision is None:
        return speaker.say("headline.closed_plain", identity=identity)
    when = speaker.when(closed_since(decision) or decision.at, "bold red")
    person = closed_by_person(speaker, status, decision)
    if person is not None:
        by, key = Text(hold(person.by), style="bold"), "headline.closed_person"
        key = key if person.why else "headline.closed_person_plain"
        return speaker.say(key, identity=identity, when=when, by=by, why=person.why)
    rule = speaker.rule(decision.rule, decision.version)
    return speaker.say("headline.closed", identity=identity, when=when, rule=rule)


def _sanctions(speaker: Speaker, status: Status, identity: Text) -> Text:
    last = max(status.sanctions, key=_end)
    key = "headline.sanctions" if len(status.sanctions) > 1 else "headline.sanction"
    if len(status.sanctions) == 1 and len({(part.until, part.permanent) for part in last.parts}) > 1:
        key = "headline.sanction_parts"
    name = speaker.name("sanction", last.name, style="bold")
    count = str(len(status.sanctions))
    if last.permanent:
        return speaker.say(f"{key}_good", identity=identity, sanction=name, count=count)
    if last.until is None:
        key = key.removesuffix("_parts")
        if key == "headline.sanction" and (said := _open(speaker, last, identity)) is not None:
            return said
        if last.expected is not None:
            until = speaker.when(last.expected, "bold red")
            return speaker.say(f"{key}_expected", identity=identity, sanction=name, count=count, until=until)
        return speaker.say(f"{key}_open", identity=identity, sanction=name, count=count)
    end = last.expected or last.until
    until, left = speaker.when(end, "bold red"), speaker.left(end)
    if last.expected is not None and key == "headline.sanction":
        return speaker.say("headline.sanction_stands_still", identity=identity, sanction=name, until=until)
    return speaker.say(key, identity=identity, sanction=name, count=count, until=until, left=left)


def _open(speaker: Speaker, running: Running, identity: Text) -> Text | None:
    """What the one sanction that runs waits for, if one decision alone says so."""
    conditions = waits_of(speaker, running)
    if not conditions:
        return None
    outcome = _outcome(speaker, running.decision, running.name)
    assert outcome is not None
    name, waits = speaker.name("sanction", running.name, style="bold"), speaker.listed(conditions)
    if running.expected is not None:
        when = speaker.when(running.expected, "bold red")
        by_time = running.open_until == ("length",) and running.expected == outcome.least
        key = "headline.sanction_until_time" if by_time else "headline.sanction_until_expected"
        key = "headline.sanction_until_at_latest" if running.expected == outcome.latest else key
        return speaker.say(key, identity=identity, sanction=name, conditions=waits, when=when)
    if outcome.least is None or outcome.least <= speaker.answer.at or outcome.left:
        return speaker.say("headline.sanction_until", identity=identity, sanction=name, conditions=waits)
    when = speaker.when(outcome.least, "bold red")
    key = "headline.sanction_until_not_before"
    return speaker.say(key, identity=identity, sanction=name, conditions=waits, when=when)


def waits_of(speaker: Speaker, running: Running) -> list[Text]:
    """What a sanction waits for; nothing where others of its kind may wait for something else."""
    outcome = _outcome(speaker, running.decision, running.name)
    others = [_outcome(speaker, one, running.name) for one in running.also]
    if outcome is None or any(one is None or not (one.until or _for_the_same(one, outcome)) for one in others):
        return []
    return open_end(speaker, speaker.decisions[running.decision], outcome)


def to_serve(speaker: Speaker, running: Running) -> list[Text]:
    """The same, where it waits for acts."""
    outcome = _outcome(speaker, running.decision, running.name)
    return waits_of(speaker, running) if outcome is not None and any(outcome.to_serve) else []


def _outcome(speaker: Speaker, decision: str, name: str) -> Outcome | None:
    found = speaker.decisions.get(decision)
    return None if found is None else next((one for one in found.outcomes if one.effect.name == name), None)


def _for_the_same(one: Outcome, other: Outcome) -> bool:
    """Whether two open ends wait for acts of one name, and for nothing else: the one that is told ends last."""
    acts = [part.acts for outcome in (one, other) for part in outcome.opened.parts]
    alone = one.opened.until is None and other.opened.until is None and None not in acts
    return alone and len({one.act for one in acts if one is not None}) == 1


def _lasting(speaker: Speaker, sanction: Running, paying: bool) -> Text:
    """What is left against a sanction that runs for good."""
    name = speaker.name("sanction", sanction.name, style="bold")
    decision = speaker.decisions.get(sanction.decision)
    if decision is not None and decision.rule.name == IMPOSE:
        return speaker.say("headline.pay_person" if paying else "headline.nothing_to_pay_person", sanction=name)
    return speaker.say("headline.pay_good" if paying else "headline.nothing_to_pay_good", sanction=name)


def _queued(speaker: Speaker, status: Status) -> Iterator[Text]:
    """What runs after the running one of its kind, kind by kind. Where others run beside that, it is named."""
    names = {one.name for one in (*status.sanctions, *status.waiting)}
    first = "headline.queued" if len(names) == 1 else "headline.queued_behind"
    kinds: dict[str, list[Running]] = {}
    running = {one.name for one in status.sanctions}
    for waiting in (one for one in status.waiting if one.name in running and (one.behind or not one.awaits_start)):
        kinds.setdefault(waiting.name, []).append(waiting)
    for kind, found in kinds.items():
        last = max(found, key=_end)
        key = f"{first}_many" if len(found) > 1 else first
        name = speaker.name("sanction", kind, style="bold")
        values: dict[str, str | Text] = {"sanction": name, "count": str(len(found))}
        if any(one.until is None and not one.permanent for one in found):
            yield speaker.say(f"{key}_open", **values)
        elif last.until is None:
            yield speaker.say(f"{key}_good", start=speaker.when(last.start, "bold red"), **values)
        else:
            until = speaker.when(last.until, "bold red")
            yield speaker.say(key, start=speaker.when(last.start), until=until, **values)


def _due(speaker: Speaker, status: Status, identity: Text) -> Iterator[Text]:
    """What is to begin while nothing of its kind runs: of each kind the first."""
    told = {one.name for one in status.sanctions}
    for waiting in status.waiting:
        if waiting.name in told:
            continue
        told.add(waiting.name)
        values = {"identity": identity, "sanction": speaker.name("sanction", waiting.name, style="bold")}
        if waiting.awaits_start:
            yield speaker.say("headline.due_next", act=_begins(speaker, waiting), **values)
            continue
        values["start"] = speaker.when(waiting.start, "bold red")
        if waiting.until is not None:
            yield speaker.say("headline.due", until=speaker.when(waiting.until, "bold red"), **values)
        else:
            yield speaker.say("headline.due_good" if waiting.permanent else "headline.due_open", **values)


def _begins(speaker: Speaker, waiting: Running) -> Text:
    """The act with which a sanction begins."""
    decision = speaker.decisions[waiting.decision]
    act = next(one.opened.begins for one in decision.outcomes if one.awaits_start and one.opened.name == waiting.name)
    return speaker.name("act", act or "", decision.version)


def _end(sanction: Running) -> tuple[bool, datetime]:
    return sanction.permanent, sanction.until or sanction.expected or _FAR


def _fines(speaker: Speaker, fines: list[FineStatus]) -> Text:
    first = fines[0]
    opened = speaker.money(first.open, "bold red")
    if len(fines) > 1 and {fine.decision for fine in fines} == {first.decision}:
        return _of_one_decision(speaker, fines)
    if len(fines) > 1:
        return speaker.say("headline.pay_many", count=str(len(fines)), open=opened, decision=hold(first.decision))
    if not first.ends:
        return speaker.say("headline.pay_nothing", open=opened)
    points = speaker.points_of(first.ends)
    waits = waits_for(speaker, first)
    if waits is None:
        return speaker.say("headline.pay_ends", open=opened, points=points)
    key = "headline.pay_ends_served" if waits.served else "headline.pay_ends_later"
    return speaker.say(key, open=opened, points=points, when=speaker.when(waits.until))


def _of_one_decision(speaker: Speaker, fines: list[FineStatus]) -> Text:
    """Several open fines of a decision that became heavier, in the order in which they are filled."""
    first = fines[0]
    named, each = hold(first.decision), speaker.listed([speaker.money(fine.open, "bold red") for fine in fines])
    if not first.ends or waits_for(speaker, first) is not None:
        return speaker.say("headline.pay_each", fines=each, decision=named)
    return speaker.say("headline.pay_each_ends", fines=each, decision=named, points=speaker.points_of(first.ends))


def _waiting(speaker: Speaker, status: Status) -> Text | None:
    """A fine that is paid and takes points off only at a date."""
    for fine in status.fines:
        waits = None if fine.open else waits_for(speaker, fine)
        if waits is not None and fine.ends:
            ledgers = speaker.ledgers(ledger for ledger, _ in fine.ends)
            key = "headline.waits_served" if waits.served else "headline.waits_later"
            return speaker.say(key, ledgers=ledgers, when=speaker.when(waits.until))
    return None


def by_ticket(status: Status) -> list[list[Pending]]:
    """What is pending, ticket by ticket."""
    found: dict[str, list[Pending]] = {}
    for pending in status.pending:
        found.setdefault(pending.ticket, []).append(pending)
    return list(found.values())


def _pending(speaker: Speaker, status: Status) -> Iterator[Text]:
    """The pending tickets that trigger something, the one that closes the identity first; else the first of all."""
    tickets = by_ticket(status)
    telling = [pending for pending in tickets if pending[0].triggers] or tickets[:1]
    telling.sort(key=lambda pending: not closes(triggered(speaker.answer, pending[0])))
    for pending in telling[:MOST_PENDING]:
        yield _ticket(speaker, status, pending)
    more = len(telling) - MOST_PENDING
    if more > 0:
        yield speaker.say("headline.pending_more", more, count=str(more))


def _ticket(speaker: Speaker, status: Status, pending: list[Pending]) -> Text:
    ticket, effective = pending[0].ticket, pending[0].effective
    points = speaker.points_of([(post.ledger, post.points) for post in pending])
    rules = triggered(speaker.answer, pending[0])
    waits = [condition_said(speaker, one) for one in pending[0].waits]
    if waits and effective is None:
        return speaker.say("headline.pending_waits", ticket=ticket, points=points, conditions=speaker.listed(waits))
    if waits:
        told = _ticket(speaker, status, [replace(one, waits=()) for one in pending])
        return _joined(iter((told, speaker.say("headline.pending_until", conditions=speaker.listed(waits)))))
    if effective is None:
        names = speaker.listed([speaker.rule(rule) for rule in rules])
        key = "headline.pending_final_triggers" if rules else "headline.pending_final"
        key = "headline.pending_final_closes" if closes(rules) else key
        identity = speaker.identity(status.identity)
        return speaker.say(key, ticket=ticket, points=points, rules=names, identity=identity)
    when = speaker.when(effective)
    if not rules:
        return speaker.say("headline.pending", ticket=ticket, when=when, points=points)
    names = speaker.listed([speaker.rule(rule) for rule in rules])
    if not closes(rules):
        return speaker.say("headline.pending_triggers", ticket=ticket, when=when, points=points, rules=names)
    identity = speaker.identity(status.identity)
    return speaker.say(
        "headline.pending_closes", ticket=ticket, when=when, points=points, rules=names, identity=identity
    )


def _joined(sentences: Iterator[Text]) -> Text:
    """Sentences one after another, with a space where the language has one."""
    text = Text()
    for sentence in sentences:
        if text.plain and text.plain[-1].isascii():
            text.append(" ")
        text.append(sentence)
    return text
