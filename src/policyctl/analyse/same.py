"""Whether two versions decide alike on every history, or the shortest histories on which they do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from policyctl.analyse.ahead import ahead
from policyctl.analyse.alike import aligned
from policyctl.analyse.beyond import beyond
from policyctl.analyse.case import Case, companions
from policyctl.analyse.explore import EVENT, Budget, Search
from policyctl.analyse.hunt import FEW, TRIES, cost
from policyctl.analyse.labels import (
    FOR_GOOD,
    UNSEEN,
    Label,
    Labels,
    Weights,
    adding,
    evened,
    heavier,
    unclear,
    weights,
    with_another,
)
from policyctl.analyse.machine import Machine
from policyctl.analyse.outside import Outside
from policyctl.analyse.pair import Pair, Step, Twin, told_of
from policyctl.analyse.short import SECONDS, short_histories
from policyctl.analyse.state import Action, Fired, happened
from policyctl.analyse.story import Story, Untold
from policyctl.analyse.touched import affected, changed
from policyctl.analyse.waits import fall
from policyctl.policy.form import Ladder, Open, Version
from policyctl.replay.answer import Answer, Decision
from policyctl.replay.replay import replay as replayed

CLASSES = ("stricter", "milder", "other")
"""How the new version may decide where both differ first: heavier, lighter, or both at once."""


AFTER_FIRST, SECONDS_AFTER_FIRST = 5_000, 2.0
"""States, and seconds, for the other classes of difference when one was found."""


@dataclass
class Verdict:
    """`witnesses` are the shortest histories on which the new version first decides otherwise, by class. `proved`:
    there are no more classes than these (none: the same for all histories). Else no other was found with at most
    `bound` events (`plain`: of histories in which one thing happens a day), and `why` says what stands in the way."""

    witnesses: dict[str, Story] = field(default_factory=dict)
    proved: bool = False
    states: int = 0
    bound: int = 0
    plain: bool = False
    why: str = ""
    outside: list[Outside] = field(default_factory=list)
    windowed: bool = False

    def first_of(self, classes: Iterable[str]) -> Story | None:
        """The shortest of those of some classes."""
        found = [self.witnesses[name] for name in classes if name in self.witnesses]
        return min(found, key=lambda story: (story.length, story.tickets), default=None)


def compare(
    old: Case,
    new: Case,
    rule: str | None = None,
    budget: Budget | None = None,
    classes: tuple[str, ...] = CLASSES,
    short: float = SECONDS,
) -> Verdict:
    """Compare two versions; only by what a `rule` (or ladder) decides, if one is named. `classes` are those that are
    looked for. Where nothing is proved, short histories are replayed for so many seconds."""
    budget = budget or Budget()
    looked_new, names = aligned(old.looked, new.looked)
    new = replace(new, looked=looked_new)
    if rule is not None:
        rule = names.get(rule, rule)
    only = None if rule is None else _rules(old.looked, rule) | _rules(new.looked, rule)
    looked = changed(old.looked, new.looked)
    # of what nobody looks at, all is felt
    behaving = changed(old.looked, new.looked, seen=False) if only is None else looked
    touched, asked = affected(old.looked, new.looked, behaving, only), set(looked)
    if only is not None and not only & (touched | asked):
        looked = touched = asked = set()  # nothing of what is looked at can be otherwise
    verdict = Verdict()
    while True:
        rules = companions(old.looked, touched | looked) | companions(new.looked, touched | looked)
        machines = _machines(old, new, rules)
        pair = Pair(*machines, only)
        verdict.outside = sorted(
            {*(o for one in machines for o in one.outside), *beyond(old, new, rules, touched | asked, only)}
        )
        verdict.windowed = any(one.windowed() for one in machines)
        exact = all(one.roughly for one in verdict.outside)
        doubtful = unclear(old.looked, new.looked, rules)
        every = not exact or doubtful
        wanted = tuple(one for one in classes if every or one in possible(pair, touched | asked))
        hunt = _Hunt(old, new, pair, verdict, only, wanted, names, nearest(pair, asked))
        if not exact:
            budget.most = min(budget.most, budget.states + FEW)  # nothing is proved by going on
        glance = budget.part(FEW)
        hunt.search(glance, False)
        budget.states += glance.states
        if not hunt.blamed:
            if verdict.witnesses:
                budget.limit(AFTER_FIRST, SECONDS_AFTER_FIRST)
            hunt.search(budget, True)
        verdict.states = budget.states
        if hunt.blamed and not budget.spent() and not hunt.settled:
            looked = looked | hunt.blamed
            continue
        return hunt.concluded(short, doubtful)


def _machines(old: Case, new: Case, rules: set[str]) -> tuple[Machine, Machine]:
    """The machines of both, with the same tickets."""
    one, other = (Machine(case.looked, rules, (), case.bare, {} if case.alone else None) for case in (old, new))
    if one.sizes == other.sizes:
        return one, other
    sizes = {
        name: tuple(sorted({*one.sizes.get(name, ()), *other.sizes.get(name, ())}))
        for name in one.sizes.keys() | other.sizes.keys()
    }
    one, other = (Machine(case.looked, rules, (), case.bare, sizes) for case in (old, new))
    return one, other


class _Hunt:
    """One search by two machines."""

    def __init__(
        self,
        old: Case,
        new: Case,
        pair: Pair,
        verdict: Verdict,
        only: frozenset[str] | None,
        classes: tuple[str, ...],
        names: dict[str, str],
        near: Callable[[Twin], int],
    ) -> None:
        self._old, self._new, self._pair, self._verdict, self._only = old, new, pair, verdict, only
        self._classes, self._names, self._near = classes, names, near
        if only is not None:
            self._only = only | {name for name, before in names.items() if before in only}
        self.blamed: set[str] = set()
        self._tried = 0
        self._last: Search[Twin, Step] | None = None
        self._settled = self._apart = False

    @property
    def settled(self) -> bool:
        """Whether every class has its witness."""
        return set(self._classes) <= self._verdict.witnesses.keys()

    @property
    def _longest(self) -> int:
        return max((story.length for story in self._verdict.witnesses.values()), default=0)

    def search(self, budget: Budget, more: bool) -> None:
        """Look for histories on which both differ."""
        search: Search[Twin, Step] = Search(
            self._pair.start(),
            lambda twin: ((step, cost(twin.old, step.action), after) for step, after in self._pair.moves(twin, more)),
            budget,
            self._near,
        )
        self._last, self._tried = search, 0
        concern = self._pair.old.concern | self._pair.new.concern
        for before, step, _ in search:
            if self.settled and search.sure > (EVENT + 2) * self._longest:
                self._settled = True  # no class is left, and none has a shorter history
                return
            self._apart |= bool(step.differs)
            if not step.differs or step.differs not in self._classes:
                continue
            known = self._verdict.witnesses.get(step.differs)
            path = [one.action for one in [*search.path(before), step]]
            length = sum(action.happens for action in path)
            if known is not None and known.length <= length:
                continue
            if self._tried >= TRIES or self.blamed:
                return
            story, others = told(self._old, self._new, path, (self._pair.old, self._pair.new))
            others |= {self._names[name] for name in others if name in self._names}
            found = None if story is None else differs(self._old, self._new, story, self._only)
            if story is not None and found:
                known = self._verdict.witnesses.get(found)
                if known is None or story.length < known.length:
                    self._verdict.witnesses[found] = story
                    budget.limit(AFTER_FIRST, SECONDS_AFTER_FIRST)
                if self.settled and not more:
                    return
                continue
            self.blamed |= ({action.name for action in path if action.sort == "effect"} | others) & concern
            self._tried += 1

    def concluded(self, seconds: float, doubtful: set[str]) -> Verdict:
        """What follows from it, where it depends on the day which of some `doubtful` sanctions is the longer one."""
        verdict, search = self._verdict, self._last
        assert search is not None
        if self._apart:
            verdict.outside = sorted({*verdict.outside, *(Outside("Length.unit", name) for name in doubtful)})
        exact = all(one.roughly for one in verdict.outside)
        verdict.proved = exact and (search.complete or self._settled) and not self._tried and not self.blamed
        if verdict.proved:
            return verdict
        verdict.why = "outside" if not exact else "no-history" if self._tried or self.blamed else "budget"
        machines = self._pair.old, self._pair.new
        cheap = any(one.elsewhere or any(c.falls for c in one.numbers.counters) for one in machines)
        if exact and not cheap and not self._tried and not self.blamed and not machines[0].sizes:
            verdict.bound = max(0, (search.sure - 1) // (EVENT + 1))
        if not verdict.witnesses:
            story, depth = short_histories(
                self._old, lambda story: bool(differs(self._old, self._new, story, self._only)), seconds, self._new
            )
            if story is not None:
                found = differs(self._old, self._new, story, self._only)
                verdict.witnesses[found] = story
            elif depth > verdict.bound:
                verdict.bound, verdict.plain = depth, True
        return verdict


def _rules(version: Version, name: str) -> frozenset[str]:
    """The rules that a name means: a rule, or the steps of a ladder."""
    steps = {one.name: one.steps for one in version.choices if isinstance(one, Ladder)}
    return frozenset(steps.get(name, (name,)))


def possible(pair: Pair, group: set[str]) -> set[str]:
    """The classes of difference there can be, by what a group of rules imposes that alone may fire otherwise: where at
    most one of them fires at a time, one is instead of another, or of nothing."""
    choices = (*pair.old.version.choices, *pair.new.version.choices)
    if len(group) > 1 and not any(isinstance(one, Ladder) and _one_at_once(one, group) for one in choices):
        return set(CLASSES)
    sides: list[set[tuple[Label, ...]]] = []
    for machine in (pair.old, pair.new):
        labels, rules = Labels(machine.version), [rule for rule in machine.version.rules if rule.name in group]
        if any(rule.every is not None for rule in rules):
            return set(CLASSES)
        lines = [Fired(r.name, 1, line) for r in rules for line in {e.line for e in r.effects}]
        sides.append({(), *(labels.of((one,), pair.rules) for one in lines)})
    olds, news = sides
    return {heavier(weights(a), weights(b)) for a in olds for b in news if told_of(a) != told_of(b)}


def _one_at_once(ladder: Ladder, group: set[str]) -> bool:
    """Whether rules are steps of one ladder, of which at most one takes effect at a time."""
    return group <= set(ladder.steps) and ladder.takes == "highest" and all(len(rung) == 1 for rung in ladder.rungs)


def nearest(pair: Pair, asked: set[str]) -> Callable[[Twin], int]:
    """What it costs at least until both differ: as long as they are in the same state, one of the rules that were
    `asked` about must fire first."""
    rough = any(not one.at_tickets or one.rough for machine in (pair.old, pair.new) for one in machine.rules)
    olds = [ahead(pair.old, one.rule.condition) for one in pair.old.rules if one.rule.name in asked]
    news = [ahead(pair.new, one.rule.condition) for one in pair.new.rules if one.rule.name in asked]
    if (
        rough
        or pair.old.numbers.counters != pair.new.numbers.counters
        or pair.old.numbers.units != pair.new.numbers.units
    ):
        return lambda twin: 0
    caps = list(zip(pair.old.numbers.caps, pair.new.numbers.caps, strict=True))

    def least(twin: Twin) -> int:
        old, new = twin.old, twin.new
        same = old.flags == new.flags and old.counted == new.counted and not (old.open or new.open)
        for (one, other), (cap, another) in zip(zip(old.values, new.values, strict=True), caps, strict=True):
            same = same and (one == other or (one >= cap and other >= another))
        if old.instant is not None and not same:
            return 0
        if not same:
            return EVENT
        found = [one.least(old) for one in olds] + [one.least(new) for one in news]
        return EVENT * max(old.instant is None, min(found, default=1))

    return least


def told(old: Case, new: Case, path: list[Action], machines: tuple[Machine, Machine]) -> tuple[Story | None, set[str]]:
    """The story of a path for two versions, and the rules that fired on the way; None where no history is one for
    both."""
    both = begun(old, new)
    one = both[0]
    try:
        for action in happened(path):
            if action.sort == "falls":
                fall(one, machines, action)
                both[1].wait(one)
                both[1].fresh = True
            else:
                tell(both, action)
    except Untold:
        return None, set()
    if not one.events:
        return None, set()
    answers = one.answer(), replayed(new.policy, one.account, one.clock)
    return one, {decision.rule.name for answer in answers for decision in answer.decisions}


def begun(old: Case, new: Case) -> tuple[Story, Story]:
    """The beginning of a history for two versions."""
    one = Story(old.policy, old.version, old.identity, new.version)
    other = Story(new.policy, new.version, new.identity, old.version)
    one.clock = other.clock = max(one.clock, other.clock)
    return one, other


def tell(stories: tuple[Story, Story], action: Action) -> None:
    """Let the same happen in both. Raises `Untold` where that cannot be."""
    one, other = stories
    if action.sort == "payment":
        _paid(one, other, action.name, action.more)
    else:
        one.tell([action])
        other.tell([action])
    one.clock = other.clock = max(one.clock, other.clock)


def _paid(one: Story, other: Story, name: str, more: bool) -> None:
    """Fines paid in both: by the same payments."""
    pairs = [part.partition("/") for part in name.split("|")]
    first, second = ("|".join(filter(None, (pair[side] for pair in pairs))) for side in (0, 2))
    if len(pairs) > 1 and not all(pair[0] and pair[2] for pair in pairs):
        raise Untold("payments of fines that only one clears")
    before = len(one.events)
    if first:
        one.tell([Action("payment", first, 0, more)])
    if second:
        other.tell([Action("payment", second, 0, more)])
    if first and second:
        if one.events[before:] != other.events[before:]:
            raise Untold("payments differ")
    elif first:
        other.listen(one.events[before:])
    else:
        one.listen(other.events[before:])


def differs(old: Case, new: Case, story: Story, only: frozenset[str] | None = None) -> str:
    """How the new version decides otherwise at the end of a history: a class, nothing where it decides alike."""
    answers = story.answer(), replayed(new.policy, story.account, story.clock)
    return differing(*answers, story.clock, only, adding(old.version) | adding(new.version))


def differing(
    old: Answer,
    new: Answer,
    at: datetime,
    only: frozenset[str] | None = None,
    added: frozenset[str] = frozenset(),
) -> str:
    """How a new answer says otherwise of the decisions of an instant. Of the sanctions `added` several last as long as
    each for itself."""
    if seen(old, at, only) == seen(new, at, only):
        return ""
    return heavier(_weights(old, at, only, added), _weights(new, at, only, added))


def _at(answer: Answer, at: datetime, only: frozenset[str] | None) -> list[Decision]:
    return [one for one in answer.decisions if one.at == at and (only is None or one.rule.name in only)]


def seen(answer: Answer, at: datetime, only: frozenset[str] | None = None) -> list[str]:
    """What of the decisions of an instant anybody can see."""
    found = []
    for decision in _at(answer, at, only):
        for o in decision.outcomes:
            if o.effect.sort in UNSEEN:
                continue
            if not isinstance(o.effect, Open):
                found.append(repr((o.effect.sort, o.effect.name, str(o.ended))))
            else:
                name = "" if o.effect.sort == "fine" else o.effect.name
                due = evened(o.effect.due)
                found.append(repr((o.effect.sort, name, o.start, o.until, o.permanent, o.amount, o.parts, due)))
    return sorted(found)


def _weights(answer: Answer, at: datetime, only: frozenset[str] | None, added: frozenset[str]) -> Weights:
    """How much is imposed at an instant, of each measure of a sanction by itself."""
    found: dict[tuple[str, str, str], tuple[float, ...]] = {}
    for decision in _at(answer, at, only):
        for o in decision.outcomes:
            if not isinstance(o.effect, Open) or o.effect.sort in UNSEEN:
                continue
            name = "" if o.effect.sort == "fine" else o.effect.name
            parts = [(part.name, part.until, part.permanent) for part in o.parts] or [(name, o.until, o.permanent)]
            for part, until, permanent in parts:
                if o.effect.sort == "fine":
                    weight = float(o.amount or 0)
                elif permanent or o.effect.sort == "close":
                    weight = FOR_GOOD
                else:
                    weight = (until - o.start).total_seconds() if until is not None else 1.0
                key = (o.effect.sort, name, part)
                adds = o.effect.sort != "sanction" or name in added
                found[key] = with_another(found.get(key, ()), weight, adds)
    return found
