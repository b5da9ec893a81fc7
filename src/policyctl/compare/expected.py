"""Decisions -> what they impose, as the platform would record it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from policyctl.compare.record import Expected
from policyctl.policy.form import Overlap
from policyctl.replay.answer import Answer, Decision, FineStatus, Outcome, PartOutcome
from policyctl.replay.sanctions import standing


def expected(answer: Answer) -> list[Expected]:
    """What the standing decisions of an answer impose; parts behind the sanction that they belong to."""
    fines: dict[str, list[FineStatus]] = {}
    for fine in (fine for status in answer.status for fine in status.fines):
        fines.setdefault(fine.decision, []).append(fine)
    runs = _AsItRuns(answer)
    return [one for decision in answer.decisions for one in imposed(decision, fines.get(decision.id, ()), runs)]


def imposed(decision: Decision, fines: Sequence[FineStatus] = (), runs: _AsItRuns | None = None) -> Iterator[Expected]:
    """What a decision imposes; `fines` are its own, in order, `runs` how its sanctions run beside others."""
    left = iter(fines)
    for place, outcome in enumerate(decision.outcomes):
        match outcome.effect.sort:
            case "sanction" if outcome.awaits_start:
                continue
            case "sanction":
                yield from _sanction(decision, outcome, place, runs)
            case "fine":
                amount = outcome.amount
                waived = _waived(next(left, None))
                if amount is not None and waived is not None:
                    amount -= waived
                yield Expected(decision, "fine", outcome.effect.name, outcome.start, None, amount, place=place)
            case "close":
                yield Expected(decision, "close", outcome.effect.name, outcome.start, _end(outcome), place=place)
            case "flag" | "notice" as sort:
                yield Expected(decision, sort, outcome.effect.name, outcome.start, None, place=place)


def _waived(fine: FineStatus | None) -> Fraction | None:
    return None if fine is None else fine.waived


def _end(outcome: Outcome) -> datetime | None:
    return outcome.dropped or outcome.until


def _sanction(decision: Decision, outcome: Outcome, place: int, runs: _AsItRuns | None) -> Iterator[Expected]:
    start, until, parts = outcome.start, _end(outcome), outcome.parts
    also: datetime | None = None
    parts_also: Mapping[str, datetime | None] = {}
    if runs is not None and outcome.dropped is None and (moved := runs.moved(decision, outcome)) is not None:
        rule, moved_start, moved_until, moved_parts = moved
        if rule == "consecutive":
            start, until, parts = moved_start, moved_until, moved_parts
        else:
            also, parts_also = moved_until, {part.name: part.until for part in moved_parts}
    name = outcome.effect.name
    yield Expected(decision, "sanction", name, start, until, also_until=also, place=place)
    for part in parts:
        end = part.until
        if outcome.dropped is not None:
            end = outcome.dropped if end is None else min(end, outcome.dropped)
        yield Expected(
            decision,
            "sanction",
            part.name,
            start,
            end,
            part_of=name,
            also_until=parts_also.get(part.name),
            place=place,
        )


class _AsItRuns:
    """How sanctions run where others of their kind move them: one after the other, or adding up. The rule of the
    version in force at the instant asked about decides, as it does for what runs then."""

    def __init__(self, answer: Answer) -> None:
        choices = answer.version.choices if answer.version is not None else ()
        self._rules = {choice.sanction: choice.rule for choice in choices if isinstance(choice, Overlap)}
        self._zone = answer.zone
        self._decisions: dict[str, list[Decision]] = {}
        for decision in answer.decisions:
            self._decisions.setdefault(decision.identity, []).append(decision)

    def moved(
        self, decision: Decision, outcome: Outcome
    ) -> tuple[str, datetime, datetime | None, tuple[PartOutcome, ...]] | None:
        """By which rule a sanction is moved, its start, its end and its parts; None where nothing moves it."""
        rule = self._rules.get(outcome.effect.name)
        if rule not in ("consecutive", "extends"):
            return None
        others = self._decisions[decision.identity]
        drops = sorted({one.dropped for other in others for one in other.outcomes if one.dropped is not None})
        running, waiting = standing(outcome.effect.name, rule, others, drops, outcome.start, self._zone)
        for one in (*running, *waiting):
            if decision.id == one.decision or (rule == "extends" and decision.id in one.also):
                return rule, one.start, one.until, one.parts
        return None


def told_apart(found: Iterable[Expected]) -> Iterator[tuple[Expected, list[Expected]]]:
    """Each effect as a whole, with its parts."""
    whole: Expected | None = None
    parts: list[Expected] = []
    for one in found:
        if one.part_of is not None:
            parts.append(one)
            continue
        if whole is not None:
            yield whole, parts
        whole, parts = one, []
    if whole is not None:
        yield whole, parts
