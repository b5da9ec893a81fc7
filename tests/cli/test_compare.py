"""`policyctl explain --compare`, as people call it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.process import SHIPPED, history, policyctl_run, ticket, written

OTHERWISE = SHIPPED / "recorded-otherwise.json"
AT = ("--at", "2021-12-01")
SUSPENDED = {
    "event": "decided", "id": "D-1", "identity": "promoter", "name": "suspend", "from": "2021-03-01T10:00:00+08:00",
    "until": "2021-03-04T10:00:00+08:00", "at": "2021-03-01T10:00:00+08:00",
}  # fmt: skip
FINED = {
    "event": "decided", "id": "D-2", "identity": "promoter", "name": "fine", "amount": "2000",
    "at": "2021-03-01T10:00:00+08:00",
}  # fmt: skip
NODE = ticket("T-1", "2021-03-01T10:00:00+08:00", "general", "20")


def test_a_difference_is_status_1_where_it_was_asked_for() -> None:
    asked = policyctl_run("explain", OTHERWISE, *AT, "--compare")
    assert asked.status == 1 and "10 things differ." in asked.text
    unasked = policyctl_run("explain", OTHERWISE, *AT)
    assert unasked.status == 0
    assert "in 10 cases" in unasked.text and "--compare" in unasked.text and "platform  " not in unasked.text


def test_no_difference_is_status_0(tmp_path: Path) -> None:
    same = written(tmp_path, "same.json", history(NODE, SUSPENDED, FINED))
    run = policyctl_run("explain", same, *AT, "--compare")
    assert run.status == 0 and "2 records of the platform agree with the rules." in run.text


def test_nothing_recorded_is_status_0_and_said(tmp_path: Path) -> None:
    silent = written(tmp_path, "silent.json", history(NODE))
    run = policyctl_run("explain", silent, *AT, "--compare")
    assert run.status == 0 and "nothing that the platform imposed" in run.text
    assert policyctl_run("explain", silent, *AT, "--compare", "--format", "json").json["compared"] is None


def test_one_identity_or_one_decision() -> None:
    promoter = policyctl_run("explain", OTHERWISE, *AT, "--compare", "--identity", "promoter")
    assert promoter.status == 1 and "5 things differ." in promoter.text
    one = ("--decision", "short_ban@V202102220091")
    same = policyctl_run("explain", OTHERWISE, *AT, "--compare", *one)
    assert same.status == 0 and "2 records of the platform agree" in same.text
    other = ("--decision", "short_ban@V202106150184", "--lang", "zh")
    run = policyctl_run("explain", OTHERWISE, *AT, "--compare", *other)
    assert run.status == 1 and "有 2 处不一致" in run.text


def test_json_has_causes_only_where_asked() -> None:
    asked = policyctl_run("explain", OTHERWISE, *AT, "--compare", "--format", "json")
    unasked = policyctl_run("explain", OTHERWISE, *AT, "--format", "json")
    assert (asked.status, unasked.status) == (1, 0)
    found, plain = asked.json["compared"], unasked.json["compared"]
    assert found["different"] == plain["different"] == 10
    for entry in found["entries"]:
        del entry["cause"], entry["partly"]
    assert found["entries"] == plain["entries"]
    assert {**asked.json, "compared": None} == {**unasked.json, "compared": None}


def test_what_was_known(tmp_path: Path) -> None:
    """A record that came later is not there yet, and neither is a difference."""
    late = {**SUSPENDED, "until": "2021-03-09T10:00:00+08:00", "recorded": "2021-05-01T00:00:00+08:00"}
    path = written(tmp_path, "late.json", history(NODE, FINED, late))
    before = policyctl_run("explain", path, *AT, "--known-at", "2021-04-01", "--compare", "--format", "json").json
    assert [entry["verdicts"] for entry in before["compared"]["entries"]] == [["missing"], ["same"]]
    after = policyctl_run("explain", path, *AT, "--compare", "--format", "json").json
    assert [entry["verdicts"] for entry in after["compared"]["entries"]] == [["wrong_length"], ["same"]]


def test_many_accounts(tmp_path: Path) -> None:
    """One answer a line; one difference among them is enough for status 1."""
    accounts = [history(NODE, SUSPENDED, FINED), history(NODE), history(NODE, FINED)]
    text = "".join(json.dumps({**one, "merchant": f"m-{n}"}) + "\n" for n, one in enumerate(accounts))
    path = written(tmp_path, "many.ndjson", text)
    run = policyctl_run("explain", path, *AT, "--compare", "--format", "json")
    compared = [json.loads(line)["compared"] for line in run.text.splitlines()]
    assert run.status == 1
    assert [one and one["different"] for one in compared] == [0, None, 1]
