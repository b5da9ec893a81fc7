"""Makes a world on which the interpreters disagree smaller, as long as they still do.

    python -m tests.second_reader.minimise FOLDER [--seed S --history N --corrected --at INSTANT --known-at INSTANT]

writes the smaller world into the folder (see `World.write`); without a seed it reads the world that is there.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from policyctl.instants import BadInstant
from tests.second_reader.compare import HISTORIES, differences, first, second
from tests.worlds import Uncompiled, World, compiled, seeded

Test = Callable[[World], bool]


def differs(world: World) -> list[str]:
    """What the interpreters say differently, at any of the instants."""
    policy = compiled(world.texts)
    account = world.account(policy)
    return [
        said
        for at, known in world.questions(policy)
        for said in differences(first(policy, account, at, known), second(policy, account, at, known))
    ]


def same_kind(world: World) -> Test:
    """Whether another world differs where this one does (in the same fields, wherever they stand)."""

    def kinds(said: list[str]) -> set[str]:
        return {re.sub(r"\[\d+\]|\.(merchant|promoter)", "", line.split(":")[0]) for line in said}

    wanted = kinds(differs(world))

    def test(other: World) -> bool:
        try:
            return bool(kinds(differs(other)) & wanted)
        except (Uncompiled, BadInstant, KeyError):
            return False

    return test


def minimise(world: World, test: Test) -> World:
    """The smallest world that single steps of leaving something out lead to."""
    for question in range(len(world.asked)):
        one = world.asking(question)
        if test(one):
            world = one
            break
    shrunk = True
    while shrunk:
        shrunk = False
        for smaller in _smaller(world):
            if test(smaller):
                world, shrunk = smaller, True
                break
    return world


def _smaller(world: World) -> Iterator[World]:
    if any(world.known):
        yield replace(world, known=())
    for history in _smaller_histories(dict(world.history)):
        yield replace(world, history=history)
    for name, text in world.texts.items():
        if len(world.texts) > 1:
            yield replace(world, texts={other: kept for other, kept in world.texts.items() if other != name})
        for shorter in _smaller_texts(text):
            yield replace(world, texts={**world.texts, name: shorter})


def _smaller_histories(history: dict[str, Any]) -> Iterator[dict[str, Any]]:
    events = history["events"]
    for place in range(len(events)):
        yield {**history, "events": events[:place] + events[place + 1 :]}
    if "opened" in history:
        yield {name: value for name, value in history.items() if name != "opened"}
    for place, event in enumerate(events):
        for field in ("issued", "occurred", "decision", "value", "final", "recorded"):
            # An override always names a decision.
            if field in event and not (field == "decision" and event["event"] == "override"):
                less = {name: value for name, value in event.items() if name != field}
                yield {**history, "events": [*events[:place], less, *events[place + 1 :]]}


def _smaller_texts(text: str) -> Iterator[str]:
    lines = text.split("\n")
    for place, line in enumerate(lines):
        if not line.startswith(("policy", "  version", "  timezone", "transition")):
            yield "\n".join(lines[:place] + lines[place + 1 :])
    for place, line in enumerate(lines):
        for shorter in _smaller_lines(line):
            yield "\n".join([*lines[:place], shorter, *lines[place + 1 :]])


def _smaller_lines(line: str) -> Iterator[str]:
    """A line with one effect, posting, part, condition, or clause left out."""
    head, arrow, tail = line.partition(" -> ")
    if arrow:
        effects = tail.split(", ")
        for place in range(len(effects) if len(effects) > 1 else 0):
            yield head + arrow + ", ".join(effects[:place] + effects[place + 1 :])
    for pattern in (r" unless .*", r" floor \S+", r" ceiling \S+", r" resets every \w+", r" overlap \w+", r" by \w+"):
        if re.search(pattern, head):
            yield re.sub(pattern, "", head, count=1) + arrow + tail
    for pattern, kept in ((r"\(([^()]*)\) (?:and|or) .*", r"\1"), (r"(.*) (?:and|or) (\(.*\)|[^()]*)$", r"\1")):
        lead, colon, condition = head.rpartition(": ")
        if re.fullmatch(pattern, condition):
            yield lead + colon + re.sub(pattern, kept, condition) + arrow + tail
            yield (
                lead
                + colon
                + re.sub(pattern, r"\g<" + str(min(2, re.compile(pattern).groups)) + ">", condition)
                + arrow
                + tail
            )
    for pattern in (r", \w+(?: [^,]*)?$", r" = \w+(?: [^,]*)?, "):
        if head.startswith(("sanction", "identities")) and re.search(pattern, head):
            yield re.sub(pattern, " = " if "=" in pattern else "", head, count=1)


def main() -> int:
    """Make the world of a folder or of a seed smaller, and write it into the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--history", type=int, default=0)
    parser.add_argument("--corrected", action="store_true")
    parser.add_argument("--at")
    parser.add_argument("--known-at")
    arguments = parser.parse_args()
    if arguments.seed is None:
        world = World.read(arguments.folder)
    else:
        world = seeded(arguments.seed, HISTORIES, corrected=arguments.corrected)[1][arguments.history]
    if arguments.at is not None:
        world = replace(world, asked=(arguments.at,), known=(arguments.known_at,))
    small = minimise(world, same_kind(world))
    small.write(arguments.folder)
    print("\n".join(["", *small.texts.values(), *map(str, small.history["events"]), *small.asked, *differs(small)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
