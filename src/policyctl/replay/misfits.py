"""Money that fits no fine, as it is told to people, with what they most likely meant.

Assumes that the replay is over, and that what is owed back has been taken out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from policyctl.exact import plain
from policyctl.history.events import Problem
from policyctl.replay.answer import Decision
from policyctl.replay.records import LeftOver
from policyctl.source.nearest import closest

MOST_COMPARED = 20
"""Decisions that a wrong id is compared with, the newest ones."""


def money_left_over(left: LeftOver, identity: str, decisions: Sequence[Decision], unpaid: Collection[str]) -> Problem:
    """Money that fits no fine, for people. `unpaid` are the decisions with a fine that is not paid."""
    payment, amount, code = left.payment, plain(left.amount), "payment-fits-no-fine"
    if left.exceeds is not None:
        message = f"{amount} of payment {payment.id} exceeds what is open of `{left.exceeds}`"
    elif payment.decision is not None:
        return _names_none(left, payment.decision, identity, decisions, unpaid)
    else:
        message = f"{amount} of payment {payment.id} fits no open fine"
    return Problem(code=code, message=message, event=payment.id, identity=identity, amount=left.amount, error=False)


def _names_none(
    left: LeftOver, named: str, identity: str, decisions: Sequence[Decision], unpaid: Collection[str]
) -> Problem:
    """Money for a decision that is not there, with the one that was most likely meant: one whose fine it can fill."""
    instead = _meant(named, decisions, unpaid)
    oldest = "leave `decision` out: the payment then fills the oldest open fine"
    if instead is not None and instead == named:
        help = f"the decision was made only after the payment: correct the date of one of them, or {oldest}"
    elif instead is not None:
        help = f"the nearest decision is `{instead}`: name that one, or {oldest}"
    else:
        help = "check the id of the decision; no fine is open that it could fill"
    return Problem(
        code="payment-names-no-decision",
        message=f"payment {left.payment.id} names the decision `{named}`, which did not stand at that time; its"
        f" {plain(left.amount)} is applied to nothing",
        event=left.payment.id,
        identity=identity,
        amount=left.amount,
        named=named,
        instead=instead,
        help=help,
        error=False,
    )


def _meant(named: str, decisions: Sequence[Decision], unpaid: Collection[str]) -> str | None:
    """The id that is most like a wrong one, of a decision whose fine is open: of the same ticket, else of the same
    rule, else of all."""
    if any(decision.id == named for decision in decisions):
        return named
    rule, _, ticket = named.rpartition("@")
    fined = [one for one in decisions if one.id in unpaid]
    near = (
        [one.id for one in fined if ticket in one.tickets]
        or [one.id for one in fined if one.rule.name == rule]
        or [one.id for one in fined]
    )
    return closest(named, near[-MOST_COMPARED:])
