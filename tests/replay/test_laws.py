"""Laws that hold for every policy and every history, tried on random ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random

import msgspec
from hypothesis import HealthCheck, given, settings

from policyctl.explain.as_json import as_json
from policyctl.history.events import Account, Event
from policyctl.instants import Length, Zone
from policyctl.policy.form import EntryKind, Measure, Policy, Read, Version
from policyctl.replay.admit import admit, when
from policyctl.replay.answer import Answer, Decision, LedgerEvent, Outcome
from policyctl.replay.books import DATES, Entry
from policyctl.replay.law import Law
from policyctl.replay.measures import Seen
from policyctl.replay.replay import replay, zone_of
from policyctl.replay.run import run
from policyctl.replay.state import State
from policyctl.replay.units import number
from tests.worlds.read import compiled
from tests.worlds.strategies import worlds
from tests.worlds.world import World


def _asked(world: World, policy: Policy) -> Iterator[tuple[Account, datetime]]:
    account = world.account(policy)
    return ((account, at) for at in world.instants(policy))


def _text(answer: Answer) -> str:
    shown = as_json(answer)
    del shown["policy"]
    return json.dumps(shown, sort_keys=True)


def deterministic_and_blind_to_the_order_of_events(world: World) -> None:
    """Replaying twice, or a shuffled file, gives the same bytes."""
    policy = compiled(world.texts)
    shuffled = dict(world.history)
    shuffled["events"] = list(world.history["events"])
    Random(1).shuffle(shuffled["events"])
    other = World(world.texts, shuffled, world.asked)
    for (account, at), (again, _) in zip(_asked(world, policy), _asked(other, policy), strict=True):
        first = _text(replay(policy, account, at))
        assert first == _text(replay(policy, account, at))
        assert first == _text(replay(policy, again, at))


def rules_in_another_order(world: World) -> None:
    """The order of rules, measures, ladders and periods changes nothing."""
    policy = compiled(world.texts)

    def turned(version: Version) -> Version:
        kept = {
            name: tuple(reversed(getattr(version, name)))
            for name in ("facts", "periods", "measures", "rules", "choices")
        }
        return msgspec.structs.replace(version, **kept)

    other = msgspec.structs.replace(policy, versions=tuple(turned(version) for version in policy.versions))
    for account, at in _asked(world, policy):
        one, two = (as_json(replay(p, account, at)) for p in (policy, other))
        for part in ("decisions", "status", "silent", "anomalies"):
            assert one[part] == two[part]


def balances_and_sums_are_what_their_definition_says(world: World) -> None:
    """Running balances and sums equal the fold, sum and count over all entries."""
    policy = compiled(world.texts)
    zone = zone_of(policy)
    for account, at in _asked(world, policy):
        for state in _states(policy, account, at):
            if state.version is None:
                continue
            for measure in state.version.measures:
                found = state.measure(state.version, measure.name, Seen(at, at))
                assert found == _naive(state, measure, at, zone), measure


def balances_are_made_of_live_entries_alone(world: World) -> None:
    """Every printed balance is the fold of its book's live entries: without bounds their sum, whatever their order."""
    policy = compiled(world.texts)
    for account, at in _asked(world, policy):
        printed = {status.identity: dict(status.ledgers) for status in replay(policy, account, at).status}
        for state in _states(policy, account, at):
            for ledger, balance in printed[state.identity].items():
                kind, live = _kind(state, ledger), [e for e in state.entries if e.ledger == ledger and _lives(state, e)]
                assert balance == _fold(kind, live)
                if kind.floor is None and kind.ceiling is None:
                    assert balance == kind.start + kind.direction * sum(number(entry.points) for entry in live)


def what_has_ended_stays_ended(world: World) -> None:
    """From one instant to the next an entry that was cleared, reset or dropped stays so, where no late ticket undid the
    reset; and one that was dropped from everything is not seen again."""
    policy = compiled(world.texts)
    account = world.account(policy)
    instants = sorted({when(event) for event in account.events} | set(world.instants(policy)))
    before: dict[tuple[str, str, str], bool] = {}
    ended: set[tuple[str, str, str]] = set()
    dropped: set[tuple[str, str, str]] = set()
    for at in instants:
        now = {
            (state.identity, entry.ticket.id, entry.ledger): _lives(state, entry)
            for state in _states(policy, account, at)
            for entry in state.entries
        }
        ended |= {name for name, lives in before.items() if not lives}
        undone = {(e.identity, e.ledger) for e in replay(policy, account, at).ledger_events if e.kind == "reset_undone"}
        ended = {name for name in ended if (name[0], name[2]) not in undone}
        dropped |= set(before) - set(now)
        assert not any(now.get(name) for name in ended)
        assert not dropped & set(now)
        before = now


