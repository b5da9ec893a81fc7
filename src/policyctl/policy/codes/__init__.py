"""Every code of a finding about the meaning of a policy, and its long explanation.

The examples are policy texts, and the tests check them: the wrong one gives its code, the right one nothing at all.
`=== NAME` begins a file where an example has several.
"""

from __future__ import annotations

from policyctl.policy.codes.calendar import CALENDAR
from policyctl.policy.codes.declarations import DECLARATIONS
from policyctl.policy.codes.effects import EFFECTS
from policyctl.policy.codes.files import FILES
from policyctl.policy.codes.header import HEADER
from policyctl.policy.codes.names import NAMES
from policyctl.policy.codes.numbers import NUMBERS
from policyctl.policy.codes.rules import RULES
from policyctl.policy.codes.versions import VERSIONS
from policyctl.source.codes import Explained

EXPLAINED: dict[str, Explained] = {
    **HEADER,
    **NAMES,
    **DECLARATIONS,
    **CALENDAR,
    **NUMBERS,
    **RULES,
    **EFFECTS,
    **VERSIONS,
}
"""Codes of findings in policy texts, with texts that show them."""

CODES: dict[str, str] = {code: explained.text for code, explained in EXPLAINED.items()} | FILES
"""The long text of each code, as `policyctl explain-code` prints it."""
