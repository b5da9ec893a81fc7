"""The policies that ship: nothing is wrong with them, their tests pass, and they say the same to both readers."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from policyctl.policy.form import Open, Policy
from policyctl.policy.load import Compiled, PolicyText, compile_texts, load, read
from policyctl.scenario.run import run_test
from policyctl.source.report import render
from tests.policies.blocks import TOP

SHIPPED = compile_texts(read(TOP / "policies"))
SERVED = compile_texts(read(Path(__file__).with_name("served.policy")))
TESTS = [(one, name, test) for one in (SHIPPED, SERVED) for name, tests in one.tests.items() for test in tests]


def shipped(name: str) -> Policy:
    policy = SHIPPED.policies[name]
    assert policy is not None
    return policy


@pytest.mark.parametrize("compiled", [SHIPPED, SERVED], ids=["shipped", "served"])
def test_nothing_is_wrong(compiled: Compiled) -> None:
    assert not compiled.findings, render(compiled.findings)


def test_these_policies_ship() -> None:
    assert set(SHIPPED.policies) == {
        "china.licence",
        "douyin.creators",
        "douyin.merchants",
        "jd.points",
        "kuaishou.offences",
        "kuaishou.points",
        "kuaishou.providers",
        "kuaishou.synthetic",
        "taobao.points",
    }


@pytest.mark.parametrize(("compiled", "name", "test"), TESTS, ids=[test.name.text for _, _, test in TESTS])
def test_written_test_passes(compiled: Compiled, name: str, test: object) -> None:
    policy = compiled.policies[name]
    assert policy is not None
    [written] = [one for one in compiled.tests[name] if one is test]
    result = run_test(policy, written)
    assert result.expectations > 0
    assert not result.failures, [(f.span.line, f.expected, f.found) for f in result.failures]


def test_default_policy_is_the_one_that_the_configuration_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYCTL_CACHE", "off")
    policy = load(None, TOP)
    assert isinstance(policy, Policy) and policy.name == "kuaishou.points"


def test_every_rule_says_its_clause_and_its_label() -> None:
    policy = shipped("kuaishou.points")
    for version in policy.versions:
        for rule in version.rules:
            said = policy.said(version, "rule", rule.name)
            assert said is not None and said.label and said.cite, rule.name
            assert "20" in said.cite, f"{rule.name}: the clause of {said.cite} has no date"


def test_ten_open_questions_are_read() -> None:
    names = {reading.name for reading in shipped("kuaishou.points").words.readings}
    facts = (TOP / "docs" / "facts.md").read_text("utf-8")
    rows = [line for line in facts.splitlines() if line.startswith("| ") and "“" in line and line[2].isdigit()]
    assert len(rows) == 10
    for row in rows:
        assert row.rsplit("“", 1)[1].split("”")[0] in names, row
    assert {"paid", "serious cases out of range are general"} <= names


def test_versions_of_the_shipped_policy() -> None:
    assert [version.since for version in shipped("kuaishou.points").versions] == ["2019-01-01", "2020-04-28"]


def test_invented_numbers_are_called_invented() -> None:
    policy = shipped("kuaishou.synthetic")
    assert policy.words.label is not None and "虚构" in policy.words.label
    assert any("invented" in note for note in policy.words.notes)
    lines = (TOP / "policies" / "kuaishou_synthetic" / "ladder.policy").read_text("utf-8").splitlines()
    steps = [line for line in lines if line.startswith("  >= ") and not line.startswith("  >= 20 ")]
    assert len(steps) == 4 and all("# invented" in line for line in steps)


def test_fines_of_the_invented_ladder() -> None:
    """The tests in the file look at what is open in all; here each step by itself."""
    [version] = shipped("kuaishou.synthetic").versions
    fines = {rule.name: [e.amount for e in rule.effects if e.sort == "fine"] for rule in version.rules}
    assert fines == {
        "severe_nodes[>= 20]": [],
        "severe_nodes[>= 40]": [4000],
        "severe_nodes[>= 60]": [6000],
        "severe_nodes[>= 80]": [8000],
        "severe_nodes[>= 100]": [],
        "short_ban": [2000],
    }


def test_points_belong_to_the_year_of_issue() -> None:
    for name in ("kuaishou.points", "kuaishou.synthetic", "kuaishou.offences", "jd.points"):
        assert {version.settings.count_by for version in shipped(name).versions} == {"issued"}


def test_a_card_speaks_the_standard_vocabulary() -> None:
    """The two-line policy means the same as the file of 2020, but for names, offences and dates."""
    card = b"general >= 20 -> suspend 3d, fine 2000 clears\nyear_total >= 100 -> close_identity, no_reset\n"
    [policy] = compile_texts([PolicyText("card.policy", Path("card.policy"), card)]).policies.values()
    assert policy is not None
    ours, theirs = policy.versions[0], shipped("kuaishou.points").versions[-1]
    assert ours.periods == theirs.periods
    assert ours.settings.identities == theirs.settings.identities
    assert ours.settings.currency == theirs.settings.currency == "CNY"
    named = {rule.name: rule for rule in theirs.rules}
    bare = {rule.name: rule for rule in ours.rules}
    assert bare["general >= 20"].effects == named["short_ban"].effects
    assert bare["year_total >= 100"].effects == named["closure"].effects
    assert bare["general >= 20"].condition == named["short_ban"].condition
    fine = named["short_ban"].effects[1]
    assert isinstance(fine, Open) and fine.amount == Fraction(2000)