def _lives(state: State, entry: Entry) -> bool:
    book = state.books.now(entry.ledger)
    return book is not None and book.holds(entry)


def _kind(state: State, ledger: str) -> EntryKind:
    assert state.version is not None
    (kind,) = (f for f in state.version.facts if isinstance(f, EntryKind) and f.name == ledger)
    return kind


def _states(policy: Policy, account: Account, at: datetime) -> Iterator[State]:
    law = Law(policy, zone_of(policy))
    admitted = admit(policy, law.zone, account, at)
    for identity, docket in admitted.dockets.items():
        yield run(law, identity, docket, account, at)


def _naive(state: State, measure: Measure, at: datetime, zone: Zone) -> Fraction:
    return measure.plus + sum((term.times * _read(state, term.read, at, zone) for term in measure.terms), Fraction(0))


def _read(state: State, read: Read, at: datetime, zone: Zone) -> Fraction:
    if read.of == "balance":
        live = [entry for entry in state.entries if entry.ledger == read.names[0] and _lives(state, entry)]
        return _fold(_kind(state, read.names[0]), live)
    chosen = [entry for entry in state.entries if _counts(state, read, entry, at, zone)]
    return Fraction(len(chosen)) if read.of == "count" else sum((number(e.points) for e in chosen), Fraction(0))


def _fold(kind: EntryKind, live: Iterable[Entry]) -> Fraction:
    balance = kind.start
    for entry in live:
        balance += kind.direction * number(entry.points)
        balance = balance if kind.floor is None else max(balance, kind.floor)
        balance = balance if kind.ceiling is None else min(balance, kind.ceiling)
    return balance


def _counts(state: State, read: Read, entry: Entry, at: datetime, zone: Zone) -> bool:
    book = state.books.now(entry.ledger)
    if read.standing == "live" and (book is None or not book.holds(entry)):
        return False
    if read.standing != "live" and entry.carried:
        return False
    if read.sort == "entry" and entry.ledger not in read.names:
        return False
    if read.sort == "ticket":
        offence = entry.ticket.offence or ""
        named = [offence, offence.split(".")[0]]
        if not entry.stands_for_ticket or (read.names and not set(named) & set(read.names)):
            return False
    date = entry.booked if read.dated == "booking" else DATES[read.dated](entry.ticket)
    if isinstance(read.within, Length):
        end = zone.after(date, read.within)
        return at <= end if read.far_edge else at < end
    if read.within == "year":
        return zone.local(date).year == zone.local(at).year
    return read.within == "ever" or (book is not None and entry.book == book.number)


def ended_entries_never_count_again(world: World) -> None:
    """What a payment cleared or a reset ended is in no later reason that reads a balance."""
    policy = compiled(world.texts)
    for account, at in _asked(world, policy):
        answer = replay(policy, account, at)
        fines = [fine for status in answer.status for fine in status.fines]
        # A payment for a decision of its own instant waits for it, so what it clears still counted in that decision.
        waited = {(part.at, part.payment) for fine in fines for part in fine.payments if part.at == fine.opened}
        for decision in answer.decisions:
            measures = {measure.name: measure for measure in decision.version.measures}
            for because in decision.because:
                if any(term.read.of != "balance" for term in measures[because.measure].terms):
                    continue
                for entry in because.entries:
                    ends = [
                        event.at
                        for event in answer.ledger_events
                        if event.identity == decision.identity
                        and event.ledger == entry.ledger
                        and _ended_for(decision, event, answer.ledger_events)
                        and entry.effective < event.at <= decision.at
                        and (event.at < decision.at or (event.at, event.cause) not in waited)
                    ]
                    assert not ends, (decision.id, entry, ends)


def _ended_for(decision: Decision, event: LedgerEvent, every: tuple[LedgerEvent, ...]) -> bool:
    """Did this end what the decision could otherwise count? In a closed period of its own, what was reset counts still,
    and what befell another period is no matter; what a reset ended comes back if the reset is undone by then; and a
    reset that is made in hindsight ends only what was booked before its old date."""
    if event.kind in ("blocked", "reset_undone", "reset_made"):
        return False
    if "/" in decision.id.rpartition("@")[2]:
        return event.kind != "reset" and event.period == decision.period
    return event.kind != "reset" or not any(
        undone.kind == "reset_undone"
        and (undone.identity, undone.ledger) == (event.identity, event.ledger)
        and event.at < undone.at <= decision.at
        and (undone.period or "") <= (event.period or "")
        for undone in every
    )


