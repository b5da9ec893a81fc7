"""The civil calendar of the second reader, by definition and day by day, from the section "Time" of the document."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from policyctl.calendar import DayOf, Nth, Weekly
from policyctl.instants import Calendar, Length, Zone

TICK = timedelta(microseconds=1)
FIXED = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}


class Civil:
    """A zone, with the days on which people do not work and those of a weekend on which they do."""

    def __init__(self, zone: ZoneInfo, holidays: Collection[str] = (), workdays: Collection[str] = ()) -> None:
        self.zone, self.holidays, self.workdays = zone, set(holidays), set(workdays)

    def clock(self, instant: datetime) -> datetime:
        """What the clocks show."""
        return instant.astimezone(self.zone).replace(tzinfo=None)

    def at(self, shown: datetime) -> datetime:
        """When the clocks show that: the first time; where they never do, the later of what it could be."""
        near = [shown.replace(tzinfo=UTC) + timedelta(days=days) for days in (-1, 1)]
        offsets = [instant.astimezone(self.zone).utcoffset() for instant in near]
        could = [(shown - offset).replace(tzinfo=UTC) for offset in offsets if offset is not None]
        right = [instant for instant in could if self.clock(instant) == shown]
        return min(right) if right else max(could)

    def works(self, day: date) -> bool:
        """Whether people work on a day."""
        if day.isoformat() in self.workdays:
            return True
        return day.isoweekday() <= 5 and day.isoformat() not in self.holidays

    def after(self, start: datetime, length: Length) -> datetime:
        """When a length ends that begins at an instant."""
        end = self._plain(start, length)
        if not length.rolled:
            return end
        last = self.clock(end - TICK).date()
        days = 0
        while not self.works(last + timedelta(days=days)):
            days += 1
        return self.at(self.clock(end) + timedelta(days=days)) if days else end

    def _plain(self, start: datetime, length: Length) -> datetime:
        shown, count, unit = self.clock(start), length.count, length.unit
        midnight = shown.replace(hour=0, minute=0, second=0, microsecond=0)
        if unit in FIXED:
            return start + count * FIXED[unit]
        if unit == "local_day":
            return self.at(shown + timedelta(days=count))
        if unit == "calendar_day":
            return self.at(midnight + timedelta(days=count))
        if unit == "business_day":
            day = midnight
            while True:
                count -= int(self.works(day.date()))
                day += timedelta(days=1)
                if count == 0:
                    return self.at(day)
        later = _months(shown, count * (12 if unit.endswith("year") else 1))
        return self.at(later.replace(hour=0, minute=0, second=0, microsecond=0) if "calendar" in unit else later)


def _months(shown: datetime, count: int) -> datetime:
    """So many months later on the same day, or on the last of that month where it has no such day."""
    year, month = divmod(shown.year * 12 + shown.month - 1 + count, 12)
    for day in range(shown.day, 0, -1):
        try:
            return shown.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def on_next_day(zone: Zone, every: Calendar | Weekly | Nth | DayOf, now: datetime) -> datetime:
    """When a sanction begins that waits for a day of a schedule: the first one behind today."""
    if isinstance(every, str):
        return zone.next_start(every, now)
    day = zone.local(now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    while True:
        day += timedelta(days=1)
        if _has(zone, every, day.date()):
            return zone.at(day + timedelta(minutes=every.minute))


def _has(zone: Zone, every: Weekly | Nth | DayOf, day: date) -> bool:
    """Whether a schedule has an instant on a day."""
    last = (day + timedelta(days=1)).month != day.month
    match every:
        case Weekly():
            return zone.is_business_day(day) if every.worked else day.weekday() in every.days
        case DayOf():
            fits = day.day == every.day or (last and not 0 < every.day <= day.day)
        case Nth():
            days = [day.replace(day=number) for number in range(1, monthrange(day.year, day.month)[1] + 1)]
            alike = [other for other in days if other.weekday() == every.weekday]
            fits = day == alike[every.place - 1 if every.place > 0 else -1]
    return fits and (not every.months or day.month in every.months)
