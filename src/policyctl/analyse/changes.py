"""What was changed from one policy to another: in the text, in its parts, and in what it decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

import msgspec

from policyctl.analyse.case import Case, cases
from policyctl.analyse.explore import Budget
from policyctl.analyse.outside import Outside
from policyctl.analyse.reading import Reading
from policyctl.analyse.same import Verdict, compare
from policyctl.policy.form import EntryKind, FlagKind, Policy, TicketKind, Version

Answer = Literal["nothing", "formatting", "labels", "no-effect", "different", "undecided"]
"""The least that can be said of all that was changed."""


class Lines(msgspec.Struct, frozen=True):
    """How many lines were written, and how many taken out."""

    added: int
    removed: int


class PartChange(msgspec.Struct, frozen=True):
    """A part of a version that was added, removed, or is written otherwise: its kind and name, and what it says."""

    kind: str
    name: str
    old: str | None
    new: str | None


class Asked(msgspec.Struct, frozen=True):
    """What a comparison is restricted to."""

    offence: str | None = None
    identity: str | None = None
    rule: str | None = None
    bare: bool = False


@dataclass
class Compared:
    """A version of each policy, compared for one identity."""

    old: Case
    new: Case
    verdict: Verdict


@dataclass
class Changes:
    """What was changed. `compared` are the versions of which it matters, each for each identity;
    `outside` is what was changed beside these."""

    name: str
    old: Policy
    new: Policy
    lines: Lines
    parts: list[PartChange]
    compared: list[Compared] = field(default_factory=list)
    outside: list[Outside] = field(default_factory=list)
    asked: Asked = field(default_factory=Asked)

    @property
    def answer(self) -> Answer:
        """The least that can be said of it."""
        if self.old.digest() == self.new.digest():
            if self.old.text_digest() != self.new.text_digest():
                return "labels"
            return "formatting" if self.lines != Lines(0, 0) else "nothing"
        if any(one.verdict.witnesses for one in self.compared):
            return "different"
        proved = not self.outside and all(one.verdict.proved for one in self.compared)
        return "no-effect" if proved else "undecided"


def changes(old: Policy, new: Policy, texts: tuple[str, str], asked: Asked, states: int, seconds: float) -> Changes:
    """Compare two policies."""
    found = Changes(new.name, old, new, _lines(*texts), _parts(old, new), asked=asked)
    if old.digest() == new.digest():
        return found
    found.outside = _not_compared(old, new)
    for one, other in _versions(old, new):
        for identity in [asked.identity] if asked.identity else _identities((old, one), (new, other)):
            left, right = (
                _for_offence(cases(policy, version.since, identity, asked.bare)[0], asked.offence)
                for policy, version in ((old, one), (new, other))
            )
            verdict = compare(left, right, asked.rule, Budget(states, seconds))
            found.compared.append(Compared(left, right, verdict))
    return found


def _identities(*sides: tuple[Policy, Version]) -> list[str]:
    """The identities that either version treats in a way of its own, or that one of them does not know."""
    told = [[case.identity for case in cases(policy, version.since)] for policy, version in sides]
    known = [version.settings.identities for _, version in sides]
    apart = [name for one, other in (known, reversed(known)) for name in one if name not in other]
    return list(dict.fromkeys([*max(told, key=len), *told[0], *told[1], *apart]))


def _not_compared(old: Policy, new: Policy) -> list[Outside]:
    """What was changed and no comparison of two versions tells: which versions there are, and what becomes of accounts
    from one to the next."""
    olds, news = ({version.since: version for version in policy.versions} for policy in (old, new))
    found = [Outside("Version", since or "") for since in sorted(olds.keys() ^ news.keys(), key=str)]
    for since in sorted(olds.keys() & news.keys(), key=str):
        if olds[since].transition != news[since].transition:
            found.append(Outside("Transition", since or ""))
    return found


def _versions(old: Policy, new: Policy) -> list[tuple[Version, Version]]:
    """The versions to be compared: those of one date that are not the same; and a newest one with the newest."""
    olds = {version.since: version for version in old.versions}
    found = [(olds[v.since], v) for v in new.versions if v.since in olds and olds[v.since] != v]
    newest = old.versions[-1], new.versions[-1]
    if newest[0].since != newest[1].since:
        found.append(newest)
    return found or [newest]


def _for_offence(case: Case, offence: str | None) -> Case:
    """A case in which no other offence is committed."""
    if offence is None:
        return case
    facts = tuple(
        fact
        for fact in case.looked.facts
        if not isinstance(fact, TicketKind) or fact.name == offence or fact.name.startswith(f"{offence}.")
    )
    return Case(case.policy, case.identity, msgspec.structs.replace(case.looked, facts=facts), case.bare, alone=True)


def _lines(old: str, new: str) -> Lines:
    one, other = old.splitlines(), new.splitlines()
    added = removed = 0
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag != "equal":
            added, removed = added + d - c, removed + b - a
    return Lines(added, removed)


def _parts(old: Policy, new: Policy) -> list[PartChange]:
    """The parts of the newest versions that are written otherwise."""
    one, other = _said(old), _said(new)
    found = []
    for kind, name in sorted({*one, *other}):
        before, after = one.get((kind, name)), other.get((kind, name))
        if before != after:
            found.append(PartChange(kind, name, before, after))
    return _moved(found) + _unsaid(old.versions[-1], new.versions[-1], found)


def _moved(found: list[PartChange]) -> list[PartChange]:
    """The same with steps of one ladder, and rules, that do the same at another number told as one change."""
    left = list(found)
    for gone in [one for one in found if one.kind == "rule" and one.old and one.new is None]:
        for come in [one for one in left if one.kind == "rule" and one.old is None and one.new]:
            assert gone.old is not None and come.new is not None
            same = gone.old.partition("->")[2] == come.new.partition("->")[2]
            if same and gone.name.partition("[")[0] == come.name.partition("[")[0] and gone in left:
                left[left.index(gone)] = PartChange("rule", gone.name, gone.old, come.new)
                left.remove(come)
    return left


def _said(policy: Policy) -> dict[tuple[str, str], str]:
    since = policy.versions[-1].since or ""
    found: dict[tuple[str, str], str] = {}
    for key, said in policy.words.said.items():
        of, kind, name = key.split(" ", 2)
        if of == since and kind not in ("exception", "line", "notice", "part", "identity"):
            found[kind, name] = said.text
    return found


def _unsaid(old: Version, new: Version, said: Sequence[PartChange]) -> list[PartChange]:
    """Rules that mean something else though their own words are the same, and settings."""
    found = []
    one, other = Reading(old), Reading(new)
    named = {change.name for change in said}
    for name in sorted(one.rules.keys() & other.rules.keys()):
        if one.rules[name] != other.rules[name] and name not in named:
            found.append(PartChange("rule", name, "", ""))
    for name in sorted(_otherwise(old, new)):
        if name not in named:
            found.append(PartChange(_kind(old, name), name, "", ""))
    for setting in old.settings.__struct_fields__:
        before, after = getattr(old.settings, setting), getattr(new.settings, setting)
        if before != after:
            found.append(PartChange("setting", setting.replace("_", " "), str(before), str(after)))
    return found


def _otherwise(old: Version, new: Version) -> set[str]:
    """Ledgers and flags of both that begin, end or are counted otherwise, which their names alone do not tell."""
    kinds = (EntryKind, FlagKind)
    ones, others = ({fact for fact in version.facts if isinstance(fact, kinds)} for version in (old, new))
    both = {fact.name for fact in ones} & {fact.name for fact in others}
    return {fact.name for fact in ones ^ others} & both | {one.ledger for one in {*old.periods} ^ {*new.periods}} & both


def _kind(version: Version, name: str) -> str:
    return "flag" if any(isinstance(fact, FlagKind) and fact.name == name for fact in version.facts) else "ledger"
