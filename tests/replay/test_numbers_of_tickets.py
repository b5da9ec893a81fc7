"""Points, fines and lengths that are reckoned from numbers which a ticket carries; each story worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corrections.story import told

POLICY = """policy harm
  timezone Asia/Seoul
  currency KRW
attribute victims
attribute price
constant base = 10 from 2020-01-01, 20 from 2022-01-01
ledger points
sanction held
offence death -> points +90 per victims
offence crash -> points +(base + max(0, 15 * victims - 30))
offence late -> points +0 to 4, fine max(50, 0.1 * price)
offence fake -> held 1d per victims
rule deep when ticket of death: victims >= 3 -> held 30d
"""


def told_of(*events: dict[str, object], at: str = "2024-06-01T00:00:00Z") -> Any:
    """The answer of an account that says of itself that its price is 700."""
    return told(POLICY, *events, at=at, attributes={"price": 700})


def of(id: str, offence: str, at: str = "2021-01-01T00:00:00Z", **attributes: int) -> dict[str, object]:
    """A ticket for an offence, with its attributes."""
    return {"event": "ticket", "id": id, "offence": offence, "effective": at, "attributes": attributes}


def points(answer: Any) -> Fraction:
    """The balance."""
    return Fraction(answer["status"]["merchant"]["ledgers"]["points"])


@settings(deadline=None)
@given(victims=st.lists(st.integers(0, 5), max_size=4))
def test_so_many_for_each(victims: list[int]) -> None:
    """Each ticket costs what it says; one that says 0 costs nothing and is a ticket still."""
    events = [of(f"T{n}", "death", victims=count) for n, count in enumerate(victims)]
    answer = told_of(*events)
    assert points(answer) == 90 * sum(victims)
    assert answer["incomplete"] is False


def test_a_sum_with_a_constant_of_the_day() -> None:
    """10 in 2021, 20 in 2022, by the date by which the ticket counts; and what is above two persons."""
    late = of("B", "crash", "2022-01-01T00:00:00+09:00", victims=4)
    assert points(told_of(of("A", "crash", "2021-06-01T00:00:00Z", victims=1))) == 10
    assert points(told_of(late)) == 50


def test_a_ticket_that_does_not_say_its_number_is_left_out() -> None:
    """Nobody knows what it costs; the other one counts."""
    answer = told_of(of("A", "death"), of("B", "death", victims=1))
    assert points(answer) == 90 and answer["incomplete"] is True
    [anomaly] = answer["anomalies"]
    assert (anomaly["code"], anomaly["event"]) == ("amount-unknown", "A")
    assert "victims" in anomaly["help"]


def test_the_number_of_the_ticket_comes_before_that_of_the_account() -> None:
    """A fine of a tenth: of 3000 as the ticket says, of 700 where it says nothing, and at least 50."""
    costs: list[tuple[dict[str, int], int]] = [({"price": 3000}, 300), ({}, 70), ({"price": 20}, 50)]
    for own, fine in costs:
        event = {**of("A", "late"), "attributes": own, "chosen": {"points": "0"}}
        answer = told_of(event)
        assert Fraction(answer["status"]["merchant"]["fines"][0]["amount"]) == fine
        assert points(answer) == 0


def test_a_length_and_a_condition_read_the_ticket() -> None:
    """Two persons are two days; three are enough for the rule."""
    answer = told_of(of("A", "fake", victims=2), of("B", "death", "2021-02-01T00:00:00Z", victims=3))
    until = {one["id"]: one["effects"][0]["until"] for one in answer["decisions"]}
    assert until == {"fake@A": "2021-01-03T09:00:00+09:00", "deep@B": "2021-03-03T09:00:00+09:00"}


def test_a_ticket_that_costs_nothing_is_not_reduced() -> None:
    """An appeal that reduces it is refused, and the account is answered."""
    appeal = {"event": "appeal", "id": "Z", "ticket": "A", "at": "2021-03-01T00:00:00Z", "outcome": "reduced"}
    answer = told_of(of("A", "death", victims=0), {**appeal, "points": "10"})
    assert [one["code"] for one in answer["anomalies"]] == ["reduced-not-less"]


EACH = """policy harm
  timezone Asia/Seoul
  currency KRW
