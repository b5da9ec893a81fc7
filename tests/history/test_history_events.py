"""Wrong events, repeated ones, defaults: one account around the events of a case."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from policyctl.exact import plain
from policyctl.history.events import (
    Account,
    Act,
    Appeal,
    Decided,
    Event,
    Metric,
    Override,
    Payment,
    Problem,
    Ticket,
)
from policyctl.history.read import read_account
from policyctl.instants import Zone

CASES = Path(__file__).with_name("events.cases")
ZONE = Zone("Asia/Shanghai")
ANSWER = ("=> ", "   ", "kept ")


def cases() -> Iterator[tuple[str, str]]:
    """Title and body of every case."""
    for block in CASES.read_text(encoding="utf-8").split("### ")[1:]:
        title, body = block.split("\n", 1)
        yield title, body


def events_of(body: str) -> list[str]:
    return [line for line in body.splitlines() if line and not line.startswith(ANSWER)]


def account_of(*events: str) -> Account:
    return read_account(f'{{"merchant": "m-1", "events": [{", ".join(events)}]}}', ZONE, "case.json")


def told(problem: Problem) -> str:
    parts = {
        "event": problem.event,
        "field": problem.field,
        "identity": problem.identity,
        "amount": None if problem.amount is None else plain(problem.amount),
    }
    given = "".join(f", {name} {value}" for name, value in parts.items() if value is not None)
    note = "" if problem.error else " (note)"
    return f"=> {problem.code}{note}{given}\n   {problem.message}\n   help: {problem.help}\n"


def answer(account: Account) -> str:
    kept = [event.id + (f" r{event.revision}" if event.revision > 1 else "") for event in account.events]
    return "".join(told(problem) for problem in account.problems) + f"kept {', '.join(kept) or 'none'}\n"


@pytest.mark.parametrize(("title", "body"), list(cases()), ids=[title for title, _ in cases()])
def test_case(title: str, body: str) -> None:
    found = answer(account_of(*events_of(body)))
    assert found == "".join(line + "\n" for line in body.splitlines() if line.startswith(ANSWER))


def test_titles_are_unique() -> None:
    titles = [title for title, _ in cases()]
    assert len(titles) == len(set(titles))


def test_every_message_is_one_line_with_a_help() -> None:
    for _, body in cases():
        for problem in account_of(*events_of(body)).problems:
            assert problem.message and "\n" not in problem.message and not problem.message.endswith(".")
            assert problem.help and "\n" not in problem.help and not problem.help.endswith(".")
            assert problem.field is None or f"`{problem.field}`" in problem.message


def test_the_order_of_the_file_changes_nothing() -> None:
    events = [event for _, body in cases() for event in events_of(body)]
    expected = account_of(*events)
    assert len(expected.problems) > 50
    for seed in range(5):
        random.Random(seed).shuffle(events)
        assert repr(account_of(*events)) == repr(expected)


def test_the_order_of_fields_changes_nothing() -> None:
    for _, body in cases():
        # A field given twice does not survive `json.loads`; those cases are about the order in which it was given.
        if "twice" in body.splitlines()[-1] or "repeated-field" in body:
            continue
        events = [json.loads(event, parse_float=str) for event in events_of(body)]
        turned = [dict(reversed(event.items())) if isinstance(event, dict) else event for event in events]
        one, other = (account_of(*(json.dumps(event) for event in each)) for each in (events, turned))
        assert repr(one) == repr(other)


def test_messages_do_not_say_where_in_the_file() -> None:
    broken = '{"event": "act", "name": "x"}'
    fine = '{"event": "act", "id": "E-1", "name": "x", "at": "2021-03-01"}'
    assert account_of(broken, fine).problems == account_of(fine, broken).problems


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


NOON = at("2021-03-12T12:00:00+08:00")
DAY = timedelta(days=1)

READ: list[tuple[str, Event]] = [
    (
        '{"event": "ticket", "id": "T-1", "offence": "out_of_scope.minor", "effective": "2021-03-12 12:00"}',
        Ticket(id="T-1", offence="out_of_scope.minor", occurred=NOON, issued=NOON, effective=NOON, recorded=NOON),
    ),
    (
        '{"event": "ticket", "id": "T-1", "ledger": "general", "points": 0.50, "identity": "promoter",'
        ' "occurred": "2021-03-09T12:00:00+08:00", "issued": "2021-03-11T12:00:00+08:00",'
        ' "effective": "2021-03-12T12:00:00+08:00", "final": "2021-03-13T12:00:00+08:00", "occasion": "o", "key": "k",'
        ' "chosen": {"b": 2, "a": "1.5", "c": null}, "attributes": {"z": [1, true, null, "x", {"q": 0.1}], "n": null}}',
        Ticket(
            id="T-1",
            ledger="general",
            points=Fraction(1, 2),
            identity="promoter",
            occurred=NOON - 3 * DAY,
            issued=NOON - DAY,
            effective=NOON,
            recorded=NOON - DAY,
            final=NOON + DAY,
            occasion="o",
            key="k",
            chosen={"a": Fraction(3, 2), "b": Fraction(2)},
            attributes={"z": (Fraction(1), True, None, "x", {"q": Fraction(1, 10)})},
        ),
    ),
    (
        '{"event": "payment", "id": "P-1", "amount": "2000", "decision": "general >= 20@T-1", "revision": 2,'
        ' "at": "2021-03-12T04:00:00Z", "recorded": "2021-03-13T12:00:00+08:00", "ticket": null}',
        Payment(
            id="P-1",
            amount=Fraction(2000),
            decision="general >= 20@T-1",
            revision=2,
            at=NOON,
            recorded=NOON + DAY,
        ),
    ),
    (
        '{"event": "appeal", "id": "A-1", "ticket": "T-1", "outcome": "reduced", "points": 5,'
        ' "at": "2021-03-12 12:00"}',
        Appeal(id="A-1", ticket="T-1", outcome="reduced", points=Fraction(5), at=NOON, recorded=NOON),
    ),
    (
        '{"event": "act", "id": "E-1", "name": "exam_passed", "ticket": "T-1", "at": "2021-03-12T12:00:00+08:00"}',
        Act(id="E-1", name="exam_passed", ticket="T-1", at=NOON, recorded=NOON),
    ),
    (
        '{"event": "metric", "id": "R-1", "name": "reply_rate", "value": 0.78, "at": "2021-03-12T12:00:00+08:00"}',
        Metric(id="R-1", name="reply_rate", value=Fraction(78, 100), at=NOON, recorded=NOON),
    ),
    (
        '{"event": "override", "id": "O-1", "action": "impose", "name": "fine", "amount": "9", "by": "kim",'
        ' "why": "x", "until": "2021-03-13T12:00:00+08:00", "at": "2021-03-12T12:00:00+08:00"}',
        Override(
            id="O-1",
            action="impose",
            name="fine",
            amount=Fraction(9),
            by="kim",
            why="x",
            until=NOON + DAY,
            at=NOON,
            recorded=NOON,
        ),
    ),
    (
        '{"event": "decided", "id": "D-1", "name": "suspend", "from": "2021-03-12T12:00:00+08:00", "until": null,'
        ' "at": "2021-03-12T12:00:00+08:00"}',
        Decided(id="D-1", name="suspend", start=NOON, at=NOON, recorded=NOON),
    ),
]


@pytest.mark.parametrize(("text", "expected"), READ, ids=[f"{n} {event.kind}" for n, (_, event) in enumerate(READ)])
def test_what_is_read(text: str, expected: Event) -> None:
    account = account_of(text)
    assert account.problems == ()
    assert repr(account.events) == repr((expected,))


INSTANTS = [
    "1970-01-01T00:00:00+00:00",
    "2199-12-31T23:59:59-13:59",
    "2020-02-29T10:00:00+05:45",
    "2021-02-29T10:00:00+08:00",
    "2021-12-31T24:00:00+08:00",
    "2021-03-01T10:00:00+14:00",
    "2021-03-01T10:00:00+15:00",
    "2021-03-01T10:00:60+08:00",
    "1969-12-31T23:59:59+00:00",
    "2200-01-01T00:00:00+00:00",
    "2021-03-01T10:00:00Z",
    "2021-03-01T10:00:00.25+08:00",
    "2021-03-01 10:00:00-00:00",
    "2021-03-01T10:00:00",
]


@pytest.mark.parametrize("text", INSTANTS)
def test_instants_are_those_of_the_zone(text: str) -> None:
    account = account_of(f'{{"event": "act", "id": "E-1", "name": "x", "at": "{text}"}}')
    try:
        expected = ZONE.read(text)
    except ValueError as error:
        assert [problem.code for problem in account.problems] == ["bad-instant"]
        assert str(error) in account.problems[0].message
    else:
        (event,) = account.events
        assert event.recorded == expected
        assert event.recorded.tzinfo is UTC


def rewritten() -> str:
    """The file of cases with the answers of today."""
    text = CASES.read_text(encoding="utf-8")
    for title, body in cases():
        events = events_of(body)
        new = "".join(f"{event}\n" for event in events) + answer(account_of(*events)) + "\n"
        text = text.replace(f"### {title}\n{body}", f"### {title}\n{new}")
    return text


if __name__ == "__main__":
    CASES.write_text(rewritten(), encoding="utf-8")
