"""Hard cases of real point systems, told from outside: a history goes in, the answer comes out.

The policy is the two-line card with other tickets and other dates; where a case turns on how its fine is read, both
readings are told: `clears` (points go when the fine is paid) and `clears when served` (when it is paid and the ban is
over). The ladder and overlap cases run on the invented ladder that ships beside the real policies. Every expected
value was worked out by hand from what the published clauses say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import CARD, SYNTHETIC, all_at_once, history, payment, ticket, written

PAID = CARD
SERVED = CARD.replace("clears\n", "clears when served\n")
BOTH = pytest.mark.parametrize("policy", [PAID, SERVED], ids=["paid", "served"])
NODE = "general >= 20"
CLOSURE = "year_total >= 100"


def answers(folder: Path, policy: str | Path, events: Sequence[Mapping[str, str]], *instants: str) -> list[Any]:
    """What the policy says of an account at each of some instants."""
    where = policy if isinstance(policy, Path) else written(folder, "card.policy", policy)
    account = written(folder, "history.json", history(*events))
    runs = all_at_once(
        (("explain", account, "--policy", where, "--at", instant, "--format", "json"), {}) for instant in instants
    )
    for run in runs:
        assert (run.status, run.err) == (0, "")
    return [run.json for run in runs]


def balance(answer: Any, ledger: str = "general", identity: str = "promoter") -> str:
    return str(answer["status"][identity]["ledgers"][ledger])


def total(answer: Any, identity: str = "promoter") -> str:
    return str(answer["status"][identity]["measures"]["year_total"])


def banned_until(answer: Any, identity: str = "promoter") -> list[str]:
    return [sanction["until"] for sanction in answer["status"][identity]["sanctions"]]


def decided(answer: Any) -> list[str]:
    return [decision["id"] for decision in answer["decisions"]]


# --- the turn of the year --------------------------------------------------------------------------------------------


def test_half_a_second_on_either_side_of_midnight_is_two_years(tmp_path: Path) -> None:
    """Twelve points half a second before midnight belong to the old year, twelve at midnight to the new one: no node,
    although a clock with whole seconds would see 24 points within one second."""
    events = [
        ticket("N-1", "2023-12-31T23:59:59.5+08:00", "general", "12"),
        ticket("N-2", "2024-01-01T00:00:00+08:00", "general", "12"),
    ]
    before, midnight = answers(tmp_path, PAID, events, "2023-12-31T23:59:59.9", "2024-01-01T00:00:00")
    assert (balance(before), total(before), decided(before)) == ("12", "12", [])
    assert (balance(midnight), total(midnight), decided(midnight)) == ("12", "12", [])


def test_both_within_the_last_half_second_are_one_year(tmp_path: Path) -> None:
    """The counterpart: both before midnight reach the node, in 2023, and the ban ends three times 24 hours later, to
    the quarter of a second."""
    events = [
        ticket("N-1", "2023-12-31T23:59:59.5+08:00", "general", "12"),
        ticket("N-2", "2023-12-31T23:59:59.75+08:00", "general", "12"),
    ]
    before, midnight = answers(tmp_path, PAID, events, "2023-12-31T23:59:59.75", "2024-01-01T00:00:00")
    assert decided(before) == decided(midnight) == [f"{NODE}@N-2"]
    [decision] = midnight["decisions"]
    assert (decision["at"], decision["period"]) == ("2023-12-31T23:59:59.75+08:00", "2023")
    assert banned_until(midnight) == ["2024-01-03T23:59:59.75+08:00"]
    assert (balance(before), total(before)) == ("24", "24")
    assert (balance(midnight), total(midnight)) == ("0", "0")


@pytest.mark.parametrize(
    "spelled",
    ["2023-12-31T24:00:00+08:00", "2023-12-31T16:00:00Z", "2024-01-01T00:00:00"],
)
def test_midnight_however_it_is_spelled_is_the_new_year(spelled: str, tmp_path: Path) -> None:
    """Notices say 00:00:00, 24:00 or leave the offset out; a database says it in UTC. It is one instant."""
    events = [
        ticket("N-1", "2023-12-31T15:59:59.5Z", "general", "12"),
        ticket("N-2", spelled, "general", "12"),
    ]
    [midnight] = answers(tmp_path, PAID, events, "2023-12-31T24:00")
    assert midnight["at"] == "2024-01-01T00:00:00+08:00"
    assert (balance(midnight), total(midnight), decided(midnight)) == ("12", "12", [])


@BOTH
def test_a_fine_paid_at_the_very_instant_of_the_reset(policy: str, tmp_path: Path) -> None:
    """At one instant: the reset, then the payment, then the ticket. The debt is discharged, the payment belongs to the
    new year, and it clears nothing: not the ticket of that instant either, even after the ban has been served."""
    events = [
        ticket("D-1", "2024-12-20T20:00:00+08:00", "general", "9"),
        ticket("D-2", "2024-12-29T20:00:00+08:00", "general", "14"),
        payment("P-1", "2025-01-01T00:00:00+08:00", "2000"),
        ticket("D-3", "2025-01-01T00:00:00+08:00", "general", "7"),
    ]
    before, midnight, served = answers(
        tmp_path, policy, events, "2024-12-31T23:59:59.5", "2025-01-01", "2025-01-01T20:00:00"
    )
    assert (balance(before), total(before)) == ("23", "23")
    assert (balance(midnight), total(midnight)) == ("7", "7")
    assert banned_until(midnight) == ["2025-01-01T20:00:00+08:00"]
    [fine] = midnight["status"]["promoter"]["fines"]
    assert (fine["decision"], fine["paid"], fine["open"]) == (f"{NODE}@D-2", "2000", "0")
    assert midnight["anomalies"] == []
    assert (balance(served), banned_until(served)) == ("7", [])


def test_the_same_fine_paid_a_second_earlier(tmp_path: Path) -> None:
    """In the old year the payment clears 23 points, and the old year's total still counts them. By the other reading
    the ban outlasts the year, the reset comes first, and nothing is left to clear."""
    events = [
        ticket("D-1", "2024-12-20T20:00:00+08:00", "general", "9"),
        ticket("D-2", "2024-12-29T20:00:00+08:00", "general", "14"),
        payment("P-1", "2024-12-31T23:59:59+08:00", "2000"),
        ticket("D-3", "2025-01-01T00:00:00+08:00", "general", "7"),
    ]
    old, new = answers(tmp_path, PAID, events, "2024-12-31T23:59:59", "2025-01-02")
    assert (balance(old), total(old)) == ("0", "23")
    assert (balance(new), total(new)) == ("7", "7")
    old, new = answers(tmp_path, SERVED, events, "2024-12-31T23:59:59", "2025-01-02")
    assert (balance(old), total(old)) == ("23", "23")
    assert (balance(new), total(new)) == ("7", "7")


@BOTH
def test_cleared_points_still_count_towards_closure(policy: str, tmp_path: Path) -> None:
    """The yearly total is gross: 25 points that a fine took off and 80 severe ones make 105, and the identity is
    closed. (Were it net, 80 would let it go.)"""
    events = [
        ticket("G-1", "2024-11-04T10:00:00+08:00", "general", "25"),
        payment("P-1", "2024-11-05T10:00:00+08:00", "2000"),
        ticket("G-2", "2024-12-20T10:00:00+08:00", "severe", "80"),
    ]
    december, january = answers(tmp_path, policy, events, "2024-12-20T10:00", "2025-01-01")
    for answer in (december, january):
        assert decided(answer) == [f"{NODE}@G-1", f"{CLOSURE}@G-2"]
        assert answer["status"]["promoter"]["closed"] is True
        assert (balance(answer), balance(answer, "severe"), total(answer)) == ("0", "80", "105")


@BOTH
def test_a_blocked_reset_lets_the_period_run_on_and_the_fine_with_it(policy: str, tmp_path: Path) -> None:
    """Closed at 105 the reset does not happen, the old period goes on, and a payment at the instant of the reset
    clears what is still of its own period; the total keeps counting it."""
    events = [
        ticket("G-1", "2024-11-04T10:00:00+08:00", "general", "25"),
        ticket("G-2", "2024-12-20T10:00:00+08:00", "severe", "80"),
        payment("P-1", "2025-01-01T00:00:00+08:00", "2000"),
    ]
    before, midnight = answers(tmp_path, policy, events, "2024-12-31T23:59:59.5", "2025-01-01")
    assert (balance(before), balance(before, "severe"), total(before)) == ("25", "80", "105")
    assert (balance(midnight), balance(midnight, "severe"), total(midnight)) == ("0", "80", "105")


@BOTH
def test_a_ban_runs_on_over_the_reset(policy: str, tmp_path: Path) -> None:
    """Fourteen days from 23 December: the points are gone on 1 January, the ban ends on 6 January, the fine stays
    open. Paid later it is settled, and takes nothing off the new year."""
    policy = policy.replace("suspend 3d", "suspend 14d")
    events = [
        ticket("B-1", "2026-12-23T21:15:00+08:00", "general", "22"),
        ticket("B-2", "2027-01-03T09:00:00+08:00", "general", "5"),
        payment("P-1", "2027-01-08T09:00:00+08:00", "2000"),
    ]
    reset, last, over, paid = answers(
        tmp_path, policy, events, "2027-01-01", "2027-01-06T21:14:59.9", "2027-01-06T21:15", "2027-01-08T09:00"
    )
    assert (balance(reset), banned_until(reset)) == ("0", ["2027-01-06T21:15:00+08:00"])
    assert (balance(last), banned_until(last)) == ("5", ["2027-01-06T21:15:00+08:00"])
    assert (balance(over), banned_until(over)) == ("5", [])
    assert over["status"]["promoter"]["fines"][0]["open"] == "2000"
    assert (balance(paid), paid["status"]["promoter"]["fines"][0]["open"], paid["anomalies"]) == ("5", "0", [])


# --- two identities, and the total of 100 ----------------------------------------------------------------------------


def test_one_owner_with_two_identities(tmp_path: Path) -> None:
    """As promoter at 105, as merchant at 31: the promoter is closed and keeps its points, the merchant starts again
    from 0. A year later the merchant reaches a node anew; the promoter's points still count, and no rule fires."""
    events = [
        ticket("K-1", "2024-03-02T10:00:00+08:00", "general", "33"),
        ticket("K-2", "2024-06-01T10:00:00+08:00", "severe", "40"),
        ticket("K-3", "2024-07-07T10:00:00+08:00", "severe", "31", "merchant"),
        ticket("K-4", "2024-10-10T10:00:00+08:00", "severe", "32"),
        ticket("K-5", "2025-02-01T10:00:00+08:00", "general", "21", "merchant"),
        ticket("K-6", "2025-02-02T10:00:00+08:00", "general", "10"),
    ]
    old, new, later, next_year = answers(
        tmp_path, PAID, events, "2024-12-31T23:59:59.9", "2025-01-01", "2025-02-03", "2026-01-01"
    )
    for answer in (old, new):
        assert decided(answer) == [f"{NODE}@K-1", f"{CLOSURE}@K-4"]
        assert answer["status"]["promoter"]["closed"] is True
        assert answer["status"]["promoter"]["ledgers"] == {"general": "33", "severe": "72"}
        assert total(answer) == "105"
        assert answer["status"]["merchant"]["closed"] is False
    assert (balance(old, "severe", "merchant"), total(old, "merchant")) == ("31", "31")
    assert (balance(new, "severe", "merchant"), total(new, "merchant")) == ("0", "0")
    assert decided(later)[2:] == [f"{NODE}@K-5"]
    assert later["decisions"][2]["identity"] == "merchant"
    assert (balance(later), total(later)) == ("43", "115")
    assert (balance(next_year), total(next_year), next_year["status"]["promoter"]["closed"]) == ("43", "115", True)
    assert (balance(next_year, "general", "merchant"), total(next_year, "merchant")) == ("0", "0")


