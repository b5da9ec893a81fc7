"""What the analysis says of random small policies, beside their short histories, replayed one by one: all of them with
so many events, then more at random that are longer.

python -m tests.analyse.brute --count 1000
python -m tests.analyse.brute --count 200 --replays 5000 --seed 5000
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random
from time import process_time

from policyctl.analyse.case import Case, cases
from policyctl.analyse.explore import EVENT, Budget, Search
from policyctl.analyse.live import can_fire
from policyctl.analyse.machine import Machine
from policyctl.analyse.prove import never
from policyctl.analyse.same import begun, compare, differing, tell
from policyctl.analyse.state import Action, Fired, Move, State
from policyctl.analyse.story import Story, Untold
from policyctl.analyse.watch import holds, watching
from policyctl.policy.form import AllOf, Condition, EntryKind, Not, Open, TicketKind, records
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay
from tests.analyse.worlds import changed, compiled, small

POINTS = (1, 2, 3, 5, 8, 14)
"""Points that tickets carry by themselves."""


Stories = tuple[Story, ...]
"""The same history told by one version, or by two."""


class Brute:
    """All histories of a version, or of two, the shortest first, with at most `depth` events, as far as so many
    `replays` go; then `walks` at random, which are longer. `whole`: all with at most so many events were seen."""

    def __init__(self, cases: tuple[Case, ...], depth: int, replays: int, walks: int, random: Random) -> None:
        self.cases, self.depth, self.left, self.walks, self.random = cases, depth, replays, walks, random
        self.whole = 0

    def begun(self) -> Stories:
        """Nothing has happened yet."""
        if len(self.cases) == 2:
            return begun(*self.cases)
        return tuple(Story(case.policy, case.version, case.identity) for case in self.cases)

    def on(self, stories: Stories, action: Action) -> Stories | None:
        """The same, and something more; None where that cannot be."""
        longer = tuple(story.copy() for story in stories)
        try:
            if len(longer) == 2:
                tell((longer[0], longer[1]), action)
            else:
                longer[0].tell([action])
        except Untold:
            return None
        return longer

    def answers(self, stories: Stories) -> tuple[Answer, ...]:
        """What the interpreter says of it, by each version."""
        self.left -= len(stories)
        first = stories[0]
        return tuple(replay(case.policy, first.account, first.clock) for case in self.cases)

    def actions(self, last: Action | None, answers: tuple[Answer, ...]) -> list[Action]:
        """Everything that can happen next: tickets, also several of one instant (whose order is no matter); payments
        of open fines; new periods."""
        found: list[Action] = []
        for case in self.cases:
            names = [fact.name for fact in case.version.facts if isinstance(fact, TicketKind)]
            found += [Action("ticket", name, 0, more) for name in names for more in (False, True)]
            found += [Action("ticket", ledger, points) for ledger in sorted(bare(case)) for points in POINTS]
        if last is not None and _more_tickets(last):
            return [one for one in dict.fromkeys(found) if one.name >= last.name]
        units = {str(p.every) for case in self.cases for p in case.version.periods if p.every}
        found += [Action("turn", unit) for unit in sorted(units)]
        # what comes behind a payment may come before all is served
        served = any(one.clears_when == "served" for case in self.cases for one in records(case.version.rules, Open))
        waits = (False, True) if served else (False,)
        found += [Action("payment", name, 0, more) for name in sorted(self._fines(answers)) for more in waits]
        return list(dict.fromkeys(found))

    def _fines(self, answers: tuple[Answer, ...]) -> set[str]:
        opened = [[fine for fine in answer.status[0].fines if fine.open] for answer in answers]
        if len(opened) == 1:
            return {"+".join(fine.clears) for fine in opened[0] if fine.clears}
        ones, others = opened or ([], [])
        return {
            f"{'+'.join(one.clears)}/{'+'.join(other.clears)}"
            for one in ones
            for other in others
            if one.opened == other.opened and one.open == other.open
        }

    def short(
        self, ends: Callable[[Stories, tuple[Answer, ...]], bool]
    ) -> Iterator[tuple[int, Stories, tuple[Answer, ...]]]:
        """Short histories and what is said of them; those that come after one that `ends` all are left out."""
        told: list[tuple[Stories, Action | None, tuple[Answer, ...]]] = [(self.begun(), None, ())]
        for length in range(1, self.depth + 1):
            longer: list[tuple[Stories, Action | None, tuple[Answer, ...]]] = []
            for stories, last, answers in told:
                for action in self.actions(last, answers):
                    if self.left < 0:
                        return
                    found = self.on(stories, action)
                    if found is None:
                        continue
                    said = () if _more_tickets(action) else self.answers(found)
                    if said:
                        yield length, found, said
                    if not said or not ends(found, said):
                        longer.append((found, action, said))
            self.whole = length
            told = longer

    def long(self) -> Iterator[tuple[dict[datetime, int], tuple[Answer, ...]]]:
        """Longer histories at random: what is said of each, and how many events had happened at each instant."""
        for _walk in range(self.walks):
            stories = self.begun()
            last: Action | None = None
            answers: tuple[Answer, ...] = ()
            lengths: dict[datetime, int] = {}
            for _ in range(self.random.randint(5, 15)):
                if not (last is not None and _more_tickets(last)) and self.random.random() < 0.3:
                    answers = self.answers(stories) if stories[0].events else ()
                kinds = self.actions(last, answers)
                kind = self.random.choice(sorted({one.sort for one in kinds} | {"ticket"}))
                chosen = [one for one in kinds if one.sort == kind]
                action = self.random.choice(chosen) if chosen else None
                found = self.on(stories, action) if action is not None else None
                if found is None or action is None:
                    answers = ()
                    continue
                stories, last = found, action
                if action.sort != "ticket":
                    answers = ()
                lengths[stories[0].clock] = stories[0].length
            if stories[0].events:
                yield lengths, self.answers(stories)


def _more_tickets(action: Action) -> bool:
    """Whether more tickets of the same instant come."""
    return action.sort == "ticket" and action.more


def bare(case: Case) -> set[str]:
    """Ledgers for which no offence costs points."""
    posted = {p.ledger for f in case.version.facts if isinstance(f, TicketKind) for p in f.posts}
    return {fact.name for fact in case.version.facts if isinstance(fact, EntryKind)} - posted


def closed(stories: Stories, answers: tuple[Answer, ...]) -> bool:
    """Whether nothing is decided any more."""
    return all(answer.status[0].closed for answer in answers)


def check_rules(case: Case, brute: Brute, complain: Callable[[str], None]) -> Iterator[str]:
    """Each rule: can it fire, and in how many events?"""
    first: dict[str, int] = {}
    for length, (story,), (answer,) in brute.short(closed):
        for decision in answer.decisions:
            if decision.at == story.clock:
                first.setdefault(decision.rule.name, length)
    for lengths, (answer,) in brute.long():
        for decision in answer.decisions:
            if decision.at in lengths:
                name, length = decision.rule.name, lengths[decision.at]
                first[name] = min(first.get(name, length), length)
    for rule in case.looked.rules:
        found = can_fire(case, rule)
        yield "can" if found.story else "never" if found.proved else "open"
        before = first.get(rule.name)
        if found.proved and before is not None:
            complain(f"{rule.name} fires after {before} events, and was proved never to")
        if found.story and before is not None and found.story.length > before and not bare(case):
            complain(f"{rule.name} fires after {before} events, and {found.story.length} were found")
        if found.story and before is None and found.story.length <= brute.whole and not bare(case):
            complain(f"{rule.name} was found to fire after {found.story.length} events, and it does not")


def check_slices(case: Case, budget: int, complain: Callable[[str], None]) -> Iterator[str]:
    """Each rule, as its slice says, beside the machine of all rules at once."""
    machine = Machine(case.looked, [rule.name for rule in case.looked.rules])
    search: Search[State, Fired | None] = Search(
        machine.start(),
        lambda state: ((None, EVENT, move.state) for move in _noted(machine, state, fired)),
        Budget(budget, 600.0),
    )
    fired: set[str] = set()
    for _ in search:
        pass
    if not search.complete or machine.outside:
        yield "slices not compared"
        return
    for rule in case.looked.rules:
        found = can_fire(case, rule)
        yield "slices compared"
        if found.proved and rule.name in fired:
            complain(f"{rule.name} fires in the machine of all rules, and its slice says never")
        if found.story and rule.name not in fired:
            complain(f"{rule.name} never fires in the machine of all rules, and its slice says it can")


def _noted(machine: Machine, state: State, fired: set[str]) -> Iterator[Move]:
    for move in machine.moves(state, machine.loud(state)):
        fired |= {one.rule for one in move.fired}
        yield move


def check_conditions(case: Case, brute: Brute, complain: Callable[[str], None]) -> Iterator[str]:
    """Some conditions, made of those of rules: do they ever hold?"""
    conditions = [rule.condition for rule in case.looked.rules]
    random = brute.random
    brute.cases = (watching(case, ()),)
    asked: list[Condition] = [
        AllOf((random.choice(conditions), Not(random.choice(conditions)))),
        AllOf((random.choice(conditions), random.choice(conditions))),
    ]
    first: dict[int, int] = {}
    empty = replay(brute.cases[0].policy, brute.begun()[0].account, brute.begun()[0].clock)
    shown = [(0, empty), *((length, answer) for length, _, (answer,) in brute.short(lambda stories, answers: False))]
    for length, answer in shown:
        status = next((one for one in answer.status if one.identity == case.identity), None)
        for number, condition in enumerate(asked):
            if status is not None and holds(condition, status, case.identity):
                first.setdefault(number, length)
    for number, condition in enumerate(asked):
        found = never(case, condition, (), Budget())
        yield "holds" if found.story else "never holds" if found.proved else "open"
        if found.proved and number in first:
            complain(f"{condition} holds after {first[number]} events, and was proved never to")
        exact = not bare(case) and (number in first or (found.story is not None and found.story.length <= brute.whole))
        if found.story and exact and first.get(number) != found.story.length:
            complain(f"{condition} holds after {first.get(number)} events, and {found.story.length} were found")


def check_pair(old: Case, new: Case, brute: Brute, complain: Callable[[str], None]) -> Iterator[str]:
    """Two versions: are they the same, and if not, after how many events do they differ?"""
    verdict = compare(old, new)
    first: dict[str, int] = {}

    def apart(stories: Stories, answers: tuple[Answer, ...]) -> bool:
        return bool(differing(answers[0], answers[1], stories[0].clock)) or closed(stories, answers)

    for length, stories, answers in brute.short(apart):
        found_so = differing(answers[0], answers[1], stories[0].clock)
        if found_so:
            first.setdefault(found_so, length)
    for lengths, answers in brute.long():
        for at, length in sorted(lengths.items()):
            found_so = differing(answers[0], answers[1], at)
            if found_so:
                first[found_so] = min(first.get(found_so, length), length)
                break
    found = {name: story.length for name, story in verdict.witnesses.items()}
    yield "same" if verdict.proved and not found else "differ" if found else "open"
    for name, length in sorted(first.items()):
        if name not in found and verdict.proved:
            complain(f"they differ ({name}) after {length} events, and were proved not to")
        if name in found and found[name] > length and verdict.proved and not bare(old):
            complain(f"they differ ({name}) after {length} events, and {found[name]} were found")
    for name, length in sorted(found.items()):
        if length <= brute.whole and name not in first and not bare(old):
            complain(f"they were found to differ ({name}) after {length} events, and do not")


def main() -> int:
    """The command; 1 where anything disagrees."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--replays", type=int, default=300, help="of all short histories, for each question")
    parser.add_argument("--walks", type=int, default=8, help="longer histories at random, for each question")
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    wrong = 0
    spent = process_time()
    for seed in range(asked.seed, asked.seed + asked.count):
        complaints: list[str] = []
        counts.update(check(seed, asked.depth, asked.replays, asked.walks, complaints.append))
        for one in complaints:
            wrong += 1
            sys.stdout.write(f"seed {seed}: {one}\n")
            sys.stdout.flush()
        if not (seed - asked.seed + 1) % 50:
            sys.stderr.write(f"{seed - asked.seed + 1}: {wrong} wrong, {process_time() - spent:.0f} s\n")
    sys.stdout.write(f"{dict(sorted(counts.items()))}, {wrong} wrong, {process_time() - spent:.0f} s\n")
    return 1 if wrong else 0


def check(seed: int, depth: int, replays: int, walks: int, complain: Callable[[str], None]) -> Iterator[str]:
    """A random policy, and a change of it."""
    policy = compiled(small(Random(seed)))
    if policy is None:
        yield "refused"
        return
    yield "policies"
    random = Random(seed)
    for case in cases(policy):
        yield from check_rules(case, Brute((case,), depth, replays, walks, random), complain)
        yield from check_conditions(case, Brute((case,), depth, replays // 2, 0, random), complain)
        yield from check_slices(case, 20_000, complain)
    other = compiled(changed(Random(seed), small(Random(seed))))
    if other is not None:
        yield "pairs"
        [old], [new] = cases(policy), cases(other)
        yield from check_pair(old, new, Brute((old, new), depth, replays, walks, random), complain)


if __name__ == "__main__":
    sys.exit(main())
