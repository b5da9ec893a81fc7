"""The answer of the second reader as plain dicts, in the shape of the printed JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from typing import Any

from policyctl.exact import plain
from policyctl.history.events import Event
from policyctl.instants import Zone
from policyctl.policy.form import Comparison, FlagUp, Open, Overlap, Policy, Rule, Version
from tests.second_reader.admitting import in_force, posts
from tests.second_reader.facts import Decision, Fine, Imposed, Told, entry_kinds, flag_kinds
from tests.second_reader.interpreter import Replay, replay
from tests.second_reader.overlap import runs_at

Json = dict[str, Any]
NEGATED = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "=": "!=", "!=": "="}
FAILING = {">=": "below_threshold", ">": "below_threshold", "<=": "above_threshold", "<": "above_threshold"}


def answer(policy: Policy, events: Iterable[Event], opened: datetime | None, at: datetime) -> Json:
    """What the document says of an account at an instant."""
    replays, told, anomalies = replay(policy, events, opened, at)
    version = in_force(policy, at)
    zone = Zone((version or policy.versions[0]).settings.timezone)
    decisions = [(d, identity) for identity, one in replays.items() for d in one.decisions]
    decisions.sort(key=lambda found: (found[0].at, found[0].id))
    return {
        "at": zone.show(at),
        "decisions": [_decision(d, identity, zone) for d, identity in decisions],
        "status": {identity: _status(one, told[identity], zone) for identity, one in replays.items()},
        "silent": [found for identity, one in replays.items() for found in _silent(one, identity)],
        "anomalies": [
            {"code": a.code, "event": a.event, "amount": None if a.amount is None else plain(a.amount)}
            for a in anomalies
        ],
    }


def _decision(decision: Decision, identity: str, zone: Zone) -> Json:
    return {
        "id": decision.id,
        "at": zone.show(decision.at),
        "identity": identity,
        "rule": decision.rule.name,
        "period": decision.period,
        "effects": [_effect(decision, effect, opened, decision.version, zone) for effect, opened in decision.effects],
        "because": [
            {"measure": name, "before": plain(before), "after": plain(after), "threshold": plain(threshold)}
            for name, before, after, threshold in decision.because
        ],
    }


def _effect(decision: Decision, effect: Open, opened: Imposed | Fine | None, by: Version, zone: Zone) -> Json:
    shown: Json = {"kind": effect.sort, "name": effect.name, "from": zone.show(decision.at), "until": None}
    shown |= {"permanent": False, "amount": None, "times": decision.times, "parts": []}
    if isinstance(opened, Imposed):
        shown |= {"until": _show(zone, opened.until), "permanent": opened.until is None}
        shown["parts"] = _parts(opened, zone)
    elif isinstance(opened, Fine):
        shown |= {"until": _show(zone, opened.ended_at), "amount": plain(opened.amount)}
    elif effect.sort == "notice":
        shown["until"] = zone.show(decision.at)
    else:
        per_period = effect.sort == "flag" and (effect.name == "no_reset" or flag_kinds(by)[effect.name].per_period)
        shown["permanent"] = not per_period
    return shown


def _parts(sanction: Imposed, zone: Zone) -> list[Json]:
    """The parts of a bundle; a single measure of the sanction's own name is none."""
    if [name for name, _ in sanction.parts] == [sanction.name]:
        return []
    return [{"name": name, "until": _show(zone, end)} for name, end in sanction.parts]


def _show(zone: Zone, instant: datetime | None) -> str | None:
    return None if instant is None else zone.show(instant)


# --- status -----------------------------------------------------------------------------------------------------------


def _status(one: Replay, told: Told, zone: Zone) -> Json:
    version, now, kinds = one.version, one.seen(), one.kinds()
    ledgers = sorted(entry_kinds(version)) if version is not None else []
    declared = [m.name for m in version.measures if m.declared] if version is not None else []
    running = [
        {
            "name": s.name,
            "from": zone.show(s.start),
            "until": _show(zone, s.until),
            "permanent": s.until is None,
            "decision": s.decision,
            "parts": _parts(s, zone),
        }
        for s in running_sanctions(one)
    ]
    pending = [
        {"ticket": t.id, "effective": zone.show(t.effective), "ledger": p.ledger, "points": plain(p.points)}
        for t, by in sorted(told.tickets, key=lambda found: (found[0].effective, found[0].id))
        if t.issued <= one.at < t.effective
        for p in posts(by, t)
    ]
    fines = sorted(one.fines, key=lambda f: (f.at, f.decision))
    return {
        "ledgers": {n: plain(one.ground.balance(kinds[n], one.ground.running(n))) for n in ledgers},
        "measures": {n: plain(one.ground.measure(version, kinds, n, now)) for n in declared} if version else {},
        "flags": sorted({flag.name for flag in one.ground.flags if flag.up}),
        "closed": one.ground.closed,
        "sanctions": running,
        "fines": [
            {"decision": f.decision, "amount": plain(f.amount), "paid": plain(f.paid), "open": plain(f.open)}
            for f in fines
        ],
        "pending": pending,
    }


def running_sanctions(one: Replay) -> list[Imposed]:
    """For each name the sanction that runs, if one does."""
    rules = {c.sanction: c.rule for c in one.version.choices if isinstance(c, Overlap)} if one.version else {}
    found = []
    for name in sorted({s.name for s in one.sanctions}):
        own = sorted((s for s in one.sanctions if s.name == name and not s.ended), key=lambda s: (s.start, s.decision))
        runs = runs_at(one.zone, rules.get(name, "later"), own, one.at)
        if runs is not None:
            found.append(runs)
    return found


# --- silent rules -----------------------------------------------------------------------------------------------------


def _silent(one: Replay, identity: str) -> list[Json]:
    found = []
    for rule in one.version.rules if one.version is not None else ():
        assert one.version is not None
        name, key = one.latch_key(one.version, rule)
        if any(d.rule.name == name and d.key == key for d in one.decisions):
            continue
        reason, gap = _reason(one, rule)
        found.append({"rule": name, "identity": identity, "reason": reason, "gap": None if gap is None else plain(gap)})
    return found


def _reason(one: Replay, rule: Rule) -> tuple[str, Fraction | None]:
    assert one.version is not None
    latch = one.latches[one.latch_key(one.version, rule)]
    failing = list(_failing(one, rule, latch.counted))
    gap = failing[0][1] if len(failing) == 1 else None
    if one.ground.closed:
        return "identity_closed", gap
    if len(failing) > 1:
        return "several_parts", None
    if failing:
        return failing[0]
    return ("awaits_ticket" if one.level(one.version, rule) > latch.counted else latch.why), None


def _failing(one: Replay, rule: Rule, counted: int) -> Iterable[tuple[str, Fraction | None]]:
    """Why a condition does not hold: each comparison and flag that is to blame. With `every`, why the next multiple is
    not reached."""
    assert one.version is not None
    found = one.to_blame(one.version, rule.condition, False)
    if rule.every is not None:
        (atom,) = one.to_blame(one.version, rule.condition, True) + found
        assert isinstance(atom[0], Comparison)
        further = Comparison(atom[0].measure, ">=", rule.every * (counted + 1))
        found = one.to_blame(one.version, further, False)
    for failing, up in found:
        if isinstance(failing, FlagUp):
            yield "flag_up" if up else "flag_not_up", None
        else:
            value = one.ground.measure(one.version, one.kinds(), failing.measure, one.seen())
            compare = NEGATED[failing.compare] if up else failing.compare
            yield FAILING.get(compare, "not_equal"), abs(failing.threshold - value)
