"""Where an identity stands, for the terminal: its numbers, each with a bar towards what it leads to next."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from policyctl.explain.compared import Side, side_of
from policyctl.explain.terminal_foreign import foreign, is_foreign
from policyctl.explain.terminal_layout import Column, Page, bar, table
from policyctl.explain.terminal_nodes import Node, beginning, last_node, next_node, share, words_of
from policyctl.explain.terminal_words import Speaker, asks_whether
from policyctl.explain.text import Text
from policyctl.policy.form import Version
from policyctl.replay.answer import Status

_NARROW, _WIDE = 10, 24
"""Cells of a bar at 80 columns or less, and on a wide page."""

_CLOSE = Fraction(1, 2)


def numbers(speaker: Speaker, page: Page, status: Status) -> list[Text]:
    version = speaker.answer.version
    rows = []
    names = {name for name, _ in status.ledgers}
    found = status.ledgers + tuple(m for m in status.measures + status.unnamed if m[0] not in names)
    others = foreign(version, status.identity)
    found = tuple(one for one in found if not is_foreign(version, one[0], one[1], others))
    for number, members in _rows(speaker, found).items():
        name, value = members[0]
        side = side_of(speaker, name, version, speaker.answer.at)
        if side is not None:
            cell = side.name
        else:
            cell = speaker.name("ledger", name) if name in names else speaker.measure(number)
        cells = [cell, Text(speaker.number(value if side is None or value is None else value - side.shift), "bold")]
        if version is None:
            rows.append([*cells, Text(), Text()])
            continue
        with speaker.by_name_alone():
            ways = [_towards(speaker, page, version, status, member) for member, _ in members]
        way = min(ways, key=lambda way: way[0])[1]
        seen = speaker.seen_from(status.identity, name)
        if seen is not None and way[1].plain:
            way = [way[0], speaker.say("standing.as_seen", said=way[1], when=seen)]
        rows.append(cells + way)
    columns = [Column(gives=True), Column("right"), Column(), Column(gives=True, least=20)]
    return table(rows, columns, page.width)


def _rows(
    speaker: Speaker, numbers: Sequence[tuple[str, Fraction | None]]
) -> dict[str, list[tuple[str, Fraction | None]]]:
    """The numbers of an identity: under each the measures that are its difference to another one, as far as known."""
    version, at = speaker.answer.version, speaker.answer.at
    rows: dict[str, list[tuple[str, Fraction | None]]] = {}
    for name, value in numbers:
        if asks_whether(version, name) is not None:
            continue  # no number of the account; the sanctions that run are told below
        side = None if value is None else side_of(speaker, name, version, at)
        rows.setdefault(name if side is None else side.of, []).append((name, value))
    return rows


Way = tuple[tuple[int, Fraction], list[Text]]
"""A bar and what it leads to, behind how it stands beside others of the same number: the first of all is told."""

_ARMED, _AHEAD, _REACHED, _NOWHERE = range(4)
_NONE: Way = (_NOWHERE, Fraction(0)), [Text(), Text()]


def _towards(speaker: Speaker, page: Page, version: Version, status: Status, name: str) -> Way:
    """The bar towards the next threshold, and which it is."""
    value = dict(status.unnamed + status.measures + status.ledgers)[name]
    cells = _NARROW if page.width < 90 else _WIDE
    if value is None:
        return _NONE
    side = side_of(speaker, name, version, speaker.answer.at)
    shift = Fraction(0) if side is None else side.shift
    words = words_of(speaker.answer, status.identity)
    armed = _armed(speaker, page, version, status, name, shift)
    if armed:
        return (_ARMED, Fraction(0)), armed
    ahead = None if status.closed else next_node(version, name, value, words)
    if ahead is not None:
        behind = _share(version, name, value, ahead, side)
        itself = "standing.next_condition" if speaker.says_itself(ahead.rule) else "standing.next"
        key, compare = itself if ahead.whole else "standing.next_part", ahead.comparison.compare
        gap = abs(ahead.threshold - value)
        said = speaker.say(
            key if gap else f"{key}_strict",
            gap=speaker.gap(name, compare, gap),
            rule=speaker.rule(ahead.rule),
            threshold=speaker.number(ahead.threshold - shift),
        )
        return (_AHEAD, gap), [bar(behind, cells, _colour(behind >= _CLOSE), page.glyphs), said]
    reached = last_node(version, name, value, words)
    # A number that helps to ask for another one says nothing by itself.
    quiet = {one.rule.name for one in speaker.answer.silent if one.identity == status.identity}
    told = reached is not None and (reached.whole or name in dict(status.ledgers) or reached.rule.name not in quiet)
    if reached is not None and told and value != beginning(version, name):
        said = speaker.say(
            "standing.reached_condition" if speaker.says_itself(reached.rule) else "standing.reached",
            threshold=speaker.number(reached.threshold - shift),
            rule=speaker.rule(reached.rule),
        )
        bars = bar(_share(version, name, value, reached, side), cells, "red", page.glyphs)
        return (_REACHED, Fraction(0)), [bars, said]
    return _NONE


def _share(version: Version, name: str, value: Fraction, node: Node, side: Side | None) -> Fraction:
    """How much of the way lies behind. What is told by its number begins where that does."""
    if side is None or side.written is None:
        return share(version, name, value, node)
    start, goal = beginning(version, side.of), node.threshold - side.shift
    return Fraction(1) if goal == start else (value - side.shift - start) / (goal - start)


def _armed(speaker: Speaker, page: Page, version: Version, status: Status, name: str, shift: Fraction) -> list[Text]:
    """A threshold that is reached, and whose rule waits for no more than a ticket."""
    value = dict(status.unnamed + status.measures + status.ledgers)[name]
    reached = None if value is None or status.closed else last_node(version, name, value)
    silent = (one for one in speaker.answer.silent if one.identity == status.identity)
    if reached is None or not any(one.rule == reached.rule and one.reason == "awaits_ticket" for one in silent):
        return []
    rule, threshold = speaker.rule(reached.rule), speaker.number(reached.threshold - shift)
    cells = _NARROW if page.width < 90 else _WIDE
    return [bar(Fraction(1), cells, "red", page.glyphs), speaker.say("standing.armed", rule=rule, threshold=threshold)]


def _colour(close: bool) -> str:
    return "magenta" if close else "green"
