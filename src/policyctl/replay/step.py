"""A step: all tickets of one instant are posted together, then every rule that listens is judged on that one state."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from msgspec.structs import replace

from policyctl.history.events import Problem
from policyctl.policy.form import Ladder, Open, Posting, Rule, Version
from policyctl.replay.admit import Judged
from policyctl.replay.agenda import Phase
from policyctl.replay.answer import Decision, Judgement, Outcome, SilentReason
from policyctl.replay.because import Reasons
from policyctl.replay.books import Book, Entry, dates
from policyctl.replay.conditions import Seen, failing, level
from policyctl.replay.sanctions import impose, served_at
from policyctl.replay.state import FineRecord, Latch, State, per_period


def step(state: State, reasons: Reasons, instant: datetime, batch: list[Judged]) -> None:
    """Post all tickets of one instant together, then judge every rule once, on that one state."""
    taken = [judged for judged in batch if not _late(state, judged)]
    if not taken:
        return
    version = max((judged.version for judged in taken), key=state.policy.versions.index)
    seen = Seen(instant, instant)
    names = dict.fromkeys(name for rule in version.rules for name in state.reading(rule, version).measures)
    before = {name: state.measure(version, name, seen) for name in names}
    for judged in taken:
        for number, posting in enumerate(judged.posts):
            _post(state, judged, posting, number == 0, instant)
    _judge(state, reasons, seen, version, tuple(judged.ticket.id for judged in taken), before)


def _late(state: State, judged: Judged) -> bool:
    """Report a ticket whose period is closed already."""
    booked = dates(judged.ticket)[judged.version.settings.count_by]
    for post in judged.posts:
        book = state.books.now(post.ledger)
        gone = book is None or book not in _running(state)
        if gone or (book is not None and book.start is not None and booked < book.start):
            state.problems.append(
                Problem(
                    code="late-ticket-not-supported",
                    message=f"ticket {judged.ticket.id} counts for a period of `{post.ledger}` that was closed before"
                    " it took effect; such tickets are not supported yet, so this answer leaves it out",
                    event=judged.ticket.id,
                    identity=state.identity,
                    help="the answer is what the policy says without this ticket",
                )
            )
            return True
    return False


def _running(state: State) -> list[Book]:
    """The running books of the version in force."""
    if state.version is None:
        return []
    books = (state.books.now(period.ledger) for period in state.version.periods)
    return [book for book in books if book is not None]


def _post(state: State, judged: Judged, posting: Posting, first: bool, instant: datetime) -> None:
    """Post one entry; of a ticket's entries the `first` stands for it where tickets are counted."""
    book = state.books.now(posting.ledger)
    assert book is not None
    booked = dates(judged.ticket)[judged.version.settings.count_by]
    entry = Entry(judged.ticket, posting.ledger, posting.points, booked, book, stands_for_ticket=first)
    state.changed()
    state.entries.append(entry)
    book.post(entry)
    for tally in state.tallies.values():
        if tally.takes(entry):
            leaves = tally.post(entry, instant)
            if leaves is not None:
                state.agenda.add(leaves, Phase.ENDS, judged.ticket.id, (tally, entry))


def _judge(
    state: State, reasons: Reasons, seen: Seen, version: Version, tickets: tuple[str, ...], before: dict[str, Fraction]
) -> None:
    """Judge every rule once, on the one state after all tickets were posted; then let the ladders choose."""
    risen: dict[str, tuple[Rule, int]] = {}
    silent: dict[str, SilentReason] = {}
    latches: dict[str, Latch] = {}
    for rule in version.rules:
        latch = state.latch(rule, version, seen.at)
        counted, now = latch.counted or 0, level(rule, version, state, seen)
        if now > counted and not state.closed:
            risen[rule.name] = (rule, now - counted)
            latch.counted, latches[rule.name] = now, latch
        else:
            silent[rule.name] = silent_reason(state, rule, latch, now, version, seen)
    for name in _outranked(version, risen):
        del risen[name]
        latches[name].outranked = True
        silent[name] = "outranked"
    fired = [_decide(state, reasons, rule, times, seen, version, tickets, before) for rule, times in risen.values()]
    state.judgements += [Judgement(seen.at, state.identity, name, None, reason) for name, reason in silent.items()] + [
        Judgement(seen.at, state.identity, decision.rule.name, decision.id, None) for decision in fired
    ]
    # In the order of their ids, so that fines stand in the order in which payments fill them.
    for decision in sorted(fired, key=lambda one: one.id):
        _apply(state, decision, seen.at)


