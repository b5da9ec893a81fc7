"""Tests written in policy files: their lines become a history, their expectations are looked up in its replay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from policyctl.exact import plain
from policyctl.history.events import Account, Event, Payment, Ticket
from policyctl.instants import BadInstant, Zone
from policyctl.policy.currencies import finer, said_finer
from policyctl.policy.form import EntryKind, FlagKind, Ladder, Policy, SanctionKind, TicketKind
from policyctl.replay.answer import Answer, Decision, Status
from policyctl.replay.conditions import HOLDS
from policyctl.replay.replay import replay, zone_of
from policyctl.scenario.labels import Labels
from policyctl.source import tree
from policyctl.source.diagnostics import Diagnostic
from policyctl.source.printer import expression_text
from policyctl.source.text import Span

MOST_LISTED = 8
"""Decisions that a failure shows."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that did not come true: where, what was expected, and what was there instead."""

    span: Span
    expected: str
    found: tuple[str, ...]
    unusable: bool = False
    """Nothing was expected in vain: the line itself cannot be used."""
    help: str | None = None
    """How such a line is written."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one test; it passed where nothing failed."""

    policy: str
    test: tree.TestStatement
    failures: tuple[Failure, ...]
    expectations: int
    notes: tuple[str, ...] = ()
    """What the replay found odd and no expectation speaks of, such as money that fits no fine."""


class _Wrong(Exception):
    """A line of the test cannot be used."""

    def __init__(self, span: Span, message: str) -> None:
        super().__init__(message)
        self.span, self.message = span, message


_TEST = 'a test is written test "NAME" for IDENTITY'


def _form(line: tree.TicketLine | tree.PaysLine | tree.ExpectLine) -> str:
    """How a line of this kind is written."""
    match line:
        case tree.TicketLine():
            return "a ticket is written DATE ticket T1 OFFENCE, or DATE ticket T1 LEDGER +10"
        case tree.PaysLine():
            return 'a payment is written DATE pays 2000, or DATE pays 2000 towards "RULE@T1"'
        case tree.ExpectLine():
            return "write: expect RULE at DATE, expect SANCTION until DATE, expect general = 0, or expect closed"


def run_test(policy: Policy, test: tree.TestStatement) -> Result:
    """Run one test against its policy."""
    runner = _Runner(policy, test)
    failures = tuple(dict.fromkeys(runner.run()))  # a date that does not exist is read twice
    expectations = sum(isinstance(line, tree.ExpectLine) for line in test.lines)
    return Result(policy.name, test, failures, expectations, runner.notes())


def unusable_lines(policy: Policy, tests: Iterable[tree.TestStatement]) -> Iterator[Diagnostic]:
    """The lines of tests that cannot be used: names that the policy does not have, dates that do not exist."""
    for test in tests:
        for failure in run_test(policy, test).failures:
            if failure.unusable:
                yield Diagnostic("unusable-test-line", failure.found[0], failure.span, failure.help)


