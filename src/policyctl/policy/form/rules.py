"""Primitives 4, 5 and 6 of the normal form: occasions, rules, and the choices between them."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from policyctl.calendar import Recurring
from policyctl.instants import Calendar, Length
from policyctl.policy.form.base import DateName, Record
from policyctl.policy.form.conditions import Condition
from policyctl.policy.form.effects import Effect


class When(Record, frozen=True, tag="when"):
    """Something happens: a ticket (of the offences `names`, or any; one for which `where` holds), an act or metric of
    that name, the start or end of a sanction, a decision by a rule, ladder or step, a fine that is paid or overdue, an
    act that was required and is overdue, a ledger that is reset."""

    sort: Literal["ticket", "act", "metric", "payment", "sanction", "fine", "require", "ledger", "decision"]
    names: tuple[str, ...] = ()
    at: Literal["start", "end", "paid", "overdue"] = "start"
    where: Condition | None = None


class Without(Record, frozen=True, tag="without"):
    """So long (or for the whole of a unit of the calendar) has none of some `things` happened since the last of those
    `after` which it counts (none: since the last of these things themselves); where it is counted `again`, it goes on
    from there. A sanction whose end is named must not run. Tickets count at the moment at which they take effect, or by
    a date of theirs (`dated`); time does not run while `frozen` holds."""

    length: Length | Calendar
    things: tuple[When, ...]
    again: bool = False
    after: tuple[When, ...] = ()
    dated: DateName | None = None
    frozen: Condition | None = None

    @property
    def act(self) -> str | None:
        """The act that it is counted in."""
        return None if isinstance(self.length, str) else self.length.act


class Every(Record, frozen=True, tag="every"):
    """The instants of a schedule; what a rule sees is the state just before."""

    schedule: Recurring


Occasion = Literal["ticket"] | When | Without | Every


class Rule(Record, frozen=True):
    """Fires at its `occasion` when its level rises above what its latch has counted; `each` time: at every occasion at
    which its level is above 0. The level of a plain rule is 1 while `condition` holds, else 0; with `every` it is the
    whole number of times that the condition's measure holds that many (the condition compares that measure with
    `every`). Of several `lines` the first that holds says which effects there are; `condition` is any of them."""

    name: str
    occasion: Occasion
    condition: Condition
    effects: tuple[Effect, ...]
    every: Fraction | None = None
    mode: Literal["rise", "each"] = "rise"
    lines: tuple[Condition, ...] = ()


class Ladder(Record, frozen=True, tag="ladder"):
    """Of the `rungs` (lowest first) newly reached at one moment, the `highest` takes effect, or `all`, or the `next`:
    the lowest, and the others stay to be reached. The steps (rules) of a rung stand at one number and take effect
    together; mostly it is one."""

    name: str
    rungs: tuple[tuple[str, ...], ...]
    takes: Literal["highest", "all", "next"] = "highest"

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps, lowest first."""
        return tuple(step for rung in self.rungs for step in rung)


class Prevails(Record, frozen=True, tag="prevails"):
    """Where both rules fire in one step, `under` has no effect."""

    over: str
    under: str


class Overlap(Record, frozen=True, tag="overlap"):
    """Which of several running sanctions of one kind runs."""

    sanction: str
    rule: Literal["later", "heaviest", "extends", "consecutive"] = "later"


Choice = Ladder | Overlap | Prevails
