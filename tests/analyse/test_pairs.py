"""Changes of a small shop that do something only after payments, resets and second crossings, and changes that do
nothing: what differs is told by a shortest history, and replayed from its file; the others are proved the same."""

from __future__ import annotations

import json

import pytest

from policyctl.analyse.case import Case, cases
from policyctl.analyse.changes import Asked, changes
from policyctl.analyse.diff_page import diff_lines
from policyctl.analyse.same import Verdict, compare, differing
from policyctl.analyse.written import written
from policyctl.explain.phrases import Language
from policyctl.explain.text import Text
from policyctl.history.read import read_account
from policyctl.replay.replay import replay, zone_of
from tests.analyse.worlds import compiled

FIRST = "rule first: a >= 20 -> ban 3d, fine 2000 clears a\n"
NODES = "ladder nodes on a:\n  >= 20 -> ban 3d, fine 2000 clears a\n  >= 40 -> ban 30d\n"
CLOSING = NODES.replace("30d", "30d, close_identity")
SHOP = f"""\
policy shop
  timezone UTC
  currency EUR
  annulment refunds and revives
identities shop
ledger a
ledger b resets every year
ledger c
offence small -> a +10
offence big -> a +20
offence late -> b +10
offence fake -> c +10
offence both -> a +10, b +10
flag watched
flag twice
sanction ban
sanction hold
{FIRST}rule other: b >= 20 -> hold 5d
rule watching: c >= 10 -> watched
rule again: count(first) ever >= 2 -> twice
rule closing: incurred(a) ever >= 80 -> close_identity
"""

YEARLY = "ledger a resets every year"
DIFFER = {
    # big, paid, big: only where the points have ended is 20 reached again
    "what a payment clears": ("clears a", "clears b", {"milder": 3, "stricter": 5, "other": 5}),
    # 10 and both, paid, both: what was left of b is gone
    "what it clears besides": ("clears a", "clears a and b", {"milder": 4, "stricter": 5}),
    # big, big: cleared at once, 20 is reached again
    "clearing without a payment": ("fine 2000 clears a", "fine 2000, clear a", {"stricter": 2}),
    # big, paid, big: that is twice; then b over the new year: late, the year, late
    "a reset that is blocked after two decisions": (
        "ledger b resets every year",
        "ledger b resets every year unless twice",
        {"stricter": 6, "milder": 8},
    ),
    # fake, late, the year, late
    "a reset that is blocked by a flag": (
        "ledger b resets every year",
        "ledger b resets every year unless watched",
        {"stricter": 4, "milder": 6},
    ),
    # big, paid, and three times big: so much was incurred, and less is left
    "a total that payments bring down": ("incurred(a) ever >= 80", "a >= 80", {"milder": 5}),
    "a reset, where there was none": ("ledger a\n", f"{YEARLY}\n", {"stricter": 3, "milder": 3}),
    # three times big, two payments between, and one ticket more: decisions count from the next step on
    "what happens after three decisions": (
        "rule again: count(first) ever >= 2 -> twice\n",
        "rule again: count(first) ever >= 2 -> twice\nrule third: count(first) ever >= 3 -> hold 9d\n",
        {"stricter": 6},
    ),
    "one more ledger of an offence": ("offence both -> a +10, b +10", "offence both -> a +10", {"milder": 2}),
    # closed at 40: three times big at one instant goes beyond that, and the higher step closes nothing
    "a step behind the end": (CLOSING, CLOSING + "  >= 60 -> ban 40d\n", {"other": 3}),
    "a step behind the end, that closes too": (
        CLOSING,
        CLOSING + "  >= 60 -> ban 40d, close_identity\n",
        {"stricter": 3},
    ),
    # big and big at one instant
    "each step, not the highest": (NODES, NODES.replace("on a", "on a takes all"), {"stricter": 2}),
    # both, the year, both
    "every so many, counted on": (
        "rule other: b >= 20 -> hold 5d",
        "rule other: every 20 of incurred(b) ever -> hold 5d",
        {"stricter": 3},
    ),
}


