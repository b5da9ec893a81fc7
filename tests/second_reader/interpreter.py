"""The second interpreter: slow, and as close to the words of `docs/semantics.md` as it can be.

Where the document leaves something open, `ambiguities.md` beside it says what is assumed here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from policyctl.history.events import Account, Act, Appeal, Metric, Override, Payment, Ticket
from policyctl.instants import Calendar
from policyctl.policy.form import (
    ActKind,
    AttributeKind,
    Between,
    Condition,
    EntryKind,
    Every,
    Policy,
    Read,
    Rule,
    TicketKind,
    Version,
    Without,
    records,
)
from tests.second_reader.admitting import admit, in_force
from tests.second_reader.facts import (
    Anomaly,
    Atom,
    Decision,
    Fine,
    Imposed,
    Key,
    Latch,
    PastReset,
    Review,
    Taken,
    Told,
    entry_kinds,
    windows,
)
from tests.second_reader.hearing import Heard
from tests.second_reader.instants import instants
from tests.second_reader.late import reach_back
from tests.second_reader.lives import expire, frosts
from tests.second_reader.measures import Ground, Moment
from tests.second_reader.owed import Part, owed_back
from tests.second_reader.paying import clear, clear_again, named, pay
from tests.second_reader.people import act, acted
from tests.second_reader.record import Record, corrected, corrected_by
from tests.second_reader.rounds import kept, next_turn, phase_over, streaks
from tests.second_reader.scan import UNITS
from tests.second_reader.step import booked, occur, step
from tests.second_reader.turning import new_version, open_first_books, resets, zone_of

ZERO = Fraction(0)
TICK = timedelta(microseconds=1)
Values = dict[str, tuple[Fraction, Fraction]]


@dataclass(frozen=True)
class Of:
    """Whose replay it is: an identity of an account, by a policy."""

    policy: Policy
    identity: str
    opened: datetime | None
    attributes: Mapping[str, object]
    windows: set[Read]
    betweens: set[Between]
    units: set[Calendar]


class Replay:
    """The replay of one identity up to an instant."""

    def __init__(self, of: Of, told: Told, start: datetime, at: datetime, record: Record) -> None:
        self.of = of
        self.policy, self.told, self.start, self.at, self.record = of.policy, told, start, at, record
        policy, self.identity, self.opened, self.attributes = of.policy, of.identity, of.opened, of.attributes
        self.acts: list[Act] = []
        self.metrics: list[Metric] = []
        self.act_names = {kind.name for v in policy.versions for kind in v.facts if isinstance(kind, ActKind)}
        self.happened: list[Heard] = []
        self.log: list[tuple[datetime, Heard]] = []
        self.ran: set[str] = set()
        self.posted_by_rule = False
        self.heard_tickets: dict[str, list[Ticket]] = {}
        self.turned = start
        """Until when attributes have turned."""
        self.inside = timedelta(0)
        """How far from behind one looks: up to the resets of an instant, from inside the closing period."""
        self.identity_anomalies: list[Anomaly] = []
        self.reviews: list[Review] = []
        self.repealed = {str(a.ticket) for a in told.appeals if a.outcome == "repealed" and a.at < start}
        self.gone_on: list[tuple[Decision, Fine]] = []
        """Fines that go on, of decisions that were taken back."""
        self.version = in_force(policy, start)
        self.zone = zone_of(self.version or policy.versions[0])
        self.ground = Ground(self.zone, self)
        self.now = start
        self.year = self.zone.local(start).year
        self.latches: dict[tuple[str, Key], Latch] = {}
        self.decisions: list[Decision] = []
        self.fines: list[Fine] = []
        self.sanctions: list[Imposed] = []
        self.past: list[PastReset] = []
        self.past_version: Version | None = None
        self._kinds: dict[int, dict[str, EntryKind]] = {}
        self.frosts = frosts(self)
        open_first_books(self, None)
        self.moment()
        instant: datetime | None = start
        while instant is not None:
            self._one_instant(instant)
            instant = self._next_instant()
        self.now = at

    # --- instants -----------------------------------------------------------------------------------------------------

    def _next_instant(self) -> datetime | None:
        """The next instant at which anything can happen."""
        self.turns = [
            (rule, next_turn(self, rule))
            for rule in (self.version.rules if self.version is not None else ())
            if isinstance(rule.occasion, Every)
        ]
        found = [*instants(self), *(at for _, at in self.turns if at is not None)]
        for rule in self.version.rules if self.version is not None else ():
            if isinstance(rule.occasion, Without) and self.version is not None:
                found += kept(self, self.version, rule)
        return min((instant for instant in found if self.now < instant <= self.at), default=None)

    def _one_instant(self, instant: datetime) -> None:
        """The phases. A moment after a phase in which nothing happened finds everything as the moment before it."""
        self.now = instant
        self.inside = TICK if instant > self.start else timedelta(0)
        if instant > self.start and self._schedules():
            self._over()
        self._ends()
        self._over()
        if instant > self.start:
            self.happened += [Heard("ledger", name) for name in resets(self)]
            self.inside = timedelta(0)
            self._over()
            if new_version(self) or self.attributes:
                self.turned = instant
                self._over()
        streaks(self)
        if self.happened:
            self._over()
        if by_people := [event for event in self._by_people() if event.at == instant]:
            act(self, by_people)
            self._over()
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
            self._over()
        for kind in (Metric, Act):
            if found := [e for e in self._acts_and_metrics() if e.at == instant and isinstance(e, kind)]:
                occur(self, found)
                self._over()
        for judged in (*self.told.tickets, *self.told.annulled):
            # An annulled ticket still opens the books that it would lie in, so that periods keep their names.
            if judged.takes_effect == instant:
                reach_back(self, booked(judged.ticket, judged.version))
        if tickets:
            step(self, tickets)
        for decision, fine in going_on:
            self._go_on(decision, fine)
        if tickets or going_on:
            self._over()
        for payment in waiting:
            self._pay(payment)
        if self._clear_again("waiting") or waiting:
            self._over()

    def _acts_and_metrics(self) -> list[Act | Metric]:
        return sorted([*self.told.acts, *self.told.metrics], key=lambda event: event.id)

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
        unpaid = [fine for fine in self.fines if fine.open > 0]
        self.happened.append(Heard("payment", "payment", payment.id))
        left_over = pay(payment, chosen, code, self.ground, self.now)
        for fine in unpaid:
            if fine.open == 0:
                self.happened.append(Heard("fine", fine.rule, payment.id, "paid"))
        self.identity_anomalies += [left_over] if left_over is not None else []

    def seen(self, back: timedelta = timedelta(0)) -> Moment:
        """Now, looking from a booking date so long before."""
        seen_from = self.now - max(back, self.inside)
        return Moment(self.now, self.zone.local(seen_from).year if back else self.year, seen_from)

    def kinds(self, version: Version | None = None) -> dict[str, EntryKind]:
        """The ledgers as the version in force (or another) has them, and those that only older versions have, as they
        had them."""
        versions, version = self.policy.versions, version or self.version
        until = 0 if version is None else versions.index(version) + 1
        if until not in self._kinds:
            self._kinds[until] = {n: kind for version in versions[:until] for n, kind in entry_kinds(version).items()}
        return self._kinds[until]

    def to_blame(self, version: Version, condition: Condition, holds: bool) -> list[tuple[Atom, bool]]:
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

    def offences(self, version: Version) -> list[TicketKind]:
        """What tickets can be for."""
        return [fact for fact in version.facts if isinstance(fact, TicketKind)]

    def moment(self) -> None:
        expire(self)
        for frost in self.frosts:
            frost.look(self)
        for version, rule in self._listening():
            key, level = self.latch_key(version, rule), self.level(version, rule)
            if self.ground.starts_late(version, rule) and key not in self.latches:
                continue  # it starts just before the first step of the unit
            latch = self.latches.setdefault(key, Latch(self.begins(version, rule), "true_from_start"))
            latch.counted = min(latch.counted, level)

    # --- 1: ends ------------------------------------------------------------------------------------------------------

    def _ends(self) -> None:
        expire(self)
        self._clear_again("ends")
        for fine in self.fines:
            if fine.waits and fine.served is not None and fine.served <= self.now:
                clear(fine, self.ground, self.now)
        for fine in self.fines:
            if fine.due == self.now and fine.open > 0:
                self.happened.append(Heard("fine", fine.rule, at="overdue"))

    def _schedules(self) -> bool:
        """Whether any rule looks now by its schedule."""
        occasions = [rule.occasion for rule, at in self.turns if at == self.now]
        due = [repr(one.schedule) for one in occasions if isinstance(one, Every)]
        self.happened += [Heard("schedule", name) for name in dict.fromkeys(due)]
        return bool(due)

    def _over(self) -> None:
        """A phase is over: what ends ends, rules that hear what happened are judged, and there is a moment."""
        expire(self)
        phase_over(self)
        self.moment()

    def latch_all(self, version: Version, rules: list[Rule]) -> None:
        """The latches of rules that are to be judged, where they have none yet."""
        for rule in rules:
            counted = self.begins(version, rule)
            self.latches.setdefault(self.latch_key(version, rule), Latch(counted, "true_from_start"))

    def begins(self, version: Version, rule: Rule) -> int:
        """What a new latch has counted: nothing on a schedule that reads a unit of the calendar, else the level."""
        on_schedule = isinstance(rule.occasion, Every) and self.ground.asked(version, rule)[1]
        return 0 if on_schedule else self.level(version, rule)


@dataclass
class Whole:
    """An identity, replayed with all corrections of its record."""

    last: Replay
    told: Told
    """What takes part in the last replay."""
    taken: list[Taken]
    owed: list[list[Part]]


def _known(policy: Policy, account: Account, atom: Between) -> bool:
    """Whether the account says what a condition counts from; an act need not have happened."""
    if atom.anchor == "opened":
        return account.opened is not None
    attributes = {kind.name for v in policy.versions for kind in v.facts if isinstance(kind, AttributeKind)}
    return atom.anchor not in attributes or isinstance(account.attributes.get(str(atom.anchor)), str)


def replay(policy: Policy, account: Account, at: datetime) -> tuple[dict[str, Whole], list[Anomaly]]:
    """Every identity replayed, and the anomalies. The account has one revision of each event."""
    opened = account.opened
    anomalies: list[Anomaly] = []
    asked = windows(policy), {atom for version in policy.versions for atom in records(version, Between)}
    reads = {read for version in policy.versions for read in records(version, Read)}
    units = {unit for read in reads for unit in (read.within, getattr(read.back, "unit", None)) if unit in UNITS}
    missing = {atom.anchor for atom in asked[1] if atom.length is not None and not _known(policy, account, atom)}
    anomalies += [Anomaly("no-date-to-count-from", None, None) for _ in missing]
    wholes = {}
    for identity, told in admit(policy, account.events, opened, at, anomalies).items():
        begins = [at] if opened is None else [at, opened]
        begins += [j.takes_effect for j in told.tickets if j.takes_effect is not None]
        begins += [payment.at for payment in told.payments] + [override.at for override in told.overrides]
        begins += [act.at for act in told.acts] + [metric.at for metric in told.metrics]
        start, of = min(begins), Of(policy, identity, opened, account.attributes, *asked, units)

        def run(told: Told, record: Record, before: datetime | None, of: Of = of, start: datetime = start) -> Replay:
            return Replay(of, told, start, at if before is None else min(at, before - TICK), record)

        runs, taken = corrected(told, run)
        # Where a sanction only ran longer there is no money.
        taken = sorted(taken, key=lambda one: one.longer)
        money = [one for one in taken if not one.longer]
        owed, left = owed_back(runs[-1], money, told.payments, {decision.named for decision, _ in runs[-1].gone_on})
        owed += [[] for one in taken if one.longer]
        wholes[identity] = Whole(runs[-1], corrected_by(told, told.corrections), taken, owed)
        done = acted(runs, told)
        for anomaly in runs[-1].identity_anomalies:
            if anomaly.code == "override-without-effect" and anomaly.event in done:
                continue
            amount = anomaly.amount if anomaly.amount is None else left.get(str(anomaly.event), anomaly.amount)
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
