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
from policyctl.history.events import Act, Changing, Problem
from policyctl.instants import BadInstant, Length, Zone
from policyctl.policy.form import ActKind, Between, Policy, records


class FromTicket(Struct, frozen=True):
    """To come: the period of a ledger turns, so long after its first ticket."""

    ledger: str
    every: Repeats


Dated = tuple[tuple[datetime | None, datetime | None], ...]
"""The dates in an attribute, each with the instant from which it is that one (None: always before the next)."""


class Anchors(Struct, frozen=True):
    """When the account was opened, the dates among its attributes, and the acts of the identity by their names."""

    zone: Zone
    opened: datetime | None
    dates: Mapping[str, Dated]
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
            {name: dates for name, value in attributes.items() if (dates := _dates(zone, value))},
            {name: tuple(sorted(set(ats))) for name, ats in found.items()},
        )

    def fixed(self, every: Recurring | None, at: datetime) -> datetime | None:
        """What a schedule counts from at an instant, where that is a date which the account gives."""
        if not isinstance(every, Repeats):
            return None
        if every.since == "opened":
            return self.opened
        return self._date(every.name or "", at) if every.since == "attribute" else None

    def _date(self, name: str, at: datetime) -> datetime | None:
        """The date in an attribute at an instant."""
        found = [date for since, date in self.dates.get(name, ()) if since is None or since <= at]
        return found[-1] if found else None

    def within(self, length: Length, anchor: str | datetime, at: datetime) -> bool:
        """Whether an instant is not so long after an anchor: when the account was opened, a date among its attributes,
        the last act of that name by then, or an instant. After one that there is not, nothing is."""
        if isinstance(anchor, datetime):
            return anchor <= at < self.zone.after(anchor, length)
        start = self.opened if anchor == "opened" else self._date(anchor, at)
        start = start or max((act for act in self.acts.get(anchor, ()) if act <= at), default=None)
        return start is not None and start <= at < self.zone.after(start, length)

    def between(self, atom: Between, at: datetime) -> bool:
        """Whether an instant lies where a condition on dates says."""
        if atom.length is not None and atom.anchor is not None:
            return self.within(atom.length, atom.anchor, at)
        if atom.days:
            return any(self.zone.is_on(day, at) for day in atom.days)
        since, until = (None if date is None else self.zone.dated(date, at) for date in (atom.since, atom.until))
        return (since is None or since <= at) and (until is None or at < until)

    def ends(self, length: Length, anchor: str) -> Iterator[datetime]:
        """When it is so long after an anchor."""
        starts = (self.opened,) if anchor == "opened" else tuple(date for _, date in self.dates.get(anchor, ()))
        for one in starts or self.acts.get(anchor, ()):
            if one is not None:
                yield self.zone.after(one, length)

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
        elif isinstance(every, Repeats) and every.since == "attribute":
            # What changes at an instant does so behind its resets.
            dates = self.dates.get(every.name or "", ())
            for (since, date), (until, _) in pairwise((*dates, (None, None))):
                first, end = max(after, since or after), min(last, until or last)
                yield from instants(every, first, end, self.zone, date)
        else:
            yield from instants(every, after, last, self.zone, self.fixed(every, after))

    def next_turn(self, every: Recurring, after: datetime, first_ticket: datetime | None) -> datetime | None:
        """The next turn, if nothing happens before it."""
        if isinstance(every, Repeats) and every.since == "attribute":
            dates = self.dates.get(every.name or "", ())
            for (since, date), (until, _) in pairwise((*dates, (None, None))):
                turn = following(every, max(after, since or after), self.zone, date)
                if turn is not None and (until is None or turn <= until):
                    return turn
            return None
        anchor = self.fixed(every, after)
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
        start = latest(every, instant, self.zone, self.fixed(every, instant)) or instant
        return name_of(every, start, self.zone), start

    def missing(self, policy: Policy) -> Iterator[Problem]:
        """The dates that something counts from and the account does not give."""
        acts = {fact.name for version in policy.versions for fact in version.facts if isinstance(fact, ActKind)}
        wanted = [
            "opened" if every.since == "opened" else every.name or ""
            for every in records(policy.versions, Repeats)
            if every.since in ("opened", "attribute")
        ]
        wanted += [one.anchor for one in records(policy.versions, Between) if one.anchor and one.anchor not in acts]
        for name in dict.fromkeys(wanted):
            if self.opened if name == "opened" else self.dates.get(name):
                continue
            what = "when it was opened" if name == "opened" else f"a date as its attribute `{name}`"
            yield Problem(
                code="no-date-to-count-from",
                message=f"something is counted from a date that the account does not give: {what}",
                named=None if name == "opened" else name,
                help='add `"opened": "2020-01-15"` to the account'
                if name == "opened"
                else f'add `"{name}": "2020-01-15"` to the `attributes` of the account',
                events=0,
            )


def _dates(zone: Zone, value: object) -> Dated:
    """The dates that an attribute names, where it ever names one."""
    values = value.values if isinstance(value, Changing) else ((None, value),)
    found = tuple((since, dated(zone, one)) for since, one in values)
    return found if any(date is not None for _, date in found) else ()


def dated(zone: Zone, value: object) -> datetime | None:
    """The instant that an attribute names, if it is a date."""
    try:
        return zone.read(value) if isinstance(value, str) else None
    except BadInstant:
        return None
