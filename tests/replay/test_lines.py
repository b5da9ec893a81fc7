"""Rules of several lines, exceptions, what acts each time, stages, and which of two prevails: what an order of writing
must not change, and what an answer tells of it."""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policyctl.explain.as_json import as_json
from policyctl.explain.phrases import Language
from policyctl.explain.terminal import lines as page
from policyctl.history.read import read_account
from policyctl.policy.form import Policy
from policyctl.policy.load import PolicyText, compile_texts
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay, zone_of

STATEMENTS = (
    "use standard",
    "flag watched",
    "rule mark: severe >= 7 -> watched",
    'rule two "甲" cite "c": general >= 12 and severe >= 4 -> suspend 9d\n  general >= 8 -> suspend 3d',
    "rule again: each time general >= 6 -> suspend 1d, warn near",
    "rule odd prevails over even: every odd 4 of general -> fine 100 each",
    "rule even: every even 4 of general above 2 -> fine 50 each",
    "rule some for watched prevails over two: general >= 3 -> suspend 2d except when severe >= 12",
    "ladder stages on general takes next stage:\n  >= 4 -> suspend 4d\n  >= 8 -> suspend 5d\n  >= 12 -> suspend 6d",
    "ladder table on severe:\n  2 to 5 -> suspend 7d\n  >= 6 while watched -> suspend 8d\n  >= 6 -> suspend 10d",
)


@lru_cache(maxsize=8)
def policy(*statements: str) -> Policy:
    """A policy of some statements, in their order."""
    text = "\n".join(statements) + "\n"
    compiled = compile_texts([PolicyText("example.policy", Path("example.policy"), text.encode())])
    [found] = compiled.policies.values()
    assert found is not None, compiled.findings
    return found


def answered(one: Policy, tickets: list[tuple[int, str, int]], at: str = "2021-12-30T00:00:00+08:00") -> Answer:
    """What stands after tickets, each on a day of the year, for a ledger."""
    events = ",".join(
        f'{{"event": "ticket", "id": "T{place:02}", "identity": "merchant", "ledger": "{ledger}", "points": "{points}",'
        f' "effective": "2021-{1 + day // 28:02}-{1 + day % 28:02}T10:00:00+08:00"}}'
        for place, (day, ledger, points) in enumerate(tickets)
    )
    zone = zone_of(one)
    return replay(one, read_account(f'{{"merchant": "m", "events": [{events}]}}', zone, "h"), zone.read(at))


