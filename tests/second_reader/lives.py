"""Entries that expire in the second reader: each when its own time is over, unless something spares it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from policyctl.history.events import Act
from policyctl.policy.form import Condition, Life, Version
from tests.second_reader.facts import Entry, LedgerTold, entry_kinds

if TYPE_CHECKING:
    from tests.second_reader.interpreter import Replay

TICK = timedelta(microseconds=1)


class Frost:
    """When a condition held in which time stands still: each moment at which it began to, or ceased."""

    def __init__(self, version: Version, condition: Condition) -> None:
        self.version, self.condition = version, condition
        self.turns: list[tuple[datetime, bool]] = []

    def look(self, one: Replay) -> None:
        """A moment."""
        holds = one.ground.holds(self.version, one.kinds(self.version), self.condition, one.seen())
        if not self.turns or self.turns[-1][1] != holds:
            self.turns.append((one.now, holds))

    def held(self, since: datetime, until: datetime) -> timedelta:
        """For how long it held between two instants."""
        total = timedelta(0)
        ends = [*(at for at, _ in self.turns[1:]), until]
        for (start, holds), end in zip(self.turns, ends, strict=True):
            if holds:
                total += max(timedelta(0), min(end, until) - max(start, since))
        return total

    @property
    def holds(self) -> bool:
        """Whether it held at the last moment."""
        return bool(self.turns) and self.turns[-1][1]


def life_of(version: Version, ledger: str, own: Life | None) -> Life | None:
    """How long an entry lives: as its posting says, else its ledger."""
    return own if own is not None else entry_kinds(version)[ledger].life


def frost(one: Replay, version: Version, condition: Condition) -> Frost:
    """The record of one condition in which time stands still."""
    return next(f for f in one.frosts if f.version is version and f.condition == condition)


def frosts(one: Replay) -> list[Frost]:
    """All conditions in which the time of an entry stands still."""
    found: list[Frost] = []
    for version in one.policy.versions:
        lives = [kind.life for kind in entry_kinds(version).values()]
        lives += [posting.life for kind in one.offences(version) for posting in kind.posts]
        for life in lives:
            if life is None or life.frozen is None:
                continue
            if all(f.version is not version or f.condition != life.frozen for f in found):
                found.append(Frost(version, life.frozen))
    return found


def over(one: Replay, entry: Entry) -> datetime | None:
    """When the time of an entry is over as things stand; None where it has none."""
    life, by = entry.life, entry.by
    if life is None or by is None:
        return None
    date = entry.dates[life.dated] if life.act is None else _acted(one, entry, life.act)
    if date is None:
        return None
    if life.length.act is not None:
        done = [act for act in _acts(one, life.length.act) if act.at > date]
        return one.now if len(done) >= life.length.count else None
    end = one.zone.after(date, life.length) + (TICK if life.far_edge else timedelta(0))
    if life.frozen is not None:
        end += frost(one, by, life.frozen).held(date, one.now)
    return end


def _acts(one: Replay, name: str) -> list[Act]:
    """The acts of a name so far, by any name that they have."""
    from tests.second_reader.scan import names_of

    return [act for act in one.acts if name in names_of(one.ground, act.name)]


def _acted(one: Replay, entry: Entry, name: str) -> datetime | None:
    """When the first such act after the posting of an entry was that names its ticket, or none."""
    posted = entry.dates["effective"]
    found = (act.at for act in _acts(one, name) if act.at > posted and act.ticket in (None, entry.ticket.id))
    return next(found, None)


def spared(one: Replay, entry: Entry) -> bool:
    """Whether the time of an entry stands still, or something keeps it."""
    life, by = entry.life, entry.by
    assert life is not None and by is not None
    asked = [condition for condition in (life.frozen, life.unless) if condition is not None]
    return any(one.ground.holds(by, one.kinds(by), condition, one.seen()) for condition in asked)


def expire(one: Replay) -> None:
    """All whose time is over, and that nothing spares, end; all is read on one state."""
    ending = []
    for entry in one.ground.entries:
        end = over(one, entry) if entry.live else None
        if end is not None and end <= one.now and not spared(one, entry):
            ending.append((end, entry))
    first_over = [entry for _, entry in sorted(ending, key=lambda found: (found[0], found[1].ticket.id))]
    for entry in first_over:
        entry.end(one.now - TICK)
        entry.expired = True
    for ledger in sorted({entry.ledger for entry in first_over}):
        own = [entry for entry in first_over if entry.ledger == ledger]
        points = sum((entry.points for entry in own), Fraction(0))
        told = LedgerTold(one.now, ledger, "expired", points, own[0].book.name, own[0].ticket.id)
        one.ground.told.append(told)


def ends(one: Replay) -> Iterator[datetime]:
    """The instants at which entries expire as things stand."""
    for entry in one.ground.entries:
        life, by = entry.life, entry.by
        if not entry.live or life is None or by is None:
            continue
        if life.frozen is None or not frost(one, by, life.frozen).holds:
            end = over(one, entry)
            if end is not None:
                yield end


def lapses(one: Replay) -> list[tuple[str, datetime, Fraction]]:
    """For each ledger the next instant at which live entries of its running book expire, and their points."""
    found = []
    for ledger in sorted(one.ground.books):
        own = [
            (end, entry.points)
            for entry in one.ground.entries
            if entry.ledger == ledger and entry.live and (end := over(one, entry)) is not None
            if not spared(one, entry)
        ]
        if own:
            first = min(end for end, _ in own)
            found.append((ledger, first, sum((points for end, points in own if end == first), Fraction(0))))
    return found