SAME = {
    "a rule is called otherwise": ("rule other:", "rule another:"),
    "a flag is called otherwise": ("watched", "seen"),
    "more than 19, in steps of 10": ("a >= 20 ->", "a > 19 ->"),
    "11, in steps of 10": ("b >= 20 ->", "b >= 11 ->"),
    "not less": ("b >= 20 ->", "not (b < 20) ->"),
    "what is so anyway": ("a >= 20 ->", "a >= 20 and incurred(a) ever >= 5 ->"),
    "one of two that holds sooner": ("b >= 20 ->", "b >= 20 or b >= 30 and watched ->"),
    "hours for days": ("ban 3d", "ban 72 hours"),
    "a measure by its name": (
        "rule closing: incurred(a) ever >= 80",
        "measure all = incurred(a) ever\nrule closing: all >= 75",
    ),
    "twice as much of both": ("incurred(a) ever >= 80", "2 * incurred(a) ever >= 160"),
    "a rule that can never fire": ("rule other:", "rule no: b >= 30 and b < 20 -> close_identity\nrule other:"),
    "one rule as two": (FIRST, f"{FIRST.replace('ban 3d, ', '')}rule second: a >= 20 -> ban 3d\n"),
    "a rule as a ladder": ("rule other: b >= 20 -> hold 5d", "ladder other on b:\n  >= 20 -> hold 5d"),
    "a ladder as rules": (
        NODES,
        "rule nodes: a >= 20 and a < 40 -> ban 3d, fine 2000 clears a\nrule high: a >= 40 -> ban 30d\n",
    ),
    "a step that closing comes before": (
        f"{CLOSING}  >= 60 -> ban 30d, close_identity\n",
        f"{CLOSING}  >= 60 -> close_identity, ban 30d\n",
    ),
    "a total that payments do not bring down": ("incurred(a) ever >= 80", "incurred(a) this period >= 80"),
}


def shop(rules: str = FIRST, text: str = SHOP) -> Case:
    """The shop with its first rule, or with others in its place."""
    if rules != FIRST:
        text = text.replace(FIRST, rules).replace("count(first)", "count(nodes)")
    policy = compiled(text)
    assert policy is not None
    [case] = cases(policy)
    return case


def both(old: str, new: str) -> tuple[Case, Case]:
    """The shop, and the shop with a part of it written otherwise."""
    if old.startswith("ladder"):
        return shop(old), shop(new)
    assert old in SHOP
    return shop(), shop(text=SHOP.replace(old, new))


def told_again(old: Case, new: Case, verdict: Verdict) -> dict[str, str]:
    """What the interpreter says of the history of each class, read from its file."""
    found = {}
    for name, story in verdict.witnesses.items():
        zone = zone_of(old.policy)
        text = json.dumps(written(story.account, zone))
        answers = [replay(one.policy, read_account(text, zone, "story"), story.clock) for one in (old, new)]
        before = [sorted(str(d) for d in answer.decisions if d.at < story.clock) for answer in answers]
        assert [len(one) for one in before[:1]] == [len(one) for one in before[1:]]
        found[name] = differing(answers[0], answers[1], story.clock)
    return found


@pytest.mark.parametrize("name", DIFFER)
def test_what_differs_is_found_by_a_shortest_history_that_can_be_replayed(name: str) -> None:
    change, into, lengths = DIFFER[name]
    old, new = both(change, into)
    verdict = compare(old, new)
    assert verdict.proved
    assert {kind: story.length for kind, story in verdict.witnesses.items()} == lengths
    assert told_again(old, new, verdict) == {kind: kind for kind in lengths}


@pytest.mark.parametrize("name", SAME)
def test_what_is_written_otherwise_is_proved_the_same(name: str) -> None:
    verdict = compare(*both(*SAME[name]))
    assert verdict.proved and not verdict.witnesses


def test_whether_a_month_is_longer_than_so_many_days_depends_on_the_date() -> None:
    """Milder in February and stricter in all other months: not one class alone is proved."""
    verdict = compare(both("ban 3d", "ban 30d")[1], both("ban 3d", "ban 1 month")[1])
    assert not verdict.proved
    assert ("Length.unit", "ban") in {(one.what, one.where) for one in verdict.outside}
    assert compare(both("ban 3d", "ban 30d")[1], both("ban 3d", "ban 720 hours")[1]).proved


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_difference_is_named_in_one_sentence(width: int, lang: Language) -> None:
    change, into, _ = DIFFER["a reset that is blocked after two decisions"]
    old, new = SHOP, SHOP.replace(change, into)
    found = changes(both(change, into)[0].policy, both(change, into)[1].policy, (old, new), Asked(), 200_000, 60.0)
    lines = [line.plain for line in diff_lines([found], [], lang=lang, width=width)]
    assert max(Text(line).cells for line in lines) <= width
    page = " ".join(" ".join(lines).split())
    # both close in the end; only what differs is said
    expected = {
        "en": (
            "changed ledger b: how it begins, ends or is counted",
            "At 2026-01-05 10:00 the new one decides other@T-4: hold until 2026-01-10 10:00. The old one does not.",
            "At 2026-01-06 10:00 the old one decides other@T-6: hold until 2026-01-11 10:00. The new one does not.",
            "2026-01-01 00:00 a date that counts",
        ),
        "zh": ("改动 ledger b：起止或计算方式", "更严、更宽", "旧版没有", "2026-01-01 00:00 到了规定的日期"),
    }
    assert all(one in page for one in expected[lang])
