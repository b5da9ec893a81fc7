"""Numbers that are read of facts one by one: stories with the policy text first, each worked out by hand."""

from __future__ import annotations

from typing import Any

from tests.corrections.story import appeal, ids, override, payment, ticket, told

OUTSIDE = 'acts exam "考试通过", match\nmetrics rate, deposit\nattribute vehicle = ordinary, large\nattribute age\n'


def day(text: str) -> str:
    """10:00 on a day of 2021, `03-01`."""
    return f"2021-{text}T10:00:00+08:00"


def ten(id: str, on: str, **more: Any) -> dict[str, Any]:
    """A ticket of 10 general points."""
    return ticket(id, "general", "10", day(on), **more)


def act(id: str, name: str, on: str) -> dict[str, Any]:
    """An act of the promoter."""
    return {"event": "act", "id": id, "identity": "promoter", "name": name, "at": day(on)}


def metric(id: str, name: str, value: str, on: str) -> dict[str, Any]:
    """A metric of the promoter."""
    return {"event": "metric", "id": id, "identity": "promoter", "name": name, "value": value, "at": day(on)}


def fired(policy: str, *events: dict[str, Any], at: str = "2022-06-01") -> list[str]:
    """The ids of the decisions."""
    return ids(told(OUTSIDE + policy, *events, at=at))


# --- what is counted --------------------------------------------------------------------------------------------------


def test_a_sanction_is_counted_when_it_was_imposed() -> None:
    """The third step finds two earlier bans; the ban of its own step does not count yet, for all rules look at once."""
    policy = """rule ban: general >= 10 -> suspend 1d, fine 100 clears
rule third: count(suspend) this year >= 2 and general >= 10 -> suspend 30d
"""
    events = []
    for n, on in enumerate(("01-10", "02-10", "03-10")):
        events += [ten(f"T{n}", on), payment(f"P{n}", "100", day(f"{on[:3]}20"))]
    assert fired(policy, *events) == ["ban@T0", "ban@T1", "ban@T2", "third@T2"]


def test_decisions_by_rule_and_ladder_acts_flags_and_fines_are_counted() -> None:
    policy = """flag watched
rule one: general >= 10 -> watched, fine 100
ladder steps on severe:
  >= 10 -> suspend 1d
rule two: count(one, steps) ever >= 2 and severe >= 20 -> suspend 2d
rule three: count(watched) ever >= 1 and count(fines) this year >= 1 and severe >= 20 -> suspend 3d
rule four: count(exam) in 90 days >= 2 and severe >= 20 -> suspend 4d
"""
    events = [
        ten("T1", "01-10"),
        ticket("T2", "severe", "10", day("02-01")),
        act("E1", "exam", "02-02"),
        act("E2", "exam", "02-03"),
        ticket("T3", "severe", "10", day("03-01")),
    ]
    expected = ["one@T1", "steps[>= 10]@T2", "four@T3", "three@T3", "two@T3"]
    assert fired(policy, *events) == expected
    assert "four@T3" not in fired(policy, *events[:3], *events[4:])


def test_points_of_the_month_and_of_the_one_before() -> None:
    policy = "rule both: incurred(general) this month + incurred(general) previous month >= 20 -> suspend 1d\n"
    assert fired(policy, ten("T1", "01-31"), ten("T2", "02-28")) == ["both@T2"]
    assert fired(policy, ten("T1", "01-31"), ten("T2", "03-01")) == []


def test_a_new_day_arms_again_without_anything_happening_in_between() -> None:
    policy = "rule busy: count(tickets) this day >= 2 -> suspend 1d\n"
    at = ("03-01", "03-01", "03-02", "03-02")
    events = [ticket(f"T{n}", "general", "1", f"2021-{on}T1{n}:00:00+08:00") for n, on in enumerate(at)]
    assert fired(policy, *events) == ["busy@T1", "busy@T3"]