class _Runner:
    def __init__(self, policy: Policy, test: tree.TestStatement) -> None:
        self._policy, self._test = policy, test
        self._zone: Zone = zone_of(policy)
        self._identities = sorted({name for version in policy.versions for name in version.settings.identities})
        self._answers: dict[datetime, Answer] = {}
        self._unusable: list[Failure] = []
        self._labels = Labels(policy)

    def run(self) -> Iterator[Failure]:
        if self._test.identity is None and len(self._identities) > 1:
            whom = f'say for whom: `test "…" for {self._identities[0]}`'
            yield _unusable(_Wrong(self._test.name.span, whom), _TEST)
        account = self._account()
        yield from self._unusable
        last: datetime | None = None
        for line in self._test.lines:
            try:
                if not isinstance(line, tree.ExpectLine):
                    last = self._read(line.at)
                    continue
                at = self._read(line.on) if line.on is not None else last
                if at is None:
                    raise _Wrong(line.span, "there is no dated line above it; give it a date")
                yield from self._expect(line, self._answer(account, at))
            except _Wrong as wrong:
                yield _unusable(wrong, _form(line))

    def notes(self) -> tuple[str, ...]:
        """What the last answer found odd."""
        if not self._answers:
            return ()
        return tuple(problem.message for problem in self._answers[max(self._answers)].anomalies if not problem.error)

    # --- the history ---

    def _account(self) -> Account:
        """The history of the lines that can be used."""
        events: dict[str, Event] = {}
        for number, line in enumerate(self._test.lines):
            if isinstance(line, tree.ExpectLine):
                continue
            try:
                event = (
                    self._ticket(line)
                    if isinstance(line, tree.TicketLine)
                    else self._payment(line, f"pays-{number + 1}")
                )
                if event.id in events:
                    raise _Wrong(line.span, f"the id `{event.id}` is used twice")
                events[event.id] = event
            except _Wrong as wrong:
                self._unusable.append(_unusable(wrong, _form(line)))
        return Account(merchant=self._test.name.text, events=tuple(events[id] for id in sorted(events)))

    def _ticket(self, line: tree.TicketLine) -> Ticket:
        effective = self._read(line.at)
        dates = {word: self._read(date) for word, date in line.dates}
        issued = dates.get("issued", effective)
        occurred = dates.get("occurred", min(issued, effective))
        if max(issued, occurred) > effective:
            raise _Wrong(line.span, "it is issued or occurred after it takes effect")
        if line.points is not None and line.points.value <= 0:
            raise _Wrong(line.points.span, "points are more than 0; the ledger's direction moves them")
        ledger = self._ledger(line.what) if line.points is not None else None
        return Ticket(
            id=line.id.text,
            identity=self._identity(line.identity),
            recorded=issued,
            offence=None if ledger is not None else self._offence(line.what),
            ledger=ledger,
            points=line.points.value if line.points is not None else None,
            occurred=occurred,
            issued=issued,
            effective=effective,
        )

    def _offence(self, what: tree.Name) -> str:
        name = self._labels.ticket(what.text)
        offences = {fact.name for v in self._policy.versions for fact in v.facts if isinstance(fact, TicketKind)}
        if name not in offences:
            points = f"; to post to the ledger, write `{what.text} +10`" if name in self._ledgers() else ""
            raise _Wrong(what.span, f"the policy has no offence `{what.text}`{points}")
        return name

    def _ledger(self, what: tree.Name) -> str:
        name = self._labels.name(what.text, "ledger")
        if name not in self._ledgers():
            raise _Wrong(what.span, f"the policy has no ledger `{what.text}`")
        return name

    def _ledgers(self) -> set[str]:
        return {fact.name for v in self._policy.versions for fact in v.facts if isinstance(fact, EntryKind)}

    def _payment(self, line: tree.PaysLine, id: str) -> Payment:
        at = self._read(line.at)
        if line.amount.value <= 0:
            raise _Wrong(line.amount.span, "a payment is more than 0")
        currency = next((v.settings.currency for v in reversed(self._policy.versions) if v.settings.currency), None)
        if currency is not None and finer(line.amount.value, currency):
            raise _Wrong(line.amount.span, f"nobody can pay this amount: {said_finer(currency)}")
        decision = line.towards.text if line.towards is not None else None
        return Payment(
            id=id,
            identity=self._identity(line.identity),
            recorded=at,
            at=at,
            amount=line.amount.value,
            decision=decision,
        )

    def _identity(self, own: tree.Name | None) -> str | None:
        name = own or self._test.identity
        if name is None:
            # Where the test has to say whose it is and does not, its lines are read as those of the first identity, so
            # that what else is wrong with them is found in the same run.
            return self._identities[0]
        known = self._labels.name(name.text, "identity")
        if known not in self._identities:
            raise _Wrong(name.span, f"the policy has no identity `{name.text}`; it has {', '.join(self._identities)}")
        return known

    def _read(self, date: tree.Date) -> datetime:
        try:
            return self._zone.read(date.text)
        except BadInstant as error:
            raise _Wrong(date.span, f"{error}; {error.help}" if error.help else str(error)) from None

    def _answer(self, account: Account, at: datetime) -> Answer:
        if at not in self._answers:
            self._answers[at] = replay(self._policy, account, at)
        return self._answers[at]

    # --- expectations ---

    def _expect(self, line: tree.ExpectLine, answer: Answer) -> Iterator[Failure]:
        broken = tuple(problem.message for problem in answer.anomalies if problem.error)
        if broken:
            yield Failure(line.span, "a history that can be judged", broken)
            return
        identity = self._identity(line.identity) or self._identities[0]
        status = next(one for one in answer.status if one.identity == identity)
        decisions = [decision for decision in answer.decisions if decision.identity == identity]
        match line.expected:
            case tree.ExpectDecision():
                yield from self._decision(line, line.expected, decisions)
            case tree.ExpectRuns():
                yield from self._runs(line, line.expected, status)
            case tree.ExpectState(tree.Name() as name) if self._rules(name.text):
                yield from self._decision(line, tree.ExpectDecision(name, False, None), decisions)
            case tree.ExpectState(condition):
                if not self._state(condition, status, wanted=bool):
                    yield Failure(line.span, line.span.text, tuple(self._values(condition, status)))

    def _rules(self, text: str) -> set[str]:
        """The rules that a name means: its own, or all steps of a ladder."""
        name = self._labels.name(text, "rule", "ladder")
        found = {rule.name for version in self._policy.versions for rule in version.rules if rule.name in (name, text)}
        for version in self._policy.versions:
            for choice in version.choices:
                if isinstance(choice, Ladder) and choice.name == name:
                    found.update(choice.steps)
        return found

    def _decision(
        self, line: tree.ExpectLine, expected: tree.ExpectDecision, decisions: Sequence[Decision]
    ) -> Iterator[Failure]:
        at = self._read(expected.at) if expected.at is not None else None
        if expected.rule is not None:
            rules = self._rules(expected.rule.text)
            if not rules:
                raise _Wrong(expected.rule.span, f"the policy has no rule `{expected.rule.text}`")
            hits = [d for d in decisions if d.rule.name in rules and (at is None or d.at == at)]
        else:
            hits = [d for d in decisions if at is None or d.at == at]
        if bool(hits) == expected.negated:
            found = self._listed(hits) if expected.negated else self._instead(expected, decisions, at)
            yield Failure(line.span, line.span.text, found)

    def _instead(
        self, expected: tree.ExpectDecision, decisions: Sequence[Decision], at: datetime | None
    ) -> tuple[str, ...]:
        """What fired instead of a decision: the rule itself at other instants, the nearest first; only if it never did,
        other rules."""
        fired = list(decisions)
        never: tuple[str, ...] = ()
        if expected.rule is not None:
            rules = self._rules(expected.rule.text)
            fired = [decision for decision in decisions if decision.rule.name in rules]
            if not fired and decisions:
                fired, never = list(decisions), (f"{expected.rule.text} has not fired by then; others have:",)
        if at is not None:
            fired.sort(key=lambda decision: abs(decision.at - at))
        return (*never, *self._listed(fired))

    def _listed(self, decisions: Sequence[Decision]) -> tuple[str, ...]:
        if not decisions:
            return ("no rule has fired by then",)
        found = tuple(f"{d.rule.name} at {self._zone.show(d.at)} ({d.id})" for d in decisions[:MOST_LISTED])
        more = len(decisions) - MOST_LISTED
        return (*found, f"… and {more} more") if more > 0 else found

    def _runs(self, line: tree.ExpectLine, expected: tree.ExpectRuns, status: Status) -> Iterator[Failure]:
        name = self._labels.name(expected.sanction.text, "sanction")
        sanctions = {fact.name for v in self._policy.versions for fact in v.facts if isinstance(fact, SanctionKind)}
        if name not in sanctions:
            raise _Wrong(expected.sanction.span, f"the policy has no sanction `{expected.sanction.text}`")
        until = self._read(expected.until) if expected.until is not None else None
        if not any(one.name == name and one.until == until for one in status.sanctions):
            running = tuple(
                f"{one.name} until {self._zone.show(one.until)}" if one.until is not None else f"{one.name} permanently"
                for one in status.sanctions
            )
            yield Failure(line.span, line.span.text, running or ("no sanction runs",))

    def _state(
        self, expression: tree.Expression, status: Status, wanted: type[bool] | type[Fraction]
    ) -> bool | Fraction:
        """The value of an expression over a status, as a condition or as a number."""
        match expression:
            case tree.Bracketed(inner):
                return self._state(inner, status, wanted)
            case tree.Joined(word, parts) if wanted is bool:
                held = [bool(self._state(part, status, bool)) for part in parts]
                return all(held) if word == "and" else any(held)
            case tree.Negated(part) if wanted is bool:
                return not self._state(part, status, bool)
            case tree.Compared(compare, left, right) if wanted is bool:
                return HOLDS[compare](self._number(left, status), self._number(right, status))
            case tree.Name(text) if wanted is bool:
                return self._flag(expression, text, status)
            case tree.Name(text):
                values = {**dict(status.ledgers), **dict(status.measures)}
                name = self._labels.name(text, "ledger", "measure")
                if name not in values:
                    raise _Wrong(
                        expression.span,
                        f"there is no ledger or measure `{text}`; there are {', '.join(sorted(values))}",
                    )
                return values[name]
            case tree.Number(value) if wanted is Fraction:
                return value
            case tree.Arithmetic(operator, left, right) if wanted is Fraction:
                for side in (left, right):
                    if isinstance(side, tree.Number) and side.value < 0:
                        raise _Wrong(side.span, "inside a sum a number has no sign of its own")
                return _calculate(operator, self._number(left, status), self._number(right, status), expression.span)
        raise _Wrong(
            expression.span,
            "an expectation compares ledgers and declared measures; declare a measure for anything else",
        )

    def _number(self, expression: tree.Expression, status: Status) -> Fraction:
        return Fraction(self._state(expression, status, Fraction))

    def _flag(self, name: tree.Expression, text: str, status: Status) -> bool:
        known = self._labels.name(text, "flag")
        flags = {fact.name for v in self._policy.versions for fact in v.facts if isinstance(fact, FlagKind)}
        if known != "closed" and known not in flags:
            raise _Wrong(name.span, f"there is no flag or rule `{text}`")
        return status.closed if known == "closed" else known in status.flags

    def _values(self, expression: tree.Expression, status: Status) -> Iterator[str]:
        """What each name of an expectation in fact is."""
        match expression:
            case tree.Bracketed(inner) | tree.Negated(inner):
                yield from self._values(inner, status)
            case tree.Joined(_, parts):
                for part in parts:
                    yield from self._values(part, status)
            case tree.Compared(_, left, right):
                for side in (left, right):
                    if not isinstance(side, tree.Number):
                        yield f"{expression_text(side)} = {plain(self._number(side, status))}"
            case tree.Name(text):
                up = self._flag(expression, text, status)
                if self._labels.name(text, "flag") == "closed":
                    yield "the identity is closed" if up else "the identity is not closed"
                else:
                    yield f"{text} is {'up' if up else 'not up'}"


def _unusable(wrong: _Wrong, help: str) -> Failure:
    return Failure(wrong.span, f"a line that can be used, not `{wrong.span.text}`", (wrong.message,), True, help)


def _calculate(operator: str, left: Fraction, right: Fraction, span: Span) -> Fraction:
    if operator == "/" and not right:
        raise _Wrong(span, "this divides by zero")
    return {"+": left + right, "-": left - right, "*": left * right}.get(operator, left / right if right else left)
