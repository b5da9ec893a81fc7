"""The codes of tests in policy files, with their pages."""

from __future__ import annotations

CODES: dict[str, str] = {
    "unusable-test-line": (
        "A line of a test cannot be used: it names a rule, ledger, offence, sanction or identity that the policy does "
        "not have, a date that does not exist, an id for the second time, or points that are not above 0. Such a test "
        "would say nothing, so it fails, and `policyctl check` reports the line. Correct the name: `expect short_ban "
        "at 2021-03-05 10:00`."
    ),
}
