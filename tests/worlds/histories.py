"""Random histories for a policy: JSON objects as a file holds them. Many of their events are aimed at what the policy
looks for: at thresholds, at open fines, at ends and edges."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from policyctl.exact import exact, plain
from policyctl.policy.form import Open, Policy, TicketKind
from tests.worlds.choices import Choices
from tests.worlds.corrections import Corrections
from tests.worlds.instants import Instants, ledgers, offences
from tests.worlds.outlook import Outlook, offences_of
from tests.worlds.payments import aimed
from tests.worlds.vocabulary import POINTS

History = dict[str, Any]
IDS = ("T", "t", "A", "Z")


def histories(
    choices: Choices, policy: Policy, longest: int = 14, *, corrected: bool = False
) -> tuple[History, list[str], list[str | None]]:
    """A history for a policy, one to three instants to ask about, and for each what was on record (None: everything).
    With `corrected` there are appeals, revisions and overrides in it, and something else on record than everything."""
    writer = _Writer(choices, policy, corrected)
    shortest = 6 if corrected else 0
    history, last = writer.history(max(choices.integer(shortest, longest), choices.integer(shortest, longest)))
    ends = Outlook(policy, history, last).ends
    instants = [writer.instants.asked(ends) for _ in range(choices.integer(1, 3))]
    known = [writer.corrections.known(history["events"], at) if corrected else None for at in instants]
    shown = [None if instant is None else writer.show(instant) for instant in known]
    return history, [writer.show(instant) for instant in instants], shown


class _Writer:
    def __init__(self, choices: Choices, policy: Policy, corrected: bool) -> None:
        self.choices, self.policy, self.corrected = choices, policy, corrected
        self.instants = Instants(choices, policy)
        self.corrections = Corrections(choices, policy, self.instants)
        self.tickets: list[tuple[str, str | None]] = []
        self.identities = list(policy.versions[0].settings.identities)
        self.fines = sorted(
            {
                (rule.name, effect.amount)
                for version in policy.versions
                for rule in version.rules
                for effect in rule.effects
                if isinstance(effect, Open) and effect.amount is not None
            }
        )

    def show(self, instant: datetime) -> str:
        return self.instants.zone.show(instant)

    def history(self, length: int) -> tuple[History, datetime]:
        """A history, and the instant of its last event."""
        now = self.instants.first()
        history: History = {"merchant": "m-1"}
        form = self.choices.integer(0, 9)
        if form < 3:
            history["opened"] = self.show(self.instants.before(now))
        elif form == 3:
            history["opened"] = self.show(self.instants.beside(self.instants.next(now)))
        events: list[History] = []
        history["events"] = events
        for number in range(length):
            now = self.instants.next(now, Outlook(self.policy, history, now).ends)
            outlook = Outlook(self.policy, history, now)
            corrects = self.corrected and self.choices.chance(0.5 if outlook.answer.for_review else 0.35)
            event = self.corrections.event(number, outlook, events) if corrects else None
            events.append(event or self._recorded(self._event(number, outlook), now, events))
        if self.choices.chance(0.08):
            events += [self._wrong(len(events), now)]
        return history, now

    def _event(self, number: int, outlook: Outlook) -> History:
        fines = outlook.fines() if self.fines else []
        if fines:
            urgent = any(
                fine.decision.at == outlook.now or (fine.served_at and outlook.now < fine.served_at)
                for _, fine in fines
            )
            if self.choices.chance(0.6 if urgent else 0.35):
                return aimed(self.choices, outlook, f"{self.choices.pick(('P', 'A', 'p'))}{number}")
        form = self.choices.integer(0, 39)
        if form < 37 or (form < 39 and not self.fines):
            return self._ticket(number, outlook.now, outlook)
        if form < 39:
            return self._payment(number, outlook.now)
        return self._other(number, outlook.now)

    def _recorded(self, event: History, now: datetime, before: list[History]) -> History:
        """An event, where corrections are wanted with the dates that matter for them."""
        if not self.corrected:
            return event
        event = self.corrections.recorded(event, now)
        if event["event"] != "ticket":
            return event
        return self.corrections.dates(self.corrections.again(event, before), now)

    def _identity(self) -> str | None:
        if len(self.identities) == 1 and self.choices.chance(0.5):
            return None
        return self.choices.pick([self.identities[0], *self.identities])

    def _ticket(self, number: int, now: datetime, outlook: Outlook | None = None) -> History:
        id = f"{self.choices.pick(IDS)}{number}"
        identity = self._identity()
        self.tickets.append((id, identity))
        ticket: History = {"event": "ticket", "id": id, **_known(identity=identity)}
        aim = self._aimed(outlook, identity or self.identities[0]) if outlook and self.choices.chance(0.65) else {}
        if aim:
            return {**ticket, **aim, **self._dates(now, 0.2), "effective": self.show(now)}
        now_in_force = now if self.choices.chance(0.93) else None
        names, kinds = ledgers(self.policy, now_in_force), offences(self.policy, now_in_force)
        if kinds and self.choices.chance(0.6):
            ticket["offence"] = self.choices.pick(kinds)
            if self.choices.chance(0.08):
                ticket |= self._both(ticket["offence"])
        else:
            ticket |= {"ledger": self.choices.pick(names), "points": self.choices.pick(POINTS)}
        if self.choices.chance(0.05):
            ticket["recorded"] = self.show(self.instants.next(now))
        return {**ticket, **self._dates(now, 0.35), "effective": self.show(now)}

    def _dates(self, now: datetime, often: float) -> History:
        """Other dates of a ticket, now and then."""
        named = [name for name in ("issued", "occurred") if self.choices.chance(often)]
        said = {name: self.show(self.instants.before(now)) for name in named}
        judge_by = self.policy.versions[-1].settings.judge_by or "effective"
        # Where tickets meet, one of them is best judged by an older version.
        if judge_by != "effective" and self.choices.chance(0.75 if self.instants.drawn.count(now) > 1 else 0.2):
            said[judge_by] = self.show(self.instants.older(now))
        return said

    def _aimed(self, outlook: Outlook, identity: str) -> History:
        """What a ticket must be for so that a rule rises, or almost; nothing where no rule wants anything."""
        wants = outlook.wants(identity)
        if not wants or outlook.version is None:
            return {}
        want = self.choices.pick(wants)
        if want.read.of == "count":
            points = exact(self.choices.pick(POINTS))
        else:
            further = want.every or Fraction(1)
            shares = (
                *([Fraction(0)] * 6),
                further,
                further,
                2 * further,
                Fraction(1, 2),
                -Fraction(1, 2),
                -Fraction(1),
            )
            if self.corrected and want.every is not None:
                # What is left over of one multiple helps to reach the next: without one ticket, at another instant.
                shares = (Fraction(0), further / 2, 3 * further / 2, -further / 2, further, 2 * further)
            points = want.points + self.choices.pick(shares)
        if points <= 0 or "/" in plain(points):
            return {}
        if want.read.sort == "ticket":
            kinds = offences_of(outlook.version, want.read.names)
            return {"offence": self.choices.pick(kinds)} if kinds else {}
        return {"ledger": self.choices.pick(want.read.names), "points": plain(points)}

    def _both(self, offence: str) -> History:
        """The posting of an offence beside its name, so that they agree."""
        for version in self.policy.versions:
            for fact in version.facts:
                if isinstance(fact, TicketKind) and fact.name == offence and len(fact.posts) == 1:
                    return {"ledger": fact.posts[0].ledger, "points": plain(fact.posts[0].points)}
        return {}

    def _payment(self, number: int, now: datetime) -> History:
        rule, amount = self.choices.pick(self.fines)
        shares = (amount, amount, amount, amount / 2, amount * 2, amount + 1, amount - amount / 4)
        money = self.choices.pick([plain(share) for share in shares])
        payment: History = {"event": "payment", "id": f"{self.choices.pick(('P', 'A', 'p'))}{number}"}
        identity = self._identity()
        if self.tickets and self.choices.chance(0.45):
            ticket, whose = self.choices.pick(self.tickets[-4:])
            payment["decision"] = f"{rule}@{ticket}"
            identity = whose if self.choices.chance(0.9) else identity
            if self.choices.chance(0.3):
                identity = None
        elif self.choices.chance(0.05):
            payment["decision"] = self.choices.pick((f"{rule}@nowhere", "nothing@T1", f"{rule}"))
        return payment | {**_known(identity=identity), "at": self.show(now), "amount": money}

    def _other(self, number: int, now: datetime) -> History:
        """Events that change nothing."""
        event = {"id": f"E{number}", "identity": self.identities[0], "at": self.show(now), "name": "exam_passed"}
        if self.choices.chance(0.5):
            return {"event": "act", **event}
        return {"event": "metric", **event, "value": "0.78"}

    def _wrong(self, number: int, now: datetime) -> History:
        """An event that has to be left out."""
        ticket = self._ticket(number, now)
        spoilt = self.choices.pick(("offence", "ledger", "identity", "points"))
        if spoilt == "offence":
            ticket = {k: v for k, v in ticket.items() if k not in ("ledger", "points")} | {"offence": "nothing"}
        elif spoilt == "ledger":
            ticket = {k: v for k, v in ticket.items() if k != "offence"} | {"ledger": "nowhere", "points": "3"}
        elif spoilt == "identity":
            ticket["identity"] = "nobody"
        else:
            ticket |= {"ledger": ledgers(self.policy)[0], "points": "7"}
        return ticket


def _known(**fields: object) -> History:
    return {name: value for name, value in fields.items() if value is not None}
