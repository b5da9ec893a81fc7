"""How a comparison is told: the page in both languages, the JSON object."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from policyctl.characters import cells
from policyctl.compare.compare import compare
from policyctl.compare.record import Comparison
from policyctl.explain.as_json import as_json
from policyctl.explain.phrases import LANGUAGES, Language
from policyctl.explain.terminal import lines
from policyctl.replay.answer import Answer
from policyctl.replay.replay import replay
from tests.policies.test_histories import POLICY, ZONE, accounts

from .story import RULES, account, answered, appeal, override, policy, suspended, ticket, told
from .test_causes import CASES, SHOP, SUSPENDED, TICKETS


def otherwise(causes: bool = True) -> tuple[Answer, Comparison]:
    """The sample history in which the platform recorded something else."""
    [one] = accounts("recorded-otherwise.json")
    answer = replay(POLICY, one, ZONE.read("2021-12-01"))
    found = compare(POLICY, one, answer, causes)
    assert found is not None
    return answer, found


def page(answer: Answer, found: Comparison | None, lang: Language, width: int, asked: bool = True) -> list[str]:
    """What is printed, without colour."""
    return [line.plain for line in lines(answer, lang=lang, width=width, comparison=found, compare=asked)]


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_fits_the_page(lang: Language, width: int) -> None:
    answer, found = otherwise()
    assert max(cells(line) for line in page(answer, found, lang, width)) <= width


def test_the_section_in_english() -> None:
    answer, found = otherwise()
    printed = page(answer, found, "en", 80)
    start = next(n for n, line in enumerate(printed) if line.startswith("The rules and the platform's record"))
    assert printed[start : start + 17] == [
        "The rules and the platform's record ────────────────────────────────────────────",
        "",
        "2 records of the platform agree with the rules.",
        "10 things differ.",
        "The merchant sees what the platform recorded: where you say something else, say",
        "that it differs, and why.",
        "",
        "◆ short_ban (一般违规节点), merchant (商户), 2020-06-04 10:05:12",
        "  short_ban@V202006010073",
        "  ▲ suspend (短封): wrong length, it ends 11 days later than by the rules",
        "      rules     2020-06-04 10:05:12 until 2020-06-07 10:05:12",
        "      platform  2020-06-04 10:05:12 until 2020-06-18 10:05:12 (D202006040021)",
        "      cause     An old version: 2019-01-01 gives just this, and was no longer in",
        "                force.",
        "  ▲ fine: missing, the rules impose it and the platform has not recorded it",
        "      rules     2,000 CNY, 2020-06-04 10:05:12",
        "      cause     An old version: by 2019-01-01, no longer in force, the platform",
    ]
    # What one decision imposed that was taken back stands under one heading.
    assert sum(line.startswith("◆ No decision of the rules") for line in printed) == 2


def test_the_section_in_chinese() -> None:
    answer, found = otherwise()
    printed = "\n".join(page(answer, found, "zh", 80))
    assert "平台有 2 条记录与规则一致。\n有 10 处不一致。" in printed
    assert "  ▲ 短封：期限不符，比规则晚 11 天结束\n" in printed
    assert "  ▲ 公告警示：多出，平台有记录，规则不要求处罚\n" in printed
    assert "      原因  人工处理：若没有 O202106190002，规则得出的正是如此。\n" in printed


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_sentence_warns_where_nobody_asked(lang: Language) -> None:
    """On the page, and where one decision alone is asked about only if that differs."""
    answer, found = otherwise(causes=False)
    warning = {"en": "The platform recorded something else than the rules impose, in 10 cases.", "zh": "有 10 处不一致"}
    assert warning[lang] in " ".join(page(answer, found, lang, 300, asked=False))
    assert "platform  " not in "\n".join(page(answer, found, lang, 120, asked=False))
    for decision, count in (("short_ban@V202102220091", 0), ("short_ban@V202106150184", 2)):
        about = found.of(decision=decision)
        assert about.different == count
        printed = lines(answer, lang=lang, width=120, decision=decision, comparison=about)
        assert any("--compare" in line.plain for line in printed) == (count > 0)


def test_no_warning_where_all_is_the_same() -> None:
    one = account(SHOP, TICKETS[0], ticket("T-2", 9, "2021-03-05 10:00"), SUSPENDED)
    answer = answered(SHOP, one, "2021-12-01")
    found = compare(SHOP, one, answer)
    assert found is not None and found.different == 1
    one = account(SHOP, *TICKETS, SUSPENDED, {**SUSPENDED, "id": "D-2", "name": "fine", "until": None})
    answer = answered(SHOP, one, "2021-12-01")
    found = compare(SHOP, one, answer)
    assert found is not None and found.different == 0
    assert "--compare" not in "\n".join(page(answer, found, "en", 120, asked=False))
    assert "2 records of the platform agree with the rules." in page(answer, found, "en", 120)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_record_is_no_evidence(lang: Language) -> None:
    """Nothing is said to be missing, and it is said that nothing is on record."""
    answer = answered(SHOP, account(SHOP, *TICKETS), "2021-12-01")
    words = {"en": "The history records nothing that the platform imposed", "zh": "历史记录中没有平台实际处罚的记录"}
    assert words[lang] in " ".join(page(answer, None, lang, 120))
    assert "--compare" not in "\n".join(page(answer, None, lang, 120, asked=False))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_every_cause_has_its_sentence(case: str, lang: Language) -> None:
    """Whatever the cause: the page is printed, and names what the cause names."""
    shop, events, _ = CASES[case]
    one = account(shop, *events)
    answer = answered(shop, one, "2021-12-01")
    found = compare(shop, one, answer)
    assert found is not None
    printed = "\n".join(page(answer, found, lang, 120))
    assert "{" not in printed
    for cause in (pair.cause for pair in found.pairs if pair.cause is not None):
        assert all(event in printed for event in cause.events)


LIFTED = (
    ticket("T-1", 20, "2021-02-01 10:00"),
    suspended("D-1", "2021-02-01 10:00", "2021-02-04 10:00"),
    override("O-1", "lift", "2021-02-02 10:00", decision="node@T-1"),
    appeal("A-1", "T-1", "annulled", "2021-03-01 10:00"),
)
LOWERED = (
    ticket("T-1", 10, "2021-02-01 10:00"),
    ticket("T-2", 10, "2021-03-01 10:00"),
    suspended("D-1", "2021-03-01 10:00", None),
    appeal("A-1", "T-1", "repealed", "2021-03-04 10:00"),
    override("O-1", "lift", "2021-03-05 10:00", decision="node@T-2"),
)
FEWER = (
    ticket("T-1", 20, "2021-03-01 10:00"),
    suspended("D-1", "2021-03-01 10:00", "2021-03-07 10:00"),
    appeal("A-1", "T-1", "reduced", "2021-03-02 10:00", points="10"),
    override("O-1", "lift", "2021-03-03 10:00", decision="node@T-1"),
)


@pytest.mark.parametrize(
    ("rule", "events", "known", "said"),
    [
        (
            "general >= 20 -> suspend 3d",
            LIFTED,
            "2021-02-01T10:00:00+08:00",
            {
                "en": "A person: by what was on record at 2021-02-01 10:00 the rules gave just this, until O-1 came on"
                " record on 2021-02-02 10:00. A-1 took back node@T-1.",
                "zh": "人工处理：按 2021-02-01 10:00 已有的记录，规则得出的正是如此，直至 O-1 于 2021-02-02 10:00"
                " 记录在案。node@T-1 已由 A-1 撤回。",
            },
        ),
        (
            "general >= 20 -> suspend 1d until general < 20",
            LOWERED,
            "2021-03-01T10:00:00+08:00",
            {
                "en": "An appeal: by what was on record at 2021-03-01 10:00 the rules gave just this, until A-1 came on"
                " record on 2021-03-04 10:00.",
                "zh": "申诉：按 2021-03-01 10:00 已有的记录，规则得出的正是如此，直至 A-1 于 2021-03-04 10:00"
                " 记录在案。",
            },
        ),
        (
            "every 10 of general -> suspend 3d each",
            FEWER,
            None,
            {
                "en": "An appeal: before A-1, node@T-1 had imposed just this.",
                "zh": "申诉：在 A-1 之前，node@T-1 要求的正是如此。",
            },
        ),
    ],
)
def test_what_two_changed_one_after_the_other_is_not_put_down_to_one(
    rule: str, events: tuple[dict[str, Any], ...], known: str | None, said: dict[Language, str]
) -> None:
    """Without either alone, the other would still keep the rules from giving what was recorded."""
    rules = policy(f"policy shop\n  use standard\nrule node: {rule}\n")
    one = account(rules, *events)
    answer = answered(rules, one, "2021-12-01")
    for lang in LANGUAGES:
        printed = "".join("".join(page(answer, compare(rules, one, answer), lang, 300)).split())
        assert said[lang].replace(" ", "") in printed  # wherever the lines are broken
    [entry] = told(rules, *events, at="2021-12-01")["entries"]
    assert entry["cause"]["known_at"] == known
    for alone in ("A-1", "O-1"):
        without = [event for event in events if event["id"] != alone]
        assert told(rules, *without, at="2021-12-01")["different"] == 1


def test_a_start_a_length_without_end_and_a_lift() -> None:
    rules = policy(RULES)
    events = [
        *TICKETS,
        suspended("D-1", "2021-03-06 10:00", None),
        override("O-1", "lift", "2021-03-07 10:00", decision="node@T-2"),
    ]
    one = account(rules, *events)
    answer = answered(rules, one, "2021-12-01")
    printed = "\n".join(page(answer, compare(rules, one, answer), "en", 120))
    assert (
        "suspend (短封): wrong start, 1 day later than by the rules; wrong length, it has no end, and by the rules"
        " it has one" in printed
    )
    assert "platform  2021-03-06 10:00, no end (D-1)" in printed


# --- JSON -------------------------------------------------------------------------------------------------------------


def test_the_object() -> None:
    """The shape: fields may be added, never changed."""
    events = [
        *TICKETS,
        SUSPENDED,
        override("O-1", "lift", "2021-03-06 10:00", decision="node@T-2"),
    ]
    assert told(SHOP, *events, at="2021-12-01") == {
        "same": 0,
        "different": 2,
        "entries": [
            {
                "verdicts": ["wrong_length"],
                "identity": "promoter",
                "expected": {
                    "decision": "node@T-2",
                    "kind": "sanction",
                    "name": "suspend",
                    "part_of": None,
                    "from": "2021-03-05T10:00:00+08:00",
                    "until": "2021-03-06T10:00:00+08:00",
                    "also_until": None,
                    "amount": None,
                },
                "actual": {
                    "event": "D-1",
                    "at": "2021-03-05T10:00:00+08:00",
                    "name": "suspend",
                    "from": "2021-03-05T10:00:00+08:00",
                    "until": "2021-03-08T10:00:00+08:00",
                    "amount": None,
                    "decision": None,
                    "ticket": None,
                },
                "cause": {
                    "kind": "override",
                    "events": ["O-1"],
                    "decision": None,
                    "version": None,
                    "known_at": None,
                    "came_at": None,
                    "instead": None,
                    "rule_only": False,
                },
                "partly": [],
            },
            {
                "verdicts": ["missing"],
                "identity": "promoter",
                "expected": {
                    "decision": "node@T-2",
                    "kind": "fine",
                    "name": "fine",
                    "part_of": None,
                    "from": "2021-03-05T10:00:00+08:00",
                    "until": None,
                    "also_until": None,
                    "amount": "2000",
                },
                "actual": None,
                "cause": None,
                "partly": [],
            },
        ],
        "without_search": 0,
    }


def test_without_causes_the_field_is_absent() -> None:
    one = account(SHOP, *TICKETS, SUSPENDED)
    answer = answered(SHOP, one, "2021-12-01")
    found = as_json(answer, comparison=compare(SHOP, one, answer, causes=False))["compared"]
    assert found["different"] == 1 and "without_search" not in found
    assert all("cause" not in entry for entry in found["entries"])
    assert as_json(answered(SHOP, account(SHOP, *TICKETS), "2021-12-01"))["compared"] is None


def test_entries_stand_in_the_order_of_time() -> None:
    entries = as_json(otherwise()[0], comparison=otherwise()[1])["compared"]["entries"]
    starts = [(entry["expected"] or entry["actual"])["from"] for entry in entries]
    starts = [start for start in starts if start is not None]
    assert all(first <= second for first, second in pairwise(starts))
