"""Three appeals in two years, as an auditor reads them: the page in both orders and languages, and the sums by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from policyctl.characters import cells
from policyctl.exact import plain
from policyctl.explain.phrases import LANGUAGES, Language, Phrases, load, placeholders
from policyctl.history.read import read_account
from policyctl.policy.load import load as load_policy
from policyctl.replay.replay import zone_of
from policyctl.timeline.as_json import as_json
from policyctl.timeline.effect import in_order_of_effect
from policyctl.timeline.page import PHRASES, lines
from policyctl.timeline.recorded import in_order_of_knowledge
from policyctl.timeline.rows import DecisionRow, EventRow, Order, RescindedRow, Timeline

HERE = Path(__file__).parent
POLICY = load_policy(HERE.parents[1] / "policies" / "kuaishou", HERE)
AT = "2022-10-01"


def story(order: Order, at: str = AT, known: str | None = None) -> Timeline:
    assert not isinstance(POLICY, list)
    zone = zone_of(POLICY)
    account = read_account((HERE / "three-appeals.json").read_text("utf-8"), zone, "three-appeals.json")
    arranged = in_order_of_effect if order == "effect" else in_order_of_knowledge
    return arranged(POLICY, account, zone.read(at), None if known is None else zone.read(known))


def entries(order: Order, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(json.dumps(as_json(story(order, **asked))))["entries"]
    return found


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("order", ["effect", "recorded"])
def test_golden(order: Order, lang: Language, width: int) -> None:
    """The whole page; write it anew by removing the file."""
    page = lines(story(order), lang=lang, width=width)
    shown = "".join(f"{line.plain}\n" for line in page)
    assert all(cells(line.plain) <= width for line in page)
    golden = HERE / "golden" / f"three-appeals.{order}.{lang}.{width}.txt"
    if not golden.exists():
        golden.write_text(shown, "utf-8")
    assert shown == golden.read_text("utf-8")


def test_the_sums_by_hand() -> None:
    """V1 and V2 had brought the first ban, whose 2,000 were paid (P1): without V1 there is only V2, so the ban goes,
    3 days served, and the money is owed back. V4 had brought a second ban, never paid: without V1 the node is reached
    with V3 already, which is for review; without V3 as well it is V4 again, for review, until O1 confirms it. V5 alone
    had brought 14 days; A4 takes them back, all served by then."""
    taken = [row.rescinded for row in story("effect").rows if isinstance(row, RescindedRow)]
    told = [(one.decision.id, one.appeal, plain(one.owed), sum((e - s).days for s, e in one.served)) for one in taken]
    assert told == [("short_ban@V2", "A2", "2000", 3), ("serious_ban@V5", "A4", "0", 14)]
    known = [
        (row.rescinded.decision.id, row.rescinded.appeal, row.change)
        for row in story("recorded").rows
        if isinstance(row, RescindedRow)
    ]
    assert known == [
        ("short_ban@V2", "A2", "new"),
        ("short_ban@V4", "A2", "new"),
        ("short_ban@V4", "A2", "gone"),
        ("serious_ban@V5", "A4", "new"),
    ]


def test_a_decision_appears_at_the_earliest_knowledge() -> None:
    """The second ban follows from what was known when V4 came on record, days before it took effect."""
    [row] = [
        row
        for row in story("recorded").rows
        if isinstance(row, DecisionRow) and row.decision.id == "short_ban@V4" and row.change == "new"
    ]
    assert row.recorded is not None and row.at is not None
    zone = story("effect").answer.zone
    assert (zone.show(row.recorded), zone.show(row.at)) == ("2021-05-30T14:00:00+08:00", "2021-06-01T10:00:00+08:00")


def test_what_was_not_known_is_marked() -> None:
    """At the end of 2021 nobody knew of what came on record in 2022; it is in the file all the same."""
    rows = [row for row in story("effect", known="2021-12-31").rows if isinstance(row, EventRow)]
    assert [row.id for row in rows if row.state == "not_known"] == ["A3", "O1", "P2", "A4", "V7", "V8"]
    assert [row.id for row in rows if row.state == "annulled"] == ["V1"]


def test_entries_in_json() -> None:
    late = next(one for one in entries("effect") if one.get("event") == "V6")
    assert late["kind"] == "ticket" and late["state"] == "counted" and late["recorded"] == "2021-12-30T18:00:00+08:00"
    assert late["balances"] == [{"ledger": "general", "period": "2021", "late": True, "before": "20", "after": "30"}]
    paid = next(one for one in entries("recorded") if one.get("event") == "P1")
    assert paid["filled"] == [{"decision": "short_ban@V2", "amount": "2000", "open": "0", "kept": False}]
    assert paid["ended"] == [
        {"ledger": "general", "period": "2021", "points": "20", "why": "cleared", "cause": "P1"},
    ]
    back = next(one for one in entries("effect") if one["kind"] == "rescinded")
    assert back["owed_back"] == {"amount": "2000", "payments": [{"event": "P1", "amount": "2000"}]}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_languages_agree(lang: Language) -> None:
    """The same keys, with the same placeholders in every plural form; every one is said somewhere."""
    ours, beside = load(lang, PHRASES), Phrases("en", PHRASES)
    assert set(ours) == set(load("en", PHRASES))
    assert not set(ours) & set(load(lang))
    for key, form in ours.items():
        for text in [form] if isinstance(form, str) else list(form.values()):
            assert placeholders(text) <= placeholders(beside.template(key, 2)), key
    code = "".join(path.read_text("utf-8") for path in PHRASES.parent.glob("*.py"))
    loose = ("event.appeal_", "event.override_", "note.", "run.", "period.", "timeline.", "change.")
    for key in ours:
        assert key.startswith(loose) or f'"{key}"' in code, key


def test_ascii_marks() -> None:
    page = lines(story("effect"), lang="en", width=100, ascii_only=True)
    body = "".join(line.plain for line in page[4:])
    assert "general 0 -> 10" in body and "* short_ban@V4" in body and "x A2 takes back" in body
    assert "→" not in body and "◆" not in body and "─" not in body


def test_a_closure_that_moves_is_told_loudly() -> None:
    assert not isinstance(POLICY, list)
    zone = zone_of(POLICY)
    path = HERE.parents[1] / "policies" / "kuaishou" / "histories" / "closure-moved.json"
    account = read_account(path.read_text("utf-8"), zone, path.name)
    page = lines(in_order_of_effect(POLICY, account, zone.read("2022-03-01")), lang="en", width=120)
    told = " ".join(" ".join(line.plain.split()) for line in page)
    assert "▲ appeal A202202100012 annuls V202108230311; the closure by `closure@V202110110096` is taken back" in told
