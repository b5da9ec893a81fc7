"""Groups of entries that count together: one of an occasion, a key or some days, or so many points in a day.

Of a group of which one counts, that is the first or the highest. Which it is, is found again whenever a ticket comes or
leaves: a higher one that is learnt of later takes the place of the one before, which ends as superseded. What is
superseded is in no sum of points and in no balance; its ticket is a ticket still. Where a ticket that is learnt of
later moves the days that count together, one that had been superseded may count after all: a new entry stands for it.
What was cleared or consumed has counted: of a higher one that is learnt of then, only the difference is posted.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec.structs import replace

from policyctl.calendar import CALENDAR
from policyctl.instants import Length
from policyctl.policy.form import Group, Period
from policyctl.replay.answer import LedgerEvent
from policyctl.replay.books import Entry
from policyctl.replay.facts import of_entry, words
from policyctl.replay.posting import post_entry, supersede
from policyctl.replay.scan import holds
from policyctl.replay.state import State
from policyctl.replay.units import Units, number, units

Key = tuple[str, ...] | int | date
"""What is the same for all entries of a group."""


def post_in_groups(state: State, period: Period, entry: Entry, instant: datetime) -> None:
    """Post an entry to a ledger whose entries count in groups."""
    whole = entry.points
    for group in period.groups:
        if group.most is not None:
            entry = replace(entry, points=_room(state, group, entry))
    if entry.points < whole:
        state.cut[entry.number] = whole - entry.points
    ones = [group for group in period.groups if group.most is None and not _spared(state, group, entry)]
    others = list(_candidates(state, entry.ledger))
    lost = {one.number for group in ones for one in _losers(state, group, [*others, entry])}
    taken = [one for one in others if one.number in lost and _taken(state, one)]
    if taken and entry.number not in lost:
        alike = {one.number for group in ones for one in _beside(state, group, others, entry)}
        before = sum(one.points for one in taken if one.number in alike)
        state.counted[entry.number] = before
        entry = replace(entry, points=max(0, entry.points - before))
    post_entry(state, replace(entry, superseded=entry.number in lost), instant)
    for group in period.groups:
        _make_up(state, group, entry, instant)
    if ones:
        _settle(state, others, lost, {one.number for one in taken}, {}, instant)


def find_again(state: State, gone: Sequence[tuple[Entry, bool]], instant: datetime) -> None:
    """Entries left every balance, each told with whether it had been taken by then: in their groups it is found again
    which one counts. Of one that counts in the place of what was taken only the points beyond that do."""
    periods = {} if state.rules is None else state.rules.periods
    for ledger in sorted({entry.ledger for entry, _ in gone}):
        period = periods.get(ledger)
        ones = [group for group in period.groups if group.most is None] if period is not None else []
        if not ones:
            continue
        others = list(_candidates(state, ledger))
        lost = {one.number for group in ones for one in _losers(state, group, others)}
        before: dict[int, Units] = {}
        for entry in (entry for entry, taken in gone if taken and entry.ledger == ledger):
            alike = {one.number for group in ones for one in _beside(state, group, others, entry)}
            whole = entry.points + state.counted.get(entry.number, 0)
            before |= {number: before.get(number, 0) + whole for number in alike}
        taken = {one.number for one in others if one.number in lost and _taken(state, one)}
        _settle(state, others, lost, taken, before, instant)


def _settle(
    state: State,
    others: Sequence[Entry],
    lost: Container[int],
    taken: Container[int],
    before: Mapping[int, Units],
    instant: datetime,
) -> None:
    """Each entry counts, or does not, as it was found; what was taken stays. `before`: what had counted in the place of
    one that counts now."""
    for other in others:
        if other.number in lost and not other.superseded and other.number not in taken:
            supersede(state, other, instant)
        elif other.superseded and other.number not in lost:
            _count_again(state, other, before.get(other.number, 0), instant)


def _count_again(state: State, entry: Entry, before: Units, instant: datetime) -> None:
    """One that had been superseded counts after all, as a new entry."""
    book = state.late(entry.ledger, entry.booked) or state.books.now(entry.ledger)
    assert book is not None
    had = state.counted.get(entry.number, 0)
    points = min(entry.points, max(0, entry.points + had - before))
    if had or before:
        state.counted[state.posted] = entry.points + had - points
    fresh = replace(entry, number=state.posted, points=points, posted=instant, book=book.number)
    told = number(points), book.name, entry.ticket.id
    state.ledger_events.append(LedgerEvent(instant, state.identity, entry.ledger, "counts_again", *told))
    post_entry(state, replace(fresh, stands_for_ticket=False, superseded=False), instant)


def taken_by_now(state: State, ticket: str) -> list[tuple[Entry, bool]]:
    """What a ticket posted, each with whether that was taken by now."""
    posted = (one for one in state.entries if one.ticket.id == ticket and not one.carried and not one.by_rule)
    return [(one, not one.superseded and _taken(state, one)) for one in posted]


def _taken(state: State, entry: Entry) -> bool:
    """Whether an entry that counted was cleared or consumed, in whole or in part: what it came to stays, and one that
    counts in its place adds only what is more."""
    return not (
        entry.superseded or entry.number in state.expired or state.is_live_in(state.books.numbered(entry.book), entry)
    )


def _beside(state: State, group: Group, others: Sequence[Entry], entry: Entry) -> list[Entry]:
    """The others that are in one group with an entry."""
    keyed = list(_keyed(state, group, [one for one in (*others, entry) if not _spared(state, group, one)]))
    keys = {key for key, one in keyed if one is entry}
    return [one for key, one in keyed if key in keys and one is not entry]


def _lifts(state: State, group: Group, entry: Entry) -> bool:
    """Whether an entry lifts the limit of its group."""
    return group.lifted is not None and holds(state, group.lifted, of_entry(state, entry), None)


def _alike(state: State, group: Group, entry: Entry) -> list[Entry]:
    """The entries posted before that count together with one."""
    key = next((key for key, one in _keyed(state, group, [entry])), None)
    same = [one for one in _of_tickets(state, entry.ledger) if not one.superseded]
    others = [one for one in same if one.number != entry.number and not _spared(state, group, one)]
    return [one for other, one in _keyed(state, group, others) if other == key]


def _make_up(state: State, group: Group, entry: Entry, instant: datetime) -> None:
    """Where an entry lifts the limit of its group, what was cut off the others counts from now on."""
    if not _lifts(state, group, entry):
        return
    for other in _alike(state, group, entry):
        missing = state.cut.pop(other.number, None)
        book = state.late(other.ledger, other.booked) or state.books.now(other.ledger)
        if missing is not None and book is not None:
            rest = replace(other, number=state.posted, points=missing, posted=instant, stands_for_ticket=False)
            post_entry(state, replace(rest, book=book.number), instant)


def _candidates(state: State, ledger: str) -> Iterator[Entry]:
    """What stands for each ticket that posted to a ledger: the entry that counts, else the one that was superseded."""
    found: dict[str, Entry] = {}
    for entry in _of_tickets(state, ledger):
        before = found.get(entry.ticket.id)
        if before is None or before.superseded:
            found[entry.ticket.id] = entry
    yield from found.values()


def _of_tickets(state: State, ledger: str) -> Iterator[Entry]:
    """What tickets posted to a ledger; what a rule posts is in no group."""
    return (one for one in state.entries if one.ledger == ledger and not one.carried and not one.by_rule)


def _spared(state: State, group: Group, entry: Entry) -> bool:
    """Whether an entry stands outside of a group."""
    return group.unless is not None and holds(state, group.unless, of_entry(state, entry), None)


def _losers(state: State, group: Group, entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries that do not count, for another one of their group does."""
    grouped: dict[Key, list[Entry]] = {}
    for key, entry in _keyed(state, group, [entry for entry in entries if not _spared(state, group, entry)]):
        grouped.setdefault(key, []).append(entry)
    for some in grouped.values():
        if group.takes == "highest":
            best = min(some, key=lambda one: (-one.points - state.counted.get(one.number, 0), one.booked, one.number))
        else:
            best = min(some, key=lambda one: (one.booked, one.number))
        yield from (one for one in some if one is not best)


