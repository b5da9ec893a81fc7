"""What the interpreter saves itself changes nothing: rules that it passes over, and states that are copied."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from policyctl.history.events import Account
from policyctl.policy.form import Policy
from policyctl.replay.admit import admit
from policyctl.replay.law import Law
from policyctl.replay.listener import Listener
from policyctl.replay.measures import Seen
from policyctl.replay.replay import replay, zone_of
from policyctl.replay.rules import Rules
from policyctl.replay.run import advance, begin, case
from policyctl.replay.state import State
from tests.worlds.read import account as read_account
from tests.worlds.read import compiled
from tests.worlds.strategies import worlds
from tests.worlds.world import World


@contextmanager
def _looking_at_everything() -> Iterator[None]:
    """An interpreter that looks at every rule at every moment and every step, and remembers nothing of it."""
    settled, judged = State.take_unsettled, State.take_unjudged

    def every_rule(state: State, booked: datetime) -> list[Listener]:
        state.turned()
        return settled(state, booked)

    def every_rule_of(state: State, rules: Rules) -> list[Listener]:
        state.turned()
        taken = judged(state, rules)
        assert set(taken) == set(rules.listeners)
        return taken

    with patch.object(State, "take_unsettled", every_rule), patch.object(State, "take_unjudged", every_rule_of):
        yield


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_what_is_saved_changes_nothing(world: World) -> None:
    rules_that_are_passed_over_would_not_have_changed(world)
    a_copy_goes_its_own_way(world)


def rules_that_are_passed_over_would_not_have_changed(world: World) -> None:
    """Looking only at rules whose inputs changed gives the answer that looking at all of them gives, to the last word:
    decisions, reasons, judgements, what is silent."""
    policy = compiled(world.texts)
    account = world.account(policy)
    for at in world.instants(policy):
        found = replay(policy, account, at)
        with _looking_at_everything():
            assert replace(replay(policy, account, at), zone=found.zone) == found


def a_copy_goes_its_own_way(world: World) -> None:
    """A state copied at any instant and carried on ends where the original ends; and copies, once carried on, have left
    the original alone."""
    policy = compiled(world.texts)
    account = world.account(policy)
    end = max(world.instants(policy))
    for state in _begun(policy, account, end):
        copies = [state.copy()]
        for instant, _, _ in state.copy().agenda.phases(end):
            advance(state, instant)
            copies.append(state.copy())
        advance(state, end)
        stands = _stands(state, end)
        for copied in copies:
            advance(copied, end)
            assert _stands(copied, end) == stands
        assert _stands(state, end) == stands


def _begun(policy: Policy, account: Account, end: datetime) -> Iterator[State]:
    law = Law(policy, zone_of(policy))
    admitted = admit(policy, law.zone, account, end)
    for identity, docket in admitted.dockets.items():
        yield begin(case(law, identity, docket, account, end))


def _stands(state: State, at: datetime) -> list[object]:
    """Everything that can be said of a state."""
    measures = state.version.measures if state.version is not None else ()
    return [
        state.decisions,
        state.fines,
        state.flags.names(),
        state.closed,
        state.problems,
        state.ledger_events,
        state.judgements,
        state.latches,
        [(entry.ticket.id, entry.ledger, entry.points) for entry in state.entries],
        [state.measure(state.version, m.name, Seen(at, at)) for m in measures if state.version is not None],
    ]


def test_a_year_turns_without_any_reset() -> None:
    """The latch of a rule that reads `this year` is a new one in the new year, though no period of a ledger ends."""
    policy = compiled({"page.policy": YEARLY})
    events = [
        {"event": "ticket", "id": f"T{day}", "ledger": "general", "points": "1", "effective": day}
        for day in ("2021-03-01", "2021-04-01", "2022-02-01")
    ]
    answer = replay(
        policy, read_account({"merchant": "m-1", "events": events}, policy), datetime(2022, 6, 1, tzinfo=UTC)
    )
    assert [(decision.id, decision.period) for decision in answer.decisions] == [("twice@T2021-04-01", "2021")]
    (silent,) = answer.silent
    assert (silent.reason, silent.gap) == ("below_threshold", Fraction(1))


YEARLY = """\
policy page
  timezone Asia/Shanghai
identities merchant
ledger general
rule twice: count(tickets) this year >= 2 -> warn twice "twice this year"
"""
