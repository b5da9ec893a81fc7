"""Mutated policies and histories through everything that `policyctl explain` does: findings or answers, no exception.

The long run: `PYTHONPATH=src python -m tests.fuzz --count 10000`.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from policyctl.compare.compare import compare
from policyctl.explain.as_json import as_json
from policyctl.explain.terminal import lines
from policyctl.history.events import Account
from policyctl.history.read import read_bytes
from policyctl.policy.form import Policy
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.replay.replay import replay, zone_of
from policyctl.source.report import render as render_findings
from tests.history.test_history_fuzz import mutated as mutated_structure
from tests.history.test_history_fuzz import mutated_bytes
from tests.source.fuzz import mutated as mutated_text
from tests.source.fuzz import samples

CARD = "general >= 20 -> suspend 3d, fine 2000 clears\nyear_total >= 100 -> close_identity, no_reset\n"
ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Fuzz:
    """Draws mutations from a seed; `seen` counts what became of them."""

    random: random.Random
    policies: list[str] = field(default_factory=list)
    histories: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.policies = [path.read_text("utf-8") for path in sorted((ROOT / "policies").rglob("*.policy"))]
        self.policies += [*samples(), CARD]
        self.histories = [path.read_text("utf-8") for path in sorted((ROOT / "policies").rglob("*.json"))]

    def once(self) -> None:
        """One policy, mutated or not, one history, mutated or not, and everything in between."""
        text = self.random.choice(self.policies)
        changed = mutated_text(text, self.random) if self.random.random() < 0.7 else text
        policy = self._compiled(changed) or self._compiled(CARD)
        assert policy is not None
        for found in read_bytes(self._history(), zone_of(policy), "fuzz.json"):
            if isinstance(found, Account):
                self._explain(policy, found)
            else:
                self.seen["unreadable histories"] += 1

    def _compiled(self, text: str) -> Policy | None:
        data = text.encode("utf-8", "surrogatepass")
        compiled = compile_texts([PolicyText("fuzz.policy", Path("fuzz.policy"), data)])
        render_findings(compiled.findings)
        (policy,) = compiled.policies.values()
        assert policy is not None or compiled.findings
        self.seen["policies accepted" if policy is not None else "policies with findings"] += 1
        return policy

    def _history(self) -> bytes:
        text = self.random.choice(self.histories)
        if self.random.random() < 0.2:
            return mutated_bytes(text.encode(), self.random)
        data = json.loads(text)
        for _ in range(self.random.randint(0, 3)):
            place = self.random.randrange(len(data["events"])) if data["events"] else 0
            data["events"][place : place + 1] = [mutated_structure(data["events"][place : place + 1], self.random)]
        return json.dumps(data).encode()

    def _explain(self, policy: Policy, account: Account) -> None:
        at = datetime(2019, 1, 1, tzinfo=UTC) + timedelta(days=self.random.randint(0, 2500))
        answer = replay(policy, account, at)
        comparison = compare(policy, account, answer, causes=self.random.random() < 0.5)
        json.dumps(as_json(answer, comparison=comparison), ensure_ascii=False).encode("utf-8")
        self.seen["answers"] += 1
        self.seen["decisions"] += len(answer.decisions)
        if self.random.random() < 0.2:
            for lang in ("en", "zh"):
                for line in lines(answer, lang=lang, width=80, comparison=comparison, compare=True):
                    assert line.plain.isprintable()


def run(count: int, seed: int) -> Counter[str]:
    """So many mutations; a failing one is named by its seed."""
    seen: Counter[str] = Counter()
    for number in range(count):
        fuzz = _fuzz(seed + number)
        try:
            fuzz.once()
        except Exception as error:
            error.add_note(f"found with seed {seed + number}")
            raise
        seen += fuzz.seen
    return seen


def _fuzz(seed: int) -> Fuzz:
    return Fuzz(random.Random(seed))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for what, number in sorted(run(asked.count, asked.seed).items()):
        print(f"{number:>8}  {what}")
