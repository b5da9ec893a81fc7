"""Text to accounts: one JSON object, or one a line.

Whatever the input, the outcome is an `Account` or an `Unreadable`. A wrong event does not make its account unreadable:
it is left out and stands among `Account.problems`.
"""

from __future__ import annotations

from collections.abc import Iterator

from policyctl.history.account import accept_account
from policyctl.history.events import Account
from policyctl.history.raw import is_blank, parse
from policyctl.history.unreadable import Unreadable
from policyctl.instants import Zone

_MARK = "\ufeff"
MOST_LISTED = 5
"""Lines that a message names."""


def read_account(text: str, zone: Zone, where: str) -> Account:
    """The one account that a text holds; instants without an offset are read in `zone`. Raises `Unreadable`, whose
    `where` is the given name of the file."""
    text = text.removeprefix(_MARK)
    if is_blank(text):
        raise _empty(where)
    return accept_account(parse(text, where), zone, where)


def read_accounts(text: str, zone: Zone, where: str, ndjson: bool | None = None) -> Iterator[Account | Unreadable]:
    """Every account of a text, in its order, with an `Unreadable` in the place of each that cannot be read.

    `ndjson` says whether the text has one account a line; None decides by content: a text that is one JSON value is
    one account, and so is a broken one of which no line by itself is an account. Blank lines are passed over.
    An account that stands on several lines is unreadable, once, in the place of the first of them.
    """
    text = text.removeprefix(_MARK)
    if is_blank(text):
        yield _empty(where)
    elif ndjson:
        yield from _one_a_line(text, zone, where)
    else:
        raw = _attempt(text, where)
        if ndjson is None and isinstance(raw, Unreadable) and _has_account_line(text, where):
            yield from _one_a_line(text, zone, where)
        else:
            yield _account(raw, zone, where)


def read_bytes(data: bytes, zone: Zone, where: str, ndjson: bool | None = None) -> Iterator[Account | Unreadable]:
    """Like `read_accounts`, from the bytes of a file; one that is not UTF-8 spoils only the account it stands in."""
    return read_accounts(data.decode("utf-8", "surrogateescape"), zone, where, ndjson)


def _empty(where: str) -> Unreadable:
    help = 'a history with nothing in it is `{"merchant": "m-1", "events": []}`'
    return Unreadable("empty-history", "there is nothing in the file", where, None, None, help)


def _one_a_line(text: str, zone: Zone, where: str) -> Iterator[Account | Unreadable]:
    read = [(number, _account(_attempt(line, where, number), zone, where, number)) for number, line in _lines(text)]
    lines: dict[str, list[int]] = {}
    for number, one in read:
        if isinstance(one, Account):
            lines.setdefault(one.merchant, []).append(number)
    for number, one in read:
        standing = lines[one.merchant] if isinstance(one, Account) else [number]
        if isinstance(one, Unreadable) or len(standing) == 1:
            yield one
        elif number == standing[0]:
            yield _repeated(one.merchant, standing, where)


def _repeated(merchant: str, lines: list[int], where: str) -> Unreadable:
    """One account on several lines: each of them is only a part of its history, so none is answered."""
    listed = ", ".join(str(line) for line in lines[:MOST_LISTED]) + (", …" if len(lines) > MOST_LISTED else "")
    return Unreadable(
        "repeated-merchant",
        f"the merchant `{merchant}` stands on {len(lines)} lines: {listed}",
        where,
        lines[0],
        None,
        "write all its events on one line",
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers. JSON text may hold other line ends than `\\n` unescaped, so
    `splitlines` would cut it; joined files may have a byte order mark in the middle."""
    number, start = 1, 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end].removeprefix(_MARK)
        if not is_blank(line):
            yield number, line
        number, start = number + 1, end + 1


def _attempt(text: str, where: str, line: int | None = None) -> object:
    try:
        return parse(text, where, line)
    except Unreadable as unreadable:
        return unreadable


def _account(raw: object, zone: Zone, where: str, line: int | None = None) -> Account | Unreadable:
    if isinstance(raw, Unreadable):
        return raw
    try:
        return accept_account(raw, zone, where, line)
    except Unreadable as unreadable:
        return unreadable


def _has_account_line(text: str, where: str) -> bool:
    """Whether a line by itself is an account. The first one may be any object: no line of one account spread over
    several starts with a whole object."""
    for position, (number, line) in enumerate(_lines(text)):
        if position == 0 or '"merchant"' in line:
            raw = _attempt(line, where, number)
            if isinstance(raw, dict) and (position == 0 or "merchant" in raw):
                return True
    return False
