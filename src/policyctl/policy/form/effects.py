"""Primitive 7 of the normal form: effects, which open facts, end them, or move their ends."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from policyctl.calendar import DayOf, Nth, Weekly
from policyctl.instants import Calendar, Length
from policyctl.policy.form.base import Record
from policyctl.policy.form.conditions import Condition
from policyctl.policy.form.facts import Part


class Open(Record, frozen=True, tag="open"):
    """Open a fact. `line` is the line of its rule that says so, counted from 0. A sanction has `parts` (each with a
    length or permanent); a fine has `amount`, and `clears` the ledgers whose live entries its payment ends
    (`clears_when` paid, or paid and served). `each` multiplies the amount or the lengths by the number of multiples
    newly passed. `post` posts `amount` points to the ledger of that name; `back`: against its direction. `formula` is a
    measure in the place of `amount`, or of which it is so many times, `rounded` to a multiple; of a sanction, how often
    its length counts, and it lasts so long at `most`. It ends not before `until` holds (read as of its start), and
    starts after a `delay` (with a day, as that with which a part ends), on the next day of a schedule (`turn`), or
    `begins` with the next act of that name, or
    on the date in that attribute (the name of what it stands `instead` of: it goes on for that, for its rest); a flag
    goes down then too. Its time does not run while `frozen` holds. What is owed is `due` after so long. With `highest`
    the ticket carries the number that was chosen, from `amount` up to it. It stands in the place of the effect
    `instead` where a ticket says that it was chosen (beside it, where it says `both`), or from when an act `elected` it
    on."""

    sort: Literal["sanction", "fine", "close", "flag", "notice", "post", "require", "forward"]
    name: str
    amount: Fraction | None = None
    parts: tuple[Part, ...] = ()
    clears: tuple[str, ...] = ()
    clears_when: Literal["paid", "served"] | None = None
    each: bool = False
    line: int = 0
    back: bool = False
    formula: str | None = None
    rounded: Fraction | None = None
    rounding: Literal["nearest", "up", "down"] = "nearest"
    due: Length | None = None
    most: Length | None = None
    until: Condition | None = None
    delay: Length | str | None = None
    turn: Calendar | Weekly | Nth | DayOf | None = None
    begins: str | None = None
    instead: str | None = None
    elected: str | None = None
    both: bool = False
    highest: Fraction | None = None
    frozen: Condition | None = None


class End(Record, frozen=True, tag="end"):
    """End facts. `clear` all live entries of the ledgers `names` (`of` a rule or ladder: those that were posted when it
    last made a decision; those for which `where` holds), `consume` so many points of one from its oldest on (or from
    its `newest`), `set` its balance (`only` where that is lower, or higher, than it is); `lift` the running sanctions
    or the flag of that name (`all` that wait behind them too), or what is open of each `fine` (`of` a rule or ladder:
    those by it; `of_ticket`: those for the ticket that the act names, or that is looked at), oldest first, up to
    the number, or to that `share` of what each came to; `void` the ticket that the act names. The number is `amount`,
    or the measure `formula`."""

    sort: Literal["clear", "consume", "set", "lift", "void"]
    names: tuple[str, ...]
    amount: Fraction | None = None
    formula: str | None = None
    only: Literal["lower", "raise"] | None = None
    each: bool = False
    line: int = 0
    of: str | None = None
    where: Condition | None = None
    newest: bool = False
    share: Fraction | None = None
    of_ticket: bool = False
    all: bool = False

    @property
    def name(self) -> str:
        """What it ends."""
        return " and ".join(self.names)


class Move(Record, frozen=True, tag="move"):
    """Move the end of what runs of a sanction by a length (as often as the measure `formula` says), later or sooner; by
    `most` at most, all moves of one sanction together."""

    sort: Literal["extend", "shorten"]
    name: str
    by: Length
    most: Length | None = None
    each: bool = False
    line: int = 0
    formula: str | None = None


Effect = Open | End | Move
