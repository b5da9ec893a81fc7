"""What a streak gave is taken back where it turns out that it was not kept: a ticket whose date lies inside is learnt
of later. As with a reset that is decided again, the points move from now on, and the days in between stay as they were.

It may be assumed that nothing but points moves: what the rule imposed, lifted or told besides stays.
"""

from __future__ import annotations

from datetime import datetime

from policyctl.replay.keeping import take_over
from policyctl.replay.leaving import end_some
from policyctl.replay.state import State


def undo(state: State, rule: str, date: datetime, instant: datetime) -> None:
    """The streaks of a rule inside which a date lies had not been kept: what it gave at their ends goes back."""
    broken = [(one, at) for one, at in state.kept_streaks if one.rule == rule and one.since <= date < at]
    state.kept_streaks = [one for one in state.kept_streaks if one not in broken]
    ends = {at for _, at in broken}
    for decision in [one for one in state.decisions if one.rule.name == rule and one.at in ends]:
        posted = [entry for entry in state.entries if entry.ticket.id == decision.id]
        end_some(state, instant, posted, "carried_back", instant)
        back = state.taken_off.pop(decision.id, ())
        for number in dict.fromkeys(entry.book for entry in back):
            book = state.books.numbered(number)
            if book is state.books.now(book.ledger):
                mine = [entry for entry in back if entry.book == number and entry.ticket.id not in state.repealed]
                take_over(state, instant, book, mine, instant, decision.id)
                if (last := state.last_end.get(book.ledger)) is not None and last.event == decision.id:
                    del state.last_end[book.ledger]  # what is there again has not ended
        state.rule_posted = True  # rules that look at tickets look once more
