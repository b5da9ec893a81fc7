"""JSON text to plain values, exactly: numbers stay as they were written, a field given twice is noticed.

What is no JSON, or JSON that no file written with care holds (`NaN`, numbers of a thousand digits, half characters,
endless nesting), raises `Unreadable` with its place.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Final, NoReturn

from policyctl.history.unreadable import Unreadable

_BLANK: Final = " \t\r\n"
"""What may stand between values."""

LONGEST_NUMBER: Final = 400
"""Characters of a number; a longer one is a broken or hostile file."""

_PAST_BLANK = re.compile(r"[ \t\r\n]*")
_HALF = re.compile("[\ud800-\udfff]")
_ESCAPES = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.", re.DOTALL
)
_OUTSIDE_TEXTS = re.compile(
    r'"[^"\\]*(?:\\.[^"\\]*)*"|(NaN|-?Infinity|-?[0-9][0-9.eE+\-]{' + str(LONGEST_NUMBER - 2) + ",})"
)


class Numeral:
    """A JSON number as it was written."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class Twice(dict[str, object]):
    """An object of which some fields were given more than once; `names` are these, sorted."""

    __slots__ = ("names",)

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        given = Counter(name for name, _ in pairs)
        self.names = tuple(sorted(name for name, times in given.items() if times > 1))


class _Refused(Exception):
    """The value is JSON, or nearly, and refused all the same. Arguments: code, message, help."""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else Twice(pairs)


def _number(text: str) -> Numeral:
    if len(text) >= LONGEST_NUMBER:
        digits = f"a number of {len(text)} characters is longer than any amount"
        raise _Refused("number-too-long", digits, "write a plain decimal such as `2000` or `0.5`")
    return Numeral(text)


def _no_number(text: str) -> NoReturn:
    raise _Refused("no-finite-number", f"`{text}` is not a number", "write the number, or `null` where there is none")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_number, parse_float=_number, parse_constant=_no_number
)


def parse(text: str, where: str, line: int | None = None) -> object:
    """The one JSON value that `text` is: `str`, `bool`, `None`, `Numeral`, lists and dicts of these (`Twice` where a
    field was repeated). `line` is the number of the line, where the text is one line of a file. Raises `Unreadable`."""
    if not text.isascii() and (half := _HALF.search(text)):
        raise _half(text, half, where, line)
    try:
        value, end = _DECODER.raw_decode(text, _past_blank(text, 0))
    except json.JSONDecodeError as error:
        raise _syntax(text, error, where, line) from None
    except _Refused as refused:
        code, message, help = refused.args
        place = next((found.start() for found in _OUTSIDE_TEXTS.finditer(text) if found[1]), 0)
        raise Unreadable(code, message, where, *_place(text, place, line), help) from None
    except RecursionError:
        message, help = "lists and objects stand too deep inside each other", "a history needs four levels; flatten it"
        raise Unreadable("nested-too-deep", message, where, line, None, help) from None
    if (rest := _past_blank(text, end)) < len(text):
        message, help = "there is more text behind the end of the account", "write several accounts one a line"
        raise Unreadable("more-text", message, where, *_place(text, rest, line), help)
    if "\\u" in text:
        _check_escapes(text, where, line)
    return value


def is_blank(text: str) -> bool:
    """Whether there is nothing in a text but what may stand between values."""
    return _past_blank(text, 0) == len(text)


def _past_blank(text: str, start: int) -> int:
    match = _PAST_BLANK.match(text, start)
    return match.end() if match else start


def _place(text: str, position: int, line: int | None) -> tuple[int, int]:
    column = position - text.rfind("\n", 0, position)
    return (text.count("\n", 0, position) + 1 if line is None else line), column


def _half(text: str, found: re.Match[str], where: str, line: int | None) -> Unreadable:
    place = _place(text, found.start(), line)
    if not "\udc80" <= found[0] <= "\udcff":
        return _broken_character(f"\\u{ord(found[0]):04x}", where, place)
    utf16 = found.start() == 0 and found[0] in "\udcff\udcfe"
    help = f"save the file as UTF-8; this one is in {'UTF-16' if utf16 else 'another encoding, perhaps GBK'}"
    return Unreadable("not-utf-8", "a character here is not written in UTF-8", where, *place, help)


def _broken_character(escape: str, where: str, place: tuple[int, int]) -> Unreadable:
    help = "the text was cut in the middle of a character; export it again"
    return Unreadable("broken-character", f"`{escape}` is half a character", where, *place, help)


def _check_escapes(text: str, where: str, line: int | None) -> None:
    for found in _ESCAPES.finditer(text):
        if found[1]:
            raise _broken_character(found[1].lower(), where, _place(text, found.start(), line))


# --- Syntax errors. The words of the library depend on its version, so only the beginnings of its messages are used ---

_QUOTES = "put every name and every text in double quotes"
_SAID: Final = (
    ("Expecting property name", "a field name in double quotes is missing here", _QUOTES),
    ("Expecting ':'", "a `:` is missing here", 'write `"name": value`'),
    ("Expecting ','", "a `,` or a closing bracket is missing here", "separate fields and events by commas"),
    ("Unterminated string", "the text that starts here has no closing quote", _QUOTES),
    ("Invalid control character", "a text holds a line break or another control character here", "write it as `\\n`"),
    ("Invalid \\", "a `\\` stands before a character that it does not go with", "write a `\\` itself as `\\\\`"),
    ("Expecting value", "a value is missing here", "write text in double quotes, a number, `true`, `false` or `null`"),
)


def _syntax(text: str, error: json.JSONDecodeError, where: str, line: int | None) -> Unreadable:
    position, message, help = _mistake(text, error)
    return Unreadable("not-json", f"not JSON: {message}", where, *_place(text, position, line), help)


def _mistake(text: str, error: json.JSONDecodeError) -> tuple[int, str, str]:
    position = error.pos
    comma = position if error.msg.startswith("Illegal trailing comma") else _last_mark(text, position)
    behind = _past_blank(text, comma + 1)
    if text[comma : comma + 1] == "," and text[behind : behind + 1] in ("]", "}"):
        return comma, "there is a `,` with nothing behind it", "take the last comma away"
    known = next((row for row in _SAID if error.msg.startswith(row[0])), None)
    end = len(text.rstrip(_BLANK))
    if position >= end and "string" not in error.msg:
        return end, "the text ends before the account does", "the file was cut off; export it again"
    if known is None:
        return position, "the text cannot be read from here on", _QUOTES
    return position, known[1], known[2]


def _last_mark(text: str, position: int) -> int:
    """Where the last character before `position` stands that is no blank; 0 at the start."""
    while position > 0 and text[position - 1] in _BLANK:
        position -= 1
    return max(position - 1, 0)
