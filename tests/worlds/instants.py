"""Instants that matter: boundaries of a policy's calendar, ends of what began, and the moments beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from policyctl.instants import Length, Zone
from policyctl.policy.form import EntryKind, Open, Policy, TicketKind, Version
from tests.worlds.choices import Choices

MICRO, SECOND = timedelta(microseconds=1), timedelta(seconds=1)
FIRST, LAST = datetime(2020, 1, 10, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC)


class Instants:
    """Draws instants for one policy; remembers those it has drawn, since lengths are counted from them."""

    def __init__(self, choices: Choices, policy: Policy) -> None:
        self.choices = choices
        self.zone = Zone(policy.versions[0].settings.timezone)
        self.versions = [self.zone.read(v.since) for v in policy.versions if v.since is not None]
        self.lengths = lengths(policy)
        self.drawn: list[datetime] = []

    def first(self) -> datetime:
        """Where a history begins."""
        before = [start - timedelta(days=30) for start in self.versions[1:]]
        base = self.choices.pick([self.zone.at(datetime(2021, 1, 5, 10)), *self.versions[:1], *before, *before])
        return self.keep(base + self._days(40))

    def next(self, now: datetime, ends: Callable[[], Sequence[Sequence[datetime]]] = list) -> datetime:
        """An instant at or after another one: at once, at one of the `ends` to come, a length later, at a boundary, or
        some days later."""
        form = self.choices.integer(0, 19)
        if form < 4:
            return self.keep(now)
        if form < 6:
            return self.keep(now + self._days(3))
        if form < 7:
            return self.keep(now + self._days(40))
        if form < 16 and (coming := ends()):
            end = self.choices.pick(self.choices.pick(coming))
            # Short of it there is still time to pay, or to be found guilty again.
            end = self.beside(end) if form < 12 else self._short_of(end, now)
            return self.keep(end if now <= end <= LAST else now + self._days(20))
        if form < 18 and self.lengths:
            start = self.choices.pick([now, *self.drawn[-6:]])
            end = self.beside(self.zone.after(start, self.choices.pick(self.lengths)))
            return self.keep(end if now <= end <= LAST else now + self._days(20))
        later = [self.boundary(now) for _ in range(2)] + [v for v in self.versions if v > now] * 2
        return self.keep(max(now, self.beside(min(self.choices.pick(later), LAST))))

    def _short_of(self, end: datetime, now: datetime) -> datetime:
        before = end - self.choices.pick((timedelta(minutes=20), timedelta(hours=12), timedelta(days=2)))
        return before if now <= before and self.choices.chance(0.6) else now + (end - now) / self.choices.pick((2, 4))

    def boundary(self, now: datetime) -> datetime:
        """The next start of a calendar unit."""
        return self.zone.next_start(self.choices.pick(("year", "year", "quarter", "month")), now)

    def beside(self, instant: datetime) -> datetime:
        """The instant itself, or just before or after."""
        off = self.choices.pick(
            (MICRO * 0, MICRO * 0, MICRO * 0, -MICRO, -SECOND, MICRO, SECOND, timedelta(seconds=-0.5))
        )
        return instant + off

    def before(self, instant: datetime) -> datetime:
        """An instant not after another one: often in the period before, or just at its end."""
        form = self.choices.integer(0, 5)
        if form == 0:
            return instant - self._days(40)
        if form == 5 and self.lengths:
            # So long before that a window which looks at this date ends with the ticket's own instant.
            return min(instant, self.beside(instant - self.choices.pick(self.lengths).longest()))
        if form == 1:
            return instant - timedelta(minutes=self.choices.integer(1, 3000))
        if form == 2 and self.lengths:
            return min(instant, self.choices.pick([instant, *self.drawn[-4:]]))
        start = self.zone.start_of(self.choices.pick(("year", "quarter", "month")), instant)
        return min(instant, self.beside(start))

    def older(self, instant: datetime) -> datetime:
        """An instant just before the version in force began, where there is an older one."""
        begun = [start for start in self.versions[1:] if start <= instant]
        return begun[-1] - self.choices.pick((MICRO, SECOND, timedelta(days=1))) if begun else instant

    def keep(self, instant: datetime) -> datetime:
        """Remember an instant."""
        self.drawn.append(instant)
        return instant

    def asked(self, ends: Callable[[], Sequence[Sequence[datetime]]]) -> datetime:
        """An instant to ask about: beside what happened or ends, at the end of a length, at a boundary, long after."""
        if self.choices.chance(0.4) and self.drawn and (coming := ends()):
            end = self.choices.pick(self.choices.pick(coming))
            return self.beside(end) if self.choices.chance(0.5) else self._short_of(end, self.drawn[-1])
        some = self.choices.pick(self.drawn) if self.drawn else self.first()
        form = self.choices.integer(0, 9)
        if form < 4:
            return self.beside(self.drawn[-1] if self.drawn and form < 3 else some)
        if form < 6 and self.lengths:
            return self.beside(self.zone.after(some, self.choices.pick(self.lengths)))
        if form < 8:
            return self.beside(self.boundary(some))
        return (self.drawn[-1] if self.drawn else some) + self._days(400)

    def _days(self, most: int) -> timedelta:
        return timedelta(days=self.choices.integer(0, most), hours=self.choices.integer(0, 23))


def lengths(policy: Policy) -> list[Length]:
    """Every length that a policy says: of windows and of sanctions."""
    found: set[Length] = set()
    for version in policy.versions:
        for measure in version.measures:
            found |= {term.read.within for term in measure.terms if isinstance(term.read.within, Length)}
        for rule in version.rules:
            opens = (effect for effect in rule.effects if isinstance(effect, Open))
            found |= {part.time for effect in opens for part in effect.parts if part.time is not None}
    return sorted(found, key=lambda length: (length.longest(), length.unit))


def ledgers(policy: Policy, now: datetime | None = None) -> list[str]:
    """The names of the ledgers of the version in force at an instant, or of all."""
    return sorted({f.name for v in _versions(policy, now) for f in v.facts if isinstance(f, EntryKind)})


def offences(policy: Policy, now: datetime | None = None) -> list[str]:
    """The names of everything that a ticket can be for, in the version in force at an instant, or in any."""
    return sorted({f.name for v in _versions(policy, now) for f in v.facts if isinstance(f, TicketKind)})


def _versions(policy: Policy, now: datetime | None) -> list[Version]:
    versions = list(policy.versions)
    if now is None:
        return versions
    zone = Zone(versions[0].settings.timezone)
    return [v for v in versions if v.since is None or zone.read(v.since) <= now][-1:] or versions