def told(answer: Answer) -> Any:
    """The answer without where things stand in a file."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: bare(one) for name, one in value.items() if name not in ("source",)}
        return [bare(one) for one in value] if isinstance(value, list) else value

    return bare(as_json(answer))


TICKETS = st.lists(
    st.tuples(st.integers(0, 300), st.sampled_from(("general", "severe")), st.integers(1, 9)), max_size=8
)


@settings(max_examples=60, deadline=None)
@given(st.permutations(STATEMENTS), TICKETS)
def test_the_order_of_statements_changes_nothing(shuffled: list[str], tickets: list[tuple[int, str, int]]) -> None:
    first, second = policy(*STATEMENTS), policy(*shuffled)
    assert first.digest() == second.digest()
    assert told(answered(first, tickets)) == told(answered(second, tickets))


@settings(max_examples=60, deadline=None)
@given(TICKETS, st.integers(0, 300))
def test_what_comes_later_changes_no_decision(tickets: list[tuple[int, str, int]], day: int) -> None:
    one = policy(*STATEMENTS)
    tickets = sorted(tickets)
    early = [ticket for ticket in tickets if ticket[0] <= day]
    at = f"2021-{1 + day // 28:02}-{1 + day % 28:02}T10:00:00+08:00"
    assert told(answered(one, early, at))["decisions"] == told(answered(one, tickets, at))["decisions"]


@pytest.mark.parametrize("order", list(permutations((0, 1, 2))))
def test_the_order_of_steps_changes_nothing(order: tuple[int, ...]) -> None:
    steps = (">= 4 -> suspend 4d", ">= 8 while watched -> suspend 5d", ">= 8 while not watched -> suspend 6d")
    written = "ladder nodes on general:\n  " + "\n  ".join(steps[place] for place in order)
    plain = "ladder nodes on general:\n  " + "\n  ".join(steps)
    assert policy(*STATEMENTS[:3], written).digest() == policy(*STATEMENTS[:3], plain).digest()


def test_a_line_has_a_clause_of_its_own() -> None:
    one = policy(
        "use standard",
        'rule ban cite "第五条":\n  general >= 20 -> suspend 9d cite "第二款"\n  general >= 10 -> suspend 3d',
    )
    decisions = told(answered(one, [(1, "general", 10)]))["decisions"]
    assert [(one["id"], one["cite"]) for one in decisions] == [("ban@T00", "第五条")]
    decisions = told(answered(one, [(1, "general", 20)]))["decisions"]
    assert [(one["id"], one["cite"]) for one in decisions] == [("ban@T00", "第二款")]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Except when closed: “但书”"), ("zh", "例外（closed）：“但书”")]
)
def test_an_exception_is_told_with_its_clause(language: Language, words: str) -> None:
    one = policy("use standard", 'rule ban cite "第五条": general >= 10 -> suspend 3d except when closed cite "但书"')
    answer = answered(one, [(1, "general", 10)])
    [decision] = told(answer)["decisions"]
    assert decision["exceptions"] == [{"when": "closed", "cite": "但书"}]
    assert words in " ".join(" ".join(line.plain for line in page(answer, lang=language, width=120)).split())


def test_stages_wait_for_the_next_ticket_and_say_so() -> None:
    one = policy(
        "use standard",
        "ladder stages on general takes next stage:\n  >= 4 -> suspend 4d\n  >= 8 -> suspend 5d",
    )
    answer = told(answered(one, [(1, "general", 9)]))
    assert [decision["id"] for decision in answer["decisions"]] == ["stages[>= 4]@T00"]
    assert ("stages[>= 8]", "awaits_ticket") in {(s["rule"], s["reason"]) for s in answer["silent"]}


def test_what_another_rule_prevails_over_is_outranked() -> None:
    one = policy(
        "use standard",
        "rule first prevails over second: severe >= 20 -> suspend 30d",
        "rule second: general + severe >= 20 -> suspend 7d",
    )
    answer = told(answered(one, [(1, "severe", 20)]))
    assert [decision["id"] for decision in answer["decisions"]] == ["first@T00"]
    assert ("second", "outranked") in {(s["rule"], s["reason"]) for s in answer["silent"]}


def test_a_step_is_told_with_all_that_makes_it() -> None:
    """The page and the JSON print a step as a rule: both ends of a band, and its `while`."""
    for cite in ('cite "clause 4" on severe', 'on severe cite "clause 4"'):
        steps = "2 to 5 -> suspend 7d\n  >= 6 while watched or general >= 3 -> suspend 8d"
        one = policy("use standard", "flag watched", f"ladder table {cite}:\n  {steps}", "severe >= 1 -> watched")
        rules = {key: said for key, said in one.words.said.items() if "table[" in key and " rule " in f" {key}"}
        assert {(said.text, said.cite) for said in rules.values()} == {
            ("severe 2 to 5 -> suspend 7d", "clause 4"),
            ("severe >= 6 and (watched or general >= 3) -> suspend 8d", "clause 4"),
        }


def test_above_fifteen_is_a_step_above_fifteen() -> None:
    one = policy(
        "use standard",
        "ladder tiers on general:\n  > 15 -> suspend 6d\n  >= 15 -> suspend 5d\n  >= 4 -> suspend 4d",
    )
    fired = [[each.rule.name for each in answered(one, [(0, "general", points)]).decisions] for points in (15, 16)]
    assert fired == [["tiers[>= 15]"], ["tiers[> 15]"]]
