"""A few hundred mutated policies; `fuzz.py` runs as many as one likes."""

from __future__ import annotations

from pathlib import Path

import pytest

from policyctl.policy.load import PolicyText
from tests.policy.fuzz import check, run


def test_mutated_policies() -> None:
    seen = run(200, seed=7)
    assert seen["ok"] > 5
    assert len(seen) > 40


@pytest.mark.parametrize(
    "text",
    [
        "measure m0 = general\n" + "".join(f"measure m{n + 1} = m{n} + 1\n" for n in range(400)) + "m400 >= 3 -> warn",
        "measure m0 = general\n"
        + "".join(f"measure m{n + 1} = m{n} * 999\n" for n in range(300))
        + "m300 >= 3 -> warn",
        "measure m0 = m99\n" + "".join(f"measure m{n + 1} = m{n} + m{n}\n" for n in range(99)) + "m9 >= 3 -> warn",
        "measure m0 = general\n"
        + "".join(f"measure m{n + 1} = {'(' * 90}m{n} + 1{')' * 90}\n" for n in range(30))
        + "m30 >= 3 -> warn",
        f"{'(' * 95}general{')' * 95} >= 3 -> warn",
        " and ".join(["general >= 3"] * 800) + " -> warn",
        "general >= 3 -> " + ", ".join(f"warn w{n}" for n in range(200)),
        "\n".join(f"general >= {n + 1} -> warn" for n in range(400)),
        "\n".join(f"nothing_{n} >= 1 -> warn" for n in range(200)),
        "policy standard\n" * 50,
        "use standard\n" * 50 + "general >= 2 -> warn",
    ],
    ids=lambda text: text[:40],
)
def test_long_and_deep_policies(text: str) -> None:
    check([PolicyText("long.policy", Path("long.policy"), text.encode())])
