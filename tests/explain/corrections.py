"""Situations with corrections: appeals, late tickets, what people did."""

from __future__ import annotations

from pathlib import Path

from policyctl.history.read import read_account
from policyctl.policy.form import Policy
from policyctl.policy.load import compile_texts, read
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay, zone_of

from . import answers

POLICIES = Path(__file__).parents[2] / "policies"


def shipped() -> Policy:
    """The Kuaishou policy as it is shipped."""
    found = compile_texts(read(POLICIES / "kuaishou")).policies["kuaishou.points"]
    assert found is not None
    return found


def three_appeals(at: str = "2022-07-01", known: str | None = None) -> Answer:
    """The sample history: three appeals in two years."""
    path, rules = POLICIES / "kuaishou" / "histories" / "three-appeals.json", shipped()
    zone = zone_of(rules)
    account = read_account(path.read_text(encoding="utf-8"), zone, path.name)
    return replay(rules, account, zone.read(at), None if known is None else zone.read(known))


def appeal(identifier: str, of: str, outcome: str, at: str, **more: object) -> answers.Event:
    """A step of an appeal."""
    return {"event": "appeal", "id": identifier, "ticket": of, "outcome": outcome, "at": at, **more}


def override(identifier: str, action: str, at: str, **more: object) -> answers.Event:
    """What a person did."""
    said = {"by": "Lin, operations", "why": "the seller proved the parcel was lost"}
    return {"event": "override", "id": identifier, "action": action, "at": at, **said, **more}


CLOSED: list[answers.Event] = [
    answers.ticket("T-1", "2021-03-01 10:00", "severe", 60),
    answers.ticket("T-2", "2021-06-01 10:00", "severe", 38),
    answers.ticket("T-3", "2021-09-01 10:00", "severe", 9),
]


def closure_moved() -> Answer:
    """A closure that is taken back, and that the corrected record would make with another ticket."""
    more = answers.ticket("T-4", "2021-10-01 10:00", "severe", 9)
    gone = appeal("A-1", "T-3", "annulled", "2022-02-10 10:00")
    return answers.answer(answers.two_ledgers(), "2022-03-01", [*CLOSED, more, gone])


def late(at: str = "2022-02-01") -> Answer:
    """A ticket of December that takes effect in January: it closes the year before, whose reset is undone."""
    events = [
        answers.ticket("T-1", "2021-05-01 10:00", "severe", 60),
        answers.ticket("T-2", "2021-11-01 10:00", "severe", 30),
        answers.ticket("T-3", "2022-01-03 10:00", "general", 5),
        answers.ticket("T-4", "2022-01-06 14:00", "general", 20, issued="2021-12-30 09:00"),
    ]
    return answers.answer(answers.two_ledgers(), at, events)


def late_and_open() -> Answer:
    """A ticket of December that takes effect in January and brings a fine of the year before."""
    events = [
        answers.ticket("T-1", "2021-12-01 10:00", "general", 10),
        answers.ticket("T-2", "2022-01-06 14:00", "general", 10, issued="2021-12-30 09:00"),
        answers.ticket("T-3", "2022-01-07 14:00", "severe", 4, issued="2021-12-31 09:00"),
    ]
    return answers.answer(answers.two_ledgers(), "2022-01-08", events)


def by_people() -> Answer:
    """A ban that is lifted, a fine that is waived, a decision that is confirmed, a ban that is imposed, and one act
    that finds nothing."""
    events = [
        answers.ticket("T-1", "2021-03-01 10:00", "general", 20),
        override("O-1", "lift", "2021-03-02 09:00", decision="short_ban@T-1"),
        override("O-2", "waive", "2021-03-02 09:05", decision="short_ban@T-1"),
        answers.ticket("T-2", "2021-04-01 10:00", "severe", 12),
        answers.ticket("T-3", "2021-04-05 10:00", "severe", 12),
        answers.ticket("T-4", "2021-04-09 10:00", "severe", 12),
        appeal("A-1", "T-2", "annulled", "2021-05-01 10:00"),
        override("O-3", "confirm", "2021-05-03 10:00", decision="serious_ban@T-4", identity="promoter"),
        override("O-4", "impose", "2021-05-04 10:00", name="suspend", until="2021-06-01", identity="promoter"),
        override("O-5", "lift", "2021-05-05 10:00", decision="short_ban@T-1"),
    ]
    return answers.answer(answers.two_ledgers(), "2021-05-06", events)


def open_appeal() -> Answer:
    """An appeal that is filed against a ticket of a running ban, and one that was rejected; a ticket repealed."""
    events = [
        answers.ticket("T-1", "2021-03-01 10:00", "general", 10),
        answers.ticket("T-2", "2021-03-05 10:00", "general", 12),
        answers.ticket("T-3", "2021-03-05 10:00", "severe", 4),
        appeal("A-1", "T-1", "filed", "2021-03-02 10:00"),
        appeal("A-2", "T-1", "rejected", "2021-03-04 10:00"),
        appeal("A-3", "T-2", "filed", "2021-03-06 10:00"),
        appeal("A-4", "T-3", "repealed", "2021-03-06 10:00"),
    ]
    return answers.answer(answers.two_ledgers(), "2021-03-07", events)


def not_final() -> Answer:
    """Tickets that have no effect until they are final: when one is, is known, of the other nobody knows."""
    law = "policy slow\n  points have no effect until final\n  use standard\nrule ban: general >= 20 -> suspend 3d\n"
    events = [
        answers.ticket("T-1", "2021-03-01 10:00", "general", 20, final="2021-03-11 10:00"),
        answers.ticket("T-2", "2021-03-02 10:00", "general", 10),
    ]
    return answers.answer(answers.compiled(law), "2021-03-07", events)


SITUATIONS = {
    "three-appeals": three_appeals,
    "closure-moved": closure_moved,
    "late": late,
    "late-and-open": late_and_open,
    "by-people": by_people,
    "open-appeal": open_appeal,
    "not-final": not_final,
}
