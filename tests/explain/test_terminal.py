"""The explanation for the terminal, as people read it.

The pages under `golden/` are compared as they stand; `POLICYCTL_UPDATE=1 pytest tests/explain` writes them anew.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from policyctl.exact import plain
from policyctl.explain.phrases import LANGUAGES, Language, Phrases, flattened, load, placeholders
from policyctl.explain.terminal import UnknownSubject, lines
from policyctl.explain.terminal_layout import wrap
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.policy.form import Said
from policyctl.policy.form import key as said_key
from policyctl.replay.answer import Answer

from . import answers, corrections

GOLDEN = Path(__file__).parent / "golden"
SITUATIONS: dict[str, Callable[[], Answer]] = {
    "contract": answers.contract,
    "paid-and-again": answers.paid_and_again,
    "closed": answers.closed,
    "untouched": answers.untouched,
    "falling": answers.falling,
    "many-entries": answers.many_entries,
    "long-history": answers.long_history,
    "ladder": answers.ladder,
    "served": answers.waits_for_the_ban,
    "queued": answers.queued,
    "adding-up": answers.adding_up,
    **corrections.SITUATIONS,
}
ON_RECORD = (
    *("contract", "paid-and-again", "closed", "untouched", "falling", "served", "ladder", "queued"),
    *corrections.SITUATIONS,
)


def page(answer: Answer, lang: Language, width: int, **options: Any) -> str:
    """What is printed, without colour."""
    return "".join(f"{line.plain}\n" for line in lines(answer, lang=lang, width=width, **options))


def sentences(answer: Answer) -> str:
    """What is printed, in English, without its lines."""
    return " ".join(page(answer, "en", 120).split())


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ON_RECORD)
def test_golden(name: str, lang: Language, width: int) -> None:
    """The pages that people have looked at."""
    shown = page(SITUATIONS[name](), lang, width)
    path = GOLDEN / f"{name}.{lang}.{width}.txt"
    if os.environ.get("POLICYCTL_UPDATE"):
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SITUATIONS)
def test_nothing_overflows(name: str, lang: Language, width: int) -> None:
    """No line is wider than the page, ends in a space or begins with a closing mark."""
    for line in page(SITUATIONS[name](), lang, width).splitlines():
        assert cell_len(line) <= width, line
        assert line == line.rstrip()
        assert not line.lstrip().startswith(("，", "。", "；", "、", "）"))
        assert "\u00a0" not in line and "\u2060" not in line


@pytest.mark.parametrize("lang", LANGUAGES)
def test_colour_adds_no_words(lang: Language) -> None:
    """With colour or without, the words are the same."""
    for line in lines(answers.contract(), lang=lang, width=80):
        assert "\x1b" not in line.plain
        assert re.sub(r"\x1b\[[0-9;]*m", "", line.coloured()) == line.plain


def test_colour_stays_where_it_was_put() -> None:
    """A coloured mark or a bold name does not run into the sentence behind it."""
    shown = "".join(line.coloured() for line in lines(answers.contract(), lang="en", width=80))
    assert "\x1b[31m●\x1b[0m The sanction \x1b[1msuspend\x1b[0m runs against" in shown


def test_what_waits_is_told() -> None:
    """Sanctions that run one after the other: when each begins, and no end that it does not have."""
    shown = sentences(answers.queued())
    assert "After it 2 more wait, one after the other; the last one, suspend, runs until 2021-03-15 12:00." in shown
    assert "suspend from 2021-03-11 12:00 until 2021-03-15 12:00" in shown
    assert "Also imposed by" not in shown


def test_what_adds_up_is_told() -> None:
    """Sanctions that extend each other: every decision says when the whole ends."""
    shown = sentences(answers.adding_up())
    assert shown.count("suspend until 2021-03-15 12:00") + shown.count("suspend (短封) until 2021-03-15 12:00") == 4
    assert "(over)" not in shown


@pytest.mark.parametrize(("paid", "says"), [(True, "general will be cleared on"), (False, "that takes off 20 points")])
def test_no_sanction_is_served_that_was_dropped(paid: bool, says: str) -> None:
    """Points that a fine takes off at a date, whose sanction a change of version has ended before."""
    shown = sentences(answers.sanction_dropped(paid))
    assert "Ended early on 2021-03-08 00:00" in shown
    assert "is served" not in shown
    assert says in shown and "2021-03-15 10:00, the end that the decision gave its sanction" in shown


def test_nothing_that_a_terminal_would_obey() -> None:
    """Words of a policy or a history move no cursor and hide nothing."""
    answer = answers.answer(answers.card(), "2021-03-14", [], merchant="m")
    for line in lines(replace(answer, merchant="m\x1b[2J\u202e\n"), lang="en", width=80):
        assert line.plain.isprintable()
        assert "\x1b" not in re.sub(r"\x1b\[[0-9;]*m", "", line.coloured())


def test_ascii_marks() -> None:
    """Where the terminal knows no Unicode, the marks are plain; only what the policy says is not."""
    shown = page(answers.falling(), "en", 80, ascii_only=True)
    assert shown.isascii()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SITUATIONS)
def test_every_number_and_instant_comes_from_the_answer(name: str, lang: Language) -> None:
    """What is printed as money, points or an instant stands in the answer, or is a difference between two such; or it
    is what payments that are owed back make together."""
    answer = SITUATIONS[name]()
    shown = page(answer, lang, 120)
    together = {identity: Fraction(0) for identity in ("merchant", "promoter")}
    for taken in answer.rescinded:
        together[taken.decision.identity] += taken.owed
    instants, numbers = set(), {Fraction(0), *together.values(), *(taken.owed for taken in answer.rescinded)}
    for value in everything(answer):
        if isinstance(value, datetime):
            instants.add(answer.zone.local(value).strftime("%Y-%m-%d %H:%M"))
        elif isinstance(value, Fraction):
            numbers |= {value, -value}
    for text in re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d", shown):
        assert text in instants
    known = {f"{n.numerator:,}" if n.denominator == 1 else plain(n) for n in numbers}
    for money in re.findall(r"([\d,.]+) (?:CNY|元)", shown):
        assert money in known
    for points in re.findall(r"(?<![\d,.-])([\d,.]+) (?:points?\b|分)", shown):
        assert points in known


def everything(value: object) -> list[object]:
    """All values inside a record, except those of the policy's words."""
    if isinstance(value, tuple):
        return [v for part in value for v in everything(part)]
    if hasattr(value, "__struct_fields__"):
        return [v for f in value.__struct_fields__ for v in everything(getattr(value, f))]
    return [value]


