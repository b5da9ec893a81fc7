"""The lines of a test as the history of an account.

A story runs forward: no line lies before the one above it, or before an instant that an expectation above has looked
at. So an expectation may be asked of the lines above it alone, as somebody who reads the story would answer it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from policyctl.exact import plain
from policyctl.history.events import Account, Act, Appeal, Changing, Event, Metric, Override, Payment, Ticket
from policyctl.instants import BadInstant, Zone
from policyctl.policy.currencies import finer, said_finer
from policyctl.policy.form import AttributeKind, EntryKind, Policy, SanctionKind, TicketKind
from policyctl.replay.answer import IMPOSE
from policyctl.replay.replay import zone_of
from policyctl.scenario.labels import Labels
from policyctl.source import stories, tree
from policyctl.source.text import Span

EventLine = stories.HappenedLine | stories.TicketLine | stories.PaysLine | stories.AppealLine | stories.OverrideLine

_TEST = 'a test is written test "NAME" for IDENTITY'
_IN_ORDER = "put the lines in the order of time; what came on record later says so: recorded 2021-03-08"
_FORMS: dict[type, str] = {
    stories.OpenedLine: "write: opened 2020-01-15",
    stories.GivenLine: "write: attribute NAME VALUE",
    stories.HappenedLine: "write: DATE act NAME, or DATE metric NAME 0.8",
    stories.TicketLine: "a ticket is written DATE ticket T1 OFFENCE, or DATE ticket T1 LEDGER +10",
    stories.PaysLine: 'a payment is written DATE pays 2000, or DATE pays 2000 towards "RULE@T1"',
    stories.AppealLine: "an appeal is written DATE appeal against T1 annulled, or DATE appeal against T1 reduced to 4",
    stories.OverrideLine: 'write: DATE lifted "RULE@T1" by "NAME", or DATE imposed SANCTION until DATE by "NAME"',
    stories.KnownLine: "write: known at DATE, and below it what is expected of what was on record then",
    stories.ExpectLine: (
        "write: expect RULE at DATE, expect SANCTION, expect SANCTION until DATE, expect general = 0, expect closed, or"
        " expect rescinded RULE"
    ),
}
"""How the lines of a test are written."""

_OUTCOMES = ("filed", "rejected", "annulled", "repealed", "reduced")


class Failure(msgspec.Struct, frozen=True):
    """An expectation that did not come true: where, what was expected, and what was there instead."""

    span: Span
    expected: str
    found: tuple[str, ...]
    unusable: bool = False
    """Nothing was expected in vain: the line itself cannot be used."""
    help: str | None = None
    """How such a line is written."""


class Wrong(Exception):
    """A line of the test cannot be used; `help` where it is not the form of such a line."""

    def __init__(self, span: Span, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.span, self.message, self.help = span, message, help


def unusable(wrong: Wrong, line: stories.StoryLine | None = None) -> Failure:
    """What is said of a line that cannot be used; None: of the test itself."""
    help = wrong.help or (_TEST if line is None else _FORMS[type(line)])
    return Failure(wrong.span, f"a line that can be used, not `{wrong.span.text}`", (wrong.message,), True, help)


class Story:
    """The events of a test, and what the names in its lines stand for."""

    def __init__(self, policy: Policy, test: tree.TestStatement) -> None:
        self._policy, self._test = policy, test
        self.zone: Zone = zone_of(policy)
        self.labels = Labels(policy)
        self.identities = sorted({name for version in policy.versions for name in version.settings.identities})
        self.unusable: list[Failure] = []
        self.whose: dict[str, str] = {}
        """The identity of each ticket, and of whatever a person imposed."""
        self._events: dict[str, tuple[int, Event]] = {}
        self._opened: datetime | None = None
        self._attributes: dict[str, object] = {}
        self._given: dict[str, dict[datetime | None, object]] = {}
        self._read_lines()

    def account(self, lines: int) -> Account:
        """The history that the first so many lines tell."""
        told = (event for number, event in self._events.values() if number < lines)
        events = tuple(sorted(told, key=lambda event: event.id))
        name, attributes = self._test.name.text, dict(sorted(self._attributes.items()))
        return Account(merchant=name, opened=self._opened, attributes=attributes, events=events)

    def read(self, date: tree.Date) -> datetime:
        """The instant of a date."""
        try:
            return self.zone.read(date.text)
        except BadInstant as error:
            raise Wrong(date.span, f"{error}; {error.help}" if error.help else str(error)) from None

    def identity(self, own: tree.Name | None) -> str:
        """The identity that a line names, or that of the test."""
        name = own or self._test.identity
        if name is None:
            # Where the test has to say whose it is and does not, its lines are read as those of the first identity, so
            # that what else is wrong with them is found in the same run.
            return self.identities[0]
        known = self.labels.name(name.text, "identity")
        if known not in self.identities:
            review = "write: expect for review RULE" if name.text == "review" else None
            there = ", ".join(self.identities)
            help = review or self.labels.help(name.text, "identity", also=self.identities)
            raise Wrong(name.span, f"the policy has no identity `{name.text}`; it has {there}", help)
        return known

    # --- the order of the lines ---

    def _read_lines(self) -> None:
        last: datetime | None = None
        looked: datetime | None = None
        for number, line in enumerate(self._test.lines):
            try:
                if isinstance(line, stories.KnownLine):
                    continue
                if isinstance(line, stories.GivenLine):
                    self._give(line)
                    continue
                if isinstance(line, stories.OpenedLine):
                    self._open(line, first=last is None and looked is None)
                    continue
                if isinstance(line, stories.ExpectLine):
                    looked = max(filter(None, (looked, self._asked(line, last))), default=None)
                    continue
                at = self.read(line.at)
                self._check_order(line.at.span, at, last, looked)
                last = at
                event = self._event(line, number + 1)
                if event.id in self._events:
                    raise Wrong(line.span, f"the id `{event.id}` is used twice")
                self._events[event.id] = (number, event)
            except Wrong as wrong:
                self.unusable.append(unusable(wrong, line))

    def _open(self, line: stories.OpenedLine, first: bool) -> None:
        if self._opened is not None:
            raise Wrong(line.span, "the account was opened already")
        self._opened = self.read(line.at)
        if not first:
            raise Wrong(
                line.span, "what an account is holds for all that happens", "write it above the first dated line"
            )

    def _asked(self, line: stories.ExpectLine, last: datetime | None) -> datetime | None:
        """The instant that an expectation looks at; one that cannot be read is told of where it is looked up."""
        try:
            return self.read(line.on) if line.on is not None else last
        except Wrong:
            return None

    def _check_order(self, span: Span, at: datetime, last: datetime | None, looked: datetime | None) -> None:
        if last is not None and at < last:
            raise Wrong(span, f"a test runs forward, and a line above is of {self.zone.show(last)}", _IN_ORDER)
        if looked is not None and at <= looked:
            when = self.zone.show(looked)
            if at == looked:
                raise Wrong(
                    span, f"an expectation above has already looked at {when}", "write the expectation below this line"
                )
            raise Wrong(span, f"a test runs forward, and an expectation above looks at {when}", _IN_ORDER)

    # --- the events ---

    def _event(self, line: EventLine, number: int) -> Event:
        """The event of the line with a number."""
        match line:
            case stories.TicketLine():
                return self._ticket(line)
            case stories.HappenedLine():
                return self._happened(line, number)
            case stories.PaysLine():
                return self._payment(line, f"pays-{number}")
            case stories.AppealLine():
                return self._appeal(line, f"appeal-{number}")
            case stories.OverrideLine():
                return self._override(line, f"override-{number}")

    def _ticket(self, line: stories.TicketLine) -> Ticket:
        effective = self.read(line.at)
        dates: dict[str, datetime] = {}
        for word, date in line.dates:
            if word.word == "effective":
                raise Wrong(word.span, "a ticket takes effect at the time in front of it", "write that time in front")
            if word.word in dates:
                raise Wrong(word.span, f"`{word.word}` is said twice", "leave one of them out")
            dates[word.word] = self.read(date)
        issued = dates.get("issued", effective)
        occurred = dates.get("occurred", min(issued, effective))
        if max(issued, occurred) > effective:
            raise Wrong(line.span, "it is issued or occurred after it takes effect")
        if line.points is not None and line.points.value <= 0:
            raise Wrong(line.points.span, "points are more than 0; the ledger's direction moves them")
        ledger = self._ledger(line.what) if line.points is not None else None
        identity = self.identity(line.identity)
        self.whose[line.id.text] = identity
        return Ticket(
            id=line.id.text,
            identity=identity,
            recorded=dates.get("recorded", issued),
            offence=None if ledger is not None else self._offence(line.what, line.id.text),
            ledger=ledger,
            points=line.points.value if line.points is not None else None,
            occurred=occurred,
            issued=issued,
            effective=effective,
            final=dates.get("final"),
            key=self._said(line, "key"),
            occasion=self._said(line, "occasion"),
            chosen={
                self._ranged(said.named): said.value.value
                for said in line.said
                if said.named is not None and said.word.word == "chosen" and isinstance(said.value, tree.Number)
            },
            attributes=self._carried(line),
        )

    def _carried(self, line: stories.TicketLine | stories.HappenedLine) -> dict[str, object]:
        """The attributes that an event says of itself."""
        said = [(one.named, one.value) for one in line.said if one.word.word == "with"]
        return dict(self._attribute(named, value) for named, value in said if named is not None)

    def _said(self, line: stories.TicketLine, word: str) -> str | None:
        """What a ticket says of its key or occasion."""
        found = [said.value for said in line.said if said.word.word == word]
        if not found:
            return None
        return plain(found[0].value) if isinstance(found[0], tree.Number) else found[0].text

    def _offence(self, what: tree.Name, id: str) -> str:
        name = self.labels.ticket(what.text)
        offences = {fact.name for v in self._policy.versions for fact in v.facts if isinstance(fact, TicketKind)}
        if name not in offences:
            if what.text in _OUTCOMES:
                raise Wrong(what.span, "a ticket names an offence", f"write: appeal against {id} {what.text}")
            points = f"; to post to the ledger, write `{what.text} +10`" if name in self._ledgers() else ""
            help = None if points else self.labels.help(what.text, "offence", "ticket")
            raise Wrong(what.span, f"the policy has no offence `{what.text}`{points}", help)
        return name

    def _ledger(self, what: tree.Name) -> str:
        name = self.labels.name(what.text, "ledger")
        if name not in self._ledgers():
            raise Wrong(what.span, f"the policy has no ledger `{what.text}`", self.labels.help(what.text, "ledger"))
        return name

    def _ranged(self, what: tree.Name) -> str:
        """What may leave a range: a ledger, a sanction or a flag, or `fine`."""
        kinds = ("ledger", "sanction", "flag")
        name = self.labels.name(what.text, *kinds)
        if name == "fine" or name in self.labels.names(*kinds):
            return name
        raise Wrong(
            what.span,
            f"nothing called `{what.text}` can be chosen",
            self.labels.help(what.text, *kinds, also=("fine",))
            or "write the name of a ledger, of a sanction or `fine`: chosen general 7",
        )

    def _ledgers(self) -> set[str]:
        return {fact.name for v in self._policy.versions for fact in v.facts if isinstance(fact, EntryKind)}

    def _happened(self, line: stories.HappenedLine, number: int) -> Act | Metric:
        at = self.read(line.at)
        kind = "act" if line.value is None else "metric"
        name = self.labels.name(line.name.text, kind)
        if name not in self.labels.names(kind):
            raise Wrong(
                line.name.span, f"the policy has no {kind} `{line.name.text}`", self.labels.help(line.name.text, kind)
            )
        identity, recorded = self.identity(line.identity), self._recorded(line.recorded, at)
        if line.value is None:
            about = None if line.ticket is None else line.ticket.text
            if line.ticket is not None:
                identity = self._whose(line.ticket.text, line.ticket.span, line.identity)
            return Act(
                id=f"act-{number}",
                identity=identity,
                recorded=recorded,
                at=at,
                name=name,
                ticket=about,
                attributes=self._carried(line),
            )
        id, value, carried = f"metric-{number}", line.value.value, self._carried(line)
        return Metric(id=id, identity=identity, recorded=recorded, at=at, name=name, value=value, attributes=carried)

    def _give(self, line: stories.GivenLine) -> None:
        """What the account says of itself holds for the whole test."""
        name, value = self._attribute(line.attribute, line.value)
        since = None if line.since is None else self.read(line.since)
        given = self._given.setdefault(name, {})
        if since in given:
            raise Wrong(
                line.span,
                f"`{line.attribute.text}` is said twice" + ("" if since is None else " from one date"),
                "leave one of them out, or say from when it holds: attribute class full from 2024-06-01",
            )
        given[since] = value
        first = datetime.min.replace(tzinfo=UTC)
        dated = tuple(sorted(given.items(), key=lambda one: one[0] or first))
        self._attributes[name] = value if dated == ((None, value),) else Changing(dated)

    def _attribute(
        self, attribute: tree.Name, said: tree.Name | tree.Text | tree.Number | tree.Date
    ) -> tuple[str, object]:
        """An attribute that the policy has, with a value that it may have."""
        written = attribute.text
        name = self.labels.name(written, "attribute")
        kinds = [fact for v in self._policy.versions for fact in v.facts if isinstance(fact, AttributeKind)]
        values = {value for kind in kinds if kind.name == name for value in kind.values}
        if name not in {kind.name for kind in kinds}:
            help = self.labels.help(written, "attribute")
            raise Wrong(attribute.span, f"the policy has no attribute `{written}`", help)
        value = said.value if isinstance(said, tree.Number) else said.text
        if values and value not in values:
            raise Wrong(said.span, f"`{written}` is one of {', '.join(sorted(values))}")
        return name, value

    def _payment(self, line: stories.PaysLine, id: str) -> Payment:
        at = self.read(line.at)
        return Payment(
            id=id,
            identity=self.identity(line.identity),
            recorded=self._recorded(line.recorded, at),
            at=at,
            amount=self._money(line.amount).value,
            decision=self._named(line.towards.text) if line.towards is not None else None,
        )

    def _money(self, amount: tree.Number) -> tree.Number:
        """An amount that can be paid."""
        if amount.value <= 0:
            raise Wrong(amount.span, "an amount of money is more than 0")
        currency = next((v.settings.currency for v in reversed(self._policy.versions) if v.settings.currency), None)
        if currency is not None and finer(amount.value, currency):
            raise Wrong(amount.span, f"nobody can pay this amount: {said_finer(currency)}")
        return amount

    def _appeal(self, line: stories.AppealLine, id: str) -> Appeal:
        at = self.read(line.at)
        whose = self._whose(line.ticket.text, line.ticket.span, line.identity)
        if line.points is not None and line.points.value <= 0:
            raise Wrong(line.points.span, "a ticket is reduced to more than 0 points; to 0 it is annulled")
        return Appeal(
            id=id,
            identity=whose,
            recorded=self._recorded(line.recorded, at),
            ticket=line.ticket.text,
            at=at,
            outcome=line.outcome,
            points=line.points.value if line.points is not None else None,
        )

    def _override(self, line: stories.OverrideLine, id: str) -> Override:
        at = self.read(line.at)
        until = self.read(line.until) if line.until is not None else None
        if until is not None and until <= at:
            assert line.until is not None
            raise Wrong(line.until.span, "it would end before it begins")
        name = self._imposed(line)
        whose, decision = self.identity(line.identity), None
        if line.decision is not None:
            decision = self._decision(line.decision)
            ticket = decision.rpartition("@")[2].partition("/")[0]
            whose = self._whose(ticket, line.decision.span, line.identity)
        self.whose[id] = whose
        return Override(
            id=id,
            identity=whose,
            recorded=self._recorded(line.recorded, at),
            decision=decision,
            at=at,
            action=line.action,
            by=line.by.text if line.by is not None else "somebody",
            why=line.because.text if line.because is not None else "",
            name=name,
            until=until,
            amount=self._money(line.amount).value if line.amount is not None else None,
        )

    def _named(self, decision: str) -> str:
        """The id of a decision whose rule may be called by its label."""
        rule, at, ticket = decision.rpartition("@")
        known = self.labels.rules(rule)
        return f"{min(known)}{at}{ticket}" if len(known) == 1 else decision

    def _decision(self, said: tree.Text) -> str:
        """The id of a decision of a rule that the policy has."""
        rule, at, _ = said.text.rpartition("@")
        if not at:
            raise Wrong(said.span, "a decision is named with its ticket", f'write: "{said.text}@T1"')
        if rule != IMPOSE and not self.labels.rules(rule):
            raise Wrong(said.span, f"the policy has no rule `{rule}`", self.labels.help(rule, "rule", "ladder"))
        return self._named(said.text)

    def _imposed(self, line: stories.OverrideLine) -> str | None:
        """The name of what a person imposes."""
        if line.amount is not None:
            return "fine"
        if line.name is None:
            return None
        name = self.labels.name(line.name.text, "sanction")
        limited = line.until is not None or line.permanently
        if name == "close_identity":
            if limited:
                raise Wrong(line.span, "a closure has no end of its own", "write: imposed close_identity")
            return name
        sanctions = {fact.name for v in self._policy.versions for fact in v.facts if isinstance(fact, SanctionKind)}
        if name not in sanctions:
            help = self.labels.help(line.name.text, "sanction")
            raise Wrong(line.name.span, f"the policy has no sanction `{line.name.text}`", help)
        if not limited:
            until = f"imposed {line.name.text} until 2021-03-08 10:00"
            raise Wrong(line.span, "nothing says how long", f"write: {until}, or imposed {line.name.text} permanently")
        return name

    def _whose(self, ticket: str, span: Span, own: tree.Name | None) -> str:
        """The identity of a ticket that a line above has told of."""
        if ticket not in self.whose:
            raise Wrong(span, f"no line above tells of a ticket `{ticket}`")
        whose = self.whose[ticket]
        if own is not None and self.identity(own) != whose:
            raise Wrong(own.span, f"`{ticket}` is of {whose}")
        return whose

    def _recorded(self, date: tree.Date | None, at: datetime) -> datetime:
        return self.read(date) if date is not None else at