attribute price
attribute victims
ledger points
sanction held
offence late -> points +1, fine 5 each
offence lost -> fine 0.1 * price each rounded to 1
offence hurt -> held 1d per victims each
offence rude -> fine 7
rule grave when ticket of hurt: victims >= 2 -> points +10 each
"""


def amounts(*events: dict[str, Any], at: str = "2021-06-01T00:00:00Z") -> dict[str, str]:
    """The fines, by the decisions that opened them."""
    answer = told(EACH, *events, at=at)
    return {one["decision"]: one["amount"] for one in answer["status"]["merchant"]["fines"]}


def test_two_tickets_of_one_instant_are_two_where_it_says_each() -> None:
    """Five for each order, and a tenth of each price; without `each` one decision is one fine."""
    assert amounts(of("A", "late"), of("B", "late"), of("C", "late")) == {"late@A": "15"}
    assert amounts(of("A", "lost", price=300), of("B", "lost", price=55)) == {"lost@A": "36"}
    assert amounts(of("A", "rude"), of("B", "rude")) == {"rude@A": "7"}
    assert amounts(of("A", "late"), of("B", "rude")) == {"late@A": "5", "rude@B": "7"}


def test_each_counts_the_tickets_for_which_a_rule_holds() -> None:
    """Two persons and three are five days; the rule holds for two of three tickets."""
    tickets = [of("A", "hurt", victims=2), of("B", "hurt", victims=3), of("C", "hurt", victims=1)]
    answer = told(EACH, *tickets, at="2021-06-01T00:00:00Z")
    assert points(answer) == 20
    until = {one["id"]: one["effects"][0]["until"] for one in answer["decisions"]}
    assert until["hurt@A"] == "2021-01-07T09:00:00+09:00"


def test_an_annulled_ticket_takes_its_part_of_the_fine_with_it() -> None:
    """Two orders, ten paid; one was not late: five are owed back."""
    tickets = [of("A", "late"), of("B", "late")]
    pays = {"event": "payment", "id": "P", "at": "2021-01-02T00:00:00Z", "amount": "10", "identity": "merchant"}
    appeal = {"event": "appeal", "id": "Z", "ticket": "A", "at": "2021-02-01T00:00:00Z", "outcome": "annulled"}
    answer = told(EACH, *tickets, pays, appeal, at="2021-06-01T00:00:00Z")
    assert answer["status"]["merchant"]["fines"][0]["amount"] == "5"
    assert answer["lighter"][0]["owed_back"]["amount"] == "5"


def test_a_constant_that_has_no_value_yet_is_told_as_that() -> None:
    """It stands in the policy, and no ticket can say it."""
    policy = """policy p
  timezone UTC
  judge by occurred
attribute victims
constant lower = 3 from 2014-12-08
ledger points
offence speeding -> points +lower
offence crash -> points +(15 * victims + lower)
rule node: points >= 15 -> warn
"""
    early = {"event": "ticket", "effective": "2024-01-01T00:00:00Z", "occurred": "2010-01-01T00:00:00Z"}
    tickets = [{**early, "id": "A", "offence": "speeding"}, {**early, "id": "B", "offence": "crash"}]
    answer: Any = told(policy, *tickets, at="2024-02-01T00:00:00Z")
    constant = "give the constant `lower` a value for 2010-01-01 in the policy"
    assert [one["help"] for one in answer["anomalies"]] == [
        constant,
        f"add it to the `attributes` of the ticket, as a number: victims; {constant}",
    ]


def test_of_a_number_that_a_rule_reads_from_a_ticket_that_is_said() -> None:
    policy = (
        "policy p\n  timezone UTC\n  currency CNY\nattribute price\nledger points\noffence fin -> fine 0.1 * price\n"
    )
    ticket = {"event": "ticket", "id": "Z", "offence": "fin", "effective": "2024-01-01T00:00:00Z"}
    answer: Any = told(policy, ticket, at="2024-02-01T00:00:00Z")
    [anomaly] = answer["anomalies"]
    assert anomaly["help"] == "add the metric or attribute to the ticket Z, or to the account, as it was known then"


@settings(deadline=None)
@given(fee=st.integers(0, 10**6), overs=st.integers(0, 30))
def test_a_share_for_each(fee: int, overs: int) -> None:
    """Two numbers of the ticket multiplied, exactly; nothing of either is no fine."""
    policy = "policy p\n  timezone Asia/Seoul\n  currency KRW\nattribute fee\nattribute overs\nledger points\n"
    policy += "offence slow -> points +(overs * fee / 7), fine 5% of fee per overs rounded to 1\n"
    answer = told(policy, of("T", "slow", fee=fee, overs=overs), at="2024-06-01T00:00:00Z")
    assert [Fraction(one["amount"]) for one in answer["status"]["merchant"]["fines"]] == [
        amount for amount in [Fraction((fee * overs * 5 + 50) // 100)] if amount
    ]
    assert points(answer) == Fraction(fee * overs, 7)
