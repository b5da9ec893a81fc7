"""Random policies and histories over the whole core of the language, for every test that wants some.

`seeded(seed)` gives the same world in every run; `strategies` holds the same as hypothesis strategies.
"""

from tests.worlds.choices import Choices, Drawn, Seeded
from tests.worlds.histories import History, histories
from tests.worlds.policies import Texts, policies
from tests.worlds.read import Uncompiled, account, compiled
from tests.worlds.world import World, seeded

__all__ = [
    "Choices",
    "Drawn",
    "History",
    "Seeded",
    "Texts",
    "Uncompiled",
    "World",
    "account",
    "compiled",
    "histories",
    "policies",
    "seeded",
]
