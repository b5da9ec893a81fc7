"""The kinds of events as a table: their fields in the order in which people are told about them, which of them are
required, and what must hold between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from policyctl.history import fields
from policyctl.history.events import Act, Appeal, Decided, Event, Metric, Override, Payment, Ticket
from policyctl.history.fields import Reader, Wrong

Values = dict[str, Any]


class Kind(msgspec.Struct, frozen=True):
    """A kind of event. `fields` are the readers by the name in the file, without `event` itself; `finish` fills in the
    defaults, raises `Wrong` where fields contradict each other, and builds the event."""

    name: str
    fields: Mapping[str, Reader]
    required: tuple[str, ...]
    finish: Callable[[Values], Event]


def _ticket(values: Values) -> Ticket:
    effective = values["effective"]
    values.setdefault("occurred", effective)
    issued = values.setdefault("issued", effective)
    values.setdefault("recorded", issued)
    _check_charge(values)
    for name in ("occurred", "issued"):
        if values[name] > effective:
            help = f"check the two dates; a ticket takes effect at its `{name}` or after it"
            raise Wrong("dates-out-of-order", "is later than its `effective`", help, name)
    return Ticket(**values)


def _check_charge(values: Values) -> None:
    if "ledger" in values and "points" not in values:
        help = "write how many points the ledger gets, or only an `offence`"
        raise Wrong("ledger-without-points", "is missing, although `ledger` is given", help, "points")
    if "points" in values and "ledger" not in values:
        help = "write the ledger that the points go to, or only an `offence`"
        raise Wrong("points-without-ledger", "is missing, although `points` are given", help, "ledger")
    if "points" not in values and "offence" not in values:
        help = "write an `offence`, or `ledger` and `points`"
        raise Wrong("ticket-without-charge", "is missing, and so are `ledger` and `points`", help, "offence")


def _payment(values: Values) -> Payment:
    return Payment(**_recorded(values))


def _appeal(values: Values) -> Appeal:
    reduced = values["outcome"] == "reduced"
    if reduced and "points" not in values:
        help = "write the points that the ticket is reduced to"
        raise Wrong("reduced-without-points", "is missing, although the outcome is `reduced`", help, "points")
    if not reduced and "points" in values:
        help = "leave `points` out, or write the outcome `reduced`"
        says = f"is given, although the outcome is `{values['outcome']}`"
        raise Wrong("points-without-reduced", says, help, "points")
    return Appeal(**_recorded(values))


def _act(values: Values) -> Act:
    return Act(**_recorded(values))


def _metric(values: Values) -> Metric:
    return Metric(**_recorded(values))


def _override(values: Values) -> Override:
    impose = values["action"] == "impose"
    if impose and "name" not in values:
        raise Wrong("missing-field", "is missing", "`impose` needs the name of what is imposed", "name")
    if not impose and "decision" not in values:
        help = f"`{values['action']}` needs the id of the decision, such as `short_ban@T-97`"
        raise Wrong("missing-field", "is missing", help, "decision")
    if impose and "until" in values and values["until"] < values["at"]:
        help = "what is imposed starts at `at` and ends after it; leave `until` out where it has no end"
        raise Wrong("dates-out-of-order", "is earlier than its `at`", help, "until")
    return Override(**_recorded(values))


def _decided(values: Values) -> Decided:
    start = values.pop("from", None)
    until = values.get("until")
    if start is not None and until is not None and until < start:
        help = "what was imposed ends after it starts; leave `until` out where it has no end"
        raise Wrong("dates-out-of-order", "is earlier than its `from`", help, "until")
    return Decided(start=start, **_recorded(values))


def _recorded(values: Values) -> Values:
    values.setdefault("recorded", values["at"])
    return values


_HEAD: Final[dict[str, Reader]] = {"id": fields.identifier, "identity": fields.text}
_TAIL: Final[dict[str, Reader]] = {
    "ticket": fields.identifier,
    "decision": fields.text,
    "recorded": fields.instant,
    "revision": fields.revision,
    "attributes": fields.attributes,
}
_AT: Final[dict[str, Reader]] = {"at": fields.instant}

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind(
            "ticket",
            {
                **_HEAD,
                "offence": fields.text,
                "ledger": fields.text,
                "points": fields.above_zero,
                "occurred": fields.instant,
                "issued": fields.instant,
                "effective": fields.instant,
                "final": fields.instant,
                "occasion": fields.text,
                "key": fields.text,
                "chosen": fields.chosen,
                **_TAIL,
            },
            ("id", "effective"),
            _ticket,
        ),
        Kind("payment", {**_HEAD, "amount": fields.above_zero, **_AT, **_TAIL}, ("id", "amount", "at"), _payment),
        Kind(
            "appeal",
            {
                **_HEAD,
                "ticket": fields.identifier,
                "outcome": fields.one_of("filed", "rejected", "annulled", "repealed", "reduced"),
                "points": fields.above_zero,
                **_AT,
                **_TAIL,
            },
            ("id", "ticket", "outcome", "at"),
            _appeal,
        ),
        Kind("act", {**_HEAD, "name": fields.text, **_AT, **_TAIL}, ("id", "name", "at"), _act),
        Kind(
            "metric",
            {**_HEAD, "name": fields.text, "value": fields.number, **_AT, **_TAIL},
            ("id", "name", "value", "at"),
            _metric,
        ),
        Kind(
            "override",
            {
                **_HEAD,
                "action": fields.one_of("lift", "waive", "confirm", "impose"),
                "by": fields.text,
                "why": fields.prose,
                "name": fields.text,
                "until": fields.instant,
                "amount": fields.above_zero,
                **_AT,
                **_TAIL,
            },
            ("id", "action", "by", "why", "at"),
            _override,
        ),
        Kind(
            "decided",
            {
                **_HEAD,
                "name": fields.text,
                "from": fields.instant,
                "until": fields.instant,
                "amount": fields.above_zero,
                **_AT,
                **_TAIL,
            },
            ("id", "name", "at"),
            _decided,
        ),
    )
}
"""Every kind by the value of `event`."""
