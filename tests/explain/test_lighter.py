"""The page on decisions that an appeal left standing with fewer times, and their lines in a timeline."""

from __future__ import annotations

import json
from typing import Any

from policyctl.explain.as_json import as_json as explained
from policyctl.explain.phrases import Language
from policyctl.explain.terminal import lines
from policyctl.history.read import read_account
from policyctl.replay.answer import Answer
from policyctl.replay.replay import zone_of
from policyctl.timeline.as_json import as_json
from policyctl.timeline.effect import in_order_of_effect
from policyctl.timeline.page import lines as timeline_lines
from policyctl.timeline.recorded import in_order_of_knowledge
from policyctl.timeline.rows import Timeline

from . import answers, corrections

LAW = answers.compiled(
    "policy dozens\n  timezone Asia/Shanghai\n  currency CNY\n  annulment refunds and revives\n"
    "identities promoter\nledger severe resets every year\nsanction block\n"
    "rule dozen: every 12 of severe -> block 2d each, fine 100 each clears severe\n"
)
HEAVY = [
    answers.ticket("T-1", "2021-02-02", "severe", 36),
    answers.payment("P-1", "2021-02-20", 330),
]
TWO = corrections.appeal("A-1", "T-1", "reduced", "2021-03-15", points="24")
ONE = corrections.appeal("A-2", "T-1", "reduced", "2021-04-15", points="12")
NONE = corrections.appeal("A-3", "T-1", "annulled", "2021-05-15")


def lighter(*appeals: answers.Event) -> Answer:
    """The answer of June: 36 points are three times, and 330 were paid for the fine of 300."""
    return answers.answer(LAW, "2021-06-01", [*HEAVY, *appeals])


def told(answer: Answer, lang: Language = "en", decision: str | None = None) -> str:
    """What is printed, without its lines; Chinese without spaces, for lines break anywhere in it."""
    page = lines(answer, lang=lang, width=120, decision=decision)
    return (" " if lang == "en" else "").join(" ".join(line.plain for line in page).split())


def test_the_first_sentence() -> None:
    once = told(lighter(TWO))
    assert "dozen@T-1 counts fewer times since an appeal, 2 instead of 3; 100 CNY is owed back to promoter." in once
    twice = lighter(TWO, ONE)
    assert "counts fewer times since an appeal, 1 instead of 3; 200 CNY is owed back to promoter." in told(twice)
    assert "dozen@T-1因申诉由3次减为1次，应退还promoter200元。" in told(twice, "zh")
    # Taken back whole, it is one decision that was, with all that is owed back for it.
    assert "dozen@T-1 was taken back on appeal; 300 CNY is owed back to promoter." in told(lighter(TWO, ONE, NONE))


def test_one_lighter_and_another_one_gone() -> None:
    other = [
        answers.ticket("T-2", "2021-03-01", "severe", 12),
        corrections.appeal("A-4", "T-2", "annulled", "2021-05-15"),
    ]
    page = told(lighter(TWO, *other))
    assert "2 decisions were taken back on appeal, whole or in part; 100 CNY is owed back to promoter." in page


def test_nothing_was_paid() -> None:
    answer = answers.answer(LAW, "2021-06-01", [HEAVY[0], TWO])
    assert "counts fewer times since an appeal, 2 instead of 3; no money is owed back for it." in told(answer)
    assert "no money: nothing was paid for it" in told(answer)
    assert "It makes dozen@T-1 count fewer times. " in told(answer)
    paid = answers.answer(LAW, "2021-06-01", [HEAVY[0], answers.payment("P-1", "2021-02-03", 150), TWO])
    assert "no money: of the 150 CNY that had been paid nothing is beyond the fine that is left" in told(paid)
    assert "无：此前已缴的150元未超出余下的违约金" in told(paid, "zh")


def test_what_each_appeal_took() -> None:
    page = told(lighter(TWO, ONE), decision="dozen@T-1")
    assert "With that the decision counts 2 times, no longer 3. Only what is more than that is taken back" in page
    assert "With that the decision counts 1 time, no longer 2. Only what is more than that is taken back" in page
    assert "the decision stands." in page and "was taken back on another appeal" not in page
    assert "served 2021-02-06 00:00 until 2021-02-08 00:00 (2 days)" in page
    assert "served 2021-02-04 00:00 until 2021-02-06 00:00 (2 days)" in page
    assert "imposed · block until 2021-02-04 00:00 (over) · fine of 100 CNY, paid" in page
    whole = told(lighter(TWO, ONE, NONE))
    assert "the rest was taken back on another appeal" in whole and "the decision stands." not in whole
    said = "300 CNY is owed back in all, for one decision, by several appeals."
    assert said in whole and said in told(lighter(TWO, ONE, NONE), decision="dozen@T-1")
    assert "就同一决定，因多次申诉合计应退300元。" in told(lighter(TWO, ONE, NONE), "zh", decision="dozen@T-1")
    assert "owed back in all" not in told(lighter(TWO), decision="dozen@T-1")


def test_what_each_appeal_took_in_chinese() -> None:
    page = told(lighter(TWO, ONE), "zh")
    assert "据此本决定只计1次，不再是2次。此处仅撤回超出的部分，决定本身维持。" in page
    assert "由此减少dozen@T-1的次数，应退100元。" in page


# --- timelines -------------------------------------------------------------------------------------------------------


def timelines(*appeals: answers.Event) -> tuple[Timeline, Timeline]:
    """Both orders of the same account."""
    zone = zone_of(LAW)
    account = read_account(json.dumps({"merchant": "m-1", "events": [*HEAVY, *appeals]}), zone, "dozens.json")
    at = zone.read("2021-06-01")
    return in_order_of_effect(LAW, account, at), in_order_of_knowledge(LAW, account, at)


