"""Stories of corrections, worked out by hand before they were run (`by_hand/*.policy`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyctl.policy.load import compile_texts, read
from policyctl.scenario.run import run_test
from policyctl.source.report import render

COMPILED = compile_texts(read(Path(__file__).with_name("by_hand")))
TESTS = [(name, test) for name, tests in COMPILED.tests.items() for test in tests]


def test_nothing_is_wrong_with_the_files() -> None:
    assert not COMPILED.findings, render(COMPILED.findings)
    assert len(TESTS) > 40


@pytest.mark.parametrize(
    ("name", "place"), [(name, test.span) for name, test in TESTS], ids=[t.name.text for _, t in TESTS]
)
def test_story(name: str, place: object) -> None:
    policy = COMPILED.policies[name]
    assert policy is not None
    [told] = [test for test in COMPILED.tests[name] if test.span == place]
    result = run_test(policy, told)
    assert result.expectations > 0
    assert [(failure.span.line, failure.expected, failure.found) for failure in result.failures] == []