def test_the_first_sentence_says_what_stands_and_what_to_do() -> None:
    """Read alone, it answers until when, and what next."""
    first = " ".join(page(answers.contract(), "en", 120).split("\n\n")[1].split())
    assert "The sanction suspend runs against promoter until 2021-03-15 10:00 (1 day 10 hours left)." in first
    assert "Next: pay the open 1,500 CNY; that takes off 20 points of general." in first
    assert "Nothing stands against merchant. The nearest rule is general >= 20, 20 points away." in first


def test_what_paying_does_not_do() -> None:
    """Points that a fine takes off still count for the total, and the sanction runs on."""
    shown = " ".join(page(answers.paid_and_again(), "en", 120).split())
    assert "Paying 2,000 CNY takes off 30 points of general" in shown
    assert "keeps counting them: it stays at 70 points, and closure (永久关闭) fires at 100 points or more." in shown
    assert "The sanction runs to its end whether or not it is paid." in shown
    assert "Full payment took off 20 points of general on 2021-03-06 09:00." in shown


def test_a_fine_of_a_period_that_is_over() -> None:
    """Paying it takes nothing off, and the page says why."""
    answer = answers.over_new_year()
    shown = " ".join(page(answer, "en", 120).split())
    assert "settles the fine and takes no points off: the period 2021 is over." in shown


