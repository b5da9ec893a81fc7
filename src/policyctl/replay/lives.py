"""Sanctions and flags whose end is open: at the end of every phase and round it is asked whether it has come.

Where sanctions of a kind run one after the other, what has an open end begins when its turn has come, for acts count
since then.

An open part ends at the first moment at which its length is over, its acts have happened and its condition holds. In
that condition acts count since the sanction began, and `fine` is that of its own decision (any, where that opens
none): where it asks for nothing but acts and its own fine, it holds for good once it holds, and only the length is
still to wait for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from policyctl.instants import Length, Zone
from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Open,
    Overlap,
    Part,
    Read,
    Since,
    condition_text,
)
from policyctl.replay.agenda import Phase
from policyctl.replay.answer import Decision, Outcome, PartOutcome
from policyctl.replay.conditions import Test, ready
from policyctl.replay.ending import ended
from policyctl.replay.ends import amend
from policyctl.replay.facts import Fact, worth
from policyctl.replay.measures import Seen
from policyctl.replay.occasions import Watch
from policyctl.replay.sanctions import FOR_GOOD, earliest, end_of, impose, turn
from policyctl.replay.scan import counting, scanned
from policyctl.replay.state import State
from policyctl.replay.units import ONE, Units


def begin(state: State, decision: Decision, outcome: Outcome) -> None:
    """A life with an open end, or a flag for a time, begins."""
    effect = outcome.opened
    state.open_lives = True
    if outcome.awaits_start:
        return
    if outcome.start > decision.at:
        state.agenda.add(outcome.start, Phase.ENDS, decision.id, Watch())  # it may have nothing to wait for by then
    for part in effect.parts:
        over = earliest(part, effect, outcome.counts_from, outcome.times, state.zone, outcome.factor)
        if over is not None:
            state.agenda.add(over, Phase.ENDS, decision.id, Watch())
    if outcome.latest is not None:
        state.agenda.add(outcome.latest, Phase.ENDS, decision.id, Watch())


def is_open(outcome: Outcome) -> bool:
    """Whether the end of an outcome is still to be found."""
    effect = outcome.effect
    if not isinstance(effect, Open) or outcome.until is not None or outcome.dropped is not None:
        return False
    if outcome.awaits_start or outcome.permanent:
        return outcome.awaits_start
    return effect.sort == "sanction" or (effect.sort == "flag" and bool(effect.parts))


def asks(outcome: Outcome, at: datetime) -> bool:
    """Whether its end is still to be found, or may move because its time stands still."""
    effect = outcome.effect
    return is_open(outcome) or (
        isinstance(effect, Open)
        and effect.frozen is not None
        and outcome.dropped is None
        and outcome.until is not None
        and outcome.until > at
    )


def look(state: State, seen: Seen) -> None:
    """End what comes to its end now; all is read on one state."""
    if not state.open_lives:
        return
    found: list[tuple[int, Decision]] = []
    state.open_lives = False
    for place, decision in enumerate(state.decisions):
        if not any(asks(one, seen.at) for one in decision.outcomes):
            continue
        lifted = [(decision.id, number) in state.lifted for number in range(len(decision.outcomes))]
        outcomes = tuple(
            _looked(state, decision, one, seen) if asks(one, seen.at) and not over else one
            for one, over in zip(decision.outcomes, lifted, strict=True)
        )
        state.open_lives = state.open_lives or any(
            asks(one, seen.at) and not over for one, over in zip(outcomes, lifted, strict=True)
        )
        if outcomes != decision.outcomes:
            found.append((place, replace(decision, outcomes=outcomes)))
    for place, decision in found:
        for new, old in zip(decision.outcomes, state.decisions[place].outcomes, strict=True):
            if new.effect.sort == "flag" and new.until is not None and old.until is None:
                state.flags.down(new.effect.name, decision.id, state.books, seen.at)
        amend(state, place, decision, seen.at)
        state.touch_all()
    _take_turns(state, seen.at)


def _take_turns(state: State, at: datetime) -> None:
    """One after the other: what has an open end waits until those before it have ended."""
    names = _one_by_one(state)
    open_ = [
        (one.queued or one.start, decision.id, place, number)
        for place, decision in enumerate(state.decisions)
        for number, one in enumerate(decision.outcomes)
        if (one.effect.name in names or one.queued is not None)
        and is_open(one)
        and (decision.id, number) not in state.lifted
    ]
    for since, id, place, number in sorted(one for one in open_ if one[0] <= at):
        decision = state.decisions[place]
        one = decision.outcomes[number]
        free = since
        if one.effect.name in names:
            told = [ended(state, other) for other in state.decisions]
            free = turn(one.effect.name, told, state.sanctions_dropped, since, id, state.zone)
        if free > at:
            one = replace(one, start=FOR_GOOD, imposed=one.imposed or since, queued=since)
            if free < FOR_GOOD and (free, Phase.ENDS) not in state.expected:
                state.expected.add((free, Phase.ENDS))
                state.agenda.add(free, Phase.ENDS, id, Watch())
        elif one.awaits_start:
            one = _begun(state, decision, one, free)
        if one is not decision.outcomes[number]:
            outcomes = tuple(one if n == number else old for n, old in enumerate(decision.outcomes))
            amend(state, place, replace(decision, outcomes=outcomes), at)
            state.touch_all()


def _one_by_one(state: State) -> frozenset[str]:
    """The kinds of sanctions that run one after the other, in the version in force."""
    choices = state.version.choices if state.version is not None else ()
    return frozenset(one.sanction for one in choices if isinstance(one, Overlap) and one.rule == "consecutive")


def _begun(state: State, decision: Decision, outcome: Outcome, start: datetime) -> Outcome:
    """Its turn has come. Where it begins with an act, and none happens just then, it waits for the next one."""
    effect = outcome.opened
    if effect.begins is not None and not any(act.name == effect.begins and act.at == start for act in state.acts):
        return replace(outcome, imposed=start, queued=None)
    alone = replace(effect, begins=None, delay=None, turn=None)
    begun = impose(alone, start, outcome.times, state.zone, outcome.factor)
    begun = replace(begun, effect=effect, imposed=outcome.imposed, queued=outcome.queued)
    begin(state, decision, begun)
    return begun


def _looked(state: State, decision: Decision, outcome: Outcome, seen: Seen) -> Outcome:
    if outcome.awaits_start:
        return outcome if outcome.queued is not None else _started(state, decision, outcome)
    effect, at = outcome.opened, seen.at
    if outcome.start > at:
        return outcome
    if effect.frozen is not None:
        return _stood_still(state, decision, outcome, effect.frozen, at)
    holds = effect.until is None or _test(state, decision, effect.until).holds(_Own(state, decision, outcome), seen)
    lasts = holds and effect.until is not None and _stays(state, decision, effect.until)
    own = outcome.parts or (PartOutcome(effect.name, outcome.until, outcome.permanent),)
    kinds = {part.name: part for part in effect.parts}
    parts = tuple(
        part
        if (end := _end(state, kinds[part.name], part, outcome, holds, lasts, at)) is None
        else replace(part, until=end)
        for part in own
    )
    return outcome if parts == own else _ending(outcome, parts, outcome.open_until)


def _stood_still(state: State, decision: Decision, outcome: Outcome, frozen: Condition, at: datetime) -> Outcome:
    """A sanction whose time begins to stand still, so that nobody knows its end; or goes on, with what was left."""
    still = _test(state, decision, frozen).holds(state, Seen(at, at))
    if still == bool(outcome.left):
        return outcome
    own = outcome.parts or (PartOutcome(outcome.effect.name, outcome.until, outcome.permanent),)
    lengths = {part.name: part.time for part in outcome.opened.parts}
    left = tuple(_left(state.zone, part, lengths[part.name], at) for part in own) if still else outcome.left
    parts = tuple(
        part
        if rest is None
        else replace(part, until=None if still else _going_on(state.zone, at, rest, lengths[part.name]))
        for part, rest in zip(own, left, strict=True)
    )
    until_then = replace(outcome, least=outcome.least or outcome.until, left=left if still else ())
    return _ending(until_then, parts, (condition_text(Not(frozen)),))


def _ending(outcome: Outcome, parts: tuple[PartOutcome, ...], waits: tuple[str, ...]) -> Outcome:
    """A sanction whose parts end otherwise; what it `waits` for is told as long as nobody knows its end."""
    permanent, until = end_of(parts)
    return replace(
        outcome,
        parts=parts if outcome.parts else (),
        until=until,
        permanent=permanent,
        moved=True,
        open_until=() if until is not None else waits,
    )


def _left(zone: Zone, part: PartOutcome, length: Length | None, at: datetime) -> timedelta | None:
    """What is left of a part that runs, by the clock where its length goes by the clock."""
    if length is None or part.until is None or part.until <= at:
        return None
    return zone.left(at, part.until, length)


def _going_on(zone: Zone, at: datetime, left: timedelta, length: Length | None) -> datetime:
    return at + left if length is None else zone.going_on(at, left, length)


def _started(state: State, decision: Decision, outcome: Outcome) -> Outcome:
    """A life that starts with the next act of a name, which may be now."""
    effect, since = outcome.opened, outcome.imposed
    assert since is not None
    start = next((act.at for act in state.acts_after(since, effect.begins)), None)
    if start is None:
        return outcome
    begun = impose(replace(effect, begins=None), start, outcome.times, state.zone, outcome.factor)
    begun = replace(begun, effect=effect, imposed=since)
    if is_open(begun):
        begin(state, decision, begun)
    return begun


def _end(
    state: State, kind: Part, part: PartOutcome, outcome: Outcome, holds: bool, lasts: bool, at: datetime
) -> datetime | None:
    """When an open part ends, if that is known now: at the limit, or if its condition `holds`, and `lasts` where it
    cannot fail any more."""
    if part.until is not None or part.permanent:
        return None
    if outcome.latest is not None and outcome.latest <= at:
        return outcome.latest
    if not holds:
        return None
    if kind.acts is not None:
        needed = kind.acts.count * outcome.factor * (outcome.times if outcome.opened.each else 1)
        if _done(state, kind.acts, outcome, at) < ONE * needed:
            return None
    over = earliest(kind, outcome.opened, outcome.counts_from, outcome.times, state.zone, outcome.factor)
    if over is None or over <= at:
        return at
    return over if lasts else None


def _stays(state: State, decision: Decision, condition: Condition) -> bool:
    """Whether a condition that holds will hold for good: it asks for acts that have happened and for its own fine."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return all(_stays(state, decision, part) for part in parts)
        case Comparison(name, compare, threshold):
            [*reads] = (term.read for term in state.law.rules(decision.version).formulas[name].measure.terms)
            if {(read.of, read.sort) for read in reads} == {("count", "fine")}:
                return compare == "=" and threshold == 0 and fines_of(decision)
            ever = all((read.of, read.sort, read.within, read.back) == ("count", "act", "ever", None) for read in reads)
            return ever and compare in (">=", ">")
        case _:
            return False


