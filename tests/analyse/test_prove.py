"""Properties: each template proved, refuted, and told why where it is neither."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policyctl.analyse.prove import prove
from policyctl.history.read import read_account
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.replay.replay import replay, zone_of
from tests.cli.process import policyctl_run as run

SHOP = """\
policy shop
  timezone UTC
  currency EUR
  annulment refunds and revives
identities shop
ledger general resets every year unless no_reset
ledger severe
measure year_total = incurred(general, severe) this period
offence slight -> general +10
offence grave -> severe +20
sanction ban
ladder nodes on general:
  >= 20 -> ban 3d, fine 2000 clears
  >= 40 -> ban 30d
rule closing: year_total >= 60 -> close_identity, no_reset
rule dead: severe >= 20 and severe < 10 -> ban 400d
"""


def verdicts(text: str, line: str) -> list[str]:
    """The words for a property of a policy."""
    source = f"{text}properties:\n  {line}\n"
    compiled = compile_texts([PolicyText("shop.policy", Path("shop.policy"), source.encode())])
    assert [f.message for f in compiled.findings if f.severity == "error"] == []
    policy = compiled.policies["shop"]
    assert policy is not None
    [stated] = compiled.properties["shop"]
    return [one.word for one in prove(policy, stated, 50_000, 30.0)]


@pytest.mark.parametrize(
    "line, word",
    [
        ("always year_total >= 60 implies closed", "proved"),
        ("always year_total >= 40 implies closed", "refuted"),
        ("always general <= 30", "refuted"),
        ("never closed and year_total < 60", "proved"),
        ("never general >= 40", "refuted"),
        ("never general >= 0", "refuted"),  # so it is before anything has happened
        ("never severe is cleared by payment", "proved"),
        ("never general is cleared by payment", "refuted"),
        ("never suspended longer than 30d in one decision", "proved"),  # what is longer can never fire
        ("never ban longer than 29d in one decision", "refuted"),
        ("rule closing can fire", "proved"),
        ("rule dead can fire", "refuted"),
        ("rule dead can never fire", "proved"),
        ('rule "nodes[>= 40]" can never fire', "refuted"),
        ("more violations never cost less [payments: eager]", "proved"),
    ],
)
def test_each_template(line: str, word: str) -> None:
    assert verdicts(SHOP, line) == [word]


def test_every_rule_is_answered_for() -> None:
    assert sorted(verdicts(SHOP, "every rule can fire")) == ["proved", "proved", "proved", "refuted"]


def test_a_violation_that_pays() -> None:
    """From 18 points one more leads to the short ban and to 0; without it the next grave one leads to the long ban."""
    text = SHOP.replace("grave -> severe +20", "grave -> general +22").replace(
        "slight -> general +10", "slight -> general +9"
    )
    text = text.replace("rule closing: year_total >= 60 -> close_identity, no_reset\n", "").replace(
        " unless no_reset", ""
    )
    text = text.replace("rule dead: severe >= 20 and severe < 10 -> ban 400d\n", "")
    assert verdicts(f"{text}\n", "more violations never cost less [payments: eager]") == ["refuted"]


VERSIONS = """\
policy shop
  version {date}
  timezone UTC
  annulment refunds and revives
  judge by issued
