"""What a ticket of the step says was chosen: a number from a range, or one of two effects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from msgspec.structs import replace

from policyctl.exact import plain
from policyctl.history.events import Problem, Ticket
from policyctl.policy.form import Effect, Open, Part
from policyctl.replay.state import State


def as_chosen(
    state: State, effect: Effect, decision: str, tickets: Iterable[Ticket], gone: Iterable[Ticket] = ()
) -> Effect:
    """An effect without a range: with the most that a ticket of the step carries for it. Where none carries a number
    from the range, with the most that one carries which is `gone`: a person has chosen it for this decision, and that
    a ticket never was chooses no other. Else with the least, and that is reported."""
    bounds = _range(effect)
    if not isinstance(effect, Open) or bounds is None:
        return effect
    lowest, highest = bounds
    carried = [(ticket.chosen[effect.name], ticket.id) for ticket in tickets if effect.name in ticket.chosen]
    within = [number for number, _ in carried if lowest <= number <= highest]
    if not within:
        then = (ticket.chosen[effect.name] for ticket in gone if effect.name in ticket.chosen)
        within = [number for number in then if lowest <= number <= highest]
    if not within:
        said = f"{plain(max(carried)[0])} is said" if carried else "no ticket of its step says how much"
        state.problems.append(
            Problem(
                code="least-of-range",
                message=f"decision {decision} leaves `{effect.name}` from {plain(lowest)} to {plain(highest)}, and"
                f" {said}; it is taken as {plain(lowest)}",
                event=carried[0][1] if carried else decision.partition("@")[2].partition("/")[0],
                identity=state.identity,
                named=effect.name,
                events=0,
                help=f'add what was chosen to the ticket: `"chosen": {{"{effect.name}": "{plain(lowest)}"}}`',
            )
        )
    return _with(effect, max(within, default=lowest))


def taken_up(state: State, effects: Sequence[Effect], decision: str, tickets: Sequence[Ticket]) -> list[Effect]:
    """The effects without those that others stand in the place of: where a ticket says that the other (one of
    several others) was chosen and not the one; else without the others, but where both are said and may be. Where they
    may not, that is reported. What an act may choose later has no effect yet."""
    said = {name for ticket in tickets for name in ticket.chosen}
    others = [one for one in effects if isinstance(one, Open) and one.instead is not None]
    asked = [one for one in others if one.elected is None and one.name in said]
    chosen = {one.instead for one in asked if one.instead not in said}
    beside = {one.instead for one in asked if one.instead in said and one.both}
    for one in asked:
        if one.instead in said and not one.both:
            _report_both(state, one, decision, tickets)
    return [
        one
        for one in effects
        if (one.elected is None and one.instead in chosen | beside if one in others else one.name not in chosen)
    ]


def _report_both(state: State, lost: Open, decision: str, tickets: Sequence[Ticket]) -> None:
    """A ticket says two things of which the rule imposes one."""
    state.problems.append(
        Problem(
            code="both-chosen",
            message=f"decision {decision} imposes `{lost.instead}` or in its place `{lost.name}`, and both are chosen;"
            f" `{lost.instead}` is imposed alone",
            event=next(one.id for one in tickets if lost.name in one.chosen),
            identity=state.identity,
            named=lost.name,
            instead=lost.instead,
            events=0,
            help="take one of them out of `chosen`; where the rule book allows both, let the rule say `or both`",
        )
    )


def _range(effect: Effect) -> tuple[Fraction, Fraction] | None:
    if not isinstance(effect, Open):
        return None
    if effect.highest is not None and effect.amount is not None:
        return effect.amount, effect.highest
    for part in effect.parts:
        if part.highest is not None and part.length is not None:
            return Fraction(part.length.count), Fraction(part.highest)
    return None


def _with(effect: Open, number: Fraction) -> Open:
    """With one number in the place of its range; of a length only whole ones count."""
    parts = tuple(part if part.highest is None else _so_many(part, int(number)) for part in effect.parts)
    return replace(effect, amount=effect.amount if effect.highest is None else number, highest=None, parts=parts)


def _so_many(part: Part, count: int) -> Part:
    length = None if part.length is None else replace(part.length, count=count)
    return replace(part, length=length, highest=None)