def _test(state: State, decision: Decision, condition: Condition) -> Test:
    return ready(condition, state.law.rules(decision.version).formulas, state.zone)


def with_missing(state: State, decision: Decision, at: datetime) -> Decision:
    """A decision that says of its open ends what is missing for them at an instant."""
    if not any(_waits(one, at) for one in decision.outcomes):
        return decision
    outcomes = (_missing(state, decision, one, at) if _waits(one, at) else one for one in decision.outcomes)
    return replace(decision, outcomes=tuple(outcomes))


def _waits(outcome: Outcome, at: datetime) -> bool:
    effect = outcome.effect
    waits = bool(outcome.left) or (
        isinstance(effect, Open) and (effect.until is not None or any(part.acts is not None for part in effect.parts))
    )
    return is_open(outcome) and outcome.start <= at and waits


def _missing(state: State, decision: Decision, outcome: Outcome, at: datetime) -> Outcome:
    effect, sight = outcome.opened, _Own(state, decision, outcome)
    if effect.frozen is not None:
        return replace(outcome, missing=(Not(effect.frozen),))
    missing = tuple(
        part for part in conjuncts(effect.until) if not _test(state, decision, part).holds(sight, Seen(at, at))
    )
    acts = [f"{part.acts.count} {part.acts.act}" for part in effect.parts if part.acts is not None]
    words = (*acts, *(_words(state, decision, part) for part in missing)) or ("length",)
    done = (0 if part.acts is None else _done(state, part.acts, outcome, at) for part in effect.parts)
    served = tuple(int(one / ONE) for one in done)
    return replace(outcome, missing=missing, open_until=tuple(dict.fromkeys(words)), served=served)


