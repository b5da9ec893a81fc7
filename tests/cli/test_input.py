"""What goes in: files and standard input, the policy that is meant, the instant asked about, one account and many."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import (
    CARD,
    CONTRACT,
    PROGRAM,
    SHIPPED,
    TOP,
    all_at_once,
    environment,
    history,
    policyctl_run,
    ticket,
    written,
)

HISTORY, POLICY = CONTRACT / "merchant.json", CONTRACT / "card.policy"
ASKED = ("--policy", POLICY, "--at", "2021-03-14")
WRONG = history(
    ticket("T-1", "2021-03-01T10:00:00+08:00", "general", "10"),
    ticket("T-2", "2021-03-02T10:00:00+08:00", "genral", "10"),
    merchant="m-8",
)
"""An account with a misspelt ledger."""


def lines(*accounts: Any) -> str:
    return "".join(f"{account if isinstance(account, str) else json.dumps(account)}\n" for account in accounts)


# --- standard input --------------------------------------------------------------------------------------------------


def test_history_or_policy_from_standard_input() -> None:
    plain, history_in, policy_in = all_at_once(
        (
            (("explain", HISTORY, *ASKED, "--format", "json"), {}),
            (("explain", "-", *ASKED, "--format", "json"), {"stdin": HISTORY.read_bytes()}),
            (
                ("explain", HISTORY, "--policy", "-", "--at", "2021-03-14", "--format", "json"),
                {"stdin": POLICY.read_bytes()},
            ),
        )
    )
    assert plain.out == history_in.out and plain.status == policy_in.status == 0
    same = ("at", "decisions", "status", "silent", "anomalies")
    found = policy_in.json
    for decision in found["decisions"]:
        assert decision["source"].pop("file") == "standard input"
        decision["source"]["file"] = "card.policy"
    assert {name: found[name] for name in same} == {name: plain.json[name] for name in same}
    assert found["policy"]["digest"] == plain.json["policy"]["digest"]


def test_not_both_from_standard_input() -> None:
    run = policyctl_run("explain", "-", "--policy", "-", stdin=HISTORY.read_bytes())
    assert (run.status, run.out) == (2, b"") and "both history and policy" in run.err


def test_policies_from_standard_input() -> None:
    checked, tested = all_at_once(
        ((command, "-"), {"stdin": b"general >= 20 -> suspend 3\n"}) for command in ("check", "test")
    )
    assert checked.status == tested.status == 2
    assert "length-needs-unit" in checked.text and "standard input:1:" in checked.text
    assert "length-needs-unit" in tested.err and tested.out == b""


# --- the policy that is meant ----------------------------------------------------------------------------------------


def test_where_the_policy_is_looked_for(tmp_path: Path) -> None:
    """The nearest `policyctl.toml` or `policies` folder upward; several without a default are not guessed at."""
    inner = tmp_path / "shop" / "inner"
    (tmp_path / "shop" / "policies").mkdir(parents=True)
    inner.mkdir()
    written(tmp_path / "shop" / "policies", "one.policy", "general >= 5 -> suspend 1d\n")
    asked = ("explain", HISTORY, "--at", "2021-03-14", "--format", "json")
    found, shipped = all_at_once(((asked, {"cwd": inner}), (asked, {"cwd": tmp_path})))
    assert found.json["policy"]["name"] == "one"
    assert shipped.json["policy"]["name"] == "kuaishou.points"
    written(tmp_path / "shop" / "policies", "two.policy", "general >= 6 -> suspend 1d\n")
    several = policyctl_run(*asked, cwd=inner)
    assert (several.status, several.out) == (2, b"")
    assert "one, two" in several.err and "--policy" in several.err
    written(tmp_path / "shop", "policyctl.toml", '[policy]\npath = "policies"\ndefault = "two"\n')
    assert policyctl_run(*asked, cwd=inner).json["policy"]["name"] == "two"


def test_the_cache_is_only_a_cache(tmp_path: Path) -> None:
    """Without one, with one that cannot be written, and with rubbish in it, the answer is the same."""
    asked = ("explain", HISTORY, *ASKED, "--format", "json")
    cache = tmp_path / "cache"
    first = policyctl_run(*asked, env={"POLICYCTL_CACHE": str(cache)})
    [kept] = cache.glob("policy-*.json")
    kept.write_bytes(b'{"name":"')
    blocked = written(tmp_path, "file", "")
    folders = (str(cache), "off", str(blocked), str(tmp_path / "home" / "new"))
    runs = all_at_once((asked, {"env": {"POLICYCTL_CACHE": folder}}) for folder in folders)
    assert {(run.status, run.out) for run in runs} == {(0, first.out)}


# --- the instant asked about -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2021-03-14", "2021-03-14T00:00:00+08:00"),
        ("2021-03-12T10:00", "2021-03-12T10:00:00+08:00"),
        ("2021-03-12 09:59:59.5", "2021-03-12T09:59:59.5+08:00"),
        ("2021-03-12T02:00:00Z", "2021-03-12T10:00:00+08:00"),
    ],
)
def test_instants(said: str, meant: str) -> None:
    found = policyctl_run("explain", HISTORY, "--policy", POLICY, "--at", said, "--format", "json").json
    assert found["at"] == meant
    # What happens at the very instant has happened.
    assert bool(found["decisions"]) is (meant >= "2021-03-12T10:00:00+08:00")


def test_the_default_is_now_and_the_output_says_so() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    asked = ("explain", HISTORY, "--policy", POLICY, "--format", "json")
    run, quiet = all_at_once(((*asked, *more), {}) for more in ((), ("--quiet",)))
    found = datetime.fromisoformat(run.json["at"])
    assert before <= found <= datetime.now(UTC)
    assert f"as of now, {run.json['at']}" in run.err
    assert quiet.err == "" and quiet.status == 0


@pytest.mark.parametrize("said", ["tomorrow", "2021-02-29", "2021-03-14T10:00+25:00", ""])
def test_no_such_instant(said: str) -> None:
    run = policyctl_run("explain", HISTORY, "--policy", POLICY, "--at", said)
    assert (run.status, run.out) == (2, b"")
    assert "error[bad-instant]: --at" in run.err and "2021-03-14T10:00:00+08:00" in run.err


# --- wrong events, and many accounts ---------------------------------------------------------------------------------


def test_a_wrong_event_costs_only_itself(tmp_path: Path) -> None:
    account = written(tmp_path, "wrong.json", WRONG)
    asked = ("explain", account, *ASKED)
    as_json, quiet, as_text = all_at_once(
        ((*asked, *more), {}) for more in (("--format", "json"), ("--format", "json", "--quiet"), ())
    )
    assert as_json.status == quiet.status == as_text.status == 1
    assert as_json.json["incomplete"] is True
    assert as_json.json["status"]["promoter"]["ledgers"]["general"] == "10"
    assert [one["code"] for one in as_json.json["anomalies"]] == ["unknown-ledger"]
    assert "error[unknown-ledger]" in as_json.err and "m-8, event T-2" in as_json.err and "`general`" in as_json.err
    assert quiet.err == "" and quiet.out == as_json.out
    assert "genral" in as_text.text and as_text.err == ""


def test_strict(tmp_path: Path) -> None:
    """No answer at all, of no account, and nothing written; the events are named all the same."""
    out = written(tmp_path, "answer.json", "as it was")
    one = written(tmp_path, "wrong.json", WRONG)
    many = written(tmp_path, "many.ndjson", lines(json.loads(HISTORY.read_text()), WRONG))
    broken = written(tmp_path, "broken.ndjson", lines(json.loads(HISTORY.read_text()), "{"))
    runs = all_at_once(
        (
            (("explain", one, *ASKED, "--strict"), {}),
            (("explain", many, *ASKED, "--strict", "--format", "json", "--quiet"), {}),
            (("explain", one, *ASKED, "--strict", "--out", out), {}),
            (("explain", broken, *ASKED, "--strict", "--format", "json"), {}),
        )
    )
    assert {(run.status, run.out) for run in runs} == {(2, b"")}
    assert all("unknown-ledger" in run.err for run in runs[:3])
    assert out.read_text() == "as it was"
    fine = policyctl_run("explain", HISTORY, *ASKED, "--strict", "--format", "json")
    assert (fine.status, fine.err) == (0, "") and fine.json["anomalies"]


def test_one_account_a_line(tmp_path: Path) -> None:
    """JSON: one object a line, in the order of the file. Text: one page after the other. A line that cannot be read is
    reported with its number, and the others are answered."""
    good = [history(ticket("T-1", "2021-03-01", "general", "20"), merchant=f"m-{i}") for i in range(3)]
    whole = written(tmp_path, "whole.ndjson", lines(*good))
    broken = written(tmp_path, "broken.ndjson", lines(good[0], '{"merchant": "m-1", "events": [', "", good[2]))
    alone = written(tmp_path, "alone.ndjson", lines(good[0]))
    twice = written(tmp_path, "twice.ndjson", lines(good[0], good[1], good[0]))
    as_json, as_text, in_part, single, none, repeated = all_at_once(
        (
            (("explain", whole, *ASKED, "--format", "json"), {}),
            (("explain", "-", *ASKED), {"stdin": whole.read_bytes()}),
            (("explain", broken, *ASKED, "--format", "json"), {}),
            (("explain", alone, *ASKED, "--format", "json"), {}),
            (("explain", "-", *ASKED), {"stdin": b"{\n[\n"}),
            (("explain", twice, *ASKED, "--format", "json"), {}),
        )
    )
    assert as_json.status == as_text.status == single.status == 0
    assert [json.loads(line)["merchant"] for line in as_json.text.splitlines()] == ["m-0", "m-1", "m-2"]
    pages = [line for line in as_text.text.splitlines() if line.startswith("Account ")]
    assert [page.split()[1] for page in pages] == ["m-0", "m-1", "m-2"]
    assert in_part.status == 2
    assert [json.loads(line)["merchant"] for line in in_part.text.splitlines()] == ["m-0", "m-2"]
    assert f"{broken}:2:" in in_part.err
    assert len(single.text.splitlines()) == 1
    assert (none.status, none.out) == (2, b"") and none.err
    assert repeated.status == 2
    assert [json.loads(line)["merchant"] for line in repeated.text.splitlines()] == ["m-1"]
    assert "the merchant `m-0` stands on 2 lines: 1, 3" in repeated.err and f"{twice}:1" in repeated.err


@pytest.mark.parametrize("data", [b"", b"\xff\xfe{\x00", b"nonsense", b"[]", b"\x00" * 64])
def test_no_history(data: bytes) -> None:
    run = policyctl_run("explain", "-", *ASKED, stdin=data)
    assert (run.status, run.out) == (2, b"")
    assert run.err.startswith("error[") and "= help:" in run.err


# --- what is told ----------------------------------------------------------------------------------------------------


def test_identity_and_decision() -> None:
    asked = ("explain", HISTORY, *ASKED)
    identity, decision, slip, other, whose, before = all_at_once(
        (
            ((*asked, "--identity", "merchant"), {}),
            ((*asked, "--decision", "general >= 20@T-97"), {}),
            ((*asked, "--identity", "promotor"), {}),
            ((*asked, "--decision", "general >= 20@T-79"), {}),
            ((*asked, "--decision", "general >= 20@T-97", "--identity", "merchant"), {}),
            (("explain", HISTORY, "--policy", POLICY, "--at", "2021-01-01", "--decision", "x@T-97"), {}),
        )
    )
    assert identity.status == decision.status == 0
    assert "T-95" not in decision.text and "T-88" in decision.text and "T-97" in decision.text
    assert "T-97" not in identity.text
    for run in (slip, other, whose, before):
        assert (run.status, run.out) == (2, b"")
    assert "did you mean `promoter`?" in slip.err
    assert "did you mean `general >= 20@T-97`?" in other.err
    assert "of `merchant`" in whose.err
    assert "no rule has fired" in before.err


def test_a_decision_among_many_accounts() -> None:
    asked = ("explain", SHIPPED / "several-accounts.ndjson", "--policy", SHIPPED.parent, "--at", "2021-12-31")
    every = policyctl_run(*asked, "--format", "json")
    found = [json.loads(line) for line in every.text.splitlines()]
    wanted = next(one for one in found if one["decisions"])
    id = wanted["decisions"][0]["id"]
    one, text = all_at_once(((*asked, "--decision", id, *more), {}) for more in (("--format", "json"), ()))
    [told] = [json.loads(line) for line in one.text.splitlines()]
    assert (told["merchant"], [d["id"] for d in told["decisions"]]) == (wanted["merchant"], [id])
    assert [line.split()[1] for line in text.text.splitlines() if line.startswith("Account")] == [wanted["merchant"]]


def test_chinese() -> None:
    run = policyctl_run("explain", HISTORY, *ASKED, "--lang", "zh")
    assert (run.status == 0 and "账户" in run.text) or "商户" in run.text
    assert "Where they stand" not in run.text


# --- tests as histories ---------------------------------------------------------------------------------------------

TOLD = """\
general >= 20 -> suspend 3d, fine 2000 clears

