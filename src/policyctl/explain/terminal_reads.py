"""Measures without a name of their own, in words: what is read, over what time, and of which facts."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from policyctl.explain.terminal_where import field_said, where_said
from policyctl.explain.text import Text
from policyctl.instants import Length
from policyctl.policy.form import Last, Lately, Measure, Previous, Read, Same, Since, Term, Version

if TYPE_CHECKING:
    from policyctl.explain.terminal_words import Speaker

_COUNTED = {"ticket": "tickets", "entry": "entries"}
_PLAIN = ("metric", "constant", "attribute")
_KIND = {"decision": "rule"}


def worded(speaker: Speaker, measure: Measure, version: Version | None) -> Text:
    """A measure without a name of its own, in words; in English the policy's own are words enough."""
    terms = [_term(speaker, term, version) for term in measure.terms]
    if measure.plus or not terms:
        terms.append(Text(speaker.number(measure.plus)))
    text = terms[0]
    for term in terms[1:]:
        sign, rest = ("−", term.part(1, len(term.plain))) if term.plain.startswith("-") else ("+", term)
        text = Text().append(text).append(f" {sign} ").append(rest)
    return text


def unit_of(read: Read) -> str:
    """What a read counts: points, tickets, entries; all else is a plain number."""
    if read.of == "count":
        return _COUNTED.get(read.sort, "number")
    return "points" if read.sort == "entry" else "number"


def _term(speaker: Speaker, term: Term, version: Version | None) -> Text:
    read = _read(speaker, term.read, version)
    times = term.times
    if times == 1:
        return read
    sign = "-" if times < 0 else ""
    text = (
        Text(f"{sign}{speaker.number(Fraction(abs(times.numerator)))} × ") if abs(times.numerator) != 1 else Text(sign)
    )
    text.append(read)
    return text if times.denominator == 1 else text.append(f" ÷ {speaker.number(Fraction(times.denominator))}")


def _read(speaker: Speaker, read: Read, version: Version | None) -> Text:
    if read.of == "balance":
        return speaker.ledger(read.names[0], version)
    if read.sort == "measure":
        parts = [speaker.measure(name, version) for name in read.names]
        return speaker.say(f"measure.{read.of}", measures=speaker.listed(parts))
    if read.sort in _PLAIN and read.of == "latest":
        return _names(speaker, read, version)
    if (read.of, read.sort, read.where) == ("sum", "entry", Same("ticket")):
        return speaker.say("measure.of_ticket")
    names, within = _names(speaker, read, version), _within(speaker, read, version)
    text = speaker.say(_key(read), names=names, within=within)
    if read.different is not None:
        field = field_said(speaker, read.different, version)
        text = speaker.say("measure.different", field=field, measure=text)
    if read.dated != "booking":
        text = speaker.say(f"measure.by_{read.dated}", measure=text)
    if read.where is not None:
        text = speaker.say("measure.where", measure=text, condition=where_said(speaker, read.where, version))
    return text


def _key(read: Read) -> str:
    """The sentence for what is read."""
    if read.of in ("highest", "lowest", "latest"):
        return f"measure.{read.of}"
    if read.sort == "ticket":
        return "measure.tickets" if read.names else "measure.all_tickets"
    if read.sort == "entry":
        return f"measure.{'count' if read.of == 'count' else 'points'}_{read.standing}"
    if read.sort == "fine":
        return "measure.fines_sum" if read.of == "sum" else f"measure.fines_{read.standing}"
    if read.of == "sum":
        return "measure.sum"
    return "measure.times_live" if read.standing == "live" else "measure.times"


def _names(speaker: Speaker, read: Read, version: Version | None) -> Text:
    if read.sort == "ticket":
        return speaker.listed([speaker.offence(name, version) for name in read.names])
    if read.sort == "entry":
        return speaker.ledgers(read.names, version)
    kind = _KIND.get(read.sort, read.sort)
    return speaker.listed([speaker.name(kind, name, version) for name in read.names])


def _within(speaker: Speaker, read: Read, version: Version | None) -> Text:
    """The time that it looks at."""
    match read.back:
        case Previous(unit):
            return speaker.say(f"measure.previous_{unit}")
        case Since(sort, name, at):
            key = "measure.since_act" if sort == "act" else f"measure.since_{at}"
            return speaker.say(key, name=speaker.name(sort, name, version))
        case Lately(count):
            return speaker.say("measure.last_periods", count=str(count))
        case Last(count, act):
            return speaker.say("measure.last", count=str(count), name=speaker.name("act", act, version))
    if isinstance(read.within, Length):
        key = "measure.window_edge" if read.far_edge else "measure.window"
        key = key if read.anchor == "now" else f"measure.window_{read.anchor}"
        return speaker.say(key, length=speaker.length(read.within))
    if read.anchor in ("ticket", "stood"):
        return speaker.say("measure.at_ticket" if read.anchor == "ticket" else "measure.stood")
    return speaker.say(f"measure.{read.within}")
