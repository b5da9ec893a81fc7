"""What was known when: the events of an account that were on record at an instant, of each id the newest revision."""

from __future__ import annotations

from datetime import datetime

import msgspec

from policyctl.history.account import settled
from policyctl.history.events import Account, Event


def known_at(account: Account, known: datetime | None) -> Account:
    """The account with the events recorded at `known` or before (None: all of the file), of each id the highest
    revision. What was recorded later leaves no trace, neither in the events nor in the problems."""
    events, problems = account.events, account.problems
    if known is not None:
        left_out = [one for one in account.left_out if one.recorded is None or one.recorded <= known]
        events, problems = settled((e for e in account.said or events if e.recorded <= known), left_out)
    newest: dict[str, Event] = {event.id: event for event in events}
    return msgspec.structs.replace(account, events=tuple(newest.values()), problems=problems, said=(), left_out=())
