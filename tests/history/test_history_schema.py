"""The schema says what the reader does, as far as a schema can."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policyctl.history import fields
from policyctl.history.kinds import KINDS
from policyctl.history.read import read_account
from policyctl.history.schema import schema
from policyctl.history.unreadable import Unreadable
from policyctl.instants import Zone

DATA = Path(__file__).parent / "data"
ZONE = Zone("Asia/Shanghai")
SCHEMA: dict[str, Any] = json.loads(schema())
VALID = jsonschema.Draft202012Validator(SCHEMA)
EVERY_FIELD: dict[str, Any] = json.loads((DATA / "every_field.json").read_text(encoding="utf-8"))

BEYOND_A_SCHEMA = {"dates-out-of-order", "conflicting-events"}
"""Codes about two fields or two events, among values that are right in themselves."""


def codes(data: object) -> set[str]:
    """The codes of all errors that the reader finds."""
    try:
        account = read_account(json.dumps(data), ZONE, "h.json")
    except Unreadable as unreadable:
        return {unreadable.code}
    return {problem.code for problem in account.problems if problem.error}


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", ["merchant.json", "every_field.json"])
def test_good_histories_are_valid(name: str) -> None:
    data = json.loads((DATA / name).read_text(encoding="utf-8"))
    assert list(VALID.iter_errors(data)) == []
    assert codes(data) == set()


def test_the_example_has_every_field() -> None:
    for name, kind in KINDS.items():
        used = {field for event in EVERY_FIELD["events"] if event["event"] == name for field in event}
        common = SCHEMA["$defs"]["common"]["properties"].keys()
        assert used - common == SCHEMA["$defs"][name]["properties"].keys() - common
        assert used <= kind.fields.keys() | {"event"}
    assert EVERY_FIELD.keys() == SCHEMA["properties"].keys()


def test_fields_and_required_ones_are_those_of_the_reader() -> None:
    common = SCHEMA["$defs"]["common"]["properties"].keys()
    for name, kind in KINDS.items():
        part = SCHEMA["$defs"][name]
        assert part["properties"].keys() | common == kind.fields.keys() | {"event"}
        assert set(part["required"]) == set(kind.required)
    assert set(SCHEMA["$defs"]["event"]["properties"]["event"]["enum"]) == KINDS.keys()


def properties(part: object) -> Iterator[tuple[str, Any]]:
    """Every field that a schema describes for people: not those inside conditions."""
    if isinstance(part, dict):
        for word, inner in part.items():
            if word == "properties":
                yield from inner.items()
            if word not in ("if", "then", "else", "anyOf", "allOf"):
                yield from properties(inner)


def test_every_field_is_described() -> None:
    described = list(properties(SCHEMA))
    assert len(described) > 40
    for name, part in described:
        assert len(part["description"]) > 10, name


# fmt: off
TEXTS: list[Any] = [
    "", " ", "\t", "\n", "T-88", "T@1", "a/b", "x\n", "x\ny", "\u2028", "\u202e", "\ufeff", "\x85", "\x1b", "商户",
    "reduced", "filed", "impose", "lift", "Lift", "payment",
]
NUMBERS: list[Any] = [
    "0", "-0", "0.0", "-1", "1", "01", "1.", ".5", "+1", "1.0", "1.5", "1e3", "1,000", "１", "0.123456789",
    "0.1234567891", "999999999999999", "1000000000000000", "-999999999999999", "10\n", " 1", "NaN",
    0, 1, 2, -1, 1.5, 0.25, -0.5, 10**14, 10**15, -(10**16), True, False,
]
INSTANTS: list[Any] = [
    "2021-03-01", "2021-03-01Z", "2021-03-01 10:00", "2021-03-01T24:00", "2021-03-01T24:00:01", "2021-03-01T24:00:00.0",
    "1969-12-31", "2200-01-01", "2021-13-01", "2021-03-00", "2021-03-01T10:60", "2021-03-01T10:00:00.1234567",
    "2021-03-01T10:00+15:00", "2021-03-01T10:00+14:59", "2021-03-01T10:00-08:60", "2021-03-01\n", "2021-3-1",
    "20210301", "2021-03-01T10", "2021-03-01t10:00", "2021-03-01T10:00:00.5+08:00", " 2021-03-01", "２021-03-01",
]
OBJECTS: list[Any] = [
    {}, {"a": None}, {"a": 1, "b": "0.5"}, {"a": "x"}, {"a": True}, {"a": []}, {"a": {"b": [1, None, {}]}}, {"": 1}, [],
    [{}],
]
# fmt: on
ALL = [None, *TEXTS, *NUMBERS, *INSTANTS, *OBJECTS]
FITTING: dict[object, list[Any]] = {
    fields.instant: INSTANTS,
    fields.number: NUMBERS,
    fields.above_zero: NUMBERS,
    fields.revision: NUMBERS,
    fields.chosen: OBJECTS,
    fields.attributes: OBJECTS,
}
OF_EVERY_SORT: list[Any] = [None, "", "x", "1", 1, 1.5, True, "2021-03-01", {}, []]


def agree(data: object) -> bool:
    """Whether the history is good; schema and reader say the same."""
    found = codes(data)
    if VALID.is_valid(data):
        assert found <= BEYOND_A_SCHEMA, (found, data)
    else:
        assert found, ("the schema rejects what the reader takes", data)
    return not found


@pytest.mark.parametrize("event", EVERY_FIELD["events"], ids=lambda event: f"{event['event']} {event['id']}")
def test_they_agree_about_every_field(event: dict[str, Any]) -> None:
    assert agree({"merchant": "m-1", "events": [event]})
    for name, read in {**KINDS[event["event"]].fields, "event": fields.text, "zzz": fields.text}.items():
        rest = {other: value for other, value in event.items() if other != name}
        agree({"merchant": "m-1", "events": [rest]})
        good = [
            agree({"merchant": "m-1", "events": [{**rest, name: value}]})
            for value in (*FITTING.get(read, TEXTS), *OF_EVERY_SORT)
        ]
        assert (any(good) or name in ("event", "zzz")) and not all(good)


@pytest.mark.parametrize("name", [*EVERY_FIELD, "zzz"])
def test_they_agree_about_the_account(name: str) -> None:
    for value in ALL:
        agree({**EVERY_FIELD, name: value})
    agree({other: value for other, value in EVERY_FIELD.items() if other != name})


@pytest.mark.parametrize("value", ALL, ids=repr)
def test_they_agree_about_what_is_no_object(value: object) -> None:
    agree(value)
    agree({"merchant": "m-1", "events": [value]})


@st.composite
def changed(draw: st.DrawFn) -> dict[str, Any]:
    """An event with a few fields set or taken away."""
    event = dict(draw(st.sampled_from(EVERY_FIELD["events"])))
    known = list(KINDS[event["event"]].fields.items())
    for name, read in draw(st.lists(st.sampled_from(known), min_size=1, max_size=3)):
        event.pop(name, None)
        if draw(st.booleans()):
            event[name] = draw(st.sampled_from([*FITTING.get(read, TEXTS), *OF_EVERY_SORT]) | st.text(max_size=3))
    return event


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(changed())
def test_they_agree_about_several_fields(event: dict[str, Any]) -> None:
    agree({"merchant": "m-1", "events": [event]})
