"""One field of a history at a time: a value of `raw.parse` to what the event model holds, or `Wrong`.

A reader takes the value and the zone in which an instant without an offset is read. It never sees `null`: an optional
field given as `null` was left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, TypeGuard

from policyctl.exact import NotANumber, exact
from policyctl.history.events import Changing
from policyctl.history.raw import Numeral, Twice
from policyctl.history.wording import meant, shown, sort_of
from policyctl.instants import BadInstant, Zone

Reader = Callable[[object, Zone], Any]

DEEPEST: Final = 16
"""Lists and objects that may stand inside each other in `attributes`."""

_LONGEST_INSTANT = 40
_USUAL_INSTANT = re.compile(r"(?:19[7-9]|2[01]\d)\d-\d\d-\d\dT\d\d:\d\d:\d\d[+-](?:0\d|1[0-3]):[0-5]\d\Z", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_CONTROL_IN_PROSE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_EXPONENT = re.compile(r"-?\d{1,15}(\.\d{1,9})?[eE][+-]?\d{1,2}\Z", re.ASCII)
_SEPARATED = re.compile(r"-?\d+([,_' \u00a0\u202f]\d+)+(\.\d+)?\Z", re.ASCII)
_PLAIN = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)

_exact = lru_cache(maxsize=1024)(exact)
"""A history says `10` over and over."""


class Wrong(Exception):
    """What is wrong with a field: `says` follows the field's name and whose it is (`is not above zero: `-5``); `field`
    is None where it is the field being read, or no field at all."""

    def __init__(self, code: str, says: str, help: str, field: str | None = None) -> None:
        super().__init__(code, says, help, field)
        self.code = code
        self.says = says
        self.help = help
        self.field = field


def text(value: object, zone: Zone) -> str:
    """A name or other text of one line, not blank."""
    found = _text(value)
    if not found.isprintable() and (control := _CONTROL.search(found)):
        raise _control(control)
    return found


def prose(value: object, zone: Zone) -> str:
    """Words for people, not blank; may have several lines."""
    found = _text(value)
    if not found.isprintable() and (control := _CONTROL_IN_PROSE.search(found)):
        raise _control(control)
    return found


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong("wrong-type", f"is {sort_of(value)}, not text", "write it in double quotes")
    if not value or value.isspace():
        raise Wrong("empty-text", "is empty", "write what it is, or leave an optional field out")
    return value


def _control(found: re.Match[str]) -> Wrong:
    says = f"holds a control character: `\\u{ord(found[0]):04x}`"
    return Wrong("control-character", says, "take line breaks, tabs and other characters without a shape out of it")


def identifier(value: object, zone: Zone) -> str:
    """The id of an event: a text without `@` and `/`, which the ids of decisions are built with."""
    found = text(value, zone)
    for mark in "@/":
        if mark in found:
            raise Wrong("bad-id", f"holds `{mark}`: `{shown(found)}`", f"write an id without `{mark}`, such as `T-88`")
    return found


def number(value: object, zone: Zone) -> Fraction:
    """An exact number, written as a JSON number or as text."""
    written = _decimal(value) if isinstance(value, Numeral) else value
    if not isinstance(written, str):
        raise Wrong("wrong-type", f"is {sort_of(value)}, not a number", "write a number such as `10` or `0.5`")
    try:
        return _exact(written)
    except NotANumber:
        raise Wrong("not-a-plain-number", f"is not a plain number: `{shown(written)}`", _number_help(written)) from None


def _decimal(numeral: Numeral) -> str:
    """A JSON number as a plain decimal: JSON may write 10 as `1e1`."""
    return _written_out(numeral.text) if _EXPONENT.match(numeral.text) else numeral.text


def _number_help(written: str) -> str:
    if _EXPONENT.match(written):
        return f"write it out: `{_written_out(written)}`"
    if _SEPARATED.match(written):
        return "write it without a separator between thousands, and with a point before the fraction"
    if _PLAIN.match(written):
        return "at most 15 digits before the point and 9 behind it can be read"
    return "write the digits 0 to 9 with at most one point, such as `10` or `0.5`"


def _written_out(written: str) -> str:
    from decimal import Decimal  # only a wrong file pays for it

    plain = f"{Decimal(written):f}"
    return shown(plain.rstrip("0").rstrip(".") if "." in plain else plain)


def above_zero(value: object, zone: Zone) -> Fraction:
    """Points or money: an exact number above zero."""
    found = number(value, zone)
    if found.numerator <= 0:
        help = "points and amounts are above zero; whether they add or take away is for the policy to say"
        raise Wrong("not-above-zero", f"is not above zero: `{shown(value)}`", help)
    return found


def revision(value: object, zone: Zone) -> int:
    """Which version of the event this is: a whole number from 1."""
    help = "write a whole number from 1; the first version of an event is 1, its correction 2"
    try:
        found = number(value, zone)
    except Wrong:
        found = Fraction(0)
    if found < 1 or found.denominator != 1:
        raise Wrong("bad-revision", f"is not a whole number from 1: `{shown(value)}`", help)
    return found.numerator


def instant(value: object, zone: Zone) -> datetime:
    """An instant, in UTC; without an offset it is read in the zone."""
    if not isinstance(value, str):
        help = 'write it in double quotes, such as `"2021-03-01T10:00:00+08:00"`'
        raise Wrong("wrong-type", f"is {sort_of(value)}, not a date and time", help)
    if _USUAL_INSTANT.match(value):  # the same as `Zone.read`, ten times as fast
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except ValueError:
            pass  # no such day or hour: `Zone.read` says which
    try:
        if len(value) > _LONGEST_INSTANT or not value.isprintable():
            raise BadInstant(f"`{shown(value)}` is no date and time such as `2021-03-01T10:00:00+08:00`")
        return zone.read(value)
    except BadInstant as bad:
        help = bad.help or "write it as `2021-03-01T10:00:00+08:00`"
        raise Wrong("bad-instant", f"cannot be read: {bad}", help) from None


def one_of(*known: str) -> Reader:
    """The reader of a field that knows a few words."""

    def word(value: object, zone: Zone) -> str:
        found = text(value, zone)
        if found not in known:
            raise Wrong("unknown-value", f"is not a known word: `{shown(found)}`", meant(found, known, "write"))
        return found

    return word


def chosen(value: object, zone: Zone) -> Mapping[str, Fraction]:
    """Values picked from ranges: an object of name to exact number. One given as `null` was left out."""
    return _each(value, lambda given: number(given, zone))


def attributes(value: object, zone: Zone) -> Mapping[str, object]:
    """Facts about an event or an account: `str`, `bool`, exact `Fraction`, and tuples and dicts of these. One given as
    `null` was left out."""
    return _each(value, _of_event)


def _of_event(value: object) -> object:
    given = _attribute(value, DEEPEST)
    if _changes(given):
        help = "write the value that it has for this event; only an attribute of the account changes"
        raise Wrong("wrong-type", "is a list of values with dates, not a value", help)
    return given


def of_account(value: object, zone: Zone) -> Mapping[str, object]:
    """The same of an account, where a value may change: a list of objects with a `value` and when it holds `from`."""
    found = _each(value, lambda given: _attribute(given, DEEPEST))
    return {name: _changing(name, given, zone) for name, given in found.items()}


def _changes(given: object) -> TypeGuard[tuple[dict[str, object], ...]]:
    return isinstance(given, tuple) and bool(given) and all(isinstance(one, dict) and "value" in one for one in given)


def _changing(name: str, given: object, zone: Zone) -> object:
    if not _changes(given):
        return given
    found: dict[datetime | None, object] = {}
    for one in given:
        try:
            since = None if one.get("from") is None else instant(one["from"], zone)
        except Wrong as wrong:
            raise Wrong(wrong.code, f"holds `{shown(name)}`, whose `from` {wrong.says}", wrong.help) from None
        if since in found:
            says = f"holds `{shown(name)}` with two values from one date"
            raise Wrong("repeated-field", says, "keep one of them")
        found[since] = one["value"]
    first = datetime.min.replace(tzinfo=UTC)
    return Changing(tuple(sorted(found.items(), key=lambda dated: dated[0] or first)))


def _each(value: object, read: Callable[[object], Any]) -> dict[str, Any]:
    """The values of an object in the order of their names, so that equal objects also print alike."""
    found = {}
    for name, given in _named(value):
        if given is not None:
            try:
                found[name] = read(given)
            except Wrong as wrong:
                raise Wrong(wrong.code, f"holds `{shown(name)}`, which {wrong.says}", wrong.help) from None
    return found


def _named(value: object) -> list[tuple[str, object]]:
    if not isinstance(value, dict):
        help = 'write an object of names and values, such as `{"category": "food"}`'
        raise Wrong("wrong-type", f"is {sort_of(value)}, not an object", help)
    if isinstance(value, Twice):
        raise Wrong("repeated-field", f"gives `{shown(value.names[0])}` twice", "keep one of them")
    return sorted(value.items())


def _attribute(value: object, deeper: int) -> object:
    if isinstance(value, Numeral):
        decimal = _decimal(value)
        if not _PLAIN.match(decimal):
            raise Wrong("not-a-plain-number", f"is not a plain number: `{shown(value)}`", _number_help(value.text))
        return Fraction(decimal)
    if not isinstance(value, (dict, list)):
        return value
    if not deeper:
        help = "flatten it; a policy reads only values that stand right in `attributes`"
        raise Wrong("nested-too-deep", f"has more than {DEEPEST} lists and objects inside each other", help)
    if isinstance(value, list):
        return tuple(_attribute(item, deeper - 1) for item in value)
    return {name: _attribute(item, deeper - 1) for name, item in _named(value)}
