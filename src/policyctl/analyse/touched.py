"""What of two versions is not the same, and what that can make to differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from policyctl.analyse.case import companions
from policyctl.analyse.labels import Labels
from policyctl.analyse.reading import Reading
from policyctl.policy.form import Effect, End, Open, Prevails, Rule, Version


def _felt(effects: Iterable[Effect]) -> Iterator[Effect]:
    """Effects on which anything depends that happens later, without how long and how much."""
    for effect in effects:
        if isinstance(effect, End):
            yield effect
        elif isinstance(effect, Open) and effect.sort == "fine":
            yield Open("fine", "", clears=effect.clears, clears_when=effect.clears_when, line=effect.line)
        elif isinstance(effect, Open) and effect.sort not in ("sanction", "notice", "require", "forward"):
            yield effect


def changed(old: Version, new: Version, seen: bool = True) -> set[str]:
    """The names of the rules that are not the same in both: they themselves, what they read, or what chooses among
    them; without those of which only what is `seen` differs, unless that is asked for."""
    ones, others = (
        {name: reading.meant(rule if seen else _unseen(rule)) for name, rule in reading.rules.items()}
        for reading in (Reading(old), Reading(new))
    )
    return {name for name in {*ones, *others} if ones.get(name) != others.get(name)}


def _unseen(rule: Rule) -> Rule:
    """A rule without what of it can only be seen."""
    return msgspec.structs.replace(rule, effects=tuple(_felt(rule.effects)))


def affected(old: Version, new: Version, behaving: set[str], only: frozenset[str] | None = None) -> set[str]:
    """Rules that behave otherwise, with all that they may make to differ before anybody sees a difference: whatever
    reads what they do. Where one fires in one version alone and everybody can see that, nothing more is asked. If there
    are `only` some rules of which anybody sees what they do, these are given."""
    readings = Reading(old), Reading(new)
    everything = {name for reading in readings for name in reading.rules}
    found = set(behaving)
    while True:
        group = _mates(old, _mates(new, found))
        touched: set[str] = set()
        for name in group - _seen_at_once(readings, group, only):
            for reading in readings:
                rule = reading.rules.get(name)
                touches = reading.touches(rule) if rule is not None else ()
                # a closure that nobody looks at silences what is looked at
                if touches is None or (rule is not None and only is not None and reading.closes(rule)):
                    return everything
                touched.update(touches)
        more = {name for one in readings for name, rule in one.rules.items() if one.names(rule) & touched}
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
        felt = [(tuple(_felt(r.rules[name].effects)), r.books(r.rules[name])) for r in readings if name in r.rules]
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
