"""The laws of the two digests and of the normal form as text."""

from __future__ import annotations

import json
import random
import re
from functools import cache
from pathlib import Path

import pytest

from policyctl.policy.form import Policy, decode_policy, encode
from policyctl.policy.load import PolicyText, compile_texts, read
from tests.policy.cases import FOLDER, cases

OLD = """\
policy shop "小店"
  version 2020-01-01
  timezone Asia/Shanghai
  currency CNY
  annulment refunds and revives
  count by issued
  judge by effective
  note "the first one"

identities merchant "商户", promoter "带货达人"

ledger credit "信用分" starts at 100 down floor 0 ceiling 100 resets every year cite "clause 1"
sanction ban "封禁" = no_live "禁播" 5d, no_listing permanently, no_campaigns overlap heaviest

offence late "迟发" -> credit -10 cite "clause 2"

rule low "80分" cite "clause 3": credit <= 80 -> ban 14d
"""

NEW = """\
policy shop "小店"
  version 2021-06-01
  timezone Asia/Shanghai
  currency CNY
  annulment refunds and revives
  count by issued
  judge by effective

identities merchant "商户", promoter "带货达人"

ledger general "一般违规" resets every year unless no_reset
ledger severe "严重违规" starts at 3 resets every quarter unless severe >= 48

flag watched "观察期" per period cite "clause 4"

offence slight "轻微" -> general +10
offence scope "超范围" cite "clause 5"
  minor "轻" -> general +10
  serious "重" -> general +5, severe +20

measure total "合计" = incurred(general, severe) this period + 2 * live(general) in 90 days by occurred
measure share = (general - severe) / 3

sanction suspend "短封"

rule node "节点" cite "clause 6": general >= 20 and not closed -> suspend 3d, fine 2000 clears, warn near "watch out"
rule strict: (watched or total > 40) and count(scope.minor) this year >= 2 -> suspend 3 calendar days, watched
rule hidden: every 12 of severe -> suspend 12d each, fine 500 each clears general and severe when served
rule closure "关闭": total >= 100 -> close_identity, no_reset
general >= 2 * severe and share >= 1.5 -> suspend permanently

ladder steps "阶梯" on total takes all cite "clause 7":
  >= 40 "第一级" -> suspend 28d
  > 60 -> suspend 2 months, watched

reading "paid" of "clause 6" because "it says so"

transition from 2020-01-01 cite "notice":
  credit drop, still counted
  fines carry
  sanctions drop
  reached re-arm

test "nothing" for merchant
  2021-07-01 10:00 ticket T1 slight
  expect nothing
"""


def compiled(**texts: str | bytes) -> Policy:
    """The one policy that some files say."""
    given = [
        PolicyText(f"{name}.policy", Path(name), text if isinstance(text, bytes) else text.encode())
        for name, text in texts.items()
    ]
    result = compile_texts(given)
    [policy] = result.policies.values()
    assert policy is not None, [(f.span.line, f.message) for f in result.findings]
    return policy


BASE = compiled(old=OLD, new=NEW)


# --- what leaves no trace in the meaning ------------------------------------------------------------------------------


def shuffled(text: str, seed: int) -> str:
    """The statements of a text in another order, without their blank lines."""
    statements = re.split(r"\n(?=\S)", text.strip())
    random.Random(seed).shuffle(statements)
    return "\n\n\n".join(part.rstrip() for part in statements) + "\n"


def stretched(text: str) -> str:
    """The text with more white space wherever there is some, and lines that go on below."""
    lines = [re.sub(r"(?<=\S) (?=\S)(?=[^\"]*(?:\"[^\"]*\"[^\"]*)*$)", "   ", line) for line in text.splitlines()]
    return "\n\n".join(lines).replace(" -> ", "\n      -> ") + "\n\n"


def commented(text: str) -> str:
    """The text with a comment behind every line and between all lines."""
    return "".join(f"{line}  # 20 -> 30\n  # general >= 3 -> suspend\n" for line in text.splitlines())


