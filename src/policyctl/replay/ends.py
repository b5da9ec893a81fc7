"""Effects that end something or move an end, and points that a rule posts.

Of the effects of a round all ends come first, then all moves, then what opens: so no order of rules can matter.
Within these, what comes first is clearing, then consuming, then setting; ties go by the ids of the decisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction

from msgspec.structs import replace

from policyctl.history.events import Ticket
from policyctl.instants import Length, Zone
from policyctl.policy.form import End, Move, Open, Posting, Version
from policyctl.replay.agenda import Phase
from policyctl.replay.answer import Decision, Outcome, PartOutcome
from policyctl.replay.books import Book, Entry
from policyctl.replay.ending import in_front, standing_sanctions
from policyctl.replay.expiry import begin_life
from policyctl.replay.facts import Fact, is_of, of_entry
from policyctl.replay.fines import FineRecord
from policyctl.replay.leaving import end_entries
from policyctl.replay.measures import Seen
from policyctl.replay.posting import post_to_book, rebuild
from policyctl.replay.reason import EndReason
from policyctl.replay.records import SanctionOver
from policyctl.replay.repealing import repeal_ticket
from policyctl.replay.sanctions import FOR_GOOD, Standing, end_of, served_at
from policyctl.replay.scan import holds
from policyctl.replay.state import State
from policyctl.replay.units import Units, number, units

_FIRST = ("void", "clear", "consume", "set", "lift", "extend", "shorten")
"""In which order ends and moves are taken."""

NOTHING = Fraction(0)


def in_order(decisions: Iterable[Decision]) -> list[tuple[Decision, int]]:
    """The ends and moves of the decisions of a round, by their places, in the order in which they are taken."""
    found = [
        (_FIRST.index(one.effect.sort), decision.id, place, decision)
        for decision in decisions
        for place, one in enumerate(decision.outcomes)
        if not isinstance(one.effect, Open)
    ]
    return [(decision, place) for _, _, place, decision in sorted(found, key=lambda one: one[:3])]


def end(
    state: State, decision: Decision, outcome: Outcome, booked: datetime, about: tuple[str, ...], ticket: Fact | None
) -> Outcome:
    """Take one of them; returns it with what it ended."""
    effect, at = outcome.effect, outcome.start
    own = about or (decision.tickets if ticket is None else (ticket.event,))
    match effect:
        case Move():
            times = int((outcome.times if effect.each else 1) * outcome.factor)
            return replace(outcome, ended=tuple(_move(state, effect, times, at)))
        case End("lift", ("fine",)):
            return replace(outcome, ended=tuple(_waive(state, effect, outcome, own, at)))
        case End("lift", (name,)):
            return replace(outcome, ended=tuple(_lift(state, name, effect.all, at)))
        case End("void"):
            return replace(outcome, ended=tuple(_void(state, own, decision, at)))
        case End():
            return replace(outcome, ended=tuple(_points(state, decision, outcome, booked, ticket)))
    return outcome


# --- points -----------------------------------------------------------------------------------------------------------


def _points(
    state: State, decision: Decision, outcome: Outcome, booked: datetime, ticket: Fact | None
) -> Iterable[tuple[str, Fraction]]:
    effect = outcome.effect
    assert isinstance(effect, End)
    for ledger in effect.names:
        book = state.books.seen_from(ledger, booked)
        if book is None or book is not state.books.now(ledger):
            continue  # a period that is closed is not touched
        if effect.formula is not None and outcome.amount is None:
            continue  # nobody knows how much
        if effect.sort == "set":
            ended = _set(state, decision, book, effect, outcome)
        elif effect.of is not None or effect.where is not None:
            ended = _clear_some(state, decision, book, effect, outcome.start, ticket)
        else:
            most = None if outcome.amount is None else units(outcome.amount)
            ended = take_off(state, outcome.start, book, most, _why(effect), decision.id, effect.newest)
        if ended:
            yield ledger, ended


def _why(effect: End) -> EndReason:
    return "cleared" if effect.sort == "clear" else "consumed"


def _clear_some(
    state: State, decision: Decision, book: Book, effect: End, at: datetime, ticket: Fact | None
) -> Fraction:
    """End the live entries that were posted when a rule last made a decision, or of which a condition holds."""
    live, before = state.live_entries(book), at
    if effect.of is not None:
        last = [one.at for one in state.decisions if is_of(one, (effect.of,))]
        if not last:
            return NOTHING
        before = last[-1]
    kept = []
    for entry in live:
        if state.first(entry).posted > before or not holds(state, effect.where, of_entry(state, entry), ticket):
            kept.append(entry)
    return NOTHING if len(kept) == len(live) else rebuild(state, book, at, live, kept, "cleared", decision.id)


def take_off(
    state: State, at: datetime, book: Book, most: Units | None, why: EndReason, cause: str, newest: bool = False
) -> Fraction:
    """End live entries of a running book from the oldest (or the `newest`) on, so that its balance goes back by so many
    points (None: all); of the entry that this parts the rest stays, as an entry carried. What a floor or ceiling kept
    off the balance goes with it, or the balance would not move. Returns by how many points the balance went back."""
    live = state.live_entries(book)
    kept_off = max(0, book.points - _moved_by(book))
    left = sum(entry.points for entry in live) if most is None else most + kept_off
    if left <= 0 or not live or (most is not None and most <= 0):
        return NOTHING
    kept: list[Entry] = []
    for entry in reversed(live) if newest else live:
        part = min(left, max(0, entry.points))
        left -= part
        if part < entry.points or entry.points < 0:
            kept.append(entry if not part else replace(entry, points=entry.points - part))
    if newest:
        kept.reverse()
    return rebuild(state, book, at, live, kept, why, cause) - number(kept_off)


def _moved_by(book: Book) -> Units:
    """How far the balance is from the start of its ledger, in points."""
    return book.bounds.direction * (book.balance - book.bounds.start)


def _set(state: State, decision: Decision, book: Book, effect: End, outcome: Outcome) -> Fraction:
    """Set a balance: as many points end, from the oldest on, or are added, as it takes."""
    if outcome.amount is None:
        return NOTHING
    wanted, now = units(outcome.amount), book.balance
    if (effect.only == "lower" and wanted > now) or (effect.only == "raise" and wanted < now):
        return NOTHING
    points = book.bounds.direction * (wanted - now)
    if points > 0:
        _post(state, decision, book.ledger, points, outcome.start, carried=True)
        return NOTHING
    taken = take_off(state, outcome.start, book, -points, "set", decision.id) if points else NOTHING
    beyond = -points - units(taken)
    if beyond:
        _post(state, decision, book.ledger, -beyond, outcome.start, carried=True)
    return taken


def post(state: State, decision: Decision, outcome: Outcome, at_tickets: tuple[str, ...] = ()) -> Outcome:
    """Post what a rule posts, `at_tickets` or not, to the period that runs: with the direction of the ledger as a
    ticket would; against it by taking off the oldest points, and where the ledger goes beyond its start by an entry the
    other way. Returns it with what it gave back, for no ledger goes back further than there is room."""
    effect = outcome.opened
    book = state.books.now(effect.name)
    if book is None or outcome.amount is None or outcome.amount <= 0:
        return outcome
    points = units(outcome.amount)
    if not effect.back:
        _post(state, decision, effect.name, points, outcome.start, carried=False, at_tickets=at_tickets)
        return outcome
    taken = units(take_off(state, outcome.start, book, points, "redeemed", decision.id))
    bounds = book.bounds
    beyond = bounds.floor if bounds.direction > 0 else bounds.ceiling
    room = 0 if beyond is None else max(0, bounds.direction * (bounds.start - beyond))
    book = state.books.now(effect.name)
    assert book is not None
    room -= max(0, -_moved_by(book))
    rest = min(points - taken, room)
    if rest > 0:
        _post(state, decision, effect.name, -rest, outcome.start, carried=True)
    return replace(outcome, amount=number(taken + max(0, rest)))


def _post(
    state: State,
    decision: Decision,
    ledger: str,
    points: Units,
    at: datetime,
    carried: bool,
    at_tickets: tuple[str, ...] = (),
) -> None:
    """An entry by a rule: it stands under the id of its decision, and is no ticket, though it bears what the ticket
    says of itself at which it was posted; of a ticket of its own step the dates too, and that by which it counts as far
    as that lies in the running period."""
    state.rule_posted = True
    book = state.books.now(ledger)
    assert book is not None
    ticket = Ticket(id=decision.id, identity=state.identity, occurred=at, issued=at, effective=at, recorded=at)
    booked = at
    found = next((entry for entry in reversed(state.entries) if entry.ticket.id in at_tickets[:1]), None)
    if found is not None:
        of = found.ticket
        ticket = replace(ticket, key=of.key, occasion=of.occasion, attributes=of.attributes)
        if of.id in decision.tickets:
            ticket = replace(ticket, occurred=of.occurred, issued=of.issued, effective=of.effective, final=of.final)
            booked = found.booked if state.late(ledger, found.booked) is None else at
    entry = Entry(
        number=state.posted,
        ticket=ticket,
        ledger=ledger,
        points=points,
        booked=booked,
        posted=at,
        book=book.number,
        stands_for_ticket=False,
        carried=carried,
        life=None if carried or state.rules is None else state.rules.life(Posting(ledger, number(points))),
        posted_at=at_tickets,
    )
    post_to_book(state, entry, at)
    begin_life(state, entry, at)


# --- sanctions, flags, tickets ----------------------------------------------------------------------------------------


def _lift(state: State, name: str, all_: bool, at: datetime) -> Iterable[tuple[str, Fraction]]:
    """End the running sanctions of a name, or lower a flag."""
    if state.flags.lower(name, state.books, at):
        state.lowered.append((at, name))
        state.touch_all()
        yield name, NOTHING
    for one in standing_sanctions(state, name, at) if all_ else in_front(state, name, at):
        _change(state, one, _ended(one.outcome, name, at), at)
        yield name, NOTHING


def _waive(
    state: State, effect: End, outcome: Outcome, own: Sequence[str], at: datetime
) -> Iterable[tuple[str, Fraction]]:
    """What is open of fines is owed no more, of the oldest first, up to a number, or a share of each; `own` are the
    tickets looked at."""
    if effect.formula is not None and outcome.amount is None:
        return  # nobody knows how much
    left, waived = outcome.amount, NOTHING
    for place, fine in enumerate(state.fines):
        if fine.ghost or (effect.of is not None and not is_of(fine.decision, (effect.of,))):
            continue
        of = _for_tickets(fine, own) if effect.of_ticket else fine.amount
        part = min(fine.open, of if left is None else min(left, of))
        if effect.share is not None:
            part = min(fine.open, effect.share * of)
        if part > 0:
            state.fines[place] = fine.owed_less(part, at, by_rule=True)
            left, waived = None if left is None else left - part, waived + part
    if waived:
        state.touch_all()
        yield "fine", waived


def _for_tickets(fine: FineRecord, tickets: Sequence[str]) -> Fraction:
    """What of a fine is for some tickets: all, if it was opened at no others; else the sum of each, where it is so much
    for each; and nothing where the others alone may have opened it."""
    at = fine.decision.tickets
    many, each = sum(one in tickets for one in at), fine.effect.amount
    if many and many < len(at):
        so_much_each = fine.effect.each and each is not None and fine.amount == each * len(at)
        return each * many if so_much_each and each is not None else NOTHING
    return fine.amount if many else NOTHING


def _change(state: State, standing: Standing, outcome: Outcome, at: datetime) -> None:
    """What a sanction is from now on."""
    place = next(place for place, one in enumerate(state.decisions) if one.id == standing.decision)
    decision = state.decisions[place]
    outcomes = (outcome if number == standing.number else old for number, old in enumerate(decision.outcomes))
    amend(state, place, replace(decision, outcomes=tuple(outcomes)), at)


def runs_on(outcome: Outcome, at: datetime) -> bool:
    """Whether it is a sanction that runs or is to come."""
    return _runs(outcome, outcome.effect.name, at)


def ended_now(outcome: Outcome, at: datetime) -> Outcome:
    """A sanction that ends at an instant; anything else as it is."""
    return _ended(outcome, outcome.effect.name, at)


def _runs(outcome: Outcome, name: str, at: datetime) -> bool:
    """Whether it is a sanction of that name that runs or is to come."""
    if outcome.effect.sort != "sanction" or outcome.effect.name != name or outcome.dropped is not None:
        return False
    return outcome.until is None or outcome.until > at


def _ended(outcome: Outcome, name: str, at: datetime) -> Outcome:
    if not _runs(outcome, name, at):
        return outcome
    parts = tuple(PartOutcome(part.name, min(part.until or FOR_GOOD, at)) for part in outcome.parts)
    # What has not begun never does.
    return replace(
        outcome, start=min(at, outcome.start), until=at, permanent=False, open_until=(), parts=parts, lifted=at
    )


def _move(state: State, effect: Move, times: int, at: datetime) -> Iterable[tuple[str, Fraction]]:
    """Move the ends of what runs of a sanction by so many times a length."""
    for one in in_front(state, effect.name, at):
        _change(state, one, _moved(state, one.outcome, one.start, effect, times, at), at)
        yield effect.name, NOTHING


def _moved(state: State, outcome: Outcome, start: datetime, effect: Move, times: int, at: datetime) -> Outcome:
    own = outcome.parts or (PartOutcome(outcome.effect.name, outcome.until, outcome.permanent),)
    by = replace(effect.by, count=effect.by.count * times)
    if outcome.left:
        return _moved_as_it_stands_still(state, outcome, own, start, effect, by, at)
    parts = tuple(replace(part, until=_moved_end(state.zone, part.until, start, effect, by, at)) for part in own)
    permanent, last = end_of(parts)
    return replace(outcome, parts=parts if outcome.parts else (), until=last, permanent=permanent, moved=True)


def _moved_as_it_stands_still(
    state: State, outcome: Outcome, own: Sequence[PartOutcome], start: datetime, effect: Move, by: Length, at: datetime
) -> Outcome:
    """What is left of each part becomes as much more or less as if its time went on now; with nothing left it ends."""
    zone, lengths = state.zone, {part.name: part.time for part in outcome.opened.parts}
    parts, left = list(own), list(outcome.left)
    for place, (part, rest) in enumerate(zip(own, outcome.left, strict=True)):
        length = lengths[part.name]
        if rest is None or length is None:
            parts[place] = replace(part, until=_moved_end(zone, part.until, start, effect, by, at))
            continue
        until = _moved_end(zone, zone.going_on(at, rest, length), start, effect, by, at)
        over = until is None or until <= at
        parts[place] = replace(part, until=at if over else None)
        left[place] = None if until is None or over else zone.left(at, until, length)
    permanent, last = end_of(parts)
    return replace(
        outcome,
        parts=tuple(parts) if outcome.parts else (),
        until=last,
        permanent=permanent,
        moved=True,
        left=() if all(rest is None for rest in left) else tuple(left),
        open_until=outcome.open_until if last is None else (),
    )


def _moved_end(
    zone: Zone, until: datetime | None, start: datetime, effect: Move, by: Length, at: datetime
) -> datetime | None:
    """Where an end comes to that is still to come."""
    if until is None or until <= at:
        return until
    later = zone.after(until, by)
    if effect.sort == "shorten":
        return max(at, until - (later - until))
    return later if effect.most is None else max(until, min(later, zone.after(start, effect.most)))


def _void(state: State, tickets: Sequence[str], decision: Decision, at: datetime) -> Iterable[tuple[str, Fraction]]:
    """The tickets that the acts name, or those that the rule looks at, leave every measure and balance from now on."""
    for ticket in tickets:
        if ticket not in state.repealed:
            before = state.posted
            yield from repeal_ticket(state, ticket, at, decision.id)
            state.rule_posted |= state.posted > before


# --- fines that wait for sanctions ------------------------------------------------------------------------------------


def clear(state: State, instant: datetime, place: int, ended: datetime | None = None, cause: str | None = None) -> None:
    """End the live entries of the period that the fine at a place belongs to, if that still runs. `ended` is just
    before the instant, where a reset at the same instant comes after it. The `cause` is its last payment, or that which
    had cleared."""
    fine = state.fines[place]
    for ledger, number_ in fine.books.items():
        book = state.books.now(ledger)
        if book is not None and book.number == number_ and book.live:
            points = end_entries(state, instant, book, "cleared", cause or fine.payments[-1].payment, ended)
            cleared = dict(fine.cleared)
            cleared[ledger] = cleared.get(ledger, NOTHING) + points
            fine = replace(fine, cleared=tuple(cleared.items()), cleared_at=instant)
    state.fines[place] = fine


def amend(state: State, place: int, decision: Decision, at: datetime) -> None:
    """A decision as it stands from now on; a fine of it that waits for its sanctions waits for their new end."""
    state.decisions[place] = decision
    until = served_at(decision.outcomes)
    for fine_place in state.fine_places(decision):
        fine = state.fines[fine_place]
        if fine.served_at is None or fine.served_at <= at or until is None or fine.served_at == until:
            continue
        state.fines[fine_place] = replace(fine, served_at=max(at, until))
        if fine.paid_at is None:
            continue
        if until <= at:
            clear(state, at, fine_place)
        else:
            state.agenda.add(until, Phase.ENDS, decision.id, SanctionOver(fine_place))


# --- numbers ----------------------------------------------------------------------------------------------------------


def amount_of(state: State, effect: Open | End, version: Version, times: int, seen: Seen) -> Fraction | None:
    """What an effect comes to: its number, or its measure as it stands (never below 0), multiplied, then rounded."""
    amount = effect.amount
    if effect.formula is not None:
        value = state.measure(version, effect.formula, seen)
        times_of = 1 if effect.amount is None else effect.amount
        amount = None if value is None else times_of * max(NOTHING, value)
    if amount is None:
        return None
    if effect.each:
        amount *= times
    if isinstance(effect, Open) and effect.rounded is not None:
        whole, rest = divmod(amount, effect.rounded)
        up = {"up": rest > 0, "down": False, "nearest": 2 * rest >= effect.rounded}[effect.rounding]
        amount = (whole + up) * effect.rounded
    return amount
