"""What comes of what happened: rules that listen to it look, and what they do may be an occasion for others.

A round is one judgement on one state. If it posted entries, or something happened by it that rules listen to, another
round follows at the same instant, with the rules that have not fired in this step. So a step ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from policyctl.instants import NEVER
from policyctl.policy.form import Read, When, Without
from policyctl.replay import lives
from policyctl.replay.agenda import Phase
from policyctl.replay.ending import ended, overlap_of
from policyctl.replay.expiry import NO_FROST, Frost, over_already
from policyctl.replay.facts import Fact, of_entry, tickets
from policyctl.replay.judge import judge
from policyctl.replay.listener import Listener
from policyctl.replay.look import Look
from policyctl.replay.measures import Seen
from policyctl.replay.occasions import TICKET, Happening, Overdue, Required, Streak, Watch, events_of, fits, hears
from policyctl.replay.rules import Rules
from policyctl.replay.sanctions import FOR_GOOD, standing
from policyctl.replay.scan import scanned
from policyctl.replay.state import State
from policyctl.replay.tickets import Judged
from policyctl.replay.undoing import undo
from policyctl.replay.units import number

FIRST = datetime.min.replace(tzinfo=UTC)
"""Before all that happens."""


def moment(state: State, seen: Seen) -> None:
    """The end of a phase or round: a latch falls with the level of its rule; a new period's latch starts at it."""
    for listener in state.take_unsettled(seen.booked):
        latch, level = state.latch(listener, seen.booked), state.level(listener, seen)
        if latch.counted is None or level < latch.counted:
            fallen = latch.fallen(listener.begins(level) if latch.counted is None else level)
            state.set_latch(listener, seen.booked, fallen)


def happened(state: State, seen: Seen) -> None:
    """A phase is over: what has come to its end ends, and the rules look that listen to what happened."""
    lives.look(state, seen)
    if state.rules is None or not (state.law.listens or state.rule_posted):
        return
    _go_on(state, state.rules, seen, set(), state.posted, (), ())


def go_on(
    state: State,
    rules: Rules,
    seen: Seen,
    fired: set[str],
    first: int,
    batch: Sequence[Judged],
    at_ticket: Callable[[Look], Look],
) -> None:
    """The rounds of a step of tickets after the first; `at_ticket` gives the look of a rule that looks at each ticket
    by itself."""
    lives.look(state, seen)
    if state.law.listens or state.rule_posted:
        _go_on(state, rules, seen, fired, first, batch, tuple(judged.ticket.id for judged in batch), at_ticket)


def _go_on(
    state: State,
    rules: Rules,
    seen: Seen,
    fired: set[str],
    first: int,
    batch: Sequence[Judged],
    tickets: tuple[str, ...],
    at_ticket: Callable[[Look], Look] | None = None,
) -> None:
    events: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    while True:
        lives.look(state, seen)
        found = _take(state, seen)
        # Tickets were heard in the first round of their step.
        heard = [one for one in found if one.sort != TICKET]
        posted, state.rule_posted = state.rule_posted, False
        if posted and state.overdue:
            over_already(state, seen.at, first)
        events = events or events_of(found)
        about = about or tuple(dict.fromkeys(one.about for one in found if one.about is not None))
        named = events if not tickets else ()
        listening = [
            (Look(listener, None, seen, tickets, events=named, about=about, heard=len(own)), own)
            for listener in rules.listeners
            if listener.rule.name not in fired
            and ((own := [one for one in heard if hears(state, listener, one)]) or _hears_postings(listener, posted))
        ]
        if not listening:
            return
        moment(state, seen)
        looks = [at_ticket(look) if at_ticket is not None else _at_acts(state, look, own) for look, own in listening]
        looks = [look for look in looks if not _lacks_ticket(look)]
        more = judge(state, rules, [looks], first, batch)
        if not more:
            return
        fired |= more


def _hears_postings(listener: Listener, posted: bool) -> bool:
    """Whether a rule looks because another one posted points."""
    return posted and listener.rule.occasion == "ticket"


