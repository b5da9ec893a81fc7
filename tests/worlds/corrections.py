"""What corrects a history: appeals, revisions, what people overrode, what the platform decided, and money for decisions
that were taken back. Most of it is aimed at what has happened so far; the rest hits nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from policyctl.exact import exact, plain
from policyctl.policy.form import Policy, SanctionKind
from policyctl.replay.answer import Answer, Decision
from tests.worlds.choices import Choices
from tests.worlds.instants import Instants
from tests.worlds.outlook import Outlook

History = dict[str, Any]
OUTCOMES = ("annulled",) * 7 + ("reduced",) * 3 + ("repealed",) * 3 + ("filed",) * 4 + ("rejected",)


class Corrections:
    """Writes events that correct a history for one policy."""

    def __init__(self, choices: Choices, policy: Policy, instants: Instants) -> None:
        self.choices, self.policy, self.instants = choices, policy, instants
        self._waits = any(version.settings.wait_for_final for version in policy.versions)

    def event(self, number: int, outlook: Outlook, events: Sequence[History]) -> History | None:
        """A correction of the events written so far; none where there is nothing to correct."""
        answer = outlook.answer
        form = self.choices.integer(0, 19)
        if form < 6 and answer.for_review:
            return self._override("confirm", self.choices.pick(answer.for_review).decision, number, outlook.now)
        if form < 5 and (taken := [r.decision for r in answer.rescinded]):
            return self._paid_back(self.choices.pick(taken), number, outlook.now)
        if form < 12:
            return self._appeal(number, outlook, events)
        if form < 15:
            return self._revision(outlook.now, events)
        if form < 19:
            return self._by_a_person(number, outlook)
        return {
            "event": "decided",
            "id": f"D{number}",
            "identity": self._identity(),
            "name": self.choices.pick(self._sanctions()),
            "at": self._show(outlook.now),
        }

    def recorded(self, event: History, now: datetime) -> History:
        """The event, now and then recorded at another instant than its own: mostly later."""
        if "recorded" not in event and self.choices.chance(0.2):
            later = self.choices.chance(0.8)
            event["recorded"] = self._show(self.instants.next(now) if later else self.instants.before(now))
        return event

    def again(self, ticket: History, events: Sequence[History]) -> History:
        """A ticket, now and then for the same as one before: if that one is annulled, this one may take its place."""
        before = [event for event in events if event["event"] == "ticket"]
        if not before or not self.choices.chance(0.4):
            return ticket
        same = self.choices.pick(before[-4:])
        charge = ("identity", "offence", "ledger", "points")
        kept = {name: value for name, value in ticket.items() if name not in charge}
        return {**kept, **{name: same[name] for name in charge if name in same}}

    def dates(self, ticket: History, now: datetime) -> History:
        """A ticket, now and then issued long before it takes effect, and where that matters with the date on which it
        becomes final: before or after it takes effect, or never."""
        if self.choices.chance(0.2):
            ticket["issued"] = self._show(now - timedelta(days=self.choices.integer(20, 500)))
        if self._waits and self.choices.chance(0.9):
            form = self.choices.integer(0, 3)
            ticket["final"] = self._show(self.instants.before(now) if form == 0 else self.instants.next(now))
        return ticket

    def known(self, events: Sequence[History], at: datetime) -> datetime | None:
        """What was on record: mostly all of it, else all up to beside an instant at which something was recorded."""
        if self.choices.chance(0.6):
            return None
        recorded = [text for event in events if (text := event.get("recorded")) is not None]
        instants = [self.instants.zone.read(text) for text in recorded] or self.instants.drawn or [at]
        return self.instants.beside(self.choices.pick([*instants, *self.instants.drawn[-3:], at]))

    # --- appeals and revisions ----------------------------------------------------------------------------------------

    def _appeal(self, number: int, outlook: Outlook, events: Sequence[History]) -> History | None:
        tickets = [event for event in events if event["event"] == "ticket"]
        if not tickets:
            return None
        appeal: History = {"event": "appeal", "id": f"{self.choices.pick(('A', 'B', 'a'))}{number}"}
        filed = {a.ticket for status in outlook.answer.status for a in status.appeals}
        if filed and self.choices.chance(0.7):
            ticket = next(ticket for ticket in reversed(tickets) if ticket["id"] in filed)
            appeal |= {"ticket": ticket["id"], "outcome": self.choices.pick((*(["rejected"] * 5), *OUTCOMES[:10]))}
        elif self.choices.chance(0.5):
            ticket = self._telling(appeal, outlook, tickets)
            appeal |= {"ticket": ticket["id"], "outcome": "annulled"}
        else:
            ticket = self._appealed(outlook.answer, tickets)
            appeal |= {"ticket": ticket["id"], "outcome": self.choices.pick(OUTCOMES)}
        if appeal["outcome"] == "reduced":
            appeal["points"] = self._less(ticket)
        at = outlook.now
        if self.choices.chance(0.1):
            at = self.instants.before(self.instants.zone.read(ticket["effective"]))
        if self.choices.chance(0.03):
            appeal["ticket"] = "nowhere"
        appeal["at"] = self._show(at)
        if self.choices.chance(0.3):
            appeal["recorded"] = self._show(self.instants.next(at) + timedelta(days=self.choices.integer(0, 300)))
        return self.recorded(appeal, at)

    def _telling(self, appeal: History, outlook: Outlook, tickets: Sequence[History]) -> History:
        """Of some tickets, the one whose annulment would lead to what happens seldom."""

        def told(ticket: History) -> int:
            annulled = {**appeal, "ticket": ticket["id"], "outcome": "annulled", "at": self._show(outlook.now)}
            answer = outlook.after(annulled)
            new = [review for review in answer.for_review if review.appeal == appeal["id"]]
            heavy = [r for r in new if r.excess or any(o.effect.sort == "close" for o in r.decision.outcomes)]
            undone = [event for event in answer.ledger_events if event.kind in ("reset_undone", "reset_made")]
            lighter = [taken for taken in answer.rescinded if taken.excess and taken.appeal == appeal["id"]]
            confirmed = [taken for taken in answer.rescinded if taken.decision.confirmed is not None]
            return 4 * len(heavy) + 3 * len(lighter) + 3 * len(confirmed) + 2 * len(new) + len(undone)

        some = [self.choices.pick(tickets) for _ in range(4)]
        return max(some, key=told)

    def _appealed(self, answer: Answer, tickets: Sequence[History]) -> History:
        """Mostly a ticket that helped to bring a decision with a fine that was paid, or a closure."""
        fines = [fine for status in answer.status for fine in status.fines if fine.paid]
        paid = {fine.decision for fine in [fine for fine in fines if fine.cleared] or fines}
        paid |= {decision.id for decision in answer.decisions if decision.confirmed is not None}
        heavy = [d for d in answer.decisions if d.id in paid or any(o.effect.sort == "close" for o in d.outcomes)]
        form = self.choices.integer(0, 9)
        named = [
            entry.event
            for decision in (heavy if form < 6 and heavy else answer.decisions if form < 8 else ())
            for entry in (entry for because in decision.because for entry in because.entries)
        ]
        aimed = [ticket for ticket in tickets if ticket["id"] in named] or list(tickets[-6:])
        # Without the first of several, one that came later most often takes its place.
        return aimed[0] if self.choices.chance(0.4) else self.choices.pick(aimed)

    def _less(self, ticket: History) -> str:
        """Fewer points than a ticket has; now and then as many, or more."""
        points = exact(ticket["points"]) if "points" in ticket else Fraction(10)
        shares = (points / 2, points / 2, points / 4, points - 1, points - Fraction(1, 2), points, points + 1)
        return plain(self.choices.pick([p for p in shares if p > 0 and "/" not in plain(p)]))

    def _revision(self, now: datetime, events: Sequence[History]) -> History | None:
        """An event once more, changed, with the next revision."""
        among = [e for e in events if e["event"] in ("ticket", "payment", "appeal", "override")]
        if not among:
            return None
        id = self.choices.pick(among)["id"]
        event = max((e for e in among if e["id"] == id), key=lambda e: e.get("revision", 1))
        changed = {**event, "revision": event.get("revision", 1) + 1, "recorded": self._show(now)}
        form = self.choices.integer(0, 3)
        if event["event"] == "appeal" and form < 3:
            changed.pop("points", None)
            changed["outcome"] = self.choices.pick(("annulled", "annulled", "rejected", "repealed", "filed"))
        elif event["event"] == "payment" and form < 2:
            changed["amount"] = plain(exact(event["amount"]) * self.choices.pick((2, 3)))
        elif event["event"] == "payment" and form == 2:
            changed.pop("decision", None)
            changed.setdefault("identity", self._identity())
        elif event["event"] == "ticket" and self._waits and "final" not in event and form < 3:
            changed["final"] = self._show(self.instants.next(now))
        elif event["event"] == "ticket" and "points" in event and form < 2:
            changed.pop("offence", None)
            changed["points"] = self.choices.pick(("1", "5", "10", "20", plain(exact(event["points"]) * 2)))
        elif event["event"] == "ticket" and form == 2:
            dates = [event[name] for name in ("issued", "occurred") if name in event]
            moved = self.instants.before(self.instants.zone.read(event["effective"]))
            if all(self.instants.zone.read(date) <= moved for date in dates):
                changed["effective"] = self._show(moved)
        elif "at" in event:
            moved = self.instants.beside(self.instants.zone.read(event["at"]))
            if "until" not in event or moved <= self.instants.zone.read(event["until"]):
                changed["at"] = self._show(moved)
        return changed

    # --- people -------------------------------------------------------------------------------------------------------

    def _by_a_person(self, number: int, outlook: Outlook) -> History:
        """Mostly something that can be done."""
        answer, choices = outlook.answer, self.choices
        if choices.chance(0.15):
            action = choices.pick(("lift", "waive", "confirm"))
            some = [
                *answer.decisions,
                *(r.decision for r in answer.for_review),
                *(r.decision for r in answer.rescinded),
            ]
            return self._override(action, choices.pick(some) if some else None, number, outlook.now)
        can: list[tuple[str, Decision]] = []
        running = {r.decision for status in answer.status for r in (*status.sanctions, *status.waiting)}
        open_fines = {fine.decision for status in answer.status for fine in status.fines if fine.open}
        for decision in answer.decisions:
            if decision.id in open_fines:
                can.append(("waive", decision))
            if decision.id in running or any(o.effect.sort == "close" for o in decision.outcomes):
                can.append(("lift", decision))
        can += [("confirm", review.decision) for review in answer.for_review] * 2
        if not can or choices.chance(0.25):
            return self._imposed(number, outlook.now)
        return self._override(*choices.pick(can), number, outlook.now)

    def _override(self, action: str, decision: Decision | None, number: int, now: datetime) -> History:
        named = "nothing@T0" if decision is None else self._name(decision)
        override = {"event": "override", "id": f"{self.choices.pick(('O', 'o'))}{number}", "action": action}
        override |= {"decision": named, "by": "Lin", "why": "agreed", "at": self._show(now)}
        return self.recorded(override, now)

    def _imposed(self, number: int, now: datetime) -> History:
        name = self.choices.pick((*self._sanctions(), "fine", "fine", "close_identity"))
        override = {"event": "override", "id": f"O{number}", "action": "impose", "by": "Lin", "why": "by hand"}
        override |= {"identity": self._identity(), "name": name, "at": self._show(now)}
        if name == "fine":
            override["amount"] = self.choices.pick(("500", "2000"))
        elif name != "close_identity" and self.choices.chance(0.8):
            override["until"] = self._show(self.instants.next(now))
        return self.recorded(override, now)

    # --- money --------------------------------------------------------------------------------------------------------

    def _paid_back(self, decision: Decision, number: int, now: datetime) -> History:
        """Money that names a decision which was taken back."""
        fines = [outcome.amount for outcome in decision.outcomes if outcome.amount is not None] or [Fraction(100)]
        payment = {"event": "payment", "id": f"P{number}", "at": self._show(now), "decision": self._name(decision)}
        return self.recorded({**payment, "amount": plain(self.choices.pick((fines[0], fines[0] / 2)))}, now)

    # --- names --------------------------------------------------------------------------------------------------------

    def _name(self, decision: Decision) -> str:
        """A decision by any ticket of its step, with its period or without."""
        if not decision.tickets or self.choices.chance(0.5):
            return decision.id
        said = f"{decision.rule.name}@{self.choices.pick(decision.tickets)}"
        return f"{said}/{decision.period}" if decision.period is not None and self.choices.chance(0.2) else said

    def _identity(self) -> str:
        return self.choices.pick(list(self.policy.versions[0].settings.identities))

    def _sanctions(self) -> list[str]:
        return sorted({f.name for v in self.policy.versions for f in v.facts if isinstance(f, SanctionKind)})

    def _show(self, instant: datetime) -> str:
        return self.instants.zone.show(instant)
