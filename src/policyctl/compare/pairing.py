"""Which record of the platform answers to which effect of a decision: one to one, whatever the order of the file.

First what names a decision, then what names a ticket, then what starts at the same instant, then what starts nearest,
at most `FAR` away; at each stage those that differ least come first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from policyctl.compare.expected import expected, imposed, told_apart
from policyctl.compare.record import Expected, Pair, Verdict, names
from policyctl.history.events import Decided
from policyctl.replay.answer import Answer
from policyctl.replay.refused import ticket_of

FAR = timedelta(days=30)
"""Starts further apart than this are of two impositions, unless the platform names the decision or a ticket of it."""

LAG = timedelta(days=1)
"""Where the platform does not say when something starts, it may have recorded it so long after it did."""

_NEVER = timedelta.max
_Key = tuple[str, str]
_Rank = tuple[int, timedelta, timedelta, Fraction, bool, str, int, str, str]
_Candidate = tuple[Decided, Expected]


def pairs(answer: Answer, recorded: Sequence[Decided]) -> list[Pair]:
    """What the answer imposes beside what the platform recorded, in the order of their starts."""
    found = expected(answer)
    partner = _Matching(answer, found, recorded).run()
    paired = [_pair(answer, one, partner.get(one.id)) for one in recorded]
    taken = {id(one) for one in partner.values()}
    paired += [_missing(one) for one in _unanswered(found, taken, answer.at)]
    return sorted(paired, key=_order)


def starts(one: Decided) -> datetime:
    """When what the platform recorded starts, or was imposed where it does not say."""
    return one.at if one.start is None else one.start


def differences(actual: Decided, wanted: Expected) -> tuple[Verdict, ...]:
    """In what a record differs from the effect that it answers to. What it does not say does not differ: the amount of
    a fine; a start, if it was recorded within `LAG`. A sanction or closure without an end has no known end."""
    found: list[Verdict] = []
    if not _starts_right(actual, wanted):
        found.append("wrong_start")
    if wanted.sort in ("sanction", "close") and not _ends_right(actual, wanted):
        found.append("wrong_length")
    if wanted.sort == "fine" and actual.amount is not None and actual.amount != wanted.amount:
        found.append("wrong_money")
    return tuple(found)


def _starts_right(actual: Decided, wanted: Expected) -> bool:
    if actual.start is not None:
        return actual.start == wanted.start
    return wanted.start <= actual.at <= wanted.start + LAG


def _ends_right(actual: Decided, wanted: Expected) -> bool:
    """Whether it ends when it should, or lasts just as long from a start of its own."""
    if actual.until in (wanted.until, wanted.also_until or wanted.until):
        return True
    if actual.start is None or actual.until is None or wanted.until is None:
        return False
    return actual.until - actual.start == wanted.until - wanted.start


def _gone(answer: Answer) -> set[str]:
    """The names of decisions that were taken back, or are for review."""
    decisions = [*(one.decision for one in answer.rescinded), *(one.decision for one in answer.for_review)]
    return {name for decision in decisions for name in names(decision)}


# --- pairing ----------------------------------------------------------------------------------------------------------


class _Matching:
    """Makes pairs. What names a decision that was taken back or is for review answers to no other; what imposes just
    what such a decision did answers to none that only starts near it."""

    def __init__(self, answer: Answer, found: Sequence[Expected], recorded: Sequence[Decided]) -> None:
        self._answer, self._found, self._recorded = answer, found, recorded
        self._partner: dict[str, Expected] = {}
        self._taken: set[int] = set()
        named: dict[str, list[Expected]] = {}
        tickets: dict[str, list[Expected]] = {}
        yearless: dict[str, list[Expected]] = {}
        for one in found:
            for name in names(one.decision):
                named.setdefault(name, []).append(one)
                if "/" in name:
                    yearless.setdefault(name.rpartition("/")[0], []).append(one)
            for ticket in (*one.decision.tickets, *one.decision.annulled):
                tickets.setdefault(ticket, []).append(one)
        # Of a closed period the year may be left out, where that is the name of no other decision.
        named = {**yearless, **named}
        self._named, self._tickets = named, tickets
        self._others: dict[int, list[Expected]] = {}
        for whole, parts in told_apart(found):
            self._others[id(whole)] = parts
            self._others |= {id(part): [whole] for part in parts}
        gone = _gone(answer)
        self._bound = {one.id for one in recorded if one.decision in gone or one.decision in named}

    def run(self) -> dict[str, Expected]:
        """The effect by the id of the record that answers to it."""
        self._settle((one, wanted) for one in self._recorded for wanted in self._named.get(one.decision or "", ()))
        self._settle((one, wanted) for one in self._free() for wanted in self._by_ticket(one))
        same: dict[tuple[_Key, datetime], list[Expected]] = {}
        for wanted in self._open():
            same.setdefault((_key(wanted), wanted.start), []).append(wanted)
        self._settle(
            (one, wanted)
            for one in self._free()
            for wanted in same.get(((one.identity or "", one.name), starts(one)), ())
        )
        gone = Gone(self._answer)
        self._bound |= {one.id for one in self._free() if gone.answers_to(one) is not None}
        self._settle(self._near())
        return self._partner

    def _free(self) -> Iterator[Decided]:
        """Records that answer to nothing yet, and are bound to no decision."""
        return (one for one in self._recorded if one.id not in self._partner and one.id not in self._bound)

    def _open(self) -> Iterator[Expected]:
        return (wanted for wanted in self._found if id(wanted) not in self._taken)

    def _by_ticket(self, one: Decided) -> Iterator[Expected]:
        said = dict.fromkeys((one.ticket, ticket_of(one.decision) if one.decision is not None else None))
        for ticket in said:
            yield from self._tickets.get(ticket or "", ())

    def _near(self) -> Iterator[tuple[Decided, Expected]]:
        lanes: dict[_Key, list[Expected]] = {}
        for wanted in sorted(self._open(), key=lambda wanted: wanted.start):
            lanes.setdefault(_key(wanted), []).append(wanted)
        for one in self._free():
            lane, start = lanes.get((one.identity or "", one.name), []), starts(one)
            first = bisect_left(lane, start - FAR, key=lambda wanted: wanted.start)
            for wanted in lane[first:]:
                if wanted.start > start + FAR:
                    break
                yield one, wanted

    def _settle(self, candidates: Iterable[_Candidate]) -> None:
        """Make pairs of candidates of one name, those that differ least first: parts of sanctions, then the rest. Of
        several that differ as little, one sanction is either told as a whole or by its parts."""
        named = [(one, wanted) for one, wanted in candidates if one.name == wanted.name]
        for parts in (True, False):
            ranked = [
                (self._rank(one, wanted), one, wanted)
                for one, wanted in named
                if (wanted.part_of is not None) == parts
                if id(wanted) not in self._taken and one.id not in self._partner
            ]
            for _, one, wanted in sorted(ranked, key=lambda candidate: candidate[0]):
                if one.id not in self._partner and id(wanted) not in self._taken:
                    self._partner[one.id] = wanted
                    self._taken.add(id(wanted))

    def _rank(self, one: Decided, wanted: Expected) -> _Rank:
        """How little a record and an effect differ; ids make the order complete."""
        return (
            len(differences(one, wanted)),
            abs(starts(one) - wanted.start),
            _apart(one.until, wanted.until) if wanted.sort in ("sanction", "close") else timedelta(0),
            abs((one.amount or Fraction(0)) - (wanted.amount or Fraction(0))),
            any(id(other) in self._taken for other in self._others.get(id(wanted), ())),
            wanted.decision.id,
            wanted.place,
            wanted.part_of or "",
            one.id,
        )


def _key(wanted: Expected) -> _Key:
    return wanted.decision.identity, wanted.name


def _apart(one: datetime | None, other: datetime | None) -> timedelta:
    if one is None or other is None:
        return timedelta(0) if one == other else _NEVER
    return abs(one - other)


# --- verdicts ---------------------------------------------------------------------------------------------------------


def _pair(answer: Answer, one: Decided, wanted: Expected | None) -> Pair:
    identity = one.identity or ""
    if wanted is not None:
        return Pair(identity, differences(one, wanted) or ("same",), wanted, one)
    return Pair(identity, ("upcoming" if starts(one) > answer.at else "extra",), None, one)


def _missing(wanted: Expected) -> Pair:
    return Pair(wanted.decision.identity, ("missing",), wanted, None)


def _unanswered(found: Sequence[Expected], taken: set[int], at: datetime) -> Iterator[Expected]:
    """What the platform should have recorded and did not. Where it recorded parts of a sanction, the other parts."""
    for whole, parts in told_apart(found):
        if id(whole) in taken or not _shows(whole, at):
            continue
        open_parts = [part for part in parts if id(part) not in taken]
        if len(open_parts) == len(parts):
            yield whole
        else:
            yield from open_parts


def _shows(wanted: Expected, at: datetime) -> bool:
    """Whether a merchant sees it: not a flag or a notice, not what was lifted as it began, or waived as a whole, not a
    sanction that waits for another."""
    if wanted.start > at:
        return False
    if wanted.sort == "fine":
        return wanted.amount != 0
    return wanted.sort in ("sanction", "close") and (wanted.until is None or wanted.until > wanted.start)


def _order(pair: Pair) -> tuple[datetime, str, bool, str, int, str, str]:
    """By the decision, its effects in their order; what answers to none by its own start, behind the decisions."""
    wanted, actual = pair.expected, pair.actual
    if wanted is not None:
        part = wanted.name if wanted.part_of is not None else ""
        return wanted.decision.at, pair.identity, False, wanted.decision.id, wanted.place, part, ""
    assert actual is not None
    return starts(actual), pair.identity, True, "", 0, actual.name, actual.id


class Gone:
    """What decisions had imposed that an answer has taken back, or would impose that are for review."""

    def __init__(self, answer: Answer) -> None:
        self._lanes: dict[_Key, list[tuple[Expected, str, bool]]] = {}
        held = [(one.decision, one.appeal, False) for one in answer.rescinded]
        held += [(one.decision, one.appeal, True) for one in answer.for_review]
        for decision, appeal, review in held:
            for one in imposed(decision):
                self._lanes.setdefault(_key(one), []).append((one, appeal, review))
        for lane in self._lanes.values():
            lane.sort(key=lambda held: held[0].start)

    def answers_to(self, one: Decided) -> tuple[str, str, bool] | None:
        """The decision that imposes just what was recorded, the appeal, and whether it is for review."""
        lane, start = self._lanes.get((one.identity or "", one.name), []), starts(one)
        for wanted, appeal, review in lane[bisect_left(lane, start - LAG, key=lambda held: held[0].start) :]:
            if wanted.start > start:
                break
            if not differences(one, wanted):
                return wanted.decision.id, appeal, review
        return None


def by_event(found: Iterable[Pair]) -> Mapping[str, Pair]:
    """Pairs by the record of the platform in them."""
    return {pair.actual.id: pair for pair in found if pair.actual is not None}
