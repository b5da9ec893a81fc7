"""The edge cases in `edge_cases.txt`: hand-made stories on the shipped policies, read from the explanation as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policyctl.explain.as_json import as_json
from policyctl.history.read import read_account
from policyctl.policy.form import Policy
from policyctl.policy.load import PolicyText, compile_texts, read
from policyctl.replay.replay import replay, zone_of
from tests.policies.blocks import TOP

TOLD = Path(__file__).with_name("edge_cases.txt")


@dataclass
class Story:
    """One story: a shipped policy, words that are replaced in it, events, and what is expected when."""

    title: str
    policy: str = ""
    instead: list[tuple[str, str]] = field(default_factory=list)
    events: list[dict[str, str]] = field(default_factory=list)
    expected: list[tuple[str, str, str]] = field(default_factory=list)


def _stories() -> Iterator[Story]:
    story: Story | None = None
    for line in TOLD.read_text("utf-8").splitlines():
        if line.startswith("== "):
            if story is not None:
                yield story
            story = Story(line.removeprefix("== "))
        elif story is None or not line or line.startswith("#"):
            continue
        elif line.startswith("policy "):
            story.policy = line.removeprefix("policy ")
        elif line.startswith("instead "):
            before, _, after = line.removeprefix("instead ").partition(" -> ")
            story.instead.append((before, after))
        elif line.startswith("at "):
            at, _, said = line.removeprefix("at ").partition(" | ")
            path, _, value = said.partition(" =")
            story.expected.append((at, path, value.strip()))
        else:
            story.events.append(_event(line.split(), len(story.events)))
    assert story is not None
    yield story


def _event(words: Sequence[str], number: int) -> dict[str, str]:
    at, identity, what, *rest = words
    if what == "pays":
        (amount,) = rest
        return {"event": "payment", "id": f"P{number}", "identity": identity, "at": at, "amount": amount}
    ledger, points = rest
    fields = {"id": what, "identity": identity, "effective": at, "ledger": ledger, "points": points}
    return {"event": "ticket", **fields}


STORIES = list(_stories())


@cache
def _policies(*instead: tuple[str, str]) -> Mapping[str, Policy | None]:
    """The shipped policies, with words replaced."""
    texts = read(TOP / "policies")
    for before, after in instead:
        assert any(before in text.data.decode() for text in texts), f"`{before}` stands nowhere"
        texts = [
            PolicyText(text.shown, text.path, text.data.decode().replace(before, after).encode()) for text in texts
        ]
    return compile_texts(texts).policies


def _found(answer: Mapping[str, Any], path: str) -> str:
    if path == "decisions":
        return " ".join(decision["id"] for decision in answer["decisions"])
    if path.startswith("running "):
        running = answer["status"][path.removeprefix("running ")]["sanctions"]
        return " ".join(f"{one['name']} {one['from']} {one['until']}" for one in running)
    found: Any = answer
    for name in path.split("."):
        if isinstance(found, list):
            if int(name) >= len(found):
                return "nothing"
            found = found[int(name)]
        else:
            found = found[name]
    return str(found)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.title)
def test_story(story: Story) -> None:
    policy = _policies(*story.instead)[story.policy]
    assert policy is not None
    zone = zone_of(policy)
    account = read_account(json.dumps({"merchant": "m-1", "events": story.events}), zone, "story.json")
    assert story.expected and not account.problems
    for at, path, value in story.expected:
        answer = as_json(replay(policy, account, zone.read(at)))
        assert not answer["incomplete"]
        assert _found(answer, path) == value, (at, path)
