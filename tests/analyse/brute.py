"""What the analysis says of random small policies, beside all their short histories, replayed one by one.

python -m tests.analyse.brute --count 1000
python -m tests.analyse.brute --count 200 --depth 4 --seed 5000
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from time import process_time

from policyctl.analyse.case import Case, cases
from policyctl.analyse.explore import EVENT, Budget, Search
from policyctl.analyse.live import can_fire
from policyctl.analyse.machine import Machine
from policyctl.analyse.prove import never
from policyctl.analyse.same import compare, differs
from policyctl.analyse.same import told as told_in_both
from policyctl.analyse.state import Action, Fired, Move, State
from policyctl.analyse.story import Story, Untold
from policyctl.analyse.watch import holds, watching
from policyctl.policy.form import AllOf, Condition, EntryKind, Not, Policy, TicketKind
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay
from tests.analyse.worlds import changed, compiled, small

LARGEST = 14
"""Points that a ticket carries by itself, at most."""


def bare(case: Case) -> set[str]:
    """Ledgers for which no offence costs points."""
    posted = {p.ledger for f in case.version.facts if isinstance(f, TicketKind) for p in f.posts}
    return {fact.name for fact in case.version.facts if isinstance(fact, EntryKind)} - posted


def told(case: Case, path: list[Action]) -> Story | None:
    """The history of a path, or None where there is none."""
    story = Story(case.policy, case.version, case.identity)
    try:
        story.tell(path)
    except Untold:
        return None
    return story


def actions(case: Case, path: list[Action], answer: Answer | None) -> Iterator[Action]:
    """Everything that can happen next: tickets, also several of one instant; payments of open fines; new periods."""
    for fact in case.version.facts:
        if isinstance(fact, TicketKind):
            yield Action("ticket", fact.name)
            yield Action("ticket", fact.name, 0, True)
    for ledger in sorted(bare(case)):
        yield from (Action("ticket", ledger, points) for points in range(1, LARGEST + 1))
    if answer is None:
        return
    fines = {"+".join(fine.clears) for fine in answer.status[0].fines if fine.open and fine.clears}
    yield from (Action("payment", name) for name in sorted(fines))
    units = {str(period.every) for period in case.version.periods if period.every}
    yield from (Action("turn", unit) for unit in sorted(units))


def histories(case: Case, depth: int, beyond: bool = False) -> Iterator[tuple[int, Story, Answer]]:
    """All histories with at most so many events, the shortest first, with what the interpreter says of them; `beyond`
    a closure, too, where nothing is decided any more."""
    paths: list[list[Action]] = [[]]
    for length in range(depth + 1):
        longer: list[list[Action]] = []
        for path in paths:
            story = told(case, path)
            if story is None:
                continue
            waiting = bool(path) and path[-1].more
            answer = None if waiting else story.answer() if path or beyond else None
            if answer is not None:
                yield length, story, answer
            if length == depth or (answer is not None and answer.status[0].closed and not beyond):
                continue
            if path:
                longer += [[*path, action] for action in actions(case, path, answer)]
            else:
                longer += [[action] for action in actions(case, path, None)]
                longer += [[Action("turn", str(p.every))] for p in case.version.periods if p.every]
        paths = longer


def check_rules(case: Case, depth: int, complain: Callable[[str], None]) -> Iterator[str]:
    """Each rule: can it fire, and in how many events?"""
    first: dict[str, int] = {}
    for length, story, answer in histories(case, depth):
        for decision in answer.decisions:
            if decision.at == story.clock:
                first.setdefault(decision.rule.name, length)
    for rule in case.looked.rules:
        found = can_fire(case, rule)
        yield "can" if found.story else "never" if found.proved else "open"
        if found.proved and rule.name in first:
            complain(f"{rule.name} fires after {first[rule.name]} events, and was proved never to")
        if found.story and rule.name in first and found.story.length > first[rule.name] and not bare(case):
            complain(f"{rule.name} fires after {first[rule.name]} events, and {found.story.length} were found")
        if found.story and rule.name not in first and found.story.length <= depth and not bare(case):
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
    for move in machine.moves(state, True):
        fired |= {one.rule for one in move.fired}
        yield move


def check_conditions(case: Case, random: Random, depth: int, complain: Callable[[str], None]) -> Iterator[str]:
    """Some conditions, made of those of rules: do they ever hold?"""
    conditions = [rule.condition for rule in case.looked.rules]
    told_of = watching(case, ())
    asked: list[Condition] = [
        AllOf((random.choice(conditions), Not(random.choice(conditions)))),
        AllOf((random.choice(conditions), random.choice(conditions))),
    ]
    first: dict[int, int] = {}
    for length, _, answer in histories(told_of, depth, beyond=True):
        for number, condition in enumerate(asked):
            if holds(condition, answer.status[0], case.identity):
                first.setdefault(number, length)
    for number, condition in enumerate(asked):
        found = never(case, condition, (), Budget())
        yield "holds" if found.story else "never holds" if found.proved else "open"
        if found.proved and number in first:
            complain(f"{condition} holds after {first[number]} events, and was proved never to")
        exact = not bare(case) and (number in first or (found.story is not None and found.story.length <= depth))
        if found.story and exact and first.get(number) != found.story.length:
            complain(f"{condition} holds after {first.get(number)} events, and {found.story.length} were found")


def check_pair(old: Case, new: Case, depth: int, complain: Callable[[str], None]) -> Iterator[str]:
    """Two versions: are they the same, and if not, after how many events do they differ?"""
    verdict = compare(old, new)
    first = dict(_first_differences(old, new, depth))
    found = {name: story.length for name, story in verdict.witnesses.items()}
    yield "same" if verdict.proved and not found else "differ" if found else "open"
    for name, length in sorted(first.items()):
        if name not in found and verdict.proved:
            complain(f"they differ ({name}) after {length} events, and were proved not to")
        if name in found and found[name] > length and not bare(old):
            complain(f"they differ ({name}) after {length} events, and {found[name]} were found")
    for name, length in sorted(found.items()):
        if length <= depth and name not in first and not bare(old):
            complain(f"they were found to differ ({name}) after {length} events, and do not")


def _first_differences(old: Case, new: Case, depth: int) -> Iterator[tuple[str, int]]:
    """For each class of difference the length of the shortest history at whose end both first differ."""
    seen: set[str] = set()
    paths: list[list[Action]] = [[]]
    for length in range(depth + 1):
        longer: list[list[Action]] = []
        for path in paths:
            story, _ = told_in_both(old, new, path) if path else (Story(old.policy, old.version, old.identity), set())
            if path and story is None:
                continue
            answers = []
            if path and not path[-1].more:
                assert story is not None
                found = differs(old, new, story)
                if found and found not in seen:
                    seen.add(found)
                    yield found, length
                if found:
                    continue
                answers = [story.answer(), replay(new.policy, story.account, story.clock)]
            if length < depth:
                longer += [[*path, action] for action in _in_both(old, new, path, answers)]
        paths = longer


def _in_both(old: Case, new: Case, path: list[Action], answers: list[Answer]) -> Iterator[Action]:
    found = [a for case in (old, new) for a in actions(case, path, None)]
    if answers:
        ones, others = ([f for f in answer.status[0].fines if f.open] for answer in answers)
        for one in ones:
            for other in others:
                if one.opened == other.opened and one.open == other.open:
                    found.append(Action("payment", f"{'+'.join(one.clears)}/{'+'.join(other.clears)}"))
    if not path or not path[-1].more:
        periods = (*old.version.periods, *new.version.periods)
        found += [Action("turn", str(period.every)) for period in periods if period.every]
    return iter(dict.fromkeys(found))


def main() -> int:
    """The command; 1 where anything disagrees."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--depth", type=int, default=3)
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    wrong = 0
    spent = process_time()
    for seed in range(asked.seed, asked.seed + asked.count):
        policy = compiled(small(Random(seed)))
        if policy is None:
            counts["refused"] += 1
            continue
        counts["policies"] += 1
        complaints: list[str] = []
        counts.update(_of_policy(policy, seed, asked.depth, complaints.append))
        other = compiled(changed(Random(seed), small(Random(seed))))
        if other is not None:
            counts["pairs"] += 1
            [old], [new] = cases(policy), cases(other)
            counts.update(check_pair(old, new, asked.depth, complaints.append))
        for one in complaints:
            wrong += 1
            sys.stdout.write(f"seed {seed}: {one}\n")
    sys.stdout.write(f"{dict(sorted(counts.items()))}, {wrong} wrong, {process_time() - spent:.0f} s\n")
    return 1 if wrong else 0


def _of_policy(policy: Policy, seed: int, depth: int, complain: Callable[[str], None]) -> Iterator[str]:
    for case in cases(policy):
        yield from check_rules(case, depth, complain)
        yield from check_conditions(case, Random(seed), min(depth, 2), complain)
        yield from check_slices(case, 20_000, complain)


if __name__ == "__main__":
    sys.exit(main())
