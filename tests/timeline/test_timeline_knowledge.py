"""The order of knowledge never says at a line what came on record only after it."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policyctl.explain.phrases import LANGUAGES, Phrases
from policyctl.explain.terminal_words import Speaker
from policyctl.history.events import Appeal
from policyctl.history.read import read_account
from policyctl.replay.books import JUST_AFTER
from policyctl.replay.replay import replay, zone_of
from policyctl.timeline.as_json import as_json
from policyctl.timeline.effect import in_order_of_effect
from policyctl.timeline.page import PHRASES, lines
from policyctl.timeline.recorded import in_order_of_knowledge
from policyctl.timeline.rows import EventRow, Timeline
from policyctl.timeline.words import sentence
from tests.explain import answers
from tests.explain.corrections import appeal, override
from tests.worlds.read import compiled
from tests.worlds.strategies import worlds
from tests.worlds.world import World


def said(timeline: Timeline, known: datetime) -> list[object]:
    """What the lines recorded by an instant say, as JSON and in every language."""
    speakers = [Speaker(timeline.answer, Phrases(lang, PHRASES)) for lang in LANGUAGES]
    entries = as_json(timeline)["entries"]
    return [
        (entry, *(sentence(one, row, True).plain for one in speakers))
        for entry, row in zip(entries, timeline.rows, strict=True)
        if row.recorded is not None and row.recorded <= known
    ]


@settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))
@given(worlds(longest=9, corrected=True), st.data())
def test_what_is_said_stays_said(world: World, data: st.DataObject) -> None:
    """The lines of a record that ends early are the first lines of the whole record's, word for word."""
    policy = compiled(world.texts)
    account = world.account(policy)
    at = data.draw(st.sampled_from(world.instants(policy)))
    instants = sorted({event.recorded for event in account.said or account.events})
    if not instants:
        return
    known = data.draw(st.sampled_from(instants))
    whole = in_order_of_knowledge(policy, account, at)
    told = said(whole, known)
    assert said(in_order_of_knowledge(policy, account, at, known), known) == told
    assert told == said(whole, instants[-1])[: len(told)]


RULES = answers.written(
    "rule short_ban: general >= 20 -> suspend 3d, fine 2000\nrule high: severe >= 20 -> fine 2000\n"
)
WAIVED = [
    answers.ticket("T-1", "2021-03-01", "general", 22),
    answers.ticket("T-2", "2021-03-10", "severe", 25),
    answers.payment("P-1", "2021-03-12", 2000),
    override("O-1", "waive", "2021-04-01", decision="high@T-2"),
    override("O-2", "lift", "2021-03-02", decision="short_ban@T-1"),
]


@pytest.mark.parametrize("ticket", ["T-1", "T-2"])
def test_what_people_did_is_told_as_it_was_known(ticket: str) -> None:
    """What an appeal made of it later stands in order of effect only, and in the same words of JSON and page."""
    zone = zone_of(RULES)
    events = [*WAIVED, appeal("A-1", ticket, "annulled", "2021-05-01")]
    account = read_account(json.dumps({"merchant": "m-1", "events": events}), zone, "waived.json")
    known = in_order_of_knowledge(RULES, account, zone.read("2021-12-01"))
    effect = in_order_of_effect(RULES, account, zone.read("2021-12-01"))
    assert [one["undone"] for one in as_json(known)["entries"] if one["kind"] == "override"] == [None, None]
    assert not any("later" in str(one) for one in said(known, zone.read("2021-04-30")))
    undone = {one["event"]: one["undone"] for one in as_json(effect)["entries"] if one["kind"] == "override"}
    assert undone["O-2" if ticket == "T-1" else "O-1"] is True
    assert any("what it acted on was taken back later" in str(one) for one in said(effect, zone.read("2021-04-30")))


