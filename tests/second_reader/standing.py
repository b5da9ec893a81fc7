"""The answer of the second reader as plain dicts, in the shape of the printed JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import Any

import msgspec

from policyctl.exact import plain
from policyctl.history.events import Account
from policyctl.instants import Zone
from policyctl.policy.form import (
    AllOf,
    Between,
    Comparison,
    Condition,
    Effect,
    End,
    FlagUp,
    Is,
    Overlap,
    Policy,
    Rule,
    atom_text,
    measures_of,
)
from tests.second_reader.admitting import in_force, posts
from tests.second_reader.facts import Decision, Fine, Imposed, Latch, Taken, Told, entry_kinds, flag_kinds
from tests.second_reader.interpreter import Replay, Whole, replay
from tests.second_reader.lives import lapses
from tests.second_reader.overlap import ran, runs_at, waits_at
from tests.second_reader.owed import Part, Stretch, fills_now, kept, paid_then, ran_longer, served
from tests.second_reader.record import on_record

Json = dict[str, Any]
NEGATED = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "=": "!=", "!=": "="}
FAILING = {">=": "below_threshold", ">": "below_threshold", "<=": "above_threshold", "<": "above_threshold"}


def answer(policy: Policy, account: Account, at: datetime, known: datetime | None = None) -> Json:
    """What the document says of an account at an instant, by what was on record."""
    seen = msgspec.structs.replace(account, events=tuple(on_record(account.events, known)))
    wholes, anomalies = replay(policy, seen, at)
    replays = {identity: whole.last for identity, whole in wholes.items()}
    version = in_force(policy, at)
    zone = Zone((version or policy.versions[0]).settings.timezone)
    decisions = [(d, identity) for identity, one in replays.items() for d in one.decisions]
    decisions.sort(key=lambda found: (found[0].at, found[0].id))
    return {
        "at": zone.show(at),
        "policy": {"version": version.since if version is not None else None},
        "incomplete": any(anomaly.error for anomaly in anomalies),
        "decisions": [_decision(d, identity, zone) for d, identity in decisions],
        "status": {identity: _status(whole.last, whole.told, zone) for identity, whole in wholes.items()},
        "silent": [found for identity, one in replays.items() for found in _silent(one, identity)],
        **{
            name: [
                _rescinded(taken, owed, identity, whole, zone)
                for identity, whole in wholes.items()
                for taken, owed in zip(whole.taken, whole.owed, strict=True)
                if taken.excess == excess and (not taken.longer or _served(taken, whole, zone))
            ]
            for name, excess in (("rescinded", False), ("lighter", True))
        },
        "for_review": [
            {**_decision(r.decision, identity, zone), "appeal": r.appeal, "excess": r.excess}
            for identity, one in replays.items()
            for r in one.reviews
            if r.confirmed is None
        ],
        "anomalies": [
            {
                "code": a.code,
                "event": a.event,
                "identity": a.identity,
                "amount": None if a.amount is None else plain(a.amount),
                "error": a.error,
            }
            for a in anomalies
        ],
        "ledger_events": [
            {
                "at": zone.show(told_of.at),
                "identity": identity,
                "ledger": told_of.ledger,
                "kind": told_of.kind,
                "points": plain(told_of.points),
                "period": told_of.period,
                "cause": told_of.cause,
            }
            for identity, one in replays.items()
            for told_of in one.ground.told
        ],
    }


def _decision(decision: Decision, identity: str, zone: Zone) -> Json:
    return {
        "id": decision.id,
        "at": zone.show(decision.at),
        "identity": identity,
        "rule": decision.rule.name,
        "period": decision.period,
        "effects": list(_effects(decision, zone)),
        "because": [
            {
                "measure": reason.measure,
                "before": _number(reason.before),
                "after": _number(reason.after),
                "compare": reason.compare,
                "threshold": plain(reason.threshold),
                "holds": reason.holds,
            }
            for reason in decision.because
        ],
        "flags": [{"flag": flag, "up": up} for flag, up in decision.flags],
        "version": decision.version.since,
        "tickets": list(decision.tickets),
        "events": list(decision.events),
        "confirmed": decision.confirmed,
    }


def _served(taken: Taken, whole: Whole, zone: Zone) -> list[Stretch]:
    last = whole.last
    arranged, ran = set(_overlaps(last)), partial(_ran, last, zone)
    if not taken.longer:
        return served(taken, last.decisions, last.at, ran, arranged)
    place = whole.taken.index(taken)
    own = [one for one in whole.taken if one.correction is taken.correction]
    others = [one for one in own if not one.longer or whole.taken.index(one) < place]
    return ran_longer(taken, others, last.decisions, last.at, ran, arranged)


def _rescinded(taken: Taken, owed: list[Part], identity: str, whole: Whole, zone: Zone) -> Json:
    decision, last = taken.decision, whole.last
    money = {id: sum((part for other, _, part in owed if other == id), Fraction(0)) for id, _, _ in owed}
    return {
        "decision": decision.id,
        "owed_back": {"amount": plain(sum(money.values(), Fraction(0))), "payments": list(money)},
        "served": [{"from": zone.show(start), "until": zone.show(end)} for start, end in _served(taken, whole, zone)],
        "identity": identity,
        "rule": decision.rule.name,
        "period": decision.period,
        "at": zone.show(decision.at),
        "effects": list(_effects(decision, zone)),
        "appeal": taken.correction.id,
        "parts": [{"event": id, "amount": plain(amount)} for id, amount in money.items()],
        "paid_then": [
            {"payment": id, "amount": plain(part)} for id, part in ([] if taken.longer else paid_then(taken))
        ],
        "fills_now": [
            {"payment": id, "decision": decision, "amount": plain(part)}
            for _, id, decision, part in ([] if taken.longer else fills_now(taken, last.fines))
        ],
        "kept": [{"payment": id, "amount": plain(part)} for id, part in kept(taken, last.gone_on)],
        **({"times": {"before": decision.all_times, "after": taken.left}} if taken.excess else {}),
    }


def _overlaps(last: Replay) -> dict[str, str]:
    """How sanctions overlap, where not each runs to its own end."""
    choices = last.version.choices if last.version is not None else ()
    return {
        choice.sanction: choice.rule for choice in choices if isinstance(choice, Overlap) and choice.rule != "later"
    }


def _ran(
    last: Replay, zone: Zone, name: str, decisions: Sequence[Decision]
) -> list[tuple[str, datetime, datetime | None]]:
    """The stretches in which sanctions of a name ran by some decisions."""
    rules = _overlaps(last)
    changes = (v for v in last.policy.versions if v.transition is not None and v.transition.sanctions == "drop")
    drops = [zone.read(v.since) for v in changes if v.since is not None]
    own = [opened for d in decisions for _, opened in d.effects if isinstance(opened, Imposed) and opened.name == name]
    return list(ran(zone, rules.get(name, "later"), own, drops))


def _effects(decision: Decision, zone: Zone) -> Iterator[Json]:
    for place, (effect, opened) in enumerate(decision.effects):
        at, times = decision.of_effect(place)
        yield _effect(decision, effect, opened, zone.show(at), times, zone)


def _effect(
    decision: Decision, effect: Effect, opened: Imposed | Fine | None, begins: str, times: int, zone: Zone
) -> Json:
    shown: Json = {"kind": effect.sort, "name": effect.name, "from": begins, "until": None}
    shown |= {"permanent": False, "amount": None, "times": times, "parts": []}
    shown |= {"open_until": [], "dropped": None, "lifted": None, "ended": None}
    if isinstance(opened, Imposed):
        shown["from"] = zone.show(opened.start)
        shown |= {"until": _show(zone, opened.until), "permanent": opened.until is None}
        shown |= {"parts": _parts(opened, zone), "dropped": _show(zone, opened.dropped_at)}
        shown["lifted"] = _show(zone, opened.lifted_at)
    elif isinstance(opened, Fine):
        shown |= {"until": _show(zone, opened.ended_at), "amount": plain(opened.amount)}
        shown["open_until"] = ["paid"] if opened.ended_at is None else []
        shown["dropped"] = _show(zone, opened.ended_at) if opened.dropped else None
    elif effect.sort in ("post", "clear", "consume", "set", "lift"):
        shown["until"] = begins
        if id(effect) in decision.moved:
            shown["amount"] = plain(decision.moved[id(effect)])
        own = decision.ended.get(id(effect), [])
        if isinstance(effect, End) and effect.sort in ("consume", "set"):
            shown["amount"] = _number(decision.numbers.get(id(effect)))
        shown["ended"] = [{"name": name, "points": plain(points)} for name, points in own] or None
    elif effect.sort == "notice":
        shown["until"] = begins
    elif effect.sort == "close" and decision.reopened is not None:
        shown |= {"until": zone.show(decision.reopened), "lifted": zone.show(decision.reopened)}
    else:
        per_period = effect.sort == "flag" and (
            effect.name == "no_reset" or flag_kinds(decision.version)[effect.name].per_period
        )
        shown |= {"permanent": not per_period, "open_until": ["period_end"] if per_period else []}
    return shown


def _parts(sanction: Imposed, zone: Zone) -> list[Json]:
    """The parts of a bundle; a single measure of the sanction's own name is none."""
    if [name for name, _ in sanction.parts] == [sanction.name]:
        return []
    return [{"name": name, "until": _show(zone, end), "permanent": end is None or None} for name, end in sanction.parts]


