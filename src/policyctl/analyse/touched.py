"""What of two versions is not the same, and what that can make to differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from policyctl.analyse.case import companions, flags_of
from policyctl.analyse.labels import Labels
from policyctl.analyse.outside import Outside
from policyctl.policy.form import (
    ActKind,
    AttributeKind,
    Comparison,
    Condition,
    ConstantKind,
    Effect,
    End,
    EntryKind,
    FlagKind,
    Ladder,
    Measure,
    MetricKind,
    Open,
    Overlap,
    Prevails,
    Read,
    Rule,
    SanctionKind,
    TicketKind,
    Version,
    reads_of,
    records,
)

_NO_MATTER = ("identities", "currency", "count_by", "judge_by", "annulment", "late_until", "stale", "appeals")
"""Settings on which nothing depends, as long as tickets are prompt and nothing is corrected."""


def _felt(effects: Iterable[Effect]) -> Iterator[Effect]:
    """Effects on which anything depends that happens later, without how long and how much."""
    for effect in effects:
        if isinstance(effect, End):
            yield effect
        elif isinstance(effect, Open) and effect.sort == "fine":
            yield Open("fine", "", clears=effect.clears, clears_when=effect.clears_when, line=effect.line)
        elif isinstance(effect, Open) and effect.sort not in ("sanction", "notice", "require", "forward"):
            yield effect


class Reading:
    """What the rules of a version read, what they mean by it, and what they do to it."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.measures = {measure.name: measure for measure in version.measures}
        self.periods = {period.ledger: period for period in version.periods}
        self._facts = {(type(fact), fact.name): fact for fact in version.facts}
        self.rules = {rule.name: rule for rule in version.rules}

    def measured(self, part: object) -> Iterator[Measure]:
        """The measures that a part of a policy names, wherever it does."""
        for one in records(part, Comparison):
            yield self.measures[one.measure]
        for opened in records(part, Open):
            if opened.formula is not None:
                yield self.measures[opened.formula]
        for ended in records(part, End):
            if ended.formula is not None:
                yield self.measures[ended.formula]

    def reads(self, part: object) -> Iterator[Read]:
        """Every number that is read in a part of a policy."""
        for measure in self.measured(part):
            yield from reads_of(measure, self.measures)

    def ledgers(self, part: object) -> set[str]:
        """The ledgers that are read in a part of a policy, and those by which their resets are blocked."""
        found = {name for read in self.reads(part) if read.sort == "entry" for name in read.names}
        while True:
            more = set(found)
            for name in found:
                period = self.periods.get(name)
                if period is not None and period.unless is not None:
                    more |= {n for read in self.reads(period.unless) if read.sort == "entry" for n in read.names}
            if more == found:
                return found
            found = more

    def flags(self, rule: Rule) -> set[str]:
        """The flags on which a rule depends, those that block its ledgers included."""
        found = {name for condition in (rule.condition, *rule.lines) for name in flags_of(condition)}
        for name in self.ledgers(rule):
            period = self.periods.get(name)
            if period is not None and period.unless is not None:
                found |= flags_of(period.unless)
        return found

    def meant(self, rule: Rule, seen: bool = True) -> object:
        """All that a rule says, with all that its words mean; without what can only be `seen`, all on which what
        happens later depends."""
        if not seen:
            rule = msgspec.structs.replace(rule, effects=tuple(_felt(rule.effects)))
        ledgers = sorted(self.ledgers(rule))
        blocks: list[Condition] = [
            p.unless for n in ledgers if (p := self.periods.get(n)) is not None and p.unless is not None
        ]
        named = [*self.measured(rule), *(m for block in blocks for m in self.measured(block))]
        # names of measures that nobody declared mean nothing
        measures = sorted({(m.name if m.declared else "", repr(m.terms), m.plus) for m in named})
        constants = {n for part in (rule, *blocks) for r in self.reads(part) if r.sort == "constant" for n in r.names}
        choices = [
            c
            for c in self.version.choices
            if (isinstance(c, Ladder) and rule.name in c.steps)
            or (isinstance(c, Prevails) and rule.name in (c.under, c.over))
        ]
        posts = [
            (kind.name, kind.identity, posting)
            for kind in self.version.facts
            if isinstance(kind, TicketKind)
            for posting in kind.posts
            if posting.ledger in ledgers
        ]
        return (
            rule,
            measures,
            choices,
            posts,
            [self._facts.get((EntryKind, name)) for name in ledgers],
            [self.periods.get(name) for name in ledgers],
            [self._facts.get((FlagKind, name)) for name in sorted(self.flags(rule))],
            [self._facts.get((ConstantKind, name)) for name in sorted(constants)],
            [self._facts.get((SanctionKind, effect.name)) for effect in rule.effects if isinstance(effect, Open)],
        )


