"""Every code that a person may meet, with its long text."""

from __future__ import annotations


def all_codes() -> dict[str, str]:
    """Codes of policy texts, of policies, of histories and of replays."""
    from policyctl.history.codes import CODES as OF_HISTORIES
    from policyctl.policy.codes import CODES as OF_POLICIES
    from policyctl.replay.codes import CODES as OF_REPLAYS
    from policyctl.source.codes import CODES as OF_TEXTS

    return {**OF_TEXTS, **OF_POLICIES, **OF_HISTORIES, **OF_REPLAYS}
