"""Amounts that nobody can pay, in the currency of the policy."""

from __future__ import annotations

import pytest

from tests.corrections.story import CARD, codes, ids, override, payment, promoter, ticket, told

TWENTY = ticket("T-1", "general", "20", "2021-03-05T10:00")
YEN = (
    "policy yen\n  timezone Asia/Tokyo\n  currency JPY\n  annulment refunds and revives\n"
    "identities promoter\nledger general resets every year\nsanction suspend\n"
    "general >= 20 -> suspend 3d, fine 2000 clears\n"
)
DINAR = YEN.replace("JPY", "KWD")


@pytest.mark.parametrize(
    ("policy", "amount", "fits"),
    [
        (CARD, "10.005", False),
        (CARD, "10.01", True),
        (CARD, "10.010", True),
        (CARD, "0.001", False),
        (YEN, "10.5", False),
        (YEN, "10.0", True),
        (DINAR, "10.005", True),
        (DINAR, "10.0005", False),
    ],
)
def test_a_payment_is_no_finer_than_the_currency(policy: str, amount: str, fits: bool) -> None:
    answer = told(policy, TWENTY, payment("P-1", amount, "2021-03-06"), at="2021-04-01")
    assert answer["incomplete"] is not fits
    assert codes(answer) == ([] if fits else ["amount-finer-than-currency"])
    assert (promoter(answer)["fines"][0]["paid"] != "0") is fits


def test_it_is_an_error_also_before_it_is_made() -> None:
    answer = told(CARD, TWENTY, payment("P-1", "10.005", "2021-05-06"), at="2021-04-01")
    assert codes(answer) == ["amount-finer-than-currency"] and answer["incomplete"]


def test_a_fine_that_a_person_imposes() -> None:
    fined = override("O-1", "impose", "2021-03-07T08:00", identity="promoter", name="fine", amount="0.005")
    answer = told(CARD, fined, at="2021-03-10")
    assert codes(answer) == ["amount-finer-than-currency"] and ids(answer) == []
