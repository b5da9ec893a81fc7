"""The steps of appeals on one ticket, told one after the other: what each did, and that it did nothing any more where
the ticket was gone already."""

from __future__ import annotations

import json

from policyctl.explain.as_json import as_json
from policyctl.explain.phrases import Language
from policyctl.history.read import read_account
from policyctl.replay.answer import Answer
from policyctl.replay.replay import zone_of
from policyctl.timeline.effect import in_order_of_effect
from policyctl.timeline.page import lines
from policyctl.timeline.rows import EventRow, Timeline

from . import answers
from .corrections import appeal, override
from .test_in_words import told

RULES = answers.written("rule short_ban: general >= 20 -> suspend 3d, fine 2000\n")
AT = "2021-12-01"

SEVERAL = [
    answers.ticket("T-1", "2021-03-01", "general", 30),
    appeal("A-1", "T-1", "reduced", "2021-04-01", points="1"),
    appeal("A-2", "T-1", "reduced", "2021-05-01", points="25"),
    appeal("A-3", "T-1", "reduced", "2021-06-01", points="19"),
    appeal("A-4", "T-1", "annulled", "2021-07-01"),
    appeal("A-5", "T-1", "reduced", "2021-08-01", points="1"),
    appeal("A-6", "T-1", "annulled", "2021-09-01"),
    appeal("A-7", "T-1", "repealed", "2021-10-01"),
    appeal("A-8", "T-1", "filed", "2021-11-01"),
]

REPEALED = [
    answers.ticket("T-1", "2021-03-01", "general", 12),
    appeal("A-1", "T-1", "repealed", "2021-04-01"),
    appeal("A-2", "T-1", "repealed", "2021-05-01"),
    appeal("A-3", "T-1", "filed", "2021-06-01"),
]


def several(number: int) -> Answer:
    """The answer with the first so many steps."""
    return answers.answer(RULES, AT, SEVERAL[: number + 1])


def timeline(events: list[answers.Event]) -> Timeline:
    """The timeline in order of effect."""
    zone = zone_of(RULES)
    account = read_account(json.dumps({"merchant": "m-1", "events": events}), zone, "steps.json")
    return in_order_of_effect(RULES, account, zone.read(AT))


def page(events: list[answers.Event], lang: Language = "en") -> str:
    """That timeline as it is printed, without its lines."""
    return " ".join(" ".join(line.plain for line in lines(timeline(events), lang=lang, width=120)).split())


def test_a_step_that_gives_points_back_is_no_reduction() -> None:
    shown = told(several(3))
    assert "Appeal A-1: ticket T-1 is reduced from 30 to 1 point, as if it had never had more." in shown
    assert (
        "Appeal A-2: ticket T-1 is set to 25 points, of the 30 it was issued with; before this step it had 1." in shown
    )
    assert "Appeal A-3: ticket T-1 is reduced from 25 to 19 points, as if it had never had more." in shown
    assert "reduced ticket T-1 from 30 to 1 point. With 1 point for ticket T-1 this decision does not follow." in shown
    assert "T-1 (30 reduced to 19)" in shown
    assert "申诉 A-2：违约单 T-1 改为 25 分（开具时为 30 分，此前为 1 分）。" in told(several(3), "zh")
    assert "The appeal A-2 of 2021-05-01 00:00 set ticket T-1 to 25 points, of the 30 it was" in told(several(2))
    assert "reduced by A-1 to 1; set by A-2 to 25; reduced by A-3 to 19" in page(SEVERAL[:4])
    assert "appeal A-2 sets T-1 to 25" in page(SEVERAL) and "appeal A-3 reduces T-1 to 19" in page(SEVERAL)
    assert "申诉 A-2：T-1 改为 25" in page(SEVERAL, "zh")


