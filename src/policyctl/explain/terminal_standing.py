"""Where an identity stands, for the terminal: its numbers, and everything that runs, is open or is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from policyctl.explain.headline import by_ticket, to_serve
from policyctl.explain.headline_corrections import closed_by, closed_since
from policyctl.explain.terminal_because import clause_text
from policyctl.explain.terminal_corrections import owed, reviews_of, taken_from
from policyctl.explain.terminal_decision import ends_differ, part_ends
from policyctl.explain.terminal_did import by_when, required
from policyctl.explain.terminal_fields import field, inner
from policyctl.explain.terminal_layout import Page, hold, indent
from policyctl.explain.terminal_nodes import closes, holds_now, triggered
from policyctl.explain.terminal_numbers import numbers
from policyctl.explain.terminal_occasions import condition_said
from policyctl.explain.terminal_pay import open_fines
from policyctl.explain.terminal_people import answered
from policyctl.explain.terminal_periods import decided_again, late, to_come, undone_later
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.policy.form import Period
from policyctl.replay.answer import PeriodNow, Running, Status


def standing(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    """All about one identity."""
    body, title = page.narrower(2), speaker.identity(status.identity, "bold")
    lines = numbers(speaker, body, status)
    lines += [Text()] if lines else []
    room = inner(speaker, body)
    fields = _closed(speaker, room, status)
    lines += field(speaker, "closed", fields)
    lines += field(speaker, "running", [line for s in status.sanctions for line in _sanction(speaker, room, s, status)])
    lines += field(speaker, "waiting", _waiting(speaker, room, status))
    lines += field(speaker, "fines", _fines(speaker, room, status))
    lines += field(speaker, "flags", _flags(speaker, room, status))
    lines += field(speaker, "pending", _pending(speaker, room, status))
    lines += field(speaker, "to_do", _to_do(speaker, room, status))
    if not (
        status.to_do or status.closed or status.sanctions or status.waiting or open_fines(status) or status.pending
    ):
        lines += body.paragraph(speaker.say("standing.nothing"))
    lines += field(speaker, "owed", _owed(speaker, room, status))
    lines += field(speaker, "review", _review(speaker, room, status))
    lines += field(speaker, "appeal", _appeals(speaker, room, status))
    lines += field(speaker, "late", late(speaker, room, status))
    lines += field(speaker, "spared", _spared(speaker, room, status))
    lines += field(speaker, "lapse", _lapses(speaker, room, status))
    lines += field(speaker, "reset", _resets(speaker, room, status))
    lines += field(speaker, "version", to_come(speaker, room, status))
    return [title, *indent(lines, 2)]


MOST_LISTED = 8
"""Decisions or fines that one line of status names; of more only the number is told."""


# --- what runs, is open, is up, is on its way ------------------------------------------------------------------------


def _closed(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    if not status.closed:
        return []
    decision = closed_by(speaker.answer, status.identity)
    if decision is None:
        return page.paragraph(speaker.say("standing.closed"))
    when = speaker.when(closed_since(decision) or decision.at, "bold red")
    return page.paragraph(
        speaker.say("standing.closed_since", when=when, decision=Text(hold(decision.id), style="dim"))
    )


def _sanction(speaker: Speaker, page: Page, sanction: Running, status: Status) -> list[Text]:
    waiting = {(one.name, one.decision) for one in status.waiting}
    also = [decision for decision in sanction.also if (sanction.name, decision) not in waiting]
    name = speaker.name("sanction", sanction.name, style="bold")
    if ends_differ(sanction.parts):
        said = speaker.say("sanction.parts_differ", sanction=name)
    elif sanction.permanent:
        said = speaker.say("standing.sanction_good", sanction=name)
    elif sanction.until is None and (waits := to_serve(speaker, sanction)):
        said = speaker.say("standing.sanction_until", sanction=name, conditions=speaker.listed(waits))
    elif sanction.expected is not None:
        until = speaker.when(sanction.expected, "bold red")
        said = speaker.say("standing.sanction_expected", sanction=name, until=until)
    elif sanction.until is None:
        said = speaker.say("standing.sanction_open", sanction=name)
    else:
        until, left = speaker.when(sanction.until, "bold red"), speaker.left(sanction.until)
        said = speaker.say("standing.sanction", sanction=name, until=until, left=left)
    lines = page.paragraph(said)
    if ends_differ(sanction.parts):
        lines += indent(part_ends(speaker, page.narrower(2), sanction.name, sanction.parts, speaker.version), 2)
    return lines + _of(page, sanction.decision) + _also(speaker, page, also)


def _waiting(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    """What begins when the running sanction of its kind has ended."""
    lines = []
    for waiting in status.waiting[:MOST_LISTED]:
        name = speaker.name("sanction", waiting.name, style="bold")
        start = Text() if waiting.awaits_start else speaker.when(waiting.start, "bold red")
        if waiting.awaits_start:
            said = speaker.say("sanction.behind" if waiting.behind else "sanction.next_open", sanction=name)
        elif waiting.until is None:
            key = "sanction.later_good" if waiting.permanent else "sanction.later_open"
            said = speaker.say(key, sanction=name, start=start)
        else:
            until = speaker.when(waiting.until, "bold red")
            said = speaker.say("sanction.later", sanction=name, start=start, until=until)
        lines += page.paragraph(said) + _of(page, waiting.decision)
    more = len(status.waiting) - MOST_LISTED
    if more > 0:
        lines += page.paragraph(speaker.say("standing.waiting_more", count=str(more)))
    return lines


def _of(page: Page, decision: str) -> list[Text]:
    return indent(page.narrower(2).paragraph(Text(decision, style="dim")), 2)


def _also(speaker: Speaker, page: Page, also: Sequence[str]) -> list[Text]:
    if not also:
        return []
    decisions = speaker.listed([Text(hold(decision)) for decision in also[:MOST_LISTED]])
    more = len(also) - MOST_LISTED
    said = speaker.say("sanction.also", decisions=decisions)
    if more > 0:
        said = speaker.say("sanction.also_more", decisions=decisions, count=str(more))
    said.stylize("dim")
    return indent(page.narrower(2).paragraph(said), 2)


def _fines(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    lines = []
    due = open_fines(status)
    for fine in due[:MOST_LISTED]:
        opened = speaker.money(fine.open, "bold red")
        key = "standing.fine" if fine.paid else "standing.fine_whole"
        lines += page.paragraph(speaker.say(key, open=opened, amount=speaker.money(fine.amount, "")))
        lines += _of(page, fine.decision)
    if len(due) > MOST_LISTED:
        rest = sum((fine.open for fine in due[MOST_LISTED:]), Fraction(0))
        said = speaker.say("standing.fines_more", count=str(len(due) - MOST_LISTED), open=speaker.money(rest, ""))
        lines += page.paragraph(said)
    if len(due) > 1:
        lines += page.paragraph(speaker.say("standing.fines_order"))
    return lines


def _owed(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    """The money owed back for decisions that were taken back."""
    money = owed(taken_from(speaker.answer, status.identity))
    return page.paragraph(speaker.say("standing.owed", amount=speaker.money(money, "bold red"))) if money else []


def _review(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    """What waits for a person, and has no effect till then."""
    decisions = [one.decision for one in reviews_of(speaker.answer, status.identity)]
    if not decisions:
        return []
    names = speaker.listed([Text(hold(decision.id)) for decision in decisions[:MOST_LISTED]])
    more = len(decisions) - MOST_LISTED
    lines = page.paragraph(speaker.say("standing.review", decisions=names))
    return lines + (page.paragraph(speaker.say("standing.waiting_more", count=str(more))) if more > 0 else [])


def _appeals(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    """The appeals that are not decided."""
    lines = []
    for one in status.appeals:
        if not answered(status, one.ticket, one.at):
            values = {"appeal": hold(one.appeal), "ticket": hold(one.ticket)}
            lines += page.paragraph(speaker.say("standing.appeal", when=speaker.when(one.at), **values))
    return lines


def _flags(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    if not status.flags:
        return []
    return page.paragraph(speaker.listed([speaker.name("flag", flag, style="bold") for flag in status.flags]))


def _pending(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    lines = []
    for pending in by_ticket(status):
        first, rules = pending[0], triggered(speaker.answer, pending[0])
        values = {
            "ticket": Text(first.ticket),
            "points": speaker.points_of([(post.ledger, post.points) for post in pending]),
        }
        if first.effective is not None:
            values["when"] = speaker.when(first.effective)
        if rules:
            values["rules"] = speaker.listed([speaker.rule(rule, style="bold") for rule in rules])
        waits = [condition_said(speaker, one) for one in first.waits]
        if waits and first.effective is None:
            said = speaker.say("standing.pending_waits", conditions=speaker.listed(waits), **values)
        elif first.effective is None:
            key = "standing.pending_final_triggers" if rules else "standing.pending_final"
            key = "standing.pending_final_closes" if closes(rules) else key
            said = speaker.say(key, identity=speaker.identity(status.identity), **values)
        elif not rules:
            said = speaker.say("standing.pending", **values)
        elif closes(rules):
            identity = speaker.identity(status.identity)
            said = speaker.say("standing.pending_closes", identity=identity, **values)
        else:
            said = speaker.say("standing.pending_triggers", **values)
        lines += page.paragraph(said)
        if waits and first.effective is not None:
            until = speaker.say("standing.pending_until", conditions=speaker.listed(waits))
            lines += indent(page.narrower(2).paragraph(until), 2)
        for rule in rules:
            lines += indent(clause_text(page.narrower(2), speaker.answer, rule, speaker.version), 2)
    settings = None if speaker.version is None else speaker.version.settings
    if lines and settings is not None and settings.wait_for_final is True:
        lines += page.paragraph(speaker.say("standing.waits_final"))
    return lines


def _lapses(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    """When points expire next, ledger by ledger."""
    lines = []
    for one in status.lapses:
        points = speaker.points_of([(one.ledger, one.points)])
        lines += page.paragraph(speaker.say("standing.lapse", one.points, when=speaker.when(one.at), points=points))
    return lines


def _spared(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    """Tickets that cost nothing, the last ones, each with the exceptions of its offence."""
    lines = []
    for one in status.spared[-MOST_LISTED:]:
        found = speaker.answer.policy.exceptions_of(one.version, one.kind)
        cites = "; ".join(words.cite for words in found if words.cite)
        said = condition_said(speaker, one.unless, one.version)
        key = "standing.spared_cited" if cites else "standing.spared"
        kind, when = speaker.offence(one.kind, one.version), speaker.when(one.at)
        lines += page.paragraph(speaker.say(key, ticket=one.ticket, kind=kind, when=when, condition=said, cite=cites))
    more = len(status.spared) - MOST_LISTED
    return lines + (page.paragraph(speaker.say("standing.waiting_more", count=str(more))) if more > 0 else [])


def _to_do(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    """What is to be done within a time that runs."""
    lines = []
    for one in status.to_do[:MOST_LISTED]:
        said = speaker.say("standing.to_do", what=required(speaker, one), when=by_when(speaker, one))
        lines += page.paragraph(said) + _of(page, one.decision)
    more = len(status.to_do) - MOST_LISTED
    return lines + (page.paragraph(speaker.say("standing.waiting_more", count=str(more))) if more > 0 else [])


# --- resets ----------------------------------------------------------------------------------------------------------


def _resets(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    """The next resets, by date, those that will not happen as things stand, and the last one that did not."""
    version = speaker.answer.version
    if version is None:
        return []
    periods = {period.ledger: period for period in version.periods}
    lines = []
    for blocked in (False, True):
        by_date: dict[object, list[PeriodNow]] = {}
        for now in status.periods:
            if now.next_reset is not None and _is_blocked(periods.get(now.ledger), status) is blocked:
                by_date.setdefault(now.next_reset, []).append(now)
        for together in by_date.values():
            assert together[0].next_reset is not None
            when = speaker.when(together[0].next_reset)
            ledgers = speaker.ledgers(now.ledger for now in together)
            key = "standing.reset_blocked" if blocked else "standing.reset"
            lines += page.paragraph(speaker.say(key, when=when, ledgers=ledgers))
    lines += _last_reset(speaker, page, status) + _was_blocked(speaker, page, status)
    return lines + decided_again(speaker, page, status)


def _is_blocked(period: Period | None, status: Status) -> bool:
    return period is not None and period.unless is not None and holds_now(period.unless, status) is True


def _last_reset(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    """The reset that last ended points of a ledger that is still there, and which. Others may have come since that had
    nothing to end: then a running period began later."""
    begun = {now.ledger: now.start for now in status.periods}
    resets = [
        e
        for e in speaker.answer.ledger_events
        if e.identity == status.identity and e.kind == "reset" and e.points and e.ledger in begun
    ]
    resets = [e for e in resets if not undone_later(speaker.answer, e)]
    if not resets:
        return []
    newest = max(event.at for event in resets)
    ended = [event for event in resets if event.at == newest]
    since = any(start is not None and start > newest for start in (begun[event.ledger] for event in ended))
    points = speaker.points_of((event.ledger, event.points) for event in ended)
    kept = [
        (event.ledger, event.points)
        for event in speaker.answer.ledger_events
        if (event.identity, event.kind, event.at) == (status.identity, "carried", newest) and event.points
    ]
    key = "standing.last_reset_with_points" if since else "standing.last_reset"
    said = speaker.say(key, when=speaker.when(newest), points=points)
    return page.paragraph(speaker.say("standing.moved_on", said=said, kept=speaker.points_of(kept)) if kept else said)


def _was_blocked(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    """The last date at which a ledger of the running periods was not reset."""
    last: dict[str, tuple[str, object]] = {}
    for event in speaker.answer.ledger_events:
        if event.identity == status.identity:
            last[event.ledger] = (event.kind, event.at)
    blocked = [e for e in speaker.answer.ledger_events if e.identity == status.identity and e.kind == "blocked"]
    current = [e for e in blocked if last[e.ledger] == ("blocked", e.at)]
    if not current:
        return []
    newest = max(e.at for e in current)
    ledgers = speaker.ledgers(sorted({e.ledger for e in current if e.at == newest}))
    return page.paragraph(speaker.say("standing.was_blocked", when=speaker.when(newest), ledgers=ledgers))
