"""Identities and versions that only one policy has, and the change from one version to the next: never passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyctl.analyse.changes import Asked, Changes, changes
from policyctl.policy.form import Policy
from policyctl.policy.load import PolicyText, compile_texts
from tests.cli.process import policyctl_run as run

SHOP = """\
policy shop
  timezone UTC
  judge by effective
  annulment refunds and revives
identities shop, agent
ledger general
offence slight -> general +10
sanction ban
rule s: general >= 40 -> ban 9d
"""
DATED = SHOP.replace("  timezone", "  version 2020-01-01\n  timezone")
LATER = DATED.replace("2020-01-01", "2021-01-01") + (
    "transition from 2020-01-01:\n  general carry\n  fines carry\n  sanctions carry\n"
)


def policy(*texts: str) -> Policy:
    """The policy of some files."""
    files = [PolicyText(f"{n}.policy", Path(f"{n}.policy"), text.encode()) for n, text in enumerate(texts)]
    [found] = compile_texts(files).policies.values()
    assert found is not None
    return found


def compared(old: Policy, new: Policy) -> Changes:
    """What was changed."""
    return changes(old, new, ("", ""), Asked(), 20_000, 20.0)


@pytest.mark.parametrize(
    "own", ["rule r for agent: general >= 20 -> ban 3d\n", "offence odd for agent -> general +20\n"]
)
def test_what_one_version_says_of_one_identity_alone_is_compared_for_each(own: str) -> None:
    without, with_it = policy(SHOP), policy(SHOP + own)
    for old, new, way in ((with_it, without, "milder"), (without, with_it, "stricter")):
        found = {one.new.identity: list(one.verdict.witnesses) for one in compared(old, new).compared}
        assert found == {"shop": [], "agent": [way]}


def test_an_identity_that_only_one_version_knows_is_not_passed_over() -> None:
    old, new = policy(SHOP.replace("shop, agent", "shop")), policy(SHOP)
    for one, other in ((old, new), (new, old)):
        found = {each.new.identity: each.verdict for each in compared(one, other).compared}
        assert found.keys() == {"shop", "agent"}
        assert found["shop"].proved and not found["shop"].witnesses
        assert found["agent"].witnesses and not found["agent"].proved


@pytest.mark.parametrize(
    "new, what",
    [
        ((DATED, LATER.replace("general carry", "general drop")), ["Transition"]),
        ((DATED,), ["Version"]),
        ((LATER[: LATER.index("transition")],), ["Version", "Transition"]),
    ],
)
def test_which_versions_there_are_and_what_lies_between_is_not_decided(new: tuple[str, ...], what: list[str]) -> None:
    found = compared(policy(DATED, LATER), policy(*new))
    assert (found.answer, [one.what for one in found.outside]) == ("undecided", what)


def test_what_is_not_compared_has_its_own_status(tmp_path: Path) -> None:
    for side, later in (("old", LATER), ("new", LATER.replace("general carry", "general drop"))):
        (tmp_path / side).mkdir()
        (tmp_path / side / "a.policy").write_text(DATED, "utf-8")
        (tmp_path / side / "b.policy").write_text(later, "utf-8")
    ran = run("diff", str(tmp_path / "old"), str(tmp_path / "new"))
    assert ran.status == 4
    assert "not decided: another change from one version to the next (2021-01-01)" in " ".join(ran.text.split())