def _number(number: Fraction | None) -> str | None:
    return None if number is None else plain(number)


def _show(zone: Zone, instant: datetime | None) -> str | None:
    return None if instant is None else zone.show(instant)


# --- status -----------------------------------------------------------------------------------------------------------


def _status(one: Replay, told: Told, zone: Zone) -> Json:
    version, now, kinds = one.version, one.seen(), one.kinds()
    ledgers = sorted(entry_kinds(version)) if version is not None else []
    declared = [m.name for m in version.measures if m.declared] if version is not None else []
    running = [{**_sanction(s, zone), "also": sorted(also(one, s))} for s in running_sanctions(one)]
    pending = [
        {"ticket": j.ticket.id, "effective": _show(zone, j.takes_effect), "ledger": p.ledger, "points": plain(p.points)}
        for j in sorted(told.tickets, key=lambda j: (j.takes_effect is None, j.takes_effect or one.at, j.ticket.id))
        if j.ticket.issued <= one.at
        and (j.takes_effect is None or one.at < j.takes_effect)
        and j.ticket.id not in one.repealed
        for p in posts(j.version, j.ticket)
    ]
    answers = [a for a in (*told.appeals, *told.corrections) if a.outcome != "filed" and a.at <= one.at]
    filed = {
        appeal.ticket: appeal
        for appeal in sorted(told.appeals, key=lambda a: (a.at, a.id))
        if appeal.outcome == "filed" and all(a.ticket != appeal.ticket or a.at < appeal.at for a in answers)
    }
    fines = sorted((fine for fine in one.fines if not fine.goes_on), key=lambda f: (f.at, f.decision))
    return {
        "ledgers": {n: plain(one.ground.balance(kinds[n], one.ground.running(n))) for n in ledgers},
        "measures": {n: _number(one.ground.measure(version, kinds, n, now)) for n in declared} if version else {},
        "flags": sorted({flag.name for flag in one.ground.flags if one.ground.up(flag.name, now)}),
        "closed": one.ground.closed,
        "sanctions": running,
        "waiting": [{**_sanction(s, zone), "also": []} for s in waiting_sanctions(one)],
        "fines": [_fine(one, f, zone) for f in fines],
        "pending": pending,
        "lapses": [
            {"ledger": ledger, "at": zone.show(end), "points": plain(points)} for ledger, end, points in lapses(one)
        ],
        "appeals": [
            {"event": appeal.id, "ticket": ticket, "at": zone.show(appeal.at)}
            for ticket, appeal in sorted(filed.items(), key=lambda found: str(found[0]))
        ],
    }


