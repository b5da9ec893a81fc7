"""Comparisons of two sides, as they are written: `incurred(points) in 3 years >= limit` compares a number with a dated
constant, and `every 2 of cautions above 1` counts from 1 on. Both are kept as a difference that is compared with 0; on
the page stands the number itself.
"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from policyctl.exact import plain
from policyctl.explain.terminal_reads import worded
from policyctl.explain.terminal_words import Speaker, find_measure
from policyctl.explain.text import Text
from policyctl.policy.form import ConstantKind, EntryKind, Version


class Side(Struct, frozen=True):
    """The number of which a measure is the difference to another one: by so much (`shift`) the measure is above it. The
    other one is a `constant`, or a number."""

    name: Text
    shift: Fraction
    constant: str | None


def side_of(speaker: Speaker, name: str, version: Version | None, at: datetime, style: str = "") -> Side | None:
    """The number behind a difference; None where a measure is none, or has a name of its own."""
    measure = find_measure(version, name)
    if version is None or measure is None or measure.declared:
        return None
    constants = [term for term in measure.terms if term.read.sort == "constant"]
    rest = tuple(term for term in measure.terms if term not in constants)
    if not rest or len(constants) + bool(measure.plus) != 1 or any(term.times != -1 for term in constants):
        return None
    constant = constants[0].read.names[0] if constants else None
    alone = name.removesuffix(f" - {plain(-measure.plus) if constant is None else constant}")
    less = -measure.plus if constant is None else _value(speaker, constant, version, at)
    if alone == name or less is None:
        return None
    known = find_measure(version, alone) is not None or alone in _ledgers(version)
    if known:
        text = speaker.measure(alone, version, style)
    elif speaker.phrases.language == "zh":
        text = worded(speaker, replace(measure, plus=Fraction(0), terms=rest), version).stylize(style)
    else:
        text = Text(alone, style=style)
    return Side(text, -less, constant)


def _ledgers(version: Version) -> set[str]:
    return {fact.name for fact in version.facts if isinstance(fact, EntryKind)}


def _value(speaker: Speaker, constant: str, version: Version, at: datetime) -> Fraction | None:
    """The value of a constant at an instant."""
    dated = next(
        (fact.values for fact in version.facts if isinstance(fact, ConstantKind) and fact.name == constant), ()
    )
    held = [one.value for one in dated if one.since is None or speaker.answer.zone.read(one.since) <= at]
    return held[-1] if held else None


def wanted_of(
    speaker: Speaker,
    measure: str,
    compare: str,
    threshold: Fraction,
    side: Side,
    version: Version | None,
    every: Fraction | None,
    next: str = "",
) -> Text:
    """What a rule asks of such a number: `13 points or more (limit)`, `every full 2 above 1`; with `next` at which
    multiple it does so the next time, else at which it did."""
    if every is not None:
        number, reached = (speaker.quantity(measure, one, version) for one in (every, threshold - side.shift))
        above = speaker.number(-side.shift)
        return speaker.say(f"wanted.every_above{next and '_next'}", number=number, above=above, reached=reached)
    wanted = speaker.wanted(measure, compare, threshold - side.shift, version)
    if side.constant is None:
        return wanted
    return speaker.say("wanted.constant", wanted=wanted, constant=speaker.name("constant", side.constant, version))
