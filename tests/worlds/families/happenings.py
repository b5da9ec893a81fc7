"""Random histories for the families: tickets, acts, metrics and payments, many where something ends or turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from policyctl.calendar import Nth, Repeats, Weekly
from policyctl.exact import plain
from policyctl.instants import Calendar, Length, Zone
from policyctl.policy.form import Open, Policy, records
from tests.worlds.choices import Choices
from tests.worlds.families.words import KEYS, LEDGERS

MICRO = timedelta(microseconds=1)
UNITS: tuple[Calendar, ...] = ("day", "week", "month", "quarter", "year", "day", "month")
"""Units at whose starts something may happen, the usual ones twice."""
FIRST, LAST = datetime(2021, 1, 20, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC)
History = dict[str, Any]


def history(choices: Choices, policy: Policy, longest: int = 12) -> tuple[History, list[str]]:
    """A history for a policy, and instants to ask about."""
    return _Writer(choices, policy).history(choices.integer(3, longest))


class _Writer:
    def __init__(self, choices: Choices, policy: Policy) -> None:
        settings = policy.versions[-1].settings
        self.choices, self.policy = choices, policy
        self.zone = Zone(settings.timezone, settings.holidays, settings.workdays)
        of_time = {length for length in records(policy.versions, Length) if length.act is None}
        self.lengths = sorted(of_time, key=lambda length: (length.longest(), length.unit))
        self.fines = sorted(
            {(r.name, e.amount) for v in policy.versions for r in v.rules for e in records(r, Open) if e.amount}
        )
        said = policy.versions
        self.schedules = [*records(said, Weekly), *records(said, Nth), *records(said, Repeats)]
        self.drawn: list[datetime] = []
        self.tickets: list[str] = []

    def history(self, length: int) -> tuple[History, list[str]]:
        """The history, and one to three instants."""
        now = FIRST + timedelta(days=self.choices.integer(0, 40), hours=self.choices.integer(0, 23))
        opened = now - timedelta(days=self.choices.integer(0, 40), hours=self.choices.integer(0, 23))
        told: History = {"merchant": "m-1", "opened": self.zone.show(opened), "attributes": {}}
        if self.choices.chance(0.6):
            told["attributes"]["class"] = self.choices.pick(("a", "b"))
        if self.choices.chance(0.5):
            told["attributes"]["size"] = self.choices.pick((1, 2, 3))
        if self.choices.chance(0.8):
            told["attributes"]["licensed"] = (opened + timedelta(days=self.choices.integer(0, 30))).date().isoformat()
        if self.choices.chance(0.2):
            turn = (now + timedelta(days=self.choices.integer(1, 40))).date().isoformat()
            told["attributes"]["class"] = [{"value": "a"}, {"value": "b", "from": turn}]
        self.drawn.append(opened)
        told["events"] = []
        for number in range(length):
            now = self._next(now)
            self.drawn.append(now)
            told["events"].append(self._event(number, now))
        return told, [self.zone.show(self._asked()) for _ in range(self.choices.integer(1, 3))]

    def _next(self, now: datetime) -> datetime:
        form = self.choices.integer(0, 19)
        if form < 4:
            return now
        if form < 8:
            return now + timedelta(days=self.choices.integer(0, 4), hours=self.choices.integer(0, 23))
        if form < 14 and self.lengths:
            end = self._beside(self.zone.after(self.choices.pick(self.drawn[-5:]), self.choices.pick(self.lengths)))
            return end if now <= end <= LAST else now + timedelta(days=2)
        if form < 17:
            return max(now, self._beside(min(LAST, self.zone.next_start(self.choices.pick(UNITS), now))))
        return now + timedelta(days=self.choices.integer(0, 40))

    def _beside(self, instant: datetime) -> datetime:
        return instant + self.choices.pick((0 * MICRO, 0 * MICRO, 0 * MICRO, MICRO, -MICRO, timedelta(hours=1)))

    def _asked(self) -> datetime:
        some = self.choices.pick(self.drawn)
        form = self.choices.integer(0, 9)
        if form < 4:
            return self._beside(self.drawn[-1])
        if form < 7 and self.lengths:
            return self._beside(self.zone.after(some, self.choices.pick(self.lengths)))
        return self._beside(some + timedelta(days=self.choices.integer(0, 100)))

    def _event(self, number: int, now: datetime) -> History:
        form = self.choices.integer(0, 19)
        at = self.zone.show(now)
        if form < 4:
            name = self.choices.pick(("exam", "played"))
            act: History = {"event": "act", "id": f"E{number}", "name": name, "at": at}
            if self.tickets and self.choices.chance(0.4):
                act["ticket"] = self.choices.pick(self.tickets[-3:])
            return act
        if form < 5:
            name, value = self.choices.pick(("rate", "deposit")), self.choices.pick(("0.5", "1", "2", "4"))
            return {"event": "metric", "id": f"M{number}", "name": name, "value": value, "at": at}
        if form < 8 and self.fines:
            return self._payment(number, at)
        return self._ticket(number, now)

    def _payment(self, number: int, at: str) -> History:
        rule, amount = self.choices.pick(self.fines)
        share = self.choices.pick((amount, amount, amount, amount / 2, 2 * amount))
        payment: History = {"event": "payment", "id": f"P{number}", "at": at, "amount": plain(share)}
        if self.tickets and self.choices.chance(0.3):
            payment["decision"] = f"{rule}@{self.choices.pick(self.tickets[-3:])}"
        return payment

    def _ticket(self, number: int, now: datetime) -> History:
        id = f"{self.choices.pick(('T', 'A'))}{number}"
        self.tickets.append(id)
        ticket: History = {"event": "ticket", "id": id, "effective": self.zone.show(now)}
        if self.choices.chance(0.75):
            ticket["offence"] = self.choices.pick(("slight", "slight", "grave.minor", "grave.major"))
        else:
            ticket |= {"ledger": self.choices.pick(LEDGERS), "points": self.choices.pick(("1", "2", "3", "0.5"))}
        if self.choices.chance(0.5):
            ticket["key"] = self.choices.pick(KEYS)
        if self.choices.chance(0.3):
            ticket["occasion"] = self.choices.pick(("o1", "o2"))
        attributes: History = {}
        if self.choices.chance(0.3):
            attributes["class"] = self.choices.pick(("a", "b"))
        if self.choices.chance(0.3):
            attributes["size"] = self.choices.pick((1, 2, 3))
        if attributes:
            ticket["attributes"] = attributes
        if self.choices.chance(0.4):
            ticket["final"] = self.zone.show(now + timedelta(days=self.choices.pick((0, 1, 3, 12))))
        for name in ("issued", "occurred"):
            if self.choices.chance(0.25):
                back = timedelta(days=self.choices.pick((0, 1, 3, 12)), hours=self.choices.integer(0, 23))
                ticket[name] = self.zone.show(now - back)
        return ticket
