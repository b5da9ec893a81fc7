"""Random worlds as hypothesis strategies, so that a failing one shrinks."""

from __future__ import annotations

from hypothesis import strategies
from hypothesis.strategies import DrawFn, SearchStrategy

from policyctl.policy.form import Policy
from tests.worlds.choices import Drawn
from tests.worlds.histories import History
from tests.worlds.histories import histories as history_of
from tests.worlds.policies import Texts
from tests.worlds.policies import policies as policy_of
from tests.worlds.read import compiled
from tests.worlds.world import World


@strategies.composite
def policies(draw: DrawFn, *, corrected: bool = False) -> Texts:
    """The texts of a policy."""
    return policy_of(Drawn(draw), corrected=corrected)


def histories(policy: Policy, longest: int = 14) -> SearchStrategy[tuple[History, list[str]]]:
    """A history for a policy, with instants to ask about."""

    @strategies.composite
    def drawn(draw: DrawFn) -> tuple[History, list[str]]:
        history, asked, _ = history_of(Drawn(draw), policy, longest)
        return history, asked

    return drawn()


@strategies.composite
def worlds(draw: DrawFn, longest: int = 14, *, corrected: bool = False) -> World:
    """A policy, a history for it, and instants to ask about; with corrections, or only with late tickets."""
    texts = policy_of(Drawn(draw), corrected=corrected)
    history, asked, known = history_of(Drawn(draw), compiled(texts), longest, corrected=corrected)
    return World(texts, history, tuple(asked), tuple(known))
