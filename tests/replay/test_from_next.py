"""Sanctions that begin with the next act of a name."""

from __future__ import annotations

from typing import Any

from tests.corrections.story import appeal, ids, override, promoter, ticket, told

POLICY = """acts race
rule ban: general >= 20 -> suspend until 1 race from next race
rule after when suspend ends: -> consume 20 of general
"""


def race(number: int) -> dict[str, Any]:
    return {
        "event": "act",
        "id": f"R{number}",
        "identity": "promoter",
        "name": "race",
        "at": f"2021-03-{number:02}T12:00:00+08:00",
    }


T1 = ticket("T1", "general", "23", "2021-03-07T12:00:00+08:00")


def test_the_race_of_its_own_instant_is_not_the_next() -> None:
    answer = told(POLICY, T1, race(7), at="2021-03-10")
    [sanction] = answer["decisions"][0]["effects"]
    assert (sanction["from"], sanction["until"], sanction["open_until"]) == (None, None, ["next race", "1 race"])
    assert promoter(answer)["sanctions"] == [] and promoter(answer)["waiting"][0]["from"] is None


def test_it_runs_from_the_next_race_until_the_one_behind_it() -> None:
    answer = told(POLICY, T1, race(7), race(14), at="2021-03-20")
    assert promoter(answer)["sanctions"][0]["from"] == "2021-03-14T12:00:00+08:00"
    answer = told(POLICY, T1, race(7), race(14), race(21), at="2021-03-22")
    assert ids(answer) == ["ban@T1", "after@R21"]
    assert answer["decisions"][0]["effects"][0]["until"] == "2021-03-21T12:00:00+08:00"
    assert promoter(answer)["ledgers"]["general"] == "3"


def test_what_has_not_begun_can_be_lifted_and_taken_back() -> None:
    lifted = override("O", "lift", "2021-03-10T12:00:00+08:00", decision="ban@T1")
    answer = told(POLICY, T1, lifted, race(14), at="2021-03-20")
    assert promoter(answer)["sanctions"] == promoter(answer)["waiting"] == []
    answer = told(POLICY, T1, race(14), appeal("A", "T1", "annulled", "2021-03-16T12:00:00+08:00"), at="2021-03-20")
    [back] = answer["rescinded"]
    assert back["served"] == [{"from": "2021-03-14T12:00:00+08:00", "until": "2021-03-16T12:00:00+08:00"}]


def test_it_is_counted_from_its_decision() -> None:
    twice = POLICY + "rule again: count(suspend) in 30 days >= 1 and severe >= 10 -> suspend 9d\n"
    severe = ticket("T2", "severe", "10", "2021-03-08T12:00:00+08:00")
    assert ids(told(twice, T1, severe, at="2021-03-10")) == ["ban@T1", "again@T2"]


FIXTURES = """use standard
acts fixture
sanction banned overlap consecutive
rule red: general >= 1 -> banned until 1 fixture{next}
rule fifth: severe >= 1 -> banned until 1 fixture{next}
rule days: severe >= 5 -> banned 3d
"""


def fixture(day: int) -> dict[str, Any]:
    return {**race(day), "id": f"F{day}", "name": "fixture"}


RED, FIFTH = (
    ticket("A", "general", "1", "2021-03-01T11:00:00+08:00"),
    ticket("B", "severe", "1", "2021-03-01T11:00:00+08:00"),
)


def bans(answer: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    """From and until of the ban of each decision, by the day of March."""

    def day(shown: str | None) -> str | None:
        return None if shown is None else shown[8:13]

    return {one["id"]: (day(one["effects"][0]["from"]), day(one["effects"][0]["until"])) for one in answer["decisions"]}


def test_two_bans_in_matches_are_served_one_after_the_other() -> None:
    plain = FIXTURES.format(next="")
    events = (RED, FIFTH, fixture(2), fixture(3))
    assert bans(told(plain, *events, at="2021-03-10")) == {
        "fifth@A": ("01T11", "02T12"),
        "red@A": ("02T12", "03T12"),
    }
    answer = told(plain, RED, FIFTH, fixture(2), at="2021-03-02T20:00:00")
    [runs] = promoter(answer)["sanctions"]
    assert (runs["decision"], runs["from"][8:13], runs["open_until"]) == ("red@A", "02T12", ["1 fixture"])
    answer = told(plain, RED, FIFTH, at="2021-03-02")
    assert promoter(answer)["waiting"][0]["from"] is None


def test_from_the_next_match_each_ban_has_a_match_of_its_own() -> None:
    following = FIXTURES.format(next=" from next fixture")
    answer = told(following, RED, FIFTH, fixture(2), fixture(3), fixture(4), at="2021-03-10")
    assert bans(answer) == {"fifth@A": ("02T12", "03T12"), "red@A": ("03T12", "04T12")}


def test_behind_a_ban_in_days_the_matches_count_from_its_end() -> None:
    plain = FIXTURES.format(next="")
    days = ticket("C", "severe", "5", "2021-03-01T09:00:00+08:00")
    answer = told(plain, days, RED, fixture(2), fixture(5), at="2021-03-10")
    # `fifth` came with the days, so it stands behind them; `red` stands behind it.
    assert bans(answer) == {"days@C": ("01T09", "04T09"), "fifth@C": ("04T09", "05T12"), "red@A": ("05T12", None)}
    following = FIXTURES.format(next=" from next fixture")
    answer = told(following, days, fixture(2), fixture(5), fixture(6), at="2021-03-10")
    assert bans(answer) == {"days@C": ("01T09", "04T09"), "fifth@C": ("05T12", "06T12")}


def test_a_ban_in_days_behind_one_in_matches_waits_for_its_end() -> None:
    plain = FIXTURES.format(next="")
    days = ticket("C", "severe", "5", "2021-03-01T12:00:00+08:00")
    answer = told(plain, RED, days, at="2021-03-10")
    assert [(one["decision"], one["from"]) for one in promoter(answer)["waiting"]] == [
        ("days@C", None),
        ("fifth@C", None),
    ]


def test_who_is_next_in_line_can_be_lifted_and_moves_up_when_the_first_is() -> None:
    plain = FIXTURES.format(next="")
    first, second = ("fifth@A", "red@A")
    lifted = override("O", "lift", "2021-03-01T20:00:00+08:00", decision=first)
    answer = told(plain, RED, FIFTH, lifted, fixture(2), at="2021-03-10")
    assert bans(answer)[second] == ("01T20", "02T12")
    lifted = override("O", "lift", "2021-03-01T20:00:00+08:00", decision=second)
    answer = told(plain, RED, FIFTH, lifted, fixture(2), at="2021-03-10")
    assert promoter(answer)["sanctions"] == promoter(answer)["waiting"] == []


def test_a_match_too_many_is_owed_when_the_first_of_two_bans_is_taken_back() -> None:
    """Without the first ban the second would have run at once: the match of the third of March was one too many."""
    plain = FIXTURES.format(next="")
    first = ticket("A", "general", "1", "2021-03-01T11:00:00+08:00")
    second = ticket("B", "severe", "1", "2021-03-01T12:00:00+08:00")
    back = appeal("X", "A", "annulled", "2021-03-08T12:00:00+08:00")
    answer = told(plain, first, second, fixture(2), fixture(3), back, at="2021-03-10")
    assert bans(answer) == {"fifth@B": ("01T12", "02T12")}
    [taken] = answer["rescinded"]
    assert taken["decision"] == "red@A"
    assert [(one["from"][8:13], one["until"][8:13]) for one in taken["served"]] == [
        ("01T11", "01T12"),
        ("02T12", "03T12"),
    ]
