"""A random world: a policy, a history, and instants to ask about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    """`texts` are policy files by name, `history` is the JSON object of one account, `asked` are instants as text,
    `known` is what was on record for each of them (None: everything; where it is empty, everything for all)."""

    texts: Mapping[str, str]
    history: Mapping[str, Any]
    asked: tuple[str, ...]
    known: tuple[str | None, ...] = ()

    def account(self, policy: Policy) -> Account:
        """The account, as the reader of histories takes it."""
        return account(self.history, policy)

    def instants(self, policy: Policy) -> list[datetime]:
        """The instants to ask about."""
        zone = Zone(policy.versions[0].settings.timezone)
        return [zone.read(text) for text in self.asked]

    def asking(self, question: int) -> World:
        """The world with only one of its questions."""
        return replace(self, asked=(self.asked[question],), known=self.known[question : question + 1])

    @property
    def question(self) -> str:
        """The first question, in words."""
        on_record = f", known at {self.known[0]}" if self.known and self.known[0] else ""
        return f"at {self.asked[0]}{on_record}"

    def questions(self, policy: Policy) -> list[tuple[datetime, datetime | None]]:
        """The instants to ask about, each with what was on record (None: everything)."""
        zone = Zone(policy.versions[0].settings.timezone)
        known = [None if text is None else zone.read(text) for text in self.known or [None] * len(self.asked)]
        return list(zip(self.instants(policy), known, strict=True))

    def write(self, folder: Path) -> None:
        """The world as files: the policy in a folder of its own, `history.json`, and `at.txt` with a line each: the
        instant, and behind a space what was on record."""
        (folder / "policy").mkdir(parents=True, exist_ok=True)
        for name, text in self.texts.items():
            (folder / "policy" / name).write_text(text, "utf-8")
        (folder / "history.json").write_text(json.dumps(self.history, indent=1, ensure_ascii=False) + "\n", "utf-8")
        known = self.known or (None,) * len(self.asked)
        lines = (f"{at} {on_record or ''}".strip() for at, on_record in zip(self.asked, known, strict=True))
        (folder / "at.txt").write_text("".join(f"{line}\n" for line in lines), "utf-8")

    @staticmethod
    def read(folder: Path) -> World:
        """A world from its files."""
        lines = [line.partition(" ") for line in (folder / "at.txt").read_text("utf-8").split("\n")[:-1]]
        return World(
            {path.name: path.read_text("utf-8") for path in sorted((folder / "policy").glob("*.policy"))},
            json.loads((folder / "history.json").read_text("utf-8")),
            tuple(at for at, _, _ in lines),
            tuple(known or None for _, _, known in lines),
        )


def seeded(seed: int, number_of_histories: int = 1, *, corrected: bool = False) -> tuple[Policy, list[World]]:
    """The worlds of a seed: one policy, and so many histories for it; with corrections, or only with late tickets."""
    texts = policies(Seeded(f"policy {seed}"), corrected=corrected)
    policy = compiled(texts)
    worlds = []
    for number in range(number_of_histories):
        choices = Seeded(f"history {seed} {number}")
        history, asked, known = histories(choices, policy, 20 if corrected else 14, corrected=corrected)
        worlds.append(World(texts, history, tuple(asked), tuple(known)))
    return policy, worlds
