"""Words in conditions: what is asked of the account, of a ticket that is looked at, or (behind `where`) of a fact."""

from __future__ import annotations

import operator
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from policyctl.history.events import Ticket, as_of
from policyctl.instants import Length
from policyctl.policy.form import AllOf, AnyOf, Between, Condition, Has, Is, Not, Same, Version
from tests.second_reader.facts import Entry, Fine, Imposed

if TYPE_CHECKING:
    from tests.second_reader.measures import Ground, Moment
    from tests.second_reader.scan import Fact

HOLDS = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
    "!=": operator.ne,
}


def attribute(ground: Ground, name: str, moment: Moment, ticket: Ticket | None) -> object:
    """An attribute of a ticket, else of the account."""
    if ticket is not None and name in ticket.attributes:
        return ticket.attributes[name]
    return as_of(ground.one.attributes.get(name), ground.one.turned)


def number_of(ground: Ground, name: str, moment: Moment) -> Fraction | None:
    """An attribute that is a number; None where it is none."""
    value = attribute(ground, name, moment, moment.ticket)
    return value if isinstance(value, Fraction) else None


def date_of(ticket: Ticket, name: str) -> datetime | None:
    """A date of a ticket."""
    found: datetime | None = getattr(ticket, name)
    return found


def account_is(ground: Ground, atom: Is, moment: Moment) -> bool:
    """Whether a word about the account is one of these."""
    if atom.field == "identity":
        return ground.one.identity in atom.values
    return attribute(ground, atom.field, moment, moment.ticket) in atom.values


def between(ground: Ground, atom: Between, moment: Moment, ticket: Ticket | None, own: datetime | None = None) -> bool:
    """Whether a date lies between two, on a day of some sort, or not so long after an anchor; a fact that is no ticket
    has its `own` date alone."""
    asked: datetime | None = moment.seen_from
    if atom.dated != "now":
        alone = None if atom.dated == "final" else own
        asked = alone if ticket is None else date_of(ticket, atom.dated)
    if asked is None:
        return False
    if atom.days:
        return any(_is_on(ground, day, ground.zone.local(asked).date()) for day in atom.days)
    if atom.length is not None:
        anchor = own if atom.of is not None and ticket is None else _anchor(ground, atom, moment, ticket)
        return anchor is not None and anchor <= asked < ground.zone.after(anchor, atom.length)
    if atom.since is not None and asked < ground.zone.dated(atom.since, asked):
        return False
    return atom.until is None or asked < ground.zone.dated(atom.until, asked)


def _is_on(ground: Ground, day: str, asked: date) -> bool:
    """Whether a local day is of a sort: of the week, a business day, a holiday, or beside one."""
    settings = [version.settings for version in ground.one.policy.versions]
    holidays = {date.fromisoformat(one) for some in settings for one in some.holidays}
    worked = {date.fromisoformat(one) for some in settings for one in some.workdays}
    if day == "business day":
        return asked in worked or (asked.weekday() < 5 and asked not in holidays)
    if day.endswith("holiday"):
        beside = {"holiday": 0, "day before holiday": 1, "day after holiday": -1}[day]
        return asked + timedelta(days=beside) in holidays
    return asked.strftime("%A").lower() == day


def _anchor(ground: Ground, atom: Between, moment: Moment, ticket: Ticket | None) -> datetime | None:
    from tests.second_reader.scan import names_of

    if atom.of is not None:
        return None if ticket is None else date_of(ticket, atom.of)
    if atom.anchor == "opened":
        return ground.one.opened
    acts = [a.at for a in ground.one.acts for n in names_of(ground, a.name) if n == atom.anchor]
    if acts or any(atom.anchor == act for act in ground.one.act_names):
        return max((at for at in acts if at <= moment.seen_from), default=None)
    value = attribute(ground, str(atom.anchor), moment, None)
    return ground.zone.read(value) if isinstance(value, str) else None


def fits(ground: Ground, version: Version, where: Condition, fact: Fact, moment: Moment) -> bool:
    """Whether a condition behind `where` holds of a fact."""
    match where:
        case AllOf(parts):
            return all(fits(ground, version, part, fact, moment) for part in parts)
        case AnyOf(parts):
            return any(fits(ground, version, part, fact, moment) for part in parts)
        case Not(part):
            return not fits(ground, version, part, fact, moment)
        case Is(field, values):
            return bool(words(ground, field, fact, moment) & set(values))
        case Has(field, compare, threshold, length):
            return _has(ground, field, compare, threshold, length, fact, moment)
        case Same(field):
            own = words(ground, field, fact, moment)
            return moment.ticket is not None and bool(own & _ticket_words(ground, field, moment.ticket, moment))
        case Between():
            return between(ground, where, moment, fact.ticket, fact.at)
    raise AssertionError(f"nobody asks {where} of a fact")


def words(ground: Ground, field: str, fact: Fact, moment: Moment) -> set[object]:
    """All words of a field that a fact is."""
    if field == "fine":
        return fine_words(ground, [fact.of] if isinstance(fact.of, Fine) else None, fact.ticket, moment)
    if field == "ledger" and isinstance(fact.of, Entry) and not ground.is_first(fact.of):
        return {fact.of.ledger}
    if fact.ticket is None:
        return {ground.one.identity} if field == "identity" else set()
    return _ticket_words(ground, field, fact.ticket, moment)


def _ticket_words(ground: Ground, field: str, ticket: Ticket, moment: Moment) -> set[object]:
    if field in ("offence", "severity"):
        name = ticket.offence
        if name is None:
            return set()
        head, _, severity = name.partition(".")
        found: set[object] = {name, head} if field == "offence" else {severity, name} if severity else set()
        return found - {""}
    if field == "ledger":
        return {e.ledger for e in ground.entries if e.ticket.id == ticket.id and e.copy_of is None}
    if field in ("key", "occasion"):
        value = getattr(ticket, field)
        return set() if value is None else {value}
    value = attribute(ground, field, moment, ticket)
    return set() if value is None or isinstance(value, list | dict | tuple) else {value}


def fine_words(ground: Ground, own: list[Fine] | None, ticket: Ticket | None, moment: Moment) -> set[object]:
    """Whether a fine, or the fines of the decisions about a ticket, are paid, unpaid or overdue."""
    from tests.second_reader.scan import fines_about

    fines = own if own is not None else fines_about(ground, ticket) if ticket is not None else []
    still = [fine for fine in fines if fine.open > 0]
    if not still:
        return {"paid"} if fines else set()
    overdue: set[object] = (
        {"overdue"} if any(fine.due is not None and fine.due <= moment.now for fine in still) else set()
    )
    return {"unpaid", *overdue}


def _has(
    ground: Ground, field: str, compare: str, threshold: Fraction, length: Length | None, fact: Fact, moment: Moment
) -> bool:
    if length is not None:
        assert isinstance(fact.of, Imposed)
        end = ground.zone.after(fact.of.start, length)
        return fact.of.until is None or bool(HOLDS[compare](fact.of.until, end))
    if field in ("points", "amount"):
        value: object = fact.amount
    elif fact.ticket is not None:
        value = attribute(ground, field, moment, fact.ticket)
    else:
        value = None
    return isinstance(value, Fraction) and bool(HOLDS[compare](value, threshold))
