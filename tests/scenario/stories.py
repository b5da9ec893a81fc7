"""Policies with their tests, as a text."""

from __future__ import annotations

from pathlib import Path

from policyctl.policy.load import PolicyText, compile_texts
from policyctl.scenario.run import run_test


def failures(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """What the tests of a policy that checks without a finding expected and did not find, with what was there."""
    compiled = compile_texts([PolicyText("story.policy", Path("story.policy"), text.encode())])
    assert not compiled.findings, compiled.findings
    [(name, policy)] = compiled.policies.items()
    assert policy is not None and compiled.tests[name]
    results = [run_test(policy, test) for test in compiled.tests[name]]
    return [(failure.expected, failure.found) for result in results for failure in result.failures]