def _at_acts(state: State, look: Look, heard: Sequence[Happening]) -> Look:
    """The look of a rule at acts, where it asks for something of them or of the tickets that they name: from each for
    which it holds; as a whole from the one from which it is highest, of equal ones from the first."""
    listener = look.listener
    if not listener.at_ticket or not _is_at_act(listener):
        return look
    seen = [
        (one, look.seen._replace(ticket=_of_act(state, one))) for one in sorted(heard, key=lambda one: one.event or "")
    ]
    seen = [(one, own) for one, own in seen if not listener.by_ticket or _names_ticket(own)]
    levels = [listener.level(state, own) for _, own in seen]
    if not seen:
        return look
    holding = [pair for pair, level in zip(seen, levels, strict=True) if level > 0]
    about = tuple(dict.fromkeys(one.about for one, _ in holding if one.about is not None))
    best = seen[levels.index(max(levels))][1]
    return replace(look, seen=best, about=about, heard=len(holding), each=tuple(own for _, own in holding))


def _of_act(state: State, happened: Happening) -> Fact:
    """The ticket that an act names, with what the act says besides; the act itself where it names none."""
    act = next(one for one in reversed(state.acts) if one.id == happened.event)
    named = (one for one in state.entries if one.ticket.id == act.ticket and one.stands_for_ticket)
    found = next((of_entry(state, one, "ticket") for one in named), None)
    if found is None:
        return Fact("act", 0, act.name, act.id, act.at, act.at, attributes=act.attributes)
    return replace(found, attributes={**act.attributes, **found.attributes})


def _names_ticket(seen: Seen) -> bool:
    return seen.ticket is not None and seen.ticket.sort == "ticket"


def _is_at_act(listener: Listener) -> bool:
    return isinstance(listener.rule.occasion, When) and listener.rule.occasion.sort == "act"


def _lacks_ticket(look: Look) -> bool:
    """Whether a rule at an act counts by the ticket which the act names, and it names none."""
    return _is_at_act(look.listener) and look.listener.by_ticket and not _names_ticket(look.seen)


def _take(state: State, seen: Seen) -> list[Happening]:
    """What happened since this was asked last, ends and starts of sanctions among it."""
    if not state.law.listens:
        return []
    state.happened += _watched(state, seen.at)
    state.happened += _overdue_by_acts(state, seen)
    found, state.happened = state.happened, []
    for one in found:
        state.last[replace(one, event=None, about=None, fact=None)] = seen.at
    for listener, without in state.rules.streaks if state.rules is not None else ():
        _look_at(state, listener, without, found, seen.at)
        if without.act is not None and any((one.sort, one.name) == ("act", without.act) for one in found):
            found += _kept_by_acts(state, without, state.streaks.get(listener.rule.name), seen)
    return found


# --- what is counted in acts ------------------------------------------------------------------------------------------


def acts_since(state: State, act: str, since: datetime, seen: Seen) -> int:
    """How many acts of a name there were after an instant."""
    return int(number(scanned(state, Read("count", "act", (act,)), seen, since=since) or 0))


def _overdue_by_acts(state: State, seen: Seen) -> Iterator[Happening]:
    """What was required within so many acts of which the last were now, and was not done."""
    told = [one.name for one in state.happened if one.sort == "act"]
    if not told or not state.law.due_by_acts:
        return
    for decision in state.decisions:
        for outcome in decision.outcomes:
            due = outcome.opened.due if outcome.effect.sort == "require" else None
            if due is None or due.act not in told:
                continue
            assert due.act is not None
            done = acts_since(state, due.act, outcome.start, seen)
            required = Required(outcome.effect.name, outcome.start, decision.tickets)
            if done - told.count(due.act) < due.count <= done and not is_done(state, required):
                yield Happening("require", outcome.effect.name, "overdue")


