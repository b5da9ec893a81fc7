"""The second interpreter: slow, and as close to the words of `docs/semantics.md` as it can be.

Where the document leaves something open, `ambiguities.md` beside it says what is assumed here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from policyctl.history.events import Appeal, Event, Override, Payment
from policyctl.instants import Length, Zone
from policyctl.policy.form import (
    Comparison,
    Condition,
    EntryKind,
    FlagUp,
    Policy,
    Rule,
    Version,
)
from tests.second_reader.admitting import admit, in_force, since
from tests.second_reader.facts import (
    Anomaly,
    Book,
    Decision,
    Entry,
    Fine,
    Imposed,
    Key,
    Latch,
    LedgerTold,
    PastReset,
    Review,
    Taken,
    Told,
    book_name,
    entry_kinds,
    periods,
    unit_of,
    windows,
)
from tests.second_reader.late import reach_back
from tests.second_reader.measures import Ground, Moment
from tests.second_reader.owed import Part, owed_back
from tests.second_reader.paying import clear, clear_again, named, pay
from tests.second_reader.people import act, acted
from tests.second_reader.record import Record, corrected, corrected_by
from tests.second_reader.step import booked, step

ZERO = Fraction(0)
TICK = timedelta(microseconds=1)
Values = dict[str, tuple[Fraction, Fraction]]


class Replay:
    """The replay of one identity up to an instant."""

    def __init__(self, policy: Policy, told: Told, start: datetime, at: datetime, record: Record) -> None:
        self.policy, self.told, self.start, self.at, self.record = policy, told, start, at, record
        self.identity_anomalies: list[Anomaly] = []
        self.reviews: list[Review] = []
        self.repealed = {str(a.ticket) for a in told.appeals if a.outcome == "repealed" and a.at < start}
        self.gone_on: list[tuple[Decision, Fine]] = []
        """Fines that go on, of decisions that were taken back."""
        self.version = in_force(policy, start)
        self.zone = Zone((self.version or policy.versions[0]).settings.timezone)
        self.ground = Ground(self.zone)
        self.now = start
        self.year = self.zone.local(start).year
        self.latches: dict[tuple[str, Key], Latch] = {}
        self.decisions: list[Decision] = []
        self.fines: list[Fine] = []
        self.sanctions: list[Imposed] = []
        self.past: list[PastReset] = []
        self.past_version: Version | None = None
        self._kinds: dict[int, dict[str, EntryKind]] = {}
        self._open_first_books(None)
        self._moment()
        instant: datetime | None = start
        while instant is not None:
            self._one_instant(instant)
            instant = self._next_instant()
        self.now = at

    # --- instants -----------------------------------------------------------------------------------------------------

    def _next_instant(self) -> datetime | None:
        """The next instant at which anything can happen."""
        found: set[datetime] = {p.at for p in self.told.payments} | {event.at for event in self._by_people()}
        tickets = (*self.told.tickets, *self.told.annulled)
        found |= {judged.takes_effect for judged in tickets if judged.takes_effect is not None}
        found |= {instant for _, fine in self.record.kept for instant in (fine.at, fine.cleared_at) if instant}
        found |= {begins for v in self.policy.versions if (begins := since(v)) is not None}
        units = {unit_of(period) or "year" for version in self.policy.versions for period in version.periods}
        found |= {self.zone.next_start(unit, self.now) for unit in units}
        found.add(self.zone.next_start("year", self.now))
        found |= {fine.served for fine in self.fines if fine.served is not None}
        for read in windows(self.policy):
            assert isinstance(read.within, Length)
            for entry in self.ground.entries:
                end = self.zone.after(entry.dates[read.dated], read.within)
                found |= {end, end + TICK}
        return min((instant for instant in found if self.now < instant <= self.at), default=None)

    def _one_instant(self, instant: datetime) -> None:
        """The phases. A moment after a phase in which nothing happened finds everything as the moment before it."""
        self.now = instant
        self._ends()
        self._moment()
        if instant > self.start:
            if self._resets():
                self._moment()
            if self._new_version():
                self._moment()
        if by_people := [event for event in self._by_people() if event.at == instant]:
            act(self, by_people)
            self._moment()
        posted = [j for j in self.told.tickets if j.takes_effect == instant and j.ticket.id not in self.repealed]
        tickets = [(judged.ticket, judged.version) for judged in sorted(posted, key=lambda judged: judged.ticket.id)]
        going_on = [kept for kept in self.record.kept if kept[1].at == instant]
        waiting: list[Payment] = []
        for payment in sorted((p for p in self.told.payments if p.at == instant), key=lambda p: p.id):
            if payment.decision is not None and self._named(payment) is None and (tickets or going_on):
                waiting.append(payment)
            else:
                self._pay(payment)
        if self._clear_again("payments") or any(p.at == instant for p in self.told.payments):
            self._moment()
        for judged in (*self.told.tickets, *self.told.annulled):
            # An annulled ticket still opens the books that it would lie in, so that periods keep their names.
            if judged.takes_effect == instant:
                reach_back(self, booked(judged.ticket, judged.version))
        if tickets:
            step(self, tickets)
        for decision, fine in going_on:
            self._go_on(decision, fine)
        if tickets or going_on:
            self._moment()
        for payment in waiting:
            self._pay(payment)
        if self._clear_again("waiting") or waiting:
            self._moment()

    def _by_people(self) -> list[Appeal | Override]:
        return [*self.told.overrides, *(appeal for appeal in self.told.appeals if appeal.outcome == "repealed")]

    def _go_on(self, decision: Decision, fine: Fine) -> None:
        """The fine of a decision that no longer stands, where what it clears stays cleared."""
        if all(other.named != decision.named for other in self.decisions):
            date = decision.seen_from or decision.at
            books = tuple(book for ledger in fine.clears if (book := self.ground.book(ledger, date)) is not None)
            self.fines.append(Fine(fine.decision, fine.at, fine.amount, books, fine.served, fine.clears, goes_on=True))
            self.gone_on.append((decision, self.fines[-1]))

    def _clear_again(self, when: str) -> bool:
        """What had been cleared at this instant stays cleared. Whether there is such a clearing. It was at the end of a
        sanction, with the payments, or with those that waited for a decision of this instant."""
        found = False
        for decision, old in self.record.kept:
            correction = self.record.correction
            if old.cleared_at != self.now or correction is None or old.cleared_at >= correction.at:
                continue
            if when != ("ends" if old.served == self.now else "waiting" if old.at == self.now else "payments"):
                continue
            own = [fine for d in self.decisions if d.named == decision.named for _, fine in d.effects]
            own += [fine for d, fine in self.gone_on if d.named == decision.named]
            for fine in own:
                if isinstance(fine, Fine) and (fine.at, fine.clears) == (old.at, old.clears):
                    clear_again(fine, old, self.ground, self.now)
                    found = True
        return found

    def _may_be_named(self) -> list[Decision]:
        return [*self.decisions, *(decision for decision, _ in self.gone_on)]

    def _named(self, payment: Payment) -> Decision | None:
        assert payment.decision is not None
        return named(self._may_be_named(), payment.decision)

    def _pay(self, payment: Payment) -> None:
        for one in self.decisions:
            for number, (_, fine) in enumerate(one.effects):
                if isinstance(fine, Fine):
                    fine.most = self.record.waived.get((one.named, number))
        code, chosen = "payment-fits-no-fine", self.fines
        if payment.decision is not None:
            decision = self._named(payment)
            code = "payment-names-no-decision" if decision is None else code
            going_on = [fine for other, fine in self.gone_on if other is decision]
            opened = (effect for _, effect in decision.effects) if decision is not None else ()
            chosen = going_on or [fine for fine in opened if isinstance(fine, Fine)]
        left_over = pay(payment, chosen, code, self.ground, self.now)
        self.identity_anomalies += [left_over] if left_over is not None else []

    def seen(self, back: timedelta = timedelta(0)) -> Moment:
        """Now, looking from a booking date so long before."""
        seen_from = self.now - back
        return Moment(self.now, self.zone.local(seen_from).year if back else self.year, seen_from)

    def kinds(self, version: Version | None = None) -> dict[str, EntryKind]:
        """The ledgers as the version in force (or another) has them, and those that only older versions have, as they
        had them."""
        versions, version = self.policy.versions, version or self.version
        until = 0 if version is None else versions.index(version) + 1
        if until not in self._kinds:
            self._kinds[until] = {n: kind for version in versions[:until] for n, kind in entry_kinds(version).items()}
        return self._kinds[until]

    def to_blame(self, version: Version, condition: Condition, holds: bool) -> list[tuple[Comparison | FlagUp, bool]]:
        """The comparisons and flags because of which a condition holds, or does not, each with whether it holds."""
        return self.ground.to_blame(version, self.kinds(), condition, holds, self.seen())

    # --- latches ------------------------------------------------------------------------------------------------------

    def _listening(self) -> list[tuple[Version, Rule]]:
        """The rules that a moment looks at, each with the version whose words it reads."""
        if self.version is None:
            return []
        versions = [self.version]
        waits = any(version.settings.wait_for_final for version in self.policy.versions)
        if waits or self.version.settings.judge_by not in (None, "effective"):
            versions += reversed(self.policy.versions[: self.policy.versions.index(self.version)])
        found: dict[tuple[str, Key], tuple[Version, Rule]] = {}
        for version in versions:
            for rule in version.rules:
                found.setdefault(self.latch_key(version, rule), (version, rule))
        return list(found.values())

    def level(self, version: Version, rule: Rule) -> int:
        """The level of a rule now."""
        return self.ground.level(version, self.kinds(), rule, self.seen())

    def latch_key(self, version: Version, rule: Rule) -> tuple[str, Key]:
        """The latch of a rule in its running period."""
        return rule.name, self.ground.key(version, rule, self.year)

    def _moment(self) -> None:
        for version, rule in self._listening():
            key, level = self.latch_key(version, rule), self.level(version, rule)
            latch = self.latches.setdefault(key, Latch(level, "true_from_start"))
            latch.counted = min(latch.counted, level)

    # --- 1, 2, 3: ends, resets, versions ------------------------------------------------------------------------------

    def _ends(self) -> None:
        self._clear_again("ends")
        for fine in self.fines:
            if fine.waits and fine.served is not None and fine.served <= self.now:
                clear(fine, self.ground, self.now)

    def _resets(self) -> bool:
        """Whether a book or a year is new. All that blocks is read first, on one state."""
        due: list[str] = []
        told = self.ground.told
        if self.version is not None:
            for ledger, period in periods(self.version).items():
                every = unit_of(period)
                if every is None or self.zone.start_of(every, self.now) != self.now:
                    continue
                blocked = period.unless is not None and self.ground.holds(
                    self.version, self.kinds(), period.unless, self.seen(TICK)
                )
                if blocked:
                    book, points = self.ground.running(ledger), sum((e.points for e in self._live(ledger)), ZERO)
                    told.append(LedgerTold(self.now, ledger, "blocked", points, book.name if book else None))
                else:
                    due.append(ledger)
                self.past.append(PastReset(self.now, ledger, self.version, not blocked))
        for ledger in due:
            self._end(ledger, "reset", None)
            self._open_book(ledger)
            self.ground.books[ledger][-1].reset = self.now
        before, self.year = self.year, self.zone.local(self.now).year
        return bool(due) or before != self.year

    def _live(self, ledger: str) -> list[Entry]:
        return [entry for entry in self.ground.entries if entry.ledger == ledger and entry.live]

    def _end(self, ledger: str, why: str, cause: str | None) -> None:
        """End all live entries of a ledger; that is told where there are any."""
        book, live = self.ground.running(ledger), self._live(ledger)
        for entry in live:
            entry.end(self.now, with_book=why == "reset")
        if live and book is not None:
            points = sum((entry.points for entry in live), ZERO)
            self.ground.told.append(LedgerTold(self.now, ledger, why, points, book.name, cause))

    def _open_book(self, ledger: str, by: Version | None = None) -> None:
        version = by or self.version
        assert version is not None
        every = unit_of(periods(version)[ledger]) if ledger in periods(version) else None
        start = None if every is None else self.zone.start_of(every, self.now)
        name = None if every is None or start is None else book_name(every, self.zone.local(start))
        books = self.ground.books.setdefault(ledger, [])
        if books:
            before = self.past_version or self.version
            books[-1].closed, books[-1].kind = self.now, self.kinds(before).get(ledger)
        books.append(Book(ledger, name, start))

    def _open_first_books(self, before: Version | None) -> None:
        """Books for the ledgers that the version before did not have."""
        old = entry_kinds(before) if before is not None else {}
        for ledger in entry_kinds(self.version) if self.version is not None else ():
            if ledger not in old:
                if before is not None and self.version is not None:
                    self._end(ledger, "version", self.version.since)
                self._open_book(ledger)
        if self.version is None or before is not None:
            return
        for version in reversed(self.policy.versions[: self.policy.versions.index(self.version)]):
            for ledger in entry_kinds(version):
                if ledger not in self.ground.books:
                    self._open_book(ledger, version)

    def _new_version(self) -> bool:
        """Whether a version came into force."""
        new = next((v for v in self.policy.versions if since(v) == self.now), None)
        if new is None:
            return False
        old, self.version = self.version, new
        self.past_version = old
        self.zone = self.ground.zone = Zone(new.settings.timezone)
        self.year = self.zone.local(self.now).year
        if new.transition is not None and old is not None:
            for moves in new.transition.ledgers:
                if moves.entries != "carry":
                    self._end(moves.ledger, "version", new.since)
                if moves.entries == "drop":
                    for entry in self.ground.entries:
                        entry.dropped = entry.dropped or entry.ledger == moves.ledger
                    self._open_book(moves.ledger)
            if new.transition.fines == "drop":
                for fine in self.fines:
                    if fine.open > 0:
                        fine.dropped, fine.ended_at = True, self.now
            if new.transition.sanctions == "drop":
                for sanction in self.sanctions:
                    if not sanction.ended and (sanction.until is None or self.now < sanction.until):
                        sanction.dropped_at = self.now
                    sanction.ended = True
        self._open_first_books(old)
        self.past_version = None
        if new.transition is not None:
            for rule in new.rules:
                counted = 0 if new.transition.reached == "rearm" else self.level(new, rule)
                key = self.latch_key(new, rule)
                if key not in self.latches or self.latches[key].counted != counted:
                    self.latches[key] = Latch(counted, "true_from_start")
        return True


@dataclass
class Whole:
    """An identity, replayed with all corrections of its record."""

    last: Replay
    told: Told
    """What takes part in the last replay."""
    taken: list[Taken]
    owed: list[list[Part]]


def replay(
    policy: Policy, events: Iterable[Event], opened: datetime | None, at: datetime
) -> tuple[dict[str, Whole], list[Anomaly]]:
    """Every identity replayed, and the anomalies. `events` has one revision of each."""
    anomalies: list[Anomaly] = []
    wholes = {}
    for identity, told in admit(policy, events, opened, at, anomalies).items():
        begins = [at] if opened is None else [at, opened]
        begins += [j.takes_effect for j in told.tickets if j.takes_effect is not None]
        begins += [payment.at for payment in told.payments] + [override.at for override in told.overrides]
        start = min(begins)

        def run(told: Told, record: Record, before: datetime | None, start: datetime = start) -> Replay:
            return Replay(policy, told, start, at if before is None else min(at, before - TICK), record)

        runs, taken = corrected(told, run)
        owed, left = owed_back(runs[-1], taken, told.payments, {decision.named for decision, _ in runs[-1].gone_on})
        wholes[identity] = Whole(runs[-1], corrected_by(told, told.corrections), taken, owed)
        done = acted(runs, told)
        for anomaly in runs[-1].identity_anomalies:
            if anomaly.code == "override-without-effect" and anomaly.event in done:
                continue
            amount = anomaly.amount if anomaly.amount is None else left.get(anomaly.event, anomaly.amount)
            if amount is None or amount > 0:
                anomalies.append(replace(anomaly, identity=identity, amount=amount))
        anomalies += [Anomaly("closure-moved", id, identity) for id in _moved(runs[-1], taken)]
    return wholes, anomalies


def _moved(last: Replay, taken: list[Taken]) -> list[str]:
    """The corrections that took back a closure, where a closure is for review."""
    if not any(r.confirmed is None and closes(r.decision) for r in last.reviews):
        return []
    return [t.correction.id for t in taken if closes(t.decision) and not t.excess]


def closes(decision: Decision) -> bool:
    """Whether a decision closes its identity."""
    return any(effect.sort == "close" for effect in decision.rule.effects)
