"""One event at a time: raw values to an `Event`, or to the `Problem` that keeps it out.

A message never says where in the file an event stands, so that shuffling the events changes no output.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from policyctl.history import fields
from policyctl.history.events import Event, LeftOut, Problem
from policyctl.history.fields import Reader, Wrong
from policyctl.history.kinds import KINDS, Kind, Values
from policyctl.history.raw import Numeral, Twice
from policyctl.history.wording import described, meant, shown, sort_of
from policyctl.instants import Zone


def accept_event(raw: object, zone: Zone) -> Event | LeftOut:
    """The event that a value of `raw.parse` is. Of several mistakes the gravest is told: what the event is, then fields
    given twice, not known, missing, wrong in themselves, wrong beside each other."""
    try:
        return _event(raw, zone)
    except Wrong as wrong:
        return _broken(raw, wrong, zone)


def _event(raw: object, zone: Zone) -> Event:
    if not isinstance(raw, dict):
        help = 'write each event as an object, such as `{"event": "ticket", "id": "T-88", …}`'
        value = f": `{shown(raw)}`" if isinstance(raw, (str, Numeral)) else ""
        raise Wrong("event-not-an-object", f"is {sort_of(raw)}, not an object{value}", help)
    if isinstance(raw, Twice):
        raise Wrong("repeated-field", "is given twice", "keep one of them", raw.names[0])
    kind = _kind(raw)
    _check_names(kind, raw)
    return kind.finish(_values(kind, raw, zone))


def _kind(raw: Mapping[str, object]) -> Kind:
    name = raw.get("event")
    if name is None:
        raise Wrong("missing-field", "is missing", meant("", KINDS, "write"), "event")
    if not isinstance(name, str):
        raise Wrong("wrong-type", f"is {sort_of(name)}, not text", meant("", KINDS, "write"), "event")
    if name not in KINDS:
        raise Wrong("unknown-event", f"is not a known kind: `{shown(name)}`", meant(name, KINDS, "write"), "event")
    return KINDS[name]


def _check_names(kind: Kind, raw: Mapping[str, object]) -> None:
    unknown = raw.keys() - kind.fields.keys() - {"event"}
    if unknown:
        name = min(unknown)
        help = meant(name, kind.fields, f"the fields of the kind `{kind.name}` are", "and")
        if name == "severity" and "offence" in kind.fields:
            help = 'it stands behind the offence: "offence": "OFFENCE.SEVERITY"'
        raise Wrong("unknown-field", "is not a known field", help, name)
    for name in kind.required:
        if raw.get(name) is None:
            raise Wrong("missing-field", "is missing", f"every event of the kind `{kind.name}` has `{name}`", name)


def _values(kind: Kind, raw: Mapping[str, object], zone: Zone) -> Values:
    values: Values = {}
    wrong: dict[str, Wrong] = {}
    readers = kind.fields
    for name, given in raw.items():
        if given is not None and name != "event":
            try:
                values[name] = readers[name](given, zone)
            except Wrong as found:
                wrong[name] = found
    for name in readers if wrong else ():
        if name in wrong:
            raise Wrong(wrong[name].code, wrong[name].says, wrong[name].help, name)
    return values


def _broken(raw: object, wrong: Wrong, zone: Zone) -> LeftOut:
    if not isinstance(raw, dict):
        return LeftOut(Problem(code=wrong.code, message=f"an event {wrong.says}", help=wrong.help))
    once = {name: value for name, value in raw.items() if not isinstance(raw, Twice) or name not in raw.names}
    kind = once.get("event")
    id = _if_readable(fields.identifier, once.get("id"), zone)
    field = shown(wrong.field)
    problem = Problem(
        code=wrong.code,
        message=f"`{field}` of {_named(once, id)} {wrong.says}",
        event=id,
        identity=_if_readable(fields.text, once.get("identity"), zone),
        amount=_if_readable(fields.number, once.get("amount"), zone) if kind == "payment" else None,
        field=field,
        help=wrong.help,
    )
    # When it came on record, and when it would have taken effect, with the defaults of its kind.
    recorded = _first_instant(once, ("recorded", "issued", "effective", "at"), zone)
    known = kind if isinstance(kind, str) and kind in KINDS else None
    at = _first_instant(once, ("effective", "at"), zone)
    if id is None or "revision" in raw.keys() - once.keys():
        return LeftOut(problem, None, recorded, known, at)
    given = once.get("revision")
    revision = 1 if given is None else _if_readable(fields.revision, given, zone)
    return LeftOut(problem, revision, recorded, known, at)


def _first_instant(raw: Mapping[str, object], names: tuple[str, ...], zone: Zone) -> datetime | None:
    given = next((raw[name] for name in names if raw.get(name) is not None), None)
    return None if given is None else _if_readable(fields.instant, given, zone)


def _if_readable(reader: Reader, value: object, zone: Zone) -> Any:
    try:
        return reader(value, zone)
    except Wrong:
        return None


def _named(raw: Mapping[str, object], id: str | None) -> str:
    """The event in a message: by its id, or without a readable one by some of its content."""
    kind = raw.get("event")
    word = kind if isinstance(kind, str) and kind in KINDS else "event"
    if id is not None:
        return f"{word} `{shown(id)}`"
    content = described({name: value for name, value in raw.items() if name not in ("event", "id")})
    return f"{'an' if word[0] in 'aeo' else 'a'} {word}{f' ({content})' if content else ''}"
