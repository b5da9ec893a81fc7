"""The properties of the shipped policies are proved."""

from __future__ import annotations

from pathlib import Path

from tests.cli.process import TOP
from tests.cli.process import policyctl_run as run


def test_every_shipped_policy_has_properties_and_all_are_proved() -> None:
    ran = run("prove", str(TOP / "policies"), "--format", "json")
    assert ran.status == 0
    said = {(one["policy"], one["version"]) for one in ran.json["properties"]}
    files = list(Path(TOP / "policies").rglob("*.policy"))
    assert len(said) == len(files)
