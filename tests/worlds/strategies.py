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
def policies(draw: DrawFn) -> Texts:
    """The texts of a policy."""
    return policy_of(Drawn(draw))


def histories(policy: Policy, longest: int = 14) -> SearchStrategy[tuple[History, list[str]]]:
    """A history for a policy, with instants to ask about."""

    @strategies.composite
    def drawn(draw: DrawFn) -> tuple[History, list[str]]:
        return history_of(Drawn(draw), policy, longest)

    return drawn()


@strategies.composite
def worlds(draw: DrawFn, longest: int = 14) -> World:
    """A policy, a history for it, and instants to ask about."""
    texts = policy_of(Drawn(draw))
    history, asked = history_of(Drawn(draw), compiled(texts), longest)
    return World(texts, history, tuple(asked))
