"""A decision of which an excess was confirmed: each of its fines is told with its own payments, everywhere."""

from __future__ import annotations

from policyctl.explain.phrases import Language
from policyctl.explain.terminal import lines
from policyctl.replay.answer import Answer

from . import answers, corrections

LAW = (
    "policy grows\n  timezone Asia/Shanghai\n  currency CNY\n  annulment refunds and revives\n  use standard\n"
    "sanction block\nrule ev: every 12 of severe -> block 2d each, fine 100 each clears severe\n"
    "rule cl: general >= 5 -> close_identity\n"
)
"""By hand: of 10 (annulled later), 10 and 14 the first two make 20, once 12; 100 are paid and clear them, and 14 make
once 12. Without the first, 10 and 14 make 24, twice 12: once is for review."""


def grown(paid: str = "60", *more: answers.Event, at: str = "2021-04-02 12:00", confirmed: bool = True) -> Answer:
    """The decision after its excess was confirmed."""
    events = [
        answers.ticket("T-0", "2021-02-01", "severe", 10),
        answers.ticket("T-1", "2021-02-02", "severe", 10),
        answers.payment("P-1", "2021-02-04", 100),
        answers.ticket("T-2", "2021-02-10", "severe", 14),
        {**answers.payment("P-2", "2021-02-15", 0), "amount": paid},
        corrections.appeal("A-1", "T-0", "annulled", "2021-03-15"),
        *more,
    ]
    if confirmed:
        events.append(corrections.override("O-1", "confirm", "2021-04-02", decision="ev@T-2", identity="promoter"))
    return answers.answer(answers.compiled(LAW), at, events)


def told(answer: Answer, lang: Language = "en") -> str:
    """What is printed, without its lines; Chinese without spaces, for lines break anywhere in it."""
    between = " " if lang == "en" else ""
    return between.join(" ".join(line.plain for line in lines(answer, lang=lang, width=120)).split())


def test_both_fines_are_told() -> None:
    """Each with what is open of it and who paid what; points are taken off by the first alone."""
    page = told(grown())
    for sentence in (
        "Next: pay 40 CNY and 100 CNY, the open fines of ev@T-2, in this order;"
        " the first takes off 24 points of severe.",
        "fine of 100 CNY: 60 CNY paid, 40 CNY open",
        "fine of 100 CNY, nothing paid yet",
        "Paying 40 CNY takes off 24 points of severe",
        "Paid so far: 60 CNY on 2021-02-15 00:00 (P-2)",
        "Paying 100 CNY after that takes off what is in severe by then.",
        "40 CNY of 100 CNY open",
        "100 CNY open",
    ):
        assert sentence in page, sentence
    assert page.count("The sanction runs to its end whether or not it is paid.") == 1
    assert "依次缴清ev@T-2的违约金40元和100元；缴清第一笔可清除严重违规24分。" in told(grown(), "zh")


def test_a_confirmed_excess_is_not_the_decision() -> None:
    """The decision had effect before; only what was for review has it since the confirmation."""
    page = told(grown())
    assert "confirmed on 2021-04-02 00:00 what was for review of ev@T-2; that has had effect since then." in page
    assert "confirmed what was for review of it on 2021-04-02 00:00" in page
    assert "confirmed it on" not in page and "confirmed ev@T-2" not in page
    assert "确认ev@T-2的待复核部分" in told(grown(), "zh")


def test_the_first_of_two_fines_is_paid() -> None:
    """The one that is left is told by itself; it has nothing left to take off."""
    page = told(grown("100"))
    assert "fine of 100 CNY, paid" in page and "fine of 100 CNY, nothing paid yet" in page
    assert "Next: pay the open 100 CNY; that settles the fine and takes no points off." in page
    assert "Full payment took off 24 points of severe (严重违规) on 2021-02-15 00:00." in page


def test_a_closed_identity_with_two_fines() -> None:
    """Both stay open, and that is said."""
    closing = answers.ticket("T-9", "2021-04-02 06:00", "general", 5)
    assert "has been closed for good" in told(grown("60", closing))
    assert "2 fines stay open, 140 CNY together." in told(grown("60", closing))
    assert "另有2笔违约金未缴清，共140元。" in told(grown("60", closing), "zh")


def test_an_excess_that_is_there_no_more() -> None:
    """It was confirmed, and a second appeal takes it away; the decision stands as it was."""
    later = corrections.appeal("A-2", "T-1", "annulled", "2021-04-20")
    answer = grown("60", later, at="2021-05-01")
    assert not answer.anomalies or {one.code for one in answer.anomalies} == {"payment-fits-no-fine"}
    page = told(answer)
    assert "confirmed what was for review of ev@T-2; by the record as it was corrected later, nothing is:" in page
    assert "people Lin" not in page and "has had effect since then" not in page
    assert "确认ev@T-2的待复核部分；按其后更正的记录，并无待复核部分" in told(answer, "zh")