def test_a_window_that_is_scanned_ends_as_a_running_sum_does() -> None:
    """A count with `where` that always holds comes to the same decisions as one without."""
    plain = "rule many: count(general) in 30 days >= 2 -> suspend 1d\n"
    scanned = "rule many: count(general where points >= 1) in 30 days >= 2 -> suspend 1d\n"
    events = [ten(f"T{n}", on) for n, on in enumerate(("01-01", "01-20", "01-31", "02-28", "03-20", "03-21"))]
    assert fired(plain, *events) == fired(scanned, *events) != []


def test_since_an_act_and_in_the_last_acts() -> None:
    since = "rule again: incurred(general) since exam >= 20 -> suspend 1d\n"
    assert fired(since, ten("T1", "01-01"), act("E", "exam", "01-02"), ten("T2", "01-03"), ten("T3", "01-04")) == [
        "again@T3"
    ]
    last = "rule season: count(tickets) in last 2 match >= 2 -> suspend 1d\n"
    matches = [act(f"M{n}", "match", f"01-0{n}") for n in (1, 3, 5)]
    assert fired(last, matches[0], ten("T1", "01-02"), matches[1], ten("T2", "01-04")) == ["season@T2"]
    assert fired(last, matches[0], ten("T1", "01-02"), *matches[1:], ten("T2", "01-06")) == []


def test_since_a_sanction_does_not_count_what_brought_it() -> None:
    policy = """rule ban: general >= 20 -> suspend 1d
rule again: count(tickets) since suspend >= 1 and count(suspend) ever >= 1 -> suspend 9d
"""
    events = [ten("T1", "01-01"), ten("T2", "01-02"), ten("T3", "01-10")]
    assert fired(policy, *events[:2]) == ["ban@T2"]
    assert fired(policy, *events) == ["ban@T2", "again@T3"]


# --- words ------------------------------------------------------------------------------------------------------------


def test_where_asks_of_each_fact() -> None:
    policy = """offence food
  minor -> general +3
  grave -> general +8
rule some: count(tickets where offence = food.grave or points > 9) this year >= 2 -> suspend 1d
rule named: incurred(general where key = "sku-1") ever >= 8 -> suspend 2d
"""

    def of(id: str, offence: str, on: str, **more: Any) -> dict[str, Any]:
        at = {"effective": day(on), "identity": "promoter"}
        return {"event": "ticket", "id": id, "offence": offence, **at, **more}

    events = [of("T1", "food.minor", "01-01"), of("T2", "food.grave", "01-02", key="sku-1"), ten("T3", "01-03")]
    assert fired(policy, *events) == ["named@T2", "some@T3"]


def test_this_key_is_that_of_each_ticket() -> None:
    """Two for one key, not two of different ones; and a third for it is no new rise."""
    policy = "rule repeated: count(tickets where key = this key) in 90 days >= 2 -> suspend 1d\n"
    events = [ten("T1", "01-01", key="a"), ten("T2", "01-02", key="b"), ten("T3", "01-03", key="a")]
    assert fired(policy, *events[:2]) == []
    assert fired(policy, *events) == ["repeated@T3"]
    more = [ten("T4", "01-04", key="a"), ten("T5", "01-05", key="b")]
    assert fired(policy, *events, *more) == ["repeated@T3", "repeated@T5"]


def test_act_to_act_ends_at_the_ticket() -> None:
    """Twelve points within three years to the date on which it happened, however late the ticket comes."""
    policy = "rule full: incurred(general) in 3 years to this ticket by occurred >= 20 -> suspend 1d\n"
    first = ticket("T1", "general", "10", "2018-03-05T10:00:00+08:00", occurred="2018-03-01T10:00:00+08:00")
    near = ten("T2", "05-01", occurred="2021-02-28T10:00:00+08:00")
    far = ten("T2", "05-01", occurred="2021-03-01T10:00:00+08:00")
    assert fired(policy, first, near) == ["full@T2"]
    assert fired(policy, first, far) == []


