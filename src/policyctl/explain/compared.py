"""Comparisons of two sides, as they are written: `incurred(points) in 3 years >= limit` compares a number with a dated
constant or an attribute of the account (or with `2 * limit`), and `every 2 of cautions above 1` counts from 1 on. Both
are kept as a difference that is compared with 0; on the page stands the number itself.
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
from policyctl.history.events import as_of
from policyctl.policy.form import ConstantKind, EntryKind, Read, Term, Version, applies
from policyctl.replay.facts import spoken


class Side(Struct, frozen=True):
    """The number of which a measure is the difference to another one: by so much (`shift`) the measure is above it. The
    other one is a constant or an attribute, as it is `written`, or a number. `of` is the name of the first."""

    of: str
    name: Text
    shift: Fraction
    written: str | None


def side_of(speaker: Speaker, name: str, version: Version | None, at: datetime, style: str = "") -> Side | None:
    """The number behind a difference; None where a measure is none, or has a name of its own."""
    measure = find_measure(version, name)
    if version is None or measure is None or measure.declared:
        return None
    told = [term for term in measure.terms if term.read.sort in ("constant", "attribute")]
    rest = tuple(term for term in measure.terms if term not in told)
    if not rest or len(told) + bool(measure.plus) != 1:
        return None
    written, less = (None, -measure.plus) if not told else _other(speaker, told[0], version, at)
    alone = name.removesuffix(f" - {plain(-measure.plus) if written is None else written}")
    if alone == name or less is None:
        return None
    known = find_measure(version, alone) is not None or alone in _ledgers(version)
    if known:
        text = speaker.measure(alone, version, style)
    elif speaker.phrases.language == "zh":
        text = worded(speaker, replace(measure, plus=Fraction(0), terms=rest), version).stylize(style)
    else:
        text = Text(alone, style=style)
    return Side(alone, text, -less, None if written is None else written.removeprefix("(").removesuffix(")"))


def _ledgers(version: Version) -> set[str]:
    return {fact.name for fact in version.facts if isinstance(fact, EntryKind)}


def _other(speaker: Speaker, term: Term, version: Version, at: datetime) -> tuple[str, Fraction | None]:
    """A constant or an attribute, or a multiple of one, as it is written behind the minus; and its value."""
    [name], times = term.read.names, -term.times
    value = _value(speaker, term.read, version, at)
    written = name if times == 1 else f"({plain(times)} * {name})"
    return written, None if value is None else times * value


def _value(speaker: Speaker, read: Read, version: Version, at: datetime) -> Fraction | None:
    """The value of a constant or an attribute at an instant."""
    [constant] = read.names
    if read.sort == "attribute":
        value = as_of(speaker.answer.attributes.get(constant), at)
        return value if isinstance(value, Fraction) else None
    dated = next(
        (fact.values for fact in version.facts if isinstance(fact, ConstantKind) and fact.name == constant), ()
    )
    told = speaker.answer.attributes
    held = [
        one.value
        for one in dated
        if one.since is None or speaker.answer.zone.read(one.since) <= at
        if applies(one.when, lambda field: spoken(as_of(told.get(field), at)))
    ]
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
    if side.written is None:
        return wanted
    return speaker.say("wanted.constant", wanted=wanted, constant=side.written)