def _keyed(state: State, group: Group, entries: Sequence[Entry]) -> Iterator[tuple[Key, Entry]]:
    """Each entry with what it shares with its group; one that shares nothing is none of them."""
    if isinstance(group.by, Length):
        number = 0
        begun: datetime | None = None
        last: datetime | None = None
        for entry in sorted(entries, key=lambda one: (one.booked, one.number)):
            since = last if group.since == "before" else begun
            alone = group.since == "all" and number > 1
            if since is None or alone or state.zone.after(since, group.by) <= entry.booked:
                number, begun = number + 1, entry.booked
            last = entry.booked
            yield number, entry
        return
    for entry in entries:
        key = _key(state, group, entry)
        if key is not None:
            yield key, entry


def _key(state: State, group: Group, entry: Entry) -> Key | None:
    if group.by == "act":
        return sum(1 for act in state.acts if act.name == group.name and act.at <= entry.booked)
    if isinstance(group.by, str) and group.by in CALENDAR:
        return state.zone.local(state.zone.start_of(CALENDAR[group.by], entry.booked)).date()
    found = words(state, of_entry(state, entry), group.name or str(group.by))
    return tuple(sorted(found)) or None


def _room(state: State, group: Group, entry: Entry) -> Units:
    """How much of an entry's points still counts in its group."""
    if _spared(state, group, entry) or group.most is None:
        return entry.points
    alike = _alike(state, group, entry)
    if any(_lifts(state, group, one) for one in (entry, *alike)):
        return entry.points
    taken = sum(one.points for one in alike)
    return min(entry.points, max(0, units(group.most) - taken))