def test_before_the_first_version() -> None:
    """Nothing is claimed of rules that were not yet in force."""
    answer = replace(answers.untouched(), version=None, status=(), silent=())
    assert "No version of the policy was in force." in page(answer, "en", 80)


def test_a_long_list_is_shortened() -> None:
    """Of twenty entries the first three and the last five."""
    shown = page(answers.many_entries(), "en", 80)
    assert "… 12 more entries" in shown
    assert "T-002" in shown and "T-003 " not in shown and "T-015" in shown


def test_many_decisions() -> None:
    """Those that matter in full, the rest in two lines each with the way to the whole story."""
    answer = answers.long_history()
    shown = page(answer, "en", 80)
    assert shown.count("◆") == 4
    assert all(decision.id in shown for decision in answer.decisions)
    assert "--decision ID" in shown
    assert len(shown.splitlines()) < 260


def test_one_decision() -> None:
    """Only that one, in full; an unknown one is refused with those that are known."""
    answer = answers.long_history()
    shown = page(answer, "en", 80, decision="general >= 20@T-004")
    assert shown.count("◆") == 1 and "T-004" in shown and "T-059" not in shown
    with pytest.raises(UnknownSubject) as refused:
        page(answer, "en", 80, decision="general >= 20@T-400")
    assert "general >= 20@T-004" in refused.value.known


def test_one_identity() -> None:
    """Nothing of the others."""
    answer = answers.contract()
    assert "promoter" not in page(answer, "en", 80, identity="merchant")
    with pytest.raises(UnknownSubject):
        page(answer, "en", 80, identity="creator")


def test_incomplete_comes_before_the_decisions() -> None:
    """What was left out is said first, with what to do about it."""
    shown = page(answers.falling(), "en", 80)
    assert shown.index("unknown-ledger") < shown.index("Decisions")
    assert "The answer below is given without 1 event." in shown
    shown = page(replace(answers.falling(), anomalies=()), "en", 80)
    assert "without what is named here" in shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_languages_agree(lang: Language) -> None:
    """The same keys, with the same placeholders in every plural form; but for what is wrong with events."""
    ours, english = common(lang), common("en")
    assert set(ours) == set(english)
    for key, form in ours.items():
        for text in [form] if isinstance(form, str) else list(form.values()):
            assert placeholders(text) == placeholders(Phrases("en").template(key, 2)), key


def common(lang: Language) -> dict[str, str | dict[str, str]]:
    """The sentences that every language has."""
    return {key: form for key, form in load(lang).items() if not key.startswith(("problem.", "help."))}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_phrase_stands_in_two_files(lang: Language) -> None:
    """Each file of a language adds its own sentences; together they are the language."""
    folder = Path(__file__).parents[2] / "src" / "policyctl" / "explain" / "phrases"
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in folder.glob(f"{lang}.*toml")]
    count = sum(len(dict(flattened("", file))) for file in files)
    assert len(files) > 1 and count == len(load(lang))


def test_every_phrase_is_used() -> None:
    """No sentence is kept that nobody says (a key may be put together in the code; then its group is named there)."""
    source = Path(__file__).parents[2] / "src" / "policyctl" / "explain"
    code = "".join(path.read_text(encoding="utf-8") for path in source.glob("*.py"))
    groups = (
        "section.",
        "field.",
        "column.",
        "wanted.",
        "silent.",
        "problem.",
        "help.",
        "currency.",
        "duration.",
        "condition.",
        "compare.verdict.",
        "compare.cause.",
        "compare.label.",
    )
    loose = (
        "points",
        "tickets",
        "entries",
        "number",
        "headline.sanction",
        "headline.queued",
        "sanction.consecutive",
        "sanction.extends",
        "sanction.heaviest",
        "standing.next",
        "any_more.",
        "compare.partly.",
        "measure.",
        "any_less.",
        "appeal.",
        "headline.lift",
        "headline.waive",
        "headline.confirm",
        "headline.impose",
        "headline.less",
        "headline.lighter",
        "headline.taken",
        "headline.review",
        "late.",
        "mark.",
        "occasion.",
        "people.",
        "did.",
        "fact.",
        "record.",
        "reset.",
        "taken.served",
        "thing.",
        "taken.short",
        "taken.not_following",
        "version.",
        "where.",
        "why.rose",
        "why.fell",
        "why.stayed",
    )
    for key in load("en"):
        if not key.startswith((*groups, *loose)):
            assert f'"{key}"' in code, key


