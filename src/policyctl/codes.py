"""Every code that a person may meet, with its long text."""

from __future__ import annotations

from collections.abc import Mapping


def stages() -> Mapping[str, Mapping[str, str]]:
    """The codes of each stage, by what the stage looks at; a stage takes up the codes of those in front of it."""
    from policyctl.cli.codes import CODES as OF_COMMANDS
    from policyctl.history.codes import CODES as OF_HISTORIES
    from policyctl.policy.codes import CODES as OF_POLICIES
    from policyctl.replay.codes import CODES as OF_REPLAYS
    from policyctl.scenario.codes import CODES as OF_TESTS
    from policyctl.source.codes import CODES as OF_TEXTS

    return {
        "text": OF_TEXTS,
        "policy": OF_POLICIES,
        "test": OF_TESTS,
        "history": OF_HISTORIES,
        "replay": OF_REPLAYS,
        "command": OF_COMMANDS,
    }


def all_codes() -> dict[str, str]:
    """The long text of every code. The few that mean the same in several stages have the texts of all of them."""
    found: dict[str, str] = {}
    for stage, codes in stages().items():
        for code, text in codes.items():
            found[code] = f"{found[code].rstrip()}\n\nIn a {stage}: {text}" if code in found else text
    return found
