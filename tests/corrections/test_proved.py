"""Stretches are used for a policy in which there is nothing that they are not proved for, and for no other."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import fields

from policyctl.instants import Zone
from policyctl.replay.admit import admit
from policyctl.replay.corrections import replay_corrected
from policyctl.replay.law import Law
from policyctl.replay.proved import _FIELDS, _WORDS, unproved
from policyctl.replay.run import case
from tests.corrections.both_ways import LAWS, length
from tests.corrections.story import CARD, appeal, ticket
from tests.worlds.read import account, compiled

POLICIES = Path(__file__).parents[2] / "policies"
HEAD = "policy new\n  use standard\n"


def law(text: str) -> Law:
    policy = compiled({"new.policy": text})
    return Law(policy, Zone(policy.versions[0].settings.timezone))


@pytest.mark.parametrize("name", sorted(LAWS))
def test_nothing_in_plain_policies_is_unproved(name: str) -> None:
    assert law(LAWS[name]).unproved is None


@pytest.mark.parametrize("name", ["kuaishou", "kuaishou_synthetic"])
def test_nothing_in_plain_shipped_policies_is_unproved(name: str) -> None:
    """Their replays are fast; where one comes to say more, this says that they are so no longer. (Other shipped
    policies say more from the first day on.)"""
    texts = {path.name: path.read_text("utf-8") for path in sorted((POLICIES / name).glob("*.policy"))}
    assert unproved(compiled(texts)) is None


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("ledger case expires after 90 days\n", "EntryKind.life"),
        ("ledger case at most 6 per day\n", "Period.groups"),
        ("ledger case waits while closed\n", "EntryKind.waits"),
        ("ledger case doubled while closed\n", "EntryKind.multiplied"),
        ("ledger case resets every week\n", "Period.every week"),
        ("ledger case resets every monday\n", "Weekly"),
        ("offence fake for promoter -> general +2\n", "TicketKind.identity"),
        ("acts match_played\n", "ActKind"),
        ("general >= 4 -> suspend until fine is paid\n", "Read.sort fine"),
        ("general >= 4 -> suspend 3 business days\n", "Length.unit business_day"),
        ("rule first when ticket: general >= 4 -> suspend 3d\n", "When"),
        ("rule weekly every monday: general >= 4 -> suspend 3d\n", "Every"),
        ("each time general >= 4 -> suspend 3d\n", "Rule.mode"),
        ("general >= 4 -> clear general\n", "End"),
        ("general >= 4 -> suspend 1d, general +2\n", "Open.sort post"),
        ("count(suspend) ever >= 2 -> suspend 9d\n", "Read.sort sanction"),
        ("incurred(general where points >= 3) ever >= 2 -> suspend 9d\n", "Read.where"),
        ("incurred(general) this month >= 2 -> suspend 9d\n", "Read.within month"),
    ],
)
def test_what_is_new_is_unproved(said: str, reason: str) -> None:
    assert law(HEAD + said + CARD).unproved == reason


def test_a_version_of_which_nothing_is_in_force_yet_counts_too() -> None:
    """One law goes for all versions, as one replay does."""
    old, new = law(CARD).policy, law(HEAD + "ledger case expires after 90 days\n" + CARD).policy
    both = type(old)(old.name, (*old.versions, *new.versions), old.words)
    assert unproved(both) == "EntryKind.life"


def test_the_list_names_fields_that_there_are() -> None:
    for kind, names in _FIELDS.items():
        assert set(names.split()) <= {field.name for field in fields(kind)}, kind
    for kind, name in _WORDS:
        assert name in _FIELDS[kind].split()


def taken_over(text: str) -> int:
    """How many stretches are taken over in a record of two months with one correction."""
    days = [f"2021-{month:02}-{day:02}T00:00:00Z" for month in (3, 4) for day in range(1, 29)]
    events = [ticket(f"T{place}", "general", "1", day) for place, day in enumerate(days, 1)]
    found = law(text)
    at: datetime = found.zone.read("2021-06-01")
    history = account(
        {"merchant": "m", "events": [*events, appeal("A", "T2", "annulled", "2021-05-01T00:00:00Z")]}, found.policy
    )
    docket = admit(found.policy, found.zone, history, at).dockets["promoter"]
    with length(5) as taken:
        replay_corrected(case(found, "promoter", docket, history, at), at)
    return taken["stretches"]


def test_they_are_used_for_the_one_and_not_for_the_other() -> None:
    plain = HEAD + CARD.replace("20", "2000").replace("100", "1000")
    assert taken_over(plain) > 0
    assert taken_over(HEAD + "ledger case expires after 90 days\n" + plain.removeprefix(HEAD)) == 0