@pytest.mark.parametrize(
    ("points", "sum_", "closed", "gap"),
    [
        ("40", "100", True, None),
        ("39", "99", False, "1"),
        ("39.999999999", "99.999999999", False, "0.000000001"),
    ],
)
def test_exactly_one_hundred_closes_and_anything_less_is_cleared(
    points: str, sum_: str, closed: bool, gap: str | None, tmp_path: Path
) -> None:
    """The notice says `below 100` is cleared and `100 and above` is not: 100 closes, 99.999999999 does not."""
    events = [
        ticket("X-1", "2025-02-11T10:00:00+08:00", "severe", "60", "merchant"),
        ticket("X-2", "2025-12-30T18:00:00+08:00", "severe", points, "merchant"),
    ]
    december, january = answers(tmp_path, PAID, events, "2025-12-30T18:00", "2026-01-01T00:00")
    assert (total(december, "merchant"), december["status"]["merchant"]["closed"]) == (sum_, closed)
    left = sum_ if closed else "0"
    assert (balance(january, "severe", "merchant"), total(january, "merchant")) == (left, left)
    assert january["status"]["merchant"]["closed"] is closed
    assert decided(january) == ([f"{CLOSURE}@X-2"] if closed else [])
    gaps = [s["gap"] for s in december["silent"] if (s["rule"], s["identity"]) == (CLOSURE, "merchant")]
    assert gaps == ([] if closed else [gap])


