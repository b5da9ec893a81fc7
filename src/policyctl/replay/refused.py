"""Events that a policy cannot take: why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from fractions import Fraction

from policyctl.exact import plain
from policyctl.history.events import Event, Payment, Problem
from policyctl.policy.form import Version


class Refused(Exception):
    """This event is left out."""

    def __init__(
        self, code: str, message: str, help: str | None = None, error: bool = True, named: str | None = None
    ) -> None:
        self.code, self.message, self.help, self.error, self.named = code, message, help, error, named


def unknown_ticket(event: Event) -> Refused:
    """A ticket is named that is not there."""
    return Refused(
        "unknown-ticket",
        f"{event.kind} {event.id} names ticket {event.ticket}, which this account does not have",
        "write the id of a ticket of this account",
        error=False,
        named=event.ticket,
    )


def unknown_decision(event: Event) -> Refused:
    """A decision is named of which there is no ticket, and nothing says whom the event concerns."""
    return Refused(
        "unknown-decision",
        f"{event.kind} {event.id} names the decision `{event.decision}`, of which this account has no ticket, and does"
        " not say otherwise which identity it concerns; it is left out",
        "write the id of a decision as it is printed, or add `identity`",
        error=False,
        named=event.decision,
    )


def ticket_of(decision: str) -> str:
    """The ticket id in a decision's id, `RULE@TICKET` or `RULE@TICKET/2021`."""
    return decision.rpartition("@")[2].partition("/")[0]


def nearest(name: str, known: Iterable[str]) -> str:
    """A help line with the nearest known name, or all of them."""
    names = sorted(known)
    close = get_close_matches(name, names, 1, 0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    return f"known are {', '.join(names)}" if names else "the policy declares none"


def of_version(version: Version) -> str:
    """What lacks something: the policy, or one of its versions."""
    return "the policy" if version.since is None else f"version {version.since}"


def problem(event: Event, identity: str | None, refused: Refused) -> Problem:
    """What is said of an event that is left out."""
    amount: Fraction | None = event.amount if isinstance(event, Payment) else None
    return Problem(
        code=refused.code,
        message=refused.message,
        event=event.id,
        identity=identity,
        amount=amount,
        named=refused.named,
        help=refused.help,
        error=refused.error,
    )


def said_points(number: Fraction) -> str:
    """So many points, in words."""
    return f"{plain(number)} {'point' if number == 1 else 'points'}"
