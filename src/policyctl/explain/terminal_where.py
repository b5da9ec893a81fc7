"""What is asked of a fact (behind `where`), or of the account, in words: English pages keep those of the policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from policyctl.exact import plain
from policyctl.explain.terminal_layout import hold
from policyctl.explain.text import Text
from policyctl.policy.form import (
    AllOf,
    AnyOf,
    AttributeKind,
    Between,
    Condition,
    Has,
    Is,
    Not,
    Same,
    TicketKind,
    Version,
    condition_text,
)

if TYPE_CHECKING:
    from policyctl.explain.terminal_words import Speaker

_SIGNS = {">=": "ge", ">": "gt", "<=": "le", "<": "lt", "=": "eq", "!=": "ne"}
_OWN = ("offence", "severity", "ledger", "key", "occasion", "ticket", "points", "amount", "length", "identity")
"""What a fact says of itself besides its attributes."""


def where_said(speaker: Speaker, condition: Condition, version: Version | None = None) -> Text:
    """A condition that asks for words, numbers and dates."""
    match condition:
        case Is("fine", (state,)):
            return speaker.say(f"where.fine_{state}")
        case Is(field, values):
            said = [_value(speaker, field, one, version) for one in values]
            return speaker.say("where.is", field=field_said(speaker, field, version), values=_either(speaker, said))
        case Has(field, compare, threshold, length):
            number = Text(plain(threshold)) if length is None else speaker.length(length)
            return speaker.say(f"where.{_SIGNS[compare]}", field=field_said(speaker, field, version), number=number)
        case Same(field):
            return speaker.say("where.same", field=field_said(speaker, field, version))
        case Between():
            return _dates(speaker, condition, version)
        case AllOf(parts) | AnyOf(parts):
            inner = [_within(speaker, one, version) for one in parts]
            return _joined(speaker, "and", inner) if isinstance(condition, AllOf) else _either(speaker, inner)
        case Not(part):
            return speaker.say("where.not", condition=_within(speaker, part, version))
    return Text(hold(condition_text(condition)))


def _within(speaker: Speaker, part: Condition, version: Version | None) -> Text:
    said = where_said(speaker, part, version)
    return speaker.say("where.together", condition=said) if isinstance(part, AllOf | AnyOf) else said


def _either(speaker: Speaker, said: Sequence[Text]) -> Text:
    return _joined(speaker, "or", said)


def _joined(speaker: Speaker, word: str, said: Sequence[Text]) -> Text:
    text = Text()
    for one in said:
        text.append(speaker.say(f"where.{word}") if text.plain else "").append(one)
    return text


def field_said(speaker: Speaker, field: str, version: Version | None) -> Text:
    """What is asked for."""
    version = version or speaker.version
    facts = version.facts if version is not None else ()
    declared = any(isinstance(one, AttributeKind) and one.name == field for one in facts)
    if speaker.phrases.language == "en":
        return Text(hold(field))
    if declared and field not in _OWN:
        return speaker.name("attribute", field, version)
    return speaker.say(f"where.{field}") if field in _OWN else Text(hold(field))


def _value(speaker: Speaker, field: str, value: str, version: Version | None) -> Text:
    if speaker.phrases.language == "en":
        return Text(hold(value))
    if field == "offence":
        return speaker.offence(value, version)
    if field == "severity":
        return _severity(speaker, value, version or speaker.version)
    return speaker.name(field, value, version) if field in ("ledger", "identity") else Text(hold(value))


def _severity(speaker: Speaker, value: str, version: Version | None) -> Text:
    """As the first offence that has it calls it."""
    facts = version.facts if version is not None else ()
    offence = next((one.name for one in facts if isinstance(one, TicketKind) and one.name.endswith(f".{value}")), "")
    label = (speaker.label("ticket", offence, version) or "").partition(" · ")[2]
    return Text(label or hold(value))


def _dates(speaker: Speaker, asked: Between, version: Version | None) -> Text:
    dated = Text() if asked.dated == "now" else speaker.say(f"where.dated_{asked.dated}")
    if asked.days:
        days = _either(speaker, [speaker.say(f"where.day_{day.replace(' ', '_')}") for day in asked.days])
        return speaker.say("where.on", dated=dated, days=days)
    if asked.length is not None:
        anchor = asked.of or asked.anchor or ""
        if asked.of is not None:
            since = speaker.say(f"where.of_{anchor}")
        elif anchor == "opened":
            since = speaker.say("where.opened")
        elif speaker.phrases.language == "en":
            since = Text(hold(anchor))
        else:
            kind = "act" if speaker.label("act", anchor, version) else "attribute"
            since = speaker.name(kind, anchor, version)
        return speaker.say("where.in", dated=dated, length=speaker.length(asked.length), since=since)
    key, date = ("since", asked.since) if asked.until is None else ("until", asked.until)
    return speaker.say(f"where.{key}", dated=dated, date=_day(speaker, date or ""))


def _day(speaker: Speaker, date: str) -> Text:
    """A date, or a day of every year."""
    if len(date) > len("12-01"):
        return Text(hold(date))
    month, day = date.split("-")
    name = speaker.say("condition.months").plain.split("|")[int(month) - 1]
    name = name.lower() if speaker.phrases.language == "en" else name
    return speaker.say("condition.day", month=name, day=str(int(day)))