def _sanction(s: Imposed, zone: Zone) -> Json:
    return {
        "name": s.name,
        "from": zone.show(s.start),
        "until": _show(zone, s.until),
        "permanent": s.until is None,
        "decision": s.decision,
        "open_until": [],
        "parts": _parts(s, zone),
    }


def _fine(one: Replay, fine: Fine, zone: Zone) -> Json:
    running = [book for book in fine.books if one.ground.running(book.ledger) is book]
    now = {
        book.ledger: sum((e.points for e in one.ground.entries if e.book is book and e.live), Fraction(0))
        for book in sorted(running, key=lambda book: book.ledger)
    }
    return {
        "decision": fine.decision,
        "amount": plain(fine.amount),
        "paid": plain(fine.paid),
        "open": plain(fine.open),
        "due": _show(zone, fine.due),
        "clears": list(fine.clears),
        "would_clear": [] if fine.done or fine.dropped or fine.waived_at else _points(now),
        "cleared": _points(dict(fine.cleared)),
        "cleared_at": _show(zone, fine.cleared_at),
        "served_at": _show(zone, fine.served),
        "waived": None if fine.waived_at is None else plain(fine.amount - fine.paid),
        "payments": [{"event": id, "at": zone.show(at), "amount": plain(part)} for id, at, part in fine.payments],
    }


