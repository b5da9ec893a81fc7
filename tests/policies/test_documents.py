"""Every example of the documents is what it says it is."""

from __future__ import annotations

import pytest

from policyctl.compare.compare import compare
from policyctl.explain.as_json import as_json
from policyctl.history.read import read_account
from policyctl.policy.load import compile_texts
from policyctl.replay.replay import replay, zone_of
from policyctl.scenario.run import run_test
from policyctl.source.report import render
from tests.policies.blocks import Block, Example, blocks, examples, expected, looked_up, policy_text

EXAMPLES = examples()
WRONG = [block for block in blocks() if block.kind == "policy-wrong"]
KNOWN = {"policy", "policy-wrong", "history", "expect"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.blocks[0].place)
def test_example_checks_and_its_tests_pass(example: Example) -> None:
    compiled = example.compiled()
    assert not compiled.findings, render(compiled.findings)
    [(name, policy)] = compiled.policies.items()
    assert policy is not None
    for test in compiled.tests[name]:
        result = run_test(policy, test)
        assert not result.failures, [(f.span.line, f.expected, f.found) for f in result.failures]


@pytest.mark.parametrize(
    "example", [one for one in EXAMPLES if one.histories], ids=lambda example: example.blocks[0].place
)
def test_history_is_answered_as_expected(example: Example) -> None:
    [policy] = example.compiled().policies.values()
    assert policy is not None
    zone = zone_of(policy)
    for history, expectations in example.histories:
        assert expectations, f"{history.place} expects nothing"
        account = read_account(history.text, zone, history.place)
        for block in expectations:
            (_, word, at), *lines = expected(block)
            assert word == "at" and lines, f"{block.place} does not begin with `at = INSTANT`"
            found = replay(policy, account, zone.read(at))
            answer = as_json(found, comparison=compare(policy, account, found))
            assert answer["incomplete"] is False
            for number, path, value in lines:
                assert looked_up(answer, path) == value, f"{block.document}:{number}: {path}"


@pytest.mark.parametrize("block", WRONG, ids=lambda block: f"{block.argument}-{block.line}")
def test_mistake_is_found_under_its_code(block: Block) -> None:
    compiled = compile_texts([policy_text(block)])
    errors = [finding for finding in compiled.findings if finding.severity == "error"]
    assert {finding.code for finding in errors} == {block.argument}, render(compiled.findings)
    assert all(finding.help for finding in errors)


def test_examples_are_there() -> None:
    assert len(EXAMPLES) > 20 and len(WRONG) > 10


def test_every_marked_block_is_known() -> None:
    other = [block.place for block in blocks() if block.kind.startswith(("policy", "history", "expect"))]
    assert len(other) == len([block for block in blocks() if block.kind in KNOWN])
