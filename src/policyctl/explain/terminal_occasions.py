"""What a rule waits for, and what an open end waits for, in words for the terminal."""

from __future__ import annotations

from msgspec.structs import replace

from policyctl.explain.terminal_layout import hold
from policyctl.explain.terminal_where import where_said
from policyctl.explain.terminal_words import Speaker, find_measure
from policyctl.explain.text import Text
from policyctl.policy.form import (
    AllOf,
    AnyOf,
    Between,
    Comparison,
    Condition,
    Every,
    FlagUp,
    Ladder,
    Not,
    Read,
    Rule,
    TicketKind,
    Version,
    When,
    Without,
)
from policyctl.replay.answer import Decision, Outcome
from policyctl.replay.lives import conjuncts, fines_of

_KINDS = {
    "sanction": "sanction",
    "act": "act",
    "require": "act",
    "decision": "rule",
    "fine": "rule",
    "metric": "metric",
    "ledger": "ledger",
}


def of_offence(version: Version, rule: Rule) -> bool:
    """Whether a rule is what an offence does besides costing points."""
    occasion = rule.occasion
    return (
        isinstance(occasion, When)
        and occasion.names == (rule.name,)
        and any(isinstance(kind, TicketKind) and kind.name == rule.name for kind in version.facts)
    )


def always(rule: Rule) -> bool:
    """Whether a rule asks for nothing but its occasion."""
    return rule.condition == AllOf(())


def occasion(speaker: Speaker, rule: Rule, version: Version) -> Text:
    """What a rule waits for: `each ticket of late_dispatch`."""
    waits = rule.occasion
    match waits:
        case When(where=None):
            return _when(speaker, waits, version)
        case When(where=where):
            assert where is not None
            said = where_said(speaker, where, version)
            return speaker.say("occasion.where", occasion=_when(speaker, waits, version), condition=said)
        case Without():
            return _streak(speaker, waits, version)
        case Every():
            return speaker.say("occasion.schedule")
        case _:
            return speaker.say("occasion.ticket")


def _streak(speaker: Speaker, waits: Without, version: Version) -> Text:
    things, after = (
        speaker.listed([_thing(speaker, thing, version) for thing in some]) for some in (waits.things, waits.after)
    )
    if waits.dated is not None:
        things = speaker.say(f"measure.by_{waits.dated}", measure=things)
    if isinstance(waits.length, str):
        return speaker.say(f"occasion.without_{waits.length}", things=things)
    key = f"occasion.without{'_after' if waits.after else ''}{'_again' if waits.again else ''}"
    said = speaker.say(key, length=speaker.length(waits.length), things=things, after=after)
    if waits.frozen is None:
        return said
    paid = speaker.say("condition.all_paid")
    return speaker.say("occasion.frozen", occasion=said, condition=condition_said(speaker, waits.frozen, version, paid))


def _when(speaker: Speaker, waits: When, version: Version) -> Text:
    if waits.sort == "ticket" and waits.names:
        names = speaker.listed([_offence(speaker, name, version) for name in waits.names])
        return speaker.say("occasion.ticket_of", names=names)
    key = (
        f"occasion.{waits.sort}"
        if waits.sort in ("ticket", "act", "metric", "ledger", "require", "decision")
        else f"occasion.{waits.at}"
    )
    of = "_of" if waits.sort == "fine" and waits.names else ""
    return speaker.say(f"{key}{of}", names=_names(speaker, waits, version))


def _thing(speaker: Speaker, thing: When, version: Version) -> Text:
    if thing.where is not None:
        tickets = _thing(speaker, replace(thing, where=None), version)
        return speaker.say("occasion.where", occasion=tickets, condition=where_said(speaker, thing.where, version))
    if thing.sort in ("ticket", "payment") and not thing.names:
        return speaker.say(f"thing.{thing.sort}")
    if thing.sort == "ticket":
        return speaker.listed([_offence(speaker, name, version) for name in thing.names])
    if thing.at == "end":
        return speaker.say("thing.end", names=_names(speaker, thing, version))
    return _names(speaker, thing, version)


def _names(speaker: Speaker, waits: When, version: Version) -> Text:
    kind = _KINDS.get(waits.sort, waits.sort)
    if any(isinstance(choice, Ladder) and choice.name in waits.names for choice in version.choices):
        kind = "ladder"
    return speaker.listed([speaker.name(kind, name, version) for name in waits.names])


def _offence(speaker: Speaker, name: str, version: Version) -> Text:
    kind = "ticket" if speaker.label("ticket", name, version) else "offence"
    return speaker.offence(name, version) if kind == "ticket" else speaker.name("offence", name, version)