def a_prefix_of_the_history_gives_a_prefix_of_the_decisions(world: World) -> None:
    """What comes later changes no earlier decision, up to the end of what still runs; and the future is not seen."""
    policy = compiled(world.texts)
    account = world.account(policy)
    instants = sorted({when(event) for event in account.events})
    end = max([*instants, *world.instants(policy)])
    whole = replay(policy, account, end).decisions
    between = [instant - timedelta(microseconds=1) for instant in instants]
    for cut in sorted({*instants, *between}):
        early = replay(policy, account, cut)
        assert _fixed(early.decisions) == _fixed([decision for decision in whole if decision.at <= cut])
        known = tuple(event for event in account.events if when(event) <= cut)
        past = replay(policy, _with_events(account, known), cut)
        assert _fixed(past.decisions) == _fixed(early.decisions)
        assert [(s.ledgers, s.measures, s.flags, s.closed, s.fines) for s in past.status] == [
            (s.ledgers, s.measures, s.flags, s.closed, s.fines) for s in early.status
        ]


def _with_events(account: Account, events: tuple[Event, ...]) -> Account:
    """The account with only these events."""
    return Account(
        merchant=account.merchant,
        opened=account.opened,
        attributes=account.attributes,
        events=events,
        problems=account.problems,
    )


def _fixed(decisions: list[Decision] | tuple[Decision, ...]) -> list[object]:
    """What later events may not change: everything but the end of a fine, and of what a new version dropped."""
    return [
        (d.id, d.at, d.identity, d.period, d.because, d.flags, d.tickets, [_fixed_effect(o) for o in d.outcomes])
        for d in decisions
    ]


def _fixed_effect(outcome: Outcome) -> object:
    until = outcome.until if outcome.effect.sort == "sanction" else None
    return (outcome.effect.name, outcome.start, outcome.amount, outcome.times, until)


def every_rule_that_listens_is_fired_or_silent_once(world: World) -> None:
    """At each step a rule is noted at most once for a period, as fired or as silent; decisions are those that fired."""
    policy = compiled(world.texts)
    for account, at in _asked(world, policy):
        answer = replay(policy, account, at)
        assert all((j.decision is None) != (j.reason is None) for j in answer.judgements)
        judged = Counter((j.at, j.identity, j.rule, _closed_period(j.decision)) for j in answer.judgements)
        assert not judged or max(judged.values()) == 1
        assert sorted(j.decision for j in answer.judgements if j.decision) == sorted(d.id for d in answer.decisions)
        assert len({d.id for d in answer.decisions}) == len(answer.decisions)


def _closed_period(decision: str | None) -> str:
    """The year of a closed period that a decision was made for."""
    return "" if decision is None else decision.rpartition("@")[2].partition("/")[2]


def reasons_add_up(world: World) -> None:
    """The entries of a reason lead from what was listed before to the value after the step, which meets the rule."""
    policy = compiled(world.texts)
    for account, at in _asked(world, policy):
        for decision in replay(policy, account, at).decisions:
            for because in decision.because:
                if because.entries:
                    assert because.entries[-1].balance == because.after
                elif because.earlier is not None:
                    assert because.earlier.balance == because.after


LAWS = (
    deterministic_and_blind_to_the_order_of_events,
    rules_in_another_order,
    balances_and_sums_are_what_their_definition_says,
    balances_are_made_of_live_entries_alone,
    what_has_ended_stays_ended,
    ended_entries_never_count_again,
    a_prefix_of_the_history_gives_a_prefix_of_the_decisions,
    every_rule_that_listens_is_fired_or_silent_once,
    reasons_add_up,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_laws(world: World) -> None:
    """To draw a world takes longer than to try all laws on it."""
    for law in LAWS:
        law(world)


def test_the_smallest_step_of_time() -> None:
    """One microsecond before a reset is the old period, the instant itself the new one."""
    zone = Zone("Asia/Shanghai")
    reset = zone.read("2022-01-01")
    assert zone.start_of("year", reset) == reset
    assert zone.start_of("year", reset - timedelta(microseconds=1)) == zone.read("2021-01-01")