test "ten and ten" for promoter
  2021-03-01 10:00 ticket T1 general 10
  2021-03-05 10:00 ticket T2 general 10
  expect suspend until 2021-03-08 10:00
  2021-03-06 10:00 pays 2000

test "ten alone" for promoter
  2021-03-01 10:00 ticket T1 general 10
"""


def test_what_a_test_tells_is_explained_like_a_history(tmp_path: Path) -> None:
    folder = written(tmp_path, "card.policy", TOLD).parent
    at = ("--at", "2021-03-07", "--format", "json")
    both, one, other, timeline, plain = all_at_once(
        (arguments, {})
        for arguments in (
            ("explain", folder / "card.policy", *at),
            ("explain", folder, *at, "--merchant", "ten and ten"),
            ("explain", folder / "card.policy", "--policy", POLICY, *at, "--merchant", "ten alone"),
            ("timeline", folder / "card.policy", "--at", "2021-03-07", "--merchant", "ten and ten"),
            ("explain", folder / "card.policy", "--at", "2021-03-07", "--decision", "general >= 20@T2"),
        )
    )
    assert [json.loads(line)["merchant"] for line in both.text.splitlines()] == ["ten and ten", "ten alone"]
    told = one.json
    assert told["status"]["promoter"]["fines"][0]["paid"] == "2000"
    assert told["status"]["promoter"]["ledgers"]["general"] == "0"
    assert [decision["id"] for decision in told["decisions"]] == ["general >= 20@T2"]
    assert other.json["decisions"] == [] and other.json["policy"]["name"] == "card"
    assert "T2" in timeline.text and timeline.status == 0
    assert plain.text.count("Account") == 1


def test_a_test_that_cannot_be_told(tmp_path: Path) -> None:
    wrong = written(tmp_path, "wrong.policy", TOLD.replace("T1 general", "T1 genral"))
    run = policyctl_run("explain", wrong, "--at", "2021-03-07")
    assert (run.status, run.out) == (2, b"") and "genral" in run.err


# --- files that are none ---------------------------------------------------------------------------------------------


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    deep = "x" * 5000
    written(tmp_path, "merchant.json", HISTORY.read_bytes())
    written(tmp_path, "card.policy", CARD)
    cases: list[tuple[tuple[str | Path, ...], str]] = [
        (("explain", tmp_path / "mercant.json", *ASKED), "did you mean `merchant.json`?"),
        (("explain", tmp_path / "nowhere" / "x.json", *ASKED), "no such file"),
        (("explain", folder, "--at", "2021-03-14"), "no policy file"),
        (("explain", deep, *ASKED), "too long"),
        (("explain", HISTORY, "--policy", tmp_path / "crad.policy"), "card.policy`?"),
        (("explain", HISTORY, "--policy", folder), "no policy file"),
        (("explain", HISTORY, "--policy", deep), "too long"),
        (("check", tmp_path / "crad.policy"), "card.policy`?"),
        (("test", folder), "no policy file"),
    ]
    for run, (_, said) in zip(all_at_once((arguments, {}) for arguments, _ in cases), cases, strict=True):
        assert (run.status, run.out) == (2, b"")
        assert run.err.startswith("error[") and said in run.err
        assert len(run.err) < 1000


def reads_no_more_than_allowed() -> None:
    """Give up, in the child that is about to run the command, what lets root read every file on Linux.

    `prctl(PR_CAPBSET_DROP)` of CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (the numbers are those of linux/capability.h).
    """
    library = ctypes.CDLL(None, use_errno=True)
    for capability in (1, 2):
        if library.prctl(24, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "capabilities cannot be given up")


@pytest.mark.skipif(sys.platform == "win32", reason="a file's mode does not say who may read it")
def test_files_that_must_not_be_read(tmp_path: Path) -> None:
    secret = written(tmp_path, "secret.json", HISTORY.read_bytes())
    rules = written(tmp_path, "secret.policy", CARD)
    secret.chmod(0)
    rules.chmod(0)
    for arguments in (("explain", secret, *ASKED), ("explain", HISTORY, "--policy", rules), ("check", rules)):
        run = subprocess.run(
            [*PROGRAM, *map(str, arguments)],
            capture_output=True,
            env=environment(),
            timeout=60,
            check=False,
            preexec_fn=None if os.geteuid() else reads_no_more_than_allowed,
        )
        assert (run.returncode, run.stdout) == (2, b"")
        assert b"ermission denied" in run.stderr and b"Traceback" not in run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a folder cannot be deleted while somebody works in it")
def test_from_a_folder_that_was_deleted(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD" && exec "$0" "$@"', *PROGRAM, "explain", str(HISTORY)],
        capture_output=True,
        env=environment(),
        cwd=gone,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"error[") and b"Traceback" not in done.stderr


def test_a_policy_with_errors_is_shown_with_its_lines(tmp_path: Path) -> None:
    rules = written(
        tmp_path, "wrong.policy", "genral >= 20 -> suspend 3d, fine 2000 clears\nsevere >= 20 -> suspend 3\n"
    )
    explained, checked, as_json = all_at_once(
        (
            (("explain", HISTORY, "--policy", rules), {}),
            (("check", rules), {}),
            (("check", rules, "--format", "json"), {}),
        )
    )
    assert explained.status == checked.status == as_json.status == 2
    assert explained.out == b""
    for said in (explained.err, checked.text):
        assert "wrong.policy:1:1" in said and "wrong.policy:2:" in said and "`general`" in said and "^" in said
    assert {finding["code"] for finding in as_json.json["findings"]} == {"undeclared-name", "length-needs-unit"}


def test_check_and_test_say_by_their_status_how_it_went(tmp_path: Path) -> None:
    story = 'test "two tickets" for promoter\n  2021-03-01 10:00 ticket A general 10\n  expect general = {}\n'
    good, bad, bare = (
        written(tmp_path, name, CARD + more)
        for name, more in (("good.policy", story.format(10)), ("bad.policy", story.format(11)), ("bare.policy", ""))
    )
    checked, passes, fails, empty, as_json = all_at_once(
        (
            (("check", good, bare), {}),
            (("test", good), {}),
            (("test", good, bad), {}),
            (("test", bare), {}),
            (("test", bad, "--format", "json"), {}),
        )
    )
    assert [run.status for run in (checked, passes, fails, empty, as_json)] == [0, 0, 1, 1, 1]
    assert checked.out == b"" and "nothing is wrong" in checked.err
    assert "1 passed, 0 failed" in passes.err and "1 passed, 1 failed" in fails.err
    assert "bad.policy:5" in fails.text
    assert (as_json.json["passed"], as_json.json["failed"]) == (0, 1)


def test_the_shipped_policies(tmp_path: Path) -> None:
    checked, tested = all_at_once(((command, TOP / "policies"), {}) for command in ("check", "test"))
    assert checked.status == tested.status == 0
