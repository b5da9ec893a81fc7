"""Whatever the input: an account or an `Unreadable`, and no event lost on the way."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from policyctl.history.codes import CODES
from policyctl.history.events import Account
from policyctl.history.read import read_accounts, read_bytes
from policyctl.history.unreadable import Unreadable
from policyctl.instants import Zone

DATA = Path(__file__).parent / "data"
ZONE = Zone("Asia/Shanghai")
VALID = [(DATA / name).read_text(encoding="utf-8") for name in ("merchant.json", "every_field.json")]
NAMES = [name for text in VALID for name in re.findall(r'"(\w+)":', text)]
VALUES: list[object] = [
    *(None, True, False, 0, 1, -1, 2, 1.5, 1e300, 10**30, "", " ", "0", "-1", "1e3", "10", "x", "T-88", "T-97", "P-1"),
    *("a@b", "a/b", "\n", "\ud800", "\u202e", "2021-03-01", "2021-02-30", "reduced", "impose", "ticket", "payment"),
    *([], {}, [[]], [{}], {"a": None}, {"a": {"b": [1, {"c": 2}]}}, "9" * 1000),
]
BYTES = [
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\\ud83d",
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b",",
    b":",
    b"NaN",
    b"1e9",
    b"\n",
    b"\r\n",
]
BYTES += [
    b"\\",
    b"-",
    b"9" * 500,
    b"[" * 5000,
    b'"id": "T-88",',
    "商".encode(),
    "商".encode("gbk"),
    b"null",
    b"\xe2\x80\xa8",
]


def checked(found: list[Account | Unreadable]) -> None:
    assert found
    for one in found:
        if isinstance(one, Unreadable):
            assert one.code in CODES
            assert "\n" not in one.message + one.help
            str(one).encode()
            continue
        assert [(event.id, event.revision) for event in one.events] == sorted({(e.id, e.revision) for e in one.events})
        for problem in one.problems:
            assert problem.code in CODES
            assert "\n" not in problem.message + str(problem.help)
            problem.message.encode()


def readable_id(raw: object) -> str | None:
    id = raw.get("id") if isinstance(raw, dict) else None
    good = isinstance(id, str) and id.strip() and not re.search("[@/\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", id)
    return id if good else None


def all_accounted_for(events: list[object], account: Account) -> None:
    """Events with an id are kept or told of under it; those without one are told of one by one."""
    ids = Counter(readable_id(raw) for raw in events)
    told = Counter(problem.event for problem in account.problems)
    kept = Counter(event.id for event in account.events)
    assert told[None] == ids[None]
    assert (told.keys() | kept.keys()) - {None} == ids.keys() - {None}
    for id, times in ids.items():
        assert id is None or kept[id] == times or told[id]


def mutated_bytes(data: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randint(1, 4)):
        start = rng.randrange(len(data) + 1)
        end = start + rng.choice([0, 0, 1, 1, 2, 20])
        data = data[:start] + rng.choice([b"", bytes([rng.randrange(256)]), rng.choice(BYTES)]) + data[end:]
    return data


def mutated(data: Any, rng: random.Random) -> Any:
    """The same JSON with one place changed: a value replaced, taken away, doubled, or put under another name."""
    if not isinstance(data, (dict, list)) or not data or rng.random() < 0.15:
        return rng.choice(VALUES)
    if isinstance(data, list):
        position = rng.randrange(len(data))
        inner = mutated(data[position], rng)
        return rng.choice([[*data[:position], inner, *data[position + 1 :]], [*data, inner], [*data, data[position]]])
    name = rng.choice(list(data))
    rest = {other: value for other, value in data.items() if other != name}
    return rng.choice([{**data, name: mutated(data[name], rng)}, {**rest, rng.choice(NAMES): data[name]}, rest])


@pytest.mark.parametrize("seed", range(20))
def test_changed_bytes(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(25):
        data = mutated_bytes(rng.choice(VALID).encode(), rng)
        for ndjson in (None, True, False):
            checked(list(read_bytes(data, ZONE, "h.json", ndjson)))


@pytest.mark.parametrize("seed", range(20))
def test_changed_structure(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(50):
        changed_structure(rng)


def changed_structure(rng: random.Random) -> None:
    data = json.loads(rng.choice(VALID))
    for _ in range(rng.randint(1, 4)):
        data["events"] = mutated(data["events"], rng)
        data = mutated(data, rng) if rng.random() < 0.1 else data
        if not isinstance(data, dict) or not isinstance(data.get("events"), list):
            break
    (found,) = read_accounts(json.dumps(data), ZONE, "h.json")
    checked([found])
    if isinstance(found, Account):
        events = data["events"]
        all_accounted_for(events, found)
        rng.shuffle(events)
        assert repr(list(read_accounts(json.dumps(data), ZONE, "h.json"))) == repr([found])


def test_many_lines_of_changed_accounts() -> None:
    rng = random.Random(7)
    accounts = [{**json.loads(VALID[0]), "merchant": f"m-{number}"} for number in range(50)]
    lines = [json.dumps(mutated(account, rng)) for account in accounts]
    found = list(read_accounts("\n".join([json.dumps(json.loads(VALID[1])), *lines]), ZONE, "h.ndjson"))
    repeated = [one for one in found if isinstance(one, Unreadable) and one.code == "repeated-merchant"]
    told = sum(int(one.message.split(" stands on ")[1].split()[0]) - 1 for one in repeated)
    assert len(found) + told == 51
    checked(found)