def test_a_ticket_that_bears_the_id_of_an_appeal_has_its_own_date() -> None:
    """Where it came on record too late to be known, it stands beside the appeal, at its own day."""
    late = answers.ticket("A-1", "2021-02-20", "general", 30) | {"recorded": "2022-05-01T10:00:00+08:00"}
    events = [
        answers.ticket("T-1", "2021-03-01", "general", 22),
        appeal("A-1", "T-1", "annulled", "2022-03-01"),
        late,
    ]
    zone = zone_of(RULES)
    account = read_account(json.dumps({"merchant": "m-1", "events": events}), zone, "late.json")
    known = in_order_of_knowledge(RULES, account, zone.read("2022-06-01"), zone.read("2022-04-01"))
    found = [(one["kind"], one["at"][:10]) for one in as_json(known)["entries"] if one.get("event") == "A-1"]
    assert found == [("appeal", "2022-03-01"), ("ticket", "2021-02-20")]


def test_money_that_fills_another_fine_by_a_correction() -> None:
    """A fine that becomes paid by it, and one that another payment pays now, are told with the appeal; what a payment
    does when it comes is told with that alone."""
    events = [
        answers.ticket("T-1", "2021-03-01", "general", 20),
        answers.ticket("T-2", "2021-03-02", "severe", 20),
        answers.payment("P-1", "2021-03-05", 2000),
        answers.payment("P-2", "2021-03-06", 500),
        appeal("A-1", "T-1", "annulled", "2021-06-01"),
    ]
    zone = zone_of(RULES)
    account = read_account(json.dumps({"merchant": "m", "events": events}), zone, "m.json")
    timeline = in_order_of_knowledge(RULES, account, zone.read("2021-07-01"))
    page = " ".join(" ".join(line.plain for line in lines(timeline, lang="en", width=120)).split())
    assert page.count("the fine of high@T-2 is paid in") == 1
    *_, last = (
        sentence(Speaker(timeline.answer, Phrases(lang, PHRASES)), timeline.rows[-1], True) for lang in LANGUAGES
    )
    assert "high@T-2的违约金由P-1缴清" in last.plain.replace(" ", "")
    assert "of the fine of" not in page, "P-2 says itself what it pays of high@T-2"
    *_, standing = as_json(timeline)["entries"]
    assert standing["fines"] == [
        {
            "decision": "high@T-2",
            "paid": {"before": "500", "after": "2000"},
            "open": {"before": "1500", "after": "0"},
            "payments": [{"event": "P-1", "amount": "2000"}],
        }
    ]
    [rescinded] = [entry for entry in as_json(timeline)["entries"] if entry["kind"] == "rescinded"]
    assert rescinded["paid_then"] == [{"payment": "P-1", "amount": "2000"}]
    assert rescinded["fills_now"] == [{"payment": "P-1", "decision": "high@T-2", "amount": "2000"}]


CLEARED = [
    answers.ticket("T-1", "2021-02-01", "general", 10),
    answers.ticket("T-2", "2021-02-10", "general", 10),
    answers.payment("P-1", "2021-02-11", 2000),
    appeal("A-1", "T-1", "annulled", "2021-06-01"),
    answers.ticket("T-3", "2021-08-01", "general", 10),
]


