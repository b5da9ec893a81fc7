"""Effects that post points, end something, move an end or ask for something, in words."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from policyctl.explain.terminal_layout import hold
from policyctl.explain.terminal_words import Speaker
from policyctl.explain.text import Text
from policyctl.policy.form import ActKind, Effect, End, EntryKind, Move, Open, Rule, SanctionKind, Version
from policyctl.replay.answer import Decision, Outcome, ToDo


def did(speaker: Speaker, decision: Decision, outcome: Outcome) -> Text:
    """What such an effect did."""
    effect, version = outcome.effect, decision.version
    points = [(name, number) for name, number in outcome.ended if number]
    match effect:
        case Open("post", ledger):
            if not outcome.amount:
                return speaker.say("did.back_nothing", ledger=speaker.ledger(ledger, version))
            amount = speaker.points_of([(ledger, outcome.amount)], version)
            return speaker.say(f"did.{_moved(effect, version)}", points=amount)
        case Open("require", name) if effect.due is not None and outcome.until is not None:
            what = _asked_for(speaker, decision, name)
            return speaker.say("did.require_until", what=what, until=speaker.when(outcome.until, "bold"))
        case Open("require", name) if effect.due is not None:
            what = _asked_for(speaker, decision, name)
            return speaker.say("did.require_within", what=what, length=speaker.length(effect.due))
        case Open(sort, name):
            return speaker.say(f"did.{sort}", what=_asked_for(speaker, decision, name))
        case Move(sort, name, by):
            length = by.times(int((outcome.times if effect.each else 1) * outcome.factor))
            key = f"did.{sort}" if outcome.ended else f"did.{sort}_nothing"
            return speaker.say(key, sanction=speaker.name("sanction", name, version), length=speaker.length(length))
        case End("set", (ledger,)):
            number = speaker.number(outcome.amount) if outcome.amount is not None else ""
            return speaker.say("did.set", ledger=speaker.ledger(ledger, version), number=number)
        case End("lift", ("fine",)):
            waived = speaker.money(outcome.ended[0][1] if outcome.ended else Fraction(0), "")
            return speaker.say("did.waive" if outcome.ended else "did.waive_nothing", amount=waived)
        case End("lift", (name,)):
            sanctions = {fact.name for fact in version.facts if isinstance(fact, SanctionKind)}
            known = speaker.name("sanction" if name in sanctions else "flag", name, version)
            return speaker.say("did.lift" if outcome.ended else "did.lift_nothing", what=known)
        case End(sort):
            if not points:
                return speaker.say(f"did.{sort}_nothing")
            return speaker.say(f"did.{sort}", points=speaker.points_of(points, version))


def _moved(effect: Open, version: Version) -> str:
    """Points that a rule posts; and against the direction of the ledger: given back of a credit that violations use up,
    else taken off."""
    if not effect.back:
        return "post"
    return "back" if is_used_up(effect.name, version) else "taken"


def is_used_up(ledger: str, version: Version | None) -> bool:
    """Whether a ledger is a credit that violations use up, so that what is taken off of them is given back."""
    facts = () if version is None else version.facts
    return any(isinstance(fact, EntryKind) and fact.name == ledger and fact.direction < 0 for fact in facts)


def gives_back(rule: Rule) -> bool:
    """Whether all that a rule does is good for the account: points go back or end, sanctions are lifted."""

    def good(effect: Effect) -> bool:
        if isinstance(effect, End):
            return effect.sort in ("clear", "consume", "lift", "void")
        return isinstance(effect, Open) and effect.sort == "post" and effect.back

    return bool(rule.effects) and all(good(effect) for effect in rule.effects)


def changed_nothing(decision: Decision) -> bool:
    """Whether a decision gave back or ended points, and there were none."""
    return bool(decision.outcomes) and all(
        (isinstance(one.effect, End) and one.effect.sort != "set" and not one.ended)
        or (isinstance(one.effect, Open) and one.effect.sort == "post" and one.effect.back and not one.amount)
        for one in decision.outcomes
    )


def by_when(speaker: Speaker, one: ToDo) -> Text:
    """Until when it is to be done, or after how many more acts."""
    if one.within is not None and one.within.act is not None:
        act = speaker.name("act", one.within.act)
        return speaker.say("standing.more_acts", number=str(one.within.count), act=act)
    return Text() if one.until is None else speaker.when(one.until, "bold red")


def required(speaker: Speaker, one: ToDo) -> Text:
    """What a decision requires."""
    decision = speaker.decisions.get(one.decision)
    return Text(one.act) if decision is None else _asked_for(speaker, decision, one.act)


def counting_again(speaker: Speaker, identity: str, at: datetime) -> list[Text]:
    """Tickets that count from an instant on, for the one of their group that had counted was gone then."""
    return [
        speaker.say(
            "other.counts_again",
            one.points,
            points=speaker.points_of([(one.ledger, one.points)]),
            ticket=Text(hold(one.cause or ""), style="cyan"),
        )
        for one in speaker.answer.ledger_events
        if (one.kind, one.identity, one.at) == ("counts_again", identity, at)
    ]


def _asked_for(speaker: Speaker, decision: Decision, name: str) -> Text:
    """What is required, or forwarded: an act of the policy by its label, else what the rule calls it."""
    rule, version = decision.rule.name, decision.version
    acts = {fact.name for fact in version.facts if isinstance(fact, ActKind)}
    if name in acts and speaker.label("notice", f"{rule}.{name}", version) is None:
        return speaker.name("act", name, version)
    return speaker.notice(rule, name, version)
