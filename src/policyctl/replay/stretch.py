"""A stretch of a replay: what the state must be like for it to go just so, and what it changes.

A replay of a corrected record goes over the same days again, and most of them go as they went before. So a stretch that
was gone through is noted: all that its course depended on, and all that it changed. Where a state is as it was then in
all that it depended on, the changes are made at once; that is the same as going through it.

Only what happens every day is noted: tickets, payments that name no decision, what they clear, entries that leave a
window. Late tickets are noted, too, with the closed periods that they belong to, unless one of these brings a decision,
or a past reset comes out otherwise or asks for a number. What is rarer is gone through each time (`usual` says what
that is, and `State.unusual`).

Numbers need not be the same where all that is asked of them is on which side of a threshold they lie: they may differ
by as much as leaves every comparison as it was in the whole stretch. Where a decision fired (its reasons say the
numbers) or entries were cleared, they must be the same, and so must the entries that make them up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from policyctl.replay.agenda import Coming, Due, Phase
from policyctl.replay.answer import Decision
from policyctl.replay.applying import name
from policyctl.replay.books import Book, Scope, Tally
from policyctl.replay.depends import Around, Held, Number, Range, Reasons, Sides, View, held_of, same_entry
from policyctl.replay.fines import FineRecord
from policyctl.replay.listener import Listener
from policyctl.replay.memory import Memory, Review, key_of
from policyctl.replay.records import Leaving, SanctionOver
from policyctl.replay.state import State
from policyctl.replay.taken import no_heavier
from policyctl.replay.units import Units

GROWS = ("entries", "decisions", "reviews", "left_over", "ledger_events", "judgements")
"""Lists of a state to which a stretch adds. (`postings` are for who goes through everything, and are left out.)"""

CHANGES = ("latches", "last_reason", "last_end", "listed", "lister")
"""What a state holds by name, of which a stretch changes or adds some."""

Place = tuple[str, int]
"""A fine by its order: among those `paid` or those whose waiting came to an end (`come`), or the `new` ones."""


class TallyChange(Struct, frozen=True):
    """How a tally changed: by how much and how many, scope by scope, and the numbers of the entries that came to count
    and ceased to, where entries can cease to."""

    sums: dict[Scope, tuple[Units, int]]
    came: set[int]
    left: set[int]

    @staticmethod
    def of(before: Tally, after: Tally) -> TallyChange:
        """What changed from one to the other."""
        sums = {
            scope: (total - before.totals.get(scope, 0), after.sizes[scope] - before.sizes.get(scope, 0))
            for scope, total in after.totals.items()
            if total != before.totals.get(scope) or after.sizes[scope] != before.sizes.get(scope)
        }
        return TallyChange(sums, after.inside - before.inside, before.inside - after.inside)

    def take_over(self, tally: Tally) -> None:
        """The same change, once more."""
        for scope, (total, size) in self.sums.items():
            tally.totals[scope] = tally.totals.get(scope, 0) + total
            tally.sizes[scope] = tally.sizes.get(scope, 0) + size
        tally.inside |= self.came
        tally.inside -= self.left


class Stretch(Struct, frozen=True):
    """A stretch that was gone through, up to and including the instant `until`. Everything up to `inside` is what it
    depended on; the rest is what it changed."""

    until: datetime
    ahead: list[Due]
    around: Around
    come: list[Coming]
    come_fines: list[FineRecord]
    paid: list[FineRecord]
    """The open fines that payments reached, and those opened at the same instant."""
    paid_all: bool
    """Whether these were all that were open."""
    pays: bool
    ranges: list[Range]
    held: list[tuple[View, int, Held]]
    """What made up the numbers that must be made up in the same way; of a tally from an entry on."""
    fired: list[Decision]
    for_review: list[Review]
    reasons: Reasons
    inside: list[tuple[int, set[int], set[int]]]
    """Of each tally the entries of before that it ceased to count, or would have, and those of them that it counted."""

    posted: int
    grown: list[tuple[str, list[Any]]]
    changed: list[tuple[str, dict[Any, Any]]]
    ended: dict[int, datetime]
    books: list[tuple[Book, Book]]
    less: dict[int, Units]
    tallies: list[tuple[int, TallyChange]]
    fines: list[tuple[Place, FineRecord]]
    added: list[tuple[datetime, Phase, str, object]]
    unjudged: set[Listener]

    def fits(self, state: State, sides: Mapping[Number, Sides]) -> bool:
        """Whether a state would go through it just so."""
        if not (state.agenda.plans(self.ahead, self.until) and self.around.same(state)):
            return False
        return (
            all(one.fits(state, sides) for one in self.ranges)
            and self._come_fits(state)
            and (not self.pays or self._paid_fits(state))
            and all(some & state.tallies[place].inside == counted for place, some, counted in self.inside)
            and all(held.same(held_of(state, view, since)) for view, since, held in self.held)
            and all(_may_fire(state.memory, decision) for decision in self.fired)
            and all(state.memory.review(key_of(one.decision)) == one.appeal for one in self.for_review)
            and self.reasons.same(state)
        )

    def _come_fits(self, state: State) -> bool:
        come = state.agenda.come(self.until)
        return (
            len(come) == len(self.come)
            and all(map(_same_coming, come, self.come))
            and [state.fines[place] for place in waiting_places(come)] == self.come_fines
        )

    def _paid_fits(self, state: State) -> bool:
        if any_waived(state, (fine for place, fine in self.fines if place[0] == "new")):
            return False
        fines = [state.fines[place] for place in islice(open_places(state), len(self.paid) + 1)]
        following = fines[len(self.paid) :]
        if fines[: len(self.paid)] != self.paid or (following and self.paid_all):
            return False
        return not (following and self.paid and following[0].opened == self.paid[-1].opened)

    def take_over(self, state: State) -> None:
        """Make all its changes to a state that it fits."""
        places = self._places(state)
        state.agenda.pass_over(len(self.ahead), self.until)
        state.posted += self.posted
        for part, more in self.grown:
            getattr(state, part).extend(more)
        for part, changed in self.changed:
            getattr(state, part).update(changed)
        state.ended.update(self.ended)
        for before, after in self.books:
            state.books.put(_moved_on(state.books.numbered(before.number), before, after))
        state.books.less.update(self.less)
        for number, change in self.tallies:
            change.take_over(state.tallies[number])
        for decision in self.fired:
            name(state, decision)
        for place, fine in self.fines:
            if place[0] == "new":
                places[place] = len(state.fines)
                state.add_fine(fine)
            else:
                state.fines[places[place]] = fine
        for instant, phase, tie, what in self.added:
            state.agenda.add(instant, phase, tie, SanctionOver(places[what]) if isinstance(what, tuple) else what)
        state.unjudged = self.unjudged.copy()
        state.levels.clear()
        state.running.clear()

    def _places(self, state: State) -> dict[Place, int]:
        """Where the fines stand that it knows by their order."""
        come = waiting_places(state.agenda.come(self.until)) if self.come else []
        found: dict[Place, int] = {("come", order): place for order, place in enumerate(come)}
        if self.paid:
            paid = islice(open_places(state), len(self.paid))
            found.update({("paid", order): place for order, place in enumerate(paid)})
        return found


def _moved_on(book: Book, before: Book, after: Book) -> Book:
    """A book that moves as another one did."""
    if after.first_live != before.first_live:
        return after
    return replace(
        book,
        balance=book.balance + after.balance - before.balance,
        live=book.live + after.live - before.live,
        points=book.points + after.points - before.points,
    )


def _same_coming(one: Coming, other: Coming) -> bool:
    what, whatever = one[-1], other[-1]
    if isinstance(what, Leaving) and isinstance(whatever, Leaving):
        same = what.tally == whatever.tally and same_entry(what.entry, whatever.entry)
    else:
        same = isinstance(what, SanctionOver) and isinstance(whatever, SanctionOver)
    return same and one[:3] == other[:3]


def waiting_places(come: Iterable[Coming]) -> list[int]:
    """The places of the fines whose waiting comes to an end."""
    return [one[-1].fine for one in come if isinstance(one[-1], SanctionOver)]


def open_places(state: State) -> Iterator[int]:
    """The places of the open fines."""
    fines = state.fines
    while state.first_due < len(fines) and not fines[state.first_due].is_open:
        state.first_due += 1
    return (place for place in range(state.first_due, len(fines)) if fines[place].is_open)


def any_waived(state: State, new: Iterable[FineRecord]) -> bool:
    """Whether of an open fine of a state, or of a new one, something had been waived or dropped before a correction."""
    waived = {key for key, _ in state.memory.waived}
    fines = (*(state.fines[place] for place in open_places(state)), *new) if waived else ()
    return any(key_of(fine.decision) in waived for fine in fines)


def _may_fire(memory: Memory, decision: Decision) -> bool:
    """Whether a decision stands as it is, by what stood before."""
    key = key_of(decision)
    if memory.review(key) is not None:
        return False
    old = memory.before(key)
    return old is None or no_heavier(decision, old)