def open_end(speaker: Speaker, decision: Decision, outcome: Outcome) -> list[Text]:
    """What an open end of a sanction waits for, one by one: what is missing, or all of it where only time is."""
    effect, version = outcome.opened, decision.version
    paid = speaker.say("condition.paid" if fines_of(decision) else "condition.all_paid")
    if effect.frozen is not None and outcome.left:
        rest_of = speaker.duration(max(rest for rest in outcome.left if rest is not None))
        frozen = condition_said(speaker, effect.frozen, version, paid)
        return [speaker.say("condition.goes_on", left=rest_of, condition=frozen)]
    waits = []
    served = outcome.served or (None,) * len(effect.parts)
    for part, needed, done in zip(effect.parts, outcome.to_serve, served, strict=True):
        if part.acts is not None:
            act, left = speaker.name("act", part.acts.act or "", version), str(max(0, needed - (done or 0)))
            key = "condition.acts_left" if done else "condition.acts"
            waits.append(speaker.say(key, number=str(needed), act=act, done=str(done), left=left))
    return [
        *waits,
        *(_waited(speaker, one, version, paid) for one in outcome.missing or conjuncts(effect.until)),
    ]


def _waited(speaker: Speaker, condition: Condition, version: Version, paid: Text) -> Text:
    """What is waited for; a number that has a name goes by that."""
    if isinstance(condition, Comparison):
        measure = find_measure(version, condition.measure)
        reads = () if measure is None else tuple(term.read for term in measure.terms)
        if measure is not None and (measure.declared or [read.of for read in reads] == ["balance"]):
            wanted = speaker.wanted_number(condition.compare, condition.threshold)
            return speaker.say("condition.measured", measure=speaker.measure(condition.measure, version), wanted=wanted)
    return condition_said(speaker, condition, version, paid)


def condition_said(
    speaker: Speaker, condition: Condition, version: Version | None = None, paid: Text | None = None
) -> Text:
    """A condition in words where there are some, else as the policy has it; `paid` says that no fine is open."""
    version = version or speaker.version
    match condition:
        case Comparison(name, compare, threshold):
            measure = find_measure(version, name)
            read = measure.terms[0].read if measure is not None and len(measure.terms) == 1 else None
            if read is not None and read.of == "count":
                if read.sort == "act" and compare == ">=" and threshold == 1:
                    return speaker.say("condition.done", act=speaker.name("act", read.names[0], version))
                if read.sort == "sanction" and read.standing == "live" and compare == ">=":
                    return speaker.say("condition.running", sanction=speaker.name("sanction", read.names[0], version))
                if read.sort == "fine" and compare == "=" and threshold == 0:
                    return paid or speaker.say("condition.all_paid")
            if read == Read("sum", "fine", (), "live") and compare in ("=", "<=") and threshold == 0:
                return speaker.say("condition.all_paid")
        case Not(Comparison(name, ">=", threshold)):
            measure = find_measure(version, name)
            read = measure.terms[0].read if measure is not None and len(measure.terms) == 1 else None
            if read is not None and (read.of, read.sort, read.standing) == ("count", "sanction", "live"):
                return speaker.say("condition.ended", sanction=speaker.name("sanction", read.names[0], version))
        case Between() | AnyOf((Between(), Between())) if (dates := _dates(speaker, condition)) is not None:
            return dates
        case FlagUp(flag):
            return speaker.say("condition.flag", flag=speaker.name("flag", flag, version))
        case Not(FlagUp(flag)):
            return speaker.say("condition.no_flag", flag=speaker.name("flag", flag, version))
    return where_said(speaker, condition, version)


def _dates(speaker: Speaker, condition: Condition) -> Text | None:
    """From one date to another; two of every year may have the turn of the year between them."""
    parts = condition.parts if isinstance(condition, AnyOf) else (condition,)
    found = [part for part in parts if isinstance(part, Between)]
    if any(replace(part, since=None, until=None) != Between() for part in found):
        return None
    since, until = ([date for part in found if (date := getattr(part, side))] for side in ("since", "until"))
    yearly = all(len(date) == len("12-01") for date in (*since, *until))
    if len(since) > 1 or len(until) > 1 or (len(found) > 1 and not (yearly and since and until and since > until)):
        return None
    said = {side: _day(speaker, dates[0]) for side, dates in (("since", since), ("until", until)) if dates}
    if since and until:
        return speaker.say("condition.since_until" if since <= until else "condition.over_the_year", **said)
    if since:
        return speaker.say("condition.since", **said)
    return speaker.say("condition.until", **said) if until else None


def _day(speaker: Speaker, date: str) -> Text:
    """A date, or a day of every year, such as `20 October`."""
    if len(date) > len("12-01"):
        return Text(hold(date))
    month, day = date.split("-")
    name = speaker.say("condition.months").plain.split("|")[int(month) - 1]
    return speaker.say("condition.day", month=name, day=str(int(day)))
