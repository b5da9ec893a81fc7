"""Several versions of one policy."""

from __future__ import annotations

from policyctl.source.codes import Explained

_FIRST = "  version 2020-01-01\n  judge by effective\n"
_SECOND = "  version 2021-01-01\n  judge by effective\n"
_LINES = "  general carry\n  severe carry\n  fines carry\n  sanctions carry\n"
_TRANSITION = f"transition from 2020-01-01:\n{_LINES}"


def _two(first: str = _FIRST, second: str = _SECOND, transition: str = _TRANSITION) -> str:
    """A policy of two files, by the clauses of their headers and the transition between them."""
    return (
        f"=== 2020.policy\npolicy shop\n{first}general >= 20 -> suspend 3d\n"
        f"=== 2021.policy\npolicy shop\n{second}general >= 25 -> suspend 3d\n{transition}"
    ).rstrip("\n")


def _new_ledger(points: str) -> str:
    """A policy whose second version counts in another ledger."""
    header = "  timezone Asia/Shanghai\n  judge by effective\n"
    return (
        f"=== 2020.policy\npolicy shop\n  version 2020-01-01\n{header}"
        "ledger credit starts at 100 down\ncredit <= 0 -> close_identity\n"
        f"=== 2021.policy\npolicy shop\n  version 2021-01-01\n{header}"
        "ledger points\npoints >= 100 -> close_identity\n"
        f"transition from 2020-01-01:\n{points}  fines carry\n  sanctions carry"
    )


def _reset(points: str) -> str:
    """A policy whose second version begins on one of its reset dates."""
    header = "  timezone Asia/Manila\n  judge by effective\n"
    return (
        f"=== 2024.policy\npolicy shop\n  version 2024-01-01\n{header}"
        "ledger points resets on first monday of october\npoints >= 15 -> close_identity\n"
        f"=== 2025.policy\npolicy shop\n  version 2025-12-29\n{header}"
        "ledger points resets on last monday of december\npoints >= 15 -> close_identity\n"
        f"transition from 2024-01-01:\n  points {points}\n  fines carry\n  sanctions carry"
    )


_RIGHT = _two()

_CONVERTED = (
    "=== a.policy\npolicy shop\n  version 2020-01-01\n  judge by effective\n  timezone Asia/Shanghai\nledger points\n"
    "points >= 8 -> close_identity\n=== b.policy\npolicy shop\n  version 2021-01-01\n  judge by effective\n"
    "  timezone Asia/Shanghai\nledger points\npoints >= 8 -> close_identity\ntransition from 2020-01-01:\n"
    "  points convert {}\n  fines carry\n  sanctions carry"
)

VERSIONS: dict[str, Explained] = {
    "conversion-form": Explained(
        "A conversion says of each balance what it becomes: `4 to 5 -> 2`, `18 -> 8`, or `>= 18 -> 8` for all from 18 "
        "on. Both ends belong to it, the lower one stands first, and no balance has two lines. What no line names "
        "stays as it is.",
        _CONVERTED.format("1 to 3 -> 1, 3 to 5 -> 2"),
        _CONVERTED.format("1 to 3 -> 1, 4 to 5 -> 2"),
    ),
    "reset-on-first-day": Explained(
        "Of all that happens at one instant resets come before a change of version. So a reset that falls on the first "
        "instant of a version happens only where the version before has it too: what stands there is carried, and the "
        "new reset comes at its next date. If the points are to be gone from that day on, drop them.",
        _reset("carry"),
        _reset("drop"),
    ),
    "missing-version": Explained(
        "All files of a folder with one policy name are versions of one policy, and each says from which day it is "
        "in force. One of them does not. Give it its date; or, if it is a copy or another policy, move or rename it.",
        _two(first="  judge by effective\n"),
        _RIGHT,
    ),
    "version-twice": Explained(
        "Two files say that they are in force from the same day, so nobody can tell which of them holds. Mostly one "
        "is a copy of the other. Correct a date, or remove one of the files.",
        _two(second="  version 2020-01-01\n  judge by effective\n", transition=""),
        _RIGHT,
    ),
    "missing-judge-by": Explained(
        "A ticket that is issued under one version may take effect under the next. With several versions a policy "
        "says which date of the ticket chooses the version that judges it: `judge by effective`, `judge by issued` "
        "or `judge by occurred`. All versions say the same.",
        _two(first="  version 2020-01-01\n", second="  version 2021-01-01\n"),
        _RIGHT,
    ),
    "versions-disagree": Explained(
        "Time zone, currency, identities, annulment and `judge by` hold for the policy as a whole, across the "
        "change from one version to the next: a running period cannot change its clock, nor an open fine its "
        "currency. Say the same in every version.",
        _two(second="  version 2021-01-01\n  timezone Asia/Tokyo\n  judge by effective\n"),
        _RIGHT,
    ),
    "missing-transition": Explained(
        "When a new version comes into force, merchants have points, open fines and running sanctions under the old "
        "one. What becomes of them is the question that real announcements leave open, so the newer file says it: a "
        "line for each ledger, one for fines and one for sanctions, each with `carry` or `drop`.",
        _two(transition=""),
        _RIGHT,
    ),
    "transition-is-silent": Explained(
        "The transition says what becomes of some of what the older version leaves behind, and not of everything. "
        "Every ledger of the older version needs a line, and so do `fines` and `sanctions`, even if nothing is "
        "expected to be there.",
        _two(transition="transition from 2020-01-01:\n  general carry\n  severe carry\n"),
        _RIGHT,
    ),
    "wrong-previous-version": Explained(
        "A transition names the version it starts from, which is the one in force just before. Here another one "
        "stands in between, or the date has a slip. If a version was added, its neighbours change too.",
        _two(transition=f"transition from 2019-01-01:\n{_LINES}"),
        _RIGHT,
    ),
    "transition-without-previous": Explained(
        "The file has a transition, and the version it starts from is not among the files that were read, so "
        "nothing is carried over. Where only this file is checked, that is in order; to explain a history across "
        "the change, read the folder that holds both versions.",
        _RIGHT.partition("=== 2021.policy\n")[2],
        _RIGHT,
    ),
    "second-transition": Explained(
        "A version follows one version, so it has one transition. Put all lines below one `transition from …:`.",
        _two(transition=f"{_TRANSITION}transition from 2020-01-01:\n  reached re-arm\n"),
        _RIGHT,
    ),
    "transition-says-twice": Explained(
        "The transition speaks of one thing in two lines. If they differ, nobody can tell which holds; if not, one "
        "of them is too many.",
        _two(transition=f"{_TRANSITION}  general drop\n"),
        _RIGHT,
    ),
    "transition-verb": Explained(
        "Open fines and running sanctions are carried or dropped. Only points can be `drop, still counted`: gone "
        "from the balance and still in what was incurred.",
        _two(transition=_TRANSITION.replace("fines carry", "fines drop, still counted")),
        _two(transition=_TRANSITION.replace("general carry", "general drop, still counted")),
    ),
    "carried-nowhere": Explained(
        "Points are carried into a ledger of the same name, and the new version has none of this name. Drop the "
        "points, or declare the ledger in the new version as well.",
        _new_ledger("  credit carry\n"),
        _new_ledger("  credit drop\n"),
    ),
}