def _outranked(version: Version, risen: dict[str, tuple[Rule, int]]) -> list[str]:
    """The steps that a higher step of their ladder, reached at the same moment, keeps from taking effect."""
    lower: list[str] = []
    for ladder in (choice for choice in version.choices if isinstance(choice, Ladder)):
        reached = [step for step in ladder.steps if step in risen]
        if ladder.takes == "highest":
            lower += reached[:-1]
    return lower


def silent_reason(state: State, rule: Rule, latch: Latch, now: int, version: Version, seen: Seen) -> SilentReason:
    """Why a rule does not fire at this moment."""
    if state.closed:
        return "identity_closed"
    parts = failing(rule, latch.counted or 0, version, state, seen)
    if len(parts) == 1 and not (rule.every is not None and latch.fired):
        return parts[0].reason
    if parts and rule.every is None:
        return "several_parts"
    if now > (latch.counted or 0):
        return "awaits_ticket"
    if latch.outranked:
        return "outranked"
    return "already_fired" if latch.fired else "true_from_start"


def _decide(
    state: State,
    reasons: Reasons,
    rule: Rule,
    times: int,
    seen: Seen,
    version: Version,
    tickets: tuple[str, ...],
    before: dict[str, Fraction],
) -> Decision:
    decision = Decision(
        id=f"{rule.name}@{tickets[0]}",
        at=seen.at,
        identity=state.identity,
        rule=rule,
        version=version,
        period=state.period_name(rule, version, seen.at),
        tickets=tickets,
        outcomes=tuple(_outcome(state, effect, times, seen.at, version) for effect in rule.effects),
        because=(),
    )
    because, flags = reasons.of(decision, seen, before)
    return replace(decision, because=because, flags=flags)


def _outcome(state: State, effect: Open, times: int, at: datetime, version: Version) -> Outcome:
    if effect.sort == "sanction":
        return impose(effect, at, times, state.zone)
    if effect.sort == "fine":
        assert effect.amount is not None
        amount = effect.amount * times if effect.each else effect.amount
        return Outcome(effect, at, None, open_until=("paid",), amount=amount, times=times)
    if effect.sort == "notice":
        return Outcome(effect, at, at, times=times)
    if effect.sort == "flag" and per_period(version, effect.name):
        return Outcome(effect, at, None, open_until=("period_end",), times=times)
    return Outcome(effect, at, None, permanent=True, times=times)


def _apply(state: State, decision: Decision, instant: datetime) -> None:
    """Open what the decision opens. No effect ends or moves anything yet, so their order does not matter."""
    state.decisions.append(decision)
    latch = state.latch(decision.rule, decision.version, instant)
    latch.fired.append(decision)
    for ticket in decision.tickets:
        state.named[f"{decision.rule.name}@{ticket}"] = decision
    for outcome in decision.outcomes:
        effect = outcome.effect
        if effect.sort == "fine":
            assert outcome.amount is not None
            books = {name: book for name in effect.clears if (book := state.books.now(name)) is not None}
            until = served_at(decision.outcomes) if effect.clears_when == "served" else None
            fine = FineRecord(decision, effect, outcome.amount, books, until)
            state.fine_of[decision.id] = fine
            state.fines.append(fine)
        elif effect.sort == "close":
            state.closed = True
        elif effect.sort == "flag":
            lasts = state.flag_period(decision.rule, decision.version)
            state.raise_flag(effect.name, lasts if per_period(decision.version, effect.name) else ())
