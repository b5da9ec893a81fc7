"""Lines of tests that cannot be used are found, all in one run, each with its place."""

from __future__ import annotations

from pathlib import Path

from policyctl.policy.load import PolicyText, compile_texts
from policyctl.scenario.codes import CODES
from policyctl.scenario.run import run_test, unusable_lines
from policyctl.shipping import shipped

RULES = """general >= 20 -> suspend 3d, fine 2000 clears
offence late -> general +10
"""


def _check(lines: str) -> list[tuple[int, str, str]]:
    text = RULES + 'test "t" for promoter\n' + "".join(f"  {line}\n" for line in lines.strip().splitlines())
    compiled = compile_texts([PolicyText("t.policy", Path("t.policy"), text.encode())])
    assert not compiled.findings
    ((name, policy),) = compiled.policies.items()
    assert policy is not None
    found = list(unusable_lines(policy, compiled.tests[name]))
    return [(finding.span.line - 3, finding.code, finding.message) for finding in found]


def test_every_line_that_cannot_be_used_is_found() -> None:
    """One run shows them all; a name that no rule has is no reason to be silent."""
    found = _check(
        """
2021-03-01 10:00 ticket A general
2021-03-01 10:00 ticket B severe -5
2021-03-01 10:00 ticket C late
2021-03-02 10:00 ticket C late
2021-03-02 10:00 ticket D late for bob
2021-03-02 10:00 ticket E late issued 2021-03-05
2021-03-03 10:00 pays 0
2021-03-03 10:00 pays 0.005
expect no misspelt
expect hello until 2021-03-05
expect foo = 3
expect general + -3 = 0
2021-02-30 expect nothing
"""
    )
    assert [line for line, _, _ in found] == [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    assert {code for _, code, _ in found} == set(CODES) == {"unusable-test-line"}
    assert found[0][2] == "the policy has no offence `general`; to post to the ledger, write `general +10`"


def test_a_rule_without_a_name_may_be_expected_without_an_instant() -> None:
    """`expect "general >= 20"` asks whether it has fired by now; and what is odd is told."""
    text = RULES + 'test "t" for promoter\n  2021-03-01 ticket A general +20\n  expect "general >= 20"\n'
    text += "  2021-03-02 pays 3000\n  expect general = 0\n"
    compiled = compile_texts([PolicyText("t.policy", Path("t.policy"), text.encode())])
    assert not compiled.findings
    ((name, policy),) = compiled.policies.items()
    assert policy is not None
    result = run_test(policy, compiled.tests[name][0])
    assert not result.failures
    assert result.notes == ("1000 of payment pays-3 fits no open fine",)


def test_a_test_that_does_not_say_for_whom_is_told_so_once() -> None:
    """What else is wrong with its lines is found in the same run, each with the form of such a line."""
    text = RULES + 'test "t"\n  2021-03-01 ticket A genral +20\n  2021-02-30 pays 20\n  expect closd\n'
    compiled = compile_texts([PolicyText("t.policy", Path("t.policy"), text.encode())])
    ((name, policy),) = compiled.policies.items()
    assert policy is not None
    found = list(unusable_lines(policy, compiled.tests[name]))
    assert [(one.span.text, one.help) for one in found] == [
        ('"t"', 'a test is written test "NAME" for IDENTITY'),
        ("genral", "did you mean `general`?"),
        ("2021-02-30", 'a payment is written DATE pays 2000, or DATE pays 2000 towards "RULE@T1"'),
        ("closd", "did you mean `closed`?"),
    ]


def test_the_nearest_name_is_suggested_wherever_a_line_names_something() -> None:
    rule = 'rule short_ban "短封了": severe >= 20 -> suspend 3d\n'
    lines = """  2021-03-01 ticket A lat
  2021-03-01 ticket B genral 20
  2021-03-02 imposed suspnd permanently
  2021-03-02 lifted "short_bn@A"
  expect genral = 1
  expect no short_bam
  expect suspend_ until 2021-03-04
  expect shortban
  expect closd
  expect general = 0 for promotr
"""
    assert _helps(rule + 'test "t" for promoter\n' + lines) == {
        "lat": "did you mean `late`?",
        "genral": "did you mean `general`?",
        "suspnd": "did you mean `suspend`?",
        '"short_bn@A"': "did you mean `short_ban`?",
        "short_bam": "did you mean `short_ban`?",
        "suspend_": "did you mean `suspend`?",
        "shortban": "did you mean `short_ban`?",
        "closd": "did you mean `closed`?",
        "promotr": "did you mean `promoter`?",
    }
    assert _helps('test "t" for promoters\n  2021-03-01 ticket A late\n') == {"promoters": "did you mean `promoter`?"}
    assert "RULE" in _helps('test "t" for promoter\n  2021-03-01 ticket A late\n  expect xyzzy = 3\n')["xyzzy"]


def _helps(text: str) -> dict[str, str]:
    compiled = compile_texts([PolicyText("t.policy", Path("t.policy"), (RULES + text).encode())])
    ((name, policy),) = compiled.policies.items()
    assert policy is not None
    found = unusable_lines(policy, compiled.tests[name])
    return {finding.span.text: finding.help or "" for finding in found}


def test_a_name_of_a_version_that_is_not_among_the_files() -> None:
    """Nobody says that a name is missing and breaks off; the other version's file may have it."""
    folder = Path("policies/kuaishou")
    text = PolicyText("2020.policy", folder, (shipped("policies", "kuaishou") / "2020-two-ledgers.policy").read_bytes())
    compiled = compile_texts([text])
    ((name, policy),) = compiled.policies.items()
    assert policy is not None
    found = list(unusable_lines(policy, compiled.tests[name]))
    assert found[0].message == "there is no ledger or measure `credit`"
    assert {finding.help for finding in found} == {
        "only version 2020-04-28 of `kuaishou.points` is among these files, and another may have it: name the folder"
        " that holds all versions"
    }


def test_what_the_policy_does_not_know_from_outside() -> None:
    """Acts, metrics and attributes are those that the policy declares, and so are the values of an attribute."""
    text = """acts exam
metrics rate
attribute vehicle = ordinary, large
general >= 20 and rate < 1 and vehicle is large -> suspend 3d
test "t" for promoter
  attribute vehicle larg
  attribute colour red
  attribute vehicle large
  attribute vehicle ordinary
  2021-03-01 10:00 act exm
  2021-03-01 10:00 metric speed 0.7
  2021-03-01 10:00 act exam
  expect nothing
"""
    compiled = compile_texts([PolicyText("t.policy", Path("t.policy"), text.encode())])
    ((name, policy),) = compiled.policies.items()
    assert policy is not None and not compiled.findings
    found = [(one.span.line, one.message) for one in unusable_lines(policy, compiled.tests[name])]
    assert found == [
        (6, "`vehicle` is one of large, ordinary"),
        (7, "the policy has no attribute `colour`"),
        (9, "`vehicle` is said twice"),
        (10, "the policy has no act `exm`"),
        (11, "the policy has no metric `speed`"),
    ]


def test_time_served_is_counted_in_units_that_are_always_equally_long() -> None:
    lines = "  2021-03-01 ticket A late\n  expect served 1 month\n  expect served 1 day 2 calendar days\n"
    help = "write days, hours or minutes: expect served 3d, or expect served 1 day 4 hours"
    found = _helps('test "t" for promoter\n' + lines)
    assert {text: said for text, said in found.items() if said == help} == {"1 month": help, "2 calendar days": help}
