"""Periods that turn by a schedule or with an act: worked out by hand, and the laws that calendar periods have too."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from policyctl.history.read import read_account
from policyctl.policy.form import Policy
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay, zone_of
from policyctl.source.report import render

HEAD = "policy p\n  timezone Asia/Shanghai\nsanction ban\nacts season_end, renewed\nattribute licensed\n"


def policy(text: str, beside: tuple[tuple[str, bytes], ...] = (), header: str = "") -> Policy:
    whole = HEAD.replace("\nsanction", f"\n  {header.strip()}\nsanction", 1) if header else HEAD
    compiled = compile_texts([PolicyText("p.policy", Path("p.policy"), (whole + text).encode(), beside)])
    odd = [one for one in compiled.findings if one.code != "never-used"]
    assert not odd, render(odd)
    [found] = compiled.policies.values()
    assert found is not None
    return found


Event = dict[str, object]


def ticket(id: str, at: str, points: int, issued: str | None = None) -> Event:
    said: Event = {"event": "ticket", "id": id, "ledger": "points", "points": points, "effective": at}
    return said | ({} if issued is None else {"issued": issued})


def act(id: str, at: str, name: str) -> Event:
    return {"event": "act", "id": id, "name": name, "at": at}


def answer(text: str | Policy, at: str, *events: Event, **account: object) -> Answer:
    found = policy(text) if isinstance(text, str) else text
    zone = zone_of(found)
    history = json.dumps({"merchant": "m", "events": events, **account})
    return replay(found, read_account(history, zone, "history"), zone.read(at))


def points(found: Answer) -> int:
    return int(dict(found.status[0].ledgers)["points"])


def decided(found: Answer) -> list[tuple[str, str | None]]:
    return [(decision.id, decision.period) for decision in found.decisions]


SEASON = "ledger points resets on season_end\nrule node: points >= 10 -> ban 3d\n"
ENDS = [act("E1", "2021-05-20T18:00:00+08:00", "season_end"), act("E2", "2022-05-21T18:00:00+08:00", "season_end")]
HOME = {"opened": "2020-08-01"}


def test_a_season_ends_with_its_act() -> None:
    told = [ticket("T1", "2021-05-20T17:59:59+08:00", 6), *ENDS]
    assert points(answer(SEASON, "2021-05-20T17:59:59+08:00", *told, **HOME)) == 6
    assert points(answer(SEASON, "2021-05-20T18:00:00+08:00", *told, **HOME)) == 0


def test_a_ticket_of_last_season_counts_in_it() -> None:
    told = [
        ticket("T1", "2021-05-10", 6),
        *ENDS,
        ticket("T2", "2021-06-03", 5, issued="2021-05-19"),
        ticket("T3", "2021-06-03", 4),
    ]
    found = answer(SEASON, "2021-07-01", *told, **HOME)
    assert decided(found) == [("node@T2/2020", "2020-08-01")]
    assert points(found) == 4


def test_what_is_issued_in_the_new_season_is_in_the_new_one() -> None:
    told = [*ENDS, ticket("T1", "2021-05-20T18:00:00+08:00", 5), ticket("T2", "2022-05-21T18:00:00+08:00", 5)]
    found = answer(SEASON, "2022-06-01", *told, **HOME)
    assert points(found) == 5
    assert found.status[0].periods[0].name == "2022-05-21"
    assert found.status[0].periods[0].next_reset is None


def test_a_blocked_season_runs_on_and_a_late_ticket_undoes_its_end() -> None:
    text = "ledger points resets on season_end unless points >= 10\npoints >= 12 -> ban 3d\n"
    blocked = [ticket("T1", "2021-05-10", 10), *ENDS]
    assert points(answer(text, "2021-07-01", *blocked, **HOME)) == 10
    late = [ticket("T1", "2021-05-10", 6), *ENDS, ticket("T2", "2021-06-03", 5, issued="2021-05-19")]
    assert points(answer(text, "2021-06-02", *late, **HOME)) == 0
    found = answer(text, "2021-07-01", *late, **HOME)
    assert points(found) == 11
    assert [event.kind for event in found.ledger_events] == ["reset", "reset_undone"]


def test_each_act_begins_the_count_anew() -> None:
    text = "ledger points resets every 12 months from renewed\npoints >= 10 -> ban 3d\n"
    told = [
        act("R1", "2020-03-10T15:00:00+08:00", "renewed"),
        ticket("T1", "2020-12-01", 3),
        act("R2", "2021-02-01T10:00:00+08:00", "renewed"),
    ]
    assert points(answer(text, "2021-03-11", *told)) == 3  # the year from the first renewal is over for nothing
    assert points(answer(text, "2022-01-31T23:59:59+08:00", *told)) == 3
    found = answer(text, "2022-02-01", *told)
    assert points(found) == 0
    assert str(found.status[0].periods[0].next_reset) == "2023-01-31 16:00:00+00:00"


def test_a_date_of_the_account() -> None:
    text = "ledger points resets every 12 months from licensed\npoints >= 10 -> ban 3d\n"
    told = [ticket("T1", "2021-05-01", 3), ticket("T2", "2021-06-16", 3)]
    found = answer(text, "2021-06-20", *told, attributes={"licensed": "2015-06-15"})
    assert points(found) == 3 and not found.incomplete
    assert found.status[0].periods[0].name == "2021-06-15"
    [problem] = answer(text, "2021-06-20", *told, attributes={"licensed": "soon"}).anomalies
    assert problem.code == "no-date-to-count-from" and problem.error
    assert problem.events == 0  # no event is left out, and the page does not say that one is


def test_a_ticket_from_before_the_first_period_opens_those_between() -> None:
    text = "ledger points resets every 1 july\nrule node: points >= 10 -> ban 3d\n"
    told = [ticket("T1", "2021-08-01", 4), ticket("T2", "2021-09-01", 10, issued="2020-03-01")]
    found = answer(text, "2021-10-01", *told)
    assert decided(found) == [("node@T2/2019", "2019-07-01")]
    assert points(found) == 4


def test_holidays_of_a_file_are_part_of_the_digest() -> None:
    text = 'ledger points\nholidays "days.txt"\npoints >= 10 -> ban 2 business days\n'
    one = policy(text, (("days.txt", b"2021-03-02  # a holiday\n\n2021-03-03\n"),))
    other = policy(text, (("days.txt", b"2021-03-02\n"),))
    written = policy("ledger points\nholidays 2021-03-03, 2021-03-02\npoints >= 10 -> ban 2 business days\n")
    assert one.digest() == written.digest() != other.digest()
    [running] = (
        answer(one, "2021-03-01T12:00:00+08:00", ticket("T1", "2021-03-01T10:00:00+08:00", 10)).status[0].sanctions
    )
    assert running.until is not None
    assert str(running.until) == "2021-03-04 16:00:00+00:00"  # Monday, and Thursday


def test_a_line_that_is_no_day() -> None:
    text = HEAD + 'ledger points\nholidays "days.txt"\npoints >= 10 -> ban 2 business days\n'
    texts = [PolicyText("p.policy", Path("p.policy"), text.encode(), (("days.txt", b"2021-03-02\n17.02.2026\n"),))]
    [finding] = compile_texts(texts).findings
    assert finding.code == "bad-file-of-days" and "line 2" in finding.message


# --- laws -------------------------------------------------------------------------------------------------------------

days = st.dates().filter(lambda day: day.day != 29).map(lambda day: day.replace(year=2020 + day.year % 3))
stories = st.lists(st.tuples(days, st.integers(1, 9)), max_size=6)
as_year, as_date = (
    policy(f"ledger points resets {said} unless points >= 20\nrule node: points >= 10 -> ban 3d\n")
    for said in ("every year", "every 1 january")
)
from_first, from_opened = (
    policy(f"ledger points resets every 7 months from {said}\nrule node: points >= 10 -> ban 3d\n")
    for said in ("first ticket", "opened")
)


def told(story: list[tuple[object, int]]) -> list[Event]:
    return [ticket(f"T{n}", str(day), count) for n, (day, count) in enumerate(story)]


@settings(max_examples=40)
@given(stories)
def test_the_first_of_january_is_every_year(story: list[tuple[object, int]]) -> None:
    """Only the names of the periods differ."""
    one, other = (answer(version, "2023-06-01", *told(story)) for version in (as_year, as_date))
    assert one.status[0].ledgers == other.status[0].ledgers
    assert [(d.id, d.at) for d in one.decisions] == [(d.id, d.at) for d in other.decisions]


@settings(max_examples=40)
@given(stories.filter(bool))
def test_from_the_first_ticket_is_from_an_account_opened_with_it(story: list[tuple[object, int]]) -> None:
    events = told(story)
    first = min(str(day) for day, _ in story)
    one = answer(from_first, "2023-06-01", *events)
    other = answer(from_opened, "2023-06-01", *events, opened=first)
    assert one.status[0].ledgers == other.status[0].ledgers
    assert one.status[0].periods == other.status[0].periods
    assert decided(one) == decided(other)
