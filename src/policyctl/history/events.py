"""What happened to an account: the event model. Knows no policy.

Every instant is an aware `datetime` in UTC, every number an exact `Fraction`. What a reader could not accept stands in
`Account.problems`, one per event (one for all events that share an id and contradict each other), and that event is not
among `Account.events`. Mappings are in the order of their names and are not to be changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Literal

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What every kind of event carries. `id` is unique in the account; `ticket` and `decision` name what it concerns;
    `recorded` is when it came on record (by default `issued` for a ticket, else `at`). `attributes` holds `str`,
    `bool`, `Fraction`, and tuples and dicts of these; what was given as `null` is not in it."""

    id: str
    identity: str | None = None
    revision: int = 1
    recorded: datetime
    ticket: str | None = None
    decision: str | None = None
    attributes: Mapping[str, object] = msgspec.field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The value of `event` in the file."""
        return type(self).__name__.lower()


class Ticket(Event, frozen=True, kw_only=True):
    """A violation ticket: for an `offence`, or with `ledger` and `points` (positive), or both.
    occurred <= effective and issued <= effective; both are `effective` where not given. `chosen` holds the values
    picked from ranges that the policy leaves open, by name; `occasion` ties tickets together, `key` is what a ticket
    is about."""

    offence: str | None = None
    ledger: str | None = None
    points: Fraction | None = None
    occurred: datetime
    issued: datetime
    effective: datetime
    final: datetime | None = None
    occasion: str | None = None
    key: str | None = None
    chosen: Mapping[str, Fraction] = msgspec.field(default_factory=dict)


class Payment(Event, frozen=True, kw_only=True):
    """Money paid, `amount` > 0 in the policy's currency; for the fine of `decision`, if it names one."""

    at: datetime
    amount: Fraction


class Appeal(Event, frozen=True, kw_only=True):
    """A step of an appeal against `ticket`. `points` only with `reduced`."""

    at: datetime
    outcome: Literal["filed", "rejected", "annulled", "repealed", "reduced"]
    points: Fraction | None = None


class Act(Event, frozen=True, kw_only=True):
    """Something the account did or that was done for it, by name."""

    at: datetime
    name: str


class Metric(Event, frozen=True, kw_only=True):
    """A number from outside, by name."""

    at: datetime
    name: str
    value: Fraction


class Override(Event, frozen=True, kw_only=True):
    """What a person decided about `decision`; `impose` has the `name` of what is imposed and may lack a decision."""

    at: datetime
    action: Literal["lift", "waive", "confirm", "impose"]
    by: str
    why: str
    name: str | None = None
    until: datetime | None = None
    amount: Fraction | None = None


class Decided(Event, frozen=True, kw_only=True):
    """What the platform in fact imposed; `start` is `from` in the file, `until` >= `start`."""

    at: datetime
    name: str
    start: datetime | None = None
    until: datetime | None = None
    amount: Fraction | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why an event was left out (`error`), or what is odd about one: a code, a message for people, the help, and the
    part of the account that it leaves unanswered (`amount` where money is concerned). `named` is what it names and is
    not there, `instead` what was most likely meant (the same, where that came only later). `events` is how many events
    of the file an error leaves out: those that contradict each other share one problem."""

    code: str
    message: str
    event: str | None = None
    identity: str | None = None
    amount: Fraction | None = None
    field: str | None = None
    named: str | None = None
    instead: str | None = None
    help: str | None = None
    error: bool = True
    events: int = 1


class LeftOut(msgspec.Struct, frozen=True):
    """An event that could not be read, and why. `revision`, `recorded`, its kind and `at`, when it would have taken
    effect, are None where they could not be read."""

    problem: Problem
    revision: int | None = None
    recorded: datetime | None = None
    kind: str | None = None
    at: datetime | None = None


class Changing(msgspec.Struct, frozen=True):
    """An attribute of an account whose value changes: each value with the instant from which it holds (None: always
    before the next), in their order."""

    values: tuple[tuple[datetime | None, object], ...]

    def at(self, instant: datetime) -> object:
        """The value at an instant; None before the first."""
        found = [value for since, value in self.values if since is None or since <= instant]
        return found[-1] if found else None


def as_of(value: object, instant: datetime) -> object:
    """A value of an attribute at an instant."""
    return value.at(instant) if isinstance(value, Changing) else value


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One account: its events in the order of (id, revision), whatever the order of the file, and the problems by event
    and code. All events of one id are of one kind, and no id and revision stands twice. `said` and `left_out` are what
    the file says before that is settled, where it is not the same; `known.known_at` needs them."""

    merchant: str
    opened: datetime | None = None
    attributes: Mapping[str, object] = msgspec.field(default_factory=dict)
    events: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()
    said: tuple[Event, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