def test_attributes_and_identity() -> None:
    policy = """rule a: general >= 10 and vehicle is large -> suspend 1d
rule b: general >= 10 and identity is not merchant and age < 21 -> suspend 2d
rule c: count(tickets where vehicle = large) this year >= 1 and age >= 18 -> suspend 3d
"""

    def of(account: dict[str, Any], **ticket_says: Any) -> list[str]:
        return ids(told(OUTSIDE + policy, ten("T1", "01-01", **ticket_says), at="2021-02-01", attributes=account))

    assert of({}) == []
    assert of({"vehicle": "large", "age": 30}) == ["a@T1", "c@T1"]
    assert of({"vehicle": "ordinary", "age": 18}) == ["b@T1"]
    assert of({"age": 18}, attributes={"vehicle": "large"}) == ["b@T1", "c@T1"]


# --- what is unknown --------------------------------------------------------------------------------------------------


def test_what_nobody_knows_does_not_hold_and_is_shown_as_unknown() -> None:
    policy = "measure reply = rate\nrule slow: reply < 0.8 and general >= 10 -> suspend 1d\n"
    answer = told(OUTSIDE + policy, ten("T1", "01-01"), at="2021-02-01")
    assert ids(answer) == []
    assert answer["status"]["promoter"]["measures"]["reply"] is None
    [silent] = [one for one in answer["silent"] if one["identity"] == "promoter"]
    assert (silent["reason"], silent["gap"]) == ("unknown_metric", None)
    answer = told(
        OUTSIDE + policy, ten("T1", "01-01"), metric("R1", "rate", "0.7", "01-02"), ten("T2", "01-03"), at="2021-02-01"
    )
    # A metric that the condition names is an occasion, and the ten points are there.
    assert ids(answer) == ["slow@R1"]
    [because] = [one for one in answer["decisions"][0]["because"] if one["measure"] == "reply"]
    assert because["facts"] == [{"event": "R1", "kind": "metric", "name": "rate", "at": day("01-02"), "amount": "0.7"}]


def test_the_higher_of_two() -> None:
    policy = "rule high: max(deposit, 100000) - 100000 >= 5 and general >= 10 -> suspend 1d\n"
    assert fired(policy, metric("D", "deposit", "100005", "01-01"), ten("T1", "01-02")) == ["high@T1"]
    assert fired(policy, metric("D", "deposit", "100004", "01-01"), ten("T1", "01-02")) == []


# --- dates ------------------------------------------------------------------------------------------------------------


def test_a_constant_has_the_value_of_its_date_and_a_new_value_arms() -> None:
    policy = "constant limit = 10 from 2021-01-01, 30 from 2021-03-01\nrule node: general >= limit -> suspend 1d\n"
    events = [ten("T1", "02-01"), ten("T2", "02-02"), ten("T3", "03-02"), ten("T4", "03-03")]
    # At the new date the rule falls below, so the fourth ticket is no rise, the third is.
    assert fired(policy, *events) == ["node@T1", "node@T3"]
    assert fired(policy, ticket("T0", "general", "10", "2020-12-01T10:00:00+08:00")) == []


def test_before_and_from_a_date() -> None:
    policy = """rule old: general >= 10 and before 2021-03-01 -> suspend 1d
rule new: general >= 10 and from 2021-03-01 -> suspend 2d
"""
    assert fired(policy, ten("T1", "02-28")) == ["old@T1"]
    # The date alone fires nothing; the next ticket finds the rule armed and true.
    assert fired(policy, ten("T1", "02-28"), ten("T2", "03-01")) == ["old@T1", "new@T2"]
    assert fired(policy, ten("T2", "03-01")) == ["new@T2"]


# --- states -----------------------------------------------------------------------------------------------------------


def test_done_running_and_paid() -> None:
    policy = """rule ban: general >= 10 -> suspend 5d, fine 100
rule twice: suspend is running and severe >= 10 -> suspend 9d
rule lax: exam is done this year and severe >= 10 -> suspend 2d
rule owes: fine is unpaid and severe >= 10 -> suspend 3d
"""
    severe = ticket("T2", "severe", "10", day("01-04"))
    assert fired(policy, ten("T1", "01-01"), severe) == ["ban@T1", "owes@T2", "twice@T2"]
    late = ticket("T2", "severe", "10", day("01-06"))
    paid = payment("P1", "100", day("01-05"))
    assert fired(policy, ten("T1", "01-01"), paid, act("E", "exam", "01-05"), late) == ["ban@T1", "lax@T2"]


