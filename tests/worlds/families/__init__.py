"""Random policies over what the language gained beside its core, one small file for each family of features.

A family says lines of a policy, each with the names of the features that are in it, so that a comparison can count how
often each was drawn. All share one vocabulary (`words`).
"""

from tests.worlds.families.drawn import FAMILIES, Drawn, worlds

__all__ = ["FAMILIES", "Drawn", "worlds"]
