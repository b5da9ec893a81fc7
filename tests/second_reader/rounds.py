"""Rounds of the second reader: what happened in a phase or round is heard, and what comes of it is heard in turn."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from policyctl.calendar import OnAct, Repeats, following
from policyctl.policy.form import Every, Rule, Version, When, Without
from tests.second_reader.facts import Decision, Entry
from tests.second_reader.hearing import Heard, hears, is_when
from tests.second_reader.lives import expire
from tests.second_reader.scan import names_of, running

Posted = list[tuple[str, datetime, list[Entry]]]

if TYPE_CHECKING:
    from tests.second_reader.interpreter import Replay
    from tests.second_reader.step import View


def take(one: Replay) -> list[Heard]:
    """What happened since this was asked last; sanctions that begin or end are among it."""
    now = {sanction.name for sanction in one.sanctions if running(one.ground, sanction.name)}
    started = [Heard("sanction", name, at="start") for name in sorted(now - one.ran)]
    ended = [Heard("sanction", name, at="end") for name in sorted(one.ran - now)]
    found, one.happened, one.ran = [*one.happened, *started, *ended], [], now
    one.log += [(one.now, heard) for heard in found]
    return found


def phase_over(one: Replay) -> None:
    """A phase is over: the rules of the version in force that hear what happened in it are judged."""
    if one.version is not None:
        go_on(one, one.version, set(), None, [])


def go_on(
    one: Replay, version: Version, fired: set[str], step: View | None, posted: Posted, known: list[Entry] | None = None
) -> None:
    """Round after round, with the rules that have not fired; the rounds behind a step of tickets bear its id."""
    from tests.second_reader.step import View, judged, take_effect

    events: list[Heard] = []
    known = list(one.ground.entries) if known is None else known
    while True:
        by_rule, one.posted_by_rule = one.posted_by_rule, False
        if by_rule:
            expire(one)
        heard = take(one) + ([Heard("posted", "")] if by_rule else [])
        events = events or [one_heard for one_heard in heard if one_heard.event is not None]
        rules = [r for r in version.rules if r.name not in fired and hears(one, version, r, heard)]
        if not rules:
            return
        one.moment()
        view = View(None, one.seen(), rules, heard)
        view.events = [] if step is not None else events
        one.latch_all(version, rules)
        after, old = one.ground.entries, [entry for entry in one.ground.entries if entry in known]
        for found in version.measures:
            number = one.ground.measure(version, one.kinds(), found.name, view.moment)
            one.ground.entries = old
            view.values[found.name] = one.ground.measure(version, one.kinds(), found.name, view.moment), number
            one.ground.entries = after
        decisions: list[Decision] = judged(one, version, view, posted)
        fired |= {decision.rule.name for decision in decisions}
        if not decisions:
            return
        take_effect(one, decisions)


# --- schedules and streaks --------------------------------------------------------------------------------------------


def next_turn(one: Replay, rule: Rule) -> datetime | None:
    """When a rule looks next by its schedule."""
    assert isinstance(rule.occasion, Every)
    schedule = rule.occasion.schedule
    if isinstance(schedule, OnAct):
        return None
    return following(schedule, one.now, one.zone, anchor(one, schedule) if isinstance(schedule, Repeats) else None)


def anchor(one: Replay, schedule: Repeats) -> datetime | None:
    """What a schedule counts from."""
    if schedule.since == "opened":
        return one.opened
    if schedule.since == "attribute":
        value = one.attributes.get(str(schedule.name))
        return one.zone.read(value) if isinstance(value, str) else None
    acts = [a.at for a in one.acts for name in names_of(one.ground, a.name) if name == schedule.name]
    return max(acts, default=None)


def kept(one: Replay, version: Version, rule: Rule) -> list[datetime]:
    """The instants at which the streak of a rule is kept, as things stand: the next ones."""
    streak = rule.occasion
    assert isinstance(streak, Without)
    from_when = streak.after or streak.things
    starts = [at for at, heard in one.log if any(is_when(one, version, when, heard) for when in from_when)]
    if not streak.after and one.opened is not None and one.opened <= one.now:
        starts.append(one.opened)
    if not starts:
        return []
    since = max(starts)
    things = [
        at
        for at, heard in one.log
        if any(is_when(one, version, when, heard) for when in streak.things)
        if not any(is_when(one, version, when, heard) for when in streak.after)
    ]
    if streak.after and any(at >= since for at in things):
        return []
    found, times = [], 1
    if isinstance(streak.length, str):
        begun = since == one.opened and one.zone.start_of(streak.length, since) == since
        end = one.zone.next_start(streak.length, since)
        end = end if begun else one.zone.next_start(streak.length, end)
        found.append(end)
        while end <= one.now:
            end = one.zone.next_start(streak.length, end)
            found.append(end)
        return found
    while True:
        end = one.zone.after(since, streak.length.times(times))
        found.append(end)
        if not streak.again or end > one.now:
            return found
        times += 1


def not_running(one: Replay, streak: Without) -> bool:
    """Whether no sanction runs whose end is named."""
    names = [
        name for when in streak.things if isinstance(when, When) and when.sort == "sanction" for name in when.names
    ]
    return not any(running(one.ground, name) for name in names)


def streaks(one: Replay) -> None:
    """The streaks that are kept at this very instant."""
    for rule in one.version.rules if one.version is not None else ():
        if not isinstance(rule.occasion, Without) or one.version is None:
            continue
        if one.now in kept(one, one.version, rule) and not_running(one, rule.occasion):
            one.happened.append(Heard("streak", rule.name))