identities shop
ledger general
offence slight -> general +10
sanction ban
rule node: general >= 20 -> ban {days}d
"""


@pytest.mark.parametrize(
    "line, status",
    [
        ("same decisions as 2020-01-01", 1),
        ("never stricter than 2020-01-01", 1),
        ("never milder than 2020-01-01", 0),
        ("never milder than 2020-01-02", 2),
    ],
)
def test_versions_are_compared(tmp_path: Path, line: str, status: int) -> None:
    (tmp_path / "old.policy").write_text(VERSIONS.format(date="2020-01-01", days=3), "utf-8")
    change = "transition from 2020-01-01:\n  general carry\n  fines carry\n  sanctions carry\n"
    new = f"{VERSIONS.format(date='2021-01-01', days=4)}{change}properties:\n  {line}\n"
    (tmp_path / "new.policy").write_text(new, "utf-8")
    assert run("prove", str(tmp_path)).status == status


def test_what_is_not_known_is_named_and_bounded() -> None:
    text = SHOP.replace("ledger severe", "ledger severe one per day highest")
    source = f"{text}properties:\n  never severe >= 20 and severe < 10\n"
    compiled = compile_texts([PolicyText("shop.policy", Path("shop.policy"), source.encode())])
    policy = compiled.policies["shop"]
    assert policy is not None
    [found] = prove(policy, compiled.properties["shop"][0], 50_000, 30.0)
    assert (found.word, found.reasons.why, found.reasons.plain) == ("bounded", "outside", True)
    assert [(one.what, one.where) for one in found.reasons.outside] == [("Period.groups", "severe")]


def test_a_budget_that_runs_out_is_told() -> None:
    compiled = compile_texts(
        [PolicyText("shop.policy", Path("shop.policy"), f"{SHOP}properties:\n  never year_total = 59\n".encode())]
    )
    policy = compiled.policies["shop"]
    assert policy is not None
    [found] = prove(policy, compiled.properties["shop"][0], 5, 30.0)
    assert (found.word, found.reasons.why) == ("bounded", "budget")


def test_properties_are_no_part_of_the_meaning() -> None:
    texts = [SHOP, f"{SHOP}properties:\n  never general + severe >= 999\n"]
    digests = set()
    for text in texts:
        policy = compile_texts([PolicyText("shop.policy", Path("shop.policy"), text.encode())]).policies["shop"]
        assert policy is not None
        digests.add((policy.digest(), policy.text_digest()))
    assert len(digests) == 1


def test_names_in_properties_must_be_known() -> None:
    for line in (
        "never sever is cleared by payment",
        "rule clsing can fire",
        "always generl >= 3",
        "never bn longer than 3d",
    ):
        text = f"{SHOP}properties:\n  {line}\n"
        compiled = compile_texts([PolicyText("shop.policy", Path("shop.policy"), text.encode())])
        assert [f.severity for f in compiled.findings] == ["error"], line


# --- the command ------------------------------------------------------------------------------------------------------


def answered(folder: Path, text: str, *options: str) -> tuple[int, Any]:
    """The exit status and the JSON of the command."""
    (folder / "shop.policy").write_text(text, "utf-8")
    ran = run("prove", str(folder / "shop.policy"), "--format", "json", *options)
    return ran.status, ran.json


def test_a_refutation_comes_with_a_history_that_replays(tmp_path: Path) -> None:
    status, said = answered(tmp_path, f"{SHOP}properties:\n  never general >= 40\n")
    assert status == 1
    [one] = said["properties"]
    policy = compile_texts([PolicyText("shop.policy", Path("shop.policy"), SHOP.encode())]).policies["shop"]
    assert policy is not None
    zone = zone_of(policy)
    account = read_account(json.dumps(one["witness"]["history"]), zone, "witness")
    [where] = replay(policy, account, zone.read(one["witness"]["at"])).status
    assert dict(where.ledgers)["general"] >= 40


def test_the_gravest_verdict_is_the_status(tmp_path: Path) -> None:
    grouped = SHOP.replace("ledger severe", "ledger severe one per day highest")
    lines = "properties:\n  never severe >= 20 and severe < 10\n  never general >= 40\n"
    assert answered(tmp_path, grouped + lines)[0] == 3
    assert answered(tmp_path, f"{SHOP}properties:\n  rule closing can fire\n")[0] == 0


def test_findings(tmp_path: Path) -> None:
    text = SHOP.replace("  >= 40 -> ban 30d\n", "  >= 40 -> ban 30d\n  >= 1000 -> ban 31d\n")
    text += "rule twice: general >= 20 and general >= 10 -> notify seller\n"
    status, said = answered(tmp_path, text, "--findings", "--histories", str(tmp_path / "shown"))
    [found] = said["findings"]
    kinds = {(one["finding"], one["rule"], one["about"]) for one in found["findings"]}
    assert ("dead", "dead", None) in kinds
    assert ("part", "twice", "general >= 10") in kinds
    assert ("cliff", "nodes[>= 40]", "nodes[>= 20]") in kinds
    assert ("for_good", "closing", "close_identity") in kinds
    assert status == 3  # whether one violation more can pay is only known of short histories
    shown = sorted(path.name for path in (tmp_path / "shown").iterdir())
    assert "shop.shop.can-fire.closing.json" in shown


def test_pages_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "shop.policy").write_text(f"{SHOP}properties:\n  never general >= 40\n", "utf-8")
    english = run("prove", str(tmp_path / "shop.policy")).text
    chinese = run("prove", str(tmp_path / "shop.policy"), "--lang", "zh").text
    assert "REFUTED      never general >= 40" in english
    assert "已反驳" in chinese


def test_the_two_lines_with_the_standard_vocabulary(tmp_path: Path) -> None:
    """No offence is declared there, so tickets carry their points."""
    card = "general >= 20 -> suspend 3d, fine 2000 clears\nyear_total >= 100 -> close_identity, no_reset\n"
    lines = "properties:\n  always year_total >= 100 implies closed\n  never severe is cleared by payment\n"
    (tmp_path / "card.policy").write_text(card + lines, "utf-8")
    assert run("prove", str(tmp_path / "card.policy")).status == 0
    (tmp_path / "other.policy").write_text(card.replace("20", "22", 1), "utf-8")
    (tmp_path / "card.policy").write_text(card, "utf-8")
    ran = run("diff", str(tmp_path / "card.policy"), str(tmp_path / "other.policy"), "--format", "json")
    assert (ran.status, ran.json["witnesses"][0]["events"]) == (1, 1)


COUNTED = """\
policy shop
  timezone UTC
