"""Texts and JSON objects of random worlds, read as a command would read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from policyctl.history.events import Account
from policyctl.history.read import read_account
from policyctl.instants import Zone
from policyctl.policy.form import Policy
from policyctl.policy.load import PolicyText, compile_texts

ODD = frozenset(
    {
        "every-of-a-window",
        "holds-from-the-start",
        "never-used",
        "no-reset-asked-nowhere",
        "reset-on-first-day",
        "seen-at-next-ticket",
        "starts-above-zero",
    }
)
"""Warnings that random policies may deserve: what they warn of has a meaning, and is to be tested."""


class Uncompiled(AssertionError):
    """A random policy that was found fault with: the generator or the front end is wrong."""


def compiled(texts: Mapping[str, str]) -> Policy:
    """The one policy in some texts; `Uncompiled` where anything is found in them but what is `ODD`."""
    return _compiled(tuple(texts.items()))


@lru_cache(maxsize=8)
def _compiled(texts: tuple[tuple[str, str], ...]) -> Policy:
    """Kept for a while: a world is drawn for its policy, and then every law asks for it again."""
    result = compile_texts([PolicyText(name, Path(name), text.encode()) for name, text in texts])
    found = [d for d in result.findings if d.code not in ODD or d.severity == "error"]
    if found or len(result.policies) != 1:
        said = "\n".join(f"{d.span.source.name}:{d.span.line}: {d.code}: {d.message}" for d in found)
        raise Uncompiled(said + "\n" + "\n".join(text for _, text in texts))
    (policy,) = result.policies.values()
    assert policy is not None
    return policy


def account(history: Mapping[str, Any], policy: Policy) -> Account:
    """An account from the JSON object of a history, as the reader of histories takes it."""
    return read_account(json.dumps(history), Zone(policy.versions[0].settings.timezone), "history.json")
