"""Where the thresholds of a policy lie, seen from a number: the next one ahead, or the last one reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import floor

import msgspec

from policyctl.explain.bands import Band, band, is_one
from policyctl.explain.terminal_words import asks_whether, find_measure
from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Between,
    Compare,
    Comparison,
    Condition,
    EntryKind,
    FlagUp,
    Has,
    Is,
    Not,
    Read,
    Rule,
    Said,
    Same,
    Version,
    atom_text,
)
from policyctl.replay.answer import Answer, Pending, Silent, Status
from policyctl.replay.conditions import OPPOSITE
from policyctl.replay.reason import SilentPart

Words = Mapping[str, bool]
"""Words about the account, and dates, as they are written, each with whether it holds."""

NO_WORDS: Words = {}

_UP = (">=", ">")
_DOWN = ("<=", "<")
_NOT_COUNTED = ("constant", "attribute", "metric")


class Node(msgspec.Struct, frozen=True):
    """A threshold of a rule on a measure; `whole` where it is all that the rule asks for."""

    rule: Rule
    comparison: Comparison
    whole: bool

    @property
    def threshold(self) -> Fraction:
        """The number to reach."""
        return self.comparison.threshold


def words_of(answer: Answer, identity: str) -> Words:
    """What is known of words and dates from the rules that did not fire."""
    parts = (part for silent in answer.silent if silent.identity == identity for part in silent.parts)
    said = {"condition_fails": False, "condition_holds": True}
    return {part.measure: said[part.reason] for part in parts if part.reason in said}


def next_node(version: Version, measure: str, value: Fraction, words: Words = NO_WORDS) -> Node | None:
    """The nearest threshold that the value has yet to reach: above it for `>=`, else below it for `<=`. What stands
    beside a word that does not hold is none."""
    ahead = [
        n for n in _nodes(version, measure, value, words) if n.comparison.compare in _UP and not _reached(n, value)
    ]
    if ahead:
        return min(ahead, key=lambda n: n.threshold)
    below = [
        n for n in _nodes(version, measure, value, words) if n.comparison.compare in _DOWN and not _reached(n, value)
    ]
    return max(below, key=lambda n: n.threshold, default=None)


def last_node(version: Version, measure: str, value: Fraction, words: Words = NO_WORDS) -> Node | None:
    """The threshold that the value reached last."""
    reached = [n for n in _nodes(version, measure, value, words) if _reached(n, value)]
    up = [n for n in reached if n.comparison.compare in _UP]
    if up:
        return max(up, key=lambda n: n.threshold)
    return min(reached, key=lambda n: n.threshold, default=None)


def passed(version: Version | None, between: Band | None, value: Fraction | None) -> bool:
    """Whether a number has gone through a band, so that more of it does not bring a rule nearer."""
    if version is None or between is None or value is None:
        return False
    return between.passed(value, beginning(version, between.measure))


def gone(version: Version | None, rule: Rule, part: SilentPart) -> bool:
    """Whether a number has gone beyond what a rule wants of it: through a band, or because it never becomes less."""
    if version is None or part.value is None:
        return False
    if passed(version, band(rule.condition, part.measure), part.value):
        return True
    needed = rule.condition.parts if isinstance(rule.condition, AllOf) else (rule.condition,)
    return (
        part.compare in _DOWN
        and only_grows(version, part.measure)
        and any(
            isinstance(one, Comparison) and (one.measure, one.compare) == (part.measure, part.compare) for one in needed
        )
    )


def only_grows(version: Version, measure: str) -> bool:
    """Whether a number counts all that ever happened, so that it never becomes less."""
    found = find_measure(version, measure)
    return found is not None and bool(found.terms) and all(_grows(term.read, term.times) for term in found.terms)


def _grows(read: Read, times: Fraction) -> bool:
    ever = (read.within, read.back, read.standing, read.anchor) == ("ever", None, "posted", "now")
    return times > 0 and ever and read.of in ("count", "sum") and read.sort not in _NOT_COUNTED


def share(version: Version, measure: str, value: Fraction, node: Node) -> Fraction:
    """How much of the way from the start to the threshold lies behind."""
    start = beginning(version, measure)
    if node.threshold == start:
        return Fraction(int(_reached(node, value)))
    return (value - start) / (node.threshold - start)


def beginning(version: Version, measure: str) -> Fraction:
    """What a measure or ledger is before anything happened."""
    starts = {kind.name: kind.start for kind in version.facts if isinstance(kind, EntryKind)}
    found = find_measure(version, measure)
    if found is None:
        return starts.get(measure, Fraction(0))
    return found.plus + sum((term.times * _begins(version, term.read, starts) for term in found.terms), Fraction(0))


def _begins(version: Version, read: Read, starts: Mapping[str, Fraction]) -> Fraction:
    if read.of == "balance":
        return starts.get(read.names[0], Fraction(0))
    if read.sort != "measure":
        return Fraction(0)
    parts = [beginning(version, name) for name in read.names]
    return {"max": max(parts), "min": min(parts), "whole": Fraction(floor(parts[0]))}.get(read.of, Fraction(0))


def _nodes(version: Version, measure: str, value: Fraction, words: Words) -> Iterator[Node]:
    for rule in version.rules:
        if rule.occasion != "ticket":
            continue  # the number alone does not bring it: it waits for something else
        for comparison in _comparisons(rule.condition, words):
            if comparison.measure != measure or comparison.compare not in _UP + _DOWN:
                continue
            between = band(rule.condition, measure)
            if between is not None:
                near = between.entered(beginning(version, measure))
                if comparison == near and not passed(version, between, value):
                    yield Node(rule, comparison, is_one(rule.condition))
            elif rule.every is not None:
                count = value // rule.every
                for times in (count, count + 1):
                    if times > 0:
                        yield Node(rule, Comparison(measure, ">=", rule.every * times), True)
            elif not _limits(version, rule, comparison) and (
                comparison.compare in _UP or compares(comparison, value) or not only_grows(version, measure)
            ):
                yield Node(rule, comparison, comparison is rule.condition)


def _limits(version: Version, rule: Rule, comparison: Comparison) -> bool:
    """Whether a count only limits from above what a rule asks for besides (`while fixtures <= 19`): it held from the
    beginning, and is nothing to reach."""
    if comparison is rule.condition or comparison.compare not in _DOWN:
        return False
    found = find_measure(version, comparison.measure)
    counted = found is not None and all(
        term.read.of in ("count", "sum") and term.read.sort not in _NOT_COUNTED for term in found.terms
    )
    return counted and compares(comparison, beginning(version, comparison.measure))


def _comparisons(condition: Condition, words: Words) -> Iterator[Comparison]:
    match condition:
        case Comparison():
            yield condition
        case AllOf(parts) | AnyOf(parts):
            if isinstance(condition, AllOf) and any(_fails(part, words) for part in parts):
                return
            for part in parts:
                yield from _comparisons(part, words)


def _fails(condition: Condition, words: Words) -> bool:
    """Whether a word about the account, or a date, is known not to hold."""
    if isinstance(condition, Not):
        return isinstance(condition.part, Is | Between) and words.get(atom_text(condition.part)) is True
    return isinstance(condition, Is | Between) and words.get(atom_text(condition)) is False


def _reached(node: Node, value: Fraction) -> bool:
    return compares(node.comparison, value)


def compares(comparison: Comparison, value: Fraction) -> bool:
    """Whether a comparison holds for a value."""
    threshold = comparison.threshold
    match comparison.compare:
        case ">=":
            return value >= threshold
        case ">":
            return value > threshold
        case "<=":
            return value <= threshold
        case "<":
            return value < threshold
        case "=":
            return value == threshold
        case "!=":
            return value != threshold


def holds_now(condition: Condition, status: Status) -> bool | None:
    """Whether a condition holds as an identity stands; None where its status does not say."""
    match condition:
        case Comparison(measure):
            known = dict(status.ledgers) | dict(status.measures)
            value = known.get(measure)
            return compares(condition, value) if value is not None else False if measure in known else None
        case FlagUp(flag):
            return status.closed if flag == "closed" else flag in status.flags
        case Is() | Has() | Same() | Between():
            return None
        case Not(part):
            inner = holds_now(part, status)
            return None if inner is None else not inner
        case AllOf(parts) | AnyOf(parts):
            values = [holds_now(part, status) for part in parts]
            decisive = isinstance(condition, AnyOf)
            if decisive in values:
                return decisive
            return None if None in values else not decisive


def flags_in(condition: Condition | None) -> Iterator[str]:
    """The flags that a condition reads."""
    match condition:
        case FlagUp(flag):
            yield flag
        case Not(part):
            yield from flags_in(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from flags_in(part)


def nearest(answer: Answer, identity: str) -> Silent | None:
    """The rule that an identity is nearest to, of those that a ticket would bring."""
    near = [
        s
        for s in answer.silent
        if s.identity == identity and s.gap is not None and s.reason in ("below_threshold", "above_threshold")
        if s.rule.occasion == "ticket" and not spared_by(answer, s)
        if not any(asks_whether(version, part.measure) for part in s.parts[:1] for version in answer.policy.versions)
        if not has_passed(answer.version, s)
    ]
    return min(near, key=lambda s: s.gap or Fraction(0), default=None)


def awaited(answer: Answer, identity: str) -> Silent | None:
    """A rule whose condition holds already, so that any ticket brings it."""
    found = (s for s in answer.silent if s.identity == identity and s.reason == "awaits_ticket")
    return next(found, None)


def has_passed(version: Version | None, silent: Silent) -> bool:
    """Whether a rule is silent because a number of it has gone beyond what it wants."""
    return any(gone(version, silent.rule, part) for part in silent.parts)


def spared_by(answer: Answer, silent: Silent) -> list[Said]:
    """The exceptions that alone keep a rule of one line silent: whatever does not hold is said by them."""
    condition, version = silent.rule.condition, answer.version
    if version is None or silent.rule.lines or not isinstance(condition, AllOf):
        return []
    exempt = list(answer.policy.exceptions(version, silent.rule))
    first = len(condition.parts) - len(exempt)
    lacking = {(part.measure, part.compare, part.threshold) for part in silent.parts}
    if any(not lacking.isdisjoint(_wanted(part)) for part in condition.parts[:first]):
        return []
    paired = zip(exempt, condition.parts[first:], strict=True)
    return [one for one, part in paired if not lacking.isdisjoint(_wanted(part))]


def _wanted(condition: Condition, should: bool = True) -> Iterator[tuple[str, Compare | None, Fraction | None]]:
    """What the parts of a condition are called where they do not hold."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _wanted(part, should)
        case Not(part):
            yield from _wanted(part, not should)
        case Comparison(measure, compare, threshold):
            yield measure, compare if should else OPPOSITE[compare], threshold
        case FlagUp(flag):
            yield flag, None, None
        case _:
            yield atom_text(condition), None, None


def triggered(answer: Answer, pending: Pending) -> list[Rule]:
    """The rules that a pending ticket will fire if nothing else happens, each as the newest version has it."""
    newest = {rule.name: rule for version in answer.policy.versions for rule in version.rules}
    names = dict.fromkeys(decision.rpartition("@")[0] for decision in pending.triggers)
    return [newest[name] for name in names if name in newest]


def closes(rules: Iterable[Rule]) -> bool:
    """Whether one of these rules closes the identity."""
    return any(effect.sort == "close" for rule in rules for effect in rule.effects)