def _done(state: State, acts: Length, outcome: Outcome, at: datetime) -> Units:
    """How many of the acts that a sanction waits for have happened since its start."""
    return scanned(state, Read("count", "act", (acts.act or "",)), Seen(at, at), since=outcome.counts_from) or 0


def _words(state: State, decision: Decision, part: Condition) -> str:
    """What is missing, as people write it: `exam is done`, `fine is paid`, `not suspend is running`."""
    if isinstance(part, Not) and isinstance(part.part, Comparison):
        read = _only_read(state, decision, part.part)
        if read is not None and read == Read("count", "sanction", read.names, "live"):
            return f"not {read.names[0]} is running"
    if isinstance(part, Comparison):
        read = _only_read(state, decision, part)
        done, none_open = part.compare == ">=" and part.threshold == 1, part.compare == "=" and not part.threshold
        if read is not None and read == Read("count", "act", read.names[:1]) and done:
            return f"{read.names[0]} is done"
        if read is not None and read == Read("count", "fine", (), "live") and none_open:
            return "fine is paid"
    return condition_text(part)


def _only_read(state: State, decision: Decision, part: Comparison) -> Read | None:
    terms = state.law.rules(decision.version).formulas[part.measure].measure.terms
    return terms[0].read if len(terms) == 1 else None


