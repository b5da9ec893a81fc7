"""Going through a stretch of a replay, and noting what it depended on and what it changed.

All is found out by comparing the states before and after it, and by looking at the numbers after each thing that
happens; so the interpreter knows nothing of it, but for counting what is unusual.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from operator import is_
from typing import Any, TypeVar

from policyctl.history.events import Payment
from policyctl.replay.agenda import Coming, Phase
from policyctl.replay.books import Book
from policyctl.replay.depends import (
    Around,
    Held,
    Number,
    Range,
    Reasons,
    View,
    compared,
    held_of,
    number_of,
    scopes_of,
    value_of,
)
from policyctl.replay.fines import FineRecord
from policyctl.replay.memory import Kept
from policyctl.replay.records import Leaving, SanctionOver
from policyctl.replay.run import happenings
from policyctl.replay.state import State
from policyctl.replay.stretch import (
    CHANGES,
    GROWS,
    Place,
    Stretch,
    TallyChange,
    any_waived,
    open_places,
    waiting_places,
)
from policyctl.replay.units import Units

T = TypeVar("T")


def usual(phase: Phase, what: object) -> bool:
    """Whether a stretch with such a thing in it can be noted."""
    if phase is Phase.PAYMENTS:
        return isinstance(what, Payment) and what.decision is None
    if phase is Phase.ENDS:
        return not isinstance(what, Kept)
    return phase is Phase.TICKETS and isinstance(what, list)


def go_through(state: State, until: datetime) -> tuple[Stretch | None, list[datetime]]:
    """Go on up to and including an instant, and note how; or say at which instants something happened that cannot be
    noted."""
    around = Around.of(state, until)
    before = None if around is None else Before(state, around, until)
    unusual: list[datetime] = []
    count = state.unusual
    for instant, phase, what in happenings(state, until):
        if state.unusual != count or not usual(phase, what):
            unusual.append(instant)
            count = state.unusual
        elif before is not None:
            before.look(state)
    return None if before is None or unusual else before.stretch(state), unusual


class Before:
    """What there was before a stretch, to tell what it changed."""

    def __init__(self, state: State, around: Around, until: datetime) -> None:
        self._around, self._until = around, until
        self._state = state.copy()
        self._ahead, self._come = state.agenda.ahead(until), state.agenda.come(until)
        self._views = list(around.views(state, until))
        self._first = self._values(state)
        self._least, self._most, self._latest = self._first.copy(), self._first.copy(), self._first

    def look(self, state: State) -> None:
        """See what the numbers are."""
        for place, view in enumerate(self._views):
            value = value_of(state, *view)
            if value < self._least[place]:
                self._least[place] = value
            elif value > self._most[place]:
                self._most[place] = value

    def look_over(self, part: Stretch, state: State) -> None:
        """See what they were in a part of it, which was noted; the state is that after it."""
        for one in part.ranges:
            place = self._views.index((one.number, one.scopes))
            more = self._latest[place] - one.first
            self._least[place] = min(self._least[place], one.least + more)
            self._most[place] = max(self._most[place], one.most + more)
        self._latest = self._values(state)

    def _values(self, state: State) -> list[Units]:
        return [value_of(state, *view) for view in self._views]

    def stretch(self, state: State) -> Stretch | None:
        """What changed; None where that cannot be told."""
        before, until = self._state, self._until
        grown = {part: getattr(state, part)[len(getattr(before, part)) :] for part in GROWS}
        decisions, reviews = grown["decisions"], grown["reviews"]
        names = {one.rule.name for one in decisions} | {one.decision.rule.name for one in reviews}
        fired = [one for one in self._around.rules.listeners if one.rule.name in names]
        fines = _Fines(before, state, self._come, any(isinstance(due[-1], Payment) for due in self._ahead))
        added = fines.added(state.agenda.added_since(before.agenda.added))
        read = (read for one in fired for test in compared(one.test) for _, read in test.formula.terms)
        exact = fines.cleared | {number_of(one) for one in read}
        olds, news = before.books.all(), state.books.all()
        books = [(old, new) for old, new in zip(olds, news, strict=False) if old is not new]
        seen = {scope for number, scopes in self._views if isinstance(number, str) for scope in scopes}
        odd = (
            len(olds) != len(news)
            or any(old.number not in seen for old, _ in books)
            or {old.ledger for old, new in books if old.first_live != new.first_live} - exact
            or len(state.problems) != len(before.problems)
            or state.flags.shown() != self._around.flags
            or (state.lifted, state.turns) != (before.lifted, before.turns)
        )
        # The reasons of a decision that is asked for in full are made from all entries.
        in_full = any(one.id == before.law.in_full for one in (*decisions, *(review.decision for review in reviews)))
        if fines.odd or added is None or odd or in_full:
            return None
        changed = ((part, _changed(getattr(before, part), getattr(state, part))) for part in CHANGES)
        ended = _newest(before.ended, state.ended)
        tallies = map(TallyChange.of, before.tallies, state.tallies)
        return Stretch(
            until=until,
            ahead=self._ahead,
            around=self._around,
            come=self._come,
            come_fines=fines.come,
            paid=fines.paid,
            paid_all=fines.paid_all,
            pays=fines.pays,
            ranges=list(self._ranges(exact)),
            held=[self._held(view, names) for view in self._views if self._must_be(view, exact)],
            fired=decisions,
            for_review=reviews,
            reasons=Reasons.of(before, fired, until),
            inside=list(self._inside(ended)),
            posted=state.posted - before.posted,
            grown=[(part, more) for part, more in grown.items() if more],
            changed=[(part, values) for part, values in changed if values],
            ended=ended,
            books=books,
            less=_newest(before.books.less, state.books.less),
            tallies=[(number, one) for number, one in enumerate(tallies) if one.sums or one.came or one.left],
            fines=fines.changed,
            added=added,
            unjudged=state.unjudged.copy(),
        )

    def _must_be(self, view: View, exact: set[Number]) -> bool:
        """Whether a number must be made up in the same way: decisions fire, and entries end, in running periods."""
        number, scopes = view
        return number in exact and scopes == scopes_of(self._state, number, self._until)

    def _ranges(self, exact: set[Number]) -> Iterator[Range]:
        """How far each number went."""
        books = self._state.books
        for place, (number, scopes) in enumerate(self._views):
            # At a floor or ceiling a balance moves by less than what is posted, by how much depends on where it is.
            made_of = [books.numbered(one) for one in scopes if isinstance(number, str) and one is not None]
            strict = self._must_be((number, scopes), exact) or any(_bounded(book) for book in made_of)
            yield Range(number, scopes, self._first[place], self._least[place], self._most[place], strict)

    def _held(self, view: View, rules: set[str]) -> tuple[View, int, Held]:
        """What made up a number at first; of a tally what no reason had listed."""
        before, (number, scopes), since = self._state, view, 0
        if isinstance(number, int):
            read = before.law.reads[number]
            since = min((before.listed.get((rule, read, scope), 0) for rule in rules for scope in scopes), default=0)
        return view, since, held_of(before, view, since)

    def _inside(self, ended: Iterable[int]) -> Iterator[tuple[int, set[int], set[int]]]:
        """Of each tally the entries of before that left its window or ended, and those of them that it counted."""
        over = [number for number in ended if number < self._around.posted]
        for place, tally in enumerate(self._state.tallies):
            leaving = (one[-1] for one in self._come if isinstance(one[-1], Leaving))
            gone = {what.entry.number for what in leaving if what.tally == place}
            if tally.read.standing == "live":
                gone.update(over)
            if gone:
                yield place, gone, gone & tally.inside


def _bounded(book: Book) -> bool:
    return book.bounds.floor is not None or book.bounds.ceiling is not None


def _changed(before: Mapping[Any, Any], after: Mapping[Any, Any]) -> dict[Any, Any]:
    """What is new, or another one now."""
    return {key: value for key, value in after.items() if key not in before or before[key] != value}


def _newest(before: dict[int, T], after: dict[int, T]) -> dict[int, T]:
    """What is new in what only grows."""
    return dict(islice(reversed(after.items()), len(after) - len(before)))


class _Fines:
    """What became of the fines. `paid` are the open ones of before that payments reached, and `cleared` the ledgers
    whose entries a payment may have ended; `odd`: another fine changed, which nothing usual does."""

    def __init__(self, before: State, after: State, come: list[Coming], pays: bool) -> None:
        old, new = before.fines, after.fines
        waited = waiting_places(come)
        self.come, self.pays = [old[place] for place in waited], pays
        moved = [] if all(map(is_, old, new)) else [place for place, fine in enumerate(old) if fine is not new[place]]
        opened = list(open_places(before)) if pays else []
        reached = max((order for order, place in enumerate(opened) if place in moved), default=-1) + 1
        while 0 < reached < len(opened) and old[opened[reached]].opened == old[opened[reached - 1]].opened:
            reached += 1
        self.paid, self.paid_all = [old[place] for place in opened[:reached]], reached == len(opened)
        self._places: dict[int, Place] = {place: ("new", place) for place in range(len(old), len(new))}
        self._places.update({place: ("come", order) for order, place in enumerate(waited)})
        self._places.update({place: ("paid", order) for order, place in enumerate(opened[:reached])})
        self.odd = any(place not in self._places for place in moved) or (pays and any_waived(before, new[len(old) :]))
        places = () if self.odd else (*moved, *range(len(old), len(new)))
        self.changed: list[tuple[Place, FineRecord]] = [(self._places[place], new[place]) for place in places]
        filled = [new[place] for place in moved] + [fine for fine in new[len(old) :] if fine.payments]
        self.cleared: set[Number] = {ledger for fine in (*filled, *self.come) for ledger in fine.books}

    def added(self, coming: list[Coming]) -> list[tuple[datetime, Phase, str, object]] | None:
        """What came of it all, fines by their order; None where that cannot be told."""
        found: list[tuple[datetime, Phase, str, object]] = []
        for instant, phase, tie, _, what in coming:
            if isinstance(what, SanctionOver) and what.fine in self._places:
                found.append((instant, phase, tie, self._places[what.fine]))
            elif isinstance(what, Leaving):
                found.append((instant, phase, tie, what))
            else:
                return None
        return found
