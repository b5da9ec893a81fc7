"""The policies that ship beside Kuaishou's: their sample histories say what their pages say, every rule is reached by a
test of its own policy, and every clause is cited.

`told/FOLDER.txt` holds what is said of the histories of a folder: `FILE | INSTANT | PATH = VALUE`, the path leading
into the explanation as JSON; `INSTANT known` is by what was on record then.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from policyctl.explain.as_json import as_json
from policyctl.explain.phrases import LANGUAGES, Language
from policyctl.explain.terminal import lines as page
from policyctl.history.events import Account
from policyctl.history.read import read_account
from policyctl.policy.form import Policy
from policyctl.policy.load import compile_texts, read
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay, zone_of
from tests.policies.blocks import TOP, looked_up

TOLD = Path(__file__).with_name("told")
FOLDERS = sorted(path.stem for path in TOLD.iterdir())
COMPILED = {folder: compile_texts(read(TOP / "policies" / folder)) for folder in FOLDERS}
FACTS = [
    (folder, *(part.strip() for part in line.split("|")))
    for folder in FOLDERS
    for line in (TOLD / f"{folder}.txt").read_text("utf-8").splitlines()
]
HISTORIES = [path for folder in FOLDERS for path in sorted((TOP / "policies" / folder / "histories").iterdir())]


def policy_of(folder: str) -> Policy:
    [policy] = COMPILED[folder].policies.values()
    assert policy is not None
    return policy


def account_of(path: Path) -> Account:
    return read_account(path.read_text("utf-8"), zone_of(policy_of(path.parents[1].name)), path.name)


def answer(path: Path, at: str) -> Answer:
    policy = policy_of(path.parents[1].name)
    date, known, _ = at.partition(" known")
    instant = zone_of(policy).read(date)
    return replay(policy, account_of(path), instant, instant if known else None)


@pytest.mark.parametrize(("folder", "name", "at", "said"), FACTS)
def test_fact(folder: str, name: str, at: str, said: str) -> None:
    path, _, value = said.partition(" = ")
    found: Any = as_json(answer(TOP / "policies" / folder / "histories" / name, at))
    assert looked_up(found, path) == value


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: f"{path.parents[1].name}/{path.name}")
def test_history_is_told_on_its_page_and_judged_completely(path: Path) -> None:
    folder = path.parents[1].name
    [row] = [
        line for line in (path.parents[1] / "README.md").read_text("utf-8").splitlines() if f"`{path.name}`" in line
    ]
    dates = re.findall(r"\d{4}-\d\d-\d\d(?:T[\d:]+)?", row.rsplit("|", 2)[1])
    assert dates and any((folder, path.name) == (one, name) for one, name, *_ in FACTS)
    assert not account_of(path).problems
    for at in dates:
        assert as_json(answer(path, at))["anomalies"] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: f"{path.parents[1].name}/{path.name}")
def test_page_fits_and_says_everything_in_the_words_of_the_policy(path: Path, language: Language) -> None:
    """What people read is labels in Chinese, and names in English; neither shows the normal form."""
    shown = page(answer(path, "2030-01-01"), lang=language, width=80)
    text = "\n".join(line.plain for line in shown)
    assert "ever >= 1" not in text and "None" not in text


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_rule_is_expected_by_a_test_of_its_policy(folder: str) -> None:
    text = "\n".join(path.read_text("utf-8") for path in sorted((TOP / "policies" / folder).glob("*.policy")))
    for version in policy_of(folder).versions:
        for rule in version.rules:
            assert re.search(rf'expect "?{re.escape(rule.name)}"?( |$)', text, re.MULTILINE), rule.name


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_rule_has_a_label_and_a_clause(folder: str) -> None:
    policy = policy_of(folder)
    for version in policy.versions:
        for rule in version.rules:
            said = policy.said(version, "rule", rule.name)
            assert said is not None and said.label and said.cite, rule.name


@pytest.mark.parametrize("folder", FOLDERS)
def test_page_says_what_is_sourced_and_what_is_not(folder: str) -> None:
    text = (TOP / "policies" / folder / "README.md").read_text("utf-8")
    for heading in ("## What is sourced", "## What is not", "## Histories"):
        assert f"\n{heading}\n" in text
    assert policy_of(folder).words.readings


def test_the_licence_read_by_the_higher_text_moves_all_points_on() -> None:
    """Regulation art. 24: of 3 paid and 6 overdue points all 9 move on; Measures art. 15: the 6 (see the policy)."""
    [text] = read(TOP / "policies" / "china_licence")
    before, after = "keeping where fine is overdue", "carrying points when fine is unpaid"
    assert before in text.data.decode()
    other = replace(text, data=text.data.decode().replace(before, after).encode())
    [policy] = compile_texts([other]).policies.values()
    assert policy is not None
    account = account_of(TOP / "policies" / "china_licence" / "histories" / "unpaid-moves-on.json")
    found = as_json(replay(policy, account, zone_of(policy).read("2023-03-20")))
    assert found["status"]["driver"]["ledgers"]["points"] == "9"
