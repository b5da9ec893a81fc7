"""Proofs and findings as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from policyctl.analyse.as_json import reasons_as_json, story_as_json
from policyctl.analyse.costs import Incentive
from policyctl.analyse.findings import Finding, Found
from policyctl.analyse.prove import Proved


def prove_as_json(proved: Sequence[Proved], found: Sequence[Found]) -> dict[str, Any]:
    """Every property with its verdict, every finding with its history."""
    return {
        "schema": "policyctl/prove/1",
        "properties": [_property(one) for one in proved],
        "findings": [_found(one) for one in found],
    }


def _property(one: Proved) -> dict[str, Any]:
    reasons = one.reasons
    return {
        "policy": one.case.policy.name,
        "version": one.case.version.since,
        "identity": one.case.identity,
        "property": one.stated.text,
        "file": one.stated.span.source.name,
        "line": one.stated.span.line,
        "rule": one.rule,
        "payments": one.paying or None,
        "verdict": one.word,
        "for": _scope(reasons.windowed) if one.word == "proved" else None,
        "tickets": "any-points" if reasons.bare else "offences",
        **reasons_as_json(reasons.bound, reasons.plain, reasons.why, reasons.states, reasons.outside),
        "witness": None if one.story is None else story_as_json(one.story),
        "against": None if one.other is None else story_as_json(one.other),
        **_costs(one.incentive),
    }


def _scope(windowed: bool) -> str:
    return "prompt" if windowed else "no-late-tickets-no-corrections"


def _costs(incentive: Incentive | None) -> dict[str, Any]:
    if incentive is None or incentive.worse is None:
        return {}
    more, less = incentive.costs
    return {
        "costs": {
            "witness": {"hours": more.hours, "money": more.money},
            "against": {"hours": less.hours, "money": less.money},
        }
    }


def _found(found: Found) -> dict[str, Any]:
    return {
        "policy": found.case.policy.name,
        "version": found.case.version.since,
        "identity": found.case.identity,
        "rules": len(found.case.looked.rules),
        "states": found.states,
        "can_fire": [{"rule": name, **story_as_json(story)} for name, story in found.alive.items()],
        "findings": [_finding(one) for one in found.findings],
        "outside": [{"what": o.what, "where": o.where, "roughly": o.roughly} for o in sorted(found.outside)],
    }


def _finding(one: Finding) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "finding": one.kind,
        "rule": one.rule or None,
        "about": one.about or None,
        "decided": one.decided,
        "witness": None if one.story is None else story_as_json(one.story),
        "against": None if one.other is None else story_as_json(one.other),
        **_costs(one.incentive),
    }
    if one.hunted is not None:
        hunted = one.hunted
        shown |= reasons_as_json(hunted.bound, hunted.plain, hunted.why, hunted.states, hunted.outside)
    return shown


def histories_of(proved: Sequence[Proved], found: Sequence[Found]) -> Iterator[tuple[str, Any]]:
    """Every history that shows something, with the name of its file."""
    for number, one in enumerate(proved, 1):
        if one.story is not None:
            yield f"{_plain(one.case.policy.name)}.property-{number}.json", story_as_json(one.story)["history"]
        if one.other is not None:
            yield f"{_plain(one.case.policy.name)}.property-{number}.against.json", story_as_json(one.other)["history"]
    for each in found:
        name = f"{_plain(each.case.policy.name)}.{each.case.identity}"
        for rule, story in each.alive.items():
            yield f"{name}.can-fire.{_plain(rule)}.json", story_as_json(story)["history"]
        for number, finding in enumerate(each.findings, 1):
            if finding.story is not None:
                yield f"{name}.{finding.kind}-{number}.json", story_as_json(finding.story)["history"]
            if finding.other is not None:
                yield f"{name}.{finding.kind}-{number}.against.json", story_as_json(finding.other)["history"]


def _plain(name: str) -> str:
    """A name of which a file can be called."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-") or "rule"
