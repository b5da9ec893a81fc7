"""Analyses as JSON."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from policyctl.analyse.changes import Changes, Compared
from policyctl.analyse.outside import Outside
from policyctl.analyse.same import CLASSES
from policyctl.analyse.story import Story
from policyctl.analyse.verdicts import undecided
from policyctl.analyse.written import written
from policyctl.explain.as_json import as_json
from policyctl.policy.form import Policy
from policyctl.replay.replay import replay


def diff_as_json(found: Sequence[Changes], apart: Sequence[str], old: Collection[str]) -> dict[str, Any]:
    """What was changed, policy by policy; the histories that show it stand whole under `witnesses`."""
    return {
        "schema": "policyctl/diff/1",
        "policies": [_changes(one) for one in found],
        "added": [name for name in apart if name not in old],
        "removed": [name for name in apart if name in old],
        "witnesses": [witness for one in found for witness in witnesses(one)],
    }


def _changes(found: Changes) -> dict[str, Any]:
    return {
        "policy": found.name,
        "answer": found.answer,
        "old": _policy(found.old),
        "new": _policy(found.new),
        "text": {"added": found.lines.added, "removed": found.lines.removed},
        "parts": [{"kind": one.kind, "name": one.name, "old": one.old, "new": one.new} for one in found.parts],
        "compared": [_compared(one) for one in found.compared],
        "not_compared": [{"what": one.what, "where": one.where} for one in found.outside],
    }


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "version": policy.versions[-1].since,
        "digest": policy.digest(),
        "text_digest": policy.text_digest(),
    }


def _compared(one: Compared) -> dict[str, Any]:
    verdict = one.verdict
    classes = [name for name in CLASSES if name in verdict.witnesses]
    status = "refuted" if classes else "proved" if verdict.proved else undecided(verdict.bound)
    return {
        "identity": one.new.identity,
        "old_version": one.old.version.since,
        "new_version": one.new.version.since,
        "same": status,
        "classes": classes,
        "complete": verdict.proved,
        **reasons_as_json(verdict.bound, verdict.plain, verdict.why, verdict.states, verdict.outside),
    }


def reasons_as_json(bound: int, plain: bool, why: str, states: int, outside: Sequence[Outside]) -> dict[str, Any]:
    """What stood in the way of a proof, and what was spent."""
    return {
        "bound": bound or None,
        "bound_of": None if not bound else "one-a-day" if plain else "all",
        "why": why or None,
        "states": states,
        "outside": [{"what": one.what, "where": one.where, "roughly": one.roughly} for one in outside],
    }


def witnesses(found: Changes) -> Iterator[dict[str, Any]]:
    """The histories that show a difference, each with what both versions decide at its end."""
    for one in found.compared:
        for name in CLASSES:
            story = one.verdict.witnesses.get(name)
            if story is not None:
                yield {
                    "policy": found.name,
                    "identity": one.new.identity,
                    "class": name,
                    **story_as_json(story),
                    "old": _decided(one.old.policy, story),
                    "new": _decided(one.new.policy, story),
                }


def story_as_json(story: Story) -> dict[str, Any]:
    """A history and its last instant."""
    return {
        "at": story.zone.show(story.clock),
        "events": story.length,
        "history": written(story.account, story.zone),
    }


def _decided(policy: Policy, story: Story) -> list[Any]:
    """The decisions of the last instant."""
    said = as_json(replay(policy, story.account, story.clock))
    return [one for one in said["decisions"] if one["at"] == story.zone.show(story.clock)]
