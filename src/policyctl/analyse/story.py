"""From a path of the machine to a history with plain dates, which people read and the interpreter replays."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from datetime import datetime, timedelta
from fractions import Fraction

from policyctl.analyse.state import Action
from policyctl.calendar import CALENDAR
from policyctl.history.events import Account, Act, Event, Payment, Ticket
from policyctl.policy.form import Policy, TicketKind, Version
from policyctl.replay.answer import Answer, FineStatus
from policyctl.replay.replay import replay, zone_of


class Untold(Exception):
    """A path that no history follows, as far as can be told: what stands in the way."""


class Story:
    """A history that grows along a path. `clock` is when the last thing in it happened; `length` is how many things
    did, new periods among them. Tickets may be for offences of a version `beside`, too."""

    def __init__(
        self, policy: Policy, version: Version, identity: str | None = None, beside: Version | None = None
    ) -> None:
        self.policy, self.version = policy, version
        self.zone = zone_of(policy)
        self.identity = identity or version.settings.identities[0]
        facts = (*(() if beside is None else beside.facts), *version.facts)
        kinds = [fact for fact in facts if isinstance(fact, TicketKind)]
        self._posts = {kind.name: [posting.ledger for posting in kind.posts] for kind in kinds}
        self.events: list[Event] = []
        self.clock = self._first_day()
        self.fresh = True
        self.tickets = 0
        self.length = 0
        self.same = False

    def copy(self) -> Story:
        """The same history, to be told on otherwise."""
        other = copy(self)
        other.events = list(self.events)
        return other

    def _first_day(self) -> datetime:
        """5 January of the first whole year of the version, at ten."""
        since = self.version.since
        year = 2025 if since is None else int(since[:4]) + 1
        return self.zone.read(f"{year:04d}-01-05T10:00")

    def _next_day(self) -> datetime:
        if self.fresh:
            self.fresh = False
            return self.clock
        self.clock = self._at_ten(self.clock, 1)
        return self.clock

    def _at_ten(self, instant: datetime, days: int) -> datetime:
        """Ten o'clock, so many days later by the local calendar."""
        day = self.zone.local(instant).date() + timedelta(days=days)
        found = self.zone.read(f"{day.isoformat()}T10:00")
        return found if found > instant else self._at_ten(instant, days + 1)

    @property
    def account(self) -> Account:
        """The history so far."""
        ordered = sorted(self.events, key=lambda event: (event.id, event.revision))
        return Account(merchant="a-merchant", events=tuple(ordered))

    def answer(self, at: datetime | None = None) -> Answer:
        """What the interpreter says of it."""
        return replay(self.policy, self.account, at or self.clock)

    def tell(self, actions: Sequence[Action]) -> None:
        """Let a path happen. Raises `Untold` where that cannot be."""
        for action in actions:
            self.length += 1
            match action.sort:
                case "ticket":
                    at = self.clock if self.same else self._next_day()
                    self.same = action.more
                    self._ticket(action, at)
                case "act":
                    self._act(action.name, self._next_day())
                case "payment":
                    self._pay(action)
                case "turn":
                    self._turn(action.name)
                case _:
                    raise Untold(f"{action.sort} {action.name}")

    def listen(self, events: Sequence[Event]) -> None:
        """Take over what happened in another telling of the same history."""
        self.events += events
        self.length += 1
        self.fresh = False
        self.clock = max(self.clock, *(event.recorded for event in events))

    def wait(self, other: Story) -> None:
        """Let pass the time in which something happens in another story."""
        self.clock, self.fresh, self.tickets = other.clock, False, other.tickets
        self.same = False

    def wait_until(self, instant: datetime) -> None:
        """Let time pass; what comes next comes on the first morning from then on."""
        ten = self.zone.read(f"{self.zone.local(instant).date().isoformat()}T10:00")
        self.clock = ten if ten >= instant else self._at_ten(instant, 1)
        self.fresh, self.same = True, False

    def pay_all(self) -> None:
        """Pay every open fine, on the day behind."""
        if not self.events:
            return
        owed = [fine for fine in self.fines(self.clock) if fine.open and fine.dropped is None]
        if owed:
            at = self._next_day()
            for fine in owed:
                self._pay_fine(fine, at, True)
            self.clock = max([at, *(fine.served_at for fine in owed if fine.served_at is not None)])

    def _ticket(self, action: Action, at: datetime) -> None:
        self.tickets += 1
        posts = self._posts.get(action.name)
        ledger = action.name if posts is None else posts[0] if action.points else None
        self.events.append(
            Ticket(
                id=f"T-{self.tickets}",
                identity=self.identity,
                recorded=at,
                offence=None if posts is None else action.name,
                ledger=ledger,
                points=Fraction(action.points) if action.points else None,
                occurred=at,
                issued=at,
                effective=at,
            )
        )

    def _act(self, name: str, at: datetime) -> None:
        number = sum(isinstance(event, Act) for event in self.events) + 1
        self.events.append(Act(id=f"A-{number}", identity=self.identity, recorded=at, at=at, name=name))

    def _pay(self, action: Action) -> None:
        at = self._next_day()
        open_now = [fine for fine in self.fines(at) if fine.open and fine.dropped is None]
        served = at
        for name in action.name.split("|"):
            fine = self._meant(open_now, set(filter(None, name.split("+"))))
            named = fine is not min(open_now, key=lambda one: (one.opened, one.decision))
            self._pay_fine(fine, at, named)
            open_now.remove(fine)
            served = max(served, fine.served_at or served)
        self.clock = at if action.more else served

    def _meant(self, fines: list[FineStatus], clears: set[str]) -> FineStatus:
        """The fine that clears some ledgers: the one that clears the fewest others, and of these the last."""
        meant = [fine for fine in fines if clears <= {name for name, _ in fine.ends} or clears <= set(fine.clears)]
        if not meant:
            raise Untold("no such fine")
        return max(meant, key=lambda one: (-len(one.clears), one.opened, one.decision))

    def _pay_fine(self, fine: FineStatus, at: datetime, named: bool) -> None:
        number = sum(isinstance(event, Payment) for event in self.events) + 1
        self.events.append(
            Payment(
                id=f"P-{number}",
                identity=self.identity,
                recorded=at,
                at=at,
                amount=fine.open,
                decision=fine.decision if named else None,
            )
        )

    def fines(self, at: datetime) -> tuple[FineStatus, ...]:
        """The fines of the identity, as they stand at an instant."""
        return next((one.fines for one in self.answer(at).status if one.identity == self.identity), ())

    def _turn(self, unit: str) -> None:
        if unit not in CALENDAR:
            raise Untold(f"turn {unit}")
        self.clock = self._at_ten(self.zone.next_start(CALENDAR[unit], self.clock), 4)
        self.fresh = True


def fires(answer: Answer, rule: str, at: datetime) -> bool:
    """Whether a rule fired at an instant."""
    return any(decision.rule.name == rule and decision.at == at for decision in answer.decisions)
