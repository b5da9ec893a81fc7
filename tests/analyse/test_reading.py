"""What a change can touch is closed over all that anybody reads of it."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
import pytest

from policyctl.analyse.beyond import MEANT, beyond
from policyctl.analyse.case import Case, cases
from policyctl.analyse.outside import Outside
from policyctl.analyse.reading import TOUCHING, posted, words
from policyctl.analyse.same import Verdict, compare
from policyctl.analyse.short import SECONDS
from policyctl.policy import form
from tests.analyse.worlds import compiled

HEAD = """\
policy shop
  timezone UTC
  currency EUR
  annulment refunds and revives
identities shop
ledger general
ledger severe
offence slight -> general +10
offence grave -> severe +10
offence both -> general +10, severe +10
sanction ban
flag noted
"""

RECORDS = sorted(
    (one for one in vars(form).values() if isinstance(one, type) and issubclass(one, form.Record)),
    key=lambda one: one.__name__,
)


def case(text: str, identity: str | None = None) -> Case:
    """What a policy says of its first identity."""
    policy = compiled(text)
    assert policy is not None
    return cases(policy, None, identity)[0]


def compared(old: str, new: str, rule: str | None = None, short: float = SECONDS) -> Verdict:
    """A small shop with some rules, and with others; where short histories are looked for, so many seconds long."""
    return compare(case(HEAD + old), case(HEAD + new), rule, short=short)


# --- nothing is read that is not found -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_every_field_of_every_record_is_read(kind: Any) -> None:
    """A name that stands in any field is found; only a sort says nothing more where the names of it are given."""
    for field in kind.__struct_fields__:
        given: dict[str, Any] = dict.fromkeys(kind.__struct_fields__)
        found = set(words(kind(**{**given, field: ("a name",)})))
        assert {"a name", posted("a name")} & found, field


def test_effects_of_every_sort_touch_something_or_anything() -> None:
    sorts = {
        sort
        for kind in (form.Open, form.End, form.Move)
        for sort in get_args(msgspec.structs.fields(kind)[0].type)  # each begins with its sort
    }
    assert sorts - TOUCHING.keys() == {"void"}


@pytest.mark.parametrize("field", form.Settings.__struct_fields__)
def test_a_setting_that_differs_is_not_passed_over(field: str) -> None:
    old = case(HEAD)
    settings = msgspec.structs.replace(old.looked.settings, **{field: ("another",)})
    new = Case(old.policy, old.identity, msgspec.structs.replace(old.looked, settings=settings))
    assert [one.what for one in beyond(old, new, set(), set(), None)] == [f"Settings.{field}"]


@pytest.mark.parametrize("kind", [*get_args(form.FactKind), *get_args(form.Choice)], ids=lambda kind: kind.__name__)
def test_a_part_that_no_rule_gives_a_meaning_is_not_passed_over(kind: Any) -> None:
    old = case(HEAD)
    part = kind(*[()] * (len(kind.__struct_fields__) - len(kind.__struct_defaults__)))
    where = "choices" if kind in get_args(form.Choice) else "facts"
    looked = msgspec.structs.replace(old.looked, **{where: (*getattr(old.looked, where), part)})
    found = beyond(old, Case(old.policy, old.identity, looked), set(), set(), None)
    assert [one.what for one in found] == ([] if kind in MEANT else [kind.__name__])


# --- who reads what a changed rule does ------------------------------------------------------------------------------

X, LATER = "rule x: general >= 20 -> noted\n", "rule x: general >= 40 -> noted\n"
PERIODS = """\
policy shop
  timezone UTC
  currency EUR
  annulment refunds and revives
