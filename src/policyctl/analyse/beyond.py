"""What of two versions is not the same, and can not be told by rules that fire: nothing is proved of that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policyctl.analyse.case import Case
from policyctl.analyse.frame import chosen_points
from policyctl.analyse.labels import Labels
from policyctl.analyse.outside import Outside
from policyctl.policy.form import (
    ConstantKind,
    EntryKind,
    FlagKind,
    Ladder,
    Open,
    Prevails,
    Rule,
    SanctionKind,
    TicketKind,
    Version,
)

MEANT = (EntryKind, TicketKind, FlagKind, SanctionKind, ConstantKind, Ladder, Prevails)
"""Facts and choices that matter by what rules read, and by nothing else (periods and measures do, too)."""


LOOKED_AT = ("since", "settings", "facts", "periods", "measures", "rules", "choices", "transition")
"""Fields of a version of which it is said here, or where versions are compared, what comes of a change."""


def beyond(old: Case, new: Case, rules: set[str], group: set[str], only: frozenset[str] | None) -> list[Outside]:
    """What is not the same in both and cannot be told by `rules` that fire; and what of these the machines do not know.
    Only those of a `group` may fire otherwise; if `only` some are given, nobody looks at what others impose."""
    one, other = old.looked, new.looked
    found = [
        Outside(f"Settings.{field}", "settings")
        for field in one.settings.__struct_fields__
        if field != "identities" and getattr(one.settings, field) != getattr(other.settings, field)
    ]
    for field in one.__struct_fields__:
        if field not in LOOKED_AT and getattr(one, field) != getattr(other, field):
            found.append(Outside(f"Version.{field}", ""))
    if any(old.identity not in version.settings.identities for version in (one, other)):
        found.append(Outside("Settings.identities", old.identity))
    for part in sorted({*one.facts, *one.choices} ^ {*other.facts, *other.choices}, key=repr):
        if not isinstance(part, MEANT):
            found.append(Outside(type(part).__name__, str(getattr(part, "name", getattr(part, "sanction", "")))))
    found += _tickets(one, other)
    found += _reckoned((one, other), rules)
    found += _fines(one, other, group)
    if only is not None:
        found += _paid_apart((one, other), group - only)
    return sorted(set(found))


def _tickets(old: Version, new: Version) -> Iterator[Outside]:
    """Tickets for one offence that are not taken alike."""
    ones, others = ({f.name: f for f in one.facts if isinstance(f, TicketKind)} for one in (old, new))
    for name in sorted(ones.keys() & others.keys()):
        before, after = ones[name], others[name]
        for field in ("count_by", "stale", "identity"):
            if getattr(before, field) != getattr(after, field):
                yield Outside(f"TicketKind.{field}", name)
        if {action for action, _ in chosen_points(before)} != {action for action, _ in chosen_points(after)}:
            yield Outside("Posting.chosen", name)


def _reckoned(versions: Iterable[Version], rules: set[str]) -> Iterator[Outside]:
    """Effects whose size depends on more than how often a rule fires."""
    for version in versions:
        for rule in version.rules:
            for effect in rule.effects:
                if rule.name not in rules or not isinstance(effect, Open) or effect.sort == "flag":
                    continue
                if effect.formula or effect.until:
                    yield Outside("Open.formula", rule.name)
                if effect.highest is not None or any(part.highest is not None for part in effect.parts):
                    yield Outside("Open.highest", rule.name)


def _opening(version: Version, rules: set[str] | None = None) -> Iterator[tuple[Rule, Open, str]]:
    """The fines that rules open, each with what anybody can see of it."""
    labels = Labels(version)
    for rule in version.rules:
        for effect in rule.effects:
            if isinstance(effect, Open) and effect.sort == "fine" and (rules is None or rule.name in rules):
                label = labels.label(effect, 1)
                yield rule, effect, "" if label is None else label.rest


def _fines(old: Version, new: Version, group: set[str]) -> Iterator[Outside]:
    """Fines that are one for whoever pays, and clear at another time, or come in another order: payments that name no
    decision fill those of one instant in the order of their rules' names."""
    ones, others = list(_opening(old, group)), list(_opening(new, group))
    every = {rule.name for version in (old, new) for rule, _, _ in _opening(version)}
    clearing = {rule.name for version in (old, new) for rule, effect, _ in _opening(version) if effect.clears}
    steps = {step: one.steps for one in (*old.choices, *new.choices) if isinstance(one, Ladder) for step in one.steps}
    for one, effect, told in ones:
        for other, other_effect, other_told in others:
            if told != other_told:
                continue
            if effect.clears and other_effect.clears and effect.clears_when != other_effect.clears_when:
                yield Outside("Open.clears_when", one.name)
            first, last = sorted((one.name, other.name))
            between = {name for name in every if first < name < last} - {*steps.get(first, ()), *steps.get(last, ())}
            if between and clearing & {first, last, *between}:
                yield Outside("order of fines", f"{first}, {last}")
    for name in sorted(group & clearing):
        before, after = ([(e.line, told) for rule, e, told in side if rule.name == name] for side in (ones, others))
        if before != after and sorted(before) == sorted(after):
            yield Outside("order of fines", name)


def _paid_apart(versions: tuple[Version, Version], hidden: set[str]) -> Iterator[Outside]:
    """Fines of rules that nobody looks at, and that may be there in one version alone: who pays does not pay the same
    in both."""
    if any(effect.clears for version in versions for _, effect, _ in _opening(version)):
        for version in versions:
            for rule, _, _ in _opening(version, hidden):
                yield Outside("fines of one version alone", rule.name)
