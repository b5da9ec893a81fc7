"""Books that open and close in the second reader: at the start, at resets, and when a version comes into force."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from policyctl.instants import Zone
from policyctl.policy.form import Version
from tests.second_reader.admitting import since
from tests.second_reader.facts import (
    Book,
    Entry,
    Latch,
    LedgerTold,
    PastReset,
    entry_kinds,
    periods,
    unit_of,
)

if TYPE_CHECKING:
    from tests.second_reader.interpreter import Replay

ZERO = Fraction(0)
TICK = timedelta(microseconds=1)


def resets(one: Replay) -> list[str]:
    """The ledgers that are reset. All that blocks is read first, on one state."""
    due: list[str] = []
    told = one.ground.told
    if one.version is not None:
        for ledger, period in periods(one.version).items():
            every = unit_of(period)
            if every is None or one.zone.start_of(every, one.now) != one.now:
                continue
            blocked = period.unless is not None and one.ground.holds(
                one.version, one.kinds(), period.unless, one.seen(TICK)
            )
            if blocked:
                book, points = one.ground.running(ledger), sum((e.points for e in live(one, ledger)), ZERO)
                told.append(LedgerTold(one.now, ledger, "blocked", points, book.name if book else None))
            else:
                due.append(ledger)
            one.past.append(PastReset(one.now, ledger, one.version, not blocked))
    for ledger in due:
        end_all(one, ledger, "reset", None)
        open_book(one, ledger)
        one.ground.books[ledger][-1].reset = one.now
    one.year = one.zone.local(one.now).year
    return due


def live(one: Replay, ledger: str) -> list[Entry]:
    """The live entries of a ledger."""
    return [entry for entry in one.ground.entries if entry.ledger == ledger and entry.live]


def end_all(one: Replay, ledger: str, why: str, cause: str | None) -> None:
    """End all live entries of a ledger; that is told where there are any."""
    book, ending = one.ground.running(ledger), live(one, ledger)
    for entry in ending:
        entry.end(one.now, with_book=why == "reset")
    if ending and book is not None:
        points = sum((entry.points for entry in ending), ZERO)
        one.ground.told.append(LedgerTold(one.now, ledger, why, points, book.name, cause))


def open_book(one: Replay, ledger: str, by: Version | None = None) -> None:
    """Open a book of a ledger now, as a version has it; the one before is closed."""
    version = by or one.version
    assert version is not None
    every = unit_of(periods(version)[ledger]) if ledger in periods(version) else None
    start: datetime | None = None if every is None else one.zone.start_of(every, one.now)
    name = None if every is None or start is None else one.zone.name_of(every, start)
    books = one.ground.books.setdefault(ledger, [])
    if books:
        before = one.past_version or one.version
        books[-1].closed, books[-1].kind = one.now, one.kinds(before).get(ledger)
    books.append(Book(ledger, name, start))


def open_first_books(one: Replay, before: Version | None) -> None:
    """Books for the ledgers that the version before did not have."""
    old = entry_kinds(before) if before is not None else {}
    for ledger in entry_kinds(one.version) if one.version is not None else ():
        if ledger not in old:
            if before is not None and one.version is not None:
                end_all(one, ledger, "version", one.version.since)
            open_book(one, ledger)
    if one.version is None or before is not None:
        return
    for version in reversed(one.policy.versions[: one.policy.versions.index(one.version)]):
        for ledger in entry_kinds(version):
            if ledger not in one.ground.books:
                open_book(one, ledger, version)


def new_version(one: Replay) -> bool:
    """Whether a version came into force."""
    new = next((v for v in one.policy.versions if since(v) == one.now), None)
    if new is None:
        return False
    old, one.version = one.version, new
    one.past_version = old
    one.zone = one.ground.zone = zone_of(new)
    one.year = one.zone.local(one.now).year
    if new.transition is not None and old is not None:
        for moves in new.transition.ledgers:
            if moves.entries != "carry":
                end_all(one, moves.ledger, "version", new.since)
            if moves.entries == "drop":
                for entry in one.ground.entries:
                    entry.dropped = entry.dropped or entry.ledger == moves.ledger
                open_book(one, moves.ledger)
        if new.transition.fines == "drop":
            for fine in one.fines:
                if fine.open > 0:
                    fine.dropped, fine.ended_at = True, one.now
        if new.transition.sanctions == "drop":
            for sanction in one.sanctions:
                if not sanction.ended and (sanction.until is None or one.now < sanction.until):
                    sanction.dropped_at = one.now
                sanction.ended = True
    open_first_books(one, old)
    one.past_version = None
    if new.transition is not None:
        for rule in new.rules:
            counted = 0 if new.transition.reached == "rearm" else one.level(new, rule)
            key = one.latch_key(new, rule)
            if key not in one.latches or one.latches[key].counted != counted:
                one.latches[key] = Latch(counted, "true_from_start")
    return True


def zone_of(version: Version) -> Zone:
    """The calendar of a version."""
    return Zone(version.settings.timezone, version.settings.holidays, version.settings.workdays)
