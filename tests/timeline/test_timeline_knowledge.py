"""The order of knowledge never says at a line what came on record only after it."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policyctl.explain.phrases import LANGUAGES, Phrases
from policyctl.explain.terminal_words import Speaker
from policyctl.history.read import read_account
from policyctl.replay.replay import zone_of
from policyctl.timeline.as_json import as_json
from policyctl.timeline.effect import in_order_of_effect
from policyctl.timeline.page import PHRASES, lines
from policyctl.timeline.recorded import in_order_of_knowledge
from policyctl.timeline.rows import Timeline
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