def changed(old: Version, new: Version, seen: bool = True) -> set[str]:
    """The names of the rules that are not the same in both: they themselves, what they read, or what chooses among
    them; without those of which only what is `seen` differs, unless that is asked for."""
    one, other = Reading(old), Reading(new)
    ones = {name: one.meant(rule, seen) for name, rule in one.rules.items()}
    others = {name: other.meant(rule, seen) for name, rule in other.rules.items()}
    return {name for name in {*ones, *others} if ones.get(name) != others.get(name)}


def affected(old: Version, new: Version, behaving: set[str], only: frozenset[str] | None = None) -> set[str]:
    """Rules that behave otherwise, with all that they may make to differ before anybody sees a difference, by points
    that end and by flags. Where one fires in one version alone and everybody can see that, nothing more is asked. If
    there are `only` some rules of which anybody sees what they do, these are given."""
    readings = Reading(old), Reading(new)
    found = set(behaving)
    while True:
        group = _mates(old, _mates(new, found))
        hidden = group - _seen_at_once(readings, group, only)
        ledgers: set[str] = set()
        flags: set[str] = set()
        for reading in readings:
            for name in hidden & reading.rules.keys():
                for effect in reading.rules[name].effects:
                    if isinstance(effect, End):
                        ledgers |= set(effect.names)
                        flags |= set(effect.names)
                    elif isinstance(effect, Open) and effect.sort == "fine":
                        ledgers |= set(effect.clears)
                    elif isinstance(effect, Open) and effect.sort in ("flag", "post"):
                        flags.add(effect.name)
                        ledgers.add(effect.name)
        more = {
            name
            for reading in readings
            for name, rule in reading.rules.items()
            if reading.ledgers(rule) & ledgers or reading.flags(rule) & flags
        }
        if more <= group:
            return group
        found = group | more


def _mates(version: Version, rules: set[str]) -> set[str]:
    """Some rules, with those that may keep them from having an effect, or that they may keep from it."""
    found = companions(version, rules)
    while True:
        more = set(found)
        for choice in version.choices:
            if isinstance(choice, Prevails) and choice.over in more:
                more.add(choice.under)
        more = companions(version, more)
        if more == found:
            return found
        found = more


def _seen_at_once(readings: tuple[Reading, Reading], group: set[str], only: frozenset[str] | None) -> set[str]:
    """The rules of a group of which everybody sees whether they fire, by something that no other rule of the group
    imposes, and which do the same in both versions to all on which anything depends."""
    shown: dict[tuple[str, int], list[set[tuple[str, str, str]]]] = {}
    for reading in readings:
        labels = Labels(reading.version)
        for name in group & reading.rules.keys():
            for line, told in _told_apart(labels, reading.rules[name]).items():
                shown.setdefault((name, line), []).append(told if only is None or name in only else set())
    times = Counter(label for told in shown.values() for label in set().union(*told))
    found = set()
    for name in group:
        mine = [told for (rule, _), sides in shown.items() if rule == name for told in sides]
        felt = [tuple(_felt(r.rules[name].effects)) for r in readings if name in r.rules]
        if all(any(times[label] == 1 for label in told) for told in mine) and felt[0] == felt[-1]:
            found.add(name)
    return found


def _told_apart(labels: Labels, rule: Rule) -> dict[int, set[tuple[str, str, str]]]:
    """What can be seen of each line of a rule, however often it fires at once."""
    found: dict[int, set[tuple[str, str, str]]] = {line: set() for line in range(len(rule.lines) or 1)}
    for effect in rule.effects:
        label = labels.label(effect, 1)
        mine = found.setdefault(effect.line, set())
        if label is not None and not effect.each:
            mine.add((label.sort, label.name, label.rest))
    return found


def beyond(old: Version, new: Version, rules: set[str]) -> list[Outside]:
    """What is not the same in both and cannot be told by rules that fire; and numbers of which effects are made."""
    found: list[Outside] = []
    for field in old.settings.__struct_fields__:
        if field not in _NO_MATTER and getattr(old.settings, field) != getattr(new.settings, field):
            found.append(Outside(f"Settings.{field}", "settings"))
    for kind in (ActKind, MetricKind, AttributeKind):
        ones, others = ({f for f in version.facts if isinstance(f, kind)} for version in (old, new))
        found += [Outside(kind.__name__, fact.name) for fact in sorted(ones ^ others, key=repr)]
    overlaps = [{c for c in version.choices if isinstance(c, Overlap)} for version in (old, new)]
    found += [Outside("Overlap", one.sanction) for one in sorted(overlaps[0] ^ overlaps[1], key=repr)]
    for version in (old, new):
        for rule in version.rules:
            for effect in rule.effects:
                made = isinstance(effect, Open) and effect.sort != "flag" and (effect.formula or effect.until)
                if rule.name in rules and made:
                    found.append(Outside("Open.formula", rule.name))
    return sorted(set(found))
