"""The finite machine that a version of a policy is, as far as some of its rules are concerned.

A state holds what these rules depend on: counters, flags, fines whose payment clears points, latches. Everything that
an account can do takes the machine from one state to others. Where it is not known what comes of something (a rule
that was left out, a condition on a number without a counter), the machine does each of the things that may come of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, combinations
from types import MappingProxyType

from policyctl.analyse.frame import NESTED, Frame
from policyctl.analyse.ready import Fine, Flags, Ready, Values
from policyctl.analyse.state import (
    CLOSED,
    JUDGED,
    UNSURE,
    Action,
    Fines,
    Fired,
    Move,
    State,
    closing,
    counted_by,
    fewer,
    opening,
    together,
)


class Machine(Frame):
    """The machine of a version for some of its rules."""

    free: Mapping[Fine, str] = MappingProxyType({})
    """Fines that may be open at any time, as far as is known, and of each a rule that was left out and opens it: they
    are kept in no state, and can be paid in all."""

    def with_free_fines(self) -> Machine:
        """The same, where that is enough: where nobody looks between payments of one instant."""
        if not self.looks:
            self.free = {fine: name for name, does in reversed(self.elsewhere) for fine in does.fines}
        return self

    def _bound(self, fines: Iterable[Fine]) -> list[Fine]:
        """The fines that are kept in a state."""
        return [fine for fine in fines if fine not in self.free]

    def start(self) -> State:
        """The state of an account of which nothing is known yet."""
        values = (0,) * len(self.numbers.counters)
        return State(values, 0, (), self._latches(values, 0))

    def _latches(self, values: Values, flags: Flags) -> tuple[int, ...]:
        levels = (ready.level(values, flags) for ready in self.latched)
        return tuple(UNSURE if level is None else level for level in levels)

    def _settled(self, state: State) -> State:
        """After a moment: no latch has counted more than its level."""
        if not self.latched:
            return state
        now = self._latches(state.values, state.flags)
        if now == state.counted:
            return state
        counted = tuple(map(counted_by, state.counted, now))
        return State(state.values, state.flags, state.fines, counted, state.instant, state.open)

    def resting(self, state: State, other: State) -> State:
        """A state to which nothing happens while something does in another machine, so that both are as far."""
        if state.open == other.open and (state.instant is None) == (other.instant is None):
            return state
        if other.open or other.instant is not None:
            instant = None if other.instant is None else (*self._counted(state), 0, other.instant[-1])
            return state._replace(open=other.open, instant=instant)
        return self._settled(state._replace(open=False, instant=None))

    def moves(self, state: State, loud: int | None = None) -> Iterator[Move]:
        """Everything that can happen next. With `loud`, several tickets of one instant, too: those of these tickets (a
        bit each, by `places`) come one by one, and then are judged together."""
        if state.open:
            yield from self._effects(state)
            return
        if state.instant is not None:
            yield from self._gathered(state, state.instant)
            yield from self._judged(state, state.instant)
            return
        counted = self._counted(state)
        if loud:
            yield from self._gathered(state, (*counted, 0, 0), loud)
        for (action, adds), heard, place in zip(self.tickets, self.heard, self._bits, strict=True):
            if (adds or heard) and not (loud and loud & place):
                raised = self.numbers.added(state.values, adds) if adds else state.values
                yield from self._step(state, action, raised, heard, counted)
        for fine in self.free:
            yield Move(Action("payment", "+".join(fine)), (), self.cleared(state, fine))
        for number, (fine, _) in enumerate(state.fines):
            for fines in less(state.fines, (number,)):
                action = Action("payment", "+".join(fine))
                yield Move(action, (), self.cleared(state._replace(fines=fines), fine))
        if self.looks:
            yield from self._payments(state)
        for units in self.turning:
            yield from self._turn(state, units)
        yield from self._unknown(state)
        yield from self._effects(state)

    def _counted(self, state: State) -> tuple[int, ...]:
        """What each latch has counted before a step."""
        latched = iter(state.counted)
        return tuple(
            0
            if ready.rule.mode == "each"
            else (ready.level(state.values, state.flags) or 0)
            if ready.upward
            else next(latched)
            for ready in self.rules
        )

    # --- tickets -----------------------------------------------------------------------------------------------------

    def loud(self, state: State) -> int:
        """The tickets, a bit each, of which somebody takes notice at once. Only these can come to anything else with
        others of the same instant than one by one: of all that are judged together, one of which nobody takes notice
        may as well have come before."""
        if state.open or state.instant is not None or state.flags & CLOSED:
            return 0
        counted = self._counted(state)
        found = 0
        for (_, adds), heard, place, names in zip(self.tickets, self.heard, self._bits, self._for_it, strict=True):
            raised = self.numbers.added(state.values, adds) if adds else state.values
            if names or any(self.rules[n].level(raised, state.flags) != counted[n] for n in heard):
                found |= place
        return found

    def _gathered(self, state: State, instant: tuple[int, ...], only: int = -1) -> Iterator[Move]:
        """One ticket more of an instant, before anything is judged."""
        *counted, names, loud = instant
        for (action, adds), bits, place in zip(self.tickets, self._for_it, self._bits, strict=True):
            if not only & place or not (adds or bits & ~names or state.instant is None):
                continue
            raised = self.numbers.added(state.values, adds) if adds else state.values
            kept = self._kept(raised)
            waiting = (*self._waiting(counted, raised, kept, state.flags), names | bits, loud)
            after = State(kept, state.flags, state.fines, state.counted, waiting)
            yield Move(action._replace(more=True), (), after)

    def _judged(self, state: State, counted: tuple[int, ...]) -> Iterator[Move]:
        """What comes of all tickets of an instant."""
        heard = [n for n, r in enumerate(self.rules) if r.at_tickets and (r.hears is None or counted[-2] >> n & 1)]
        yield from self._step(state._replace(instant=None), JUDGED, state.values, heard, counted)

    def _step(
        self, state: State, action: Action, raised: Values, heard: list[int], counted: Sequence[int]
    ) -> Iterator[Move]:
        """What comes of tickets that raised values."""
        if state.flags & CLOSED:
            yield Move(action, (), self._settled(State(self._kept(raised), state.flags, state.fines, state.counted)))
            return
        rises: list[tuple[Ready, int]] = []
        unsure: list[tuple[Ready, int]] = []
        for number in heard:
            ready = self.rules[number]
            level = ready.level(raised, state.flags)
            if level is None or (level and counted[number] == UNSURE):
                unsure.append((ready, 1))
            elif level > counted[number]:
                rises.append((ready, level - counted[number]))
        for bits in range(1 << len(unsure)):
            rose = rises + [one for n, one in enumerate(unsure) if bits >> n & 1]
            move = self._after(state, action, raised, rose)
            settled = self._settled(move.state)
            yield move if settled is move.state else move._replace(state=settled)
            # what was left out may act in this step, too: before latches look, and before a closure ends all
            if self.elsewhere and (self.looks or (move.state.flags & CLOSED)):
                yield move._replace(state=move.state._replace(open=True))

    @cached_property
    def _bits(self) -> list[int]:
        """The bit of each ticket."""
        return [1 << self.places[action] for action, _ in self.tickets]

    @cached_property
    def _for_it(self) -> list[int]:
        """Of each ticket the rules, a bit each, that hear tickets of some offences, and this one among them."""
        return [
            sum(1 << n for n, ready in enumerate(self.rules) if ready.hears is not None and action.name in ready.hears)
            for action, _ in self.tickets
        ]

    def _kept(self, values: Values) -> Values:
        for value, cap in zip(values, self.numbers.caps, strict=True):
            if value > cap:
                return tuple(map(self.numbers.kept, range(len(values)), values))
        return values

    def _waiting(self, counted: Sequence[int], raised: Values, kept: Values, flags: Flags) -> tuple[int, ...]:
        """What latches have counted, where more of an instant is to come: as much less as the level that is kept is
        lower, and no more behind it than is told apart."""
        found = list(counted)
        for number, ready in enumerate(self.rules):
            if ready.rule.every is not None and not ready.rough:
                level, lower = ready.level(raised, flags) or 0, ready.level(kept, flags) or 0
                found[number] = max(counted[number] - (level - lower), lower - ready.most)
        return tuple(found)

    def _chosen(self, rose: list[tuple[Ready, int]]) -> list[tuple[Ready, int]]:
        """What takes effect of the rules that rise."""
        names = {ready.rule.name for ready, _ in rose}
        best: dict[int, int] = {}
        for name in names:
            if name in self._rungs:
                place, rung = self._rungs[name]
                takes = self._ladders[place].takes
                if takes == "highest":
                    best[place] = max(best.get(place, rung), rung)
                elif takes == "next":
                    best[place] = min(best.get(place, rung), rung)
        out = {
            name
            for name in names
            if name in self._rungs and best.get(self._rungs[name][0], self._rungs[name][1]) != self._rungs[name][1]
        }
        out |= {under for over, under in self._over if over in names and under in names}
        return [(ready, times) for ready, times in rose if ready.rule.name not in out]

    def _after(self, state: State, action: Action, raised: Values, rose: list[tuple[Ready, int]]) -> Move:
        """What comes of a step in which some rules rise, before anybody looks again."""
        flags, fines = state.flags, state.fines
        fired: list[Fired] = []
        opened: list[Fine] = []
        outranked: tuple[str, ...] = ()
        after = raised
        if rose:
            chosen = self._chosen(rose) if len(rose) > 1 else rose
            if len(chosen) < len(rose):
                names = {ready.rule.name for ready, _ in chosen}
                outranked = tuple(sorted(r.rule.name for r, _ in rose if r.rule.name not in names))
            values = list(raised)
            for ready, times in chosen:
                line = next((n for n, holds in enumerate(ready.lines) if holds(raised, state.flags) is not False), 0)
                fired.append(Fired(ready.rule.name, min(times, ready.most), line))
                does = ready.does[line]
                flags |= does.raises
                opened += does.fines
                for index in does.clears:
                    values[index] = 0
                for index in ready.decides:
                    values[index] += 1
            after = tuple(values)
            fines = opening(fines, self._bound(opened))
        # every rule that was looked at has counted its level, whether or not it took effect
        counted = self._latches(raised, state.flags) if self.latched else ()
        found = State(self._kept(after), flags, fines, counted)
        return Move(action, tuple(sorted(fired)), found, tuple(opened), frozenset(), outranked)

    # --- payments and the calendar -----------------------------------------------------------------------------------

    def _payments(self, state: State) -> Iterator[Move]:
        """Several fines paid at one instant: nobody looks in between."""
        for places in together(len(state.fines)):
            paid = [state.fines[place][0] for place in places]
            name = "|".join("+".join(fine) for fine in paid)
            gone = {ledger for fine in paid for ledger in fine}
            for fines in less(state.fines, places):
                yield Move(Action("payment", name), (), self.cleared(state._replace(fines=fines), gone))

    def cleared(self, state: State, ledgers: Iterable[str]) -> State:
        """A state in which all that is live in some ledgers has ended."""
        gone = self.making.live_of(ledgers)
        values = tuple(0 if index in gone else value for index, value in enumerate(state.values))
        return self._settled(state._replace(values=values))

    @cached_property
    def turning(self) -> list[frozenset[str]]:
        """The units of the calendar that can turn at one instant."""
        names = [name for name, _ in self.units]
        nested = [name for name in names if name in NESTED]
        others = [name for name in names if name not in NESTED]
        chains = [frozenset(nested[place:]) for place in range(len(nested))]
        subsets = chain.from_iterable(combinations(others, size) for size in range(len(others) + 1))
        return [one | frozenset(more) for more in subsets for one in (*chains, frozenset[str]()) if one or more]

    def _turn(self, state: State, units: frozenset[str]) -> Iterator[Move]:
        name = min(units, key=lambda unit: NESTED.index(unit) if unit in NESTED else len(NESTED))
        others = sorted(unit for unit in units if unit not in NESTED and unit != name)
        action = Action("turn", "+".join([name, *others]))
        turning = sorted({ledger for unit, ledgers in self.units if unit in units for ledger in ledgers})
        blocked = {n: self.blocks[n](state.values, state.flags) if n in self.blocks else False for n in turning}
        unsure = [ledger for ledger, found in blocked.items() if found is None]
        for bits in range(1 << len(unsure)):
            chosen = {ledger for n, ledger in enumerate(unsure) if bits >> n & 1}
            ledgers = frozenset(chosen | {ledger for ledger, found in blocked.items() if found is False})
            for flags in self._lowered(state.flags, ledgers):
                yield Move(action, (), self._reset(state, ledgers, name == "year", flags), reset=ledgers)

    def _lowered(self, flags: Flags, ledgers: frozenset[str]) -> list[Flags]:
        """The flags that may be left when books of some ledgers are over: where several rules raise one, it depends on
        which of them did."""
        found = [flags]
        for bit, raised_over in self.per_period.items():
            down = [bool(over & ledgers) for over in raised_over]
            if flags & bit and any(down):
                lowered = [one & ~bit for one in found]
                found = lowered if all(down) else found + lowered
        return found

    def _reset(self, state: State, ledgers: frozenset[str], year: bool, flags: Flags) -> State:
        anew = {index for index in range(len(state.values)) if self.resets(index, ledgers, year)}
        values = tuple(0 if index in anew else value for index, value in enumerate(state.values))
        after = State(values, flags, closing(state.fines, ledgers), state.counted)
        if not self.latched:
            return after
        now = self._latches(values, flags)
        new = [bool(self._period(ready) & anew) for ready in self.latched]
        counted = tuple(b if fresh else counted_by(a, b) for a, b, fresh in zip(state.counted, now, new, strict=True))
        return after._replace(counted=counted)

    def _period(self, ready: Ready) -> set[int]:
        """The counters whose new beginning is a new period of a rule."""
        counters = self.numbers.counters
        return {
            index
            for index in ready.reads
            if counters[index].read.of == "balance" or counters[index].read.within in ("period", "year")
        }

    # --- what is not known -------------------------------------------------------------------------------------------

    def _unknown(self, state: State) -> Iterator[Move]:
        for index, counter in enumerate(self.numbers.counters):
            if counter.falls:
                for value in range(state.values[index]):
                    values = (*state.values[:index], value, *state.values[index + 1 :])
                    yield Move(Action("falls", str(index), value), (), self._settled(state._replace(values=values)))
        if state.flags & CLOSED:
            return
        for ready in self.rules:
            if (not ready.at_tickets or ready.rough) and ready.level(state.values, state.flags) != 0:
                yield self._at_another(state, ready)

    def _at_another(self, state: State, ready: Ready) -> Move:
        """A rule that hears something else than tickets; what it does stands among what is done elsewhere."""
        line = next((n for n, holds in enumerate(ready.lines) if holds(state.values, state.flags) is not False), 0)
        fired = (Fired(ready.rule.name, 1, line),)
        if ready.at_tickets:
            move = self._after(state, Action("occasion", ready.rule.name), state.values, [(ready, 1)])
            return move._replace(state=self._settled(move.state))
        return Move(Action("occasion", ready.rule.name), fired, state)

    def _effects(self, state: State) -> Iterator[Move]:
        """What rules that were left out may do, those that hear tickets in an open step, too."""
        if state.flags & CLOSED and not state.open:
            return
        for name, does in self.elsewhere:
            if not (
                self._bound(does.fines)
                or does.raises & ~state.flags
                or any(state.values[index] for index in does.clears)
            ):
                continue
            values = tuple(0 if index in does.clears else value for index, value in enumerate(state.values))
            after = state._replace(
                values=values, flags=state.flags | does.raises, fines=opening(state.fines, self._bound(does.fines))
            )
            if after == state:
                continue
            action = Action("effect", name)
            if state.open:
                yield Move(action, (), after, does.fines)
            yield Move(action, (), self._settled(after._replace(open=False)), does.fines)


def less(fines: Fines, places: tuple[int, ...]) -> Iterator[Fines]:
    """Open fines without one of each of some sorts: where there are many, many may be left."""
    found: list[tuple[tuple[Fine, int], ...]] = [()]
    for place, (fine, count) in enumerate(fines):
        left = fewer(count) if place in places else (count,)
        found = [(*one, (fine, number)) if number else one for one in found for number in left]
    yield from found
