"""Events that share an id: repeated ones count once, contradicting ones not at all, revisions stand side by side.

Nothing here depends on the order in which events come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby
from operator import attrgetter

from policyctl.history.events import Event, Payment, Problem, Ticket
from policyctl.history.wording import listed, shown

Key = tuple[str, int]
"""The id and the revision of an event."""

_IN_FILE = {"start": "from"}
_revision = attrgetter("revision")


def settle(events: Iterable[Event], broken: Collection[Key]) -> tuple[list[Event], list[Problem]]:
    """The events that count, in the order of id and revision, and a problem for each id or revision that was repeated
    or contradicted. `broken` are the keys of events left out before: what shares one contradicts it."""
    kept: list[Event] = []
    problems: list[Problem] = []
    by_id: dict[str, list[Event]] = {}
    for event in events:
        by_id.setdefault(event.id, []).append(event)
    for id in sorted(by_id):
        group = by_id[id]
        if len(group) > 1 and len({event.kind for event in group}) > 1:
            problems.append(_two_kinds(group))
            continue
        for revision, events_of_it in groupby(sorted(group, key=_revision), key=_revision):
            same = list(events_of_it)
            problem = _problem(same, (id, revision) in broken)
            if problem is not None:
                problems.append(problem)
            if problem is None or not problem.error:
                kept.append(same[0])
    return kept, problems


def _problem(same: list[Event], beside_broken: bool) -> Problem | None:
    """What is wrong with events of one kind, id and revision, if anything."""
    if len(same) == 1 and not beside_broken:
        return None
    # Mappings are in the order of their names, and unlike `==`, `repr` tells `true` from 1.
    by_content = {repr(event): event for event in same}
    different = [by_content[content] for content in sorted(by_content)]
    if len(different) > 1:
        names = _differing(different)
        return _conflict(same, f"is given with different {listed(names)}", names, beside_broken=beside_broken)
    if beside_broken:
        return _conflict(same, "is given again with an error in it", (), beside_broken=True)
    return Problem(
        code="repeated-event",
        message=f"{_called(same[0])} is given {len(same)} times with the same content and counts once",
        event=same[0].id,
        identity=same[0].identity,
        help="harmless, but the export may hold other things twice",
        error=False,
    )


def _two_kinds(group: list[Event]) -> Problem:
    kinds = sorted({event.kind for event in group})
    return _conflict(group, f"is given with different `event`: {listed(kinds)}", ("event",), f"`{shown(group[0].id)}`")


def _conflict(
    events: list[Event], says: str, names: Collection[str], called: str | None = None, beside_broken: bool = False
) -> Problem:
    """One problem for all of them, but for the broken ones beside them, which have their own."""
    number = "all of them" if beside_broken else "both" if len(events) == 2 else f"all {len(events)}"
    identities = {event.identity for event in events}
    amounts = {event.amount if isinstance(event, Payment) else None for event in events}
    return Problem(
        code="conflicting-events",
        message=f"{called or _called(events[0])} {says}; {number} are left out",
        event=events[0].id,
        identity=identities.pop() if len(identities) == 1 else None,
        amount=amounts.pop() if len(amounts) == 1 else None,
        field=next(iter(names)) if len(names) == 1 else None,
        help="keep the right one, give each event its own id, or give a correction the next `revision`",
        events=len(events),
    )


def _called(event: Event) -> str:
    revision = f"revision {event.revision} of " if event.revision > 1 else ""
    return f"{revision}{event.kind} `{shown(event.id)}`"


def _differing(events: list[Event]) -> tuple[str, ...]:
    """The names, as in the file, of the fields that are not the same in all; without dates that only follow another."""
    first = events[0]
    names = [f for f in first.__struct_fields__ if len({repr(getattr(event, f)) for event in events}) > 1]
    follows = {"occurred": "effective", "issued": "effective", "recorded": "issued"}
    if not isinstance(first, Ticket):
        follows = {"recorded": "at"}
    own = [
        name
        for name in names
        if name not in follows or any(getattr(event, name) != getattr(event, follows[name]) for event in events)
    ]
    return tuple(sorted(_IN_FILE.get(name, name) for name in own))
