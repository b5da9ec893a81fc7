"""One history and one policy have one answer, to the byte: whatever the order of events in the file, the time zone and
the language of the machine, the folder the program is started in, and the order in which Python keeps its sets."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import CONTRACT, SHIPPED, all_at_once, written

BARE = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
"""Python by itself takes the locale `C` for UTF-8; this is how it was before."""


@dataclass(frozen=True)
class Machine:
    """A way to run the program that must not matter."""

    name: str
    env: dict[str, str]
    seed: int = 0
    elsewhere: bool = False


MACHINES = (
    Machine("hash seed 0, New York, C", {"PYTHONHASHSEED": "0", "TZ": "America/New_York", "LC_ALL": "C"}, 1),
    Machine("hash seed 1, Kolkata, POSIX", {"PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "LC_ALL": "POSIX", **BARE}, 2),
    Machine("hash seed 2, UTC+14, Latin-1", {"PYTHONHASHSEED": "2", "TZ": "<+14>-14", "LANG": "en_US.ISO-8859-1"}, 3),
    Machine("hash seed 3, Chinese", {"PYTHONHASHSEED": "3", "LANG": "zh_CN.GB18030", "LC_ALL": "zh_CN.GB18030"}, 4),
    Machine("hash seed 4, ASCII", {"PYTHONHASHSEED": "4", "PYTHONIOENCODING": "ascii", "LANG": "C", **BARE}, 5, True),
    Machine("hash seed 5, Turkish", {"PYTHONHASHSEED": "5", "TZ": "Europe/Istanbul", "LC_ALL": "tr_TR.UTF-8"}, 6, True),
    Machine("no cache, no terminal", {"POLICYCTL_CACHE": "off", "TERM": "dumb", "NO_COLOR": "1"}, 0, True),
)


def shuffled(account: dict[str, Any], seed: int) -> dict[str, Any]:
    """The account with its events, and the fields of each, in another order."""
    if not seed:
        return account
    dice = random.Random(seed)

    def mixed(fields: dict[str, Any]) -> dict[str, Any]:
        return dict(dice.sample(sorted(fields.items()), len(fields)))

    events = [mixed(event) for event in account["events"]]
    return mixed({**account, "events": dice.sample(events, len(events))})


def accounts(path: Path) -> list[dict[str, Any]]:
    """The accounts of a shipped file, which holds one or has one a line."""
    text = path.read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()] if path.suffix == ".ndjson" else [json.loads(text)]


def outputs(folder: Path, machine: Machine | None) -> list[bytes]:
    """What is printed for the worked example and for all shipped histories: JSON and text, and one in Chinese."""
    seed = machine.seed if machine else 0
    options: dict[str, Any] = {}
    if machine:
        options = {"env": machine.env, "cwd": folder if machine.elsewhere else CONTRACT}
    example = written(folder, "merchant.json", shuffled(json.loads((CONTRACT / "merchant.json").read_text()), seed))
    lines = [
        json.dumps(shuffled(account, seed), ensure_ascii=False)
        for path in sorted(SHIPPED.glob("*.*json"))
        for account in accounts(path)
    ]
    assert len(lines) > 1
    shipped = written(folder, "shipped.ndjson", "\n".join(lines))
    card, real = CONTRACT / "card.policy", SHIPPED.parent
    runs = all_at_once(
        ((*("explain", account, "--policy", policy, "--at", at, "--format"), *form), options)
        for account, policy, at, form in (
            (example, card, "2021-03-14", ("json",)),
            (example, card, "2021-03-14", ("text",)),
            (shipped, real, "2021-12-31", ("json",)),
            (shipped, real, "2022-01-10", ("text", "--lang", "zh")),
        )
    )
    assert {(run.status, run.err) for run in runs} == {(0, "")}
    return [run.out for run in runs]


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    found = outputs(tmp_path_factory.mktemp("usual"), None)
    assert all(found) and "违规".encode() in found[3]
    return found


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_same_bytes(machine: Machine, usual: list[bytes], tmp_path: Path) -> None:
    assert outputs(tmp_path, machine) == usual