LAYOUTS = {
    "other blanks": (stretched(OLD), stretched(NEW)),
    "comments": (commented(OLD), commented(NEW)),
    "other line ends": (OLD.replace("\n", "\r\n"), NEW.replace("\n", "\r")),
    "a byte order mark": ("\ufeff" + OLD, "\ufeff" + NEW),
    "no line end at the end": (OLD.rstrip("\n"), NEW.rstrip("\n")),
    "another order": (shuffled(OLD, 1), shuffled(NEW, 2)),
    "yet another order": (shuffled(OLD, 3), shuffled(NEW, 4)),
    "full width": (OLD.replace(">= 20", "＞＝ ２０"), NEW.replace(">= 20", "＞＝ ２０").replace(", ", "， ")),
    "other signs": (OLD, NEW.replace(">=", "≥").replace("<=", "≤")),
    "other numerals": (
        OLD,
        NEW.replace(">= 40", ">= 40.0").replace("every 12", "every 12.00").replace("2000", "2000.0"),
    ),
    "other words for a length": (OLD.replace("14d", "14 days"), NEW.replace("3d", "3 days").replace("90 days", "90d")),
    "labels for names": (OLD.replace("-> ban", "-> 封禁"), NEW.replace(": general >= 20", ": 一般违规 >= 20")),
    "a label in a count": (OLD, NEW.replace("count(scope.minor)", "count(超范围.轻)")),
    "joined by and": (OLD, NEW.replace("incurred(general, severe)", "incurred(general and severe)")),
    "effects in another order": (
        OLD,
        NEW.replace("suspend 3d, fine 2000 clears, warn", "fine 2000 clears, suspend 3d, warn"),
    ),
    "steps in another order": (
        OLD,
        NEW.replace(
            '  >= 40 "第一级" -> suspend 28d\n  > 60 -> suspend 2 months, watched\n',
            '  > 60 -> suspend 2 months, watched\n  >= 40 "第一级" -> suspend 28d\n',
        ),
    ),
    "midnight said": (
        OLD.replace("2020-01-01", "2020-01-01 00:00"),
        NEW.replace("2021-06-01", "2021-06-01T00:00+08:00"),
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_is_not_meaning(layout: str) -> None:
    old, new = LAYOUTS[layout]
    assert (old, new) != (OLD, NEW)
    assert compiled(old=old, new=new).digest() == BASE.digest()


def test_names_of_files_and_their_order_are_not_meaning() -> None:
    assert compiled(b=NEW, a=OLD).digest() == BASE.digest()
    assert compiled(zebra=OLD, ant=NEW).digest() == BASE.digest()


# --- what is words and not meaning ------------------------------------------------------------------------------------

QUOTED = [match for text in (OLD, NEW) for match in re.finditer(r'"[^"]*"', text) if "nothing" not in match[0]]
LABEL_OF_A_POLICY = '"小店"'


@pytest.mark.parametrize("match", QUOTED, ids=lambda match: f"{match.string[:40].split()[3]} {match[0]}")
def test_words_are_not_meaning_and_are_text(match: re.Match[str]) -> None:
    changed = f'{match.string[: match.start()]}"{match[0][1:-1]} as it is today"{match.string[match.end() :]}'
    policy = compiled(old=changed, new=NEW) if match.string == OLD else compiled(old=OLD, new=changed)
    assert policy.digest() == BASE.digest()
    # The label of the policy is that of its newest version.
    if not (match[0] == LABEL_OF_A_POLICY and match.string == OLD):
        assert policy.text_digest() != BASE.text_digest()


def test_words_that_are_left_out() -> None:
    for words in (' cite "clause 6"', ' "节点"', '\nreading "paid" of "clause 6" because "it says so"\n'):
        assert words in NEW
        policy = compiled(old=OLD, new=NEW.replace(words, ""))
        assert policy.digest() == BASE.digest()
        assert policy.text_digest() != BASE.text_digest()


def test_tests_are_neither() -> None:
    policy = compiled(old=OLD, new=NEW.partition('test "nothing"')[0])
    assert policy.digest() == BASE.digest()
    assert policy.text_digest() == BASE.text_digest()


def test_comments_are_neither() -> None:
    policy = compiled(old=commented(OLD), new=commented(NEW))
    assert policy.text_digest() == BASE.text_digest()


def test_the_name_of_the_policy_is_text() -> None:
    policy = compiled(old=OLD.replace("policy shop", "policy store"), new=NEW.replace("policy shop", "policy store"))
    assert policy.digest() == BASE.digest()
    assert policy.text_digest() != BASE.text_digest()


# --- what is meaning --------------------------------------------------------------------------------------------------


def without_words(text: str) -> str:
    """The text with its quotations blanked out, every place staying where it is."""
    text = re.sub(r'"[^"]*"', lambda match: " " * len(match[0]), text)
    return text.partition("test ")[0]


NUMBERS = list(re.finditer(r"(?<![\w-])\d+(\.\d+)?(?![\w.-])|\d+(?=d\b)", without_words(NEW)))
NAMES = sorted(
    {
        match[1]
        for match in re.finditer(
            r"^(?:ledger|flag|offence|measure|sanction|rule|ladder) (\w+)|^  (\w+) +->", without_words(NEW), re.M
        )
        if match[1]
    }
    | {"minor", "serious", "near"}
)


@pytest.mark.parametrize("match", NUMBERS, ids=lambda match: f"{match[0]} at {match.start()}")
def test_every_number_is_meaning(match: re.Match[str]) -> None:
    number = f"{match[0]}.5" if NEW[match.end() : match.end() + 1] != "d" and "." not in match[0] else f"1{match[0]}"
    if re.match(r" (days|months|calendar)", NEW[match.end() :]):
        number = f"1{match[0]}"
    policy = compiled(old=OLD, new=NEW[: match.start()] + number + NEW[match.end() :])
    assert policy.digest() != BASE.digest()


def test_numbers_were_found() -> None:
    assert len(NUMBERS) > 20
    assert len(NAMES) > 12


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_meaning(name: str) -> None:
    policy = compiled(old=OLD, new=re.sub(rf"\b{name}\b", f"{name}_2", NEW))
    assert policy.digest() != BASE.digest()


CHANGES = [
    ("timezone Asia/Shanghai", "timezone Asia/Tokyo"),
    ("currency CNY", "currency EUR"),
    ("annulment refunds and revives", "annulment stays cleared"),
    ("judge by effective", "judge by issued"),
    ("count by issued", "count by effective"),
    ('identities merchant "商户", promoter "带货达人"', 'identities merchant "商户"'),
    ("2021-06-01", "2021-06-02"),
    ("resets every quarter", "resets every month"),
    ("unless no_reset", ""),
    ("unless severe >= 48", "unless severe > 48"),
    ('flag watched "观察期" per period', 'flag watched "观察期"'),
    ("this period", "this year"),
    ("in 90 days", "in 90 days inclusive"),
    ("in 90 days", "in 90 calendar days"),
    ("by occurred", "by issued"),
    ("live(general)", "incurred(general)"),
    ("+ 2 * live", "- 2 * live"),
    ("and not closed", "and not watched"),
    ("or total > 40", "and total > 40"),
    ("count(scope.minor)", "count(scope)"),
    ("count(scope.minor)", "count(tickets)"),
    ("suspend 3d, ", ""),
    (", fine 2000 clears", ""),
    ("fine 2000 clears", "fine 2000"),
    ("fine 2000 clears", "fine 2000 clears severe"),
    ("when served", ""),
    ("suspend 12d each", "suspend 12d"),
    ("close_identity, no_reset", "close_identity"),
    ("suspend permanently", "suspend 3d"),
    ("3 calendar days", "3 days"),
    ("2 months", "2 weeks"),
    (' warn near "watch out"', " no_reset"),
    ("takes all", ""),
    ("  > 60", "  >= 60"),
    ("credit drop, still counted", "credit drop"),
    ("fines carry", "fines drop"),
    ("sanctions drop", "sanctions carry"),
    ("reached re-arm", "reached as reached"),
    ("starts at 3 ", ""),
    ("starts at 100 down", "starts at 99 down"),
    (" floor 0", ""),
    (" ceiling 100", ""),
    ("overlap heaviest", "overlap extends"),
    ("no_listing permanently", "no_listing 9d"),
    (", no_campaigns", ", no_posts"),
]


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_every_choice_is_meaning(before: str, after: str) -> None:
    assert before in OLD + NEW
    old, new = OLD.replace(before, after), NEW.replace(before, after)
    assert compiled(old=old, new=new).digest() != BASE.digest()


# --- the normal form as text ------------------------------------------------------------------------------------------


@cache
def policies() -> tuple[Policy, ...]:
    """Every policy that ships, and those of the cases."""
    results = [compile_texts(read(Path(__file__).parents[2] / "policies"))]
    results += [case.compiled() for case in cases(FOLDER / "right.cases")]
    return (BASE, *(policy for result in results for policy in result.policies.values() if policy is not None))


def test_the_normal_form_is_read_as_it_was_written() -> None:
    for policy in policies():
        written = encode(policy)
        again = decode_policy(written)
        assert again == policy
        assert encode(again) == written
        assert again.digest() == policy.digest() and again.text_digest() == policy.text_digest()


def test_the_normal_form_has_no_binary_fractions() -> None:
    for policy in policies():
        json.loads(encode(policy), parse_float=_no_fraction, parse_constant=_no_fraction)


def _no_fraction(text: str) -> float:
    raise AssertionError(f"{text} is a binary fraction")


def test_the_normal_form_is_canonical() -> None:
    for policy in policies():
        written = encode(policy).decode()
        assert written == json.dumps(json.loads(written), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("(general >= 20)", "general >= 20"),
        ("((general) >= (20))", "general >= 20"),
        ("(general >= 20) and (severe >= 3 and general >= 5)", "general >= 20 and severe >= 3 and general >= 5"),
        ("((general >= 20) or severe >= 3) and general >= 5", "(general >= 20 or severe >= 3) and general >= 5"),
        ("(general >= 20 and severe >= 3) or severe >= 9", "general >= 20 and severe >= 3 or severe >= 9"),
        ("not (closed) and general >= 20", "not closed and general >= 20"),
        ("(2 * general) + (severe) >= 20", "2 * general + severe >= 20"),
        ("2 * (general + severe) >= 20", "2 * (general + severe) >= 20"),
        ("(general - severe) - (general - 3) >= 20", "general - severe - (general - 3) >= 20"),
        ("general >= (20 - severe)", "general >= 20 - severe"),
        ("every 5 of ((general))", "every 5 of general"),
    ],
)
def test_parentheses_that_mean_nothing_are_no_part_of_a_name_or_of_the_digest(written: str, name: str) -> None:
    policies = [_policy(f"{condition} -> suspend 3d\n") for condition in (written, name)]
    assert [rule.name for rule in policies[0].versions[0].rules] == [name]
    assert policies[0].versions == policies[1].versions
    assert policies[0].digest() == policies[1].digest()


def _policy(text: str) -> Policy:
    compiled = compile_texts([PolicyText("case.policy", Path("case.policy"), text.encode())])
    assert not [finding for finding in compiled.findings if finding.severity == "error"]
    (policy,) = compiled.policies.values()
    assert policy is not None
    return policy