def conjuncts(condition: Condition | None) -> Iterator[Condition]:
    """The parts of a condition that must all hold."""
    if isinstance(condition, AllOf):
        for part in condition.parts:
            yield from conjuncts(part)
    elif condition is not None:
        yield condition


def fines_of(decision: Decision) -> bool:
    """Whether a decision opens a fine of its own, so that its sanctions wait for that one alone."""
    return any(one.effect.sort == "fine" for one in decision.outcomes)


class _Own:
    """What the condition of a life sees: acts since it began, and the fine of its own decision, if it opened one; else
    what there is."""

    def __init__(self, state: State, decision: Decision, outcome: Outcome) -> None:
        self._state, self._decision, self._start = state, decision, outcome.counts_from
        self._begun = Since("sanction", outcome.effect.name)

    def balance(self, ledger: str, booked: datetime) -> Units:
        """The balance of a ledger."""
        return self._state.balance(ledger, booked)

    def total(self, tally: int, booked: datetime) -> Units:
        """A running sum or count."""
        return self._state.total(tally, booked)

    def scan(self, read: Read, seen: Seen) -> Units | None:
        """A number that no running sum has: of acts over all time, of fines, and of what there was since such a
        sanction began, only what concerns this life."""
        if read.back == self._begun:
            return scanned(self._state, replace(read, back=None), seen, since=self._start)
        if read.of in ("highest", "lowest", "latest") or read.sort not in ("act", "fine"):
            return self._state.scan(read, seen)
        if read.sort == "act":
            return scanned(self._state, read, seen, since=self._start)
        if read.of == "sum" or not fines_of(self._decision):
            return self._state.scan(read, seen)
        own = (fact for fact in counting(self._state, read, seen) if fact.decision == self._decision.id)
        return sum((worth(fact, read) for fact in own), 0)

    def says(self, field: str, ticket: Fact | None = None) -> frozenset[str]:
        """What a ticket that is looked at says of itself; else the account."""
        return self._state.says(field, ticket)

    def within(self, length: Length, anchor: str | datetime, at: datetime) -> bool:
        """Whether an instant is not so long after a date of the account."""
        return self._state.within(length, anchor, at)

    def flag_up(self, name: str, seen: Seen) -> bool:
        """Whether a flag is up."""
        return self._state.flag_up(name, seen)
