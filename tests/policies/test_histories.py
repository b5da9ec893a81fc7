"""The sample histories: each can be read, is judged completely, and says what its description says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policyctl.compare.compare import compare
from policyctl.explain.as_json import as_json
from policyctl.history.events import Account, Ticket
from policyctl.history.read import read_account, read_accounts
from policyctl.policy.form import Policy
from policyctl.policy.load import compile_texts, read
from policyctl.replay.replay import replay, zone_of
from tests.policies.blocks import TOP, looked_up

FOLDER = TOP / "policies" / "kuaishou" / "histories"
FILES = sorted(FOLDER.glob("*.json"))


def policy() -> Policy:
    found = compile_texts(read(TOP / "policies")).policies["kuaishou.points"]
    assert found is not None
    return found


POLICY = policy()
ZONE = zone_of(POLICY)


def accounts(name: str) -> list[Account]:
    found = list(read_accounts((FOLDER / name).read_text("utf-8"), ZONE, name))
    assert all(isinstance(one, Account) for one in found)
    return [one for one in found if isinstance(one, Account)]


def explained(account: Account, at: str) -> dict[str, Any]:
    """What is said at an instant; `2022-02-01 known` by what was on record then."""
    date, known, _ = at.partition(" known")
    instant = ZONE.read(date)
    found = replay(POLICY, account, instant, instant if known else None)
    answer = as_json(found, comparison=compare(POLICY, account, found))
    assert isinstance(answer, dict)
    return answer


# file, instant, then what is said: path = value
FACTS = """
twice-over-the-limit.json | 2021-03-25T16:03:40 | decisions.0.id = short_ban@V202103220140
twice-over-the-limit.json | 2021-03-25T16:03:40 | status.promoter.ledgers.general = 20
twice-over-the-limit.json | 2021-03-26T09:12:55 | status.promoter.ledgers.general = 0
twice-over-the-limit.json | 2021-03-26T09:12:55 | status.promoter.sanctions.0.until = 2021-03-28T16:03:40+08:00
twice-over-the-limit.json | 2021-08-14 | decisions.1.id = short_ban@V202108090233
twice-over-the-limit.json | 2021-08-14 | status.promoter.fines.1.open = 1200
twice-over-the-limit.json | 2021-08-14 | status.promoter.ledgers.general = 20
twice-over-the-limit.json | 2021-09-01 | status.promoter.ledgers.general = 0
twice-over-the-limit.json | 2021-09-01 | status.promoter.measures.year_total = 40
closed-in-december.json | 2021-12-16T10:40:32 | status.merchant.closed = false
closed-in-december.json | 2021-12-16T10:40:32 | status.merchant.measures.year_total = 80
closed-in-december.json | 2021-12-16T10:40:33 | status.merchant.closed = true
closed-in-december.json | 2021-12-16T10:40:33 | status.merchant.ledgers.general = 0
closed-in-december.json | 2021-12-16T10:40:33 | decisions.2.id = closure@V202112130061
closed-in-december.json | 2022-02-01 | status.merchant.measures.year_total = 110
closed-in-december.json | 2022-02-01 | status.merchant.ledgers.severe = 80
closed-in-december.json | 2022-02-01 | status.promoter.closed = false
across-the-change.json | 2020-01-01 | status.promoter.ledgers.credit = 100
across-the-change.json | 2020-04-25 | status.promoter.ledgers.credit = 80
across-the-change.json | 2020-04-25 | decisions.0.id = credit_ban@V202004170203
across-the-change.json | 2020-04-25 | policy.version = 2019-01-01
across-the-change.json | 2020-04-30 | policy.version = 2020-04-28
across-the-change.json | 2020-04-30 | status.promoter.ledgers.general = 10
across-the-change.json | 2020-04-30 | status.promoter.sanctions.0.until = 2020-05-04T09:18:45+08:00
across-the-change.json | 2020-07-01 | decisions.1.id = short_ban@V202006100128
across-the-change.json | 2020-07-01 | status.promoter.ledgers.general = 0
pending-ticket.json | 2021-06-18T12:00 | status.promoter.ledgers.general = 10
pending-ticket.json | 2021-06-18T12:00 | status.promoter.pending.0.ticket = V202106160204
pending-ticket.json | 2021-06-18T12:00 | status.promoter.pending.0.points = 10
pending-ticket.json | 2021-06-22 | decisions.0.id = short_ban@V202106160204
payment-fits-nothing.json | 2021-04-13 | anomalies.0.code = payment-fits-no-fine
payment-fits-nothing.json | 2021-04-13 | anomalies.0.amount = 2000
payment-fits-nothing.json | 2021-04-13 | status.merchant.ledgers.severe = 20
payment-fits-nothing.json | 2021-09-14 | anomalies.1.amount = 500
payment-fits-nothing.json | 2021-09-14 | status.merchant.ledgers.general = 0
two-identities.json | 2021-12-31 | status.promoter.closed = true
two-identities.json | 2021-12-31 | status.promoter.ledgers.severe = 100
two-identities.json | 2021-12-31 | status.merchant.measures.year_total = 30
two-identities.json | 2022-01-02 | status.promoter.ledgers.severe = 100
two-identities.json | 2022-01-02 | status.merchant.measures.year_total = 0
two-identities.json | 2022-01-02 | status.merchant.closed = false
over-new-year.json | 2021-12-31T23:59:59.5 | status.merchant.measures.year_total = 30
over-new-year.json | 2022-01-01 | status.merchant.measures.year_total = 0
over-new-year.json | 2022-01-01 | status.merchant.sanctions.0.until = 2022-01-08T15:45:10+08:00
over-new-year.json | 2022-01-10 | status.merchant.ledgers.general = 10
over-new-year.json | 2022-01-10 | status.merchant.sanctions = []
three-appeals.json | 2022-07-01 | rescinded.0.owed_back.amount = 2000
three-appeals.json | 2022-07-01 | rescinded.2.owed_back.amount = 2000
three-appeals.json | 2022-07-01 | rescinded.3.decision = closure@V202112100208
three-appeals.json | 2022-07-01 | for_review.0.id = serious_ban@V202110120077
three-appeals.json | 2022-07-01 | status.promoter.closed = false
recorded-otherwise.json | 2020-05-20 | compared = null
recorded-otherwise.json | 2021-12-01 | compared.same = 2
recorded-otherwise.json | 2021-12-01 | compared.different = 10
recorded-otherwise.json | 2021-12-01 | compared.entries.0.verdicts.0 = wrong_length
recorded-otherwise.json | 2021-12-01 | compared.entries.0.cause.version = 2019-01-01
recorded-otherwise.json | 2021-12-01 | compared.entries.1.verdicts.0 = missing
recorded-otherwise.json | 2021-12-01 | compared.entries.4.verdicts.0 = wrong_start
recorded-otherwise.json | 2021-12-01 | compared.entries.4.cause = null
recorded-otherwise.json | 2021-12-01 | compared.entries.5.cause.events.0 = O202106190002
recorded-otherwise.json | 2021-12-01 | compared.entries.6.verdicts.0 = wrong_money
recorded-otherwise.json | 2021-12-01 | compared.entries.7.cause.events.0 = V202108020057
recorded-otherwise.json | 2021-12-01 | compared.entries.9.verdicts.0 = extra
recorded-otherwise.json | 2021-12-01 | compared.entries.9.cause.decision = short_ban@V202110110209
recorded-otherwise.json | 2021-12-01 | rescinded.0.owed_back.amount = 2000
late-over-new-year.json | 2022-01-03 | status.promoter.ledgers.general = 0
late-over-new-year.json | 2022-01-03 | status.promoter.pending.0.ticket = V202112290322
late-over-new-year.json | 2022-01-05T11:00 | decisions.0.id = short_ban@V202112290322/2021
late-over-new-year.json | 2022-01-05T11:00 | decisions.0.period = 2021
late-over-new-year.json | 2022-01-05T11:00 | status.promoter.sanctions.0.until = 2022-01-07T11:05:46+08:00
late-over-new-year.json | 2022-01-05T11:00 | status.promoter.fines.0.open = 2000
late-over-new-year.json | 2022-01-20 | status.promoter.fines.0.open = 0
late-over-new-year.json | 2022-01-20 | status.promoter.fines.0.cleared = []
late-over-new-year.json | 2022-01-20 | status.promoter.ledgers.general = 10
late-over-new-year.json | 2022-01-20 | status.promoter.measures.year_total = 10
closure-moved.json | 2022-02-01 known | decisions.1.id = closure@V202110110096
closure-moved.json | 2022-02-01 known | status.merchant.closed = true
closure-moved.json | 2022-02-01 known | status.merchant.ledgers.severe = 120
closure-moved.json | 2022-02-01 known | status.merchant.measures.year_total = 130
closure-moved.json | 2022-02-01 known | status.merchant.appeals.0.event = A202201170005
closure-moved.json | 2022-02-11 | status.merchant.closed = false
closure-moved.json | 2022-02-11 | rescinded.0.decision = closure@V202110110096
closure-moved.json | 2022-02-11 | rescinded.0.owed_back.amount = 0
closure-moved.json | 2022-02-11 | rescinded.0.served.0.from = 2021-10-14T11:38:50+08:00
closure-moved.json | 2022-02-11 | rescinded.0.served.0.until = 2022-02-10T15:45:00+08:00
closure-moved.json | 2022-02-11 | for_review.0.id = closure@V202111150240
closure-moved.json | 2022-02-11 | anomalies.0.code = closure-moved
closure-moved.json | 2022-02-11 | status.merchant.ledgers.severe = 0
closure-moved.json | 2022-02-11 | status.merchant.ledgers.general = 10
decided-by-people.json | 2022-03-10T12:00 | status.promoter.sanctions.0.until = 2022-03-13T10:16:40+08:00
decided-by-people.json | 2022-03-12 | status.promoter.sanctions = []
decided-by-people.json | 2022-03-12 | status.promoter.fines.0.open = 2000
decided-by-people.json | 2022-03-21 | status.promoter.fines.0.open = 0
decided-by-people.json | 2022-03-21 | status.promoter.ledgers.general = 20
decided-by-people.json | 2022-04-14 known | decisions.1.id = short_ban@V202204090188
decided-by-people.json | 2022-04-14 known | status.merchant.ledgers.general = 0
decided-by-people.json | 2022-04-25 known | status.merchant.ledgers.general = 10
decided-by-people.json | 2022-05-11 | rescinded.0.decision = short_ban@V202204090188
decided-by-people.json | 2022-05-11 | rescinded.0.owed_back.amount = 2000
decided-by-people.json | 2022-05-11 | rescinded.0.owed_back.payments.0 = P202204130029
decided-by-people.json | 2022-05-11 | for_review.0.id = short_ban@V202204180102
decided-by-people.json | 2022-05-11 | status.merchant.ledgers.general = 20
decided-by-people.json | 2022-05-11 | status.merchant.sanctions = []
decided-by-people.json | 2022-05-13 | for_review = []
decided-by-people.json | 2022-05-13 | status.merchant.sanctions.0.until = 2022-05-15T15:00:00+08:00
decided-by-people.json | 2022-05-13 | status.merchant.fines.0.open = 2000
decided-by-people.json | 2022-05-13 | rescinded.0.owed_back.amount = 2000
decided-by-people.json | 2022-05-19 | status.promoter.sanctions.0.decision = impose@O202205180011
decided-by-people.json | 2022-05-19 | status.promoter.sanctions.0.until = 2022-05-25T00:00:00+08:00
clean.json | 2021-12-31 | decisions = []
clean.json | 2021-12-31 | status.merchant.measures.year_total = 0
"""


@pytest.mark.parametrize("fact", FACTS.strip().splitlines())
def test_fact(fact: str) -> None:
    name, at, said = (part.strip() for part in fact.split("|"))
    path, _, value = said.partition(" = ")
    [account] = accounts(name)
    assert looked_up(explained(account, at), path) == value


def test_every_history_has_a_fact_and_a_description() -> None:
    told = (FOLDER / "README.md").read_text("utf-8")
    for path in FOLDER.iterdir():
        if path.suffix == ".json":
            assert f"{path.name} |" in FACTS
        if path.suffix in (".json", ".ndjson"):
            assert f"| `{path.name}` |" in told


ODD = {
    "payment-fits-nothing.json": {"payment-fits-no-fine"},
    "closure-moved.json": {"closure-moved"},
    "recorded-otherwise.json": {"recorded-after-effective"},
}
"""What is odd about a sample history, on purpose."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_history_is_judged_completely(path: Any) -> None:
    account = read_account(path.read_text("utf-8"), ZONE, path.name)
    assert not account.problems
    answer = explained(account, "2023-01-02")
    assert answer["incomplete"] is False
    fitting = {anomaly["code"] for anomaly in answer["anomalies"]}
    assert fitting <= ODD.get(path.name, set())


