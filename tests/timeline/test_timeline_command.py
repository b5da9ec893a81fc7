"""`policyctl timeline` as it is called: forms, orders, exit statuses, and what a replay of a long record costs."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.process import CONTRACT, policyctl_run

STORY = Path(__file__).with_name("three-appeals.json")
HISTORIES = Path(__file__).parents[2] / "policies" / "kuaishou" / "histories"
ASKED = ("--at", "2022-10-01", "--policy", str(HISTORIES.parent), "--quiet")


def test_one_account() -> None:
    """Something was left out, so the status is 1; the page says what."""
    run = policyctl_run("timeline", str(STORY), *ASKED)
    assert (run.status, run.err) == (1, "") and "left out" in run.text
    strict = policyctl_run("timeline", str(STORY), *ASKED, "--strict")
    assert (strict.status, strict.text) == (2, "") and "unknown-ledger" in strict.err


def test_both_orders_in_json() -> None:
    effect = json.loads(policyctl_run("timeline", str(STORY), *ASKED, "--format", "json").text)
    known = json.loads(policyctl_run("timeline", str(STORY), *ASKED, "--format", "json", "--recorded").text)
    assert effect["schema"] == known["schema"] == "policyctl/timeline/1"
    assert (effect["order"], known["order"]) == ("effect", "recorded")
    events = [{one["event"] for one in found["entries"] if "event" in one} for found in (effect, known)]
    assert events[0] == events[1] == {event["id"] for event in json.loads(STORY.read_text("utf-8"))["events"]}
    assert [one["recorded"] for one in known["entries"]] == sorted(one["recorded"] for one in known["entries"])


def test_many_accounts() -> None:
    """One timeline a line, in the order of the file; from standard input as well."""
    path = HISTORIES / "several-accounts.ndjson"
    asked = ("--at", "2021-12-31", *ASKED[2:], "--format", "json")
    run = policyctl_run("timeline", str(path), *asked)
    merchants = [json.loads(line)["merchant"] for line in path.read_text("utf-8").splitlines()]
    assert [json.loads(line)["merchant"] for line in run.text.splitlines()] == merchants
    assert policyctl_run("timeline", "-", *asked, stdin=path.read_bytes()).text == run.text


def test_one_identity() -> None:
    run = policyctl_run("timeline", str(HISTORIES / "two-identities.json"), *ASKED, "--identity", "promoter")
    assert run.status == 0 and "promoter ─" in run.text and "merchant ─" not in run.text
    wrong = policyctl_run("timeline", str(STORY), *ASKED, "--identity", "promotor")
    assert wrong.status == 2 and "did you mean `promoter`?" in wrong.err


def test_the_worked_example() -> None:
    """The balances of the contract's history, ticket by ticket."""
    run = policyctl_run(
        "timeline", str(CONTRACT / "merchant.json"), "--policy", str(CONTRACT / "card.policy"), *ASKED[:2], "-q"
    )
    assert run.status in (0, 1) and "◆ " in run.text