def rows(timeline: Timeline, kind: str) -> list[dict[str, Any]]:
    """The lines of a kind."""
    found: list[dict[str, Any]] = json.loads(json.dumps(as_json(timeline)))["entries"]
    return [row for row in found if row["kind"] == kind]


def said(timeline: Timeline, lang: Language = "en") -> str:
    """A timeline as it is printed, without its lines."""
    page = timeline_lines(timeline, lang=lang, width=120)
    return (" " if lang == "en" else "").join(" ".join(line.plain for line in page).split())


def test_each_appeal_has_its_line_in_both_orders() -> None:
    for timeline in timelines(TWO, ONE):
        taken = rows(timeline, "rescinded")
        assert [(row["appeal"], row["excess"], row["times"]["before"], row["times"]["after"]) for row in taken] == [
            ("A-1", True, 3, 2),
            ("A-2", True, 2, 1),
        ]
        assert [row["owed_back"]["amount"] for row in taken] == ["100", "100"]
        assert all(row.get("change", "new") == "new" for row in taken)
        page = said(timeline)
        assert (
            "A-1 makes dozen@T-1 of 2021-02-02 00:00 count 2 times instead of 3; 100 CNY owed back (P-1); served"
            " without cause: 2 days"
        ) in page
        assert "A-2 makes dozen@T-1 of 2021-02-02 00:00 count 1 time instead of 2; " in page
        assert "A-2将2021-02-0200:00的dozen@T-1由2次减为1次；应退100元（P-1）" in said(timeline, "zh")


def test_the_rows_of_the_payment_and_of_the_appeals() -> None:
    effect, recorded = timelines(TWO, NONE)
    [paid] = rows(effect, "payment")
    assert [(one["appeal"], one["amount"], one["excess"]) for one in paid["owed_back"]] == [
        ("A-1", "100", True),
        ("A-3", "200", False),
    ]
    assert "100 CNY is owed back: A-1 makes dozen@T-1 count fewer times; 200 CNY is owed back: A-3 took back" in said(
        effect
    )
    appeals = {row["event"]: (row["lighter"], row["rescinded"]) for row in rows(effect, "appeal")}
    assert appeals == {"A-1": (["dozen@T-1"], []), "A-3": ([], ["dozen@T-1"])}
    [ticket] = rows(effect, "ticket")
    assert ticket["brought"] == [{"decision": "dozen@T-1", "appeal": "A-3"}]
    # In order of knowledge the decision changes, and is gone with the last appeal: the rescission tells of it.
    assert [row["change"] for row in rows(recorded, "decision")] == ["new", "changed"]


def test_what_is_lighter_no_more_is_told() -> None:
    """The appeal turns out to have been rejected: a revision of it says so."""
    events = [
        answers.ticket("T-0", "2021-02-01", "severe", 11),
        answers.ticket("T-1", "2021-02-02", "severe", 13),
        corrections.appeal("A-1", "T-0", "annulled", "2021-03-01"),
    ]
    zone = zone_of(LAW)
    revised = {**events[2], "revision": 2, "outcome": "rejected", "recorded": "2021-04-01T00:00:00+08:00"}
    account = read_account(json.dumps({"merchant": "m-1", "events": [*events, revised]}), zone, "dozens.json")
    timeline = in_order_of_knowledge(LAW, account, zone.read("2021-06-01"))
    assert [row["change"] for row in rows(timeline, "rescinded")] == ["new", "gone"]
    assert "no part of it is taken back any more: dozen@T-1" in said(timeline)


FINED = answers.compiled(
    "policy dozens\n  timezone Asia/Shanghai\n  currency CNY\n  annulment refunds and revives\n"
    "identities promoter\nledger severe\nledger general\n"
    "rule dozen: every 12 of severe -> fine 100 each\nrule high: general >= 20 -> fine 500\n"
)
MOVED = [
    answers.ticket("T-1", "2021-02-02", "severe", 36),
    answers.ticket("T-2", "2021-02-03", "general", 20),
    answers.payment("P-1", "2021-02-20", 300),
    corrections.appeal("A-1", "T-1", "reduced", "2021-03-15", points="12"),
]


def test_where_the_money_of_a_lighter_decision_is() -> None:
    """What is not owed back has found another fine, and that is said: on the page, in JSON, and in the timeline."""
    answer = answers.answer(FINED, "2021-06-01", MOVED)
    said = (
        "owed no money to pay back; beyond the fine that is left 200 CNY had been paid:"
        " · 200 CNY of P-1, which fills high@T-2 now"
    )
    assert said in told(answer)
    assert "超出余下的违约金200元：·P-1中的200元，现抵high@T-2" in told(answer, "zh")
    [entry] = explained(answer)["lighter"]
    assert entry["fills_now"] == [
        {"payment": "P-1", "decision": "dozen@T-1", "amount": "100"},
        {"payment": "P-1", "decision": "high@T-2", "amount": "200"},
    ]


def test_of_what_was_paid_beyond_a_lighter_fine_a_part_is_owed_back() -> None:
    """The fine that is left keeps its 100; 150 fill the other fine up, and 50 are owed back."""
    early = answers.payment("P-0", "2021-02-21", 350)
    page = told(answers.answer(FINED, "2021-06-01", [*MOVED, early]))
    assert "50 CNY to pay back: · 50 CNY of P-0, paid on 2021-02-21 00:00" in page
    assert "In all 200 CNY had been paid beyond the fine that is left: · 200 CNY of P-1" in page
