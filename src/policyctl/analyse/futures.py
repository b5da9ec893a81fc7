"""A history told under one version, or under two side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from policyctl.explain.phrases import Language, Phrases
from policyctl.explain.terminal_layout import Page, wrap
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.history.events import Account
from policyctl.policy.form import Policy
from policyctl.timeline.effect import in_order_of_effect
from policyctl.timeline.page import PHRASES as TIMELINE
from policyctl.timeline.rows import DecisionRow, EventRow, Row, SanctionRow
from policyctl.timeline.words import sentence

PHRASES = Path(__file__).with_name("phrases")
"""The sentences of analyses."""

GAP = 3


class Future:
    """What becomes of an account under one version."""

    def __init__(self, policy: Policy, account: Account, at: datetime, lang: Language) -> None:
        self._timeline = in_order_of_effect(policy, account, at)
        self.speaker = Speaker(self._timeline.answer, Phrases(lang, TIMELINE))
        self.speaker.introduce = False

    def rows(self, events: bool) -> list[tuple[datetime, Text]]:
        """What happens (`events`), or what comes of it, each with its instant."""
        return [
            (row.at, self._said(row))
            for row in self._timeline.rows
            if row.at is not None and isinstance(row, EventRow) == events and not isinstance(row, SanctionRow)
        ]

    def _said(self, row: Row) -> Text:
        return sentence(self.speaker, row)

    def decided(self, at: datetime) -> list[Text]:
        """The decisions of an instant."""
        return [self._said(r) for r in self._timeline.rows if isinstance(r, DecisionRow) and r.at == at]


def told_alone(future: Future, page: Page) -> Iterator[Text]:
    """A history under one version."""
    events, effects = future.rows(True), future.rows(False)
    for at in sorted({at for at, _ in (*events, *effects)}):
        lines = [said for when, said in (*events, *effects) if when == at]
        yield from _dated(future, at, lines, page)


def _dated(future: Future, at: datetime, lines: Sequence[Text], page: Page) -> Iterator[Text]:
    when = Text().append(future.speaker.when(at))
    indent = when.cells + 2
    first = True
    for line in lines:
        for wrapped in wrap(line, page.width - indent):
            yield (Text().append(when).append("  ") if first else Text(" " * indent)).append(wrapped)
            first = False


def side_by_side(old: Future, new: Future, phrases: Phrases, page: Page) -> Iterator[Text]:
    """A history under two versions: what happens once, and what comes of it in two columns."""
    half = (page.width - GAP) // 2
    yield _columns(phrases.say("analysis.old").stylize("bold"), phrases.say("analysis.new").stylize("bold"), half)
    events = old.rows(True)
    ones, others = old.rows(False), new.rows(False)
    for at in sorted({at for at, _ in (*events, *ones, *others)}):
        happened = [said for when, said in events if when == at]
        yield from _dated(old, at, happened or [phrases.say("analysis.date").stylize("dim")], page)
        left, right = ([said for when, said in rows if when == at] for rows in (ones, others))
        nothing = [phrases.say("analysis.nothing").stylize("dim")] if left or right else []
        one = [line for said in left or nothing for line in _bullet(said, half)]
        other = [line for said in right or nothing for line in _bullet(said, half)]
        for number in range(max(len(one), len(other))):
            yield _columns(
                one[number] if number < len(one) else Text(), other[number] if number < len(other) else Text(), half
            )


def _bullet(said: Text, width: int) -> Iterator[Text]:
    for number, line in enumerate(wrap(said, width - 4)):
        yield Text("    " if number else "  · ").append(line)


def _columns(left: Text, right: Text, half: int) -> Text:
    room = max(0, half - left.cells) + GAP
    return Text().append(left).append(" " * room).append(right) if right.plain else left
