"""What the rules of a version read, and what depends on what they do: in one place, for whoever asks what a change can
touch.

A part of a policy is connected with another by a name, or by a word for all of a sort, that stands in it, wherever it
stands there. So whatever is added to the normal form later counts as read until it is said here that it is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property

import msgspec

from policyctl.instants import Length
from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    End,
    EntryKind,
    FlagKind,
    Ladder,
    Measure,
    Move,
    Open,
    Overlap,
    Prevails,
    Read,
    Rule,
    SanctionKind,
    Since,
    TicketKind,
    Version,
    When,
)

WRITTEN: dict[type, tuple[str, ...]] = {
    Open: ("sort", "name", "clears", "clears_when", "parts"),
    End: ("sort",),
    Move: ("sort",),
}
"""Fields of effects that say what is done, and to what; all else is read. (Clears say in `names` what is done.)"""


def live(name: str) -> str:
    """What is live of a ledger."""
    return f"live {name}"


def posted(name: str) -> str:
    """What was posted to a ledger, whatever has ended of it."""
    return f"posted {name}"


TOUCHING: dict[str, tuple[str, ...]] = {
    "sanction": ("sanction",),
    "notice": (),
    "forward": (),
    "require": ("require", "act"),
    "flag": ("flag",),
    "fine": ("fine", "payment", "paid"),
    "close": ("closed", "flag"),
    "post": ("entry", "ledger"),
    "clear": (live("entry"),),
    "consume": ("entry", "ledger"),
    "set": ("entry", "ledger"),
    "lift": ("sanction", "flag", "fine"),
    "extend": ("sanction",),
    "shorten": ("sanction",),
}
"""Words for all that an effect of a sort touches, with what it names. What is not on this list touches everything."""


def words(value: object, without: tuple[str, ...] = ()) -> Iterator[str]:
    """Every name and word in a part of a policy, each also as what is `live` of it: that is all that clears end. A sort
    says nothing more where the names of that sort are given."""
    if isinstance(value, str):
        yield value
        yield live(value)
    elif isinstance(value, Length):
        yield from words(value.act)
    elif isinstance(value, tuple):
        for part in value:
            yield from words(part)
    elif isinstance(value, Read) and _counts_posted(value):
        yield from map(posted, value.names)
        yield from words(value.within)
    elif isinstance(value, msgspec.Struct):
        named = (isinstance(value, Since) and value.name) or (isinstance(value, Read | When) and value.names)
        for field in _said(type(value)):
            part = getattr(value, field.name)
            if field.name not in without and part != field.default and not (named and field.name == "sort"):
                yield from words(part)


@cache
def _said(kind: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """The fields of a record: one that has its default says nothing."""
    return msgspec.structs.fields(kind)


def _counts_posted(read: Read) -> bool:
    """Whether a number counts what was posted, whatever has ended of it."""
    return (
        read.sort == "entry"
        and read.of in ("sum", "count")
        and read.standing == "posted"
        and read.back is None
        and read.where is None
        and read.anchor == "now"
        and read.ledger is None
    )


class Reading:
    """A version, by what its rules read."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.measures = {measure.name: measure for measure in version.measures}
        self.periods = {period.ledger: period for period in version.periods}
        self.rules = {rule.name: rule for rule in version.rules}
        self.ladders = {step: one for one in version.choices if isinstance(one, Ladder) for step in one.steps}
        self._entries = {fact.name: fact for fact in version.facts if isinstance(fact, EntryKind)}
        self._said: dict[int, tuple[str, ...]] = {}
        self._read: dict[Rule, tuple[frozenset[str], frozenset[object]]] = {}

    @cached_property
    def _parts(self) -> dict[str, list[object]]:
        """The parts of the version, rules aside, by the names and words of which they say something."""
        found: dict[str, list[object]] = {}

        def about(part: object, *names: str, own: tuple[str, ...] = ("name",)) -> None:
            for name in names:
                found.setdefault(name, []).append(part)
                if not isinstance(part, Measure):
                    found.setdefault(posted(name), []).append(part)
            self._said[id(part)] = tuple(words(part, own))

        for fact in self.version.facts:
            if isinstance(fact, TicketKind):
                about((fact.name, fact.identity, fact.count_by, fact.stale), fact.name, *fact.name.split("."), "ticket")
                for posting in fact.posts:
                    part = (fact.name, posting)
                    about(part, posting.ledger)
                    self._said[id(part)] = (fact.name, *words(posting, ("ledger",)))
            else:
                about(fact, fact.name)
        for period in self.version.periods:
            about(period, period.ledger, own=("ledger",))
        for measure in self.version.measures:
            about(measure, measure.name)
        for choice in self.version.choices:
            if isinstance(choice, Ladder):
                about(choice, choice.name)
            elif isinstance(choice, Overlap):
                about(choice, choice.sanction)
        return found

    def _closed(self, rule: Rule) -> tuple[frozenset[str], frozenset[object]]:
        """All that a rule reads: the names and words, and the parts of the version that say what is meant by them."""
        if rule in self._read:
            return self._read[rule]
        left = [*words(rule.condition), *words(rule.lines)]
        left += words(rule.occasion) if rule.occasion != "ticket" else [] if self._only_rises(rule) else ["ticket"]
        for effect in rule.effects:
            written = WRITTEN.get(type(effect), ())
            left += words(effect, (*written, "names") if effect.sort == "clear" else written)
            for part in effect.parts if isinstance(effect, Open) else ():
                left += words(part, ("name",))
        names: set[str] = set()
        parts: dict[int, object] = {}
        while left:
            name = left.pop()
            if name in names:
                continue
            names.add(name)
            for found in self._parts.get(name, ()):
                if id(found) not in parts:
                    parts[id(found)] = found
                    left += self._said[id(found)]
        self._read[rule] = frozenset(names), frozenset(map(_unnamed, parts.values()))
        return self._read[rule]

    def names(self, rule: Rule) -> frozenset[str]:
        """Every name and word that a rule reads, and by which what it reads is blocked, moved or counted."""
        return self._closed(rule)[0]

    def ledgers(self, rule: Rule) -> set[str]:
        """The ledgers that a rule reads, those by which their resets are blocked included."""
        names = self.names(rule)
        return {name for name in self._entries if name in names or posted(name) in names}

    def touches(self, rule: Rule) -> frozenset[str] | None:
        """Every name and word for what may be otherwise where a rule fires; None: anything."""
        found = {rule.name, "decision"} | ({self.ladders[rule.name].name} if rule.name in self.ladders else set())
        for effect in rule.effects:
            if effect.sort not in TOUCHING:
                return None
            clears = effect.clears if isinstance(effect, Open) else effect.names if effect.sort == "clear" else ()
            named = set(words(effect, ("clears", "names") if clears else ()))
            found |= {*TOUCHING[effect.sort], *named, *map(posted, named), *map(live, clears)}
        return frozenset(found)

    def closes(self, rule: Rule) -> bool:
        """Whether a rule may silence all others."""
        return any(effect.sort == "close" for effect in rule.effects)

    def books(self, rule: Rule) -> frozenset[object]:
        """With what flags of a rule may go down: the ledgers that it reads, and the periods of these, or of all."""
        lasting = {fact.name for fact in self.version.facts if isinstance(fact, FlagKind) and fact.per_period}
        raises = any(isinstance(one, Open) and one.sort == "flag" and one.name in lasting for one in rule.effects)
        return frozenset({*self.version.periods, *self.ledgers(rule)}) if raises else frozenset()

    def meant(self, rule: Rule) -> object:
        """All that a rule says, with all that its words mean."""
        choices = [
            one
            for one in self.version.choices
            if (isinstance(one, Ladder) and rule.name in one.steps)
            or (isinstance(one, Prevails) and rule.name in (one.under, one.over))
        ]
        imposed = {effect.name for effect in rule.effects if isinstance(effect, Open)}
        kinds = [fact for fact in self.version.facts if isinstance(fact, SanctionKind) and fact.name in imposed]
        return rule, self._closed(rule)[1], choices, kinds, self.books(rule)

    def _only_rises(self, rule: Rule) -> bool:
        """Whether a rule can come to hold only by what a ticket posts to a ledger that it reads, so that any other
        ticket is nothing to it."""
        conditions = (rule.condition, *rule.lines)
        return rule.mode == "rise" and all(self._rises(one) and not self._empty(one) for one in conditions)

    def _rises(self, condition: Condition) -> bool:
        match condition:
            case AllOf(parts) | AnyOf(parts):
                return all(self._rises(part) for part in parts)
            case Comparison(measure, compare, _):
                terms = self.measures[measure].terms
                up = compare in (">=", ">")
                return compare in (">=", ">", "<=", "<") and all(
                    term.read.sort == "entry"
                    and term.read.anchor == "now"
                    and term.read.back is None
                    and (term.times * self._direction(term.read) > 0) == up
                    for term in terms
                )
            case _:
                return False

    def _empty(self, condition: Condition) -> bool:
        """Whether a condition that only rises may hold where nothing is posted."""
        match condition:
            case AllOf(parts):
                return all(self._empty(part) for part in parts)
            case AnyOf(parts):
                return any(self._empty(part) for part in parts)
            case Comparison(measure, compare, threshold):
                one = self.measures[measure]
                starts = [t.times * self._entries[t.read.names[0]].start for t in one.terms if t.read.of == "balance"]
                value = sum(starts, one.plus)
                return value >= threshold if compare in (">=", ">") else value <= threshold
            case _:
                return True

    def _direction(self, read: Read) -> int:
        return self._entries[read.names[0]].direction if read.of == "balance" else 1


def _unnamed(part: object) -> object:
    """A part; names of measures that nobody declared mean nothing."""
    if isinstance(part, Measure) and not part.declared:
        return msgspec.structs.replace(part, name="")
    return part
