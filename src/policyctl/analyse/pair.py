"""Two versions side by side on the same history, until they first decide differently.

A payment pays the fines that both opened at the same time: as long as they decided alike, these are of one amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from policyctl.analyse.labels import Label, Labels, heavier, weights
from policyctl.analyse.machine import Machine
from policyctl.analyse.ready import Fine, live
from policyctl.analyse.state import CLOSED, MANY, Action, Fired, Move, State, fewer, together
from policyctl.policy.form import Open

Both = tuple[Fine | None, Fine | None]


class Twin(NamedTuple):
    """A state of both; `fines` are those that are open in both, each with how many there are of it. `apart`: they
    decided differently, and nothing more is asked."""

    old: State
    new: State
    fines: tuple[tuple[Both, int], ...] = ()
    apart: bool = False


class Step(NamedTuple):
    """What comes of an action in both. `differs` says how the new one is: `stricter`, `milder`, `other`; nothing where
    nobody can see a difference."""

    action: Action
    old: tuple[Fired, ...]
    new: tuple[Fired, ...]
    differs: str = ""


class Pair:
    """Two machines over the same things that can happen. Differences are looked for in what some rules decide, if these
    are given."""

    def __init__(self, old: Machine, new: Machine, rules: frozenset[str] | None = None) -> None:
        self.old, self.new, self.rules = old, new, rules
        self._labels = Labels(old.version), Labels(new.version)
        self._kept: dict[tuple[int, State, int], dict[Action, list[Move | None]]] = {}
        self._loud: dict[tuple[int, State], int] = {}
        places = {a: place for place, a in enumerate(sorted({*old.places, *new.places}))}
        old.places = new.places = places
        self._shown: dict[tuple[int, tuple[Fired, ...]], tuple[Label, ...]] = {}
        self._shared = _shared(old, new)
        self._modelled = {one.rule.name for machine in (old, new) for one in machine.rules}

    def _moves(self, side: int, state: State, loud: int) -> dict[Action, list[Move | None]]:
        """The moves of one of them, by what happens. Many pairs have one half in common, so they are kept."""
        key = side, state, loud
        if key not in self._kept:
            self._kept[key] = _by_action((self.old, self.new)[side].moves(state, loud))
        return self._kept[key]

    def _noticed(self, twin: Twin) -> int:
        """The tickets of which one of them takes notice at once."""
        found = 0
        for side, (machine, state) in enumerate(((self.old, twin.old), (self.new, twin.new))):
            if (side, state) not in self._loud:
                self._loud[side, state] = machine.loud(state)
            found |= self._loud[side, state]
        return found

    def _seen(self, side: int, fired: tuple[Fired, ...]) -> tuple[Label, ...]:
        """What can be seen of rules that fire."""
        key = side, fired
        if key not in self._shown:
            self._shown[key] = self._labels[side].of(fired, self.rules)
        return self._shown[key]

    def start(self) -> Twin:
        """Nothing has happened yet."""
        return Twin(self.old.start(), self.new.start())

    def moves(self, twin: Twin, more: bool = False) -> Iterator[tuple[Step, Twin]]:
        """Everything that can happen to both."""
        old, new = twin.old, twin.new
        if twin.apart or (old.flags & new.flags & CLOSED and not (old.open or new.open)):
            return
        yield from self._joint(twin, more)
        if old.instant is not None or old.open or new.open:
            return
        for place in range(len(twin.fines)):
            yield from self._payment(twin, (place,))
        if self.old.looks or self.new.looks:
            for places in together(len(twin.fines)):
                yield from self._payment(twin, places)

    def _joint(self, twin: Twin, more: bool) -> Iterator[tuple[Step, Twin]]:
        loud = self._noticed(twin) if more else 0
        olds, news = self._moves(0, twin.old, loud), self._moves(1, twin.new, loud)
        nothing: list[Move | None] = [None]
        for action in sorted({*olds, *news}):
            apart = action.sort == "falls" and action.name not in self._shared
            if apart or action.sort == "occasion" or (action.sort == "effect" and action.name in self._modelled):
                yield from self._apart(twin, action, olds, news)
                continue
            # what only one of them minds leaves the other as it is
            for old in olds.get(action, nothing):
                for new in news.get(action, nothing):
                    if old is None or new is None or old.state.open == new.state.open:
                        yield self._step(twin, action, old, new)

    def _apart(
        self, twin: Twin, action: Action, olds: dict[Action, list[Move | None]], news: dict[Action, list[Move | None]]
    ) -> Iterator[tuple[Step, Twin]]:
        """What may happen in one, in the other, or in both."""
        for old in [None, *olds.get(action, [])]:
            for new in [None, *news.get(action, [])]:
                if old is not None or new is not None:
                    yield self._step(twin, action, old, new)

    def _step(self, twin: Twin, action: Action, old: Move | None, new: Move | None) -> tuple[Step, Twin]:
        """What comes of moves, in one of them or both."""
        other = new or old
        assert other is not None
        if old is None:
            old = Move(action, (), self.old.resting(twin.old, other.state))
        if new is None:
            new = Move(action, (), self.new.resting(twin.new, other.state))
        one, another = self._seen(0, old.fired), self._seen(1, new.fired)
        differs = "" if told_of(one) == told_of(another) else heavier(weights(one), weights(another))
        step = Step(action, old.fired, new.fired, differs)
        if differs:
            return step, Twin(self.old.start(), self.new.start(), (), True)
        fines = dict(twin.fines)
        if old.reset or new.reset:
            kept: dict[Both, int] = {}
            for (a, b), count in fines.items():
                both = (_left(a, old.reset), _left(b, new.reset))
                if both != (None, None):
                    kept[both] = min(MANY, kept.get(both, 0) + count)
            fines = kept
        if old.fired or new.fired or old.opened or new.opened:
            for both in self._opened(old, new):
                fines[both] = min(MANY, fines.get(both, 0) + 1)
        order = tuple(sorted(fines.items(), key=repr)) if len(fines) > 1 else tuple(fines.items())
        after = Twin(_without(old.state), _without(new.state), order)
        return step, after

    def _opened(self, old: Move, new: Move) -> Iterator[Both]:
        """The fines that both opened, those of one amount in the order of their rules."""
        if old.action.sort == "effect":
            for fine in sorted({*old.opened, *new.opened}):
                yield (fine if fine in old.opened else None, fine if fine in new.opened else None)
            return
        ones, others = self._fines(0, old), self._fines(1, new)
        ones.sort(key=lambda one: one[:2])
        others.sort(key=lambda one: one[:2])
        for one, other in zip(ones, others, strict=False):
            both = (one[2], other[2])
            if both != (None, None):
                yield both

    def _fines(self, side: int, move: Move) -> list[tuple[str, str, Fine | None]]:
        """Every fine that a move opens: what can be seen of it, its rule, and what it clears of what is looked at."""
        machine, labels = (self.old, self.new)[side], self._labels[side]
        found: list[tuple[str, str, Fine | None]] = []
        for one in move.fired:
            for effect in labels.rules[one.rule].effects:
                if effect.line == one.line and isinstance(effect, Open) and effect.sort == "fine":
                    label = labels.label(effect, one.times)
                    assert label is not None
                    clears = tuple(name for name in effect.clears if name in machine.ledgers)
                    found.append((label.rest, one.rule, clears or None))
        return found

    def _payment(self, twin: Twin, places: tuple[int, ...]) -> Iterator[tuple[Step, Twin]]:
        paid = [twin.fines[place][0] for place in places]
        old = self.old.cleared(twin.old, {name for one, _ in paid for name in one or ()})
        new = self.new.cleared(twin.new, {name for _, other in paid for name in other or ()})
        action = Action("payment", "|".join("/".join("+".join(fine or ()) for fine in both) for both in paid))
        lefts: list[tuple[tuple[Both, int], ...]] = [()]
        for place, (both, count) in enumerate(twin.fines):
            left = fewer(count) if place in places else (count,)
            lefts = [(*one, (both, number)) if number else one for one in lefts for number in left]
        for fines in lefts:
            yield Step(action, (), ()), Twin(old, new, fines)


def _shared(old: Machine, new: Machine) -> set[str]:
    """The numbers that fall in both at once: each counts the same tickets for the same time, whatever was decided. They
    are kept up to the same value."""
    ones, others = old.numbers, new.numbers
    adds = [dict(machine.tickets) for machine in (old, new)]
    found = set()
    for index, (one, other) in enumerate(zip(ones.counters, others.counters, strict=False)):
        alike = one == other and ones.units[index] == others.units[index]
        alike = alike and all(
            adds[0].get(action, {}).get(index) == adds[1].get(action, {}).get(index) for action in {*adds[0], *adds[1]}
        )
        if alike and one.falls and not live(one.read):
            ones.caps[index] = others.caps[index] = max(ones.caps[index], others.caps[index])
            found.add(str(index))
    return found


def told_of(labels: Iterable[Label]) -> list[tuple[str, str, str]]:
    """What anybody is told by labels."""
    return [(label.sort, label.name, label.rest) for label in labels]


def _without(state: State) -> State:
    """A state without its fines: those of a pair are kept together."""
    return state._replace(fines=()) if state.fines else state


def _by_action(moves: Iterable[Move]) -> dict[Action, list[Move | None]]:
    found: dict[Action, list[Move | None]] = {}
    for move in moves:
        if move.action.sort != "payment":
            found.setdefault(move.action, []).append(move)
    return found


def _left(fine: Fine | None, reset: frozenset[str]) -> Fine | None:
    return tuple(ledger for ledger in fine or () if ledger not in reset) or None
