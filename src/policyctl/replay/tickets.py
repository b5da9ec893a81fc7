"""Tickets: the version that judges each, what it posts by that, and the date by which that counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

import msgspec
from msgspec.structs import replace

from policyctl.exact import plain
from policyctl.history.events import Ticket
from policyctl.instants import Zone
from policyctl.policy.form import After, EntryKind, Policy, Posting, TicketKind, Version
from policyctl.replay.books import DATES
from policyctl.replay.reckoning import Reckoning
from policyctl.replay.refused import Refused, nearest, of_version, said_points
from policyctl.replay.versions import Versions


class Judged(msgspec.Struct, frozen=True):
    """A ticket with the version that judges it, what it posts, by ledger name, the date by which that counts, and when
    it takes effect (None: it waits to be final). An `annulled` one only lends its id to decisions."""

    ticket: Ticket
    version: Version
    posts: tuple[Posting, ...]
    booked: datetime
    takes_effect: datetime | None
    annulled: bool = False
    withdrawn: int = 0
    """How many postings an annulled one had; they keep their numbers, so that all others keep theirs."""


class Tickets:
    """Judges the tickets of an account by a policy."""

    def __init__(self, policy: Policy, zone: Zone, versions: Versions, account: Mapping[str, object]) -> None:
        self._policy, self._zone, self._versions, self._account = policy, zone, versions, account
        self._known: dict[str | None, tuple[Mapping[str, TicketKind], frozenset[str]]] = {
            version.since: (
                {fact.name: fact for fact in version.facts if isinstance(fact, TicketKind)},
                frozenset(fact.name for fact in version.facts if isinstance(fact, EntryKind)),
            )
            for version in policy.versions
        }

    def judged(self, ticket: Ticket, whose: str) -> Judged:
        """A ticket of an identity, as it is judged."""
        ticket = self._delayed(ticket)
        settings = self._policy.versions[-1].settings
        day = DATES[settings.judge_by or "effective"](ticket)
        version = self._versions.in_force(day)
        if version is None:
            raise Refused(
                "before-first-version",
                f"ticket {ticket.id} is judged by its date `{settings.judge_by}`, before the first version, and is left"
                " out",
                f"the first version is in force from {self._policy.versions[0].since}",
                error=False,
            )
        takes_effect: datetime | None = ticket.effective
        if self._must_be_final(ticket, version, day):
            takes_effect = None if ticket.final is None else max(ticket.effective, ticket.final)
        offences, ledgers = self._known[version.since]
        kind = offences.get(ticket.offence or "")
        booked = DATES[(kind and kind.count_by) or version.settings.count_by](ticket)
        self._check_age(ticket, (kind and kind.stale) or version.settings.stale)
        carried = None
        if ticket.ledger is not None and ticket.points is not None:
            if ticket.ledger not in ledgers:
                raise Refused(
                    "unknown-ledger",
                    f"ticket {ticket.id} posts to the ledger `{ticket.ledger}`, which {of_version(version)} does not"
                    " have",
                    nearest(ticket.ledger, ledgers),
                    named=ticket.ledger,
                )
            carried = (Posting(ticket.ledger, ticket.points),)
        if ticket.offence is None:
            assert carried is not None
            return Judged(ticket, version, carried, booked, takes_effect)
        if kind is None:
            severities = sorted(name for name in offences if name.startswith(ticket.offence + "."))
            raise Refused(
                "unknown-offence",
                f"ticket {ticket.id} names the offence `{ticket.offence}`, which {of_version(version)} does not have",
                f"say which severity: {', '.join(severities)}" if severities else nearest(ticket.offence, offences),
                named=ticket.offence,
            )
        if kind.identity is not None and whose != kind.identity:
            raise Refused(
                "offence-of-another",
                f"ticket {ticket.id} is for {whose}, and only {kind.identity} can commit `{ticket.offence}`",
                "correct the identity, or the offence",
                named=ticket.offence,
            )
        posts = self._chosen(ticket, kind, version, day)
        if carried is not None and [(p.ledger, p.points) for p in carried] != [(p.ledger, p.points) for p in posts]:
            costs = " and ".join(f"{post.ledger} {plain(post.points)}" for post in posts)
            raise Refused(
                "offence-differs",
                f"ticket {ticket.id} carries {carried[0].ledger} {plain(carried[0].points)}, but its offence"
                f" `{ticket.offence}` costs {costs}",
                "leave out `ledger` and `points`, or correct the offence",
                named=ticket.offence,
            )
        return Judged(ticket, version, posts, booked, takes_effect)

    def _must_be_final(self, ticket: Ticket, version: Version, day: datetime) -> bool:
        """Whether it is one of the tickets that wait to be final."""
        waits = version.settings.wait_for_final
        if isinstance(waits, bool):
            return waits
        return Reckoning.of(version, self._account, self._zone).holds(waits, ticket, day)

    def _delayed(self, ticket: Ticket) -> Ticket:
        """A ticket that takes effect only after a delay, where the version of the day that it gives itself has one."""
        version = self._versions.in_force(ticket.effective)
        if version is None or version.settings.delay is None:
            return ticket
        delay = version.settings.delay
        earliest = self._zone.after(DATES[delay.dated](ticket), delay.length)
        return replace(ticket, effective=max(ticket.effective, earliest))

    def _check_age(self, ticket: Ticket, stale: After | None) -> None:
        """An act that is too old when its ticket is issued does not count."""
        if stale is None:
            return
        last = self._zone.after(DATES[stale.dated](ticket), stale.length)
        if ticket.issued > last:
            raise Refused(
                "ticket-too-old",
                f"ticket {ticket.id} was issued more than the policy allows after it {stale.dated}, and does not count;"
                f" it could be issued until {self._zone.show(last)}",
                "the policy says how long in `no tickets more than`",
                error=False,
            )

    def _chosen(self, ticket: Ticket, kind: TicketKind, version: Version, day: datetime) -> tuple[Posting, ...]:
        """What a ticket posts; where the policy leaves a range, the number that was chosen, and where it reckons, what
        that comes to. 0 points are none."""
        found = []
        for posting in kind.posts:
            if posting.most is not None:
                posting = replace(posting, points=self._picked(ticket, posting), most=None)
            elif posting.formula is not None:
                points = self._reckoned(ticket, posting, posting.formula, version, day)
                posting = replace(posting, points=points, formula=None)
            found.append(posting)
        return tuple(posting for posting in found if posting.points > 0)

    def _reckoned(self, ticket: Ticket, posting: Posting, formula: str, version: Version, day: datetime) -> Fraction:
        reckoning = Reckoning.of(version, self._account, self._zone)
        points = reckoning.value(formula, ticket, day)
        if points is None:
            missing, constants = reckoning.missing(formula, ticket), reckoning.without_value(formula, ticket, day)
            helps = [f"add it to the `attributes` of the ticket, as a number: {', '.join(missing)}"] if missing else []
            on = self._zone.local(day).date().isoformat()
            helps += [f"give the constant `{one}` a value for {on} in the policy" for one in constants]
            raise Refused(
                "amount-unknown",
                f"ticket {ticket.id} does not say how many points it costs in `{posting.ledger}`: `{ticket.offence}`"
                f" costs `{formula}`",
                "; ".join(helps),
                named=next(iter((*missing, *constants)), posting.ledger),
            )
        return points

    def _picked(self, ticket: Ticket, posting: Posting) -> Fraction:
        carried = ticket.points if ticket.ledger == posting.ledger else None
        points = ticket.chosen.get(posting.ledger, carried)
        assert posting.most is not None
        span = f"{plain(posting.points)} to {plain(posting.most)}"
        if points is None:
            raise Refused(
                "nothing-chosen",
                f"ticket {ticket.id} does not say how many points in `{posting.ledger}` were chosen, and"
                f" `{ticket.offence}` leaves {span}",
                f'add what was chosen: `"chosen": {{"{posting.ledger}": "{plain(posting.points)}"}}`',
                named=posting.ledger,
            )
        if not posting.points <= points <= posting.most:
            raise Refused(
                "chosen-out-of-range",
                f"ticket {ticket.id} has {said_points(points)} in `{posting.ledger}`, and `{ticket.offence}` leaves"
                f" {span}",
                "correct what was chosen, or the offence",
                named=posting.ledger,
            )
        return points