def test_points_that_came_back_stand_with_the_appeal() -> None:
    """Each balance goes on where the line before has left it, also over a correction; the reset of the next year takes
    the points, so nothing but the appeal's own line tells of them."""
    rules = answers.written("rule short_ban: general >= 20 -> suspend 3d, fine 2000 clears\n")
    zone = zone_of(rules)
    account = read_account(json.dumps({"merchant": "m-1", "events": CLEARED}), zone, "cleared.json")
    known = in_order_of_knowledge(rules, account, zone.read("2022-12-01"))
    moves = {
        entry["event"]: [(one["before"], one["after"]) for one in entry["balances"]]
        for entry in as_json(known)["entries"]
        if "event" in entry
    }
    assert moves == {
        "T-1": [("0", "10")],
        "T-2": [("10", "20")],
        "P-1": [("20", "0")],
        "A-1": [("0", "10")],
        "T-3": [("10", "20")],
    }
    effect = in_order_of_effect(rules, account, zone.read("2022-12-01"))
    for timeline in (known, effect):
        [told] = [entry for entry in as_json(timeline)["entries"] if entry.get("event") == "A-1"]
        assert told["points_back"] == [
            {
                "ledger": "general",
                "points": "10",
                "payment": "P-1",
                "cleared_at": "2021-02-11T00:00:00+08:00",
                "decision": "short_ban@T-2",
            }
        ]
        [row] = [row for row in timeline.rows if isinstance(row, EventRow) and row.id == "A-1"]
        speakers = [Speaker(timeline.answer, Phrases(lang, PHRASES)) for lang in LANGUAGES]
        en, zh = (sentence(speaker, row).plain.replace("\u2060", "") for speaker in speakers)
        assert "10 points of general (一般违规) came back, which P-1 had cleared on 2021-02-11 00:00" in " ".join(
            en.split()
        )
        assert "P-1曾于2021-02-1100:00清除的一般违规10分恢复计分" in "".join(zh.split())


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(worlds(longest=9, corrected=True), st.data())
def test_an_appeal_that_came_alone_tells_what_balances_came_to(world: World, data: st.DataObject) -> None:
    """They are those of replays from the beginning, by what was on record before the appeal and with it."""
    policy = compiled(world.texts)
    account = world.account(policy)
    at = data.draw(st.sampled_from(world.instants(policy)))
    for row in in_order_of_knowledge(policy, account, at).rows:
        event = row.event if isinstance(row, EventRow) else None
        if not isinstance(row, EventRow) or not isinstance(event, Appeal) or row.state != "counted":
            continue
        others = [one for one in account.said or account.events if one.recorded == event.recorded and one is not event]
        if others or event.outcome not in ("annulled", "reduced") or event.at > at:
            continue
        just_before = event.at - JUST_AFTER
        then, now = (
            next(
                dict(status.ledgers)
                for status in replay(policy, account, just_before, known).status
                if status.identity == row.identity
            )
            for known in (event.recorded - JUST_AFTER, event.recorded)
        )
        moved = {one.ledger: (one.before, one.after) for one in row.moved}
        assert moved == {name: (then[name], now[name]) for name in now if then.get(name, now[name]) != now[name]}


def test_money_of_a_decision_that_a_revision_takes_away() -> None:
    """No appeal took it back, so no rescission tells of it."""
    first = answers.ticket("T-1", "2021-02-01", "general", 25)
    events = [
        first,
        answers.payment("P-1", "2021-02-21", 1000),
        {**first, "points": "15", "revision": 2, "recorded": "2021-03-20T00:00:00+08:00"},
    ]
    zone = zone_of(RULES)
    account = read_account(json.dumps({"merchant": "m-1", "events": events}), zone, "revised.json")
    timeline = in_order_of_knowledge(RULES, account, zone.read("2021-12-01"))
    [standing] = [e for e in as_json(timeline)["entries"] if e["kind"] == "standing" and e["recorded"] >= "2021-03"]
    assert standing["fines"] == [
        {
            "decision": "short_ban@T-1",
            "paid": {"before": "1000", "after": "0"},
            "open": {"before": "1000", "after": "0"},
            "payments": [],
        }
    ]
    speakers = [Speaker(timeline.answer, Phrases(lang, PHRASES)) for lang in LANGUAGES]
    en, zh = ("".join(sentence(one, timeline.rows[-1], True).plain.split()).replace("\u2060", "") for one in speakers)
    assert "1,000CNYofP-1doesnotpayshort_ban@T-1anymore" in en
    assert "P-1所缴1,000元不再抵short_ban@T-1：该决定不再成立" in zh
