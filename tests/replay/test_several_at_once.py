"""Several acts, fines and decisions of one instant: one decision, and `each` takes it once for each of them."""

from __future__ import annotations

from typing import Any

from tests.corrections.story import told

POLICY = """policy shop
  timezone Asia/Shanghai
  currency CNY
acts sale, school, objection
attribute price
attribute kind = plain, gift
ledger points
ledger other
sanction held
flag seen
offence late -> points +1, fine 30 due in 3 calendar days
offence rude -> points +1
rule overdue when fine overdue: -> fine 10 each, other +1
rule paid when fine of late paid: -> other +3 each
rule fee when sale: kind is not gift -> fine 6% of price each
rule long when sale: kind is gift -> held 1d each
rule school when school: -> void ticket
rule objection when objection: kind is gift -> void ticket
rule told when fee: -> other +5 each
"""


def ticket(id: str, at: str, offence: str = "late", **attributes: object) -> dict[str, object]:
    """A ticket."""
    return {
        "event": "ticket",
        "id": id,
        "offence": offence,
        "effective": f"2024-{at}:00+08:00",
        "attributes": attributes,
    }


def act(id: str, name: str, at: str, ticket: str | None = None, **attributes: object) -> dict[str, object]:
    """An act; its ticket, where it names one."""
    said: dict[str, object] = {"event": "act", "id": id, "name": name, "at": f"2024-{at}:00+08:00"}
    return said | {"attributes": attributes} | ({} if ticket is None else {"ticket": ticket})


def merchant(*events: dict[str, object], **account: object) -> Any:
    """Where the merchant stands at the end of the year."""
    answer = told(POLICY, *events, at="2024-12-31T00:00:00+08:00", attributes=account)
    return answer["status"]["merchant"]


def fines(*events: dict[str, object], **account: object) -> list[str]:
    """The amounts of all fines."""
    return [fine["amount"] for fine in merchant(*events, **account)["fines"]]


def test_two_fines_due_at_one_midnight() -> None:
    """Two late fees in one fine; what does not say `each` happens once."""
    two = [ticket("T1", "03-01T10:00"), ticket("T2", "03-01T15:00")]
    assert fines(*two) == ["30", "30", "20"]
    assert merchant(*two)["ledgers"]["other"] == "1"
    assert fines(two[0], ticket("T2", "03-02T10:00")) == ["30", "30", "10", "10"]


def test_a_payment_that_pays_two() -> None:
    """Three points for each fine that is paid."""
    two = [ticket("T1", "03-01T10:00"), ticket("T2", "03-02T10:00")]
    pays: dict[str, object] = {"event": "payment", "id": "P", "at": "2024-03-03T10:00:00+08:00"}
    assert merchant(*two, pays | {"amount": "60"})["ledgers"]["other"] == "6"
    assert merchant(*two, pays | {"amount": "59"})["ledgers"]["other"] == "4"  # one paid, one overdue


def test_a_share_of_the_price_of_each_sale() -> None:
    """Each act says its price; where it says none the account does; two decisions where they are of two instants."""
    a, b = act("A", "sale", "03-01T10:00", price=100), act("B", "sale", "03-01T10:00", price=50)
    assert fines(a, b) == ["9"]
    assert fines(a, b | {"at": "2024-03-02T10:00:00+08:00"}) == ["6", "3"]
    assert fines(a, act("B", "sale", "03-01T10:00"), price=200) == ["18"]


def test_a_price_that_nobody_knows_is_told() -> None:
    """Of two sales the second says no price: the answer is incomplete, whatever the first says."""
    events = act("A", "sale", "03-01T10:00", price=100), act("B", "sale", "03-01T10:00")
    answer = told(POLICY, *events, at="2024-12-31T00:00:00+08:00")
    [told_of] = answer["anomalies"]
    assert told_of["code"] == "amount-unknown" and answer["incomplete"]


def test_the_ticket_that_an_act_names_comes_first() -> None:
    """The ticket says 10 and the act 100: the ticket's; what the ticket does not say the act does."""
    first = ticket("T1", "03-01T10:00", "rude", price=10)
    assert fines(first, act("A", "sale", "03-02T10:00", "T1", price=100)) == ["0.6"]
    assert fines(ticket("T1", "03-01T10:00", "rude"), act("A", "sale", "03-02T10:00", "T1", price=100)) == ["6"]


def test_only_those_for_which_it_holds() -> None:
    """A gift among three sales: one day held, and the fee of the two others."""
    sales = [
        act(id, "sale", "03-01T10:00", price=100, kind=kind)
        for id, kind in zip("ABC", ("plain", "gift", "plain"), strict=True)
    ]
    assert fines(*sales) == ["12"]
    answer = told(POLICY, *sales, at="2024-03-01T12:00:00+08:00")
    assert [one["until"] for one in answer["status"]["merchant"]["sanctions"]] == ["2024-03-02T10:00:00+08:00"]


def test_every_ticket_that_acts_name_is_void() -> None:
    """Two courses of one date; of two objections only the one that is upheld."""
    two = [ticket("T1", "03-01T10:00", "rude"), ticket("T2", "03-02T10:00", "rude")]
    both = [act("A", "school", "04-01T00:00", "T1"), act("B", "school", "04-01T00:00", "T2")]
    assert merchant(*two, *both)["ledgers"]["points"] == "0"
    one = [act("A", "objection", "04-01T00:00", "T1"), act("B", "objection", "04-01T00:00", "T2", kind="gift")]
    assert merchant(*two, *one)["ledgers"]["points"] == "1"


def test_each_decision() -> None:
    """One decision of the rule that is waited for, whatever it counts."""
    sales = [act("A", "sale", "03-01T10:00", price=100), act("B", "sale", "03-01T10:00", price=50)]
    assert merchant(*sales)["ledgers"]["other"] == "5"


def test_an_annulled_ticket_leaves_the_other_its_late_fee() -> None:
    """Two fell due together; one ticket never was: 10 of 20 stay."""
    two = [ticket("T1", "03-01T10:00"), ticket("T2", "03-01T15:00")]
    appeal: dict[str, object] = {
        "event": "appeal",
        "id": "X",
        "ticket": "T1",
        "at": "2024-05-01T00:00:00+08:00",
        "outcome": "annulled",
    }
    assert fines(*two, appeal) == ["30", "10"]