identities shop
ledger a resets every year
ledger b resets every quarter
ledger c
offence oa -> a +20
offence ob -> b +10
offence oc -> c +20
sanction ban
flag f per period
rule y: c >= 20 and f -> ban 3d
"""

REACHED = {
    "a rule that counts its decisions": (X, LATER, "rule y: count(x) ever >= 1 -> ban 3d\n", {"milder": 3}),
    "a rule that waits for its decision": (X, LATER, "rule y when x: -> ban 3d\n", {"milder": 2}),
    "a rule over which it prevails": (
        "rule x prevails over q: general >= 10 -> noted\n",
        "rule x prevails over q: general >= 20 -> noted\n",
        "rule q: general >= 20 -> ban 3d\n",
        {"milder": 2},
    ),
    "a rule that is blocked by its flag": (X, LATER, "rule y: general >= 30 and noted -> ban 3d\n", {"milder": 3}),
}


@pytest.mark.parametrize("name", REACHED)
def test_whoever_reads_what_a_changed_rule_does_is_looked_at(name: str) -> None:
    old, new, others, lengths = REACHED[name]
    verdict = compared(old + others, new + others)
    assert {kind: story.length for kind, story in verdict.witnesses.items() if kind in lengths} == lengths


def test_a_closure_that_nobody_looks_at_is_felt() -> None:
    old = "rule closing: general >= 20 -> close_identity\nrule r: general >= 30 -> ban 5d\n"
    verdict = compared(old, old.replace(">= 20", ">= 60"), "r", short=60.0)
    assert {kind: story.length for kind, story in verdict.witnesses.items()} == {"stricter": 3}


def test_fines_that_nobody_looks_at_are_not_paid_by_one_payment() -> None:
    old = "rule q: general >= 20 -> fine 2000 clears general\nrule r: general >= 30 -> ban 60d\n"
    verdict = compared(old, old.replace("2000", "3000"), "r", short=60.0)
    assert not verdict.proved and Outside("fines of one version alone", "q") in verdict.outside
    assert {kind: story.length for kind, story in verdict.witnesses.items()} == {"stricter": 4}


@pytest.mark.parametrize("ban", ["", ", ban 9d"])
def test_a_rule_that_looks_at_another_period_is_another_rule(ban: str) -> None:
    """The flag goes down with the quarter of b; what the rule asks for is the same."""
    old = f"{PERIODS}rule x: a >= 20 -> f{ban}\n"
    verdict = compare(case(old), case(old.replace("a >= 20", "a >= 20 and b >= 0")))
    assert verdict.witnesses["milder"].length == 3


def test_a_rule_is_called_otherwise_only_where_its_fines_keep_their_place() -> None:
    """A payment that names no decision pays what is first by its name."""
    rules = "fine 100 clears general\nrule b: severe >= 10 -> fine 200 clears severe\nrule c: general >= 20 -> ban 9d\n"
    old, late, early = (f"rule {name}: general >= 10 -> {rules}" for name in ("a", "z", "aa"))
    assert compared(old, early).proved and not compared(old, early).witnesses
    assert not compared(old, late).proved


def test_fines_that_clear_when_served_are_not_those_that_clear_when_paid() -> None:
    old = "rule r: general >= 20 -> ban 14d, fine 2000 clears general when served\nrule q: general >= 30 -> ban 60d\n"
    verdict = compared(old, old.replace(" when served", ""), short=60.0)
    assert not verdict.proved
    assert {kind: story.length for kind, story in verdict.witnesses.items()} == {"milder": 4}


# --- identities, offences, lengths, versions -------------------------------------------------------------------------


def test_an_offence_that_only_one_version_knows_stands_in_the_history() -> None:
    rules = "rule r: general >= 20 -> ban 3d\n"
    old, new = HEAD + rules, HEAD.replace("sanction ban", "offence spam -> general +5\nsanction ban") + rules
    for one, other, way in ((old, new, "stricter"), (new, old, "milder")):
        verdict = compare(case(one), case(other))
        assert verdict.proved and list(verdict.witnesses) == [way]
        story = verdict.witnesses[way]
        assert (story.length, "spam" in {getattr(event, "offence", "") for event in story.events}) == (3, True)
    renamed = compare(case(old), case(old.replace("offence slight", "offence minor")))
    assert {name: story.length for name, story in renamed.witnesses.items()} == {"stricter": 2, "milder": 2}


def test_days_and_months_are_not_longer_or_shorter_for_good() -> None:
    old, new = "rule r: general >= 20 -> ban 30d\n", "rule r: general >= 20 -> ban 1 month\n"
    verdict = compared(old, new)
    assert not verdict.proved and Outside("Length.unit", "ban") in verdict.outside
    assert compared(old, old.replace("30d", "2 months")).proved  # always longer
    assert compared(new, new).proved


@pytest.mark.parametrize(
    "new, way", [("rule r: general >= 20 -> ban 6d\n", "stricter"), ("rule r: general >= 20 -> ban 4d\n", "milder")]
)
def test_of_two_sanctions_that_run_together_the_longer_one_counts(new: str, way: str) -> None:
    old = "rule r: general >= 20 -> ban 3d\nrule s: general >= 20 -> ban 5d\n"
    verdict = compared(old, new)
    assert verdict.proved and list(verdict.witnesses) == [way]


def test_a_fine_that_is_due_sooner_is_seen() -> None:
    old = "rule r: general >= 20 -> fine 100\n"
    verdict = compared(old, old.replace("100", "100 due in 5 days"))
    assert {name: story.length for name, story in verdict.witnesses.items()} == {"other": 2}


@pytest.mark.parametrize(
    "rules",
    ["rule x: general >= 20 -> ban 5d to 40d\n", "rule x: general >= 20 -> noted\nrule y every monday: -> ban 5d\n"],
)
def test_no_bound_is_said_where_not_all_is_told(rules: str) -> None:
    """What is chosen for a ticket, and what happens between two events, stands in no history that is made."""
    verdict = compared(rules, rules.replace("40d", "30d").replace("5d\n", "6d\n"))
    assert not verdict.proved and not verdict.witnesses and not verdict.bound


def test_what_else_is_imposed_besides_makes_no_other_class() -> None:
    """Where the longer ban of another rule runs together with it, a longer one is still the stricter one."""
    old = "rule r: general >= 20 -> ban 3d\nrule s: severe >= 10 -> ban 9d\n"
    verdict = compared(old, old.replace("3d", "5d"))
    assert verdict.proved and list(verdict.witnesses) == ["stricter"]
    story = verdict.witnesses["stricter"].copy()
    both = compare(case(HEAD + old), case(HEAD + old.replace("3d", "5d").replace("9d", "8d")))
    assert story.length == 2 and "milder" in both.witnesses
