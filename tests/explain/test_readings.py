"""How open clauses are read: with the decision that they concern, and by name at the end of the page."""

from __future__ import annotations

from policyctl.explain.as_json import as_json
from policyctl.explain.terminal import lines
from policyctl.replay.answer import Answer

from . import answers

RULES = """\
rule ban cite "rule 4: at 20 points a ban": general >= 20 -> suspend 3d
reading "reached once" of "at 20 points" because "a jump reaches it once"
reading "by the clock" of "the day" because "no text says otherwise"
"""


def answer(*points: int) -> Answer:
    """Tickets of a day each."""
    tickets = [answers.ticket(f"T-{n}", f"2021-03-0{n + 1}", "general", given) for n, given in enumerate(points)]
    return answers.answer(answers.written(RULES), "2021-03-05", tickets)


def test_a_reading_stands_with_the_clause_that_it_reads() -> None:
    """In full there, once; all of them by name at the end."""
    shown = " ".join(" ".join(line.plain for line in lines(answer(20), lang="en", width=120)).split())
    assert shown.count("“at 20 points” is read as “reached once”: a jump reaches it once.") == 1
    assert "“reached once” and “by the clock”. --format json has each" in shown
    assert "no text says otherwise" not in shown
    chinese = " ".join(line.plain for line in lines(answer(20), lang="zh", width=120))
    assert "条文未明之处的解读" in chinese and "a jump reaches it once" in chinese


def test_one_decision_has_its_readings() -> None:
    """Those of its own clause alone."""
    shown = " ".join(line.plain for line in lines(answer(20), lang="en", width=120, decision="ban@T-0"))
    assert "reached once" in shown and "by the clock" not in shown


def test_no_section_without_readings() -> None:
    """A policy that leaves nothing open has none."""
    assert "How open clauses" not in " ".join(line.plain for line in lines(answers.contract(), lang="en", width=80))


def test_readings_in_json() -> None:
    """All in full; with a decision the names of its own."""
    told = as_json(answer(20))
    assert [one["name"] for one in told["readings"]] == ["reached once", "by the clock"]
    assert told["readings"][0] | {"source": None} == {
        "name": "reached once", "clause": "at 20 points", "because": "a jump reaches it once", "source": None,
    }  # fmt: skip
    assert told["decisions"][0]["readings"] == ["reached once"]
