"""What a ticket costs where that is reckoned from numbers that it carries: `points +90 per victims`.

Assumes what the policy's checks promise: such a sum is made of attributes and constants alone. So it is known as soon
as the ticket is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

import msgspec

from policyctl.history.events import Ticket, as_of
from policyctl.instants import Zone
from policyctl.policy.form import AllOf, AnyOf, Condition, ConstantKind, Has, Is, Measure, Not, Version, applies
from policyctl.replay.facts import and_heads, compares, spoken


class Reckoning(msgspec.Struct, frozen=True):
    """The sums of a version, read at a ticket: an attribute is that of the ticket, else of the account."""

    measures: Mapping[str, Measure]
    constants: Mapping[str, ConstantKind]
    account: Mapping[str, object]
    zone: Zone

    @staticmethod
    def of(version: Version, account: Mapping[str, object], zone: Zone) -> Reckoning:
        """Everything that it takes from a version and an account."""
        constants = {fact.name: fact for fact in version.facts if isinstance(fact, ConstantKind)}
        return Reckoning({measure.name: measure for measure in version.measures}, constants, account, zone)

    def value(self, name: str, ticket: Ticket, booked: datetime) -> Fraction | None:
        """A sum at a ticket that counts by that date; None where a number of it is missing."""
        measure = self.measures[name]
        total = measure.plus
        for term in measure.terms:
            if term.read.sort == "measure":
                of = [self.value(one, ticket, booked) for one in term.read.names]
                known = [one for one in of if one is not None]
                found = None if len(known) < len(of) else _picked(term.read.of, known)
            elif term.read.sort == "constant":
                found = self._constant(term.read.names[0], ticket, booked)
            else:
                (wanted,) = term.read.names
                said = ticket.attributes.get(wanted, as_of(self.account.get(wanted), booked))
                found = said if isinstance(said, Fraction) else None
            if found is None:
                return None
            total += term.times * found
        return total

    def holds(self, where: Condition, ticket: Ticket, booked: datetime) -> bool:
        """Whether something holds of a ticket that it says of itself."""
        match where:
            case Is(field, values):
                return not self._words(field, ticket, booked).isdisjoint(values)
            case Has(field, compare, threshold):
                said = ticket.attributes.get(field, as_of(self.account.get(field), booked))
                return compares(said if isinstance(said, Fraction) else None, compare, threshold)
            case AllOf(parts):
                return all(self.holds(part, ticket, booked) for part in parts)
            case AnyOf(parts):
                return any(self.holds(part, ticket, booked) for part in parts)
            case Not(part):
                return not self.holds(part, ticket, booked)
        raise AssertionError(where)

    def _words(self, field: str, ticket: Ticket, booked: datetime) -> frozenset[str]:
        if field in ("offence", "severity"):
            offence = ticket.offence or ""
            severity = spoken(offence.rpartition(".")[2] if "." in offence else None)
            return severity if field == "severity" else and_heads(offence) if offence else frozenset()
        if field in ("key", "occasion"):
            return spoken(getattr(ticket, field))
        return spoken(ticket.attributes.get(field, as_of(self.account.get(field), booked)))

    def missing(self, name: str, ticket: Ticket) -> list[str]:
        """The attributes of a sum that are no numbers, neither of the ticket nor of the account."""
        found = []
        for term in self.measures[name].terms:
            for one in term.read.names:
                if term.read.sort == "measure":
                    found += self.missing(one, ticket)
                elif term.read.sort == "attribute" and not isinstance(
                    ticket.attributes.get(one, as_of(self.account.get(one), ticket.effective)), Fraction
                ):
                    found.append(one)
        return found

    def without_value(self, name: str, ticket: Ticket, booked: datetime) -> list[str]:
        """The constants of a sum that have no value yet at a date."""
        terms = self.measures[name].terms
        inner = [one for term in terms if term.read.sort == "measure" for one in term.read.names]
        own = [one for term in terms if term.read.sort == "constant" for one in term.read.names]
        found = [one for one in own if self._constant(one, ticket, booked) is None]
        return list(
            dict.fromkeys([*found, *(one for name in inner for one in self.without_value(name, ticket, booked))])
        )

    def _constant(self, name: str, ticket: Ticket, booked: datetime) -> Fraction | None:
        values = [
            one.value
            for one in self.constants[name].values
            if one.since is None or self.zone.read(one.since) <= booked
            if applies(one.when, lambda field: self._words(field, ticket, booked))
        ]
        return values[-1] if values else None


def _picked(which: str, known: list[Fraction]) -> Fraction:
    """The highest or lowest of several numbers, one rounded down, or two multiplied."""
    if which == "product":
        return known[0] * known[1]
    if which == "whole":
        return Fraction(known[0] // 1)
    return max(known) if which == "max" else min(known)
