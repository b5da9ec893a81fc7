"""Numbers that are none of an identity's business: no offence that it can commit posts to their ledgers, and no rule.

A ticket may carry points for such a ledger all the same; what has moved is told of everybody.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from policyctl.explain.terminal_nodes import beginning
from policyctl.policy.form import Open, TicketKind, Version, reads_of
from policyctl.replay.answer import Silent


def foreign(version: Version | None, identity: str) -> frozenset[str]:
    """The ledgers to which only offences of other identities post."""
    if version is None:
        return frozenset()
    kinds = [(fact, post.ledger) for fact in version.facts if isinstance(fact, TicketKind) for post in fact.posts]
    own = {ledger for kind, ledger in kinds if kind.identity in (None, identity)}
    own |= {
        effect.name
        for rule in version.rules
        for effect in rule.effects
        if isinstance(effect, Open) and effect.sort == "post"
    }
    return frozenset(ledger for _, ledger in kinds) - own


def is_foreign(version: Version | None, name: str, value: Fraction | None, ledgers: Collection[str]) -> bool:
    """Whether a number is of such ledgers alone, and has not moved."""
    if version is None or not ledgers or (value is not None and value != beginning(version, name)):
        return False
    if name in ledgers:
        return True
    measures = {measure.name: measure for measure in version.measures}
    if name not in measures:
        return False
    reads = list(reads_of(measures[name], measures))
    return bool(reads) and all(
        read.sort == "entry" and read.names and set(read.names) <= set(ledgers) for read in reads
    )


def cannot_come(version: Version | None, silent: Silent) -> bool:
    """Whether a rule is silent because of such numbers alone."""
    ledgers = foreign(version, silent.identity)
    return bool(silent.parts) and all(is_foreign(version, one.measure, one.value, ledgers) for one in silent.parts)
