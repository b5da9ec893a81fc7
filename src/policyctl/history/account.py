"""A whole account: raw values to `Account`, for every form a history comes in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from policyctl.history import fields
from policyctl.history.accept import accept_event
from policyctl.history.clash import settle
from policyctl.history.events import Account, Event, LeftOut, Problem
from policyctl.history.fields import Reader, Wrong
from policyctl.history.raw import Twice
from policyctl.history.unreadable import Unreadable
from policyctl.history.wording import meant, shown, sort_of
from policyctl.instants import Zone


def _events(value: object, zone: Zone) -> list[object]:
    if not isinstance(value, list):
        help = 'write `"events": […]`, empty if nothing happened'
        raise Wrong("wrong-type", f"is {sort_of(value)}, not a list", help)
    return value


_FIELDS: Final[Mapping[str, Reader]] = {
    "merchant": fields.text,
    "opened": fields.instant,
    "attributes": fields.of_account,
    "events": _events,
}
_REQUIRED: Final = {
    "merchant": "write the account that this is the history of",
    "events": 'write `"events": []` if nothing happened',
}


def accept_account(raw: object, zone: Zone, where: str, line: int | None = None) -> Account:
    """The account that a value of `raw.parse` is. Raises `Unreadable`, in file `where` and at `line`, if it is none."""
    try:
        values = _values(raw, zone)
    except Wrong as wrong:
        whose = f"`{shown(wrong.field)}` of the account" if wrong.field is not None else "the account"
        raise Unreadable(wrong.code, f"{whose} {wrong.says}", where, line, None, wrong.help) from None
    said, left_out = _said(values.pop("events"), zone)
    events, problems = settled(said, left_out)
    if not problems:
        return Account(events=events, **values)
    return Account(
        events=events, problems=problems, said=tuple(sorted(said, key=repr)), left_out=_sorted(left_out), **values
    )


def _values(raw: object, zone: Zone) -> dict[str, Any]:
    if not isinstance(raw, dict):
        help = 'write `{"merchant": …, "events": […]}`; several accounts stand one a line, with no list around them'
        raise Wrong("account-not-an-object", f"is {sort_of(raw)}, not an object", help)
    if isinstance(raw, Twice):
        raise Wrong("repeated-field", "is given twice", "keep one of them", raw.names[0])
    if unknown := raw.keys() - _FIELDS.keys():
        name = min(unknown)
        raise Wrong("unknown-field", "is not a known field", meant(name, _FIELDS, "its fields are", "and"), name)
    for name, help in _REQUIRED.items():
        if raw.get(name) is None:
            raise Wrong("missing-field", "is missing", help, name)
    values: dict[str, Any] = {}
    for name, reader in _FIELDS.items():
        if raw.get(name) is not None:
            try:
                values[name] = reader(raw[name], zone)
            except Wrong as wrong:
                raise Wrong(wrong.code, wrong.says, wrong.help, name) from None
    return values


def _said(raw_events: Iterable[object], zone: Zone) -> tuple[tuple[Event, ...], tuple[LeftOut, ...]]:
    found = [accept_event(raw, zone) for raw in raw_events]
    events = tuple(one for one in found if isinstance(one, Event))
    return events, tuple(one for one in found if isinstance(one, LeftOut))


def settled(events: Iterable[Event], left_out: Collection[LeftOut]) -> tuple[tuple[Event, ...], tuple[Problem, ...]]:
    """The events that count, in the order of id and revision, and everything that is wrong with the others."""
    keys = {(b.problem.event, b.revision) for b in left_out if b.problem.event is not None and b.revision is not None}
    kept, problems = settle(events, keys)
    return tuple(kept), tuple(sorted([*(b.problem for b in left_out), *problems], key=_order))


def _sorted(left_out: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    return tuple(sorted(left_out, key=lambda one: (_order(one.problem), repr(one))))


def _order(problem: Problem) -> tuple[str, ...]:
    """By event, the code next; the rest only so that no order of the file is left in it."""
    p = problem
    parts = (p.event, p.code, p.message, p.field, p.identity, p.amount, p.help)
    return tuple("" if part is None else str(part) for part in parts)
