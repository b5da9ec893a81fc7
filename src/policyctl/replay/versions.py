"""Which version of a policy is in force when."""

from __future__ import annotations

from datetime import datetime

from policyctl.instants import Zone
from policyctl.policy.form import Policy, Version


class Versions:
    """The versions of a policy with the instants from which they are in force (None: for all time)."""

    def __init__(self, policy: Policy, zone: Zone) -> None:
        self.starts = [(None if v.since is None else zone.read(v.since), v) for v in policy.versions]
        self._newest_first = self.starts[::-1]

    def in_force(self, at: datetime) -> Version | None:
        """The version in force at an instant; None before the first."""
        for start, version in self._newest_first:
            if start is None or start <= at:
                return version
        return None
