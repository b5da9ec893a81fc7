"""What schedules count from, and when the periods of one identity turn because of it.

All of it is known before a replay begins (when the account was opened, its attributes, its acts), but for the first
ticket of a ledger, which the replay itself finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from msgspec import Struct

from policyctl.calendar import OnAct, Recurring, Repeats, following, instants, latest, name_of
from policyctl.history.events import Act, Problem
from policyctl.instants import BadInstant, Zone
from policyctl.policy.form import Policy


class FromTicket(Struct, frozen=True):
    """To come: the period of a ledger turns, so long after its first ticket."""

    ledger: str
    every: Repeats


class Anchors(Struct, frozen=True):
    """When the account was opened, the dates among its attributes, and the acts of the identity by their names."""

    zone: Zone
    opened: datetime | None
    dates: Mapping[str, datetime]
    acts: Mapping[str, tuple[datetime, ...]]

    @staticmethod
    def of(zone: Zone, opened: datetime | None, attributes: Mapping[str, object], acts: Iterable[Act]) -> Anchors:
        """The anchors of an identity."""
        found: dict[str, list[datetime]] = {}
        for act in acts:
            found.setdefault(act.name, []).append(act.at)
        return Anchors(
            zone,
            opened,
            {name: date for name, value in attributes.items() if (date := _date(zone, value)) is not None},
            {name: tuple(sorted(set(ats))) for name, ats in found.items()},
        )

    def fixed(self, every: Recurring | None) -> datetime | None:
        """What a schedule counts from, where that is one date for all time."""
        if not isinstance(every, Repeats):
            return None
        if every.since == "opened":
            return self.opened
        return self.dates.get(every.name or "") if every.since == "attribute" else None

    def turns(self, every: Recurring, after: datetime, last: datetime) -> Iterator[datetime]:
        """The turns of a period after one instant up to another, as far as they are known before anything happens."""
        if isinstance(every, OnAct):
            yield from (at for at in self.acts.get(every.name, ()) if after < at <= last)
        elif isinstance(every, Repeats) and every.since == "act":
            # Each act begins the count anew.
            for act, until in pairwise((*self.acts.get(every.name or "", ()), None)):
                assert act is not None
                for turn in instants(every, act, last if until is None else min(last, until), self.zone, act):
                    if turn > after and turn != until:
                        yield turn
        else:
            yield from instants(every, after, last, self.zone, self.fixed(every))

    def next_turn(self, every: Recurring, after: datetime, first_ticket: datetime | None) -> datetime | None:
        """The next turn, if nothing happens before it."""
        anchor = self.fixed(every)
        if isinstance(every, Repeats) and every.since == "ticket":
            anchor = first_ticket
        elif isinstance(every, Repeats) and every.since == "act":
            anchor = max((at for at in self.acts.get(every.name or "", ()) if at <= after), default=None)
        return following(every, after, self.zone, anchor)

    def period(self, every: Recurring | None, instant: datetime) -> tuple[str, datetime] | tuple[None, None]:
        """The name and the start of the period that runs or begins at an instant. One that nothing began starts there:
        the time before the first turn."""
        if every is None:
            return None, None
        start = latest(every, instant, self.zone, self.fixed(every)) or instant
        return name_of(every, start, self.zone), start

    def missing(self, policy: Policy) -> Iterator[Problem]:
        """The dates that a schedule counts from and the account does not give."""
        schedules = dict.fromkeys(period.every for version in policy.versions for period in version.periods)
        for every in schedules:
            if not isinstance(every, Repeats) or every.since in ("act", "ticket") or self.fixed(every) is not None:
                continue
            what = "when it was opened" if every.since == "opened" else f"a date as its attribute `{every.name}`"
            yield Problem(
                code="no-date-to-count-from",
                message=f"a period is counted from a date that the account does not give: {what}",
                named=every.name,
                help='add `"opened": "2020-01-15"` to the account'
                if every.since == "opened"
                else f'add `"{every.name}": "2020-01-15"` to the `attributes` of the account',
            )


def _date(zone: Zone, value: object) -> datetime | None:
    """The instant that an attribute names, if it is a date."""
    try:
        return zone.read(value) if isinstance(value, str) else None
    except BadInstant:
        return None
