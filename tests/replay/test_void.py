"""`void ticket`: which ticket it is, and that it is gone from then on."""

from __future__ import annotations

from typing import Any

from tests.corrections.story import told

POLICY = """policy cards
  timezone Europe/Berlin
acts upheld
ledger yellow
ledger red
offence caution -> yellow +1
offence second -> yellow +1, red +1
rule none when ticket of second: -> void ticket
rule mercy when upheld: -> void ticket
"""


def of(id: str, offence: str, at: str) -> dict[str, object]:
    """A ticket for an offence."""
    return {"event": "ticket", "id": id, "offence": offence, "effective": at}


def ledgers(*events: dict[str, Any]) -> dict[str, str]:
    """The balances at the end."""
    answer: Any = told(POLICY, *events, at="2021-06-01T00:00:00Z")
    found: dict[str, str] = answer["status"]["merchant"]["ledgers"]
    return found


def test_at_a_ticket_it_is_that_ticket() -> None:
    """The caution stays, and what the rule looked at is gone from both ledgers, another one of its instant not."""
    at = "2021-03-01T10:00:00Z"
    assert ledgers(of("A", "caution", at), of("B", "second", at)) == {"yellow": "1", "red": "0"}


def test_at_an_act_it_is_the_one_that_the_act_names() -> None:
    """An act that names no ticket makes none void."""
    cautions = [of("A", "caution", "2021-03-01T10:00:00Z"), of("B", "caution", "2021-03-02T10:00:00Z")]
    act = {"event": "act", "id": "E", "name": "upheld", "at": "2021-03-03T10:00:00Z"}
    assert ledgers(*cautions, {**act, "ticket": "A"}) == {"yellow": "1", "red": "0"}
    assert ledgers(*cautions, {**act, "identity": "merchant"}) == {"yellow": "2", "red": "0"}
