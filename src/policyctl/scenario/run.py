"""Tests written in policy files: their lines become a history, their expectations are looked up in its replay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from fractions import Fraction

import msgspec

from policyctl.exact import plain
from policyctl.policy.form import Policy, SanctionKind
from policyctl.replay.answer import Answer, Running, Status
from policyctl.replay.replay import replay
from policyctl.scenario.decided import Decisions
from policyctl.scenario.numbers import Standing
from policyctl.scenario.story import Failure, Story, Wrong, unusable
from policyctl.source import stories, tree
from policyctl.source.diagnostics import Diagnostic


class Result(msgspec.Struct, frozen=True):
    """What became of one test; it passed where nothing failed."""

    policy: str
    test: tree.TestStatement
    failures: tuple[Failure, ...]
    expectations: int
    notes: tuple[str, ...] = ()
    """What the replay found odd and no expectation speaks of, such as money that fits no fine."""


def run_test(policy: Policy, test: tree.TestStatement) -> Result:
    """Run one test against its policy."""
    runner = _Runner(policy, test)
    found = dict.fromkeys(runner.run())  # a date that does not exist is read twice
    failures = tuple(sorted(found, key=lambda failure: failure.span.start))
    expectations = sum(isinstance(line, stories.ExpectLine) for line in test.lines)
    return Result(policy.name, test, failures, expectations, runner.notes())


def unusable_lines(policy: Policy, tests: Iterable[tree.TestStatement]) -> Iterator[Diagnostic]:
    """The lines of tests that cannot be used: names that the policy does not have, dates that do not exist."""
    for test in tests:
        for failure in run_test(policy, test).failures:
            if failure.unusable:
                yield Diagnostic("unusable-test-line", failure.found[0], failure.span, failure.help)


class _Asked(msgspec.Struct, frozen=True, order=True):
    """What an expectation asks: of the lines above it, at an instant, by what was on record then (None: all)."""

    lines: int
    at: datetime
    known: datetime | None


class _Runner:
    def __init__(self, policy: Policy, test: tree.TestStatement) -> None:
        self._policy, self._test = policy, test
        self._story = Story(policy, test)
        self._answers: dict[_Asked, Answer] = {}

    def run(self) -> Iterator[Failure]:
        identities = self._story.identities
        if self._test.identity is None and len(identities) > 1:
            yield unusable(Wrong(self._test.name.span, f'say for whom: `test "…" for {identities[0]}`'))
        yield from self._story.unusable
        last: datetime | None = None
        looked: datetime | None = None
        known: datetime | None = None
        told = 0
        for number, line in enumerate(self._test.lines):
            try:
                if isinstance(line, stories.OpenedLine | stories.GivenLine):
                    continue
                if isinstance(line, stories.KnownLine):
                    known = self._story.read(line.at)
                elif isinstance(line, stories.ExpectLine):
                    at = self._story.read(line.on) if line.on is not None else last
                    if at is None:
                        raise Wrong(line.span, "there is no dated line above it; give it a date")
                    asked = _Asked(told, at, known)
                    for failure in self._expect(line, self._answer(asked)):
                        # Whoever reads a dated expectation above may take this one to look there, too.
                        apart = line.on is None and looked is not None and looked != at
                        help = f"it looks at {self._story.zone.show(at)}, the last event above it" if apart else None
                        yield msgspec.structs.replace(failure, help=failure.help or help)
                    looked = at if line.on is not None else looked
                else:
                    known, told = None, number + 1
                    last, looked = self._story.read(line.at), None
            except Wrong as wrong:
                yield unusable(wrong, line)

    def notes(self) -> tuple[str, ...]:
        """What the last answer found odd, of those that knew all lines above."""
        asked = [one for one in self._answers if one.known is None]
        if not asked:
            return ()
        last = self._answers[max(asked, key=lambda one: (one.lines, one.at))]
        return tuple(problem.message for problem in last.anomalies if not problem.error)

    def _answer(self, asked: _Asked) -> Answer:
        if asked not in self._answers:
            account = self._story.account(asked.lines)
            self._answers[asked] = replay(self._policy, account, asked.at, asked.known)
        return self._answers[asked]

    def _expect(self, line: stories.ExpectLine, answer: Answer) -> Iterator[Failure]:
        broken = tuple(problem.message for problem in answer.anomalies if problem.error)
        if broken:
            yield Failure(line.span, "a history that can be judged", broken)
            return
        identity = self._story.identity(line.identity)
        status = next(one for one in answer.status if one.identity == identity)
        decisions = Decisions(self._story, identity, answer)
        match line.expected:
            case stories.ExpectDecision(tree.Name() as name, True) as expected if self._is_sanction(name.text):
                yield from self._runs_not(line, expected, name, status)
            case stories.ExpectDecision() as expected:
                yield from decisions.expected(line, expected)
            case stories.ExpectTaken() as expected:
                yield from decisions.taken(line, expected)
            case stories.ExpectOwed() as expected:
                yield from decisions.owed(line, expected)
            case stories.ExpectServed() as expected:
                yield from decisions.served(line, expected)
            case stories.ExpectFines(amount):
                yield from self._open(line, amount, status)
            case stories.ExpectRuns() as expected:
                yield from self._runs(line, expected, status)
            case stories.ExpectState(tree.Name() as name) if decisions.is_rule(name.text):
                yield from decisions.expected(line, stories.ExpectDecision(name, False, None, None))
            case stories.ExpectState(condition):
                standing = Standing(self._policy, self._story.labels, status)
                if not standing.holds(condition):
                    yield Failure(line.span, line.span.text, tuple(standing.values(condition)))

    # --- sanctions and fines ---

    def _sanctions(self) -> set[str]:
        return {fact.name for v in self._policy.versions for fact in v.facts if isinstance(fact, SanctionKind)}

    def _is_sanction(self, text: str) -> bool:
        """Whether a text is a sanction, and no rule."""
        return not self._story.labels.rules(text) and self._story.labels.name(text, "sanction") in self._sanctions()

    def _runs(self, line: stories.ExpectLine, expected: stories.ExpectRuns, status: Status) -> Iterator[Failure]:
        name = self._story.labels.name(expected.sanction.text, "sanction")
        if name not in self._sanctions():
            text = expected.sanction.text
            help = self._story.labels.help(text, "sanction")
            raise Wrong(expected.sanction.span, f"the policy has no sanction `{text}`", help)
        running = [one for one in status.sanctions if one.name == name]
        if expected.waits is not None:
            waits = f"{plain(expected.waits[0].value)} {self._act(expected.waits[1])}"
            found = any(waits in one.open_until for one in running)
        else:
            until = self._story.read(expected.until) if expected.until is not None else None
            found = any((_end(one), one.permanent) == (until, until is None) for one in running)
        if not found:
            yield Failure(line.span, line.span.text, self._running(status) or ("no sanction runs",))

    def _act(self, said: tree.Name) -> str:
        name = self._story.labels.name(said.text, "act")
        if name not in self._story.labels.names("act"):
            help = self._story.labels.help(said.text, "act")
            raise Wrong(said.span, f"the policy has no act `{said.text}`", help)
        return name

    def _runs_not(
        self, line: stories.ExpectLine, expected: stories.ExpectDecision, said: tree.Name, status: Status
    ) -> Iterator[Failure]:
        """`expect no suspend`."""
        if expected.at is not None:
            date = expected.at.text
            raise Wrong(expected.at.span, "of a sanction the time stands in front", f"{date} expect no {said.text}")
        name = self._story.labels.name(said.text, "sanction")
        if any(one.name == name for one in status.sanctions):
            yield Failure(line.span, line.span.text, self._running(status))

    def _running(self, status: Status) -> tuple[str, ...]:
        def end(one: Running) -> str:
            if one.permanent:
                return "permanently"
            waits = " and ".join(one.open_until).replace("length", "its length is over") or "an open end"
            until = _end(one)
            return f"until {waits}" if until is None else f"until {self._story.zone.show(until)}"

        return tuple(f"{one.name} {end(one)}" for one in status.sanctions)

    def _open(self, line: stories.ExpectLine, amount: tree.Number, status: Status) -> Iterator[Failure]:
        """`expect open fines 1500`."""
        fines = [fine for fine in status.fines if fine.open]
        if sum((fine.open for fine in fines), Fraction(0)) != amount.value:
            found = tuple(f"{plain(fine.open)} of {fine.decision}" for fine in fines)
            yield Failure(line.span, line.span.text, found or ("no fine is open",))


def _end(running: Running) -> datetime | None:
    """When a sanction ends, as far as it is known; of one whose end is open that to which it comes if nothing else
    happens."""
    return running.expected if running.until is None else running.until
