"""Laws of timelines, on random worlds: nothing of the file is missing, nothing of the answer is, and the numbers are
those of the replay."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policyctl.characters import cells
from policyctl.explain.as_json import as_json as explained
from policyctl.explain.phrases import LANGUAGES
from policyctl.history.events import Account, Event
from policyctl.policy.form import Policy
from policyctl.replay.admit import when
from policyctl.replay.answer import Answer
from policyctl.replay.course import Moved
from policyctl.replay.growing import Growing
from policyctl.replay.replay import replay, replayed, zone_of
from policyctl.timeline.as_json import as_json
from policyctl.timeline.effect import in_order_of_effect
from policyctl.timeline.inventory import sayings
from policyctl.timeline.page import lines
from policyctl.timeline.recorded import in_order_of_knowledge
from policyctl.timeline.rows import (
    DecisionRow,
    EventRow,
    LedgerRow,
    RescindedRow,
    ReviewRow,
    Row,
    Timeline,
    VersionRow,
)
from tests.worlds.read import compiled
from tests.worlds.strategies import worlds
from tests.worlds.world import World


def ids(account: Account) -> Counter[str | None]:
    return Counter({one.id for one in sayings(account) if one.id is not None})


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(worlds(), st.data())
def test_laws(world: World, data: st.DataObject) -> None:
    """A world at one of its instants, seen with all knowledge or that of an instant. To draw it takes longer than to
    try all laws on it."""
    policy = compiled(world.texts)
    account = world.account(policy)
    at = data.draw(st.sampled_from(world.instants(policy)))
    on_record = data.draw(st.sampled_from([None, None, *sorted({event.recorded for event in account.events})]))
    timeline = in_order_of_effect(policy, account, at, on_record)
    everything_stands_once(account, timeline)
    balances_follow_one_another(timeline)
    the_course_is_that_of_the_answer(policy, account, timeline)
    in_order(policy, account, timeline, data.draw(st.permutations(account.events)))
    a_growing_record_answers_the_same(policy, account, at)
    known = in_order_of_knowledge(policy, account, at, on_record)
    knowledge_tells_everything_once(account, known, timeline.answer)
    can_be_told(timeline, known, data.draw(st.sampled_from([40, 80, 120])))


def of_answer(rows: tuple[Row, ...]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """The decisions, reviews and rescissions that rows tell of for the first time."""
    new = [row for row in rows if row.change in (None, "new")]
    return (
        Counter(f"{row.identity} {row.decision.id}" for row in new if isinstance(row, DecisionRow)),
        Counter(f"{row.identity} {row.review.decision.id}" for row in new if isinstance(row, ReviewRow)),
        Counter(f"{row.identity} {row.rescinded.decision.id}" for row in new if isinstance(row, RescindedRow)),
    )


def in_answer(answer: Answer) -> tuple[Counter[str], Counter[str], Counter[str]]:
    return (
        Counter(f"{one.identity} {one.id}" for one in answer.decisions),
        Counter(f"{one.decision.identity} {one.decision.id}" for one in answer.for_review),
        Counter(f"{one.decision.identity} {one.decision.id}" for one in answer.rescinded),
    )


def everything_stands_once(account: Account, timeline: Timeline) -> None:
    """Every event of the file, whatever became of it; every decision, review, rescission, ledger event and anomaly of
    the answer."""
    rows, answer = timeline.rows, timeline.answer
    assert Counter(row.id for row in rows if isinstance(row, EventRow)) == ids(account)
    assert of_answer(rows) == in_answer(answer)
    told = Counter(event for row in rows for event in ledger_events(row))
    assert told == Counter(answer.ledger_events)
    problems = Counter(problem for row in rows if isinstance(row, EventRow) for problem in row.problems)
    assert problems == Counter(answer.anomalies)


def ledger_events(row: Row) -> list[object]:
    if isinstance(row, LedgerRow):
        return [row.event]
    return list(row.ended) if isinstance(row, EventRow | VersionRow) else []


def balances_follow_one_another(timeline: Timeline) -> None:
    """Each running balance goes on from where the row before has left it, and comes to that of the answer."""
    for status in timeline.answer.status:
        now: dict[str, Fraction] = {}
        for one in (one for row in timeline.rows if row.identity == status.identity for one in moves(row)):
            if not one.late:
                assert now.get(one.ledger, one.before) == one.before
                now[one.ledger] = one.after
        for ledger, balance in status.ledgers:
            assert now.get(ledger, balance) == balance


def moves(row: Row) -> tuple[Moved, ...]:
    if isinstance(row, EventRow):
        return (*row.posted, *row.moved)
    return row.moved if isinstance(row, DecisionRow | LedgerRow | VersionRow) else ()


def the_course_is_that_of_the_answer(policy: Policy, account: Account, timeline: Timeline) -> None:
    """Run once more, from the beginning and in one go, a replay with corrections comes to the same."""
    for part in replayed(policy, account, timeline.answer.at, timeline.answer.known).identities:
        turns = list(part.course())
        state = part.state
        assert [d.id for turn in turns for d in turn.decisions] == [d.id for d in state.decisions]
        assert [r.decision.id for turn in turns for r in turn.reviews] == [r.decision.id for r in state.reviews]
        assert [e for turn in turns for e in turn.ledger_events] == state.ledger_events
        assert [left for turn in turns for left in turn.left_over] == state.left_over


def in_order(policy: Policy, account: Account, timeline: Timeline, shuffled: Sequence[Event]) -> None:
    """Rows go up in time; and shuffling the events of the file changes nothing."""
    dates = [row.at for row in timeline.rows if row.at is not None]
    assert dates == sorted(dates)
    again = Account(
        merchant=account.merchant,
        opened=account.opened,
        events=tuple(sorted(shuffled, key=lambda event: (event.id, event.revision))),
        problems=account.problems,
        said=account.said,
        left_out=account.left_out,
    )
    answer = timeline.answer
    assert as_json(in_order_of_effect(policy, again, answer.at, answer.known)) == as_json(timeline)


def a_growing_record_answers_the_same(policy: Policy, account: Account, at: datetime) -> None:
    """The shorter way, over the states that nothing new has changed, comes to what a replay from the beginning says,
    at every instant of record."""
    growing = Growing(policy, zone_of(policy))
    for known in sorted({event.recorded for event in account.events}):
        found = replayed(policy, account, at, known, growing)
        assert explained(found.answer) == explained(replay(policy, account, at, known))
        wanted = [when(event) for event in found.account.events]
        turns = [turn for part in found.identities for turn in part.turns(wanted)]
        full = [turn for part in found.identities for turn in part.course() if turn.at in wanted]
        assert [(turn.at, turn.phase, turn.posted, turn.moved) for turn in turns] == [
            (turn.at, turn.phase, turn.posted, turn.moved) for turn in full
        ]


def knowledge_tells_everything_once(account: Account, known: Timeline, answer: Answer) -> None:
    """Everything that was said of events has a row where it was said; every decision of the answer comes to be once."""
    said = Counter((one.id, one.revision, one.recorded) for one in sayings(account))
    assert Counter((r.id, r.revision, r.recorded) for r in known.rows if isinstance(r, EventRow)) == said
    for told, there in zip(of_answer(known.rows), in_answer(answer), strict=True):
        assert all(count == 1 for count in told.values())
        assert set(there) <= set(told)
    standing: set[str] = set()
    for row in known.rows:
        if isinstance(row, DecisionRow):
            key = f"{row.identity} {row.decision.id}"
            standing = standing - {key} if row.change == "gone" else standing | {key}
        elif isinstance(row, RescindedRow) and row.change != "gone":
            standing.discard(f"{row.identity} {row.rescinded.decision.id}")
    assert standing == set(in_answer(answer)[0])


def can_be_told(timeline: Timeline, known: Timeline, width: int) -> None:
    """In both orders, both languages and any width: no line is too wide, and no mark is left of the templates."""
    for told in (timeline, known):
        json.dumps(as_json(told), ensure_ascii=False)
        for lang in LANGUAGES:
            page = [line.plain for line in lines(told, lang=lang, width=width)]
            assert all(cells(line) <= width for line in page)
            assert all(
                row.id in "".join(page) for row in told.rows if isinstance(row, EventRow) and row.id and width > 40
            )