def test_tickets_take_effect_some_time_after_their_issue_and_ids_carry_its_date() -> None:
    for path in FILES:
        for event in read_account(path.read_text("utf-8"), ZONE, path.name).events:
            if isinstance(event, Ticket):
                assert event.occurred < event.issued < event.effective
                assert event.id[1:9] == ZONE.local(event.issued).strftime("%Y%m%d"), event.id


def test_several_accounts() -> None:
    name = "several-accounts.ndjson"
    found = {one.merchant: explained(one, "2021-12-31") for one in accounts(name)}
    assert len(found) == len((FOLDER / name).read_text("utf-8").splitlines()) == 6
    fired = {merchant: [d["rule"] for d in answer["decisions"]] for merchant, answer in found.items()}
    assert fired == {
        "KS-50016620": [],
        "KS-50024417": [],
        "KS-50031189": ["short_ban"],
        "KS-50047302": ["serious_ban"],
        "KS-50058846": ["short_ban"],
        "KS-50060275": ["serious_ban", "closure"],
    }
    assert found["KS-50031189"]["status"]["promoter"]["ledgers"]["general"] == "0"
    assert found["KS-50058846"]["status"]["merchant"]["fines"][0]["open"] == "2000"
    assert found["KS-50060275"]["status"]["promoter"]["closed"] is True
    assert found["KS-50047302"]["status"]["merchant"]["measures"]["year_total"] == "30"


def test_merchants_are_different_ones() -> None:
    merchants = [json.loads(path.read_text("utf-8"))["merchant"] for path in FILES]
    merchants += [one.merchant for one in accounts("several-accounts.ndjson")]
    assert len(set(merchants)) == len(merchants)