def test_a_ban_that_ends_arms_what_asks_whether_it_runs() -> None:
    policy = (
        "rule ban: general >= 10 -> suspend 5d\nrule free: not (suspend is running) and severe >= 10 -> suspend 9d\n"
    )
    events = [ten("T1", "01-01"), ticket("T2", "severe", "10", day("01-02")), ticket("T3", "severe", "1", day("01-10"))]
    assert fired(policy, *events) == ["ban@T1", "free@T3"]
    lifted = override("O", "lift", day("01-03"), decision="ban@T1")
    sooner = [*events[:2], lifted, ticket("T3", "severe", "1", day("01-04"))]
    assert fired(policy, *sooner) == ["ban@T1", "free@T3"]


# --- corrections ------------------------------------------------------------------------------------------------------


def test_an_annulled_ticket_counts_nowhere() -> None:
    policy = "rule repeated: count(tickets where key = this key) this year >= 2 -> suspend 1d\n"
    events = [ten("T1", "01-01", key="a"), ten("T2", "01-02", key="a")]
    answer = told(OUTSIDE + policy, *events, appeal("A", "T1", "annulled", day("02-01")), at="2021-03-01")
    assert ids(answer) == []
    assert [one["decision"] for one in answer["rescinded"]] == ["repeated@T2"]


def test_a_metric_may_start_somewhere() -> None:
    policy = (
        "metrics orders starts at 0, fees\n"
        "measure rating = 200 + 4 * whole(orders / 200) - general\n"
        "rule risk: rating < 195 -> suspend 3d\n"
        "rule never: fees >= 0 or highest(orders) this year >= 500 -> suspend 1d\n"
    )
    assert fired(policy, ten("T1", "01-01")) == ["risk@T1"]
    assert fired(policy, metric("M1", "orders", "400", "01-01"), ten("T1", "01-02")) == []


def test_a_ticket_is_of_every_ledger_that_it_posts_to() -> None:
    policy = (
        "offence both -> general +5, severe +5\n"
        "rule two: count(tickets where ledger is severe) ever >= 2 -> suspend 3d\n"
        "rule calm when 30 days without tickets where ledger = severe: severe >= 1 -> warned\nflag warned\n"
    )
    events = (ticket("A", "severe", "5", day("03-01")), act("M", "match", "03-02"))
    later = (ticket("C", "general", "5", day("03-20")), {"event": "ticket", "id": "B", "identity": "promoter",
             "offence": "both", "effective": day("03-10"), "issued": day("03-10")})  # fmt: skip
    found = fired(policy, *events, *later, at="2021-05-01")
    assert [one for one in found if one.startswith("two")] == ["two@B"]
    # the ticket of 20 March is for the other ledger and breaks nothing: 30 days after 10 March, not later
    assert [one for one in found if one.startswith("calm")] == ["calm@promoter,2021-04-09T10:00:00+08:00"]


def test_a_balance_that_was_set_further_on_is_looked_at_at_once() -> None:
    policy = "rule leap when match: -> raise general to 20\nrule full: general >= 20 -> suspend 3d\n"
    assert fired(policy, act("M", "match", "03-01"), at="2021-05-01") == ["full@M", "leap@M"]


def test_what_a_rule_posts_is_in_no_group() -> None:
    policy = (
        "policy groups\n  timezone Asia/Shanghai\n"
        "identities promoter\nledger general one per 5 days\nledger extra\nsanction s\n"
        "rule more: extra >= 1 -> general +4\nrule s3: general >= 6 -> s 3d\n"
    )
    events = (
        ticket("A", "general", "2", day("03-01")),
        ticket("B", "extra", "1", day("03-02")),
        ticket("C", "general", "2", day("03-03")),
    )
    found = told(policy, *events, at="2021-03-04")
    # the third ticket does not count beside the first, and takes nothing away from what the rule posted
    assert found["status"]["promoter"]["ledgers"]["general"] == "6"
    assert ids(found) == ["more@B", "s3@B"]
