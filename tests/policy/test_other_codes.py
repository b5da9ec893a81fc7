"""The codes of replays and of commands: each is given by something small."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from policyctl import kept
from policyctl.cli.codes import CODES as OF_COMMANDS
from policyctl.cli.main import app
from policyctl.history.read import read_account
from policyctl.policy.codes.files import FILES
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.replay.codes import CODES as OF_REPLAYS
from policyctl.replay.replay import replay, zone_of

POLICY = """\
policy shop
  version 2019-01-01
  late tickets until 12 months
use standard
offence scope
  minor -> general +10
  serious -> general +20
offence both -> general +10, severe +10
rule ban: general >= 20 -> suspend 3d, fine 2000 clears
rule closure: severe >= 100 -> close_identity
"""
CARRIED = (
    '{"event": "ticket", "id": "T", "identity": "promoter", "ledger": "general", "points": "20", "effective": "%s"}'
)
TICKET = CARRIED % "2021-03-01T10:00:00+08:00"

SEVERE = '{"event": "ticket", "id": "%s", "identity": "promoter", "ledger": "severe", "points": %d, "effective": "%s"}'
IMPOSED = (
    '"event": "override", "id": "O", "identity": "promoter", "action": "impose", "by": "a", "why": "b", "at":'
    ' "2021-03-02"'
)

LICENSED = "attribute licensed\nledger own resets every 12 months from licensed\nown >= 12 -> fine 5\n"
"""A ledger whose periods begin with a date that the account does not give."""

RANGED = "offence ranged -> general +5 to 10\n"
OF_ANOTHER = "offence ranged for merchant -> general +5\n"
UNKNOWN = "metrics deposit\nrule seized: general >= 20 -> fine max(100000, deposit)\n"
MORE = {
    "amount-unknown": UNKNOWN,
    "offence-of-another": OF_ANOTHER,
    "no-date-to-count-from": LICENSED,
    "nothing-chosen": RANGED,
    "unlisted-value": "attribute vehicle = ordinary, large\n",
    "least-of-range": "offence ranged -> nothing\nrule least when ticket of ranged: -> suspend 3d to 7d\n",
    "both-chosen": "offence ranged -> nothing\nrule both when ticket of ranged: -> suspend 3d or instead fine 500\n",
    "chosen-out-of-range": RANGED,
}
CHOSEN = '{"event": "ticket", "id": "T", "identity": "promoter", "offence": "ranged", "effective": "2021-03-01"%s}'

REPLAYS = {
    "amount-unknown": TICKET,
    "nothing-chosen": CHOSEN % "",
    "least-of-range": CHOSEN % "",
    "both-chosen": CHOSEN % ', "chosen": {"suspend": "3", "fine": "500"}',
    "offence-of-another": CHOSEN % "",
    "chosen-out-of-range": CHOSEN % ', "chosen": {"general": "11"}',
    "ticket-too-old": TICKET.replace('"effective"', '"occurred": "2015-03-01", "effective"'),
    "appeal-too-late": f'{TICKET}, {{"event": "appeal", "id": "A", "ticket": "T", "outcome": "filed",'
    ' "at": "2021-05-01"}',
    "no-date-to-count-from": TICKET,
    "missing-identity": '{"event": "payment", "id": "P", "amount": 5, "at": "2021-03-01"}',
    "unknown-decision": '{"event": "payment", "id": "P", "amount": 5, "at": "2021-03-01", "decision": "ban@T-9"}',
    "unknown-identity": '{"event": "payment", "id": "P", "identity": "promotor", "amount": 5, "at": "2021-03-01"}',
    "identity-differs": f'{TICKET}, {{"event": "payment", "id": "P", "identity": "merchant", "decision": "ban@T",'
    ' "amount": 5, "at": "2021-03-02"}',
    "before-opened": CARRIED % "2020-01-10",
    "before-first-version": CARRIED % "2018-06-10",
    "unknown-ticket": '{"event": "appeal", "id": "A", "identity": "promoter", "ticket": "T-9", "outcome": "annulled",'
    ' "at": "2021-03-01"}',
    "recorded-after-effective": TICKET.replace('"effective"', '"recorded": "2021-04-01", "effective"'),
    "unknown-ledger": TICKET.replace("general", "genral"),
    "unknown-offence": '{"event": "ticket", "id": "T", "identity": "promoter", "offence": "scope", "effective":'
    ' "2021-03-01"}',
    "offence-differs": TICKET.replace('"ledger"', '"offence": "scope.minor", "ledger"'),
    "unlisted-value": TICKET.replace('"effective"', '"attributes": {"vehicle": "larg"}, "effective"'),
    "unknown-act": '{"event": "act", "id": "E", "identity": "promoter", "name": "exam", "at": "2021-03-01"}',
    "unknown-metric": '{"event": "metric", "id": "E", "identity": "promoter", "name": "rate", "value": 1, "at":'
    ' "2021-03-01"}',
    "payment-fits-no-fine": '{"event": "payment", "id": "P", "identity": "promoter", "amount": 5, "at": "2021-03-01"}',
    "amount-finer-than-currency": '{"event": "payment", "id": "P", "identity": "promoter", "amount": "10.005", "at":'
    ' "2021-03-01"}',
    "payment-names-no-decision": '{"event": "payment", "id": "P", "identity": "promoter", "decision": "ban@T-9",'
    ' "amount": 5, "at": "2021-03-01"}',
    "late-ticket-out-of-time": TICKET.replace('"effective"', '"issued": "2019-12-30", "effective"'),
    "reduced-two-ledgers": '{"event": "ticket", "id": "T", "identity": "promoter", "offence": "both", "effective":'
    ' "2021-03-01"}, {"event": "appeal", "id": "A", "ticket": "T", "outcome": "reduced", "points": 5, "at":'
    ' "2021-03-02"}',
    "reduced-not-less": f'{TICKET}, {{"event": "appeal", "id": "A", "ticket": "T", "outcome": "reduced", "points": 30,'
    ' "at": "2021-03-02"}',
    "unknown-sanction": f'{{{IMPOSED}, "name": "suspnd"}}',
    "fine-without-amount": f'{{{IMPOSED}, "name": "fine"}}',
    "override-without-effect": f'{TICKET}, {{"event": "override", "id": "O", "decision": "ban@T", "action": "lift",'
    ' "by": "a", "why": "b", "at": "2021-04-02"}',
    "closure-moved": ", ".join(
        (
            SEVERE % ("T", 100, "2021-03-01"),
            SEVERE % ("U", 100, "2021-03-02"),
            '{"event": "appeal", "id": "A", "ticket": "T", "outcome": "annulled", "at": "2021-03-05"}',
        )
    ),
}


def test_every_code_of_replays_is_here() -> None:
    assert set(REPLAYS) == set(OF_REPLAYS)


@pytest.mark.parametrize("code", REPLAYS)
def test_replay(code: str) -> None:
    opened = "2020-01-15" if code == "before-opened" else "2018-01-01"
    said = POLICY + MORE.get(code, "")
    if code == "appeal-too-late":
        said = said.replace("\n", "\n  no appeals more than 30 days after issued\n", 1)
    if code == "ticket-too-old":
        said = said.replace("\n", "\n  no tickets more than 2 years after occurred\n", 1)
    [policy] = compile_texts([PolicyText("shop.policy", Path("shop.policy"), said.encode())]).policies.values()
    assert policy is not None
    zone = zone_of(policy)
    text = f'{{"merchant": "m", "opened": "{opened}", "events": [{REPLAYS[code]}]}}'
    answer = replay(policy, read_account(text, zone, "history"), zone.read("2022-01-01"))
    [problem] = answer.anomalies
    assert problem.code == code
    assert answer.incomplete == problem.error
    assert not problem.message[0].isupper() and not problem.message.endswith(".")


# --- commands ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a policy and a history, where commands run."""
    monkeypatch.setenv(kept.VARIABLE, "off")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policies").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "policies" / "shop.policy").write_text(POLICY, "utf-8")
    (tmp_path / "old.policy").write_text(f"{POLICY}properties:\n  same decisions as 2019-01-02\n", "utf-8")
    (tmp_path / "m.json").write_text(f'{{"merchant": "m", "events": [{TICKET}]}}', "utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    """A command."""
    return CliRunner().invoke(app, list(arguments))


COMMANDS = {
    "decision-not-found": ("explain", "m.json", "--decision", "ban"),
    "merchant-not-found": ("explain", "m.json", "--merchant", "n"),
    "no-tests": ("explain", "policies"),
    "unknown-code": ("explain-code", "length"),
    "unknown-command": ("explan", "m.json"),
    "unknown-option": ("explain", "--fromat", "json", "m.json"),
    "unknown-choice": ("explain", "m.json", "--lang", "fr"),
    "wrong-usage": ("explain", "m.json", "--at"),
    "cannot-write": ("explain", "m.json", "--out", "nowhere/answer.txt"),
    "unknown-identity": ("explain", "m.json", "--identity", "promotor"),
    "bad-instant": ("explain", "m.json", "--at", "yesterday"),
    "unreadable-file": ("explain", "nowhere.json"),
    "no-such-file": ("check", "polices"),
    "no-policy-files": ("check", "empty"),
    "unknown-rule": ("diff", "old.policy", "policies/shop.policy", "--rule", "bans"),
    "no-such-version": ("prove", "old.policy"),
}


def test_every_code_of_commands_is_here() -> None:
    assert set(OF_COMMANDS) <= set(COMMANDS)


@pytest.mark.parametrize("code", COMMANDS)
def test_command(code: str, place: Path) -> None:
    result = run(*COMMANDS[code])
    assert result.exit_code == 2
    assert f"error[{code}]" in result.output
    assert "help:" in result.output


def test_several_policies_and_an_unknown_default(place: Path) -> None:
    (place / "policies" / "other.policy").write_text("policy other\ngeneral >= 3 -> warn\n", "utf-8")
    assert "error[several-policies]" in run("explain", "m.json").output
    (place / "policyctl.toml").write_text('[policy]\npath = "policies"\ndefault = "shp"\n', "utf-8")
    assert "error[unknown-policy]" in run("explain", "m.json").output
    (place / "policyctl.toml").write_text("[policy]\npth = 3\n", "utf-8")
    assert "error[bad-configuration]" in run("explain", "m.json").output


@pytest.mark.parametrize("code", [*FILES, *OF_COMMANDS, *OF_REPLAYS, "clears-what", "missing-transition"])
def test_long_text(code: str) -> None:
    result = run("explain-code", code)
    assert result.exit_code == 0 and result.output.startswith(f"{code}\n\n")


def test_check_shows_the_findings_of_all_files(place: Path) -> None:
    (place / "policies" / "a.policy").write_bytes(b"\xff\xfe")
    (place / "policies" / "b.policy").write_text("policy b\ngenral >= 3 -> warn\n", "utf-8")
    (place / "policies" / "c.policy").write_text("# nothing\n", "utf-8")
    result = run("check", "policies", "--format", "json")
    assert result.exit_code == 2
    shown = json.loads(result.stdout)
    assert [(f["file"], f["code"]) for f in shown["findings"]] == [
        ("a.policy", "not-utf-8"),
        ("b.policy", "undeclared-name"),
        ("c.policy", "empty-policy"),
    ]
    assert [policy["name"] for policy in shown["policies"]] == ["shop"]
