"""All short histories, replayed one by one: what is left where the machine does not know enough of a policy.

One thing happens a day: a ticket for an offence, an act, the payment of a fine in full, or the turn of a period.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic

from policyctl.analyse.case import Case
from policyctl.analyse.frame import chosen_points
from policyctl.analyse.state import Action
from policyctl.analyse.story import Story, Untold
from policyctl.policy.form import ActKind, EntryKind, Open, Part, TicketKind, When, records

SECONDS = 1.5
"""How long such a search takes at most."""

DEEPEST = 6


def short_histories(
    case: Case, shown: Callable[[Story], bool], seconds: float = SECONDS, other: Case | None = None
) -> tuple[Story | None, int]:
    """The first history that is shown to do what is asked; else up to how many events there is none (0: there may be
    one). The offences and acts of an `other` policy happen, too."""
    whole = all(_all_told(one) for one in (case, other) if one is not None)
    until = monotonic() + seconds
    paths: list[list[Action]] = [[]]
    for depth in range(1, DEEPEST + 1):
        longer: list[list[Action]] = []
        for path in paths:
            for action in _next(case, path, other):
                if monotonic() > until:
                    return None, (depth - 1) * whole
                story = _told(case, [*path, action], other)
                if story is None:
                    continue
                if shown(story):
                    return story, depth
                longer.append([*path, action])
        if not longer:
            break
        paths = longer
    return None, DEEPEST * whole


def _all_told(case: Case) -> bool:
    """Whether the histories that are gone through are all there are, of so many events: nothing is chosen ticket by
    ticket, and no rule looks at a moment between two events."""
    version = case.looked
    kinds = [fact for fact in version.facts if isinstance(fact, TicketKind)]
    posted = {posting.ledger for kind in kinds for posting in kind.posts}
    return (
        (case.alone or all(fact.name in posted for fact in version.facts if isinstance(fact, EntryKind)))
        and all(len(list(chosen_points(kind))) <= 2 for kind in kinds)
        and all(one.highest is None for one in records(version, Open))
        and all(one.highest is None for one in records(version, Part))
        and all(_at_event(rule.occasion) for rule in version.rules)
    )


def _at_event(occasion: object) -> bool:
    """Whether a rule looks only where something happens that stands in a history."""
    if isinstance(occasion, When):
        return occasion.sort in ("ticket", "act", "decision", "payment") or occasion.at == "paid"
    return occasion == "ticket"


def _told(case: Case, path: list[Action], other: Case | None) -> Story | None:
    story = Story(case.policy, case.version, case.identity, None if other is None else other.version)
    try:
        story.tell(path)
    except Untold:
        return None
    return story


def _next(case: Case, path: list[Action], other: Case | None) -> Iterator[Action]:
    version = case.looked
    facts = [*version.facts, *(other.looked.facts if other is not None else ())]
    kinds = [fact for fact in facts if isinstance(fact, TicketKind)]
    posted = {posting.ledger for kind in kinds for posting in kind.posts}
    found: list[Action] = []
    for kind in kinds:
        first, *_, last = [action for action, _ in chosen_points(kind)] * 2
        found += [first, last]
    for fact in facts:
        if isinstance(fact, EntryKind) and fact.name not in posted and not case.alone:
            found += [Action("ticket", fact.name, points) for points in (1, 10, 20)]
        elif isinstance(fact, ActKind):
            found.append(Action("act", fact.name))
    yield from dict.fromkeys(found)
    if not path:
        return
    story = _told(case, path, other)
    if story is not None:
        fines = {"+".join(fine.clears) for fine in story.fines(story.clock) if fine.open and fine.dropped is None}
        waits = (False, True) if _when_served(case, other) else (False,)
        yield from (Action("payment", name, 0, more) for name in sorted(fines) for more in waits)
    if path[-1].sort != "turn":
        periods = [*version.periods, *(other.looked.periods if other is not None else ())]
        units = {period.every for period in periods if isinstance(period.every, str)}
        yield from (Action("turn", unit) for unit in sorted(units))


def _when_served(case: Case, other: Case | None) -> bool:
    """Whether a payment may clear at another time than it is made."""
    versions = [one.looked for one in (case, other) if one is not None]
    return any(effect.clears_when == "served" for version in versions for effect in records(version, Open))
