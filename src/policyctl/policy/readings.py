"""The chosen readings of open clauses: those of a version, and those that concern the clause behind a rule.

A reading belongs to the version in whose file it stands. It concerns a rule whose citation holds the clause it reads.
"""

from __future__ import annotations

from policyctl.policy.form import Chosen, Policy, Version


class Readings:
    """The readings of one policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._of: dict[str, tuple[Chosen, ...]] = {}
        self._behind: dict[tuple[str, str], tuple[Chosen, ...]] = {}

    def of(self, version: Version | None) -> tuple[Chosen, ...]:
        """Those of a version, in the order of its file."""
        if version is None or not self._policy.words.readings:
            return ()
        since = version.since or ""
        if since not in self._of:
            said = self._policy.words.said.items()
            files = {words.file for key, words in said if key.startswith(f"{since} ")}
            self._of[since] = tuple(one for one in self._policy.words.readings if one.file in files)
        return self._of[since]

    def behind(self, version: Version, rule: str) -> tuple[Chosen, ...]:
        """Those that concern the clause which a rule cites."""
        key = (version.since or "", rule)
        if key not in self._behind:
            said = self._policy.said(version, "rule", rule)
            cite = said.cite if said is not None and said.cite else ""
            self._behind[key] = tuple(one for one in self.of(version) if one.clause in cite)
        return self._behind[key]