identities merchant, promoter
ledger general resets every year unless count(x) ever >= 1
ledger severe
offence slight -> general +10
offence grave -> severe +20
sanction ban
flag marked
rule x: severe >= 20 -> marked
rule y: general >= 20 and incurred(general) this year < 20 -> ban 3d
"""


@pytest.mark.parametrize("line", ["never count(x) ever >= 1", "always count(x) ever = 0", "rule y can never fire"])
def test_decisions_that_a_question_or_a_reset_counts_are_made(line: str) -> None:
    assert verdicts(COUNTED, line) == ["refuted"]


def test_an_identity_that_is_treated_as_all_others_can_be_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "shop.policy"
    file.write_text(COUNTED + "properties:\n  never general >= 30\n", "utf-8")
    ran = run("prove", str(file), "--identity", "promoter", "--format", "json")
    assert (ran.status, [one["identity"] for one in ran.json["properties"]]) == (1, ["promoter"])


NODES = """\
policy shop
  timezone UTC
  currency EUR
  annulment refunds and revives
identities shop
ledger general
offence slight -> general +9
offence grave -> general +22
sanction ban
sanction mark
ladder nodes on general:
  >= 20 -> ban 3d, fine 2000 clears
  >= 40 -> ban 30d
"""
FOR_GOOD = "rule m: count(tickets) ever >= 1 -> mark permanently\n"


@pytest.mark.parametrize(
    "rules, way, words",
    [
        ("", "eager", ["refuted"]),
        (FOR_GOOD, "eager", ["refuted"]),  # the mark is in both lives
        ("", "free", ["unknown"]),  # what the life without the ticket would best pay is not known
    ],
)
def test_a_violation_that_pays_beside_what_is_for_good(rules: str, way: str, words: list[str]) -> None:
    assert verdicts(NODES + rules, f"more violations never cost less [payments: {way}]") == words


def test_only_what_goes_the_wrong_way_refutes() -> None:
    """72 hours end later in the day than 3 calendar days."""
    text = NODES.replace("timezone", "version 2020-01-01\n  judge by effective\n  timezone", 1).replace(
        "ban 3d", "ban 72h"
    )
    later = text.replace("2020-01-01", "2021-01-01").replace("ban 72h", "ban 3 calendar days") + (
        "transition from 2020-01-01:\n  general carry\n  fines carry\n  sanctions carry\n"
        "properties:\n  never stricter than 2020-01-01\n  never milder than 2020-01-01\n"
    )
    files = [PolicyText(name, Path(name), one.encode()) for name, one in (("a.policy", text), ("b.policy", later))]
    compiled = compile_texts(files)
    policy = compiled.policies["shop"]
    assert policy is not None
    found = [one.word for stated in compiled.properties["shop"] for one in prove(policy, stated, 20_000, 10.0)]
    assert found[0] != "refuted" and found[1] == "refuted"