def test_steps_on_a_ticket_that_was_annulled() -> None:
    """They change nothing, and none of them says that the ticket counts, or what it was reduced from."""
    shown = told(several(8))
    for step in (
        "A-5: ticket T-1 is reduced to 1 point.",
        "A-6: ticket T-1 is annulled.",
        "A-7: ticket T-1 is repealed.",
    ):
        assert f"Appeal {step} That changes nothing: A-4 annulled the ticket before." in shown
    assert shown.count("It never counted.") == 1
    assert "It is not decided yet. Ticket T-1 does not count: A-4 annulled it before." in shown
    assert "until then ticket T-1 counts" not in shown
    chinese = told(several(8), "zh")
    assert chinese.count("不改变任何结果：该违约单此前已被 A-4 撤销。") == 3
    assert "尚未裁决。违约单 T-1 不计分：此前已被 A-4 撤销。" in chinese
    rows = [row for row in timeline(SEVERAL).rows if isinstance(row, EventRow)]
    assert [row.id for row in rows if row.state == "no_effect"] == ["A-5", "A-6", "A-7", "A-8"]
    assert page(SEVERAL).count("changes nothing any more") == 3


def test_steps_on_a_ticket_that_was_repealed() -> None:
    shown = told(answers.answer(RULES, AT, REPEALED))
    assert shown.count("It counts no more from now on") == 1
    assert "Appeal A-2: ticket T-1 is repealed. That changes nothing: A-1 repealed the ticket before." in shown
    assert "It is not decided yet. Ticket T-1 counts no more: A-1 repealed it before." in shown
    chinese = told(answers.answer(RULES, AT, REPEALED), "zh")
    assert "申诉 A-2：违约单 T-1 被废止。 不改变任何结果：该违约单此前已被 A-1 废止。" in chinese
    assert "尚未裁决。违约单 T-1 不再计分：此前已被 A-1 废止。" in chinese
    rows = [row for row in timeline(REPEALED).rows if isinstance(row, EventRow)]
    assert [row.id for row in rows if row.state == "no_effect"] == ["A-2", "A-3"]


def test_a_repeal_of_a_ticket_that_is_annulled_later() -> None:
    """It took points off while nobody knew better; by the record as it is now the ticket never had any."""
    events = [*REPEALED[:2], appeal("A-4", "T-1", "annulled", "2021-06-01")]
    rows = {row.id: row for row in timeline(events).rows if isinstance(row, EventRow)}
    assert rows["A-1"].state == "no_effect" and rows["A-4"].state == "counted"
    assert as_json(answers.answer(RULES, AT, events))["appeals"][0]["gone_by"] is None


def test_steps_in_json() -> None:
    steps = {one["event"]: one for one in as_json(several(8))["appeals"]}
    assert [one["gone_by"] for one in steps.values()] == [None] * 4 + ["A-4"] * 4
    assert [(one["before"], one["issued"]) for one in steps.values() if "points" in one] == [
        ("30", "30"),
        ("1", "30"),
        ("25", "30"),
        (None, None),
    ]


def test_when_a_step_came_on_record() -> None:
    """Said where it is another instant than that of the step; of what people did as well."""
    events = [
        answers.ticket("T-1", "2021-03-01", "general", 30),
        appeal("A-1", "T-1", "filed", "2021-03-02"),
        appeal("A-2", "T-1", "rejected", "2021-03-03", recorded="2021-03-09"),
        override("O-1", "lift", "2021-03-02", decision="short_ban@T-1", recorded="2021-03-08"),
    ]
    answer = answers.answer(RULES, AT, events)
    shown = told(answer)
    assert "A-2 against ticket T-1 is rejected; everything stands. It came on record on 2021-03-09 00:00." in shown
    assert "(O-1) It came on record on 2021-03-08 00:00." in shown
    assert shown.count("It came on record") == 2
    assert told(answer, "zh").count("登记。") == 2
    recorded = {one["event"]: one["recorded"] for one in (*as_json(answer)["appeals"], *as_json(answer)["overrides"])}
    assert recorded == {
        "A-1": "2021-03-02T00:00:00+08:00",
        "A-2": "2021-03-09T00:00:00+08:00",
        "O-1": "2021-03-08T00:00:00+08:00",
    }


def test_one_point() -> None:
    """One point ends, two points end."""
    rules = answers.written("rule short_ban: general >= 20 -> suspend 3d\n")
    one = [answers.ticket("T-1", "2021-03-01", "general", 1), answers.ticket("T-2", "2021-03-01", "severe", 2)]
    zone = zone_of(rules)
    account = read_account(json.dumps({"merchant": "m-1", "events": one}), zone, "one.json")
    rows = in_order_of_effect(rules, account, zone.read("2022-02-01"))
    shown = " ".join(line.plain for line in lines(rows, lang="en", width=120))
    assert "1 point ends" in shown and "2 points end " in shown
