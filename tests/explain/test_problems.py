"""What is wrong or odd about events, on the page: every code has its sentence and its help in every language."""

from __future__ import annotations

import pytest

from policyctl.explain.phrases import LANGUAGES, Language, load, placeholders
from policyctl.explain.terminal import lines
from policyctl.history.codes import CODES as OF_HISTORIES
from policyctl.replay.answer import Answer
from policyctl.replay.codes import CODES as OF_REPLAYS

from . import answers, corrections

NO_ACCOUNT = {
    "empty-history",
    "not-utf-8",
    "not-json",
    "more-text",
    "repeated-merchant",
    "account-not-an-object",
    "no-finite-number",
    "number-too-long",
    "broken-character",
}
"""What is wrong with these leaves no account, and so no page."""

ON_A_PAGE = sorted((OF_HISTORIES.keys() | OF_REPLAYS.keys()) - NO_ACCOUNT)
"""Every code that can stand among the anomalies of an answer."""

NO_HELP = {"payment-fits-no-fine", "unknown-act", "unknown-metric"}
"""There is nothing to do, or the sentence says it."""


def told(answer: Answer, lang: Language) -> str:
    """What is printed, without its lines."""
    return " ".join(" ".join(line.plain for line in lines(answer, lang=lang, width=120)).split())


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
@pytest.mark.parametrize("code", ON_A_PAGE)
def test_every_code_has_a_sentence_and_a_help(code: str, lang: Language) -> None:
    """None is told in English on a page in another language."""
    known = load(lang)
    sentence = known[f"problem.{code}"]
    assert isinstance(sentence, str) and placeholders(sentence) <= {"event", "field", "named", "instead", "amount"}
    helps = [key for key in known if key.startswith(f"help.{code}")]
    assert bool(helps) is (code not in NO_HELP)


def test_no_sentence_for_a_code_that_is_gone() -> None:
    """A code that nothing reports any more leaves no sentence behind."""
    for lang in LANGUAGES:
        names = {key.partition(".")[2].removesuffix("_alone") for key in load(lang) if key.startswith("problem.")}
        assert names <= set(ON_A_PAGE)


deep: object = "one"
for _ in range(40):
    deep = [deep]

T = answers.ticket("T-1", "2021-03-01", "general", 5)
PAID: answers.Event = {"event": "payment", "id": "P-1", "amount": "5", "at": "2021-03-02"}


def act(kind: str, **more: object) -> answers.Event:
    """An event from outside."""
    return {"event": kind, "id": "E-1", "identity": "promoter", "at": "2021-03-02", **more}


WRONG: list[tuple[str, list[answers.Event]]] = [
    ("missing-field", [{**T, "effective": None}]),
    ("unknown-field", [{**T, "effektive": "2021-03-01"}]),
    ("wrong-type", [{**T, "effective": 5}]),
    ("empty-text", [{**T, "ledger": " "}]),
    ("control-character", [{**T, "ledger": "gen\neral"}]),
    ("bad-instant", [{**T, "effective": "soon"}]),
    ("not-a-plain-number", [{**T, "points": "1e3"}]),
    ("unknown-event", [{**T, "event": "tiket"}]),
    ("unknown-value", [corrections.appeal("A-1", "T-1", "anulled", "2021-03-02")]),
    ("bad-id", [{**T, "id": "T@1"}]),
    ("bad-revision", [{**T, "revision": 0}]),
    ("not-above-zero", [{**T, "points": "-5"}]),
    ("dates-out-of-order", [{**T, "issued": "2021-03-04"}]),
    ("ticket-without-charge", [{**T, "ledger": None, "points": None}]),
    ("ledger-without-points", [{**T, "points": None}]),
    ("points-without-ledger", [{**T, "ledger": None}]),
    ("reduced-without-points", [T, corrections.appeal("A-1", "T-1", "reduced", "2021-03-02")]),
    ("points-without-reduced", [T, corrections.appeal("A-1", "T-1", "annulled", "2021-03-02", points="4")]),
    ("repeated-event", [T, T]),
    ("conflicting-events", [T, {**T, "points": "6"}]),
    (
        "nested-too-deep",
        [{**T, "attributes": {"a": deep}}],
    ),
    ("unknown-ticket", [corrections.appeal("A-1", "T-7", "annulled", "2021-03-02", identity="promoter")]),
    ("unknown-decision", [{**PAID, "decision": "short_ban@T-7"}]),
    ("missing-identity", [{**T, "identity": None}]),
    ("unknown-identity", [{**T, "identity": "promotor"}]),
    ("identity-differs", [T, corrections.appeal("A-1", "T-1", "annulled", "2021-03-02", identity="merchant")]),
    ("before-first-version", [{**T, "effective": "2020-03-01"}]),
    ("unknown-ledger", [{**T, "ledger": "genral"}]),
    ("unknown-offence", [answers.offence("T-1", "2021-03-01", "out_of_scop.minor")]),
    ("offence-differs", [{**T, "offence": "out_of_scope.serious"}]),
    ("unknown-act", [act("act", name="exam_passed")]),
    ("unknown-metric", [act("metric", name="reply_rate", value="0.5")]),
    ("reduced-not-less", [T, corrections.appeal("A-1", "T-1", "reduced", "2021-03-02", points="6")]),
    ("unknown-sanction", [corrections.override("O-1", "impose", "2021-03-02", name="suspnd", identity="promoter")]),
    ("fine-without-amount", [corrections.override("O-1", "impose", "2021-03-02", name="fine", identity="promoter")]),
    (
        "override-without-effect",
        [corrections.override("O-1", "lift", "2021-03-02", decision="short_ban@T-1", identity="promoter")],
    ),
    ("amount-finer-than-currency", [{**answers.payment("P-1", "2021-03-02", 300), "amount": "10.005"}]),
    ("recorded-after-effective", [{**T, "recorded": "2021-03-04"}]),
    ("payment-fits-no-fine", [answers.payment("P-1", "2021-03-02", 300)]),
    ("payment-names-no-decision", [answers.payment("P-1", "2021-03-02", 300, decision="short_ban@T-9")]),
]


@pytest.mark.parametrize(("code", "events"), WRONG, ids=[code for code, _ in WRONG])
def test_what_is_wrong_is_told_in_chinese(code: str, events: list[answers.Event]) -> None:
    """Not a word of the message or the help as they came is left."""
    answer = answers.answer(answers.two_ledgers(), "2021-03-05", events)
    [problem] = [problem for problem in answer.anomalies if problem.code == code]
    shown = told(answer, "zh")
    assert code in shown
    assert problem.message not in shown
    assert problem.help is None or problem.help not in shown
    assert "原文" not in shown and "did you mean" not in shown
    assert problem.event is None or problem.event in shown
