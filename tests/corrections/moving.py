"""Random small records under policies in which sanctions move, and what must hold of them.

Ends are extended, shortened, lifted, stand still or wait; fines and lengths are reckoned, also for each ticket by its
own number; rules clear points, take them off and lower flags. Tickets are annulled or reduced, some by appeals that
came on record in another order.

python -m tests.corrections.moving --seed 1 --count 300
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from policyctl.history.events import Account, Appeal, Payment, Ticket
from policyctl.replay.answer import Answer, Decision, Status
from policyctl.replay.memory import key_of
from policyctl.replay.replay import replay
from tests.worlds.choices import Choices, Seeded
from tests.worlds.read import Uncompiled, account, compiled

HEAD = """\
policy moving
  timezone UTC
  currency EUR
  annulment {annulment}
attribute n
acts exam
ledger points{resets}
ledger deeds
sanction s{overlap}
sanction e
sanction court
flag watched
offence v -> points +2
offence w -> points +3
offence a -> {of_each}
offence g -> {frozen}
offence j -> court {still}
offence good -> deeds +1
"""

RULES = (
    "rule node: points >= 4 -> s 1d per points, fine 30 * points",
    "rule node: points >= 6 -> e 1d per points, fine 20 * points clears points",
    "rule falls: points >= 4 -> fine 100 - 5 * points, s 1d per (12 - points)",
    "rule pair: every 2 of points -> s 1d each, fine 10 * points each",
    "rule three: every 3 of points -> e 1d per points each",
    "rule waits: points >= 3 -> s until points < 3",
    "rule pays: points >= 5 -> e 2d until fine is paid, fine 50 clears points",
    "rule served: points >= 5 -> s 4d, fine 40 * points clears points when served",
    "rule still: points >= 3 -> s 6d frozen while court is running",
    "rule flagged: points >= 3 -> watched",
    "rule shortly: points >= 3 -> watched 3d",
    "rule both: points >= 4 and watched -> e 5d, fine 70",
    "rule freed when ticket of good: -> lift s",
    "rule unmarked when ticket of good: -> lift watched",
    "rule sooner when ticket of good: -> shorten s by 2d",
    "rule later when ticket of good: -> extend s by 2d",
    "rule later when ticket of v where points >= 2: points >= 4 -> extend e by 1d each",
    "rule capped when ticket of w: points >= 5 -> extend s by 3d up to 8d",
    "rule wiped when ticket of good: -> clear points",
    "rule better when ticket of good: -> points -2",
    "rule passed when exam: points >= 2 -> lift e",
    "rule again when exam: points >= 4 -> extend s by 2d",
    "rule over when s ends: -> deeds +1",
    "rule closing: incurred(points) ever >= 12 -> close_identity",
)
OF_EACH = (
    "e 1d per n each, fine 10 * n each",
    "fine 0.1 * n each rounded to 1, s 1d per n each",
    "fine 10 * n, e 1d per n",
)
FROZEN = ("s 5d frozen while court is running", "e 5d frozen while points >= 4", "s 3d until points < 4")
BEGIN = datetime.fromisoformat("2024-01-01T00:00:00+00:00")
HOUR = timedelta(hours=1)

Record = list[dict[str, Any]]


def written(choices: Choices) -> str:
    """The text of a policy."""
    rules: dict[str, str] = {}
    for _ in range(choices.integer(2, 7)):
        rule = choices.pick(RULES)
        rules.setdefault(rule.split()[1].rstrip(":"), rule)
    head = HEAD.format(
        annulment=choices.pick(("refunds and revives", "refunds and revives", "stays cleared")),
        resets=choices.pick(("", "", "", " resets every month")),
        overlap=choices.pick(("", "", "", " overlap extends", " overlap consecutive", " overlap heaviest")),
        of_each=choices.pick(OF_EACH),
        frozen=choices.pick(FROZEN),
        still=choices.pick(("2d", "5d")),
    )
    return head + "".join(f"{rule}\n" for rule in rules.values())


def record(choices: Choices) -> Record:
    """The events of an account, an hour apart at least: tickets, payments, acts, and corrections of some tickets."""
    events: Record = []
    hours, tickets = 0, list[tuple[str, int, str]]()
    for number in range(choices.integer(3, 12)):
        hours += choices.pick((0, 1, 24, 24, 48, 24 * 7))
        at, kind = hours_after(hours), choices.pick(("ticket",) * 6 + ("payment", "payment", "act"))
        if kind == "ticket":
            offence = choices.pick(("v", "v", "v", "w", "w", "a", "a", "g", "j", "good", "good"))
            event: dict[str, Any] = {"event": "ticket", "id": f"T{number}", "offence": offence, "effective": at}
            if offence == "a":
                event["attributes"] = {"n": choices.pick((1, 2, 5, 9))}
            tickets.append((f"T{number}", hours, offence))
        elif kind == "payment":
            amount = choices.pick(("50", "100", "200", "35"))
            event = {"event": "payment", "id": f"P{number}", "amount": amount, "at": at}
        else:
            event = {"event": "act", "id": f"E{number}", "name": "exam", "at": at}
        events.append(event)
    appealed = [one for one in tickets if choices.chance(0.4)][:3]
    for number, (ticket, issued, offence) in enumerate(appealed):
        decided = issued + choices.pick((0, 30, 24 * 4, 24 * 9, 24 * 30))
        appeal = {"event": "appeal", "id": f"A{number}", "ticket": ticket, "at": hours_after(decided)}
        reduced = offence in ("v", "w") and choices.chance(0.3)
        how = {"outcome": "reduced", "points": "1"} if reduced else {"outcome": "annulled"}
        known = {"recorded": hours_after(decided + 24 * 20)} if choices.chance(0.2) else {}
        events.append({**appeal, **how, **known})
    return events


def hours_after(hours: int) -> str:
    """An instant of the record, as text."""
    return (BEGIN + hours * HOUR).isoformat()


def drawn(choices: Choices) -> tuple[str, Record] | None:
    """A policy and a record; None where the rules do not go together."""
    text = written(choices)
    try:
        compiled({"moving.policy": text})
    except Uncompiled:
        return None
    return text, record(choices)


# --- what must hold ---------------------------------------------------------------------------------------------------


def broken(text: str, events: Record) -> Iterator[str]:
    """What does not hold of the last correction of a record, which it must."""
    policy = compiled({"moving.policy": text})
    told = account({"merchant": "m", "events": events}, policy)
    appeals = [one for one in told.events if isinstance(one, Appeal)]
    if not appeals:
        return
    last = max(appeals, key=lambda one: (one.recorded, one.at, one.id))
    rest = tuple(one for one in told.events if one is not last)
    before = Account(merchant=told.merchant, opened=told.opened, events=rest)
    whole, then = replay(policy, told, last.at + timedelta(days=60)), replay(policy, before, last.at - HOUR / 60)
    yield from _money(whole, told)
    for at in instants(told, last.at):
        old, new = replay(policy, before, at), replay(policy, told, at)
        yield from (f"{at}: {said}" for said in (*_worse(old, new), *_time(old, new, whole, at)))
    yield from _less(then, whole, last.at)


def instants(told: Account, until: datetime) -> list[datetime]:
    """Instants before another one: half an hour behind every day since the first, and behind each hour of an event."""
    happened = (one.effective if isinstance(one, Ticket) else getattr(one, "at", until) for one in told.events)
    found = {BEGIN + HOUR * 24 * day + HOUR / 2 for day in range(45)}
    found |= {one + HOUR / 2 for one in happened}
    return sorted(one for one in found if one < until)


def _worse(before: Answer, after: Answer) -> Iterator[str]:
    [old], [new] = before.status, after.status
    if new.closed and not old.closed:
        yield "closed, and was not"
    if more := set(new.flags) - set(old.flags):
        yield f"flags {sorted(more)} are up, and were not"
    if more := _running(new) - _running(old):
        yield f"{sorted(more)} runs, and did not"
    held = {key_of(one): one for one in before.decisions}
    for one in after.decisions:
        stood = held.get(key_of(one))
        if stood is None:
            yield f"{one.id} stands, and did not"
        elif _fined(one) > _fined(stood):
            yield f"the fine of {one.id} is {_fined(one)}, and was {_fined(stood)}"


def _running(status: Status) -> set[str]:
    return {one.name for one in status.sanctions}


def _fined(decision: Decision) -> Fraction:
    return sum((o.amount or Fraction(0) for o in decision.outcomes if o.effect.sort == "fine"), Fraction(0))


def _money(answer: Answer, told: Account) -> Iterator[str]:
    """What fills fines (those too that go on for their clearing), is owed back and is left over is what was paid."""
    [status] = answer.status
    paid = sum((one.amount for one in told.events if isinstance(one, Payment) and one.at <= answer.at), Fraction(0))
    filled = sum((one.paid for one in status.fines), Fraction(0))
    kept = sum((part.amount for one in answer.rescinded for part in one.kept), Fraction(0))
    owed = sum((one.owed for one in answer.rescinded), Fraction(0))
    odd = sum((one.amount or Fraction(0) for one in answer.anomalies), Fraction(0))
    if filled + kept + owed + odd != paid:
        yield f"{filled} fill fines, {kept} are kept, {owed} owed back, {odd} left over, of {paid}"


def _time(before: Answer, after: Answer, whole: Answer, at: datetime) -> Iterator[str]:
    """A sanction that ran at an instant before the last correction runs still, or is told as served; not both."""
    [old], [new] = before.status, after.status
    for name in sorted(_running(old) - _running(new)):
        if not new.closed and not any(_served(whole.rescinded, name, at)):
            yield f"{name} ran and runs no more, and nothing says that it was served"


def _served(taken: Sequence[Any], name: str, at: datetime) -> Iterator[str]:
    for one in taken:
        if any(outcome.effect.name == name for outcome in one.decision.outcomes):
            yield from (one.decision.id for start, end in one.served if start <= at < end)


def _less(then: Answer, whole: Answer, at: datetime) -> Iterator[str]:
    """A decision before the last correction that is gone, or whose fines came to less, is told of."""
    stands = {key_of(one): one for one in whole.decisions}
    told = {key_of(one.decision) for one in whole.rescinded}
    for one in then.decisions:
        now = stands.get(key_of(one))
        if one.at < at and (now is None or _fined(now) < _fined(one)) and key_of(one) not in told:
            yield f"{one.id} came to less, and nothing says so"


def main() -> None:
    """Try so many seeds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300)
    asked, wrong, tried = parser.parse_args(), 0, 0
    for seed in range(asked.seed, asked.seed + asked.count):
        world = drawn(Seeded(f"moving {seed}"))
        tried += world is not None
        found = [] if world is None else list(broken(*world))
        wrong += bool(found)
        for said in found[:2]:
            print(f"seed {seed}: {said}", flush=True)
    print(f"{tried} records, {wrong} in which something does not hold")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
