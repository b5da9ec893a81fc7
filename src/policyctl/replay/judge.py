"""Judging: which rules rise in a step, which of them take effect, and what they open.

A rule looks at a period, the running one or a closed one that the step posts to. Everything is read on the one state
after all postings; then the ladders choose, then the effects apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from policyctl.instants import NEVER
from policyctl.policy.form import Effect, End, Ladder, Move, Open, When
from policyctl.replay import lives
from policyctl.replay.agenda import Phase
from policyctl.replay.answer import Decision, Outcome
from policyctl.replay.because import reasons
from policyctl.replay.beginning import begun_as_it_was, imposed, is_dated
from policyctl.replay.chosen import as_chosen, taken_up
from policyctl.replay.ends import amount_of, end, in_order, post
from policyctl.replay.facts import Fact, at_hand
from policyctl.replay.fines import FineRecord
from policyctl.replay.flags import CLOSED
from policyctl.replay.law import Listener, Rules
from policyctl.replay.measures import Seen
from policyctl.replay.memory import Review, key_of
from policyctl.replay.occasions import Happening, Overdue, Required
from policyctl.replay.reason import SilentReason
from policyctl.replay.records import NEW, Latch, LatchKey
from policyctl.replay.sanctions import impose, served_at
from policyctl.replay.state import State
from policyctl.replay.taken import heavier, no_heavier, own_outcomes, own_times, pairs, same_kind, size
from policyctl.replay.tickets import Judged


class Look(Struct, frozen=True):
    """A rule looks at a period, seen from where, with the tickets of the step that belong to it, or the other `events`
    that it listens to; `about` is the ticket that they name. `closed` is the key of its latch in a closed period, None
    in the running one. A rule that looks at one ticket by itself has what its level was `before` the step, seen from
    there."""

    listener: Listener
    closed: LatchKey | None
    seen: Seen
    tickets: tuple[str, ...]
    before: int | None = None
    events: tuple[str, ...] = ()
    about: str | None = None

    def level(self, state: State) -> int:
        """How far the rule has risen."""
        return state.level(self.listener, self.seen) if self.closed is None else self.listener.level(state, self.seen)

    def latch(self, state: State) -> Latch:
        """Its latch."""
        if self.closed is None:
            return state.latch(self.listener, self.seen.booked)
        return state.latches.get(self.closed, NEW)

    def set_latch(self, state: State, latch: Latch) -> None:
        """Put another latch in its place."""
        if self.closed is None:
            state.set_latch(self.listener, self.seen.booked, latch)
        else:
            state.latches[self.closed] = latch


class Fired(Struct, frozen=True):
    """What came of a look: a decision that stands, or one for review, or one that stands and an excess for review. The
    decision is `by` the rule that looked, or that of another version, where it stands as it was."""

    look: Look
    by: Listener
    stands: Decision | None
    review: Review | None


def judge(
    state: State, rules: Rules, periods: Iterable[Sequence[Look]], first: int, batch: Sequence[Judged] = ()
) -> set[str]:
    """Judge the rules that look at each period, the running one first; then apply the effects of all that fire, and
    return their names. `first` is the number of the first entry that the step posted; the `batch` are all tickets of
    the step: any of them may name the decisions."""
    fired = [one for looks in periods for one in _rise(state, rules, looks, first, batch)]
    if not fired:
        return set()
    taking: list[Taking] = []
    # In the order of their ids, so that fines stand in the order in which payments fill them.
    for one in sorted(fired, key=lambda one: one.stands.id if one.stands is not None else ""):
        if one.review is not None:
            state.reviews.append(one.review)
        if one.stands is not None:
            one.look.set_latch(state, replace(one.look.latch(state), fired=True))
            taking.append(Taking(one.by, one.stands, one.look.seen.booked, one.look.about, one.look.seen.ticket))
        else:
            one.look.set_latch(state, replace(one.look.latch(state), reviewed=True))
    apply_all(state, taking)
    return {one.look.listener.rule.name for one in fired}


def _rise(state: State, rules: Rules, looks: Sequence[Look], first: int, batch: Sequence[Judged]) -> Iterator[Fired]:
    """Those that rise in one period, without the steps of a ladder that a higher one outranks. Why others are silent is
    said of the running period."""
    risen: dict[str, tuple[Look, int]] = {}
    silent: list[tuple[Look, SilentReason]] = []
    for look in looks:
        latch, now = look.latch(state), look.level(state)
        counted = (latch.counted or 0) if look.before is None else look.before
        if look.listener.rule.mode == "each":
            counted = 0
        if now > counted and not state.closed:
            risen[look.listener.rule.name] = (look, now - counted)
        elif look.closed is None:
            held = latch if look.before is None else replace(latch, counted=counted)
            silent.append((look, silent_reason(state, look.listener, held, now, look.seen)))
    for name in _not_yet(rules, risen):
        look, _ = risen.pop(name)
        state.look_again(look.listener)
        silent.append((look, "awaits_ticket"))
    outranked = _outranked(rules, risen)
    for name, (look, times) in list(risen.items()):
        latch = look.latch(state)
        if name in outranked:
            del risen[name]
            silent.append((look, "outranked"))
        look.set_latch(state, replace(latch, counted=(latch.counted or 0) + times, outranked=name in outranked))
    fired = [_decide(state, look, times, first, batch) for look, times in risen.values()]
    for look, reason in silent:
        if look.closed is None:
            state.say(look.seen.at, look.listener, None, reason)
    for one in fired:
        if one.stands is not None:
            state.say(one.look.seen.at, one.look.listener, one.stands.id, None)
        else:
            state.say(one.look.seen.at, one.look.listener, None, "for_review")
    yield from fired


def _not_yet(rules: Rules, risen: Mapping[str, object]) -> set[str]:
    """The steps of a ladder that is climbed stage by stage whose turn comes only after a lower one, reached at the same
    moment: they stay armed."""
    return {step for ladder in rules.ladders if ladder.takes == "next" for step in _but(ladder, risen, 0)}


def _outranked(rules: Rules, risen: Mapping[str, object]) -> set[str]:
    """The steps that a higher step of their ladder, reached at the same moment, keeps from taking effect; and the rules
    over which another one prevails that fires at the same moment. All of that is read on what has risen, so that no
    order matters."""
    if not risen:
        return set()
    lower = {step for ladder in rules.ladders if ladder.takes == "highest" for step in _but(ladder, risen, -1)}
    return lower | {one.under for one in rules.prevailing if one.over in risen and one.under in risen}


def _but(ladder: Ladder, risen: Mapping[str, object], kept: Literal[0, -1]) -> Iterator[str]:
    """The steps that have risen, but for those of the lowest (or the highest) rung of them."""
    rungs = [rung for rung in ladder.by_rung() if any(step in risen for step in rung)] if risen else []
    for rung in rungs[1:] if kept == 0 else rungs[:-1]:
        yield from (step for step in rung if step in risen)


def silent_reason(state: State, listener: Listener, latch: Latch, level: int, seen: Seen) -> SilentReason:
    """Why a rule does not fire at this moment."""
    if state.closed:
        return "identity_closed"
    # A latch that no step of its calendar unit has started yet would start at the level.
    begun = listener.begins(level) if latch.counted is None and listener.by_units else latch.counted or 0
    counted = 0 if listener.rule.mode == "each" else begun
    lacks = listener.lacks(level, counted, state, seen)
    if lacks is not None and not (listener.every is not None and latch.fired):
        return lacks
    if level > counted:
        return "awaits_ticket" if listener.rule.occasion == "ticket" else "awaits_occasion"
    if latch.outranked:
        return "outranked"
    if latch.reviewed:
        return "for_review"
    return "already_fired" if latch.fired else "true_from_start"


def _decide(state: State, look: Look, times: int, first: int, batch: Sequence[Judged]) -> Fired:
    """The decision; or, before a correction of the record, what of it may stand."""
    listener, seen = look.listener, look.seen
    period = state.period_name(listener, seen.booked)
    named = look.tickets or look.events or (f"{state.identity},{state.zone.show(seen.at)}",)
    id = f"{listener.rule.name}@{named[0]}"
    if look.closed is not None:
        state.unusual += 1
        id += f"/{period[:4]}" if period is not None else ""
    because, flags, words = reasons(state, id, listener, seen, first)
    decision = Decision(
        id=id,
        at=seen.at,
        identity=state.identity,
        rule=listener.rule,
        version=listener.version,
        period=period,
        tickets=look.tickets,
        events=look.events,
        outcomes=_outcomes(state, look, times, id, batch),
        because=because,
        flags=flags,
        words=words,
        unknown=tuple(_unknown(state, listener, seen)),
        annulled=tuple(judged.ticket.id for judged in batch if judged.annulled),
        step=tuple(judged.ticket.id for judged in batch),
    )
    appeal = state.memory.review(key_of(decision))
    if appeal is not None:
        return Fired(look, listener, None, Review(decision, listener, seen.booked, appeal))
    fired, old = _no_heavier(state, look, decision, times), state.memory.before(key_of(decision))
    if fired.stands is None or old is None:
        return fired
    return replace(fired, stands=begun_as_it_was(state, fired.stands, old))


def _no_heavier(state: State, look: Look, decision: Decision, times: int) -> Fired:
    """Of a decision that stood before a correction, no more than it was, by the rule of the version that judged it; the
    excess is for review."""
    old = state.memory.before(key_of(decision))
    if old is None:
        return Fired(look, look.listener, decision, None)
    if no_heavier(decision, old):
        return Fired(look, look.listener, decision, None)
    state.unusual += 1
    own = own_outcomes(old)  # what a person confirmed beside it stays beside it
    most = own_times(old)
    if same_kind(decision, old) and times <= most:
        outcomes = tuple(_held_to(state, decision.at, one, then) for one, then in pairs(decision, old))
        return Fired(look, look.listener, replace(decision, outcomes=outcomes), None)
    by = next(one for one in state.law.rules(old.version).listeners if one.rule is old.rule)
    effects = tuple(one.effect for one in own)
    excess = times - most if any(effect.each for effect in effects) else 0
    found = (
        _held_to(state, decision.at, outcome(state, one.effect, min(times, most), look.seen, by), one) for one in own
    )
    outcomes = tuple(_that_come_to_something(found))
    stands = replace(decision, rule=old.rule, version=old.version, outcomes=outcomes)
    if excess <= 0:
        return Fired(look, by, stands, None)
    key, memory = key_of(decision), state.memory
    each = tuple(effect for effect in effects if effect.each)
    more = tuple(_that_come_to_something(outcome(state, effect, excess, look.seen, by) for effect in each))
    appeal = memory.exceeded.get(key, memory.appeal)
    rest = Review(replace(stands, outcomes=more), by, look.seen.booked, appeal, excess=True)
    return Fired(look, by, stands, rest)


def _held_to(state: State, at: datetime, now: Outcome, before: Outcome | None) -> Outcome:
    """What an effect opens, where it may come to no more than it had."""
    if before is None or not heavier(now, before):
        return now
    effect = before.effect
    if isinstance(effect, Open) and effect.sort == "sanction":
        if is_dated(now):
            effect, at = replace(effect, begins=None), now.start
        once = impose(effect, at, now.times, state.zone)
        held = impose(effect, at, now.times, state.zone, size(before) / size(once))
        return replace(held, effect=before.effect)
    if isinstance(effect, Move):
        return replace(before, start=now.start, until=now.until)
    return replace(now, effect=effect, amount=before.amount)


def _outcomes(state: State, look: Look, times: int, id: str, batch: Sequence[Judged]) -> tuple[Outcome, ...]:
    """What the line of the rule that holds opens, ends and moves. What comes to nothing is left out."""
    listener, seen = look.listener, look.seen
    line = listener.line(state, seen)
    tickets = [judged.ticket for judged in batch if judged.ticket.id in look.tickets]
    gone = [judged.ticket for judged in batch if judged.annulled]
    written = [one for one in listener.rule.effects if one.line == line]
    choosing = tickets if any(one.chosen for one in tickets) else gone
    effects = (as_chosen(state, one, id, tickets, gone) for one in taken_up(written, choosing))
    own = _each_ticket(state, look, batch)
    found = (
        _of_each(state, one, own, listener) if own and one.each else outcome(state, one, times, seen, listener)
        for one in effects
    )
    return tuple(_that_come_to_something(found))


def _that_come_to_something(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    return (one for one in outcomes if isinstance(one.effect, End) or (one.amount != 0 and one.factor))


def _each_ticket(state: State, look: Look, batch: Sequence[Judged]) -> list[Seen]:
    """Of a rule whose occasion is tickets, these, each as it is seen from it: those for which it holds."""
    occasion = look.listener.rule.occasion
    if not isinstance(occasion, When) or occasion.sort != "ticket":
        return []
    own = sorted((one for one in batch if one.ticket.id in look.tickets), key=lambda one: one.ticket.id)
    found = [look.seen._replace(ticket=at_hand(one.ticket, one.booked)) for one in own if not one.annulled]
    return [one for one in found if look.listener.level(state, one) > 0] if look.listener.at_ticket else found


def _of_each(state: State, effect: Effect, tickets: Sequence[Seen], listener: Listener) -> Outcome:
    """What an effect opens (ends, moves) for each of some tickets together; a sum is read from each of them."""
    first = outcome(state, effect, len(tickets), tickets[0], listener)
    if effect.formula is None:
        return first
    singly = [outcome(state, replace(effect, each=False), 1, one, listener) for one in tickets]
    if isinstance(effect, Move):
        return replace(first, factor=sum(one.factor for one in singly) / Fraction(len(singly)))
    if isinstance(effect, Open) and effect.sort == "sanction":
        factor = sum(one.factor for one in singly) / Fraction(len(singly))
        return impose(effect, tickets[0].at, len(singly), state.zone, factor)
    return replace(first, amount=sum((one.amount or Fraction(0) for one in singly), Fraction(0)))


def _unknown(state: State, listener: Listener, seen: Seen) -> Iterator[str]:
    """The numbers of the line that holds which nobody knows."""
    if all(one.formula is None for one in listener.rule.effects):
        return
    line = listener.line(state, seen)
    for one in listener.rule.effects:
        formula = None if one.line != line else one.formula
        if formula is not None and state.measure(listener.version, formula, seen) is None:
            yield formula


def outcome(state: State, effect: Effect, times: int, seen: Seen, listener: Listener) -> Outcome:
    """What an effect opens (ends, moves) at an instant; what it ended is known when it is applied."""
    at = seen.at
    if isinstance(effect, Move):
        return Outcome(effect, at, at, times=times, factor=_factor(state, effect, seen, listener))
    if isinstance(effect, End):
        return Outcome(effect, at, at, amount=amount_of(state, effect, listener.version, times, seen), times=times)
    if effect.sort == "sanction":
        return imposed(state, effect, times, seen, listener, _factor(state, effect, seen, listener))
    if effect.sort == "fine":
        amount = amount_of(state, effect, listener.version, times, seen) or Fraction(0)
        return Outcome(effect, at, None, open_until=("paid",), amount=amount, times=times)
    if effect.sort == "post":
        amount = amount_of(state, effect, listener.version, times, seen) or Fraction(0)
        return Outcome(effect, at, at, amount=amount, times=times)
    if effect.sort in ("notice", "require", "forward"):
        until = at if effect.due is None else state.zone.after(at, effect.due)
        return Outcome(effect, at, None if until == NEVER else until, times=times)
    if effect.sort == "flag" and effect.parts:
        lasts = impose(effect, at, times, state.zone)
        least = lasts.until or lasts.least
        return Outcome(effect, at, None, open_until=lasts.open_until or ("length",), times=times, least=least)
    if effect.sort == "flag" and state.law.rules(listener.version).per_period(effect.name):
        return Outcome(effect, at, None, open_until=("period_end",), times=times)
    return Outcome(effect, at, None, permanent=True, times=times)


def outcome_again(state: State, one: Outcome, seen: Seen, listener: Listener) -> Outcome:
    """What was reckoned for an effect when its rule fired, from another instant on."""
    made = outcome(state, one.effect, one.times, seen, listener)
    if isinstance(one.effect, Open) and one.effect.sort == "sanction":
        return impose(one.effect, seen.at, one.times, state.zone, one.factor)
    return replace(made, amount=one.amount)


def _factor(state: State, effect: Open | Move, seen: Seen, listener: Listener) -> int:
    """How often a length counts, in whole numbers."""
    if effect.formula is None:
        return 1
    return max(0, int(state.measure(listener.version, effect.formula, seen) or 0))


class Taking(Struct, frozen=True):
    """A decision that takes effect. Its fines and flags belong to the period seen from `booked`. What no rule decided
    (`listener` None) raises no flag. `about` is the ticket that its act names, `ticket` the one that its rule looked
    at, where it looked at one."""

    listener: Listener | None
    decision: Decision
    booked: datetime
    about: str | None = None
    ticket: Fact | None = None


def apply(state: State, listener: Listener | None, decision: Decision, booked: datetime) -> None:
    """Let one decision take effect."""
    apply_all(state, [Taking(listener, decision, booked)])


def apply_all(state: State, taking: Sequence[Taking]) -> None:
    """Let the decisions of one round take effect: all ends and moves first, then all that opens. So neither the order
    of decisions nor that of their effects matters."""
    for one, decision in zip(taking, _with_ends(state, taking), strict=True):
        state.decisions.append(decision)
        name(state, decision)
        state.happens(Happening("decision", decision.rule.name))
        state.decisions[-1] = open_all(state, one.listener, decision, one.booked, one.ticket)


def apply_beside(state: State, place: int, more: Taking, confirmed: str) -> None:
    """Let what a person confirmed beside the decision at a place take effect, as more outcomes of it."""
    [taken] = _with_ends(state, [more])
    stands = state.decisions[place]
    outcomes = (*stands.outcomes, *open_all(state, more.listener, taken, more.booked, more.ticket).outcomes)
    state.decisions[place] = replace(stands, outcomes=outcomes, confirmed=confirmed)


def _with_ends(state: State, taking: Sequence[Taking]) -> list[Decision]:
    """The decisions of one round, with what they ended: all ends and moves are taken now."""
    done: dict[tuple[str, int], Outcome] = {}
    by_id = {one.decision.id: one for one in taking}
    for decision, place in in_order(one.decision for one in taking):
        one = by_id[decision.id]
        done[decision.id, place] = end(state, decision, decision.outcomes[place], one.booked, one.about, one.ticket)
    if not done:
        return [one.decision for one in taking]
    return [
        replace(decision, outcomes=tuple(done.get((decision.id, n), old) for n, old in enumerate(decision.outcomes)))
        for decision in (one.decision for one in taking)
    ]


def open_all(
    state: State, listener: Listener | None, decision: Decision, booked: datetime, ticket: Fact | None = None
) -> Decision:
    """Open what a decision opens; returns it with what it gave back. Its fines and flags belong to the period seen from
    `booked`. What it posts is posted at the `ticket` that its rule looked at, or at those for which it waited."""
    at_tickets: tuple[str, ...] = () if ticket is None else (ticket.event,)
    if not at_tickets and listener is not None and isinstance(listener.rule.occasion, When):
        at_tickets = decision.tickets if listener.rule.occasion.sort == "ticket" else ()
    outcomes = []
    for opened in decision.outcomes:
        effect = opened.effect
        if effect.sort == "require" and opened.opened.due is not None and opened.until is not None:
            due = Required(effect.name, opened.start, decision.tickets)
            state.agenda.add(opened.until, Phase.ENDS, decision.id, due)
        elif effect.sort == "fine":
            open_fine(state, decision, opened, booked)
        elif effect.sort == "close":
            state.raise_flag(CLOSED, (), booked, decision.id)
        elif effect.sort == "flag" and listener is not None:
            of_period = state.law.rules(listener.version).per_period(effect.name)
            lasts = state.flag_period(listener, booked) if of_period else ()
            state.raise_flag(effect.name, lasts, booked, decision.id)
        if lives.asks(opened, opened.start):
            lives.begin(state, decision, opened)
        elif effect.sort == "post":
            opened = post(state, decision, opened, at_tickets)
        outcomes.append(opened)
    return decision if outcomes == list(decision.outcomes) else replace(decision, outcomes=tuple(outcomes))


def name(state: State, decision: Decision) -> None:
    """From now on a payment or a person may name the decision, by any ticket of its step."""
    _, slash, year = decision.id.rpartition("@")[2].partition("/")
    for ticket in decision.tickets:
        state.named[f"{decision.rule.name}@{ticket}{slash}{year}"] = decision
        state.meant.setdefault(f"{decision.rule.name}@{ticket}", decision)
    for ticket in (*decision.step, *decision.events):
        state.named.setdefault(f"{decision.rule.name}@{ticket}{slash}{year}", decision)
    state.named.setdefault(decision.id, decision)


def open_fine(state: State, decision: Decision, opened: Outcome, booked: datetime) -> None:
    """Open a fine; it belongs to the books seen from a date."""
    assert opened.amount is not None
    effect = opened.opened
    until = served_at(decision.outcomes) if effect.clears_when == "served" else None
    due = None if effect.due is None else state.zone.after(opened.start, effect.due)
    if due is not None:
        state.agenda.add(due, Phase.ENDS, decision.id, Overdue(len(state.fines)))
    _add_fine(state, FineRecord(decision, effect, opened.amount, {}, booked, opened.start, until, due=due))


def reopen_fine(state: State, old: FineRecord) -> None:
    """Open the fine of a decision that was taken back, for the clearing that stays."""
    _add_fine(
        state, FineRecord(old.decision, old.effect, old.amount, {}, old.booked, old.opened, old.served_at, ghost=True)
    )


def _add_fine(state: State, fine: FineRecord) -> None:
    seen = ((ledger, state.books.seen_from(ledger, fine.booked)) for ledger in fine.effect.clears)
    books = {ledger: book.number for ledger, book in seen if book is not None}
    state.add_fine(replace(fine, books=books))
