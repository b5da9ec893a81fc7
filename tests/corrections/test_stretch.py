"""A stretch fits the very state that it was noted of, and none that differs in what its course depends on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from msgspec.structs import replace

from policyctl.instants import Zone
from policyctl.replay.admit import admit
from policyctl.replay.agenda import Phase
from policyctl.replay.books import JUST_AFTER, Book
from policyctl.replay.depends import Around, sides_of
from policyctl.replay.flags import CLOSED, Raising
from policyctl.replay.law import Law
from policyctl.replay.memory import Memory, key_of
from policyctl.replay.noting import Before, go_through
from policyctl.replay.records import Latch
from policyctl.replay.run import advance, begin, case
from policyctl.replay.state import State
from policyctl.replay.stretch import Stretch
from policyctl.replay.units import ONE
from tests.corrections.story import CARD, payment, ticket
from tests.worlds.read import account, compiled

EVENTS = (
    ticket("A", "general", "5", "2021-03-01T00:00:00Z"),
    ticket("B", "general", "10", "2021-03-02T00:00:00Z"),
    ticket("C", "general", "10", "2021-03-03T00:00:00Z"),
    payment("P", "2000", "2021-03-04T00:00:00Z"),
    ticket("D", "general", "5", "2021-03-05T00:00:00Z"),
)


def before_c(text: str, *more: dict[str, object]) -> tuple[State, datetime]:
    """The state before C under a policy, and when all is over; with more that happens."""
    policy = compiled({"card.policy": text})
    zone = Zone(policy.versions[0].settings.timezone)
    at = zone.read("2021-04-01")
    history = account({"merchant": "m", "events": [*EVENTS, *more]}, policy)
    docket = admit(policy, zone, history, at).dockets["promoter"]
    state = begin(case(Law(policy, zone), "promoter", docket, history, at))
    advance(state, zone.read("2021-03-03T00:00:00Z") - JUST_AFTER)
    return state, at


def noted() -> tuple[State, State, Stretch]:
    """The states before and after C, P and D, with the stretch from one to the other."""
    state, at = before_c(CARD)
    before = state.copy()
    stretch, unusual = go_through(state, at)
    assert stretch is not None and not unusual
    return before, state, stretch


def fits(stretch: Stretch, state: State) -> bool:
    assert state.rules is not None
    return stretch.fits(state, sides_of(state.rules))


def test_taking_over_comes_to_the_same() -> None:
    before, after, stretch = noted()
    assert fits(stretch, before)
    stretch.take_over(before)
    for part in ("decisions", "fines", "judgements", "ledger_events", "latches", "ended", "listed", "named", "posted"):
        assert getattr(before, part) == getattr(after, part), part
    assert before.books.now("general") is not None and len(before.decisions) == 1
    assert [book.balance for book in before.books.all()] == [book.balance for book in after.books.all()]


def _other_latch(state: State) -> None:
    for key in state.latches:
        state.latches[key] = Latch(1)


def _other_memory(state: State) -> None:
    state.memory = Memory(state.entries[-1].posted + timedelta(days=30), "X", {}, {}, {}, {}, {}, {})


def _waived(state: State) -> None:
    """The fine that C will bring, though it would fire just so."""
    _, after, _ = noted()
    [fine] = after.fines
    state.memory = replace(state.memory, waived={(key_of(fine.decision), 0): Fraction(0)})


def _other_entries(state: State) -> None:
    state.entries[:] = [
        replace(one, points=one.points + change)
        for one, change in zip(state.entries, (1, -1), strict=True)
    ]  # fmt: skip


def _other_number(state: State) -> None:
    state.posted += 1


def _said_otherwise(state: State) -> None:
    for listener in state.last_reason:
        state.last_reason[listener] = "identity_closed"


def _listed(state: State) -> None:
    [*_, listener] = state.law.rules(state.policy.versions[-1]).listeners
    state.lister.update({(one.rule.name, "general"): "X" for one in state.last_reason or {listener: None}})


def _flag_up(state: State) -> None:
    state.flags.up(Raising("watched", state.entries[-1].posted, (), "rule@A"), state.books)


def _closed(state: State) -> None:
    state.flags.up(Raising(CLOSED, state.entries[-1].posted, (), "rule@A"), state.books)


def _not_settled(state: State) -> None:
    state.unsettled.add(state.listeners()[0])


def _not_judged(state: State) -> None:
    state.unjudged ^= {state.listeners()[0]}


@pytest.mark.parametrize(
    "change",
    [
        _flag_up,
        _closed,
        _not_settled,
        _not_judged,
        _other_latch,
        _other_memory,
        _waived,
        _other_entries,
        _other_number,
        _said_otherwise,
        _listed,
    ],
)
def test_a_state_that_differs_does_not_fit(change: Callable[[State], None]) -> None:
    before, _, stretch = noted()
    change(before)
    assert not fits(stretch, before)


@pytest.mark.parametrize(
    ("text", "instants"),
    [
        (CARD.replace("year_total >= 100", "year_total >= 25"), [3]),  # it closes, and raises `no_reset`
        (f"flag watched\nflag known\n{CARD}general >= 25 -> watched\ngeneral >= 5 and watched -> known\n", [3, 5]),
        (f"flag watched per period\n{CARD}general >= 5 -> watched\n", [5]),
    ],
)
def test_a_stretch_in_which_a_flag_rises_is_not_noted(text: str, instants: list[int]) -> None:
    state, at = before_c(text)
    stretch, unusual = go_through(state, at)
    assert stretch is None
    assert [instant.day for instant in unusual] == instants


def test_a_stretch_in_which_a_flag_falls_is_not_noted() -> None:
    """It falls with a reset, and that is gone through."""
    state, at = before_c(CARD)
    advance(state, at)
    turned = state.zone.read("2022-01-01")
    state.agenda.add(turned, Phase.RESETS, "year", "year")
    state.flags.up(Raising("watched", at, state.flag_period(state.listeners()[0], at), "rule@A"), state.books)
    stretch, unusual = go_through(state, turned)
    assert stretch is None and unusual == [turned]
    assert "watched" not in state.flags.names()


def test_a_stretch_in_which_a_payment_meets_a_waived_fine_is_not_noted() -> None:
    state, at = before_c(CARD)
    _waived(state)
    assert go_through(state, at) == (None, [])
    [fine] = state.fines
    assert fine.paid == 0 and len(state.left_over) == 1


def test_nothing_is_noted_while_rules_are_to_be_looked_at() -> None:
    state, at = before_c(CARD)
    state.unsettled.add(state.listeners()[0])
    assert go_through(state, at) == (None, [])


# --- late tickets -----------------------------------------------------------------------------------------------------


OLD = ticket("O", "general", "5", "2020-11-01T00:00:00Z")
BLOCKED_BY_POINTS = (
    "policy points\n  version 2020-01-01\n  timezone UTC\n  currency CNY\nidentities promoter\n"
    "ledger general resets every year unless general >= 6\nsanction suspend\nrule r: general >= 100 -> suspend 1d\n"
)


def late(points: str = "2") -> dict[str, object]:
    """A ticket for the closed period of 2020, which takes effect with the others."""
    return ticket("L", "general", points, "2021-03-04T12:00:00Z", issued="2020-12-30T00:00:00Z")


def noted_late() -> tuple[State, State, Stretch]:
    """The states before and after C, P, the late one and D, with the stretch from one to the other."""
    state, at = before_c(CARD, OLD, late())
    before = state.copy()
    stretch, unusual = go_through(state, at)
    assert stretch is not None and not unusual
    return before, state, stretch


def test_a_late_ticket_is_taken_over_with_its_period() -> None:
    before, after, stretch = noted_late()
    assert fits(stretch, before)
    stretch.take_over(before)
    assert before.latches == after.latches and before.ended == after.ended
    balances = [[book.balance for book in state.books.all()] for state in (before, after)]
    assert balances[0] == balances[1]
    closed = after.books.seen_from("general", after.entries[0].booked)
    assert closed is not None and closed.name == "2020" and closed.balance == 7 * ONE


def _closed_book(state: State) -> Book:
    book = state.books.seen_from("general", state.entries[0].booked)
    assert book is not None and book.name == "2020"
    return book


def _other_closed_latch(state: State) -> None:
    book = _closed_book(state)
    rule = next(one for one in state.listeners() if one.by_period == ("general",))
    state.latches[rule.rule.name, (book.number,)] = Latch(1, fired=True)


def _closed_near_the_threshold(state: State) -> None:
    book = _closed_book(state)
    state.books.put(replace(book, balance=book.balance + 13 * ONE))


def _other_reset(state: State) -> None:
    state.turns[0] = replace(state.turns[0], blocked=frozenset({"severe"}))


@pytest.mark.parametrize("change", [_other_closed_latch, _closed_near_the_threshold, _other_reset])
def test_a_state_with_another_past_does_not_fit_a_late_ticket(change: Callable[[State], None]) -> None:
    before, _, stretch = noted_late()
    change(before)
    assert not fits(stretch, before)


def test_past_resets_ask_since_when_a_flag_is_up() -> None:
    """Nothing that runs tells one raising of a flag from an earlier one."""
    state, at = before_c(CARD, OLD, late())
    state.flags.up(Raising("watched", state.entries[-1].posted, (), "rule@A"), state.books)
    before = state.copy()
    stretch, _ = go_through(state, at)
    assert stretch is not None and fits(stretch, before)
    before.flags.up(Raising("watched", state.entries[0].posted, (), "rule@O"), before.books)
    assert before.flags.shown() == state.flags.shown()
    assert not fits(stretch, before)


def test_a_closed_period_may_have_other_points_far_from_every_threshold() -> None:
    before, _, stretch = noted_late()
    book = _closed_book(before)
    before.books.put(replace(book, balance=book.balance + 3 * ONE))
    assert fits(stretch, before)
    stretch.take_over(before)
    assert _closed_book(before).balance == 10 * ONE


@pytest.mark.parametrize(
    ("text", "points"),
    [
        (CARD, "20"),  # a decision of the closed period
        (BLOCKED_BY_POINTS, "0.5"),  # a past reset asks for points, as before
        (BLOCKED_BY_POINTS, "2"),  # and does not happen after all
    ],
)
def test_a_late_ticket_that_changes_more_is_not_noted(text: str, points: str) -> None:
    state, at = before_c(text, OLD, late(points))
    stretch, unusual = go_through(state, at)
    assert stretch is None
    assert [(instant.day, instant.hour) for instant in unusual] == [(4, 12)]


def test_what_is_noted_of_parts_together_is_what_is_noted_of_the_whole() -> None:
    """A chapter is noted over its stretches: it was as low and as high as these, wherever they began."""
    state, at = before_c(CARD, OLD, late())
    whole, _ = go_through(state.copy(), at)
    around = Around.of(state, at)
    assert whole is not None and around is not None
    before, parts = Before(state, around, at), list[Stretch]()
    for until in (state.zone.read("2021-03-04T06:00:00Z"), at):
        ranged = state.copy()
        book = ranged.books.now("severe")
        assert book is not None
        ranged.books.put(replace(book, balance=book.balance + ONE))  # the part was noted with another number
        part, _ = go_through(ranged, until)
        assert part is not None and fits(part, state)
        part.take_over(state)
        before.look_over(part, state)
        parts.append(part)
    joint = before.stretch(state)
    assert joint is not None and len(parts) == 2
    for field in ("ranges", "ended", "tallies", "posted", "less", "changed", "unjudged"):
        assert getattr(joint, field) == getattr(whole, field), field
    assert [key_of(one) for one in joint.fired] == [key_of(one) for one in whole.fired] != []
