"""Where two causes meet in one record, each is told with what it explains; and which decision a record names."""

from __future__ import annotations

from typing import Any

from policyctl.compare.compare import compare
from policyctl.compare.record import Comparison
from policyctl.explain.phrases import Language
from policyctl.explain.terminal import lines
from policyctl.replay.answer import Answer

from .story import account, answered, appeal, compared, fined, override, suspended, ticket, told
from .test_causes import SHOP, VERSIONS

NODE = ticket("T-1", 20, "2021-03-05 10:00", recorded="2021-03-20 10:00")
LATE = {"at": "2021-03-20 10:00", "from": "2021-03-20 10:00"}


def partly(found: Comparison) -> list[tuple[str, str, tuple[str, ...], str | None]]:
    """Each difference that has a cause of its own."""
    return [
        (verdict, cause.kind, cause.events, cause.version) for pair in found.pairs for verdict, cause in pair.partly
    ]


def page(*events: dict[str, Any], lang: Language = "en") -> str:
    """The comparison as it is printed, without its lines."""
    one = account(SHOP, *events)
    answer: Answer = answered(SHOP, one, "2021-06-01")
    printed = lines(answer, lang=lang, width=120, comparison=compare(SHOP, one, answer), compare=True)
    return " ".join(" ".join(line.plain for line in printed).split())


def test_the_start_has_a_cause_and_the_money_has_none() -> None:
    events = (NODE, {**fined("D-1", "1500", "2021-03-20 10:00"), **LATE})
    found = compared(SHOP, *events, at="2021-06-01")
    assert partly(found) == [("wrong_start", "late_knowledge", ("T-1",), None)]
    shown = page(*events)
    assert "cause The start: Known late: T-1 came on record on 2021-03-20 10:00;" in shown
    assert "imposed it from then on. The money: no cause found" in shown
    assert "原因 开始时间：得知较晚：T-1 于" in page(*events, lang="zh")
    [entry] = [one for one in told(SHOP, *events, at="2021-06-01")["entries"] if one["actual"] is not None]
    assert entry["cause"] is None
    assert [(one["verdict"], one["kind"], one["events"]) for one in entry["partly"]] == [
        ("wrong_start", "late_knowledge", ["T-1"])
    ]


def test_a_person_and_late_knowledge_meet() -> None:
    """It began when the ticket was known, and was lifted: what lasted three days from there answers to both."""
    lift = override("O-1", "lift", "2021-03-06 10:00", decision="node@T-1")
    events = (NODE, lift, suspended("D-1", "2021-03-20 10:00", "2021-03-23 10:00"))
    found = compared(SHOP, *events, at="2021-06-01")
    assert ("wrong_length", "override", ("O-1",), None) in partly(found)


def test_an_old_version_gives_the_money_but_not_the_start() -> None:
    events = (ticket("T-1", 20, "2021-03-05 10:00"), {**fined("D-1", "500", "2021-03-12"), "from": "2021-03-12"})
    found = compared(VERSIONS, *events, at="2021-06-01")
    assert partly(found) == [("wrong_money", "old_version", (), "2020-01-01")]


def test_what_has_one_difference_has_no_part() -> None:
    found = compared(SHOP, NODE, fined("D-1", "1500", "2021-03-05 10:00"), at="2021-06-01")
    assert [pair.verdicts for pair in found.pairs if pair.actual is not None] == [("wrong_money",)]
    assert partly(found) == []


def test_the_decision_that_a_record_names() -> None:
    """Said where it is not the one of the block; and that it was taken back."""
    gone = (ticket("T-1", 20, "2021-03-05 10:00"), appeal("A-1", "T-1", "annulled", "2021-04-01"))
    record = suspended("D-1", "2021-03-05 10:00", "2021-03-09 10:00", decision="node@T-1")
    assert "(D-1, which names node@T-1; A-1 took that back)" in page(*gone, record)
    assert "（D-1，指明 node@T-1，该决定已由 A-1 撤回）" in page(*gone, record, lang="zh")
    assert "(D-1, which names node@T-1)" not in page(gone[0], record)
    assert "(D-1, which names nodes@T-1)" in page(gone[0], {**record, "decision": "nodes@T-1", "from": "2020-01-01"})