def _kept_by_acts(state: State, without: Without, streak: Streak | None, seen: Seen) -> Iterator[Happening]:
    """A streak is kept with the last of so many acts; where it is counted again, it goes on from there."""
    act, length = without.act, without.length
    if streak is None or streak.kept or act is None or isinstance(length, str):
        return
    count, done = length.count, acts_since(state, act, streak.since, seen)
    if done < count * streak.times:
        return
    if any(one.sort == "sanction" and set(one.names) & state.serving for one in (*without.things, *without.after)):
        return
    state.kept_streaks.append((streak, seen.at))
    again = replace(streak, times=done // count + 1)
    state.streaks[streak.rule] = again if without.again else replace(streak, kept=True)
    yield Happening("streak", streak.rule)


# --- sanctions that rules listen to -----------------------------------------------------------------------------------


def _watched(state: State, at: datetime) -> list[Happening]:
    """The sanctions that begin to run, or run no more."""
    watched = state.rules.watched if state.rules is not None else frozenset[str]()
    if not watched:
        return []
    running = set[str]()
    decisions = [ended(state, decision) for decision in state.decisions]
    for name in sorted(watched):
        runs, waits = standing(
            name, overlap_of(state.version, name), decisions, state.sanctions_dropped, at, state.zone
        )
        coming = [run.until for run in runs] + [run.start for run in waits]
        for instant in coming:
            if instant is not None and at < instant < FOR_GOOD:
                state.agenda.add(instant, Phase.ENDS, name, Watch())
        if runs:
            running.add(name)
    was, state.serving = state.serving, frozenset(running)
    over = [Happening("sanction", name, "end") for name in sorted(was - running)]
    return over + [Happening("sanction", name, "start") for name in sorted(running - was)]


# --- streaks and due dates --------------------------------------------------------------------------------------------


def begin_streaks(state: State, at: datetime) -> None:
    """The streaks of the version that is in force from now on: each since the last thing that it counts after, or else
    since the account was opened; what has ended it since, has."""
    for listener, without in state.rules.streaks if state.rules is not None else ():
        since = _last(state, without, without.after or without.things)
        if not without.after and state.anchors.opened is not None:
            since = max(since or state.anchors.opened, state.anchors.opened)
        elif not without.after and without.act is not None:
            since = since or FIRST  # acts are counted from the first on
        ended = _last(state, without, without.things) if without.after else None
        if since is not None and (ended is None or ended <= since):
            _begin(state, listener, without, since, at)


def _last(state: State, without: Without, things: Sequence[When]) -> datetime | None:
    """When the last of some things happened, by the date that a streak goes by."""
    happened = [(one, at) for one, at in state.last.items() if one.sort != TICKET]
    happened += [(Happening("ticket", fact.name, fact=fact), fact.at) for fact in tickets(state)]
    dates = (one.date(without.dated, at) for one, at in happened if any(fits(state, thing, one) for thing in things))
    return max(dates, default=None)


def _look_at(state: State, listener: Listener, without: Without, found: Sequence[Happening], at: datetime) -> None:
    """What happened may end a streak, and begin one. What bears a date before it began does neither."""
    runs = state.streaks.get(listener.rule.name)

    def dates(things: Sequence[When]) -> list[datetime]:
        return sorted(
            {one.date(without.dated, at) for one in found if any(fits(state, thing, one) for thing in things)}
        )

    inside = dates(without.things)
    begins, ends = max(dates(without.after or without.things), default=None), max(inside, default=None)
    for date in inside:
        if date < at:
            undo(state, listener.rule.name, date, at)
    if without.after and runs is not None and ends is not None and ends >= runs.since:
        del state.streaks[listener.rule.name]
        runs = None
    # What happens as a unit of the calendar begins lies in it.
    whole = isinstance(without.length, str)
    if begins is not None and (runs is None or begins > runs.since or (whole and begins == runs.since)):
        _begin(state, listener, without, begins, at)


def _begin(state: State, listener: Listener, without: Without, since: datetime, now: datetime) -> None:
    """The next instant at which it has been kept; one that is over by now does not come any more."""
    if not isinstance(without.length, str) and (act := without.length.act) is not None:
        over = acts_since(state, act, since, Seen(now, now)) // without.length.count
        kept = over > 0 and not without.again
        state.streaks[listener.rule.name] = Streak(listener.rule.name, since, NEVER, over + 1, kept)
        return
    streak = _streak(state, listener, without, since, 1)
    while streak.due <= now and without.again:
        streak = _next(state, listener, without, streak)
    _expect(state, streak, now)


def _streak(state: State, listener: Listener, without: Without, since: datetime, times: int) -> Streak:
    """A streak since an instant; a unit of the calendar is the first behind it, or that which begins as the account is
    opened."""
    length = without.length
    if isinstance(length, str):
        opened = since == state.anchors.opened and state.zone.start_of(length, since) == since
        first = since if opened else state.zone.next_start(length, since)
        return Streak(listener.rule.name, first, state.zone.next_start(length, first), times)
    return Streak(listener.rule.name, since, state.zone.after(since, length.times(times)), times)


def _next(state: State, listener: Listener, without: Without, streak: Streak) -> Streak:
    """What follows a streak: one as much longer, or the next unit of the calendar by itself."""
    if isinstance(without.length, str):
        return Streak(streak.rule, streak.due, state.zone.next_start(without.length, streak.due), 1)
    return _streak(state, listener, without, streak.since, streak.times + 1)


def _expect(state: State, streak: Streak, now: datetime) -> None:
    state.streaks[streak.rule] = streak
    if streak.due > now:
        state.agenda.add(streak.due, Phase.STREAKS, streak.rule, streak)


def kept(state: State, instant: datetime, streak: Streak) -> None:
    """A streak was kept, unless it was ended, or what ends it goes on, or time stood still."""
    for listener, without in state.rules.streaks if state.rules is not None else ():
        if state.streaks.get(listener.rule.name) != streak:
            continue
        if any(one.sort == "sanction" and set(one.names) & state.serving for one in (*without.things, *without.after)):
            continue
        if (frost := _frost(state, streak)) is not None:
            due = streak.due + frost.between(streak.since, instant)
            if frost.since is not None:
                state.stopped = (*state.stopped, streak)
                continue
            if due > instant:
                state.agenda.add(due, Phase.STREAKS, streak.rule, streak)
                continue
        state.streaks[streak.rule] = replace(streak, kept=True)
        state.kept_streaks.append((streak, instant))
        state.happens(Happening("streak", streak.rule))
        if without.again:
            _expect(state, _next(state, listener, without, streak), instant)


def thaw(state: State, instant: datetime) -> None:
    """Streaks that would have been kept while time stood still go on where it does so no more."""
    waiting, state.stopped = state.stopped, ()
    for streak in waiting:
        frost = _frost(state, streak)
        if frost is not None and frost.since is not None:
            state.stopped = (*state.stopped, streak)
        else:
            due = streak.due + (frost or NO_FROST).between(streak.since, instant)
            state.agenda.add(max(due, instant), Phase.STREAKS, streak.rule, streak)


def _frost(state: State, streak: Streak) -> Frost | None:
    """When time stood still for a streak; None where nothing makes it."""
    frozen = state.rules.frozen.get(streak.rule) if state.rules is not None else None
    return None if frozen is None else state.frosts.get(frozen, NO_FROST)


def required(state: State, due: Required) -> None:
    """The end of the time in which an act was to be done."""
    if not is_done(state, due):
        state.happens(Happening("require", due.act, "overdue"))


def is_done(state: State, due: Required) -> bool:
    """Whether what is required was done by now."""
    acts = state.acts_after(due.since, due.act)
    return any(act.ticket is None or not due.tickets or act.ticket in due.tickets for act in acts)


def overdue(state: State, due: Overdue) -> None:
    """The due date of a fine."""
    fine = state.fines[due.fine] = replace(state.fines[due.fine], fell_due=True)
    if fine.open and not fine.ghost:
        state.touch_all()
        state.happens(Happening("fine", fine.decision.rule.name, "overdue"))
