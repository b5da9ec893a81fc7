"""What happened to periods after they were over, and what a version to come brings, for the terminal."""

from __future__ import annotations

from policyctl.explain.terminal_layout import Page
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.replay.answer import Answer, LedgerEvent, Status

MOST_LATE = 8
"""Late postings that are listed; of more only the number is told."""

_UNDONE, _MADE = "reset_undone", "reset_made"


def late(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    """Tickets that took effect in the running periods and count in earlier ones."""
    lines = []
    for one in status.late[-MOST_LATE:]:
        said = speaker.say(
            "late.posting",
            one.points,
            ticket=Text(one.ticket),
            when=speaker.when(one.at),
            points=speaker.points_of([(one.ledger, one.points)]),
            period=one.period or "",
        )
        lines += page.paragraph(said)
    more = len(status.late) - MOST_LATE
    return lines + (page.paragraph(speaker.say("late.posting_more", count=str(more))) if more > 0 else [])


def decided_again(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    """Past resets that were undone or made after all."""
    together: dict[tuple[object, str, str | None], list[LedgerEvent]] = {}
    for event in speaker.answer.ledger_events:
        if event.identity == status.identity and event.kind in (_UNDONE, _MADE):
            together.setdefault((event.at, event.kind, event.period), []).append(event)
    lines = []
    for events in together.values():
        first, moved = events[0], [event for event in events if event.points]
        key = "reset.undone" if first.kind == _UNDONE else "reset.made"
        said = speaker.say(
            key if moved else f"{key}_nothing",
            when=speaker.when(first.at),
            period=first.period or "",
            points=speaker.points_of((event.ledger, event.points) for event in moved),
            ledgers=speaker.ledgers(event.ledger for event in events),
        )
        lines += page.paragraph(said)
    return lines


def undone_later(answer: Answer, reset: LedgerEvent) -> bool:
    """Whether a reset was undone by what came on record later."""
    return any(
        event.kind == _UNDONE
        and (event.identity, event.ledger) == (reset.identity, reset.ledger)
        and event.period == reset.period
        and event.at >= reset.at
        for event in answer.ledger_events
    )


def to_come(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    """The version that comes next, and what becomes of what an identity has."""
    coming = speaker.answer.next_version
    if coming is None:
        return []
    version = coming.version.since or ""
    lines = page.paragraph(speaker.say("version.comes", when=speaker.when(coming.at, "bold"), version=version))
    transition = coming.version.transition
    if transition is None or speaker.answer.version is None:
        return lines
    for becomes in ("drop", "drop_still_counted", "carry", "carry_as_here"):
        names = [moves.ledger for moves in transition.ledgers if moves.entries == becomes]
        if names:
            lines += page.paragraph(speaker.say(f"version.{becomes}", ledgers=speaker.ledgers(names)))
    if transition.fines == "drop" and any(fine.open for fine in status.fines):
        lines += page.paragraph(speaker.say("version.fines_drop"))
    if transition.sanctions == "drop" and (status.sanctions or status.waiting):
        lines += page.paragraph(speaker.say("version.sanctions_drop"))
    return lines
