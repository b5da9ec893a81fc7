"""What a replay holds, and what each part of it means for stretches that are taken over.

Whoever adds an attribute fails here, and says in this table what becomes of it: `replay/stretch.py` has to take over
what changes, and `replay/depends.py` has to ask for what the course depends on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import astuple

from policyctl.instants import Zone
from policyctl.replay.admit import admit
from policyctl.replay.books import Book, Books, Entry, Tally
from policyctl.replay.corrections import replay_corrected
from policyctl.replay.fines import FineRecord
from policyctl.replay.flags import Flags, Raising
from policyctl.replay.law import Law
from policyctl.replay.records import Latch, Leaving, SanctionOver
from policyctl.replay.run import Case, begin, case
from policyctl.replay.state import State
from policyctl.replay.stretch import CHANGES, GROWS
from tests.corrections.both_ways import LAWS, large, length

FIXED = "the same in all replays of an identity"
AROUND = "must be the same, and no stretch changes it"
TAKEN_OVER = "must be the same, or is compared where it is read; what changed is taken over"
LIST = "nothing usual reads it but by number; what was added is added"
BY_NAME = "must be the same where it is read; what changed is put in its place"
FOUND_AGAIN = "found out again from the rest"
RARE = "only what is rare reads or changes it, and that is gone through"
UNPROVED = "only policies change it whose replays are not noted in stretches (`Law.unproved`)"
LEFT_OUT = "left out: only who goes through everything looks at it"

STATE = {
    "law": FIXED, "identity": FIXED, "policy": FIXED, "zone": FIXED,
    "version": RARE, "rules": AROUND, "judging": AROUND, "unsettled": AROUND, "repealed": AROUND, "flags": AROUND,
    "agenda": TAKEN_OVER, "books": TAKEN_OVER, "tallies": TAKEN_OVER, "posted": TAKEN_OVER, "fines": TAKEN_OVER,
    "fine_of": TAKEN_OVER, "unjudged": TAKEN_OVER, "named": TAKEN_OVER, "meant": TAKEN_OVER, "ended": TAKEN_OVER,
    "memory": AROUND,
    **dict.fromkeys(GROWS, LIST),
    **dict.fromkeys(CHANGES, BY_NAME),
    "first_due": FOUND_AGAIN, "levels": FOUND_AGAIN, "running": FOUND_AGAIN,
    "anchors": FIXED, "attributes": FIXED, "restless": UNPROVED, "gone": RARE, "begun": RARE,
    "metrics": RARE, "acts": RARE, "acts_of": FOUND_AGAIN,
    **dict.fromkeys(("first_posted", "changed", "parked", "overdue", "frosts", "happened", "last"), UNPROVED),
    **dict.fromkeys(("streaks", "serving", "open_lives", "rule_posted", "foreseen"), UNPROVED),
    **dict.fromkeys(("expected", "expired", "cut", "counted", "stopped", "kept_streaks", "taken_off"), UNPROVED),
    "turns": AROUND, "lifted": RARE, "sanctions_dropped": RARE, "problems": RARE, "unusual": RARE,
    "postings": LEFT_OUT, "lowered": UNPROVED,
}  # fmt: skip

PARTS: dict[type, set[str]] = {
    # `_frames`, `_past` (the closed ones) and `_moved_on` know the books, and `less` is taken over.
    Books: {"_books", "order", "less"},
    Book: {"number", "ledger", "name", "start", "bounds", "balance", "live", "points", "first_live"},
    # `TallyChange` knows the sums, the sizes and what is inside; all else follows from what is read.
    Tally: {"read", "_zone", "window", "_loses", "totals", "sizes", "inside"},
    # `same_entry` compares them all, but for `life`, `superseded` and `posted_at`: these only policies use that are not
    # noted.
    Entry: {
        "number", "ticket", "ledger", "points", "booked", "posted", "book", "stands_for_ticket", "carried", "origin",
        "life", "superseded", "posted_at",
    },
    # `Flags.shown` says all but since when, by which decision, and what was lowered: that is
    # asked of past resets alone (`_past`), and no stretch is proved for rules that count flags.
    Flags: {"_raised", "_up"},
    Raising: {"name", "since", "life", "decision", "lowered"},
    # These are compared as a whole.
    Latch: {"counted", "fired", "outranked", "reviewed"},
    FineRecord: {
        "decision", "effect", "amount", "books", "booked", "opened", "served_at", "paid", "payments", "paid_at",
        "cleared_at", "cleared", "dropped", "waived", "waived_at", "by_rule", "ghost", "due", "fell_due",
    },
    # `_same_coming` compares them; a fine by its order.
    Leaving: {"tally", "entry"},
    SanctionOver: {"fine"},
}  # fmt: skip


def _case(law: str, seed: int) -> tuple[Case, datetime]:
    policy, account, at = large(law, seed)
    zone = Zone(policy.versions[0].settings.timezone)
    docket = admit(policy, zone, account, at).dockets["promoter"]
    return case(Law(policy, zone), "promoter", docket, account, at), at


def _attributes(thing: object) -> set[str]:
    return set(getattr(thing, "__struct_fields__", ())) or set(vars(thing))


def test_every_attribute_of_a_state_is_known() -> None:
    assert _attributes(begin(_case("card", 1)[0])) == set(STATE)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_attribute_of_its_parts_is_known(part: type) -> None:
    state = begin(_case("window", 1)[0])
    made: dict[type, object] = {Books: state.books, Flags: state.flags, Tally: state.tallies[0]}
    assert _attributes(made.get(part, part)) == PARTS[part]


def _laid_out(state: State) -> dict[str, Any]:
    """All that a state holds, but for what is left out or found again, in a form that can be compared."""
    left_out = {name for name, meaning in STATE.items() if meaning in (FOUND_AGAIN, LEFT_OUT)} | {"unusual", "memory"}
    found = {name: value for name, value in vars(state).items() if name not in left_out}
    found["books"] = [astuple(book) for book in state.books.all()], state.books.order, state.books.less
    found["tallies"] = [(tally.totals, tally.sizes, tally.inside) for tally in state.tallies]
    found["entries"] = _tuples(state.entries)
    found["flags"] = vars(state.flags)
    last = datetime.max.replace(tzinfo=UTC)
    coming = sorted(state.agenda.added_since(0), key=lambda one: (one[:3], one[3]))
    found["agenda"] = (
        state.agenda.ahead(last),
        [(*one[:3], astuple(one[-1].entry) if isinstance(one[-1], Leaving) else one[-1]) for one in coming],
    )
    return found


def _tuples(entries: Iterable[Entry]) -> list[tuple[Any, ...]]:
    return [astuple(entry) for entry in entries]


@pytest.mark.parametrize("law", sorted(LAWS))
@pytest.mark.parametrize("seed", [1, 2])
def test_a_state_is_the_same_in_all_that_it_holds(law: str, seed: int) -> None:
    """Not the answer alone: what nothing asks for now may be asked for by what comes next."""
    found, at = _case(law, seed)
    with length(None):
        slow = _laid_out(replay_corrected(found, at).state)
    with length(5) as taken:
        fast = _laid_out(replay_corrected(found, at).state)
    assert taken["stretches"] > 0
    for name, value in slow.items():
        assert fast[name] == value, name