# --- the ban and the fine --------------------------------------------------------------------------------------------


@BOTH
def test_ban_served_fine_unpaid_and_more_points(policy: str, tmp_path: Path) -> None:
    """The node at 21 points, the three days served, the fine not paid. A month later eleven more points make 32: no
    new node, for the balance never fell below 20. Paying the next day clears all 32, by either reading."""
    events = [
        ticket("R-1", "2023-03-20T09:30:00+08:00", "general", "8"),
        ticket("R-2", "2023-04-02T09:30:00+08:00", "general", "13"),
        ticket("R-3", "2023-05-05T10:00:00+08:00", "general", "11"),
        payment("P-1", "2023-05-06T08:00:00+08:00", "2000"),
    ]
    more, paid = answers(tmp_path, policy, events, "2023-05-05T12:00", "2023-05-06T08:00")
    assert (balance(more), decided(more), banned_until(more)) == ("32", [f"{NODE}@R-2"], [])
    assert more["status"]["promoter"]["fines"][0]["open"] == "2000"
    assert more["decisions"][0]["effects"][0]["until"] == "2023-04-05T09:30:00+08:00"
    assert (balance(paid), total(paid), decided(paid)) == ("0", "32", [f"{NODE}@R-2"])


def test_paid_on_the_first_day_of_the_ban(tmp_path: Path) -> None:
    """By the clause itself the points are gone at once, and the ban goes on. By the worked example they go when the
    ban ends, together with four points that came in between. So sixteen points in June reach the node again by the
    first reading (4 + 16), and not by the second (0 + 16)."""
    events = [
        ticket("R-1", "2023-03-20T09:30:00+08:00", "general", "8"),
        ticket("R-2", "2023-04-02T09:30:00+08:00", "general", "13"),
        payment("P-1", "2023-04-03T07:00:00+08:00", "2000"),
        ticket("R-3", "2023-04-04T12:00:00+08:00", "general", "4"),
        ticket("R-4", "2023-06-01T12:00:00+08:00", "general", "16"),
    ]
    instants = ("2023-04-03T07:00", "2023-04-05T09:29:59.9", "2023-04-05T09:30", "2023-06-01T12:00")
    first, last, over, june = answers(tmp_path, PAID, events, *instants)
    assert (balance(first), banned_until(first)) == ("0", ["2023-04-05T09:30:00+08:00"])
    assert (balance(last), banned_until(last)) == ("4", ["2023-04-05T09:30:00+08:00"])
    assert (balance(over), banned_until(over)) == ("4", [])
    assert (balance(june), total(june), decided(june)) == ("20", "41", [f"{NODE}@R-2", f"{NODE}@R-4"])
    first, last, over, june = answers(tmp_path, SERVED, events, *instants)
    assert (balance(first), banned_until(first)) == ("21", ["2023-04-05T09:30:00+08:00"])
    assert (balance(last), banned_until(last)) == ("25", ["2023-04-05T09:30:00+08:00"])
    assert (balance(over), banned_until(over)) == ("0", [])
    assert (balance(june), total(june), decided(june)) == ("16", "41", [f"{NODE}@R-2"])


