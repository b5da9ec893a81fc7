"""Points that came back by a correction: money had cleared them, and is owed back or pays something else now.

Assumes that all corrections are taken, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from policyctl.replay.answer import CameBack
from policyctl.replay.books import JUST_AFTER, Entry
from policyctl.replay.fines import FineRecord
from policyctl.replay.memory import key_of
from policyctl.replay.state import State
from policyctl.replay.taken import Taken
from policyctl.replay.units import number


def came_back(taken: Sequence[Taken], state: State) -> Iterator[CameBack]:
    """The points that had been cleared before the instant of a correction and now are not, or only later; each told
    with the first such correction. Money moves only where a fine is gone or smaller, so other corrections are not
    asked."""
    now: dict[tuple[str, str], Entry] = {}
    told: set[tuple[str, str]] = set()
    cleared = {(key_of(fine.decision), fine.cleared_at, fine.cleared) for fine in state.fines}
    for one in {one.corrected: one for one in sorted(taken, key=lambda one: -one.corrected)}.values():
        then = one.before.state
        fines = {
            (instant, book): fine
            for fine in then.fines
            if fine.cleared_at is not None
            and fine.cleared_at < one.at
            and (key_of(fine.decision), fine.cleared_at, fine.cleared) not in cleared
            # Where it waited for a sanction, they ended just before the instant.
            for instant in (fine.cleared_at, fine.cleared_at - JUST_AFTER)
            for book in fine.books.values()
        }
        now = now or ({_which(entry): entry for entry in state.entries if not entry.carried} if fines else {})
        instants = {instant for instant, _ in fines}
        points: dict[tuple[str, str], tuple[FineRecord, Fraction]] = {}
        for before in then.entries if fines else ():
            ended = then.ended.get(before.number)
            if ended is None or ended not in instants:
                continue
            fine, entry = fines.get((ended, before.book)), now.get(_which(before))
            if fine is None or entry is None or _which(entry) in told or entry.ticket.id in state.repealed:
                continue
            ended_now = state.ended.get(entry.number)
            if ended_now is None or ended_now > ended:
                told.add(_which(entry))
                so_far = points.get((fine.decision.id, entry.ledger), (fine, Fraction(0)))[1]
                points[fine.decision.id, entry.ledger] = fine, so_far + number(entry.points)
        for (decision, ledger), (fine, sum_) in sorted(points.items(), key=lambda item: item[0]):
            assert fine.cleared_at is not None
            yield CameBack(one.appeal, ledger, sum_, fine.payments[-1].payment, fine.cleared_at, decision)


def _which(entry: Entry) -> tuple[str, str]:
    return entry.ticket.id, entry.ledger
