"""An answer and what the platform recorded -> the comparison of the two."""

from __future__ import annotations

from policyctl.compare.causes import with_causes
from policyctl.compare.pairing import pairs
from policyctl.compare.record import Comparison
from policyctl.history.events import Account
from policyctl.policy.form import Policy
from policyctl.replay.answer import Answer


def compare(policy: Policy, account: Account, answer: Answer, causes: bool = True) -> Comparison | None:
    """What the rules impose beside what the platform recorded, by the instants of the answer. None where the history
    records nothing of the platform: that says nothing about what it imposed. With `causes` each difference is told
    with its cause, where one can be shown; that takes more replays."""
    if not answer.recorded:
        return None
    found = pairs(answer, answer.recorded)
    if not causes:
        return Comparison(tuple(found))
    told, given_up = with_causes(policy, account, answer, found)
    return Comparison(tuple(told), sought=True, given_up=given_up)