@pytest.mark.parametrize(
    ("length", "until"),
    [("3d", "2024-03-01T14:30:00+08:00"), ("3 calendar days", "2024-03-01T00:00:00+08:00")],
)
def test_three_days_are_72_hours_or_calendar_days(length: str, until: str, tmp_path: Path) -> None:
    """From half past two in the afternoon of 27 February of a leap year: 72 hours end at half past two on 1 March,
    three calendar days (27, 28, 29) at the midnight before. Whichever is meant, the end is printed."""
    policy = CARD.replace("3d", length)
    events = [ticket("C-1", "2024-02-27T14:30:00+08:00", "general", "26")]
    [answer] = answers(tmp_path, policy, events, "2024-02-28")
    assert banned_until(answer) == [until]
    assert {part["until"] for part in answer["decisions"][0]["effects"][0]["parts"]} == {until}


# --- ladders and overlap, on the invented ladder ---------------------------------------------------------------------


def test_one_ticket_over_several_steps_is_answered_by_the_highest_alone(tmp_path: Path) -> None:
    """67 severe points at once meet the steps at 20, 40 and 60. Only 60 takes effect: one ban of 60 days from
    10 February (to 11 April), one fine."""
    events = [ticket("L-1", "2023-02-10T11:20:00+08:00", "severe", "67", "merchant")]
    [answer] = answers(tmp_path, SYNTHETIC, events, "2023-02-10T11:20")
    assert decided(answer) == ["severe_nodes[>= 60]@L-1"]
    assert banned_until(answer, "merchant") == ["2023-04-11T11:20:00+08:00"]
    assert [fine["amount"] for fine in answer["status"]["merchant"]["fines"]] == ["6000"]
    silent = {s["rule"]: s["gap"] for s in answer["silent"] if s["identity"] == "merchant"}
    assert silent["severe_nodes[>= 80]"] == "13" and silent["severe_nodes[>= 100]"] == "33"


