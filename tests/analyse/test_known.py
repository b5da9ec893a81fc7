"""What the machine does not know is named; sentences exist in both languages."""

from __future__ import annotations

import msgspec
import pytest

from policyctl.analyse.futures import PHRASES
from policyctl.analyse.outside import CONDITIONS, ENDED, KNOWN, OPENED, ROUGHLY, of_effect, outside
from policyctl.explain.phrases import load, placeholders
from policyctl.policy import form
from policyctl.policy.form import End, Open


@pytest.mark.parametrize("kind", KNOWN, ids=lambda kind: kind.__name__)
def test_known_fields_are_fields(kind: type[msgspec.Struct]) -> None:
    fields = set(kind.__struct_fields__)
    assert set(KNOWN[kind].split()) <= fields
    assert set(ROUGHLY.get(kind, "").split()) <= fields


def test_known_fields_of_effects_are_fields() -> None:
    for said in OPENED.values():
        assert set(said.split()) - {"*"} <= set(Open.__struct_fields__)
    assert set(ENDED.split()) <= set(End.__struct_fields__)


def test_a_field_that_is_not_on_the_list_is_named() -> None:
    ledger = form.EntryKind("a", waits=form.FlagUp("f"))
    assert [one.what for one in outside(ledger)] == ["EntryKind.waits"]
    assert [one.what for one in of_effect(Open("flag", "f", begins="exam"), "r")] == ["Open.begins"]
    assert [one.what for one in of_effect(Open("post", "a"), "r")] == ["Open.sort post"]
    for kind in CONDITIONS:
        assert kind not in KNOWN


def test_a_record_that_is_not_on_the_list_is_named() -> None:
    assert [one.what for one in outside((form.MetricKind("m"),))] == ["MetricKind"]


def test_sentences_exist_in_both_languages() -> None:
    english, chinese = load("en", PHRASES), load("zh", PHRASES)
    assert english.keys() == chinese.keys()
    for key, said in english.items():
        forms = [said] if isinstance(said, str) else list(said.values())
        others = chinese[key]
        texts = [others] if isinstance(others, str) else list(others.values())
        assert {frozenset(placeholders(one)) for one in forms} == {frozenset(placeholders(one)) for one in texts}, key