def test_plurals_and_spacing() -> None:
    """One day, two days; Chinese and Latin are kept apart."""
    english, chinese = Phrases("en"), Phrases("zh")
    assert english.say("duration.days", 1, number="1").plain == "1 day"
    assert english.say("duration.days", 2, number="2").plain == "2 days"
    assert chinese.say("duration.days", 1, number="1").plain == "1 天"
    assert chinese.say("headline.clear", identity="promoter").plain == "promoter 当前没有处罚。"
    assert chinese.say("headline.clear", identity="商户").plain == "商户当前没有处罚。"


def test_a_wide_name_is_cut_at_a_mark() -> None:
    """`out_of_scope.serious` in a narrow column: no syllable is torn off."""
    lines = wrap(Text("out_of_scope.serious"), 18)
    assert [line.plain for line in lines] == ["out_of_scope.", "serious"]
    assert [line.plain for line in wrap(Text("x" * 12), 5)] == ["xxxxx", "xxxxx", "xx"]


def test_a_ledger_that_is_gone_keeps_its_label() -> None:
    """A ledger that only an older version has goes by the label that it had there."""
    speaker = Speaker(answers.sanction_dropped(paid=True), Phrases("zh"))
    [old, new] = speaker.answer.policy.versions
    policy = speaker.answer.policy
    said = {said_key(old.since, "ledger", "credit"): Said("old.policy", 1, "", "信用分")}
    policy = replace(policy, words=replace(policy.words, said={**policy.words.said, **said}))
    speaker.answer = replace(speaker.answer, policy=policy)
    assert speaker.version == new
    assert speaker.ledger("credit").plain == "信用分"
    assert speaker.ledger("karma").plain == "karma"


def test_what_a_pending_ticket_brings_is_shown_as_the_policy_says_it() -> None:
    """A ticket that is sure to reach a rule: the rule stands below it."""
    tickets = [answers.ticket("T-1", "2021-03-20", "general", 20, issued="2021-03-13")]
    shown = page(answers.answer(answers.two_ledgers(), "2021-03-14", tickets), "en", 120)
    [standing] = re.findall(r"pending .*\n.*", shown)
    assert standing.split("\n")[1].strip() == "general >= 20 -> suspend 3d, fine 2000 clears"


def test_one_decision_lists_all_its_entries() -> None:
    """On the page of all decisions one refers to an earlier one; alone it stands for itself."""
    tickets = [answers.ticket(f"T-{n}", f"2021-03-0{n}", "general", 7) for n in (1, 2, 3)]
    rules = answers.written("rule ev: every 7 of general -> suspend 1d each\n")
    all_of_them = answers.answer(rules, "2021-03-05", tickets)
    assert "2 entries, listed under ev@T-2" in sentences(all_of_them)
    alone = answers.answer(rules, "2021-03-05", tickets, in_full="ev@T-3")
    shown = " ".join(page(alone, "en", 120, decision="ev@T-3").split())
    assert "listed under" not in shown
    assert "T-1 +7 7 2021-03-02 00:00 T-2 +7 14 2021-03-03 00:00 T-3 +7 21" in shown
    [before, *_, after] = (because for answer in (all_of_them, alone) for because in answer.decisions[-1].because)
    assert before.earlier is not None and after.earlier is None
    assert (before.before, before.after) == (after.before, after.after)