def test_two_tickets_of_one_instant_are_one_jump(tmp_path: Path) -> None:
    """13 and 27 severe points at one instant are 40 at once: the step at 40, and not the one at 20."""
    events = [
        ticket("L-2", "2023-02-10T11:20:00+08:00", "severe", "27"),
        ticket("L-1", "2023-02-10T11:20:00+08:00", "severe", "13"),
    ]
    [answer] = answers(tmp_path, SYNTHETIC, events, "2023-02-11")
    assert decided(answer) == ["severe_nodes[>= 40]@L-1"]
    assert [fine["amount"] for fine in answer["status"]["promoter"]["fines"]] == ["4000"]


def test_a_longer_ban_falls_due_during_a_shorter_one(tmp_path: Path) -> None:
    """Fourteen days from 5 May; on 10 May the step at 40 brings 28 days, counted from that day, to 7 June. The
    merchant is banned once, until the later end; each decision keeps its own."""
    events = [
        ticket("O-1", "2023-05-05T06:00:00+08:00", "severe", "22"),
        ticket("O-2", "2023-05-10T06:00:00+08:00", "severe", "18"),
    ]
    first, both, last, over = answers(
        tmp_path, SYNTHETIC, events, "2023-05-09", "2023-05-12", "2023-05-19T06:00", "2023-06-07T06:00"
    )
    assert banned_until(first) == ["2023-05-19T06:00:00+08:00"]
    assert banned_until(both) == banned_until(last) == ["2023-06-07T06:00:00+08:00"]
    assert banned_until(over) == []
    assert decided(both) == ["severe_nodes[>= 20]@O-1", "severe_nodes[>= 40]@O-2"]
    own = [decision["effects"][0]["until"] for decision in both["decisions"]]
    assert own == ["2023-05-19T06:00:00+08:00", "2023-06-07T06:00:00+08:00"]


def test_a_shorter_ban_during_a_longer_one(tmp_path: Path) -> None:
    """28 days from 5 May run to 2 June. A short ban of three days in their middle changes nothing; one that starts on
    31 May outlasts them by a day."""
    long = ticket("O-1", "2023-05-05T06:00:00+08:00", "severe", "45")
    [inside] = answers(
        tmp_path, SYNTHETIC, [long, ticket("O-2", "2023-05-20T06:00:00+08:00", "general", "20")], "2023-05-21"
    )
    assert banned_until(inside) == ["2023-06-02T06:00:00+08:00"]
    [beyond] = answers(
        tmp_path, SYNTHETIC, [long, ticket("O-2", "2023-05-31T06:00:00+08:00", "general", "20")], "2023-06-01"
    )
    assert banned_until(beyond) == ["2023-06-03T06:00:00+08:00"]
