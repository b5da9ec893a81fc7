"""A timeline for the terminal: a line for each row, with its date, what it says, and the balances that it moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from policyctl.explain.phrases import Language, Phrases
from policyctl.explain.terminal import NARROWEST, WIDEST, title
from policyctl.explain.terminal_layout import HOLD, Column, Glyphs, Page, heading, printed, table
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.timeline.rows import (
    DecisionRow,
    EventRow,
    RescindedRow,
    ReviewRow,
    Row,
    StandingRow,
    Timeline,
    VersionRow,
)
from policyctl.timeline.words import balances, sentence

PHRASES = Path(__file__).with_name("phrases")
"""The sentences of a timeline."""

COLUMNS = (Column(), Column(), Column(gives=True, least=24), Column(gives=True, least=12))


def lines(
    timeline: Timeline, *, lang: Language, width: int, identity: str | None = None, ascii_only: bool = False
) -> list[Text]:
    """The timeline in a language, for a page of `width` cells, line by line; `plain` of a line is its text. `identity`
    tells of that one alone, and of what concerns nobody that can be told."""
    page = Page(min(max(width, NARROWEST), WIDEST), Glyphs.ascii() if ascii_only else Glyphs.unicode())
    speaker = Speaker(timeline.answer, Phrases(lang, PHRASES))
    order = speaker.say(f"timeline.{timeline.order}", when=speaker.when(timeline.answer.at))
    shown = [*title(speaker, page), *page.paragraph(order.stylize("dim"))]
    if timeline.grouped:
        shown += page.paragraph(speaker.say("timeline.grouped", timeline.grouped, count=str(timeline.grouped)))
    rows = timeline.of(identity)
    if identity is None and all(isinstance(row, VersionRow) for row in rows):
        shown += [Text(), *page.paragraph(speaker.say("timeline.nothing"))]
    for whose in _identities(timeline):
        own = [row for row in rows if row.identity == whose]
        if any(not isinstance(row, VersionRow) for row in own) or (own and identity is not None):
            with speaker.by_name_alone():
                name = speaker.say("timeline.whole_account") if whose is None else speaker.identity(whose)
            shown += [Text(), heading(name.plain, page.glyphs, page.width), Text()]
            shown += _table(speaker, page, timeline, own)
    return printed(shown)


def _identities(timeline: Timeline) -> list[str | None]:
    """Those of the policy, then others that events name, at last what concerns nobody that can be told."""
    known: list[str | None] = [status.identity for status in timeline.answer.status]
    others = {row.identity for row in timeline.rows} - set(known) - {None}
    return [*known, *sorted(others, key=str), None]


def _table(speaker: Speaker, page: Page, timeline: Timeline, rows: Sequence[Row]) -> list[Text]:
    arrow = "->" if page.glyphs.decision == Glyphs.ascii().decision else "→"
    cells: list[list[Text]] = []
    before = None
    for row in _not_told_twice(rows):
        instant = row.at if timeline.order == "effect" else row.recorded
        when = speaker.say("timeline.no_date") if instant is None else speaker.when(instant)
        same = instant is not None and instant == before and not isinstance(row, EventRow)
        before = instant
        date = Text() if same else Text().append(when).append(HOLD)
        said = sentence(speaker, row, timeline.order == "recorded")
        cells.append([date, _mark(page, row), said, Text(HOLD).append(balances(speaker, row, arrow))])
    return table(cells, COLUMNS, page.width, gap=1)


def _not_told_twice(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows without those that say where somebody stands as other rows of the same instant have said already: that
    balances moved so. What else changed then, the decisions beside it tell."""
    told: set[object] = set()
    since = None
    for row in rows:
        if row.recorded != since:
            told, since = set(), row.recorded
        if isinstance(row, EventRow):
            told |= {(one.ledger, one.before, one.after) for one in (*row.posted, *row.moved) if not one.late}
            told |= {(one.decision, one.part) for one in row.filled}
        if not isinstance(row, StandingRow):
            yield row
            continue
        fines = tuple(
            fine for fine in row.fines if fine.went or any((fine.decision, part) not in told for part in fine.came)
        )
        if fines or any((one.ledger, one.before, one.after) not in told for one in row.moved):
            yield replace(row, fines=fines)


def _mark(page: Page, row: Row) -> Text:
    """What kind of row it is, at a glance; the words say it too."""
    ascii_only = page.glyphs.decision == Glyphs.ascii().decision
    match row:
        case DecisionRow():
            return Text(page.glyphs.decision, "cyan")
        case ReviewRow():
            return Text("?" if ascii_only else "◇", "yellow")
        case RescindedRow():
            return Text("x" if ascii_only else "×", "green")
        case EventRow(state="left_out"):
            return Text(page.glyphs.warning, "red")
        case EventRow(problems=problems) if any(one.code != "decided-not-compared" for one in problems):
            return Text(page.glyphs.warning, "magenta")
        case EventRow():
            return Text()
    return Text(page.glyphs.item, "dim")
