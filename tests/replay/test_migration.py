"""From one version to the next by a table, and what a drop spares: worked out by hand."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from policyctl.history.read import read_account
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay, zone_of
from policyctl.source.report import render
from tests.replay.test_schedules import Event, ticket

OLD = "policy p\n  version 2004-01-01\n  timezone Europe/Berlin\n  judge by effective\nsanction gone\n"
NEW = OLD.replace("2004-01-01", "2014-05-01")
REFORM = NEW + (
    "ledger points\npoints >= 8 -> gone permanently\n"
    "transition from 2004-01-01:\n"
    "  points convert 1 to 3 -> 1, 4 to 5 -> 2, 6 to 7 -> 3, 8 to 10 -> 4, 11 to 13 -> 5, 14 to 15 -> 6,"
    " 16 to 17 -> 7, >= 18 -> 8\n"
    "  fines carry\n  sanctions carry\n"
)


def answer(old: str, new: str, at: str, *events: Event) -> Answer:
    texts = [PolicyText(name, Path(name), text.encode()) for name, text in (("a.policy", old), ("b.policy", new))]
    compiled = compile_texts(texts)
    odd = [one for one in compiled.findings if one.code != "never-used"]
    assert not odd, render(odd)
    [found] = compiled.policies.values()
    assert found is not None
    zone = zone_of(found)
    return replay(found, read_account(json.dumps({"merchant": "m", "events": events}), zone, "history"), zone.read(at))


def balance(found: Answer, ledger: str = "points") -> int:
    return int(dict(found.status[0].ledgers)[ledger])


@pytest.mark.parametrize(
    ("before", "after"),
    [(0, 0), (1, 1), (3, 1), (4, 2), (5, 2), (7, 3), (10, 4), (13, 5), (15, 6), (17, 7), (18, 8), (40, 8)],
)
def test_a_balance_becomes_another_by_the_table(before: int, after: int) -> None:
    old = OLD + "ledger points\npoints >= 18 -> gone permanently\n"
    told = [ticket("T1", "2013-05-01", before)] if before else []
    assert balance(answer(old, REFORM, "2014-04-30", *told)) == before
    assert balance(answer(old, REFORM, "2014-05-01", *told)) == after


def test_the_newest_points_stay_and_an_appeal_finds_the_rest() -> None:
    old = OLD + "ledger points\npoints >= 18 -> gone permanently\n"
    told = [ticket("T1", "2013-05-01", 3), ticket("T2", "2013-06-01", 5)]
    found = answer(old, REFORM, "2014-06-01", *told)
    assert balance(found) == 4
    assert [(event.kind, int(event.points)) for event in found.ledger_events] == [("version", 8), ("carried", 4)]
    appeal: Event = {"event": "appeal", "id": "A", "ticket": "T2", "outcome": "annulled", "at": "2014-06-01"}
    assert balance(answer(old, REFORM, "2014-06-01", *told, appeal)) == 1


def test_into_another_ledger_that_counts_the_other_way() -> None:
    old = OLD + "ledger credit starts at 100 down\ncredit <= 80 -> gone 14d\n"
    new = NEW + (
        "ledger points\npoints >= 20 -> gone 14d\ntransition from 2004-01-01:\n"
        "  credit convert into points 81 to 99 -> 5, 0 to 80 -> 10\n  fines carry\n  sanctions carry\n"
    )
    told = [ticket("T1", "2013-05-01", 15) | {"ledger": "credit"}]
    assert balance(answer(old, new, "2014-05-01", *told)) == 5
    assert balance(answer(old, new, "2014-05-01", *told, ticket("T2", "2013-06-01", 10) | {"ledger": "credit"})) == 10


def test_a_drop_that_spares_those_above_100() -> None:
    old = OLD + "ledger points\npoints >= 100 -> gone permanently\n"
    new = NEW + (
        "ledger points\npoints >= 100 -> gone permanently\ntransition from 2004-01-01:\n"
        "  points drop, still counted unless points >= 100\n  fines carry\n  sanctions carry\n"
    )
    assert balance(answer(old, new, "2014-05-01", ticket("T1", "2013-05-01", 99))) == 0
    assert balance(answer(old, new, "2014-05-01", ticket("T1", "2013-05-01", 100))) == 100


@pytest.mark.parametrize(
    ("how", "gone"),
    [
        ("carry", ["2015-06-01", "2015-09-01", "2015-01-01"]),
        ("carry, expires as here", ["2014-06-01", "2014-09-01", "2015-01-01"]),
    ],
)
def test_what_is_carried_keeps_its_life_or_takes_that_of_the_new_version(how: str, gone: list[str]) -> None:
    """Two years until the new version says one; a grave one goes after 16 months in both, by its offence."""
    words = "ledger points expires after {} from occurred\noffence grave -> points +4 expires after 16 months\n"
    old = OLD + words.format("2 years") + "points >= 18 -> gone permanently\n"
    change = f"transition from 2004-01-01:\n  points {how}\n  fines carry\n  sanctions carry\n"
    new = NEW + words.format("1 year") + "points >= 8 -> gone permanently\n" + change
    told: list[Event] = [ticket("T1", "2013-06-01", 1), ticket("T2", "2013-09-01", 2)]
    told.append({"event": "ticket", "id": "T3", "offence": "grave", "effective": "2013-09-01"})
    left = 7
    for day, points in sorted(zip(gone, (1, 2, 4), strict=True)):
        assert balance(answer(old, new, str(date.fromisoformat(day) - timedelta(days=1)), *told)) == left
        left -= points
        assert balance(answer(old, new, f"{day}T03:00:00+02:00", *told)) == left


def test_what_is_over_by_the_life_of_the_new_version_ends_with_the_change() -> None:
    old = OLD + "ledger points expires after 2 years\npoints >= 18 -> gone permanently\n"
    change = "transition from 2004-01-01:\n  points carry, expires as here\n  fines carry\n  sanctions carry\n"
    new = NEW + "ledger points expires after 6 months\npoints >= 8 -> gone permanently\n" + change
    told = [ticket("T1", "2013-06-01", 3), ticket("T2", "2014-04-01", 5)]
    assert balance(answer(old, new, "2014-04-30", *told)) == 8
    found = answer(old, new, "2014-05-01", *told)
    assert balance(found) == 5
    assert [(event.kind, int(event.points)) for event in found.ledger_events] == [("expired", 3)]
    assert balance(answer(old, new, "2014-10-01", *told)) == 0
