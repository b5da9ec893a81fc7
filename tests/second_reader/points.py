"""Effects of the second reader on points: what a rule posts, takes off, clears or sets."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from policyctl.history.events import Ticket
from policyctl.policy.form import Effect, End, Open
from tests.second_reader.facts import Decision, Entry, LedgerTold
from tests.second_reader.lives import life_of

if TYPE_CHECKING:
    from tests.second_reader.interpreter import Replay

ZERO = Fraction(0)
ORDER = ("void", "clear", "consume", "set", "lift")


def number(one: Replay, decision: Decision, effect: Effect) -> Fraction | None:
    """The number of an effect, read now; None where nobody knows it."""
    assert isinstance(effect, Open | End)
    if id(effect) in decision.numbers:
        return decision.numbers[id(effect)]
    found: Fraction | None = effect.amount
    if effect.formula is not None:
        found = one.ground.measure(decision.version, one.kinds(), effect.formula, one.seen())
    if found is None:
        return None
    found = max(found, ZERO) * (decision.times if effect.each else 1)
    if isinstance(effect, Open) and effect.rounded is not None:
        found = rounded(found, effect.rounded, effect.rounding)
    return found


def rounded(value: Fraction, to: Fraction, how: str) -> Fraction:
    """A multiple of a number: the nearest (half up), the one above or the one below."""
    times = value / to
    down = Fraction(times.numerator // times.denominator)
    if how == "down" or times == down:
        return down * to
    return (down + 1) * to if how == "up" or times - down >= Fraction(1, 2) else down * to


def post(one: Replay, decision: Decision, effect: Open) -> Fraction:
    """Post points under the id of the decision. How far the balance moved."""
    points = number(one, decision, effect)
    if not points:
        return ZERO
    if effect.back:
        return take_off(one, decision, effect.name, points, "redeemed")
    book = one.ground.running(effect.name)
    assert book is not None
    own = one.heard_tickets.get(decision.rule.name, [])
    first = min(own, key=lambda ticket: ticket.id, default=None)
    ticket = Ticket(id=decision.id, recorded=one.now, occurred=one.now, issued=one.now, effective=one.now)
    if first is not None:
        ticket = replace_ticket(ticket, first)
    dates = dict.fromkeys(("booking", "effective", "issued", "occurred", "final"), one.now)
    for of in (entry for entry in one.ground.entries if first is not None and entry.ticket.id == first.id):
        runs = one.ground.book(effect.name, of.dates["booking"]) is book
        dates = {**of.dates, "booking": of.dates["booking"] if runs else one.now}
    entry = Entry(ticket, effect.name, points, dates, book, by_rule=True)
    entry.life, entry.by = life_of(decision.version, effect.name, None), decision.version
    before = balance(one, effect.name)
    one.ground.entries.append(entry)
    one.posted_by_rule = True
    return abs(balance(one, effect.name) - before)


def replace_ticket(ticket: Ticket, like: Ticket) -> Ticket:
    """The same, with the key, the occasion and the attributes of another."""
    from msgspec.structs import replace as changed

    return changed(ticket, key=like.key, occasion=like.occasion, attributes=like.attributes)


def balance(one: Replay, ledger: str) -> Fraction:
    """The balance of the running book."""
    return one.ground.balance(one.kinds()[ledger], one.ground.running(ledger))


def take_off(one: Replay, decision: Decision, ledger: str, points: Fraction | None, why: str) -> Fraction:
    """End live entries of the running book from the oldest on, so many points (None: all)."""
    book, left, gone = one.ground.running(ledger), points, ZERO
    for entry in [e for e in one.ground.entries if e.book is book and e.live]:
        if left is not None and left <= 0:
            break
        part = entry.points if left is None else min(entry.points, left)
        entry.end(one.now)
        gone += part
        if part < entry.points:
            rest = replace(entry, points=entry.points - part, live=True, ended_at=None, copy_of=entry.copy_of or entry)
            rest.copied = True
            one.ground.entries.insert(one.ground.entries.index(entry) + 1, rest)
        left = None if left is None else left - part
    if gone and book is not None:
        one.ground.told.append(LedgerTold(one.now, ledger, why, gone, book.name, decision.id))
    return gone


def end(one: Replay, decision: Decision, effect: End) -> list[tuple[str, Fraction]]:
    """Let an effect end points; what of each ledger."""
    if effect.sort == "clear":
        return [(name, take_off(one, decision, name, None, "cleared")) for name in effect.names]
    (name,) = effect.names
    points = number(one, decision, effect)
    if points is None:
        return [(name, ZERO)]
    if effect.sort == "consume":
        return [(name, take_off(one, decision, name, points, "consumed"))]
    kind, now = one.kinds()[name], balance(one, name)
    further = kind.direction * (points - now)
    if further < 0 and effect.only != ("raise" if kind.direction > 0 else "lower"):
        return [(name, take_off(one, decision, name, -further, "set"))]
    if further > 0 and effect.only != ("lower" if kind.direction > 0 else "raise"):
        _carry(one, decision, name, further)
    return [(name, ZERO)]


def _carry(one: Replay, decision: Decision, name: str, points: Fraction) -> None:
    book = one.ground.running(name)
    assert book is not None
    ticket = Ticket(id=decision.id, recorded=one.now, occurred=one.now, issued=one.now, effective=one.now)
    dates = dict.fromkeys(("booking", "effective", "issued", "occurred", "final"), one.now)
    entry = Entry(ticket, name, points, dates, book, by_rule=True)
    entry.copy_of, entry.copied = entry, True
    entry.life, entry.by = life_of(decision.version, name, None), decision.version
    one.ground.entries.append(entry)
    one.posted_by_rule = True
