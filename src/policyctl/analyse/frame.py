"""The finite machine that a version of a policy is, made ready: what it counts, its rules, its tickets, its calendar.

What the rules in question depend on is modelled; of the others only what they do to that. `outside` is what the machine
does not know of all this, or only roughly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import ceil, floor

import msgspec

from policyctl.analyse.case import companions
from policyctl.analyse.counters import Numbers
from policyctl.analyse.outside import Outside, of_effect, outside
from policyctl.analyse.ready import Does, Making, live, multiples
from policyctl.analyse.state import Action
from policyctl.instants import Length
from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    End,
    EntryKind,
    FlagKind,
    FlagUp,
    Ladder,
    Not,
    Open,
    Prevails,
    Rule,
    TicketKind,
    Version,
    When,
    atoms,
    measures_of,
    reads_of,
)

NESTED = ("year", "quarter", "month", "day")
"""Units of the calendar of which each begins where a longer one does."""


class Frame:
    """A version made ready for some of its `rules`; `watched` are conditions that a question asks about. With `bare`,
    tickets may carry points of their own for every ledger, not only for those that no offence costs points of."""

    def __init__(
        self,
        version: Version,
        rules: Iterable[str],
        watched: Iterable[Condition] = (),
        bare: bool = False,
        sizes: Mapping[str, tuple[int, ...]] | None = None,
    ) -> None:
        self.version, self.bare = version, bare
        self.periods = {one.ledger: one for one in version.periods}
        self._measures = {one.name: one for one in version.measures}
        watched = list(watched)
        wanted = self._with_counted(set(rules), watched)
        modelled = [rule for rule in version.rules if rule.name in wanted]
        variants = [one for f in version.facts if isinstance(f, TicketKind) for one in chosen_points(f)]
        kinds = [kind for _, kind in variants]
        conditions = [rule.condition for rule in modelled if rule.every is None]
        conditions += [part for rule in modelled for part in (rule.condition, *rule.lines) if rule.every is not None]
        conditions += [line for rule in modelled for line in rule.lines] + watched
        conditions, self._turning_ledgers = self._with_blocks(conditions)
        comparisons = {a for c in conditions for a in atoms(c) if isinstance(a, Comparison)}
        self.numbers = Numbers(
            version, kinds, sorted(comparisons, key=repr), sorted(multiples(modelled), key=repr), bare
        )
        read = sorted({a.flag for c in conditions for a in atoms(c) if isinstance(a, FlagUp)} - {"closed"})
        choices = [one for one in version.choices if isinstance(one, Ladder)]
        ladders = {step: one.name for one in choices for step in one.steps}
        self.making = Making(self.numbers, kinds, ["closed", *read], ladders)
        self.rules = [self.making.ready(rule) for rule in modelled]
        self.ledgers = {name for counter in self.numbers.counters for name in counter.ledgers}
        self.blocks = {
            ledger: self.making.holds(period.unless)
            for ledger, period in self.periods.items()
            if period.unless is not None and ledger in self._turning_ledgers
        }
        self.latched = [ready for ready in self.rules if not ready.upward and ready.rule.mode == "rise"]
        self.looks = any(_may_come_back(ready.rule.condition) for ready in self.latched)
        """Whether a latch may see, in the middle of what comes together, that its rule does not hold, and it does
        before and behind it."""
        self._ladders = [one for one in choices if set(one.steps) & wanted]
        self._rungs = {
            name: (place, rung)
            for place, one in enumerate(self._ladders)
            for rung, names in enumerate(one.rungs)
            for name in names
        }
        self._over = {(one.over, one.under) for one in version.choices if isinstance(one, Prevails)}
        self._variants = variants
        self.tickets = [(action, self.numbers.increments(kind)) for action, kind in variants]
        self.sizes = self._sizes(kinds) if sizes is None else sizes
        """Points that tickets carry by themselves, by ledger."""
        self.tickets += self._bare(kinds)
        self.places = {action: place for place, (action, _) in enumerate(self.tickets)}
        """The number of each ticket: where two machines go together, the same in both."""
        self.heard = [self._hearing(action, adds) for action, adds in self.tickets]
        self.units = self._turns()
        self.per_period = {
            self.making.bits[fact.name]: self._raised_over(fact.name)
            for fact in version.facts
            if isinstance(fact, FlagKind) and fact.per_period and fact.name in self.making.bits
        }
        # what another occasion than tickets brings may come together with more of its kind: so only what it does is
        # known, and that it may be at any time
        left_out = [rule for rule in version.rules if rule.name not in wanted]
        left_out += [ready.rule for ready in self.rules if not ready.at_tickets]
        self.elsewhere = [(rule.name, does) for rule in left_out for does in self._each(rule) if does]
        """What rules that were left out may do to a state."""
        self.concern = {name for name, _ in self.elsewhere} - {ready.rule.name for ready in self.rules}
        """Those of them that could be modelled."""
        self.outside = sorted(set(self._outside(modelled, conditions, left_out)))

    # --- what is known -----------------------------------------------------------------------------------------------

    def _outside(self, modelled: list[Rule], conditions: list[Condition], left_out: list[Rule]) -> Iterator[Outside]:
        yield from outside(self.version.settings, "settings")
        yield from self.numbers.outside
        flags = set(self.making.bits)
        for fact in self.version.facts:
            if isinstance(fact, EntryKind) and fact.name in self.ledgers:
                yield from outside(fact)
                if (fact.floor is not None and fact.start < fact.floor) or (
                    fact.ceiling is not None and fact.start > fact.ceiling
                ):
                    yield Outside("start beyond a bound", fact.name)
            elif isinstance(fact, FlagKind) and fact.name in flags and fact.per_period and self._mixed(fact.name):
                yield Outside("flag of several periods", fact.name, roughly=True)
        for _, kind in self._variants:
            if any(posting.ledger in self.ledgers for posting in kind.posts):
                yield from outside(kind)
        for ledger in sorted(self._turning_ledgers):
            if ledger in self.periods:
                yield from outside(self.periods[ledger])
        for condition in conditions:
            yield from outside(condition)
        for choice in self._ladders:
            yield from outside(choice)
        for rule in modelled:
            yield from outside(rule)
            if rule.every is not None and not isinstance(rule.condition, Comparison):
                yield Outside("every under a condition", rule.name)
        for ready in self.rules:
            if ready.rough and len(ready.lines) > 1:
                yield Outside("which line of several", ready.rule.name)
        yield from self._of_effects(flags)
        yield from self._of_latches(left_out)

    def _of_effects(self, flags: set[str]) -> Iterator[Outside]:
        """Effects, of any rule, that touch what is looked at otherwise than the machine knows."""
        for rule in self.version.rules:
            for effect in rule.effects:
                if isinstance(effect, Open):
                    touched = {effect.name} & (flags if effect.sort == "flag" else self.ledgers)
                    touched |= set(effect.clears) & self.ledgers
                    touches = effect.sort == "close" or bool(touched)
                else:
                    touches = isinstance(effect, End) and (
                        bool(set(effect.names) & (self.ledgers | flags)) or effect.sort == "void"
                    )
                if touches:
                    yield from of_effect(effect, rule.name)

    def _of_latches(self, left_out: list[Rule]) -> Iterator[Outside]:
        """What a latch of its own would have to know besides."""
        for ready in self.latched:
            for index in ready.reads:
                read = self.numbers.counters[index].read
                if isinstance(read.within, str) and read.within in ("day", "week", "month", "quarter"):
                    yield Outside("latch of a unit of the calendar", ready.rule.name)
        if not self.looks:
            return
        for rule in left_out:
            if rule.occasion != "ticket" and any(does for does in self._each(rule)):
                yield Outside("effect at another occasion", rule.name)
        for rule in self.version.rules:
            if any(isinstance(e, Open) and e.sort == "post" for e in rule.effects):
                yield Outside("another round", rule.name)
            if isinstance(rule.occasion, When) and rule.occasion.sort == "decision":
                yield Outside("another round", rule.name)

    def _mixed(self, flag: str) -> bool:
        """Whether rules that read other ledgers raise the same flag."""
        return len(set(self._raised_over(flag))) > 1

    # --- made ready --------------------------------------------------------------------------------------------------

    def _with_counted(self, rules: set[str], watched: list[Condition]) -> set[str]:
        """Some rules, with those whose decisions anything counts that is looked at: a rule of them, a condition that a
        question asks about, or one that blocks a reset."""
        steps = {one.name: one.steps for one in self.version.choices if isinstance(one, Ladder)}
        found = companions(self.version, rules)
        while True:
            modelled = [rule for rule in self.version.rules if rule.name in found]
            conditions, _ = self._with_blocks(
                [*watched, *(part for rule in modelled for part in (rule.condition, *rule.lines))]
            )
            reads = {
                read
                for condition in conditions
                for name in measures_of(condition)
                for read in reads_of(self._measures[name], self._measures)
            }
            counted = {name for read in reads if read.sort == "decision" for name in read.names}
            more = companions(self.version, found | {step for name in counted for step in steps.get(name, (name,))})
            if more == found:
                return found
            found = more

    def _with_blocks(self, conditions: list[Condition]) -> tuple[list[Condition], set[str]]:
        """Conditions, with those that block a reset which matters to them: of a ledger that they read, or with which a
        flag that they read goes down; and these ledgers."""
        found = list(conditions)
        done: set[str] = set()
        per_period = {f.name for f in self.version.facts if isinstance(f, FlagKind) and f.per_period}
        while True:
            flags = {a.flag for c in found for a in atoms(c) if isinstance(a, FlagUp)} & per_period
            ledgers = {name for condition in found for name in self._read(condition)}
            ledgers |= {name for flag in flags for over in self._raised_over(flag) for name in over}
            ledgers -= done
            if not ledgers:
                return found, done
            done |= ledgers
            found += [p.unless for name in sorted(ledgers) if (p := self.periods.get(name)) and p.unless is not None]

    def _read(self, condition: Condition) -> Iterator[str]:
        """The ledgers that a condition reads."""
        for atom in atoms(condition):
            if isinstance(atom, Comparison):
                for term in self._measures[atom.measure].terms:
                    if term.read.sort == "entry":
                        yield from term.read.names

    def _each(self, rule: Rule) -> list[Does]:
        lines = sorted({effect.line for effect in rule.effects})
        return [self.making.does(rule, line) for line in lines]

    def _hearing(self, action: Action, adds: Mapping[int, int]) -> list[int]:
        """The rules that a ticket can make to fire."""
        found = []
        for number, ready in enumerate(self.rules):
            if not ready.at_tickets or (ready.hears is not None and action.name not in ready.hears):
                continue
            if ready.hears is not None or not ready.upward or ready.rough or ready.reads & adds.keys():
                found.append(number)
        return found

    def _bare(self, kinds: Iterable[TicketKind]) -> Iterator[tuple[Action, dict[int, int]]]:
        """Tickets that carry points of their own: so many of each ledger as `sizes` says."""
        counters, units = self.numbers.counters, self.numbers.units
        for ledger, sizes in sorted(self.sizes.items()):
            mine = [(i, c.read.of == "count") for i, c in enumerate(counters) if ledger in c.ledgers]
            every = [(i, True) for i, c in enumerate(counters) if c.read.sort == "ticket" and not c.read.names]
            for points in sizes if mine or every else ():
                adds = {i: 1 if counts else int(points / units[i]) for i, counts in (*mine, *every)}
                yield Action("ticket", ledger, points), adds

    def _sizes(self, kinds: Iterable[TicketKind]) -> dict[str, tuple[int, ...]]:
        """How many points tickets carry by themselves, whole ones: those that reach what a condition asks for, or just
        miss it, and one, of which several at an instant make any other number. Where tickets are counted, too, any."""
        posted = set() if self.bare else {posting.ledger for kind in kinds for posting in kind.posts}
        numbers = self.numbers
        counting = any(c.read.of == "count" and c.read.sort in ("entry", "ticket") for c in numbers.counters)
        found: dict[str, tuple[int, ...]] = {}
        for ledger in sorted(self.ledgers - posted):
            mine = {i for i, c in enumerate(numbers.counters) if ledger in c.ledgers and c.read.of != "count"}
            most = max((int(numbers.caps[i] * numbers.units[i]) for i in mine), default=1)
            bounds = {
                ceil(test.bound * numbers.units[i] / times)
                for test in numbers.tests.values()
                if test is not None
                for i, times in test.terms
                if i in mine
            } | {int(numbers.modulo[i] * numbers.units[i]) for i in mine}
            apart = {abs(one - other) for one in bounds for other in bounds}
            wanted = range(1, most + 1) if counting else {1, *bounds, *apart, *(one - 1 for one in bounds)}
            found[ledger] = tuple(sorted(one for one in wanted if 0 < one <= max(1, most)))
        return found

    def _turns(self) -> list[tuple[str, frozenset[str]]]:
        """The units of the calendar at whose turn something begins anew, and the ledgers that are reset then."""
        found: dict[str, set[str]] = {}
        for ledger in self._turning_ledgers:
            period = self.periods.get(ledger)
            if period is not None and period.every is not None:
                unit = period.every if isinstance(period.every, str) else repr(period.every)
                found.setdefault(unit, set()).add(ledger)
        if any(counter.read.within == "year" for counter in self.numbers.counters):
            found.setdefault("year", set())
        order = {name: place for place, name in enumerate((*NESTED, "week"))}
        return [(unit, frozenset(found[unit])) for unit in sorted(found, key=lambda u: (order.get(u, 9), u))]

    def _raised_over(self, flag: str) -> list[frozenset[str]]:
        """Of each rule that raises a flag, the ledgers that it reads: with a new book of any of them it goes down."""
        every = frozenset(period.ledger for period in self.version.periods)
        return [
            frozenset(name for condition in (rule.condition, *rule.lines) for name in self._read(condition)) or every
            for rule in self.version.rules
            if any(isinstance(e, Open) and e.sort == "flag" and e.name == flag for e in rule.effects)
        ]

    def resets(self, index: int, ledgers: frozenset[str], year: bool) -> bool:
        """Whether a counter begins anew with a new book of some ledgers, or a new year."""
        counter = self.numbers.counters[index]
        if counter.read.within == "year":
            return year or (not ledgers.isdisjoint(counter.ledgers) and live(counter.read))
        anew = counter.read.within == "period" or live(counter.read)
        return anew and not ledgers.isdisjoint(counter.ledgers)

    def windowed(self) -> bool:
        """Whether it matters that tickets take effect when they are booked."""
        return any(isinstance(c.read.within, Length) or c.read.within == "year" for c in self.numbers.counters)


def chosen_points(kind: TicketKind) -> Iterator[tuple[Action, TicketKind]]:
    """The tickets for an offence: one, or where each carries points that were chosen, one for each whole number."""
    ranged = [posting for posting in kind.posts if posting.most is not None]
    if len(kind.posts) != 1 or not ranged:
        yield Action("ticket", kind.name), kind
        return
    [posting] = ranged
    assert posting.most is not None
    for points in range(ceil(posting.points), floor(posting.most) + 1):
        one = msgspec.structs.replace(posting, points=Fraction(points), most=None)
        yield Action("ticket", kind.name, points), msgspec.structs.replace(kind, posts=(one,))


def _may_come_back(condition: Condition) -> bool:
    """Whether a condition that holds may cease to and hold again while points only end and flags only go up: not one
    that is joined by `and` alone, for of that no part which ceased to hold comes back."""
    match condition:
        case AllOf(parts):
            return any(_may_come_back(part) for part in parts)
        case AnyOf():
            return True
        case Not(part):
            return isinstance(part, AllOf | AnyOf | Not)
        case _:
            return False
