"""What a change of a policy does."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from policyctl.analyse.case import cases
from policyctl.analyse.same import compare
from policyctl.history.read import read_account
from policyctl.policy.form import Policy
from policyctl.replay.replay import replay, zone_of
from tests.analyse.worlds import compiled
from tests.cli.process import policyctl_run as run

HEAD = """\
policy shop
  timezone UTC
  currency EUR
  annulment refunds and revives
identities shop
ledger general resets every year
offence slight -> general +10
offence small "klein" -> general +4
sanction ban
"""
RULES = """\
ladder nodes on general:
  >= 20 -> ban 3d, fine 2000 clears
  >= 40 -> ban 30d
rule closing: incurred(general) this period >= 60 -> close_identity
"""


def policy(text: str) -> Policy:
    """A policy that is right."""
    found = compiled(text)
    assert found is not None
    return found


def lengths(old: str, new: str) -> dict[str, int]:
    """The classes of difference, each with the length of its shortest history; all of them were looked for."""
    [one], [other] = cases(policy(HEAD + old)), cases(policy(HEAD + new))
    verdict = compare(one, other)
    assert verdict.proved
    return {name: story.length for name, story in verdict.witnesses.items()}


@pytest.mark.parametrize(
    "old, new",
    [
        (RULES, RULES.replace(">= 40", "> 38")),  # sums of 4 and 10 reach 39 nowhere
        (RULES, RULES.replace("closing", "shut")),
        (RULES, RULES.replace("3d", "72 hours")),
        (RULES, RULES.replace("incurred(general) this period >= 60", "2 * incurred(general) this period >= 120")),
        ("general >= 20 -> ban 3d\n", "rule one: general >= 20 -> ban 3d\n"),
    ],
)
def test_refactorings_are_proved_the_same(old: str, new: str) -> None:
    assert lengths(old, new) == {}


def test_a_threshold_is_stricter_where_it_is_lower() -> None:
    assert lengths("general >= 20 -> ban 3d\n", "general >= 18 -> ban 3d\n") == {"stricter": 3}  # 10 and 4 and 4


def test_a_length_is_milder_where_it_is_shorter() -> None:
    assert lengths("general >= 20 -> ban 3d\n", "general >= 20 -> ban 2d\n") == {"milder": 2}


def test_a_difference_that_needs_a_fine_a_payment_and_a_second_crossing() -> None:
    """Both reach 20 alike; only where paying clears the points is it reached again."""
    old = "general >= 20 -> ban 3d, fine 2000 clears\n"
    new = "general >= 20 -> ban 3d, fine 2000\n"
    assert lengths(old, new) == {"milder": 5}  # two tickets, the payment, two tickets


def test_a_difference_that_needs_a_reset() -> None:
    """Of a window over all time and the running period the first is reached over a new year."""
    old = "general >= 20 -> ban 3d\n"
    new = "incurred(general) ever >= 20 -> ban 3d\n"
    assert lengths(old, new) == {"stricter": 3, "milder": 5}


# --- the command ------------------------------------------------------------------------------------------------------


def answered(folder: Path, old: str, new: str, *options: str) -> tuple[int, Any]:
    """The exit status and the JSON of the command."""
    (folder / "old.policy").write_text(old, "utf-8")
    (folder / "new.policy").write_text(new, "utf-8")
    ran = run("diff", str(folder / "old.policy"), str(folder / "new.policy"), "--format", "json", *options)
    return ran.status, ran.json


@pytest.mark.parametrize(
    "old, new, answer, status",
    [
        (HEAD + RULES, HEAD + RULES, "nothing", 0),
        (HEAD + RULES, HEAD + "# a comment\n" + RULES, "formatting", 0),
        (HEAD + RULES, HEAD.replace("klein", "petit") + RULES, "labels", 0),
        (HEAD + RULES, HEAD + RULES.replace("closing", "shut"), "no-effect", 0),
        (HEAD + RULES, HEAD + RULES.replace("30d", "31d"), "different", 1),
    ],
)
def test_each_answer_has_its_word_and_its_status(tmp_path: Path, old: str, new: str, answer: str, status: int) -> None:
    found, said = answered(tmp_path, old, new)
    assert (found, said["policies"][0]["answer"]) == (status, answer)


def test_witnesses_stand_whole_and_replay(tmp_path: Path) -> None:
    old, new = HEAD + RULES, HEAD + RULES.replace(">= 40", ">= 36")
    _, said = answered(tmp_path, old, new)
    assert {one["class"] for one in said["witnesses"]} == {"stricter", "other"}
    for witness in said["witnesses"]:
        for text, decided in ((old, witness["old"]), (new, witness["new"])):
            one = policy(text)
            account = read_account(json.dumps(witness["history"]), zone_of(one), "witness")
            answer = replay(one, account, zone_of(one).read(witness["at"]))
            at = {d.id for d in answer.decisions if zone_of(one).show(d.at) == witness["at"]}
            assert at == {d["id"] for d in decided}


def test_what_is_asked_about_can_be_restricted(tmp_path: Path) -> None:
    old, new = HEAD + RULES, HEAD + RULES.replace(">= 40", ">= 36")
    assert answered(tmp_path, old, new, "--rule", "closing")[1]["policies"][0]["answer"] == "no-effect"
    assert answered(tmp_path, old, new, "--offence", "slight")[1]["policies"][0]["answer"] == "no-effect"
    assert answered(tmp_path, old, new, "--offence", "small")[1]["policies"][0]["answer"] == "different"


def test_where_one_offence_is_committed_no_ticket_carries_points_of_its_own(tmp_path: Path) -> None:
    """No offence that is asked about costs severe points; another one does."""
    head = HEAD.replace("sanction ban", "ledger severe\noffence grave -> severe +20\nsanction ban")
    found, said = answered(tmp_path, head + "severe >= 20 -> ban 3d\n", head, "--offence", "slight")
    assert (found, said["policies"][0]["answer"]) == (0, "no-effect")
    page = run("diff", str(tmp_path / "old.policy"), str(tmp_path / "new.policy"), "--offence", "slight").text
    assert "shop, shop, only tickets for slight" in page


def test_both_futures_stand_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "old.policy").write_text(HEAD + "rule a: general >= 20 -> ban 3d\n", "utf-8")
    (tmp_path / "new.policy").write_text(HEAD + "rule a: general >= 20 -> ban 2d\n", "utf-8")
    page = run("diff", str(tmp_path / "old.policy"), str(tmp_path / "new.policy")).text
    [line] = [line for line in page.splitlines() if line.startswith("  ·")]
    assert "ban until 2025-01-09 10:00" in line
    assert "ban until 2025-01-08 10:00" in line


def test_a_revision_is_compared_with_the_files_as_they_are(tmp_path: Path) -> None:
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    (tmp_path / "policies").mkdir()
    file = tmp_path / "policies" / "shop.policy"
    file.write_text(HEAD + "general >= 20 -> ban 3d\n", "utf-8")
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *arguments], check=True)
    assert run("diff", "HEAD", "--format", "json", cwd=tmp_path).json["policies"][0]["answer"] == "nothing"
    file.write_text(HEAD + "general >= 20 -> ban 4d\n", "utf-8")
    ran = run("diff", "HEAD", "--format", "json", cwd=tmp_path)
    assert (ran.status, ran.json["policies"][0]["compared"][0]["classes"]) == (1, ["stricter"])


def test_the_example_in_the_documentation_is_what_the_command_prints(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "analysis.md").read_text("utf-8")
    [policy_text] = re.findall(r"```policy\n(.*?)```", text, re.DOTALL)
    [page] = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    (tmp_path / "old.policy").write_text(policy_text, "utf-8")
    (tmp_path / "new.policy").write_text(policy_text.replace(" clears\n", "\n"), "utf-8")
    (tmp_path / "same.policy").write_text(policy_text.replace(">= 20", "> 19"), "utf-8")
    old, new, same = (str(tmp_path / f"{name}.policy") for name in ("old", "new", "same"))
    assert run("diff", old, new, env={"COLUMNS": "80"}).text == page
    assert run("diff", old, same, "--format", "json").json["policies"][0]["answer"] == "no-effect"
