"""Every event of a file: what was said of it, and which revision of it counts by what is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from policyctl.history.events import Account, Event, LeftOut


class Saying(Struct, frozen=True):
    """What the file says of an event once: one of its revisions, or what could not be read (`left_out`)."""

    event: Event | None
    left_out: LeftOut | None = None

    @property
    def id(self) -> str | None:
        """Its id, if that can be read."""
        if self.event is not None:
            return self.event.id
        assert self.left_out is not None
        return self.left_out.problem.event

    @property
    def kind(self) -> str | None:
        """Its kind, if that can be read."""
        return self.event.kind if self.event is not None else self.left_out.kind if self.left_out else None

    @property
    def revision(self) -> int | None:
        """Its revision, if that can be read."""
        return self.event.revision if self.event is not None else self.left_out.revision if self.left_out else None

    @property
    def recorded(self) -> datetime | None:
        """When it came on record, if that can be read."""
        return self.event.recorded if self.event is not None else self.left_out.recorded if self.left_out else None

    def known(self, at: datetime | None) -> bool:
        """Whether it was on record at an instant (None: all is)."""
        return at is None or self.recorded is None or self.recorded <= at


def sayings(account: Account) -> list[Saying]:
    """Everything that the file says of events, in the order of ids and revisions; what it says twice stands once."""
    said = {repr(event): Saying(event) for event in (account.said or account.events)}
    found = [*said.values(), *(Saying(None, left_out) for left_out in account.left_out)]
    return sorted(found, key=lambda one: (one.id or "", one.revision or 0, repr(one)))


def by_id(said: list[Saying]) -> Iterator[list[Saying]]:
    """What is said of each event, together; an event without a readable id stands alone."""
    groups: dict[str, list[Saying]] = {}
    for one in said:
        if one.id is None:
            yield [one]
        else:
            groups.setdefault(one.id, []).append(one)
    yield from groups.values()


def chosen(group: list[Saying], counts: Event | None, known: datetime | None) -> Saying:
    """What stands for an event: what counts of it, else the last that is known of it, else the first of all."""
    if counts is not None:
        return next((one for one in group if one.event == counts), Saying(counts))
    on_record = [one for one in group if one.known(known)]
    return on_record[-1] if on_record else group[0]
