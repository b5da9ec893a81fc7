"""How a message shows what was in the file: in one line, short, and the same whatever the order of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from policyctl.history.raw import Numeral

SHOWN = 40
"""Characters of a value that a message shows."""

_DESCRIBED = 100
_COMPARED = 40
_NOT_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(value: object) -> str:
    """The value as one short line; line breaks and other control characters are written as `\\u000a`."""
    text = _NOT_SHOWN.sub(_escaped, _text(value))
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _text(value: object) -> str:
    if isinstance(value, str):
        return value[: SHOWN + 1]
    if isinstance(value, Numeral):
        return value.text[: SHOWN + 1]
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    return "null" if value is None else "true" if value is True else "false"


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


def sort_of(value: object) -> str:
    """What kind of thing a value is, for people: `a number`, `a list`, or a word like `true` itself."""
    if isinstance(value, str):
        return "text"
    if isinstance(value, Numeral):
        return "a number"
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else f"`{shown(value)}`"


def described(fields: Mapping[str, object]) -> str:
    """Some of an event's fields, by name and value and in the order of the names: enough to find it by searching."""
    given = (f"{shown(name)} {shown(value)}" for name, value in sorted(fields.items()) if value is not None)
    text = ", ".join(given)
    return text if len(text) <= _DESCRIBED else text[: _DESCRIBED - 1] + "…"


def listed(names: Iterable[str], word: str = "and") -> str:
    """`a`, `b` and `c`, each in backticks."""
    *most, last = (f"`{name}`" for name in names)
    return f"{', '.join(most)} {word} {last}" if most else last


@lru_cache(maxsize=256)
def nearest(name: str, known: tuple[str, ...]) -> str | None:
    """The known name that a misspelt one most probably means, if any is near. A wrong name often stands in all events
    of a file, and finding the nearest takes a while."""
    if len(name) > _COMPARED:
        return None
    from difflib import get_close_matches  # only a wrong file pays for it

    return next(iter(get_close_matches(name.lower(), known, n=1)), None)


def meant(name: str, known: Iterable[str], otherwise: str, word: str = "or") -> str:
    """The help for a name that is not known: the nearest known one, or else all of them."""
    known = tuple(known)
    near = nearest(name, known)
    return f"did you mean `{near}`?" if near else f"{otherwise} {listed(known, word)}"
