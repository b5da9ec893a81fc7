"""Worlds of one or more families: the policy, some histories for it, and which features were drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from policyctl.policy.form import Policy
from tests.worlds.choices import Choices, Seeded
from tests.worlds.families import choices as choosing
from tests.worlds.families import counts, lives, occasions, sanctions
from tests.worlds.families.happenings import history
from tests.worlds.families.words import LEDGERS, SANCTIONS, Line, header, ledger, offences, plain_rules, sanction
from tests.worlds.families.words import vocabulary as all_words
from tests.worlds.read import Uncompiled, compiled
from tests.worlds.world import World

FAMILIES: dict[str, Callable[[Choices], list[Line]]] = {
    "choices": choosing.lines,
    "counts": counts.lines,
    "lives": lives.lines,
    "occasions": occasions.lines,
    "sanctions": sanctions.lines,
}
TRIES = 20


@dataclass(frozen=True)
class Drawn:
    """What a seed gives."""

    policy: Policy
    worlds: tuple[World, ...]
    features: tuple[str, ...]
    refused: int
    """How many texts were drawn before one compiled."""


def worlds(seed: int, families: Iterable[str], number: int) -> Drawn:
    """The worlds of a seed, with at least one of some families."""
    names = list(families)
    for refused in range(TRIES):
        choices = Seeded(f"families {seed} {refused}")
        chosen = [choices.pick(names)]
        chosen += [name for name in names if name not in chosen and choices.chance(0.15)]
        lines = [line for name in chosen for line in FAMILIES[name](choices)]
        text = _text(choices, lines)
        try:
            policy = compiled({"world.policy": text})
        except Uncompiled:
            continue
        found = []
        for place in range(number):
            told, asked = history(Seeded(f"happenings {seed} {place}"), policy)
            found.append(World({"world.policy": text}, told, tuple(asked)))
        features = tuple(sorted({feature for line in lines for feature in line.features}))
        return Drawn(policy, tuple(found), features, refused)
    raise Uncompiled(text)


def _text(choices: Choices, lines: list[Line]) -> str:
    declared = {line.declares for line in lines}
    text = [*header(choices), *all_words()]
    text += [ledger(choices, name) for name in LEDGERS if name not in declared]
    text += [] if "offences" in declared else offences(choices)
    text += [sanction(choices, name) for name in SANCTIONS if name not in declared]
    text += [line.text for line in lines] + [line.text for line in plain_rules(choices)]
    return "\n".join(text) + "\n"
