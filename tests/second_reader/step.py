"""A step of the second reader: the tickets of an instant are posted, rules are judged for the running period and for
the closed ones that they belong to, and what fires takes effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from policyctl.history.events import Act, Metric, Ticket
from policyctl.instants import Length
from policyctl.policy.form import Between, Comparison, Effect, Is, Open, Rule, Version, When, measures_of
from tests.second_reader import effects
from tests.second_reader.admitting import posts
from tests.second_reader.choosing import choose, line_that_holds
from tests.second_reader.civil import on_next_day
from tests.second_reader.facts import (
    Anomaly,
    Because,
    Book,
    Decision,
    Entry,
    Fine,
    Imposed,
    Key,
    Latch,
    Raised,
    flag_kinds,
)
from tests.second_reader.hearing import Heard, hears, of_act
from tests.second_reader.late import decide_again, reach_back
from tests.second_reader.lives import expire, life_of
from tests.second_reader.measures import Moment, ledgers_in_any_way, reads_year, units_read
from tests.second_reader.points import ORDER, number, rounded
from tests.second_reader.rounds import go_on

if TYPE_CHECKING:
    from tests.second_reader.interpreter import Replay

ZERO = Fraction(0)
Values = dict[str, tuple[Fraction | None, Fraction | None]]
Posted = list[tuple[str, datetime, list[Entry]]]
"""The tickets of a step that posted, each with its booking date."""


@dataclass
class View:
    """What a step is seen from: the running period, or a booking date in a closed one; and the rules judged so."""

    seen_from: datetime | None
    moment: Moment
    rules: list[Rule]
    heard: list[Heard] = field(default_factory=list)
    events: list[Heard] = field(default_factory=list)
    """What the first round of a phase heard."""
    old: dict[str, Fraction | None] = field(default_factory=dict)
    values: Values = field(default_factory=dict)


def booked(ticket: Ticket, by: Version) -> datetime:
    """The date that a ticket is booked on."""
    dates = {"effective": ticket.effective, "issued": ticket.issued, "occurred": ticket.occurred}
    return dates[by.settings.count_by]


def step(one: Replay, tickets: list[tuple[Ticket, Version]]) -> None:
    """All tickets of an instant."""
    ground, before, posted = one.ground, list(one.ground.entries), Posted()
    judges = []
    for ticket, by in tickets:
        entries = _post(one, ticket, by)
        if entries is None:
            one.identity_anomalies.append(Anomaly("late-ticket-out-of-time", ticket.id, None))
        else:
            posted.append((ticket.id, booked(ticket, by), entries))
            judges.append(by)
    if not posted:
        return
    expire(one)
    judge = max(judges, key=one.policy.versions.index)
    views = [View(None, one.seen(), list(judge.rules)), *_closed_views(one, judge, posted)]
    after, ground.entries = ground.entries, before
    for view in views:
        view.old = {m.name: ground.measure(judge, one.kinds(), m.name, view.moment) for m in judge.measures}
        _lower(one, judge, view)
    ground.entries = after
    for view in views:
        for name, old in view.old.items():
            view.values[name] = old, ground.measure(judge, one.kinds(), name, view.moment)
    heard = [
        Heard("ticket", t.offence or "", t.id, ticket=t) for t, _ in tickets if t.id in {id for id, _, _ in posted}
    ]
    one.log += [(one.now, found) for found in heard]
    for view in views:
        view.heard = heard
    decisions = [decision for view in views for decision in judged(one, judge, view, posted)]
    take_effect(one, decisions)
    go_on(one, judge, {decision.rule.name for decision in decisions}, views[0], posted, before)
    late = [date for _, date, entries in posted for e in entries if ground.running(e.ledger) is not e.book]
    if late and any(period.unless is not None for v in one.policy.versions for period in v.periods):
        decide_again(one, min(late))


def occur(one: Replay, events: Sequence[Act | Metric]) -> None:
    """The acts, or the metrics, of an instant."""
    heard: list[Heard] = []
    for event in events:
        heard += (
            of_act(one, event.name, event.id) if isinstance(event, Act) else [Heard("metric", event.name, event.id)]
        )
    if one.version is not None:
        one.latch_all(one.version, [r for r in one.version.rules if hears(one, one.version, r, heard)])
    for event in events:
        if isinstance(event, Act):
            one.acts.append(event)
        else:
            one.metrics.append(event)
    one.happened += heard


def take_effect(one: Replay, decisions: list[Decision]) -> None:
    """Of all decisions of a round first the ends are taken, then what opens."""
    standing = []
    for fired in decisions:
        stands, review = one.record.settle(fired, partial(sizes, one))
        if stands is not None:
            standing.append(stands)
        else:
            one.latches[fired.rule.name, fired.key].why = "for_review"
        if review is not None:
            review.decision.effects = made(one, review.decision, one.now)
            one.reviews.append(review)
    for decision in standing:
        decision.numbers = effects.numbers(one, decision)
    for sort in ORDER:
        for decision in sorted(standing, key=lambda d: d.id):
            effects.end_all(one, decision, sort)
    for decision in standing:
        apply(one, decision)
        effects.post_all(one, decision)
        one.happened.append(Heard("decision", decision.rule.name))


def _post(one: Replay, ticket: Ticket, by: Version) -> list[Entry] | None:
    """Post a ticket; nothing where it comes too late for a closed book."""
    dates = {"effective": ticket.effective, "issued": ticket.issued, "occurred": ticket.occurred}
    dates |= {"booking": booked(ticket, by), "final": ticket.final or ticket.effective}
    entries = []
    reach_back(one, dates["booking"])
    for posting in posts(by, ticket):
        book = one.ground.book(posting.ledger, dates["booking"])
        assert book is not None
        entry = Entry(ticket, posting.ledger, posting.points, dates, book)
        entry.life, entry.by = life_of(by, posting.ledger, posting.life), by
        if one.ground.running(posting.ledger) is not book:
            assert book.closed is not None
            limit = by.settings.late_until
            if limit is not None and one.now >= one.zone.after(book.closed, limit):
                return None
            entry.end(book.closed, with_book=True)
        entries.append(entry)
    one.ground.entries += entries
    return entries


def _closed_views(one: Replay, judge: Version, posted: Posted) -> list[View]:
    """The booking dates from which closed periods are judged."""
    ground, views = one.ground, []
    seen = {one.latch_key(judge, rule) for rule in judge.rules}
    for date in sorted({date for _, date, _ in posted}):
        year, rules = one.zone.local(date).year, []
        for rule in judge.rules:
            key = rule.name, ground.key(judge, rule, year, date)
            if key in seen:
                continue
            own = [e for _, other, entries in posted if _key(one, judge, rule, other) == key[1] for e in entries]
            closed = [e for e in own if ground.running(e.ledger) is not e.book and any(b is e.book for b in key[1])]
            if closed or _unit_is_over(one, judge, rule, date, year):
                seen.add(key)
                rules.append(rule)
        if rules:
            views.append(View(date, Moment(one.now, year, date), rules))
    return views


def _unit_is_over(one: Replay, judge: Version, rule: Rule, date: datetime, year: int) -> bool:
    """Whether a rule reads a unit of the calendar that is over, and in which something is booked on a date."""
    units = [unit for unit in ("quarter", "month", "week", "day") if unit in units_read(judge, rule)]
    over = any(one.zone.start_of(unit, date) < one.zone.start_of(unit, one.now) for unit in units)
    return over or (reads_year(judge, rule) and year < one.year)


def _key(one: Replay, judge: Version, rule: Rule, date: datetime) -> Key:
    return one.ground.key(judge, rule, one.zone.local(date).year, date)


def _runs(one: Replay, by: Version, rule: Rule, date: datetime, entries: list[Entry]) -> bool:
    """Whether a ticket belongs to the running period of a rule."""
    key = one.latch_key(by, rule)[1]
    return _key(one, by, rule, date) == key or any(entry.book is part for entry in entries for part in key)


def _latch(one: Replay, judge: Version, rule: Rule, view: View) -> tuple[str, Key]:
    return rule.name, one.ground.key(judge, rule, view.moment.year, view.seen_from)


def _lower(one: Replay, judge: Version, view: View) -> None:
    """A moment, for the periods that a view judges; the running ones have theirs elsewhere."""
    for rule in view.rules:
        level = one.ground.level(judge, one.kinds(), rule, view.moment)
        counted = one.begins(judge, rule) if view.seen_from is None else level
        latch = one.latches.setdefault(_latch(one, judge, rule, view), Latch(counted, "true_from_start"))
        if view.seen_from is not None:
            latch.counted = min(latch.counted, level)


def judged(one: Replay, judge: Version, view: View, posted: Posted) -> list[Decision]:
    """What rises, of the rules that a view judges."""
    rose: dict[str, tuple[Rule, int]] = {}
    for rule in view.rules if not one.ground.closed else ():
        if view.heard and not hears(one, judge, rule, view.heard):
            continue
        latch = one.latches[_latch(one, judge, rule, view)]
        level = one.ground.level(judge, one.kinds(), rule, view.moment)
        already = 0 if rule.mode == "each" else latch.counted
        if level > already:
            several = rule.mode == "each" and isinstance(rule.occasion, When) and any(e.each for e in rule.effects)
            rose[rule.name] = (rule, len(hears(one, judge, rule, view.heard)) if several else level - already)
    risen = choose(judge, rose)
    for name in (*risen.fire, *risen.outranked):
        rule, times = rose[name]
        latch = one.latches[_latch(one, judge, rule, view)]
        latch.counted += times if rule.mode == "rise" else 0
        latch.counted = max(latch.counted, one.ground.level(judge, one.kinds(), rule, view.moment))
        latch.why = "decided" if name in risen.fire else "outranked"
    return [_decided(one, judge, *rose[name], view, posted) for name in risen.fire]


def _decided(one: Replay, by: Version, rule: Rule, times: int, view: View, posted: Posted) -> Decision:
    latch = _latch(one, by, rule, view)
    books = [b for b in latch[1] if isinstance(b, Book)]
    named = [(b.start, b.name) for b in books if b.start is not None and b.name is not None]
    if reads_year(by, rule):
        named.append((one.zone.at(datetime(view.moment.year, 1, 1)), str(view.moment.year)))
    for unit in ("quarter", "month", "week", "day"):
        if unit in units_read(by, rule):
            start_of_unit = one.zone.start_of(unit, view.moment.seen_from)
            named.append((start_of_unit, one.zone.name_of(unit, start_of_unit)))
    start, period = max(named, key=lambda f: (f[0], *_shortest(f[1]))) if named else (None, None)
    ids = tuple(sorted(id for id, _, _ in posted))
    if view.seen_from is None:
        own = tuple(sorted(id for id, date, entries in posted if _runs(one, by, rule, date, entries)))
    else:
        own = tuple(sorted(id for id, date, _ in posted if _key(one, by, rule, date) == latch[1]))
    own = own or ids
    if isinstance(rule.occasion, When) and view.seen_from is None and any(h.sort == "ticket" for h in view.heard):
        own = tuple(sorted({str(h.event) for h in hears(one, by, rule, view.heard) if h.ticket is not None})) or own
        one.heard_tickets[rule.name] = [h.ticket for h in hears(one, by, rule, view.heard) if h.ticket is not None]
    events = () if own else tuple(sorted({str(h.event) for h in view.events}))
    first = [*own, *events, f"{one.identity},{one.zone.show(one.now)}"][0]
    id = f"{rule.name}@{first}"
    if view.seen_from is not None and start is not None:
        id += f"/{one.zone.local(start).year}"
    counted = one.latches[latch].counted
    all_tickets = (*one.told.tickets, *one.told.annulled) if posted else ()
    step = tuple(j.ticket.id for j in all_tickets if j.takes_effect == one.now)
    decision = Decision(
        id, one.now, rule, by, latch[1], period, own, times, counted, events, seen_from=view.seen_from, step=step
    )
    decision.sizes = sizes(one, decision)
    held = [one.ground.holds(by, one.kinds(), line, view.moment) for line in rule.lines]
    decision.line = line_that_holds(rule, held)
    condition = rule.condition if decision.line is None else rule.lines[decision.line]
    for atom, holds in one.ground.to_blame(by, one.kinds(), condition, True, view.moment):
        if isinstance(atom, Is | Between):
            continue
        if isinstance(atom, Comparison):
            multiples = rule.every is not None and atom.measure == next(measures_of(rule.condition))
            threshold = atom.threshold * (decision.counted if multiples else 1)
            reason = Because(atom.measure, *view.values[atom.measure], atom.compare, threshold, holds)
            decision.because.append(reason)
        else:
            decision.flags.append((atom.flag, holds))
    return decision


def _shortest(name: str) -> tuple[int, bool, bool]:
    """Names of shorter periods come behind: a year, a quarter, a month, a week, a day."""
    return name.count("-"), "Q" not in name, "W" in name


def sizes(one: Replay, decision: Decision) -> dict[Open, Fraction]:
    """What the effects of a decision come to that are reckoned: never below 0, and a length counts in whole numbers."""
    found, date = dict[Open, Fraction](), decision.seen_from
    seen = one.seen() if date is None else Moment(one.now, one.zone.local(date).year, date)
    for effect in decision.rule.effects:
        if isinstance(effect, Open) and effect.formula is not None:
            measured = one.ground.measure(decision.version, one.kinds(), effect.formula, seen) or ZERO
            value = max(ZERO, measured if effect.sort == "fine" else Fraction(int(measured)))
            value *= decision.times if effect.each else 1
            found[effect] = value if effect.rounded is None else rounded(value, effect.rounded, effect.rounding)
    return found


def apply(one: Replay, decision: Decision) -> None:
    """Let a decision take effect now."""
    one.decisions.append(decision)
    decision.effects = take(one, decision)


def take(one: Replay, decision: Decision) -> list[tuple[Effect, Imposed | Fine | None]]:
    """Open what the effects of a decision open."""
    found = made(one, decision, one.now)
    for effect, opened in found:
        date = decision.seen_from or decision.at
        if isinstance(opened, Imposed):
            one.sanctions.append(opened)
        elif isinstance(opened, Fine):
            one.fines.append(opened)
        elif effect.sort == "close":
            one.ground.closures.append(date)
        elif effect.sort == "flag":
            by = decision.version
            lasts = effect.name != "no_reset" and not flag_kinds(by)[effect.name].per_period
            ledgers = () if lasts else sorted(ledgers_in_any_way(by, decision.rule))
            own_books = {ledger: one.ground.book(ledger, date) for ledger in ledgers}
            one.ground.flags.append(Raised(effect.name, date, own_books, one.now))
    return found


def made(one: Replay, decision: Decision, now: datetime) -> list[tuple[Effect, Imposed | Fine | None]]:
    """What the effects of a decision are, from an instant on. Its fine may wait for its sanctions."""
    found: list[tuple[Effect, Imposed | Fine | None]] = []
    own = [effect for effect in decision.rule.effects if decision.line in (None, effect.line)]
    for effect in own:
        times: Fraction | int = decision.times if effect.each else 1
        opened = None
        if isinstance(effect, Open):
            times = decision.sizes.get(effect, times)
            if not times:
                continue  # what comes to nothing is not opened
            opened = _sanction(one, decision, effect, times, now) if effect.sort == "sanction" else None
        found.append((effect, opened))
    ends = [sanction.until for _, sanction in found if isinstance(sanction, Imposed)]
    last = max((end for end in ends if end is not None), default=None)
    return [
        (e, _fine(one, decision, e, now, last) if isinstance(e, Open) and e.sort == "fine" else opened)
        for e, opened in found
    ]


def _sanction(one: Replay, decision: Decision, effect: Open, times: Fraction | int, now: datetime) -> Imposed:
    lengths = [
        None
        if part.permanent or part.time is None
        else Length(int(part.time.count * times), part.time.unit, part.time.rolled)
        for part in effect.parts
    ]
    start = one.zone.after(now, effect.delay) if isinstance(effect.delay, Length) else now
    if effect.turn is not None:
        start = on_next_day(one.zone, effect.turn, now)
    ends = [None if length is None else one.zone.after(start, length) for length in lengths]
    if effect.most is not None:
        most = one.zone.after(start, effect.most)
        ends = [None if end is None else min(end, most) for end in ends]
    days = [None if part.day is None else max(start, one.zone.next_dated(part.day, start)) for part in effect.parts]
    ends = [day or end for day, end in zip(days, ends, strict=True)]
    until = None if None in ends else max(end for end in ends if end is not None)
    parts = tuple((part.name, end) for part, end in zip(effect.parts, ends, strict=True))
    return Imposed(decision.id, effect.name, start, until, parts, tuple(lengths), most=effect.most)


def _fine(one: Replay, decision: Decision, effect: Open, now: datetime, last: datetime | None) -> Fine:
    books = [one.ground.book(ledger, decision.seen_from or decision.at) for ledger in effect.clears]
    of_then = tuple(book for book in books if book is not None)
    amount = decision.sizes.get(effect)
    if amount is None:
        amount = number(one, decision, effect) or Fraction(0)
    fine = Fine(decision.id, now, amount, of_then, last if effect.clears_when == "served" else None, effect.clears)
    fine.due = None if effect.due is None else one.zone.after(now, effect.due)
    fine.rule = decision.rule.name
    return fine
