"""Three appeals in two years, on the shipped policy: the sums by hand, and what an auditor reads.

By hand, for the promoter of `policies/kuaishou/histories/three-appeals.json`. Points count by the year of issue.

- 2021-03-04 +10 and 2021-03-21 +10 general make 20: ban of 3 days, fine 2000, paid whole on 2021-03-22 (names nothing).
  The first appeal reduces the second ticket from 10 to 4 on 2021-04-20: 14 are not 20. Nothing else is open, so the
  2000 are owed back, and the 14 points are live again.
- 2021-06-10 +20 severe: ban of 14 days. 2021-10-15 +20 severe: 40, no second node.
- 2021-08-12 +10 general: 14 + 10 = 24, ban and fine 2000, paid as 1200 (by name) and 800: 24 points cleared.
- 2021-11-20 +20 general: ban and fine 2000, paid on 2021-11-22.
- 2021-12-13 +20 severe: 10 + 4 + 20 + 10 + 20 + 20 + 20 = 104, closed. The reset of 2022 is blocked.
- The second appeal annuls the ticket of June on 2022-02-10: 104 - 20 = 84, so the closure goes, after 59 days less
  7 hours 30 minutes; and the ban of June, 14 days. By then the ticket of October would have made 20 severe: for review.
- The third appeal annuls the ticket of August on 2022-06-15. November still makes 14 + 20 = 34, so its ban stands and
  its 2000 are right where they are; the 1200 and the 800 fill nothing: 2000 owed back.
- In all 2000 + 1200 + 800 = 4000.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from policyctl.explain.as_json import as_json
from policyctl.explain.phrases import LANGUAGES, Language
from policyctl.explain.terminal import lines
from policyctl.replay.answer import Answer

from .corrections import three_appeals


def told(answer: Answer, lang: Language = "en") -> str:
    """What is printed, without its lines."""
    return " ".join(" ".join(line.plain for line in lines(answer, lang=lang, width=120)).split())


def test_the_sums_by_hand() -> None:
    """What is owed back, decision by decision and payment by payment, and the time served."""
    answer = three_appeals()
    found = {one.decision.id: one for one in answer.rescinded}
    money = {name: [(part.payment, part.amount) for part in one.payments] for name, one in found.items()}
    assert money == {
        "short_ban@V202103180042": [("P202103220017", Fraction(2000))],
        "serious_ban@V202106070310": [],
        "short_ban@V202108090233": [("P202108130009", Fraction(1200)), ("P202108160031", Fraction(800))],
        "closure@V202112100208": [],
    }
    assert sum(one.owed for one in answer.rescinded) == 4000
    time = {name: sum((end - start for start, end in one.served), timedelta()) for name, one in found.items()}
    assert time == {
        "short_ban@V202103180042": timedelta(days=3),
        "serious_ban@V202106070310": timedelta(days=14),
        "short_ban@V202108090233": timedelta(days=3),
        "closure@V202112100208": timedelta(days=59) - timedelta(hours=7, minutes=30),
    }
    assert [decision.id for decision in answer.decisions] == ["short_ban@V202111170164"]
    assert [one.decision.id for one in answer.for_review] == ["serious_ban@V202110120077"]
    [promoter] = [status for status in answer.status if status.identity == "promoter"]
    assert dict(promoter.ledgers) == {"general": 10, "severe": 0} and not promoter.closed
    assert answer.anomalies == ()


STAGES = [
    ("2021-04-01", 0, [], False),
    ("2021-06-01", 2000, ["short_ban@V202103180042"], False),
    ("2022-01-15", 2000, ["short_ban@V202103180042"], True),
    (
        "2022-03-01",
        2000,
        ["short_ban@V202103180042", "serious_ban@V202106070310", "closure@V202112100208"],
        False,
    ),
]


@pytest.mark.parametrize(("at", "money", "taken", "closed"), STAGES)
def test_as_it_was_known_then(at: str, money: int, taken: list[str], closed: bool) -> None:
    """Asked on a day with the record of that day, each appeal has its effect from the day on which it came."""
    answer = three_appeals(at, known=at)
    assert [one.decision.id for one in answer.rescinded] == taken
    assert sum(one.owed for one in answer.rescinded) == money
    [promoter] = [status for status in answer.status if status.identity == "promoter"]
    assert promoter.closed is closed
    assert f"by what was on record on {at} 00:00; what came on record later is not in this page" in told(answer)


def test_an_auditor_can_follow() -> None:
    """The page says who is owed what and why, what stands, and what waits for a person."""
    page = told(three_appeals())
    for sentence in (
        "Nothing stands against promoter. 4 decisions were taken back on appeal; 4,000 CNY is owed back to promoter.",
        "serious_ban@V202110120077 is for review: it has no effect unless a person confirms it.",
        "4,000 CNY is owed back in all, for 2 of the decisions below.",
        "The appeal A202206150018 of 2022-06-15 15:00 annulled ticket V202108090233.",
        "1,200 CNY of P202108130009, paid on 2021-08-13 10:02:11",
        "800 CNY of P202108160031, paid on 2021-08-16 18:27:05",
        "2021-12-13 17:30 until 2022-02-10 10:00 (58 days 16 hours)",
        "reduced ticket V202103180042 from 10 to 4 points",
        "It took back serious_ban@V202106070310 and closure@V202112100208.",
        "V202106070310 (annulled)",
        "V202103180042 (10 reduced to 4)",
    ):
        assert sentence in page, sentence


def test_closed_and_an_appeal_is_open() -> None:
    """While the closure stands, the first sentence says so, what is owed all the same, and that an appeal is open."""
    page = told(three_appeals("2022-01-15", known="2022-01-15"))
    first = page.partition(" Decisions")[0]
    assert "promoter has been closed for good since 2021-12-13 17:30 (closure)." in first
    assert "short_ban@V202103180042 was taken back on appeal; 2,000 CNY is owed back to promoter." in first
    assert (
        "The appeal A202112200002 against ticket V202106070310 is not decided; until then all of this stands." in first
    )
    assert "It is not decided yet; until then ticket V202106070310 counts." in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_appeal_behind_the_instant_asked_about(lang: Language) -> None:
    """A ticket that was annulled later never counted: the page says why a later appeal is told of."""
    answer = three_appeals("2022-01-15")
    said = {"en": "That lies behind the instant asked about.", "zh": "该申诉晚于所查询的时间。"}
    assert said[lang] in told(answer, lang)
    assert "is not decided" not in told(answer).partition("Decisions")[0]
    early = three_appeals("2021-04-01")
    [status] = [status for status in early.status if status.identity == "promoter"]
    assert [one.event for one in status.known_appeals] == ["A202104200011"]
    assert "It came after the instant asked about, and holds here, too." in told(early)


def test_one_decision_that_was_taken_back_or_is_for_review() -> None:
    """`--decision` finds those too, each in its own section."""
    answer = three_appeals()
    for id, section, other in (
        ("short_ban@V202108090233", "Taken back", "serious_ban@V202110120077"),
        ("serious_ban@V202110120077", "For review", "short_ban@V202108090233"),
    ):
        page = "\n".join(line.plain for line in lines(answer, lang="en", width=120, decision=id))
        assert section in page and id in page and other not in page
        said = as_json(answer, None, id)
        assert [one["decision"] for one in said["rescinded"]] + [one["id"] for one in said["for_review"]] == [id]
        assert said["decisions"] == []