def _points(points: dict[str, Fraction]) -> list[Json]:
    return [{"ledger": name, "points": plain(number)} for name, number in points.items() if number]


def also(one: Replay, shown: Imposed) -> set[str]:
    """The other decisions on a running sanction: those whose own interval holds the instant, or that moved its end."""
    own = {
        s.decision
        for s in one.sanctions
        if s.name == shown.name and not s.ended and s.start <= one.at and (s.until is None or one.at < s.until)
    }
    return (own | set(shown.joined)) - {shown.decision}


def running_sanctions(one: Replay) -> list[Imposed]:
    """For each name the sanction that runs, if one does."""
    found = (runs_at(one.zone, rule, own, one.at) for rule, own in _of_each_name(one))
    return [runs for runs in found if runs is not None]


def waiting_sanctions(one: Replay) -> list[Imposed]:
    """For each name the sanctions that will run."""
    return [waits for rule, own in _of_each_name(one) for waits in waits_at(one.zone, rule, own, one.at)]


def _of_each_name(one: Replay) -> Iterator[tuple[str, list[Imposed]]]:
    rules = {c.sanction: c.rule for c in one.version.choices if isinstance(c, Overlap)} if one.version else {}
    for name in sorted({s.name for s in one.sanctions}):
        own = sorted((s for s in one.sanctions if s.name == name and not s.ended), key=lambda s: (s.start, s.decision))
        yield rules.get(name, "later"), own


# --- silent rules -----------------------------------------------------------------------------------------------------


def _silent(one: Replay, identity: str) -> list[Json]:
    found = []
    for rule in one.version.rules if one.version is not None else ():
        assert one.version is not None
        name, key = one.latch_key(one.version, rule)
        if any(d.rule.name == name and d.key == key for d in one.decisions):
            continue
        latch = one.latches.get((name, key)) or Latch(one.begins(one.version, rule), "true_from_start")
        parts = list(_failing(one, rule, latch.counted))
        found.append(
            {
                "rule": name,
                "identity": identity,
                "reason": _reason(one, rule, parts, latch),
                "gap": parts[0]["gap"] if len(parts) == 1 else None,
                "parts": parts,
            }
        )
    return found


def _reason(one: Replay, rule: Rule, parts: list[Json], latch: Latch) -> str:
    assert one.version is not None
    if one.ground.closed:
        return "identity_closed"
    if len(parts) > 1:
        return "several_parts"
    if parts:
        return str(parts[0]["reason"])
    counted = 0 if rule.mode == "each" else latch.counted
    if one.level(one.version, rule) > counted:
        return "awaits_ticket" if rule.occasion == "ticket" else "awaits_occasion"
    return latch.why


def _failing(one: Replay, rule: Rule, counted: int) -> Iterable[Json]:
    """Why a condition does not hold: each comparison and flag that is to blame. With `every`, why the next multiple is
    not reached."""
    assert one.version is not None
    found = one.to_blame(one.version, rule.condition, False)
    if rule.every is not None:
        first = next(measures_of(rule.condition))
        further: Condition = Comparison(first, ">=", rule.every * (counted + 1))
        if isinstance(rule.condition, AllOf):
            further = AllOf((further, *rule.condition.parts[1:]))
        found = one.to_blame(one.version, further, False)
    for failing, up in found:
        shown: Json = {"value": None, "compare": None, "threshold": None, "gap": None}
        if isinstance(failing, FlagUp):
            yield shown | {"reason": "flag_up" if up else "flag_not_up", "measure": failing.flag}
            continue
        if isinstance(failing, Is | Between):
            words = atom_text(failing)
            yield shown | {"reason": "condition_holds" if up else "condition_fails", "measure": words}
            continue
        value = one.ground.measure(one.version, one.kinds(), failing.measure, one.seen())
        if value is None:
            compare = NEGATED[failing.compare] if up else failing.compare
            unknown = {"compare": compare, "threshold": plain(failing.threshold)}
            yield shown | unknown | {"reason": "unknown_metric", "measure": failing.measure}
            continue
        compare = NEGATED[failing.compare] if up else failing.compare
        yield {
            "reason": FAILING.get(compare, "not_equal"),
            "measure": failing.measure,
            "value": plain(value),
            "compare": compare,
            "threshold": plain(failing.threshold),
            "gap": plain(abs(failing.threshold - value)),
        }
