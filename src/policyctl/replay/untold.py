"""Attributes that nobody told: a policy may say what they are then."""

from __future__ import annotations

from msgspec.structs import replace

from policyctl.history.events import Account, Changing
from policyctl.policy.form import AttributeKind, Policy


def with_untold(policy: Policy, account: Account) -> Account:
    """An account that says of each attribute with a start, in its newest version, what it is where nothing says it; one
    that changes is that before its first date."""
    kinds = [fact for version in policy.versions for fact in version.facts if isinstance(fact, AttributeKind)]
    starts = {kind.name: kind.start for kind in kinds if kind.start is not None}
    if not starts:
        return account
    attributes = {**starts, **account.attributes}
    for name, start in starts.items():
        said = attributes[name]
        if isinstance(said, Changing) and said.values[0][0] is not None:
            attributes[name] = Changing(((None, start), *said.values))
    return replace(account, attributes=attributes)
