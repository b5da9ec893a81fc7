"""A random world: a policy, a history, and instants to ask about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from policyctl.history.events import Account
from policyctl.instants import Zone
from policyctl.policy.form import Policy
from tests.worlds.choices import Seeded
from tests.worlds.histories import histories
from tests.worlds.policies import policies
from tests.worlds.read import account, compiled


@dataclass(frozen=True)
class World:
    """`texts` are policy files by name, `history` is the JSON object of one account, `asked` are instants as text."""

    texts: Mapping[str, str]
    history: Mapping[str, Any]
    asked: tuple[str, ...]

    def account(self, policy: Policy) -> Account:
        """The account, as the reader of histories takes it."""
        return account(self.history, policy)

    def instants(self, policy: Policy) -> list[datetime]:
        """The instants to ask about."""
        zone = Zone(policy.versions[0].settings.timezone)
        return [zone.read(text) for text in self.asked]

    def write(self, folder: Path) -> None:
        """The world as files: the policy in a folder of its own, `history.json`, and `at.txt` with a line each."""
        (folder / "policy").mkdir(parents=True, exist_ok=True)
        for name, text in self.texts.items():
            (folder / "policy" / name).write_text(text, "utf-8")
        (folder / "history.json").write_text(json.dumps(self.history, indent=1, ensure_ascii=False) + "\n", "utf-8")
        (folder / "at.txt").write_text("".join(f"{text}\n" for text in self.asked), "utf-8")

    @staticmethod
    def read(folder: Path) -> World:
        """A world from its files."""
        return World(
            {path.name: path.read_text("utf-8") for path in sorted((folder / "policy").glob("*.policy"))},
            json.loads((folder / "history.json").read_text("utf-8")),
            tuple((folder / "at.txt").read_text("utf-8").split("\n")[:-1]),
        )


def seeded(seed: int, number_of_histories: int = 1) -> tuple[Policy, list[World]]:
    """The worlds of a seed: one policy, and so many histories for it."""
    texts = policies(Seeded(f"policy {seed}"))
    policy = compiled(texts)
    worlds = []
    for number in range(number_of_histories):
        history, asked = histories(Seeded(f"history {seed} {number}"), policy)
        worlds.append(World(texts, history, tuple(asked)))
    return policy, worlds
