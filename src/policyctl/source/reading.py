"""From the bytes of a file to a text: UTF-8, without byte order mark, without characters that nobody can see."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from policyctl.source.diagnostics import Diagnostic
from policyctl.source.text import Source, Span

_MARK = "\ufeff"
_ALLOWED = "\n\r\t\f"
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that make a text look different from what it is."""
_WITHOUT_WIDTH = frozenset("\u00ad\u200b\u200e\u200f\u2060") | {_MARK}
"""Characters that take no room: two names with and without one look the same."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is no text; the findings say where and why."""

    findings: tuple[Diagnostic, ...]


def source_of(name: str, data: bytes) -> Source | Unreadable:
    """The text of a file under the name it is shown under."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return Unreadable((_not_utf8(name, data, error),))
    source = Source(name, text.removeprefix(_MARK))
    found = tuple(
        _invisible(source, offset, character)
        for offset, character in enumerate(source.text)
        if (ord(character) < 32 or 127 <= ord(character) < 160 or character in _TURNING | _WITHOUT_WIDTH)
        and character not in _ALLOWED
    )
    # A binary file would otherwise give thousands of them.
    return Unreadable(found[:10]) if found else source


def _not_utf8(name: str, data: bytes, error: UnicodeDecodeError) -> Diagnostic:
    before = data[: error.start].decode("utf-8").removeprefix(_MARK)
    # What cannot be read is shown as a replacement character.
    rest = data[error.start :].decode("utf-8", "replace")
    source = Source(name, before + rest)
    start = len(before)
    hint = " (the file seems to be UTF-16)" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
    return Diagnostic(
        "not-utf-8",
        f"byte {error.start + 1} of the file, 0x{data[error.start]:02x}, is not UTF-8{hint}",
        Span(source, start, start + 1),
        "save the file as UTF-8",
    )


def _invisible(source: Source, offset: int, character: str) -> Diagnostic:
    called = unicodedata.name(character, "a control character").lower()
    return Diagnostic(
        "control-character",
        f"the file contains an invisible character (U+{ord(character):04X}, {called})",
        Span(source, offset, offset + 1),
        "delete it",
    )
